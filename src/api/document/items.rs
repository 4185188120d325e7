//! Items of lists in the published document. The server checks a schema in which every property may
//! be absent, because `fields` may omit it; the published document shows the whole object.
use std::collections::BTreeMap;

use serde_json::Value;

use super::lists::ITEM_OF;
use super::phrases::of_the_whole;
use crate::api::contract::schema_reference;

/// Shows list items as whole objects: the description of `fields` says what it omits.
pub fn as_wholes(doc: &mut Value) {
    let Some(schemas) = doc["components"]["schemas"].as_object_mut() else {
        return;
    };
    let mut renamed = BTreeMap::new();
    let items: Vec<String> = schemas
        .iter()
        .filter(|(_, schema)| schema.get(ITEM_OF).is_some())
        .map(|(name, _)| name.clone())
        .collect();
    for item in items {
        let Some(mut schema) = schemas.remove(&item) else {
            continue;
        };
        let of = schema.as_object_mut().and_then(|o| o.remove(ITEM_OF));
        let of = of.unwrap_or_default();
        let name = of["schema"].as_str().unwrap_or_default().to_owned();
        renamed.insert(item, name.clone());
        let whole = schemas.get(&name);
        if whole.is_some_and(|whole| whole.get("oneOf").is_some()) {
            continue;
        }
        let about = schema["description"].as_str();
        let about = about.and_then(of_the_whole).map(Value::from);
        if let Some(about) = about {
            schema["description"] = about;
        }
        schema["required"] = of["required"].clone();
        schemas.insert(name, schema);
    }
    refer(doc, &renamed);
}

fn refer(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            let to = object.get("$ref").and_then(Value::as_str);
            let to = to.and_then(|to| renamed.get(to.strip_prefix("#/components/schemas/")?));
            if let Some(to) = to.map(|name| schema_reference(name)["$ref"].clone()) {
                object.insert("$ref".into(), to);
            }
            object.values_mut().for_each(|inner| refer(inner, renamed));
        }
        Value::Array(all) => all.iter_mut().for_each(|inner| refer(inner, renamed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
