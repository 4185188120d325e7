//! A random file somewhere on its way.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::Course;
use crate::enrolment::Lesson;
use crate::story::{Case, d, days, member};
use crate::words::{ClassKind, ClassState};

/// A file somewhere on its way, and what lies around it.
#[derive(Clone, Debug)]
pub(super) struct AnyFile {
    born: NaiveDate,
    pub today: NaiveDate,
    stand: u8,
    flags: [bool; 5],
    classes: Vec<(i64, i64, bool, bool, Option<i64>)>,
    leads: Vec<(usize, i32)>,
    months_in_plan: i32,
    leaves: Option<(u128, i64)>,
}

pub(super) fn any_file() -> impl Strategy<Value = AnyFile> {
    let today = (0..2000_u64).prop_map(|n| d("2020-06-01") + Days::new(n));
    let classes = (
        -10..120_i64,
        0..10_i64,
        any::<bool>(),
        any::<bool>(),
        proptest::option::of(0..20_i64),
    );
    (
        (today, 6000..24000_u64, 0..6_u8, any::<[bool; 5]>()),
        proptest::collection::vec(classes, 0..4),
        proptest::collection::vec((0..5_usize, 0..30), 0..3),
        prop_oneof![3 => Just(0), 1 => 1..4_i32],
        proptest::option::of((1..4_u128, -20..90_i64)),
    )
        .prop_map(
            |((today, age, stand, flags), classes, leads, months_in_plan, leaves)| AnyFile {
                born: today - Days::new(age),
                today,
                stand,
                flags,
                classes,
                leads,
                months_in_plan,
                leaves,
            },
        )
}

pub(super) const LEADS: [&str; 5] = [
    "verification_lead_days",
    "branch_vote_lead_days",
    "committee_vote_lead_days",
    "decision_lead_days",
    "ceremony_lead_days",
];

impl AnyFile {
    /// The facts with as much of an ordinary file as the rules accept.
    pub fn case(&self) -> (Case, Vec<Course>) {
        let mut case = Case::new(&self.born.to_string());
        if let Some((who, after)) = self.leaves {
            case.leaves(who, days(self.today, after));
        }
        let facts = &mut case.facts;
        facts.today = self.today;
        let [youth, trade, unit, review, alone] = self.flags;
        facts.youth_union_member = youth;
        facts.trade_union_member = trade;
        for organisation in &mut facts.youth_unions {
            organisation.1 = unit;
        }
        facts.in_open_review = review;
        if alone {
            facts.members.retain(|id, _| *id < member(3));
        }
        let first = d("2010-01-01");
        let leads = self
            .leads
            .iter()
            .map(|(n, v)| (LEADS[*n].to_owned(), first, *v));
        let months = (
            "minimum_months_in_plan".to_owned(),
            first,
            self.months_in_plan,
        );
        facts.settings = leads.chain([months]).collect();
        let began = days(self.today, -40 - i64::from(self.stand) * 20);
        let mut given = vec![(
            "nomination",
            json!({"on": began, "by": if trade { "trade_union" } else { "member" }, "paper_number": "1"}),
        )];
        let on = |after| days(began, after);
        let adopted = json!({"on": on(1), "action": "add", "minutes_number": "1", "political_standard": true, "conduct": true, "capacity": true,
            "task_performance": true, "priority_group": "woman"});
        let mut later = vec![
            ("plan_decision", adopted),
            ("sponsorship", json!({"on": on(2), "member_id": member(1)})),
            ("dossier", json!({"on": on(3), "application_on": on(3)})),
            (
                "test_assignment",
                json!({"on": on(4), "title": "1", "due_on": on(30)}),
            ),
            (
                "verification",
                json!({"on": on(4), "step": "declared", "relation": "self_person"}),
            ),
            (
                "verification",
                json!({"on": on(4), "step": "declared", "relation": "spouse"}),
            ),
            ("verification", json!({"on": on(5), "step": "sealed"})),
            (
                "verification",
                json!({"on": on(6), "step": "sent", "relation": "self_person"}),
            ),
            (
                "introduction",
                json!({"on": on(7), "by": "member", "member_id": member(2), "shared_from": "2015-01-05", "shared_kind": "study", "paper_number": "1"}),
            ),
        ];
        later.truncate([0, 1, 2, 4, 7, 9][usize::from(self.stand)]);
        given.extend(later);
        case.facts.in_open_review = false;
        case.record_accepted(given);
        case.facts.in_open_review = review;
        let classes = self.classes.iter().enumerate().map(|(n, c)| {
            let starts_on = days(self.today, c.0);
            Course {
                id: Uuid::from_u128(90 + n as u128),
                lesson: Lesson {
                    kind: ClassKind::Awareness,
                    state: ClassState::Open,
                    starts_on,
                    proposals_due_on: c.4.map(|n| days(starts_on, -n)),
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
