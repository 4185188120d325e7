//! Changed evidence re-judges files. A change that would take the ground from a recorded act is
//! refused or acknowledged, and an act without its ground blocks the next step.
use serde_json::{Value, json};

use crate::procedure::{BRANCH, Way, ballot, refused, with};
use crate::support::{Answer, House, Plain, demo, shows};

/// A person after the branch's vote of 15 March 2021.
async fn voted(house: &House) -> Way<'_> {
    let way = Way::ready(house).await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    way.does(BRANCH, "resolutions", vote).await;
    way
}

async fn patched(way: &Way<'_>, who: &str, change: Value) -> Answer {
    let version = way.seen().await["version"].as_i64().unwrap();
    way.house.patch(who, &way.path(""), version, change).await
}

async fn found(way: &Way<'_>, who: &str) -> Vec<(String, String)> {
    let list = way.house.get(who, "/api/v1/findings").await.expect(200);
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    list.items()
        .iter()
        .filter(|file| file["candidate_id"] == way.id.as_str())
        .flat_map(|file| file["findings"].as_array().unwrap().clone())
        .map(|f| (text(&f["kind"]), text(&f["requirement"]["rule"])))
        .collect()
}

#[tokio::test]
async fn a_healthy_organisation_has_no_findings() {
    let house = House::build().await;
    // the demo's acts date from 2021 to 2023
    house.travel("2026-11-28");
    for who in ["office", "standing", "branch-03", "overseer"] {
        let list = house.read(who, "findings").await;
        assert_eq!(list.body["items"], json!([]), "{who}");
        assert_eq!(list.body["page"]["next_cursor"], Value::Null);
    }
    house.get("union", "/api/v1/findings").await.expect(403);
}

#[tokio::test]
async fn a_patch_that_invalidates_a_vote_is_refused_and_names_the_vote() {
    let house = House::build().await;
    let way = voted(&house).await;
    for (change, rule) in [
        (json!({"birth_date": "2003-03-16"}), "admission.age.least"),
        (
            json!({"general_education": "primary"}),
            "admission.education",
        ),
        (json!({"general_education": null}), "admission.education"),
    ] {
        for who in [BRANCH, "office"] {
            let answer = patched(&way, who, change.clone()).await;
            let said = answer.body["requirements"][0]["detail"].clone();
            assert!(refused(answer).contains(&rule.to_owned()), "{change}");
            assert!(said.as_str().unwrap().contains("2021-03-15"), "{said}");
        }
    }
    // a change that leaves all acts their ground is accepted
    patched(&way, BRANCH, json!({"birth_date": "1989-02-03"}))
        .await
        .expect(200);
    assert_eq!(found(&way, "office").await, []);
}

#[tokio::test]
async fn an_acknowledged_change_leaves_a_duty_that_blocks_the_next_step() {
    let house = House::build().await;
    let way = voted(&house).await;
    let young = json!({"birth_date": "2003-03-16", "acknowledged": true});
    let refusal = patched(&way, "office", young.clone()).await;
    assert_eq!(
        refusal.expect_code(422, "validation_failed").faults(),
        ["/reason"]
    );
    let mut young = young;
    young["reason"] = "Giấy khai sinh bản chính".into();
    let changed = patched(&way, "office", young).await.expect(200);
    assert_eq!(changed.body["birth_year"], 2003);

    assert_eq!(way.deadlines("ground_lost").await.len(), 1);
    for who in ["office", BRANCH] {
        let age = ("resolution".to_owned(), "admission.age.least".to_owned());
        assert!(found(&way, who).await.contains(&age), "{who}");
    }
    assert_eq!(found(&way, "branch-02").await, []);
    let timeline = house
        .get("office", &way.path("/timeline"))
        .await
        .expect(200);
    let last = timeline.items().last().unwrap();
    assert_eq!(last["kind"], "acknowledgement");
    assert_eq!(last["data"]["reason"], "Giấy khai sinh bản chính");

    let vote = ballot("admission", "committee", "2021-03-25", 15);
    let missing = refused(way.tries("office", "resolutions", vote).await);
    assert_eq!(missing, ["file.ground"]);
    let steps = house
        .get("office", &way.path("/next-steps"))
        .await
        .expect(200);
    let open = |s: &Value| s["kind"] == "resolution" && s["possible"] == true;
    assert!(!steps.body["steps"].as_array().unwrap().iter().any(open));
}

#[tokio::test]
async fn to_acknowledge_without_a_change_leaves_no_trace() {
    let house = House::build().await;
    let way = voted(&house).await;
    let version = way.seen().await["version"].clone();
    let nothing = json!({"acknowledged": true, "reason": "không có gì"});
    let same = patched(&way, "office", nothing).await.expect(200);
    assert_eq!(same.body["version"], version);
}

#[tokio::test]
async fn a_lost_ground_is_settled_by_annulling_the_act() {
    let house = House::build().await;
    let way = voted(&house).await;
    let young =
        json!({"birth_date": "2003-03-16", "acknowledged": true, "reason": "Giấy khai sinh"});
    patched(&way, "office", young).await.expect(200);
    let acts = house
        .get(BRANCH, &way.path("/resolutions"))
        .await
        .expect(200);
    let annul =
        json!({"on": "2021-03-20", "act_id": acts.items()[0]["id"], "reason": "Chưa đủ tuổi"});
    way.does(BRANCH, "annulments", annul).await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "settled");
    assert_eq!(found(&way, "office").await, []);
    assert_eq!(way.stage().await, "dossier");
}

#[tokio::test]
async fn a_lost_ground_is_settled_by_a_decision_of_the_competent_committee() {
    let house = House::build().await;
    let way = voted(&house).await;
    let young =
        json!({"birth_date": "2003-03-16", "acknowledged": true, "reason": "Giấy khai sinh"});
    patched(&way, "office", young).await.expect(200);
    let acts = house
        .get(BRANCH, &way.path("/resolutions"))
        .await
        .expect(200);
    let mut decided = json!({"on": "2021-03-20", "what": "ground_lost", "reason": "Công nhận kết quả biểu quyết",
        "approver": "Ban Thường vụ Đảng ủy", "paper_number": "31-CV/ĐU"});
    let missing = refused(way.tries("standing", "waivers", decided.clone()).await);
    assert_eq!(missing, ["waiver.act"]);
    decided["act_id"] = acts.items()[0]["id"].clone();
    let decided = way.does("standing", "waivers", decided).await;
    assert_eq!(
        decided.body["data"]["rules"],
        json!(["admission.age.least", "admission.introduction.union"])
    );
    assert_eq!(found(&way, "office").await, []);
    // the decision covers the age, and no other requirement
    let schooling = json!({"general_education": "primary"});
    let unmet = refused(patched(&way, BRANCH, schooling).await);
    assert_eq!(unmet, ["admission.education"]);
    // the settled finding does not prevent corrections of acts that it does not concern
    let opinions = house.read(BRANCH, &way.path("/opinions")).await;
    let first = &opinions.items()[0];
    let same = json!({"on": first["on"], "favourable": true, "corrects": first["id"]});
    let again = with(first["data"].clone(), same);
    way.does(BRANCH, "opinions", again).await;
    let vote = ballot("admission", "committee", "2021-03-25", 15);
    way.does("office", "resolutions", vote).await;
}

#[tokio::test]
async fn a_correction_of_evidence_settles_it_too() {
    let house = House::build().await;
    let way = voted(&house).await;
    let young =
        json!({"birth_date": "2003-03-16", "acknowledged": true, "reason": "Giấy khai sinh"});
    patched(&way, "office", young).await.expect(200);
    patched(&way, "office", json!({"birth_date": "1990-02-03"}))
        .await
        .expect(200);
    assert_eq!(found(&way, "office").await, []);
    let vote = ballot("admission", "committee", "2021-03-25", 15);
    way.does("office", "resolutions", vote).await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "settled");
}

/// A person whose file has lost the ground of an act can be removed from the plan, and next-steps
/// says so.
#[tokio::test]
async fn a_person_in_the_plan_whose_file_has_lost_its_ground_can_be_removed() {
    let house = House::build().await;
    house.travel("2021-02-20");
    let way = Way::nominated(&house, "union", json!({})).await;
    way.planned().await;
    way.sponsored(6, "2021-02-10").await;
    let who = format!("members/{}", demo("dd", 1, 6));
    let at = house.read("office", &who).await.version();
    let suspended = json!({"on": "2021-02-01", "activity": "suspended", "paper_number": "7-QĐ/ĐU", "acknowledged": true, "reason": "quyết định đến muộn"});
    let change = format!("{who}/activity-changes");
    house
        .step_with("office", &change, at, suspended)
        .await
        .expect(201);
    assert_eq!(way.deadlines("ground_lost").await.len(), 1);
    let steps = house.read(BRANCH, &way.path("/next-steps")).await;
    let mut steps = steps.body["steps"].list().iter();
    let removal = steps.find(|s| s["fields"]["action"] == "remove").unwrap();
    assert_eq!(removal["possible"], true, "{removal}");
    let removed = json!({"on": "2021-02-20", "action": "remove", "minutes_number": "04-BB", "reason": "không còn nguyện vọng"});
    way.does(BRANCH, "plan-decisions", removed).await;
}

/// A candidacy that has lost the ground of an act goes no further, but it can always be ended:
/// nobody is kept in a register by an error in the papers.
#[tokio::test]
async fn a_candidacy_that_has_lost_its_ground_can_end() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    let young = json!({"birth_date": "2003-03-16", "acknowledged": true, "reason": "Giấy khai sinh bản chính"});
    patched(&way, "office", young).await.expect(200);
    assert_ne!(way.deadlines("ground_lost").await, []);
    let steps = house.read(BRANCH, &way.path("/next-steps")).await;
    let exit = |s: &&Value| s["kind"] == "exit" && s["possible"] == true;
    assert!(
        steps.body["steps"]
            .as_array()
            .unwrap()
            .iter()
            .any(|s| exit(&s))
    );
    let died = json!({"on": "2021-05-06", "kind": "deceased", "reason": "từ trần"});
    way.does(BRANCH, "exits", died).await;
    assert_eq!(way.stage().await, "deceased");
}

/// A holiday or a backdated setting is never refused, because it concerns everybody. The files that
/// rest on it are judged again.
#[tokio::test]
async fn wide_changes_leave_a_duty_with_each_file_that_loses_its_ground() {
    let house = House::build().await;
    house.travel("2022-07-12");
    let person = demo("ca", 5, 4);
    let ceremony = json!({"on": "2022-07-11"});
    house
        .record("branch-05", &person, "ceremony", ceremony)
        .await;
    let lost = format!("deadlines?kind=ground_lost&state=open&candidate_id={person}");
    let duties = async || house.read("branch-05", &lost).await.items().len();
    let by = async |who: &str| {
        let me = house.read(who, "me").await.body["account_id"].clone();
        let open = house.read("branch-05", &lost).await;
        shows!(open.items()[0], {"account_id": me});
    };
    assert_eq!(duties().await, 0);
    // a Saturday is declared a working day, so the last day for the ceremony was earlier
    let worked = json!({"on": "2022-06-04", "name": "Làm bù", "kind": "worked"});
    let made = house.create("office", "holidays", worked).await;
    assert_eq!(duties().await, 1);
    by("office").await;
    let found = house.read("branch-05", "findings").await;
    shows!(found.items()[0], {"candidate_id": person});
    house.remove("office", made.location(), 1).await;
    assert_eq!(duties().await, 0);

    let months = json!({"value": 24, "from_on": "2020-01-01", "acknowledged": true});
    let setting = "settings/minimum_months_in_plan";
    let version = house.read("admin", setting).await.version();
    house.change("admin", setting, version, months).await;
    assert_eq!(duties().await, 1);
    by("admin").await;
    let of_all = "deadlines?kind=ground_lost&state=open&limit=200";
    assert!(house.read("office", of_all).await.items().len() > 10);
}

/// The duty says what the act lacks now, and since when it has lacked something.
#[tokio::test]
async fn a_duty_follows_what_its_act_lacks() {
    let house = House::build().await;
    let way = voted(&house).await;
    let office = house.read("office", "me").await.body["account_id"].clone();
    let change = async |change: Value| {
        let said = with(change, json!({"acknowledged": true, "reason": "bản chính"}));
        patched(&way, "office", said).await.expect(200);
        let path = format!("deadlines?candidate_id={}&kind=ground_lost", way.id);
        let duties = house.read("office", &path).await;
        let duty = duties.items()[0].clone();
        assert_eq!(found(&way, "office").await[0].1, duty["rule"]);
        let last = house.read("office", &way.path("/timeline")).await;
        let vote = last.items().iter().rfind(|a| a["kind"] == "resolution");
        shows!(duty, {"act_id": vote.unwrap()["id"], "account_id": office});
        (
            duty["rule"].clone(),
            duty["from_on"].clone(),
            duty["due_on"].clone(),
        )
    };
    let (rule, since, due) = change(json!({"general_education": "primary"})).await;
    assert_eq!(rule, "admission.education");
    house.travel("2021-03-20");
    let both = change(json!({"birth_date": "2003-03-16"})).await;
    let young = change(json!({"general_education": "upper_secondary"})).await;
    assert_eq!(
        young,
        (json!("admission.age.least"), since.clone(), due.clone())
    );
    assert_eq!((both.1, both.2), (since, due));
}

/// If the mistyped value is corrected, the duty is settled.
#[tokio::test]
async fn a_ground_that_is_back_settles_the_duty() {
    let house = House::build().await;
    house.travel("2022-07-12");
    let person = demo("ca", 4, 5);
    let path = format!("candidates/{person}");
    let born = format!("select birth_date::text from candidate where id = '{person}'");
    let born = house.column(&born).await.remove(0);
    let change = async |body: Value| {
        let version = house.read("office", &path).await.version();
        house.change("office", &path, version, body).await;
    };
    let lost = format!("deadlines?kind=ground_lost&state=open&candidate_id={person}");
    let duties = async || house.read("office", &lost).await.items().len();
    change(json!({"birth_date": "2004-12-01", "acknowledged": true, "reason": "nhầm"})).await;
    assert!(duties().await > 0);
    change(json!({"birth_date": born})).await;
    assert_eq!(duties().await, 0);
}

/// It does not matter who corrects it; the branch can do so in its own file.
#[tokio::test]
async fn a_branch_that_corrects_its_file_settles_the_duty() {
    let house = House::build().await;
    let way = voted(&house).await;
    let young =
        json!({"birth_date": "2003-03-16", "acknowledged": true, "reason": "Giấy khai sinh"});
    patched(&way, BRANCH, young).await.expect(200);
    assert_eq!(way.deadlines("ground_lost").await[0].0, "open");
    let right = json!({"birth_date": "1990-02-03"});
    patched(&way, BRANCH, right).await.expect(200);
    assert_eq!(way.deadlines("ground_lost").await[0].0, "settled");
}
