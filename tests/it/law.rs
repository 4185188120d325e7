//! Cases of the regulations that were once judged wrongly: age, failed votes, recognition periods,
//! leaving, impossible dates (29-QĐ/TW; 24-QĐ/TW; 01-HD/TW).
use serde_json::{Value, json};

use ketnap::access::Role;
use ketnap::law::regulation::{BUILT_IN, Regulations};

use crate::procedure::{BRANCH, Way, ballot, refused, with};
use crate::support::{Build, House, Plain as _, demo, operation, shows};

/// On probation since 2021-05-05, with everything that recognition requires. The clock is at
/// 2022-12-01.
async fn at_the_end_of_probation(house: &House) -> Way<'_> {
    let way = Way::probationary(house).await;
    house.travel("2022-12-01");
    way.reviewed().await;
    way.waived("new_member_class", "2022-05-09").await;
    way
}

fn failing(purpose: &str, on: &str) -> Value {
    ballot(purpose, "branch", on, 3)
}

async fn three_votes_fail(way: &Way<'_>) {
    for on in ["2022-05-10", "2022-06-10", "2022-07-11"] {
        let vote = way.does(BRANCH, "resolutions", failing("recognition", on));
        assert_eq!(vote.await.body["stage_after"], "probationary");
    }
    let duty = way.deadlines("failed_votes").await;
    assert_eq!(duty, [("overdue".to_owned(), "2022-07-11".to_owned())]);
    for purpose in ["recognition", "strike_off"] {
        let fourth = ballot(purpose, "branch", "2022-08-10", 14);
        assert_eq!(
            refused(way.tries(BRANCH, "resolutions", fourth).await),
            ["vote.reported"]
        );
    }
}

#[tokio::test]
async fn after_three_failed_votes_the_committee_recognises_on_the_report() {
    let house = House::build().await;
    let way = at_the_end_of_probation(&house).await;
    three_votes_fail(&way).await;
    way.does("upper", "recognition", Way::recognition("2022-09-01"))
        .await;
    let seen = way.seen().await;
    assert_eq!(
        (&seen["stage"], &seen["official_on"]),
        (&json!("official"), &json!("2022-05-05"))
    );
    assert_eq!(way.deadlines("failed_votes").await[0].0, "settled");
}

#[tokio::test]
async fn after_three_failed_votes_the_committee_strikes_off_on_the_report() {
    let house = House::build().await;
    let way = at_the_end_of_probation(&house).await;
    three_votes_fail(&way).await;
    let decision = json!({"on": "2022-09-01", "purpose": "strike_off", "outcome": "granted", "number": "50-QĐ/HU",
        "body": "upper_standing_committee", "members": 11, "in_favor": 8, "reason": "không đủ tư cách", "ground": "struck_off"});
    way.does("upper", "decisions", decision).await;
    assert_eq!(way.stage().await, "struck_off");
    assert_eq!(way.deadlines("failed_votes").await[0].0, "settled");
}

#[tokio::test]
async fn a_recognition_long_after_its_time_is_recorded_and_its_paper_is_asked_for() {
    let house = House::build().await;
    let way = at_the_end_of_probation(&house).await;
    for body in ["branch", "committee"] {
        let who = if body == "branch" { BRANCH } else { "office" };
        let vote = ballot("recognition", body, "2022-05-10", 14);
        way.does(who, "resolutions", vote).await;
    }
    way.filed(&["13-KNĐ", "15-KNĐ"], "2022-05-12").await;
    let late = Way::recognition("2022-11-30");
    assert_eq!(
        refused(way.tries("upper", "recognition", late.clone()).await),
        ["recognition.decision_in_time"]
    );
    let reason = json!({"reason": "chờ bổ sung hồ sơ"});
    way.does("upper", "recognition", with(late, reason)).await;
    assert_eq!(way.stage().await, "official");
    assert_eq!(
        way.deadlines("late_decision").await,
        [("overdue".to_owned(), "2022-11-30".to_owned())]
    );
    // until the paper about the delay is noted there is a finding, which does not block anything
    let findings = async || {
        let list = house.read("office", "findings").await;
        list.items()
            .iter()
            .map(|f| f["findings"].clone())
            .collect::<Vec<_>>()
    };
    let found = findings().await;
    shows!(found[0][0], {"kind": "recognition", "on": "2022-11-30", "irregular": true});
    shows!(found[0][0]["requirement"], {"rule": "decision.irregular", "met": false});
    way.waived("late_decision", "2022-12-01").await;
    assert!(findings().await.is_empty());
    assert_eq!(way.deadlines("late_decision").await[0].0, "settled");
    assert_eq!(way.stage().await, "official");
}

#[tokio::test]
async fn a_probationary_member_leaves_by_decision_and_the_ground_bars_the_return() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-01-10");
    let leaves = json!({"on": "2022-01-05", "kind": "withdrawn", "reason": "nguyện vọng cá nhân"});
    assert_eq!(
        refused(way.tries(BRANCH, "exits", leaves.clone()).await),
        ["exit.decided", "exit.ground"]
    );
    let decided = with(
        leaves,
        json!({"body": "upper_standing_committee", "decision_number": "9-QĐ/HU", "ground": "resigned"}),
    );
    assert_eq!(
        refused(way.tries(BRANCH, "exits", decided.clone()).await),
        ["exit.decided"]
    );
    // the error is at the body, which is not competent, and not at the decision's number
    let other = json!({"body": "base_standing_committee"});
    let other = way.tries("office", "exits", with(decided.clone(), other));
    let other = other.await.refused("requirements_unmet");
    assert_eq!(other.faults(), ["/body"]);
    way.does("office", "exits", decided).await;
    assert_eq!(
        (way.stage().await.as_str(), way.member().await),
        ("withdrawn", None)
    );
    house.travel("2026-01-10");
    let back = json!({"on": "2026-01-05", "paper_number": "12-NQ", "by": "member", "left_on": "2022-01-05", "ground": "resigned",
        "earlier_readmissions": 0, "agreement_number": "5-CV/TU"});
    let other = with(back.clone(), json!({"ground": "struck_off"}));
    let told = way.tries(BRANCH, "readmission", other).await;
    assert_eq!(
        told.expect_code(422, "validation_failed").faults(),
        ["/ground"]
    );
    assert_eq!(
        refused(way.tries(BRANCH, "readmission", back).await),
        ["readmission.not_barred"]
    );
}

#[tokio::test]
async fn impossible_dates_of_a_file_are_refused() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    // the person was born on 1990-02-03 and nominated on 2021-01-12
    let sponsor = json!({"member_id": demo("dd", 1, 7), "from_on": "2021-01-10"});
    assert_eq!(
        refused(way.tries(BRANCH, "sponsorships", sponsor).await),
        ["act.after_nomination"]
    );
    let shared = with(
        Way::introduction(7, "2021-02-10"),
        json!({"shared_from": "1985-05-02"}),
    );
    assert_eq!(
        refused(way.tries(BRANCH, "introductions", shared).await),
        ["act.after_birth"]
    );
    let paper = json!({"on": "2021-03-01", "code": "1-KNĐ", "drafted_on": "1985-03-01"});
    assert_eq!(
        refused(way.tries(BRANCH, "documents", paper).await),
        ["act.after_birth"]
    );
}

#[tokio::test]
async fn a_suspended_member_introduces_nobody_and_what_they_signed_is_replaced() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let introducer = format!("/api/v1/members/{}", demo("dd", 1, 7));
    let version = house.get("office", &introducer).await.expect(200).version();
    let suspended = json!({"on": "2021-02-12", "activity": "suspended", "paper_number": "1"});
    let changes = format!("{introducer}/activity-changes");
    let answer = house
        .step_with("office", &changes, version, suspended)
        .await;
    answer.expect(201);
    let again = Way::introduction(7, "2021-02-20");
    assert_eq!(
        refused(way.tries(BRANCH, "introductions", again).await),
        ["introduction.active", "introduction.once"]
    );
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let missing = refused(way.tries(BRANCH, "resolutions", vote).await);
    assert!(
        missing.contains(&"admission.introduction.members".to_owned()),
        "{missing:?}"
    );
}

/// An introducer who left or moved to another branch before the vote must be replaced as well.
#[tokio::test]
async fn an_introducer_who_has_left_is_replaced() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let moved = json!({"branch_id": demo("0b", 2, 0), "on": "2021-02-20", "paper_number": "9-CV"});
    let left = json!({"on": "2021-02-20", "ground": "deceased", "paper_number": "3-GT"});
    for (member, way, body) in [(7, "transfers", moved), (8, "leavings", left)] {
        let member = format!("/api/v1/members/{}", demo("dd", 1, member));
        let version = house.read("office", &member).await.version();
        let answer = house
            .step_with("office", &format!("{member}/{way}"), version, body)
            .await;
        assert!(answer.status < 300, "{}", answer.text);
    }
    let members = house
        .read(
            "office",
            &format!("branches/{}/register?on=2021-03-15", demo("0b", 1, 0)),
        )
        .await
        .body["official"]
        .number();
    let vote = ballot("admission", "branch", "2021-03-15", 10);
    let vote = with(
        vote,
        json!({"members": members, "present": members, "against": members - 10}),
    );
    let missing = refused(way.tries(BRANCH, "resolutions", vote).await);
    assert_eq!(missing, ["admission.introduction.members"]);
}

/// The minutes may leave out figures that the register knows; next-steps shows them.
#[tokio::test]
async fn the_register_fills_in_what_the_minutes_leave_out() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let step = step(&way, BRANCH, "resolution").await.unwrap();
    shows!(step["register"], {"members": 14, "exempt": 1, "suspended": 0});
    let short = |body: &str, left_out: &[&str]| {
        let mut vote = ballot("admission", body, "2021-03-15", 14);
        for name in left_out {
            vote.as_object_mut().unwrap().remove(*name);
        }
        vote
    };
    let all = ["members", "exempt_absent", "suspended"];
    let vote = way.does(BRANCH, "resolutions", short("branch", &all)).await;
    shows!(vote.body["data"], {"members": 14, "exempt_absent": 0, "suspended": 0});
    assert_eq!(vote.body["stage_after"], "branch_resolved");
    way.tries("office", "resolutions", short("committee", &all))
        .await
        .invalid(&["/members"]);
}

/// The text of a requirement follows the regulation version of the day.
#[tokio::test]
async fn a_sentence_says_what_the_version_asks() {
    let asked = |from: &str, to: &str| {
        let text = BUILT_IN.replacen(from, to, 1);
        assert_ne!(text, BUILT_IN);
        Build {
            regulations: Regulations::read(&text).unwrap(),
            ..Build::default()
        }
    };
    let schooling = asked("\"lower_secondary_or_equivalent\"", "\"upper_secondary\"");
    let house = House::with(schooling).await;
    let way = Way::ready(&house).await;
    way.knows(json!({"general_education": "lower_secondary"}))
        .await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let answer = way.tries(BRANCH, "resolutions", vote.clone()).await;
    assert!(
        answer.text.contains("at least upper secondary"),
        "{}",
        answer.text
    );
    assert_eq!(refused(answer), ["admission.education"]);

    // with papers that are valid for three months, the deadline and the refusal agree on the last
    // day
    let papers = asked(
        "paper_valid_months           = { value = 12, from",
        "paper_valid_months           = { value = 3, from",
    );
    let house = House::with(papers).await;
    let way = Way::ready(&house).await;
    let due = way.deadlines("papers_expire").await[0].1.clone();
    let unmet = async |on: &str| {
        let path = way.path(&format!("/next-steps?on={on}"));
        let steps = house.read(BRANCH, &path).await.body["steps"].clone();
        let mut steps = steps.list().iter().filter(|s| s["kind"] == "resolution");
        let rules = steps.next().unwrap()["requirements"].list();
        let rules = rules.iter().filter(|r| r["met"] == false);
        rules
            .map(|r| r["rule"].text().to_owned())
            .collect::<Vec<_>>()
    };
    let last: chrono::NaiveDate = due.parse().unwrap();
    let next = last.succ_opt().unwrap().to_string();
    let (last, next) = (unmet(&due).await, unmet(&next).await);
    let expired: Vec<_> = next.iter().filter(|rule| !last.contains(rule)).collect();
    assert!(!expired.is_empty(), "{due}: {last:?}, {next:?}");
}

/// Example 23: a Saturday worked in lieu counts as a working day.
#[tokio::test]
async fn a_worked_saturday_counts_and_only_a_weekend_is_worked_in_exchange() {
    let house = House::build().await;
    let day = |on: &str, kind: &str| json!({"on": on, "name": "làm bù", "kind": kind});
    let refused = house
        .post("office", "/api/v1/holidays", day("2022-07-20", "worked"))
        .await
        .expect_code(422, "validation_failed");
    assert_eq!(refused.faults(), ["/kind"]);
    // the decision on this person is due on 2022-07-28
    let due = async || {
        let path = format!(
            "/api/v1/deadlines?candidate_id={}&kind=decision",
            demo("ca", 4, 5)
        );
        let list = house.get("office", &path).await.expect(200);
        (
            list.items()[0]["due_on"].clone(),
            list.items()[0]["unlisted_years"].clone(),
        )
    };
    assert_eq!(due().await, (json!("2022-07-28"), json!([])));
    let saturday = house
        .post("office", "/api/v1/holidays", day("2022-07-23", "worked"))
        .await
        .expect(201);
    assert_eq!(saturday.body["kind"], "worked");
    assert_eq!(due().await.0, "2022-07-27");
    let off = json!({"kind": "off"});
    let path = saturday.header("location");
    house.patch("office", path, 1, off).await.expect(200);
    assert_eq!(due().await.0, "2022-07-28");
}

/// A deadline that runs into a year without recorded holidays says so.
#[tokio::test]
async fn a_duty_that_runs_into_a_year_without_a_list_says_so() {
    let house = House::build().await;
    let owner = house.owner().await;
    let sql = "delete from holiday where extract(year from on_date) = 2022";
    owner.batch_execute(sql).await.unwrap();
    let path = format!(
        "/api/v1/deadlines?candidate_id={}&kind=decision",
        demo("ca", 4, 5)
    );
    let list = house.get("office", &path).await.expect(200);
    assert_eq!(list.items()[0]["unlisted_years"], json!([2022]));
    let vote = list.items()[0]["id"].as_str().unwrap();
    let path = format!("/api/v1/deadlines/{vote}");
    let one = house.get("office", &path).await;
    assert_eq!(one.body["unlisted_years"], json!([2022]));
}

/// Next steps as a branch secretary reads them: short, in Vietnamese, and with what would meet each
/// requirement.
#[tokio::test]
async fn next_steps_of_a_person_in_the_plan_can_be_acted_on() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-06-01");
    way.planned().await;
    let vietnamese = [("accept-language", "vi")];
    // the same for every reader and every person in the plan
    let all = house
        .read("office", "candidates?stage=in_plan&limit=200&expand=branch")
        .await;
    assert!(all.items().len() > 10);
    for person in all.items() {
        let branch = format!("branch-{}", person["branch"]["number"].as_str().unwrap());
        for who in ["office", "standing", &branch] {
            for language in ["vi", "en"] {
                let path = format!(
                    "/api/v1/candidates/{}/next-steps",
                    person["id"].as_str().unwrap()
                );
                let language = [("accept-language", language)];
                let answer = house
                    .send(who, reqwest::Method::GET, &path, None, &language)
                    .await;
                let answer = answer.expect(200);
                let size = answer.text.len();
                assert!(size < 12_000, "{who} {}: {size} bytes", person["id"]);
            }
        }
    }
    let path = way.path("/next-steps");
    let answer = house
        .send(BRANCH, reqwest::Method::GET, &path, None, &vietnamese)
        .await
        .expect(200);
    assert!(answer.text.len() < 12_000, "{} bytes", answer.text.len());
    let steps = answer.body["steps"].as_array().unwrap();
    let mut titles: Vec<&str> = steps.iter().map(|s| s["label"].as_str().unwrap()).collect();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), steps.len(), "no two steps have one title");
    let last = steps.last().unwrap();
    assert_eq!(last["requirements"][0]["rule"], "act.stage");
    let dossier = steps.iter().find(|s| s["kind"] == "dossier").unwrap();
    let sponsor = dossier["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["rule"] == "dossier.sponsor")
        .unwrap();
    assert_eq!(
        (&sponsor["met"], &sponsor["met_by"]),
        (
            &json!(false),
            &json!({"operation": "create_sponsorship", "field": "member_id"})
        )
    );
    for step in steps {
        for r in step["requirements"].as_array().unwrap() {
            let detail = r["detail"].as_str().unwrap();
            assert!(
                !detail.contains('_') && !detail.contains(" the "),
                "{detail}"
            );
        }
    }
    // with a future date a step can be planned, but not recorded
    let later = house
        .get(BRANCH, &way.path("/next-steps?on=2021-07-01"))
        .await
        .expect(200);
    let steps = later.body["steps"].as_array().unwrap();
    assert!(steps.iter().all(|s| s["possible"] == false));
    assert!(steps.iter().any(|s| s["plannable"] == true));
}

/// The requirements of the reader's first step of this kind, in this language.
async fn required(way: &Way<'_>, who: &str, kind: &str, language: &str) -> Vec<Value> {
    let language = [("accept-language", language)];
    let path = way.path("/next-steps");
    let get = reqwest::Method::GET;
    let seen = way.house.send(who, get, &path, None, &language).await;
    let steps = seen.expect(200).body["steps"].list().clone();
    let step = steps.iter().find(|s| s["kind"] == kind).unwrap();
    step["requirements"].list().clone()
}

/// For each requirement of the reader's first step of this kind, the evidence that meets it.
/// Asserts that the reader can read every row named there.
async fn grounds(way: &Way<'_>, who: &str, kind: &str) -> Vec<(String, Vec<String>)> {
    let mut named = Vec::new();
    for told in required(way, who, kind, "vi").await {
        let Some(ids) = told["evidence_ids"].as_array() else {
            continue;
        };
        assert_eq!(told["met"], true, "{told}");
        let ids: Vec<String> = ids.iter().map(|id| id.text().to_owned()).collect();
        for id in &ids {
            let act = way.house.get(who, &format!("/api/v1/acts/{id}")).await;
            if act.status == 200 {
                assert_eq!(act.body["superseded_by"], Value::Null, "{told}");
            } else {
                way.house.read(who, &format!("members/{id}")).await;
            }
        }
        named.push((told["rule"].text().to_owned(), ids));
    }
    named
}

#[tokio::test]
async fn a_met_requirement_names_the_acts_on_which_it_rests() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let opinion = |named: &[(String, Vec<String>)]| {
        let mut rules = named.iter();
        let work = rules.find(|(rule, _)| rule == "admission.opinion.work");
        work.unwrap().1.clone()
    };
    let named = grounds(&way, BRANCH, "resolution").await;
    let all: Vec<(&str, usize)> = named.iter().map(|(r, ids)| (&**r, ids.len())).collect();
    assert_eq!(
        all,
        [
            ("admission.introduction.members", 2),
            ("admission.certificate", 1),
            ("admission.verification", 1),
            ("admission.opinion.work", 1),
            ("admission.opinion.residence", 1),
            ("admission.sponsor_note", 1),
        ]
    );
    // the evidence is the act that stands, not the one that it corrects
    let first = opinion(&named);
    let mut again = house.read(BRANCH, &format!("acts/{}", first[0])).await.body["data"].clone();
    again["corrects"] = first[0].clone().into();
    again["on"] = "2021-03-05".into();
    again["remarks"] = "đã xem lại".into();
    let again = way.does(BRANCH, "opinions", again).await;
    assert_eq!(
        opinion(&grounds(&way, BRANCH, "resolution").await),
        [again.id()]
    );
}

/// A branch cannot read members of another branch, so their ids are left out of the evidence.
#[tokio::test]
async fn a_row_that_the_reader_may_not_read_is_not_named() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-06-01");
    way.planned().await;
    let (own, other) = (demo("dd", 1, 6), demo("dd", 2, 4));
    house
        .get(BRANCH, &format!("/api/v1/members/{other}"))
        .await
        .expect(404);
    let assigned = json!({"member_id": other, "from_on": "2021-01-18", "other_branch_reason": "cùng chuyên môn"});
    way.does("office", "sponsorships", assigned).await;
    let sponsor = async || {
        let told = required(&way, BRANCH, "dossier", "vi").await;
        let mut told = told.into_iter();
        told.find(|r| r["rule"] == "dossier.sponsor").unwrap()
    };
    shows!(sponsor().await, {"met": true, "evidence_ids": null});
    way.sponsored(6, "2021-01-18").await;
    let ended = house.read("office", &way.path("/sponsorships")).await;
    let mut ended = ended.items().iter();
    let first = ended.find(|s| s["member_id"] == other.as_str()).unwrap();
    house
        .change(
            "office",
            &format!("sponsorships/{}", first["id"].text()),
            first["version"].number(),
            json!({"to_on": "2021-05-30", "end_reason": "bận"}),
        )
        .await;
    shows!(sponsor().await, {"met": true, "evidence_ids": [own]});
    assert_eq!(grounds(&way, BRANCH, "dossier").await.len(), 2);
}

/// The subjects that a verification still lacks are named, including the relatives by marriage if
/// there is a spouse.
#[tokio::test]
async fn missing_relatives_are_named_in_the_language_of_the_reader() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    for relation in ["self_person", "father", "mother", "spouse"] {
        let declared = json!({"on": "2021-02-06", "step": "declared", "relation": relation});
        way.does(BRANCH, "verification", declared).await;
    }
    let missing = [
        (
            "vi",
            "Lý lịch còn thiếu: cha vợ hoặc cha chồng, mẹ vợ hoặc mẹ chồng.",
        ),
        (
            "en",
            "Missing in the CV: the spouse's father, the spouse's mother.",
        ),
    ];
    for (language, sentence) in missing {
        let path = way.path("/next-steps");
        let language = [("accept-language", language)];
        let get = reqwest::Method::GET;
        let seen = house.send(BRANCH, get, &path, None, &language).await;
        let concluded = json!({"step": "concluded"});
        let seen = seen.expect(200);
        let mut steps = seen.body["steps"].list().iter();
        let step = steps.find(|s| s["fields"] == concluded).unwrap();
        let mut told = step["requirements"].list().iter();
        let told = told.find(|r| r["rule"] == "verification.subjects").unwrap();
        shows!(told, {"met": false, "detail": sentence});
    }
}

/// A requirement that applies only to other people is left out, instead of being shown as met.
#[tokio::test]
async fn what_does_not_apply_to_a_person_of_24_is_not_asked() {
    let house = House::build().await;
    let young = json!({"birth_date": "1996-06-01", "youth_union_member": true, "trade_union_member": false});
    let way = Way::prepared(&house, "youth", young).await;
    way.introduced(7).await;
    way.introduced_by_union("youth_union").await;
    way.verified("").await;
    let rules = async |who, kind| {
        let all = required(&way, who, kind, "en").await;
        assert!(all.iter().all(|r| r["met"] == true), "{all:#?}");
        all.iter()
            .map(|r| r["rule"].text().to_owned())
            .collect::<Vec<_>>()
    };
    // the agreement for people over 60 and the exception for schooling are absent
    let vote = [
        "admission.age.least",
        "admission.education",
        "admission.introduction.members",
        "admission.introduction.union",
        "admission.introduction.in_date",
        "admission.certificate",
        "admission.verification",
        "admission.opinion.work",
        "admission.opinion.residence",
        "admission.papers.in_date",
        "admission.sponsor_note",
        "vote.branch_members",
    ];
    assert_eq!(rules(BRANCH, "resolution").await, vote);
    for (language, theirs, others) in [
        ("vi", "4-KNĐ", "Công đoàn"),
        ("en", "youth union", "trade union"),
    ] {
        let all = required(&way, BRANCH, "resolution", language).await;
        let mut union = all
            .iter()
            .filter(|r| r["rule"] == "admission.introduction.union");
        let detail = union.next().unwrap()["detail"].text();
        assert!(
            detail.contains(theirs) && !detail.contains(others),
            "{detail}"
        );
        assert!(union.next().is_none());
    }
    way.resolved().await;
    way.filed(&["4-KNĐ"], "2021-03-27").await;
    way.submitted().await;
    assert_eq!(rules("upper", "decision").await, ["decision.in_time"]);
    way.does("upper", "decisions", Way::decision()).await;
    let ceremony = ["ceremony.decision", "ceremony.in_time"];
    assert_eq!(rules(BRANCH, "ceremony").await, ceremony);
}

/// The reader's first step of this kind, if any.
async fn step(way: &Way<'_>, who: &str, kind: &str) -> Option<Value> {
    let seen = way.house.read(who, &way.path("/next-steps")).await;
    let steps = seen.body["steps"].as_array().unwrap();
    steps.iter().find(|s| s["kind"] == kind).cloned()
}

/// Steps that are not acts of the file are listed in the same way: a class, schooling, a new
/// attempt.
#[tokio::test]
async fn a_seat_schooling_and_a_new_attempt_are_next_steps_too() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2023-02-01");
    assert!(step(&way, BRANCH, "class_enrolment").await.is_none());
    way.planned().await;
    // no class is open for enrolment; only a role that may create classes is told to create one
    assert!(step(&way, BRANCH, "class_enrolment").await.is_none());
    let none = step(&way, "office", "class_enrolment").await.unwrap();
    shows!(none, {"possible": false, "operation": "create_class"});
    assert_eq!(
        none["requirements"][0]["met_by"],
        json!({"operation": "create_class", "field": "kind"})
    );
    let class = json!({"kind": "awareness", "title": "Lớp", "issuer": "Trung tâm", "starts_on": "2023-02-20", "ends_on": "2023-02-21",
        "capacity": 2, "proposals_due_on": "2023-02-05"});
    let class = house.create("office", "classes", class).await.id();
    let path = format!("classes/{class}/enrolments");
    // another person's seat does not count as this person's
    let other = json!({"candidate_id": demo("ca", 1, 1)});
    house.create(BRANCH, &path, other).await;
    shows!(step(&way, BRANCH, "class_enrolment").await.unwrap(), {
        "possible": true, "operation": "create_enrolment", "path": format!("/api/v1/{path}")
    });
    house.travel("2023-02-06");
    let late = step(&way, BRANCH, "class_enrolment").await.unwrap();
    shows!(late, {"possible": false});
    let seat = house.post(BRANCH, &path, late["fields"].clone()).await;
    seat.refused("requirements_unmet");
    shows!(step(&way, "office", "class_enrolment").await.unwrap(), {"possible": true});
    house.create("office", &path, late["fields"].clone()).await;
    assert!(step(&way, BRANCH, "class_enrolment").await.is_none());

    shows!(step(&way, BRANCH, "schooling").await.unwrap(), {
        "possible": true, "operation": "change_candidate"
    });
    assert!(step(&way, "standing", "schooling").await.is_none());
    way.knows(json!({"general_education": "primary"})).await;
    assert!(step(&way, BRANCH, "schooling").await.is_some());
    way.knows(json!({"general_education": "upper_secondary"}))
        .await;
    assert!(step(&way, BRANCH, "schooling").await.is_none());

    assert!(step(&way, BRANCH, "readmission").await.is_none());
    // no step is possible on a day before the nomination
    let before = house
        .read(BRANCH, &way.path("/next-steps?on=2020-12-01"))
        .await;
    let possible = before.body["steps"].as_array().unwrap().iter();
    assert_eq!(possible.filter(|s| s["possible"] == true).count(), 0);
    let removed =
        json!({"on": "2021-02-06", "action": "remove", "minutes_number": "2", "reason": "thử"});
    way.does(BRANCH, "plan-decisions", removed).await;
    shows!(step(&way, BRANCH, "readmission").await.unwrap(), {"possible": true});
    let body =
        json!({"on": "2021-02-06", "paper_number": "1", "by": "member", "earlier_readmissions": 0});
    let path = way.path("/readmission");
    let seen = way.seen().await["version"].as_i64().unwrap();
    // she has never been a member, so nothing may be said about a leaving; nor is she in the Youth
    // Union
    for (wrong, pointer) in [
        (json!({"left_on": "2019-01-01"}), "/left_on"),
        (json!({"ground": "expelled"}), "/ground"),
    ] {
        let wrong = with(body.clone(), wrong);
        let told = house.step_with(BRANCH, &path, seen, wrong).await;
        told.invalid(&[pointer]);
    }
    let wrong = with(body.clone(), json!({"by": "youth_union"}));
    let told = house.step_with(BRANCH, &path, seen, wrong).await;
    assert_eq!(refused(told), ["readmission.own_member"]);
    let again = house.step_with(BRANCH, &path, seen, body.clone()).await;
    again.expect(201);
    shows!(step(&way, BRANCH, "readmission").await.unwrap(), {"possible": false});
    let twice = house.step_with(BRANCH, &path, seen, body).await;
    twice.refused("duplicate");
}

/// Every step listed names an operation that the reader's role may use, for every reader and in
/// every stage.
#[tokio::test]
async fn next_steps_name_operations_of_the_reader_s_role() {
    let house = House::build().await;
    let mut seen = 0;
    for (who, role) in [
        (BRANCH, Role::BranchCommittee),
        ("branch-03", Role::BranchCommittee),
        ("office", Role::PartyOffice),
        ("standing", Role::StandingCommittee),
    ] {
        for person in house.read(who, "candidates?limit=200").await.ids() {
            let steps = format!("candidates/{person}/next-steps");
            for step in house.read(who, &steps).await.body["steps"].list() {
                let path = step["path"].text();
                let method = if step["operation"] == "change_candidate" {
                    "patch"
                } else {
                    "post"
                };
                let (_, known) = operation(path, method).unwrap_or_else(|| panic!("{path}"));
                let roles = known["x-roles"].list().iter();
                let mut roles = roles.filter_map(|of| of["role"].as_str());
                assert!(roles.any(|of| of == role.wire()), "{who}: {step}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

/// After three failed votes on the recognition, the branch reports and the competent committee
/// decides.
#[tokio::test]
async fn what_follows_three_failed_votes_is_a_step_with_its_day() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-07-01");
    shows!(step(&way, BRANCH, "class_enrolment").await.unwrap(), {"possible": false});
    way.waived("new_member_class", "2022-05-04").await;
    assert!(step(&way, BRANCH, "class_enrolment").await.is_none());
    way.reviewed().await;
    assert!(step(&way, BRANCH, "vote_report").await.is_none());
    for on in ["2022-05-06", "2022-05-13", "2022-05-20"] {
        let vote = ballot("recognition", "branch", on, 9);
        way.does(BRANCH, "resolutions", vote).await;
    }
    shows!(step(&way, BRANCH, "vote_report").await.unwrap(), {
        "possible": true, "due_on": "2022-05-20", "operation": "create_problem_report"
    });
    let decided = step(&way, "upper", "recognition").await.unwrap();
    assert_eq!(decided["due_on"], "2022-05-20");
}

/// How long a former member waits follows from the regulation of the day.
#[tokio::test]
async fn a_former_member_is_told_when_a_new_attempt_is_possible() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2021-09-01");
    let exit = json!({"on": "2021-08-20", "kind": "withdrawn", "reason": "thử", "body": "upper_standing_committee",
        "decision_number": "9-QĐ", "ground": "resigned_family_hardship"});
    way.does("office", "exits", exit).await;
    let told = step(&way, BRANCH, "readmission").await.unwrap();
    shows!(told, {"possible": false, "earliest_on": "2024-08-20"});
}

/// A nomination rests on its introducer being an active member on the date of the paper.
#[tokio::test]
async fn a_nomination_rests_on_its_introducer_being_an_active_member() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let who = house
        .create("office", "members", crate::register::hanh_dung())
        .await
        .id();
    let new = json!({"branch_id": demo("0b", 1, 0), "full_name": "Vàng Thị Mới", "sex": "female", "birth_date": "1990-02-03",
        "youth_union_member": false, "trade_union_member": true, "paper_number": "41-GT", "paper_on": "2021-02-10",
        "introducer_member_id": who});
    let made = house.create("branch-01", "nominations", new).await;
    let person = made.body["candidate_id"].as_str().unwrap().to_owned();
    for (what, body) in [
        (
            "leavings",
            json!({"on": "2021-02-01", "ground": "deceased", "paper_number": "3-TB"}),
        ),
        (
            "activity-changes",
            json!({"on": "2021-02-01", "activity": "suspended", "paper_number": "7-QĐ/ĐU"}),
        ),
    ] {
        let silent = crate::register::record(&house, &who, what, body.clone()).await;
        assert_eq!(silent.unmet(), ["nomination.introducer"], "{what}");
    }
    let said = json!({"on": "2021-02-01", "ground": "deceased", "paper_number": "3-TB", "acknowledged": true, "reason": "giấy chứng tử"});
    crate::register::record(&house, &who, "leavings", said)
        .await
        .expect(201);
    let lost = format!("deadlines?candidate_id={person}&kind=ground_lost");
    assert_eq!(house.read("branch-01", &lost).await.items().len(), 1);
}
