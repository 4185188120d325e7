//! What of a person is stored sealed: opened where it is shown whole, sealed where it is written, and
//! nowhere else.
use data_encoding::HEXLOWER;
use sea_orm::sea_query::Value as Bound;
use sea_orm::{ActiveModelTrait as _, IdenStatic as _, ModelTrait as _};
use serde_json::Value;
use uuid::Uuid;

use super::resource::{Editable, Viewer};
use crate::access::{Class, Show};
use crate::db::{Db, Table as _};
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::sealing::Person;

/// What a mask leaves of a value: that there is one.
const MASK: &str = "•••";

/// The columns of a table that are stored sealed.
#[derive(Clone, Copy)]
pub struct Sealed<C: 'static> {
    pub columns: &'static [C],
    /// Holds the data key of the person, sealed.
    pub key: C,
    /// A sealed column, and the one that holds its index.
    pub indexed: (C, C),
}

/// Where there is no `seal.key` or `index.key`, or the person has no data key.
fn without_key() -> Error {
    Error::new(Code::InvalidTransition).detail(say(
        "Máy chủ chưa có khóa niêm phong (seal.key, index.key) cho người này, nên chưa đọc, chưa ghi được số căn cước, điện thoại, địa chỉ. Quản trị viên chạy `ketnap doctor`, `ketnap keys rotate`.",
        "The server has no sealing key (seal.key, index.key) for this person yet, so citizen number, phone and address can be neither read nor written. See `ketnap doctor` and `ketnap keys rotate`.",
    ))
}

/// The data key of a new person; none where a key file is missing.
pub fn new_key(db: &Db, id: Uuid) -> Result<Option<Vec<u8>>> {
    let key = db.seals().map(|seals| seals.new_data_key(id)).transpose();
    key.map_err(Error::internal)
}

fn bytes(value: Bound) -> Option<Vec<u8>> {
    if let Bound::Bytes(bytes) = value {
        bytes
    } else {
        None
    }
}

impl Viewer {
    /// Sealed values of a person as this role sees them: whole, hidden, or that there is one. Names
    /// in `hidden` what cannot be opened.
    pub fn open<const N: usize>(
        &self,
        submitted: bool,
        (id, key): (Uuid, Option<&[u8]>),
        values: [(&'static str, Option<Vec<u8>>); N],
        hidden: &mut Vec<&'static str>,
    ) -> [Option<String>; N] {
        let shown = self.shown(Class::P2, submitted);
        if shown != Show::Full || values.iter().all(|(_, value)| value.is_none()) {
            let mask = || (shown == Show::Masked).then(|| MASK.to_owned());
            return values.map(|(_, value)| value.and_then(|_| mask()));
        }
        let person = match (&self.seals, key) {
            (Some(seals), Some(key)) => seals.person(id, key).inspect_err(told).ok(),
            _ => None,
        };
        values.map(|(name, value)| {
            let value = value?;
            let open = |person: &Person| person.open(name, &value).inspect_err(told).ok();
            let opened = person.as_ref().and_then(open);
            if opened.is_none() {
                hidden.push(name);
            }
            opened
        })
    }
}

fn told(why: &anyhow::Error) {
    tracing::error!("a sealed value opens nothing: {why}");
}

/// Opens the sealed values of a person's row as PostgreSQL writes it in JSON. What does not open fails
/// the whole.
pub(super) fn open(db: &Db, row: &mut Value) -> Result<()> {
    let read = |value: &Value| {
        HEXLOWER
            .decode(value.as_str()?.strip_prefix("\\x")?.as_bytes())
            .ok()
    };
    let id: Option<Uuid> = row["id"].as_str().and_then(|id| id.parse().ok());
    let key = row.as_object_mut().and_then(|row| row.remove("data_key"));
    let key = key.as_ref().and_then(read);
    for name in ["citizen_id", "phone", "address"] {
        if let Some(value) = read(&row[name]) {
            let (seals, (id, key)) = db
                .seals()
                .zip(id.zip(key.as_ref()))
                .ok_or_else(without_key)?;
            let person = seals.person(id, key).map_err(Error::internal)?;
            row[name] = person.open(name, &value).map_err(Error::internal)?.into();
        }
    }
    Ok(())
}

/// Puts the values that the caller has been shown beside the others that a patch is merged into.
pub(super) fn put<R: Editable>(shown: &Value, into: &mut Value) {
    let hidden = |name: &str| {
        let mut names = shown["_hidden"].as_array().into_iter().flatten();
        names.any(|hidden| hidden == name)
    };
    for column in R::SEALED.iter().flat_map(|sealed| sealed.columns) {
        let name = column.as_str();
        if !hidden(name) {
            into[name] = shown[name].clone();
        }
    }
}

/// Sets the sealed columns among `fields` of a row that changes.
pub(super) fn change<R: Editable>(
    db: &Db,
    row: &R::Row,
    (fields, values): (&[String], &Value),
    active: &mut R::Active,
) -> Result<()> {
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    let key = bytes(row.get(sealed.key));
    let among = |name: &str| fields.iter().any(|field| field == name);
    write::<R>(db, (R::key(row).0, key), (&among, values), active)
}

/// Gives a new row its id and data key, and its sealed values.
pub fn create<R: Editable>(db: &Db, edit: &R::Edit, active: &mut R::Active) -> Result<()> {
    let id = Uuid::now_v7();
    active.set(R::Entity::ID, id.into());
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    let key = new_key(db, id)?;
    active.set(sealed.key, Bound::Bytes(key.clone()));
    let values = serde_json::to_value(edit).map_err(Error::internal)?;
    let given = |name: &str| !values[name].is_null();
    write::<R>(db, (id, key), (&given, &values), active)
}

fn write<R: Editable>(
    db: &Db,
    (id, key): (Uuid, Option<Vec<u8>>),
    (among, values): (&dyn Fn(&str) -> bool, &Value),
    active: &mut R::Active,
) -> Result<()> {
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    let written = sealed.columns.iter().filter(|c| among(c.as_str()));
    let written = written.copied();
    for column in written {
        let name = column.as_str();
        let (of, index) = sealed.indexed;
        let indexed = of.as_str() == name;
        let (mut shut, mut made) = (None, None);
        if let Some(value) = values[name].as_str() {
            // whoever sends back what was shown would overwrite what it stands for
            if value == MASK {
                let words = say(
                    "Đây là dấu che, không phải giá trị.",
                    "This is the mask, not a value.",
                );
                return Err(Error::invalid(&format!("/{name}"), "masked", words));
            }
            let (seals, key) = db.seals().zip(key.as_ref()).ok_or_else(without_key)?;
            let person = seals.person(id, key).map_err(Error::internal)?;
            shut = Some(person.seal(name, value).map_err(Error::internal)?);
            if indexed {
                made = Some(seals.index(value).map_err(Error::internal)?);
            }
        }
        active.set(column, Bound::Bytes(shut));
        if indexed {
            active.set(index, Bound::Bytes(made));
        }
    }
    Ok(())
}

/// Seals again with a new data key what this row has copied from the row `from`.
pub fn copy<R: Editable>(db: &Db, from: Uuid, row: &mut R::Row) -> Result<()> {
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    let (id, _) = R::key(row);
    let (old, key) = (bytes(row.get(sealed.key)), new_key(db, id)?);
    row.set(sealed.key, Bound::Bytes(key.clone()));
    let again = |name, value: &[u8]| {
        let ((seals, old), key) = db.seals().zip(old.as_ref()).zip(key.as_ref())?;
        let open = seals
            .person(from, old)
            .and_then(|old| old.open(name, value));
        Some(open.and_then(|value| seals.person(id, key)?.seal(name, &value)))
    };
    for column in sealed.columns {
        if let Some(value) = bytes(row.get(*column)) {
            let value = again(column.as_str(), &value).ok_or_else(without_key)?;
            row.set(*column, Bound::Bytes(Some(value.map_err(Error::internal)?)));
        }
    }
    Ok(())
}
