//! Deprecations, in one table: the document announces them, and the server sends `Deprecation` and
//! `Sunset`.
use chrono::{NaiveDate, NaiveTime};
use serde_json::{Value, json};

use crate::error::Lang;

/// An operation, or a parameter or property of one, that a later major version will not have.
#[derive(Clone, Copy, Debug)]
pub struct Deprecated {
    pub operation: &'static str,
    /// A parameter of the query, or a property of the body or of the answer; `None`: all of it.
    pub field: Option<&'static str>,
    pub since: NaiveDate,
    /// The first day on which it may be gone, at least [`NOTICE`] days later.
    pub gone: NaiveDate,
    /// What replaces it, in Vietnamese and English.
    pub instead: [&'static str; 2],
}

/// Days between the announcement and the end.
pub const NOTICE: i64 = 180;

/// Every deprecation, each with a line in `CHANGELOG.md`.
pub const ALL: &[Deprecated] = &[];

/// Extension of an operation that is deprecated, wholly or in part.
pub const MARK: &str = "x-deprecation";

impl Deprecated {
    fn mark(&self) -> Value {
        json!({
            "field": self.field, "since": self.since, "gone": self.gone, "instead": self.instead,
            // RFC 9745 and RFC 8594
            "Deprecation": format!("@{}", self.since.and_time(NaiveTime::MIN).and_utc().timestamp()),
            "Sunset": self.gone.format("%a, %d %b %Y 00:00:00 GMT").to_string(),
        })
    }
}

/// Marks the deprecated operation or field, and adds the headers to its answers.
pub fn mark(doc: &mut Value, all: &[Deprecated]) {
    let items = doc["paths"].as_object_mut().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object_mut().into_iter().flatten());
    let mut schemas = Vec::new();
    for (_, op) in operations {
        let own = all.iter().filter(|d| op["operationId"] == d.operation);
        let own: Vec<&Deprecated> = own.collect();
        for gone in &own {
            let Some(field) = gone.field else {
                op["deprecated"] = true.into();
                continue;
            };
            let parameters = op.get_mut("parameters").and_then(Value::as_array_mut);
            for parameter in parameters.into_iter().flatten() {
                if parameter["name"] == field {
                    parameter["deprecated"] = true.into();
                }
            }
            for part in ["requestBody", "responses"] {
                schemas.extend(named(&op[part]).into_iter().map(|name| (name, field)));
            }
        }
        if own.is_empty() {
            continue;
        }
        op[MARK] = own.iter().map(|gone| gone.mark()).collect();
        let answers = op["responses"].as_object_mut().into_iter().flatten();
        for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
            for name in ["Deprecation", "Sunset"] {
                answer["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
            }
        }
    }
    for (name, field) in schemas {
        // the published schema is derived from the form in lists
        for name in [format!("{name}Item"), name] {
            let property = format!("/components/schemas/{name}/properties/{field}");
            if let Some(property) = doc.pointer_mut(&property) {
                property["deprecated"] = true.into();
            }
        }
    }
    // only declare the headers if something is deprecated
    if all.is_empty()
        && let Some(headers) = doc["components"]["headers"].as_object_mut()
    {
        headers.shift_remove("Deprecation");
        headers.shift_remove("Sunset");
    }
}

/// The schemas of a body or of answers, by name.
fn named(part: &Value) -> Vec<String> {
    match part {
        Value::Object(object) => {
            let own = object.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|to| to.strip_prefix("#/components/schemas/"));
            let inner = object.values().flat_map(named);
            own.map(str::to_owned).into_iter().chain(inner).collect()
        }
        Value::Array(all) => all.iter().flat_map(named).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Describes the deprecation below the description of its operation.
pub fn tell(op: &mut Value, lang: Lang) {
    let marks = op.as_object_mut().and_then(|op| op.shift_remove(MARK));
    for mark in marks
        .as_ref()
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |name: &str| mark[name].as_str().unwrap_or_default();
        let what = mark["field"].as_str().map(|field| format!(" `{field}`"));
        let what = what.unwrap_or_default();
        let (since, gone) = (text("since"), text("gone"));
        let words = match lang {
            Lang::Vi => format!("**Sắp bỏ{what}** (báo trước từ {since}, có thể bỏ từ {gone}):"),
            Lang::En => format!("**Deprecated{what}** (since {since}, may be gone from {gone}):"),
        };
        let about = op["description"].as_str().unwrap_or_default();
        let instead = |place: usize| mark["instead"][place].as_str().unwrap_or_default();
        let instead = lang.pick(instead(0), instead(1));
        op["description"] = format!("{about}\n\n{words} {instead}").into();
        op["x-sunset"] = mark["gone"].clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_go_is_announced_in_time() {
        for gone in ALL {
            let notice = (gone.gone - gone.since).num_days();
            assert!(notice >= NOTICE, "{gone:?}: {notice} days");
        }
    }
}
