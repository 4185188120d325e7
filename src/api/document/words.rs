//! Descriptions of properties whose own type says nothing of them, from `openapi/properties.toml`:
//! most names mean the same in every schema.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

const FILE: &str = "openapi/properties.toml";

/// English and Vietnamese by `name` or `Schema.name`. Empty if the file cannot be read, so that
/// every description is reported missing.
static WORDS: LazyLock<BTreeMap<String, [String; 2]>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../openapi/properties.toml")).unwrap_or_default()
});

static VIETNAMESE: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let pairs = WORDS.values();
    pairs.map(|[en, vi]| (en.as_str(), vi.as_str())).collect()
});

/// The Vietnamese of one of these descriptions.
pub fn vietnamese(english: &str) -> Option<&'static str> {
    VIETNAMESE.get(english).copied()
}

/// Describes every property that lacks it.
pub fn describe(doc: &mut Value) {
    let Some(schemas) = doc["components"]["schemas"].as_object_mut() else {
        return;
    };
    let told = described(schemas.iter());
    for (name, schema) in schemas {
        each(name, schema, &mut |keys, property| {
            lift(property);
            // a description of a property in a new row may not apply to its changes
            let own = WORDS.get(&keys[0]).filter(|_| name.ends_with("Changes"));
            if own.is_none() && tells(property, &told) {
                return;
            }
            let words = own.or_else(|| keys.iter().find_map(|key| WORDS.get(key)));
            if let Some([english, _]) = words {
                property["description"] = english.clone().into();
            }
        });
    }
}

/// Properties without a description, and lines of the file that describe nothing.
pub fn mistakes(doc: &Value) -> Vec<String> {
    let mut schemas = doc["components"]["schemas"].clone();
    let (mut used, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    let schemas = schemas.as_object_mut().into_iter().flatten();
    let mut schemas: Vec<(&String, &mut Value)> = schemas.collect();
    let told = described(schemas.iter().map(|(name, schema)| (*name, &**schema)));
    for (name, schema) in &mut schemas {
        each(name, schema, &mut |keys, property| {
            if !tells(property, &told) {
                wrong.insert(format!("{FILE} lacks `{}` (or `{}`)", keys[1], keys[0]));
            }
            let by = |key: &&String| {
                let words = WORDS.get(*key);
                words.is_some_and(|[english, _]| property["description"] == **english)
            };
            used.extend(keys.iter().find(by).cloned());
        });
    }
    let unused = WORDS.keys().filter(|key| !used.contains(*key));
    wrong.extend(unused.map(|key| format!("{FILE} has `{key}`, which describes nothing")));
    wrong.into_iter().collect()
}

/// Names of the schemas that describe themselves.
fn described<'s>(schemas: impl Iterator<Item = (&'s String, &'s Value)>) -> BTreeSet<String> {
    let told = schemas.filter(|(_, schema)| schema.get("description").is_some());
    told.map(|(name, _)| format!("#/components/schemas/{name}"))
        .collect()
}

/// What is said of the value of a property that may be null is said of the property.
fn lift(property: &mut Value) {
    let either = property.get_mut("oneOf").and_then(Value::as_array_mut);
    let words = either.and_then(|all| {
        let value = all
            .iter_mut()
            .find(|one| one.get("description").is_some())?;
        value.as_object_mut()?.shift_remove("description")
    });
    if let (Some(words), None) = (words, property.get("description")) {
        property["description"] = words;
    }
}

/// Whether the property says what it is, by itself or by the schema that it refers to.
fn tells(property: &Value, told: &BTreeSet<String>) -> bool {
    let to = property["$ref"].as_str();
    property.get("description").is_some() || to.is_some_and(|to| told.contains(to))
}

/// Visits every property, however deep, with its keys in the file.
fn each(owner: &str, schema: &mut Value, see: &mut impl FnMut(&[String; 2], &mut Value)) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        see(&[format!("{owner}.{name}"), name.clone()], property);
        each(owner, property, see);
    }
    for part in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get_mut(part) {
            each(owner, inner, see);
        }
    }
    for part in ["oneOf", "anyOf", "allOf"] {
        let all = schema.get_mut(part).and_then(Value::as_array_mut);
        for inner in all.into_iter().flatten() {
            each(owner, inner, see);
        }
    }
}
