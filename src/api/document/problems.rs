//! Problem responses of the document, with an example of each code, and response headers.
use serde_json::{Map, Value, json};

use crate::api::contract::reference;
use crate::error::{Code, Lang};

/// Extensions of a problem response: its codes, and the field that its examples name.
pub const CODES: &str = "x-codes";
pub const FIELD: &str = "x-field";

fn fault(pointer: Option<&str>, parameter: Option<&str>, code: &str, detail: &str) -> Value {
    json!([{"pointer": pointer, "parameter": parameter, "header": null, "code": code, "detail": detail}])
}

fn example(code: Code, field: Option<&str>, lang: Lang) -> Value {
    let mut errors = json!([]);
    let mut requirements = json!([]);
    let pointer = field.unwrap_or("/name");
    let parameter = field.unwrap_or("limit");
    if code == Code::ValidationFailed {
        let words = lang.pick("Trường này là bắt buộc.", "This field is required.");
        errors = fault(Some(pointer), None, "required", words);
    } else if code == Code::UnknownParameter {
        let words = lang.pick("Không có tham số này.", "Unknown parameter.");
        errors = fault(None, Some("colour"), "unknown", words);
    } else if code == Code::InvalidCursor {
        let words = lang.pick("Giá trị không hợp lệ.", "Not a valid value.");
        errors = fault(None, Some("cursor"), "invalid", words);
    } else if code == Code::InvalidParameter {
        let words = if parameter == "limit" {
            lang.pick(
                "Giá trị không hợp lệ; cần: 1..200.",
                "Not valid; expected: 1..200.",
            )
        } else {
            lang.pick("Giá trị không hợp lệ.", "Not a valid value.")
        };
        errors = fault(None, Some(parameter), "invalid", words);
    } else if code == Code::Duplicate {
        let words = lang.pick("Giá trị này đã được dùng.", "This value is already in use.");
        errors = fault(Some(pointer), None, "duplicate", words);
    } else if code == Code::RequirementsUnmet {
        requirements = json!([{"rule": "sponsorship.sponsor.official", "source": "01-HD/TW (28-9-2021), 3.2", "version": "29-QĐ/TW", "met": false,
            "detail": lang.pick("Người kèm cặp chưa phải là đảng viên chính thức vào ngày 01-6-2021.", "The sponsor must be an official member on 2021-06-01.")}]);
    }
    let title = title(code, lang);
    let mut problem = json!({"type": format!("/problems/{}", code.wire()), "title": title, "status": code.status().as_u16(), "detail": title, "instance": "/",
        "code": code.wire(), "trace_id": "01934c5e-7a3b-7c11-8d52-6f0a1b2c3d4e", "errors": errors, "requirements": requirements});
    if code == Code::PreconditionFailed {
        problem["current"] = json!({"version": 3, "stage": null});
    }
    problem
}

fn title(code: Code, lang: Lang) -> &'static str {
    let (vi, en) = code.title();
    lang.pick(vi, en)
}

/// The response for these codes of one status; its examples name the field.
pub fn problem(codes: &[Code], field: Option<&str>, lang: Lang) -> Value {
    let mut names = vec![
        "X-Request-Id",
        "RateLimit-Limit",
        "RateLimit-Remaining",
        "RateLimit-Reset",
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
        "Content-Language",
    ];
    match codes.first().map(|code| code.status().as_u16()) {
        Some(401) => names.push("WWW-Authenticate"),
        Some(405) => names.push("Allow"),
        Some(412) => names.push("ETag"),
        Some(429 | 503) => names.push("Retry-After"),
        _ if codes.contains(&Code::IdempotencyInProgress) => names.push("Retry-After"),
        _ => {}
    }
    let headers: Map<String, Value> = names
        .into_iter()
        .map(|name| {
            (
                name.to_owned(),
                json!({"$ref": format!("#/components/headers/{name}")}),
            )
        })
        .collect();
    let about = |code: &Code| format!("`{}`: {}. ", code.wire(), title(*code, lang));
    let about: String = codes.iter().map(about).collect();
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| {
            let value = example(*code, field, lang);
            (
                code.wire().to_owned(),
                json!({"summary": title(*code, lang), "value": value}),
            )
        })
        .collect();
    let wires: Vec<&str> = codes.iter().map(|code| code.wire()).collect();
    let mut response = json!({"description": about, "headers": headers, CODES: wires,
        "content": {"application/problem+json": {"schema": reference("Problem"), "examples": examples}}});
    if let Some(field) = field {
        response[FIELD] = field.into();
    }
    response
}

/// The shared responses in this language.
pub fn rewrite(doc: &mut Value, lang: Lang) {
    let shared = doc["components"]["responses"].as_object_mut();
    for (_, response) in shared.into_iter().flatten() {
        let Some(wires) = response[CODES].as_array() else {
            *response = not_modified(lang);
            continue;
        };
        let codes = Code::ALL.iter().copied();
        let codes: Vec<Code> = wires
            .iter()
            .filter_map(|wire| codes.clone().find(|code| wire == code.wire()))
            .collect();
        *response = problem(&codes, response[FIELD].as_str(), lang);
    }
}

fn not_modified(lang: Lang) -> Value {
    let current = lang.pick("Bản đang giữ là bản hiện tại.", "Your version is current.");
    let mut headers = super::answers::always_sent();
    headers["ETag"] = json!({"$ref": "#/components/headers/ETag"});
    json!({"description": current, "headers": headers})
}

/// Writes the problem responses of all operations once, under the names of their codes.
pub fn share(doc: &mut Value) {
    let mut shared = Map::new();
    shared.insert("NotModified".into(), not_modified(Lang::En));
    let items = doc["paths"].as_object_mut().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object_mut().into_iter().flatten());
    for (_, op) in operations {
        let answers = op["responses"].as_object_mut().into_iter().flatten();
        for (_, answer) in answers.filter(|(_, answer)| answer.get(CODES).is_some()) {
            let name = named(answer);
            let to = json!({"$ref": format!("#/components/responses/{name}")});
            shared.insert(name, std::mem::replace(answer, to));
        }
    }
    shared.sort_keys();
    doc["components"]["responses"] = shared.into();
}

/// The address in the examples of each shared response is that of the first operation that answers so.
pub fn place(doc: &mut Value) {
    let mut first: Vec<(String, String)> = Vec::new();
    for (path, item) in doc["paths"].as_object().into_iter().flatten() {
        for (_, op) in item.as_object().into_iter().flatten() {
            let mut at = path.clone();
            for parameter in op["parameters"].as_array().into_iter().flatten() {
                let shared = parameter["$ref"]
                    .as_str()
                    .and_then(|to| to.strip_prefix('#'));
                let parameter = shared.and_then(|to| doc.pointer(to)).unwrap_or(parameter);
                if let (Some(name), Some(value)) =
                    (parameter["name"].as_str(), parameter["example"].as_str())
                {
                    at = at.replace(&format!("{{{name}}}"), value);
                }
            }
            for (_, answer) in op["responses"].as_object().into_iter().flatten() {
                let name = answer["$ref"].as_str().and_then(|to| to.rsplit('/').next());
                if let Some(name) =
                    name.filter(|name| !first.iter().any(|(known, _)| known == name))
                {
                    first.push((name.to_owned(), at.clone()));
                }
            }
        }
    }
    for (name, at) in first {
        let response = &mut doc["components"]["responses"][&name];
        let examples = response.pointer_mut("/content/application~1problem+json/examples");
        for (_, example) in examples
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            example["value"]["instance"] = at.clone().into();
        }
    }
}

/// `Duplicate`, `ForbiddenOrPasswordChangeRequired…`, with the field where the examples name one.
fn named(answer: &Value) -> String {
    let wires = answer[CODES].as_array().into_iter().flatten();
    let wires: Vec<String> = wires.filter_map(|w| w.as_str()).map(camel).collect();
    let field = answer[FIELD].as_str().map(camel);
    let field = field.map(|field| format!("Of{field}"));
    format!("{}{}", wires.join("Or"), field.unwrap_or_default())
}

/// `not_found` -> `NotFound`
fn camel(words: &str) -> String {
    let words = words.split(['_', '/', '-']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    words.map(capital).collect()
}

/// Response headers.
pub fn headers() -> Value {
    let text = |about: &str, example: &str| json!({"description": about, "schema": {"type": "string", "maxLength": 2000, "pattern": "^[!-~ ]*$"}, "example": example});
    let number = |about: &str, example: u32| json!({"description": about, "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": i32::MAX}, "example": example});
    json!({
        "X-Request-Id": text("Identifies this request in the service's logs; your own is kept if it is harmless.", "01934c5e-7a3b-7c11-8d52-6f0a1b2c3d4e"),
        "ETag": text("Version of the row, or mark of what was read; send it as If-Match to change the row, as If-None-Match to read again.", "\"1\""),
        "Location": text("Path of the new resource.", "/api/v1/branches/01750000-0000-7000-8000-000000000b01"),
        "Allow": text("Methods that the resource supports.", "GET, HEAD, OPTIONS"),
        "WWW-Authenticate": text("How to authenticate.", "Bearer realm=\"ketnap\""),
        "Link": text("The next page, with `rel=\"next\"`; absent on the last one.", "</api/v1/branches?limit=50&cursor=eyJrIjpbXX0>; rel=\"next\""),
        "Idempotent-Replayed": text("`true` where the stored answer to an earlier request with the same key is repeated.", "true"),
        "Content-Disposition": text("Name of the file, of a table.", "attachment; filename=\"danh-sach-lop.csv\""),
        "Deprecation": text("Since when the operation, or a part of it that you use, is deprecated (RFC 9745).", "@1798761600"),
        "Sunset": text("From when it may be gone (RFC 8594).", "Thu, 01 Jul 2027 00:00:00 GMT"),
        "Vary": text("Which headers of the request the answer depends on.", "accept-language"),
        "Content-Language": text("Language of the texts: `vi` or `en`.", "vi"),
        "Retry-After": number("Seconds to wait.", 2),
        "RateLimit-Limit": number("Requests per minute.", 1200),
        "RateLimit-Remaining": number("Requests remaining.", 1199),
        "RateLimit-Reset": number("Seconds until another request is allowed.", 1),
        "Access-Control-Allow-Origin": text("The requesting origin, if it is allowed.", "https://front-end.example.org"),
        "Access-Control-Expose-Headers": text("The headers that scripts of that origin may read.", "ETag, Link, Location"),
    })
}
