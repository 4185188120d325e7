//! What can be said again: of several statements the one of the latest day counts, whenever each was
//! recorded.
use chrono::NaiveDate;

/// Statements about one thing, in the order of their days; those of one day as recorded.
#[derive(Clone, Debug)]
pub struct Said<T>(Vec<(NaiveDate, T)>);

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Said<T> {
    pub(crate) fn add(&mut self, on: NaiveDate, what: T) {
        let place = self.0.partition_point(|(day, _)| *day <= on);
        self.0.insert(place, (on, what));
    }

    /// Everything said up to that day.
    pub fn until(&self, day: NaiveDate) -> &[(NaiveDate, T)] {
        &self.0[..self.0.partition_point(|(on, _)| *on <= day)]
    }

    /// What stands on that day, and since when.
    pub fn by(&self, day: NaiveDate) -> Option<(NaiveDate, T)> {
        self.until(day).last().copied()
    }

    pub fn all(&self) -> &[(NaiveDate, T)] {
        &self.0
    }
}
