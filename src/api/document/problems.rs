//! Shared components of the document: problem responses by status, with an example of each code,
//! and response headers.
use serde_json::{Value, json};

use crate::api::contract::reference;
use crate::error::{Code, Lang};

fn example(code: Code, lang: Lang) -> Value {
    let mut errors = json!([]);
    let mut requirements = json!([]);
    let field = |pointer: Value, parameter: Value, code: &str, detail: &str| json!([{"pointer": pointer, "parameter": parameter, "header": null, "code": code, "detail": detail}]);
    if code == Code::ValidationFailed {
        errors = field(
            "/name".into(),
            Value::Null,
            "required",
            lang.pick("Trường này là bắt buộc.", "This field is required."),
        );
    } else if matches!(
        code,
        Code::InvalidParameter | Code::InvalidCursor | Code::UnknownParameter
    ) {
        errors = field(
            Value::Null,
            "limit".into(),
            "invalid",
            lang.pick(
                "Giá trị không hợp lệ; cần: 1..200.",
                "Not valid; expected: 1..200.",
            ),
        );
    } else if code == Code::Duplicate {
        errors = field(
            "/number".into(),
            Value::Null,
            "duplicate",
            lang.pick("Giá trị này đã được dùng.", "This value is already in use."),
        );
    } else if code == Code::RequirementsUnmet {
        requirements = json!([{"rule": "sponsorship.sponsor.official", "source": "01-HD/TW (28-9-2021), 3.2", "confirmed": null, "version": "29-QĐ/TW", "met": false,
            "detail": lang.pick("Người kèm cặp chưa phải là đảng viên chính thức vào ngày 01-6-2021.", "The sponsor must be an official member on 2021-06-01."), "evidence": null, "earliest_on": null}]);
    }
    let title = title(code, lang);
    json!({"type": format!("/problems/{}", code.wire()), "title": title, "status": code.status().as_u16(), "detail": title, "instance": "/api/v1/branches",
        "code": code.wire(), "trace_id": "01934c5e-7a3b-7c11-8d52-6f0a1b2c3d4e", "errors": errors, "requirements": requirements})
}

fn title(code: Code, lang: Lang) -> &'static str {
    let (vi, en) = code.title();
    lang.pick(vi, en)
}

/// Problem responses by status, with an example of each code.
pub fn responses(lang: Lang) -> Value {
    let current = lang.pick("Bản đang giữ là bản hiện tại.", "Your version is current.");
    let mut all = json!({"NotModified": {"description": current, "headers": {"ETag": {"$ref": "#/components/headers/ETag"}, "Access-Control-Allow-Origin": {"$ref": "#/components/headers/Access-Control-Allow-Origin"}}}});
    for code in Code::ALL {
        let status = code.status().as_u16();
        let name = format!("Problem{status}");
        let entry = &mut all[&name];
        if entry.is_null() {
            let mut headers = json!({});
            let mut names = vec![
                "X-Request-Id",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
                "Access-Control-Allow-Origin",
                "Content-Language",
            ];
            match status {
                401 => names.push("WWW-Authenticate"),
                405 => names.push("Allow"),
                412 => names.push("ETag"),
                429 | 503 => names.push("Retry-After"),
                _ => {}
            }
            for header in names {
                headers[header] = json!({"$ref": format!("#/components/headers/{header}")});
            }
            *entry = json!({"description": "", "headers": headers, "content": {"application/problem+json": {"schema": reference("Problem"), "examples": {}}}});
        }
        let text = format!(
            "{}`{}`: {}. ",
            entry["description"].as_str().unwrap_or_default(),
            code.wire(),
            title(*code, lang)
        );
        entry["description"] = text.into();
        entry["content"]["application/problem+json"]["examples"][code.wire()] =
            json!({"summary": title(*code, lang), "value": example(*code, lang)});
    }
    all
}

/// Response headers.
pub fn headers() -> Value {
    let text = |about: &str, example: &str| json!({"description": about, "schema": {"type": "string", "maxLength": 2000, "pattern": "^[!-~ ]*$"}, "example": example});
    let number = |about: &str, example: u32| json!({"description": about, "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": i32::MAX}, "example": example});
    json!({
        "X-Request-Id": text("Identifies this request in the service's logs; your own is kept if it is harmless.", "01934c5e-7a3b-7c11-8d52-6f0a1b2c3d4e"),
        "ETag": text("Version of the row; send it as If-Match.", "\"1\""),
        "Location": text("Path of the new resource.", "/api/v1/branches/01750000-0000-7000-8000-000000000b01"),
        "Allow": text("Methods that the resource supports.", "GET, HEAD, OPTIONS"),
        "WWW-Authenticate": text("How to authenticate.", "Bearer realm=\"ketnap\""),
        "Link": text("The next page, with `rel=\"next\"`; absent on the last one.", "</api/v1/branches?limit=50&cursor=eyJrIjpbXX0>; rel=\"next\""),
        "Idempotent-Replayed": text("`true` where the stored answer to an earlier request with the same key is repeated.", "true"),
        "Content-Disposition": text("Name of the file, of a table.", "attachment; filename=\"danh-sach-lop.csv\""),
        "Content-Language": text("Language of the texts: `vi` or `en`.", "vi"),
        "Retry-After": number("Seconds to wait.", 2),
        "RateLimit-Limit": number("Requests per minute.", 1200),
        "RateLimit-Remaining": number("Requests remaining.", 1199),
        "RateLimit-Reset": number("Seconds until another request is allowed.", 1),
        "Access-Control-Allow-Origin": text("The requesting origin, if it is allowed.", "https://front-end.example.org"),
    })
}
