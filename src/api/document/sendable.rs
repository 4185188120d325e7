//! Examples that can be sent to the demo as they stand: who sends them, path, `If-Match`, body, and
//! the answer. `openapi/examples.json` holds the requests, by hand; `openapi/answers.json` what the
//! tests were answered when they sent them in the document's order.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::problems::{Named, problem};
use crate::error::{Code, Lang};

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

const REQUESTS_FILE: &str = include_str!("../../../openapi/examples.json");
const ANSWERS_FILE: &str = include_str!("../../../openapi/answers.json");

/// Empty if the file cannot be read, which [`mistakes`] reports.
static REQUESTS: ById<Example> = LazyLock::new(|| read(REQUESTS_FILE).unwrap_or_default());
static ANSWERS: ById<Value> = LazyLock::new(|| read(ANSWERS_FILE).unwrap_or_default());

fn read<T: for<'a> Deserialize<'a>>(text: &str) -> serde_json::Result<BTreeMap<String, T>> {
    serde_json::from_str(text)
}

/// What is wrong with the files: the line that cannot be read, an operation that there is not.
pub fn mistakes(doc: &Value) -> Vec<String> {
    mistakes_of(doc, REQUESTS_FILE, ANSWERS_FILE)
}

fn mistakes_of(doc: &Value, requests: &str, answers: &str) -> Vec<String> {
    let items = doc["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let known: BTreeSet<&str> = operations
        .filter_map(|(_, op)| op["operationId"].as_str())
        .collect();
    let requests = read::<Example>(requests).map(|all| all.into_keys().collect());
    let answers = read::<Value>(answers).map(|all| all.into_keys().collect());
    let mut wrong = Vec::new();
    for (file, ids) in [("examples", requests), ("answers", answers)] {
        let ids: Vec<String> = ids.unwrap_or_else(|error| {
            wrong.push(format!("openapi/{file}.json: {error}"));
            Vec::new()
        });
        let unknown = ids.iter().filter(|id| !known.contains(id.as_str()));
        wrong
            .extend(unknown.map(|id| format!("openapi/{file}.json: there is no operation `{id}`")));
    }
    wrong
}

/// What is answered in another form than JSON, shortened; a spreadsheet cannot be shown.
const FORMS: [(&str, &str, &str); 4] = [
    (
        "get_progress_chart",
        "image/svg+xml",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 520\" role=\"img\"><title>Chỉ tiêu và kết nạp, nhiệm kỳ 2025-2030</title><text x=\"10\" y=\"24\">Nhiệm kỳ 2025-2030: 1/6</text></svg>",
    ),
    (
        "get_calendar",
        "text/calendar",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261211\r\nSUMMARY:trả lời vướng mắc\r\nUID:01750000-0000-7000-8000-0000b3000014@ketnap\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ),
    (
        "get_roster",
        "text/csv",
        "\u{feff}\"STT\",\"Họ và tên\",\"Ngày sinh\",\"Giới tính\",\"Đơn vị\",\"Chi bộ\",\"Số giấy chứng nhận\",\"Ngày cấp\",\"Xếp loại\"\r\n\"1\",\"Nguyễn Diệu Linh\",\"1995\",\"nữ\",\"Phòng Điều dưỡng\",\"Chi bộ Tổ chức - Hành chính\",\"GCN-2021-001\",\"20/05/2021\",\"giỏi\"\r\n",
    ),
    (
        "get_statistics",
        "text/csv",
        "\u{feff}\"Tổ chức\",\"Chi bộ\",\"Kỳ\",\"Từ ngày\",\"Đến ngày\",\"Được giới thiệu\",\"Được giới thiệu (ghi sau)\",\"Được giới thiệu (cùng kỳ năm trước)\"\r\n\"\",\"\",\"2026-01-01..2026-12-31\",\"01/01/2026\",\"01/12/2026\",\"11\",\"0\",\"0\"\r\n",
    ),
];

/// What the endpoints of RFC 6749 and RFC 7009 refuse with: operation, path, status, error, and what it
/// is about.
const REFUSED: [(&str, &str, &str, &str, &str); 3] = [
    (
        "issue_token",
        "/api/v1/auth/token",
        "400",
        "invalid_grant",
        "unknown user, wrong password, or a code is missing, wrong or used",
    ),
    (
        "issue_token",
        "/api/v1/auth/token",
        "401",
        "invalid_client",
        "unknown client or wrong secret",
    ),
    (
        "revoke_token",
        "/api/v1/auth/revoke",
        "400",
        "invalid_request",
        "token is required",
    ),
];

/// Examples of refusals that are not written with the shared ones.
fn refuse(op: &mut Value, id: &str, lang: Lang) {
    for (_, path, status, error, about) in REFUSED.iter().filter(|known| known.0 == id) {
        let contents = op["responses"][status]["content"].as_object_mut();
        for (kind, content) in contents.into_iter().flatten() {
            if kind == "application/json" {
                content["example"] = json!({"error": error, "error_description": about});
                continue;
            }
            // a shared answer, for errors in the query or the headers
            let shared = problem(&[Code::UnknownParameter], &Named::default(), lang);
            let mut examples = shared["content"][kind]["examples"].clone();
            examples[Code::UnknownParameter.wire()]["value"]["instance"] = (*path).into();
            content["examples"] = examples;
        }
    }
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
        let contents = response.get_mut("content").and_then(Value::as_object_mut);
        for (kind, content) in contents.into_iter().flatten() {
            let form = FORMS.iter().find(|form| form.0 == id && form.1 == kind);
            if let Some((.., text)) = form {
                content["example"] = (*text).into();
            } else if let (Some(answer), "application/json") = (ANSWERS.get(&id), kind.as_str()) {
                content["example"] = answer.clone();
            }
        }
    }
    refuse(op, &id, lang);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_file_is_told_with_its_line_and_an_unknown_operation_by_name() {
        let doc = json!({"paths": {"/a": {"get": {"operationId": "get_a"}}}});
        assert_eq!(
            mistakes_of(&doc, r#"{"get_a": {"as": "office"}}"#, r#"{"get_a": {}}"#),
            Vec::<String>::new()
        );
        let wrong = mistakes_of(
            &doc,
            "{\n\"get_a\": {\"ass\": \"office\"}}",
            "{\n\n\"get_a\"}",
        );
        assert!(
            wrong[0].contains("examples.json: unknown field `ass`") && wrong[0].contains("line 2"),
            "{wrong:?}"
        );
        assert!(
            wrong[1].contains("answers.json") && wrong[1].contains("line 3"),
            "{wrong:?}"
        );
        let wrong = mistakes_of(&doc, r#"{"get_b": {}}"#, "{}");
        assert_eq!(
            wrong,
            ["openapi/examples.json: there is no operation `get_b`"]
        );
    }
}
