//! A setting applies from a certain day: earlier events are judged by the value of their own day.
use serde_json::{Value, json};

use crate::procedure::{BRANCH, Way};
use crate::support::{House, Plain, shows};

#[tokio::test]
async fn a_new_value_holds_from_tomorrow_on() {
    let house = House::build().await;
    let path = "settings/sponsorship_load_limit";
    let before = house.read("admin", path).await;
    let set = json!({"value": 5});
    let changed = house.change("admin", path, before.version(), set).await;
    assert_eq!(changed.body["value"], before.body["value"]);
    assert_eq!(changed.body["changes"][1]["from_on"], "2021-01-16");
    house.travel("2021-01-16");
    assert_eq!(house.read("admin", path).await.body["value"], 5);
}

#[tokio::test]
async fn a_change_that_is_to_come_is_taken_back_by_another() {
    let house = House::build().await;
    let path = "settings/sponsorship_load_limit";
    let before = house.read("admin", path).await;
    let (now, set) = (before.body["value"].clone(), json!({"value": 5}));
    house.change("admin", path, before.version(), set).await;
    let back = json!({"value": now});
    let after = house
        .change("admin", path, before.version() + 1, back.clone())
        .await;
    assert_eq!(after.version(), before.version() + 2);
    house.travel("2021-01-16");
    assert_eq!(house.read("admin", path).await.body["value"], now);
    // setting the same value again changes nothing
    let same = house.change("admin", path, after.version(), back).await;
    assert_eq!(same.version(), after.version());
}

/// The audit trail names the day from which a value applies, and the value that would otherwise
/// apply on that day.
#[tokio::test]
async fn the_trail_says_from_which_day_on_a_value_applies_and_which_one_it_replaces() {
    let house = House::build().await;
    let path = "settings/sponsorship_load_limit";
    let before = house.read("admin", path).await;
    let today = before.body["value"].number();
    let values = [
        ("2021-03-01", 5, today),
        ("2021-04-01", 4, 5),
        ("2021-02-01", 3, today),
    ];
    for (place, (day, value, _)) in (0..).zip(values) {
        let set = json!({"value": value, "from_on": day});
        let version = before.version() + place;
        house.change("admin", path, version, set).await;
    }
    let list = house.read("admin", "audit-entries?resource=setting").await;
    for ((day, value, was), entry) in values.iter().rev().zip(&list.items()[..3]) {
        assert_eq!(
            entry["fields"],
            json!(["sponsorship_load_limit", "from_on"])
        );
        let (was, value) = (was.to_string(), value.to_string());
        let both = json!([
            {"field": "from_on", "before": null, "after": day},
            {"field": "sponsorship_load_limit", "before": was, "after": value},
        ]);
        assert_eq!(entry["changes"], both);
    }
}

#[tokio::test]
async fn a_day_that_is_not_to_come_is_acknowledged() {
    let house = House::build().await;
    let path = "settings/youth_age_limit";
    let version = house.read("admin", path).await.version();
    for day in ["2021-01-15", "2020-06-01"] {
        let mut set = json!({"value": 32, "from_on": day});
        let refused = house.patch("admin", path, version, set.clone()).await;
        let faults = refused.expect_code(422, "validation_failed").faults();
        assert_eq!(faults, ["/from_on"], "{day}");
        set["acknowledged"] = false.into();
        house
            .patch("admin", path, version, set)
            .await
            .expect_code(422, "validation_failed");
    }
    let set = json!({"value": 32, "from_on": "2020-06-01", "acknowledged": true});
    let changed = house.change("admin", path, version, set).await;
    assert_eq!(changed.body["value"], 32);
}

/// S32: reviews that were due remain due. The first period with the new interval begins after the
/// change.
#[tokio::test]
async fn a_longer_interval_does_not_make_yesterdays_reviews_vanish() {
    let house = House::build().await;
    house.travel("2022-05-20");
    let path = "deadlines?kind=review&limit=200&include_total=true";
    let due = async || house.read("office", path).await.body["page"]["total"].clone();
    let before = due().await;
    let setting = "settings/review_interval_months";
    let version = house.read("admin", setting).await.version();
    house
        .change("admin", setting, version, json!({"value": 6}))
        .await;
    assert_eq!(due().await, before);
    house.travel("2022-12-20");
    let list = house
        .read(
            "office",
            "deadlines?kind=review&branch_id=01750000-0000-7000-8000-00000b010000&limit=200",
        )
        .await;
    let days: Vec<&str> = list
        .items()
        .iter()
        .filter_map(|d| d["due_on"].as_str())
        .filter(|day| day.starts_with("2022"))
        .collect();
    assert_eq!(days, ["2022-03-31", "2022-06-30", "2022-12-31"]);
}

/// The candidates in the findings.
async fn found(house: &House) -> Vec<Value> {
    let list = house.read("office", "findings?limit=200").await;
    let files = list.items().iter();
    files.map(|f| f["candidate_id"].clone()).collect()
}

/// If a setting that a requirement uses is raised, recorded acts keep their ground.
#[tokio::test]
async fn an_act_is_judged_by_the_setting_of_its_own_day() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let path = "settings/minimum_months_in_plan";
    let version = house.read("admin", path).await.version();
    house
        .change("admin", path, version, json!({"value": 24}))
        .await;
    let file = house.read(BRANCH, &way.path("")).await;
    let touched = json!({"general_education": "upper_secondary"});
    house
        .change(BRANCH, &way.path(""), file.version(), touched)
        .await;
    assert!(!found(&house).await.contains(&json!(way.id)));
    // backdated and acknowledged, the change causes a finding. The files are judged again after the
    // answer; here that waits for a lock on one of them
    let mut owner = house.owner().await;
    let busy = owner.transaction().await.unwrap();
    let file = format!("select from candidate where id = '{}' for update", way.id);
    busy.execute(&file, &[]).await.unwrap();
    let back = json!({"value": 24, "from_on": "2020-01-01", "acknowledged": true});
    house.change("admin", path, version + 1, back).await;
    assert!(found(&house).await.contains(&json!(way.id)));
    let judging = async || house.read("office", "findings").await.body["judging"].clone();
    shows!(judging().await[0], {"from": "2020-01-01", "failed": false});
    let duties = format!("deadlines?candidate_id={}&kind=ground_lost", way.id);
    assert_eq!(house.read("office", &duties).await.items().len(), 0);
    busy.commit().await.unwrap();
    while judging().await != json!([]) {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.read("office", &duties).await.items().len(), 1);
}

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
            unset.header("etag").starts_with("\"0-"),
            &unset.body["value"],
            &unset.body["default"]
        ),
        (0, true, &json!(30), &json!(30))
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
            .change(
                "admin",
                path,
                version,
                json!({"value": value, "from_on": "2021-01-01", "acknowledged": true}),
            )
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

#[tokio::test]
async fn a_setting_is_read_in_part() {
    let house = House::build().await;
    let path = "settings/sponsorship_load_limit";
    let whole = house.read("admin", path).await;
    let part = house
        .read("admin", &format!("{path}?fields=key,value"))
        .await;
    let expected = json!({"key": whole.body["key"], "value": whole.body["value"]});
    assert_eq!(part.body, expected);
    assert_ne!(part.header("etag"), whole.header("etag"));
    let wrong = format!("{path}?fields=crater");
    let wrong = house
        .get("admin", &wrong)
        .await
        .refused("invalid_parameter");
    assert_eq!(wrong.faults(), ["fields"]);
}
