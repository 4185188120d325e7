//! Overseers: committee members in charge of branches.
use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{House, NOBODY, Plain, branch, demo, same_when_read};

#[tokio::test]
async fn an_overseer_reaches_a_branch_from_the_first_day_to_the_last() {
    let house = House::build().await;
    let seen = async || {
        let list = house.read("overseer", "candidates?limit=200").await;
        list.items()
            .iter()
            .map(|c| c["branch_id"].text().to_owned())
            .collect::<BTreeSet<_>>()
    };
    let three: BTreeSet<_> = (1..=3).map(branch).collect();
    assert_eq!(seen().await, three);
    let path = format!("/api/v1/branches/{}/overseers", branch(5));
    let body = json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-15"});
    let made = house.create("office", &path, body.clone()).await;
    let place = same_when_read(&house, "standing", &made).await;
    assert_eq!(
        seen().await,
        (1..=5).filter(|n| *n != 4).map(branch).collect()
    );

    // the last day is included
    house
        .change("office", &place, 1, json!({"to_on": "2021-01-15"}))
        .await;
    assert!(seen().await.contains(&branch(5)));
    house
        .change(
            "office",
            &place,
            2,
            json!({"from_on": "2021-01-10", "to_on": "2021-01-14"}),
        )
        .await;
    assert_eq!(seen().await, three);
    // not before the first day
    house
        .create(
            "office",
            &path,
            json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-16"}),
        )
        .await;
    assert_eq!(seen().await, three);
}

#[tokio::test]
async fn an_overseer_is_a_committee_member_assigned_once_until_a_later_day() {
    let house = House::build().await;
    let path = format!("branches/{}/overseers", branch(5));
    let body = json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-15"});
    let made = house.create("office", &path, body.clone()).await;
    let place = made.location().to_owned();
    house
        .post("office", &path, body)
        .await
        .duplicate("/account_id");
    for account in [demo("ac", 0, 2), NOBODY.into()] {
        house
            .post(
                "office",
                &path,
                json!({"account_id": account, "from_on": "2021-01-15"}),
            )
            .await
            .invalid(&["/account_id"]);
    }
    house
        .patch("office", &place, 1, json!({"to_on": "2021-01-14"}))
        .await
        .invalid(&["/to_on"]);
    // an assignment cannot be extended into the next one of the same person
    house
        .change("office", &place, 1, json!({"to_on": "2021-01-20"}))
        .await;
    let next = json!({"account_id": demo("ac", 0, 3), "from_on": "2021-02-01"});
    house.create("office", &path, next).await;
    house
        .patch("office", &place, 2, json!({"to_on": null}))
        .await
        .duplicate("/account_id");
}

/// The new branch of a split gets the overseers of the old one for the rest of their time, but not
/// before its own first day.
#[tokio::test]
async fn a_split_takes_overseers_along_for_their_own_days_only() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let old = format!("/api/v1/branches/{}", branch(5));
    let overseers = format!("{old}/overseers");
    let (was, becomes) = (
        json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-01", "to_on": "2022-12-15"}),
        json!({"account_id": demo("ac", 0, 3), "from_on": "2023-02-01"}),
    );
    house.create("office", &overseers, was).await;
    let mistaken = house.create("office", &overseers, becomes.clone()).await;
    let without =
        async |path: &str| house.read("office", path).await.body["without_overseer"].clone();
    assert_eq!(without(&old).await, true, "nobody is in charge today");
    let split = json!({"on": "2022-12-10", "number": "11", "name": "Chi bộ mới", "kind": "functional", "non_member_count": 0,
        "paper_number": "13-QĐ/ĐU", "member_ids": [demo("dd", 5, 6)], "candidate_ids": [], "department_ids": []});
    let seen = house.read("office", &old).await.version();
    let new = house
        .step_with("office", &format!("{old}/splits"), seen, split)
        .await
        .expect(201);
    let new = format!("branches/{}", new.id());
    let periods = house.read("office", &format!("{new}/overseers")).await;
    let mut periods: Vec<_> = (periods.items().iter())
        .map(|o| (o["from_on"].clone(), o["to_on"].clone()))
        .collect();
    periods.sort_by_key(|period| period.0.to_string());
    assert_eq!(
        periods,
        [
            (json!("2022-12-10"), json!("2022-12-15")),
            (json!("2023-02-01"), json!(null))
        ]
    );
    assert_eq!(without(&new).await, true);
    house
        .get("overseer", &format!("{new}/register"))
        .await
        .refused("not_found");

    // assignments of one person cannot overlap on any day, and one made by mistake can be removed
    house
        .post("office", &overseers, becomes)
        .await
        .duplicate("/account_id");
    let longer =
        json!({"account_id": demo("ac", 0, 3), "from_on": "2022-12-15", "to_on": "2023-02-01"});
    house
        .post("office", &overseers, longer)
        .await
        .duplicate("/account_id");
    let somebody_else = json!({"account_id": demo("ac", 0, 2)});
    house
        .patch("office", mistaken.location(), 1, somebody_else)
        .await
        .invalid(&["/account_id"]);
    house
        .delete("standing", mistaken.location(), 1)
        .await
        .refused("forbidden");
    house.remove("office", mistaken.location(), 1).await;
}

/// Concurrent requests see each other's assignments. After a branch has ended, an assignment can
/// only be shortened to its last day.
#[tokio::test]
async fn of_overlapping_assignments_at_once_there_is_one_and_none_after_the_end() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let path = format!("branches/{}/overseers", branch(10));
    let year = |n: u32| json!({"account_id": demo("ac", 0, 3), "from_on": format!("2021-0{n}-01"), "to_on": format!("2022-11-0{n}")});
    let all = (1..=6).map(|n| house.post("office", &path, year(n)));
    let answers = futures_util::future::join_all(all).await;
    let made: Vec<_> = answers.iter().filter(|a| a.status == 201).collect();
    assert_eq!(made.len(), 1);
    let place = made[0].location().to_owned();
    house.merge(10, 9, "2022-12-15").await;
    for on in [json!(null), json!("2022-12-16")] {
        house
            .patch("office", &place, 1, json!({"to_on": on}))
            .await
            .refused("invalid_transition");
    }
    house
        .change("office", &place, 1, json!({"to_on": "2022-12-15"}))
        .await;
}
