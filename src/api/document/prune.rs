//! Drops schemas that nothing refers to.
use std::collections::BTreeSet;

use serde_json::Value;

/// Removes schemas that nothing refers to any more (a PATCH refers to its derived `…Changes`).
pub fn prune(doc: &mut Value) {
    let mut schemas = doc["components"]["schemas"].take();
    let mut used = BTreeSet::new();
    let mut found = referenced(doc);
    while let Some(name) = found.pop() {
        if used.insert(name.to_owned()) {
            found.extend(referenced(&schemas[name]));
        }
    }
    if let Some(all) = schemas.as_object_mut() {
        all.retain(|name, _| used.contains(name));
    }
    doc["components"]["schemas"] = schemas;
}

/// The schemas that a part of the document names, in references and discriminators.
fn referenced(part: &Value) -> Vec<&str> {
    match part {
        Value::String(text) => text
            .strip_prefix("#/components/schemas/")
            .into_iter()
            .collect(),
        Value::Array(all) => all.iter().flat_map(referenced).collect(),
        Value::Object(all) => all.values().flat_map(referenced).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}
