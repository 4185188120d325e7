//! Query parameters of operations that are not lists.
use std::borrow::Cow;
use std::fmt::Display;
use std::future::{Ready, ready};
use std::ops::RangeInclusive;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer};
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

use super::list::value::{A_CURSOR, A_DATE, A_LIMIT, A_YEAR, AN_ID, not_valid, one_of, repeated};
use super::misfit::unreadable;
use super::operation::{Argument, Draft};
use super::wrong;
use crate::error::{At, Code, Error, Fault, Result};
use crate::law::calendar::{plus_months, year_end};
use crate::law::{Words, say, text};

/// Query parameters, deserialized into `T`.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

/// 400 that names the parameter.
pub fn invalid(name: &str, detail: Words) -> Error {
    Error::faults(
        Code::InvalidParameter,
        vec![Fault::parameter(name, "invalid", detail)],
    )
}

/// Parameters with several values, which may be repeated.
const ARRAYS: [&str; 2] = ["group_by", "id"];

/// The query with the values of a repeated array in one, separated by commas. Whatever else stands
/// twice is noted, and counts once.
fn joined(query: &str, faults: &mut Vec<Fault>) -> String {
    let mut pairs: Vec<(Cow<'_, str>, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) if ARRAYS.contains(&&*name) => *all = format!("{all},{value}"),
            Some(_) => faults.push(repeated(&name)),
            None => pairs.push((name, value.into_owned())),
        }
    }
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// 400 with these faults; of the cursor alone as in lists.
fn refused(faults: Vec<Fault>) -> Error {
    let of_cursor = |fault: &Fault| matches!(&fault.at, At::Parameter(name) if name == "cursor");
    let code = if faults.iter().all(of_cursor) {
        Code::InvalidCursor
    } else {
        Code::InvalidParameter
    };
    Error::faults(code, faults)
}

/// Reports every malformed value at once: a parameter that fails is noted and dropped, and the rest
/// parsed again.
fn read<T: DeserializeOwned>(query: &str) -> Result<T> {
    let mut faults = Vec::new();
    let mut query = joined(query, &mut faults);
    loop {
        let pairs = form_urlencoded::parse(query.as_bytes());
        match serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)) {
            Ok(read) if faults.is_empty() => return Ok(read),
            Ok(_) => return Err(refused(faults)),
            Err(e) => query = without(&query, &e.path().to_string(), e.inner(), &mut faults)?,
        }
    }
}

/// The query without the parameter that failed, which is noted.
fn without(query: &str, name: &str, why: &dyn Display, faults: &mut Vec<Fault>) -> Result<String> {
    let detail = explained(&why.to_string());
    faults.push(Fault::parameter(name, "invalid", detail));
    let rest = form_urlencoded::parse(query.as_bytes()).filter(|(n, _)| n != name);
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(rest)
        .finish();
    if rest.len() == query.len() {
        return Err(refused(std::mem::take(faults)));
    }
    Ok(rest)
}

/// Separates the two languages of what a parameter wants, for an error type that holds one text.
const APART: char = '\u{1f}';

/// What a parameter wants, as the error of its parsing.
fn wanted<E: serde::de::Error>([vi, en]: [&str; 2]) -> E {
    E::custom(format!("{vi}{APART}{en}"))
}

/// The same for one or more of these words.
pub fn words_wanted<E: serde::de::Error>(known: &[&str]) -> E {
    let known = known.join(", ");
    wanted([&known, &known])
}

/// The sentence for an error of parsing: what the parameter wants, if its parser said so. The parsers of
/// enumerations and truth values name the words that they know, in backticks, at the end.
fn explained(error: &str) -> Words {
    if let Some((vi, en)) = error.split_once(APART) {
        return not_valid(&say(vi, en));
    }
    let ends = ["expected ", "was not "];
    let end = ends.iter().find_map(|end| Some(error.rsplit_once(end)?.1));
    let known: Vec<&str> = end
        .into_iter()
        .flat_map(|end| end.split('`'))
        .skip(1)
        .step_by(2)
        .collect();
    if known.is_empty() {
        return unreadable();
    }
    not_valid(&one_of(&known))
}

/// A whole number within these bounds; what is no number at all wants the same.
fn number<'de, D: Deserializer<'de>, N: DeserializeOwned + PartialOrd>(
    deserializer: D,
    bounds: &RangeInclusive<N>,
    words: [&str; 2],
) -> Result<Option<N>, D::Error> {
    let number = Option::<N>::deserialize(deserializer).map_err(|_| wanted(words))?;
    match number {
        Some(number) if !bounds.contains(&number) => Err(wanted(words)),
        number => Ok(number),
    }
}

/// A year from 1990 to 2100.
pub fn year<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    number(deserializer, &(1990..=2100), A_YEAR)
}

/// A number from 1 to 12: a month or a quarter.
pub fn ordinal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    let words = ["một số từ 1 đến 12", "a number from 1 to 12"];
    number(deserializer, &(1..=12), words)
}

/// A plain date, parsed as in lists.
pub fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(raw) = Option::<Cow<str>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    match super::list::value::date(&raw) {
        Some(day) => Ok(Some(day)),
        None => Err(wanted(A_DATE)),
    }
}

/// An id, parsed as in lists.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uuid>, D::Error> {
    let Some(raw) = Option::<Cow<str>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let id = super::list::value::id(&raw).ok_or_else(|| wanted(AN_ID))?;
    Ok(Some(id))
}

/// As many ids as a page has rows.
pub fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Uuid>, D::Error> {
    const MOST: usize = 200;
    let raw = Cow::<str>::deserialize(deserializer)?;
    let all: Option<Vec<Uuid>> = raw.split(',').map(super::list::value::id).collect();
    all.filter(|ids| ids.len() <= MOST)
        .ok_or_else(|| wanted(["từ 1 đến 200 mã UUID", "1 to 200 UUIDs"]))
}

/// Items of a page.
pub fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    number(deserializer, &(1..=200), A_LIMIT)
}

/// The place after which a page begins, from the `next_cursor` of the page before.
pub fn cursor<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let Some(raw) = Option::<Cow<str>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    match super::list::query::place(&raw) {
        Some(place) => Ok(Some(place)),
        None => Err(wanted(A_CURSOR)),
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(wrong::noted(req, read(req.query_string()).map(Self)))
    }
}

impl<T: IntoParams> Argument for Query<T> {
    fn describe(draft: &mut Draft) {
        for mut parameter in T::into_params(|| Some(ParameterIn::Query)) {
            parameter.schema = parameter.schema.map(present);
            draft.asks(parameter);
        }
    }
}

/// The schema of an optional field without `null`: a query parameter is omitted, never null. The words
/// of an enumeration stand here without its own description.
fn present(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Array(types) = &object.schema_type
                && let Some(only) = types.iter().find(|t| **t != Type::Null)
            {
                object.schema_type = SchemaType::Type(only.clone());
            }
            if object.enum_values.is_some() {
                object.description = None;
            }
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::OneOf(one_of)) => {
            let named = one_of.items.iter().find(|s| matches!(s, RefOr::Ref(_)));
            named.cloned().unwrap_or(RefOr::T(Schema::OneOf(one_of)))
        }
        RefOr::Ref(named) => RefOr::Ref(named),
        RefOr::T(other) => RefOr::T(other),
    }
}

/// Years from today within which one may ask for a way ahead.
const YEARS_AHEAD: u32 = 5;

/// The day by which the goal is wanted, the last day of this year if none is asked for; 400 beyond the
/// years that anybody plans for.
pub fn foreseeable(until: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate> {
    let until = until.unwrap_or_else(|| year_end(today));
    if until > plus_months(today, 12 * YEARS_AHEAD) {
        return Err(invalid(
            "until",
            say(
                format!("Không quá {YEARS_AHEAD} năm kể từ hôm nay."),
                format!("At most {YEARS_AHEAD} years from today."),
            ),
        ));
    }
    Ok(until)
}

/// The reason that a query gives, if any, in its normal form; 400 if it is empty or has more than
/// `most` characters.
pub fn reason(raw: Option<&str>, most: usize) -> Result<Option<String>> {
    let Some(raw) = raw else {
        return Ok(None);
    };
    let reason = text::normal(raw);
    if reason.is_empty() || reason.chars().count() > most || raw.chars().any(text::refused) {
        return Err(invalid(
            "reason",
            say(
                format!("1-{most} ký tự nhìn thấy được, không có ký tự điều khiển."),
                format!("1-{most} visible characters, without control characters."),
            ),
        ));
    }
    Ok(Some(reason))
}
