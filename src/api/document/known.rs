//! The known values of words that are plain texts in the code. Our own answers are checked against
//! them; the published document shows an open list, as for every enumeration.
use serde_json::{Value, json};

use crate::law::catalogue;
use crate::law::regulation::ValueKind;
use crate::law::words::{GeneralEducation, PoliticalTheoryLevel, ProfessionalLevel};

/// Schema, property, values.
fn known() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let papers = || catalogue::all().iter();
    vec![
        ("Appraisal", "proposal", vec!["admit", "return", "refuse"]),
        ("Cv", "general_education", GeneralEducation::WIRE.to_vec()),
        ("Cv", "professional_level", ProfessionalLevel::WIRE.to_vec()),
        (
            "Cv",
            "political_theory_level",
            PoliticalTheoryLevel::WIRE.to_vec(),
        ),
        (
            "DocumentKind",
            "phase",
            papers().map(|p| &*p.phase).collect(),
        ),
        (
            "DocumentKind",
            "required_if",
            papers().map(|p| &*p.required_if).collect(),
        ),
        ("RegulationParameter", "unit", ValueKind::UNITS.to_vec()),
        (
            "SourceGroup",
            "by",
            vec!["sex", "age_band", "priority_group"],
        ),
    ]
}

/// Adds the known values to each of these properties.
pub fn tell(doc: &mut Value) {
    for (schema, name, words) in known() {
        let property = &mut doc["components"]["schemas"][schema]["properties"][name];
        let mut values: Vec<Value> = Vec::new();
        for word in words {
            if !values.iter().any(|known| known == word) {
                values.push(word.into());
            }
        }
        if property["type"] == json!(["string", "null"]) {
            values.push(Value::Null);
        }
        property["enum"] = values.into();
    }
}
