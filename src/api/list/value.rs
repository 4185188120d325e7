//! Values of query parameters and cursors: parsed, bound and described.
use std::borrow::Borrow;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{ArrayType, Expr, ExprTrait as _, Value};
use uuid::Uuid;

use crate::api::resource::FieldKind;
use crate::db::constant;
use crate::error::Fault;
use crate::law::{Words, say, text};

/// A UUID in the one spelling that ids have, in paths, parameters and bodies.
pub fn id(raw: &str) -> Option<Uuid> {
    let id = Uuid::parse_str(raw).ok()?;
    (id.to_string() == raw).then_some(id)
}

pub(super) fn one(kind: FieldKind, raw: &str) -> Option<Value> {
    Some(match kind {
        FieldKind::Uuid => Value::Uuid(Some(id(raw)?)),
        FieldKind::Text => Value::String(Some(text::normal(raw)).filter(|t| {
            !t.is_empty() && t.chars().count() <= 200 && !raw.chars().any(text::refused)
        }))
        .into_some()?,
        FieldKind::Enum(known) => {
            Value::String(Some(known.iter().find(|k| **k == raw)?.to_string()))
        }
        FieldKind::Date => Value::ChronoDate(Some(date(raw)?)),
        FieldKind::Instant => Value::ChronoDateTimeUtc(Some(
            // an unescaped `+` of an offset arrives as a space
            raw.trim()
                .replace(' ', "+")
                .parse::<DateTime<Utc>>()
                .ok()
                .filter(|t| (1900..2100).contains(&chrono::Datelike::year(t)))?,
        )),
        FieldKind::Int => Value::Int(Some(raw.parse().ok()?)),
        FieldKind::Bool => Value::Bool(Some(raw.parse().ok()?)),
        FieldKind::Within => Value::Int(Some(
            raw.strip_suffix('d')
                .filter(|n| n.len() <= 3 && n.bytes().all(|b| b.is_ascii_digit()))?
                .parse()
                .ok()?,
        )),
    })
}

/// What a column is compared with. A known word or a truth value stands in the statement itself: a plan
/// that is made once for all values would read a whole table in its order for a word that few rows have.
pub(super) fn operand(kind: FieldKind, value: Value) -> Expr {
    match kind {
        FieldKind::Enum(_) | FieldKind::Bool => constant(value),
        FieldKind::Uuid
        | FieldKind::Text
        | FieldKind::Date
        | FieldKind::Instant
        | FieldKind::Int
        | FieldKind::Within => Expr::val(value),
    }
}

/// Equal to one of these, words again in the statement itself.
pub(super) fn among(here: Expr, kind: FieldKind, values: Vec<Value>) -> Expr {
    match kind {
        FieldKind::Enum(_) => here.is_in(values.into_iter().map(constant)),
        FieldKind::Uuid
        | FieldKind::Text
        | FieldKind::Date
        | FieldKind::Instant
        | FieldKind::Int
        | FieldKind::Bool
        | FieldKind::Within => here.eq(PgFunc::any(Expr::val(Value::Array(
            array_type(kind),
            Some(Box::new(values)),
        )))),
    }
}

/// The condition for any of these words, or for this number of days.
pub(super) fn fulfilled(kind: FieldKind, raw: &str, condition: fn(Expr) -> Expr) -> Option<Expr> {
    let Some(most) = kind.most() else {
        return Some(condition(Expr::val(one(kind, raw)?).cast_as("int")));
    };
    let words: Vec<Value> = raw
        .split(',')
        .map(|part| one(kind, part))
        .collect::<Option<_>>()?;
    let few = words.len() <= most;
    let each = words.into_iter().map(|word| condition(operand(kind, word)));
    each.reduce(sea_orm::ExprTrait::or).filter(|_| few)
}

trait IntoSome {
    fn into_some(self) -> Option<Value>;
}
impl IntoSome for Value {
    fn into_some(self) -> Option<Value> {
        if let Value::String(None) = self {
            None
        } else {
            Some(self)
        }
    }
}

/// 1900 to 2099: PostgreSQL can store it, and it is not obviously a mistake.
fn ours(at: &DateTime<Utc>) -> bool {
    (1900..2100).contains(&chrono::Datelike::year(at))
}

/// A plain date of the 20th or 21st century, `YYYY-MM-DD`.
pub fn date(raw: &str) -> Option<NaiveDate> {
    if raw.len() != 10 {
        return None;
    }
    raw.parse::<NaiveDate>()
        .ok()
        .filter(|d| (1900..2100).contains(&chrono::Datelike::year(d)))
}

/// The text that a list is searched for, in its normal form.
pub(super) fn searched(raw: &str) -> Option<String> {
    let text = text::normal(raw);
    let fits = text.chars().count() <= 100
        && !text.chars().any(text::refused)
        && text.chars().any(char::is_alphanumeric);
    fits.then_some(text)
}

pub(super) fn array_type(kind: FieldKind) -> ArrayType {
    match kind {
        FieldKind::Uuid => ArrayType::Uuid,
        FieldKind::Text | FieldKind::Enum(_) => ArrayType::String,
        FieldKind::Date => ArrayType::ChronoDate,
        FieldKind::Instant => ArrayType::ChronoDateTimeUtc,
        FieldKind::Int | FieldKind::Within => ArrayType::Int,
        FieldKind::Bool => ArrayType::Bool,
    }
}

/// What a parameter wants, in Vietnamese and English.
pub const A_LIMIT: [&str; 2] = ["một số từ 1 đến 200", "a number from 1 to 200"];
pub(super) const A_SEARCH: [&str; 2] = [
    "1-100 ký tự, có ít nhất một chữ hoặc số",
    "1-100 characters, with a letter or a digit",
];
pub const A_CURSOR: [&str; 2] = ["giá trị của `next_cursor`", "a value of `next_cursor`"];
pub const AN_ID: [&str; 2] = ["UUID viết bằng chữ thường", "a UUID in lower case"];
pub const A_YEAR: [&str; 2] = ["một năm từ 1990 đến 2100", "a year from 1990 to 2100"];
pub const A_DATE: [&str; 2] = [
    "một ngày từ 1900-01-01 đến 2099-12-31, dạng YYYY-MM-DD",
    "a date from 1900-01-01 to 2099-12-31, as YYYY-MM-DD",
];

pub(super) fn expected(kind: FieldKind) -> Words {
    match kind {
        FieldKind::Uuid => say(AN_ID[0], AN_ID[1]),
        FieldKind::Text => say("1-200 ký tự", "1-200 characters"),
        FieldKind::Enum(known) => one_of(known),
        FieldKind::Date => say(A_DATE[0], A_DATE[1]),
        FieldKind::Instant => say(
            "một thời điểm theo RFC 3339, ví dụ 2021-01-15T02:00:00Z",
            "an RFC 3339 timestamp, such as 2021-01-15T02:00:00Z",
        ),
        FieldKind::Int => say("một số nguyên", "an integer"),
        FieldKind::Bool => one_of(&["true", "false"]),
        FieldKind::Within => say("một số ngày, ví dụ 30d", "a number of days, such as 30d"),
    }
}

/// One of these words of the document.
pub fn one_of<S: Borrow<str>>(known: &[S]) -> Words {
    let all = known.join(", ");
    say(all.clone(), all)
}

/// What a filter of this kind takes, as far as the value does not fit.
pub(super) fn wanted(kind: FieldKind, raw: &str) -> Words {
    match kind.most() {
        Some(most) if raw.split(',').count() > most => say(
            format!("không quá {most} giá trị"),
            format!("at most {most} values"),
        ),
        Some(_) | None => expected(kind),
    }
}

/// A parameter whose value was sent in bytes that are not UTF-8.
pub fn bad_encoding(name: &str) -> Fault {
    let words = say(
        "Giá trị không phải văn bản UTF-8.",
        "The value is not UTF-8 text.",
    );
    Fault::parameter(name, "bad_encoding", words)
}

/// A parameter that is sent twice, and takes one value.
pub fn repeated(name: &str) -> Fault {
    let words = say("Tham số chỉ được gửi một lần.", "Send this parameter once.");
    Fault::parameter(name, "repeated", words)
}

/// A list that names the same twice.
pub(super) fn twice(parameter: &str, name: &str) -> Fault {
    let words = say(
        format!("`{name}` đứng hai lần: hãy ghi mỗi tên một lần."),
        format!("`{name}` stands twice: name each once."),
    );
    Fault::parameter(parameter, "repeated", words)
}

pub(super) fn bad(name: &str, wanted: &Words) -> Fault {
    Fault::parameter(name, "invalid", not_valid(wanted))
}

/// The sentence for a value that does not fit, which says what would.
pub fn not_valid(wanted: &Words) -> Words {
    say(
        format!("Giá trị không hợp lệ; cần: {}.", wanted.vi),
        format!("Not valid; expected: {}.", wanted.en),
    )
}

/// A sort key as text, for the cursor.
pub fn key_text(value: Value) -> Option<String> {
    if let Value::String(text) = value {
        text
    } else if let Value::Uuid(id) = value {
        id.map(|id| id.to_string())
    } else if let Value::ChronoDate(day) = value {
        day.map(|day| day.to_string())
    } else if let Value::ChronoDateTimeUtc(at) = value {
        at.map(|at| at.timestamp_micros().to_string())
    } else if let Value::Int(number) = value {
        number.map(|number| number.to_string())
    } else {
        None
    }
}

pub(super) fn key_value(kind: FieldKind, text: &str) -> Option<Value> {
    match kind {
        FieldKind::Instant => Some(Value::ChronoDateTimeUtc(Some(
            DateTime::from_timestamp_micros(text.parse().ok()?).filter(ours)?,
        ))),
        FieldKind::Text | FieldKind::Enum(_) => {
            (!text.chars().any(text::refused)).then(|| Value::String(Some(text.to_owned())))
        }
        FieldKind::Uuid
        | FieldKind::Date
        | FieldKind::Int
        | FieldKind::Bool
        | FieldKind::Within => one(kind, text),
    }
}
