//! Settings.
use serde_json::json;

use crate::support::{House, Plain};

#[tokio::test]
async fn a_setting_stays_within_its_bounds_and_counts_its_changes() {
    let house = House::build().await;
    house
        .owner()
        .await
        .execute("delete from setting where key = 'youth_age_limit'", &[])
        .await
        .unwrap();
    let path = "/api/v1/settings/youth_age_limit";
    let unset = house.read("branch-01", path).await;
    assert_eq!(
        (
            unset.version(),
            unset.header("etag"),
            &unset.body["value"],
            &unset.body["default"]
        ),
        (0, "\"0\"", &json!(30), &json!(30))
    );
    let (least, most) = (unset.body["least"].number(), unset.body["most"].number());
    for outside in [least - 1, most + 1, -1, 3_000_000_000] {
        house
            .patch("admin", path, 0, json!({"value": outside}))
            .await
            .invalid(&["/value"]);
    }
    house
        .patch("admin", path, 0, json!({"value": null}))
        .await
        .invalid(&["/value"]);
    house
        .patch("admin", path, 0, json!({"value": 30.5}))
        .await
        .invalid(&["/value"]);
    for (version, value) in [(0, least), (1, most)] {
        let set = house
            .change("admin", path, version, json!({"value": value}))
            .await;
        assert_eq!(
            (set.version(), &set.body["value"]),
            (version + 1, &json!(value))
        );
    }
    house
        .patch("admin", path, 0, json!({"value": 20}))
        .await
        .refused("precondition_failed");
    house
        .patch("office", path, 2, json!({"value": 20}))
        .await
        .refused("forbidden");
    house.get("union", path).await.refused("forbidden");
    house
        .get("admin", "settings/no_such_setting")
        .await
        .refused("not_found");
    house
        .patch("admin", "settings/no_such_setting", 0, json!({"value": 20}))
        .await
        .refused("not_found");
    let all = house.read("standing", "settings").await;
    assert!(
        all.items()
            .iter()
            .any(|s| s["key"] == "youth_age_limit" && s["value"] == most && s["version"] == 2)
    );
}
