//! The labels of all enumerations.
use std::collections::BTreeMap;

use ketnap::law::acts::ActKind;
use serde_json::Value;

use crate::support::{House, Plain, document};

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

/// A client that knows only the document finds a label for each enumeration value in it, and for
/// each kind of step.
#[tokio::test]
async fn every_word_of_the_document_has_a_label() {
    let house = House::build().await;
    let all = house.read("office", "enums").await;
    let listed = |one: &Value| -> Vec<String> {
        let values = one["values"].list().iter();
        values.map(|v| v["value"].text().to_owned()).collect()
    };
    let known: BTreeMap<&str, Vec<String>> = (all.items().iter())
        .map(|one| (one["name"].text(), listed(one)))
        .collect();
    let schemas = &document()["components"]["schemas"];
    for (name, schema) in schemas.as_object().unwrap() {
        let Some(words) = schema["enum"].as_array() else {
            continue;
        };
        let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(known.get(name.as_str()).unwrap(), &words, "{name}");
    }
    // enumerations that exist only within a property list their values there
    for (schema, property) in [
        ("Appraisal", "proposal"),
        ("Cv", "professional_level"),
        ("DocumentKind", "required_if"),
        ("RegulationParameter", "unit"),
        ("SourceGroup", "by"),
    ] {
        let told = &schemas[schema]["properties"][property];
        assert!(told["enum"].list().len() > 2, "{schema}.{property}: {told}");
    }
    let steps = schemas["NextStep"]["discriminator"]["mapping"].as_object();
    for kind in steps.unwrap().keys() {
        let further = known["FurtherStep"].contains(kind);
        assert!(further != ActKind::WIRE.contains(&kind.as_str()), "{kind}");
    }
}
