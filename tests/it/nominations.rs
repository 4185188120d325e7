//! Nominations.
use serde_json::{Value, json};

use crate::support::{House, NOBODY, branch, demo, person, same_when_read, shows, with};

/// The name and birth date of candidate 4 of branch 04.
async fn known(house: &House) -> (String, String) {
    let sql = "select full_name, birth_date::text from candidate where id = $1::text::uuid";
    let row = house
        .owner()
        .await
        .query_one(sql, &[&demo("ca", 4, 4)])
        .await
        .unwrap();
    (row.get(0), row.get(1))
}

/// A person whom the youth union may nominate.
fn youth(patch: Value) -> Value {
    let person = person(1, "Hồ Thị Điều Kiện", "9-NQ/ĐTN");
    with(&with(&person, json!({"youth_union_member": true})), patch)
}

#[tokio::test]
async fn a_nomination_is_refused_for_each_unmet_requirement_and_for_all_together() {
    let house = House::build().await;
    let (name, birth) = known(&house).await;
    for (patch, unmet) in [
        (
            json!({"youth_union_member": false}),
            &["nomination.own_member"][..],
        ),
        (
            json!({"full_name": name.to_uppercase(), "birth_date": birth}),
            &["nomination.no_open_candidacy"],
        ),
        (
            json!({"paper_on": "2021-01-16"}),
            &["nomination.paper.dated"],
        ),
        (
            json!({"youth_union_member": false, "full_name": name, "birth_date": birth, "paper_on": "2021-01-16"}),
            // whether the person is already known is only checked when nothing else is wrong
            &["nomination.own_member", "nomination.paper.dated"],
        ),
    ] {
        let refused = house
            .post("youth", "nominations", youth(patch))
            .await
            .refused("requirements_unmet");
        assert_eq!(refused.rules(), unmet);
        assert!(
            !refused.text.contains(&branch(4)),
            "the answer says nothing of the other row"
        );
    }
}

/// The same name with another birth date is another person.
#[tokio::test]
async fn a_nomination_may_be_of_the_day_itself_and_of_a_namesake() {
    let house = House::build().await;
    let (name, _) = known(&house).await;
    house
        .create(
            "youth",
            "nominations",
            youth(json!({"full_name": name, "paper_on": "2021-01-15"})),
        )
        .await;
}

#[tokio::test]
async fn a_nomination_names_a_branch_within_reach_and_is_not_the_office_s() {
    let house = House::build().await;
    let by_member = json!({"introducer_member_id": demo("dd", 1, 4)});
    house
        .post("branch-02", "nominations", youth(by_member))
        .await
        .invalid(&["/branch_id"]);
    house
        .post(
            "youth",
            "nominations",
            youth(json!({"branch_id": NOBODY, "department_id": NOBODY})),
        )
        .await
        .invalid(&["/branch_id", "/department_id"]);
    for who in ["office", "standing", "admin"] {
        house
            .post(who, "nominations", youth(json!({})))
            .await
            .refused("forbidden");
    }
}

#[tokio::test]
async fn a_pending_nomination_is_corrected_by_its_own_introducer() {
    let house = House::build().await;
    let made = house
        .create("union", "nominations", person(1, "Hồ Thị Sửa", "5-NQ/CĐ"))
        .await;
    let path = same_when_read(&house, "union", &made).await;
    house
        .patch("youth", &path, 1, json!({"reason": "x"}))
        .await
        .refused("not_found");
    house.delete("youth", &path, 1).await.refused("not_found");
    house
        .patch("branch-01", &path, 1, json!({"reason": "x"}))
        .await
        .refused("forbidden");
    house
        .delete("branch-01", &path, 1)
        .await
        .refused("forbidden");
    house
        .patch("union", &path, 1, json!({"paper_on": "2021-01-16"}))
        .await
        .invalid(&["/paper_on"]);
    house
        .patch("union", &path, 1, json!({"outcome": "accepted"}))
        .await
        .invalid(&["/outcome"]);
    let corrected = house
        .change("union", &path, 1, json!({"paper_number": "6-NQ/CĐ"}))
        .await;
    assert_eq!(
        (corrected.version(), &corrected.body["paper_number"]),
        (2, &json!("6-NQ/CĐ"))
    );
    // a paper may name several people, but has only one date
    let mut other_day = person(2, "Hồ Thị Khác", "6-NQ/CĐ");
    other_day["paper_on"] = "2021-01-11".into();
    house
        .post("union", "nominations", other_day.clone())
        .await
        .duplicate("/paper_number");
    other_day["paper_number"] = "7-NQ/CĐ".into();
    let other = house.create("union", "nominations", other_day).await;
    house
        .patch(
            "union",
            other.location(),
            1,
            json!({"paper_number": "6-NQ/CĐ"}),
        )
        .await
        .duplicate("/paper_number");
}

#[tokio::test]
async fn a_pending_nomination_is_withdrawn_by_its_own_introducer() {
    let house = House::build().await;
    let body = person(1, "Hồ Thị Sửa", "6-NQ/CĐ");
    let path = house
        .create("union", "nominations", body)
        .await
        .location()
        .to_owned();
    house.remove("union", &path, 1).await;
    let gone = house.read("union", &path).await;
    assert_eq!(
        [
            &gone.body["outcome"],
            &gone.body["stage"],
            &gone.body["outcome_on"]
        ],
        ["withdrawn", "withdrawn", "2021-01-15"]
    );
    house
        .delete("union", &path, 2)
        .await
        .refused("invalid_transition");
    house
        .patch("union", &path, 2, json!({"reason": "x"}))
        .await
        .refused("invalid_transition");
    house
        .create("union", "nominations", person(1, "Hồ Thị Sửa", "6-NQ/CĐ"))
        .await;
}

#[tokio::test]
async fn an_accepted_nomination_is_neither_corrected_nor_withdrawn() {
    let house = House::build().await;
    let made = house
        .create("union", "nominations", person(1, "Hồ Thị Nhận", "7-NQ/CĐ"))
        .await;
    house
        .owner()
        .await
        .execute(
            "update nomination set outcome = 'accepted' where id = $1::text::uuid",
            &[&made.id()],
        )
        .await
        .unwrap();
    let path = made.location();
    house
        .patch("union", path, 1, json!({"reason": "x"}))
        .await
        .refused("invalid_transition");
    house
        .delete("union", path, 1)
        .await
        .refused("invalid_transition");
}

#[tokio::test]
async fn a_member_introduces_through_the_branch_and_a_union_for_itself() {
    let house = House::build().await;
    house
        .post("branch-01", "nominations", youth(json!({})))
        .await
        .invalid(&["/introducer_member_id"]);
    house
        .post(
            "youth",
            "nominations",
            youth(json!({"introducer_member_id": demo("dd", 1, 4)})),
        )
        .await
        .invalid(&["/introducer_member_id"]);
    let by_member = json!({"introducer_member_id": demo("dd", 1, 4)});
    let made = house
        .create("branch-01", "nominations", youth(by_member.clone()))
        .await;
    assert_eq!(
        (
            &made.body["introduced_by"],
            &made.body["introducer_member_id"]
        ),
        (&json!("member"), &by_member["introducer_member_id"])
    );
    let introducer = format!("/api/v1/members/{}", demo("dd", 1, 4));
    let introducer = house.get("branch-01", &introducer).await;
    assert!(introducer.body["full_name"].is_string());
    assert_eq!(made.body["introducer_name"], introducer.body["full_name"]);
    same_when_read(&house, "branch-01", &made).await;
}

#[tokio::test]
async fn the_introducing_member_is_official_on_the_day_of_the_paper() {
    let house = House::build().await;
    for (member, able) in [(15, false), (4, true)] {
        let body = with(
            &person(1, "Lý Thị Giới Thiệu", "9-GT"),
            json!({"introducer_member_id": demo("dd", 1, member)}),
        );
        let answer = house.post("branch-01", "nominations", body).await;
        let named = answer.rules().contains(&"nomination.introducer");
        assert_eq!(named, !able, "{}", answer.text);
    }
}

/// A person whose attempt in branch 01 ended on 10 February 2021.
async fn removed(house: &House) -> String {
    let first = house
        .create(
            "branch-01",
            "nominations",
            by_a_member("01-GT", "2021-01-12"),
        )
        .await;
    let person = first.body["candidate_id"].as_str().unwrap().to_owned();
    let removed =
        json!({"on": "2021-02-10", "action": "remove", "minutes_number": "1", "reason": "thử"});
    house
        .act("branch-01", &person, "plan-decisions", removed)
        .await
        .expect(201);
    person
}

/// A new attempt cannot begin before the earlier one has ended.
#[tokio::test]
async fn a_second_nomination_is_not_older_than_the_end_of_the_first() {
    let house = House::build().await;
    house.travel("2021-03-01");
    let person = removed(&house).await;
    let early = by_a_member("02-GT", "2021-02-09");
    house
        .post("branch-01", "nominations", early)
        .await
        .invalid(&["/paper_on"]);
    // a union is told neither about the earlier attempt nor when it ended
    let by_union =
        json!({"introducer_member_id": null, "paper_number": "03-NQ", "paper_on": "2021-02-09"});
    let by_union = with(&by_a_member("02-GT", "2021-02-09"), by_union);
    let refused = house.post("union", "nominations", by_union).await;
    assert_eq!(refused.unmet(), ["nomination.no_open_candidacy"]);
    // the same holds for a readmission
    let path = format!("candidates/{person}");
    let seen = house.read("office", &path).await.version();
    let again =
        json!({"on": "2021-02-09", "paper_number": "1", "by": "member", "earlier_readmissions": 0});
    let readmission = format!("/api/v1/{path}/readmission");
    house
        .step_with("branch-01", &readmission, seen, again)
        .await
        .invalid(&["/on"]);
    let second = house
        .create(
            "branch-01",
            "nominations",
            by_a_member("02-GT", "2021-02-10"),
        )
        .await;
    let now = second.body["candidate_id"].as_str().unwrap();
    assert_eq!(
        house
            .read("branch-01", &format!("candidates/{now}"))
            .await
            .body["previous_id"],
        person.as_str()
    );
    // nor can the paper of the new attempt be redated to before that
    let earlier = json!({"paper_on": "2021-02-09"});
    house
        .patch("branch-01", second.location(), 1, earlier)
        .await
        .invalid(&["/paper_on"]);
}

fn by_a_member(number: &str, on: &str) -> serde_json::Value {
    let member =
        json!({"introducer_member_id": demo("dd", 1, 7), "paper_number": number, "paper_on": on});
    with(&person(1, "Nguyễn Thị Lần Hai", number), member)
}

#[tokio::test]
async fn a_paper_s_number_is_one_number_whatever_its_spaces_and_capitals() {
    let house = House::build().await;
    let first = person(1, "Hồ Thị Văn", "77-NQ/CĐ");
    house.create("union", "nominations", first).await;
    let again = with(
        &person(1, "Hồ Thị Thư", "77 - nq/cđ"),
        json!({"paper_on": "2021-01-11"}),
    );
    let refused = house.post("union", "nominations", again).await;
    refused.duplicate("/paper_number");
}

#[tokio::test]
async fn a_person_is_the_same_whatever_stands_between_the_words_of_the_name() {
    let house = House::build().await;
    house
        .create("union", "nominations", person(1, "Hồ Thị Văn", "1-NQ/CĐ"))
        .await;
    for name in ["Hồ Thị-Văn", "Hồ Thị Văn.", "hồ thị  văn -", "Hồ' Thị Văn"] {
        let refused = house.post("union", "nominations", person(1, name, "1-NQ/CĐ"));
        let refused = refused.await.refused("requirements_unmet");
        assert_eq!(refused.rules(), ["nomination.no_open_candidacy"], "{name}");
    }
}

#[tokio::test]
async fn nobody_nominates_the_dead() {
    let house = House::build().await;
    let made = house
        .create("union", "nominations", person(1, "Hồ Thị Văn", "1-NQ/CĐ"))
        .await;
    let id = made.body["candidate_id"].as_str().unwrap().to_owned();
    let exit = json!({"on": "2021-01-13", "kind": "deceased", "reason": "từ trần"});
    house.record("branch-01", &id, "exits", exit).await;
    let back =
        json!({"on": "2021-01-14", "paper_number": "1", "by": "member", "earlier_readmissions": 0});
    let refused = house.act("branch-01", &id, "readmission", back).await;
    let refused = refused.refused("invalid_transition");
    assert_eq!(refused.body["detail"], "The person has died.");
    let again = with(
        &person(1, "Hồ Thị Văn", "2-NQ/CĐ"),
        json!({"paper_on": "2021-01-14"}),
    );
    let refused = house.post("union", "nominations", again.clone()).await;
    assert_eq!(
        refused.refused("requirements_unmet").rules(),
        ["nomination.no_open_candidacy"]
    );
    let namesake = with(
        &again,
        json!({"namesake_reason": "Người khác trùng họ tên, ngày sinh"}),
    );
    let other = house.create("union", "nominations", namesake).await;
    let path = format!(
        "candidates/{}",
        other.body["candidate_id"].as_str().unwrap()
    );
    assert_eq!(
        house.read("branch-01", &path).await.body["previous_id"],
        Value::Null
    );
}

#[tokio::test]
async fn a_corrected_paper_needs_an_introducer_of_its_day_too() {
    let house = House::build().await;
    let introducer = demo("dd", 1, 14);
    let by_member = with(
        &person(1, "Hồ Thị Văn", "1-GT"),
        json!({"introducer_member_id": introducer, "paper_on": "2021-01-12"}),
    );
    let made = house.create("branch-01", "nominations", by_member).await;
    // a day before the introducer joined the Party
    let early = json!({"paper_on": "2010-02-01"});
    let refused = house.patch("branch-01", made.location(), 1, early).await;
    let refused = refused.refused("requirements_unmet");
    assert!(refused.rules().contains(&"nomination.introducer"));
}

/// A nomination whose candidacy ended is pending again if that end is annulled. Only the union's
/// own withdrawal is final.
#[tokio::test]
async fn a_nomination_is_pending_again_when_the_end_is_annulled() {
    let house = House::build().await;
    let body = person(1, "Hồ Thị Trở Lại", "16-NQ/CĐ");
    let made = house.create("union", "nominations", body).await;
    let (path, id) = (made.location(), made.body["candidate_id"].as_str().unwrap());
    let died = json!({"on": "2021-01-13", "kind": "deceased", "reason": "nhầm"});
    let exit = house.record("branch-01", id, "exits", died).await.id();
    let seen = house.read("union", path).await;
    shows!(seen, {"outcome": "withdrawn", "outcome_on": "2021-01-13"});
    // a corrected end changes the day of the outcome
    let corrected =
        json!({"on": "2021-01-14", "kind": "deceased", "reason": "nhầm", "corrects": exit});
    let exit = house.record("branch-01", id, "exits", corrected).await.id();
    shows!(house.read("union", path).await, {"outcome_on": "2021-01-14"});
    let annulment = json!({"on": "2021-01-15", "act_id": exit, "reason": "nhầm người"});
    house.record("branch-01", id, "annulments", annulment).await;
    let seen = house.read("union", path).await;
    shows!(seen, {"outcome": "pending", "outcome_on": null});
    house.adopt("branch-01", id).await;
    shows!(house.read("union", path).await, {"outcome": "accepted"});
}

/// A caller who cannot see the earlier attempt is told neither that it exists nor when it ended,
/// and each hit counts towards a small limit.
#[tokio::test]
async fn the_end_of_an_earlier_attempt_elsewhere_is_not_told() {
    let house = House::build().await;
    house.travel("2021-03-01");
    removed(&house).await;
    let elsewhere = |on: &str| {
        let by = json!({"branch_id": branch(4), "introducer_member_id": demo("dd", 4, 6), "paper_on": on});
        with(&by_a_member("02-GT", on), by)
    };
    let hits = "select count(*) from access_entry where resource = 'known_person'";
    let early = house.post("branch-04", "nominations", elsewhere("2021-02-09"));
    assert_eq!(early.await.unmet(), ["nomination.no_open_candidacy"]);
    assert_eq!(house.count(hits).await, 1);
    let made = house
        .create("branch-04", "nominations", elsewhere("2021-02-10"))
        .await;
    let moved = json!({"paper_on": "2021-02-09"});
    let moved = house.patch("branch-04", made.location(), 1, moved).await;
    assert_eq!(moved.unmet(), ["nomination.no_open_candidacy"]);
    assert_eq!(house.count(hits).await, 2);
}

/// A confirmed namesake is a different person: neither one's attempts affect the other's.
#[tokio::test]
async fn a_namesake_has_no_part_in_the_other_ones_history() {
    let house = House::build().await;
    house.travel("2021-03-01");
    let first = removed(&house).await;
    let other = json!({"namesake_reason": "người khác, cùng tên và ngày sinh"});
    let other = with(&by_a_member("02-GT", "2021-02-09"), other);
    let other = house.create("branch-01", "nominations", other).await;
    let path = format!(
        "candidates/{}",
        other.body["candidate_id"].as_str().unwrap()
    );
    let seen = house.read("branch-01", &path).await;
    assert_eq!(seen.body["previous_id"], Value::Null);
    let again =
        json!({"on": "2021-02-20", "paper_number": "1", "by": "member", "earlier_readmissions": 0});
    let readmission = format!("/api/v1/candidates/{first}/readmission");
    let version = house
        .read("branch-01", &format!("candidates/{first}"))
        .await
        .version();
    let waits = house.step_with("branch-01", &readmission, version, again.clone());
    waits.await.refused("duplicate");
    let confirmed = format!("/api/v1/{path}/namesake-confirmations");
    house.advance("standing", &confirmed, seen.version()).await;
    house
        .step_with("branch-01", &readmission, version, again)
        .await
        .expect(201);
}

/// The attempts of one person never overlap, even if they are recorded in another order.
#[tokio::test]
async fn no_attempt_begins_before_an_earlier_one_has_ended() {
    let house = House::build().await;
    house.travel("2021-06-01");
    let again = |branch: u32, paper: &str, on: &str| {
        let again = person(branch, "Vàng Thị Lần", paper);
        with(&again, json!({"paper_on": on}))
    };
    let first = house
        .create("union", "nominations", again(4, "01-NQ", "2021-01-12"))
        .await;
    let id = first.body["candidate_id"].as_str().unwrap().to_owned();
    house.adopt("branch-04", &id).await;
    let removed = |on: &str, corrects: &Value| json!({"on": on, "action": "remove", "minutes_number": "3-BB", "reason": "không còn nhu cầu", "corrects": corrects});
    let act = house
        .act(
            "branch-04",
            &id,
            "plan-decisions",
            removed("2021-03-01", &Value::Null),
        )
        .await
        .expect(201);
    let second = house
        .create("union", "nominations", again(5, "02-NQ", "2021-04-01"))
        .await;
    // nor can the end of an attempt be moved into the next one
    let later = removed("2021-05-01", &act.body["id"]);
    let later = house.act("branch-04", &id, "plan-decisions", later).await;
    later.invalid(&["/on"]);
    house.remove("union", second.location(), 1).await;
    let early = house
        .post("union", "nominations", again(6, "03-NQ", "2021-02-01"))
        .await;
    assert_eq!(early.unmet(), ["nomination.no_open_candidacy"]);
    house
        .create("union", "nominations", again(6, "03-NQ", "2021-03-01"))
        .await;
}
