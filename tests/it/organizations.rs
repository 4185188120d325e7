//! Organisations.
use serde_json::json;

use crate::support::{House, demo, shows};

#[tokio::test]
async fn organisations_are_renamed_by_their_own_people_only() {
    let house = House::build().await;
    let (upper, own) = (
        format!("/api/v1/organizations/{}", demo("0a", 0, 1)),
        format!("/api/v1/organizations/{}", demo("0a", 0, 2)),
    );
    shows!(house.change("office", &own, 1, json!({"name": "Đảng bộ Y tế"})).await, {
        "name": "Đảng bộ Y tế"
    });
    house
        .patch("office", &upper, 1, json!({"name": "của tôi"}))
        .await
        .refused("forbidden");
    house
        .patch("branch-01", &own, 2, json!({"name": "của tôi"}))
        .await
        .refused("forbidden");
    assert_eq!(house.read("upper", "organizations").await.items().len(), 2);
    house
        .post(
            "admin",
            "organizations",
            json!({"name": " ", "label": "Đảng ủy"}),
        )
        .await
        .invalid(&["/name"]);
}
