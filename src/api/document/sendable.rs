//! Examples that can be sent to the demo as they stand: who sends them, path, `If-Match`, body, and
//! the answer. `openapi/examples.json` holds the requests, by hand; `openapi/answers.json` what the
//! tests were answered when they sent them in the document's order.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Lang;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// Login of a demo account that may.
    #[serde(rename = "as")]
    login: Option<String>,
    #[serde(default)]
    path: BTreeMap<String, Value>,
    if_match: Option<String>,
    body: Option<Value>,
    /// Why it cannot be sent as it stands, in Vietnamese and English.
    why: Option<[String; 2]>,
}

type ById<T> = LazyLock<BTreeMap<String, T>>;

static REQUESTS: ById<Example> =
    LazyLock::new(|| read(include_str!("../../../openapi/examples.json")));
static ANSWERS: ById<Value> = LazyLock::new(|| read(include_str!("../../../openapi/answers.json")));

fn read<T: for<'a> Deserialize<'a>>(text: &str) -> BTreeMap<String, T> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The login that the example works for, for tools and tests.
const LOGIN: &str = "x-example-login";
const UNSENT: &str = "x-example-unsent";

/// Adds the examples of an operation.
pub fn complete(op: &mut Value, lang: Lang) {
    let id = op["operationId"].as_str().unwrap_or_default().to_owned();
    let Some(example) = REQUESTS.get(&id) else {
        return;
    };
    let parameters = op.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let value = match parameter["in"].as_str() {
            Some("path") => example.path.get(name).cloned(),
            Some("header") if name == "If-Match" => example.if_match.clone().map(Value::from),
            _ => None,
        };
        if let Some(value) = value {
            parameter["example"] = value;
        }
    }
    let contents = op.pointer_mut("/requestBody/content");
    let contents = contents.and_then(Value::as_object_mut);
    for (_, content) in contents.into_iter().flatten() {
        if let Some(body) = &example.body {
            content["example"] = body.clone();
        }
    }
    let success = op["responses"].as_object_mut().into_iter().flatten();
    let success = success.filter(|(status, _)| status.starts_with('2'));
    for (_, response) in success {
        let content = response.pointer_mut("/content/application~1json");
        if let (Some(content), Some(answer)) = (content, ANSWERS.get(&id)) {
            content["example"] = answer.clone();
        }
    }
    let note = match (&example.why, &example.login) {
        (Some([vi, en]), _) => {
            let heading = lang.pick(
                "Ví dụ không gửi được ngay:",
                "The example cannot be sent as it stands:",
            );
            format!("**{heading}** {}", lang.pick(vi, en))
        }
        (None, Some(login)) => {
            let sent = lang.pick(
                "Ví dụ gửi được trong bản demo bằng tài khoản",
                "In the demo, the example can be sent as",
            );
            format!("{sent} `{login}`.")
        }
        (None, None) => return,
    };
    if example.why.is_some() {
        op[UNSENT] = true.into();
    }
    if let Some(login) = &example.login {
        op[LOGIN] = login.clone().into();
    }
    let about = op["description"].as_str().unwrap_or_default();
    op["description"] = format!("{about}\n\n{note}").into();
}
