//! Test cases as data: a TOML file describes a file's starting point, what is recorded or asked,
//! and the right answer. `ordinary.toml` is the ordinary file, from which each case differs in one
//! point. The tests and `ketnap regulations check --cases` run them, and the book for jurists shows
//! them.
mod builder;
mod further;
mod premises;
mod prose;
mod prose_of_questions;
mod run;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::run::{Asked, CaseAnswer};

use self::further::Further;
use crate::acts::{ActKind, Step};
use crate::words::{DeadlineKind, GeneralEducation, Stage};

/// The built-in cases: name and text.
pub const CASES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/cases.rs"));

const ORDINARY: &str = include_str!("../ordinary.toml");

/// A case as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows, in Vietnamese.
    pub title: String,
    /// Number of the worked example in the specification.
    pub example: Option<u32>,
    /// Versions appended to those of the regulation file.
    regulations: Option<String>,
    start: Start,
    #[serde(default)]
    facts: Changes,
    /// Acts recorded in addition to the ordinary ones; each must be accepted.
    #[serde(default)]
    given: Vec<Entry>,
    /// What is recorded or asked, with the right answers.
    judged: Vec<Entry>,
}

/// An act, a step or a deadline, with its fields.
type Entry = Map<String, Value>;

/// How far the ordinary file has progressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stand {
    /// No acts recorded.
    Empty,
    /// Dossier opened and verified, opinions given, introductions still missing.
    Dossier,
    /// Meets every requirement of the branch's vote on admission.
    Ready,
    Submitted,
    Decided,
    /// With the papers required by the vote on recognition.
    Probationary,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    file: Stand,
    #[serde(default = "born")]
    born: NaiveDate,
    opened: Option<NaiveDate>,
    voted: Option<NaiveDate>,
    decided: Option<NaiveDate>,
    ceremony: Option<NaiveDate>,
    /// Kinds of act left out of the ordinary file.
    #[serde(default)]
    without: Vec<ActKind>,
}

fn born() -> NaiveDate {
    NaiveDate::from_ymd_opt(1997, 1, 15).unwrap_or_default()
}

fn later(day: NaiveDate, by: i64) -> NaiveDate {
    let days = Days::new(by.unsigned_abs());
    let there = if by < 0 {
        day.checked_sub_days(days)
    } else {
        day.checked_add_days(days)
    };
    there.unwrap_or(day)
}

/// Dates of the ordinary file: those given by the case, the others at their usual distance.
struct Anchors {
    opened: NaiveDate,
    voted: NaiveDate,
    decided: NaiveDate,
    ceremony: NaiveDate,
}

impl Start {
    fn anchors(&self) -> Anchors {
        let voted_by = |decided| later(decided, -40);
        let opened = self
            .opened
            .or_else(|| self.voted.map(|on| later(on, -90)))
            .or_else(|| self.decided.map(|on| later(on, -130)))
            .unwrap_or_else(|| NaiveDate::from_ymd_opt(2021, 3, 1).unwrap_or_default());
        let voted = self
            .voted
            .or_else(|| self.decided.map(voted_by))
            .unwrap_or_else(|| later(opened, 92));
        let decided = self.decided.unwrap_or_else(|| later(voted, 40));
        let ceremony = self.ceremony.unwrap_or_else(|| later(decided, 20));
        Anchors {
            opened,
            voted,
            decided,
            ceremony,
        }
    }
}

/// Differences from the ordinary person, branch and organisation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Changes {
    general_education: Option<GeneralEducation>,
    youth_union_member: Option<bool>,
    youth_membership_changed_on: Vec<NaiveDate>,
    trade_union_member: Option<bool>,
    trade_membership_changed_on: Vec<NaiveDate>,
    unit_has_youth_union: Option<bool>,
    youth_union_changed_on: Vec<NaiveDate>,
    /// Official members of the branch since 2010-05-19.
    official_members: Option<usize>,
    /// Dates on which further members became official.
    official_later: Vec<NaiveDate>,
    /// How many of them are exempt from activity or temporarily elsewhere; then how many are
    /// suspended.
    exempt: usize,
    suspended: usize,
    settings: Vec<SettingChange>,
    holidays: Vec<NaiveDate>,
    /// Saturdays and Sundays worked in lieu.
    worked: Vec<NaiveDate>,
    in_open_review: bool,
    namesake_waits: bool,
    today: Option<NaiveDate>,
    member: Vec<MemberChange>,
}

/// A value of a local setting and its first day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingChange {
    key: String,
    from_on: NaiveDate,
    value: i32,
}

/// Changes one of the members 1 to 4, whom the acts name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberChange {
    number: u128,
    official_on: Option<NaiveDate>,
    #[serde(default)]
    probationary: bool,
    #[serde(default)]
    inactive: bool,
    /// First day of a suspension.
    suspended_from: Option<NaiveDate>,
    /// Last day in the branch.
    left_on: Option<NaiveDate>,
    #[serde(default)]
    other_branch: bool,
    /// People whom the member sponsors.
    #[serde(default)]
    open_sponsorships: usize,
    /// Other people whom the member has sponsored, each with the first and the last day.
    #[serde(default)]
    sponsored: Vec<(NaiveDate, NaiveDate)>,
}

impl MemberChange {
    /// Every sponsorship; those that are open began on that day.
    fn sponsored(&self, since: NaiveDate) -> Vec<(NaiveDate, Option<NaiveDate>)> {
        let ended = self.sponsored.iter().map(|(from, to)| (*from, Some(*to)));
        let open = vec![(since, None); self.open_sponsorships];
        ended.chain(open).collect()
    }
}

/// The right answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expected {
    /// Unmet requirements, in any order; empty if the act is accepted.
    unmet: Option<Vec<String>>,
    /// Stage afterwards.
    stage: Option<Stage>,
    /// Version that judges it.
    regulation: Option<String>,
    /// Citation of the first unmet requirement, of `rule`, or of the deadline.
    clause: Option<String>,
    rule: Option<String>,
    /// First day on which that requirement can be met.
    earliest: Option<NaiveDate>,
    /// For a deadline: its start, its last day, the skipped holidays. Without `due` there must be
    /// no such deadline.
    from: Option<NaiveDate>,
    due: Option<NaiveDate>,
    skipped: Option<Vec<NaiveDate>>,
    probation_end: Option<NaiveDate>,
    official_on: Option<NaiveDate>,
    /// The Vietnamese sentence of that requirement.
    says: Option<String>,
    /// For a register: members of the day.
    official: Option<i32>,
    probationary: Option<i32>,
    exempt: Option<i32>,
    suspended: Option<i32>,
    /// Number of introductions on file, including replaced ones.
    introductions: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Act(ActKind),
    Step(ActKind),
    Deadline(DeadlineKind),
    Further(Further),
}

/// Default fields by kind of act, and the acts of the ordinary file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordinary {
    fields: BTreeMap<ActKind, Entry>,
    acts: Vec<OrdinaryAct>,
}

impl Ordinary {
    /// The step that an entry is about.
    fn step(&self, kind: ActKind, entry: &Entry) -> Result<Step, String> {
        let usual = self.fields.get(&kind);
        let field = |name: &str| {
            entry
                .get(name)
                .or_else(|| usual.and_then(|u| u.get(name)))
                .and_then(Value::as_str)
        };
        let mut steps = Step::all().into_iter().filter(|s| {
            let mut fields = s.fields().into_iter();
            s.kind() == kind && fields.all(|(name, word)| field(name) == Some(word))
        });
        steps
            .next()
            .ok_or_else(|| format!("{}: which step? Its fields are missing", kind.wire()))
    }
}

#[derive(Deserialize)]
struct OrdinaryAct {
    file: Stand,
    after: (Anchor, i64),
    #[serde(flatten)]
    fields: Entry,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Anchor {
    Opened,
    Voted,
    Decided,
    Ceremony,
}

impl Anchors {
    fn day(&self, anchor: Anchor) -> NaiveDate {
        match anchor {
            Anchor::Opened => self.opened,
            Anchor::Voted => self.voted,
            Anchor::Decided => self.decided,
            Anchor::Ceremony => self.ceremony,
        }
    }
}

/// Turns dates into strings, as in the bodies of the API.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(d) => Value::String(d.to_string()),
        toml::Value::Array(all) => Value::Array(all.into_iter().map(plain).collect()),
        toml::Value::Table(t) => Value::Object(t.into_iter().map(|(k, v)| (k, plain(v))).collect()),
        other @ (toml::Value::String(_)
        | toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)) => serde_json::to_value(other).unwrap_or_default(),
    }
}

fn parse<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, String> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| e.to_string())?;
    serde_json::from_value(plain(toml::Value::Table(table))).map_err(|e| e.to_string())
}

impl Case {
    /// Parses a case; the error explains what is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        parse(text)
    }
}
