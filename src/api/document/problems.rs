//! Problem responses of the document, with an example of each code, and response headers.
use serde_json::{Map, Value, json};

use super::answers::always_and;
use crate::api::contract::schema_reference;
use crate::api::list::value::{A_CURSOR, A_DATE, A_LIMIT, A_YEAR, AN_ID, not_valid};
use crate::api::misfit::unreadable;
use crate::error::{Code, Lang};
use crate::law::{Words, say};

/// Extensions of a problem response: its codes, the field that its examples name, what is wrong with
/// it, and the rule whose requirement they lack.
pub const CODES: &str = "x-codes";
pub const FIELD: &str = "x-field";
pub const FAULT: &str = "x-fault";
pub const LACKING: &str = "x-lacking";

/// What the examples of a response name.
#[derive(Default)]
pub struct Named {
    pub field: Option<String>,
    /// Of a body that is not valid.
    pub fault: Option<&'static str>,
    pub lacking: Option<Lacking>,
}

/// What an operation may find lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// The stage in which an act is possible
    Stage,
    /// A person who may be introduced
    Person,
    /// A member who may sponsor
    Sponsor,
    /// A class that takes proposals
    Class,
    /// The ground of a vote on record
    Vote,
}

impl Lacking {
    const ALL: [Self; 5] = [
        Self::Stage,
        Self::Person,
        Self::Sponsor,
        Self::Class,
        Self::Vote,
    ];

    /// Rule, source, and the sentence in both languages.
    const fn sentences(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Stage => (
                "act.stage",
                "Điều lệ, 4",
                "Hồ sơ đang ở giai đoạn “được giới thiệu”; việc này chỉ thực hiện được ở giai đoạn: “cảm tình Đảng, trong diện quy hoạch”.",
                "The candidacy is in the stage “nominated”; this is possible only in: “in the plan”.",
            ),
            Self::Person => (
                "nomination.no_open_candidacy",
                "29-QĐ/TW, 3",
                "Người có họ tên và ngày sinh này có thể đã có hồ sơ đang mở hoặc không thuộc diện giới thiệu.",
                "A person of this name and birth date may already have an open candidacy, or is not one to be introduced.",
            ),
            Self::Sponsor => (
                "sponsorship.sponsor.official",
                "01-HD/TW (28-9-2021), 3.2",
                "Người kèm cặp chưa phải là đảng viên chính thức vào ngày 01-6-2021.",
                "The sponsor must be an official member on 2021-06-01.",
            ),
            Self::Class => (
                "class.open",
                "kế hoạch, III.4",
                "Lớp không nhận đề nghị.",
                "The class takes no proposals.",
            ),
            Self::Vote => (
                "vote.register",
                "Điều lệ, 4.2; 24-QĐ/TW, 9.3.2",
                "Theo danh sách đảng viên ngày 15-3-2021, 15 người được tính, cần ít nhất 10 phiếu; nghị quyết có 9 phiếu của 14 người có mặt.",
                "By the register of 2021-03-15 there were 15 entitled, so 10 votes were needed; 9 of 14 present were in favour.",
            ),
        }
    }
}

impl Named {
    fn of(response: &Value) -> Self {
        let fault = response[FAULT].as_str();
        Self {
            field: response[FIELD].as_str().map(str::to_owned),
            fault: FAULTS
                .iter()
                .map(|told| told.0)
                .find(|code| fault == Some(*code)),
            lacking: Lacking::ALL
                .into_iter()
                .find(|lacking| response[LACKING] == lacking.sentences().0),
        }
    }
}

/// Faults of a body, with their codes and sentences: of what is required, or of the type that is
/// expected.
const FAULTS: [(&str, &str, &str, &str); 5] = [
    (
        "required",
        "required",
        "Trường này là bắt buộc.",
        "This field is required.",
    ),
    (
        "wrong_type",
        "wrong_type",
        "Sai kiểu dữ liệu; cần: một chuỗi ký tự.",
        "Wrong type; expected: a text.",
    ),
    (
        "wrong_type_boolean",
        "wrong_type",
        "Sai kiểu dữ liệu; cần: true hoặc false.",
        "Wrong type; expected: true or false.",
    ),
    (
        "wrong_type_integer",
        "wrong_type",
        "Sai kiểu dữ liệu; cần: một số nguyên.",
        "Wrong type; expected: a whole number.",
    ),
    (
        "wrong_type_array",
        "wrong_type",
        "Sai kiểu dữ liệu; cần: một danh sách.",
        "Wrong type; expected: a list.",
    ),
];

/// The fault of a value of another type than the property's; a word is a text.
pub fn of_type(property: &Value) -> &'static str {
    let kind = &property["type"];
    let is = |known: &str| kind == known || kind.as_array().is_some_and(|all| all[0] == known);
    let mut others = FAULTS.iter().filter_map(|(fault, ..)| {
        let known = fault.strip_prefix("wrong_type_")?;
        is(known).then_some(*fault)
    });
    others.next().unwrap_or("wrong_type")
}

fn fault(pointer: Option<&str>, parameter: Option<&str>, code: &str, detail: &str) -> Value {
    json!([{"pointer": pointer, "parameter": parameter, "header": null, "code": code, "detail": detail}])
}

/// What is said of a parameter that is not valid.
fn wanted(parameter: &str) -> Words {
    let [vi, en] = match parameter {
        "limit" => A_LIMIT,
        "cursor" => A_CURSOR,
        "id" | "term_id" => AN_ID,
        "from" | "on" | "until" => A_DATE,
        "year" => A_YEAR,
        "acknowledged" => ["true, false"; 2],
        "format" => ["json, csv, xlsx"; 2],
        "fields" => ["tên các trường", "names of properties"],
        "reason" => ["1-500 ký tự", "1-500 characters"],
        "period" => ["2021, 2021-Q3 hoặc 2021-07", "2021, 2021-Q3 or 2021-07"],
        _ => return unreadable(),
    };
    not_valid(&say(vi, en))
}

fn example(code: Code, about: &Named, lang: Lang) -> Value {
    let mut errors = json!([]);
    let mut requirements = json!([]);
    let field = about.field.as_deref();
    let parameter = field.unwrap_or("limit");
    if code == Code::ValidationFailed {
        // a refusal of a step without a body names no field
        let known = FAULTS
            .iter()
            .find(|(fault, ..)| about.fault == Some(*fault));
        if let (Some(_), Some((_, code, vi, en))) = (field, known) {
            errors = fault(field, None, code, lang.pick(vi, en));
        }
    } else if code == Code::UnknownParameter {
        let words = lang.pick("Không có tham số này.", "Unknown parameter.");
        errors = fault(None, Some("colour"), "unknown", words);
    } else if code == Code::InvalidCursor {
        let words = wanted("cursor");
        errors = fault(None, Some("cursor"), "invalid", lang.of(&words));
    } else if code == Code::InvalidParameter {
        let words = wanted(parameter);
        errors = fault(None, Some(parameter), "invalid", lang.of(&words));
    } else if code == Code::Duplicate && field.is_some() {
        let words = lang.pick("Giá trị này đã được dùng.", "This value is already in use.");
        errors = fault(field, None, "duplicate", words);
    } else if let (Code::RequirementsUnmet, Some(lacking)) = (code, about.lacking) {
        let (rule, source, vi, en) = lacking.sentences();
        requirements = json!([{"rule": rule, "source": source, "version": "24-QĐ/TW", "met": false, "detail": lang.pick(vi, en)}]);
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
pub fn problem(codes: &[Code], about: &Named, lang: Lang) -> Value {
    let mut names = vec!["Content-Language"];
    match codes.first().map(|code| code.status().as_u16()) {
        Some(401) => names.push("WWW-Authenticate"),
        Some(405) => names.push("Allow"),
        Some(412) => names.push("ETag"),
        Some(429 | 503) => names.push("Retry-After"),
        _ if codes.contains(&Code::IdempotencyInProgress) => names.push("Retry-After"),
        _ => {}
    }
    let headers = always_and(&names);
    let told = |code: &Code| format!("`{}`: {}. ", code.wire(), title(*code, lang));
    let told: String = codes.iter().map(told).collect();
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| {
            let value = example(*code, about, lang);
            (
                code.wire().to_owned(),
                json!({"summary": title(*code, lang), "value": value}),
            )
        })
        .collect();
    let wires: Vec<&str> = codes.iter().map(|code| code.wire()).collect();
    let mut response = json!({"description": told, "headers": headers, CODES: wires,
        "content": {"application/problem+json": {"schema": schema_reference("Problem"), "examples": examples}}});
    if let Some(field) = &about.field {
        response[FIELD] = field.as_str().into();
    }
    if let Some(fault) = about.fault {
        response[FAULT] = fault.into();
    }
    if let Some(lacking) = about.lacking {
        response[LACKING] = lacking.sentences().0.into();
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
        *response = problem(&codes, &Named::of(response), lang);
    }
}

fn not_modified(lang: Lang) -> Value {
    let current = lang.pick("Bản đang giữ là bản hiện tại.", "Your version is current.");
    let headers = always_and(&["ETag"]);
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
    // an act in a batch is named without its place
    let field = answer[FIELD]
        .as_str()
        .map(|at| at.trim_start_matches("/acts/0"));
    let field = field.map(|field| format!("Of{}", camel(field)));
    let fault = answer[FAULT].as_str().filter(|fault| *fault != "required");
    let rule = answer[LACKING]
        .as_str()
        .and_then(|rule| rule.split('.').next());
    let more = fault.into_iter().chain(rule).map(camel);
    let field = field.into_iter().chain(more);
    field.fold(wires.join("Or"), |name, more| name + &more)
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
        "ETag": text("`\"7-90a1b2c3d4e5f607\"`: version of the row and mark of what was read; send it as If-Match to change the row, as If-None-Match to read again. `\"7\"`, where a 412 or an answer other than the row itself sends it: the version, for If-Match only.", "\"1\""),
        "Location": text("Path of the new resource; absent where you do not reach it.", "/api/v1/branches/01750000-0000-7000-8000-000000000b01"),
        "Allow": text("Methods that the resource supports.", "GET, HEAD, OPTIONS"),
        "WWW-Authenticate": text("How to authenticate.", "Bearer realm=\"ketnap\""),
        "Link": text("The next page, with `rel=\"next\"`; absent on the last one.", "</api/v1/branches?limit=50&cursor=eyJrIjpbXX0>; rel=\"next\""),
        "Idempotent-Replayed": text("`true` where the stored answer to an earlier request with the same key is repeated.", "true"),
        "Content-Disposition": text("Name of the file, of a table.", "attachment; filename=\"danh-sach-lop.csv\""),
        "Deprecation": text("Since when the operation, or a part of it that you use, is deprecated (RFC 9745).", "@1798761600"),
        "Sunset": text("From when it may be gone (RFC 8594).", "Thu, 01 Jul 2027 00:00:00 GMT"),
        "Vary": text("Which headers of the request the answer depends on.", "accept-language"),
        "Cache-Control": text("Whether the answer may be kept: `no-store` for most.", "no-store"),
        "Content-Language": text("Language of the texts: `vi` or `en`.", "vi"),
        "Retry-After": number("Seconds to wait.", 2),
        "RateLimit-Limit": number("Requests per minute.", 1200),
        "RateLimit-Remaining": number("Requests remaining.", 1199),
        "RateLimit-Reset": number("Seconds until another request is allowed.", 1),
        "Access-Control-Allow-Origin": text("The requesting origin, if it is allowed.", "https://front-end.example.org"),
        "Access-Control-Expose-Headers": text("The headers that scripts of that origin may read.", "ETag, Link, Location"),
    })
}
