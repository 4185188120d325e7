//! Several acts of one candidacy, recorded in one request.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{House, candidate, demo, shows, with};

fn entry(kind: &str, act: Value) -> Value {
    let mut entry = json!({"kind": kind});
    entry["act"] = act;
    entry
}

/// The branch's decision to add a person, and the acts that prepare the vote.
fn preparation() -> Vec<Value> {
    vec![
        entry(
            "plan_decision",
            json!({"on": "2021-01-12", "action": "add", "minutes_number": "01-BB/CB",
                "political_standard": true, "conduct": true, "capacity": true,
                "task_performance": true, "priority_group": "woman"}),
        ),
        entry(
            "plan_decision",
            json!({"on": "2021-01-13", "action": "keep", "minutes_number": "02-BB/CB"}),
        ),
    ]
}

/// A batch is recorded completely or not at all. Each act is judged as if those before it had been
/// recorded.
#[tokio::test]
async fn acts_are_recorded_in_their_order_or_not_at_all() {
    let house = House::build().await;
    let id = candidate(&house, 1, "Lê Thị Hoa Mai").await;
    let path = format!("candidates/{id}/act-batches");
    let own = format!("candidates/{id}");
    let before = house.read("branch-01", &own).await.version();
    let batch = |dry_run: bool, acts: &[Value]| json!({"dry_run": dry_run, "acts": acts});
    let acts = preparation();

    // without the first act, the second is too early: the person is not in the plan
    let early = house
        .step_with("branch-01", &path, before, batch(true, &acts[1..]))
        .await
        .expect(200);
    shows!(early, {"dry_run": true, "accepted": false, "stage": "nominated", "version": before});
    assert_eq!(early.body["results"][0]["act"], Value::Null);
    let lacks = early.body["results"][0]["requirements"].to_string();
    assert!(lacks.contains("act.stage"), "{lacks}");

    // a dry run accepts both acts and stores nothing
    let rehearsed = house
        .step_with("branch-01", &path, before, batch(true, &acts))
        .await
        .expect(200);
    shows!(rehearsed, {"dry_run": true, "accepted": true, "stage": "in_plan", "version": before});
    assert_eq!(
        rehearsed.body["results"][1]["act"]["stage_after"],
        "in_plan"
    );
    assert_eq!(rehearsed.header("etag"), format!("\"{before}\""));
    assert_eq!(house.read("branch-01", &own).await.version(), before);
    let kept = format!("select count(*) from act where candidate_id = '{id}'");
    assert_eq!(house.count(&kept).await, 1);
    let log = "select count(*) from audit_entry where resource = 'act'";
    let logged = house.count(log).await;

    // a refusal names the act, and nothing of the batch is stored
    let mut wrong = acts.clone();
    wrong.push(entry(
        "ceremony",
        json!({"on": "2021-01-14", "place": "Hội trường"}),
    ));
    let refused = house
        .step_with("branch-01", &path, before, batch(false, &wrong))
        .await
        .expect_code(422, "requirements_unmet");
    assert_eq!(refused.body["errors"][0]["pointer"], "/acts/2");
    assert_eq!(refused.body["errors"].as_array().unwrap().len(), 1);
    assert!(refused.rules().contains(&"act.stage"), "{}", refused.text);
    assert_eq!(house.count(&kept).await, 1);

    // if several acts are refused, the answer lists for each what it lacks
    let ceremony = wrong.remove(2);
    wrong.insert(0, ceremony.clone());
    wrong.push(ceremony);
    let several = house
        .step_with("branch-01", &path, before, batch(false, &wrong))
        .await
        .expect_code(422, "requirements_unmet");
    let lacking = several.body["requirements"].as_array().unwrap();
    for place in ["/acts/0", "/acts/3"] {
        let own = lacking.iter().filter(|r| r["pointer"] == place);
        let own: Vec<&Value> = own.map(|r| &r["rule"]).collect();
        assert!(own.contains(&&json!("act.stage")), "{place}: {own:?}");
    }
    let known = |r: &Value| r["pointer"] == "/acts/0" || r["pointer"] == "/acts/3";
    assert!(lacking.iter().all(known), "{}", several.text);
    assert_eq!(several.faults(), ["/acts/0", "/acts/3"]);

    // recorded: the answer has one result for each act, the new ETag, and the audit trail one entry
    // for each
    let done = house
        .step_with("branch-01", &path, before, batch(false, &acts))
        .await
        .expect(200);
    shows!(done, {"dry_run": false, "accepted": true, "stage": "in_plan", "version": before + 2});
    assert_eq!(done.header("etag"), format!("\"{}\"", before + 2));
    let kinds: Vec<&Value> = (0..2)
        .map(|n| &done.body["results"][n]["act"]["kind"])
        .collect();
    assert_eq!(kinds, ["plan_decision", "plan_decision"]);
    assert_eq!(house.count(&kept).await, 3);
    assert_eq!(house.count(log).await, logged + 2);
    assert_eq!(house.read("branch-01", &own).await.version(), before + 2);

    // a stale version: the answer tells where the candidate stands now
    let stale = house
        .step_with("branch-01", &path, before, batch(false, &acts[1..]))
        .await
        .expect_code(412, "precondition_failed");
    assert_eq!(
        stale.body["current"],
        json!({"version": before + 2, "stage": "in_plan"})
    );
    // an act that this role may not record
    let waiver = entry(
        "waiver",
        json!({"on": "2021-01-14", "what": "new_member_class", "reason": "a", "approver": "b",
            "paper_number": "c"}),
    );
    let other = house
        .step_with("branch-01", &path, before + 2, batch(false, &[waiver]))
        .await
        .expect_code(403, "forbidden");
    assert_eq!(other.body["errors"][0]["pointer"], "/acts/0/kind");
    // a candidate out of the caller's reach
    house
        .step_with("branch-02", &path, before + 2, batch(true, &acts[1..]))
        .await
        .expect(404);
}

/// A member whom the register does not contain is named at the act that refers to them, in a dry
/// run too.
#[tokio::test]
async fn an_unknown_member_is_named_at_the_act() {
    let house = House::build().await;
    let id = candidate(&house, 1, "Lê Thị Hoa Mai").await;
    let path = format!("candidates/{id}/act-batches");
    let note = json!({"on": "2021-01-14", "member_id": demo("dd", 9, 99), "assessment": "good"});
    let mut acts = preparation();
    acts.push(entry("sponsor_note", note));
    for dry_run in [false, true] {
        let body = json!({"dry_run": dry_run, "acts": acts});
        house
            .step_with("branch-01", &path, 1, body)
            .await
            .invalid(&["/acts/2/act/member_id"]);
    }
}

/// A paper that is already on record with another date is refused at the act that cites it, in a
/// dry run too.
#[tokio::test]
async fn a_paper_of_another_date_is_named_at_the_act() {
    let house = House::build().await;
    let first = candidate(&house, 1, "Lê Thị Hoa Mai").await;
    let second = candidate(&house, 2, "Lê Thị Hoa Lan").await;
    let agreed = |on: &str, number: &str| {
        json!({"on": on, "what": "education", "reason": "vùng đặc thù", "approver": "Ban Thường vụ",
            "paper_number": number})
    };
    let known = agreed("2021-01-14", "31-CV/ĐU");
    house.record("standing", &first, "waivers", known).await;
    let path = format!("candidates/{second}/act-batches");
    let again = entry("waiver", agreed("2021-01-15", "31-CV/ĐU"));
    let own = entry("waiver", agreed("2021-01-15", "32-CV/ĐU"));
    for (acts, place) in [(vec![again.clone()], 0), (vec![own, again], 1)] {
        for dry_run in [true, false] {
            let body = json!({"dry_run": dry_run, "acts": acts});
            house
                .step_with("standing", &path, 1, body)
                .await
                .duplicate(&format!("/acts/{place}/act/paper_number"));
        }
    }
}

/// Each act is validated against the body of its kind, and the error points into the batch.
#[tokio::test]
async fn an_act_of_a_batch_is_checked_as_its_own_kind() {
    let house = House::build().await;
    let id = candidate(&house, 1, "Lê Thị Hoa Mai").await;
    let path = format!("candidates/{id}/act-batches");
    let batch = |acts: Value| json!({"acts": acts});
    for (acts, pointers) in [
        (json!([]), vec!["/acts"]),
        (
            json!([{"kind": "moon_landing", "act": {}}]),
            vec!["/acts/0/kind"],
        ),
        // a nomination has an endpoint of its own and cannot be part of a batch
        (
            json!([{"kind": "nomination", "act": {}}]),
            vec!["/acts/0/kind"],
        ),
        (
            json!([entry("ceremony", json!({"on": "2021-01-14", "crater": 7}))]),
            vec!["/acts/0/act/crater"],
        ),
        (
            json!([
                entry("test_result", json!({"on": "2021-01-14"})),
                entry(
                    "plan_decision",
                    json!({"on": "2021-02-30", "action": "add", "minutes_number": ""})
                )
            ]),
            vec![
                "/acts/0/act/assessment",
                "/acts/1/act/minutes_number",
                "/acts/1/act/on",
            ],
        ),
    ] {
        let answer = house
            .step_with("branch-01", &path, 1, batch(acts.clone()))
            .await;
        let answer = answer.expect_code(422, "validation_failed");
        let found: Vec<&str> = answer.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["pointer"].as_str().unwrap())
            .collect();
        for pointer in pointers {
            assert!(found.contains(&pointer), "{acts}: {found:?}");
        }
    }
    let many: Vec<Value> = (0..51).map(|_| preparation().remove(1)).collect();
    let answer = house
        .step_with("branch-01", &path, 1, batch(many.into()))
        .await;
    answer.invalid(&["/acts"]);
}

/// A batch whose answer was lost is sent again and recorded only once; a dry run does not use up
/// the key.
#[tokio::test]
async fn a_batch_with_the_same_key_is_recorded_once() {
    let house = House::build().await;
    let id = candidate(&house, 1, "Lê Thị Hoa Mai").await;
    let path = format!("candidates/{id}/act-batches");
    let send = async |dry_run: bool, acts: Vec<Value>| {
        let body = json!({"dry_run": dry_run, "acts": acts});
        let headers = [("if-match", "\"1\""), ("idempotency-key", "tap-1")];
        house
            .send("branch-01", Method::POST, &path, Some(body), &headers)
            .await
    };
    let rehearsed = send(true, preparation()).await.expect(200);
    shows!(rehearsed, {"dry_run": true, "accepted": true});
    let first = send(false, preparation()).await.expect(200);
    assert_eq!(first.header("idempotent-replayed"), "");
    // the repeated request succeeds although its If-Match is stale by now
    let second = send(false, preparation()).await.expect(200);
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(second.text, first.text);
    assert_eq!(second.header("etag"), first.header("etag"));
    let kept = format!("select count(*) from act where candidate_id = '{id}'");
    assert_eq!(house.count(&kept).await, 3);
    let other = send(false, preparation().split_off(1)).await;
    other.refused("idempotency_key_reused");
}

#[tokio::test]
async fn an_act_of_another_role_names_those_who_record_it() {
    let house = House::build().await;
    let id = candidate(&house, 1, "Lê Thị Hoa Mai").await;
    let path = format!("candidates/{id}/act-batches");
    let note = json!({"on": "2021-01-14", "member_id": demo("dd", 1, 6), "assessment": "good"});
    let body = json!({"acts": [entry("sponsor_note", note)]});
    let answer = house.step_with("office", &path, 1, body).await;
    let answer = answer.refused("forbidden");
    shows!(answer.body["errors"][0], {"pointer": "/acts/0/kind",
        "detail": "These roles record this kind of act: branch committee."});
}

/// `rules` is set by the service: a request that contains it is refused, and where there are none
/// it reads as an empty list.
#[tokio::test]
async fn what_a_waiver_is_about_is_set_by_the_service() {
    let house = House::build().await;
    let id = candidate(&house, 1, "Lê Thị Hoa Mai").await;
    let own = json!({"on": "2021-01-15", "what": "education", "reason": "a", "approver": "b", "paper_number": "1"});
    let typed = with(&own, json!({"rules": ["foo.bar"]}));
    let alone = house.act("standing", &id, "waivers", typed.clone()).await;
    alone.invalid(&["/rules"]);
    let path = format!("candidates/{id}/act-batches");
    let batch = |act: &Value| json!({"acts": [entry("waiver", act.clone())]});
    let version = house
        .read("office", &format!("candidates/{id}"))
        .await
        .version();
    house
        .step_with("standing", &path, version, batch(&typed))
        .await
        .invalid(&["/acts/0/act/rules"]);
    let done = house
        .advance_with("standing", &path, version, batch(&own))
        .await;
    assert_eq!(done.body["results"][0]["act"]["data"]["rules"], json!([]));
    // an act that was stored without `rules` reads as an empty list too
    let bare = format!(
        "update act set data = data - 'rules' where candidate_id = '{id}' and kind = 'waiver'"
    );
    house.owner().await.batch_execute(&bare).await.unwrap();
    let all = house
        .read("office", &format!("candidates/{id}/waivers"))
        .await;
    assert_eq!(all.items()[0]["data"]["rules"], json!([]));
}
