//! The labels of all enumerations.
use crate::support::{House, Plain};

#[tokio::test]
async fn every_enumeration_has_labels_in_both_languages_for_everybody() {
    let house = House::build().await;
    let all = house.read("district-script", "enums").await;
    let names: Vec<_> = all.items().iter().map(|e| e["name"].text()).collect();
    for name in [
        "Stage",
        "PlanState",
        "EnrolmentState",
        "NominationOutcome",
        "UnitKind",
        "Grade",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    for value in all.items().iter().flat_map(|e| e["values"].list()) {
        assert!(
            ["value", "label_vi", "label_en"]
                .iter()
                .all(|k| !value[*k].text().is_empty()),
            "{value}"
        );
    }
    assert_eq!(house.read("union", "enums").await.body, all.body);
    house.get("", "enums").await.refused("unauthenticated");
}
