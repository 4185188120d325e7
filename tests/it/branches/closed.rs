//! Nothing can be added to a branch that has ended, and what it left undone can be settled.
use serde_json::{Value, json};

use crate::branches::version;
use crate::support::{House, Plain, branch, demo, person, shows, with};

/// A house in which branch 10 was merged into branch 09 at the end of 2022.
async fn merged() -> House {
    let house = House::build().await;
    house.travel("2022-12-20");
    house.merge(10, 9, "2022-12-15").await;
    house
}

/// Every operation that takes a branch refuses the closed one, and names the branch that took over.
#[tokio::test]
async fn whatever_names_a_closed_branch_is_refused_with_its_successor() {
    let house = merged().await;
    let ended = branch(10);
    let member = json!({"branch_id": ended, "full_name": "Lò Thị Mới", "sex": "female", "birth_date": "1988-04-12", "status": "official", "activity": "active",
        "joined_on": "2015-03-03", "official_on": "2016-03-03"});
    let nomination = with(
        &person(10, "Vàng Thị Mới", "77-NQ"),
        json!({"paper_on": "2022-12-18"}),
    );
    let activity = json!({"branch_id": ended, "kind": "study", "topic": "Học tập", "on": "2022-12-18", "organiser": "branch", "audience": ["members"], "department_heads": false});
    let grade = json!({"branch_id": ended, "year": 2023, "grade": "good", "decided_on": "2022-12-19", "paper_number": "30-QĐ/ĐU"});
    let account = json!({"login": "branch-10b", "display_name": "Mới", "role": "branch_committee", "branch_id": ended});
    let inspection =
        json!({"branch_id": ended, "on": "2022-12-18", "kind": "check", "findings": "Không"});
    let quotas = json!({"term_id": demo("7e", 0, 1), "year": 2024, "lines": [{"branch_id": ended, "quota": 1, "rationale": "theo nguồn"}]});
    for (who, path, body, field) in [
        ("office", "members", member, "/branch_id"),
        ("union", "nominations", nomination, "/branch_id"),
        (
            "office",
            "departments",
            json!({"name": "Khoa mới", "kind": "clinical", "branch_id": ended}),
            "/branch_id",
        ),
        ("office", "activities", activity, "/branch_id"),
        ("office", "branch-classifications", grade, "/branch_id"),
        ("admin", "accounts", account, "/branch_id"),
        ("standing", "inspections", inspection, "/branch_id"),
        ("office", "quota-plans", quotas, "/lines/0/branch_id"),
    ] {
        let answer = house.post(who, &format!("/api/v1/{path}"), body).await;
        told(&answer.expect(422).body, field);
    }

    // the same in a PATCH, and where the path names the branch
    let accounts = house.read("admin", "accounts?limit=200").await;
    let of = |login: &str| {
        let mut all = accounts.items().iter();
        all.find(|a| a["login"] == login).unwrap().clone()
    };
    let own = of("branch-10");
    let path = format!("accounts/{}", own["id"].text());
    let again = json!({"disabled": false});
    let answer = house
        .patch(
            "admin",
            &format!("/api/v1/{path}"),
            own["version"].number(),
            again,
        )
        .await;
    told(&answer.expect(422).body, "/branch_id");
    let other = of("branch-04");
    let path = format!("/api/v1/accounts/{}", other["id"].text());
    let there = json!({"branch_id": ended});
    let answer = house
        .patch("admin", &path, other["version"].number(), there)
        .await;
    told(&answer.expect(422).body, "/branch_id");
    let new = json!({"name": "Khoa tạm", "kind": "clinical", "branch_id": branch(4)});
    let department = house.create("office", "departments", new).await;
    let answer = house
        .patch(
            "office",
            department.location(),
            1,
            json!({"branch_id": ended}),
        )
        .await;
    told(&answer.expect(422).body, "/branch_id");
    let moving = format!("/api/v1/members/{}", demo("dd", 4, 1));
    let seen = version(&house, &moving).await;
    let to = json!({"branch_id": ended, "on": "2022-12-19", "paper_number": "1"});
    let answer = house
        .step_with("office", &format!("{moving}/transfers"), seen, to)
        .await;
    told(&answer.expect(422).body, "/branch_id");
    let fourth = format!("/api/v1/branches/{}", branch(4));
    let into = json!({"on": "2022-12-18", "paper_number": "23-QĐ/ĐU", "into_branch_id": ended});
    let seen = version(&house, &fourth).await;
    let answer = house
        .step_with("office", &format!("{fourth}/closures"), seen, into)
        .await;
    told(&answer.expect(422).body, "/into_branch_id");
    let overseer = json!({"account_id": demo("ac", 0, 3), "from_on": "2022-12-18"});
    let path = format!("/api/v1/branches/{ended}/overseers");
    let answer = house
        .post("office", &path, overseer)
        .await
        .refused("invalid_transition");
    assert!(answer.text.contains("09"), "{}", answer.text);

    // the year in which it ended can still be graded
    let grade = json!({"branch_id": ended, "year": 2022, "grade": "good", "decided_on": "2022-12-19", "paper_number": "31-QĐ/ĐU"});
    house
        .create("office", "branch-classifications", grade)
        .await;
}

#[tokio::test]
async fn a_branch_that_has_ended_is_neither_renamed_nor_split() {
    let house = merged().await;
    let path = format!("/api/v1/branches/{}", branch(10));
    let seen = version(&house, &path).await;
    let name = json!({"on": "2022-12-18", "name": "Chi bộ Trạm y tế", "paper_number": "31-QĐ/ĐU"});
    let split = with(
        &name,
        json!({"number": "12", "kind": "clinical", "non_member_count": 0, "member_ids": [],
            "candidate_ids": [], "department_ids": []}),
    );
    for (step, body) in [("renamings", name), ("splits", split)] {
        house
            .step_with("office", &format!("{path}/{step}"), seen, body)
            .await
            .refused("invalid_transition");
    }
}

fn told(body: &Value, field: &str) {
    let error = &body["errors"][0];
    assert_eq!(error["pointer"], field, "{body}");
    assert_eq!(error["code"], "branch_closed", "{body}");
    assert!(error["detail"].text().contains("09 "), "{body}");
}

/// A duty of a closed branch, which nobody is left to fulfil, is settled by the Office with a
/// reason. Any other duty is settled only by fulfilling it.
#[tokio::test]
async fn the_office_settles_what_a_closed_branch_left_undone() {
    let house = merged().await;
    let list = format!(
        "deadlines?branch_id={}&overdue=true&kind=review",
        branch(10)
    );
    let overdue = house.read("office", &list).await;
    let (count, first) = (overdue.items().len(), overdue.items()[0].clone());
    let path = format!("/api/v1/deadlines/{}/settlements", first["id"].text());
    let body = json!({"on": "2022-12-20", "reason": "chi bộ đã nhập vào chi bộ 09"});
    house
        .post("standing", &path, body.clone())
        .await
        .refused("forbidden");
    house
        .post("office", &path, with(&body, json!({"on": "2022-12-21"})))
        .await
        .invalid(&["/on"]);
    // not on a day before the closure, when the branch could still do it
    house
        .post("office", &path, with(&body, json!({"on": "2022-12-14"})))
        .await
        .invalid(&["/on"]);
    let settled = house.create("office", &path, body.clone()).await;
    shows!(settled, {"state": "settled", "settled_on": "2022-12-20", "settled_because": "chi bộ đã nhập vào chi bộ 09"});
    assert_eq!(house.read("office", &list).await.items().len(), count - 1);
    house
        .post("office", &path, body.clone())
        .await
        .refused("invalid_transition");
    let open = house
        .read(
            "office",
            &format!("deadlines?branch_id={}&overdue=true", branch(9)),
        )
        .await;
    let path = format!(
        "/api/v1/deadlines/{}/settlements",
        open.items()[0]["id"].text()
    );
    house
        .post("office", &path, body)
        .await
        .refused("invalid_transition");
}

/// A person's department must belong to their own branch, in every operation that sets one.
#[tokio::test]
async fn a_department_belongs_to_the_branch_of_who_is_in_it() {
    let house = House::build().await;
    let new =
        |branch| json!({"name": format!("Khoa {branch}"), "kind": "clinical", "branch_id": branch});
    let mine = house
        .create("office", "departments", new(branch(4)))
        .await
        .id();
    let other = house
        .create("office", "departments", new(branch(5)))
        .await
        .id();
    let nominated = |department: &str| {
        with(
            &person(4, "Vàng Thị Mới", "77-NQ"),
            json!({"department_id": department}),
        )
    };
    house
        .post("union", "/api/v1/nominations", nominated(&other))
        .await
        .invalid(&["/department_id"]);
    house.create("union", "nominations", nominated(&mine)).await;
    for (kind, place) in [
        ("candidates", demo("ca", 4, 1)),
        ("members", demo("dd", 4, 1)),
    ] {
        let path = format!("/api/v1/{kind}/{place}");
        let seen = version(&house, &path).await;
        house
            .patch("office", &path, seen, json!({"department_id": other}))
            .await
            .invalid(&["/department_id"]);
        house
            .change("office", &path, seen, json!({"department_id": mine}))
            .await;
    }
    // while people are in it, the department cannot be moved to another branch
    let path = format!("/api/v1/departments/{mine}");
    house
        .patch("office", &path, 1, json!({"branch_id": branch(5)}))
        .await
        .refused("has_dependents");
}

/// A branch cannot end before its last record, and its past registers remain.
#[tokio::test]
async fn a_branch_ends_after_its_last_record_and_keeps_its_history() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let new = |number: &str, founded: &str| {
        json!({"number": number, "name": format!("Chi bộ {number}"), "kind": "functional", "non_member_count": 0,
        "previous_term_admissions": 0, "has_youth_union": false, "founded_on": founded})
    };
    let made = house
        .create("office", "branches", new("21", "2018-01-01"))
        .await;
    let path = made.location().to_owned();
    let young = house
        .create("office", "branches", new("22", "2022-06-01"))
        .await;
    let unfounded = json!({"founded_on": null});
    house
        .patch("office", young.location(), 1, unfounded)
        .await
        .invalid(&["/founded_on"]);
    let member = demo("dd", 8, 5);
    let to =
        |branch: &str, on: &str| json!({"branch_id": branch, "on": on, "paper_number": "9-CV"});
    for (branch, on) in [(made.id(), "2019-01-01"), (branch(8), "2021-06-01")] {
        let member = format!("members/{member}");
        let seen = version(&house, &member).await;
        house
            .advance_with(
                "office",
                &format!("{member}/transfers"),
                seen,
                to(&branch, on),
            )
            .await;
    }
    let closures = format!("{path}/closures");
    let closing = |on: &str, into: Value| json!({"on": on, "paper_number": "22-QĐ/ĐU", "into_branch_id": into});
    for (on, into, field) in [
        ("2021-05-30", Value::Null, "/on"),
        ("2021-05-31", json!(young.id()), "/into_branch_id"),
    ] {
        house
            .step_with("office", &closures, 1, closing(on, into))
            .await
            .invalid(&[field]);
    }
    house
        .delete("office", &path, 1)
        .await
        .refused("has_dependents");
    house
        .advance_with("office", &closures, 1, closing("2021-05-31", Value::Null))
        .await;
    let other = json!({"name": "Tên khác", "has_youth_union": true});
    house
        .patch("office", &path, 2, other)
        .await
        .refused("invalid_transition");
    let on = format!("{path}/register?on=2020-01-01");
    assert_eq!(house.read("office", &on).await.body["official"], 1);
}

/// A leaving from before the branch ended cannot be taken back: it would return the member to that
/// branch.
#[tokio::test]
async fn a_leaving_is_not_taken_back_into_a_branch_that_has_ended() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let member = format!("members/{}", demo("dd", 10, 6));
    let left = json!({"on": "2022-12-01", "ground": "deceased", "paper_number": "3-GT"});
    let left = house
        .step_with("office", &format!("{member}/leavings"), 1, left)
        .await
        .expect(201);
    house.merge(10, 9, "2022-12-15").await;
    house
        .delete("office", left.location(), 1)
        .await
        .refused("invalid_transition");
}

/// A new attempt of a person whose branch was merged opens in the branch that took over.
#[tokio::test]
async fn a_person_of_a_merged_branch_is_readmitted_in_its_successor() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let person = crate::support::candidate(&house, 10, "Vàng Thị Sáp Nhập").await;
    let exit = json!({"on": "2022-12-10", "kind": "withdrawn", "reason": "tự nguyện"});
    house
        .act("branch-10", &person, "exits", exit)
        .await
        .expect(201);
    house.merge(10, 9, "2022-12-15").await;
    let again = json!({"on": "2022-12-20", "paper_number": "9", "by": "trade_union", "earlier_readmissions": 0});
    let made = house
        .act("office", &person, "readmission", again)
        .await
        .expect(201);
    let file = format!("candidates/{}", made.body["candidate_id"].text());
    shows!(house.read("branch-09", &file).await, {"branch_id": branch(9), "previous_id": person});
    // a candidacy that was opened by mistake is removed like any other
    house.remove("office", &file, 1).await;
}
