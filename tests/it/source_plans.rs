//! Source plans of branches: drafted, submitted, returned, approved, revised.
use reqwest::Method;
use serde_json::{Value, json};

use crate::register::hanh_dung;
use crate::reviews::nomination;
use crate::support::{House, Plain, branch, demo, shows, with};

/// A term whose source plans are due at the end of January 2021.
async fn next_term(house: &House) -> Value {
    let term = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "source_plans_due_on": "2021-01-31", "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    house.create("office", "terms", term).await.body
}

fn entry(name: &str) -> Value {
    json!({"full_name": name, "birth_date": "1994-03-08", "target_year": 2022, "priority_group": "doctor", "fostering_from": "2020-06-01",
        "political_standard": true, "conduct": true, "capacity": false, "task_performance": true, "assessment": "Cần thêm kinh nghiệm quản lý"})
}

async fn late_plans(house: &House) -> usize {
    let path = "deadlines?kind=source_plan&overdue=true&limit=200";
    house.read("office", path).await.items().len()
}

/// The path of a new source plan of branch 01 for the next term.
async fn source_plan(house: &House) -> String {
    let term = next_term(house).await;
    let body = json!({"branch_id": branch(1), "term_id": term["id"]});
    house
        .create("branch-01", "source-plans", body)
        .await
        .location()
        .to_owned()
}

fn quynh_nhu() -> Value {
    with(&entry("Hồ Thị Quỳnh Như"), json!({"target_year": 2026}))
}

/// The same with one person; returns the paths of the plan and of the entry.
async fn planned(house: &House) -> (String, String) {
    let path = source_plan(house).await;
    let entry = house
        .create("branch-01", &format!("{path}/entries"), quynh_nhu())
        .await;
    (path, entry.location().to_owned())
}

/// The same, approved; the plan is at version 3.
async fn approved(house: &House) -> (String, String) {
    let (path, entry) = planned(house).await;
    house
        .advance("branch-01", &format!("{path}/submissions"), 1)
        .await;
    house
        .advance("standing", &format!("{path}/approvals"), 2)
        .await;
    (path, entry)
}

/// S26, S27
#[tokio::test]
async fn a_branch_drafts_its_source_plan_of_a_term_once() {
    let house = House::build().await;
    let term = next_term(&house).await;
    let mine = json!({"branch_id": branch(1), "term_id": term["id"], "note": "Nguồn nhiệm kỳ mới"});
    assert_eq!(late_plans(&house).await, 0);
    house
        .post("office", "source-plans", mine.clone())
        .await
        .refused("forbidden");
    let other = house.post("branch-02", "source-plans", mine.clone()).await;
    other.refused("validation_failed");
    let plan = house
        .create("branch-01", "source-plans", mine.clone())
        .await;
    house
        .post("branch-01", "source-plans", mine)
        .await
        .refused("duplicate");
    house.get("branch-02", plan.location()).await.expect(404);
    house.get("union", plan.location()).await.expect(403);
    let submissions = format!("{}/submissions", plan.location());
    let empty = house.step("branch-01", &submissions, 1).await;
    empty.refused("invalid_transition");
}

/// S28, S29
#[tokio::test]
async fn an_entry_of_a_source_plan_lies_in_the_term_and_is_one_of_a_person() {
    let house = House::build().await;
    let entries = format!("{}/entries", source_plan(&house).await);
    let wrong = json!({"target_year": 2025, "fostering_from": "2021-02-01"});
    let wrong = house
        .post("branch-01", &entries, with(&quynh_nhu(), wrong))
        .await;
    wrong.invalid(&["/target_year", "/fostering_from"]);
    for (fields, pointer) in [
        (json!({"birth_date": "2009-01-01"}), "/birth_date"),
        (json!({"birth_date": "1900-01-01"}), "/birth_date"),
        (json!({"fostering_from": "1994-03-08"}), "/fostering_from"),
        (json!({"fostering_from": "1989-03-08"}), "/fostering_from"),
    ] {
        let body = with(&quynh_nhu(), fields);
        house
            .post("branch-01", &entries, body)
            .await
            .invalid(&[pointer]);
    }
    let person = house.create("branch-01", &entries, quynh_nhu()).await;
    shows!(person, {"criteria_met": 3, "candidate_id": null});
    let same = json!({"full_name": "  hồ thị  QUỲNH NHƯ"});
    house
        .post("branch-01", &entries, with(&quynh_nhu(), same.clone()))
        .await
        .refused("duplicate");
    let other = with(&quynh_nhu(), json!({"full_name": "Hồ Thị Khác"}));
    let other = house.create("branch-01", &entries, other).await;
    house
        .patch("branch-01", other.location(), 1, same)
        .await
        .duplicate("/full_name");
}

/// S7, S30: after the due date, every branch without a submitted plan is overdue.
#[tokio::test]
async fn a_source_plan_is_overdue_until_it_is_submitted() {
    let house = House::build().await;
    let (path, entry) = planned(&house).await;
    house.travel("2021-02-02");
    assert_eq!(late_plans(&house).await, 10);
    let sent = house
        .advance("branch-01", &format!("{path}/submissions"), 1)
        .await;
    shows!(sent, {"state": "submitted", "late": true, "entries": 1});
    assert_eq!(late_plans(&house).await, 9);
    let office = house.step("office", &format!("{path}/approvals"), 2).await;
    office.refused("forbidden");
    let late = house
        .patch("branch-01", &entry, 1, json!({"target_year": 2027}))
        .await;
    late.refused("invalid_transition");
}

/// S7, S30
#[tokio::test]
async fn a_source_plan_is_returned_with_a_reason_changed_and_approved() {
    let house = House::build().await;
    let (path, entry) = planned(&house).await;
    house.travel("2021-02-02");
    house
        .advance("branch-01", &format!("{path}/submissions"), 1)
        .await;
    let reason = json!({"reason": "Nêu rõ năng lực"});
    let back = house
        .advance_with("standing", &format!("{path}/returns"), 2, reason)
        .await;
    shows!(back, {"state": "returned", "reason": "Nêu rõ năng lực"});
    assert_eq!(late_plans(&house).await, 10, "returned is not submitted");
    house
        .change("branch-01", &entry, 1, json!({"capacity": true}))
        .await;
    house
        .advance("branch-01", &format!("{path}/submissions"), 3)
        .await;
    let approved = house
        .advance("standing", &format!("{path}/approvals"), 4)
        .await;
    shows!(approved, {"state": "approved", "approved_on": "2021-02-02", "reason": null});
    let gone = house.delete("branch-01", &path, 5).await;
    gone.refused("invalid_transition");
}

/// S30: a nominated person is found in the plan by name and birth date; one who is in no plan is
/// marked.
#[tokio::test]
async fn a_nominated_person_stands_in_the_source_plan_or_is_marked() {
    let house = House::build().await;
    let (_, entry) = approved(&house).await;
    let planned = nomination("Hồ Thị Quỳnh Như", 1);
    let planned = house.create("union", "nominations", planned).await;
    let candidate = &planned.body["candidate_id"];
    let path = format!("candidates/{}", candidate.text());
    shows!(house.read("branch-01", &path).await, {"planned_year": 2026});
    shows!(house.read("branch-01", &entry).await, {"candidate_id": candidate});
    let outside = nomination("Hồ Thị Yến Nhi", 1);
    let outside = house.create("union", "nominations", outside).await.body;
    let unplanned = house
        .read("office", "candidates?planned=false&limit=200")
        .await;
    let unplanned = unplanned.items();
    let marked = |c: &Value| c["id"] == outside["candidate_id"] && c["planned_year"].is_null();
    assert!(unplanned.iter().any(marked));
    assert!(unplanned.iter().all(|c| c["id"] != *candidate));
}

/// S30
#[tokio::test]
async fn a_revision_of_a_source_plan_leaves_the_people_planned_and_is_approved_again() {
    let house = House::build().await;
    let (path, entry) = approved(&house).await;
    let person = nomination("Hồ Thị Quỳnh Như", 1);
    let person = house.create("union", "nominations", person).await;
    house.travel("2021-02-02");
    let reason = json!({"reason": "Bổ sung nguồn"});
    let revised = house
        .advance_with("branch-01", &format!("{path}/revisions"), 3, reason)
        .await;
    shows!(revised, {"state": "draft", "revision": 2});
    assert_eq!(
        late_plans(&house).await,
        9,
        "it was submitted once and approved"
    );
    let candidate = format!("candidates/{}", person.body["candidate_id"].text());
    shows!(house.read("branch-01", &candidate).await, {"planned_year": 2026});
    // as with quotas, what was approved applies until the revision is approved
    let version = house.read("branch-01", &entry).await.version();
    house.remove("branch-01", &entry, version).await;
    shows!(house.read("branch-01", &candidate).await, {"planned_year": 2026});
    let approvals = format!("{path}/approvals");
    let careless = house
        .send("standing", Method::POST, &approvals, None, &[])
        .await;
    assert_eq!(careless.status, 428);
}

/// The approved plan applies until the Standing Committee approves a revision, whatever the draft
/// adds, moves, removes or replaces, and also if the draft is returned.
#[tokio::test]
async fn a_revision_of_a_source_plan_counts_from_its_approval() {
    let house = House::build().await;
    let path = source_plan(&house).await;
    let entries = format!("{path}/entries");
    let names = [
        "Hồ Thị Quỳnh Như",
        "Hồ Thị Thanh Tú",
        "Hồ Thị Minh Châu",
        "Hồ Thị Yến Nhi",
    ];
    let of = |n: usize, year: i32| with(&entry(names[n]), json!({"target_year": year}));
    let mut rows = Vec::new();
    for n in 0..3 {
        let added = house.create("branch-01", &entries, of(n, 2026)).await;
        rows.push(added.location().to_owned());
    }
    let step = async |who: &str, what: &str| {
        let seen = house.read("branch-01", &path).await.version();
        let at = format!("{path}/{what}");
        match what {
            "revisions" | "returns" => {
                let reason = json!({"reason": "Bổ sung nguồn"});
                house.advance_with(who, &at, seen, reason).await
            }
            _ => house.advance(who, &at, seen).await,
        }
    };
    step("branch-01", "submissions").await;
    step("standing", "approvals").await;
    let mut people = Vec::new();
    for name in [names[0], names[1], names[3]] {
        let person = house
            .create("union", "nominations", nomination(name, 1))
            .await;
        people.push(person.body["candidate_id"].text().to_owned());
    }
    let years = async || {
        let mut years = Vec::new();
        for person in &people {
            let path = format!("candidates/{person}");
            years.push(house.read("branch-01", &path).await.body["planned_year"].clone());
        }
        Value::from(years)
    };
    assert_eq!(years().await, json!([2026, 2026, null]));
    step("branch-01", "revisions").await;
    let at = async |row: &str| house.read("branch-01", row).await.version();
    let later = json!({"target_year": 2030});
    house
        .change("branch-01", &rows[0], at(&rows[0]).await, later)
        .await;
    house
        .remove("branch-01", &rows[1], at(&rows[1]).await)
        .await;
    // the entry of an approved person who is no candidate yet is changed to a person who is one
    let other = json!({"full_name": names[3], "target_year": 2028});
    let other = house
        .change("branch-01", &rows[2], at(&rows[2]).await, other)
        .await;
    shows!(other, {"candidate_id": people[2]});
    assert_eq!(years().await, json!([2026, 2026, null]));
    let replaced = nomination(names[2], 1);
    let replaced = house.create("union", "nominations", replaced).await;
    let replaced = format!("candidates/{}", replaced.body["candidate_id"].text());
    shows!(house.read("branch-01", &replaced).await, {"planned_year": 2026});
    step("branch-01", "submissions").await;
    assert_eq!(years().await, json!([2026, 2026, null]));
    step("standing", "returns").await;
    assert_eq!(years().await, json!([2026, 2026, null]));
    step("branch-01", "submissions").await;
    step("standing", "approvals").await;
    assert_eq!(years().await, json!([2030, null, 2028]));
    shows!(house.read("branch-01", &replaced).await, {"planned_year": null});
    shows!(house.read("branch-01", &path).await, {"entries": 2, "introduced": 2});
}

/// Whether a plan was in time depends on its first submission. Revisions change neither that nor
/// when the duty was settled.
#[tokio::test]
async fn a_source_plan_is_in_time_or_late_by_its_first_submission() {
    let house = House::build().await;
    let (path, _) = approved(&house).await;
    let settled = async || {
        let path = "deadlines?kind=source_plan&state=settled&limit=200";
        let duties = house.read("branch-01", path).await;
        let new = |d: &&Value| d["due_on"] == "2021-01-31";
        duties
            .items()
            .iter()
            .find(new)
            .map(|d| d["settled_on"].clone())
    };
    let seen = house.read("branch-01", &path).await;
    shows!(seen, {"submitted_on": "2021-01-15", "first_submitted_on": "2021-01-15", "late": false});
    house.travel("2023-05-05");
    let reason = json!({"reason": "Bổ sung nguồn"});
    let draft = house
        .advance_with("branch-01", &format!("{path}/revisions"), 3, reason.clone())
        .await;
    shows!(draft, {"late": false});
    for (who, step, version) in [
        ("branch-01", "submissions", 4),
        ("standing", "returns", 5),
        ("branch-01", "submissions", 6),
        ("standing", "approvals", 7),
    ] {
        let at = format!("{path}/{step}");
        let plan = if step == "returns" {
            house.advance_with(who, &at, version, reason.clone()).await
        } else {
            house.advance(who, &at, version).await
        };
        shows!(plan, {"late": false, "submitted_on": "2023-05-05", "first_submitted_on": "2021-01-15"});
        assert_eq!(settled().await, Some(json!("2021-01-15")), "{step}");
    }
}

/// A plan that was returned without ever having been approved is due as before, and so is its duty.
#[tokio::test]
async fn a_source_plan_that_was_returned_is_late_as_its_duty_is() {
    let house = House::build().await;
    let (path, _) = planned(&house).await;
    let submissions = format!("{path}/submissions");
    house.advance("branch-01", &submissions, 1).await;
    house.travel("2021-02-02");
    shows!(house.read("branch-01", &path).await, {"late": false});
    assert_eq!(late_plans(&house).await, 9);
    let reason = json!({"reason": "Nêu rõ năng lực"});
    let back = house
        .advance_with("standing", &format!("{path}/returns"), 2, reason)
        .await;
    shows!(back, {"late": true});
    assert_eq!(late_plans(&house).await, 10);
    let again = house.advance("branch-01", &submissions, 3).await;
    shows!(again, {"late": false, "submitted_on": "2021-02-02"});
    assert_eq!(late_plans(&house).await, 9);
}

/// Asserts that no step but this one is possible.
async fn only(house: &House, plan: &str, possible: &str) {
    for (who, step, body) in [
        ("standing", "approvals", None),
        ("standing", "returns", Some(json!({"reason": "thử"}))),
        ("branch-01", "revisions", Some(json!({"reason": "thử"}))),
    ] {
        if step != possible {
            let etag = format!("\"{}\"", house.read("branch-01", plan).await.version());
            let (path, headers) = (format!("{plan}/{step}"), [("if-match", etag.as_str())]);
            let answer = house.send(who, Method::POST, &path, body, &headers).await;
            answer.refused("invalid_transition");
        }
    }
}

#[tokio::test]
async fn an_entry_of_a_source_plan_names_a_person_of_this_branch_s_departments() {
    let house = House::build().await;
    let entries = format!("{}/entries", source_plan(&house).await);
    for (wrong, pointer) in [
        (json!({"birth_date": "2021-01-16"}), "/birth_date"),
        (
            json!({"department_id": demo("0b", 77, 0)}),
            "/department_id",
        ),
        // a department of branch 05
        (json!({"department_id": demo("0d", 5, 1)}), "/department_id"),
    ] {
        let wrong = with(&quynh_nhu(), wrong);
        house
            .post("branch-01", &entries, wrong)
            .await
            .invalid(&[pointer]);
    }
}

/// Each step of a source plan is possible in one state only.
#[tokio::test]
async fn every_step_of_a_source_plan_is_possible_in_its_own_state_only() {
    let house = House::build().await;
    let (path, _) = planned(&house).await;
    only(&house, &path, "").await;
    house
        .advance("branch-01", &format!("{path}/submissions"), 1)
        .await;
    house
        .advance("standing", &format!("{path}/approvals"), 2)
        .await;
    only(&house, &path, "revisions").await;
}

#[tokio::test]
async fn a_source_plan_with_people_stays_and_with_the_standing_committee_nobody_writes_in_it() {
    let house = House::build().await;
    let (path, entry) = planned(&house).await;
    house
        .delete("branch-01", &path, 1)
        .await
        .refused("has_dependents");
    house
        .advance("branch-01", &format!("{path}/submissions"), 1)
        .await;
    let note = house
        .patch("branch-01", &path, 2, json!({"note": "thêm"}))
        .await;
    note.refused("invalid_transition");
    house
        .delete("branch-01", &entry, 1)
        .await
        .refused("invalid_transition");
    let revisions = format!("{path}/revisions");
    let revised = house
        .step_with("branch-01", &revisions, 2, json!({"reason": "thử"}))
        .await;
    revised.refused("invalid_transition");
}

/// A plan that was once approved cannot be removed, even if it is revised and emptied. It keeps the
/// date of its first approval.
#[tokio::test]
async fn a_source_plan_that_was_approved_once_is_not_removed() {
    let house = House::build().await;
    let (path, entry) = approved(&house).await;
    let reason = json!({"reason": "Bổ sung"});
    house
        .advance_with("branch-01", &format!("{path}/revisions"), 3, reason)
        .await;
    house.remove("branch-01", &entry, 1).await;
    house
        .delete("branch-01", &path, 4)
        .await
        .refused("has_dependents");
    house
        .create("branch-01", &format!("{path}/entries"), quynh_nhu())
        .await;
    house.travel("2021-02-03");
    house
        .advance("branch-01", &format!("{path}/submissions"), 4)
        .await;
    let again = house
        .advance("standing", &format!("{path}/approvals"), 5)
        .await;
    shows!(again, {"approved_on": "2021-01-15", "decided_on": "2021-02-03"});
}

/// A source plan is about people to be admitted, so an entry for a member of the branch is refused
/// in any spelling. As this reveals a birth date, only a few tries are possible. A namesake with
/// another birth date is accepted.
#[tokio::test]
async fn a_source_plan_takes_no_member_of_the_branch() {
    let house = House::build().await;
    let entries = format!("{}/entries", source_plan(&house).await);
    house.create("office", "members", hanh_dung()).await;
    let named = |name: &str, born: &str| {
        let who = json!({"full_name": name, "birth_date": born});
        with(&quynh_nhu(), who)
    };
    let same = named("  lò thị  HẠNH DUNG", "1988-04-12");
    let other = named("Lò Thị Hạnh Dung", "1994-03-08");
    let other = house.create("branch-01", &entries, other).await;
    let born = json!({"birth_date": "1988-04-12"});
    let changed = house.patch("branch-01", other.location(), 1, born).await;
    changed.duplicate("/full_name");
    for _ in 2..=20 {
        let tried = house.post("branch-01", &entries, same.clone()).await;
        tried.duplicate("/full_name");
    }
    let hits = "select count(*) from access_entry where resource = 'known_person'";
    assert_eq!(house.count(hits).await, 20);
    let tried = house.post("branch-01", &entries, same).await;
    tried.refused("rate_limited");
}

/// Branch 02 submits a plan that contains a person from the approved plan of branch 01. Returns the
/// plan's path, and those of its submissions and approvals.
async fn planned_again(house: &House) -> [String; 3] {
    let (first, _) = approved(house).await;
    let term = house.read("branch-01", &first).await.body["term_id"].clone();
    let second = json!({"branch_id": branch(2), "term_id": term});
    let second = house.create("branch-02", "source-plans", second).await;
    let second = second.location().to_owned();
    let entries = format!("{second}/entries");
    house.create("branch-02", &entries, quynh_nhu()).await;
    let submissions = format!("{second}/submissions");
    house.advance("branch-02", &submissions, 1).await;
    let approvals = format!("{second}/approvals");
    [second, submissions, approvals]
}

/// For one term, a person can be approved in the plan of one branch only. If they are nominated in
/// the meantime, they belong to the branch that has the candidacy.
#[tokio::test]
async fn nobody_is_approved_in_the_plans_of_two_branches() {
    let house = House::build().await;
    let [second, submissions, approvals] = planned_again(&house).await;
    let twice = house.step("standing", &approvals, 2).await;
    let twice = twice.refused("invalid_transition");
    assert!(
        twice.body["detail"].text().contains("another branch"),
        "{}",
        twice.text
    );
    let returned = json!({"reason": "Đã có trong kế hoạch của chi bộ 01"});
    house
        .advance_with("standing", &format!("{second}/returns"), 2, returned)
        .await;
    let nominated = json!({"full_name": "Hồ Thị Quỳnh Như", "birth_date": "1994-03-08", "sex": "female", "branch_id": branch(2), "paper_number": "41-NQ",
        "paper_on": "2021-01-12", "youth_union_member": true, "trade_union_member": true});
    house.create("union", "nominations", nominated).await;
    house.advance("branch-02", &submissions, 3).await;
    house.advance("standing", &approvals, 4).await;
}

/// The plan of a branch that has ended no longer counts, so the branch that took over may plan the
/// same person.
#[tokio::test]
async fn a_person_planned_by_an_ended_branch_may_be_planned_by_another() {
    let house = House::build().await;
    let [_, _, approvals] = planned_again(&house).await;
    house.travel("2021-09-15");
    house
        .step("standing", &approvals, 2)
        .await
        .refused("invalid_transition");
    house.merge(1, 2, "2021-08-31").await;
    house.advance("standing", &approvals, 2).await;
}

fn person(year: i32) -> Value {
    json!({"full_name": "Hồ Thị Quỳnh Như", "birth_date": "1994-03-08", "target_year": year, "priority_group": "doctor", "fostering_from": "2020-06-01",
        "political_standard": true, "conduct": true, "capacity": true, "task_performance": true})
}

/// S26: an entry matches only candidates of its own branch.
#[tokio::test]
async fn an_entry_of_a_source_plan_concerns_people_of_its_own_branch_only() {
    let house = House::build().await;
    let plan = house
        .column(&format!(
            "select id::text from source_plan where branch_id = '{}'",
            demo("0b", 2, 0)
        ))
        .await
        .remove(0);
    let path = format!("/api/v1/source-plans/{plan}");
    let at = async |path: &str| house.read("branch-02", path).await.version();
    house
        .advance_with(
            "branch-02",
            &format!("{path}/revisions"),
            at(&path).await,
            json!({"reason": "Bổ sung"}),
        )
        .await;
    let entry = house
        .create("branch-02", &format!("{path}/entries"), person(2023))
        .await;
    let entry_path = format!("/api/v1/source-plan-entries/{}", entry.id());
    let nominated = |branch: u32, paper: &str| {
        json!({"full_name": "Hồ Thị Quỳnh Như", "birth_date": "1994-03-08", "sex": "female", "branch_id": demo("0b", branch, 0), "paper_number": paper,
            "paper_on": "2021-01-12", "youth_union_member": true, "trade_union_member": true})
    };
    let theirs = house
        .create("union", "nominations", nominated(3, "41-NQ"))
        .await
        .body["candidate_id"]
        .text()
        .to_owned();
    let state = async |who: &str| {
        house.column(&format!("select version::text, coalesce(planned_year, 0)::text from candidate where id = '{who}'")).await
    };
    let untouched = state(&theirs).await;
    shows!(house.read("branch-02", &entry_path).await, {"candidate_id": null});
    house
        .change("branch-02", &entry_path, 1, json!({"target_year": 2022}))
        .await;
    assert_eq!(state(&theirs).await, untouched);

    // when the other branch ends the candidacy and this one nominates, the entry links to that
    // person and gets a new version
    house
        .record(
            "branch-03",
            &theirs,
            "exits",
            json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "Chuyển khoa"}),
        )
        .await;
    let ours = house
        .create("union", "nominations", nominated(2, "42-NQ"))
        .await
        .body["candidate_id"]
        .text()
        .to_owned();
    let linked = house.read("branch-02", &entry_path).await;
    assert_eq!(
        (&linked.body["candidate_id"], linked.version()),
        (&json!(ours), 3)
    );
    // the planned year counts only once the revision is approved
    assert_eq!(state(&ours).await[1], "0");
    let step = |what: &str| format!("{path}/{what}");
    house
        .advance("branch-02", &step("submissions"), at(&path).await)
        .await;
    house
        .advance("standing", &step("approvals"), at(&path).await)
        .await;
    assert_eq!(state(&ours).await[1], "2022");
    let reason = json!({"reason": "Bổ sung"});
    house
        .advance_with("branch-02", &step("revisions"), at(&path).await, reason)
        .await;

    // after a split the person keeps the planned year in the new branch, and the old branch's entry
    // no longer links to them
    let branch = format!("/api/v1/branches/{}", demo("0b", 2, 0));
    let split = json!({"on": "2021-01-15", "number": "11", "name": "Chi bộ mới", "kind": "clinical", "non_member_count": 1, "paper_number": "20-QĐ/ĐU",
        "member_ids": [], "candidate_ids": [ours], "department_ids": []});
    house
        .step_with(
            "office",
            &format!("{branch}/splits"),
            at(&branch).await,
            split,
        )
        .await
        .expect(201);
    let moved = state(&ours).await;
    assert_eq!(moved[1], "2022");
    let left = house.read("branch-02", &entry_path).await;
    assert_eq!(
        (&left.body["candidate_id"], left.version()),
        (&Value::Null, 4)
    );
    house
        .change("branch-02", &entry_path, 4, json!({"target_year": 2024}))
        .await;
    house.remove("branch-02", &entry_path, 5).await;
    assert_eq!(state(&ours).await, moved);
}

/// Remarks about a person belong to the branch. The Party Office and the Standing Committee read
/// them only with a reason, one at a time, and each read is logged.
#[tokio::test]
async fn remarks_in_a_review_and_in_a_source_plan_are_read_with_a_reason_and_recorded() {
    let house = House::build().await;
    house.travel("2021-04-05");
    let review =
        json!({"branch_id": demo("0b", 2, 0), "kind": "periodic", "year": 2021, "period": 2});
    let review = house.create("branch-02", "reviews", review).await.id();
    let items = format!("/api/v1/reviews/{review}/items");
    let item = house.read("branch-02", &items).await.items()[0].clone();
    let item = format!("/api/v1/review-items/{}", item["id"].text());
    let noted = house
        .change(
            "branch-02",
            &item,
            1,
            json!({"decision": "remove", "reason": "Chưa đủ", "note": "ZQWORDS"}),
        )
        .await;
    assert_eq!(noted.body["note"], "ZQWORDS");
    let plan = house
        .column(&format!(
            "select id::text from source_plan where branch_id = '{}'",
            demo("0b", 2, 0)
        ))
        .await
        .remove(0);
    let plan = format!("/api/v1/source-plans/{plan}");
    let at = house.read("branch-02", &plan).await.version();
    house
        .advance_with(
            "branch-02",
            &format!("{plan}/revisions"),
            at,
            json!({"reason": "Bổ sung"}),
        )
        .await;
    let mut body = person(2022);
    body["assessment"] = json!("ZQWORDS");
    let entries = format!("{plan}/entries");
    let entry = format!(
        "/api/v1/source-plan-entries/{}",
        house.create("branch-02", &entries, body).await.id()
    );
    let readings = "select count(*) from access_entry";
    for (one, list) in [(&item, &items), (&entry, &entries)] {
        for (who, query, shown, recorded) in [
            ("branch-02", "", true, 0),
            ("branch-02", "?reason=xem", true, 0),
            ("office", "", false, 0),
            ("standing", "", false, 0),
            ("overseer", "", false, 0),
            ("overseer", "?reason=xem", false, 0),
            ("office", "?reason=thẩm%20định%20hồ%20sơ", true, 1),
            ("standing", "?reason=thẩm%20định%20hồ%20sơ", true, 1),
        ] {
            let before = house.count(readings).await;
            let answer = house.read(who, &format!("{one}{query}")).await;
            assert_eq!(
                answer.text.contains("ZQWORDS"),
                shown,
                "{who} {one}{query}: {}",
                answer.text
            );
            assert_eq!(
                house.count(readings).await - before,
                recorded,
                "{who} {one}{query}"
            );
            let listed = house.read(who, list).await;
            assert_eq!(
                listed.text.contains("ZQWORDS"),
                who == "branch-02",
                "{who} {list}: {}",
                listed.text
            );
        }
        house
            .get("branch-03", &format!("{one}?reason=xem"))
            .await
            .refused("not_found");
        house
            .get("standing", &format!("{one}?reason=%00"))
            .await
            .refused("invalid_parameter");
    }
}

/// Once the file is submitted, P2 data is masked for the branch wherever the person is shown.
#[tokio::test]
async fn a_submitted_persons_birth_date_is_masked_in_the_source_plan_too() {
    let house = House::build().await;
    let found = "select e.id::text, e.source_plan_id::text, c.stage from source_plan_entry e join candidate c on c.id = e.candidate_id \
                  where e.branch_id = c.branch_id and c.branch_id = '$b' order by 1"
        .replace("$b", &demo("0b", 3, 0));
    let mut seen = [0; 2];
    for row in house.column(&found).await.chunks(3) {
        let submitted =
            ketnap::law::Stage::parse(&row[2]).is_some_and(ketnap::law::Stage::submitted);
        seen[usize::from(submitted)] += 1;
        let entry = format!("/api/v1/source-plan-entries/{}", row[0]);
        let listed = house
            .read(
                "branch-03",
                &format!("source-plans/{}/entries?limit=200", row[1]),
            )
            .await;
        let listed = listed
            .items()
            .iter()
            .find(|e| e["id"] == row[0])
            .unwrap()
            .clone();
        for shown in [house.read("branch-03", &entry).await.body, listed] {
            assert_eq!(shown["birth_date"].is_null(), submitted, "{shown}");
        }
        let masked = house.read("office", &entry).await.body;
        assert!(masked["birth_date"].is_null() && masked["priority_group"].is_null());
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

#[tokio::test]
async fn a_person_in_a_source_plan_has_a_person_s_name() {
    let house = House::build().await;
    let entry = json!({"full_name": "—", "birth_date": "1995-05-17", "target_year": 2022, "priority_group": "woman", "fostering_from": "2020-10-01",
        "political_standard": true, "conduct": true, "capacity": true, "task_performance": true});
    let path = format!("source-plans/{}/entries", demo("5a", 1, 0));
    for name in ["—", "😀", "Тrần Văn Thử"] {
        let mut entry = entry.clone();
        entry["full_name"] = json!(name);
        house
            .post("branch-01", &path, entry)
            .await
            .invalid(&["/full_name"]);
    }
}
