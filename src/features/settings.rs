//! Settings of the organisation, within the bounds that the law leaves.
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ReadSettings, WriteSettings};
use crate::api::audit::{self, Change};
use crate::api::body::Patch;
use crate::api::headers::IfMatch;
use crate::api::operation::{Segment, operation};
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::law::settings::{self, Setting as Known};

pub fn configure(v1: &mut ServiceConfig) {
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

/// A setting: its value here, its default and bounds
#[derive(Debug, Serialize, ToSchema)]
pub struct Setting {
    #[schema(example = "sponsorship_load_limit", max_length = 60)]
    pub key: &'static str,
    pub value: i32,
    pub default: i32,
    pub least: i32,
    pub most: i32,
    #[schema(max_length = 300)]
    pub about_vi: &'static str,
    #[schema(max_length = 300)]
    pub about_en: &'static str,
    /// 0 while the default holds; the ETag
    #[schema(minimum = 0)]
    pub version: i32,
}

/// A new value
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingValue {
    /// Within `least` and `most`
    #[schema(example = 3)]
    pub value: i32,
}

/// Stored values by key.
async fn stored_settings(tx: &Tx) -> Result<Vec<(String, i32, i32)>> {
    let rows = tx.rows("select key, (value #>> '{}')::int, version from setting where organization_id = (select app.organization())", vec![]).await?;
    Ok(rows
        .iter()
        .map(|r| (r.get(0), r.get(1), r.get(2)))
        .collect())
}

fn shown(known: &Known, rows: &[(String, i32, i32)]) -> Setting {
    let row = rows.iter().find(|(key, _, _)| key == known.key);
    Setting {
        key: known.key,
        value: row.map_or(known.default, |r| r.1),
        default: known.default,
        least: known.least,
        most: known.most,
        about_vi: known.vi,
        about_en: known.en,
        version: row.map_or(0, |r| r.2),
    }
}

fn one_setting(known: &Known, rows: &[(String, i32, i32)]) -> Reply<Setting> {
    let setting = shown(known, rows);
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
        .read(&permit, async |tx| stored_settings(&tx).await)
        .await?;
    Ok(Reply::new(&Settings {
        items: settings::ALL.iter().map(|k| shown(k, &rows)).collect(),
    }))
}

/// Get a setting
#[operation(get, "/settings/{key}", tag = "reference")]
pub async fn get_setting(
    permit: Permit<ReadSettings>,
    db: Data<Db>,
    key: Path<SettingKey>,
) -> Result<Reply<Setting>> {
    let known = settings::find(&key.0).ok_or_else(Error::not_found)?;
    let rows = db
        .read(&permit, async |tx| stored_settings(&tx).await)
        .await?;
    Ok(one_setting(known, &rows))
}

/// Change a setting
#[operation(patch, "/settings/{key}", tag = "reference")]
pub async fn change_setting(
    permit: Permit<WriteSettings>,
    db: Data<Db>,
    key: Path<SettingKey>,
    seen: IfMatch,
    patch: Patch<SettingValue>,
) -> Result<Reply<Setting>> {
    let known = settings::find(&key.0).ok_or_else(Error::not_found)?;
    db.run(&permit, async |tx| {
        let version = stored_settings(&tx).await?.iter().find(|(k, _, _)| k == known.key).map_or(0, |r| r.2);
        seen.check(version)?;
        let Some(value) = patch.value["value"].as_i64().and_then(|v| i32::try_from(v).ok()) else {
            return Ok(one_setting(known, &stored_settings(&tx).await?));
        };
        if !(known.least..=known.most).contains(&value) {
            let (least, most) = (known.least, known.most);
            return Err(Error::invalid("/value", "out_of_bounds", say(format!("Từ {least} đến {most}."), format!("From {least} to {most}."))));
        }
        let values = vec![Uuid::now_v7().into(), permit.caller().organization.into(), known.key.into(), serde_json::json!(value).into(), tx.now().into(), version.into()];
        let rows = tx
            .rows(
                "insert into setting (id, organization_id, key, value, version, created_at, updated_at) values ($1, $2, $3, $4, 1, $5, $5) \
                 on conflict (organization_id, key) do update set value = excluded.value, version = setting.version + 1, updated_at = excluded.updated_at \
                 where setting.version = $6 returning id, version",
                values,
            )
            .await?;
        let row = rows.first().ok_or_else(|| Error::new(Code::PreconditionFailed))?;
        let (id, version): (Uuid, i32) = (row.get(0), row.get(1));
        let after = stored_settings(&tx).await?;
        let change = Change { resource: "setting", id, version, fields: vec![known.key.to_owned()] };
        let entry = audit::entry(&tx, &permit, change);
        tx.last().execute(entry).await?;
        Ok(one_setting(known, &after))
    })
    .await
}
