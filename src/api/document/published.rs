//! The document as it is published. The server enforces what it says about requests; of answers it
//! promises only what is there: a client must not break on a property or a value that comes later.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{acts, deprecated, items, lists, plain, problems, sendable};
use crate::access::{Action, Role, allowed};
use crate::error::Lang;

const SCHEMAS: &str = "#/components/schemas/";
/// Values, not schemas.
const VALUES: [&str; 4] = ["example", "examples", "default", "x-extensible-enum"];

/// The same document with open answers. A schema that requests and answers share is closed under
/// the name `…Input` in requests.
pub fn published(doc: &Value, lang: Lang) -> Value {
    let mut doc = doc.clone();
    plain::texts(&mut doc);
    items::as_wholes(&mut doc);
    if let Some(schemas) = doc["components"]["schemas"].as_object_mut() {
        acts::open(schemas);
    }
    acts::pages(&mut doc);
    let doc = &doc;
    let (mut asked, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for op in operations(doc) {
        for part in ["parameters", "requestBody"] {
            reach(doc, &op[part], &mut asked);
        }
        reach(doc, &op["responses"], &mut answered);
    }
    reach(doc, &doc["components"]["responses"], &mut answered);
    let shared = differing(doc, &(&asked & &answered));

    let mut doc = doc.clone();
    let mut schemas = Map::new();
    for (name, schema) in doc["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let (mut closed, mut open) = (schema.clone(), schema.clone());
        rename(&mut closed, &shared);
        widen(&mut open);
        if shared.contains(name) {
            whole(&mut open);
            schemas.insert(format!("{name}Input"), closed);
            schemas.insert(name.clone(), open);
        } else if answered.contains(name) {
            schemas.insert(name.clone(), open);
        } else {
            schemas.insert(name.clone(), closed);
        }
    }
    // unknown parameters are ignored (RFC 6749, 3.2), whatever their type: nothing for a client's
    // types
    for form in ["TokenRequest", "RevokeRequest"] {
        if let Some(form) = schemas.get_mut(form).and_then(Value::as_object_mut) {
            form.shift_remove("additionalProperties");
        }
    }
    schemas.sort_keys();
    doc["components"]["schemas"] = schemas.into();
    widen(&mut doc["components"]["responses"]);
    let answers = doc["components"]["responses"].as_object_mut();
    for (_, answer) in answers.into_iter().flatten() {
        let mut answer = answer.as_object_mut();
        for own in [problems::FIELD, problems::FAULT, problems::LACKING] {
            answer.as_mut().and_then(|answer| answer.shift_remove(own));
        }
    }
    for (_, item) in doc["paths"].as_object_mut().into_iter().flatten() {
        for (_, op) in item.as_object_mut().into_iter().flatten() {
            for part in ["parameters", "requestBody"] {
                op.get_mut(part)
                    .into_iter()
                    .for_each(|part| rename(part, &shared));
            }
            op.get_mut("responses").into_iter().for_each(widen);
            tell_roles(op, lang);
            deprecated::tell(op, lang);
            sendable::complete(op, lang);
        }
    }
    problems::place(&mut doc);
    share_parameters(&mut doc);
    doc
}

/// Parameters that many operations take are written once. Of several of one name, the most common.
fn share_parameters(doc: &mut Value) {
    const FEWEST: usize = 10;
    let mut seen: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for op in operations(doc) {
        for parameter in op["parameters"].as_array().into_iter().flatten() {
            let (times, _) = seen
                .entry(parameter.to_string())
                .or_insert_with(|| (0, parameter.clone()));
            *times += 1;
        }
    }
    let mut shared: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for (times, parameter) in seen.into_values().filter(|(times, _)| *times >= FEWEST) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let name = match parameter["in"].as_str() {
            Some("path") => format!("path_{name}"),
            _ => name.to_owned(),
        };
        if shared.get(&name).is_none_or(|(most, _)| *most < times) {
            shared.insert(name, (times, parameter));
        }
    }
    for (_, item) in doc["paths"].as_object_mut().into_iter().flatten() {
        for (_, op) in item.as_object_mut().into_iter().flatten() {
            let own = op.get_mut("parameters").and_then(Value::as_array_mut);
            for parameter in own.into_iter().flatten() {
                let known = shared.iter().find(|(_, (_, same))| same == parameter);
                if let Some((name, _)) = known {
                    *parameter = json!({"$ref": format!("#/components/parameters/{name}")});
                }
            }
        }
    }
    let shared: Map<String, Value> = (shared.into_iter())
        .map(|(name, (_, parameter))| (name, parameter))
        .collect();
    doc["components"]["parameters"] = shared.into();
}

/// Who may, in words below the description.
fn tell_roles(op: &mut Value, lang: Lang) {
    let scope = op["security"][0]["oauth2"][0].as_str();
    let Some(action) = scope.and_then(Action::parse) else {
        return;
    };
    let all: Vec<String> = allowed(action)
        .map(|(role, reach)| {
            let (vi, en) = (reach.vi(), reach.en());
            let role = lang.pick(role.vi(), role.en());
            format!("{role} ({})", lang.pick(vi, en))
        })
        .collect();
    let parameters = op.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        tell_who_filters(parameter, action, lang);
    }
    let who = lang.pick("Ai được làm", "Who may");
    let about = op["description"].as_str().unwrap_or_default();
    op["description"] = format!("{about}\n\n**{who}:** {}.", all.join(", ")).into();
}

/// Which of the roles that may list may filter by a field that not all of them see.
fn tell_who_filters(parameter: &mut Value, action: Action, lang: Lang) {
    let seen = parameter.as_object_mut();
    let Some(seen) = seen.and_then(|p| p.shift_remove(lists::SEEN_BY)) else {
        return;
    };
    let may = |role: Role| {
        let mut known = seen.as_array().into_iter().flatten();
        known.any(|word| *word == role.wire())
    };
    if allowed(action).all(|(role, _)| may(role)) {
        return;
    }
    let who: Vec<&str> = allowed(action)
        .filter(|(role, _)| may(*role))
        .map(|(role, _)| lang.pick(role.vi(), role.en()))
        .collect();
    let told = if who.is_empty() {
        let none = "Chưa vai trò nào được dùng: kết quả sẽ cho biết điều đã che.";
        lang.pick(none, "No role may, as yet: it would tell what is masked.")
            .to_owned()
    } else {
        format!(
            "{}: {}.",
            lang.pick("Chỉ dành cho", "Only for"),
            who.join(", ")
        )
    };
    let about = parameter["description"].as_str().unwrap_or_default();
    parameter["description"] = format!("{about} {told}").into();
}

fn operations(doc: &Value) -> impl Iterator<Item = &Value> {
    let items = doc["paths"].as_object().into_iter().flatten();
    items.flat_map(|(_, item)| item.as_object().into_iter().flatten().map(|(_, op)| op))
}

/// The schema that a reference names.
fn named(value: &Value) -> Option<&str> {
    value.as_str()?.strip_prefix(SCHEMAS)
}

/// Every schema that `value` leads to.
fn reach(doc: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object.iter().filter(|(k, _)| !VALUES.contains(&k.as_str())) {
                match named(inner).filter(|_| key == "$ref") {
                    Some(name) if found.insert(name.to_owned()) => {
                        reach(doc, &doc["components"]["schemas"][name], found);
                    }
                    Some(_) => {}
                    None => reach(doc, inner, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|inner| reach(doc, inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Those of the shared schemas whose two forms differ, by themselves or by what they lead to.
fn differing(doc: &Value, shared: &BTreeSet<String>) -> BTreeSet<String> {
    let differs = |name: &String| {
        let mut all = BTreeSet::from([name.clone()]);
        reach(doc, &doc["components"]["schemas"][name.as_str()], &mut all);
        all.iter().any(|name| {
            let schema = &doc["components"]["schemas"][name.as_str()];
            let mut open = schema.clone();
            widen(&mut open);
            open != *schema
        })
    };
    shared
        .iter()
        .filter(|name| differs(name))
        .cloned()
        .collect()
}

/// References to shared schemas become those to their closed form.
fn rename(value: &mut Value, shared: &BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object
                .iter_mut()
                .filter(|(k, _)| !VALUES.contains(&k.as_str()))
            {
                let name = named(inner).filter(|name| key == "$ref" && shared.contains(*name));
                match name.map(|name| format!("{SCHEMAS}{name}Input")) {
                    Some(closed) => *inner = closed.into(),
                    None => rename(inner, shared),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|inner| rename(inner, shared)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What a request may omit is always present in an answer, null if empty.
fn whole(open: &mut Value) {
    let names = open["properties"].as_object();
    let names: Option<Vec<Value>> = names.map(|all| all.keys().cloned().map(Value::from).collect());
    if let (Some(names), Some(open)) = (names, open.as_object_mut()) {
        open.insert("required".into(), names.into());
        // the example is one of a request, which may omit properties
        open.shift_remove("example");
    }
}

/// Objects may have more properties, enumerations more values.
fn widen(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.get("additionalProperties") == Some(&Value::Bool(false)) {
                object.shift_remove("additionalProperties");
            }
            let text = object.get("type").is_some_and(|t| {
                *t == "string" || t.as_array().is_some_and(|a| a.contains(&"string".into()))
            });
            // a single value identifies the object, like the kind of an act, and stays closed
            let several = |known: &Value| known.as_array().is_some_and(|known| known.len() > 1);
            if text
                && object.get("enum").is_some_and(several)
                && let Some(Value::Array(known)) = object.shift_remove("enum")
            {
                let known: Vec<Value> = known.into_iter().filter(|v| !v.is_null()).collect();
                object.entry("maxLength").or_insert(100.into());
                object
                    .entry("pattern")
                    .or_insert("^[^\\u0000-\\u001F]*$".into());
                object.insert("x-extensible-enum".into(), known.into());
            }
            for (_, inner) in object
                .iter_mut()
                .filter(|(k, _)| !VALUES.contains(&k.as_str()))
            {
                widen(inner);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(widen),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
