//! Values of a row's fields before and after a change, kept in the audit trail. Those about a
//! person are sealed with the person's key, so that an erasure destroys them too.
use std::collections::BTreeMap;

use sea_orm::sea_query::Value as Bound;
use sea_orm::{ActiveModelTrait as _, EntityTrait, ModelTrait as _};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::resource::{Active, Resource, Row, Viewer};
use super::sealed::{self, KEY};
use crate::db::Tx;
use crate::db::tables::{candidate, member};
use crate::error::{Error, Result};
use crate::sealing::{Place, Seals};

/// By the name of the field, what stood there before and what stands there afterwards.
pub type Values = Map<String, Value>;

/// What the entry of a change keeps of the values.
#[derive(Debug, Default)]
pub struct Kept {
    /// The id of the entry, for which they were sealed.
    pub entry: Option<Uuid>,
    pub open: Option<Value>,
    pub sealed: Option<Vec<u8>>,
}

/// A field that was changed
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChange {
    /// Name of the field
    #[schema(max_length = 100, example = "role")]
    pub field: String,
    /// What stood there before: a text as it is, anything else as JSON writes it
    #[schema(required = true, max_length = 100_000, example = "trade_union")]
    pub before: Option<String>,
    /// What stood there afterwards; null also where the row was removed
    #[schema(required = true, max_length = 100_000, example = "party_office")]
    pub after: Option<String>,
}

/// What no change is about.
const BESIDE: [&str; 5] = ["id", "version", "created_at", "updated_at", "_hidden"];

/// The row with all its values.
pub fn whole<R: Resource>(row: &Row<R>, viewer: &Viewer) -> Result<Value> {
    let viewer = Viewer {
        recorded: true,
        ..viewer.clone()
    };
    serde_json::to_value(R::show(row.clone(), &viewer)).map_err(Error::internal)
}

/// The differences between two states of a row; without the second, all values of the first.
pub fn between(before: &Value, after: &Value) -> Values {
    let fields = before.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| !BESIDE.contains(&name.as_str()));
    let pair = |(name, was): (&String, &Value)| {
        let is = after.get(name).unwrap_or(&Value::Null);
        (was != is).then(|| (name.clone(), json!([was, is])))
    };
    fields.filter_map(pair).collect()
}

/// The values of these fields of an edit. What was sealed in the row is told by `stored`.
pub fn of_edit(
    fields: &[String],
    (before, after): (&Value, &Value),
    stored: impl Fn(&str) -> Option<Value>,
) -> Values {
    let pair = |name: &String| {
        let was = stored(name).unwrap_or_else(|| before[name].clone());
        (name.clone(), json!([was, after[name]]))
    };
    fields.iter().map(pair).collect()
}

/// The row with the data key that it will have.
pub fn with_its_key<R: Resource>(row: &Row<R>, active: &Active<R>) -> Row<R> {
    let mut row = row.clone();
    if let Ok(column) = KEY.parse::<<R::Entity as EntityTrait>::Column>()
        && let Some(key) = active.get(column).into_value()
    {
        row.set(column, key);
    }
    row
}

/// Whom a row is about, and their sealed data key; `None` where it is about nobody.
async fn about<R: Resource>(tx: &Tx, row: &Row<R>) -> Result<Option<(Uuid, Option<Vec<u8>>)>> {
    let value = |name: &str| {
        let column = name.parse::<<R::Entity as EntityTrait>::Column>().ok()?;
        Some(row.get(column))
    };
    if let Some(key) = value(KEY) {
        return Ok(Some((R::key(row).0, sealed::bytes(key))));
    }
    if let Some(Bound::Uuid(Some(id))) = value("candidate_id") {
        let person = tx.by_id::<candidate::Entity>(id).await?;
        return Ok(Some((id, person.and_then(|person| person.data_key))));
    }
    if let Some(Bound::Uuid(Some(id))) = value("member_id") {
        let person = tx.by_id::<member::Entity>(id).await?;
        return Ok(Some((id, person.and_then(|person| person.data_key))));
    }
    Ok(None)
}

const fn place(entry: Uuid) -> Place {
    Place {
        table: "audit_entry",
        column: "sealed",
        row: entry,
    }
}

/// What the entry keeps. Of a person who has no key nothing: what is not sealed could not be erased.
pub async fn keep<R: Resource>(tx: &Tx, row: &Row<R>, values: Values) -> Result<Kept> {
    if values.is_empty() {
        return Ok(Kept::default());
    }
    let values = Value::Object(values);
    let Some((person, key)) = about::<R>(tx, row).await? else {
        return Ok(Kept {
            open: Some(values),
            ..Kept::default()
        });
    };
    let Some((seals, key)) = tx.seals().zip(key) else {
        return Ok(Kept::default());
    };
    let entry = Uuid::now_v7();
    // a key that does not open must not prevent the correction of fields that are not sealed
    let Ok(person) = seals.person(person, &key).inspect_err(sealed::log_unopened) else {
        return Ok(Kept::default());
    };
    let sealed = person.seal_in(place(entry), &values.to_string());
    Ok(Kept {
        entry: Some(entry),
        open: None,
        sealed: Some(sealed.map_err(Error::internal)?),
    })
}

/// The values of an entry about this person, if they open.
pub fn open(
    seals: Option<&Seals>,
    (person, key): (Uuid, Option<&[u8]>),
    (entry, sealed): (Uuid, &[u8]),
) -> Option<Values> {
    let (seals, key) = seals.zip(key)?;
    let opened = seals.person(person, key);
    let opened = opened.and_then(|person| person.open_in(place(entry), sealed));
    let opened = opened.inspect_err(sealed::log_unopened).ok()?;
    serde_json::from_str(&opened).ok()
}

/// Puts the values in the place of what was sealed, in an entry as PostgreSQL writes it in JSON. `keys`
/// are those of the persons it may be about.
pub fn open_in(seals: Option<&Seals>, entry: &mut Value, keys: &BTreeMap<Uuid, Vec<u8>>) {
    let id = |name: &str| entry[name].as_str().and_then(|id| id.parse::<Uuid>().ok());
    if let (Some(entry_id), Some(person)) = (id("id"), id("resource_id"))
        && let Some(sealed) = sealed::read(&entry["sealed"])
    {
        let key = keys.get(&person).map(Vec::as_slice);
        entry["changes"] = open(seals, (person, key), (entry_id, &sealed)).into();
    }
    entry
        .as_object_mut()
        .and_then(|entry| entry.remove("sealed"));
}

/// The values as they are shown.
pub fn shown(values: &Values) -> Vec<FieldChange> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Some(value.to_string())
        }
    };
    let change = |(field, value): (&String, &Value)| FieldChange {
        field: field.clone(),
        before: text(&value[0]),
        after: text(&value[1]),
    };
    values.iter().map(change).collect()
}
