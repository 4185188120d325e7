//! Values of query parameters and cursors: parsed, bound and described.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{ArrayType, Value};
use uuid::Uuid;

use crate::api::resource::Kind;
use crate::error::Fault;
use crate::law::{say, text};

pub(super) fn one(kind: Kind, raw: &str) -> Option<Value> {
    Some(match kind {
        Kind::Uuid => Value::Uuid(Some(Uuid::parse_str(raw).ok().filter(|_| raw.len() == 36)?)),
        Kind::Text => Value::String(Some(text::normal(raw)).filter(|t| {
            !t.is_empty() && t.chars().count() <= 200 && !raw.chars().any(text::refused)
        }))
        .into_some()?,
        Kind::Enum(known) => Value::String(Some(known.iter().find(|k| **k == raw)?.to_string())),
        Kind::Date => Value::ChronoDate(Some(date(raw)?)),
        Kind::Instant => Value::ChronoDateTimeUtc(Some(
            // an unescaped `+` of an offset arrives as a space
            raw.trim()
                .replace(' ', "+")
                .parse::<DateTime<Utc>>()
                .ok()
                .filter(|t| (1900..2100).contains(&chrono::Datelike::year(t)))?,
        )),
        Kind::Int => Value::Int(Some(raw.parse().ok()?)),
        Kind::Bool => Value::Bool(Some(raw.parse().ok()?)),
        Kind::Within => Value::Int(Some(
            raw.strip_suffix('d')
                .filter(|n| n.len() <= 3 && n.bytes().all(|b| b.is_ascii_digit()))?
                .parse()
                .ok()?,
        )),
    })
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

pub(super) fn array_type(kind: Kind) -> ArrayType {
    match kind {
        Kind::Uuid => ArrayType::Uuid,
        Kind::Text | Kind::Enum(_) => ArrayType::String,
        Kind::Date => ArrayType::ChronoDate,
        Kind::Instant => ArrayType::ChronoDateTimeUtc,
        Kind::Int | Kind::Within => ArrayType::Int,
        Kind::Bool => ArrayType::Bool,
    }
}

pub(super) fn expected(kind: Kind) -> String {
    match kind {
        Kind::Uuid => "UUID".into(),
        Kind::Text => "1-200 characters".into(),
        Kind::Enum(known) => known.join(", "),
        Kind::Date => "YYYY-MM-DD".into(),
        Kind::Instant => "RFC 3339".into(),
        Kind::Int => "integer".into(),
        Kind::Bool => "true, false".into(),
        Kind::Within => "30d".into(),
    }
}

pub(super) fn bad(name: &str, wanted: &str) -> Fault {
    Fault::parameter(
        name,
        "invalid",
        say(
            format!("Giá trị không hợp lệ; cần: {wanted}."),
            format!("Not valid; expected: {wanted}."),
        ),
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

pub(super) fn key_value(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Instant => Some(Value::ChronoDateTimeUtc(Some(
            DateTime::from_timestamp_micros(text.parse().ok()?).filter(ours)?,
        ))),
        Kind::Text | Kind::Enum(_) => {
            (!text.chars().any(text::refused)).then(|| Value::String(Some(text.to_owned())))
        }
        Kind::Uuid | Kind::Date | Kind::Int | Kind::Bool | Kind::Within => one(kind, text),
    }
}
