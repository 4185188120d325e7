//! The grammar of keyset lists: filters, ranges, search, order, cursor, total, `fields` and
//! `expand`.
use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpRequest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::sea_query::extension::postgres::PgBinOper;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::value::{
    A_CURSOR, A_LIMIT, A_SEARCH, among, array_type, bad, expected, fulfilled, key_value, one,
    one_of, operand, searched, twice, wanted,
};
use crate::access::{self, Role, Sensitivity, Show};
use crate::api::resource::{Column, Field, FieldKind, Spec};
use crate::auth::cursors::Cursors;
use crate::auth::gate;
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;

/// Where a page ends and how to go on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Page)]
pub struct PageInfo {
    /// Page size
    #[schema(minimum = 1, maximum = 200)]
    pub limit: u32,
    /// Send as `cursor` for the next page; null on the last one
    #[schema(required = true, max_length = 2000, pattern = "^[A-Za-z0-9_-]+$")]
    pub next_cursor: Option<String>,
    /// Number of all items, counted up to 10001, which means more than 10,000; null unless `include_total=true`
    #[schema(required = true, minimum = 0, maximum = 10_001)]
    pub total: Option<i64>,
}

impl PageInfo {
    /// A page of `limit` items; `last` is the place of its last one if more follow.
    pub fn after(limit: u32, last: Option<&impl Serialize>) -> Self {
        let cursor = |last| URL_SAFE_NO_PAD.encode(serde_json::to_vec(last).unwrap_or_default());
        Self {
            limit,
            next_cursor: last.map(cursor),
            total: None,
        }
    }
}

/// The place that a cursor of [`PageInfo::after`] names.
pub fn place<T: DeserializeOwned>(cursor: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

/// The query string of a list. Its names are already checked against the document.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub pairs: BTreeMap<String, String>,
    pub path: String,
    cursors: Arc<Cursors>,
}

impl ListQuery {
    pub fn of(req: &HttpRequest) -> Result<Self> {
        let mut pairs: BTreeMap<String, String> = BTreeMap::new();
        // an array may be sent with commas or repeated
        for (name, value) in form_urlencoded::parse(req.query_string().as_bytes()) {
            pairs
                .entry(name.into_owned())
                .and_modify(|values| {
                    values.push(',');
                    values.push_str(&value);
                })
                .or_insert_with(|| value.into_owned());
        }
        Ok(Self {
            pairs,
            path: req.path().to_owned(),
            cursors: gate(req)?.keys.cursors.clone(),
        })
    }
}

/// One sort key.
pub struct Key {
    pub field: Field,
    pub descending: bool,
}

/// A list query after parsing: conditions, order, position.
pub struct Plan {
    /// Conditions of the filters.
    pub filters: Vec<Expr>,
    /// Name search: the kind of person, and the text.
    pub search: Option<(&'static str, String)>,
    /// The sort keys; the row's id is always the last tie-breaker.
    pub keys: Vec<Key>,
    /// Condition that selects the rows after the cursor.
    pub after: Option<Expr>,
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

impl ListQuery {
    /// Parses the query for a resource and a role, and reports all mistakes at once. By a field that
    /// the role cannot see, nothing is filtered or sorted.
    pub fn plan(
        &self,
        spec: &Spec,
        id: &'static dyn Column,
        role: Role,
        properties: &[String],
    ) -> Result<Plan> {
        let mut faults = Vec::new();
        let mut filters = Vec::new();
        let mut search = None;
        let open = |field: &Field| {
            field.class == Sensitivity::P0 || access::show(role, field.class, true) == Show::Full
        };
        let itself = Field::of(id, FieldKind::Uuid);
        for (name, raw) in &self.pairs {
            let known = |name: &str| {
                let mut fields = std::iter::once(&itself).chain(spec.fields);
                fields.find(|f| f.filter && f.name() == name)
            };
            let from = name.strip_suffix("_from").and_then(known);
            let to = name.strip_suffix("_to").and_then(known);
            let (field, bound) = match (known(name), from, to) {
                (Some(field), _, _) => (field, Bound::Same),
                (None, Some(field), _) if field.ranged() => (field, Bound::From),
                (None, _, Some(field)) if field.ranged() => (field, Bound::To),
                _ => continue,
            };
            if !open(field) {
                faults.push(Fault::parameter(
                    name.as_str(),
                    "forbidden",
                    say(
                        "Vai trò của tài khoản không được lọc theo trường này.",
                        "Your role may not filter by this field.",
                    ),
                ));
                continue;
            }
            match filter(field, bound, raw) {
                Some(condition) => filters.push(condition),
                None => faults.push(bad(name, &wanted(field.kind, raw))),
            }
        }
        if let (Some(q), Some(kind)) = (self.pairs.get("q"), spec.search) {
            match searched(q) {
                Some(q) => search = Some((kind, q)),
                None => faults.push(bad("q", &say(A_SEARCH[0], A_SEARCH[1]))),
            }
        }
        let limit = match self.pairs.get("limit").map(|l| l.parse::<u32>()) {
            None => 50,
            Some(Ok(n)) if (1..=200).contains(&n) => n,
            Some(_) => {
                faults.push(bad("limit", &say(A_LIMIT[0], A_LIMIT[1])));
                50
            }
        };
        let include_total = self.flag("include_total", &mut faults);
        let fields = self.names("fields", properties, &mut faults);
        let known: Vec<String> = spec.expand.iter().map(|e| e.name.to_owned()).collect();
        let expand = self
            .names("expand", &known, &mut faults)
            .unwrap_or_default();
        let (mut keys, order) = self.order(spec, open, &mut faults);
        if !faults.is_empty() {
            return Err(Error::faults(Code::InvalidParameter, faults));
        }
        let descending = keys.first().is_some_and(|k| k.descending);
        keys.push(Key {
            field: itself,
            descending,
        });
        let fingerprint = self.fingerprint(&order);
        let after = self.after(&keys, &fingerprint)?;
        Ok(Plan {
            filters,
            search,
            keys,
            after,
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
                faults.push(bad(name, &expected(FieldKind::Bool)));
                false
            }
        }
    }

    pub(super) fn names(
        &self,
        name: &str,
        known: &[String],
        faults: &mut Vec<Fault>,
    ) -> Option<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        for given in self.pairs.get(name)?.split(',').map(str::to_owned) {
            if !known.contains(&given) {
                faults.push(bad(name, &one_of(known)));
                break;
            }
            // a parameter that is repeated is reported once
            if !names.contains(&given) {
                names.push(given);
            }
        }
        Some(names)
    }

    fn order(
        &self,
        spec: &Spec,
        open: impl Fn(&Field) -> bool,
        faults: &mut Vec<Fault>,
    ) -> (Vec<Key>, String) {
        let order = self
            .pairs
            .get("sort")
            .cloned()
            .unwrap_or_else(|| spec.sort.to_owned());
        let sorts = || spec.fields.iter().filter(|f| f.sort && open(f));
        let mut keys: Vec<Key> = Vec::new();
        for part in order.split(',') {
            let (name, descending) = part.strip_prefix('-').map_or((part, false), |n| (n, true));
            match sorts().find(|f| f.name() == name) {
                Some(field) if keys.iter().all(|k| k.field.name() != name) => keys.push(Key {
                    field: *field,
                    descending,
                }),
                Some(_) => {
                    faults.push(twice("sort", name));
                    break;
                }
                None => {
                    let known: Vec<&str> = sorts().map(Field::name).collect();
                    faults.push(bad("sort", &one_of(&known)));
                    break;
                }
            }
        }
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

    /// Condition that selects the rows after the one that the cursor names.
    fn after(&self, keys: &[Key], fingerprint: &str) -> Result<Option<Expr>> {
        let Some(raw) = self.pairs.get("cursor") else {
            return Ok(None);
        };
        let wanted = || say(A_CURSOR[0], A_CURSOR[1]);
        let invalid = || Error::faults(Code::InvalidCursor, vec![bad("cursor", &wanted())]);
        let bytes = self.cursors.open(raw).ok_or_else(invalid)?;
        let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
        if cursor.f != fingerprint || cursor.k.len() != keys.len() {
            return Err(invalid());
        }
        let mut values = Vec::new();
        for (key, text) in keys.iter().zip(&cursor.k) {
            values.push(Expr::val(
                key_value(key.field.kind, text).ok_or_else(invalid)?,
            ));
        }
        let beyond = |descending: bool, here: Expr, there: Expr| {
            if descending {
                here.lt(there)
            } else {
                here.gt(there)
            }
        };
        // same direction: a row comparison, which an index can serve; mixed: spelled out
        if keys.windows(2).all(|w| w[0].descending == w[1].descending) {
            let here = Expr::tuple(keys.iter().map(|k| k.field.expr()));
            return Ok(Some(beyond(keys[0].descending, here, Expr::tuple(values))));
        }
        let mut any = Condition::any();
        for (i, key) in keys.iter().enumerate() {
            let same = keys.iter().zip(&values).take(i);
            let all = same.fold(Condition::all(), |all, (key, value)| {
                all.add(key.field.expr().eq(value.clone()))
            });
            any = any.add(all.add(beyond(key.descending, key.field.expr(), values[i].clone())));
        }
        Ok(Some(any.into()))
    }

    /// The cursor of the row with these keys.
    pub fn cursor(&self, plan: &Plan, keys: Vec<String>) -> String {
        let f = plan.fingerprint.clone();
        let cursor = serde_json::to_vec(&Cursor { f, k: keys });
        self.cursors.seal(&cursor.unwrap_or_default())
    }

    /// URL of the next page.
    pub fn next(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs.iter().filter(|(n, _)| *n != "cursor") {
            query.append_pair(name, value);
        }
        query.append_pair("cursor", cursor);
        format!("{}?{}", self.path, query.finish())
    }
}

/// What a parameter is compared for: equality, or one end of a range.
#[derive(Clone, Copy)]
enum Bound {
    Same,
    From,
    To,
}

/// The condition that a parameter states; `None` if its value is malformed.
fn filter(field: &Field, bound: Bound, raw: &str) -> Option<Expr> {
    let here = field.expr();
    match bound {
        Bound::From => return Some(here.gte(one(field.kind, raw)?)),
        Bound::To => return Some(here.lte(one(field.kind, raw)?)),
        Bound::Same => {}
    }
    if let Some(condition) = field.within() {
        return fulfilled(field.kind, raw, condition);
    }
    let Some(most) = field.kind.most() else {
        return Some(here.eq(operand(field.kind, one(field.kind, raw)?)));
    };
    let mut values: Vec<Value> = raw
        .split(',')
        .map(|part| one(field.kind, part))
        .collect::<Option<_>>()?;
    match values.len() {
        n if n > most => None,
        _ if field.array => {
            let values = Expr::val(Value::Array(array_type(field.kind), Some(Box::new(values))));
            Some(here.binary(PgBinOper::Overlap, values))
        }
        1 => Some(here.eq(operand(field.kind, values.remove(0)))),
        _ => Some(among(here, field.kind, values)),
    }
}
