//! The statuses that an operation answers with, the codes of its refusals, and the headers that it
//! sends.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::problems::{self, Lacking, Named};
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
        (true, &[MethodNotAllowed, NotAcceptable][..]),
        (true, &[Internal, Unavailable]),
        (promises.gated, &[UnknownParameter, InvalidHeader]),
        (promises.gated, &[RateLimited]),
        (secured, &[Unauthenticated, TokenExpired, TokenRevoked]),
        (secured, &[Forbidden, PasswordChangeRequired]),
        (secured, &[SecondFactorRequired]),
        (!asked.is_empty(), &[InvalidParameter]),
        (paged, &[InvalidCursor]),
        (path.contains("{id}"), &[InvalidPath]),
        // without an id, a row may still be looked up by the caller: their calendar address
        (path.contains('{') || promises.if_match, &[NotFound]),
        (body.is_object() && !form, &[InvalidJson, ValidationFailed]),
        (body.is_object(), &[RequestTimeout, PayloadTooLarge]),
        // a step that takes no body refuses any
        (body.is_object() || bare, &[UnsupportedMediaType]),
        (
            promises.if_match,
            &[PreconditionFailed, PreconditionRequired],
        ),
        (promises.idempotency_key, &[IdempotencyInProgress]),
        (promises.idempotency_key, &[IdempotencyKeyReused]),
        // for a stored answer that is sealed with a key that is gone
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

/// The property that must be unique, by the schema of the body.
const UNIQUE: &[(&str, &str)] = &[
    ("NewAccount", "login"),
    ("NewActBatch", "acts/0/act/paper_number"),
    ("NewBranchClassification", "year"),
    ("BranchClassificationChanges", "year"),
    ("NewOfficer", "member_id"),
    ("OfficerChanges", "position"),
    ("NewOverseer", "account_id"),
    ("NewTransferOffer", "to_branch_id"),
    ("NewEnrolment", "candidate_id"),
    ("NewDepartment", "name"),
    ("DepartmentChanges", "name"),
    ("NewTerm", "name"),
    ("TermChanges", "name"),
    ("NewSuccessor", "name"),
    ("NewGuidance", "title"),
    ("NewHoliday", "on"),
    ("HolidayChanges", "on"),
    ("NewActivityChange", "on"),
    ("NewQuotaPlan", "year"),
    ("NewReview", "period"),
    ("NewSourcePlan", "term_id"),
    ("NewSourcePlanEntry", "full_name"),
    ("SourcePlanEntryChanges", "full_name"),
    ("NewMember", "full_name"),
    ("MemberChanges", "citizen_id"),
    ("ParticularsChanges", "citizen_id"),
];

/// Numbers of papers, which belong to one paper in a year.
const NUMBERS: [&str; 4] = [
    "number",
    "minutes_number",
    "certificate_number",
    "paper_number",
];

/// What a fault of the request would name, as far as one can be named: a parameter of the query, a
/// property of the body.
fn fault(op: &Value, status: u16, schemas: &Value) -> Named {
    if status == 400 {
        let parameters = op["parameters"].as_array().into_iter().flatten();
        let names = parameters.filter(|p| p["in"] == "query");
        let names: Vec<&str> = names.filter_map(|p| p["name"].as_str()).collect();
        let limit = names.iter().find(|name| **name == "limit");
        let name = limit.or_else(|| names.first());
        return Named {
            field: name.map(|name| (*name).to_owned()),
            ..Named::default()
        };
    }
    let content = op["requestBody"]["content"].as_object();
    let content = content.and_then(|all| all.values().next());
    let body = content.and_then(|c| c["schema"]["$ref"].as_str()?.rsplit('/').next());
    let Some(body) = body else {
        return Named::default();
    };
    let schema = &schemas[body];
    let pointer = |name: &str| Some(format!("/{name}"));
    if status == 409 {
        let listed = UNIQUE.iter().find(|(of, _)| *of == body);
        let listed = listed.map(|(_, name)| *name);
        let numbered = || {
            let mut numbers = NUMBERS.into_iter();
            numbers.find(|name| schema["properties"].get(*name).is_some())
        };
        return Named {
            field: listed.or_else(numbered).and_then(pointer),
            ..Named::default()
        };
    }
    if status != 422 {
        return Named::default();
    }
    // if everything may be absent, nothing can be missing
    if let Some(required) = schema["required"][0].as_str() {
        return Named {
            field: pointer(required),
            fault: Some("required"),
            ..Named::default()
        };
    }
    let first = schema["properties"].as_object();
    let first = first.and_then(|all| all.iter().next());
    Named {
        field: first.and_then(|(name, _)| pointer(name)),
        fault: first.map(|(_, property)| problems::of_type(property)),
        ..Named::default()
    }
}

/// What the requirements of an operation are about: acts, people, sponsors, classes, and otherwise the
/// votes on record that rest on what it changes.
fn lacking(path: &str, op: &Value) -> Lacking {
    let about = |part: &str| path.contains(part);
    if about("/sponsorships") {
        Lacking::Sponsor
    } else if about("/enrolments") {
        Lacking::Class
    } else if about("/nominations") || path.ends_with("/candidates/{id}") {
        Lacking::Person
    } else if op["x-act-kind"].is_string()
        || about("-batches")
        || about("/transfer-offers")
        || about("/reviews")
    {
        Lacking::Stage
    } else {
        Lacking::Vote
    }
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
            let unmet = codes.contains(&Code::RequirementsUnmet);
            let about = Named {
                lacking: unmet.then(|| lacking(path, op)),
                ..fault(op, status, &schemas)
            };
            let known = op["responses"].get(status.to_string()).is_some();
            if !known {
                op["responses"][status.to_string()] = problems::problem(&codes, &about, Lang::En);
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
        let mut headers = always_and(&[]);
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
                problem || table || promises.spoken && status.starts_with('2'),
            ),
            // the token endpoint sends it to an unknown client
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

/// The headers of every answer.
const ALWAYS: [&str; 8] = [
    "X-Request-Id",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Cache-Control",
    "Vary",
];

/// Those, and these, as references.
pub(super) fn always_and(more: &[&str]) -> Value {
    let header = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    let names = ALWAYS.iter().chain(more);
    names
        .map(|name| ((*name).to_owned(), header(name)))
        .collect()
}
