//! Inspections (kiểm tra, giám sát, đôn đốc) of branches by the committee members in charge.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /inspections` | [`list_inspections`] |
//! | `POST /inspections` | [`create_inspection`] |
//! | `GET /inspections/{id}` | [`get_inspection`] |
//! | `PATCH /inspections/{id}` | [`change_inspection`] |
//! | `DELETE /inspections/{id}` | [`remove_inspection`] |
//! | `POST /inspections/{id}/completions` | [`complete_inspection`] |
mod store;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{CompleteInspections, ReadInspections, Role, WriteInspections, reach};
use crate::api::body::{Body, Patch};
use crate::api::checks::{expect_not_in_future, in_future, long_ago, refuse, required, too_early};
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::inspection as table;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::say;
use crate::law::text::{Text, plain, stored};
use crate::law::words::daily::InspectionKind;

pub fn configure(v1: &mut Routes) {
    v1.service(list_inspections)
        .service(create_inspection)
        .service(get_inspection)
        .service(change_inspection)
        .service(remove_inspection);
    v1.service(complete_inspection);
}

/// An inspection of a branch: check (kiểm tra), supervision (giám sát) or urging (đôn đốc)
#[derive(Debug, Serialize, ToSchema)]
pub struct Inspection {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    /// Account of the inspector
    pub inspector_id: Uuid,
    pub inspector_role: Role,
    pub on: NaiveDate,
    pub kind: InspectionKind,
    #[schema(max_length = 5000)]
    pub findings: String,
    /// What the branch must do; null if nothing
    #[schema(required = true, max_length = 2000)]
    pub follow_up: Option<String>,
    #[schema(required = true)]
    pub follow_up_due_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub follow_up_done_on: Option<NaiveDate>,
    /// What was done
    #[schema(required = true, max_length = 2000)]
    pub follow_up_note: Option<String>,
    /// Whether it was due before today and is not done
    pub follow_up_overdue: bool,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An inspection to record
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewInspection {
    /// A branch that the caller is responsible for
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    #[schema(example = "2021-01-14")]
    pub on: NaiveDate,
    pub kind: InspectionKind,
    #[schema(
        example = "Chi bộ đã lập danh sách quần chúng ưu tú; hai người chưa có người kèm cặp."
    )]
    pub findings: Text<5000>,
    /// What the branch must do
    #[schema(example = "Phân công người kèm cặp cho hai quần chúng còn lại.")]
    pub follow_up: Option<Text<2000>>,
    /// Last day; required with `follow_up`
    #[schema(example = "2021-02-15")]
    pub follow_up_due_on: Option<NaiveDate>,
}

/// Completion of a follow-up
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCompletion {
    #[schema(example = "2021-01-15")]
    pub done_on: NaiveDate,
    #[schema(example = "Đã phân công hai đồng chí chi ủy viên kèm cặp.")]
    pub note: Text<2000>,
}

impl Resource for Inspection {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "inspection",
        path: "inspections",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::Kind, FieldKind::Enum(InspectionKind::WIRE)),
            Field::expression(
                "follow_up_overdue",
                store::follow_up_overdue,
                FieldKind::Bool,
            ),
            Field::of(&table::Column::FollowUpDueOn, FieldKind::Date),
            Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-on",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let follow_up_overdue = overdue(&row, viewer.today);
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            inspector_id,
            inspector_role,
            on_date,
            kind,
            findings,
            follow_up,
            follow_up_due_on,
            follow_up_done_on,
            follow_up_note,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            inspector_id,
            inspector_role,
            on: on_date,
            kind,
            findings,
            follow_up,
            follow_up_due_on,
            follow_up_done_on,
            follow_up_note,
            follow_up_overdue,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
}

impl Editable for Inspection {
    type Edit = NewInspection;
    fn edit(row: &table::Model) -> NewInspection {
        NewInspection {
            branch_id: row.branch_id,
            on: row.on_date,
            kind: row.kind,
            findings: Text::stored(row.findings.clone()),
            follow_up: stored(row.follow_up.clone()),
            follow_up_due_on: row.follow_up_due_on,
        }
    }
    fn apply(edit: NewInspection, active: &mut table::ActiveModel) {
        let NewInspection {
            branch_id,
            on,
            kind,
            findings,
            follow_up,
            follow_up_due_on,
        } = edit;
        active.branch_id = Set(branch_id);
        active.on_date = Set(on);
        active.kind = Set(kind);
        active.findings = Set(findings.into_string());
        active.follow_up = Set(plain(follow_up));
        active.follow_up_due_on = Set(follow_up_due_on);
    }
}

async fn check(
    tx: &Tx,
    permit: &Permit<WriteInspections>,
    today: NaiveDate,
    new: &NewInspection,
) -> Result<()> {
    let mut faults = Vec::new();
    if new.on > today {
        faults.push(in_future("/on"));
    }
    faults.extend(long_ago("/on", new.on));
    match (&new.follow_up, new.follow_up_due_on) {
        (Some(_), None) => faults.push(required("/follow_up_due_on")),
        (None, Some(_)) => faults.push(required("/follow_up")),
        (Some(_), Some(due)) if due < new.on => faults.push(too_early("/follow_up_due_on")),
        (Some(_), Some(_)) | (None, None) => {}
    }
    // overseers: their own branches; the Party Office and the Standing Committee: any branch
    if !store::reaches(tx, permit.reach(), new.branch_id).await? {
        faults.push(crate::api::http::unknown_reference("/branch_id"));
    }
    refuse(faults)?;
    facts::expect_founded(tx, "/on", new.branch_id, new.on).await
}

/// The inspector may change their own record, the Party Office any; nobody once the follow-up is
/// done.
fn expect_own(permit: &Permit<WriteInspections>, row: &table::Model) -> Result<()> {
    if permit.role() != Role::PartyOffice && permit.caller().account != row.inspector_id {
        return Err(Error::new(Code::Forbidden).detail(say(
            "Chỉ người kiểm tra được sửa.",
            "Only the inspector may change it.",
        )));
    }
    if row.follow_up_done_on.is_some() {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Chi bộ đã khắc phục xong; hãy ghi lần kiểm tra mới.",
            "The follow-up is done; record a new inspection.",
        )));
    }
    Ok(())
}

/// Whether the follow-up is overdue. It then stays where it is listed until it is done.
fn overdue(row: &table::Model, today: NaiveDate) -> bool {
    row.follow_up_done_on.is_none() && row.follow_up_due_on.is_some_and(|due| due < today)
}

fn stays_due() -> Error {
    Error::new(Code::InvalidTransition).detail(say(
        "Việc phải khắc phục đã quá hạn: hãy ghi nhận kết quả khắc phục. Cho đến khi đó không đổi thời hạn, chi bộ và không xóa lần kiểm tra.",
        "The follow-up is overdue: record its completion. Until then its due date and its branch are not changed, and the inspection is not removed.",
    ))
}

/// List inspections
#[operation(get, "/inspections")]
pub async fn list_inspections(
    permit: Permit<ReadInspections>,
    db: Data<Db>,
    query: List<Inspection>,
) -> Result<Page<Inspection>> {
    edit::list(&db, &permit, &query).await
}

/// Get an inspection
#[operation(get, "/inspections/{id}")]
pub async fn get_inspection(
    permit: Permit<ReadInspections>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Inspection>,
) -> Result<Reply<Inspection>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Record an inspection
#[operation(post, "/inspections")]
pub async fn create_inspection(
    permit: Permit<WriteInspections>,
    db: Data<Db>,
    body: Body<NewInspection>,
) -> Result<Created<Inspection>> {
    let today = db.clock().today();
    edit::create::<Inspection, _, _>(&db, &permit, &body, async |tx| {
        check(tx, &permit, today, &body.value).await?;
        let branch = Some(body.value.branch_id);
        edit::check_references(tx, [Reference::to_branch("/branch_id", branch)]).await?;
        let mut active = edit::blank::<Inspection>();
        Inspection::apply(body.value.clone(), &mut active);
        active.inspector_id = Set(permit.caller().account);
        active.inspector_role = Set(permit.role());
        edit::insert::<Inspection>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change an inspection
///
/// Only the inspector and the Party Office, until the follow-up is done. Once it is overdue, its due
/// date and its branch stay until then.
#[operation(patch, "/inspections/{id}", refuses(InvalidTransition))]
pub async fn change_inspection(
    permit: Permit<WriteInspections>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewInspection>,
) -> Result<Reply<Inspection>> {
    let today = db.clock().today();
    edit::change::<Inspection, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            expect_own(&permit, row)?;
            let moved =
                (new.branch_id, new.follow_up_due_on) != (row.branch_id, row.follow_up_due_on);
            if moved && overdue(row, today) {
                return Err(stays_due());
            }
            check(tx, &permit, today, new).await?;
            let branch = Some(new.branch_id).filter(|b| *b != row.branch_id);
            edit::check_references(tx, [Reference::to_branch("/branch_id", branch)]).await
        },
    )
    .await
}

/// Remove an inspection
///
/// Not while its follow-up is overdue.
#[operation(delete, "/inspections/{id}", refuses(InvalidTransition))]
pub async fn remove_inspection(
    permit: Permit<WriteInspections>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    let today = db.clock().today();
    edit::remove::<Inspection, _>(&db, &permit, *id, seen, async |tx, row| {
        expect_own(&permit, &row)?;
        if overdue(&row, today) {
            return Err(stays_due());
        }
        edit::mark_deleted::<Inspection>(tx, row).await
    })
    .await
}

/// Record that the follow-up is done
///
/// Possible once, for the branch or a committee member responsible for it.
#[operation(post, "/inspections/{id}/completions", refuses(InvalidTransition))]
pub async fn complete_inspection(
    permit: Permit<CompleteInspections>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewCompletion>,
) -> Result<Reply<Inspection>> {
    let today = db.clock().today();
    edit::step::<Inspection, _>(&db, &permit, *id, seen, async |tx, row| {
        if row.follow_up.is_none() || row.follow_up_done_on.is_some() {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Không có việc phải khắc phục, hoặc đã xong.",
                "There is no follow-up, or it is already done.",
            )));
        }
        expect_not_in_future("/done_on", body.value.done_on, today)?;
        if body.value.done_on < row.on_date {
            refuse(vec![too_early("/done_on")])?;
        }
        let mut active = edit::blank::<Inspection>();
        active.follow_up_done_on = Set(Some(body.value.done_on));
        active.follow_up_note = Set(Some(body.value.note.as_str().to_owned()));
        edit::stepped::<Inspection>(tx, &row, active, "follow_up_done_on").await
    })
    .await
}
