//! The demo's candidacies: where each stands, and on which days it got there.
use std::borrow::Cow;

use chrono::{Days, NaiveDate};

/// The course of one candidacy: the acts that led to its stage, as dates.
#[derive(Clone)]
pub struct Case {
    pub branch: usize,
    pub stage: &'static str,
    pub introduced_by: &'static str,
    pub nominated_on: Cow<'static, str>,
    /// adopted into the plan or withdrawn; empty while pending
    pub outcome_on: Cow<'static, str>,
    pub stage_on: Cow<'static, str>,
    pub sponsors: usize,
    /// On the way on the day of loading, whatever its year; the others are of the plan's own term.
    pub on_the_way: bool,
}

impl Case {
    /// By how many years somebody on the way is younger than those of the plan's own term.
    pub fn years_later(&self) -> usize {
        let year = self.nominated_on.get(..4).and_then(|y| y.parse().ok());
        let year = year.filter(|_| self.on_the_way).unwrap_or(2021_usize);
        year.saturating_sub(2021)
    }
}

type Str = &'static str;

pub const fn case(
    branch: usize,
    stage: Str,
    introduced_by: Str,
    nominated_on: Str,
    outcome_on: Str,
    stage_on: Str,
    sponsors: usize,
) -> Case {
    Case {
        branch,
        stage,
        introduced_by,
        nominated_on: Cow::Borrowed(nominated_on),
        outcome_on: Cow::Borrowed(outcome_on),
        stage_on: Cow::Borrowed(stage_on),
        sponsors,
        on_the_way: false,
    }
}

pub const UNION: Str = "trade_union";
pub const YOUTH: Str = "youth_union";
pub const MEMBER: Str = "member";

/// Every candidacy of the plan's own term.
pub static CASES: [Case; 38] = [
    case(
        1,
        "in_plan",
        UNION,
        "2021-11-15",
        "2021-12-24",
        "2021-12-24",
        0,
    ),
    case(
        1,
        "in_plan",
        YOUTH,
        "2021-08-16",
        "2021-09-24",
        "2021-09-24",
        1,
    ),
    case(1, "nominated", MEMBER, "2022-04-11", "", "2022-04-11", 0),
    case(
        1,
        "dossier",
        YOUTH,
        "2020-11-09",
        "2020-12-23",
        "2021-10-04",
        2,
    ),
    case(
        2,
        "in_plan",
        MEMBER,
        "2021-05-17",
        "2021-06-25",
        "2021-06-25",
        1,
    ),
    case(2, "nominated", UNION, "2022-05-16", "", "2022-05-16", 0),
    case(
        2,
        "committee_resolved",
        UNION,
        "2020-10-19",
        "2020-12-22",
        "2022-04-20",
        1,
    ),
    case(
        3,
        "in_plan",
        YOUTH,
        "2021-05-24",
        "2021-06-24",
        "2021-06-24",
        1,
    ),
    case(
        3,
        "in_plan",
        UNION,
        "2021-11-22",
        "2021-12-23",
        "2021-12-23",
        2,
    ),
    case(3, "nominated", YOUTH, "2022-03-28", "", "2022-03-28", 0),
    case(
        3,
        "dossier",
        MEMBER,
        "2021-02-01",
        "2021-03-24",
        "2022-02-21",
        1,
    ),
    case(
        3,
        "submitted",
        UNION,
        "2020-11-16",
        "2020-12-24",
        "2022-05-12",
        1,
    ),
    case(
        3,
        "probationary",
        YOUTH,
        "2020-10-12",
        "2020-12-24",
        "2021-11-19",
        2,
    ),
    case(
        4,
        "in_plan",
        UNION,
        "2022-02-14",
        "2022-03-25",
        "2022-03-25",
        0,
    ),
    case(
        4,
        "in_plan",
        YOUTH,
        "2021-08-23",
        "2021-09-23",
        "2021-09-23",
        2,
    ),
    case(4, "nominated", MEMBER, "2022-05-09", "", "2022-05-09", 0),
    case(
        4,
        "dossier",
        YOUTH,
        "2021-01-18",
        "2021-03-25",
        "2021-11-08",
        1,
    ),
    case(
        4,
        "branch_resolved",
        UNION,
        "2020-12-07",
        "2020-12-25",
        "2022-05-05",
        2,
    ),
    case(
        4,
        "probationary",
        YOUTH,
        "2020-10-05",
        "2020-12-25",
        "2021-09-02",
        1,
    ),
    case(
        5,
        "in_plan",
        UNION,
        "2021-10-18",
        "2021-12-21",
        "2021-12-21",
        1,
    ),
    case(5, "nominated", YOUTH, "2022-04-18", "", "2022-04-18", 0),
    case(
        5,
        "dossier",
        UNION,
        "2021-01-25",
        "2021-03-22",
        "2022-01-10",
        1,
    ),
    case(
        5,
        "decided",
        YOUTH,
        "2020-11-23",
        "2020-12-21",
        "2022-05-25",
        2,
    ),
    case(
        5,
        "probationary",
        MEMBER,
        "2020-10-26",
        "2020-12-21",
        "2021-12-22",
        1,
    ),
    case(
        6,
        "in_plan",
        YOUTH,
        "2021-08-30",
        "2021-09-27",
        "2021-09-27",
        2,
    ),
    case(6, "nominated", UNION, "2022-05-23", "", "2022-05-23", 0),
    case(
        6,
        "dossier",
        MEMBER,
        "2021-02-22",
        "2021-03-26",
        "2022-03-14",
        1,
    ),
    case(
        6,
        "committee_resolved",
        YOUTH,
        "2020-11-30",
        "2020-12-28",
        "2022-05-18",
        1,
    ),
    case(
        7,
        "in_plan",
        UNION,
        "2021-07-12",
        "2021-09-22",
        "2021-09-22",
        1,
    ),
    case(7, "nominated", UNION, "2022-03-21", "", "2022-03-21", 0),
    case(
        7,
        "submitted",
        MEMBER,
        "2020-12-14",
        "2020-12-29",
        "2022-04-27",
        2,
    ),
    case(
        8,
        "in_plan",
        YOUTH,
        "2022-01-17",
        "2022-03-22",
        "2022-03-22",
        1,
    ),
    case(
        8,
        "branch_resolved",
        UNION,
        "2021-01-11",
        "2021-03-23",
        "2022-05-20",
        1,
    ),
    case(
        9,
        "in_plan",
        UNION,
        "2021-04-19",
        "2021-06-22",
        "2021-06-22",
        1,
    ),
    case(9, "nominated", MEMBER, "2022-06-06", "", "2022-06-06", 0),
    case(
        9,
        "removed",
        UNION,
        "2020-12-21",
        "2021-03-29",
        "2021-12-20",
        1,
    ),
    case(
        10,
        "dossier",
        UNION,
        "2021-03-01",
        "2021-03-30",
        "2022-04-04",
        2,
    ),
    case(
        10,
        "withdrawn",
        YOUTH,
        "2021-08-09",
        "2021-10-05",
        "2021-10-05",
        0,
    ),
];

/// Date of the admission decision.
pub fn decided_on(case: &Case) -> Option<NaiveDate> {
    let stage_on: NaiveDate = case.stage_on.parse().ok()?;
    match (case.stage, &*case.stage_on) {
        ("decided", _) => Some(stage_on),
        ("probationary", "2021-11-19") => NaiveDate::from_ymd_opt(2021, 10, 29),
        ("probationary", "2021-09-02") => NaiveDate::from_ymd_opt(2021, 8, 18),
        ("probationary", _) => stage_on.checked_sub_days(Days::new(21)),
        _ => None,
    }
}

/// The cases, each with its number within its branch.
pub fn numbered(cases: &[Case]) -> Vec<(usize, &Case)> {
    let mut seen = [0; 11];
    let mut next = |branch: usize| {
        seen[branch] += 1;
        seen[branch]
    };
    cases.iter().map(|case| (next(case.branch), case)).collect()
}

/// Whether the person is still in the branch's source plan.
pub fn still_a_source(stage: &str) -> bool {
    !matches!(stage, "probationary" | "removed" | "withdrawn")
}
