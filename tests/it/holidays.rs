//! Holidays.
use serde_json::json;

use crate::procedure::Way;
use crate::support::{House, same_when_read, shows, with};

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

/// A holiday that is entered or removed later can make a decision late, or punctual again.
#[tokio::test]
async fn a_holiday_moves_the_duty_of_a_late_decision() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    house.travel("2021-08-02");
    way.resolved().await;
    way.submitted().await;
    // without this holiday the extended period ends on 2021-07-22
    let decision =
        json!({"on": "2021-07-23", "received_on": "2021-07-26", "reason": "chờ bổ sung"});
    let decision = with(&Way::decision(), decision);
    way.does("upper", "decisions", decision).await;
    let state = async || way.deadlines("late_decision").await[0].0.clone();
    assert_eq!(state().await, "overdue");
    let holiday = json!({"on": "2021-07-20", "name": "nghỉ bù"});
    let holiday = house.create("office", "holidays", holiday).await;
    assert_eq!(state().await, "settled");
    house.remove("office", holiday.location(), 1).await;
    assert_eq!(state().await, "overdue");
}
