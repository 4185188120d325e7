//! What does not fit a schema, in words.
use std::collections::HashSet;

use jsonschema::JsonType;

use super::contract::strings;
use super::list::value::{A_DATE, AN_ID};
use crate::error::{At, Fault, MOST_FAULTS, part};
use crate::law::text::PersonName;
use crate::law::{Words, say};

/// Each field of a body that does not fit its schema.
pub(super) fn explain(e: &jsonschema::ValidationError<'_>) -> Vec<Fault> {
    use jsonschema::error::ValidationErrorKind as Kind;
    let at = e.instance_path().to_string();
    if let Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } =
        e.kind()
    {
        return unexpected
            .iter()
            .take(MOST_FAULTS)
            .map(|name| {
                Fault::pointer(
                    format!("{at}/{}", part(name)),
                    "unknown_field",
                    say("Không có trường này.", "Unknown field."),
                )
            })
            .collect();
    }
    if let Kind::Required { property } = e.kind() {
        let name = property.as_str().unwrap_or_default();
        return vec![Fault::pointer(
            format!("{at}/{}", part(name)),
            "required",
            say("Trường này là bắt buộc.", "This field is required."),
        )];
    }
    // a choice by `kind`: report the errors against that kind
    if let Kind::OneOfNotValid { context } = e.kind()
        && context
            .iter()
            .any(|branch| branch.iter().any(of_another_kind))
    {
        let own = context
            .iter()
            .find(|branch| !branch.iter().any(of_another_kind));
        return match own {
            Some(own) => own.iter().flat_map(explain).collect(),
            None => vec![Fault::pointer(
                format!("{at}/kind"),
                "not_in_list",
                say("Không có loại này ở đây.", "There is no such kind here."),
            )],
        };
    }
    // an optional value is oneOf [null, T]: report errors against T, an unknown word before a wrong
    // type
    if let Kind::OneOfNotValid { context } | Kind::AnyOf { context } = e.kind() {
        let typed = |e: &jsonschema::ValidationError<'_>| e.kind().keyword() == "type";
        let fit = context.iter().find(|branch| !branch.iter().any(typed));
        let own = fit.or_else(|| context.iter().find(|branch| !branch.iter().any(wants_null)));
        let first = own.and_then(|own| own.iter().find(|e| !typed(e)).or(own.first()));
        // the type of the value itself is wrong, not that of something inside it
        let whole = |first: &&jsonschema::ValidationError<'_>| {
            typed(first) && first.instance_path() == e.instance_path()
        };
        if let Some(first) = first.filter(whole) {
            let optional = context.iter().flatten().any(wants_null);
            return vec![Fault::pointer(at, "wrong_type", of_type(first, optional))];
        }
        if let Some(first) = first {
            return explain(first);
        }
    }
    let (code, words) = words(e);
    vec![Fault::pointer(at, code, words)]
}

/// Whether the value is of another kind than the schema.
fn of_another_kind(e: &jsonschema::ValidationError<'_>) -> bool {
    use jsonschema::error::ValidationErrorKind as Kind;
    let one = matches!(e.kind(), Kind::Enum { options } if strings(options).count() == 1);
    one && e.instance_path().to_string().ends_with("/kind")
}

/// Whether nothing but null fits the schema.
fn wants_null(e: &jsonschema::ValidationError<'_>) -> bool {
    use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
    matches!(e.kind(), Kind::Type { kind: TypeKind::Single(one) } if *one == JsonType::Null)
}

/// The sentence for a value about which nothing better is known.
pub fn unreadable() -> Words {
    say(
        "Không đọc được giá trị này theo dạng mà tài liệu nêu.",
        "This cannot be read in the form that the document names.",
    )
}

/// Without the remark on the characters of a text whose length is already said to be wrong, and
/// each fault of a field once: a date has a format and a pattern.
pub(super) fn plainest(mut faults: Vec<Fault>) -> Vec<Fault> {
    let mut seen = HashSet::new();
    faults.retain(|fault| seen.insert((fault.at.clone(), fault.code)));
    let lengths = faults
        .iter()
        .filter(|f| ["too_short", "too_long"].contains(&f.code));
    let lengths: Vec<At> = lengths.map(|f| f.at.clone()).collect();
    let said = |f: &Fault| f.code == "bad_format" && lengths.contains(&f.at);
    faults.into_iter().filter(|f| !said(f)).collect()
}

/// The message for a text that does not match its pattern.
fn unfit(e: &jsonschema::ValidationError<'_>) -> Words {
    use jsonschema::error::ValidationErrorKind as Kind;
    let pattern = if let Kind::Pattern { pattern } = e.kind() {
        pattern.as_str()
    } else {
        ""
    };
    if pattern == super::document::DATE {
        say(
            "Cần một ngày từ 1900-01-01 đến 2099-12-31, dạng YYYY-MM-DD.",
            "A date from 1900-01-01 to 2099-12-31 is expected, as YYYY-MM-DD.",
        )
    } else if pattern == PersonName::PATTERN {
        say(
            "Tên người cần có chữ cái, chỉ gồm chữ cái Latinh, chữ số, dấu cách, dấu nháy, gạch nối, dấu chấm.",
            "A person's name needs a letter, and takes only Latin letters, digits, spaces, apostrophes, hyphens and full stops.",
        )
    } else if let Some((_, vi, en)) = FORMS.iter().find(|(known, ..)| *known == pattern) {
        say(format!("Cần {vi}."), format!("Wanted is {en}."))
    } else {
        say(
            "Rỗng, hoặc có ký tự không được phép.",
            "Empty, or with characters that are not allowed.",
        )
    }
}

/// Patterns that are no free text, in words.
const FORMS: [(&str, &str, &str); 4] = [
    ("^[0-9]{12}$", "12 chữ số", "twelve digits"),
    (
        r"^\+?[0-9(][0-9 .()-]{6,38}$",
        "một số điện thoại: chữ số, dấu cách, dấu chấm, dấu ngoặc, gạch nối, có thể bắt đầu bằng +",
        "a telephone number: digits, spaces, full stops, brackets and hyphens, perhaps after a +",
    ),
    (
        "^[a-z0-9][a-z0-9._-]{1,62}$",
        "2-63 chữ cái thường không dấu, chữ số, dấu chấm, gạch dưới, gạch nối, bắt đầu bằng chữ cái hoặc chữ số",
        "2-63 lower-case letters, digits, full stops, underscores and hyphens, a letter or digit first",
    ),
    (
        "^[0-9a-f]{64}$",
        "64 chữ số thập lục phân viết thường (SHA-256)",
        "64 hexadecimal digits in lower case (SHA-256)",
    ),
];

/// The message for a value of another type, which says what is expected.
fn of_type(e: &jsonschema::ValidationError<'_>, optional: bool) -> Words {
    use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
    let mut wanted: Vec<JsonType> = if let Kind::Type { kind } = e.kind() {
        match kind {
            TypeKind::Single(one) => vec![*one],
            TypeKind::Multiple(any) => any.iter().collect(),
        }
    } else {
        Vec::new()
    };
    if optional {
        wanted.push(JsonType::Null);
    }
    // null is named last
    let named = wanted.iter().filter(|kind| **kind != JsonType::Null);
    let null = wanted.iter().filter(|kind| **kind == JsonType::Null);
    let (vi, en): (Vec<_>, Vec<_>) = named.chain(null).map(|kind| type_name(*kind)).unzip();
    say(
        format!("Sai kiểu dữ liệu; cần: {}.", vi.join(" hoặc ")),
        format!("Wrong type; expected: {}.", en.join(" or ")),
    )
}

fn type_name(kind: JsonType) -> (&'static str, &'static str) {
    match kind {
        JsonType::Null => ("null", "null"),
        JsonType::Boolean => ("true hoặc false", "true or false"),
        JsonType::Integer => ("một số nguyên", "a whole number"),
        JsonType::Number => ("một số", "a number"),
        JsonType::String => ("một chuỗi ký tự", "a text"),
        JsonType::Array => ("một danh sách", "a list"),
        JsonType::Object => ("một đối tượng có các trường", "an object with properties"),
    }
}

fn words(e: &jsonschema::ValidationError<'_>) -> (&'static str, Words) {
    use jsonschema::error::ValidationErrorKind as Kind;
    let limit = if let Kind::MaxLength { limit }
    | Kind::MinLength { limit }
    | Kind::MaxItems { limit }
    | Kind::MinItems { limit }
    | Kind::MinProperties { limit } = e.kind()
    {
        limit.to_string()
    } else if let Kind::Maximum { limit } | Kind::Minimum { limit } = e.kind() {
        limit.to_string()
    } else if let Kind::Enum { options } = e.kind() {
        strings(options).collect::<Vec<_>>().join(", ")
    } else if let Kind::Format { format } = e.kind() {
        format.clone()
    } else {
        String::new()
    };
    match e.kind().keyword() {
        "maxLength" => (
            "too_long",
            say(
                format!("Nhiều nhất {limit} ký tự."),
                format!("At most {limit} characters."),
            ),
        ),
        "minLength" if limit == "1" => (
            "too_short",
            say("Không được để trống.", "Must not be empty."),
        ),
        "minLength" => (
            "too_short",
            say(
                format!("Ít nhất {limit} ký tự."),
                format!("At least {limit} characters."),
            ),
        ),
        "maxItems" => (
            "too_many",
            say(
                format!("Nhiều nhất {limit} mục."),
                format!("At most {limit} items."),
            ),
        ),
        "minItems" => (
            "too_few",
            say(
                format!("Ít nhất {limit} mục."),
                format!("At least {limit} items."),
            ),
        ),
        "minProperties" => (
            "too_few",
            say(
                format!("Cần ít nhất {limit} trường."),
                match limit.as_str() {
                    "1" => "Send at least one property.".to_owned(),
                    _ => format!("Send at least {limit} properties."),
                },
            ),
        ),
        "maximum" => (
            "too_large",
            say(
                format!("Không lớn hơn {limit}."),
                format!("At most {limit}."),
            ),
        ),
        "minimum" => (
            "too_small",
            say(
                format!("Không nhỏ hơn {limit}."),
                format!("At least {limit}."),
            ),
        ),
        "enum" => (
            "not_in_list",
            say(format!("Một trong: {limit}."), format!("One of: {limit}.")),
        ),
        "format" => (
            "bad_format",
            match limit.trim_matches('"') {
                "date" => say(
                    format!("Cần {}.", A_DATE[0]),
                    format!("Wanted is {}.", A_DATE[1]),
                ),
                "date-time" => say(
                    "Cần một thời điểm theo RFC 3339.",
                    "Wanted is an RFC 3339 timestamp.",
                ),
                "uuid" => say(
                    format!("Cần {}, dạng 8-4-4-4-12.", AN_ID[0]),
                    format!("Wanted is {}, as 8-4-4-4-12.", AN_ID[1]),
                ),
                other => say(
                    format!("Sai định dạng; cần: {other}."),
                    format!("Not a valid {other}."),
                ),
            },
        ),
        "pattern" => ("bad_format", unfit(e)),
        "type" => ("wrong_type", of_type(e, false)),
        _ => ("invalid", unreadable()),
    }
}
