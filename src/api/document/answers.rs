//! The statuses that an operation answers with, and the headers that it sends.
use serde_json::{Value, json};

use crate::api::operation::Facts;

/// Answered with an `ETag` though neither asked for nor sent with one.
const VERSIONED: [&str; 5] = [
    "create_calendar",
    "get_attendance",
    "get_setting",
    "reveal_candidate",
    "reveal_member",
];

pub fn answers(op: &mut Value, secured: bool, path: &str, facts: &Facts) {
    let (one, conditional) = (facts.if_none_match, facts.if_match);
    let body = op.get("requestBody").is_some();
    let mut statuses = vec!["400", "405", "406", "429", "500", "503"];
    if secured {
        statuses.extend(["401", "403"]);
    }
    // a row is also found by who asks: one's own calendar address
    if path.contains('{') || conditional {
        statuses.push("404");
    }
    if body {
        statuses.extend(["408", "413", "415", "422"]);
    }
    if body || conditional {
        statuses.push("409");
    }
    if conditional {
        statuses.extend(["412", "428", "422"]);
    }
    let id = op["operationId"].as_str().unwrap_or_default().to_owned();
    let Some(all) = op["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in all.iter_mut() {
        let mut headers = json!({});
        for name in [
            "X-Request-Id",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
            "Access-Control-Allow-Origin",
        ] {
            headers[name] = json!({"$ref": format!("#/components/headers/{name}")});
        }
        let versioned = one || conditional || status == "201" || VERSIONED.contains(&&*id);
        if secured && versioned && status != "204" {
            headers["ETag"] = json!({"$ref": "#/components/headers/ETag"});
        }
        if secured && status == "201" {
            headers["Location"] = json!({"$ref": "#/components/headers/Location"});
        }
        let table = response["content"].get("text/csv").is_some();
        for (name, sent) in [
            ("Link", facts.list.is_some()),
            (
                "Idempotent-Replayed",
                status.starts_with('2') && facts.idempotency_key,
            ),
            ("Content-Disposition", table),
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
    for status in statuses {
        if !all.contains_key(status) {
            all.insert(
                status.into(),
                json!({"$ref": format!("#/components/responses/Problem{status}")}),
            );
        }
    }
}
