//! What does not fit a schema, in words.
use std::collections::HashSet;

use super::contract::strings;
use super::list::value::A_DATE;
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
    // an optional value is oneOf [null, T]: report the errors against T
    if let Kind::OneOfNotValid { context } | Kind::AnyOf { context } = e.kind()
        && let Some(inner) = context
            .iter()
            .filter(|branch| !branch.iter().any(|e| e.kind().keyword() == "type"))
            .flatten()
            .next()
    {
        return explain(inner);
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
    } else {
        say(
            "Rỗng, hoặc có ký tự không được phép.",
            "Empty, or with characters that are not allowed.",
        )
    }
}

/// The message for a value of another type.
fn of_type(e: &jsonschema::ValidationError<'_>) -> Words {
    use jsonschema::JsonType;
    use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
    let integer = |kind: &TypeKind| match kind {
        TypeKind::Single(one) => *one == JsonType::Integer,
        TypeKind::Multiple(any) => any.contains(JsonType::Integer),
    };
    if matches!(e.kind(), Kind::Type { kind } if integer(kind)) {
        say("Cần một số nguyên.", "A whole number is expected.")
    } else {
        say("Sai kiểu dữ liệu.", "Wrong type.")
    }
}

fn words(e: &jsonschema::ValidationError<'_>) -> (&'static str, Words) {
    use jsonschema::error::ValidationErrorKind as Kind;
    let limit = if let Kind::MaxLength { limit }
    | Kind::MinLength { limit }
    | Kind::MaxItems { limit }
    | Kind::MinItems { limit } = e.kind()
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
                _ => say("Sai định dạng.", format!("Not a valid {limit}.")),
            },
        ),
        "pattern" => ("bad_format", unfit(e)),
        "type" => ("wrong_type", of_type(e)),
        _ => (
            "invalid",
            say("Giá trị không hợp lệ.", "Not a valid value."),
        ),
    }
}
