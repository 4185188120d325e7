//! Statements that can be repeated: the one of the latest day counts, whenever each was recorded.
use chrono::NaiveDate;
use uuid::Uuid;

/// Statements about one thing, each with its day and its act, in the order of their days; those of
/// one day as recorded.
#[derive(Clone, Debug)]
pub struct Said<T>(Vec<(NaiveDate, T, Uuid)>);

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Said<T> {
    pub(crate) fn add(&mut self, on: NaiveDate, what: T, act: Uuid) {
        let place = self.0.partition_point(|(day, ..)| *day <= on);
        self.0.insert(place, (on, what, act));
    }

    /// Everything said up to that day.
    pub fn until(&self, day: NaiveDate) -> &[(NaiveDate, T, Uuid)] {
        &self.0[..self.0.partition_point(|(on, ..)| *on <= day)]
    }

    /// The statement in effect on that day, and since when.
    pub fn by(&self, day: NaiveDate) -> Option<(NaiveDate, T)> {
        self.until(day).last().map(|(on, what, _)| (*on, *what))
    }

    /// The act with the statement in effect on that day.
    pub fn act(&self, day: NaiveDate) -> Option<Uuid> {
        self.until(day).last().map(|(.., act)| *act)
    }

    pub fn all(&self) -> &[(NaiveDate, T, Uuid)] {
        &self.0
    }
}
