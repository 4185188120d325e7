//! Trials of draft regulations: what they would change for the files on record. Nothing is stored.
use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::access::fingerprint;
use crate::procedure::{BRANCH, Way, ballot};
use crate::support::{Answer, House, Plain, shows, texts, with};

const TRIALS: &str = "regulation-trials";

/// A draft with a minimum age of fifty, tried as if it had always been in force.
fn older() -> Value {
    let text = "[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n\
        [version.parameters]\nage_min_months = { value = 600, citation = \"999-QĐ/TW, 1\", confirmed = \"text\" }\n";
    json!({"toml": text, "appended": true, "as_if_from": "2016-01-01", "size": 100})
}

async fn tried(house: &House, who: &str, draft: Value) -> Answer {
    let asked = house.post(who, TRIALS, draft);
    asked.await.expect(200)
}

fn file<'a>(answer: &'a Answer, id: &str) -> &'a Value {
    let found = answer.items().iter().find(|f| f["candidate_id"] == id);
    found.unwrap_or_else(|| panic!("{id} is not among them: {}", answer.body))
}

fn changed<'a>(file: &'a Value, kind: &str, rule: &str) -> &'a Value {
    let mut all = file["requirements"].list().iter();
    all.find(|r| r["kind"] == kind && r["rule"] == rule)
        .unwrap_or_else(|| panic!("no {rule} of {kind}: {file}"))
}

#[tokio::test]
async fn a_draft_names_the_files_that_it_would_judge_otherwise_and_stores_nothing() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let before = fingerprint(&house).await;
    let answer = tried(&house, "office", older()).await;
    let next = changed(file(&answer, &way.id), "resolution", "admission.age.least");
    shows!(next, {"act_id": null, "on": null});
    shows!(next["in_force"], {"met": true, "source": "29-QĐ/TW, 1", "version": "29-QĐ/TW"});
    shows!(next["draft"], {"met": false, "source": "999-QĐ/TW, 1", "version": "999-QĐ/TW"});
    assert_eq!(before, fingerprint(&house).await);

    // votes on record are judged by the draft too
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let act = way.does(BRANCH, "resolutions", vote).await.id();
    let answer = tried(&house, "standing", older()).await;
    let vote = changed(file(&answer, &way.id), "resolution", "admission.age.least");
    shows!(vote, {"act_id": act.as_str(), "on": "2021-03-15"});
}

/// The validity of a certificate follows the version in force at its issue, not the date stored
/// then.
#[tokio::test]
async fn a_draft_of_another_validity_names_the_votes_that_rest_on_certificates() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let draft = |months: u32| {
        let text = format!(
            "[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n\
            [version.parameters]\nawareness_valid_months = {{ value = {months}, citation = \"999-QĐ/TW, 1\", confirmed = \"text\" }}\n"
        );
        json!({"toml": text, "appended": true, "as_if_from": "2016-01-01", "size": 100})
    };
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let act = way.does(BRANCH, "resolutions", vote).await.id();
    // the certificate was issued on 30 January
    let answer = tried(&house, "office", draft(1)).await;
    let own = file(&answer, &way.id);
    let vote = changed(own, "resolution", "admission.certificate");
    shows!(vote, {"act_id": act.as_str(), "on": "2021-03-15"});
    shows!(vote["in_force"], {"met": true});
    shows!(vote["draft"], {"met": false, "source": "999-QĐ/TW, 1"});
    let answer = tried(&house, "office", draft(2)).await;
    let all = answer.items().iter();
    let mut all = all.flat_map(|f| f["requirements"].list());
    assert!(!all.any(|r| r["act_id"] == act.as_str() && r["rule"] == "admission.certificate"));
}

#[tokio::test]
async fn what_is_in_force_changes_nothing_and_a_later_version_is_tried_on_its_own_first_day() {
    let house = House::build().await;
    house.travel("2026-11-28");
    let whole = json!({"toml": ketnap::law::regulation::BUILT_IN, "decided": 200, "size": 100});
    let answer = tried(&house, "office", whole).await;
    shows!(answer, {"items": [], "asked_on": "2026-11-28"});
    let later = with(&older(), json!({"as_if_from": null}));
    let answer = tried(&house, "office", later).await;
    assert_eq!(answer.body["asked_on"], "2027-02-01");
}

#[tokio::test]
async fn pages_hold_every_file_once_and_cost_the_same_statements() {
    let house = House::build().await;
    house.travel("2026-11-28");
    let all = tried(&house, "office", with(&older(), json!({"decided": 1}))).await;
    let all: BTreeSet<String> = texts(&all.body["items"], "candidate_id")
        .into_iter()
        .collect();
    let (mut seen, mut after, mut tries) = (Vec::new(), Value::Null, 0);
    let mut costs = BTreeSet::new();
    loop {
        let page = json!({"decided": 1, "size": 7, "after": after});
        let before = house.db.statements();
        let page = tried(&house, "office", with(&older(), page)).await;
        costs.insert(house.db.statements() - before);
        tries += page.body["tried"].number();
        seen.extend(texts(&page.body["items"], "candidate_id"));
        after = page.body["next_after"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(costs.len(), 1, "{costs:?}");
    assert_eq!(seen.len(), all.len());
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all);
    let standing = "select count(*) from candidate where open";
    let ended = "select count(*) from candidate where not open and deleted_at is null";
    let (open, ended) = (house.count(standing).await, house.count(ended).await);
    assert_eq!(tries, open + ended.min(1));
    assert!(open > 7 && ended > 1, "{open} {ended}");
}

#[tokio::test]
async fn a_draft_with_mistakes_is_refused_with_all_of_them_and_their_places() {
    let house = House::build().await;
    let text = "[[version]]\ncode = \"X\"\nissued_on = 2027-03-02\neffective_from = 2027-02-01\n[version.parameters]\n\
        age_min_months = { value = true, citation = \"\", confirmed = \"text\" }\n";
    let draft = json!({"toml": text, "appended": true});
    let answer = house.post("office", TRIALS, draft).await;
    let answer = answer.invalid(&["/toml", "/toml", "/toml"]);
    let said = texts(&answer.body["errors"], "detail");
    assert_eq!(
        said,
        [
            "line 4: X: effective_from 2027-02-01 is before issued_on 2027-03-02: wanted is the day of issue or a later one",
            "line 6: X: age_min_months cannot be true: wanted is a whole number from 1 to 10000",
            "line 6: X: age_min_months: citation is empty: wanted is a text that is not empty",
        ]
    );
    let json = json!({"version": [{"code": "X", "issued_on": "2027-03-02", "effective_from": "2027-02-01",
        "parameters": {"age_min_months": {"value": true, "citation": "", "confirmed": "text"}}}], "appended": true});
    let answer = house.post("office", TRIALS, json).await;
    answer.invalid(&[
        "/version/0/effective_from",
        "/version/0/parameters/age_min_months/citation",
        "/version/0/parameters/age_min_months/value",
    ]);
    for neither in [json!({}), json!({"toml": text, "version": []})] {
        let answer = house.post("office", TRIALS, neither).await;
        answer.invalid(&["/toml"]);
    }
    // the TOML parser's message is in English, so the Vietnamese answer only contains the place
    for (language, before) in [
        ("vi", "dòng 2: sai cú pháp TOML ở cột "),
        ("en", "line 2: this is no TOML at column "),
    ] {
        let headers = [("accept-language", language)];
        let draft = json!({"toml": "# ế\n<b>x</b>", "appended": true});
        let answer = house
            .send("office", Method::POST, TRIALS, Some(draft), &headers)
            .await
            .refused("validation_failed");
        for said in texts(&answer.body["errors"], "detail") {
            let rest = said.strip_prefix(before).unwrap();
            assert_eq!(rest.parse::<usize>().is_ok(), language == "vi", "{said}");
        }
    }
    let long = json!({"toml": "#".repeat(60_001)});
    let answer = house.post("office", TRIALS, long).await;
    answer.invalid(&["/toml"]);
}

/// The earliest day on which a draft would admit somebody is computed from the year of birth only,
/// so it reveals no hidden date.
#[tokio::test]
async fn a_trial_reads_a_hidden_birth_date_by_its_year() {
    let house = House::build().await;
    let text = "[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n\
        [version.parameters]\nage_min_months = { value = 719, citation = \"999-QĐ/TW, 1\", confirmed = \"text\" }\n";
    let draft = json!({"toml": text, "appended": true, "as_if_from": "2016-01-01", "size": 100});
    for who in ["office", "standing"] {
        let answer = tried(&house, who, draft.clone()).await;
        let told = answer.items().iter().flat_map(|f| f["requirements"].list());
        let days: BTreeSet<_> = told
            .filter(|r| r["rule"] == "admission.age.least")
            .filter_map(|r| r["draft"]["earliest_on"].as_str())
            .map(|day| day[5..].to_owned())
            .collect();
        assert_eq!(days, BTreeSet::from(["11-30".to_owned()]), "{who}");
    }
}

/// An empty list of versions is an error, like a missing list.
#[tokio::test]
async fn a_draft_without_any_version_is_refused() {
    let house = House::build().await;
    for draft in [
        json!({"version": []}),
        json!({"version": [], "appended": true, "as_if_from": "2021-01-01"}),
        json!({"toml": "version = []"}),
    ] {
        house
            .post("office", TRIALS, draft)
            .await
            .refused("validation_failed");
    }
}

/// Drafts with one age limit after another do not narrow a birth date down further than to its
/// year.
#[tokio::test]
async fn drafts_tell_no_more_than_the_year_of_birth() {
    let house = House::build().await;
    let (way, _) = Way::recognised(&house).await;
    let draft = |months: i64| {
        let text = format!(
            "[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n\
            [version.parameters]\nage_max_months = {{ value = {months}, citation = \"999-QĐ/TW, 1\", confirmed = \"text\" }}\n"
        );
        json!({"toml": text, "appended": true, "as_if_from": "2016-01-01", "decided": 200, "size": 100})
    };
    let mut worlds = Vec::new();
    for born in ["1985-01-01", "1985-06-15", "1985-12-31"] {
        let sql = format!(
            "update candidate set birth_date = '{born}' where id = '{0}'; update member set birth_date = '{born}' where id = '{0}'",
            way.id
        );
        house.owner().await.batch_execute(&sql).await.unwrap();
        let mut named = Vec::new();
        for less in [14, 9, 5, 2, 0, -2] {
            let answer = tried(&house, "office", draft(36 * 12 - less)).await;
            let mut files = answer.items().iter();
            let own = files.find(|file| file["candidate_id"] == way.id.as_str());
            let told = own.map(|file| file["requirements"].to_string());
            named.push(told.is_some_and(|told| told.contains("admission.age.most")));
        }
        worlds.push(named);
    }
    assert!(worlds[0].contains(&true) && worlds[0].contains(&false));
    assert!(worlds.iter().all(|world| *world == worlds[0]), "{worlds:?}");
}
