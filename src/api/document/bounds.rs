//! Bounds every string, number and array of the document.
use serde_json::{Map, Value, json};

/// Dates of the 20th and 21st centuries; anything else is surely a mistake.
pub const DATE: &str = "^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$";

/// Bounds every string, number and array, and closes every object.
pub fn bound(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let is = |object: &Map<String, Value>, name: &str| {
        object
            .get("type")
            .is_some_and(|t| t == name || t.as_array().is_some_and(|a| a.contains(&name.into())))
    };
    if is(object, "object") {
        close(object);
    }
    if is(object, "string") && !object.contains_key("enum") && !object.contains_key("const") {
        match object.get("format").and_then(Value::as_str) {
            Some("uuid") => object.entry("maxLength").or_insert(36.into()),
            Some("date") => {
                object.entry("pattern").or_insert(DATE.into());
                object.entry("example").or_insert("2021-01-15".into());
                object.entry("maxLength").or_insert(10.into())
            }
            Some(_) => object.entry("maxLength").or_insert(100.into()),
            None => {
                object
                    .entry("pattern")
                    .or_insert("^[^\\u0000-\\u001F]*$".into());
                object.entry("maxLength").or_insert(2000.into())
            }
        };
    }
    if is(object, "integer") {
        object.entry("format").or_insert("int32".into());
        let long = object.get("format").is_some_and(|f| f == "int64");
        object.entry("minimum").or_insert(if long {
            json!(-9_007_199_254_740_991_i64)
        } else {
            json!(i32::MIN)
        });
        object.entry("maximum").or_insert(if long {
            json!(9_007_199_254_740_991_i64)
        } else {
            json!(i32::MAX)
        });
    }
    if is(object, "array") {
        object.entry("maxItems").or_insert(1000.into());
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(key) {
            bound(inner);
        }
    }
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(bound);
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        object
            .get_mut(key)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
            .for_each(bound);
    }
}

/// Forbids properties that the object does not name.
pub fn close(object: &mut Map<String, Value>) {
    let after = object.keys().position(|key| key == "properties");
    if let Some(after) = after.filter(|_| !object.contains_key("additionalProperties")) {
        object.shift_insert(after + 1, "additionalProperties".into(), false.into());
    }
}

fn without_examples(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        object.shift_remove("example");
        object.values_mut().for_each(without_examples);
    }
}

/// Applies [`bound`] to parameters, bodies and responses.
pub fn bound_parameters(doc: &mut Value) {
    let contents = |holder: &mut Value| {
        for (_, content) in holder
            .get_mut("content")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            bound(&mut content["schema"]);
        }
    };
    for (_, item) in doc["paths"].as_object_mut().into_iter().flatten() {
        for (_, op) in item.as_object_mut().into_iter().flatten() {
            for parameter in op
                .get_mut("parameters")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                bound(&mut parameter["schema"]);
                // Swagger UI sends the example of an optional parameter unasked
                if parameter["in"] == "query" && parameter["required"] != true {
                    without_examples(parameter);
                }
            }
            op.get_mut("requestBody").into_iter().for_each(contents);
            op.get_mut("responses")
                .and_then(Value::as_object_mut)
                .into_iter()
                .flatten()
                .for_each(|(_, response)| contents(response));
        }
    }
}
