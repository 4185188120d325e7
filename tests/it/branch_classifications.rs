//! Yearly classification of branches.
use serde_json::{Value, json};

use crate::support::{House, demo, shows};

/// S39: the committee classifies a branch once a year. The classification is visible within reach,
/// and shown beside the branch's admissions.
#[tokio::test]
async fn a_branch_is_classified_once_a_year_and_the_report_of_quality_shows_it() {
    let house = House::build().await;
    let all = "/api/v1/branch-classifications";
    let body = json!({"branch_id": demo("0b", 1, 0), "year": 2019, "grade": "excellent", "decided_on": "2019-12-30", "paper_number": "30-QĐ/ĐU"});
    for who in [
        "standing",
        "branch-01",
        "overseer",
        "union",
        "youth",
        "upper",
        "district-script",
        "admin",
    ] {
        house
            .post(who, all, body.clone())
            .await
            .refused("forbidden");
    }
    let made = house.create("office", all, body.clone()).await;
    assert_eq!(
        [&made.body["grade"], &made.body["year"], &made.body["note"]],
        [&json!("excellent"), &json!(2019), &Value::Null]
    );
    house
        .post("office", all, body.clone())
        .await
        .duplicate("/year");
    for (field, value, pointer) in [
        ("grade", json!("great"), "/grade"),
        ("year", json!(1980), "/year"),
        ("decided_on", json!("2018-12-30"), "/decided_on"),
        ("decided_on", json!("2021-01-16"), "/decided_on"),
        ("paper_number", json!(" "), "/paper_number"),
        ("branch_id", json!(demo("0b", 77, 0)), "/branch_id"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        assert_eq!(
            house
                .post("office", all, wrong)
                .await
                .refused("validation_failed")
                .faults(),
            [pointer],
            "{field}"
        );
    }
    let path = format!("{all}/{}", made.id());
    let elsewhere = json!({"branch_id": demo("0b", 2, 0)});
    house
        .patch("office", &path, 1, elsewhere)
        .await
        .invalid(&["/branch_id"]);
    house
        .patch("office", &path, 9, json!({"grade": "good"}))
        .await
        .refused("precondition_failed");
    let changed = house
        .change(
            "office",
            &path,
            1,
            json!({"grade": "good", "note": "Điều chỉnh sau phúc tra"}),
        )
        .await;
    assert_eq!(
        (&changed.body["grade"], changed.version()),
        (&json!("good"), 2)
    );
    // a change cannot move it to a year that already has a classification
    house
        .patch(
            "office",
            &path,
            2,
            json!({"year": 2020, "decided_on": "2020-12-31"}),
        )
        .await
        .duplicate("/year");
    // each role sees the rows within its reach
    for (who, seen) in [
        ("standing", 9),
        ("overseer", 4),
        ("branch-01", 2),
        ("branch-02", 1),
        ("upper", 9),
    ] {
        assert_eq!(house.read(who, all).await.items().len(), seen, "{who}");
    }
    house.get("branch-02", &path).await.refused("not_found");
    house.get("union", all).await.refused("forbidden");
    // the quality report shows the grades beside the admissions
    let report = house
        .read("branch-01", "reports/quality?from=2019-01-01&to=2020-12-31")
        .await
        .body;
    let grades = json!([{"year": 2019, "grade": "good"}, {"year": 2020, "grade": "good"}]);
    assert_eq!(report["branches"][0]["classifications"], grades);
    let later = house
        .read("office", "reports/quality?from=2020-01-01&to=2020-12-31")
        .await
        .body;
    shows!(later["branches"][2], {"classifications": [{"year": 2020, "grade": "excellent"}]});
    assert_eq!(later["branches"][8]["classifications"], json!([]));
    house.remove("office", &path, 2).await;
    house.create("office", all, body).await;
}

/// A change is checked like a new classification.
#[tokio::test]
async fn a_classification_is_not_moved_to_a_year_without_the_branch() {
    let house = House::build().await;
    house.travel("2024-02-01");
    let new = json!({"number": "21", "name": "Chi bộ mới", "kind": "functional", "non_member_count": 0,
        "previous_term_admissions": 0, "has_youth_union": false, "founded_on": "2023-05-01"});
    let branch = house.create("office", "branches", new).await;
    let grade = json!({"branch_id": branch.id(), "year": 2023, "grade": "good", "decided_on": "2024-01-20", "paper_number": "30-QĐ/ĐU"});
    let made = house
        .create("office", "branch-classifications", grade)
        .await;
    house
        .patch("office", made.location(), 1, json!({"year": 2022}))
        .await
        .invalid(&["/year"]);
}
