//! Completes the OpenAPI document: its cover, and what the conventions add to every operation.
mod acts;
mod answers;
pub mod areas;
mod bounds;
pub mod deprecated;
mod examples;
mod items;
mod known;
mod links;
pub mod lists;
pub mod phrases;
mod plain;
mod problems;
mod prune;
mod published;
mod sendable;
mod vietnamese;
mod words;

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use self::answers::answers;
pub use self::bounds::DATE;
use self::bounds::{bound, bound_parameters, close};
use self::problems::headers;
use self::prune::prune;
pub use self::published::published;
pub use self::vietnamese::{about_in_vietnamese, vietnamese};
use crate::access::{Action, allowed};
use crate::api::list::query::PageInfo;
use crate::api::operation::Promises;
use crate::error::{Lang, Problem, ProblemField};
use crate::law::Requirement;
use crate::law::acts::ActKind;
use crate::law::words::enumerations;

/// Title, licence and shared schemas. The paths come from the features' routes.
#[derive(OpenApi)]
#[openapi(components(schemas(Problem, ProblemField, Requirement, PageInfo)))]
pub struct Cover;

/// Version of the contract, as semver: see `CHANGELOG.md`.
const VERSION: &str = "1.1.0";

const INTRODUCTION: &str = "Manages a grassroots Party organisation's plan for developing new members: quotas, nominations, source plans, reviews, sponsors, classes, verification, votes, decisions, deadlines and reports.

**Sign in** with *Authorize* (user name and password, the code of a second factor after the password and a space), or `POST /api/v1/auth/token`. Access tokens are valid for 15 minutes; renew them with the refresh token. `GET /api/v1/me` lists what your role may do. Rows out of your reach are 404, exactly like rows that do not exist.

**Lists** take filters (several values with commas or by repeating the parameter = or, different fields = and, `_from`/`_to` inclusive), `sort` (`-` = descending), `limit`, `cursor`, `include_total`, `fields`, `expand`, and `id` (up to 200 of them; not where rows have no `id` of their own: figures by branch, catalogues). Follow `page.next_cursor` or the `Link` header. **Reading again:** send the `ETag` you have as `If-None-Match`; 304 says that nothing has changed. **Changes** are merge patches and need `If-Match` with the `ETag` you read. **Creating** takes an optional `Idempotency-Key`: a request whose response was lost can be repeated, and takes effect once.

**Errors** are RFC 9457 problems with a stable `code`; texts are Vietnamese, or English with `Accept-Language: en`. All faults of path, query, headers and body are reported at once. Dates are plain dates in Asia/Ho_Chi_Minh, timestamps are UTC. Enumerations are open sets: expect new values. Beside its declared headers every answer carries, for browsers, `Content-Security-Policy`, `Cross-Origin-Resource-Policy`, `Referrer-Policy`, `Strict-Transport-Security`, `X-Content-Type-Options` and `X-Frame-Options`.

**Data about people.** *Personal data* tell who somebody is: citizen id, phone, address, birth date and place, home town, ethnic group, religion, priority group. *Background data* are what is written about somebody's background, opinions and conduct: findings, opinions, remarks, assessments. The descriptions of the properties say who sees them.

**Promises.** `info.version` is semantic: within a major version nothing is removed, renamed or demanded anew; answers may gain properties and values. What is to go is deprecated first: its answers carry `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), at least 180 days apart, and [the changelog](/docs/changelog) names what replaces it. An `Idempotency-Key` is kept for 24 hours; the stored answer is repeated whatever `If-Match` says now, with `Idempotent-Replayed: true`. A refresh token works once; if its answer was lost, the same token works again for ten seconds; later it ends the session.

**More:** [which role may do what](/docs/roles), [which states lead where](/docs/states) and, in Vietnamese, [the regulations as the service applies them](/docs/book), clause by clause with examples.";

/// In the order of an office's day; a test compares them with the tags in use.
const TAGS: &[(&str, &str)] = &[
    ("access", "Signing in and out, and the caller's own account"),
    ("overview", "Overview of the branches"),
    (
        "deadlines",
        "Duties with their last days (thời hạn), and private calendars",
    ),
    (
        "candidates",
        "Candidates for admission (quần chúng ưu tú, cảm tình Đảng)",
    ),
    (
        "nominations",
        "Nominations by the trade union, the youth union or a member",
    ),
    (
        "procedure",
        "Next steps, timeline, appraisal slip, readmission",
    ),
    (
        "plan",
        "The branch's list: decisions, sponsors' notes, test assignments",
    ),
    (
        "dossier",
        "The dossier (hồ sơ): introductions, documents, verification, political issues, opinions",
    ),
    ("admission", "From the branch's vote to the ceremony"),
    ("recognition", "Recognition, exits, annulments"),
    (
        "sponsors",
        "Members who may sponsor (đảng viên kèm cặp), and their load",
    ),
    ("sponsorships", "Assignments of sponsors to candidates"),
    ("classes", "Classes (lớp bồi dưỡng) and enrolments"),
    (
        "reviews",
        "Periodic reviews of a branch's list (xét định kỳ): frozen list, decisions, minutes",
    ),
    (
        "problem-reports",
        "Problem reports (vướng mắc): reported, forwarded, answered, closed",
    ),
    ("members", "Party members (đảng viên)"),
    (
        "branches",
        "Branches (chi bộ), their officers and overseers",
    ),
    ("departments", "Departments: khoa, phòng, trạm y tế"),
    (
        "quota-plans",
        "Yearly quota plans (chỉ tiêu), from draft to closed",
    ),
    (
        "annual-quotas",
        "Quotas compared with admissions and pipeline",
    ),
    (
        "source-plans",
        "Source plans (kế hoạch tạo nguồn): whom a branch plans to develop",
    ),
    (
        "work-plans",
        "Monthly, quarterly and yearly plans of the branches (phương hướng nhiệm vụ)",
    ),
    (
        "activities",
        "Propaganda, study, emulation movements (tuyên truyền, học tập, phong trào)",
    ),
    (
        "inspections",
        "Checks, supervision and urging (kiểm tra, giám sát, đôn đốc)",
    ),
    (
        "guidance",
        "Guidance notes of the Party Office (hướng dẫn nghiệp vụ), in editions",
    ),
    (
        "dispatches",
        "Dispatch of documents to recipients (nơi nhận)",
    ),
    (
        "reports",
        "Reports (báo cáo): progress of the plan, quality of the source",
    ),
    ("terms", "Five-year terms (nhiệm kỳ)"),
    (
        "organizations",
        "Party organisations (đảng bộ) and the committee above",
    ),
    (
        "reference",
        "Enumerations, holidays, settings, regulations, document types",
    ),
    ("accounts", "User and service accounts, with their roles"),
    ("service", "Health, keys, error pages"),
];

/// The finished document. `path` tells the path at which a kind of act is recorded, `further` the
/// kinds of steps that are no acts, `elsewhere` the method and path that records some kinds through
/// another resource.
pub fn finish(
    doc: &utoipa::openapi::OpenApi,
    path: &dyn Fn(ActKind) -> Option<&'static str>,
    further: &[&'static str],
    elsewhere: &[(ActKind, &str, &str)],
) -> Value {
    let mut doc = serde_json::to_value(doc).unwrap_or_default();
    cover(&mut doc);
    let mut derived = Map::new();
    let mut all = Vec::new();
    for (path, item) in doc["paths"].as_object_mut().into_iter().flatten() {
        for (method, op) in item.as_object_mut().into_iter().flatten() {
            let promises = op
                .as_object_mut()
                .and_then(|o| o.remove(Promises::EXTENSION));
            let promises: Promises = promises
                .and_then(|f| serde_json::from_value(f).ok())
                .unwrap_or_default();
            let secured = operation(method, op, &promises);
            derived.extend(promises.derived.clone());
            all.push((path.clone(), method.clone(), secured, promises));
        }
    }
    if let Some(all) = doc["components"]["schemas"].as_object_mut() {
        all.extend(derived);
        // RFC 6749, 3.2: unrecognised parameters are ignored
        for form in ["TokenRequest", "RevokeRequest"] {
            all[form]["additionalProperties"] = json!({"type": "string", "maxLength": 4000});
            all[form]["maxProperties"] = 20.into();
        }
    }
    acts::tell_apart(&mut doc, path, further);
    for (kind, method, path) in elsewhere {
        doc["paths"][format!("/api/v1{path}")][method]["x-act-kind"] = kind.wire().into();
    }
    examples::fill(&mut doc);
    doc["components"]["schemas"]
        .as_object_mut()
        .into_iter()
        .flatten()
        .for_each(|(_, schema)| bound(schema));
    bound_parameters(&mut doc);
    answers::refuse(&mut doc, &all);
    links::add(&mut doc);
    doc["components"]["headers"] = headers();
    deprecated::mark(&mut doc, deprecated::ALL);
    prune(&mut doc);
    known::tell(&mut doc);
    words::describe(&mut doc);
    for (name, schema) in doc["components"]["schemas"]
        .as_object_mut()
        .into_iter()
        .flatten()
    {
        let labels = labels(name, Lang::En);
        if let (Some(Value::String(about)), false) =
            (schema.get_mut("description"), labels.is_empty())
        {
            about.push_str(&labels);
        }
    }
    doc
}

/// Values and labels of an enumeration, to append to its description; empty for other schemas.
fn labels(schema: &str, lang: Lang) -> String {
    let terms = enumerations()
        .filter(|(name, _)| *name == schema)
        .flat_map(|(_, terms)| terms);
    let lines: Vec<String> = terms
        .map(|(wire, vi, en)| format!("\n- `{wire}`: {}", lang.pick(vi, en)))
        .collect();
    if lines.is_empty() {
        String::new()
    } else {
        format!("\n{}", lines.concat())
    }
}

fn cover(doc: &mut Value) {
    doc["info"]["title"] = "ketnap".into();
    doc["info"]["version"] = VERSION.into();
    doc["info"]["x-api-id"] = "5b0b3b8e-7a55-4c57-9f0e-6f8f1c2a7d10".into();
    doc["info"]["x-audience"] = "external-partner".into();
    doc["info"]["summary"] = "Developing new Party members: plan, people, procedure".into();
    doc["info"]["description"] = INTRODUCTION.into();
    doc["info"]["license"] =
        json!({"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"});
    doc["info"]["contact"] = json!({"name": "ketnap", "url": "https://example.org/ketnap", "email": "ketnap@example.org"});
    doc["servers"] = json!([{"url": "/", "description": "The server that the document was read from: production, staging or local", "x-internal": false}]);
    doc["tags"] = TAGS
        .iter()
        .map(|(name, about)| json!({"name": name, "description": about}))
        .collect();
    let scopes: Map<String, Value> = Action::ALL
        .iter()
        .map(|a| (a.wire().to_owned(), a.about().trim().into()))
        .collect();
    let flow = json!({"tokenUrl": "/api/v1/auth/token", "refreshUrl": "/api/v1/auth/token", "scopes": scopes});
    let machine = json!({"tokenUrl": "/api/v1/auth/token", "scopes": scopes});
    doc["components"]["securitySchemes"] = json!({"oauth2": {
        "type": "oauth2",
        "description": "**People** (`password`): login and password; the code of a second factor follows the password after a space. **Scripts** (`clientCredentials`): the login of a service account and its secret. The logins of the demo and their password stand in the README. Access tokens are JWT as RFC 9068, handled by the best current practices of RFC8725.",
        "flows": {"password": flow, "clientCredentials": machine}
    }});
}

/// No example where the header is optional: Swagger UI would send it by default.
fn header_parameter(name: &str, required: bool, pattern: &str, most: u32, about: &str) -> Value {
    json!({"name": name, "in": "header", "required": required, "description": about, "schema": {"type": "string", "maxLength": most, "pattern": pattern}})
}

/// Completes an operation; whether it needs a token.
fn operation(method: &str, op: &mut Value, promises: &Promises) -> bool {
    let secured = op["security"].as_array().is_some_and(|s| {
        s.iter()
            .any(|r| r.as_object().is_some_and(|o| !o.is_empty()))
    });
    if !secured {
        op["security"] = json!([]);
    }
    let mut parameters = op["parameters"].as_array().cloned().unwrap_or_default();
    parameters.extend(promises.asked().cloned());
    if promises.if_match {
        parameters.push(header_parameter(
            "If-Match",
            true,
            "^[!-~]([ -~]*[!-~])?$",
            200,
            "The `ETag` of the version that you read, with its quotes; weak ones, several and `*` are taken too. Absent: 428. Stale: 412 with the current version, as `ETag` too, and stage.",
        ));
    }
    if promises.idempotency_key {
        parameters.push(header_parameter(
            "Idempotency-Key",
            false,
            "^[!-~]+$",
            200,
            "Any unique value. A request repeated with the same key within 24 hours takes effect once.",
        ));
    }
    if promises.if_none_match {
        parameters.push(header_parameter(
            "If-None-Match",
            false,
            "^[\\t -~]*$",
            2000,
            "The `ETag` of what you have: 304 if it is still current.",
        ));
    }
    if !parameters.is_empty() {
        op["parameters"] = parameters.into();
    }
    if op.get("description").is_none() {
        let mut asked = op["parameters"].as_array().into_iter().flatten();
        let asked = asked.any(|p| p["in"] == "query");
        op["description"] = usual(promises, method, asked).into();
    }
    roles(op);
    answers(op, secured, promises);
    secured
}

/// [`Action::about`] in Vietnamese.
pub fn scope_in_vietnamese(action: Action) -> &'static str {
    let text = self::vietnamese::TEXTS.get(&format!("scopes.{}", action.wire()));
    text.map_or("", String::as_str)
}

/// Mistakes in the files beside the document.
pub fn mistakes(doc: &Value) -> Vec<String> {
    let mut wrong = sendable::mistakes(doc);
    wrong.extend(words::mistakes(doc));
    wrong
}

/// Which roles hold the operation's permission, and how far each reaches.
fn roles(op: &mut Value) {
    let scope = op["security"][0]["oauth2"][0].as_str();
    let Some(action) = scope.and_then(Action::parse) else {
        return;
    };
    let all: Vec<Value> = allowed(action)
        .map(|(role, reach)| json!({"role": role.wire(), "reach": reach.wire()}))
        .collect();
    op["x-roles"] = all.into();
}

/// The paragraph that all operations of a kind share; `asked`: it takes parameters in its query.
fn usual(promises: &Promises, method: &str, asked: bool) -> &'static str {
    match method {
        _ if promises.list.is_some() => phrases::LIST,
        _ if promises.one => phrases::GET_ONE,
        "get" if asked => phrases::GET_SOME,
        "get" => phrases::GET,
        "patch" => phrases::CHANGE,
        "delete" => phrases::REMOVE,
        _ => phrases::CREATE,
    }
    .en
}

/// Makes every property optional. `null` clears a property that is nullable.
pub fn changes_schema(new: &Value) -> Value {
    let mut schema = new.clone();
    if let Some(object) = schema.as_object_mut() {
        close(object);
        object.remove("required");
        object.insert("minProperties".into(), 1.into());
    }
    schema["description"] = phrases::MERGE_PATCH.en.into();
    schema
}
