//! A person in the plan moves to another branch: offered, accepted, declined, withdrawn.
use serde_json::{Value, json};

use crate::branches::version;
use crate::support::{Answer, House, Plain, branch, demo, planned, shows};

async fn offer(house: &House, who: &str, candidate: &str, body: Value) -> Answer {
    house.act(who, candidate, "transfers", body).await
}

fn to(number: u32, on: &str) -> Value {
    json!({"on": on, "to_branch_id": branch(number), "reason": "chuyển công tác"})
}

/// Until the other branch accepts, it sees name, stage and day, but nothing of the file.
#[tokio::test]
async fn a_person_in_the_plan_goes_over_when_the_other_branch_accepts() {
    let house = House::build().await;
    house.travel("2021-02-10");
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    let sponsor = json!({"member_id": demo("dd", 4, 1), "from_on": "2021-01-16"});
    house
        .act("branch-04", &person, "sponsorships", sponsor)
        .await
        .expect(201);
    let file = format!("/api/v1/candidates/{person}");
    let kept = json!({"on": "2021-02-01", "action": "adjust", "minutes_number": "09-BB/CB", "reason": "lý do của chi bộ 04"});
    let kept = house
        .act("branch-04", &person, "plan-decisions", kept)
        .await;
    let kept = kept.expect(201);
    shows!(kept.body["data"], {"reason": "lý do của chi bộ 04"});
    let seen = version(&house, &file).await;
    let remarked = json!({"remarks": "điều chi bộ 04 nhận xét"});
    house.change("branch-04", &file, seen, remarked).await;

    let step = async |who: &str| {
        let steps = house.read(who, &format!("{file}/next-steps")).await;
        let mut steps = steps.body["steps"].list().iter();
        steps.find(|s| s["kind"] == "transfer").cloned()
    };
    shows!(step("branch-04").await.unwrap(), {"possible": true, "path": format!("{file}/transfers")});

    let made = offer(&house, "branch-04", &person, to(5, "2021-02-05"))
        .await
        .expect(201);
    shows!(made, {"state": "offered", "full_name": "Vàng Thị Chuyển", "stage": "in_plan", "branch_id": branch(4), "to_branch_id": branch(5), "on": "2021-02-05"});
    let path = made.location().to_owned();
    // there can be only one open offer
    offer(&house, "branch-04", &person, to(6, "2021-02-05"))
        .await
        .duplicate("/to_branch_id");
    assert!(step("branch-04").await.is_none());

    let theirs = house.read("branch-05", "transfer-offers").await;
    shows!(theirs.items()[0], {"id": made.id(), "full_name": "Vàng Thị Chuyển", "stage": "in_plan", "stage_on": "2021-01-15"});
    for (who, hidden) in [("branch-05", file.as_str()), ("branch-06", path.as_str())] {
        house.get(who, hidden).await.refused("not_found");
    }
    house
        .step("branch-04", &format!("{path}/acceptances"), 1)
        .await
        .refused("forbidden");
    house
        .step("office", &format!("{path}/acceptances"), 1)
        .await
        .refused("forbidden");
    let accepted = house
        .advance("branch-05", &format!("{path}/acceptances"), 1)
        .await;
    shows!(accepted, {"state": "accepted", "answered_on": "2021-02-10"});

    // the new branch cannot annul a plan decision of the old one
    let annul = json!({"on": "2021-02-10", "act_id": kept.id(), "reason": "ghi nhầm"});
    let refused = house.act("branch-05", &person, "annulments", annul).await;
    assert_eq!(refused.unmet(), ["correction.by"]);
    assert!(step("branch-05").await.is_some());
    // the file now belongs to the other branch, but not the old branch's remarks
    house.get("branch-04", &file).await.refused("not_found");
    let there = house.read("branch-05", &file).await;
    shows!(there, {"branch_id": branch(5), "stage": "in_plan", "remarks": null});
    assert!(!there.text.contains("nhận xét"), "{}", there.text);
    let timeline = house
        .read("branch-05", &format!("{file}/timeline?limit=200"))
        .await;
    let last = timeline.items().last().unwrap();
    shows!(last, {"kind": "transfer", "on": "2021-02-05", "role": "branch_committee"});
    assert_eq!(last["data"]["from_branch_id"], json!(branch(4)));
    let ground = format!("acts/{}", kept.id());
    for path in [&ground, &format!("{file}/plan-decisions?sort=-seq")] {
        let theirs = house.read("branch-05", path).await;
        let act = theirs.body["items"].get(0).unwrap_or(&theirs.body);
        shows!(act, {"_hidden": ["reason"]});
        shows!(act["data"], {"reason": null, "action": "adjust"});
    }
    shows!(house.read("office", &ground).await.body["data"], {"reason": "lý do của chi bộ 04"});
    assert!(!timeline.text.contains("lý do của"), "{}", timeline.text);
    // the sponsor stays in the old branch, so the new one has the duty to find another
    let duties = house
        .read(
            "branch-05",
            &format!("deadlines?candidate_id={person}&kind=sponsor_missing&state=open"),
        )
        .await;
    shows!(duties.items()[0], {"from_on": "2021-02-05", "state": "open"});
    let branches = house
        .read("office", &format!("branches/{}", branch(5)))
        .await;
    assert!(
        branches.body["without_sponsor"]
            .list()
            .contains(&json!(person)),
        "{}",
        branches.text
    );
    // the person can only go back by another transfer, dated after this one
    offer(&house, "branch-05", &person, to(4, "2021-02-05"))
        .await
        .expect(422)
        .rules()
        .iter()
        .find(|rule| **rule == "transfer.day")
        .unwrap();
    let act = last["id"].text();
    let annul = json!({"on": "2021-02-10", "act_id": act, "reason": "nhầm"});
    let refused = house.act("branch-05", &person, "annulments", annul).await;
    assert!(refused.unmet().contains(&"correction.kind".to_owned()));
    offer(&house, "branch-05", &person, to(4, "2021-02-06"))
        .await
        .expect(201);
    // but it can annul what it recorded itself, whatever the day
    let note = json!({"on": "2021-01-20", "member_id": demo("dd", 4, 1), "assessment": "good"});
    let note = house.act("branch-05", &person, "sponsor-notes", note).await;
    let slip = json!({"on": "2021-02-10", "act_id": note.expect(201).id(), "reason": "ghi nhầm"});
    house
        .act("branch-05", &person, "annulments", slip)
        .await
        .expect(201);
}

/// An offer that is declined or withdrawn leaves the file where it is.
#[tokio::test]
async fn an_offer_is_declined_or_withdrawn_and_the_file_stays() {
    let house = House::build().await;
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    let file = format!("/api/v1/candidates/{person}");
    let made = offer(&house, "branch-04", &person, to(5, "2021-01-15"))
        .await
        .expect(201);
    let path = made.location().to_owned();
    let why = json!({"reason": "chưa có người kèm cặp"});
    house
        .step_with("branch-04", &format!("{path}/refusals"), 1, why.clone())
        .await
        .refused("forbidden");
    let declined = house
        .advance_with("branch-05", &format!("{path}/refusals"), 1, why.clone())
        .await;
    shows!(declined, {"state": "declined", "full_name": null, "stage": null, "answer_reason": "chưa có người kèm cặp"});
    for step in ["acceptances", "refusals"] {
        let body = if step == "refusals" {
            Some(why.clone())
        } else {
            None
        };
        let path = format!("{path}/{step}");
        let answer = match body {
            Some(body) => house.step_with("branch-05", &path, 2, body).await,
            None => house.step("branch-05", &path, 2).await,
        };
        answer.refused("invalid_transition");
    }
    let made = offer(&house, "branch-04", &person, to(6, "2021-01-15"))
        .await
        .expect(201);
    let path = made.location().to_owned();
    house
        .step_with("branch-06", &format!("{path}/withdrawals"), 1, why.clone())
        .await
        .expect(403);
    let withdrawn = house
        .advance_with("branch-04", &format!("{path}/withdrawals"), 1, why.clone())
        .await;
    shows!(withdrawn, {"state": "withdrawn", "full_name": "Vàng Thị Chuyển"});
    house
        .step_with("branch-04", &format!("{path}/withdrawals"), 2, why)
        .await
        .refused("invalid_transition");
    house
        .step("branch-06", &format!("{path}/acceptances"), 2)
        .await
        .refused("invalid_transition");
    shows!(house.read("branch-04", &file).await, {"branch_id": branch(4)});
}

/// An offer cannot be accepted if the branch has decided about the person on a later day.
#[tokio::test]
async fn an_offer_is_not_accepted_behind_a_later_decision_of_the_branch() {
    let house = House::build().await;
    house.travel("2021-02-10");
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    let made = offer(&house, "branch-04", &person, to(5, "2021-02-05")).await;
    let later = json!({"on": "2021-02-08", "action": "adjust", "minutes_number": "09-BB/CB", "reason": "bổ sung"});
    house
        .record("branch-04", &person, "plan-decisions", later)
        .await;
    let accept = format!("{}/acceptances", made.expect(201).location());
    let refused = house.step("branch-05", &accept, 1).await.unmet();
    assert!(refused.contains(&"transfer.day".to_owned()), "{refused:?}");
}

/// Refused: an unknown branch, a future day, and a person who is not in the plan.
#[tokio::test]
async fn a_transfer_is_refused_for_what_it_says() {
    let house = House::build().await;
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    let nobody = json!({"on": "2021-01-15", "to_branch_id": crate::support::NOBODY});
    offer(&house, "branch-04", &person, nobody)
        .await
        .invalid(&["/to_branch_id"]);
    offer(&house, "branch-04", &person, to(4, "2021-01-15"))
        .await
        .invalid(&["/to_branch_id"]);
    for (day, rule) in [
        ("2021-01-16", "act.not_in_future"),
        ("2021-01-14", "act.order"),
    ] {
        let refused = offer(&house, "branch-04", &person, to(5, day)).await;
        assert_eq!(refused.unmet(), [rule], "{day}");
    }
    let wrong = json!({"on": "2021-01-15", "to_branch_id": branch(5), "from_branch_id": branch(6)});
    let refused = offer(&house, "branch-04", &person, wrong).await;
    assert_eq!(refused.unmet(), ["transfer.branches"]);
    let nominated = crate::support::candidate(&house, 4, "Vàng Thị Mới").await;
    let refused = offer(&house, "branch-04", &nominated, to(5, "2021-01-15")).await;
    assert_eq!(refused.unmet(), ["act.stage"]);
    // a branch can only offer its own people
    offer(&house, "branch-06", &person, to(5, "2021-01-15"))
        .await
        .refused("not_found");
}

/// An offer ends with the candidacy.
#[tokio::test]
async fn an_offer_ends_with_the_candidacy() {
    let house = House::build().await;
    house.travel("2021-02-10");
    let person = planned(&house, 4, "Vàng Thị Thôi").await;
    let made = offer(&house, "branch-04", &person, to(5, "2021-02-05"))
        .await
        .expect(201);
    let path = made.location().to_owned();
    let left = json!({"on": "2021-02-09", "kind": "withdrawn", "reason": "thôi"});
    house.record("branch-04", &person, "exits", left).await;
    let seen = house.read("branch-05", &path).await;
    shows!(seen, {"state": "withdrawn", "answered_on": "2021-02-09"});
    house
        .step("branch-05", &format!("{path}/acceptances"), seen.version())
        .await
        .refused("invalid_transition");
}

/// A person cannot be handed over to a branch before it was founded.
#[tokio::test]
async fn a_person_is_not_handed_over_to_a_branch_before_its_founding() {
    let house = House::build().await;
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    let new = json!({"number": "31", "name": "Chi bộ mới", "kind": "clinical", "founded_on": "2021-02-01", "non_member_count": 0, "previous_term_admissions": 0});
    house.travel("2021-02-10");
    let new = house.create("office", "branches", new).await.id();
    let to = |on: &str| json!({"on": on, "to_branch_id": new, "reason": "chuyển công tác"});
    let early = offer(&house, "branch-04", &person, to("2021-01-31")).await;
    let early = early.invalid(&["/on"]);
    assert_eq!(early.body["errors"][0]["code"], "before_founding");
    offer(&house, "branch-04", &person, to("2021-02-01"))
        .await
        .expect(201);
}

/// A branch to which a person was handed over must have existed on that day, and can let the person
/// go only on a later one.
#[tokio::test]
async fn a_branch_to_which_a_person_was_handed_over_existed_then() {
    let house = House::build().await;
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    house.travel("2021-03-10");
    let offered = offer(&house, "branch-04", &person, to(5, "2021-02-01")).await;
    let offered = format!("{}/acceptances", offered.expect(201).location());
    house.advance("branch-05", &offered, 1).await;
    let fifth = format!("branches/{}", branch(5));
    let seen = async || house.read("office", &fifth).await.version();
    let founded = json!({"founded_on": "2021-02-02"});
    let late = house.patch("office", &fifth, seen().await, founded).await;
    let late = late.invalid(&["/founded_on"]);
    assert_eq!(late.body["errors"][0]["code"], "after_first_record");

    let split = |on: &str| {
        json!({"number": "05B", "name": "Chi bộ Khối B", "kind": "clinical", "on": on, "paper_number": "22-QĐ/ĐU",
            "member_ids": [], "candidate_ids": [person], "department_ids": [], "non_member_count": 0})
    };
    let path = format!("{fifth}/closures");
    let merge =
        json!({"on": "2021-01-31", "paper_number": "22-QĐ/ĐU", "into_branch_id": branch(6)});
    let early = house.step_with("office", &path, seen().await, merge).await;
    let early = early.invalid(&["/on"]);
    assert_eq!(early.body["errors"][0]["code"], "before_last_record");
    let path = format!("{fifth}/splits");
    let early = house
        .step_with("office", &path, seen().await, split("2021-02-01"))
        .await;
    let early = early.invalid(&["/candidate_ids/0"]);
    assert_eq!(early.body["errors"][0]["code"], "out_of_range");
    house
        .step_with("office", &path, seen().await, split("2021-02-02"))
        .await
        .expect(201);
}

/// A person who came with a merger cannot leave by a split before it.
#[tokio::test]
async fn a_split_before_the_merger_that_brought_a_person_says_so() {
    let house = House::build().await;
    let person = planned(&house, 9, "Vàng Thị Chuyển").await;
    house.travel("2021-03-10");
    let seen = async |n: u32| {
        house
            .read("office", &format!("branches/{}", branch(n)))
            .await
    };
    let merge =
        json!({"on": "2021-02-09", "paper_number": "22-QĐ/ĐU", "into_branch_id": branch(10)});
    let path = format!("branches/{}/closures", branch(9));
    let merged = house.step_with("office", &path, seen(9).await.version(), merge);
    merged.await.expect(200);
    let split = |on: &str| {
        json!({"number": "10B", "name": "Chi bộ Khối B", "kind": "clinical", "on": on, "paper_number": "23-QĐ/ĐU",
            "member_ids": [], "candidate_ids": [person], "department_ids": [], "non_member_count": 0})
    };
    let path = format!("branches/{}/splits", branch(10));
    let version = seen(10).await.version();
    let early = house.step_with("office", &path, version, split("2021-02-10"));
    let early = early.await;
    let early = early.invalid(&["/on"]);
    assert_eq!(early.body["errors"][0]["code"], "before_last_move");
    let split = house.step_with("office", &path, version, split("2021-02-11"));
    split.await.expect(201);
}
