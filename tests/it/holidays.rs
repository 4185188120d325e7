//! Holidays.
use serde_json::json;

use crate::support::{House, same_when_read, shows};

#[tokio::test]
async fn a_holiday_stands_once_a_day() {
    let house = House::build().await;
    let made = house
        .create(
            "office",
            "holidays",
            json!({"on": "2027-02-05", "name": "Tết Nguyên đán"}),
        )
        .await;
    let path = same_when_read(&house, "union", &made).await;
    house
        .post(
            "office",
            "holidays",
            json!({"on": "2027-02-05", "name": "hai lần"}),
        )
        .await
        .duplicate("/on");
    house
        .patch("office", &path, 1, json!({"on": "2021-01-01"}))
        .await
        .duplicate("/on");
    house
        .post(
            "office",
            "holidays",
            json!({"on": "2027-02-30", "name": "không có ngày này"}),
        )
        .await
        .invalid(&["/on"]);
    shows!(house.change("office", &path, 1, json!({"on": "2027-02-06"})).await, {
        "on": "2027-02-06"
    });
    house
        .post(
            "admin",
            "holidays",
            json!({"on": "2027-02-07", "name": "x"}),
        )
        .await
        .refused("forbidden");
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
}
