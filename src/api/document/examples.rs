//! A valid example for every request body, so that "Try it out" starts from one that works. Built
//! from the schema's properties, with ids of the demo organisation.
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::law::text::PersonName;

/// Id of a demo row for a property that refers to one.
fn demo_id(property: &str) -> String {
    let key = match property.trim_end_matches('s') {
        "branch_id" => "0b010000",
        "into_branch_id" | "other_branch_id" => "0b020000",
        "candidate_id" => "ca010001",
        "member_id" | "introducer_member_id" => "dd010006",
        "department_id" => "de010001",
        "term_id" => "7e000001",
        "class_id" => "c1000001",
        _ => "00000001",
    };
    format!("01750000-0000-7000-8000-0000{key}")
}

/// A plausible text for this property of this body.
fn text(body: &str, property: &str) -> &'static str {
    match property {
        "full_name" | "display_name" => "Hoàng Thị Mai Phương",
        "label" => "Đảng bộ Bệnh viện",
        "code" => "1-KNĐ",
        "issuer" => "Trung tâm Chính trị huyện",
        "number" => "11",
        _ if property.ends_with("number") => "12-QĐ/ĐU",
        "name" if body.contains("Branch") => "Chi bộ Cấp cứu",
        "name" if body.contains("Department") => "Khoa Hồi sức",
        "name" if body.contains("Organization") => "Đảng bộ Bệnh viện huyện",
        "name" if body.contains("Holiday") => "Nghỉ Tết Nguyên đán",
        "name" if body.contains("Dispatch") => "Ban Tổ chức Huyện ủy",
        "name" => "2025-2030",
        "title" | "topic" => "Bồi dưỡng nguồn năm 2021",
        _ => "Theo biên bản họp chi bộ",
    }
}

/// A value of the schema: its own example, its first choice or the plainest valid value. `None`
/// where none can be made up.
fn sample(
    schemas: &Map<String, Value>,
    body: &str,
    property: &str,
    schema: &Value,
) -> Option<Value> {
    if let Some(example) = schema.get("example") {
        return Some(example.clone());
    }
    if let Some(target) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return sample(schemas, body, property, schemas.get(target)?);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|e| e.first()) {
        return Some(first.clone());
    }
    if let Some(first) = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|s| s["type"] != "null")
    {
        return sample(schemas, body, property, first);
    }
    let kind = schema["type"].as_str().or_else(|| {
        schema["type"]
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .find(|t| *t != "null")
    })?;
    match (kind, schema["format"].as_str()) {
        ("string", Some("date")) => Some("2021-01-15".into()),
        ("string", Some("uuid")) => Some(demo_id(property).into()),
        ("string", None) if schema["pattern"] == PersonName::PATTERN => Some("Trần Thị Mai".into()),
        ("string", None) if schema["pattern"] == crate::law::text::PATTERN => Some(
            text(body, property)
                .chars()
                .take(most(schema))
                .collect::<String>()
                .into(),
        ),
        ("integer", _) => Some(
            schema["minimum"]
                .as_i64()
                .unwrap_or(0)
                .max(1)
                .min(schema["maximum"].as_i64().unwrap_or(1))
                .into(),
        ),
        ("boolean", _) => Some(true.into()),
        ("array", _) => Some(json!([sample(schemas, body, property, &schema["items"])?])),
        ("object", _) => object(schemas, body, schema),
        _ => None,
    }
}

fn most(schema: &Value) -> usize {
    schema["maxLength"]
        .as_u64()
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(usize::MAX)
}

/// All required properties. In a patch, which requires none, those with an example of their own;
/// failing that, all.
fn object(schemas: &Map<String, Value>, body: &str, schema: &Value) -> Option<Value> {
    let required: BTreeSet<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema["properties"].as_object()?;
    let own = required.is_empty() && properties.values().any(|p| p.get("example").is_some());
    let shown = properties.iter().filter(|(name, p)| {
        if own {
            p.get("example").is_some()
        } else {
            required.is_empty() || required.contains(name.as_str())
        }
    });
    shown
        .map(|(name, property)| Some((name.clone(), sample(schemas, body, name, property)?)))
        .collect::<Option<Map<_, _>>>()
        .map(Value::Object)
}

/// Adds the examples to the schemas of the request bodies.
pub fn fill(doc: &mut Value) {
    let mut bodies = BTreeSet::new();
    for (_, item) in doc["paths"].as_object().into_iter().flatten() {
        for (_, op) in item.as_object().into_iter().flatten() {
            for (_, content) in op["requestBody"]["content"]
                .as_object()
                .into_iter()
                .flatten()
            {
                bodies.extend(
                    content["schema"]["$ref"]
                        .as_str()
                        .and_then(|r| r.rsplit('/').next())
                        .map(str::to_owned),
                );
            }
        }
    }
    let Some(schemas) = doc["components"]["schemas"].as_object_mut() else {
        return;
    };
    for body in bodies {
        let example = schemas
            .get(&body)
            .filter(|s| s.get("example").is_none())
            .and_then(|s| object(schemas, &body, s));
        if let (Some(example), Some(schema)) = (example, schemas.get_mut(&body)) {
            schema["example"] = example;
        }
    }
}
