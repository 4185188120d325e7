//! Source plans and reviews: the branch plans, goes through its list, and what it decides happens
//! by acts.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, shows};

async fn open(house: &House, branch: usize, year: i32, period: i32) -> Value {
    let body = json!({"branch_id": demo("0b", u32::try_from(branch).unwrap(), 0), "kind": "periodic", "year": year, "period": period});
    house
        .create(&format!("branch-{branch:02}"), "reviews", body)
        .await
        .body
}

async fn items(house: &House, who: &str, review: &str) -> Vec<Value> {
    house
        .read(
            who,
            &format!("reviews/{review}/items?limit=200&expand=candidate"),
        )
        .await
        .items()
        .clone()
}

async fn decide(house: &House, who: &str, item: &Value, decision: Value) -> Value {
    let path = format!("/api/v1/review-items/{}", item["id"].text());
    let version = house.read(who, &path).await.version();
    house.change(who, &path, version, decision).await.body
}

fn add() -> Value {
    json!({"decision": "add", "political_standard": true, "conduct": true, "capacity": true, "task_performance": true, "priority_group": "doctor"})
}

fn record(minutes: &str, on: &str) -> Value {
    json!({"held_on": on, "minutes_number": minutes, "members": 15, "present": 14, "agenda": ["Xét danh sách", "Trách nhiệm của đảng viên"]})
}

async fn close(house: &House, who: &str, review: &str, body: Value) -> Answer {
    let path = format!("/api/v1/reviews/{review}");
    let version = house.read(who, &path).await.version();
    house
        .step_with(who, &format!("{path}/closures"), version, body)
        .await
}

fn nomination(name: &str, branch: u32) -> Value {
    json!({"full_name": name, "birth_date": "1994-03-08", "sex": "female", "branch_id": demo("0b", branch, 0), "paper_number": format!("NQ {name}"),
        "paper_on": "2021-01-12", "youth_union_member": true, "trade_union_member": true})
}

/// S32, S33, S34, S48: the frozen list, a decision for each, the record of the meeting; the decisions take effect by acts.
#[tokio::test]
async fn a_review_freezes_its_list_needs_a_decision_for_each_and_acts_through_the_procedure() {
    let house = House::build().await;
    house.travel("2023-01-16");
    let added = house
        .create("union", "nominations", nomination("Lê Thị Thảo Vy", 1))
        .await
        .body;
    let returned = house
        .create("union", "nominations", nomination("Lê Thị Bảo Trân", 1))
        .await
        .body;
    let waits = house
        .create("youth", "nominations", nomination("Lê Thị Cẩm Tú", 1))
        .await
        .body;
    let review = open(&house, 1, 2023, 1).await;
    let id = review["id"].text().to_owned();
    let listed = items(&house, "branch-01", &id).await;
    let owner = house.owner().await;
    let raw: i64 = owner
        .query_one(
            "select count(*) from candidate where branch_id = $1::text::uuid and stage in ('nominated', 'in_plan', 'dossier')",
            &[&demo("0b", 1, 0)],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(i64::try_from(listed.len()).unwrap(), raw);
    assert_eq!(review["undecided"], raw);

    // who arrives later is not on the list, and the union sees that it is pending
    let late = house
        .create("union", "nominations", nomination("Lê Thị Đan Thanh", 1))
        .await
        .body;
    assert_eq!(items(&house, "branch-01", &id).await.len(), listed.len());

    // nobody on the list is decided on elsewhere meanwhile
    let elsewhere = house
        .act(
            "branch-01",
            added["candidate_id"].text(),
            "plan-decisions",
            json!({"on": "2023-01-16", "action": "add", "minutes_number": "9", "political_standard": true, "conduct": true, "capacity": true,
                "task_performance": true, "priority_group": "doctor"}),
        )
        .await
        .refused("requirements_unmet");
    assert!(
        elsewhere.body["requirements"]
            .list()
            .iter()
            .any(|r| r["rule"] == "plan.open_review"),
        "{}",
        elsewhere.text
    );

    // closing names everyone without a decision
    let refused = close(&house, "branch-01", &id, record("01-BB/CB", "2023-01-16"))
        .await
        .refused("requirements_unmet");
    let missing = refused.body["requirements"].list();
    assert_eq!(missing.len(), listed.len());
    assert!(
        missing
            .iter()
            .all(|r| r["rule"] == "review.decided" && r["source"] == "kế hoạch, II.2")
    );

    house
        .patch(
            "branch-01",
            &format!("review-items/{}", listed[0]["id"].text()),
            1,
            json!({"decision": "remove"}),
        )
        .await
        .invalid(&["/reason"]);

    let mut removed = None;
    for item in &listed {
        let decision = if item["candidate_id"] == added["candidate_id"] {
            let refused = house
                .patch(
                    "branch-01",
                    &format!("review-items/{}", item["id"].text()),
                    1,
                    json!({"decision": "adjust"}),
                )
                .await;
            refused.invalid(&["/decision"]);
            add()
        } else if item["candidate_id"] == returned["candidate_id"] {
            json!({"decision": "remove", "reason": "Chưa đủ thời gian công tác"})
        } else if item["candidate_id"] == waits["candidate_id"] || item["stage"] == "nominated" {
            json!({"decision": "keep"})
        } else if removed.is_none() && item["stage"] == "in_plan" {
            removed = item["candidate_id"].as_str().map(str::to_owned);
            json!({"decision": "remove", "reason": "Không còn phấn đấu"})
        } else {
            json!({"decision": "adjust", "note": "Giao thêm việc", "propose_class": true})
        };
        decide(&house, "branch-01", item, decision).await;
    }
    for (field, value) in [("held_on", json!("2023-01-17")), ("present", json!(16))] {
        let mut body = record("01-BB/CB", "2023-01-16");
        body[field] = value;
        let refused = close(&house, "branch-01", &id, body)
            .await
            .refused("validation_failed");
        assert_eq!(refused.faults(), vec![format!("/{field}")]);
    }
    let closed = close(&house, "branch-01", &id, record("01-BB/CB", "2023-01-16"))
        .await
        .expect(200)
        .body;
    shows!(closed, {"state": "closed", "late": false, "minutes_number": "01-BB/CB"});
    close(&house, "branch-01", &id, record("01-BB/CB", "2023-01-16"))
        .await
        .refused("invalid_transition");

    let stage = async |candidate: &Value| {
        house
            .read(
                "branch-01",
                &format!("candidates/{}", candidate.as_str().unwrap()),
            )
            .await
            .body["stage"]
            .clone()
    };
    assert_eq!(stage(&added["candidate_id"]).await, "in_plan");
    assert_eq!(stage(&returned["candidate_id"]).await, "removed");
    assert_eq!(stage(&waits["candidate_id"]).await, "nominated");
    assert_eq!(stage(&late["candidate_id"]).await, "nominated");
    assert_eq!(stage(&json!(removed.unwrap())).await, "removed");
    // S24, S61: each union sees what became of its own
    for (who, nomination, outcome) in [
        ("union", &added, "accepted"),
        ("union", &returned, "returned"),
        ("youth", &waits, "pending"),
        ("union", &late, "pending"),
    ] {
        let seen = house
            .read(who, &format!("nominations/{}", nomination["id"].text()))
            .await
            .body;
        assert_eq!(seen["outcome"], outcome, "{seen}");
    }
    let seen = house
        .read("union", &format!("nominations/{}", returned["id"].text()))
        .await
        .body;
    assert_eq!(seen["outcome_reason"], "Chưa đủ thời gian công tác");
    // each decision is an act with the minutes' number
    for item in items(&house, "branch-01", &id).await {
        let Some(act) = item["act_id"].as_str() else {
            assert_eq!(item["stage"], "nominated");
            continue;
        };
        let act = house.read("branch-01", &format!("acts/{act}")).await.body;
        assert_eq!(
            (
                &act["kind"],
                &act["data"]["minutes_number"],
                &act["data"]["action"]
            ),
            (
                &json!("plan_decision"),
                &json!("01-BB/CB"),
                &item["decision"]
            )
        );
    }
    let report = house
        .read(
            "office",
            &format!("reports/reviews?year=2023&branch_id={}", demo("0b", 1, 0)),
        )
        .await
        .items()
        .clone();
    let row = report
        .iter()
        .find(|r| r["kind"] == "periodic" && r["period"] == 1)
        .unwrap();
    shows!(row, {"timing": "held", "added": 1, "removed": 2});
}

/// S32, S65: every period of the calendar is a duty, whether or not anybody opened a review; missing and late ones are reported.
#[tokio::test]
async fn missing_and_late_reviews_are_reported_and_stay_deadlines_until_they_are_closed() {
    let house = House::build().await;
    let due = async |house: &House, who: &str, filter: &str| {
        house
            .read(who, &format!("deadlines?limit=200&{filter}"))
            .await
            .items()
            .clone()
    };
    assert_eq!(
        due(&house, "branch-01", "kind=review").await.len(),
        1,
        "only the quarter that has begun"
    );
    assert_eq!(due(&house, "overseer", "kind=review").await.len(), 3);
    assert!(
        due(&house, "branch-01", "kind=yearly_review")
            .await
            .is_empty()
    );
    house.travel("2021-04-02");
    let overdue = due(&house, "branch-01", "kind=review&overdue=true").await;
    assert_eq!(overdue.len(), 1);
    shows!(overdue[0], {"due_on": "2021-03-31", "rule": "review.each_period", "days_left": -2});
    let one = house
        .read(
            "branch-01",
            &format!("deadlines/{}", overdue[0]["id"].text()),
        )
        .await
        .body;
    assert_eq!(one, overdue[0]);
    house
        .get(
            "branch-02",
            &format!("deadlines/{}", overdue[0]["id"].text()),
        )
        .await
        .expect(404);
    let timing = async |house: &House, branch: u32| {
        let report = house
            .read(
                "standing",
                &format!(
                    "reports/reviews?year=2021&branch_id={}",
                    demo("0b", branch, 0)
                ),
            )
            .await
            .items()
            .clone();
        report
            .into_iter()
            .find(|r| r["kind"] == "periodic" && r["period"] == 1)
            .unwrap()["timing"]
            .clone()
    };
    assert_eq!(
        (
            timing(&house, 1).await,
            timing(&house, 3).await,
            timing(&house, 10).await
        ),
        (json!("missing"), json!("held"), json!("late"))
    );
    // an unknown period, one that has not begun, a second one, another branch's
    let body = |period: i32, branch: u32| json!({"branch_id": demo("0b", branch, 0), "kind": "periodic", "year": 2021, "period": period});
    assert_eq!(
        house
            .post("branch-01", "reviews", body(5, 1))
            .await
            .refused("validation_failed")
            .body["errors"][0]["code"],
        "no_such_period"
    );
    assert_eq!(
        house
            .post("branch-01", "reviews", body(3, 1))
            .await
            .refused("validation_failed")
            .body["errors"][0]["code"],
        "not_begun"
    );
    house
        .post("branch-01", "reviews", body(1, 2))
        .await
        .invalid(&["/branch_id"]);
    let review = open(&house, 1, 2021, 1).await;
    house
        .post("branch-01", "reviews", body(1, 1))
        .await
        .duplicate("/period");
    let id = review["id"].text().to_owned();
    for item in items(&house, "branch-01", &id).await {
        decide(&house, "branch-01", &item, json!({"decision": "keep"})).await;
    }
    let body = record("02-BB/CB", "2021-04-02");
    let closed = close(&house, "branch-01", &id, body).await.expect(200).body;
    assert_eq!(closed["late"], true);
    let settled = due(&house, "branch-01", "kind=review&state=settled").await;
    assert_eq!(
        (settled.len(), &settled[0]["settled_on"]),
        (1, &json!("2021-04-02"))
    );
    assert_eq!(timing(&house, 1).await, "late");
    house.travel("2021-11-01");
    assert_eq!(
        due(&house, "branch-01", "kind=yearly_review").await.len(),
        1
    );
    assert_eq!(due(&house, "branch-01", "kind=review").await.len(), 4);
    // the interval is the organisation's to set
    let setting = house.read("admin", "settings/review_interval_months").await;
    house
        .change(
            "admin",
            "settings/review_interval_months",
            setting.version(),
            json!({"value": 6}),
        )
        .await;
    assert_eq!(due(&house, "branch-02", "kind=review").await.len(), 2);
    // yearly review
    let yearly =
        json!({"branch_id": demo("0b", 1, 0), "kind": "yearly", "year": 2021, "period": 1});
    house.create("branch-01", "reviews", yearly).await;
}

/// Closing while a nomination arrives: each is whole, the list is what was frozen, nobody is lost. Two closings at once: one.
#[tokio::test]
async fn closing_a_review_while_a_nomination_arrives_loses_nobody() {
    let house = House::build().await;
    let review = open(&house, 2, 2021, 1).await;
    let id = review["id"].text().to_owned();
    for item in items(&house, "branch-02", &id).await {
        decide(&house, "branch-02", &item, json!({"decision": "keep"})).await;
    }
    let (a, b, arrived) = tokio::join!(
        close(&house, "branch-02", &id, record("03-BB/CB", "2021-01-15")),
        close(&house, "branch-02", &id, record("03-BB/CB", "2021-01-15")),
        house.post("union", "nominations", nomination("Vũ Thị Ngọc Ánh", 2)),
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert!(
        statuses == [200, 409] || statuses == [200, 412],
        "{statuses:?} {} {}",
        a.text,
        b.text
    );
    let arrived = arrived.expect(201).body;
    let seen = house
        .read(
            "branch-02",
            &format!("candidates/{}", arrived["candidate_id"].text()),
        )
        .await
        .body;
    assert_eq!(seen["stage"], "nominated");
    let acts: i64 = house
        .owner()
        .await
        .query_one("select count(*) from act where branch_id = $1::text::uuid and data ->> 'minutes_number' = '03-BB/CB'", &[&demo("0b", 2, 0)])
        .await
        .unwrap()
        .get(0);
    let with_act = items(&house, "branch-02", &id)
        .await
        .iter()
        .filter(|i| !i["act_id"].is_null())
        .count();
    assert_eq!(usize::try_from(acts).unwrap(), with_act);
    // the next quarter's list has the one who came late
    house.travel("2021-04-05");
    let next = open(&house, 2, 2021, 2).await;
    assert!(
        items(&house, "branch-02", next["id"].text())
            .await
            .iter()
            .any(|i| i["candidate_id"] == arrived["candidate_id"])
    );
    // whose candidacy ends meanwhile needs no decision
    let version = house
        .read("union", &format!("nominations/{}", arrived["id"].text()))
        .await
        .version();
    house
        .remove(
            "union",
            &format!("nominations/{}", arrived["id"].text()),
            version,
        )
        .await;
    for item in items(&house, "branch-02", next["id"].text()).await {
        if item["candidate_id"] != arrived["candidate_id"] {
            decide(&house, "branch-02", &item, json!({"decision": "keep"})).await;
        }
    }
    let body = record("04-BB/CB", "2021-04-05");
    close(&house, "branch-02", next["id"].text(), body)
        .await
        .expect(200);
}

/// An entry as it is sent.
async fn next_term(house: &House) -> Value {
    let term = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "source_plans_due_on": "2021-01-31", "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    house.create("office", "terms", term).await.body
}

fn entry(name: &str) -> Value {
    json!({"full_name": name, "birth_date": "1994-03-08", "target_year": 2022, "priority_group": "doctor", "fostering_from": "2020-06-01",
        "political_standard": true, "conduct": true, "capacity": false, "task_performance": true, "assessment": "Cần thêm kinh nghiệm quản lý"})
}

/// S26, S27, S28, S29, S30, S7: drafted, submitted, returned with a reason, approved; late ones are overdue; who is admitted outside a plan is marked.
#[tokio::test]
async fn a_source_plan_is_submitted_returned_approved_and_marks_who_stands_in_none() {
    let house = House::build().await;
    // a new term, whose plans are due at the end of the year
    let term = next_term(&house).await;
    let mine =
        json!({"branch_id": demo("0b", 1, 0), "term_id": term["id"], "note": "Nguồn nhiệm kỳ mới"});
    let overdue = async |house: &House, who: &str| {
        house
            .read(who, "deadlines?kind=source_plan&overdue=true&limit=200")
            .await
            .items()
            .clone()
            .len()
    };
    assert_eq!(overdue(&house, "office").await, 0);
    house
        .post("office", "source-plans", mine.clone())
        .await
        .refused("forbidden");
    house
        .post("branch-02", "source-plans", mine.clone())
        .await
        .refused("validation_failed");
    let plan = house
        .create("branch-01", "source-plans", mine.clone())
        .await;
    house
        .post("branch-01", "source-plans", mine)
        .await
        .refused("duplicate");
    let path = format!("/api/v1/source-plans/{}", plan.body["id"].text());
    house
        .step("branch-01", &format!("{path}/submissions"), 1)
        .await
        .refused("invalid_transition");
    let mut body = entry("Hồ Thị Quỳnh Như");
    body["target_year"] = json!(2025);
    body["fostering_from"] = json!("2021-02-01");
    let refused = house
        .post("branch-01", &format!("{path}/entries"), body)
        .await
        .refused("validation_failed");
    assert_eq!(refused.faults(), vec!["/target_year", "/fostering_from"]);
    let mut body = entry("Hồ Thị Quỳnh Như");
    body["target_year"] = json!(2026);
    let person = house
        .create("branch-01", &format!("{path}/entries"), body.clone())
        .await
        .body;
    shows!(person, {"criteria_met": 3, "candidate_id": null});
    body["full_name"] = json!("  hồ thị  QUỲNH NHƯ");
    house
        .post("branch-01", &format!("{path}/entries"), body)
        .await
        .refused("duplicate");
    house.get("branch-02", &path).await.expect(404);
    house.get("union", &path).await.expect(403);

    // the month passes: everyone without a submitted plan is overdue
    house.travel("2021-02-02");
    assert_eq!(overdue(&house, "office").await, 10);
    let sent = house
        .advance("branch-01", &format!("{path}/submissions"), 1)
        .await
        .body;
    shows!(sent, {"state": "submitted", "late": true, "entries": 1});
    assert_eq!(overdue(&house, "office").await, 9);
    house
        .step("office", &format!("{path}/approvals"), 2)
        .await
        .refused("forbidden");
    let entry_path = format!("/api/v1/source-plan-entries/{}", person["id"].text());
    house
        .patch("branch-01", &entry_path, 1, json!({"target_year": 2027}))
        .await
        .refused("invalid_transition");
    let back = house
        .advance_with(
            "standing",
            &format!("{path}/returns"),
            2,
            json!({"reason": "Nêu rõ năng lực"}),
        )
        .await
        .body;
    shows!(back, {"state": "returned", "reason": "Nêu rõ năng lực"});
    assert_eq!(
        overdue(&house, "office").await,
        10,
        "returned is not submitted"
    );
    house
        .change("branch-01", &entry_path, 1, json!({"capacity": true}))
        .await;
    house
        .advance("branch-01", &format!("{path}/submissions"), 3)
        .await;
    let approved = house
        .advance("standing", &format!("{path}/approvals"), 4)
        .await
        .body;
    shows!(approved, {"state": "approved", "approved_on": "2021-02-02", "reason": null});
    house
        .delete("branch-01", &path, 5)
        .await
        .refused("invalid_transition");

    // who is introduced is found by name and birth date, and stands in the plan
    let planned = house.create(
            "union",
            "nominations",
            json!({"full_name": "Hồ Thị Quỳnh Như", "birth_date": "1994-03-08", "sex": "female",
        "branch_id": demo("0b", 1, 0), "paper_number": "11-NQ", "paper_on": "2021-02-01", "youth_union_member": true, "trade_union_member": true}),
        ).await;
    let candidate = planned.body["candidate_id"].text().to_owned();
    let seen = house
        .read("branch-01", &format!("candidates/{candidate}"))
        .await
        .body;
    assert_eq!(seen["planned_year"], 2026);
    assert_eq!(
        house.read("branch-01", &entry_path).await.body["candidate_id"],
        candidate.as_str()
    );
    let outside = house
        .create("union", "nominations", nomination("Hồ Thị Yến Nhi", 1))
        .await
        .body;
    let unplanned = house
        .read("office", "candidates?planned=false&limit=200")
        .await
        .items()
        .clone();
    assert!(
        unplanned
            .iter()
            .any(|c| c["id"] == outside["candidate_id"] && c["planned_year"].is_null())
    );
    assert!(unplanned.iter().all(|c| c["id"] != candidate.as_str()));

    // a revision leaves the people planned, and is approved again
    let revised = house
        .advance_with(
            "branch-01",
            &format!("{path}/revisions"),
            5,
            json!({"reason": "Bổ sung nguồn"}),
        )
        .await
        .body;
    shows!(revised, {"state": "draft", "revision": 2});
    assert_eq!(
        overdue(&house, "office").await,
        9,
        "it was submitted once and approved"
    );
    let version = house.read("branch-01", &entry_path).await.version();
    house.remove("branch-01", &entry_path, version).await;
    let seen = house
        .read("branch-01", &format!("candidates/{candidate}"))
        .await
        .body;
    assert_eq!(seen["planned_year"], Value::Null);
    let refused = house
        .send(
            "standing",
            Method::POST,
            &format!("{path}/approvals"),
            None,
            &[],
        )
        .await;
    assert_eq!(refused.status, 428);
}

/// What has ended is on no list; what was closed is changed no more.
#[tokio::test]
async fn the_list_leaves_out_who_is_past_it_and_a_closed_review_stays_as_it_is() {
    let house = House::build().await;
    house.travel("2021-04-05");
    let review = open(&house, 3, 2021, 2).await;
    let id = review["id"].text().to_owned();
    let listed = items(&house, "branch-03", &id).await;
    let sql = "select count(*) filter (where stage in ('nominated', 'in_plan', 'dossier')), count(*) from candidate where branch_id = $1::text::uuid";
    let row = house
        .owner()
        .await
        .query_one(sql, &[&demo("0b", 3, 0)])
        .await
        .unwrap();
    let (open, all): (i64, i64) = (row.get(0), row.get(1));
    assert_eq!(i64::try_from(listed.len()).unwrap(), open);
    assert!(open > 0 && all > open, "{open} of {all}");
    for item in &listed {
        decide(&house, "branch-03", item, json!({"decision": "keep"})).await;
    }
    close(&house, "branch-03", &id, record("05-BB/CB", "2021-04-04"))
        .await
        .invalid(&["/held_on"]);
    close(&house, "branch-03", &id, record("05-BB/CB", "2021-04-05"))
        .await
        .expect(200);
    let path = format!("/api/v1/review-items/{}", listed[0]["id"].text());
    let version = house.read("branch-03", &path).await.version();
    house
        .patch("branch-03", &path, version, json!({"note": "sau phiên"}))
        .await
        .refused("invalid_transition");
    let path = format!("/api/v1/reviews/{id}");
    let version = house.read("branch-03", &path).await.version();
    house
        .delete("branch-03", &path, version)
        .await
        .refused("invalid_transition");
}

/// Each step of a source plan leads on from its own state and from no other; what was approved once is not removed.
#[tokio::test]
async fn every_step_of_a_source_plan_is_possible_in_its_own_state_only() {
    let house = House::build().await;
    let term = next_term(&house).await;
    let plan = house
        .create(
            "branch-01",
            "source-plans",
            json!({"branch_id": demo("0b", 1, 0), "term_id": term["id"]}),
        )
        .await;
    let path = format!("/api/v1/source-plans/{}", plan.id());
    let version = async || house.read("branch-01", &path).await.version();
    // each step with who takes it; only those named are possible now
    let only = async |possible: &str| {
        for (who, step) in [
            ("standing", "approvals"),
            ("standing", "returns"),
            ("branch-01", "revisions"),
        ] {
            if step != possible {
                let body = (step != "approvals").then(|| json!({"reason": "thử"}));
                let etag = format!("\"{}\"", version().await);
                let answer = house
                    .send(
                        who,
                        Method::POST,
                        &format!("{path}/{step}"),
                        body,
                        &[("if-match", &etag)],
                    )
                    .await;
                answer.refused("invalid_transition");
            }
        }
    };
    only("").await;
    let mut wrong = entry("Hồ Thị Quỳnh Như");
    wrong["target_year"] = json!(2026);
    let good = wrong.clone();
    wrong["birth_date"] = json!("2021-01-16");
    house
        .post("branch-01", &format!("{path}/entries"), wrong.clone())
        .await
        .invalid(&["/birth_date"]);
    wrong["birth_date"] = json!("1994-03-08");
    wrong["department_id"] = json!(demo("0b", 77, 0));
    let refused = house
        .post("branch-01", &format!("{path}/entries"), wrong)
        .await
        .refused("validation_failed");
    assert_eq!(refused.faults(), vec!["/department_id"]);
    let person = house
        .create("branch-01", &format!("{path}/entries"), good.clone())
        .await;
    let entry_path = format!("/api/v1/source-plan-entries/{}", person.id());
    house
        .delete("branch-01", &path, version().await)
        .await
        .refused("has_dependents");
    house
        .advance("branch-01", &format!("{path}/submissions"), version().await)
        .await;
    // with the Standing Committee: nobody writes in it
    house
        .patch("branch-01", &path, version().await, json!({"note": "thêm"}))
        .await
        .refused("invalid_transition");
    house
        .delete("branch-01", &entry_path, 1)
        .await
        .refused("invalid_transition");
    let refused = house
        .step_with(
            "branch-01",
            &format!("{path}/revisions"),
            version().await,
            json!({"reason": "thử"}),
        )
        .await;
    refused.refused("invalid_transition");
    house
        .advance("standing", &format!("{path}/approvals"), version().await)
        .await;
    only("revisions").await;
    // revised and emptied: it was approved once, so it stays
    house
        .advance_with(
            "branch-01",
            &format!("{path}/revisions"),
            version().await,
            json!({"reason": "Bổ sung"}),
        )
        .await;
    house.remove("branch-01", &entry_path, 1).await;
    house
        .delete("branch-01", &path, version().await)
        .await
        .refused("has_dependents");
    house
        .create("branch-01", &format!("{path}/entries"), good)
        .await;
    house.travel("2021-02-03");
    house
        .advance("branch-01", &format!("{path}/submissions"), version().await)
        .await;
    let again = house
        .advance("standing", &format!("{path}/approvals"), version().await)
        .await
        .body;
    shows!(again, {"approved_on": "2021-01-15", "decided_on": "2021-02-03"});
}
