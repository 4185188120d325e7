//! A random file after the branch's vote: before the dossier is sent in, with the decision, after
//! the ceremony, in the probation, and up to the recognition.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Course;
use super::any_file::LEADS;
use crate::calendar::plus_months;
use crate::enrolment::Lesson;
use crate::story::{Case, ballot, d, days, granted};
use crate::words::{ClassKind, ClassState, DayKind};

/// How far it has come, and what lies around it.
#[derive(Clone, Debug)]
pub(super) struct LateFile {
    age: u64,
    voted: NaiveDate,
    /// How many of the acts below are recorded.
    acts: usize,
    /// Days by which each step came later than it could.
    gaps: [i64; 6],
    /// Days since the last act.
    ago: i64,
    /// Votes on recognition that failed.
    failed: i64,
    received: Option<i64>,
    classes: Vec<(i64, i64, bool, bool)>,
    leads: Vec<(usize, i32)>,
    holidays: Vec<i64>,
    leaves: Option<(u128, i64)>,
}

pub(super) fn late_file() -> impl Strategy<Value = LateFile> {
    let voted = (0..1900_u64).prop_map(|n| d("2020-09-01") + Days::new(n));
    let classes = (-10..120_i64, 0..10_i64, any::<bool>(), any::<bool>());
    let around = (
        proptest::collection::vec(classes, 0..3),
        proptest::collection::vec((0..5_usize, 0..30), 0..3),
        proptest::collection::vec(0..90_i64, 0..6),
        proptest::option::weighted(0.2, (1..4_u128, -200..60_i64)),
    );
    (
        (6700..23000_u64, voted, 1..=ACTS),
        any::<[u8; 6]>(),
        prop_oneof![0..60_i64, 0..400_i64],
        prop_oneof![4 => Just(0_i64), 1 => 1..5_i64],
        proptest::option::of(0..20_i64),
        around,
    )
        .prop_map(
            |((age, voted, acts), gaps, ago, failed, received, around)| {
                let (classes, leads, holidays, leaves) = around;
                LateFile {
                    age,
                    voted,
                    acts,
                    gaps: gaps.map(|n| i64::from(n) % 25),
                    ago,
                    failed,
                    received,
                    classes,
                    leads,
                    holidays,
                    leaves,
                }
            },
        )
}

/// As many as [`LateFile::way`] lists, at least.
const ACTS: usize = 24;

fn paper(on: NaiveDate, code: &str) -> (&'static str, Value) {
    (
        "document",
        json!({"on": on, "code": code, "received_on": on}),
    )
}

impl LateFile {
    /// The acts from the branch's vote on, as they would be recorded.
    fn way(&self, case: &Case) -> Vec<(&'static str, Value)> {
        let vote = |on, purpose: &str, body: &str, good: bool| {
            let all = case.facts.official_members(on);
            let (favour, against) = if good { (all, 0) } else { (0, all) };
            let mut data = ballot(on, purpose, [all, 0, 0, all, favour, against]);
            data["body"] = body.into();
            ("resolution", data)
        };
        let [committee, sent, decided, held, reviewed, confirmed] = self.gaps;
        let mut on = self.voted;
        let mut way = vec![vote(on, "admission", "branch", true)];
        on = days(on, committee);
        way.push(vote(on, "admission", "committee", true));
        let codes = [
            "1-KNĐ", "2-KNĐ", "3-KNĐ", "4-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ",
        ];
        way.extend(codes.map(|code| paper(on, code)));
        on = days(on, sent);
        way.push(("submission", json!({"on": on, "paper_number": "1"})));
        on = days(on, decided * 4);
        let body = case.law.on(on).text("decision_authority").to_owned();
        let mut granted = granted(on, &body, 11, 6);
        granted["reason"] = json!("1");
        granted["received_on"] = json!(self.received.map(|n| days(on, n)));
        way.push(("decision", granted));
        let ceremony = days(on, held);
        way.push(("ceremony", json!({"on": ceremony})));
        let end = plus_months(ceremony, 12);
        on = days(end, -reviewed);
        way.push(("certificate", json!({"on": on, "class_kind": "new_member", "enrolment_id": Uuid::nil(), "number": "2", "valid_to": null})));
        way.extend(["10-KNĐ", "11-KNĐ", "12-KNĐ"].map(|code| paper(on, code)));
        for n in 0..self.failed {
            way.push(vote(days(end, 1 + n * 3), "recognition", "branch", false));
        }
        on = days(end, 12 + reviewed);
        way.push(vote(on, "recognition", "branch", true));
        on = days(on, confirmed);
        way.push(vote(on, "recognition", "committee", true));
        way.push(paper(on, "13-KNĐ"));
        way
    }

    /// The facts with as much of the way as the rules accept.
    pub fn case(&self) -> (Case, Vec<Course>) {
        let born = self.voted - Days::new(self.age);
        let mut case = Case::ready(&born.to_string(), &days(self.voted, -92).to_string());
        let way = self.way(&case);
        case.record_accepted(way.into_iter().take(self.acts));
        let last = case.facts.acts.iter().map(|r| r.act.on()).max().unwrap();
        // nothing is recorded as received that has not arrived yet
        let today = days(last, self.ago.max(self.received.unwrap_or(0)));
        if let Some((who, after)) = self.leaves {
            case.leaves(who, days(today, after));
        }
        let facts = &mut case.facts;
        facts.today = today;
        let first = d("2010-01-01");
        let leads = self.leads.iter();
        facts.settings = leads
            .map(|(n, days)| (LEADS[*n].to_owned(), first, *days))
            .collect();
        let off = self.holidays.iter();
        facts.holidays = off.map(|n| (days(today, *n), DayKind::Off)).collect();
        let kind = if facts.file(&case.law).stage.member() {
            ClassKind::NewMember
        } else {
            ClassKind::Awareness
        };
        let classes = self.classes.iter().enumerate().map(|(n, c)| {
            let starts_on = days(today, c.0);
            Course {
                id: Uuid::from_u128(90 + n as u128),
                lesson: Lesson {
                    kind,
                    state: ClassState::Open,
                    starts_on,
                    proposals_due_on: None,
                },
                ends_on: days(starts_on, c.1),
                room: c.2,
                seated: c.3,
            }
        });
        let classes = classes.collect();
        (case, classes)
    }
}
