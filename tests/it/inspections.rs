//! Inspections of branches and their follow-ups.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, NOBODY, branch, demo, shows, url, with};

const INSPECTIONS: &str = "inspections";

fn inspection(n: u32) -> Value {
    json!({"branch_id": branch(n), "on": "2021-01-14", "kind": "supervision", "findings": "Hai quần chúng chưa có người kèm cặp.",
        "follow_up": "Phân công người kèm cặp.", "follow_up_due_on": "2021-02-01"})
}

/// S54: a committee member inspects the branches assigned to them. The branch reads the inspection
/// and records its follow-up.
#[tokio::test]
async fn the_member_in_charge_inspects_his_branches_and_no_others() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(2)).await;
    let path = made.location().to_owned();
    shows!(made, {"inspector_id": demo("ac", 0, 3), "inspector_role": "committee_member"});
    let readers = "branch-02 office standing: 200, branch-01: 404, union upper: 403";
    house.readers(&path, readers).await;
    // a branch that is not assigned is treated like one that does not exist
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
    // nothing can be dated before the first year of any plan
    let old = with(&inspection(2), json!({"on": "1901-01-01"}));
    house
        .post("overseer", INSPECTIONS, old)
        .await
        .invalid(&["/on"]);
    house.create("standing", INSPECTIONS, inspection(4)).await;
    house.create("office", INSPECTIONS, inspection(9)).await;
    house
        .post("branch-02", INSPECTIONS, inspection(2))
        .await
        .refused("forbidden");
}

/// Completes the inspection at `path`, which is at version 1.
async fn complete(house: &House, who: &str, path: &str, on: &str) -> Answer {
    let body = json!({"done_on": on, "note": "Đã phân công."});
    house
        .step_with(who, &format!("{path}/completions"), 1, body)
        .await
}

/// S54: the branch records its follow-up.
#[tokio::test]
async fn the_branch_follows_up_an_inspection_and_what_is_done_is_not_rewritten() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(2)).await;
    let path = made.location().to_owned();
    let body = json!({"done_on": "2021-01-15", "note": "Đã phân công."});
    let done = format!("{path}/completions");
    let careless = house
        .send("branch-02", Method::POST, &done, Some(body.clone()), &[])
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
    let again = house.step_with("branch-02", &done, 2, body).await;
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

/// S54: overdue follow-ups can be found, so that the branch can be reminded.
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

/// An overdue follow-up is settled by its completion, and by nothing else.
#[tokio::test]
async fn an_overdue_follow_up_is_not_put_off_moved_or_removed() {
    let house = House::build().await;
    let made = house.create("overseer", INSPECTIONS, inspection(2)).await;
    let path = made.location().to_owned();
    let put_off = json!({"follow_up_due_on": "2021-02-10"});
    house.change("overseer", &path, 1, put_off).await;
    house.travel("2021-02-11");
    for change in [
        json!({"follow_up_due_on": "2021-03-01"}),
        json!({"follow_up": null, "follow_up_due_on": null}),
        json!({"branch_id": branch(3)}),
    ] {
        let answer = house.patch("overseer", &path, 2, change).await;
        answer.refused("invalid_transition");
    }
    let removed = house.delete("office", &path, 2).await;
    removed.refused("invalid_transition");
    let reworded = json!({"findings": "Hai người chưa có người kèm cặp."});
    house.change("overseer", &path, 2, reworded).await;
    let duties = format!(
        "deadlines?kind=inspection_follow_up&branch_id={}",
        branch(2)
    );
    let state = async || house.read("branch-02", &duties).await.items()[0]["state"].clone();
    assert_eq!(state().await, "overdue");
    let done = json!({"done_on": "2021-02-11", "note": "Đã phân công."});
    let step = format!("{path}/completions");
    house
        .step_with("branch-02", &step, 3, done)
        .await
        .expect(200);
    assert_eq!(state().await, "settled");
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
