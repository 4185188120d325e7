//! Acts and next steps in the document: one schema a kind, told apart by `kind`, each with the
//! fields that its own kind has. Generated from the table of kinds.
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::phrases::{ACT_OF_KIND, ACTS_OF_KIND, Phrase, STEP_OF_KIND};
use crate::api::contract::schema_reference;
use crate::law::acts::{ActKind, Step};
use crate::law::words::{ClassKind, FurtherStep};

/// Schema of an object that a later kind may bring, in the published document.
const OTHER: &str = "other";

/// `plan_decision` -> `PlanDecision`
fn camel(wire: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    wire.split('_').map(capital).collect()
}

/// What a kind of act is called in Vietnamese, by its English name.
pub fn in_vietnamese(kind: &str) -> Option<&'static str> {
    let kind = ActKind::ALL.iter().find(|known| known.en() == kind);
    kind.map(|kind| kind.vi())
}

/// Gives every kind of act its schema, every operation that records one its kind and its answer.
/// `path` tells where a kind is recorded.
/// `further` are the kinds of steps that are no acts.
pub fn tell_apart(
    doc: &mut Value,
    path: &dyn Fn(ActKind) -> Option<&'static str>,
    further: &[&'static str],
) {
    let (mut links, mut bodies) = (BTreeMap::new(), BTreeMap::new());
    for kind in ActKind::ALL {
        let Some(path) = path(*kind).map(|path| format!("/api/v1{path}")) else {
            continue;
        };
        let item = &mut doc["paths"][&path];
        let page = item.pointer("/get/responses/200/content/application~1json/schema");
        if page == Some(&schema_reference("ActPage")) {
            item["get"]["summary"] = ACTS_OF_KIND.about(&[kind.en()]).into();
        }
        let op = &mut doc["paths"][&path]["post"];
        op["x-act-kind"] = kind.wire().into();
        let body = op["requestBody"]["content"]["application/json"]["schema"].clone();
        let answer = &mut op["responses"]["201"]["content"]["application/json"]["schema"];
        if *answer == schema_reference("Act") {
            *answer = schema_reference(&format!("{}Act", camel(kind.wire())));
            if !kind.opens() {
                bodies.insert(kind.wire(), body.clone());
            }
        }
        let link = json!({"operationId": op["operationId"], "path": path, "body": body["$ref"]});
        links.insert(kind.wire(), link);
    }
    let Some(schemas) = doc["components"]["schemas"].as_object_mut() else {
        return;
    };
    let mut data = BTreeMap::new();
    for kind in ActKind::ALL {
        let (own, named) = kind.schemas();
        data.insert(kind.wire(), recorded(*kind, &own));
        for name in kind.set() {
            let body = schemas.get_mut(&camel(kind.wire()));
            let properties = body.and_then(|body| body["properties"].as_object_mut());
            properties.and_then(|all| all.shift_remove(*name));
        }
        for (name, schema) in named {
            schemas
                .entry(name)
                .or_insert_with(|| serde_json::to_value(schema).unwrap_or_default());
        }
    }
    let all: Vec<&str> = ActKind::WIRE.to_vec();
    alternatives(schemas, "Act", "data", &ACT_OF_KIND, &all, &data, &links);
    let batched: Vec<&str> = bodies.keys().copied().collect();
    alternatives(
        schemas,
        "ActEntry",
        "act",
        &ACT_OF_KIND,
        &batched,
        &bodies,
        &links,
    );
    let (steps, mut data) = steps();
    let steps = steps.into_iter().chain([ActKind::Readmission.wire()]);
    let steps = steps.filter(|k| links.contains_key(k));
    let steps: Vec<&str> = steps.chain(further.iter().copied()).collect();
    for kind in further.iter().chain([&ActKind::Readmission.wire()]) {
        data.insert(kind, further_fields(kind));
    }
    alternatives(
        schemas,
        "NextStep",
        "fields",
        &STEP_OF_KIND,
        &steps,
        &data,
        &links,
    );
}

/// The fields of a kind as they are answered: all present, those that some may not read nullable.
fn recorded(kind: ActKind, own: &impl serde::Serialize) -> Value {
    let mut schema = serde_json::to_value(own).unwrap_or_default();
    let mut properties = schema["properties"].take();
    if let Some(all) = properties.as_object_mut() {
        // the document shows both beside `data`, not in it
        all.retain(|name, _| name != "on" && name != "corrects");
        for name in kind.sensitive() {
            all.get_mut(*name).into_iter().for_each(nullable);
        }
        for name in kind.set() {
            if let Some(list) = all.get_mut(*name) {
                list["type"] = "array".into();
            }
        }
    }
    let required: Vec<String> = names(&properties);
    json!({"type": "object", "required": required, "properties": properties})
}

fn names(properties: &Value) -> Vec<String> {
    let all = properties.as_object().into_iter().flatten();
    all.map(|(name, _)| name.clone()).collect()
}

fn nullable(schema: &mut Value) {
    if schema.get("$ref").is_some() {
        *schema = json!({"oneOf": [schema.take(), {"type": "null"}]});
    } else if let Some(one) = schema["type"].as_str() {
        schema["type"] = json!([one, "null"]);
    }
}

/// The kinds that have steps, and the fields that identify each of them.
fn steps() -> (Vec<&'static str>, BTreeMap<&'static str, Value>) {
    let mut kinds = Vec::new();
    let mut fields: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for step in Step::all() {
        let kind = step.kind().wire();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        let of_kind = fields.entry(kind).or_default();
        for (name, value) in step.fields() {
            let values = of_kind.entry(name).or_default();
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    let schema = |fields: BTreeMap<&str, Vec<&str>>| {
        let properties: Map<String, Value> = fields
            .into_iter()
            .map(|(name, values)| (name.to_owned(), json!({"type": "string", "enum": values})))
            .collect();
        let properties = Value::Object(properties);
        json!({"type": "object", "required": names(&properties), "properties": properties})
    };
    let fields = fields.into_iter().map(|(kind, f)| (kind, schema(f)));
    (kinds, fields.collect())
}

/// The fields of a step that is no act.
fn further_fields(kind: &str) -> Value {
    if kind != FurtherStep::ClassEnrolment.wire() {
        return json!({"type": "object"});
    }
    let person = "With `create_enrolment`: the person";
    let class = "With `create_class`: the kind of class that is missing";
    json!({"type": "object", "properties": {
        "candidate_id": {"type": "string", "format": "uuid", "description": person},
        "kind": {"type": "string", "enum": ClassKind::WIRE, "description": class},
    }})
}

/// Replaces the schema `name` by a choice of one schema a kind, in which `part` is the kind's own.
fn alternatives(
    schemas: &mut Map<String, Value>,
    name: &str,
    part: &str,
    about: &Phrase,
    kinds: &[&str],
    parts: &BTreeMap<&str, Value>,
    links: &BTreeMap<&str, Value>,
) {
    let Some(common) = schemas.get(name).cloned() else {
        return;
    };
    // properties that `expand` adds
    let beside = schemas.get(&format!("{name}Item"));
    let beside = beside.and_then(|item| item["properties"].as_object().cloned());
    let (mut any, mut mapping) = (Vec::new(), Map::new());
    for kind in kinds {
        let mut one = common.clone();
        one["description"] = about.about(&[kind]).into();
        for (name, schema) in beside.iter().flatten() {
            if one["properties"].get(name).is_none() {
                one["properties"][name] = schema.clone();
            }
        }
        one["properties"]["kind"] = json!({"type": "string", "enum": [kind]});
        let words = one["properties"][part]["description"].clone();
        one["properties"][part] = parts.get(kind).cloned().unwrap_or_default();
        one["properties"][part]["description"] = words;
        if let Some(link) = links.get(kind) {
            one["x-recorded-by"] = link.clone();
        }
        let own = format!("{}{name}", camel(kind));
        let to = schema_reference(&own);
        mapping.insert((*kind).to_owned(), to["$ref"].clone());
        any.push(to);
        schemas.insert(own, one);
    }
    schemas.insert(
        name.to_owned(),
        json!({"description": common["description"], "oneOf": any,
            "discriminator": {"propertyName": "kind", "mapping": mapping}}),
    );
}

/// Gives each choice by `kind` a place for the kinds that will come later.
pub fn open(schemas: &mut Map<String, Value>) {
    for name in ["Act", "NextStep"] {
        let known: Vec<Value> = schemas[name]["discriminator"]["mapping"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(kind, _)| kind.clone().into())
            .collect();
        let first = schemas[name]["oneOf"][0]["$ref"].as_str();
        let first = first.and_then(|to| to.rsplit('/').next());
        let Some(mut other) = first.and_then(|name| schemas.get(name)).cloned() else {
            continue;
        };
        if let Some(object) = other.as_object_mut() {
            object.shift_remove("x-recorded-by");
        }
        other["description"] = schemas[name]["description"].clone();
        let words = other["properties"]["kind"]["description"].clone();
        other["properties"]["kind"] = json!({"description": words, "type": "string",
            "maxLength": 60, "pattern": "^[a-z_]+$", "not": {"enum": known}});
        for part in ["data", "fields"] {
            if let Some(own) = other["properties"].get_mut(part) {
                *own = json!({"type": "object", "description": own["description"]});
            }
        }
        let own = format!("Other{name}");
        let to = schema_reference(&own);
        schemas[name]["discriminator"]["mapping"][OTHER] = to["$ref"].clone();
        if let Some(any) = schemas[name]["oneOf"].as_array_mut() {
            any.push(to);
        }
        schemas.insert(own, other);
    }
}

/// The lists of one kind are pages of that kind.
pub fn pages(doc: &mut Value) {
    let mut pages = Map::new();
    let page = doc["components"]["schemas"]["ActPage"].clone();
    for (_, item) in doc["paths"].as_object_mut().into_iter().flatten() {
        let Some(own) = item["post"]["x-act-kind"].as_str().map(camel) else {
            continue;
        };
        let Some(answer) = item.pointer_mut("/get/responses/200/content/application~1json/schema")
        else {
            continue;
        };
        if *answer == schema_reference("ActPage") {
            let name = format!("{own}ActPage");
            *answer = schema_reference(&name);
            let mut page = page.clone();
            page["properties"]["items"]["items"] = schema_reference(&format!("{own}Act"));
            pages.insert(name, page);
        }
    }
    if let Some(schemas) = doc["components"]["schemas"].as_object_mut() {
        schemas.extend(pages);
    }
}
