//! Each person has one row: look-alike names, impossible dates, and changes that are judged like
//! creations.
use reqwest::Method;
use serde_json::{Value, json};

use crate::procedure::{Way, ballot};
use crate::support::{Answer, House, Plain, demo, person, shows};

fn rules(answer: &Answer) -> Vec<&str> {
    let all = answer.body["requirements"].as_array();
    all.into_iter()
        .flatten()
        .filter_map(|r| r["rule"].as_str())
        .collect()
}

async fn nominate(house: &House, name: &str, paper: &str) -> Answer {
    let body = person(1, name, paper);
    house.post("union", "nominations", body).await
}

fn member(changes: &Value) -> Value {
    let mut body = json!({"branch_id": demo("0b", 1, 0), "full_name": "Lò Thị Hạnh Dung", "sex": "female", "birth_date": "1988-04-12",
        "status": "official", "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"});
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// T-33
#[tokio::test]
async fn t33_invisible_characters_do_not_make_one_person_two() {
    let house = House::build().await;
    nominate(&house, "Hoàng Thị Thu Cúc", "1-NQ/CĐ")
        .await
        .expect(201);
    for twin in [
        "Hoàng Thị Thu Cúc\u{200B}",
        "\u{FEFF}Hoàng Thị Thu Cúc",
        "Hoàng\u{A0}Thị Thu Cu\u{301}c",
        "hoang thi thu cuc",
    ] {
        let answer = nominate(&house, twin, "2-NQ/CĐ").await.expect(422);
        assert_eq!(rules(&answer), ["nomination.no_open_candidacy"], "{twin:?}");
    }
    // control: another name with the same birth date is another person
    nominate(&house, "Hoàng Thị Thu Cảnh", "2-NQ/CĐ")
        .await
        .expect(201);
}

#[tokio::test]
async fn a_name_needs_a_letter_and_takes_no_look_alike() {
    let house = House::build().await;
    for name in [
        "—",
        "...",
        "🙂",
        "\u{200B}",
        "Ho\u{430}ng Thị Thu",
        "Thu\u{3164}",
        "Thu\u{E000}",
        "Thu\u{202E}Mai",
        "Thu\u{2800}",
        "Thu\u{E0041}",
        "Thu\u{FFFF}",
        "123",
        "Hoàng \u{410}nh",
    ] {
        let answer = nominate(&house, name, "3-NQ/CĐ").await;
        let answer = answer.refused("validation_failed");
        assert_eq!(answer.faults(), ["/full_name"], "{name:?}");
    }
    let made = nominate(&house, "Hoàng Thị Thu", "4-NQ/CĐ")
        .await
        .expect(201);
    let path = format!("/api/v1/candidates/{}", made.body["candidate_id"].text());
    let version = house.read("branch-01", &path).await.version();
    let changed = house
        .patch("branch-01", &path, version, json!({"full_name": "..."}))
        .await;
    assert_eq!(changed.expect(422).faults(), ["/full_name"]);
}

#[tokio::test]
async fn a_birth_date_that_cannot_be_is_refused_and_told_why() {
    let house = House::build().await;
    for (birth, paper_on) in [
        ("2030-01-01", "2021-01-12"),
        ("2015-01-01", "2021-01-12"),
        ("1990-02-03", "1985-01-01"),
    ] {
        let mut body = person(1, "Hoàng Thị Thu Đào", "5-NQ/CĐ");
        body["birth_date"] = birth.into();
        body["paper_on"] = paper_on.into();
        let answer = house.post("union", "nominations", body).await.expect(422);
        assert_eq!(rules(&answer), ["nomination.age"], "{birth} {paper_on}");
    }
    let mut body = person(1, "Hoàng Thị Thu Đào", "5-NQ/CĐ");
    body["birth_date"] = "1890-01-01".into();
    let answer = house.post("union", "nominations", body).await.expect(422);
    assert!(answer.text.contains("1900-01-01"), "{}", answer.text);
}

#[tokio::test]
async fn a_change_into_another_person_is_refused_as_a_creation_is() {
    let house = House::build().await;
    nominate(&house, "Hoàng Thị Thu Giang", "6-NQ/CĐ")
        .await
        .expect(201);
    let second = nominate(&house, "Hoàng Thị Thu Hà", "7-NQ/CĐ")
        .await
        .expect(201);
    let path = format!("/api/v1/candidates/{}", second.body["candidate_id"].text());
    let version = house.read("branch-01", &path).await.version();
    let twin = json!({"full_name": "Hoàng  Thị Thu Giang"});
    let answer = house
        .patch("branch-01", &path, version, twin)
        .await
        .expect(422);
    assert_eq!(rules(&answer), ["nomination.no_open_candidacy"]);
    let known = house
        .read("office", &format!("members/{}", demo("dd", 1, 1)))
        .await;
    let born: String = house
        .owner()
        .await
        .query_one(
            "select birth_date::text from member where id::text = $1",
            &[&demo("dd", 1, 1)],
        )
        .await
        .unwrap()
        .get(0);
    let twin = json!({"full_name": known.body["full_name"], "birth_date": born});
    let answer = house
        .patch("branch-01", &path, version, twin)
        .await
        .expect(422);
    assert_eq!(rules(&answer), ["nomination.no_open_candidacy"]);
    // a different spelling of her own name does not make her another person
    let own = json!({"full_name": "Hoàng Thị Thu Hạ"});
    house.change("branch-01", &path, version, own).await;
}

/// T-35: two concurrent changes that would make two candidates the same person.
#[tokio::test]
async fn of_two_changes_into_one_person_at_once_one_is_refused() {
    let house = House::build().await;
    let mut paths = Vec::new();
    for (name, paper) in [
        ("Hoàng Thị Thu Lan", "8-NQ/CĐ"),
        ("Hoàng Thị Thu Mận", "9-NQ/CĐ"),
    ] {
        let made = nominate(&house, name, paper).await.expect(201);
        paths.push(format!(
            "/api/v1/candidates/{}",
            made.body["candidate_id"].text()
        ));
    }
    let change = json!({"full_name": "Hoàng Thị Thu Nga"});
    let (one, two) = tokio::join!(
        house.patch("branch-01", &paths[0], 1, change.clone()),
        house.patch("branch-01", &paths[1], 1, change.clone()),
    );
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 422]);
}

#[tokio::test]
async fn a_new_attempt_after_a_removal_refers_to_the_one_before() {
    let house = House::build().await;
    let first = nominate(&house, "Hoàng Thị Thu Oanh", "110-NQ/CĐ")
        .await
        .expect(201);
    let first = first.body["candidate_id"].text().to_owned();
    let remove = json!({"on": "2021-01-15", "action": "remove", "minutes_number": "01-BB/CB", "reason": "chưa đạt"});
    let removed = house
        .record("branch-01", &first, "plan-decisions", remove)
        .await;
    // the new attempt begins on the day on which the earlier one ended
    let mut body = person(1, "Hoàng Thị Thu Oanh", "111-NQ/CĐ");
    body["paper_on"] = "2021-01-15".into();
    let again = house.create("union", "nominations", body).await;
    assert!(!again.text.contains(&first), "a union learns nothing of it");
    let path = format!("/api/v1/candidates/{}", again.body["candidate_id"].text());
    let seen = house.read("branch-01", &path).await;
    assert_eq!(seen.body["previous_id"], first.as_str());
    // the earlier attempt cannot be reopened while the new one exists
    let mistake = json!({"on": "2021-01-15", "act_id": removed.id(), "reason": "ghi nhầm"});
    let right = json!({"on": "2021-01-15", "action": "add", "minutes_number": "01-BB/CB", "political_standard": true, "conduct": true,
        "capacity": true, "task_performance": true, "priority_group": "department_staff", "corrects": removed.id()});
    for (kind, body) in [("annulments", mistake), ("plan-decisions", right)] {
        house
            .act("branch-01", &first, kind, body)
            .await
            .refused("duplicate");
    }
    // nor does anybody nominate the person once more under the name that the new attempt has corrected
    let corrected = json!({"full_name": "Hoàng Thị Thu Oánh"});
    house.change("branch-01", &path, 1, corrected).await;
    let mut body = person(2, "Hoàng Thị Thu Oanh", "112-NQ/CĐ");
    body["paper_on"] = "2021-01-15".into();
    let refused = house.post("union", "nominations", body).await;
    assert_eq!(refused.unmet(), ["nomination.no_open_candidacy"]);
    // and the new attempt may be called as the earlier one was
    let back = json!({"full_name": "Hoàng Thị Thu Oanh"});
    house.change("branch-01", &path, 2, back).await;
}

#[tokio::test]
async fn a_member_is_entered_once_and_with_dates_that_can_be() {
    let house = House::build().await;
    let made = house.create("office", "members", member(&json!({}))).await;
    let again = house.post("office", "members", member(&json!({}))).await;
    again.duplicate("/full_name");
    for (changes, pointers) in [
        (
            json!({"birth_date": "2030-01-01"}),
            vec!["/birth_date", "/joined_on"],
        ),
        (
            json!({"joined_on": "2099-03-03", "official_on": null, "status": "probationary"}),
            vec!["/joined_on"],
        ),
        (json!({"birth_date": "2014-08-03"}), vec!["/joined_on"]),
        (json!({"birth_date": "1997-03-04"}), vec!["/joined_on"]),
        (json!({"official_on": "2015-03-03"}), vec!["/official_on"]),
        (json!({"official_on": "2016-03-02"}), vec!["/official_on"]),
    ] {
        let mut body = member(&changes);
        body["full_name"] = "Lò Thị Hạnh Phương".into();
        let answer = house.post("office", "members", body).await;
        assert_eq!(
            answer.refused("validation_failed").faults(),
            pointers,
            "{changes}"
        );
    }
    // joining on the eighteenth birthday is allowed
    let mut body = member(&json!({"birth_date": "1997-03-03"}));
    body["full_name"] = "Lò Thị Hạnh Phương".into();
    house.create("office", "members", body).await;
    let young = house
        .patch(
            "office",
            made.location(),
            1,
            json!({"birth_date": "2000-01-01"}),
        )
        .await;
    assert_eq!(young.expect(422).faults(), ["/birth_date"]);
}

#[tokio::test]
async fn a_patch_moves_no_member_and_makes_none_official() {
    let house = House::build().await;
    let path = format!("/api/v1/members/{}", demo("dd", 1, 1));
    let before = house.read("office", &path).await;
    for (change, pointer, way) in [
        (
            json!({"branch_id": demo("0b", 2, 0)}),
            "/branch_id",
            "/transfers",
        ),
        (
            json!({"joined_on": "2001-02-03"}),
            "/joined_on",
            "POST /api/v1/members",
        ),
        (
            json!({"official_on": "2012-02-03"}),
            "/official_on",
            "POST /api/v1/members",
        ),
    ] {
        let answer = house.patch("office", &path, before.version(), change).await;
        let answer = answer.refused("validation_failed");
        assert_eq!(answer.faults(), [pointer]);
        assert!(answer.text.contains(way), "{}", answer.text);
    }
    let unchanged = house.send("office", Method::GET, &path, None, &[]).await;
    assert_eq!(unchanged.body, before.body);
    let probationary = house.read("office", "members?status=probationary").await;
    let path = format!("/api/v1/members/{}", probationary.items()[0]["id"].text());
    let version = house.read("office", &path).await.version();
    let official = json!({"status": "official", "official_on": "2020-12-02"});
    let answer = house
        .patch("office", &path, version, official)
        .await
        .expect(422);
    assert_eq!(answer.faults(), ["/status", "/official_on"]);
    assert!(answer.text.contains("/recognition"), "{}", answer.text);
}

#[tokio::test]
async fn a_day_out_of_our_time_is_told_and_breaks_nothing() {
    let house = House::build().await;
    let register = format!(
        "/api/v1/branches/{}/register?on=-262143-01-01",
        demo("0b", 1, 0)
    );
    for (path, parameter) in [
        (register.as_str(), "on"),
        ("/api/v1/reports/quality?to=-262143-01-01", "to"),
        ("/api/v1/reports/quality?from=262142-01-01", "from"),
    ] {
        let answer = house.get("office", path).await;
        assert_eq!(answer.refused("invalid_parameter").faults(), [parameter]);
    }
}

/// Only one spelling of an id is accepted in parameters and bodies, as in paths.
#[tokio::test]
async fn an_id_in_capitals_is_no_id() {
    let house = House::build().await;
    let own = demo("0b", 1, 0);
    let loud = own.to_uppercase();
    for (list, name) in [
        ("candidates", "branch_id"),
        ("candidates", "id"),
        ("outlooks", "branch_id"),
        ("outlooks", "id"),
        ("findings", "id"),
        ("annual-quotas", "branch_id"),
        ("annual-quotas", "term_id"),
        ("reports/progress", "branch_id"),
        ("reports/progress", "term_id"),
        ("reports/quality", "branch_id"),
        ("reports/reviews", "branch_id"),
    ] {
        let path = format!("/api/v1/{list}?{name}={loud}");
        let refused = house.get("office", &path).await;
        assert_eq!(
            refused.refused("invalid_parameter").faults(),
            [name],
            "{path}"
        );
    }
    house
        .get("office", &format!("/api/v1/branches/{loud}"))
        .await
        .refused("invalid_path");
    let mut body = person(1, "Hoàng Thị Thu Xuân", "22-NQ/CĐ");
    body["branch_id"] = loud.into();
    let refused = house.post("union", "/api/v1/nominations", body).await;
    assert_eq!(refused.expect(422).faults(), ["/branch_id"]);
}

#[tokio::test]
async fn one_resolution_names_several_people_and_each_branch_numbers_its_own() {
    let house = House::build().await;
    nominate(&house, "Hoàng Thị Thu Phấn", "20-NQ/CĐ")
        .await
        .expect(201);
    nominate(&house, "Hoàng Thị Thu Quỳnh", "20-NQ/CĐ")
        .await
        .expect(201);
    let mut other_day = person(1, "Hoàng Thị Thu Sen", "20-NQ/CĐ");
    other_day["paper_on"] = "2021-01-11".into();
    let answer = house.post("union", "/api/v1/nominations", other_day).await;
    assert_eq!(
        answer.expect_code(409, "duplicate").faults(),
        ["/paper_number"]
    );
    for (branch, name) in [(1, "Hoàng Thị Thu Tâm"), (2, "Hoàng Thị Thu Uyên")] {
        let mut body = person(branch, name, "21-GT");
        body["introducer_member_id"] = demo("dd", branch, 1).into();
        let who = format!("branch-0{branch}");
        house
            .post(&who, "/api/v1/nominations", body)
            .await
            .expect(201);
    }
}

#[tokio::test]
async fn what_a_vote_rests_on_is_not_patched_away() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    way.does("branch-01", "resolutions", vote).await;
    let version = way.seen().await["version"].as_i64().unwrap();
    for (change, rule) in [
        (json!({"birth_date": "2003-03-16"}), "admission.age.least"),
        (
            json!({"general_education": "primary"}),
            "admission.education",
        ),
        (json!({"general_education": null}), "admission.education"),
        (json!({"birth_date": "2015-03-16"}), "nomination.age"),
    ] {
        let answer = house
            .patch("branch-01", &way.path(""), version, change.clone())
            .await
            .expect(422);
        assert!(rules(&answer).contains(&rule), "{change}: {}", answer.text);
    }
    let harmless = json!({"general_education": "lower_secondary", "birth_date": "1990-02-04"});
    house
        .patch("branch-01", &way.path(""), version, harmless)
        .await
        .expect(200);
}

#[tokio::test]
async fn every_path_below_an_unknown_candidate_is_not_found() {
    let house = House::build().await;
    let (own, foreign) = (demo("ca", 1, 1), demo("ca", 2, 1));
    let unknown = uuid::Uuid::new_v4().to_string();
    for part in [
        "timeline",
        "resolutions",
        "decisions",
        "introductions",
        "sponsorships",
    ] {
        let path = |id: &str| format!("/api/v1/candidates/{id}/{part}");
        house.get("branch-01", &path(&own)).await.expect(200);
        for id in [&foreign, &unknown] {
            let answer = house.get("branch-01", &path(id)).await;
            answer.expect_code(404, "not_found");
        }
    }
}

/// A namesake with the same birth date is admitted if a reason is given and a second person
/// confirms it.
#[tokio::test]
async fn a_namesake_is_admitted_with_a_reason_that_somebody_else_confirms() {
    let house = crate::support::House::build().await;
    crate::support::candidate(&house, 4, "Vàng Thị Trùng").await;
    let body = crate::support::person(5, "Vàng Thị Trùng", "78-NQ");
    let refused = house
        .post("union", "/api/v1/nominations", body.clone())
        .await;
    assert_eq!(refused.unmet(), ["nomination.no_open_candidacy"]);
    let reasoned = crate::support::with(&body, json!({"namesake_reason": "khác số căn cước"}));
    let made = house.create("union", "nominations", reasoned).await;
    // the union is told nothing about the other person
    assert!(!made.text.contains("namesake"), "{}", made.text);
    let id = made.body["candidate_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/candidates/{id}");
    let add = json!({"on": "2021-01-15", "action": "add", "minutes_number": "01-BB/CB", "political_standard": true, "conduct": true,
        "capacity": true, "task_performance": true, "priority_group": "department_staff"});
    let waits = house
        .act("branch-05", &id, "plan-decisions", add.clone())
        .await;
    assert_eq!(waits.unmet(), ["nomination.namesake"]);
    let seen = house.read("office", &path).await;
    assert_eq!(seen.body["namesake_reason"], "khác số căn cước");
    let confirm = format!("{path}/namesake-confirmations");
    house
        .step("branch-05", &confirm, seen.version())
        .await
        .refused("forbidden");
    let confirmed = house.advance("standing", &confirm, seen.version()).await;
    assert_eq!(confirmed.body["namesake_confirmed_on"], "2021-01-15");
    house
        .step("office", &confirm, confirmed.version())
        .await
        .refused("invalid_transition");
    house
        .act("branch-05", &id, "plan-decisions", add)
        .await
        .expect(201);

    // the same for a change of name; whoever gave the reason cannot confirm it
    let other = crate::support::candidate(&house, 6, "Vàng Thị Khác").await;
    let path = format!("/api/v1/candidates/{other}");
    let seen = house.read("office", &path).await.version();
    let name = json!({"full_name": "Vàng Thị Trùng"});
    house
        .patch("office", &path, seen, name.clone())
        .await
        .refused("requirements_unmet");
    let name = crate::support::with(&name, json!({"namesake_reason": "khác số căn cước"}));
    let renamed = house.change("office", &path, seen, name).await;
    let confirm = format!("{path}/namesake-confirmations");
    house
        .step("office", &confirm, renamed.version())
        .await
        .refused("forbidden");
    house.advance("standing", &confirm, renamed.version()).await;
}

/// A confirmed namesake remains a different person when the other one is readmitted.
#[tokio::test]
async fn a_confirmed_namesake_stays_apart_after_the_other_is_readmitted() {
    let house = crate::support::House::build().await;
    let elder = crate::support::candidate(&house, 4, "Vàng Thị Trùng").await;
    let body = crate::support::person(5, "Vàng Thị Trùng", "78-NQ");
    let body = crate::support::with(&body, json!({"namesake_reason": "khác số căn cước"}));
    let made = house.create("union", "nominations", body).await;
    let younger = made.body["candidate_id"].as_str().unwrap().to_owned();
    let path = format!("candidates/{younger}");
    let seen = house.read("office", &path).await.version();
    let confirm = format!("{path}/namesake-confirmations");
    house.advance("standing", &confirm, seen).await;
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "tự nguyện"});
    house
        .act("branch-04", &elder, "exits", exit.clone())
        .await
        .expect(201);
    let again = json!({"on": "2021-01-15", "paper_number": "9", "by": "trade_union", "earlier_readmissions": 0});
    house
        .act("branch-04", &elder, "readmission", again.clone())
        .await
        .expect(201);
    let seen = house.read("office", &path).await.version();
    let name = json!({"full_name": "Vàng Thị TRÙNG"});
    house.change("office", &path, seen, name).await;
    for (act, body) in [("exits", exit), ("readmission", again)] {
        house
            .act("branch-05", &younger, act, body)
            .await
            .expect(201);
    }
}

/// A member's namesake is added to the register once a second person has confirmed it.
#[tokio::test]
async fn a_members_namesake_enters_the_register_by_a_second_pair_of_eyes() {
    let house = House::build().await;
    let born = json!({"branch_id": demo("0b", 4, 0), "full_name": "Vàng Thị Trùng", "birth_date": "1980-04-12", "sex": "female",
        "joined_on": "2010-03-03", "official_on": "2011-03-03", "status": "official", "activity": "active"});
    house.create("office", "members", born.clone()).await;
    let body = crate::support::with(
        &born,
        json!({"branch_id": demo("0b", 5, 0), "from_on": "2021-01-04"}),
    );
    house
        .post("office", "members", body.clone())
        .await
        .duplicate("/full_name");
    let reasoned = json!({"namesake_reason": "khác số căn cước"});
    let body = crate::support::with(&body, reasoned.clone());
    let made = house.create("office", "members", body).await;
    let path = made.location().to_owned();
    let there = async || {
        let register = format!("branches/{}/register?on=2021-01-04", demo("0b", 5, 0));
        let register = house.read("office", &register).await;
        let mut lines = register.body["items"].as_array().unwrap().iter();
        lines.any(|line| line["member_id"] == made.body["id"])
    };
    assert!(!there().await);
    // until then the new member is in no register and cannot be transferred or leave
    let transfer = json!({"branch_id": demo("0b", 6, 0), "on": "2021-01-10", "paper_number": "9"});
    let left = json!({"on": "2021-01-10", "ground": "deceased", "paper_number": "9"});
    for (way, body) in [("transfers", transfer), ("leavings", left)] {
        house
            .step_with("office", &format!("{path}/{way}"), 1, body)
            .await
            .refused("invalid_transition");
    }
    let confirm = format!("{path}/namesake-confirmations");
    house.step("office", &confirm, 1).await.refused("forbidden");
    let confirmed = house.advance("standing", &confirm, 1).await;
    assert_eq!(confirmed.body["namesake_confirmed_on"], "2021-01-15");
    assert!(there().await);
    house
        .step("standing", &confirm, confirmed.version())
        .await
        .refused("invalid_transition");
    // once confirmed they are two people, and a third namesake needs a confirmation against both
    let other = crate::support::with(
        &born,
        json!({"full_name": "Vàng Thị Khác", "branch_id": demo("0b", 6, 0)}),
    );
    let other = house.create("office", "members", other).await;
    let name = json!({"full_name": "Vàng Thị Trùng"});
    house
        .patch("office", other.location(), 1, name.clone())
        .await
        .duplicate("/full_name");
    house
        .patch("office", other.location(), 1, reasoned.clone())
        .await
        .invalid(&["/namesake_reason"]);
    let name = crate::support::with(&name, reasoned);
    let renamed = house.change("office", other.location(), 1, name).await;
    let confirm = format!("{}/namesake-confirmations", other.location());
    house.advance("standing", &confirm, renamed.version()).await;
    let spelled = json!({"full_name": "Vàng Thị TRÙNG"});
    house
        .change("office", &path, confirmed.version(), spelled)
        .await;
    // a member who waits for confirmation is not counted, prevents a merger of the branch, and can
    // be removed
    house.travel("2026-12-01");
    let own = format!("branches/{}", demo("0b", 9, 0));
    let counted = async || house.read("office", &own).await.body["official_members"].clone();
    let before = counted().await;
    let third = crate::support::with(
        &born,
        json!({"branch_id": demo("0b", 9, 0), "namesake_reason": "khác"}),
    );
    let third = house.create("office", "members", third).await;
    assert_eq!(counted().await, before);
    let seen = house.read("office", &own).await.version();
    let merged =
        json!({"on": "2026-11-30", "into_branch_id": demo("0b", 6, 0), "paper_number": "9-QĐ"});
    house
        .step_with("office", &format!("{own}/closures"), seen, merged)
        .await
        .refused("invalid_transition");
    house.remove("office", third.location(), 1).await;
}

/// A reason does not reveal whether it was needed: it is stored and waits for confirmation even if
/// there is no namesake, so it cannot be used to guess a birth date.
#[tokio::test]
async fn a_reason_against_a_namesake_tells_nothing_of_one() {
    let house = crate::support::House::build().await;
    crate::support::candidate(&house, 4, "Vàng Thị Trùng").await;
    let mut answers = Vec::new();
    for born in ["1990-02-03", "1990-02-04"] {
        let body = crate::support::person(5, "Vàng Thị Trùng", "78-NQ");
        let guess = json!({"birth_date": born, "namesake_reason": "trùng tên"});
        let body = crate::support::with(&body, guess);
        let made = house.create("union", "nominations", body).await;
        let id = made.body["candidate_id"].as_str().unwrap().to_owned();
        let seen = house.read("branch-05", &format!("candidates/{id}")).await;
        let steps = format!("candidates/{id}/next-steps");
        let steps = house.read("branch-05", &steps).await;
        let ends = |step: &&Value| step["kind"] == "exit" || step["fields"]["action"] == "remove";
        for end in steps.body["steps"].list().iter().filter(ends) {
            assert_eq!(end["possible"], true, "{end}");
        }
        let steps = steps.body["steps"].list().iter();
        let unmet = steps.flat_map(|step| step["requirements"].list().clone());
        let unmet: Vec<(Value, Value)> = unmet
            .map(|one| (one["rule"].clone(), one["met"].clone()))
            .collect();
        answers.push((seen.body["namesake_reason"].clone(), unmet));
    }
    assert_eq!(answers[0].0, "trùng tên");
    let waits = |(rule, met): &(Value, Value)| rule == "nomination.namesake" && met == false;
    assert!(answers[0].1.iter().any(waits), "{answers:?}");
    assert!(answers[0] == answers[1], "{answers:?}");
    // the same for a change to a name that nobody has
    let other = crate::support::candidate(&house, 6, "Vàng Thị Khác").await;
    let path = format!("candidates/{other}");
    let version = house.read("office", &path).await.version();
    let name = json!({"full_name": "Vàng Thị Chưa Có", "namesake_reason": "trùng tên"});
    shows!(house.change("office", &path, version, name).await, {"namesake_reason": "trùng tên"});
}

/// A citizen number belongs to one person, member or candidate. The refusal does not say whose it
/// is.
#[tokio::test]
async fn a_citizen_number_belongs_to_one_person_in_the_whole_organisation() {
    let house = crate::support::House::build().await;
    let member = json!({"branch_id": crate::support::branch(4), "full_name": "Lò Thị Mới", "sex": "female", "birth_date": "1988-04-12", "status": "official", "activity": "active",
        "joined_on": "2015-03-03", "official_on": "2016-03-03", "citizen_id": "099188000777"});
    let made = house.create("office", "members", member.clone()).await;
    assert_eq!(made.body["citizen_id"], "•••");
    let masked = house.read("branch-04", made.location()).await;
    assert_ne!(masked.body["citizen_id"], "");
    let twin = crate::support::with(
        &member,
        json!({"full_name": "Lò Thị Sau", "birth_date": "1989-04-12"}),
    );
    house
        .post("office", "/api/v1/members", twin.clone())
        .await
        .duplicate("/citizen_id");
    let short = crate::support::with(&twin, json!({"citizen_id": "123"}));
    house
        .post("office", "/api/v1/members", short)
        .await
        .invalid(&["/citizen_id"]);
    // a candidate of another branch against a member, and the other way round
    let one = crate::support::candidate(&house, 5, "Vàng Thị Số").await;
    let path = format!("/api/v1/candidates/{one}");
    let seen = house.read("office", &path).await.version();
    let taken = json!({"citizen_id": "099188000777"});
    let refused = house
        .patch("branch-05", &path, seen, taken)
        .await
        .duplicate("/citizen_id");
    assert!(!refused.text.contains("Lò"), "{}", refused.text);
    house
        .change(
            "branch-05",
            &path,
            seen,
            json!({"citizen_id": "099188000778"}),
        )
        .await;
    let crossed = crate::support::with(&twin, json!({"citizen_id": "099188000778"}));
    house
        .post("office", "/api/v1/members", crossed)
        .await
        .duplicate("/citizen_id");
    house
        .patch(
            "office",
            made.location(),
            1,
            json!({"citizen_id": "099188000778"}),
        )
        .await
        .duplicate("/citizen_id");
}

/// A refusal reveals that somebody is in the register, so each one is logged, and only a few a day
/// are possible.
#[tokio::test]
async fn who_is_in_the_register_is_not_found_out_by_the_hundred() {
    let house = House::build().await;
    let owner = house.owner().await;
    let known = "select full_name, birth_date::text from member where id = $1::text::uuid";
    let row = owner.query_one(known, &[&demo("dd", 4, 6)]).await.unwrap();
    let (name, born): (String, String) = (row.get(0), row.get(1));
    let new = json!({"branch_id": demo("0b", 2, 0), "full_name": name, "birth_date": born, "sex": "female",
        "joined_on": "2015-03-03", "status": "official", "activity": "active", "official_on": "2016-03-03"});
    let hits = "select count(*) from access_entry where resource = 'known_person'";
    for n in 1..=20 {
        house
            .post("office", "members", new.clone())
            .await
            .duplicate("/full_name");
        assert_eq!(house.count(hits).await, n);
    }
    house
        .post("office", "members", new)
        .await
        .refused("rate_limited");
}
