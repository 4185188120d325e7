//! Departments.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{House, NOBODY, Plain, branch, demo, same_when_read};

#[tokio::test]
async fn departments_are_named_once_by_the_office() {
    let house = House::build().await;
    let body =
        json!({"name": "Khoa Phục hồi chức năng", "kind": "clinical", "branch_id": branch(4)});
    let made = house.create("office", "departments", body.clone()).await;
    let path = same_when_read(&house, "youth", &made).await;
    let changed = house
        .change(
            "office",
            &path,
            1,
            json!({"branch_id": null, "kind": "functional"}),
        )
        .await;
    assert_eq!(
        (
            changed.version(),
            &changed.body["branch_id"],
            &changed.body["name"]
        ),
        (2, &Value::Null, &body["name"])
    );

    house
        .post("office", "departments", body.clone())
        .await
        .duplicate("/name");
    let other = format!("departments/{}", demo("de", 1, 1));
    let taken = json!({"name": house.read("office", &other).await.body["name"]});
    house
        .patch("office", &path, 2, taken)
        .await
        .duplicate("/name");
    house
        .patch("office", &path, 2, json!({"branch_id": NOBODY}))
        .await
        .invalid(&["/branch_id"]);
    house
        .patch("office", &path, 2, json!({"name": null}))
        .await
        .invalid(&["/name"]);
    house
        .patch("office", &path, 1, json!({"kind": "clinical"}))
        .await
        .refused("precondition_failed");
    house
        .send("office", Method::PATCH, &path, Some(json!({})), &[])
        .await
        .refused("precondition_required");
    house
        .post("standing", "departments", body.clone())
        .await
        .refused("forbidden");
}

#[tokio::test]
async fn a_department_stays_while_people_work_there() {
    let house = House::build().await;
    let body = json!({"name": "Khoa Phục hồi chức năng", "kind": "clinical"});
    let path = house
        .create("office", "departments", body.clone())
        .await
        .location()
        .to_owned();
    let staffed = format!("/api/v1/departments/{}", demo("de", 1, 1));
    house
        .delete("office", &staffed, 1)
        .await
        .refused("has_dependents");
    for elsewhere in [Value::Null, json!(branch(2))] {
        let moved = json!({"branch_id": elsewhere});
        let answer = house.patch("office", &staffed, 1, moved).await;
        let answer = answer.refused("has_dependents");
        assert_eq!(answer.faults(), ["/branch_id"]);
        assert!(answer.body["detail"].text().contains("People work there"));
    }
    house.remove("office", &path, 1).await;
    house.get("office", &path).await.refused("not_found");
    house.delete("office", &path, 2).await.refused("not_found");
    house.create("office", "departments", body).await;
}
