//! The way ahead: the fastest lawful way of a file from here, file forward day by day with the very
//! requirements that later judge its acts, and the latest day on which each step can still begin.
#[cfg(test)]
mod any_file;
#[cfg(test)]
mod every_day;
#[cfg(test)]
mod late_file;
#[cfg(test)]
mod tests;
mod walk;
mod ways;

use std::collections::BTreeSet;

use chrono::{Datelike as _, Days, NaiveDate};
use uuid::Uuid;

use self::walk::Walk;
use crate::acts::Step;
use crate::calendar::{next_day, plus_months};
use crate::candidacy::File;
#[cfg(test)]
use crate::candidacy::Recorded;
use crate::enrolment::Lesson;
use crate::findings::{self, Finding};
use crate::judgement::Facts;
use crate::register::Registered;
use crate::regulation::Regulations;
use crate::requirement::Check;
use crate::words::Stage;

/// How far ahead is looked for the fastest way.
const MONTHS_AHEAD: u32 = 60;

/// A class that is planned or under way.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    pub id: Uuid,
    pub lesson: Lesson,
    pub ends_on: NaiveDate,
    /// A seat is free.
    pub room: bool,
    /// The person has one.
    pub seated: bool,
}

/// Something that is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Act(Step),
    /// A class, by its id.
    Class(Uuid),
}

/// A step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    pub what: What,
    /// First day on which it can be done; of a class the day from which the person can be proposed.
    pub earliest_on: NaiveDate,
    /// Last day on which it can be, to reach the goal in time; None where that is not possible.
    pub latest_on: Option<NaiveDate>,
}

/// The fastest lawful way of a file.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Probationary, or of a probationary member official.
    pub goal: Stage,
    /// First day on which the goal can be reached; None where no way is known.
    pub reached_on: Option<NaiveDate>,
    /// Last day on which the first step can be taken, to reach the goal by the day asked about.
    pub begin_by: Option<NaiveDate>,
    pub steps: Vec<Ahead>,
    /// Requirements of the next step that no act could meet.
    pub blocked_by: Vec<Check>,
}

impl Outlook {
    /// Days that may be lost, to reach the goal by the day asked about.
    pub fn slack(&self, today: NaiveDate) -> Option<i64> {
        self.begin_by.map(|by| (by - today).num_days())
    }
}

/// A file, asked about its way ahead.
pub struct Question<'a> {
    law: &'a Regulations,
    facts: Facts,
    courses: &'a [Course],
    file: File,
    lost: Vec<Finding>,
    /// Days on which something that the rules read changes by itself.
    changes: BTreeSet<NaiveDate>,
}

impl<'a> Question<'a> {
    /// None where the file has ended, or nothing is recorded.
    pub fn about(facts: &Facts, law: &'a Regulations, courses: &'a [Course]) -> Option<Self> {
        let file = facts.file(law);
        if facts.acts.is_empty() || file.stage.ended() {
            return None;
        }
        let lost = findings::of(facts, law);
        let changes = changes((facts, &file), law, courses);
        let facts = Facts {
            // the file already contains what the acts say
            acts: Vec::new(),
            birth_date: facts.shown_birth(),
            members: facts.members.clone(),
            moves: facts.moves.clone(),
            own_stays: Vec::new(),
            youth_union_changed_on: facts.youth_union_changed_on.clone(),
            trade_union_changed_on: facts.trade_union_changed_on.clone(),
            elsewhere: BTreeSet::new(),
            seats: Vec::new(),
            earlier: Vec::new(),
            youth_unions: facts.youth_unions.clone(),
            register: facts.register.clone(),
            settings: facts.settings.clone(),
            holidays: facts.holidays.clone(),
            ..*facts
        };
        Some(Self {
            law,
            facts,
            courses,
            file,
            lost,
            changes,
        })
    }

    fn walk(&self, from: NaiveDate) -> Walk<'_> {
        Walk::new(self, from)
    }

    /// Probationary, or of a probationary member official.
    pub fn goal(&self) -> Stage {
        if self.file.stage.member() {
            Stage::Official
        } else {
            Stage::Probationary
        }
    }

    /// Whether the goal can be reached by `until`: what [`Self::brief`] says, and no more.
    pub fn arrives(&self, until: NaiveDate) -> bool {
        self.walk(self.facts.today).goes(until).is_some()
    }

    /// The same with the day by which the first step is taken; for lists.
    pub fn brief(&self, until: NaiveDate) -> Outlook {
        let today = self.facts.today;
        let mut walk = self.walk(today);
        let horizon = until.max(plus_months(today, MONTHS_AHEAD));
        let reached_on = walk.goes(horizon);
        let begin_by = reached_on
            .filter(|on| *on <= until)
            .map(|_| last(today, until, |from| self.walk(from).goes(until).is_some()));
        Outlook {
            goal: walk.goal,
            reached_on,
            begin_by,
            steps: walk.steps(),
            blocked_by: if reached_on.is_some() {
                Vec::new()
            } else {
                walk.missing
            },
        }
    }

    /// The whole way.
    pub fn whole(&self, until: NaiveDate) -> Outlook {
        let mut outlook = self.brief(until);
        if outlook.begin_by.is_some() {
            let today = self.facts.today;
            for step in &mut outlook.steps {
                let latest = last(step.earliest_on, until, |from| {
                    let mut walk = self.walk(today);
                    walk.not_before = Some((step.what, from));
                    walk.goes(until).is_some()
                });
                step.latest_on = Some(latest);
            }
        }
        outlook
    }

    /// The acts of the fastest way, for tests.
    #[cfg(test)]
    fn acts(&self, until: NaiveDate) -> (Option<NaiveDate>, Vec<Recorded>) {
        let mut walk = self.walk(self.facts.today);
        let reached = walk.goes(until);
        (reached, walk.recorded())
    }
}

/// The last day from `good` to `until` that is good; what is later is not better.
fn last(good: NaiveDate, until: NaiveDate, is_good: impl Fn(NaiveDate) -> bool) -> NaiveDate {
    let (mut good, mut bad) = (good, next_day(until));
    loop {
        let days = (bad - good).num_days();
        if days <= 1 {
            return good;
        }
        let middle = good + Days::new(days.unsigned_abs() / 2);
        if is_good(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
}

fn changes(
    (facts, file): (&Facts, &File),
    law: &Regulations,
    courses: &[Course],
) -> BTreeSet<NaiveDate> {
    let born = facts.shown_birth();
    let years = u32::try_from(facts.today.year() - born.year()).unwrap_or(0);
    let birthdays = (years..=years + MONTHS_AHEAD / 12 + 1).map(|n| plus_months(born, 12 * n));
    let members = facts.members.values().flat_map(Registered::changes);
    let lines = facts.register.changes();
    let versions = law.all().iter().map(|v| v.effective_from);
    let classes = courses.iter().flat_map(|c| [c.lesson.starts_on, c.ends_on]);
    let certificates = file.certificates.iter();
    let certificates = certificates.filter_map(|c| c.valid_to().map(next_day));
    birthdays
        .chain(members)
        .chain(lines)
        .chain(versions)
        .chain(facts.settings.changes())
        .chain(classes)
        .chain(certificates)
        .filter(|day| *day > facts.today)
        .collect()
}
