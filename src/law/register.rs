//! The register of Party members as dated facts: who belongs to which branch on a day, with which
//! status, and who takes part in Party activity. It answers for any day, and a vote is checked
//! against the same answer that the register shows for its day (Điều lệ, 4.2; 24-QĐ/TW, 9.3.2).
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use crate::calendar::day_before;
use crate::words::Activity;

/// Values and their first days, in order; the initial value has no first day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Activities(Vec<(Option<NaiveDate>, Activity)>);

impl Activities {
    pub fn always(activity: Activity) -> Self {
        Self(vec![(None, activity)])
    }

    /// The one until the day before, the other from that day on.
    pub fn until(before: Activity, day: NaiveDate, then: Activity) -> Self {
        Self(vec![(None, before), (Some(day), then)])
    }

    pub fn on(&self, day: NaiveDate) -> Activity {
        let held = self
            .0
            .iter()
            .rev()
            .find(|(from, _)| from.is_none_or(|from| from <= day));
        held.map_or(Activity::Active, |(_, activity)| *activity)
    }

    fn changes(&self) -> impl Iterator<Item = NaiveDate> {
        self.0.iter().filter_map(|(from, _)| *from)
    }
}

/// A stay in a branch: branch, first day, last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Stay(pub Uuid, pub NaiveDate, pub Option<NaiveDate>);

impl Stay {
    fn holds(self, day: NaiveDate) -> bool {
        self.1 <= day && self.2.is_none_or(|to| to >= day)
    }
}

/// What the register knows about a member.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Official from that day on: never before the recognition decision, however early
    /// `official_on` is.
    pub official_from: Option<NaiveDate>,
    pub stays: Vec<Stay>,
    pub activities: Activities,
    /// First and last days of the member's sponsorships of other people than the one in question.
    pub sponsored: Vec<(NaiveDate, Option<NaiveDate>)>,
}

/// The largest number of these periods that run at the same time on that day or later. On its last
/// day a sponsorship is handed over: it counts until the day before.
pub fn most_at_once(
    periods: impl Iterator<Item = (NaiveDate, Option<NaiveDate>)>,
    from: NaiveDate,
) -> i32 {
    let periods: Vec<_> = periods.collect();
    let at = |day: NaiveDate| {
        let running = |(first, last): &&(NaiveDate, Option<NaiveDate>)| {
            *first <= day && last.is_none_or(|last| last > day)
        };
        periods.iter().filter(running).count()
    };
    let beginnings = periods.iter().map(|(first, _)| *first);
    let later = beginnings.filter(|first| *first > from);
    let most = later.chain([from]).map(at).max();
    most.and_then(|most| i32::try_from(most).ok()).unwrap_or(0)
}

impl Registered {
    /// The largest number of people that the member sponsors at the same time from that day on.
    pub fn most_sponsored_from(&self, day: NaiveDate) -> i32 {
        most_at_once(self.sponsored.iter().copied(), day)
    }

    /// The branch on that day; `None` before joining and after leaving.
    pub fn branch_on(&self, day: NaiveDate) -> Option<Uuid> {
        self.stays.iter().find(|s| s.holds(day)).map(|s| s.0)
    }

    /// The last day of one who is a member no longer.
    pub fn left_on(&self) -> Option<NaiveDate> {
        self.stays.last().and_then(|s| s.2)
    }

    /// The branches in which the member has been on that day or later.
    pub fn branches_from(&self, day: NaiveDate) -> Vec<Uuid> {
        let stays = self.stays.iter();
        let later = stays.filter(|s| s.2.is_none_or(|to| to >= day));
        later.map(|s| s.0).collect()
    }

    /// The last day on which a sponsor who cannot help today could, in the other person's branch of
    /// each day if that is given; nothing if they can. A time between, in which they could not,
    /// ends nothing; nor does a move of the other person.
    pub fn helped_until(
        &self,
        near: Option<&dyn Fn(NaiveDate) -> Uuid>,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        let away = |day: NaiveDate| {
            let elsewhere = near.is_some_and(|near| self.branch_on(day) != Some(near(day)));
            elsewhere || !self.active_on(day)
        };
        let mut days: Vec<_> = self.changes().filter(|day| *day <= today).collect();
        days.sort_unstable();
        let since = days.into_iter().rev().take_while(|day| away(*day)).last();
        since.filter(|_| away(today)).map(day_before)
    }

    /// The last day of a post in that branch which was to last until `planned`: it ends with the
    /// stay there, and before a suspension. Nothing if it cannot have begun on its first day.
    pub fn post(
        &self,
        branch: Uuid,
        first: NaiveDate,
        planned: Option<NaiveDate>,
    ) -> Option<Option<NaiveDate>> {
        let mut stays = self.stays.iter();
        let stay = stays.find(|stay| stay.0 == branch && stay.holds(first))?;
        let barred = |day: &NaiveDate| self.activities.on(*day).barred();
        if barred(&first) {
            return None;
        }
        let suspended = self.activities.changes().filter(|day| *day > first);
        let suspended = suspended.filter(barred).min().map(day_before);
        Some([planned, stay.2, suspended].into_iter().flatten().min())
    }

    pub fn official_on(&self, day: NaiveDate) -> bool {
        self.branch_on(day).is_some() && self.official_from.is_some_and(|from| from <= day)
    }

    pub fn active_on(&self, day: NaiveDate) -> bool {
        self.branch_on(day).is_some() && self.activities.on(day) == Activity::Active
    }

    /// Official and active, and so able to introduce and sponsor.
    pub fn able_on(&self, day: NaiveDate) -> bool {
        self.official_on(day) && self.active_on(day)
    }

    /// The days on which any of this changes.
    pub fn changes(&self) -> impl Iterator<Item = NaiveDate> {
        let stays = self.stays.iter().flat_map(|s| {
            let after = s.2.and_then(|to| to.succ_opt());
            [Some(s.1), after].into_iter().flatten()
        });
        stays.chain(self.turns())
    }

    /// The days on which status or activity changes, whatever the branch.
    pub fn turns(&self) -> impl Iterator<Item = NaiveDate> {
        let activities = self.activities.changes();
        self.official_from.into_iter().chain(activities)
    }
}

/// Whether a branch's workplace has a Youth Union today, and the days on which that changed.
#[derive(Clone, Debug, Deserialize)]
pub struct YouthUnion(pub Uuid, pub bool, pub Vec<NaiveDate>);

impl YouthUnion {
    pub fn on(&self, day: NaiveDate) -> bool {
        held_on(self.1, &self.2, day)
    }
}

/// Whether something held on a day, by whether it holds today and by the days on which it changed.
pub fn held_on(today: bool, changed_on: &[NaiveDate], day: NaiveDate) -> bool {
    let later = changed_on.iter().filter(|changed| **changed > day).count();
    today ^ (later % 2 == 1)
}

/// The days on which something changed with one more, and the first one that is judged otherwise
/// now. A change on the day of the last one takes that back; a day without a change is that of the
/// last one, corrected. Nothing where the day is one to come, or not after the change before.
pub fn changed_on(
    days: &[NaiveDate],
    changes: bool,
    on: NaiveDate,
    today: NaiveDate,
) -> Option<(Vec<NaiveDate>, NaiveDate)> {
    let mut days = days.to_vec();
    let taken_back = changes && days.last() == Some(&on);
    let replaced = days.pop_if(|_| taken_back || !changes);
    let known = changes || replaced.is_some();
    if !known || on > today || days.last().is_some_and(|last| on <= *last) {
        return None;
    }
    if !taken_back {
        days.push(on);
    }
    Some((days, replaced.map_or(on, |last| Ord::min(last, on))))
}

/// A line of a branch's register.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// Only for those who can read the branch.
    pub member: Option<Uuid>,
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
    pub official_from: Option<NaiveDate>,
    pub activities: Activities,
}

impl Line {
    /// A member who is official from that day on.
    pub fn official(from: NaiveDate, activity: Activity) -> Self {
        Self {
            member: None,
            from_on: from,
            to_on: None,
            official_from: Some(from),
            activities: Activities::always(activity),
        }
    }

    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from_on <= day && self.to_on.is_none_or(|to| to >= day)
    }
    pub fn official_on(&self, day: NaiveDate) -> bool {
        self.official_from.is_some_and(|from| from <= day)
    }
}

/// The register of one branch.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Register(pub Vec<Line>);

/// Numbers of members on a day. All but `probationary` count official members only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub official: i32,
    pub probationary: i32,
    /// Exempt from activity, or on temporary activity elsewhere.
    pub exempt: i32,
    /// Suspended, prosecuted or detained.
    pub suspended: i32,
}

impl Register {
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = &Line> {
        self.0.iter().filter(move |line| line.holds(day))
    }

    /// The days on which any of this changes.
    pub fn changes(&self) -> impl Iterator<Item = NaiveDate> {
        self.0.iter().flat_map(|line| {
            let after = line.to_on.and_then(|to| to.succ_opt());
            let stay = std::iter::once(line.from_on).chain(after);
            stay.chain(line.official_from)
                .chain(line.activities.changes())
        })
    }

    pub fn counts(&self, day: NaiveDate) -> Counts {
        let mut counts = Counts::default();
        for line in self.on(day) {
            if !line.official_on(day) {
                counts.probationary += 1;
                continue;
            }
            counts.official += 1;
            let activity = line.activities.on(day);
            counts.exempt += i32::from(activity.exempt());
            counts.suspended += i32::from(activity.barred());
        }
        counts
    }
}

impl Activity {
    /// Counts in a vote only when present (24-QĐ/TW, 9.3.2).
    pub const fn exempt(self) -> bool {
        match self {
            Self::Exempt | Self::TemporarilyElsewhere => true,
            Self::Active | Self::Suspended | Self::Prosecuted => false,
        }
    }

    /// Never counts in a vote (24-QĐ/TW, 9.3.2).
    pub const fn barred(self) -> bool {
        match self {
            Self::Suspended | Self::Prosecuted => true,
            Self::Active | Self::Exempt | Self::TemporarilyElsewhere => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(day: &str) -> NaiveDate {
        day.parse().unwrap()
    }

    fn line(
        from: &str,
        to: Option<&str>,
        official: Option<&str>,
        activities: &[(&str, Activity)],
    ) -> Line {
        let mut all = vec![(None, Activity::Active)];
        all.extend(activities.iter().map(|(on, a)| (Some(d(on)), *a)));
        Line {
            member: None,
            from_on: d(from),
            to_on: to.map(d),
            official_from: official.map(d),
            activities: Activities(all),
        }
    }

    #[test]
    fn the_register_has_a_first_and_a_last_day_for_everything() {
        let register = Register(vec![
            line("2010-05-19", None, Some("2011-05-19"), &[]),
            line("2015-03-03", Some("2021-06-30"), Some("2016-03-03"), &[]),
            line("2020-03-03", None, Some("2021-06-10"), &[]),
            line(
                "2012-03-03",
                None,
                Some("2013-03-03"),
                &[
                    ("2021-06-05", Activity::Suspended),
                    ("2021-06-20", Activity::Exempt),
                ],
            ),
        ]);
        for (day, official, probationary, exempt, suspended) in [
            ("2021-06-04", 3, 1, 0, 0),
            ("2021-06-05", 3, 1, 0, 1),
            ("2021-06-10", 4, 0, 0, 1),
            ("2021-06-20", 4, 0, 1, 0),
            ("2021-06-30", 4, 0, 1, 0),
            ("2021-07-01", 3, 0, 1, 0),
        ] {
            let expected = Counts {
                official,
                probationary,
                exempt,
                suspended,
            };
            assert_eq!(register.counts(d(day)), expected, "{day}");
        }
    }
}
