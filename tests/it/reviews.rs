//! Reviews: a branch goes through its list, and its decisions become acts.
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, branch, demo, shows, with};

async fn open(house: &House, branch: usize, year: i32, period: i32) -> Value {
    let body = json!({"branch_id": demo("0b", u32::try_from(branch).unwrap(), 0), "kind": "periodic", "year": year, "period": period});
    house
        .create(&format!("branch-{branch:02}"), "reviews", body)
        .await
        .body
}

/// With two open reviews, each would keep the other from being closed.
#[tokio::test]
async fn a_branch_has_one_open_review_at_a_time() {
    let house = House::build().await;
    house.travel("2023-01-16");
    let first = open(&house, 2, 2022, 3).await;
    let second =
        json!({"branch_id": demo("0b", 2, 0), "kind": "periodic", "year": 2022, "period": 4});
    house
        .post("branch-02", "reviews", second.clone())
        .await
        .refused("invalid_transition");
    let path = format!("reviews/{}", first["id"].text());
    house.remove("branch-02", &path, 1).await;
    house.create("branch-02", "reviews", second).await;
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

pub fn nomination(name: &str, branch: u32) -> Value {
    json!({"full_name": name, "birth_date": "1994-03-08", "sex": "female", "branch_id": demo("0b", branch, 0), "paper_number": format!("NQ {name}"),
        "paper_on": "2021-01-12", "youth_union_member": true, "trade_union_member": true})
}

/// A review of branch 01 in January 2023, with people named after what will become of them.
struct Opened {
    review: Value,
    listed: Vec<Value>,
    added: Value,
    returned: Value,
    waits: Value,
    /// Nominated after the review was opened.
    late: Value,
}

impl Opened {
    fn id(&self) -> &str {
        self.review["id"].text()
    }
}

async fn opened(house: &House) -> Opened {
    house.travel("2023-01-16");
    let nominated = async |who: &str, name: &str| {
        house
            .create(who, "nominations", nomination(name, 1))
            .await
            .body
    };
    let added = nominated("union", "Lê Thị Thảo Vy").await;
    let returned = nominated("union", "Lê Thị Bảo Trân").await;
    let waits = nominated("youth", "Lê Thị Cẩm Tú").await;
    let review = open(house, 1, 2023, 1).await;
    let listed = items(house, "branch-01", review["id"].text()).await;
    let late = nominated("union", "Lê Thị Đan Thanh").await;
    Opened {
        review,
        listed,
        added,
        returned,
        waits,
        late,
    }
}

/// Decides on everyone; returns the candidate in the plan who was removed.
async fn decide_all(house: &House, opened: &Opened) -> String {
    let mut removed = None;
    for item in &opened.listed {
        let is = |nomination: &Value| item["candidate_id"] == nomination["candidate_id"];
        let decision = if is(&opened.added) {
            add()
        } else if is(&opened.returned) {
            json!({"decision": "remove", "reason": "Chưa đủ thời gian công tác"})
        } else if is(&opened.waits) || item["stage"] == "nominated" {
            json!({"decision": "keep"})
        } else if removed.is_none() && item["stage"] == "in_plan" {
            removed = item["candidate_id"].as_str().map(str::to_owned);
            json!({"decision": "remove", "reason": "Không còn phấn đấu"})
        } else {
            json!({"decision": "adjust", "note": "Giao thêm việc", "propose_class": true})
        };
        decide(house, "branch-01", item, decision).await;
    }
    removed.unwrap()
}

/// A review with all decisions made and closed, and the candidate who was removed.
async fn decided(house: &House) -> (Opened, String) {
    let opened = opened(house).await;
    let removed = decide_all(house, &opened).await;
    let body = record("01-BB/CB", "2023-01-16");
    close(house, "branch-01", opened.id(), body)
        .await
        .expect(200);
    (opened, removed)
}

/// S32: people who are nominated later are not on the list.
#[tokio::test]
async fn a_review_freezes_its_list_when_it_is_opened() {
    let house = House::build().await;
    let opened = opened(&house).await;
    let sql = "select count(*) from candidate where branch_id = $1::text::uuid \
        and stage in ('nominated', 'in_plan', 'dossier')";
    let row = house
        .owner()
        .await
        .query_one(sql, &[&demo("0b", 1, 0)])
        .await
        .unwrap();
    // the rows include one person who was nominated later
    let raw = row.get::<_, i64>(0) - 1;
    assert_eq!(i64::try_from(opened.listed.len()).unwrap(), raw);
    shows!(opened.review, {"undecided": raw});
    let now = items(&house, "branch-01", opened.id()).await;
    assert_eq!(now.len(), opened.listed.len());
}

/// S32, S33
#[tokio::test]
async fn nobody_on_the_list_of_an_open_review_is_decided_on_elsewhere() {
    let house = House::build().await;
    let opened = opened(&house).await;
    let candidate = opened.added["candidate_id"].text();
    let decision = json!({"on": "2023-01-16", "action": "add", "minutes_number": "9",
        "political_standard": true, "conduct": true, "capacity": true,
        "task_performance": true, "priority_group": "doctor"});
    let elsewhere = house
        .act("branch-01", candidate, "plan-decisions", decision)
        .await;
    let unmet = elsewhere.unmet();
    assert!(unmet.contains(&"plan.open_review".to_owned()), "{unmet:?}");
}

/// S33, S48: closing is refused with the names of everybody who still needs a decision.
#[tokio::test]
async fn a_review_closes_only_with_a_decision_for_each() {
    let house = House::build().await;
    let opened = opened(&house).await;
    let body = record("01-BB/CB", "2023-01-16");
    let refused = close(&house, "branch-01", opened.id(), body.clone()).await;
    let refused = refused.refused("requirements_unmet");
    let missing = refused.body["requirements"].list();
    assert_eq!(missing.len(), opened.listed.len());
    for one in missing {
        shows!(one, {"rule": "review.decided", "source": "kế hoạch, II.2"});
    }
    decide_all(&house, &opened).await;
    for (field, value) in [("held_on", json!("2023-01-17")), ("present", json!(16))] {
        let body = with(&body, json!({field: value}));
        let refused = close(&house, "branch-01", opened.id(), body).await;
        refused.invalid(&[&format!("/{field}")]);
    }
    let closed = close(&house, "branch-01", opened.id(), body.clone())
        .await
        .expect(200);
    shows!(closed, {"state": "closed", "late": false, "minutes_number": "01-BB/CB"});
    let again = close(&house, "branch-01", opened.id(), body).await;
    again.refused("invalid_transition");
}

/// S33
#[tokio::test]
async fn a_decision_fits_the_stage_and_a_removal_has_a_reason() {
    let house = House::build().await;
    let opened = opened(&house).await;
    let added = |item: &&Value| item["candidate_id"] == opened.added["candidate_id"];
    let item = opened.listed.iter().find(added).unwrap();
    for (item, decision, pointer) in [
        (&opened.listed[0], json!({"decision": "remove"}), "/reason"),
        (item, json!({"decision": "adjust"}), "/decision"),
    ] {
        let path = format!("review-items/{}", item["id"].text());
        let answer = house.patch("branch-01", &path, 1, decision).await;
        answer.invalid(&[pointer]);
    }
}

/// S32, S34: the decisions become acts that cite the minutes of the meeting.
#[tokio::test]
async fn the_decisions_of_a_closed_review_become_acts() {
    let house = House::build().await;
    let (opened, removed) = decided(&house).await;
    for (candidate, stage) in [
        (opened.added["candidate_id"].text(), "in_plan"),
        (opened.returned["candidate_id"].text(), "removed"),
        (opened.waits["candidate_id"].text(), "nominated"),
        (opened.late["candidate_id"].text(), "nominated"),
        (&removed, "removed"),
    ] {
        let path = format!("candidates/{candidate}");
        shows!(house.read("branch-01", &path).await, {"stage": stage});
    }
    for item in items(&house, "branch-01", opened.id()).await {
        let Some(act) = item["act_id"].as_str() else {
            shows!(item, {"stage": "nominated"});
            continue;
        };
        let act = house.read("branch-01", &format!("acts/{act}")).await.body;
        shows!(act, {"kind": "plan_decision"});
        shows!(act["data"], {"minutes_number": "01-BB/CB", "action": item["decision"]});
    }
    let path = format!("reports/reviews?year=2023&branch_id={}", demo("0b", 1, 0));
    let report = house.read("office", &path).await;
    let this = |r: &&Value| r["kind"] == "periodic" && r["period"] == 1;
    let row = report.items().iter().find(this).unwrap();
    shows!(row, {"timing": "held", "added": 1, "removed": 2});
}

/// The decisions of a review are shown as they stand in the files: corrected decisions as
/// corrected, annulled ones not at all. If a correction removes somebody, the meeting's proposals
/// for them no longer count.
#[tokio::test]
async fn the_report_and_the_list_of_a_review_follow_what_stands_in_the_files() {
    let house = House::build().await;
    let (opened, removed) = decided(&house).await;
    let added = opened.added["candidate_id"].text();
    let listed = items(&house, "branch-01", opened.id()).await;
    let adjusted: Vec<&Value> = listed
        .iter()
        .filter(|item| item["decision"] == "adjust" && item["stage"] == "in_plan")
        .collect();
    let adjusted = adjusted[0]["candidate_id"].text();
    let of = async |candidate: &str| {
        let now = items(&house, "branch-01", opened.id()).await;
        let own = |item: &&Value| item["candidate_id"] == candidate;
        now.iter().find(own).unwrap().clone()
    };
    let report = async |who: &str| {
        let path = format!("reports/reviews?year=2023&branch_id={}", demo("0b", 1, 0));
        let report = house.read(who, &path).await;
        let this = |r: &&Value| r["kind"] == "periodic" && r["period"] == 1;
        let row = report.items().iter().find(this).unwrap().clone();
        ["added", "adjusted", "removed", "for_class"].map(|what| row[what].as_i64().unwrap())
    };
    let [one, adjustments, two, proposals] = report("office").await;
    assert_eq!((one, two, proposals), (1, 2, adjustments));
    let shown = of(adjusted).await;
    shows!(shown, {"superseded_by": null, "standing_decision": "adjust"});
    let annul = json!({"on": "2023-01-16", "act_id": null, "reason": "ghi nhầm người"});
    for (candidate, stage) in [(added, "nominated"), (&removed, "in_plan")] {
        let act = of(candidate).await["act_id"].clone();
        let body = with(&annul, json!({"act_id": act}));
        let annulled = house
            .record("branch-01", candidate, "annulments", body)
            .await;
        shows!(annulled, {"stage_after": stage});
        let shown = of(candidate).await;
        shows!(shown, {"act_id": act, "superseded_by": annulled.body["id"], "standing_decision": null});
    }
    let removal = json!({"on": "2023-01-16", "action": "remove", "minutes_number": "01-BB/CB", "reason": "Không còn phấn đấu",
        "corrects": of(adjusted).await["act_id"]});
    let corrected = house
        .record("branch-01", adjusted, "plan-decisions", removal.clone())
        .await;
    let shown = of(adjusted).await;
    shows!(shown, {"decision": "adjust", "superseded_by": corrected.body["id"], "standing_decision": "remove"});
    let path = format!("review-items/{}", shown["id"].text());
    shows!(house.read("branch-01", &path).await, {"standing_decision": "remove"});
    for who in ["office", "branch-01"] {
        // two removals less one that was annulled, plus the correction
        assert_eq!(report(who).await, [0, adjustments - 1, 2, proposals - 1]);
    }
    // the correction is corrected again, and finally annulled
    let again = with(
        &removal,
        json!({"reason": "Tự xin rút", "corrects": corrected.body["id"]}),
    );
    let again = house
        .record("branch-01", adjusted, "plan-decisions", again)
        .await;
    shows!(of(adjusted).await, {"superseded_by": again.body["id"], "standing_decision": "remove"});
    let body = with(&annul, json!({"act_id": again.body["id"]}));
    house
        .record("branch-01", adjusted, "annulments", body)
        .await;
    shows!(of(adjusted).await, {"standing_decision": null});
    assert_eq!(
        report("office").await,
        [0, adjustments - 1, 1, proposals - 1]
    );
    // the list shows the same; a reader who can no longer see a file gets the decision of the
    // review
    let listed = async |who: &str| {
        let path = format!("reviews/{}/items?limit=200", opened.id());
        let list = house.read(who, &path).await;
        ["add", "adjust", "remove"].map(|what| {
            let says = |item: &&Value| item["standing_decision"] == what;
            i64::try_from(list.items().iter().filter(says).count()).unwrap()
        })
    };
    house.travel("2023-01-20");
    let offer =
        json!({"on": "2023-01-18", "to_branch_id": demo("0b", 2, 0), "reason": "chuyển công tác"});
    let offer = house.act("branch-01", &removed, "transfers", offer).await;
    let accepted = format!("{}/acceptances", offer.expect(201).location());
    house.advance("branch-02", &accepted, 1).await;
    for (who, removals) in [("office", 1), ("branch-01", 2)] {
        let figures = [0, adjustments - 1, removals];
        assert_eq!(report(who).await[..3], figures, "{who}");
        assert_eq!(listed(who).await, figures, "{who}");
    }
}

/// S24, S61
#[tokio::test]
async fn each_union_sees_what_became_of_its_own_in_a_review() {
    let house = House::build().await;
    let (opened, _) = decided(&house).await;
    for (who, nomination, outcome) in [
        ("union", &opened.added, "accepted"),
        ("union", &opened.returned, "returned"),
        ("youth", &opened.waits, "pending"),
        ("union", &opened.late, "pending"),
    ] {
        let path = format!("nominations/{}", nomination["id"].text());
        shows!(house.read(who, &path).await, {"outcome": outcome});
    }
    let path = format!("nominations/{}", opened.returned["id"].text());
    shows!(house.read("union", &path).await, {"outcome_reason": "Chưa đủ thời gian công tác"});
}

async fn due(house: &House, who: &str, filter: &str) -> Vec<Value> {
    let path = format!("deadlines?limit=200&{filter}");
    house.read(who, &path).await.items().clone()
}

/// The state of the review of the first quarter of 2021 in this branch.
async fn timing(house: &House, number: u32) -> Value {
    let path = format!("reports/reviews?year=2021&branch_id={}", branch(number));
    let report = house.read("standing", &path).await;
    let this = |r: &&Value| r["kind"] == "periodic" && r["period"] == 1;
    report.items().iter().find(this).unwrap()["timing"].clone()
}

/// S32, S65: every period of the calendar is a duty, whether a review was opened or not. Missing
/// and late reviews are reported.
#[tokio::test]
async fn every_period_that_has_begun_is_a_duty_of_the_branch() {
    let house = House::build().await;
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
    let path = format!("deadlines/{}", overdue[0]["id"].text());
    assert_eq!(house.read("branch-01", &path).await.body, overdue[0]);
    house.get("branch-02", &path).await.expect(404);
}

/// S32, S65
#[tokio::test]
async fn missing_held_and_late_reviews_are_told_apart_until_they_are_closed() {
    let house = House::build().await;
    house.travel("2021-04-02");
    assert_eq!(
        (
            timing(&house, 1).await,
            timing(&house, 3).await,
            timing(&house, 10).await
        ),
        (json!("missing"), json!("held"), json!("late"))
    );
    // everybody on the list has been adopted by that day
    house.travel("2022-06-01");
    let review = open(&house, 1, 2021, 1).await;
    let id = review["id"].text().to_owned();
    for item in items(&house, "branch-01", &id).await {
        decide(&house, "branch-01", &item, json!({"decision": "keep"})).await;
    }
    let body = record("02-BB/CB", "2022-06-01");
    let closed = close(&house, "branch-01", &id, body).await.expect(200).body;
    assert_eq!(closed["late"], true);
    let settled = due(&house, "branch-01", "kind=review&state=settled").await;
    assert_eq!(
        (settled.len(), &settled[0]["settled_on"]),
        (1, &json!("2022-06-01"))
    );
    assert_eq!(timing(&house, 1).await, "late");
}

/// S32, S65
#[tokio::test]
async fn the_yearly_review_is_due_in_autumn_and_the_interval_is_a_setting() {
    let house = House::build().await;
    house.travel("2021-11-01");
    assert_eq!(
        due(&house, "branch-01", "kind=yearly_review").await.len(),
        1
    );
    assert_eq!(due(&house, "branch-01", "kind=review").await.len(), 4);
    // the interval is a setting
    let setting = house.read("admin", "settings/review_interval_months").await;
    house
        .change(
            "admin",
            "settings/review_interval_months",
            setting.version(),
            json!({"value": 6, "from_on": "2021-01-01", "acknowledged": true}),
        )
        .await;
    assert_eq!(due(&house, "branch-02", "kind=review").await.len(), 2);
    // the yearly review is due in autumn
    let yearly =
        json!({"branch_id": demo("0b", 1, 0), "kind": "yearly", "year": 2021, "period": 1});
    house.create("branch-01", "reviews", yearly).await;
}

/// S32: the branch itself opens a review, once for each period that has begun.
#[tokio::test]
async fn a_review_is_opened_for_a_period_that_has_begun_and_once() {
    let house = House::build().await;
    house.travel("2021-04-02");
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
    open(&house, 1, 2021, 1).await;
    house
        .post("branch-01", "reviews", body(1, 1))
        .await
        .duplicate("/period");
}

/// A nomination that arrives while the review is closed is recorded but not on the frozen list. Of
/// two concurrent closings, one succeeds.
#[tokio::test]
async fn a_review_is_closed_once_while_a_nomination_arrives() {
    let house = House::build().await;
    house.travel("2022-06-01");
    let review = open(&house, 2, 2021, 1).await;
    let id = review["id"].text().to_owned();
    for item in items(&house, "branch-02", &id).await {
        decide(&house, "branch-02", &item, json!({"decision": "keep"})).await;
    }
    let (a, b, arrived) = tokio::join!(
        close(&house, "branch-02", &id, record("03-BB/CB", "2022-06-01")),
        close(&house, "branch-02", &id, record("03-BB/CB", "2022-06-01")),
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
}

#[tokio::test]
async fn a_late_nominee_is_on_the_next_list_and_an_ended_candidacy_needs_no_decision() {
    let house = House::build().await;
    let arrived = nomination("Vũ Thị Ngọc Ánh", 2);
    let arrived = house.create("union", "nominations", arrived).await.body;
    house.travel("2022-06-01");
    let next = open(&house, 2, 2021, 2).await;
    assert!(
        items(&house, "branch-02", next["id"].text())
            .await
            .iter()
            .any(|i| i["candidate_id"] == arrived["candidate_id"])
    );
    // somebody whose candidacy has ended in the meantime needs no decision
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
    let body = record("04-BB/CB", "2022-06-01");
    close(&house, "branch-02", next["id"].text(), body)
        .await
        .expect(200);
}

/// Candidacies that are past the dossier stage or have ended are not on the list. A closed review
/// cannot be changed.
#[tokio::test]
async fn the_list_omits_later_stages_and_a_closed_review_cannot_be_changed() {
    let house = House::build().await;
    house.travel("2022-06-01");
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
    close(&house, "branch-03", &id, record("05-BB/CB", "2022-05-31"))
        .await
        .invalid(&["/held_on"]);
    close(&house, "branch-03", &id, record("05-BB/CB", "2022-06-01"))
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

#[tokio::test]
async fn nothing_is_proposed_for_a_person_who_is_removed() {
    let house = House::build().await;
    let opened = opened(&house).await;
    let item = &opened.listed[0];
    let decision = json!({"decision": "remove", "reason": "Không còn phấn đấu", "propose_class": true, "propose_dossier": true});
    let path = format!("review-items/{}", item["id"].text());
    let version = item["version"].number();
    let refused = house.patch("branch-01", &path, version, decision).await;
    refused.invalid(&["/propose_class", "/propose_dossier"]);
}

/// Somebody whose file was removed as a mistake needs no decision.
#[tokio::test]
async fn a_review_closes_without_a_person_who_was_removed() {
    let house = House::build().await;
    let opened = opened(&house).await;
    decide_all(&house, &opened).await;
    let gone = opened.waits["candidate_id"].text();
    let gone = format!("candidates/{gone}");
    let seen = house.read("office", &gone).await.version();
    house.remove("office", &gone, seen).await;
    close(
        &house,
        "branch-01",
        opened.id(),
        record("05-BB", "2023-01-16"),
    )
    .await
    .expect(200);
}

/// Reviews continue after the term: 2026, which no term covers, has its four quarters.
#[tokio::test]
async fn reviews_go_on_after_a_term_has_ended() {
    let house = House::build().await;
    house.travel("2026-11-28");
    let due = house
        .read(
            "branch-03",
            "deadlines?kind=review&due_on_from=2026-01-01&limit=200",
        )
        .await;
    let due: Vec<_> = due.items().iter().map(|d| d["due_on"].text()).collect();
    for day in ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"] {
        assert!(due.contains(&day), "{due:?}");
    }
    let fourth =
        json!({"branch_id": demo("0b", 3, 0), "kind": "periodic", "year": 2026, "period": 4});
    house.create("branch-03", "reviews", fourth).await;
}

/// A priority group is treated like P2 data: once the file is submitted, it is hidden from the
/// branch in the review too, whatever the stage was then.
#[tokio::test]
async fn a_priority_group_is_hidden_once_the_file_is_submitted() {
    let house = House::build().await;
    let opened = opened(&house).await;
    let item = opened
        .listed
        .iter()
        .find(|i| i["candidate_id"] == opened.added["candidate_id"])
        .unwrap();
    decide(&house, "branch-01", item, add()).await;
    let path = format!("review-items/{}", item["id"].text());
    let seen = house.read("branch-01", &path).await.body;
    assert!(!seen["priority_group"].is_null(), "{seen}");
    let submitted = "update candidate set stage = 'submitted' where id = $1::text::uuid";
    let id = item["candidate_id"].text();
    assert_eq!(
        house
            .owner()
            .await
            .execute(submitted, &[&id])
            .await
            .unwrap(),
        1
    );
    let one = house.read("branch-01", &path).await.body;
    let all = items(&house, "branch-01", opened.id()).await;
    let listed = all.iter().find(|i| i["id"] == item["id"]).unwrap();
    for seen in [&one, listed] {
        shows!(seen, {"priority_group": null, "_hidden": ["priority_group"]});
    }
}
