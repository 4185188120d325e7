//! The source plans of the term in progress, and the reviews that looked at the people in them.
use chrono::{Datelike as _, Days, NaiveDate};
use serde_json::{Value, json};

use super::cases::{self, Case};
use super::{RowKind, Rows, id};

/// People whom branches 02 to 10 mean to introduce.
const TO_COME: [&str; 9] = [
    "Lương Thị Bích Hạnh",
    "Hà Văn Quyết",
    "Lò Thị Ngọc Diệp",
    "Vi Văn Thành Đạt",
    "Nguyễn Thị Thu Hoài",
    "Hoàng Minh Khôi",
    "Bùi Thị Lan Chi",
    "Trịnh Quốc Bảo",
    "Đinh Thị Mỹ Duyên",
];

/// Who is in the source plans of the term in progress: those who are on the way, and one to come in
/// each branch; and the reviews that looked at them.
pub fn fill(rows: &Rows, plans: &mut Rows, cases: &[Case], today: NaiveDate) {
    let known = cases::numbered(cases).into_iter();
    let on_the_way: Vec<String> = known
        .filter(|(_, case)| case.on_the_way)
        .map(|(number, case)| id(RowKind::Candidate, case.branch, number))
        .collect();
    let first = format!(
        "{}-01-01",
        today.year() - (today.year() - 2021).rem_euclid(5)
    );
    for (branch, name) in (2_usize..=10).zip(TO_COME) {
        let own = Value::from(id(RowKind::Branch, branch, 0));
        let here = rows.of("candidate").iter();
        let here = here.filter(|c| {
            c["branch_id"] == own && on_the_way.iter().any(|person| c["id"] == *person)
        });
        let mut people: Vec<Value> = here.cloned().collect();
        review_items(plans, branch, &people);
        // the plan of this branch is still being written
        if branch == 9 {
            continue;
        }
        people.push(json!({"id": null, "full_name": name, "birth_date": format!("{}-04-{:02}", today.year() - 25, branch + 10),
            "department_id": null, "priority_group": null}));
        for (n, person) in (21..).zip(people) {
            plans.put(
                "source_plan_entry",
                json!({"id": id(RowKind::SourcePlanEntry, branch, n), "branch_id": own, "source_plan_id": id(RowKind::SourcePlan, branch, 2),
                    "candidate_id": person["id"], "full_name": person["full_name"], "birth_date": person["birth_date"], "department_id": person["department_id"],
                    "target_year": today.year(), "approved_year": today.year(), "priority_group": person["priority_group"].as_str().unwrap_or("department_staff"),
                    "fostering_from": first, "political_standard": true, "conduct": true, "capacity": true, "task_performance": true}),
            );
        }
    }
}

/// Each of these people is kept at every review that was opened after their first two months.
fn review_items(plans: &mut Rows, branch: usize, people: &[Value]) {
    let own = Value::from(id(RowKind::Branch, branch, 0));
    let reviews = plans.of("review").iter();
    let held = reviews.filter(|r| r["branch_id"] == own && r["state"] == "closed");
    let held: Vec<_> = held
        .map(|r| (r["id"].clone(), r["opened_on"].clone()))
        .collect();
    let mut number = 100;
    for person in people {
        let nominated = person["nominated_on"]
            .as_str()
            .and_then(|on| on.parse().ok());
        let from = nominated.map(|on: NaiveDate| (on + Days::new(60)).to_string());
        for (review, _) in held.iter().filter(|(_, on)| from.as_deref() <= on.as_str()) {
            number += 1;
            plans.put(
                "review_item",
                json!({"id": id(RowKind::ReviewItem, branch, number), "branch_id": own, "review_id": review, "candidate_id": person["id"], "stage": "in_plan",
                    "decision": "keep", "note": null, "propose_class": false, "propose_dossier": false}),
            );
        }
    }
}
