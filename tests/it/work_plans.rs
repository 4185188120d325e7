//! Work plans of branches: meeting, agenda and tasks.
use serde_json::{Value, json};

use crate::support::{Answer, House, NOBODY, Plain, branch, demo, shows, with};

const PLANS: &str = "work-plans";

fn plan(kind: &str, number: u32) -> Value {
    json!({"period_kind": kind, "year": 2021, "number": number, "content": "Lãnh đạo nhiệm vụ chuyên môn.", "admission_section": "Bồi dưỡng ba quần chúng ưu tú.",
        "minutes_number": "02-BB/CB", "held_on": "2021-01-14", "members": 15, "present": 14,
        "agenda": [{"kind": "admission_work", "text": "Xét danh sách"}, {"kind": "duty_of_members", "text": "Quán triệt trách nhiệm đảng viên"}],
        "checklist": [{"text": "Phân công kèm cặp", "done_on": "2021-01-14"}, {"text": "Gửi danh sách học lớp", "done_on": null}]})
}

/// S19, S25, S47, S48, S64: a branch's plan details that of the committee, and records its meeting
/// and tasks.
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
    // S19: the task is marked as done
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
    // a plan may be for a period whose meeting is still to come; the same number with another kind
    // or branch is another period
    let bare = json!({"minutes_number": null, "held_on": null, "members": null, "present": null});
    house
        .create("branch-01", PLANS, with(&plan("month", 7), bare))
        .await;
    house.create("branch-02", PLANS, plan("month", 6)).await;
    house
        .patch("branch-01", made.location(), 1, json!({"number": 7}))
        .await
        .duplicate("/number");
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

/// Of two concurrent plans for one period, one succeeds.
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

/// S47: a plan without a section on admission work is accepted, marked, and can be found.
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

#[tokio::test]
async fn a_work_plan_s_meeting_is_of_its_time_and_its_term_includes_its_year() {
    let house = House::build().await;
    let old = with(&plan("quarter", 3), json!({"held_on": "2019-12-31"}));
    house
        .post("branch-01", PLANS, old)
        .await
        .invalid(&["/held_on"]);
    let other = json!({"year": 2019, "held_on": "2019-01-14", "term_id": demo("7e", 0, 1), "checklist": []});
    let other = with(&plan("quarter", 3), other);
    house
        .post("branch-01", PLANS, other)
        .await
        .invalid(&["/year"]);
}
