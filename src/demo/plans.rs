//! The branches' source plans, approved before the term, and the reviews of the first quarter of
//! 2021. Branches 01 and 02 have no review yet, so that the reader can hold one.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio_postgres::Transaction;

use super::{RowKind, Rows, id};

/// Maximum number of people in a demo source plan.
const MOST: usize = 9;

pub fn plans(known: &Rows) -> Rows {
    let mut rows = Rows::default();
    // former names of branch 03
    let names = [
        "Chi bộ Khám bệnh",
        "Chi bộ Khám - Cấp cứu",
        "Chi bộ Phòng khám - Cấp cứu",
        "Chi bộ Liên khoa Khám bệnh",
        "Chi bộ Khám bệnh - Cấp cứu",
    ];
    for (n, (pair, year)) in (1..).zip(names.windows(2).zip([2009, 2012, 2015, 2018])) {
        rows.put(
            "branch_change",
            json!({"id": id(RowKind::BranchChange, 3, n), "branch_id": id(RowKind::Branch, 3, 0), "kind": "renamed", "on_date": format!("{year}-06-01"),
                "paper_number": format!("{n:02}-QĐ/ĐU"), "from_name": pair[0], "to_name": pair[1]}),
        );
    }
    let mut by_branch = BTreeMap::<&str, Vec<&Value>>::new();
    for candidate in known.of("candidate") {
        by_branch
            .entry(candidate["branch_id"].as_str().unwrap_or_default())
            .or_default()
            .push(candidate);
    }
    for (b, (branch, candidates)) in (1..).zip(by_branch) {
        let plan = id(RowKind::SourcePlan, b, 0);
        rows.put(
            "source_plan",
            json!({"id": plan, "branch_id": branch, "term_id": id(RowKind::Term, 0, 1), "state": "approved", "revision": 1,
                "note": "Ưu tiên người trực tiếp làm chuyên môn ở khoa, phòng", "submitted_on": "2020-12-20", "first_submitted_on": "2020-12-20", "decided_on": "2020-12-28", "approved_on": "2020-12-28"}),
        );
        // the last candidate was introduced outside the plan
        for (n, candidate) in (1..=MOST).zip(&candidates[..candidates.len() - 1]) {
            rows.put(
                "source_plan_entry",
                json!({"id": id(RowKind::SourcePlanEntry, b, n), "branch_id": branch, "source_plan_id": plan, "candidate_id": candidate["id"], "full_name": candidate["full_name"],
                    "birth_date": candidate["birth_date"], "department_id": candidate["department_id"], "target_year": 2021 + (n - 1) % 5, "approved_year": 2021 + (n - 1) % 5,
                    "priority_group": candidate["priority_group"].as_str().unwrap_or("department_staff"), "fostering_from": "2020-07-01",
                    "political_standard": true, "conduct": true, "capacity": n % 4 != 0, "task_performance": true}),
            );
        }
        if b <= 2 {
            continue;
        }
        let review = id(RowKind::Review, b, 1);
        rows.put(
            "review",
            json!({"id": review, "branch_id": branch, "kind": "periodic", "year": 2021, "period": 1, "due_on": "2021-03-31", "state": "closed",
                "opened_on": "2021-03-18", "held_on": "2021-03-20", "closed_on": if b == 10 { "2021-04-05" } else { "2021-03-20" },
                "minutes_number": format!("{b:02}-BB/CB"), "members": 10, "present": 9, "summary": "Đánh giá từng người trong danh sách",
                "agenda": ["Xét danh sách cảm tình Đảng", "Quán triệt trách nhiệm giúp đỡ quần chúng của đảng viên"]}),
        );
        let listed = candidates
            .iter()
            .filter(|c| c["nominated_on"].as_str() < Some("2021-03-18"));
        for (n, candidate) in (1..).zip(listed) {
            rows.put(
                "review_item",
                json!({"id": id(RowKind::ReviewItem, b, n), "branch_id": branch, "review_id": review, "candidate_id": candidate["id"], "stage": "in_plan",
                    "decision": if n % 3 == 0 { "adjust" } else { "keep" }, "note": (n % 3 == 0).then_some("Giao thêm việc ở khoa"),
                    "propose_class": n % 2 == 0, "propose_dossier": n == 1}),
            );
        }
    }
    rows
}

/// Copies each candidate's year in the branch's plan to the candidate.
pub async fn count_years(tx: &Transaction<'_>, now: DateTime<Utc>) -> anyhow::Result<()> {
    let as_own = "select set_config('app.organization', $1, true)";
    tx.execute(as_own, &[&id(RowKind::Organization, 0, 2)])
        .await?;
    let count = "select app.plan_candidates(array_agg(candidate_id), branch_id, $1) from source_plan_entry group by branch_id";
    tx.execute(count, &[&now]).await?;
    tx.execute(as_own, &[&""]).await?;
    Ok(())
}
