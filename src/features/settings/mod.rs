//! Settings of the organisation, within the bounds that the law leaves.
mod store;

use std::cell::Cell;
use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use uuid::Uuid;

use crate::access::{ReadSettings, WriteSettings};
use crate::api::audit::{self, Change};
use crate::api::body::{Patch, typed};
use crate::api::headers::IfMatch;
use crate::api::job;
use crate::api::law::Law;
use crate::api::one::Part;
use crate::api::operation::{Segment, operation};
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::api::values::Kept;
use crate::auth::{Office, Permit};
use crate::db::Db;
use crate::db::tables::setting as table;
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::law::settings::{self, Setting as Known};
use crate::recording::again;

pub fn configure(v1: &mut Routes) {
    v1.service(list_settings)
        .service(get_setting)
        .service(change_setting);
}

/// Settings of the organisation
#[derive(Debug, Serialize, ToSchema)]
pub struct Settings {
    #[schema(max_items = 200)]
    pub items: Vec<Setting>,
}

/// A setting with its value, default and bounds
#[derive(Debug, Serialize, ToSchema)]
pub struct Setting {
    #[schema(example = "sponsorship_load_limit", max_length = 60)]
    pub key: &'static str,
    /// The value in effect today
    pub value: i32,
    pub default: i32,
    pub least: i32,
    pub most: i32,
    #[schema(max_length = 300)]
    pub about_vi: &'static str,
    #[schema(max_length = 300)]
    pub about_en: &'static str,
    /// Every value that was set, in order of recording; acts and periods are judged by the value of
    /// their own date
    #[schema(max_items = 1000)]
    pub changes: Vec<SettingChange>,
    /// 0 while the default applies; as in the ETag
    #[schema(minimum = 0)]
    pub version: i32,
}

/// A value of a setting and its first day
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SettingChange {
    pub value: i32,
    /// First day on which it applies
    pub from_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

/// A new value for a setting
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingValue {
    /// Between `least` and `most`
    #[schema(example = 3)]
    pub value: i32,
    /// First day on which it applies; tomorrow by default. Any day before tomorrow requires
    /// `acknowledged`
    pub from_on: Option<NaiveDate>,
    /// Confirms that everything since that day will be judged by the new value
    #[serde(default)]
    pub acknowledged: bool,
}

/// Every value that was set, by key.
type Stored = BTreeMap<String, Vec<(i32, SettingChange)>>;

fn values(known: &Known, stored: &Stored) -> settings::Values {
    let changes = stored.get(known.key).into_iter().flatten();
    let set = changes.map(|(_, c)| (known.key.to_owned(), c.from_on, c.value));
    set.collect()
}

fn shown(known: &Known, stored: &Stored, today: NaiveDate) -> Setting {
    let changes = stored.get(known.key).map_or(&[][..], Vec::as_slice);
    let values = values(known, stored);
    Setting {
        key: known.key,
        value: values.on(known, today),
        default: known.default,
        least: known.least,
        most: known.most,
        about_vi: known.vi,
        about_en: known.en,
        changes: changes.iter().map(|(_, change)| change.clone()).collect(),
        version: changes.last().map_or(0, |(version, _)| *version),
    }
}

fn one_setting(known: &Known, stored: &Stored, today: NaiveDate) -> Reply<Setting> {
    let setting = shown(known, stored, today);
    Reply::new(&setting).version(setting.version)
}

/// The key of a setting
#[derive(Debug, Deserialize)]
pub struct SettingKey(String);

impl Segment for SettingKey {
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(60))
            .pattern(Some("^[a-z_]+$"))
    }
}

/// List settings
#[operation(get, "/settings", tag = "reference", answer = "All settings")]
pub async fn list_settings(permit: Permit<ReadSettings>, db: Data<Db>) -> Result<Reply<Settings>> {
    let rows = db
        .read(&permit, async |tx| store::stored_settings(&tx).await)
        .await?;
    Ok(Reply::new(&Settings {
        items: settings::ALL
            .iter()
            .map(|k| shown(k, &rows, db.clock().today()))
            .collect(),
    }))
}

/// Get a setting
#[operation(get, "/settings/{key}", tag = "reference")]
pub async fn get_setting(
    permit: Permit<ReadSettings>,
    db: Data<Db>,
    key: Path<SettingKey>,
    wanted: Part<Setting>,
) -> Result<Reply<Setting>> {
    let known = settings::find(&key.0).ok_or_else(Error::not_found)?;
    let rows = db
        .read(&permit, async |tx| store::stored_settings(&tx).await)
        .await?;
    let setting = shown(known, &rows, db.clock().today());
    wanted.of(setting.version, &setting)
}

/// Change a setting
///
/// A value applies from a date on, by default tomorrow; earlier events are judged by the value of
/// their own date. Any date before tomorrow requires `acknowledged`: the files that rest on those
/// days are judged again, a deadline `ground_lost` names each act that has lost its ground, and
/// `GET /findings` says why.
#[operation(patch, "/settings/{key}", tag = "reference")]
pub async fn change_setting(
    permit: Permit<WriteSettings>,
    db: Data<Db>,
    law: Law,
    key: Path<SettingKey>,
    seen: IfMatch,
    patch: Patch<SettingValue>,
) -> Result<Reply<Setting>> {
    let known = settings::find(&key.0).ok_or_else(Error::not_found)?;
    let today = db.clock().today();
    let since = Cell::new(None);
    let changed = db.run(&permit, async |tx| {
        let stored = store::stored_settings(&tx).await?;
        let now = shown(known, &stored, today);
        seen.check(now.version)?;
        let mut merged = serde_json::json!({"value": now.value});
        json_patch::merge(&mut merged, &patch.value);
        let new: SettingValue = typed(merged)?;
        let from_on = new.from_on.or(today.succ_opt()).unwrap_or(today);
        // the value that would apply on that day, which may differ from today's
        let was = values(known, &stored).on(known, from_on);
        if new.from_on.is_none() && new.value == was {
            return Ok(one_setting(known, &stored, today));
        }
        if !(known.least..=known.most).contains(&new.value) {
            let (least, most) = (known.least, known.most);
            let words = say(format!("Từ {least} đến {most}."), format!("From {least} to {most}."));
            return Err(Error::invalid("/value", "out_of_bounds", words));
        }
        if from_on <= today && !new.acknowledged {
            return Err(Error::invalid("/from_on", "not_acknowledged", say(
                "Giá trị có hiệu lực từ ngày mai trở đi; nếu áp dụng cho ngày đã qua, phải xác nhận.",
                "A value applies from tomorrow on; an earlier date must be acknowledged.",
            )));
        }
        let (id, version) = (Uuid::now_v7(), now.version + 1);
        let row = table::Model {
            id,
            organization_id: permit.caller().organization,
            key: known.key.to_owned(),
            from_on,
            value: new.value,
            version,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        // a concurrent change took this version
        if !store::add(&tx, row).await? {
            return Err(Error::new(Code::PreconditionFailed));
        }
        since.set(Some(from_on).filter(|from| *from <= today));
        let after = store::stored_settings(&tx).await?;
        let change = Change { resource: "setting", id, version, fields: vec![known.key.to_owned(), "from_on".to_owned()] };
        let kept = Kept {
            open: Some(serde_json::json!({known.key: [was, new.value], "from_on": [null, from_on]})),
            ..Kept::default()
        };
        let entry = audit::entry_of(&tx, permit.by(), (change, kept));
        tx.last().execute(entry).await?;
        Ok(one_setting(known, &after, today))
    })
    .await?;
    if let Some(from) = since.get() {
        let (db, office) = (Db::clone(&db), Office::of(&permit));
        job::run(again::judge_again(db, office, law, from)).await;
    }
    Ok(changed)
}
