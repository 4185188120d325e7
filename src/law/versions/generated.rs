//! Files cut off somewhere, with some of their acts missing, others added, and moved in time.
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::acts::{Act, ActKind};
use crate::calendar::Holidays;
use crate::candidacy::Recorded;
use crate::judgement::Facts;
use crate::story::{Case, ballot, d, days, member};
use crate::words::{DayKind, GeneralEducation};

/// A file cut off somewhere, with some of its acts missing, others added, and moved in time.
#[derive(Clone, Debug)]
pub(super) struct Generated {
    moved: i64,
    acts: usize,
    /// Places of acts that are left out.
    missing: Vec<usize>,
    /// What is added: which of [`more`], and how many days before the end.
    added: Vec<(usize, i64)>,
    born: i64,
    education: usize,
    flags: [bool; 4],
    holidays: Vec<(i64, bool)>,
    waits: i64,
}

pub(super) fn generated() -> impl Strategy<Value = Generated> {
    (
        (-1500..2200_i64, 1..80_usize, any::<[bool; 4]>()),
        proptest::collection::vec(0..80_usize, 0..6),
        proptest::collection::vec((0..64_usize, 0..120_i64), 0..6),
        (
            prop_oneof![6 => -4000..4000_i64, 1 => -15_000..9000_i64],
            0..5_usize,
        ),
        proptest::collection::vec((-100..200_i64, any::<bool>()), 0..5),
        0..500_i64,
    )
        .prop_map(
            |((moved, acts, flags), missing, added, (born, education), holidays, waits)| {
                Generated {
                    moved,
                    acts,
                    missing,
                    added,
                    born,
                    education,
                    flags,
                    holidays,
                    waits,
                }
            },
        )
}

/// An ordinary file to its end.
pub(super) fn ordinary() -> Vec<(ActKind, Value)> {
    let mut case = Case::probationary("2021-06-01", "2021-06-21");
    case.certificate("new_member", d("2022-03-01"));
    let all = case.facts.official_members(d("2022-07-01"));
    let mut vote = ballot(d("2022-07-01"), "recognition", [all, 0, 0, all, all, 0]);
    case.good("resolution", vote.clone());
    vote["body"] = "committee".into();
    vote["on"] = "2022-07-05".into();
    case.good("resolution", vote);
    for code in ["13-KNĐ", "15-KNĐ"] {
        case.good(
            "document",
            json!({"on": "2022-07-06", "code": code, "received_on": "2022-07-06"}),
        );
    }
    let recognised = json!({"on": "2022-07-20", "number": "1", "body": "upper_standing_committee", "members": 11, "in_favor": 11});
    case.good("recognition", recognised);
    let kept = case.facts.acts.iter();
    kept.map(|r| (r.act.kind(), r.act.data().unwrap()))
        .collect()
}

/// Acts that an ordinary file does not hold.
fn more() -> Vec<(&'static str, Value)> {
    let vote = |purpose: &str, body: &str, n: [i32; 6]| {
        let mut vote = ballot(d("2021-01-01"), purpose, n);
        vote["body"] = body.into();
        ("resolution", vote)
    };
    let waiver = |what: &str| {
        (
            "waiver",
            json!({"what": what, "reason": "1", "approver": "1", "paper_number": "1"}),
        )
    };
    let failed = [14, 1, 1, 12, 3, 9];
    let mut all = vec![
        vote("admission", "branch", failed),
        vote("recognition", "branch", failed),
        vote("recognition", "committee", failed),
        vote("strike_off", "branch", failed),
        vote("strike_off", "branch", [14, 0, 0, 14, 14, 0]),
        vote("recognition", "branch", [0, 0, 0, 0, 0, 0]),
        (
            "transfer",
            json!({"from_branch_id": Uuid::from_u128(1), "to_branch_id": Uuid::from_u128(2)}),
        ),
        (
            "return",
            json!({"reason": "1", "documents": [{"code": "1-KNĐ", "note": "1"}]}),
        ),
        (
            "test_assignment",
            json!({"title": "1", "due_on": "2023-01-01"}),
        ),
        (
            "sponsorship_end",
            json!({"member_id": member(3), "reason": "1"}),
        ),
        ("sponsorship", json!({"member_id": member(4)})),
        (
            "annulment",
            json!({"act_id": Uuid::from_u128(1_000_007), "reason": "1"}),
        ),
        ("acknowledgement", json!({"reason": "1"})),
        ("ceremony", json!({})),
        ("dossier", json!({"application_on": "2021-01-01"})),
        (
            "readmission",
            json!({"paper_number": "1", "by": "trade_union", "left_on": "2016-01-01", "ground": "struck_off", "earlier_readmissions": 1}),
        ),
    ];
    for what in [
        "age_over_sixty",
        "late_ceremony",
        "late_decision",
        "new_member_class",
    ] {
        all.push(waiver(what));
    }
    for (kind, ground) in [
        ("withdrawn", Some("self_quit")),
        ("deceased", None),
        ("transferred_out", None),
    ] {
        all.push(("exit", json!({"kind": kind, "reason": "1", "ground": ground, "to": "1", "body": "upper_standing_committee"})));
    }
    for step in ["proposed", "concluded"] {
        all.push((
            "political_issue",
            json!({"step": step, "relation": "father", "body": "1", "admissible": false}),
        ));
    }
    for outcome in ["refused", "granted"] {
        let body = "base_standing_committee";
        let decided = json!({"purpose": "admission", "outcome": outcome, "number": "1", "body": body, "members": 9, "in_favor": 4, "reason": "1"});
        all.push(("decision", decided.clone()));
        let mut struck = decided;
        struck["purpose"] = "strike_off".into();
        all.push(("decision", struck));
    }
    for relation in ["spouse", "father"] {
        all.push((
            "verification",
            json!({"step": "declared", "relation": relation}),
        ));
        all.push((
            "verification",
            json!({"step": "sent", "relation": relation}),
        ));
        all.push((
            "verification",
            json!({"step": "returned", "relation": relation, "flagged": true}),
        ));
    }
    all
}

/// Moves every day in the fields.
fn moved(data: &mut Value, by: i64) {
    match data {
        Value::String(text) => {
            if let Ok(day) = text.parse::<NaiveDate>() {
                *text = days(day, by).to_string();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|v| moved(v, by)),
        Value::Object(fields) => fields.values_mut().for_each(|v| moved(v, by)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Generated {
    pub(super) fn facts(&self, ordinary: &[(ActKind, Value)]) -> Facts {
        let mut facts = Case::new("1997-01-15").facts;
        let kept = ordinary.iter().take(self.acts).enumerate();
        let kept = kept.filter(|(place, _)| *place == 0 || !self.missing.contains(place));
        let mut acts: Vec<(ActKind, Value)> = kept.map(|(_, act)| act.clone()).collect();
        let last = |acts: &[(ActKind, Value)]| d(acts[acts.len() - 1].1["on"].as_str().unwrap());
        let more = more();
        for (which, before) in &self.added {
            let (kind, mut data) = more[which % more.len()].clone();
            data["on"] = json!(days(last(&acts), -before));
            acts.push((ActKind::parse(kind).unwrap(), data));
        }
        let end = last(&acts);
        for (place, (kind, mut data)) in acts.into_iter().enumerate() {
            moved(&mut data, self.moved);
            let act = Act::read(kind, data.clone()).unwrap_or_else(|e| panic!("{data}: {e}"));
            facts.acts.push(Recorded {
                id: Uuid::from_u128(1_000_000 + place as u128),
                account: Uuid::nil(),
                role: act.kind().recorded_by()[0],
                act,
                regulation: None,
            });
        }
        facts.today = days(end, self.moved + self.waits);
        facts.birth_date = days(d("1997-01-15"), self.moved + self.born);
        facts.general_education = GeneralEducation::ALL.get(self.education).copied();
        let [youth, trade, year_only, review] = self.flags;
        (facts.youth_union_member, facts.trade_union_member) = (youth, trade);
        (facts.birth_year_only, facts.in_open_review) = (year_only, review);
        let today = facts.today;
        let listed = self.holidays.iter().map(|(after, worked)| {
            let kind = if *worked {
                DayKind::Worked
            } else {
                DayKind::Off
            };
            (days(today, *after), kind)
        });
        facts.holidays = listed.collect::<Holidays>();
        facts
    }
}
