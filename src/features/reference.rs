//! What everybody looks up: enumerations with labels, public holidays, settings.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /enums` | [`list_enums`] |
//! | `GET /holidays` | [`list_holidays`] |
//! | `POST /holidays` | [`create_holiday`] |
//! | `GET /holidays/{id}` | [`get_holiday`] |
//! | `PATCH /holidays/{id}` | [`change_holiday`] |
//! | `DELETE /holidays/{id}` | [`remove_holiday`] |
//! | `GET /settings` | [`list_settings`] |
//! | `GET /settings/{key}` | [`get_setting`] |
//! | `PATCH /settings/{key}` | [`change_setting`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ReadEnums, ReadHolidays, ReadSettings, WriteHolidays, WriteSettings, reach};
use crate::api::audit::{self, Change};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::list::List;
use crate::api::operation::{Segment, operation};
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{Editable, Field, Kind, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::holiday as table;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::law::acts::ActKind;
use crate::law::calendar::is_weekend;
use crate::law::say;
use crate::law::settings::{self, Setting as Known};
use crate::law::text::Text;
use crate::law::words::{DayKind, catalogue};
use crate::recording;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_enums)
        .service(list_holidays)
        .service(create_holiday)
        .service(get_holiday)
        .service(change_holiday)
        .service(remove_holiday)
        .service(list_settings)
        .service(get_setting)
        .service(change_setting);
}

/// Enumerations
#[derive(Debug, Serialize, ToSchema)]
pub struct Enums {
    #[schema(max_items = 200)]
    pub items: Vec<EnumInfo>,
}

/// An enumeration, its values in order. An open set: later versions may add values
#[derive(Debug, Serialize, ToSchema)]
pub struct EnumInfo {
    #[schema(example = "Stage", max_length = 60)]
    pub name: &'static str,
    #[schema(max_items = 200)]
    pub values: Vec<EnumValue>,
}

/// A value and its labels
#[derive(Debug, Serialize, ToSchema)]
pub struct EnumValue {
    #[schema(example = "in_plan", max_length = 60)]
    pub value: &'static str,
    #[schema(example = "cảm tình Đảng, trong diện quy hoạch", max_length = 200)]
    pub label_vi: &'static str,
    #[schema(example = "in the plan", max_length = 200)]
    pub label_en: &'static str,
}

/// List enumerations with labels
#[operation(get, "/enums", tag = "reference", answer = "All enumerations")]
pub async fn list_enums(_permit: Permit<ReadEnums>) -> Reply<Enums> {
    let items = catalogue()
        .chain(&[("ActKind", ActKind::TERMS)])
        .map(|(name, terms)| EnumInfo {
            name,
            values: terms
                .iter()
                .map(|(value, label_vi, label_en)| EnumValue {
                    value,
                    label_vi,
                    label_en,
                })
                .collect(),
        })
        .collect();
    Reply::new(&Enums { items }).cache("private, max-age=3600")
}

/// A listed day: off, or a Saturday or Sunday that is worked in exchange
#[derive(Debug, Serialize, ToSchema)]
pub struct Holiday {
    pub id: Uuid,
    /// A day off is skipped in counting working days, as Saturdays and Sundays are; a worked one counts
    pub on: NaiveDate,
    pub kind: DayKind,
    #[schema(example = "Tết Nguyên đán", max_length = 200)]
    pub name: String,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A day to be listed; Tết and 10-3 follow the lunar calendar and days are swapped around holidays, so the list is given by year
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewHoliday {
    #[schema(example = "2027-02-05")]
    pub on: NaiveDate,
    #[schema(example = "Tết Nguyên đán")]
    pub name: Text<200>,
    /// `worked` for a Saturday or Sunday only
    #[serde(default = "off")]
    #[schema(default = "off")]
    pub kind: DayKind,
}

const fn off() -> DayKind {
    DayKind::Off
}

/// Only a weekend can be worked in exchange: the other days are worked anyway.
fn expect_weekend(new: &NewHoliday) -> Result<()> {
    if new.kind == DayKind::Worked && !is_weekend(new.on) {
        return Err(Error::invalid(
            "/kind",
            "not_a_weekend",
            say(
                "Ngày làm bù phải là thứ bảy hoặc chủ nhật.",
                "A day worked in exchange is a Saturday or a Sunday.",
            ),
        ));
    }
    Ok(())
}

impl Resource for Holiday {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "holiday",
        path: "holidays",
        fields: &[
            Field::named("on", &table::Column::OnDate, Kind::Date).sorted(),
            Field::of(&table::Column::Kind, Kind::Enum(DayKind::WIRE)),
            Field::of(&table::Column::CreatedAt, Kind::Instant).sorted(),
        ],
        sort: "on",
        search: None,
        scope: reach::own_organization,
        expand: &[],
        computed: false,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            on_date,
            name,
            kind,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            on: on_date,
            kind,
            name,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for Holiday {
    type Edit = NewHoliday;
    fn edit(row: &Self::Row) -> NewHoliday {
        NewHoliday {
            on: row.on_date,
            name: Text::stored(row.name.clone()),
            kind: row.kind,
        }
    }
    fn apply(edit: NewHoliday, active: &mut Self::Active) {
        active.on_date = Set(edit.on);
        active.name = Set(edit.name.into_string());
        active.kind = Set(edit.kind);
    }
}

/// List holidays
#[operation(get, "/holidays", tag = "reference")]
pub async fn list_holidays(
    permit: Permit<ReadHolidays>,
    db: Data<Db>,
    query: List<Holiday>,
) -> Result<Page<Holiday>> {
    edit::list(&db, &permit, &query).await
}

/// Get a holiday
#[operation(get, "/holidays/{id}", tag = "reference")]
pub async fn get_holiday(
    permit: Permit<ReadHolidays>,
    db: Data<Db>,
    id: Path<Uuid>,
    held: IfNoneMatch,
) -> Result<Reply<Holiday>> {
    edit::get(&db, &permit, *id, &held).await
}

/// Create a holiday
#[operation(post, "/holidays", tag = "reference")]
pub async fn create_holiday(
    permit: Permit<WriteHolidays>,
    db: Data<Db>,
    body: Body<NewHoliday>,
) -> Result<Created<Holiday>> {
    edit::create::<Holiday, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        expect_weekend(&new)?;
        recording::move_deadlines(tx, None, Some((new.on, new.kind))).await?;
        let mut active = edit::blank::<Holiday>();
        Holiday::apply(new, &mut active);
        edit::insert::<Holiday>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a holiday
#[operation(patch, "/holidays/{id}", tag = "reference")]
pub async fn change_holiday(
    permit: Permit<WriteHolidays>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewHoliday>,
) -> Result<Reply<Holiday>> {
    edit::change::<Holiday, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            expect_weekend(new)?;
            if (row.on_date, row.kind) == (new.on, new.kind) {
                return Ok(());
            }
            let listed = Some((new.on, new.kind));
            recording::move_deadlines(tx, Some(row.on_date), listed).await
        },
    )
    .await
}

/// Remove a holiday
#[operation(delete, "/holidays/{id}", tag = "reference")]
pub async fn remove_holiday(
    permit: Permit<WriteHolidays>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Holiday, _>(&db, &permit, *id, seen, async |tx, row| {
        let gone = table::Entity::delete_many().filter(table::Column::Id.eq(row.id));
        tx.execute(gone).await?;
        recording::move_deadlines(tx, Some(row.on_date), None).await
    })
    .await
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
