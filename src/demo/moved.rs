//! People of a demo that is loaded after its term: who was recognised, has moved, left, or waits to be
//! told apart.
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{RowKind, Rows, id};

/// A change of activity, a member who has left, one who has moved, and those who were recognised.
pub(super) fn members(rows: &mut Rows) {
    let (branch, member) = (id(RowKind::Branch, 3, 0), id(RowKind::Member, 3, 8));
    rows.put(
        "member_activity_change",
        json!({"id": id(RowKind::ActivityChange, 3, 1), "branch_id": branch, "member_id": member, "on_date": "2022-09-01", "from_activity": "active",
            "activity": "temporarily_elsewhere", "paper_number": "14-QĐ/ĐU", "reason": "Học dài hạn"}),
    );
    rows.set(
        "member",
        &member,
        "activity",
        &"temporarily_elsewhere".into(),
    );
    let (branch, member) = (id(RowKind::Branch, 5, 0), id(RowKind::Member, 5, 9));
    let stays = rows.of("membership").iter();
    let stays: Vec<_> = stays
        .filter(|stay| stay["member_id"] == *member)
        .cloned()
        .collect();
    rows.put(
        "member_leaving",
        json!({"id": id(RowKind::Leaving, 5, 1), "branch_id": branch, "member_id": member, "on_date": "2023-05-04", "ground": "deceased",
            "decided_by": null, "paper_number": "07-BC/CB", "reason": null, "stays": stays}),
    );
    rows.set(
        "member",
        &member,
        "deleted_at",
        &"2023-05-10T02:00:00Z".into(),
    );
    rows.set_by(
        "membership",
        ("member_id", &member),
        "to_on",
        &"2023-05-04".into(),
    );
    came_from_another_branch(rows);
    recognised(rows);
}

/// Who was on probation when the term began has been recognised, but for one: an example of the
/// document does that.
fn recognised(rows: &mut Rows) {
    let waits = id(RowKind::Member, 1, 15);
    let members = rows.of("member").iter();
    let people: Vec<Value> = members
        .filter(|m| m["status"] == "probationary" && m["id"] != *waits)
        .cloned()
        .collect();
    for (n, row) in (61..).zip(people) {
        let own = row["id"].as_str().unwrap_or_default();
        for (column, value) in [
            ("status", "official".into()),
            ("official_on", row["review_from_on"].clone()),
            ("recognised_on", row["review_due_on"].clone()),
            ("recognition_paper", format!("{n}-QĐCN/HU").into()),
            ("recognised_by", "upper_standing_committee".into()),
        ] {
            rows.set("member", own, column, &value);
        }
    }
}

/// A member of today's branch who was in another one before the term.
fn came_from_another_branch(rows: &mut Rows) {
    let (from, to, member) = (
        id(RowKind::Branch, 1, 0),
        id(RowKind::Branch, 8, 0),
        id(RowKind::Member, 8, 6),
    );
    let transfer = id(RowKind::Transfer, 8, 1);
    let paper = "21-GGT/ĐU";
    let mut stays = rows.of("membership").iter();
    let first = stays
        .find(|stay| stay["member_id"] == *member)
        .map(|stay| stay["from_on"].clone());
    rows.put(
        "transfer",
        json!({"id": transfer, "from_branch_id": from, "branch_id": to, "member_id": member, "on_date": "2019-09-01",
            "paper_number": paper, "reason": "Điều động sang khoa khác"}),
    );
    rows.set("membership", &member, "from_on", &"2019-09-01".into());
    rows.set("membership", &member, "paper_number", &paper.into());
    rows.put(
        "membership",
        json!({"id": transfer, "member_id": member, "branch_id": from, "from_on": first, "to_on": "2019-08-31", "paper_number": null}),
    );
}

/// A member who waits to be told from a namesake of another branch.
pub(super) fn namesake(rows: &mut Rows, today: NaiveDate) {
    let (elder, own) = (id(RowKind::Member, 7, 3), id(RowKind::Member, 8, 90));
    let Some(mut row) = rows
        .of("member")
        .iter()
        .find(|m| m["id"] == *elder)
        .cloned()
    else {
        return;
    };
    for (column, value) in [
        ("id", json!(own)),
        ("branch_id", id(RowKind::Branch, 8, 0).into()),
        ("department_id", Value::Null),
        ("citizen_id", Value::Null),
        ("phone", Value::Null),
    ] {
        row[column] = value;
    }
    rows.put("member", row);
    let arrives = today - Days::new(10);
    for (column, value) in [
        (
            "namesake_reason",
            json!({id(RowKind::Branch, 8, 0): "Hai người khác nhau, đã đối chiếu số căn cước"}),
        ),
        ("namesake_by", id(RowKind::Account, 0, 2).into()),
        ("arrives_on", arrives.to_string().into()),
    ] {
        rows.set("member", &own, column, &value);
    }
}

/// Somebody who has been nominated, and waits to be told from a namesake of another branch.
pub(super) fn namesake_on_the_way(rows: &mut Rows) {
    let own = id(RowKind::Candidate, 10, 3);
    let candidates = rows.of("candidate");
    let Some(person) = candidates.iter().find(|c| c["id"] == *own) else {
        return;
    };
    let mut others = candidates.iter();
    let elder = others.find(|c| c["branch_id"] != person["branch_id"] && c["sex"] == person["sex"]);
    let Some(name) = elder.map(|elder| elder["full_name"].clone()) else {
        return;
    };
    for (column, value) in [
        ("full_name", name),
        (
            "namesake_reason",
            json!({id(RowKind::Branch, 10, 0): "Hai người khác nhau, đã đối chiếu số căn cước"}),
        ),
        ("namesake_by", id(RowKind::Account, 0, 15).into()),
    ] {
        rows.set("candidate", &own, column, &value);
    }
}
