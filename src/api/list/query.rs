//! Keyset lists with the house's whole grammar: filters, ranges, search, order, cursor, total,
//! fields, expand.
use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::HttpRequest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{ArrayType, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{self, Class, Role, Show};
use crate::api::resource::{Field, Kind, Spec};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;
use crate::law::text;

/// Where a page ends and how to go on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Page)]
pub struct PageInfo {
    /// Items asked for
    #[schema(minimum = 1, maximum = 200)]
    pub limit: u32,
    /// Send as `cursor` for the next page; null on the last one
    #[schema(required = true, max_length = 2000, pattern = "^[A-Za-z0-9_-]+$")]
    pub next_cursor: Option<String>,
    /// Number of all items; null unless `include_total=true`
    #[schema(required = true, minimum = 0)]
    pub total: Option<i64>,
}

/// The query string of a list, names already checked against the document.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub pairs: BTreeMap<String, String>,
    pub path: String,
}

impl ListQuery {
    pub fn of(req: &HttpRequest) -> Self {
        let pairs = form_urlencoded::parse(req.query_string().as_bytes())
            .into_owned()
            .collect();
        Self {
            pairs,
            path: req.path().to_owned(),
        }
    }
}

/// Text of a statement and its values.
#[derive(Default, Debug)]
pub struct Sql {
    pub text: String,
    pub values: Vec<Value>,
}

impl Sql {
    /// Binds a value and gives its placeholder.
    pub fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

/// A list query understood: conditions, order, position.
pub struct Plan {
    pub sql: Sql,
    /// `and …` conditions of the filters.
    pub filters: String,
    pub keys: Vec<(Field, bool)>,
    pub keyset: String,
    /// Values of the filters; those of the keyset follow.
    pub filter_values: usize,
    pub limit: u32,
    pub include_total: bool,
    pub fields: Option<Vec<String>>,
    pub expand: Vec<String>,
    fingerprint: String,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    /// Fingerprint of sort and filters.
    f: String,
    k: Vec<String>,
}

fn one(kind: Kind, raw: &str) -> Option<Value> {
    Some(match kind {
        Kind::Uuid => Value::Uuid(Some(Uuid::parse_str(raw).ok().filter(|_| raw.len() == 36)?)),
        Kind::Text => Value::String(Some(text::normal(raw)).filter(|t| {
            !t.is_empty() && t.chars().count() <= 200 && !raw.chars().any(text::refused)
        }))
        .into_some()?,
        Kind::Enum(known) => Value::String(Some(known.iter().find(|k| **k == raw)?.to_string())),
        Kind::Date => Value::ChronoDate(Some(date(raw)?)),
        Kind::Instant => Value::ChronoDateTimeUtc(Some(
            raw.parse::<DateTime<Utc>>()
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

/// Of our time: what PostgreSQL can hold, and nothing that is surely a mistake.
fn ours(at: &DateTime<Utc>) -> bool {
    (1900..2100).contains(&chrono::Datelike::year(at))
}

/// A plain date of our time, `YYYY-MM-DD`.
pub fn date(raw: &str) -> Option<NaiveDate> {
    if raw.len() != 10 {
        return None;
    }
    raw.parse::<NaiveDate>()
        .ok()
        .filter(|d| (1900..2100).contains(&chrono::Datelike::year(d)))
}

fn array_type(kind: Kind) -> ArrayType {
    match kind {
        Kind::Uuid => ArrayType::Uuid,
        Kind::Text | Kind::Enum(_) => ArrayType::String,
        Kind::Date => ArrayType::ChronoDate,
        Kind::Instant => ArrayType::ChronoDateTimeUtc,
        Kind::Int | Kind::Within => ArrayType::Int,
        Kind::Bool => ArrayType::Bool,
    }
}

fn expected(kind: Kind) -> String {
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

fn bad(name: &str, wanted: &str) -> Fault {
    Fault::parameter(
        name,
        "invalid",
        say(
            format!("Giá trị không hợp lệ; cần: {wanted}."),
            format!("Not valid; expected: {wanted}."),
        ),
    )
}

/// The order key of a row as text, for the cursor.
pub fn key_text(field: &Field) -> String {
    match field.kind {
        Kind::Instant => format!(
            "(extract(epoch from {}) * 1000000)::bigint::text",
            field.sql
        ),
        Kind::Uuid
        | Kind::Text
        | Kind::Enum(_)
        | Kind::Date
        | Kind::Int
        | Kind::Bool
        | Kind::Within => format!("({})::text", field.sql),
    }
}

fn key_value(kind: Kind, text: &str) -> Option<Value> {
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

impl ListQuery {
    /// Understands the query for a resource and a role. All mistakes at once. A field that the role does not see is no parameter for it.
    pub fn plan(
        &self,
        spec: &Spec,
        role: Role,
        properties: &[String],
        parent: Option<(&str, Uuid)>,
    ) -> Result<Plan> {
        let mut faults = Vec::new();
        let mut sql = Sql::default();
        let mut filters = String::new();
        let open = |field: &Field| {
            field.class == Class::P0 || access::show(role, field.class, true) == Show::Full
        };
        for (name, raw) in &self.pairs {
            let plain = spec.fields.iter().find(|f| f.filter && f.name == name);
            let ranged = ["_from", "_to"].iter().find_map(|end| {
                let base = name.strip_suffix(end)?;
                spec.fields
                    .iter()
                    .find(|f| f.filter && f.ranged() && f.name == base)
                    .map(|f| (f, *end))
            });
            let Some(field) = plain.or(ranged.map(|(f, _)| f)) else {
                continue;
            };
            if !open(field) {
                faults.push(Fault::parameter(
                    name.as_str(),
                    "unknown",
                    say("Không có tham số này.", "There is no such parameter."),
                ));
                continue;
            }
            let column = field.sql;
            if plain.is_some() {
                let values: Option<Vec<Value>> =
                    raw.split(',').map(|part| one(field.kind, part)).collect();
                match values {
                    Some(values) if field.kind == Kind::Within && values.len() == 1 => {
                        let place = values
                            .into_iter()
                            .next()
                            .map(|v| sql.bind(v))
                            .unwrap_or_default();
                        let _ = write!(filters, " and {column}{place}::int)");
                    }
                    Some(values) if values.len() <= 50 && field.kind != Kind::Within => {
                        let values: Vec<Value> = values;
                        if field.array {
                            let place = sql
                                .bind(Value::Array(array_type(field.kind), Some(Box::new(values))));
                            let _ = write!(filters, " and {column} && {place}");
                        } else if values.len() == 1 {
                            let place = values
                                .into_iter()
                                .next()
                                .map(|v| sql.bind(v))
                                .unwrap_or_default();
                            let _ = write!(filters, " and {column} = {place}");
                        } else {
                            let place = sql
                                .bind(Value::Array(array_type(field.kind), Some(Box::new(values))));
                            let _ = write!(filters, " and {column} = any ({place})");
                        }
                    }
                    _ => faults.push(bad(name, &expected(field.kind))),
                }
            } else if let Some((_, end)) = ranged {
                match one(field.kind, raw) {
                    Some(value) => {
                        let place = sql.bind(value);
                        let _ = write!(
                            filters,
                            " and {column} {} {place}",
                            if end == "_from" { ">=" } else { "<=" }
                        );
                    }
                    None => faults.push(bad(name, &expected(field.kind))),
                }
            }
        }
        if let (Some(q), Some(kind)) = (self.pairs.get("q"), spec.search) {
            let q = text::normal(q);
            if q.chars().count() > 100
                || q.chars().any(text::refused)
                || !q.chars().any(char::is_alphanumeric)
            {
                faults.push(bad("q", "1-100 characters"));
            } else {
                let place = sql.bind(Value::String(Some(q)));
                let _ = write!(
                    filters,
                    " and id in (select app.search_names('{kind}', {place}))"
                );
            }
        }
        let limit = match self.pairs.get("limit").map(|l| l.parse::<u32>()) {
            None => 50,
            Some(Ok(n)) if (1..=200).contains(&n) => n,
            Some(_) => {
                faults.push(bad("limit", "1..200"));
                50
            }
        };
        let include_total = self.flag("include_total", &mut faults);
        let fields = self.names("fields", properties, &mut faults);
        let known: Vec<String> = spec.expand.iter().map(|e| e.name.to_owned()).collect();
        let expand = self
            .names("expand", &known, &mut faults)
            .unwrap_or_default();
        let (keys, order) = self.order(spec, open, &mut faults);
        if !faults.is_empty() {
            return Err(Error::faults(Code::InvalidParameter, faults));
        }
        if let Some((column, id)) = parent {
            let place = sql.bind(id.into());
            let _ = write!(filters, " and {column} = {place}");
        }
        let filter_values = sql.values.len();
        let fingerprint = self.fingerprint(&order);
        let keyset = self.keyset(&mut sql, &keys, &fingerprint)?;
        Ok(Plan {
            sql,
            filters,
            keys,
            keyset,
            filter_values,
            limit,
            include_total,
            fields,
            expand,
            fingerprint,
        })
    }

    fn flag(&self, name: &str, faults: &mut Vec<Fault>) -> bool {
        match self.pairs.get(name).map(String::as_str) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                faults.push(bad(name, "true, false"));
                false
            }
        }
    }

    fn names(&self, name: &str, known: &[String], faults: &mut Vec<Fault>) -> Option<Vec<String>> {
        let names: Vec<String> = self
            .pairs
            .get(name)?
            .split(',')
            .map(str::to_owned)
            .collect();
        if names.len() > known.len() || names.iter().any(|n| !known.contains(n)) {
            faults.push(bad(name, &known.join(", ")));
        }
        Some(names)
    }

    fn order(
        &self,
        spec: &Spec,
        open: impl Fn(&Field) -> bool,
        faults: &mut Vec<Fault>,
    ) -> (Vec<(Field, bool)>, String) {
        let order = self
            .pairs
            .get("sort")
            .cloned()
            .unwrap_or_else(|| spec.sort.to_owned());
        let mut keys: Vec<(Field, bool)> = Vec::new();
        for part in order.split(',') {
            let (name, descending) = part.strip_prefix('-').map_or((part, false), |n| (n, true));
            match spec
                .fields
                .iter()
                .find(|f| f.sort && f.name == name && open(f))
            {
                Some(field) if keys.iter().all(|(k, _)| k.name != name) => {
                    keys.push((*field, descending));
                }
                _ => {
                    let known: Vec<&str> = spec
                        .fields
                        .iter()
                        .filter(|f| f.sort && open(f))
                        .map(|f| f.name)
                        .collect();
                    faults.push(bad("sort", &known.join(", ")));
                    break;
                }
            }
        }
        let last = keys.first().is_some_and(|(_, d)| *d);
        keys.push((Field::of("id", Kind::Uuid), last));
        (keys, order)
    }

    fn fingerprint(&self, order: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.path);
        hash.update(order);
        for (name, value) in self.pairs.iter().filter(|(n, _)| {
            ![
                "cursor",
                "limit",
                "include_total",
                "fields",
                "expand",
                "sort",
            ]
            .contains(&n.as_str())
        }) {
            hash.update([0]);
            hash.update(name);
            hash.update([1]);
            hash.update(value);
        }
        URL_SAFE_NO_PAD.encode(&hash.finalize()[..9])
    }

    fn keyset(&self, sql: &mut Sql, keys: &[(Field, bool)], fingerprint: &str) -> Result<String> {
        let Some(raw) = self.pairs.get("cursor") else {
            return Ok(String::new());
        };
        let invalid = || Error::faults(Code::InvalidCursor, vec![bad("cursor", "next_cursor")]);
        let bytes = URL_SAFE_NO_PAD.decode(raw).map_err(|_| invalid())?;
        let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
        if cursor.f != fingerprint || cursor.k.len() != keys.len() {
            return Err(invalid());
        }
        let mut places = Vec::new();
        for ((field, _), text) in keys.iter().zip(&cursor.k) {
            places.push(sql.bind(key_value(field.kind, text).ok_or_else(invalid)?));
        }
        let columns: Vec<&str> = keys.iter().map(|(f, _)| f.sql).collect();
        // one direction: a row comparison, which an index can follow; mixed: spelled out
        if keys.windows(2).all(|w| w[0].1 == w[1].1) {
            let than = if keys.first().is_some_and(|(_, d)| *d) {
                "<"
            } else {
                ">"
            };
            return Ok(format!(
                " and ({}) {than} ({})",
                columns.join(", "),
                places.join(", ")
            ));
        }
        let mut any = Vec::new();
        for i in 0..keys.len() {
            let mut all: Vec<String> = (0..i)
                .map(|j| format!("{} = {}", columns[j], places[j]))
                .collect();
            all.push(format!(
                "{} {} {}",
                columns[i],
                if keys[i].1 { "<" } else { ">" },
                places[i]
            ));
            any.push(format!("({})", all.join(" and ")));
        }
        Ok(format!(" and ({})", any.join(" or ")))
    }

    /// The address of the next page.
    pub fn next(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs.iter().filter(|(n, _)| *n != "cursor") {
            query.append_pair(name, value);
        }
        query.append_pair("cursor", cursor);
        format!("{}?{}", self.path, query.finish())
    }
}

impl Plan {
    pub fn order_by(&self) -> String {
        self.keys
            .iter()
            .map(|(f, descending)| {
                format!("{} {}", f.sql, if *descending { "desc" } else { "asc" })
            })
            .collect::<Vec<_>>()
            .join(", ")
    }
    pub fn cursor(&self, keys: Vec<String>) -> String {
        URL_SAFE_NO_PAD.encode(
            serde_json::to_vec(&Cursor {
                f: self.fingerprint.clone(),
                k: keys,
            })
            .unwrap_or_default(),
        )
    }
}
