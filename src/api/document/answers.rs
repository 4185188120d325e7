//! The statuses that an operation answers with, the codes of its refusals, and the headers that it
//! sends.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::problems;
use crate::api::operation::Promises;
use crate::error::{Code, Lang};

/// Answered with an `ETag` though neither asked for nor sent with one.
const VERSIONED: [&str; 3] = ["create_calendar", "reveal_candidate", "reveal_member"];

/// The codes that an operation can be refused with: by what it takes, and what its work says for itself.
fn refusals(
    op: &Value,
    secured: bool,
    (method, path): (&str, &str),
    promises: &Promises,
) -> Vec<Code> {
    use Code::{
        Forbidden, IdempotencyInProgress, IdempotencyKeyReused, Internal, InvalidCursor,
        InvalidHeader, InvalidJson, InvalidParameter, InvalidPath, InvalidTransition,
        MethodNotAllowed, NotAcceptable, NotFound, PasswordChangeRequired, PayloadTooLarge,
        PreconditionFailed, PreconditionRequired, RateLimited, RequestTimeout,
        SecondFactorRequired, TokenExpired, TokenRevoked, Unauthenticated, Unavailable,
        UnknownParameter, UnsupportedMediaType, ValidationFailed,
    };
    let parameters = op["parameters"].as_array().into_iter().flatten();
    let asked: Vec<&Value> = parameters.filter(|p| p["in"] == "query").collect();
    let paged = asked.iter().any(|p| p["name"] == "cursor");
    let body = &op["requestBody"]["content"];
    let bare = promises.gated && method != "get";
    let form = body["application/x-www-form-urlencoded"].is_object();
    let listed = [
        (true, &[MethodNotAllowed, Internal, Unavailable][..]),
        (promises.gated, &[UnknownParameter, InvalidHeader]),
        (promises.gated, &[NotAcceptable, RateLimited]),
        (secured, &[Unauthenticated, TokenExpired, TokenRevoked]),
        (secured, &[Forbidden, PasswordChangeRequired]),
        (secured, &[SecondFactorRequired]),
        (!asked.is_empty(), &[InvalidParameter]),
        (paged, &[InvalidCursor]),
        (path.contains("{id}"), &[InvalidPath]),
        // a row is also found by who asks: one's own calendar address
        (path.contains('{') || promises.if_match, &[NotFound]),
        (body.is_object() && !form, &[InvalidJson, ValidationFailed]),
        (body.is_object(), &[RequestTimeout, PayloadTooLarge]),
        // a step that takes no body refuses one
        (body.is_object() || bare, &[UnsupportedMediaType]),
        (
            promises.if_match,
            &[PreconditionFailed, PreconditionRequired],
        ),
        (promises.idempotency_key, &[IdempotencyInProgress]),
        (promises.idempotency_key, &[IdempotencyKeyReused]),
        // an answer that was kept sealed, and the key is gone
        (promises.idempotency_key, &[InvalidTransition]),
    ];
    let general = listed.iter().filter(|(has, _)| *has);
    let general: Vec<Code> = general
        .flat_map(|(_, codes)| codes.iter().copied())
        .collect();
    let own = |code: &Code| promises.refusals.iter().any(|wire| wire == code.wire());
    let all = Code::ALL.iter().copied();
    all.filter(|code| general.contains(code) || own(code))
        .collect()
}

/// What a fault of the request would name: a parameter of the query, a property of the body.
fn field(op: &Value, status: u16, schemas: &Value) -> Option<String> {
    if status == 400 {
        let parameters = op["parameters"].as_array().into_iter().flatten();
        let names = parameters.filter(|p| p["in"] == "query");
        let names: Vec<&str> = names.filter_map(|p| p["name"].as_str()).collect();
        let limit = names.iter().find(|name| **name == "limit");
        return limit
            .or_else(|| names.first())
            .map(|name| (*name).to_owned());
    }
    if status != 422 && status != 409 {
        return None;
    }
    let content = op["requestBody"]["content"].as_object()?;
    let (_, content) = content.iter().next()?;
    let name = content["schema"]["$ref"].as_str()?.rsplit('/').next()?;
    let schema = &schemas[name];
    let required = schema["required"][0].as_str();
    let first = schema["properties"]
        .as_object()
        .and_then(|p| p.keys().next());
    let name = required.or(first.map(String::as_str))?;
    Some(format!("/{name}"))
}

/// Lists the refusals of every operation.
pub fn refuse(doc: &mut Value, all: &[(String, String, bool, Promises)]) {
    let schemas = doc["components"]["schemas"].take();
    for (path, method, secured, promises) in all {
        let op = &mut doc["paths"][path][method];
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in refusals(op, *secured, (method, path), promises) {
            by_status
                .entry(code.status().as_u16())
                .or_default()
                .push(code);
        }
        for (status, codes) in by_status {
            let about = field(op, status, &schemas);
            let known = op["responses"].get(status.to_string()).is_some();
            if !known {
                op["responses"][status.to_string()] =
                    problems::problem(&codes, about.as_deref(), Lang::En);
            }
        }
    }
    doc["components"]["schemas"] = schemas;
    problems::share(doc);
}

pub fn answers(op: &mut Value, secured: bool, promises: &Promises) {
    let (one, conditional) = (promises.if_none_match, promises.if_match);
    let id = op["operationId"].as_str().unwrap_or_default().to_owned();
    let Some(all) = op["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in all.iter_mut() {
        let mut headers = always_sent();
        let versioned = one || conditional || status == "201" || VERSIONED.contains(&&*id);
        if secured && versioned && status != "204" {
            headers["ETag"] = json!({"$ref": "#/components/headers/ETag"});
        }
        if secured && status == "201" {
            headers["Location"] = json!({"$ref": "#/components/headers/Location"});
        }
        let table = response["content"].get("text/csv").is_some();
        let problem = response["content"]
            .get("application/problem+json")
            .is_some();
        for (name, sent) in [
            ("Link", promises.list.is_some()),
            (
                "Idempotent-Replayed",
                status.starts_with('2') && promises.idempotency_key,
            ),
            ("Content-Disposition", table),
            (
                "Content-Language",
                problem || promises.spoken && status.starts_with('2'),
            ),
            ("Vary", promises.spoken && status.starts_with('2')),
            // of the token endpoint: a client that is not known
            ("WWW-Authenticate", status == "401"),
        ] {
            if sent {
                headers[name] = json!({"$ref": format!("#/components/headers/{name}")});
            }
        }
        response["headers"] = headers;
    }
    if one {
        all.insert(
            "304".into(),
            json!({"$ref": "#/components/responses/NotModified"}),
        );
    }
}

/// The headers of every answer, as references.
pub(super) fn always_sent() -> Value {
    let names = [
        "X-Request-Id",
        "RateLimit-Limit",
        "RateLimit-Remaining",
        "RateLimit-Reset",
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
    ];
    let header = |name| json!({"$ref": format!("#/components/headers/{name}")});
    names
        .map(|name| (name.to_owned(), header(name)))
        .into_iter()
        .collect()
}
