//! The evidence of recorded acts does not change unnoticed. A change that takes the ground from an
//! act is refused, or it is acknowledged with a reason, and then the file has a duty to settle it.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::procedure::{BRANCH, Way, ballot, refused, with};
use crate::support::{Answer, House, Plain as _, branch, demo, person, shows};

const OFFICE: &str = "office";

/// Records a dated event about a member.
async fn record(house: &House, member: &str, what: &str, body: Value) -> Answer {
    let path = format!("/api/v1/members/{member}");
    let at = house.read(OFFICE, &path).await.version();
    house
        .step_with(OFFICE, &format!("{path}/{what}"), at, body)
        .await
}

pub fn acknowledged(body: &Value) -> Value {
    with(
        body.clone(),
        json!({"acknowledged": true, "reason": "đúng với giấy tờ gốc"}),
    )
}

/// Asserts that exactly one act of the file has lost its ground: there is an acknowledgement with
/// its reason, an open duty and a finding in the overview.
async fn lost(way: &Way<'_>) {
    let acts = way
        .house
        .read(OFFICE, &way.path("/timeline?limit=200"))
        .await;
    let said = |a: &&Value| a["kind"] == "acknowledgement";
    let said: Vec<_> = acts.items().iter().filter(said).collect();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["data"]["reason"], "đúng với giấy tờ gốc");
    assert_eq!(way.deadlines("ground_lost").await.len(), 1);
    let overview = way.house.read(BRANCH, "overview").await;
    assert_eq!(overview.items()[0]["open_findings"], 1);
}

#[tokio::test]
async fn a_true_change_of_a_member_is_acknowledged_and_leaves_a_duty() {
    for (what, body) in [
        (
            "activity-changes",
            json!({"on": "2021-02-01", "activity": "suspended", "paper_number": "1"}),
        ),
        (
            "leavings",
            json!({"on": "2021-02-01", "ground": "deceased", "paper_number": "1"}),
        ),
        (
            "transfers",
            json!({"on": "2021-02-01", "branch_id": branch(2), "paper_number": "1"}),
        ),
    ] {
        let house = House::build().await;
        let way = Way::nominated(&house, "union", json!({})).await;
        house.travel("2021-02-10");
        way.planned().await;
        way.sponsored(6, "2021-01-18").await;
        way.dossier().await;
        let sponsor = demo("dd", 1, 6);
        let answer = record(&house, &sponsor, what, body.clone()).await;
        assert!(refused(answer).contains(&"dossier.sponsor".to_owned()));
        let silent = with(body.clone(), json!({"acknowledged": true}));
        record(&house, &sponsor, what, silent)
            .await
            .invalid(&["/reason"]);
        let answer = record(&house, &sponsor, what, acknowledged(&body)).await;
        assert!(answer.status < 300, "{what}: {}", answer.text);
        lost(&way).await;
        way.sponsored(7, "2021-02-08").await;
        let vote = ballot("admission", "branch", "2021-02-09", 14);
        let answer = way.tries(BRANCH, "resolutions", vote).await;
        assert!(
            refused(answer).contains(&"file.ground".to_owned()),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_sponsorship_does_not_end_before_what_rests_on_it() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    way.dossier().await;
    let of = house.read(BRANCH, &way.path("/sponsorships")).await;
    let path = format!(
        "/api/v1/sponsorships/{}",
        of.items()[0]["id"].as_str().unwrap()
    );
    let ended = |on: &str| json!({"to_on": on, "end_reason": "đúng với giấy tờ gốc"});
    let answer = house.patch(BRANCH, &path, 1, ended("2021-02-01")).await;
    assert_eq!(refused(answer), ["dossier.sponsor"]);
    let said = with(ended("2021-02-01"), json!({"acknowledged": true}));
    house.change(BRANCH, &path, 1, said).await;
    lost(&way).await;
    // assigning another sponsor for that day settles the duty
    way.sponsored(7, "2021-02-01").await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "settled");
}

#[tokio::test]
async fn the_register_under_a_vote_is_not_turned_to_make_it_carried() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let (twelfth, after) = (demo("dd", 1, 12), demo("dd", 1, 13));
    let activity = |activity: &str, on: &str| json!({"on": on, "activity": activity, "paper_number": "7-QĐ/ĐU"});
    record(
        &house,
        &twelfth,
        "activity-changes",
        activity("suspended", "2021-03-10"),
    )
    .await
    .expect(201);
    let figures = json!({"suspended": 1, "present": 13, "in_favor": 9, "against": 4});
    let vote = with(ballot("admission", "branch", "2021-03-15", 9), figures);
    let vote = way.does(BRANCH, "resolutions", vote).await;
    assert_eq!(
        vote.body["vote"],
        json!({"entitled": 13, "needed": 9, "carried": true})
    );
    let again = activity("active", "2021-03-12");
    let answer = record(&house, &twelfth, "activity-changes", again.clone()).await;
    assert_eq!(refused(answer), ["vote.register"]);
    // a change after the vote is accepted, and so is one that leaves the vote carried
    record(
        &house,
        &twelfth,
        "activity-changes",
        activity("active", "2021-03-16"),
    )
    .await
    .expect(201);
    record(
        &house,
        &after,
        "activity-changes",
        activity("suspended", "2021-03-12"),
    )
    .await
    .expect(201);
    // a member who was in the register of the vote cannot be removed as a mistake
    let hers = format!("members/{}", demo("dd", 1, 14));
    house
        .delete(OFFICE, &hers, house.read(OFFICE, &hers).await.version())
        .await
        .refused("has_dependents");
    // in a committee all serving members are counted, so nobody can be left out as exempt or
    // suspended
    for figures in [json!({"exempt_absent": 6}), json!({"suspended": 6})] {
        let vote = ballot("admission", "committee", "2021-03-25", 9);
        let vote = with(vote, json!({"present": 9, "in_favor": 9, "against": 0}));
        let answer = way.tries(OFFICE, "resolutions", with(vote, figures)).await;
        assert_eq!(refused(answer), ["vote.all_serving"]);
    }
}

#[tokio::test]
async fn an_acknowledged_change_of_the_register_takes_the_ground_from_the_vote() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let twelfth = demo("dd", 1, 12);
    let suspended = json!({"on": "2021-03-10", "activity": "suspended", "paper_number": "1"});
    let suspended = record(&house, &twelfth, "activity-changes", suspended)
        .await
        .expect(201);
    let figures = json!({"suspended": 1, "present": 13, "in_favor": 9, "against": 4});
    let vote = with(ballot("admission", "branch", "2021-03-15", 9), figures);
    way.does(BRANCH, "resolutions", vote).await;
    let answer = house.delete(OFFICE, suspended.location(), 1).await;
    assert_eq!(refused(answer), ["vote.register"]);
    let again = json!({"on": "2021-03-12", "activity": "active", "paper_number": "2"});
    record(&house, &twelfth, "activity-changes", acknowledged(&again))
        .await
        .expect(201);
    lost(&way).await;
    let vote = ballot("admission", "committee", "2021-03-25", 15);
    let answer = way.tries(OFFICE, "resolutions", vote).await;
    assert_eq!(refused(answer), ["file.ground"]);
}

#[tokio::test]
async fn a_branch_has_nothing_from_before_its_first_day() {
    let house = House::build().await;
    let new = json!({"number": "41", "name": "Chi bộ mới", "kind": "clinical", "non_member_count": 0, "previous_term_admissions": 0, "founded_on": "2021-01-10"});
    let made = house.create(OFFICE, "branches", new).await;
    let member = json!({"branch_id": made.id(), "full_name": "Lò Thị Hạnh", "sex": "female", "birth_date": "1988-04-12", "status": "official",
        "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"});
    let who = house.create(OFFICE, "members", member).await.id();
    let register = async |on: &str| {
        let path = format!("branches/{}/register?on={on}", made.id());
        house.read(OFFICE, &path).await.body
    };
    assert_eq!(register("2021-01-09").await["official"], 0);
    assert_eq!(register("2021-01-10").await["official"], 1);
    let moved = json!({"branch_id": made.id(), "on": "2021-01-09", "paper_number": "12-CV/ĐU"});
    let sixth = demo("dd", 1, 6);
    let answer = record(&house, &sixth, "transfers", moved.clone()).await;
    assert_eq!(answer.expect(422).faults(), ["/on"]);
    let moved = with(moved, json!({"on": "2021-01-12"}));
    record(&house, &sixth, "transfers", moved.clone())
        .await
        .expect(200);
    // the register shows the paper by which a member arrived
    let came = register("2021-01-12").await;
    let items = came["items"].as_array().unwrap();
    let paper = |who: &str| {
        let own = items.iter().find(|i| i["member_id"] == who);
        own.map(|i| i["paper_number"].clone())
    };
    assert_eq!(paper(&sixth), Some("12-CV/ĐU".into()));
    assert_eq!(paper(&who), Some(Value::Null));
    let back = with(moved, json!({"branch_id": branch(1)}));
    let answer = record(&house, &sixth, "transfers", back).await;
    assert_eq!(answer.expect(422).faults(), ["/on"]);
    // nor can the founding day be moved to after their arrival
    let path = made.location();
    for (founded, allowed) in [("2021-01-11", false), ("2021-01-09", true)] {
        let at = house.read(OFFICE, path).await.version();
        let answer = house
            .patch(OFFICE, path, at, json!({"founded_on": founded}))
            .await;
        if allowed {
            answer.expect(200);
        } else {
            answer.invalid(&["/founded_on"]);
        }
    }
}

#[tokio::test]
async fn impossible_days_are_refused_wherever_they_are_told() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-03-01");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let born = person(1, "x", "1")["birth_date"].clone();
    assert_eq!(born, "1990-02-03");
    let dossier = |on: &str| json!({"on": "2021-02-05", "application_on": on});
    let answer = way.tries(BRANCH, "dossier", dossier("2005-02-02")).await;
    assert_eq!(refused(answer), ["dossier.applicant"]);
    let class = way.taught("awareness", "2021-01-25", "2021-01-30").await;
    way.does(BRANCH, "dossier", dossier("2021-02-01")).await;
    let expired = json!({"on": "2021-02-10", "code": "1-KNĐ", "valid_until": "2021-02-09"});
    let answer = way.tries(OFFICE, "documents", expired).await;
    assert_eq!(refused(answer), ["document.valid_until"]);
    // a class cannot be moved to after a certificate that it issued
    let path = format!("/api/v1/classes/{class}");
    let at = house.read(OFFICE, &path).await.version();
    let later = json!({"starts_on": "2021-01-31", "ends_on": "2021-01-31"});
    house
        .patch(OFFICE, &path, at, later)
        .await
        .invalid(&["/starts_on"]);
}

/// Papers, agreements and opinions cannot be dated before the event that they are about, nor can a
/// person be kept in the plan before the adoption.
#[tokio::test]
async fn nothing_is_recorded_of_before_its_cause() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    for action in ["keep", "adjust"] {
        let early = json!({"on": "2021-01-17", "action": action, "minutes_number": "2"});
        let answer = way.tries(BRANCH, "plan-decisions", early).await;
        assert_eq!(refused(answer), ["plan.adopted"]);
    }
    for (from, kind, rules) in [
        ("2004-12-31", "work", &["act.of_age"][..]),
        ("1995-05-01", "study", &["act.of_age"]),
        ("1996-09-05", "study", &[]),
    ] {
        let mut paper = Way::introduction(7, "2021-02-10");
        paper["shared_from"] = from.into();
        paper["shared_kind"] = kind.into();
        let answer = way.tries(BRANCH, "introductions", paper).await;
        if rules.is_empty() {
            answer.expect(201);
        } else {
            assert_eq!(refused(answer), rules, "{from} {kind}");
        }
    }
    let paper = |code: &str, on: &str| json!({"on": "2021-05-30", "code": code, "received_on": on});
    for code in ["6-KNĐ", "8-KNĐ", "9-KNĐ", "10-KNĐ", "13-KNĐ", "16-KNĐ"] {
        let answer = way
            .tries(OFFICE, "documents", paper(code, "2021-05-30"))
            .await;
        assert_eq!(refused(answer), ["document.cause"], "{code}");
    }
    let answer = way
        .tries(OFFICE, "documents", paper("1-KNĐ", "2001-01-01"))
        .await;
    assert_eq!(refused(answer), ["document.cause"]);
    let opinion = json!({"on": "2021-05-30", "of": "trade_union", "purpose": "recognition", "favourable": true});
    let answer = way.tries(BRANCH, "opinions", opinion).await;
    assert_eq!(refused(answer), ["opinion.probation"]);
    for what in [
        "late_ceremony",
        "late_decision",
        "age_over_sixty",
        "new_member_class",
    ] {
        let agreed = json!({"on": "2021-05-30", "what": what, "reason": "x", "approver": "BTV", "paper_number": "1"});
        let answer = way.tries("standing", "waivers", agreed).await;
        assert_eq!(refused(answer), ["waiver.cause"], "{what}");
    }
    for (fields, rules) in [
        (json!({"step": "sealed"}), ["verification.declared"]),
        (
            json!({"step": "declared", "relation": "father", "number": 2}),
            ["verification.number"],
        ),
        (
            json!({"step": "declared", "relation": "father", "flagged": true}),
            ["verification.fields"],
        ),
    ] {
        let step = with(json!({"on": "2021-02-06"}), fields);
        assert_eq!(
            refused(way.tries(BRANCH, "verification", step).await),
            rules
        );
    }
}

/// A union can only nominate its own members, within its age limit.
#[tokio::test]
async fn a_nomination_rests_on_being_a_member_of_the_union() {
    let house = House::build().await;
    let old = json!({"birth_date": "1960-02-03", "youth_union_member": true});
    let body = with(person(1, "Đặng Thị Cao Tuổi", "9-NQ"), old);
    let answer = house.post("youth", "nominations", body).await;
    assert_eq!(refused(answer), ["nomination.age"]);
    let way = Way::nominated(&house, "union", json!({})).await;
    let path = way.path("");
    let left = json!({"trade_union_member": false});
    let at = way.seen().await["version"].number();
    let answer = house.patch(OFFICE, &path, at, left.clone()).await;
    assert_eq!(refused(answer), ["nomination.own_member"]);
    house.change(OFFICE, &path, at, acknowledged(&left)).await;
    assert_eq!(way.deadlines("ground_lost").await.len(), 1);
}

/// Leaving a union is dated: what rested on the membership before that day stays valid.
#[tokio::test]
async fn membership_of_a_union_is_a_fact_with_a_day() {
    const DAY: &str = "/union_membership_from_on";
    let house = House::build().await;
    let young = json!({"birth_date": "1996-06-01", "youth_union_member": true, "trade_union_member": false});
    let way = Way::nominated(&house, "youth", young).await;
    house.travel("2021-02-15");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    way.dossier().await;
    way.introduced_by_union("youth_union").await;
    let path = way.path("");
    let tries = async |change: &Value| {
        let at = way.seen().await["version"].number();
        house.patch(BRANCH, &path, at, change.clone()).await
    };
    let does = async |change: Value| {
        let answer = tries(&change).await.expect(200);
        let of = |union: &str| answer.body[format!("{union}_changed_on")].clone();
        (
            answer.body["youth_union_member"].clone(),
            of("youth_union"),
            of("trade_union"),
        )
    };
    let left = json!({"youth_union_member": false});
    let from = |on: &str| with(left.clone(), json!({"union_membership_from_on": on}));
    // without a date it is a correction, as if the person had never been a member, and both acts
    // lose their ground; with an early date only the later act does
    let both = refused(tries(&left).await);
    for rule in ["nomination.own_member", "introduction.own_member"] {
        assert!(both.contains(&rule.to_owned()), "{both:?}");
    }
    let later = refused(tries(&from("2021-02-11")).await);
    assert_eq!(later, ["introduction.own_member"]);
    for on in ["2021-02-16", "1996-12-31"] {
        tries(&from(on)).await.invalid(&[DAY]);
    }
    let day = |on: &str| json!({"union_membership_from_on": on});
    tries(&day("2021-02-12")).await.invalid(&[DAY]);
    assert_eq!(
        does(from("2021-02-12")).await,
        (json!(false), json!(["2021-02-12"]), json!([]))
    );
    assert!(way.deadlines("ground_lost").await.is_empty());
    let introduction = json!({"on": "2021-02-13", "by": "youth_union", "paper_number": "05-NQ"});
    let answer = way.tries(BRANCH, "introductions", introduction).await;
    assert_eq!(refused(answer)[0], "introduction.own_member");
    // the date alone corrects the last change, and is judged again
    let wrong = refused(tries(&day("2021-02-11")).await);
    assert_eq!(wrong, ["introduction.own_member"]);
    assert_eq!(
        does(day("2021-02-14")).await,
        (json!(false), json!(["2021-02-14"]), json!([]))
    );
    let back = json!({"youth_union_member": true});
    tries(&with(back.clone(), day("2021-02-13")))
        .await
        .invalid(&[DAY]);
    let none = (json!(true), json!([]), json!([]));
    assert_eq!(does(with(back, day("2021-02-14"))).await, none);
    // the two unions have separate histories; a change without a date is a correction for all days
    let joined = with(json!({"trade_union_member": true}), day("2021-02-10"));
    assert_eq!(
        does(joined).await,
        (json!(true), json!([]), json!(["2021-02-10"]))
    );
    assert_eq!(does(json!({"trade_union_member": false})).await, none);
}

/// A refusal too must come from the competent body, with plausible votes.
#[tokio::test]
async fn a_refusal_is_of_the_competent_body() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    way.resolved().await;
    way.submitted().await;
    for (fields, rule) in [
        (json!({"body": "base_standing_committee"}), "decision.body"),
        (json!({"in_favor": 999}), "decision.figures"),
    ] {
        let refusal = with(
            Way::decision(),
            json!({"outcome": "refused", "reason": "x"}),
        );
        let answer = way.tries("upper", "decisions", with(refusal, fields)).await;
        assert_eq!(refused(answer), [rule]);
    }
}

/// Whether the branch had a Youth Union decides who had to introduce a person.
#[tokio::test]
async fn the_youth_union_under_a_vote_is_not_taken_away_unsaid() {
    let house = House::build().await;
    house.travel("2022-08-01");
    let path = format!("branches/{}", branch(4));
    let gone = json!({"has_youth_union": false, "youth_union_from_on": "2021-01-01"});
    let at = house.read(OFFICE, &path).await.version();
    let answer = house.patch(OFFICE, &path, at, gone.clone()).await;
    assert!(
        answer.text.contains("(resolution, 2021-07-09)"),
        "{}",
        answer.text
    );
    answer.refused("requirements_unmet");
    let silent = with(gone.clone(), json!({"acknowledged": true}));
    let answer = house.patch(OFFICE, &path, at, silent).await;
    answer.invalid(&["/reason"]);
    house.change(OFFICE, &path, at, acknowledged(&gone)).await;
    let duties = house
        .read(OFFICE, "deadlines?kind=ground_lost&limit=200")
        .await;
    assert!(!duties.items().is_empty());
    // a change dated after the last act takes the ground from none
    let later = json!({"has_youth_union": true, "youth_union_from_on": "2022-08-01"});
    house.change(OFFICE, &path, at + 1, later).await;
}

/// If a split would leave a person without their sponsor, the acts that lose their ground are
/// named.
#[tokio::test]
async fn a_split_names_the_acts_that_it_leaves_without_their_ground() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let path = format!("branches/{}", branch(1));
    let split = json!({"on": "2021-02-01", "number": "44", "name": "Chi bộ mới", "kind": "clinical", "non_member_count": 0, "paper_number": "13-QĐ/ĐU",
        "member_ids": [], "candidate_ids": [way.id], "department_ids": []});
    let at = house.read(OFFICE, &path).await.version();
    let path = format!("/api/v1/{path}/splits");
    let answer = house.step_with(OFFICE, &path, at, split.clone()).await;
    assert_eq!(refused(answer), ["dossier.sponsor"]);
    let answer = house
        .step_with(OFFICE, &path, at, acknowledged(&split))
        .await;
    answer.expect(201);
    lost_anywhere(&way).await;
}

async fn lost_anywhere(way: &Way<'_>) {
    let list = format!("deadlines?candidate_id={}&kind=ground_lost", way.id);
    assert_eq!(way.house.read(OFFICE, &list).await.items().len(), 1);
}

/// Enters a member by hand: official in the branch of the vote since 2016, unless `more` says
/// otherwise.
async fn entered(house: &House, name: &str, more: Value) -> Answer {
    let body = json!({"branch_id": branch(1), "full_name": name, "sex": "female", "birth_date": "1988-04-12", "status": "official",
        "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"});
    house.post(OFFICE, "members", with(body, more)).await
}

/// Records a vote of 2021-03-15 with the smallest majority that carries it, given this number of
/// official and of suspended members.
async fn barely_carried(house: &House, official: i32, suspended: i32) -> Way<'_> {
    let way = Way::ready(house).await;
    let entitled = official - suspended;
    let fewest = (2 * entitled + 2) / 3;
    let figures = json!({"members": official, "suspended": suspended, "present": entitled, "in_favor": fewest, "against": entitled - fewest});
    let vote = with(ballot("admission", "branch", "2021-03-15", fewest), figures);
    way.does(BRANCH, "resolutions", vote).await;
    way
}

const SAID: &str = "acknowledged=true&reason=%C4%91%C3%BAng%20v%E1%BB%9Bi%20gi%E1%BA%A5y%20t%E1%BB%9D%20g%E1%BB%91c";

#[tokio::test]
async fn what_a_vote_rests_on_is_taken_back_only_with_a_reason() {
    for what in ["activity-changes", "leavings"] {
        let house = House::build().await;
        house.travel("2021-03-12");
        let thirteenth = demo("dd", 1, 13);
        let body = if what == "leavings" {
            json!({"on": "2021-03-10", "ground": "deceased", "paper_number": "1"})
        } else {
            json!({"on": "2021-03-10", "activity": "suspended", "paper_number": "1"})
        };
        let made = record(&house, &thirteenth, what, body).await.expect(201);
        let place = made.location().to_owned();
        let gone = what == "leavings";
        // 13 were entitled, so 9 votes carried it; if she had been entitled too, it would have
        // taken 10
        let way = barely_carried(&house, 14 - i32::from(gone), i32::from(!gone)).await;
        let answer = house.delete(OFFICE, &place, 1).await;
        assert!(
            answer.text.contains("(resolution, 2021-03-15)"),
            "{}",
            answer.text
        );
        assert_eq!(refused(answer), ["vote.register"], "{what}");
        for half in [
            "?acknowledged=true",
            "?acknowledged=true&reason=%20",
            "?reason=",
        ] {
            let answer = house.delete(OFFICE, &format!("{place}{half}"), 1).await;
            assert_eq!(
                answer.refused("invalid_parameter").faults(),
                ["reason"],
                "{half}"
            );
        }
        let reasoned = format!("{place}?reason=x");
        assert_eq!(
            refused(house.delete(OFFICE, &reasoned, 1).await),
            ["vote.register"]
        );
        house.remove(OFFICE, &format!("{place}?{SAID}"), 1).await;
        lost(&way).await;
        let vote = ballot("admission", "committee", "2021-03-25", 15);
        assert_eq!(
            refused(way.tries(OFFICE, "resolutions", vote).await),
            ["file.ground"]
        );
    }
}

#[tokio::test]
async fn a_member_entered_later_does_not_turn_a_vote() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    suspended(&house, "2021-03-10").await;
    let figures = json!({"suspended": 1, "present": 13, "in_favor": 9, "against": 4});
    way.does(
        BRANCH,
        "resolutions",
        with(ballot("admission", "branch", "2021-03-15", 9), figures),
    )
    .await;
    house.travel("2021-06-02");
    let answer = entered(&house, "Lò Thị Muộn", json!({})).await;
    assert_eq!(refused(answer), ["vote.register"]);
    // not official on the day of the vote, so the number of those entitled does not change
    entered(&house, "Lò Thị Sau", json!({"official_on": "2021-03-16"}))
        .await
        .expect(201);
    let on_the_day = entered(&house, "Lò Thị Ngày", json!({"official_on": "2021-03-15"})).await;
    assert_eq!(refused(on_the_day), ["vote.register"]);
    let probationary =
        json!({"status": "probationary", "official_on": null, "joined_on": "2020-12-01"});
    entered(&house, "Lò Thị Dự Bị", probationary)
        .await
        .expect(201);
    let silent = entered(&house, "Lò Thị Muộn", json!({"acknowledged": true})).await;
    silent.invalid(&["/reason"]);
    let said = json!({"acknowledged": true, "reason": "đúng với giấy tờ gốc"});
    let made = entered(&house, "Lò Thị Muộn", said).await.expect(201);
    lost(&way).await;
    // once the row is removed, the vote has its ground again
    house.remove(OFFICE, made.location(), 1).await;
    let found = house.read(OFFICE, "findings").await;
    assert!(!found.text.contains(&way.id), "{}", found.text);
}

async fn suspended(house: &House, on: &str) {
    let body = json!({"on": on, "activity": "suspended", "paper_number": "1"});
    let twelfth = demo("dd", 1, 12);
    record(house, &twelfth, "activity-changes", body)
        .await
        .expect(201);
}

#[tokio::test]
async fn activities_are_taken_back_to_what_held_before_in_whatever_order_they_came() {
    let house = House::build().await;
    house.travel("2021-02-10");
    let who = demo("dd", 1, 3);
    let change =
        |on: &str, activity: &str| json!({"on": on, "activity": activity, "paper_number": "1"});
    let second = record(
        &house,
        &who,
        "activity-changes",
        change("2021-02-03", "suspended"),
    )
    .await;
    let second = second.expect(201);
    record(
        &house,
        &who,
        "activity-changes",
        change("2021-02-01", "exempt"),
    )
    .await
    .expect(201);
    house.remove(OFFICE, second.location(), 1).await;
    let member = house.read(OFFICE, &format!("members/{who}")).await;
    assert_eq!(member.body["activity"], "exempt");
}

/// A recognition is evidence too: the sponsor of another candidacy must be official.
#[tokio::test]
async fn a_recognition_on_which_another_file_rests_is_not_annulled_unnoticed() {
    let house = House::build().await;
    let (first, recognised) = Way::recognised(&house).await;
    let person =
        json!({"full_name": "Lò Thị Sau", "paper_on": "2022-06-01", "paper_number": "02-NQ"});
    let second = Way::nominated(&house, "union", person).await;
    let adopted = json!({"on": "2022-06-02", "action": "add", "minutes_number": "02-BB", "political_standard": true, "conduct": true,
        "capacity": true, "task_performance": true, "priority_group": "woman"});
    second.does(BRANCH, "plan-decisions", adopted).await;
    let sponsor = json!({"member_id": first.id, "from_on": "2022-06-03"});
    second.does(BRANCH, "sponsorships", sponsor).await;
    let dossier = json!({"on": "2022-06-10", "application_on": "2022-06-09"});
    second.does(BRANCH, "dossier", dossier).await;
    let annulment = json!({"on": "2022-07-01", "act_id": recognised.id(), "reason": "ghi nhầm"});
    let answer = first.tries(OFFICE, "annulments", annulment.clone()).await;
    assert_eq!(
        refused(answer),
        ["sponsorship.sponsor.official", "dossier.sponsor"]
    );
    assert_eq!(first.stage().await, "official");
    assert_eq!(second.deadlines("ground_lost").await.len(), 0);
    // correcting it to a later day has the same effect
    let later = with(
        Way::recognition("2022-06-11"),
        json!({"corrects": recognised.id(), "number": "42-QĐCN/HU"}),
    );
    let answer = first.tries(OFFICE, "recognition", later).await;
    assert!(refused(answer).contains(&"dossier.sponsor".to_owned()));
}

/// A recognition by the upper committee is judged against all files that rest on it, including
/// those that the upper committee cannot see.
#[tokio::test]
async fn a_recognition_by_the_upper_committee_is_judged_with_the_files_it_does_not_see() {
    let house = House::build().await;
    let first = Way::probationary(&house).await;
    house.travel("2022-07-15");
    first.waived("new_member_class", "2022-05-04").await;
    first.reviewed().await;
    let vote = ballot("recognition", "branch", "2022-05-06", 10);
    first.does(BRANCH, "resolutions", vote).await;
    let vote = ballot("recognition", "committee", "2022-05-16", 10);
    first.does(OFFICE, "resolutions", vote).await;
    first.filed(&["13-KNĐ", "15-KNĐ"], "2022-05-17").await;
    let recognised = Way::recognition("2022-05-20");
    let recognised = first.does("upper", "recognition", recognised).await;
    let person =
        json!({"full_name": "Lò Thị Sau", "paper_on": "2022-06-01", "paper_number": "02-NQ"});
    let second = Way::nominated(&house, "union", person).await;
    let sponsor = json!({"member_id": first.id, "from_on": "2022-06-03"});
    second.does(BRANCH, "sponsorships", sponsor).await;
    let later = with(
        Way::recognition("2022-06-11"),
        json!({"corrects": recognised.id(), "number": "42-QĐCN/HU"}),
    );
    // the refusal does not name those acts or the person, because the file is out of the caller's
    // reach
    let answer = first.tries("upper", "recognition", later.clone()).await;
    assert!(answer.text.contains("outside your reach"));
    assert!(refused(answer).is_empty());
    // once acknowledged, that file has the duty, although the upper committee cannot see it
    let path = "recognition?acknowledged=true&reason=theo+b%E1%BA%A3n+g%E1%BB%91c";
    first.does("upper", path, later).await;
    assert_eq!(second.deadlines("ground_lost").await[0].0, "open");
    // annulling would reopen the file of a member who has left, which the upper committee does not
    // see either
    let member = format!("members/{}", first.id);
    let seen = house.read(OFFICE, &member).await.version();
    let left = json!({"on": "2022-07-14", "ground": "deceased", "paper_number": "3-GT", "acknowledged": true, "reason": "x"});
    let left = house
        .step_with(OFFICE, &format!("{member}/leavings"), seen, left)
        .await
        .expect(201);
    let last = house.read(OFFICE, &first.path("/recognition")).await;
    let last = last.items().last().unwrap()["id"].clone();
    let annulled = json!({"on": "2022-07-15", "act_id": last, "reason": "ghi nhầm"});
    first
        .tries("upper", "annulments?acknowledged=true&reason=x", annulled)
        .await
        .refused("invalid_transition");
    house.remove(OFFICE, left.location(), 1).await;
    // what the upper committee has recorded, it can also annul
    let last = house.read(OFFICE, &first.path("/recognition")).await;
    let last = last.items().last().unwrap()["id"].clone();
    let annulled = json!({"on": "2022-07-15", "act_id": last, "reason": "ghi nhầm"});
    let path = "annulments?acknowledged=true&reason=x";
    first.does("upper", path, annulled).await;
    assert_eq!(first.stage().await, "recognition_committee_resolved");
}

/// Taking back a leaving returns the member to all later branches too, so the votes there are
/// counted again.
#[tokio::test]
async fn a_leaving_taken_back_counts_in_the_votes_of_the_later_branch() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let member = format!("members/{}", demo("dd", 8, 5));
    let to = json!({"branch_id": demo("0b", 1, 0), "on": "2021-02-20", "paper_number": "9-CV"});
    let died = json!({"on": "2021-02-10", "ground": "deceased", "paper_number": "3-GT"});
    let mut last = None;
    for (what, body) in [("transfers", to), ("leavings", died)] {
        let seen = house.read(OFFICE, &member).await.version();
        let path = format!("{member}/{what}");
        last = Some(house.step_with(OFFICE, &path, seen, body).await);
    }
    let left = last.unwrap().expect(201);
    let vote = ballot("admission", "branch", "2021-03-15", 9);
    let vote = with(
        vote,
        json!({"exempt_absent": 1, "present": 13, "against": 4}),
    );
    let voted = way.does(BRANCH, "resolutions", vote).await;
    assert_eq!(voted.body["stage_after"], "branch_resolved");
    let back = house.delete(OFFICE, left.location(), 1).await;
    assert_eq!(refused(back), ["vote.register"]);
}

/// After any change the overview counts, for each branch, exactly the files that the list of
/// findings names.
#[tokio::test]
async fn the_overview_counts_the_files_that_the_findings_name() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    way.does(BRANCH, "resolutions", vote).await;
    house.travel("2022-07-12");
    let alike = async |what: &str| {
        let mut named: BTreeMap<String, i64> = BTreeMap::new();
        let mut after = String::new();
        loop {
            let page = house
                .read(OFFICE, &format!("findings?limit=200{after}"))
                .await;
            for file in page.items() {
                let lost = file["findings"].list().iter();
                if lost.filter(|f| f["irregular"] == false).count() > 0 {
                    *named
                        .entry(file["branch_id"].text().to_owned())
                        .or_default() += 1;
                }
            }
            let Some(next) = page.body["page"]["next_cursor"].as_str() else {
                break;
            };
            after = format!("&cursor={next}");
        }
        let overview = house.read(OFFICE, "overview").await;
        let figure = |b: &Value| {
            (
                b["branch_id"].text().to_owned(),
                b["open_findings"].number(),
            )
        };
        let counted = overview.items().iter().map(figure);
        let counted: BTreeMap<_, _> = counted.filter(|(_, n)| *n > 0).collect();
        assert_eq!(counted, named, "{what}");
        named
    };
    assert_eq!(alike("nothing").await.len(), 0);

    let young = acknowledged(&json!({"birth_date": "2003-03-16"}));
    let version = way.seen().await["version"].number();
    house.change(OFFICE, &way.path(""), version, young).await;
    assert_eq!(alike("a birth date").await, [(branch(1), 1)].into());

    // the ceremony was in time, until a Saturday before it turns out to have been a working day
    let person = demo("ca", 5, 4);
    let ceremony = json!({"on": "2022-07-11"});
    house
        .record("branch-05", &person, "ceremony", ceremony)
        .await;
    let worked = json!({"on": "2022-06-04", "name": "Làm bù", "kind": "worked"});
    house.create(OFFICE, "holidays", worked).await;
    assert_eq!(
        alike("a holiday").await,
        [(branch(1), 1), (branch(5), 1)].into()
    );

    // the competent committee lets the vote stand
    let votes = house.read(BRANCH, &way.path("/resolutions")).await;
    let decided = json!({"on": "2021-03-20", "what": "ground_lost", "reason": "Công nhận kết quả biểu quyết",
        "approver": "Ban Thường vụ Đảng ủy", "paper_number": "31-CV/ĐU", "act_id": votes.items()[0]["id"]});
    way.does("standing", "waivers", decided).await;
    assert_eq!(alike("a settlement").await, [(branch(5), 1)].into());

    let months = json!({"value": 24, "from_on": "2020-01-01", "acknowledged": true});
    let setting = "settings/minimum_months_in_plan";
    let version = house.read("admin", setting).await.version();
    house.change("admin", setting, version, months).await;
    assert!(alike("a setting").await.len() > 5);

    let ceremonies = house
        .read("branch-05", &format!("candidates/{person}/ceremony"))
        .await;
    let annul =
        json!({"on": "2022-07-12", "act_id": ceremonies.items()[0]["id"], "reason": "nhầm"});
    house
        .record("branch-05", &person, "annulments", annul)
        .await;
    let named = alike("an annulment").await[&branch(1)];

    // a candidacy that ended without an official membership has nothing left to settle
    let exit = json!({"on": "2022-07-12", "kind": "transferred_out", "to": "Đảng ủy khác", "reason": "chuyển công tác"});
    way.does(OFFICE, "exits", exit).await;
    let left = alike("an exit").await.get(&branch(1)).copied();
    assert_eq!(left.unwrap_or(0), named - 1);
}

/// An official member's file can still be settled after it has lost the ground of an act.
#[tokio::test]
async fn what_an_official_members_file_has_lost_is_settled() {
    let house = House::build().await;
    let (way, _) = Way::recognised(&house).await;
    let other = json!({"on": "2022-07-01", "what": "late_ceremony", "reason": "theo hồ sơ gốc", "approver": "Ban Thường vụ Đảng ủy", "paper_number": "40-CV/ĐU"});
    let refused_now = way.tries("standing", "waivers", other).await;
    assert!(refused(refused_now).contains(&"waiver.after_the_end".to_owned()));
    let seen = way.seen().await["version"].as_i64().unwrap();
    let old = acknowledged(&json!({"birth_date": "1960-01-01"}));
    house
        .patch(OFFICE, &way.path(""), seen, old)
        .await
        .expect(200);
    let open = way.deadlines("ground_lost").await.len();
    assert!(open > 0);
    let list = house.read(OFFICE, "findings?limit=200").await;
    let mine = list
        .items()
        .iter()
        .find(|f| f["candidate_id"] == way.id.as_str())
        .unwrap();
    let mut acts: Vec<_> = mine["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["act_id"].clone())
        .collect();
    acts.dedup();
    for (place, act) in acts.iter().enumerate() {
        let decided = json!({"on": "2022-07-01", "what": "ground_lost", "reason": "Giữ kết quả công nhận", "act_id": act,
            "approver": "Ban Thường vụ Đảng ủy", "paper_number": format!("5{place}-CV/ĐU")});
        way.does("standing", "waivers", decided).await;
    }
    let states = way.deadlines("ground_lost").await;
    assert!(states.iter().all(|d| d.0 == "settled"), "{states:?}");
}

/// A mistyped day of official membership can be corrected. The acts that rested on it get a duty.
#[tokio::test]
async fn a_mistyped_day_of_membership_is_corrected_although_acts_rest_on_it() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    way.dossier().await;
    let sponsor = demo("dd", 1, 6);
    let body = json!({"official_on": "2021-02-06", "reason": "theo lý lịch đảng viên"});
    let answer = record(&house, &sponsor, "corrections", body.clone()).await;
    assert!(refused(answer).contains(&"dossier.sponsor".to_owned()));
    let answer = record(&house, &sponsor, "corrections", acknowledged(&body)).await;
    shows!(answer.expect(200), {"official_on": "2021-02-06"});
    // one for the sponsor's assignment, one for the dossier
    assert_eq!(way.deadlines("ground_lost").await.len(), 2);
}

/// A paper that turns out to be dated differently, or forged, can be corrected or annulled although
/// a vote rested on it.
#[tokio::test]
async fn a_forged_paper_is_annulled_although_a_vote_rests_on_it() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let vote = way.does(BRANCH, "resolutions", vote).await;
    let next = ballot("admission", "committee", "2021-03-25", 15);
    let list = house.read(OFFICE, &way.path("/introductions")).await;
    let rule = "admission.introduction.members";
    let dated =
        |on: &str, corrects: &Value| with(Way::introduction(7, on), json!({"corrects": corrects}));
    let late = dated("2021-03-16", &list.items()[0]["id"]);
    let answer = way.tries(BRANCH, "introductions", late.clone()).await;
    assert_eq!(refused(answer), [rule]);
    let knowing = "introductions?acknowledged=true&reason=x";
    let late = way.does(BRANCH, knowing, late).await;
    let seen = way.seen().await;
    assert_eq!(late.version(), seen["version"].as_i64().unwrap());
    assert_eq!(seen["stage"], "branch_resolved");
    let acts = house.read(OFFICE, &way.path("/timeline?limit=200")).await;
    let kinds: Vec<_> = acts.items().iter().map(|a| a["kind"].clone()).collect();
    assert_eq!(
        kinds[kinds.len() - 2..],
        ["introduction", "acknowledgement"]
    );
    assert_eq!(way.deadlines("ground_lost").await[0].0, "open");
    let answer = way.tries(OFFICE, "resolutions", next.clone()).await;
    assert_eq!(refused(answer), ["file.ground"]);
    let right = dated("2021-03-11", &late.body["id"]);
    let right = way.does(BRANCH, "introductions", right).await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "settled");

    let annul = json!({"on": "2021-03-20", "act_id": right.body["id"], "reason": "giấy giả"});
    let answer = way.tries(BRANCH, "annulments", annul.clone()).await;
    assert_eq!(refused(answer), [rule]);
    // the same in a batch
    let path = way.path("/act-batches");
    let batch = json!({"dry_run": true, "acts": [{"kind": "annulment", "act": annul}]});
    let version = way.seen().await["version"].as_i64().unwrap();
    for (batch, accepted) in [(batch.clone(), false), (acknowledged(&batch), true)] {
        let tried = house.step_with(BRANCH, &path, version, batch).await;
        shows!(tried.expect(200), {"accepted": accepted});
    }
    let knowing = "annulments?acknowledged=true&reason=x";
    way.does(BRANCH, knowing, annul).await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "open");
    let kept = json!({"on": "2021-03-21", "what": "ground_lost", "reason": "Công nhận kết quả biểu quyết",
        "approver": "Ban Thường vụ", "paper_number": "9-TB/ĐU", "act_id": vote.body["id"]});
    way.does("standing", "waivers", kept).await;
    way.does(OFFICE, "resolutions", next).await;
    // acts that moved the stage can only be annulled from the last one backwards, acknowledged or
    // not
    let annul = json!({"on": "2021-04-01", "act_id": vote.body["id"], "reason": "ghi nhầm"});
    let answer = way.tries(BRANCH, knowing, annul).await;
    assert!(!refused(answer).is_empty());
}

/// The same with a certificate, which is recorded in the enrolment.
#[tokio::test]
async fn a_certificate_of_another_day_is_recorded_although_a_vote_rests_on_it() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    way.does(BRANCH, "resolutions", vote).await;
    let list = format!("enrolments?candidate_id={}", way.id);
    let place = house.read(OFFICE, &list).await.items()[0].clone();
    let path = format!("enrolments/{}", place["id"].as_str().unwrap());
    let version = place["version"].as_i64().unwrap();
    let late = json!({"certificate_on": "2021-03-16"});
    let answer = house.patch(OFFICE, &path, version, late.clone()).await;
    assert_eq!(refused(answer), ["admission.certificate"]);
    let silent = with(late.clone(), json!({"acknowledged": true}));
    let answer = house.patch(OFFICE, &path, version, silent).await;
    answer.invalid(&["/reason"]);
    house
        .change(OFFICE, &path, version, acknowledged(&late))
        .await;
    lost(&way).await;
}

/// A first attempt in branch 04, which has ended, with the seat whose certificate is of 2021-01-05;
/// and the person's attempt in branch 01, in which that certificate counts. One in between, in branch
/// 05, has come to nothing. The clock is at 2021-06-01.
async fn attempts(house: &House) -> (String, String, Way<'_>) {
    house.travel("2021-05-30");
    let nominated = async |branch: u32, number: &str, on: &str| {
        let body = person(branch, "Nguyễn Thị Thử Thách", number);
        let body = with(body, json!({"paper_on": on}));
        let made = house.create("union", "nominations", body).await;
        made.body["candidate_id"].text().to_owned()
    };
    let left =
        |on: &str| json!({"on": on, "kind": "withdrawn", "reason": "xin rút, hoàn cảnh gia đình"});
    let first = nominated(4, "00-NQ", "2021-01-02").await;
    let adopted = json!({"on": "2021-01-03", "action": "add", "minutes_number": "91-BB/CB", "political_standard": true,
        "conduct": true, "capacity": true, "task_performance": true, "priority_group": "department_staff"});
    house
        .record("branch-04", &first, "plan-decisions", adopted)
        .await;
    let class = json!({"kind": "awareness", "title": "Lớp", "issuer": "Trung tâm Chính trị huyện", "starts_on": "2021-01-04",
        "ends_on": "2021-01-04", "capacity": 5});
    let class = house.create(OFFICE, "classes", class).await;
    let class = format!("classes/{}", class.id());
    let seat = json!({"candidate_id": first});
    let seat = house
        .create("branch-04", &format!("{class}/enrolments"), seat)
        .await;
    house.listed_on(&class, "2021-01-04").await;
    let seat = format!("enrolments/{}", seat.id());
    let result = json!({"state": "completed", "grade": "good", "certificate_number": "GCN-00", "certificate_on": "2021-01-05"});
    house.change(OFFICE, &seat, 3, result).await;
    house
        .record("branch-04", &first, "exits", left("2021-01-06"))
        .await;
    house.travel("2021-05-31");
    let second = nominated(5, "00A-NQ", "2021-01-07").await;
    house
        .record("branch-05", &second, "exits", left("2021-01-08"))
        .await;
    house.travel("2021-06-01");
    let way = Way::nominated(house, "union", json!({})).await;
    shows!(way.seen().await, {"previous_id": second});
    way.planned().await;
    (first, seat, way)
}

/// The same; branch 01 has voted on the admission on 2021-03-15.
async fn voted(house: &House) -> (String, String, Way<'_>) {
    let (first, seat, way) = attempts(house).await;
    way.sponsored(6, "2021-01-18").await;
    way.knows(json!({"general_education": "upper_secondary"}))
        .await;
    way.dossier().await;
    way.opined().await;
    way.noted("2021-03-10").await;
    way.introduced(7).await;
    way.introduced(8).await;
    way.verified("").await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    way.does(BRANCH, "resolutions", vote).await;
    (first, seat, way)
}

/// The annulment of the certificate of that attempt.
async fn annulment(house: &House, of: &str) -> Value {
    let path = format!("candidates/{of}/timeline?kind=certificate");
    let acts = house.read(OFFICE, &path).await;
    json!({"on": "2021-05-01", "act_id": acts.items()[0]["id"], "reason": "cấp nhầm người"})
}

/// A vote may rest on a certificate of an earlier attempt. Its annulment is refused, naming the vote,
/// or acknowledged; the branch that had the first attempt learns nothing of the later one.
#[tokio::test]
async fn a_certificate_of_an_earlier_attempt_does_not_fall_unnoticed() {
    let house = House::build().await;
    let (first, _, way) = voted(&house).await;
    let annul = annulment(&house, &first).await;
    let answer = house
        .act("branch-04", &first, "annulments", annul.clone())
        .await;
    assert!(!answer.text.contains("2021-03-15"), "{}", answer.text);
    assert_eq!(refused(answer), ["correction.by"]);
    let answer = house.act(OFFICE, &first, "annulments", annul.clone()).await;
    for told in ["attempt of 2021-01-12", "2021-03-15"] {
        assert!(answer.text.contains(told), "{}", answer.text);
    }
    assert_eq!(refused(answer), ["admission.certificate"]);
    assert!(way.deadlines("ground_lost").await.is_empty());

    let silent = "annulments?acknowledged=true";
    let answer = house.act(OFFICE, &first, silent, annul.clone()).await;
    assert!(answer.status >= 400, "{}", answer.text);
    let knowing = "annulments?acknowledged=true&reason=x";
    house.record(OFFICE, &first, knowing, annul).await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "open");
    let committee = ballot("admission", "committee", "2021-03-25", 15);
    let answer = way.tries(OFFICE, "resolutions", committee.clone()).await;
    assert_eq!(refused(answer), ["file.ground"]);
    let said = async |who: &str, file: &str| {
        let acts = format!("candidates/{file}/timeline?kind=acknowledgement");
        house.read(who, &acts).await.items().len()
    };
    assert_eq!(said(BRANCH, &way.id).await, 1);
    assert_eq!(said("branch-04", &first).await, 0);
    let due = format!("deadlines?candidate_id={first}&kind=ground_lost");
    assert!(house.read("branch-04", &due).await.items().is_empty());
    // a certificate of the person's own class, before the vote, settles it
    way.taught("awareness", "2021-02-20", "2021-02-25").await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "settled");
    way.does(OFFICE, "resolutions", committee).await;
}

/// The same where the certificate turns out to be of another day, and where that is put right again.
#[tokio::test]
async fn a_certificate_of_an_earlier_attempt_is_dated_anew_although_a_vote_rests_on_it() {
    let house = House::build().await;
    let (_, seat, way) = voted(&house).await;
    let late = json!({"certificate_on": "2021-03-16"});
    let answer = house.patch(OFFICE, &seat, 4, late.clone()).await;
    assert_eq!(refused(answer), ["admission.certificate"]);
    let late = house.change(OFFICE, &seat, 4, acknowledged(&late)).await;
    lost(&way).await;
    let right = json!({"certificate_on": "2021-01-05"});
    house.change(OFFICE, &seat, late.version(), right).await;
    assert_eq!(way.deadlines("ground_lost").await[0].0, "settled");
}

/// While nothing rests on it, such a certificate is annulled as any other; then it expires no more.
#[tokio::test]
async fn a_certificate_of_an_earlier_attempt_is_annulled_while_nothing_rests_on_it() {
    let house = House::build().await;
    let (first, _, way) = attempts(&house).await;
    let expires = way.deadlines("certificate_expires").await;
    assert_eq!(expires, [("open".to_owned(), "2026-01-05".to_owned())]);
    let annul = annulment(&house, &first).await;
    house.record(OFFICE, &first, "annulments", annul).await;
    assert_eq!(way.deadlines("certificate_expires").await[0].0, "settled");
    assert!(way.deadlines("ground_lost").await.is_empty());
}
