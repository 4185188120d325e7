//! Compares the document with the last released one: a change that breaks clients needs a new major
//! version.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::published;

/// What clients rely on, one line each. A `has` must not disappear, a `needs` must not be added,
/// and a `bound` must not become narrower.
fn promises(doc: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for (path, item) in doc["paths"].as_object().unwrap() {
        for (method, op) in item.as_object().unwrap() {
            let at = format!("{} {path}", method.to_uppercase());
            all.insert(format!("has {at}: {}", op["operationId"].as_str().unwrap()));
            for parameter in op["parameters"].as_array().into_iter().flatten() {
                let parameter = resolve(doc, parameter);
                let place = parameter["in"].as_str().unwrap();
                let at = format!("{at} {place} {}", parameter["name"].as_str().unwrap());
                if parameter["required"] == true {
                    all.insert(format!("needs {at}"));
                }
                schema(doc, &at, &parameter["schema"], true, &mut all, &mut asked);
            }
            if op["requestBody"]["required"] == true {
                all.insert(format!("needs {at} body"));
            }
            for (kind, content) in contents(&op["requestBody"]) {
                let at = format!("{at} body {kind}");
                schema(doc, &at, &content["schema"], true, &mut all, &mut asked);
            }
            let answers = op["responses"].as_object().unwrap().iter();
            // all refusals have the same schema, so only successful answers are compared
            for (status, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
                for (kind, content) in contents(resolve(doc, answer)) {
                    let at = format!("{at} {status} {kind}");
                    schema(doc, &at, &content["schema"], false, &mut all, &mut asked);
                }
            }
        }
    }
    all
}

fn contents(holder: &Value) -> impl Iterator<Item = (&String, &Value)> {
    holder["content"].as_object().into_iter().flatten()
}

fn resolve<'a>(doc: &'a Value, value: &'a Value) -> &'a Value {
    let named = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    named.map_or(value, |pointer| doc.pointer(pointer).unwrap())
}

/// Keywords that restrict a value.
const BOUNDS: [&str; 7] = [
    "maxLength",
    "maxItems",
    "maximum",
    "minLength",
    "minItems",
    "minimum",
    "pattern",
];

/// `sent` is set for what clients send, whose values and bounds count; of answers only the
/// properties count.
fn schema(
    doc: &Value,
    at: &str,
    value: &Value,
    sent: bool,
    all: &mut BTreeSet<String>,
    seen: &mut BTreeSet<(String, bool)>,
) {
    if let Some(name) = value["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        all.insert(format!("has {at} = {name}"));
        if seen.insert((name.to_owned(), sent)) {
            schema(doc, name, resolve(doc, value), sent, all, seen);
        }
        return;
    }
    if !value["type"].is_null() {
        all.insert(format!("has {at}: {}", value["type"]));
    }
    if sent {
        for known in value["enum"].as_array().into_iter().flatten() {
            all.insert(format!("has {at} value {known}"));
        }
        for required in value["required"].as_array().into_iter().flatten() {
            all.insert(format!("needs {at} {required}"));
        }
        for bound in BOUNDS {
            if let Some(most) = value.get(bound) {
                all.insert(format!("bound {at} {bound} {most}"));
            }
        }
    }
    for (name, inner) in value["properties"].as_object().into_iter().flatten() {
        schema(doc, &format!("{at}.{name}"), inner, sent, all, seen);
    }
    for kind in ["oneOf", "anyOf", "allOf"] {
        for inner in value[kind].as_array().into_iter().flatten() {
            schema(doc, &format!("{at} {kind}"), inner, sent, all, seen);
        }
    }
    if value["items"].is_object() {
        schema(doc, &format!("{at}[]"), &value["items"], sent, all, seen);
    }
}

/// Splits a bound into its place with the keyword, and its value, which may contain spaces.
fn split(bound: &str) -> (&str, &str) {
    let ends = BOUNDS.iter().filter_map(|name| {
        let word = format!(" {name} ");
        bound.find(&word).map(|at| at + word.len() - 1)
    });
    let end = ends.min().unwrap();
    (&bound[..end], &bound[end + 1..])
}

/// Whether a bound breaks clients of the released document.
fn narrower(now: &str, released: &BTreeSet<&str>) -> bool {
    let (name, value) = split(now);
    let before = released
        .range(name..)
        .take_while(|line| line.starts_with(name))
        .map(|line| split(line))
        .find(|line| line.0 == name);
    let Some((_, before)) = before else {
        // a bound of something new binds nobody
        let (place, _) = name.trim_start_matches("bound ").rsplit_once(' ').unwrap();
        let known = [format!("has {place}:"), format!("has {place} =")];
        return released
            .iter()
            .any(|line| known.iter().any(|k| line.starts_with(k)));
    };
    let (value, old): (f64, f64) = match (value.parse(), before.parse()) {
        (Ok(value), Ok(old)) => (value, old),
        _ => return value != before,
    };
    let most = name.rsplit(' ').next().unwrap_or_default();
    if most.starts_with("max") {
        value < old
    } else {
        value > old
    }
}

fn version(text: &str) -> Vec<u64> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}

#[test]
fn what_breaks_a_client_needs_a_new_major_version() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/released.txt");
    let kept = std::fs::read_to_string(kept).unwrap_or_default();
    let now = promises(published());
    let current = published()["info"]["version"].as_str().unwrap();
    let lines: Vec<&str> = now.iter().map(String::as_str).collect();
    let text = format!("version {current}\n{}\n", lines.join("\n"));
    let shown = concat!(env!("CARGO_TARGET_TMPDIR"), "/released.txt");
    std::fs::write(shown, text).unwrap();

    let (first, rest) = kept.split_once('\n').expect("openapi/released.txt");
    let (current, before) = (
        version(current),
        version(first.trim_start_matches("version ")),
    );
    let released: BTreeSet<&str> = rest.lines().collect();
    let broken = breaking(&now, &released);
    assert!(
        broken.is_empty() || current[0] > before[0],
        "{} breaks clients of {before:?}; a release copies {shown} to openapi/released.txt: {broken:#?}",
        published()["info"]["version"]
    );
    let more = now.iter().any(|line| !released.contains(line.as_str()));
    assert!(
        !more || current > before,
        "something is new: raise VERSION in src/api/document"
    );
}

/// Whether the operation or schema that has this requirement existed before; a new one may require
/// anything.
fn binds(needs: &str, released: &BTreeSet<&str>) -> bool {
    let words: Vec<&str> = needs.split(' ').skip(1).collect();
    let subject = if words[1].starts_with('/') {
        format!("has {} {}:", words[0], words[1])
    } else {
        format!("has {}:", words[..words.len() - 1].join(" "))
    };
    released.iter().any(|line| line.starts_with(&subject))
}

fn breaking(now: &BTreeSet<String>, released: &BTreeSet<&str>) -> Vec<String> {
    let gone = released
        .iter()
        .filter(|line| line.starts_with("has ") && !now.contains(**line));
    let gone = gone.map(|line| format!("gone: {line}"));
    let come = now.iter().filter(|line| match line.split(' ').next() {
        Some("needs") => !released.contains(line.as_str()) && binds(line, released),
        Some("bound") => narrower(line, released),
        _ => false,
    });
    gone.chain(come.map(|line| format!("come: {line}")))
        .collect()
}

/// Control: the comparison notices each kind of break.
#[test]
fn a_removed_operation_a_new_duty_and_a_tighter_bound_are_seen() {
    let released = promises(published());
    let released: BTreeSet<&str> = released.iter().map(String::as_str).collect();
    let broken_by = |change: &dyn Fn(&mut Value)| {
        let mut doc = published().clone();
        change(&mut doc);
        breaking(&promises(&doc), &released).len()
    };
    assert_eq!(broken_by(&|_| ()), 0);
    let schemas = "/components/schemas/NewBranch";
    let at = |doc: &mut Value, pointer: &str, value: Value| {
        *doc.pointer_mut(&format!("{schemas}{pointer}")).unwrap() = value;
    };
    assert!(broken_by(&|doc| drop(doc["paths"].as_object_mut().unwrap().remove("/api/v1/me"))) > 0);
    assert!(
        broken_by(&|doc| drop(
            doc.pointer_mut("/components/schemas/Branch/properties")
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove("name")
        )) > 0
    );
    assert_eq!(
        broken_by(&|doc| at(doc, "/properties/name/maxLength", 3.into())),
        1
    );
    assert_eq!(
        broken_by(&|doc| at(doc, "/properties/name/maxLength", 30_000.into())),
        0
    );
    assert_eq!(
        broken_by(&|doc| at(doc, "/properties/founded_on/type", "string".into())),
        1
    );
    assert_eq!(
        broken_by(&|doc| doc
            .pointer_mut(&format!("{schemas}/required"))
            .unwrap()
            .as_array_mut()
            .unwrap()
            .push("founded_on".into())),
        1
    );
}
