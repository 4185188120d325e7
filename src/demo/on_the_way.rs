//! The people who are on the way on the day of loading, in every stage up to the probation.
use std::borrow::Cow;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde_json::json;

use super::cases::{self, Case, UNION, YOUTH, case};
use super::{RowKind, Rows, id};

/// Days since the nomination, the adoption and the stage, and the number of sponsors.
const ON_THE_WAY: [(usize, &str, &str, [u64; 3], usize); 11] = [
    (1, "nominated", UNION, [20, 0, 20], 0),
    (10, "nominated", YOUTH, [9, 0, 9], 0),
    (5, "in_plan", UNION, [45, 0, 0], 1),
    (6, "in_plan", YOUTH, [44, 0, 0], 1),
    (8, "in_plan", UNION, [40, 0, 0], 2),
    (2, "dossier", UNION, [250, 232, 10], 1),
    (9, "branch_resolved", UNION, [300, 250, 5], 1),
    (3, "committee_resolved", UNION, [305, 255, 8], 1),
    (7, "submitted", UNION, [310, 260, 20], 2),
    (6, "decided", YOUTH, [315, 265, 6], 1),
    (4, "probationary", UNION, [330, 280, 5], 2),
];

/// Their courses, counted back from `today`.
pub fn cases(today: NaiveDate) -> impl Iterator<Item = Case> {
    ON_THE_WAY
        .into_iter()
        .map(move |(branch, stage, introduced_by, ago, sponsors)| {
            let on = |days| Cow::Owned(before(today, days).to_string());
            let [nominated_on, outcome_on, stage_on] = ago.map(on);
            let mut case = case(branch, stage, introduced_by, "", "", "", sponsors);
            (case.nominated_on, case.stage_on) = (nominated_on, stage_on);
            if stage != "nominated" {
                case.outcome_on = outcome_on;
            }
            case.on_the_way = true;
            case
        })
}

fn before(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

/// The classes of those who are on the way, and offers to other branches.
pub fn fill(rows: &mut Rows, plans: &mut Rows, cases: &[Case], today: NaiveDate) {
    let ago = |days| before(today, days);
    let own = id(RowKind::Class, 0, 4);
    let issuer = "Trung tâm Chính trị huyện Hồng Lam";
    let known = cases::numbered(cases);
    let now = known.iter().filter(|(_, case)| case.on_the_way);
    let seats: Vec<_> = (now.clone())
        .filter(|(_, case)| !matches!(case.stage, "nominated" | "in_plan"))
        .collect();
    let year = ago(230).year();
    rows.put(
        "class",
        json!({"id": own, "kind": "awareness", "title": format!("Lớp bồi dưỡng nhận thức về Đảng, khóa I năm {year}"), "issuer": issuer,
            "place": "Hội trường Trung tâm Chính trị huyện Hồng Lam", "starts_on": ago(230).to_string(), "ends_on": ago(226).to_string(), "capacity": 30,
            "state": "closed", "proposals_due_on": ago(245).to_string(), "seats_taken": seats.len()}),
    );
    for (k, (number, case)) in (1..).zip(seats) {
        let certificate = format!("GCN-{year}-{k:03}");
        let key = format!(
            "{} {} {}",
            id(RowKind::Organization, 0, 1),
            issuer.to_lowercase(),
            certificate.to_lowercase()
        );
        rows.put(
            "enrolment",
            json!({"id": id(RowKind::Enrolment, 0, 400 + k), "branch_id": id(RowKind::Branch, case.branch, 0), "class_id": own,
                "candidate_id": id(RowKind::Candidate, case.branch, *number), "state": "completed", "grade": "good", "certificate_number": certificate,
                "certificate_key": key, "certificate_on": ago(220).to_string(),
                "certificate_valid_to": (ago(220) + Months::new(60)).to_string()}),
        );
    }
    let coming = |days| (today + Days::new(days)).to_string();
    let next = id(RowKind::Class, 0, 5);
    rows.put(
        "class",
        json!({"id": next, "kind": "awareness", "title": "Lớp bồi dưỡng nhận thức về Đảng, khóa tới", "issuer": issuer,
            "place": "Hội trường Trung tâm Chính trị huyện Hồng Lam", "starts_on": coming(40), "ends_on": coming(44), "capacity": 30,
            "state": "open", "proposals_due_on": coming(25), "seats_taken": 1}),
    );
    for (number, case) in now.filter(|(_, case)| case.stage == "in_plan") {
        if case.branch == 8 {
            let candidate = id(RowKind::Candidate, 8, *number);
            rows.put(
                "enrolment",
                json!({"id": id(RowKind::Enrolment, 0, 501), "branch_id": id(RowKind::Branch, 8, 0), "class_id": next, "candidate_id": candidate, "state": "proposed"}),
            );
        }
        let to = if case.branch == 8 { 3 } else { 8 };
        plans.put(
            "transfer_offer",
            json!({"id": id(RowKind::TransferOffer, case.branch, 1), "branch_id": id(RowKind::Branch, case.branch, 0), "to_branch_id": id(RowKind::Branch, to, 0),
                "candidate_id": id(RowKind::Candidate, case.branch, *number), "on_date": today.to_string(), "reason": "Chuyển khoa công tác", "state": "offered"}),
        );
    }
}
