//! Activities, and the nominations that cite them.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, NOBODY, Plain, branch, demo, person, shows, with};

const ACTIVITIES: &str = "activities";

fn study(organiser: &str, branch: &Value) -> Value {
    json!({"kind": "study", "topic": "Nghị quyết 27-NQ/TW về đội ngũ trí thức", "tags": ["27-NQ/TW", "học tập Hồ Chí Minh"], "on": "2021-01-12",
        "ends_on": "2021-01-13", "organiser": organiser, "branch_id": branch, "audience": ["officials", "members"], "attendance": 42, "department_heads": true})
}

/// (login, body): activities of the whole organisation, of branch 01 and of branch 04.
fn seven() -> [(&'static str, Value); 7] {
    let everywhere = |organiser: &str| study(organiser, &Value::Null);
    let party = json!({"kind": "propaganda", "audience": ["members", "non_members"]});
    let union = json!({"kind": "emulation_movement", "audience": ["union_members", "staff"]});
    let youth = json!({"kind": "education", "audience": ["youth", "youth_union_members"]});
    [
        ("standing", everywhere("committee")),
        ("office", with(&everywhere("party_office"), party)),
        ("office", study("committee", &json!(branch(4)))),
        ("branch-01", study("branch", &json!(branch(1)))),
        ("union", with(&everywhere("trade_union"), union)),
        ("union", study("trade_union", &json!(branch(4)))),
        ("youth", with(&everywhere("youth_union"), youth)),
    ]
}

/// S20, S21, S22, S57, S62, S63, S67: recorded with topic, audience, tags and attendance.
#[tokio::test]
async fn each_organiser_records_its_activities_and_reads_them_back() {
    let house = House::build().await;
    for (who, body) in seven() {
        let answer = house.create(who, ACTIVITIES, body.clone()).await;
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(answer.body[field], *value, "{who}: {field}");
        }
        assert_eq!(house.read(who, answer.location()).await.body, answer.body);
    }
    let body = study("committee", &Value::Null);
    let overseer = house.post("overseer", ACTIVITIES, body).await;
    overseer.refused("forbidden");
}

/// S20, S21, S22, S57
#[tokio::test]
async fn everyone_reads_the_activities_that_concern_them() {
    let house = House::build().await;
    let mut made = Vec::new();
    for (who, body) in seven() {
        made.push(house.create(who, ACTIVITIES, body).await.id());
    }
    for (who, seen) in [
        ("standing", &[0, 1, 2, 3, 4, 5, 6][..]),
        ("office", &[0, 1, 2, 3, 4, 5, 6]),
        ("overseer", &[0, 1, 3, 4, 6]),
        ("branch-01", &[0, 1, 3, 4, 6]),
        ("branch-04", &[0, 1, 2, 4, 5, 6]),
        ("union", &[0, 1, 4, 5, 6]),
        ("youth", &[0, 1, 4, 6]),
    ] {
        let list = house
            .read(who, &format!("{ACTIVITIES}?limit=200"))
            .await
            .ids();
        let got: Vec<usize> = (0..made.len())
            .filter(|i| list.contains(&made[*i]))
            .collect();
        assert_eq!(got, seen, "{who}");
        for (i, id) in made.iter().enumerate() {
            let status = if seen.contains(&i) { 200 } else { 404 };
            assert_eq!(
                house.get(who, &format!("{ACTIVITIES}/{id}")).await.status,
                status,
                "{who} and activity {i}"
            );
        }
    }
    for who in ["upper", "district-script", "admin"] {
        house.get(who, ACTIVITIES).await.refused("forbidden");
    }
}

/// S63, S67, S22: found by tag, audience, kind and department heads.
#[tokio::test]
async fn activities_are_found_by_tag_and_audience() {
    let house = House::build().await;
    let has = |row: &Value, field: &str, wanted: &[&str]| {
        row[field]
            .list()
            .iter()
            .any(|v| wanted.contains(&v.as_str().unwrap()))
    };
    let all = house.read("office", ACTIVITIES).await;
    let study = "tag=h%E1%BB%8Dc%20t%E1%BA%ADp%20H%E1%BB%93%20Ch%C3%AD%20Minh";
    for (query, field, wanted) in [
        ("tag=27-NQ/TW", "tags", &["27-NQ/TW"][..]),
        (
            "tag=27-NQ/TW,thi%20%C4%91ua",
            "tags",
            &["27-NQ/TW", "thi đua"],
        ),
        (study, "tags", &["học tập Hồ Chí Minh"]),
        ("tag=27-NQ", "tags", &["27-NQ"]),
        ("audience_kind=members", "audience", &["members"]),
        (
            "audience_kind=youth,non_members",
            "audience",
            &["youth", "non_members"],
        ),
    ] {
        let expected: Vec<String> = all
            .items()
            .iter()
            .filter(|r| has(r, field, wanted))
            .map(|r| r["id"].text().to_owned())
            .collect();
        let path = format!("{ACTIVITIES}?{query}&include_total=true");
        let got = house.read("office", &path).await;
        assert_eq!(
            (got.ids(), got.body["page"]["total"].as_u64()),
            (expected.clone(), Some(expected.len() as u64)),
            "{query}"
        );
        assert_eq!(
            expected.is_empty(),
            query == "tag=27-NQ",
            "{query}: {expected:?}"
        );
    }
    house
        .get("office", &format!("{ACTIVITIES}?audience_kind=nobody"))
        .await
        .refused("invalid_parameter");
}

/// Expects a refusal with exactly these pointers, in any order.
async fn refused(house: &House, who: &str, body: Value, pointers: &[&str]) {
    let answer = house.post(who, ACTIVITIES, body.clone()).await;
    let mut got = answer.refused("validation_failed").faults();
    let mut wanted = pointers.to_vec();
    got.sort();
    wanted.sort_unstable();
    assert_eq!(got, wanted, "{who} {body}");
}

#[tokio::test]
async fn an_activity_is_refused_with_all_that_is_wrong() {
    let house = House::build().await;
    let body = study("committee", &Value::Null);
    for (wrong, pointers) in [
        (json!({"ends_on": "2021-01-11"}), &["/ends_on"][..]),
        (json!({"on": "2021-01-16", "ends_on": null}), &["/on"]),
        (json!({"tags": ["a", "b", "a"]}), &["/tags/2"]),
        (
            json!({"audience": ["members", "members"]}),
            &["/audience/1"],
        ),
        (json!({"organiser": "branch"}), &["/branch_id"]),
        (
            json!({"branch_id": NOBODY, "ends_on": "2021-01-11"}),
            &["/ends_on", "/branch_id"],
        ),
        (json!({"audience": []}), &["/audience"]),
        (
            json!({"tags": ["a", "a"], "audience": ["members", "members"]}),
            &["/audience/1", "/tags/1"],
        ),
        (
            json!({"attendance": -1, "kind": "party"}),
            &["/attendance", "/kind"],
        ),
    ] {
        refused(&house, "office", with(&body, wrong), pointers).await;
    }
}

#[tokio::test]
async fn nobody_records_an_activity_for_another() {
    let house = House::build().await;
    let body = study("committee", &Value::Null);
    let of = |b: u32| json!({"organiser": "branch", "branch_id": branch(b)});
    for (who, wrong, pointers) in [
        ("branch-01", json!({}), &["/branch_id", "/organiser"][..]),
        ("branch-01", json!({"organiser": "branch"}), &["/branch_id"]),
        ("branch-01", of(2), &["/branch_id"]),
        (
            "union",
            json!({"organiser": "youth_union"}),
            &["/organiser"],
        ),
        ("youth", of(1), &["/organiser"]),
    ] {
        refused(&house, who, with(&body, wrong), pointers).await;
    }
}

#[tokio::test]
async fn an_activity_to_come_has_no_attendance_and_one_of_today_has() {
    let house = House::build().await;
    let body = study("committee", &Value::Null);
    for days in [
        json!({"on": "2021-02-01", "ends_on": null, "attendance": null}),
        json!({"on": "2021-01-15", "ends_on": "2021-01-15"}),
    ] {
        house.create("office", ACTIVITIES, with(&body, days)).await;
    }
}

#[tokio::test]
async fn an_activity_is_changed_by_who_recorded_it_and_by_the_office() {
    let house = House::build().await;
    let movement = house
        .create("union", ACTIVITIES, study("trade_union", &Value::Null))
        .await;
    let path = movement.location().to_owned();
    let change = json!({"attendance": 50});
    for who in ["standing", "branch-01", "youth"] {
        // they can see the activity, so the refusal may give its reason instead of 404
        house
            .patch(who, &path, 1, change.clone())
            .await
            .refused("forbidden");
        house.delete(who, &path, 1).await.refused("forbidden");
    }
    house
        .patch("overseer", &path, 1, change.clone())
        .await
        .refused("forbidden");
    assert_eq!(
        house.read("union", &path).await.body,
        movement.body,
        "a refused change left a trace"
    );
    shows!(house.change("union", &path, 1, change.clone()).await, {"attendance": 50});
    house
        .patch("union", &path, 1, change)
        .await
        .refused("precondition_failed");
    house
        .change("office", &path, 2, json!({"tags": ["thi đua"]}))
        .await;
    house.remove("union", &path, 3).await;
    house.get("office", &path).await.refused("not_found");
}

#[tokio::test]
async fn a_branch_cannot_give_its_activity_away_and_the_office_may_remove_it() {
    let house = House::build().await;
    let own = house
        .create("branch-01", ACTIVITIES, study("branch", &json!(branch(1))))
        .await
        .location()
        .to_owned();
    house
        .patch("branch-02", &own, 1, json!({"attendance": 1}))
        .await
        .refused("not_found");
    // it cannot be moved to another branch
    house
        .patch("branch-01", &own, 1, json!({"branch_id": branch(2)}))
        .await
        .invalid(&["/branch_id"]);
    house
        .send("branch-01", Method::DELETE, &own, None, &[])
        .await
        .refused("precondition_required");
    house.remove("office", &own, 1).await;
}

async fn movement(house: &House) -> Answer {
    let body = study("trade_union", &Value::Null);
    let body = with(&body, json!({"kind": "emulation_movement"}));
    house.create("union", ACTIVITIES, body).await
}

/// A nomination that cites this activity as the one through which the person was found.
fn found_by(activity: &str) -> Value {
    let person = person(1, "Bế Thị Phong Trào", "31-NQ/CĐ");
    with(&person, json!({"activity_id": activity}))
}

/// S23, S61: a nomination cites the movement through which the person was found; a cited movement
/// cannot be removed.
#[tokio::test]
async fn a_nomination_cites_the_movement_through_which_the_person_was_found() {
    let house = House::build().await;
    let movement = movement(&house).await;
    let made = house
        .create("union", "nominations", found_by(&movement.id()))
        .await;
    shows!(made, {"activity_id": movement.id()});
    let path = format!("nominations?activity_id={}", movement.id());
    for who in ["union", "branch-01", "office"] {
        assert_eq!(house.read(who, &path).await.ids(), [made.id()], "{who}");
    }
}

/// S61: a movement that the union cannot see is treated like one that does not exist.
#[tokio::test]
async fn a_nomination_cites_only_a_movement_that_its_introducer_sees() {
    let house = House::build().await;
    let other = study("committee", &json!(branch(4)));
    let other = house.create("office", ACTIVITIES, other).await.id();
    for wrong in [NOBODY, &other] {
        let answer = house.post("union", "nominations", found_by(wrong)).await;
        answer.invalid(&["/activity_id"]);
    }
}

/// S23, S61
#[tokio::test]
async fn a_movement_stays_while_it_is_cited_and_is_not_cited_once_it_is_gone() {
    let house = House::build().await;
    let movement = movement(&house).await;
    let (id, path) = (movement.id(), movement.location().to_owned());
    let made = house.create("union", "nominations", found_by(&id)).await;
    let nomination = made.location().to_owned();
    house
        .delete("union", &path, 1)
        .await
        .refused("has_dependents");
    let v = house
        .change("union", &nomination, 1, json!({"activity_id": null}))
        .await;
    assert_eq!(
        (v.body["activity_id"].clone(), v.version()),
        (Value::Null, 2)
    );
    house
        .patch("union", &nomination, 2, json!({"activity_id": NOBODY}))
        .await
        .invalid(&["/activity_id"]);
    house.remove("union", &path, 1).await;
    // a removed movement can no longer be cited
    house
        .patch("union", &nomination, 2, json!({"activity_id": id}))
        .await
        .invalid(&["/activity_id"]);
}

/// A union cannot remove a movement that a branch's nomination cites, although the union cannot see
/// that nomination.
#[tokio::test]
async fn a_movement_stays_while_a_nomination_that_its_organiser_does_not_see_cites_it() {
    let house = House::build().await;
    let movement = house
        .create("union", ACTIVITIES, study("trade_union", &Value::Null))
        .await;
    let body = with(
        &person(1, "Sầm Thị Chi Bộ", "7-CB"),
        json!({"activity_id": movement.id(), "introducer_member_id": demo("dd", 1, 6)}),
    );
    let made = house.create("branch-01", "nominations", body).await;
    house
        .get("union", made.location())
        .await
        .refused("not_found");
    house
        .delete("union", movement.location(), 1)
        .await
        .refused("has_dependents");
    house.remove("branch-01", made.location(), 1).await;
    house.remove("union", movement.location(), 1).await;
}

/// S61: a nomination cannot cite a movement that is held after its paper.
#[tokio::test]
async fn a_nomination_cites_a_movement_that_was_held_before_its_paper() {
    let house = House::build().await;
    let movement = movement(&house).await;
    let early = with(&found_by(&movement.id()), json!({"paper_on": "2021-01-10"}));
    let refused = house.post("union", "nominations", early.clone()).await;
    refused.invalid(&["/activity_id"]);
    let without = with(&early, json!({"activity_id": null}));
    let made = house.create("union", "nominations", without).await;
    let cited = json!({"activity_id": movement.id()});
    let refused = house.patch("union", made.location(), 1, cited).await;
    refused.invalid(&["/activity_id"]);
    // nor can the movement be moved to a day after a paper that cites it
    let named = with(
        &found_by(&movement.id()),
        json!({"full_name": "Lê Thị Gặp Gỡ", "paper_number": "99-NQ"}),
    );
    house.create("union", "nominations", named).await;
    let later = json!({"on": "2021-01-15", "ends_on": null});
    house
        .patch("office", movement.location(), movement.version(), later)
        .await
        .refused("has_dependents");
}
