//! Sends the document's examples in their order to a new demo, loaded on a day after the plan's own
//! term.
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::support::{Answer, Build, House, document, later_database, published, validator};

fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str().and_then(|r| r.strip_prefix('#')) {
        Some(pointer) => published().pointer(pointer).unwrap(),
        None => value,
    }
}

/// Every operation, in the order of the document.
fn operations() -> impl Iterator<Item = (&'static String, Method, &'static Value)> {
    let paths = published()["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, op)| (path, method.to_uppercase().parse().unwrap(), op))
    })
}

fn parameters(op: &'static Value) -> impl Iterator<Item = &'static Value> {
    op["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(resolve)
}

#[test]
fn every_operation_has_an_example_of_its_path_and_of_each_answer() {
    let mut wrong = Vec::new();
    for (path, method, op) in operations() {
        let id = op["operationId"].as_str().unwrap();
        for parameter in parameters(op) {
            let wanted = parameter["in"] == "path" || parameter["name"] == "If-Match";
            if wanted && parameter.get("example").is_none() {
                wrong.push(format!("{id}: {} has no example", parameter["name"]));
            }
        }
        for (status, answer) in op["responses"].as_object().unwrap() {
            let contents = resolve(answer)["content"].as_object().into_iter().flatten();
            for (kind, content) in contents.filter(|(kind, _)| !kind.ends_with("sheet")) {
                if content.get("example").or(content.get("examples")).is_none() {
                    wrong.push(format!("{id}: {status} {kind} has no example"));
                }
            }
        }
        let success = op["responses"].as_object().unwrap().iter();
        for (status, answer) in success.filter(|(status, _)| status.starts_with('2')) {
            let json = &resolve(answer)["content"]["application/json"];
            if !json.is_object() {
                continue;
            }
            // validates against the internal, closed schema, so that properties of an earlier
            // version are noticed
            let method = method.as_str().to_lowercase();
            let own = &document()["paths"][path][method]["responses"][status];
            let schema = validator(&own["content"]["application/json"]["schema"]);
            let unfit = schema.iter_errors(&json["example"]);
            wrong.extend(unfit.map(|e| format!("{id}: {} {e}", e.instance_path())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The schema of the successful answer.
fn success(op: &'static Value) -> &'static Value {
    let answers = op["responses"].as_object().unwrap().iter();
    let mut good = answers.filter(|(status, _)| status.starts_with('2'));
    let (_, answer) = good.next().unwrap();
    &resolve(answer)["content"]["application/json"]["schema"]["$ref"]
}

/// Headers that are sent with every answer and say nothing about the resource.
const USUAL: [&str; 13] = [
    "access-control-expose-headers",
    "cache-control",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-resource-policy",
    "date",
    "pragma",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
    "x-frame-options",
];

/// The headers of the answer that the operation does not declare.
fn undeclared(op: &'static Value, answer: &Answer) -> Vec<String> {
    let declared = &resolve(&op["responses"][answer.status.to_string()])["headers"];
    let declared = declared.as_object().into_iter().flatten();
    let known: Vec<String> = declared.map(|(name, _)| name.to_lowercase()).collect();
    let sent = answer.headers.keys().map(|name| name.as_str().to_owned());
    sent.filter(|name| !known.contains(name) && !USUAL.contains(&name.as_str()))
        .collect()
}

/// Whether the demo's files define this id.
fn readable(id: &str) -> bool {
    id.starts_with("01750000-")
}

/// Replaces what is secret or new in every answer by fixed values, and shortens lists.
fn tidy(value: &mut Value, known: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object.iter_mut() {
                match name.as_str() {
                    "access_token" | "refresh_token" | "secret" | "client_secret" | "x" | "kid"
                        if inner.is_string() =>
                    {
                        *inner = "shown-once-and-kept-by-the-client".into();
                    }
                    "next_cursor" => *inner = Value::Null,
                    // kept whole: there are always twelve
                    "months" => {}
                    "uri" => {
                        let uri =
                            "otpauth://totp/ketnap:office?secret=GEZDGNBVGY3TQOJQ&issuer=ketnap";
                        *inner = uri.into();
                    }
                    "path" if inner.as_str().is_some_and(|p| p.starts_with("/calendars/")) => {
                        *inner = "/calendars/shown-once-and-kept-by-the-client.ics".into();
                    }
                    _ => tidy(inner, known),
                }
            }
        }
        Value::Array(all) => {
            // rows that tie are sorted by id, and random ids differ from run to run
            all.sort_by_key(|item| item["id"].as_str().is_some_and(|id| !readable(id)));
            all.truncate(2);
            for inner in all {
                tidy(inner, known);
            }
        }
        Value::String(text) => {
            let new = !readable(text) && Uuid::parse_str(text).is_ok();
            if new {
                let next = known.len() + 1;
                let kept = known.entry(text.clone());
                *text = kept
                    .or_insert_with(|| format!("01934c5e-7a3b-7c11-8d52-{next:012}"))
                    .clone();
            } else if text.contains('T') && DateTime::parse_from_rfc3339(text).is_ok() {
                "2026-12-01T02:00:00.000000Z".clone_into(text);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Sends the operation's example, with these additional headers.
async fn send(
    house: &House,
    path: &str,
    method: Method,
    op: &'static Value,
    more: &[(&str, &str)],
) -> Answer {
    let mut path = path.to_owned();
    let mut headers = more.to_vec();
    for parameter in parameters(op) {
        let (name, example) = (parameter["name"].as_str().unwrap(), &parameter["example"]);
        let text = example.as_str().unwrap_or_default();
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), text),
            Some("header") if !text.is_empty() => headers.push((name, text)),
            _ => {}
        }
    }
    let login = op["x-example-login"].as_str().unwrap_or_default();
    let content = op["requestBody"]["content"].as_object();
    let content = content.and_then(|all| all.iter().next());
    let body = content.map(|(_, content)| {
        let own = content.get("example");
        own.unwrap_or_else(|| &resolve(&content["schema"])["example"])
    });
    let form = content.is_some_and(|(kind, _)| kind == "application/x-www-form-urlencoded");
    if form {
        let fields = body.unwrap().as_object().unwrap();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        house.form(&path, &fields).await
    } else {
        let body = body.cloned();
        house.send(login, method, &path, body, &headers).await
    }
}

/// Whether the body is an empty list.
fn bare(body: &Value) -> bool {
    body["items"].as_array().is_some_and(Vec::is_empty)
}

/// On two days, so that no example depends on the date.
#[tokio::test]
async fn at_least_95_of_100_examples_succeed_as_they_stand() {
    let mut answers = Map::new();
    for day in ["2026-12-01", "2029-03-31"] {
        let now: DateTime<Utc> = format!("{day}T02:00:00Z").parse().unwrap();
        let house = House::over(later_database(now).await, Build::default()).await;
        // time has passed since the demo was loaded, as it has for everybody who starts the service
        house.clock.set(now + TimeDelta::minutes(1));
        let (mut all, mut sent, mut wrong) = (0, 0, Vec::new());
        let (mut told, mut empty) = (Map::new(), Vec::new());
        for (path, method, op) in operations() {
            let id = op["operationId"].as_str().unwrap();
            all += 1;
            if op["x-example-unsent"] == true {
                continue;
            }
            let answer = send(&house, path, method.clone(), op, &[]).await;
            for header in undeclared(op, &answer) {
                wrong.push(format!("{id}: the header {header} is not declared"));
            }
            let (status, mut body) = (answer.status, answer.body);
            if (200..300).contains(&status) {
                sent += 1;
                if bare(&body) {
                    empty.push((id, path, method, op));
                }
                // ids are numbered separately in each answer, so that a change in one does not
                // alter the others
                tidy(&mut body, &mut BTreeMap::new());
                told.insert(id.to_owned(), body);
            } else {
                wrong.push(format!("{id}: {status} {body}"));
            }
        }
        // lists that were empty are read again, now that the later examples have created rows
        for (id, path, method, op) in empty {
            let mut body = send(&house, path, method, op, &[]).await.body;
            // no act in the demo has lost its ground, so this list stays empty
            if bare(&body) != (id == "list_findings") {
                wrong.push(format!("{id}: {body}"));
            }
            tidy(&mut body, &mut BTreeMap::new());
            told.insert(id.to_owned(), body);
        }
        for (id, body) in told {
            answers.entry(id).or_insert(body);
        }
        assert!(wrong.is_empty(), "{day}: {wrong:#?}");
        assert!(sent * 100 >= all * 95, "{day}: {sent} of {all} are sent");
    }
    answers.retain(|_, answer| !answer.is_null());
    // an operation whose example cannot be sent gets the answer of one with the same schema, or a
    // handwritten one
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/answers.json");
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(kept).unwrap()).unwrap();
    for (_, _, op) in operations().filter(|(_, _, op)| op["x-example-unsent"] == true) {
        let kin = operations().find_map(|(_, _, other)| {
            let answer = answers.get(other["operationId"].as_str().unwrap())?;
            (success(other) == success(op)).then(|| answer.clone())
        });
        let id = op["operationId"].as_str().unwrap();
        let answer = kin.or_else(|| kept.get(id).cloned());
        if let (Some(answer), true) = (answer, success(op).is_string()) {
            answers.insert(id.to_owned(), answer);
        }
    }
    answers.sort_keys();
    let text = serde_json::to_string_pretty(&answers).unwrap();
    let shown = concat!(env!("CARGO_TARGET_TMPDIR"), "/answers.json");
    std::fs::write(shown, text + "\n").unwrap();
    let moved: Vec<&String> = answers
        .iter()
        // the rows of an export are in no particular order
        .filter(|(id, answer)| kept.get(*id) != Some(*answer) && !id.starts_with("export_"))
        .map(|(id, _)| id)
        .chain(
            kept.as_object()
                .unwrap()
                .keys()
                .filter(|id| !answers.contains_key(*id)),
        )
        .collect();
    assert!(
        moved.is_empty(),
        "openapi/answers.json does not show what is answered; if that is meant, copy {shown}: {moved:#?}"
    );
}

/// Repeats every read with the tag that it returned.
#[tokio::test]
async fn what_was_read_is_not_sent_again() {
    let now = "2026-12-01T02:00:00Z".parse().unwrap();
    let house = House::over(later_database(now).await, Build::default()).await;
    house.clock.set(now);
    let mut wrong = Vec::new();
    for (path, method, op) in operations().filter(|(_, method, _)| *method == Method::GET) {
        let unsent = op["x-example-unsent"] == true;
        if unsent || op["security"] == Value::Array(Vec::new()) {
            continue;
        }
        let id = op["operationId"].as_str().unwrap();
        let first = send(&house, path, method.clone(), op, &[]).await;
        let tag = first.header("etag");
        let held = [("if-none-match", tag)];
        let second = send(&house, path, method, op, &held).await;
        if (first.status, second.status, second.header("etag")) != (200, 304, tag) {
            wrong.push(format!("{id}: {} {}", first.status, second.status));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// For every operation that takes an `Idempotency-Key`: a repeated request is replayed, another
/// request with the same key is refused, and so is one while the first is still running, or whose
/// stored answer cannot be opened any more.
#[tokio::test]
async fn every_creation_knows_a_request_that_comes_again() {
    let now = "2026-12-01T02:00:00Z".parse().unwrap();
    let database = later_database(now).await;
    let house = House::over(database.clone(), Build::default()).await;
    let nowhere = Build {
        seals: std::env::temp_dir().join("no-such-folder"),
        ..Build::default()
    };
    let unsealed = House::over(database, nowhere).await;
    for house in [&house, &unsealed] {
        house.clock.set(now);
    }
    let takes = |op: &'static Value| parameters(op).any(|p| p["name"] == "Idempotency-Key");
    let sent = || operations().filter(|(_, _, op)| op["x-example-unsent"] != true);
    for (_, _, op) in sent().filter(|all| takes(all.2)) {
        if let Some(login) = op["x-example-login"].as_str() {
            unsealed.token(login).await;
        }
    }
    let owner = house.owner().await;
    let key = [("idempotency-key", "once")];
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (path, method, op) in sent() {
        let keyed = takes(op);
        let more = if keyed { &key[..] } else { &[] };
        let first = send(&house, path, method.clone(), op, more).await;
        if !keyed {
            continue;
        }
        seen += 1;
        let again = async |house: &House| send(house, path, method.clone(), op, &key).await;
        let same = again(&house).await;
        let replayed = (
            same.status,
            same.header("idempotent-replayed"),
            same.text.as_str(),
        );
        let mut told = vec![replayed == (first.status, "true", first.text.as_str())];
        told.push(again(&unsealed).await.code() == "invalid_transition");
        let lock = "select concat_ws(' ', account_id, route, key) from idempotency_key where fingerprint <> '\\x00'";
        let lock: String = owner
            .query_opt(lock, &[])
            .await
            .unwrap()
            .unwrap_or_else(|| panic!("{}: {}", op["operationId"], first.text))
            .get(0);
        for (call, code) in [("lock", "idempotency_in_progress"), ("unlock", "")] {
            let call = format!("select pg_advisory_{call}(hashtextextended($1, 0))");
            owner.execute(&call, &[&lock]).await.unwrap();
            told.push(code.is_empty() || again(&house).await.code() == code);
        }
        let other = "update idempotency_key set fingerprint = '\\x00'";
        owner.execute(other, &[]).await.unwrap();
        told.push(again(&house).await.code() == "idempotency_key_reused");
        if told.contains(&false) {
            wrong.push(format!("{}: {} {told:?}", op["operationId"], first.status));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 45, "{seen}");
}
