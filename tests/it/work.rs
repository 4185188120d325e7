//! The branches' daily work, first part: activities, the nominations that cite them, work plans,
//! inspections.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, person, shows, url};

const NOBODY: &str = "01750000-0000-7000-8000-00000b990000";
const ACTIVITIES: &str = "/api/v1/activities";
const PLANS: &str = "/api/v1/work-plans";
const INSPECTIONS: &str = "/api/v1/inspections";

fn branch(n: u32) -> String {
    demo("0b", n, 0)
}

/// `body` with other fields.
pub fn with(body: &Value, more: Value) -> Value {
    let mut all = body.clone();
    let Value::Object(more) = more else {
        panic!("{more} is no object")
    };
    all.as_object_mut().unwrap().extend(more);
    all
}

/// Refused as invalid, with exactly these pointers.
#[track_caller]
pub fn invalid(answer: Answer, pointers: &[&str]) {
    let answer = answer.refused("validation_failed");
    assert_eq!(answer.faults(), pointers, "{}", answer.text);
}

fn study(organiser: &str, branch: &Value) -> Value {
    json!({"kind": "study", "topic": "Nghị quyết 27-NQ/TW về đội ngũ trí thức", "tags": ["27-NQ/TW", "học tập Hồ Chí Minh"], "on": "2021-01-12",
        "ends_on": "2021-01-13", "organiser": organiser, "branch_id": branch, "audience": ["officials", "members"], "attendance": 42, "department_heads": true})
}

fn ids(answer: &Answer) -> Vec<String> {
    answer
        .items()
        .iter()
        .map(|i| i["id"].text().to_owned())
        .collect()
}

/// S20, S21, S22, S57, S62, S63, S67: each organiser records what it does, with topic, audience, tags and attendance, and reads its own.
#[tokio::test]
async fn each_organiser_records_its_activities_and_everyone_reads_what_concerns_them() {
    let house = House::build().await;
    let mut made = Vec::new();
    for (who, body) in [
        ("standing", study("committee", &Value::Null)),
        (
            "office",
            with(
                &study("party_office", &Value::Null),
                json!({"kind": "propaganda", "audience": ["members", "non_members"]}),
            ),
        ),
        ("office", study("committee", &json!(branch(4)))),
        ("branch-01", study("branch", &json!(branch(1)))),
        (
            "union",
            with(
                &study("trade_union", &Value::Null),
                json!({"kind": "emulation_movement", "audience": ["union_members", "staff"]}),
            ),
        ),
        ("union", study("trade_union", &json!(branch(4)))),
        (
            "youth",
            with(
                &study("youth_union", &Value::Null),
                json!({"kind": "education", "audience": ["youth", "youth_union_members"]}),
            ),
        ),
    ] {
        let answer = house.create(who, ACTIVITIES, body.clone()).await;
        for field in [
            "kind",
            "topic",
            "tags",
            "on",
            "ends_on",
            "organiser",
            "branch_id",
            "audience",
            "attendance",
            "department_heads",
        ] {
            assert_eq!(answer.body[field], body[field], "{who}: {field}");
        }
        assert_eq!(house.read(who, answer.location()).await.body, answer.body);
        made.push(answer.id());
    }
    // who sees which of the seven: of the whole organisation, of branch 01, of branch 04
    for (who, seen) in [
        ("standing", &[0, 1, 2, 3, 4, 5, 6][..]),
        ("office", &[0, 1, 2, 3, 4, 5, 6]),
        ("overseer", &[0, 1, 3, 4, 6]),
        ("branch-01", &[0, 1, 3, 4, 6]),
        ("branch-04", &[0, 1, 2, 4, 5, 6]),
        ("union", &[0, 1, 4, 5, 6]),
        ("youth", &[0, 1, 4, 6]),
    ] {
        let list = ids(&house.read(who, &format!("{ACTIVITIES}?limit=200")).await);
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
    house
        .post("overseer", ACTIVITIES, study("committee", &Value::Null))
        .await
        .refused("forbidden");
}

/// S63, S67, S22: found by tag, audience, kind, department heads.
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
    for (query, field, wanted) in [
        ("tag=27-NQ/TW", "tags", &["27-NQ/TW"][..]),
        (
            "tag=27-NQ/TW,thi%20%C4%91ua",
            "tags",
            &["27-NQ/TW", "thi đua"],
        ),
        (
            "tag=h%E1%BB%8Dc%20t%E1%BA%ADp%20H%E1%BB%93%20Ch%C3%AD%20Minh",
            "tags",
            &["học tập Hồ Chí Minh"],
        ),
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
        let got = house
            .read(
                "office",
                &format!("{ACTIVITIES}?{query}&include_total=true"),
            )
            .await;
        assert_eq!(
            (ids(&got), got.body["page"]["total"].as_u64()),
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

#[tokio::test]
async fn an_activity_is_refused_with_all_that_is_wrong_and_nobody_records_for_another() {
    let house = House::build().await;
    let body = study("committee", &Value::Null);
    for (who, wrong, pointers) in [
        (
            "office",
            json!({"ends_on": "2021-01-11"}),
            &["/ends_on"][..],
        ),
        (
            "office",
            json!({"on": "2021-01-16", "ends_on": null}),
            &["/on"],
        ),
        (
            "office",
            json!({"tags": ["a", "b", "a"], "audience": ["members", "members"]}),
            &["/tags/2", "/audience/1"],
        ),
        ("office", json!({"organiser": "branch"}), &["/branch_id"]),
        (
            "office",
            json!({"branch_id": NOBODY, "ends_on": "2021-01-11"}),
            &["/ends_on", "/branch_id"],
        ),
        ("office", json!({"audience": []}), &["/audience"]),
        (
            "office",
            json!({"attendance": -1, "kind": "party"}),
            &["/attendance", "/kind"],
        ),
        ("branch-01", json!({}), &["/organiser", "/branch_id"]),
        ("branch-01", json!({"organiser": "branch"}), &["/branch_id"]),
        (
            "branch-01",
            json!({"organiser": "branch", "branch_id": branch(2)}),
            &["/branch_id"],
        ),
        (
            "union",
            json!({"organiser": "youth_union"}),
            &["/organiser"],
        ),
        (
            "youth",
            json!({"organiser": "branch", "branch_id": branch(1)}),
            &["/organiser"],
        ),
    ] {
        let answer = house
            .post(who, ACTIVITIES, with(&body, wrong.clone()))
            .await
            .refused("validation_failed");
        let (mut got, mut wanted) = (answer.faults(), pointers.to_vec());
        got.sort();
        wanted.sort_unstable();
        assert_eq!(got, wanted, "{who} {wrong}");
    }
    // one that is still to come has no attendance yet; today counts as taken place
    house
        .create(
            "office",
            ACTIVITIES,
            with(
                &body,
                json!({"on": "2021-02-01", "ends_on": null, "attendance": null}),
            ),
        )
        .await;
    house
        .create(
            "office",
            ACTIVITIES,
            with(&body, json!({"on": "2021-01-15", "ends_on": "2021-01-15"})),
        )
        .await;
}

#[tokio::test]
async fn only_who_recorded_an_activity_and_the_office_may_change_or_remove_it() {
    let house = House::build().await;
    let movement = house
        .create("union", ACTIVITIES, study("trade_union", &Value::Null))
        .await;
    let path = movement.location().to_owned();
    let change = json!({"attendance": 50});
    for who in ["standing", "branch-01", "youth"] {
        // they see it, so the refusal says why
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
    let own = house
        .create("branch-01", ACTIVITIES, study("branch", &json!(branch(1))))
        .await
        .location()
        .to_owned();
    house
        .patch("branch-02", &own, 1, json!({"attendance": 1}))
        .await
        .refused("not_found");
    // a branch cannot give its activity away
    house
        .patch("branch-01", &own, 1, json!({"branch_id": branch(2)}))
        .await
        .invalid(&["/branch_id"]);
    house.remove("union", &path, 3).await;
    house.get("office", &path).await.refused("not_found");
    house
        .send("branch-01", Method::DELETE, &own, None, &[])
        .await
        .refused("precondition_required");
    house.remove("office", &own, 1).await;
}

/// S23, S61: a person found through a movement; the nomination says through which, and the movement stays while it is cited.
#[tokio::test]
async fn a_nomination_cites_the_movement_through_which_the_person_was_found() {
    let house = House::build().await;
    let movement = house
        .create(
            "union",
            ACTIVITIES,
            with(
                &study("trade_union", &Value::Null),
                json!({"kind": "emulation_movement"}),
            ),
        )
        .await;
    let (id, path) = (movement.id(), movement.location().to_owned());
    let other = house
        .create("office", ACTIVITIES, study("committee", &json!(branch(4))))
        .await
        .id();
    // out of the union's sight is as unknown as what does not exist
    for wrong in [NOBODY.to_owned(), other] {
        house
            .post(
                "union",
                "nominations",
                with(
                    &person(1, "Bế Thị Phong Trào", "31-NQ/CĐ"),
                    json!({"activity_id": wrong}),
                ),
            )
            .await
            .invalid(&["/activity_id"]);
    }
    let made = house
        .create(
            "union",
            "nominations",
            with(
                &person(1, "Bế Thị Phong Trào", "31-NQ/CĐ"),
                json!({"activity_id": id}),
            ),
        )
        .await;
    assert_eq!(made.body["activity_id"], id);
    let nomination = made.location().to_owned();
    for who in ["union", "branch-01", "office"] {
        let list = house
            .read(who, &format!("nominations?activity_id={id}"))
            .await;
        assert_eq!(ids(&list), [made.id()], "{who}");
    }
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
    // gone: no longer to be cited
    house
        .patch("union", &nomination, 2, json!({"activity_id": id}))
        .await
        .invalid(&["/activity_id"]);
}

/// The union removes its movement, which a branch's nomination cites: the union does not see that nomination, and yet it counts.
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

fn plan(kind: &str, number: u32) -> Value {
    json!({"period_kind": kind, "year": 2021, "number": number, "content": "Lãnh đạo nhiệm vụ chuyên môn.", "admission_section": "Bồi dưỡng ba quần chúng ưu tú.",
        "minutes_number": "02-BB/CB", "held_on": "2021-01-14", "members": 15, "present": 14,
        "agenda": [{"kind": "admission_work", "text": "Xét danh sách"}, {"kind": "duty_of_members", "text": "Quán triệt trách nhiệm đảng viên"}],
        "checklist": [{"text": "Phân công kèm cặp", "done_on": "2021-01-14"}, {"text": "Gửi danh sách học lớp", "done_on": null}]})
}

/// S19, S25, S47, S48, S64: a branch's plan makes the committee's concrete, records its meeting and its tasks.
#[tokio::test]
async fn a_branch_keeps_its_work_plans_with_meeting_agenda_and_checklist() {
    let house = House::build().await;
    let year = house
        .read("branch-01", &format!("{PLANS}?period_kind=year"))
        .await;
    assert_eq!(year.items().len(), 1);
    let body = with(
        &plan("quarter", 2),
        json!({"term_id": demo("7e", 0, 1), "parent_id": year.items()[0]["id"]}),
    );
    let made = house.create("branch-01", PLANS, body.clone()).await;
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&made.body[field], value, "{field}");
    }
    shows!(made, {"branch_id": branch(1), "open_items": 1, "missing_admission_section": false});
    let path = made.location().to_owned();
    house
        .readers(
            &path,
            "office standing overseer: 200, branch-02: 404, union upper: 403",
        )
        .await;
    // the task is done: S19
    let done = json!({"checklist": [{"text": "Phân công kèm cặp", "done_on": "2021-01-14"}, {"text": "Gửi danh sách học lớp", "done_on": "2021-01-15"}]});
    shows!(house.change("branch-01", &path, 1, done).await, {"open_items": 0});
    for who in ["office", "standing", "overseer"] {
        house
            .patch(who, &path, 2, json!({"content": "của tôi"}))
            .await
            .refused("forbidden");
    }
    // its month hangs on it
    let month = house
        .create(
            "branch-01",
            PLANS,
            with(&plan("month", 5), json!({"parent_id": made.id()})),
        )
        .await;
    house
        .delete("branch-01", &path, 2)
        .await
        .refused("has_dependents");
    house
        .patch("branch-01", &path, 2, json!({"number": 3}))
        .await
        .refused("has_dependents");
    house.remove("branch-01", month.location(), 1).await;
    house.remove("branch-01", &path, 2).await;
    house.create("branch-01", PLANS, body).await;
}

#[tokio::test]
async fn a_work_plan_is_refused_with_all_that_is_wrong_and_stands_once_for_a_period() {
    let house = House::build().await;
    let other = house
        .read(
            "office",
            &format!("{PLANS}?period_kind=year&branch_id={}", branch(2)),
        )
        .await
        .items()[0]["id"]
        .clone();
    let own = house
        .read(
            "office",
            &format!("{PLANS}?period_kind=year&branch_id={}", branch(1)),
        )
        .await
        .items()[0]["id"]
        .clone();
    for (wrong, pointers) in [
        (
            json!({"period_kind": "quarter", "number": 5}),
            &["/number"][..],
        ),
        (json!({"period_kind": "year", "number": 2}), &["/number"]),
        (json!({"number": 13}), &["/number"]),
        (
            json!({"members": null, "present": null}),
            &["/members", "/present"],
        ),
        (
            json!({"present": 16, "held_on": "2021-01-16"}),
            &["/held_on", "/present"],
        ),
        (
            json!({"checklist": [{"text": "a", "done_on": "2021-01-16"}]}),
            &["/checklist/0/done_on"],
        ),
        (
            json!({"term_id": NOBODY, "parent_id": NOBODY}),
            &["/term_id", "/parent_id"],
        ),
        (json!({"parent_id": other}), &["/parent_id"]),
        (json!({"parent_id": own, "year": 2022}), &["/parent_id"]),
        (
            json!({"agenda": [{"kind": "gossip", "text": "x"}]}),
            &["/agenda/0/kind"],
        ),
    ] {
        house
            .post("branch-01", PLANS, with(&plan("month", 6), wrong))
            .await
            .invalid(pointers);
    }
    let made = house.create("branch-01", PLANS, plan("month", 6)).await;
    house
        .post("branch-01", PLANS, plan("month", 6))
        .await
        .duplicate("/number");
    // a period without its meeting yet; the same number of another kind or branch is another period
    let bare = json!({"minutes_number": null, "held_on": null, "members": null, "present": null});
    house
        .create("branch-01", PLANS, with(&plan("month", 7), bare))
        .await;
    house.create("branch-02", PLANS, plan("month", 6)).await;
    house
        .patch(
            "branch-01",
            made.location(),
            1,
            json!({"parent_id": made.id()}),
        )
        .await
        .invalid(&["/parent_id"]);
    for who in ["office", "standing", "overseer", "union"] {
        house
            .post(who, PLANS, plan("month", 8))
            .await
            .refused("forbidden");
    }
}

/// Two of the branch record the same period at once: one stands.
#[tokio::test]
async fn of_two_plans_for_one_period_at_once_one_stands() {
    let house = House::build().await;
    house.token("branch-01").await;
    let (a, b) = tokio::join!(
        house.post("branch-01", PLANS, plan("quarter", 3)),
        house.post("branch-01", PLANS, plan("quarter", 3))
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(
        house
            .read(
                "branch-01",
                &format!("{PLANS}?period_kind=quarter&number=3")
            )
            .await
            .items()
            .len(),
        1
    );
}

/// S47: a plan that says nothing about admission work is taken, flagged, and found.
#[tokio::test]
async fn a_plan_without_a_section_on_admission_work_is_flagged_and_found() {
    let house = House::build().await;
    let flagged = |list: &Answer| {
        list.items()
            .iter()
            .map(|p| p["branch_id"].text().to_owned())
            .collect::<Vec<_>>()
    };
    let missing = format!("{PLANS}?missing_admission_section=true");
    assert_eq!(
        flagged(&house.read("office", &missing).await),
        [branch(8)],
        "the demo's branch 08"
    );
    let made = house
        .create(
            "branch-01",
            PLANS,
            with(&plan("month", 2), json!({"admission_section": null})),
        )
        .await;
    assert_eq!(made.body["missing_admission_section"], true);
    assert_eq!(
        flagged(&house.read("overseer", &missing).await),
        [branch(1)]
    );
    assert_eq!(
        flagged(&house.read("branch-02", &missing).await),
        Vec::<String>::new()
    );
    let mended = house
        .change(
            "branch-01",
            made.location(),
            1,
            json!({"admission_section": "Tạo nguồn."}),
        )
        .await;
    assert_eq!(mended.body["missing_admission_section"], false);
    assert_eq!(
        flagged(&house.read("overseer", &missing).await),
        Vec::<String>::new()
    );
}

fn inspection(n: u32) -> Value {
    json!({"branch_id": branch(n), "on": "2021-01-14", "kind": "supervision", "findings": "Hai quần chúng chưa có người kèm cặp.",
        "follow_up": "Phân công người kèm cặp.", "follow_up_due_on": "2021-02-01"})
}

/// S54: the member in charge inspects the branches that are his; the branch reads it and records that it has followed up.
#[tokio::test]
async fn the_member_in_charge_inspects_and_the_branch_follows_up() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(2)).await;
    let path = made.location().to_owned();
    shows!(made, {"inspector_id": demo("ac", 0, 3), "inspector_role": "committee_member"});
    house
        .readers(
            &path,
            "branch-02 office standing: 200, branch-01: 404, union upper: 403",
        )
        .await;
    // a branch that is not his answers as one that does not exist
    for wrong in [branch(4), NOBODY.to_owned()] {
        house
            .post(
                "overseer",
                INSPECTIONS,
                with(&inspection(1), json!({"branch_id": wrong})),
            )
            .await
            .invalid(&["/branch_id"]);
    }
    house.create("standing", INSPECTIONS, inspection(4)).await;
    house.create("office", INSPECTIONS, inspection(9)).await;
    house
        .post("branch-02", INSPECTIONS, inspection(2))
        .await
        .refused("forbidden");

    let (done, v) = (format!("{path}/completions"), [("if-match", "\"1\"")]);
    let body = |on: &str| Some(json!({"done_on": on, "note": "Đã phân công."}));
    house
        .send("branch-02", Method::POST, &done, body("2021-01-15"), &[])
        .await
        .refused("precondition_required");
    house
        .send("branch-02", Method::POST, &done, body("2021-01-16"), &v)
        .await
        .invalid(&["/done_on"]);
    house
        .send("branch-02", Method::POST, &done, body("2021-01-13"), &v)
        .await
        .invalid(&["/done_on"]);
    house
        .send("branch-03", Method::POST, &done, body("2021-01-15"), &v)
        .await
        .refused("not_found");
    let after = house
        .send("branch-02", Method::POST, &done, body("2021-01-15"), &v)
        .await
        .expect(200);
    shows!(after, {"follow_up_done_on": "2021-01-15", "follow_up_note": "Đã phân công."});
    house
        .send(
            "branch-02",
            Method::POST,
            &done,
            body("2021-01-15"),
            &[("if-match", "\"2\"")],
        )
        .await
        .refused("invalid_transition");
    // what is done is not rewritten
    house
        .patch("overseer", &path, 2, json!({"findings": "khác"}))
        .await
        .refused("invalid_transition");
    house
        .delete("overseer", &path, 2)
        .await
        .refused("invalid_transition");
}

/// S54: urging: what is overdue is found.
#[tokio::test]
async fn a_follow_up_that_is_late_is_shown_as_overdue_until_it_is_done() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(2)).await;
    let path = made.location().to_owned();
    let overdue = async |who: &str| {
        ids(&house
            .read(
                who,
                &format!(
                    "{INSPECTIONS}?follow_up_overdue=true&branch_id={}",
                    branch(2)
                ),
            )
            .await)
    };
    house.travel("2021-02-01");
    assert_eq!(
        (
            house.get("overseer", &path).await.body["follow_up_overdue"].clone(),
            overdue("overseer").await.len()
        ),
        (json!(false), 0),
        "the last day"
    );
    house.travel("2021-02-02");
    assert_eq!(
        (
            house.get("overseer", &path).await.body["follow_up_overdue"].clone(),
            overdue("branch-02").await
        ),
        (json!(true), vec![made.id()])
    );
    let body = Some(json!({"done_on": "2021-02-02", "note": "Xong."}));
    house
        .send(
            "overseer",
            Method::POST,
            &format!("{path}/completions"),
            body,
            &[("if-match", "\"1\"")],
        )
        .await
        .expect(200);
    assert_eq!(
        (
            house.get("overseer", &path).await.body["follow_up_overdue"].clone(),
            overdue("overseer").await.len()
        ),
        (json!(false), 0)
    );
}

#[tokio::test]
async fn an_inspection_is_changed_by_its_inspector_and_the_office_and_its_follow_up_has_a_day() {
    let house = House::build().await;
    for (wrong, pointers) in [
        (
            json!({"follow_up_due_on": null}),
            &["/follow_up_due_on"][..],
        ),
        (json!({"follow_up": null}), &["/follow_up"]),
        (
            json!({"follow_up_due_on": "2021-01-13", "on": "2021-01-16"}),
            &["/on", "/follow_up_due_on"],
        ),
        (json!({"on": "2021-01-16"}), &["/on"]),
    ] {
        house
            .post("overseer", INSPECTIONS, with(&inspection(1), wrong))
            .await
            .invalid(pointers);
    }
    let made = house
        .create(
            "overseer",
            INSPECTIONS,
            with(
                &inspection(1),
                json!({"follow_up": null, "follow_up_due_on": null}),
            ),
        )
        .await;
    let path = made.location().to_owned();
    let completion = Some(json!({"done_on": "2021-01-15", "note": "Xong."}));
    house
        .send(
            "branch-01",
            Method::POST,
            &format!("{path}/completions"),
            completion,
            &[("if-match", "\"1\"")],
        )
        .await
        .refused("invalid_transition");
    house
        .patch("standing", &path, 1, json!({"findings": "khác"}))
        .await
        .refused("forbidden");
    house
        .patch("branch-01", &path, 1, json!({"findings": "khác"}))
        .await
        .refused("forbidden");
    shows!(house.change("overseer", &path, 1, json!({"findings": "khác"})).await, {
        "findings": "khác"
    });
    house
        .change("office", &path, 2, json!({"kind": "check"}))
        .await;
    // nor does the database let the branch rewrite what was found
    let refused = ketnap::db::connect::client(&url("ketnap_app", &house.database).parse().unwrap())
        .await
        .unwrap();
    refused.batch_execute("begin").await.unwrap();
    let identity = format!(
        "select set_config('app.role', 'branch_committee', true), set_config('app.account', '{}', true), set_config('app.organization', '{}', true), set_config('app.branches', '{{{}}}', true)",
        demo("ac", 0, 4),
        demo("0a", 0, 2),
        branch(1)
    );
    refused.batch_execute(&identity).await.unwrap();
    let error = refused
        .execute(
            "update inspection set findings = 'của chi bộ' where branch_id = ($1::text)::uuid",
            &[&branch(1)],
        )
        .await
        .unwrap_err();
    assert_eq!(error.code().unwrap().code(), "42501", "{error}");
    house.remove("overseer", &path, 3).await;
    house.get("branch-01", &path).await.refused("not_found");
}
