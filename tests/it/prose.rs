//! What is written about a person's background, opinions and conduct is stored sealed, and shown to
//! those who may read it.
use std::collections::BTreeSet;

use ketnap::law::acts::ActKind;
use reqwest::Method;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::procedure::Way;
use crate::process::Folder;
use crate::sealed::expect_nowhere;
use crate::support::{Build, House, branch, demo, shows, with};

/// The beginning of every text that this file writes.
const CANARY: &str = "Chim hoàng yến hót";

/// The canary, followed by where it is written.
fn says(place: &str) -> String {
    format!("{CANARY} {place}")
}

/// A person with every kind of act that has a text, and with the other texts about a person.
/// Returns the file, and the paths of an entry in a source plan and of an item of a review.
async fn described(house: &House) -> (Way<'_>, String, String) {
    let way = Way::prepared(house, "union", json!({})).await;
    way.knows(json!({"remarks": says("ở nhận xét của chi bộ")}))
        .await;
    let note = json!({"on": "2021-04-10", "member_id": demo("dd", 1, 6), "assessment": "good", "remarks": says("sponsor_note.remarks")});
    way.does("branch-01", "sponsor-notes", note).await;
    let test = json!({"on": "2021-03-20", "title": "Trực Tết", "due_on": "2021-04-01"});
    let test = way.does("branch-01", "test-assignments", test).await.id();
    let result = json!({"on": "2021-04-01", "assignment_id": test, "assessment": "good", "remarks": says("test_result.remarks")});
    way.does("branch-01", "test-results", result).await;
    let opinion = json!({"on": "2021-03-06", "of": "trade_union", "purpose": "admission", "favourable": true, "remarks": says("opinion.remarks")});
    way.does("branch-01", "opinions", opinion).await;
    way.returned("father").await;
    let answer = json!({"on": "2021-03-02", "step": "returned", "relation": "father", "flagged": true, "finding": says("verification.finding"),
        "old_place": says("verification.old_place"), "new_place": says("verification.new_place"), "reason": says("verification.reason")});
    way.does("branch-01", "verification", answer).await;
    let issue = json!({"on": "2021-03-10", "step": "proposed", "relation": "father", "paper_number": says("political_issue.paper_number"),
        "statement": says("political_issue.statement")});
    way.does("office", "political-issues", issue).await;

    let plan = json!({"branch_id": branch(1), "kind": "periodic", "year": 2021, "period": 2});
    let review = house.create("branch-01", "reviews", plan).await.id();
    let path = format!("reviews/{review}/items?limit=200&candidate_id={}", way.id);
    let item = house.read("branch-01", &path).await.items()[0].clone();
    let item = format!("review-items/{}", item["id"].as_str().unwrap());
    let note = json!({"note": says("ở phiên xét")});
    house.change("branch-01", &item, 1, note).await;

    let term = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "source_plans_due_on": "2021-07-31", "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    let term = house.create("office", "terms", term).await.id();
    let plan = json!({"branch_id": branch(1), "term_id": term});
    let plan = house.create("branch-01", "source-plans", plan).await.id();
    let person = house
        .read("branch-01", &format!("candidates/{}", way.id))
        .await;
    let entry = json!({"full_name": person.body["full_name"], "birth_date": person.body["birth_date"], "target_year": 2026, "priority_group": "doctor",
        "fostering_from": "2020-06-01", "political_standard": true, "conduct": true, "capacity": false, "task_performance": true,
        "assessment": says("ở nguồn")});
    let mut answers = Vec::new();
    for _ in ["sent", "sent again"] {
        let path = format!("source-plans/{plan}/entries");
        let key = [("Idempotency-Key", "chim")];
        let sent = house.send("branch-01", Method::POST, &path, Some(entry.clone()), &key);
        answers.push(sent.await.expect(201));
    }
    assert_eq!(answers[0].body, answers[1].body);
    shows!(answers[1], {"assessment": says("ở nguồn"), "candidate_id": way.id});
    (way, answers[0].location().to_owned(), item)
}

/// The person's acts that have texts, with their kinds.
async fn acts(house: &House, id: &str) -> Vec<(String, ActKind)> {
    let path = format!("candidates/{id}/timeline?limit=200");
    let all = house.read("office", &path).await;
    let all = all.items().iter().map(|act| {
        let kind = ActKind::parse(act["kind"].as_str().unwrap()).unwrap();
        (act["id"].as_str().unwrap().to_owned(), kind)
    });
    all.filter(|(_, kind)| !kind.texts().is_empty()).collect()
}

/// No table contains a text in clear, not even the stored answers to repeated requests. Whoever may
/// read it gets it.
#[tokio::test]
async fn no_row_holds_what_is_written_about_a_person_and_who_may_read_it_does() {
    let house = House::build().await;
    let (way, entry, item) = described(&house).await;
    expect_nowhere(&house, &[CANARY]).await;
    let reason = "reason=Kiểm tra hồ sơ trước khi họp";
    let mut read = BTreeSet::new();
    for (act, kind) in acts(&house, &way.id).await {
        let path = format!("acts/{act}");
        let seen = house.read("office", &format!("{path}?{reason}")).await;
        for name in kind.texts() {
            let place = format!("{}.{name}", kind.wire());
            if seen.body["data"][name] == json!(says(&place)) {
                read.insert(place);
            }
        }
        // a committee member reads none of it
        let seen = house.get("overseer", &path).await;
        assert!(!seen.text.contains(CANARY), "{}", seen.text);
    }
    let every = ActKind::ALL.iter().flat_map(|kind| {
        let name = move |text: &&str| format!("{}.{text}", kind.wire());
        kind.texts().iter().map(name)
    });
    assert_eq!(read, every.collect(), "every text of every kind of act");
    let slip = format!("candidates/{}/appraisal", way.id);
    let slip = house.read("office", &slip).await;
    for place in ["verification.finding", "verification.new_place"] {
        assert!(slip.text.contains(&says(place)), "{}", slip.text);
    }
    for (path, text) in [(&entry, "ở nguồn"), (&item, "ở phiên xét")] {
        let name = if path == &item { "note" } else { "assessment" };
        let own = house.read("branch-01", path).await;
        assert_eq!(own.body[name], json!(says(text)));
        let plain = house.read("office", path).await;
        assert_eq!(plain.body[name], Value::Null);
        let read = house.read("office", &format!("{path}?{reason}")).await;
        assert_eq!(read.body[name], json!(says(text)));
        let hidden = read.body["_hidden"].as_array().unwrap();
        assert!(!hidden.contains(&json!(name)), "{hidden:?}");
    }
    let why = json!({"reason": "Người trong hồ sơ yêu cầu"});
    let held = format!("candidates/{}/exports", way.id);
    let held = house.post("office", &held, why).await.expect(200);
    let all = held.text.matches(CANARY).count();
    // each text of the acts; the branch's remarks, and their change in the audit trail; those of
    // the review and of the source plan
    assert_eq!(all, read.len() + 4, "{}", held.text);
    assert!(!held.text.contains("data_key"), "no key leaves the house");
    let acts = held.body["held"]["act"].as_array().unwrap();
    assert!(acts.iter().all(|act| act.get("texts").is_none()));
}

/// A sealed text opens only in the act for which it was sealed. One that does not open is null and
/// listed as hidden.
#[tokio::test]
async fn prose_that_was_moved_to_another_act_is_named_and_not_shown() {
    let house = House::build().await;
    let (way, ..) = described(&house).await;
    let acts = acts(&house, &way.id).await;
    let of = |kind| &acts.iter().rfind(|(_, k)| *k == kind).unwrap().0;
    let (note, opinion) = (of(ActKind::SponsorNote), of(ActKind::Opinion));
    let moved = format!(
        "update act set texts = (select texts from act where id = '{note}') where id = '{opinion}'"
    );
    house.owner().await.batch_execute(&moved).await.unwrap();
    let seen = house.read("branch-01", &format!("acts/{opinion}")).await;
    shows!(seen, {"_hidden": ["remarks"]});
    shows!(seen.body["data"], {"remarks": null, "favourable": true});
    let finding = of(ActKind::Verification);
    let moved = moved.replace(opinion, finding);
    house.owner().await.batch_execute(&moved).await.unwrap();
    // the slip says that texts are missing, but only to those who would see them
    let slip = format!("candidates/{}/appraisal", way.id);
    let missing = "Findings cannot be opened";
    let seen = house.read("office", &slip).await;
    assert!(seen.text.contains(missing), "{}", seen.text);
    let seen = house.read("branch-01", &slip).await;
    assert!(!seen.text.contains(missing), "{}", seen.text);
}

/// Without the keys, texts are neither shown nor recorded, but acts without texts can still be
/// recorded.
#[tokio::test]
async fn without_keys_prose_stays_shut_and_the_procedure_goes_on() {
    let house = House::build().await;
    let (way, entry, item) = described(&house).await;
    let folder = Folder::new();
    let build = Build {
        seals: folder.0.clone(),
        ..Build::default()
    };
    let shut = House::over(house.database.clone(), build).await;
    shut.travel("2021-06-01");
    let reason = "reason=Kiểm tra hồ sơ trước khi họp";
    for (act, kind) in acts(&house, &way.id).await {
        let seen = shut.read("office", &format!("acts/{act}?{reason}")).await;
        assert!(!seen.text.contains(CANARY), "{}", seen.text);
        let open = house.read("office", &format!("acts/{act}?{reason}")).await;
        let hidden = &seen.body["_hidden"];
        for name in kind.texts() {
            let held = !open.body["data"][name].is_null();
            let named = hidden.as_array().unwrap().contains(&json!(name));
            assert!(named || !held, "{name} of {act}: {hidden}");
        }
    }
    for (path, name) in [(&entry, "assessment"), (&item, "note")] {
        let seen = shut.read("branch-01", path).await;
        assert_eq!(seen.body[name], Value::Null);
        assert_eq!(seen.body["_hidden"], json!([name]));
    }
    let note = json!({"on": "2021-05-10", "member_id": demo("dd", 1, 6), "assessment": "good"});
    let remark = with(&note, json!({"remarks": "tốt"}));
    let refused = shut
        .act("branch-01", &way.id, "sponsor-notes", remark)
        .await;
    refused.refused("invalid_transition");
    shut.record("branch-01", &way.id, "sponsor-notes", note)
        .await;
    let version = shut.read("branch-01", &item).await.version();
    shut.patch("branch-01", &item, version, json!({"note": "khác"}))
        .await
        .refused("invalid_transition");
    let decided = shut
        .change("branch-01", &item, version, json!({"propose_class": true}))
        .await;
    // the service could not open the note, and has left it as it was
    let read = house.read("branch-01", &item).await;
    shows!(read, {"note": says("ở phiên xét"), "version": decided.version()});
}

/// Every P3 field in which somebody writes prose is stored sealed.
#[test]
fn every_sensitive_field_that_is_prose_is_stored_sealed() {
    let mut prose = 0;
    for kind in ActKind::ALL {
        let (own, _) = kind.schemas();
        let RefOr::T(Schema::Object(own)) = own else {
            panic!("{}", kind.wire());
        };
        let written: Vec<&str> = kind
            .sensitive()
            .iter()
            .copied()
            .filter(|name| {
                let field = serde_json::to_string(&own.properties[*name]).unwrap();
                field.contains("schemas/Text")
            })
            .collect();
        let sealed: BTreeSet<&str> = kind.texts().iter().copied().collect();
        assert_eq!(sealed, written.into_iter().collect(), "{}", kind.wire());
        prose += sealed.len();
    }
    assert!(prose > 5);
}
