//! The branches' daily work, first part: activities, the nominations that cite them, work plans,
//! inspections.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, NOBODY, Plain, branch, demo, person, shows, url, with};

const ACTIVITIES: &str = "activities";
const PLANS: &str = "work-plans";
const INSPECTIONS: &str = "inspections";

fn study(organiser: &str, branch: &Value) -> Value {
    json!({"kind": "study", "topic": "Nghị quyết 27-NQ/TW về đội ngũ trí thức", "tags": ["27-NQ/TW", "học tập Hồ Chí Minh"], "on": "2021-01-12",
        "ends_on": "2021-01-13", "organiser": organiser, "branch_id": branch, "audience": ["officials", "members"], "attendance": 42, "department_heads": true})
}

/// Who records it, and what: of the whole organisation, of branch 01, of branch 04.
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

/// S20, S21, S22, S57, S62, S63, S67: with topic, audience, tags and attendance.
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

/// Refused with these pointers, in any order.
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
    // a branch cannot give its activity away
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

/// A nomination that cites this activity.
fn found_by(activity: &str) -> Value {
    let person = person(1, "Bế Thị Phong Trào", "31-NQ/CĐ");
    with(&person, json!({"activity_id": activity}))
}

/// S23, S61: a person found through a movement; the nomination says through which, and the movement stays while it is cited.
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

/// S61: out of the union's sight is as unknown as what does not exist.
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
async fn a_branch_keeps_its_work_plans_with_meeting_agenda_and_tasks() {
    let house = House::build().await;
    let year = house
        .read("branch-01", &format!("{PLANS}?period_kind=year"))
        .await;
    assert_eq!(year.items().len(), 1);
    let part = json!({"term_id": demo("7e", 0, 1), "parent_id": year.items()[0]["id"]});
    let body = with(&plan("quarter", 2), part);
    let made = house.create("branch-01", PLANS, body.clone()).await;
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&made.body[field], value, "{field}");
    }
    shows!(made, {"branch_id": branch(1), "open_items": 1, "missing_admission_section": false});
    let path = made.location().to_owned();
    let readers = "office standing overseer: 200, branch-02: 404, union upper: 403";
    house.readers(&path, readers).await;
    // the task is done: S19
    let done = json!({"checklist": [{"text": "Phân công kèm cặp", "done_on": "2021-01-14"}, {"text": "Gửi danh sách học lớp", "done_on": "2021-01-15"}]});
    shows!(house.change("branch-01", &path, 1, done).await, {"open_items": 0});
    for who in ["office", "standing", "overseer"] {
        house
            .patch(who, &path, 2, json!({"content": "của tôi"}))
            .await
            .refused("forbidden");
    }
}

/// S19
#[tokio::test]
async fn a_work_plan_on_which_another_hangs_keeps_its_period_and_stays() {
    let house = House::build().await;
    let body = plan("quarter", 2);
    let made = house.create("branch-01", PLANS, body.clone()).await;
    let path = made.location().to_owned();
    let month = with(&plan("month", 5), json!({"parent_id": made.id()}));
    let month = house.create("branch-01", PLANS, month).await;
    house
        .delete("branch-01", &path, 1)
        .await
        .refused("has_dependents");
    house
        .patch("branch-01", &path, 1, json!({"number": 3}))
        .await
        .refused("has_dependents");
    house.remove("branch-01", month.location(), 1).await;
    house.remove("branch-01", &path, 1).await;
    house.create("branch-01", PLANS, body).await;
}

#[tokio::test]
async fn a_work_plan_is_refused_with_all_that_is_wrong() {
    let house = House::build().await;
    let year = async |b: u32| {
        let path = format!("{PLANS}?period_kind=year&branch_id={}", branch(b));
        house.read("office", &path).await.items()[0]["id"].clone()
    };
    let (own, other) = (year(1).await, year(2).await);
    let task = json!({"text": "a", "done_on": "2021-01-16"});
    let gossip = json!({"kind": "gossip", "text": "x"});
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
        (json!({"checklist": [task]}), &["/checklist/0/done_on"]),
        (
            json!({"term_id": NOBODY, "parent_id": NOBODY}),
            &["/term_id", "/parent_id"],
        ),
        (json!({"parent_id": other}), &["/parent_id"]),
        (json!({"parent_id": own, "year": 2022}), &["/parent_id"]),
        (json!({"agenda": [gossip]}), &["/agenda/0/kind"]),
    ] {
        let body = with(&plan("month", 6), wrong);
        house.post("branch-01", PLANS, body).await.invalid(pointers);
    }
}

#[tokio::test]
async fn one_work_plan_of_a_branch_stands_for_a_period() {
    let house = House::build().await;
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
}

#[tokio::test]
async fn a_branch_alone_writes_its_work_plans() {
    let house = House::build().await;
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
    let stands = format!("{PLANS}?period_kind=quarter&number=3");
    assert_eq!(house.read("branch-01", &stands).await.items().len(), 1);
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
async fn the_member_in_charge_inspects_his_branches_and_no_others() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(2)).await;
    let path = made.location().to_owned();
    shows!(made, {"inspector_id": demo("ac", 0, 3), "inspector_role": "committee_member"});
    let readers = "branch-02 office standing: 200, branch-01: 404, union upper: 403";
    house.readers(&path, readers).await;
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
}

/// A completion of the inspection at `path`, as it was in version 1.
async fn complete(house: &House, who: &str, path: &str, on: &str) -> Answer {
    let body = json!({"done_on": on, "note": "Đã phân công."});
    house
        .step_with(who, &format!("{path}/completions"), 1, body)
        .await
}

/// S54: the branch records that it has followed up.
#[tokio::test]
async fn the_branch_follows_up_an_inspection_and_what_is_done_is_not_rewritten() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(2)).await;
    let path = made.location().to_owned();
    let body = Some(json!({"done_on": "2021-01-15", "note": "Đã phân công."}));
    let done = format!("{path}/completions");
    let careless = house
        .send("branch-02", Method::POST, &done, body.clone(), &[])
        .await;
    careless.refused("precondition_required");
    for wrong in ["2021-01-16", "2021-01-13"] {
        complete(&house, "branch-02", &path, wrong)
            .await
            .invalid(&["/done_on"]);
    }
    let other = complete(&house, "branch-03", &path, "2021-01-15").await;
    other.refused("not_found");
    let after = complete(&house, "branch-02", &path, "2021-01-15")
        .await
        .expect(200);
    shows!(after, {"follow_up_done_on": "2021-01-15", "follow_up_note": "Đã phân công."});
    let again = house.step_with("branch-02", &done, 2, body.unwrap()).await;
    again.refused("invalid_transition");
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
    let late = format!(
        "{INSPECTIONS}?follow_up_overdue=true&branch_id={}",
        branch(2)
    );
    let shown = async |who: &str| {
        let overdue = house.read("overseer", &path).await.body["follow_up_overdue"].clone();
        (overdue, house.read(who, &late).await.ids())
    };
    house.travel("2021-02-01");
    assert_eq!(
        shown("overseer").await,
        (json!(false), vec![]),
        "the last day"
    );
    house.travel("2021-02-02");
    assert_eq!(shown("branch-02").await, (json!(true), vec![made.id()]));
    complete(&house, "overseer", &path, "2021-02-02")
        .await
        .expect(200);
    assert_eq!(shown("overseer").await, (json!(false), vec![]));
}

#[tokio::test]
async fn the_follow_up_of_an_inspection_has_a_day_and_the_day_a_follow_up() {
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
        let body = with(&inspection(1), wrong);
        house
            .post("overseer", INSPECTIONS, body)
            .await
            .invalid(pointers);
    }
    let bare = json!({"follow_up": null, "follow_up_due_on": null});
    let bare = with(&inspection(1), bare);
    let made = house.create("overseer", INSPECTIONS, bare).await;
    let nothing_to_do = complete(&house, "branch-01", made.location(), "2021-01-15").await;
    nothing_to_do.refused("invalid_transition");
}

#[tokio::test]
async fn an_inspection_is_changed_by_its_inspector_and_the_office() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(1)).await;
    let path = made.location().to_owned();
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
    house.remove("overseer", &path, 3).await;
    house.get("branch-01", &path).await.refused("not_found");
}

#[tokio::test]
async fn the_database_keeps_a_branch_from_rewriting_what_was_found() {
    let house = House::build().await;
    house.create("overseer", INSPECTIONS, inspection(1)).await;
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
}
