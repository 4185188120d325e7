//! Holidays, which the count of working days skips.
use std::cell::Cell;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadHolidays, WriteHolidays, reach};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::job;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::{Office, Permit};
use crate::db::Db;
use crate::db::tables::holiday as table;
use crate::error::{Error, Result};
use crate::law::calendar::is_weekend;
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::DayKind;
use crate::recording::again;

pub fn configure(v1: &mut Routes) {
    v1.service(list_holidays)
        .service(get_holiday)
        .service(create_holiday)
        .service(change_holiday)
        .service(remove_holiday);
}

/// A listed day: a day off, or a Saturday or Sunday worked in lieu
#[derive(Debug, Serialize, ToSchema)]
pub struct Holiday {
    pub id: Uuid,
    /// A day off is skipped in counting working days, like Saturdays and Sundays; a worked one
    /// counts
    pub on: NaiveDate,
    pub kind: DayKind,
    #[schema(example = "Tết Nguyên đán", max_length = 200)]
    pub name: String,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A day to list. Tết and 10-3 follow the lunar calendar and days are swapped around holidays, so
/// each year has its own list
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewHoliday {
    #[schema(example = "2027-02-05")]
    pub on: NaiveDate,
    #[schema(example = "Tết Nguyên đán")]
    pub name: Text<200>,
    /// `worked` only for a Saturday or Sunday
    #[serde(default = "off")]
    #[schema(default = "off")]
    pub kind: DayKind,
}

const fn off() -> DayKind {
    DayKind::Off
}

/// Only a weekend day can be worked in lieu: other days are working days anyway.
fn expect_weekend(new: &NewHoliday) -> Result<()> {
    if new.kind == DayKind::Worked && !is_weekend(new.on) {
        return Err(Error::invalid(
            "/kind",
            "not_a_weekend",
            say(
                "Ngày làm bù phải là thứ bảy hoặc chủ nhật.",
                "Only a Saturday or a Sunday can be worked in lieu.",
            ),
        ));
    }
    Ok(())
}

impl Resource for Holiday {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "holiday",
        path: "holidays",
        fields: &[
            Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
            Field::of(&table::Column::Kind, FieldKind::Enum(DayKind::WIRE)),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "on",
        search: None,
        scope: reach::own_organization,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
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
}

impl Editable for Holiday {
    type Edit = NewHoliday;
    fn edit(row: &table::Model) -> NewHoliday {
        NewHoliday {
            on: row.on_date,
            name: Text::stored(row.name.clone()),
            kind: row.kind,
        }
    }
    fn apply(edit: NewHoliday, active: &mut table::ActiveModel) {
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
    wanted: One<Holiday>,
) -> Result<Reply<Holiday>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Create a holiday
///
/// A day that is past is accepted too: the files that rest on it are judged again, and a deadline
/// `ground_lost` says which acts would have been too late or too early.
#[operation(post, "/holidays", tag = "reference", refuses(Duplicate))]
pub async fn create_holiday(
    permit: Permit<WriteHolidays>,
    db: Data<Db>,
    law: Law,
    body: Body<NewHoliday>,
) -> Result<Created<Holiday>> {
    let made = edit::create::<Holiday, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        expect_weekend(&new)?;
        again::move_deadlines(tx, None, Some((new.on, new.kind))).await?;
        let mut active = edit::blank::<Holiday>();
        Holiday::apply(new, &mut active);
        edit::insert::<Holiday>(tx, permit.caller().organization, active).await
    })
    .await?;
    judge_again(&db, &permit, &law, body.value.on).await;
    Ok(made)
}

/// Change a holiday
///
/// See `POST /holidays` for days that are past.
#[operation(patch, "/holidays/{id}", tag = "reference", refuses(Duplicate))]
pub async fn change_holiday(
    permit: Permit<WriteHolidays>,
    db: Data<Db>,
    id: Path<Uuid>,
    law: Law,
    seen: IfMatch,
    patch: Patch<NewHoliday>,
) -> Result<Reply<Holiday>> {
    let moved = Cell::new(None);
    let changed = edit::change::<Holiday, _>(
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
            again::move_deadlines(tx, Some(row.on_date), listed).await?;
            moved.set(Some(row.on_date.min(new.on)));
            Ok(())
        },
    )
    .await?;
    if let Some(from) = moved.get() {
        judge_again(&db, &permit, &law, from).await;
    }
    Ok(changed)
}

/// Remove a holiday
///
/// See `POST /holidays` for days that are past.
#[operation(delete, "/holidays/{id}", tag = "reference")]
pub async fn remove_holiday(
    permit: Permit<WriteHolidays>,
    db: Data<Db>,
    id: Path<Uuid>,
    law: Law,
    seen: IfMatch,
) -> Result<NoContent> {
    let from = Cell::new(None);
    let removed = edit::remove::<Holiday, _>(&db, &permit, *id, seen, async |tx, row| {
        from.set(Some(row.on_date));
        tx.delete::<table::Entity>(row.id).await?;
        again::move_deadlines(tx, Some(row.on_date), None).await
    })
    .await?;
    if let Some(from) = from.get() {
        judge_again(&db, &permit, &law, from).await;
    }
    Ok(removed)
}

/// Periods that run over a past day now end on another one, so acts may have been late: every file
/// that rests on it is judged again.
async fn judge_again(db: &Db, permit: &Permit<WriteHolidays>, law: &Law, from: NaiveDate) {
    if from <= db.clock().today() {
        let (db, office, law) = (Db::clone(db), Office::of(permit), law.clone());
        job::run(again::judge_again(db, office, law, from)).await;
    }
}
