//! The OpenAPI document: up to date, complete, bounded, and with valid examples.
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ketnap::access;
use ketnap::api::contract::Schemas;
use ketnap::api::document::areas::AREAS;
use ketnap::error::Code;
use serde_json::{Map, Value};

use crate::support::{House, Plain as _, document, published, validator};

fn file(name: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name))
        .unwrap_or_default()
}

fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str().and_then(|r| r.strip_prefix('#')) {
        Some(pointer) => document()
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{pointer} leads nowhere")),
        None => value,
    }
}

/// `(METHOD path, operation)` for every operation.
fn operations() -> Vec<(String, &'static Value)> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let paths = document()["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(move |(m, op)| (m, path, op))
    });
    let all: Vec<_> = all
        .map(|(m, path, op)| {
            assert!(METHODS.contains(&m.as_str()), "{path}: {m}");
            (format!("{m} {path}"), op)
        })
        .collect();
    assert!(all.len() > 70, "only {} operations", all.len());
    all
}

/// Calls `see` with every object in the document and its JSON pointer.
fn walk<'v>(value: &'v Value, at: &str, see: &mut impl FnMut(&str, &'v Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            see(at, object);
            for (name, inner) in object {
                walk(
                    inner,
                    &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    see,
                );
            }
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(i, inner)| walk(inner, &format!("{at}/{i}"), see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every schema in the document at any depth: under `schema`, in `components/schemas`, and nested.
fn schemas(see: &mut impl FnMut(&str, &'static Map<String, Value>)) {
    fn inside(
        value: &'static Value,
        at: &str,
        see: &mut impl FnMut(&str, &'static Map<String, Value>),
    ) {
        let Some(schema) = value.as_object() else {
            return;
        };
        see(at, schema);
        for key in ["items", "additionalProperties", "not"] {
            if let Some(inner) = schema.get(key) {
                inside(inner, &format!("{at}/{key}"), see);
            }
        }
        for (name, inner) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            inside(inner, &format!("{at}/properties/{name}"), see);
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            for (i, inner) in schema
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .enumerate()
            {
                inside(inner, &format!("{at}/{key}/{i}"), see);
            }
        }
    }
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        inside(schema, &format!("/components/schemas/{name}"), see);
    }
    let mut found = Vec::new();
    walk(document(), "", &mut |at, object| {
        let of_a_schema = at.starts_with("/components/schemas");
        let holder = object.contains_key("in")
            || object.contains_key("description")
            || object.contains_key("example")
            || at.contains("/content/");
        if let Some(schema) = object.get("schema").filter(|_| !of_a_schema && holder) {
            found.push((format!("{at}/schema"), schema));
        }
    });
    assert!(
        found.len() > 300,
        "only {} schemas in the operations",
        found.len()
    );
    for (at, schema) in found {
        inside(schema, &at, see);
    }
}

fn is(schema: &Map<String, Value>, name: &str) -> bool {
    schema
        .get("type")
        .is_some_and(|t| t == name || t.as_array().is_some_and(|a| a.contains(&name.into())))
}

#[test]
fn the_checked_in_document_is_the_one_that_the_code_gives() {
    let now = serde_json::to_string_pretty(&ketnap::app::published()).unwrap() + "\n";
    let kept = file("openapi/openapi.json");
    if now != kept {
        let differing = now
            .lines()
            .zip(kept.lines())
            .enumerate()
            .find(|(_, (a, b))| a != b);
        panic!(
            "openapi/openapi.json is not current: run `ketnap contract`. First difference: {differing:#?}"
        );
    }
}

#[test]
fn the_checked_in_role_table_is_the_policy() {
    assert_eq!(
        access::table(),
        file("openapi/roles.txt"),
        "openapi/roles.txt is not current: run `ketnap contract`"
    );
}

#[test]
fn every_operation_says_who_it_is() {
    let listed: Vec<&str> = document()["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["name"].as_str().unwrap())
        .collect();
    // a working day starts with what is due, so those tags come first
    let day = ["access", "overview", "deadlines", "candidates"];
    assert_eq!(listed[..4], day);
    assert_eq!(listed.last(), Some(&"service"));
    let tags: BTreeSet<&str> = listed.into_iter().collect();
    let flows = &document()["components"]["securitySchemes"]["oauth2"]["flows"];
    let (mut ids, mut summaries) = (BTreeMap::new(), BTreeMap::new());
    let mut used = BTreeSet::new();
    let mut scopes_used = BTreeSet::new();
    for (name, op) in operations() {
        let id = op["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} has no operationId"));
        assert!(
            id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
            "{name}: {id}"
        );
        if let Some(other) = ids.insert(id, name.clone()) {
            panic!("{id} stands for {other} and {name}");
        }
        let of = op["tags"].as_array().unwrap();
        assert!(
            of.len() == 1 && tags.contains(of[0].as_str().unwrap()),
            "{name}: tags {of:?}"
        );
        used.insert(of[0].as_str().unwrap());
        let summary = op["summary"].as_str().unwrap_or_default();
        assert!(
            (3..100).contains(&summary.len()),
            "{name}: summary {summary:?}"
        );
        if let Some(other) = summaries.insert(summary, name.clone()) {
            panic!("{summary:?} is said of {other} and of {name}");
        }
        let security = op["security"]
            .as_array()
            .unwrap_or_else(|| panic!("{name} does not say who may call it"));
        let open = name.contains("/auth/") || !name.contains("/api/v1/");
        for alternative in security {
            for (scheme, scopes) in alternative.as_object().unwrap() {
                assert_eq!(scheme, "oauth2", "{name}");
                let scopes = scopes.as_array().unwrap();
                assert_eq!(scopes.len(), 1, "{name}: one permission an operation");
                let scope = scopes[0].as_str().unwrap();
                assert!(
                    access::Action::parse(scope).is_some(),
                    "{name}: {scope} is no action"
                );
                for flow in ["password", "clientCredentials"] {
                    assert!(
                        flows[flow]["scopes"][scope].is_string(),
                        "{name}: {scope} is missing from {flow}"
                    );
                }
                scopes_used.insert(scope);
            }
        }
        assert_eq!(security.is_empty(), open, "{name}: {security:?}");
    }
    assert_eq!(used, tags, "tags of operations and tags of the cover");
    let actions: BTreeSet<&str> = access::Action::ALL.iter().map(|a| a.wire()).collect();
    assert_eq!(
        scopes_used, actions,
        "permissions that operations name and permissions of the policy"
    );
}

#[test]
fn every_operation_has_the_answers_and_parameters_that_the_conventions_promise() {
    for (name, op) in operations() {
        let (method, path) = name.split_once(' ').unwrap();
        let answers: BTreeSet<&str> = op["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let has = |status: &str| answers.contains(status);
        let parameter = |place: &str, wanted: &str| {
            op["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|p| p["in"] == place && p["name"] == wanted)
        };
        let secured = op["security"][0]["oauth2"].is_array();
        let body = op.get("requestBody").is_some();
        let conditional = parameter("header", "If-Match");
        for status in ["405", "406", "500", "503"] {
            assert!(has(status), "{name}: {status}");
        }
        // health checks and public keys are answered without checking parameters or rates
        let gated = path.starts_with("/api/v1/") || path.starts_with("/calendars/");
        for status in ["400", "429"] {
            assert_eq!(has(status), gated, "{name}: {status}");
        }
        assert_eq!(
            answers.iter().filter(|s| s.starts_with('2')).count(),
            1,
            "{name}: one success"
        );
        if secured {
            assert!(has("401") && has("403"), "{name}: 401 and 403");
        }
        let finds = path.contains('{') || conditional;
        assert_eq!(has("404"), finds, "{name}: 404");
        assert_eq!(
            path.matches('{').count(),
            op["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|p| p["in"] == "path")
                .count(),
            "{name}: path parameters"
        );
        assert!(!body || method != "get", "{name}: a GET with a body");
        assert_eq!(has("413"), body, "{name}: 413");
        // an operation without a body refuses one, except a GET, where it has no meaning
        assert_eq!(has("415"), body || method != "get", "{name}: 415");
        // the token endpoint uses 400 instead of 422, as RFC 6749 requires
        let form = op["requestBody"]["content"]["application/x-www-form-urlencoded"].is_object();
        assert!(!body || form || has("422"), "{name}: 422");
        assert_eq!(
            (has("412"), has("428")),
            (conditional, conditional),
            "{name}: 412 and 428"
        );
        assert!(
            conditional || !matches!(method, "patch" | "delete"),
            "{name}: If-Match"
        );
        if method == "patch" {
            let kinds: Vec<&String> = op["requestBody"]["content"]
                .as_object()
                .unwrap()
                .keys()
                .collect();
            assert_eq!(kinds, ["application/merge-patch+json"], "{name}");
        }
        if method == "delete" {
            assert!(has("204"), "{name}: 204");
        }
        if has("201") && secured {
            assert!(
                method == "post" && parameter("header", "Idempotency-Key"),
                "{name}: Idempotency-Key"
            );
            for header in ["Location", "ETag"] {
                assert!(
                    op["responses"]["201"]["headers"][header].is_object(),
                    "{name}: {header}"
                );
            }
        }
        if method == "get" && secured {
            let tag = &op["responses"]["200"]["headers"]["ETag"];
            assert!(
                has("304") && parameter("header", "If-None-Match") && tag.is_object(),
                "{name}: 304"
            );
        }
        // computed lists have one fixed order, but are paged like all others
        let computed = ["/api/v1/findings", "/api/v1/outlooks"].contains(&path);
        if computed {
            for wanted in ["id", "limit", "cursor"] {
                assert!(parameter("query", wanted), "{name}: {wanted}");
            }
        } else if parameter("query", "cursor") {
            for wanted in ["limit", "sort", "include_total", "fields"] {
                assert!(parameter("query", wanted), "{name}: {wanted}");
            }
        }
        for (status, answer) in op["responses"].as_object().unwrap() {
            let answer = resolve(answer);
            assert!(
                answer["description"]
                    .as_str()
                    .is_some_and(|d| !d.is_empty()),
                "{name} {status}: description"
            );
            assert!(answer["headers"].is_object(), "{name} {status}: headers");
            let content = answer["content"].as_object();
            let token = path == "/api/v1/auth/token" || path == "/api/v1/auth/revoke";
            match status.as_str() {
                "204" | "304" => {
                    assert!(content.is_none_or(Map::is_empty), "{name} {status}: a body");
                }
                s if s.starts_with('2') && path == "/api/v1/auth/revoke" => {}
                s if s.starts_with('2') && path == "/calendars/{token}" => {
                    assert_eq!(
                        content.unwrap().keys().collect::<Vec<_>>(),
                        ["text/calendar"],
                        "{name} {status}"
                    );
                }
                s if s.starts_with('2') && path == "/api/v1/reports/progress-chart" => {
                    assert_eq!(
                        content.unwrap().keys().collect::<Vec<_>>(),
                        ["image/svg+xml"],
                        "{name} {status}"
                    );
                }
                s if s.starts_with('2')
                    && (path.ends_with("/roster") || path == "/api/v1/reports/statistics") =>
                {
                    let kinds = content.unwrap().keys().collect::<Vec<_>>();
                    assert!(
                        kinds.len() == 3
                            && kinds[0] == "application/json"
                            && kinds[1] == "text/csv"
                            && kinds[2].ends_with("sheetml.sheet"),
                        "{name}"
                    );
                }
                s if s.starts_with('2') => assert_eq!(
                    content.unwrap().keys().collect::<Vec<_>>(),
                    ["application/json"],
                    "{name} {status}"
                ),
                // the token endpoint follows RFC 6749
                _ if token && matches!(status.as_str(), "400" | "401") => {}
                _ => assert_eq!(
                    content.unwrap().keys().collect::<Vec<_>>(),
                    ["application/problem+json"],
                    "{name} {status}"
                ),
            }
            let (header, wanted) = match status.as_str() {
                "401" => ("WWW-Authenticate", true),
                "405" => ("Allow", true),
                "412" => ("ETag", true),
                "429" | "503" => ("Retry-After", true),
                "409" => (
                    "Retry-After",
                    answer["x-codes"]
                        .as_array()
                        .is_some_and(|all| all.contains(&"idempotency_in_progress".into())),
                ),
                _ => ("", false),
            };
            assert!(
                !wanted || answer["headers"][header].is_object(),
                "{name} {status}: {header}"
            );
        }
    }
}

#[test]
fn every_text_number_and_array_has_its_bounds_and_no_object_is_open() {
    let mut missing = Vec::new();
    schemas(&mut |at, schema| {
        let has = |key: &str| schema.contains_key(key);
        if is(schema, "string") && !has("enum") && !has("const") && !has("maxLength") {
            missing.push(format!("{at}: maxLength"));
        }
        if (is(schema, "integer") || is(schema, "number"))
            && !(has("minimum") && has("maximum"))
            && !has("enum")
        {
            missing.push(format!("{at}: minimum and maximum"));
        }
        if is(schema, "array") && !(has("maxItems") && has("items")) {
            missing.push(format!("{at}: maxItems and items"));
        }
        // RFC 6749, 3.2: the token and revocation endpoints ignore unknown parameters
        let form = at.ends_with("/schemas/TokenRequest") || at.ends_with("/schemas/RevokeRequest");
        if has("properties")
            && !form
            && schema.get("additionalProperties") != Some(&Value::Bool(false))
        {
            missing.push(format!("{at}: additionalProperties"));
        }
        for name in schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if schema
                .get("properties")
                .is_none_or(|p| p.get(name.as_str().unwrap()).is_none())
            {
                missing.push(format!("{at}: required {name} is no property"));
            }
        }
    });
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Installed clients must keep working when an answer gets a new property or a new value.
#[test]
fn published_answers_are_open_and_requests_are_closed() {
    let published = published();
    let (mut open, mut closed, mut words) = (0, 0, 0);
    walk(published, "", &mut |at, object| {
        if let Some(to) = object.get("$ref").and_then(Value::as_str) {
            assert!(
                published.pointer(to.trim_start_matches('#')).is_some(),
                "{at}: {to} leads nowhere"
            );
        }
        let shut = object.get("additionalProperties") == Some(&Value::Bool(false));
        if at.contains("/responses/") {
            assert!(!shut && !object.contains_key("enum"), "{at} is closed");
        }
        open += usize::from(object.contains_key("properties") && !shut);
        closed += usize::from(shut);
        words += usize::from(object.contains_key("x-extensible-enum"));
    });
    assert!(
        open > 150 && closed > 80 && words > 40,
        "{open} {closed} {words}"
    );
    let schemas = &published["components"]["schemas"];
    let stage = &schemas["Stage"];
    assert!(stage["enum"].is_null() && stage["x-extensible-enum"].is_array());
    let paths = published["paths"].as_object().unwrap().values();
    for op in paths.flat_map(|item| item.as_object().unwrap().values()) {
        let body = &op["requestBody"]["content"];
        for content in body.as_object().into_iter().flatten().map(|(_, c)| c) {
            let to = content["schema"]["$ref"].as_str().unwrap_or_default();
            let schema = &schemas[to.rsplit('/').next().unwrap()];
            let form = to.ends_with("/TokenRequest") || to.ends_with("/RevokeRequest");
            assert!(form || schema["additionalProperties"] == false, "{to}");
        }
    }
}

/// The `instance` in the example of a problem is the path of an operation that can answer with it,
/// in the whole document and in each of its parts.
#[test]
fn the_example_of_a_problem_names_the_address_of_an_operation_that_answers_so() {
    let parts = AREAS.iter().map(|area| area.of(published()));
    for part in parts.chain([published().clone()]) {
        let responses = part["components"]["responses"].as_object().unwrap();
        for (name, response) in responses {
            let to = format!("#/components/responses/{name}");
            let paths = part["paths"].as_object().unwrap().iter();
            let asked: Vec<Vec<&str>> = paths
                .filter(|(_, item)| {
                    let mut all = item.as_object().unwrap().values();
                    all.any(|op| {
                        let mut answers = op["responses"].as_object().unwrap().values();
                        answers.any(|answer| answer["$ref"] == *to)
                    })
                })
                .map(|(path, _)| path.split('/').collect())
                .collect();
            let examples = &response["content"]["application/problem+json"]["examples"];
            for example in examples.as_object().into_iter().flatten().map(|(_, e)| e) {
                let at = example["value"]["instance"].as_str().unwrap();
                let at: Vec<&str> = at.split('/').collect();
                let fits = |path: &Vec<&str>| {
                    let mut both = path.iter().zip(&at);
                    path.len() == at.len()
                        && both.all(|(p, a)| p == a || p.starts_with('{') && !a.starts_with('{'))
                };
                assert!(asked.iter().any(fits), "{name}: {at:?}");
            }
        }
    }
}

/// Swagger UI sends the example of an optional parameter even if nobody asks for it: a list would
/// come out empty.
#[test]
fn no_optional_query_parameter_has_an_example() {
    let mut seen = 0;
    for (name, op) in operations() {
        for parameter in op["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" && parameter["required"] != true {
                seen += 1;
                let text = parameter.to_string();
                assert!(!text.contains("\"example\""), "{name}: {text}");
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

/// A parameter that accepts only certain words is an enumeration, so that clients can offer a
/// choice.
#[test]
fn a_parameter_of_a_few_words_lists_them() {
    let words = |path: &str, name: &str| {
        let all = document()["paths"][path]["get"]["parameters"].as_array();
        let one = all.unwrap().iter().find(|p| p["name"] == name).unwrap();
        assert_eq!(
            (&one["schema"]["type"], &one["required"]),
            (&"string".into(), &false.into())
        );
        one["schema"]["enum"].clone()
    };
    let statistics = "/api/v1/reports/statistics";
    assert_eq!(
        words(statistics, "scope"),
        serde_json::json!(["own", "below"])
    );
    for path in [statistics, "/api/v1/classes/{id}/roster"] {
        assert_eq!(
            words(path, "format"),
            serde_json::json!(["json", "csv", "xlsx"])
        );
    }
}

/// Clients find the path that records a kind of act, and its body, by `x-act-kind`.
#[test]
fn the_path_of_each_kind_of_act_names_it() {
    let found: BTreeSet<&str> = operations()
        .iter()
        .filter_map(|(_, op)| op["x-act-kind"].as_str())
        .collect();
    // an acknowledgement is not recorded by itself, but with other changes
    let elsewhere = ["acknowledgement"];
    for kind in ketnap::law::acts::ActKind::WIRE {
        assert_ne!(found.contains(kind), elsewhere.contains(kind), "{kind}");
    }
}

/// The answer to a creation links to the operations that read what was created and take it further.
/// Every link leads to an operation that has these parameters, in each part of the document too.
#[test]
fn a_link_leads_to_an_operation_with_these_parameters() {
    let parts = AREAS.iter().map(|area| area.of(published()));
    for (place, part) in parts.chain([published().clone()]).enumerate() {
        let taken = |op: &Value| -> BTreeSet<String> {
            let all = op["parameters"].as_array().into_iter().flatten();
            let all = all.map(|p| match p["$ref"].as_str() {
                Some(to) => part.pointer(to.trim_start_matches('#')).unwrap(),
                None => p,
            });
            all.map(|p| p["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let items = part["paths"].as_object().unwrap().values();
        let all: Vec<&Value> = items
            .flat_map(|item| item.as_object().unwrap().values())
            .collect();
        let mut links = 0;
        for op in &all {
            let of_the_answer = op["responses"]["201"]["links"].as_object();
            for (name, link) in of_the_answer.into_iter().flatten() {
                assert_eq!(link["operationId"], **name);
                let to = all.iter().find(|op| op["operationId"] == **name);
                let taken = taken(to.unwrap_or_else(|| panic!("{name} leads nowhere")));
                for parameter in link["parameters"].as_object().unwrap().keys() {
                    assert!(taken.contains(parameter), "{name}: {parameter}");
                }
                links += 1;
            }
        }
        assert!(place < AREAS.len() || links > 100, "{links}");
    }
    let made = |path: &str| &published()["paths"][path]["post"]["responses"]["201"]["links"];
    let vote = made("/api/v1/candidates/{id}/resolutions");
    assert_eq!(vote["get_act"]["parameters"]["id"], "$response.body#/id");
    let file = "$response.body#/candidate_id";
    assert_eq!(vote["get_candidate"]["parameters"]["id"], file);
    let plan = &made("/api/v1/quota-plans")["propose_quota_plan"]["parameters"];
    assert_eq!(plan["If-Match"], "$response.header.ETag");
}

/// In the published document, `Act` and `NextStep` are choices by `kind`: one schema for each kind,
/// and for acts the operation and the body that record it.
#[test]
fn acts_and_next_steps_are_told_apart_by_their_kind() {
    let schemas = &published()["components"]["schemas"];
    for (choice, suffix) in [("Act", "Act"), ("NextStep", "NextStep")] {
        let choice = &schemas[choice];
        assert_eq!(choice["discriminator"]["propertyName"], "kind");
        let mapping = choice["discriminator"]["mapping"].as_object().unwrap();
        let named: BTreeSet<&str> = choice["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["$ref"].as_str().unwrap())
            .collect();
        let mapped: BTreeSet<&str> = mapping.values().map(|to| to.as_str().unwrap()).collect();
        assert_eq!(named, mapped);
        for kind in ketnap::law::acts::ActKind::ALL {
            let Some(to) = mapping.get(kind.wire()) else {
                assert_eq!(suffix, "NextStep", "{}", kind.wire());
                continue;
            };
            let one = published().pointer(&to.as_str().unwrap()[1..]).unwrap();
            assert!(to.as_str().unwrap().ends_with(suffix), "{to}");
            assert_eq!(
                one["properties"]["kind"]["enum"],
                serde_json::json!([kind.wire()])
            );
            let Some(path) = one["x-recorded-by"]["path"].as_str() else {
                assert_eq!(suffix, "Act");
                continue;
            };
            let op = &published()["paths"][path]["post"];
            let body = &op["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(op["x-act-kind"], kind.wire());
            assert_eq!(one["x-recorded-by"]["operationId"], op["operationId"]);
            assert_eq!(&one["x-recorded-by"]["body"], body);
            let answer = &op["responses"]["201"]["content"]["application/json"]["schema"]["$ref"];
            let elsewhere = ["transfer", "sponsorship", "readmission"].contains(&kind.wire());
            assert!(
                suffix == "NextStep" || elsewhere || answer == to,
                "{answer}"
            );
        }
    }
    let what = &schemas["WaiverAct"]["properties"]["data"]["properties"]["what"];
    assert_eq!(what["$ref"], "#/components/schemas/WaiverKind");
}

/// Every recorded act fits the schema of its kind, in lists too. A client of the published document
/// also accepts kinds, properties and values that it does not know yet.
#[tokio::test]
async fn every_act_fits_the_schema_of_its_kind() {
    let schemas = Schemas::of(published()).unwrap();
    let act = schemas
        .validator(&published()["components"]["schemas"]["Act"])
        .unwrap();
    let house = House::build().await;
    let people = house.read("office", "candidates?limit=200&fields=id").await;
    let mut kinds = BTreeSet::new();
    for person in people.body["items"].as_array().unwrap() {
        let path = format!("candidates/{}", person["id"].as_str().unwrap());
        house.read("office", &format!("{path}/next-steps")).await;
        let timeline = house.read("office", &format!("{path}/timeline")).await;
        for one in timeline.body["items"].as_array().unwrap() {
            let wrong: Vec<String> = act.iter_errors(one).map(|e| e.to_string()).collect();
            assert!(wrong.is_empty(), "{one}: {wrong:#?}");
            if kinds.insert(one["kind"].as_str().unwrap().to_owned()) {
                let id = one["id"].as_str().unwrap();
                house.read("office", &format!("acts/{id}")).await;
            }
            let mut later = one.clone();
            later["stage_after"] = "on_the_moon".into();
            later["seen_from"] = 1.into();
            assert!(act.is_valid(&later), "{later}");
            later["kind"] = "moon_landing".into();
            later["data"] = serde_json::json!({"crater": 7});
            assert!(act.is_valid(&later), "{later}");
            later["kind"] = "waiver".into();
            assert!(!act.is_valid(&later), "{later}");
        }
    }
    assert!(kinds.len() > 12, "{kinds:?}");
}

/// The schema of a list contains whole objects, although `fields` may leave properties out.
/// Generated clients get names without numbers or repetitions.
#[test]
fn published_schemas_are_of_whole_objects_with_plain_names() {
    let schemas = published()["components"]["schemas"].as_object().unwrap();
    for (name, page) in schemas
        .iter()
        .filter(|(n, _)| n.ends_with("Page") && *n != "Page")
    {
        let to = page["properties"]["items"]["items"]["$ref"]
            .as_str()
            .unwrap();
        assert_eq!(to.rsplit('/').next(), name.strip_suffix("Page"), "{name}");
        let item = published().pointer(&to[1..]).unwrap();
        let one = item["oneOf"][0]["$ref"].as_str();
        let item = one.map_or(item, |to| published().pointer(&to[1..]).unwrap());
        let expand = |p: &Value| {
            p["description"]
                .as_str()
                .is_some_and(|d| d.starts_with("With `expand="))
        };
        let required = item["required"].as_array().unwrap();
        for (property, schema) in item["properties"].as_object().unwrap() {
            let must = !expand(schema);
            assert_eq!(
                required.iter().any(|r| r == property),
                must,
                "{name}: {property}"
            );
        }
    }
    for name in schemas.keys() {
        let numbered = name.ends_with(|c: char| c.is_ascii_digit());
        assert!(!numbered && !name.ends_with("ChangeChanges"), "{name}");
    }
    walk(published(), "", &mut |at, object| {
        assert!(!object.contains_key("x-item-of"), "{at}");
        let typed = object
            .get("additionalProperties")
            .is_some_and(Value::is_object);
        assert!(!typed || !object.contains_key("properties"), "{at}");
    });
}

/// The document names the roles that may use each operation, and they are those of the policy.
#[test]
fn every_operation_lists_the_roles_that_may() {
    for (name, op) in operations() {
        let Some(scope) = op["security"][0]["oauth2"][0].as_str() else {
            assert!(op["x-roles"].is_null(), "{name}");
            continue;
        };
        let action = access::Action::parse(scope).unwrap();
        for role in access::Role::ALL {
            let reach = op["x-roles"].as_array().unwrap().iter();
            let reach = reach
                .clone()
                .find(|r| r["role"] == role.wire())
                .map(|r| r["reach"].as_str().unwrap());
            let may = access::may(*role, action).map(access::Reach::wire);
            assert_eq!(reach, may, "{name}: {}", role.wire());
            let (method, path) = name.split_once(' ').unwrap();
            let told = &published()["paths"][path][method]["description"];
            let told = told.as_str().unwrap();
            assert!(may.is_none() || told.contains(role.en()), "{name}");
        }
    }
}

#[test]
fn nothing_in_the_document_is_null_and_every_reference_leads_somewhere() {
    let mut used = BTreeSet::new();
    let mut empty = Vec::new();
    walk(document(), "", &mut |at, object| {
        if let Some(to) = object.get("$ref").and_then(Value::as_str) {
            assert!(
                document().pointer(to.trim_start_matches('#')).is_some(),
                "{at}: {to} leads nowhere"
            );
            used.insert(to.to_owned());
        }
        let example = ["/example", "/examples", "/enum", "/default"]
            .iter()
            .any(|e| at.contains(e));
        empty.extend(
            object
                .iter()
                .filter(|(k, v)| v.is_null() && !example && *k != "example" && *k != "default")
                .map(|(k, _)| format!("{at}/{k}")),
        );
    });
    assert!(empty.is_empty(), "null: {empty:#?}");
    for kind in ["schemas", "responses", "headers"] {
        for name in document()["components"][kind].as_object().unwrap().keys() {
            assert!(
                used.contains(&format!("#/components/{kind}/{name}")),
                "{kind}/{name} is not used"
            );
        }
    }
}

#[test]
fn every_error_code_has_its_own_example_where_it_is_listed() {
    let mut listed = BTreeSet::new();
    for (name, op) in operations() {
        for (status, answer) in op["responses"].as_object().unwrap() {
            let answer = resolve(answer);
            let about = answer["description"].as_str().unwrap();
            let examples = &answer["content"]["application/problem+json"]["examples"];
            let examples = examples.as_object().into_iter().flatten();
            let mut codes = Vec::new();
            for (code, example) in examples {
                let value = &example["value"];
                let known = Code::ALL.iter().find(|c| c.wire() == code).unwrap();
                assert_eq!(known.status().as_u16().to_string(), *status, "{name}");
                assert_eq!(value["code"], **code, "{name}");
                assert_eq!(value["status"].to_string(), *status, "{name}");
                assert_eq!(value["type"], format!("/problems/{code}"));
                assert!(example["summary"].is_string() && about.contains(code.as_str()));
                let wrong = faults("Problem", value);
                assert!(wrong.is_empty(), "{name} {code}: {wrong:?}");
                let bare = op.get("requestBody").is_none();
                let told = value["errors"][0]["pointer"].as_str();
                if *known == Code::ValidationFailed {
                    assert_eq!(told.is_none(), bare, "{name} names a field");
                }
                if let Some(pointer) = told {
                    let body = op["requestBody"]["content"].as_object();
                    let body = body.unwrap_or_else(|| panic!("{name} {code}: {pointer}"));
                    let schema = resolve(&body.values().next().unwrap()["schema"]);
                    let (outer, deep) = match pointer[1..].split_once('/') {
                        Some((outer, _)) => (outer, true),
                        None => (&pointer[1..], false),
                    };
                    let own = &schema["properties"][outer];
                    assert!(
                        own.is_object(),
                        "{name}: {pointer} is no property of the body"
                    );
                    let required = schema["required"].as_array().into_iter().flatten();
                    let mut required = required.filter_map(Value::as_str);
                    let required = required.any(|name| name == outer);
                    let said = &value["errors"][0]["code"];
                    assert!(
                        said != "required" || required,
                        "{name}: {pointer} may be absent"
                    );
                    // a uniqueness constraint never covers a boolean or an array alone, so neither
                    // can be a duplicate
                    let whether = own["type"] == "boolean" || own["type"] == "array";
                    assert!(said != "duplicate" || deep || !whether, "{name}: {pointer}");
                }
                codes.push(code.as_str());
            }
            let told = answer["x-codes"].as_array().into_iter().flatten();
            let told: Vec<&str> = told.filter_map(Value::as_str).collect();
            assert_eq!(codes, told, "{name} {status}");
            listed.extend(codes);
        }
    }
    // `route_not_found` is the answer for unknown paths, so no operation lists it
    let all = Code::ALL.iter().map(|code| code.wire());
    let all: BTreeSet<&str> = all.filter(|code| *code != "route_not_found").collect();
    assert_eq!(listed, all);
}

/// An operation declares the refusals of its own work with `refuses`. A test that gets any other
/// code fails.
#[test]
fn a_refusal_is_listed_where_it_can_happen() {
    let with = |code: &str| -> BTreeSet<String> {
        let lists = |op: &Value| {
            let answers = op["responses"].as_object().unwrap().values();
            answers
                .filter_map(|answer| {
                    let to = answer["$ref"].as_str()?.trim_start_matches('#');
                    document().pointer(to)?["x-codes"].as_array()
                })
                .any(|codes| codes.contains(&code.into()))
        };
        let all = operations().into_iter();
        all.filter(|(_, op)| lists(op))
            .map(|(name, _)| name)
            .collect()
    };
    // a person who finds no seat is put on the waiting list instead of being refused
    let seats = ["patch /api/v1/classes/{id}"];
    assert_eq!(with("capacity_reached"), seats.map(str::to_owned).into());
    let (judged, kept) = (with("requirements_unmet"), with("has_dependents"));
    assert!(judged.contains("post /api/v1/candidates/{id}/resolutions"));
    assert!(kept.contains("delete /api/v1/branches/{id}"));
    for free in [
        "delete /api/v1/calendars",
        "patch /api/v1/settings/{key}",
        "post /api/v1/holidays",
        "post /api/v1/me/password",
    ] {
        assert!(!judged.contains(free) && !kept.contains(free), "{free}");
    }
    let invalid = with("validation_failed");
    for (name, op) in operations() {
        let content = &op["requestBody"]["content"];
        let json = content
            .as_object()
            .is_some_and(|kinds| kinds.keys().all(|k| k.ends_with("json")));
        assert!(!json || invalid.contains(&name), "{name}");
    }
    for of_the_token in ["token", "revoke"] {
        let answers =
            &document()["paths"][format!("/api/v1/auth/{of_the_token}")]["post"]["responses"];
        assert!(answers["409"].is_null() && answers["422"].is_null());
        assert!(answers["400"]["content"]["application/problem+json"].is_object());
    }
}

/// The examples and descriptions that are kept in separate files refer to operations and properties
/// that exist.
#[test]
fn examples_and_descriptions_are_of_operations_and_properties_that_there_are() {
    let wrong = ketnap::api::document::mistakes(document());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_operation_is_in_one_area_and_all_that_it_refers_to_as_well() {
    let count = |doc: &Value| {
        let items = doc["paths"].as_object().unwrap().values();
        let items = items.map(|item| item.as_object().unwrap().len());
        items.sum::<usize>()
    };
    let mut all = 0;
    for area in AREAS {
        let part = area.of(published());
        all += count(&part);
        walk(&part, "", &mut |at, object| {
            if let Some(to) = object.get("$ref").and_then(Value::as_str) {
                let to = to.trim_start_matches('#');
                assert!(part.pointer(to).is_some(), "{} {at}: {to}", area.path);
            }
        });
        // small enough for a browser to show it quickly
        let size = part.to_string().len();
        assert!(size < 700_000, "{}: {size} bytes", area.path);
    }
    assert_eq!(all, count(published()));
}

fn faults(schema: &str, value: &Value) -> Vec<String> {
    validator(&document()["components"]["schemas"][schema])
        .iter_errors(value)
        .map(|e| format!("{} {e}", e.instance_path()))
        .collect()
}

/// A value made of the examples of a schema's properties.
fn sample(schema: &'static Value) -> Option<Value> {
    if let Some(example) = schema.get("example") {
        return Some(example.clone());
    }
    let target = resolve(schema);
    if let Some(example) = target.get("example") {
        return Some(example.clone());
    }
    if let Some(first) = target["enum"].as_array().and_then(|e| e.first()) {
        return Some(first.clone());
    }
    let properties = target["properties"].as_object()?;
    let mut made = Map::new();
    for (name, property) in properties {
        if let Some(value) = sample(property) {
            made.insert(name.clone(), value);
        }
    }
    Some(Value::Object(made))
}

/// Swagger UI's "Try it out" then starts with a valid body.
#[test]
fn every_request_body_has_an_example() {
    let has = |content: &'static Value| {
        resolve(content)["example"]
            .as_object()
            .is_some_and(|e| !e.is_empty())
    };
    let bodies = operations().into_iter().flat_map(|(name, op)| {
        op["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten()
            .map(move |(_, c)| (name.clone(), c))
    });
    let without: Vec<String> = bodies
        .filter(|(_, content)| !has(&content["schema"]))
        .map(|(name, _)| name)
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}

#[test]
fn every_example_fits_its_own_schema() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    schemas(&mut |at, schema| {
        let Some(example) = schema.get("example") else {
            return;
        };
        let errors = validator(&Value::Object(schema.clone()));
        wrong.extend(errors.iter_errors(example).map(|e| format!("{at}: {e}")));
        seen += 1;
    });
    for (name, op) in operations() {
        for parameter in op["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|p| p.get("example").is_some())
        {
            wrong.extend(
                validator(&parameter["schema"])
                    .iter_errors(&parameter["example"])
                    .map(|e| format!("{name} {}: {e}", parameter["name"])),
            );
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} examples");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_body_made_of_the_examples_of_its_properties_has_no_other_fault_than_what_has_no_example() {
    let mut seen = 0;
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        let new = name.starts_with("New") || name.ends_with("Changes") || name == "Particulars";
        if !new {
            continue;
        }
        let Some(body) = sample(schema).filter(|b| b.as_object().is_some_and(|o| !o.is_empty()))
        else {
            continue;
        };
        let wrong: Vec<String> = faults(name, &body)
            .into_iter()
            .filter(|f| !f.contains("is a required property"))
            .collect();
        assert!(wrong.is_empty(), "{name}: {body}: {wrong:#?}");
        seen += 1;
    }
    assert!(seen > 10, "only {seen} bodies");
}

#[test]
fn the_conventions_of_names_hold_in_every_address_and_property() {
    for (name, op) in operations() {
        let path = name.split_once(' ').unwrap().1;
        assert!(!path.ends_with('/'), "{name}: a trailing slash");
        for part in path
            .split('/')
            .filter(|p| !p.is_empty() && !p.starts_with('{') && !p.starts_with('.'))
        {
            assert!(
                part.bytes().all(|b| b.is_ascii_lowercase()
                    || b.is_ascii_digit()
                    || b == b'-'
                    || b == b'.'),
                "{name}: {part}"
            );
        }
        for parameter in op["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|p| p["in"] == "query")
        {
            let name = parameter["name"].as_str().unwrap();
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{name}"
            );
        }
    }
    // a literal segment beside `{id}` is not allowed: a method that it does not declare would fall
    // through to `{id}`
    let paths: Vec<&String> = document()["paths"].as_object().unwrap().keys().collect();
    for path in &paths {
        let Some((parent, last)) = path.rsplit_once('/') else {
            continue;
        };
        assert!(
            last.starts_with('{')
                || !paths
                    .iter()
                    .any(|other| *other == &format!("{parent}/{{id}}")),
            "{path} stands beside {{id}}"
        );
    }
    schemas(&mut |at, schema| {
        for (property, _) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            assert!(
                property
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{at}: {property}"
            );
        }
    });
}

/// The description of a filter that is not a property of the rows says what it selects. What a list
/// leaves out by default is declared where clients see it.
#[test]
fn a_filter_that_is_no_property_says_what_it_selects() {
    let mut told = 0;
    for (name, op) in operations() {
        let page = &op["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        let Some(page) = page.as_str().and_then(|to| to.strip_prefix('#')) else {
            continue;
        };
        let rows = &document().pointer(page).unwrap()["properties"]["items"]["items"]["$ref"];
        let Some(rows) = rows.as_str().and_then(|to| to.strip_prefix('#')) else {
            continue;
        };
        let row = &document().pointer(rows).unwrap()["properties"];
        for parameter in op["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(parameter);
            let filter = parameter["name"].text();
            let usual = parameter["description"].text();
            if usual.starts_with(&format!("Filter by `{filter}`")) {
                let known = row.is_null() || row.get(filter).is_some();
                assert!(known, "{name}: {filter} says nothing: {usual}");
                told += 1;
            }
        }
    }
    assert!(told > 100, "{told}");
    let members = document()["paths"]["/api/v1/members"]["get"]["parameters"].list();
    let left = members.iter().find(|p| p["name"] == "left").unwrap();
    assert_eq!(left["schema"]["default"], false);
}

/// Properties of a PATCH body that cannot be changed say so in their description.
#[test]
fn the_body_of_a_patch_says_which_properties_cannot_be_changed() {
    let schemas = &document()["components"]["schemas"];
    for name in [
        "branch_id",
        "status",
        "activity",
        "joined_on",
        "official_on",
    ] {
        let about = schemas["MemberChanges"]["properties"][name]["description"].text();
        assert!(about.ends_with("only as on record"), "{name}: {about}");
    }
    for (schema, name) in [
        ("BranchClassificationChanges", "branch_id"),
        ("OfficerChanges", "member_id"),
        ("OverseerChanges", "account_id"),
    ] {
        let about = schemas[schema]["properties"][name]["description"].text();
        assert!(about.starts_with("Only as on record"), "{schema}: {about}");
    }
    // these bodies always contain the whole value, so their descriptions must not mention masks
    for schema in [
        "NewMember",
        "NewNomination",
        "NewSourcePlanEntry",
        "ParticularsChanges",
    ] {
        let about = schemas[schema]["properties"]["birth_date"]["description"].text();
        assert!(!about.contains("mask"), "{schema}: {about}");
    }
}
