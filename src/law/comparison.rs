//! What-if analysis: one file judged under two sets of regulations, requirement by requirement.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::acts::{ActKind, Step};
use crate::candidacy::{File, Recorded, standing};
use crate::deadlines;
use crate::judgement::{Facts, Question, requirements};
use crate::regulation::Regulations;
use crate::requirement::Check;
use crate::words::{DeadlineKind, Role, Stage};

/// Which version re-judges a recorded act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The version that judged it, as defined in these regulations.
    Record,
    /// The version in force on its day, as for a new act.
    Day,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A recorded act.
    Act {
        id: Uuid,
        kind: ActKind,
        on: NaiveDate,
    },
    /// A possible next step, today.
    Next(Step),
}

/// A requirement with different answers.
#[derive(Clone, Debug)]
pub struct Change {
    pub subject: Subject,
    /// The two answers; `None` if that side has no such requirement.
    pub now: Option<Check>,
    pub then: Option<Check>,
}

/// A deadline with different dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub kind: DeadlineKind,
    pub now: Option<NaiveDate>,
    pub then: Option<NaiveDate>,
}

/// The differences for one file.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub stage_now: Stage,
    pub stage_then: Stage,
    pub changes: Vec<Change>,
    pub deadlines: Vec<Moved>,
}

impl Comparison {
    /// Whether there is no difference.
    pub fn alike(&self) -> bool {
        self.stage_now == self.stage_then && self.changes.is_empty() && self.deadlines.is_empty()
    }
}

/// Everything that one set of regulations says about a file.
struct Judged {
    stage: Stage,
    subjects: Vec<(Subject, Vec<Check>)>,
    deadlines: BTreeMap<(DeadlineKind, String), NaiveDate>,
}

fn judged(facts: &Facts, law: &Regulations, by: By) -> Judged {
    let mut acts = standing(&facts.acts);
    let of_the_day;
    let mut facts = facts;
    if by == By::Day {
        for recorded in &mut acts {
            recorded.regulation = None;
        }
        if !facts.earlier.is_empty() {
            let mut other = facts.clone();
            for (_, recorded) in &mut other.earlier {
                recorded.regulation = None;
            }
            of_the_day = other;
            facts = &of_the_day;
        }
    }
    let mut file = facts.opened(&acts, law);
    let mut subjects = Vec::new();
    for recorded in &acts {
        subjects.push(of_act(facts, law, &file, recorded));
        recorded.apply(&mut file, law);
    }
    if !file.stage.ended() {
        subjects.extend(next_steps(facts, law, &file));
    }
    let open = deadlines::open(&file, law, facts);
    Judged {
        stage: file.stage,
        subjects,
        deadlines: open
            .into_iter()
            .map(|d| ((d.kind, by_beginning(d.kind, d.from_on, d.key)), d.due_on))
            .collect(),
    }
}

/// Identifies a deadline without its last day, which is what may differ.
fn by_beginning(kind: DeadlineKind, from_on: NaiveDate, key: String) -> String {
    if kind == DeadlineKind::VerificationReturn {
        key
    } else {
        from_on.to_string()
    }
}

fn of_act(
    facts: &Facts,
    law: &Regulations,
    file: &File,
    recorded: &Recorded,
) -> (Subject, Vec<Check>) {
    let act = &recorded.act;
    let question = Question::again(facts, file, law, recorded);
    let subject = Subject::Act {
        id: recorded.id,
        kind: act.kind(),
        on: act.on(),
    };
    (subject, requirements(&question, act.step(), Some(act)))
}

fn next_steps<'a>(
    facts: &'a Facts,
    law: &'a Regulations,
    file: &'a File,
) -> impl Iterator<Item = (Subject, Vec<Check>)> + 'a {
    let here = |step: &Step| step.possible_in(file);
    Step::all().into_iter().filter(here).map(move |step| {
        let usual = step.kind().recorded_by().first().copied();
        let question = Question {
            facts,
            file,
            law,
            version: law.on(facts.today),
            on: facts.today,
            role: step.only().or(usual).unwrap_or(Role::PartyOffice),
            account: Uuid::nil(),
            recording: true,
            lost: &[],
        };
        (Subject::Next(step), requirements(&question, step, None))
    })
}

/// By rule and position among requirements of the same rule, which occurs once per document.
fn by_rule(checks: Vec<Check>) -> BTreeMap<(&'static str, usize), Check> {
    let mut all = BTreeMap::new();
    for check in checks {
        let place = all.keys().filter(|(rule, _)| *rule == check.rule).count();
        all.insert((check.rule, place), check);
    }
    all
}

/// How `then` would judge the file differently from `now`. Under `then`, recorded acts are judged
/// `by` their own version or by their day.
pub fn compare(facts: &Facts, now: &Regulations, then: &Regulations, by: By) -> Comparison {
    let (now, then) = (judged(facts, now, By::Record), judged(facts, then, by));
    let mut changes = Vec::new();
    let mut there: Vec<(Subject, Option<Vec<Check>>)> = then
        .subjects
        .into_iter()
        .map(|(s, checks)| (s, Some(checks)))
        .collect();
    for (subject, checks) in now.subjects {
        let other = there.iter_mut().find(|(s, _)| *s == subject);
        let other = other.and_then(|(_, checks)| checks.take());
        changes.extend(different(subject, checks, other.unwrap_or_default()));
    }
    for (subject, checks) in there {
        changes.extend(different(subject, Vec::new(), checks.unwrap_or_default()));
    }
    let mut deadlines = Vec::new();
    for key in now.deadlines.keys().chain(then.deadlines.keys()) {
        let moved = Moved {
            kind: key.0,
            now: now.deadlines.get(key).copied(),
            then: then.deadlines.get(key).copied(),
        };
        if moved.now != moved.then && !deadlines.contains(&moved) {
            deadlines.push(moved);
        }
    }
    Comparison {
        stage_now: now.stage,
        stage_then: then.stage,
        changes,
        deadlines,
    }
}

/// Requirements that are met on one side only, or are unmet on one side and absent from the other.
fn different(subject: Subject, now: Vec<Check>, then: Vec<Check>) -> Vec<Change> {
    let (now, mut then) = (by_rule(now), by_rule(then));
    let met = |check: Option<&Check>| check.is_none_or(|c| c.met);
    let mut changes = Vec::new();
    for (key, check) in now {
        let other = then.remove(&key);
        if check.met != met(other.as_ref()) {
            changes.push(Change {
                subject,
                now: Some(check),
                then: other,
            });
        }
    }
    let only_then = then.into_values().filter(|c| !c.met);
    changes.extend(only_then.map(|check| Change {
        subject,
        now: None,
        then: Some(check),
    }));
    changes
}

/// What became of the version of a recorded act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<'a> {
    /// Still in force on the act's day.
    InForce,
    /// Present, but another version is now in force on the act's day and would judge a new act.
    Moved(&'a str),
    /// Removed: the act cannot be replayed.
    Gone,
}

impl Regulations {
    /// Whether an act of that day, judged by `code`, would be judged by the same version now.
    pub fn kept(&self, code: &str, on: NaiveDate) -> Kept<'_> {
        let version = self.on(on);
        if version.code == code {
            Kept::InForce
        } else if self.named(code).is_some() {
            Kept::Moved(&version.code)
        } else {
            Kept::Gone
        }
    }
}
