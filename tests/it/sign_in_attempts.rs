//! Sign-in attempts, as the administrator sees them.
use crate::auth::sign_in;
use crate::support::{House, PASSWORD, Plain};

#[tokio::test]
async fn the_administrator_sees_who_tried_to_sign_in() {
    let house = House::build().await;
    sign_in(&house, "office", "wrong").await;
    sign_in(&house, "office", PASSWORD).await.expect(200);
    sign_in(&house, "nobody-here", "wrong").await;
    let seen = house.read("admin", "sign-in-attempts").await;
    let outcomes: Vec<&str> = seen.items().iter().map(|a| a["outcome"].text()).collect();
    assert!(
        outcomes.contains(&"wrong") && outcomes.contains(&"right"),
        "{outcomes:?}"
    );
    // an attempt at an unknown login is stored, but belongs to no account and so is not listed
    let all = "select count(*) from sign_in_attempt";
    assert_eq!(
        house.count(all).await,
        i64::try_from(outcomes.len()).unwrap() + 1
    );
    assert!(seen.items().iter().all(|a| a["address"] == "127.0.0.1"));
    for who in ["office", "standing", "branch-01", "upper"] {
        house
            .get(who, "sign-in-attempts")
            .await
            .refused("forbidden");
    }
}
