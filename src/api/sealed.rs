//! A person's sealed values: opened only where they are shown unmasked, sealed only where they are
//! written.
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use data_encoding::HEXLOWER;
use sea_orm::sea_query::Value as Bound;
use sea_orm::{ActiveModelTrait as _, EntityTrait, ModelTrait as _};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::checks::expect_not_erased;
use super::resource::{Active, Editable, Resource, Row, Viewer};
use crate::access::{self, Sensitivity, Show};
use crate::db::tables::candidate;
use crate::db::{Db, Table as _, Tx};
use crate::error::{Code, Error, Result};
use crate::law::acts::Act;
use crate::law::say;
use crate::sealing::columns::{Owner, texts};
use crate::sealing::{Person, Seals};

pub use crate::sealing::columns::{ALL, CANDIDATE, MEMBER, REVIEW_ITEM, SOURCE_PLAN_ENTRY, Sealed};

/// Shown in place of a masked value: says only that there is one.
const MASK: &str = "•••";

/// The column that holds the data key.
pub(super) const KEY: &str = "data_key";

/// Where there is no `seal.key` or `index.key`, or the person has no data key.
pub(super) fn without_key() -> Error {
    Error::new(Code::InvalidTransition).detail(say(
        "Máy chủ chưa có khóa niêm phong (seal.key, index.key) cho người này, nên chưa đọc, chưa ghi được số căn cước, điện thoại, địa chỉ, nhận xét và nội dung thẩm tra. Quản trị viên chạy `ketnap doctor`, `ketnap keys rotate`.",
        "The server has no sealing key (seal.key, index.key) for this person yet, so citizen number, phone, address, remarks and findings can be neither read nor written. See `ketnap doctor` and `ketnap keys rotate`.",
    ))
}

/// The data key of a new person; none where a key file is missing.
pub fn new_key(db: &Db, id: Uuid) -> Result<Option<Vec<u8>>> {
    let key = db.seals().map(|seals| seals.new_data_key(id)).transpose();
    key.map_err(Error::internal)
}

/// Opens and seals the values of the person whose data key this is.
fn person(seals: Option<&Seals>, id: Uuid, key: Option<&[u8]>) -> Result<Person> {
    let (seals, key) = seals.zip(key).ok_or_else(without_key)?;
    seals.person(id, key).map_err(Error::internal)
}

pub(super) fn bytes(value: Bound) -> Option<Vec<u8>> {
    if let Bound::Bytes(bytes) = value {
        bytes
    } else {
        None
    }
}

/// The column of this name.
fn column<R: Resource>(name: &str) -> Result<<R::Entity as EntityTrait>::Column> {
    let column = name.parse();
    column.map_err(|_| Error::internal(anyhow::anyhow!("{} has no {name}", R::SPEC.name)))
}

/// The sealed values of a row that is shown. Its data key is opened with the first one that this
/// viewer sees whole: a mask opens nothing.
pub struct Shut<'a> {
    viewer: &'a Viewer,
    submitted: bool,
    id: Uuid,
    key: Option<&'a [u8]>,
    person: OnceCell<Option<Person>>,
}

impl Viewer {
    pub const fn shut<'a>(&'a self, submitted: bool, id: Uuid, key: Option<&'a [u8]>) -> Shut<'a> {
        Shut {
            viewer: self,
            submitted,
            id,
            key,
            person: OnceCell::new(),
        }
    }
}

impl Shut<'_> {
    fn opened(&self, name: &'static str, value: &[u8]) -> Option<String> {
        let seals = self.viewer.seals.as_deref();
        let person = || seals.zip(self.key).map(|(s, key)| s.person(self.id, key));
        let person = || person()?.inspect_err(log_unopened).ok();
        let person = self.person.get_or_init(person).as_ref()?;
        person.open(name, value).inspect_err(log_unopened).ok()
    }

    /// A value as this role sees it: whole, hidden, or that there is one. Its name is added to
    /// `hidden` if it cannot be opened.
    pub fn see(
        &self,
        class: Sensitivity,
        name: &'static str,
        value: Option<Vec<u8>>,
        hidden: &mut Vec<&'static str>,
    ) -> Option<String> {
        let value = value?;
        match self.viewer.shown(class, self.submitted) {
            Show::Masked => Some(MASK.to_owned()),
            Show::Hidden => None,
            Show::Full => {
                let opened = self.opened(name, &value);
                if opened.is_none() {
                    hidden.push(name);
                }
                opened
            }
        }
    }

    /// A [reason](reason), to who confirms it and to the branch in which it was said. Its name is added to
    /// `hidden` where the role never sees one, and where this one is not shown.
    pub fn reason(
        &self,
        name: &'static str,
        value: Option<Vec<u8>>,
        hidden: &mut Vec<&'static str>,
    ) -> Option<String> {
        let any = self.viewer.confirms();
        let own = (self.viewer.branch)
            .filter(|_| access::reason(self.viewer.role, true) == Show::Full)
            .map(|branch| branch.to_string());
        if !any && own.is_none() {
            hidden.push(name);
            return None;
        }
        let value = value?;
        let by_branch = self.opened(name, &value).and_then(|all| object(&all).ok());
        let mut all = by_branch.into_iter().flatten();
        let said = all.find(|(branch, _)| any || own.as_ref() == Some(branch));
        let said = said.and_then(|(_, said)| said.as_str().map(str::to_owned));
        if said.is_none() {
            hidden.push(name);
        }
        said
    }
}

pub(super) fn log_unopened(why: &anyhow::Error) {
    tracing::error!("a sealed value opens nothing: {why}");
}

fn object(text: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(text).map_err(Error::internal)
}

/// Bytes as PostgreSQL writes them in JSON.
pub(super) fn read(value: &Value) -> Option<Vec<u8>> {
    let hex = value.as_str()?.strip_prefix("\\x")?;
    HEXLOWER.decode(hex.as_bytes()).ok()
}

/// Opens the sealed values of a row of this table as PostgreSQL writes it in JSON. `keys` holds the
/// data keys of candidates that were opened before. Fails as a whole if a value does not open.
pub(super) fn open(
    db: &Db,
    sealed: &Sealed,
    row: &mut Value,
    keys: &mut BTreeMap<Uuid, Vec<u8>>,
) -> Result<()> {
    let id = |value: &Value| value.as_str().and_then(|id| id.parse::<Uuid>().ok());
    let own = row.as_object_mut().and_then(|row| row.remove(KEY));
    let of = match sealed.owner {
        Owner::Candidate => id(&row["candidate_id"]),
        Owner::Person | Owner::Row => id(&row["id"]),
    };
    let of = of.unwrap_or_default();
    if let Some(own) = own.as_ref().and_then(read) {
        keys.insert(of, own);
    }
    let key = keys.get(&of).map(Vec::as_slice);
    for name in sealed.columns() {
        let Some(value) = read(&row[name]) else {
            continue;
        };
        let person = person(db.seals().map(AsRef::as_ref), of, key)?;
        let value = match (sealed.owner, id(&row["id"])) {
            (Owner::Candidate, Some(act)) => person.open_in(texts(act), &value),
            _ => person.open(name, &value),
        };
        let value = value.map_err(Error::internal)?;
        if !sealed.objects.contains(&name) {
            row[name] = value.into();
            continue;
        }
        let value = object(&value)?;
        match row["data"].as_object_mut() {
            // the texts of an act are fields of its `data`
            Some(data) => data.extend(value),
            None => row[name] = value.into(),
        }
    }
    if let (Owner::Candidate, Some(row)) = (sealed.owner, row.as_object_mut()) {
        row.retain(|name, _| !sealed.objects.contains(&name.as_str()));
    }
    Ok(())
}

/// Puts the values that the caller has been shown beside the others that a patch is merged into.
pub(super) fn put<R: Editable>(shown: &Value, into: &mut Value) {
    let hidden = |name: &str| {
        let mut names = shown["_hidden"].as_array().into_iter().flatten();
        names.any(|hidden| hidden == name)
    };
    for name in R::SEALED.iter().flat_map(|sealed| sealed.columns()) {
        if !hidden(name) && !R::NOT_STORED.contains(&name) {
            into[name] = shown[name].clone();
        }
    }
}

/// The text in a sealed column of this name, as far as it opens; `None` for any other field.
pub(super) fn stored<R: Editable>(tx: &Tx, row: &Row<R>, name: &str) -> Option<Value> {
    let name = (R::SEALED?.texts.iter().copied()).find(|text| *text == name)?;
    let value = bytes(row.get(column::<R>(name).ok()?));
    let key = bytes(row.get(column::<R>(KEY).ok()?));
    let text = value.zip(key).and_then(|(value, key)| {
        let person = tx.seals()?.person(R::key(row).0, &key);
        let text = person.and_then(|person| person.open(name, &value));
        text.inspect_err(log_unopened).ok()
    });
    Some(text.into())
}

/// Sets the sealed columns among `fields` of a row that changes.
pub(super) fn change<R: Editable>(
    db: &Db,
    row: &Row<R>,
    (fields, values): (&[String], &Value),
    active: &mut Active<R>,
) -> Result<()> {
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    let among = |name: &str| fields.iter().any(|field| field == name);
    let (id, mut key) = (R::key(row).0, bytes(row.get(column::<R>(KEY)?)));
    // a first change needs a key as well, to seal the values before it
    if sealed.owner == Owner::Row && key.is_none() {
        key = new_key(db, id)?;
        active.set(column::<R>(KEY)?, Bound::Bytes(key.clone()));
    }
    write::<R>(db, (id, key), (&among, values), active)
}

/// Gives a new row its id and data key, and its sealed values.
pub fn create<R: Editable>(db: &Db, edit: &R::Edit, active: &mut Active<R>) -> Result<()> {
    let id = Uuid::now_v7();
    active.set(R::Entity::ID, id.into());
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    let values = serde_json::to_value(edit).map_err(Error::internal)?;
    let given = |name: &str| !values[name].is_null();
    let mut key = None;
    if sealed.owner == Owner::Person || sealed.texts.iter().any(|name| given(name)) {
        key = new_key(db, id)?;
        active.set(column::<R>(KEY)?, Bound::Bytes(key.clone()));
    }
    write::<R>(db, (id, key), (&given, &values), active)
}

fn write<R: Editable>(
    db: &Db,
    (id, key): (Uuid, Option<Vec<u8>>),
    (among, values): (&dyn Fn(&str) -> bool, &Value),
    active: &mut Active<R>,
) -> Result<()> {
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    for name in sealed.texts.iter().copied().filter(|name| among(name)) {
        let index = sealed.indexed.filter(|(of, _)| *of == name);
        let (mut shut, mut made) = (None, None);
        if let Some(value) = values[name].as_str() {
            // a client that sends back the mask would overwrite the value
            if value == MASK {
                let words = say(
                    "Đây là dấu che, không phải giá trị.",
                    "This is the mask, not a value.",
                );
                return Err(Error::invalid(&format!("/{name}"), "masked", words));
            }
            let seals = db.seals().map(AsRef::as_ref);
            let person = person(seals, id, key.as_deref())?;
            shut = Some(person.seal(name, value).map_err(Error::internal)?);
            if let (Some(_), Some(seals)) = (index, seals) {
                made = Some(seals.index(value).map_err(Error::internal)?);
            }
        }
        active.set(column::<R>(name)?, Bound::Bytes(shut));
        if let Some((_, index)) = index {
            active.set(column::<R>(index)?, Bound::Bytes(made));
        }
    }
    Ok(())
}

/// What this column of texts by name holds of a row, after `work` has changed it.
pub fn rewrite<R: Editable>(
    db: &Db,
    (row, name): (&Row<R>, &'static str),
    work: impl FnOnce(&mut Map<String, Value>),
) -> Result<Option<Vec<u8>>> {
    let seals = db.seals().map(AsRef::as_ref);
    let key = bytes(row.get(column::<R>(KEY)?));
    let person = person(seals, R::key(row).0, key.as_deref())?;
    let mut all = Map::new();
    if let Some(before) = bytes(row.get(column::<R>(name)?)) {
        all = object(&person.open(name, &before).map_err(Error::internal)?)?;
    }
    work(&mut all);
    let text = (!all.is_empty()).then(|| Value::Object(all).to_string());
    let sealed = text.map(|text| person.seal(name, &text));
    sealed.transpose().map_err(Error::internal)
}

/// A reason that is said of a person while they are in this branch, sealed in place of an earlier one.
pub fn reason(
    db: &Db,
    (id, key): (Uuid, Option<&[u8]>),
    (name, branch): (&'static str, Uuid),
    said: Option<&str>,
) -> Result<Option<Vec<u8>>> {
    let Some(said) = said else { return Ok(None) };
    let by_branch = json!({branch.to_string(): said}).to_string();
    let person = person(db.seals().map(AsRef::as_ref), id, key)?;
    let sealed = person.seal(name, &by_branch);
    sealed.map(Some).map_err(Error::internal)
}

/// Seals again with a new data key what this row has copied from the row `from`.
pub fn copy<R: Editable>(db: &Db, from: Uuid, row: &mut Row<R>) -> Result<()> {
    let Some(sealed) = R::SEALED else {
        return Ok(());
    };
    let (id, _) = R::key(row);
    let key_column = column::<R>(KEY)?;
    let (old, key) = (bytes(row.get(key_column)), new_key(db, id)?);
    row.set(key_column, Bound::Bytes(key.clone()));
    let seals = db.seals().map(AsRef::as_ref);
    for name in sealed.columns() {
        let column = column::<R>(name)?;
        if let Some(value) = bytes(row.get(column)) {
            let old = person(seals, from, old.as_deref())?;
            let new = person(seals, id, key.as_deref())?;
            let value = old.open(name, &value);
            let value = value.and_then(|value| new.seal(name, &value));
            row.set(column, Bound::Bytes(Some(value.map_err(Error::internal)?)));
        }
    }
    Ok(())
}

/// The act as it is judged and stored, and its prose sealed for the row `id`; 409 for a person who
/// was erased.
pub fn take_texts(
    tx: &Tx,
    file: &candidate::Model,
    id: Uuid,
    act: Act,
) -> Result<(Act, Option<Vec<u8>>)> {
    expect_not_erased(file.erased_on)?;
    let (act, prose) = act.without_texts().map_err(Error::internal)?;
    if prose.is_empty() {
        return Ok((act, None));
    }
    let person = person(tx.seals(), file.id, file.data_key.as_deref())?;
    let sealed = person.seal_in(texts(id), &Value::Object(prose).to_string());
    Ok((act, Some(sealed.map_err(Error::internal)?)))
}

/// The prose of these acts of one candidacy by act, as far as it opens.
pub fn texts_of(
    tx: &Tx,
    (candidate, key): (Uuid, Option<&[u8]>),
    acts: Vec<(Uuid, Vec<u8>)>,
) -> Result<HashMap<Uuid, Map<String, Value>>> {
    let mut opened = HashMap::new();
    let Some((seals, key)) = tx.seals().zip(key).filter(|_| !acts.is_empty()) else {
        return Ok(opened);
    };
    let Ok(person) = seals.person(candidate, key).inspect_err(log_unopened) else {
        return Ok(opened);
    };
    for (id, sealed) in acts {
        if let Ok(text) = person.open_in(texts(id), &sealed).inspect_err(log_unopened) {
            opened.insert(id, object(&text)?);
        }
    }
    Ok(opened)
}
