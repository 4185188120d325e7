//! Links from what an operation has made to what can be read and done with it next.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// Where the rows of a schema are read.
struct Place {
    path: String,
    operation: String,
}

/// `/api/v1/classes/{id}`: the rows of one resource.
fn of_a_row(path: &str) -> bool {
    path.ends_with("/{id}") && path.matches('/').count() == 4
}

fn named(answer: &Value) -> Option<&str> {
    let schema = &answer["content"]["application/json"]["schema"]["$ref"];
    schema.as_str()?.rsplit('/').next()
}

fn link(to: &str, id: &str) -> (String, Value) {
    let link = json!({"operationId": to, "parameters": {"id": format!("$response.body#/{id}")}});
    (to.to_owned(), link)
}

/// Every 201 tells how to read the row, which steps may follow, and where its person's file is.
pub fn add(doc: &mut Value) {
    let (mut rows, mut steps) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
    for (path, item) in doc["paths"].as_object().into_iter().flatten() {
        let get = &item["get"];
        if let (true, Some(name)) = (of_a_row(path), named(&get["responses"]["200"])) {
            let place = Place {
                path: path.clone(),
                operation: get["operationId"].as_str().unwrap_or_default().to_owned(),
            };
            rows.insert(name.to_owned(), place);
        }
        let step = &item["post"];
        let parameters = step["parameters"].as_array();
        let mut parameters = parameters.into_iter().flatten();
        let versioned = parameters.any(|p| p["name"] == "If-Match");
        if let (Some((row, _)), Some(id)) = (path.rsplit_once('/'), step["operationId"].as_str()) {
            let steps = steps.entry(row.to_owned()).or_default();
            steps.push((id.to_owned(), versioned));
        }
    }
    let next = &doc["paths"]["/api/v1/candidates/{id}/next-steps"]["get"]["operationId"];
    let next = next.as_str().unwrap_or_default().to_owned();
    let schemas = doc["components"]["schemas"].take();
    for (_, item) in doc["paths"].as_object_mut().into_iter().flatten() {
        let Some(op) = item.get_mut("post") else {
            continue;
        };
        let Some(name) = named(&op["responses"]["201"]).map(str::to_owned) else {
            continue;
        };
        // the answer has the schema of its kind, but rows of all kinds share their operations
        let of_an_act = op["x-act-kind"].is_string() && name.ends_with("Act");
        let row = rows.get(if of_an_act { "Act" } else { &*name });
        let mut links = Map::new();
        if let Some(place) = row {
            links.extend([link(&place.operation, "id")]);
            for (step, versioned) in steps.get(&place.path).into_iter().flatten() {
                let (name, mut link) = link(step, "id");
                if *versioned {
                    link["parameters"]["If-Match"] = "$response.header.ETag".into();
                }
                links.insert(name, link);
            }
        }
        if let (true, Some(file)) = (
            schemas[&name]["properties"]["candidate_id"].is_object(),
            rows.get("Candidate"),
        ) {
            links.extend([
                link(&file.operation, "candidate_id"),
                link(&next, "candidate_id"),
            ]);
        }
        if !links.is_empty() {
            op["responses"]["201"]["links"] = links.into();
        }
    }
    doc["components"]["schemas"] = schemas;
}

fn operations(doc: &mut Value) -> impl Iterator<Item = &mut Value> {
    let items = doc["paths"].as_object_mut().into_iter().flatten();
    let all = items.flat_map(|(_, item)| item.as_object_mut().into_iter().flatten());
    all.map(|(_, op)| op)
}

/// Leaves out the links to operations that this part of the document does not have.
pub fn within(part: &mut Value) {
    let known = operations(part).filter_map(|op| op["operationId"].as_str().map(str::to_owned));
    let known: BTreeSet<String> = known.collect();
    for op in operations(part) {
        let Some(answer) = op["responses"]
            .get_mut("201")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let Some(links) = answer.get_mut("links").and_then(Value::as_object_mut) else {
            continue;
        };
        links.retain(|name, _| known.contains(name));
        if links.is_empty() {
            answer.shift_remove("links");
        }
    }
}
