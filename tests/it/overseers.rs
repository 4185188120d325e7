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

    // the last day is inclusive
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
}
