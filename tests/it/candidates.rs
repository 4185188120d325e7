//! Changing and removing candidates.
use serde_json::{Value, json};

use crate::support::{House, NOBODY, candidate, demo, shows};

#[tokio::test]
async fn a_branch_edits_its_candidates_until_they_are_submitted() {
    let house = House::build().await;
    let (early, submitted) = (
        format!("/api/v1/candidates/{}", demo("ca", 3, 1)),
        format!("/api/v1/candidates/{}", demo("ca", 3, 5)),
    );
    // the demo has recorded acts, so the versions are not 1
    let (v, last) = (
        house.read("office", &early).await.version(),
        house.read("office", &submitted).await.version(),
    );
    let changed = house
        .change(
            "branch-03",
            &early,
            v,
            json!({"phone": "0912345678", "remarks": "chăm chỉ"}),
        )
        .await;
    assert_eq!(
        (
            &changed.body["phone"],
            &changed.body["remarks"],
            changed.version()
        ),
        (&json!("0912345678"), &json!("chăm chỉ"), v + 1)
    );
    house
        .patch(
            "branch-03",
            &submitted,
            last,
            json!({"phone": "0912345678"}),
        )
        .await
        .refused("invalid_transition");
    house
        .change("office", &submitted, last, json!({"phone": "0912345678"}))
        .await;
    house
        .patch("branch-02", &early, 2, json!({"phone": "0912345678"}))
        .await
        .refused("not_found");
    house
        .patch("standing", &early, 2, json!({"phone": "0912345678"}))
        .await
        .refused("forbidden");
}

/// Only the branch can see, write and clear its remarks; the Party Office cannot.
#[tokio::test]
async fn remarks_about_a_candidate_are_the_branch_s() {
    let house = House::build().await;
    let early = format!("candidates/{}", demo("ca", 3, 1));
    let v = house.read("office", &early).await.version();
    house
        .change("branch-03", &early, v, json!({"remarks": "chăm chỉ"}))
        .await;
    let read = house.read("office", &early).await;
    assert_eq!(read.body["remarks"], Value::Null);
    for remarks in [json!("của Văn phòng"), Value::Null] {
        house
            .patch("office", &early, v + 1, json!({"remarks": remarks}))
            .await
            .invalid(&["/remarks"]);
    }
    house
        .change(
            "office",
            &early,
            v + 1,
            json!({"occupation": "bác sĩ nội trú"}),
        )
        .await;
    shows!(house.read("branch-03", &early).await, {"remarks": "chăm chỉ"});
}

#[tokio::test]
async fn nobody_types_a_stage_and_references_and_numbers_are_checked() {
    let house = House::build().await;
    let early = format!("candidates/{}", demo("ca", 3, 1));
    let v = house.read("office", &early).await.version();
    house
        .patch("office", &early, v, json!({"stage": "official"}))
        .await
        .invalid(&["/stage"]);
    house
        .patch("office", &early, v, json!({"department_id": NOBODY}))
        .await
        .invalid(&["/department_id"]);
    house
        .patch("office", &early, v, json!({"citizen_id": "12345678901x"}))
        .await
        .invalid(&["/citizen_id"]);
    house
        .change("office", &early, v, json!({"citizen_id": "099195000123"}))
        .await;
    let other = format!("/api/v1/candidates/{}", demo("ca", 4, 1));
    let v = house.read("office", &other).await.version();
    house
        .patch("office", &other, v, json!({"citizen_id": "099195000123"}))
        .await
        .duplicate("/citizen_id");
}

#[tokio::test]
async fn only_a_candidate_who_was_just_nominated_can_be_removed() {
    let house = House::build().await;
    let in_plan = format!("/api/v1/candidates/{}", demo("ca", 1, 1));
    let v = house.read("office", &in_plan).await.version();
    house
        .delete("office", &in_plan, v)
        .await
        .refused("has_dependents");
    let path = format!("/api/v1/candidates/{}", demo("ca", 1, 3));
    house
        .delete("branch-01", &path, 1)
        .await
        .refused("forbidden");
    let sponsorship = json!({"member_id": demo("dd", 1, 6), "from_on": "2021-01-15"});
    house
        .record(
            "branch-01",
            path.rsplit('/').next().unwrap(),
            "sponsorships",
            sponsorship,
        )
        .await;
    let v = house.read("office", &path).await.version();
    house
        .delete("office", &path, v)
        .await
        .refused("has_dependents");
}

#[tokio::test]
async fn a_candidate_nominated_by_mistake_is_removed_and_may_be_nominated_again() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Vũ Thị Nhầm").await;
    let path = format!("/api/v1/candidates/{new}");
    house.remove("office", &path, 1).await;
    house.get("office", &path).await.refused("not_found");
    let nominations = house
        .read("office", &format!("nominations?candidate_id={new}"))
        .await;
    shows!(nominations.items()[0], {"outcome": "withdrawn", "outcome_on": "2021-01-15"});
    // after the removal the same person may be nominated again
    candidate(&house, 1, "Vũ Thị Nhầm").await;
}
