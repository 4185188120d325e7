//! Texts with a limit in the published document: a string with its limits at each place, not a type
//! `Text200`.
use serde_json::{Map, Value, json};

/// What a client's form can check: no control characters, something visible. The server also
/// refuses invisible and private characters, whose list would be longer than the rest of the
/// document.
const PATTERN: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F]*\\S[^\\u0000-\\u001F\\u007F-\\u009F]*$";

/// Writes the schema of a text at the places that refer to it.
pub fn texts(doc: &mut Value) {
    let Some(schemas) = doc["components"]["schemas"].as_object_mut() else {
        return;
    };
    let limit = |name: &str| {
        name.strip_prefix("Text")
            .is_some_and(|n| n.parse::<u32>().is_ok())
    };
    let mut texts = Map::new();
    schemas.retain(|name, schema| {
        let text = limit(name);
        if text {
            schema["pattern"] = PATTERN.into();
            texts.insert(format!("#/components/schemas/{name}"), schema.take());
        }
        !text
    });
    inline(doc, &texts);
}

fn inline(value: &mut Value, texts: &Map<String, Value>) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|inner| inline(inner, texts));
            let to = object.get("$ref").and_then(Value::as_str);
            if let Some(Value::Object(text)) = to.and_then(|to| texts.get(to)).cloned() {
                object.shift_remove("$ref");
                for (key, part) in text {
                    object.entry(key).or_insert(part);
                }
            }
            // a nullable text becomes one schema with two types
            let either = object.get("oneOf").and_then(Value::as_array);
            let text = either.filter(|all| {
                let text = all[0]["type"] == "string" && all[0].get("enum").is_none();
                text && all[1..] == [json!({"type": "null"})]
            });
            if let Some(Value::Object(mut text)) = text.map(|all| all[0].clone()) {
                object.shift_remove("oneOf");
                text.insert("type".into(), json!(["string", "null"]));
                for (key, part) in text {
                    object.entry(key).or_insert(part);
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|inner| inline(inner, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
