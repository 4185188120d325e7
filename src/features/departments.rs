//! Departments covered by a branch: khoa, phòng, trạm y tế.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /departments` | [`list_departments`] |
//! | `POST /departments` | [`create_department`] |
//! | `GET /departments/{id}` | [`get_department`] |
//! | `PATCH /departments/{id}` | [`change_department`] |
//! | `DELETE /departments/{id}` | [`remove_department`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadDepartments, WriteDepartments, reach};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, Reference, open_candidacy_refers, refers};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{EXPAND_BRANCH, Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::{candidate, department as table, member};
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::UnitKind;

pub fn configure(v1: &mut Routes) {
    v1.service(list_departments)
        .service(create_department)
        .service(get_department)
        .service(change_department)
        .service(remove_department);
}

/// A department (khoa, phòng, trạm y tế)
#[derive(Debug, Serialize, ToSchema)]
pub struct Department {
    pub id: Uuid,
    /// The branch that covers it; null if none does
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    #[schema(example = "Khoa Nội tổng hợp", max_length = 200)]
    pub name: String,
    pub kind: UnitKind,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A department to create
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewDepartment {
    /// The branch that covers it; it changes only while nobody works there
    pub branch_id: Option<Uuid>,
    /// Unique within the organisation
    #[schema(example = "Khoa Phục hồi chức năng")]
    pub name: Text<200>,
    pub kind: UnitKind,
}

impl Resource for Department {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "department",
        path: "departments",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::Kind, FieldKind::Enum(UnitKind::WIRE)),
            Field::of(&table::Column::Name, FieldKind::Text).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::organization,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            name,
            kind,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            branch_id,
            name,
            kind,
            version,
            created_at,
            updated_at,
        }
    }
}

impl Editable for Department {
    type Edit = NewDepartment;
    fn edit(row: &table::Model) -> NewDepartment {
        NewDepartment {
            branch_id: row.branch_id,
            name: Text::stored(row.name.clone()),
            kind: row.kind,
        }
    }
    fn apply(edit: NewDepartment, active: &mut table::ActiveModel) {
        let NewDepartment {
            branch_id,
            name,
            kind,
        } = edit;
        active.branch_id = Set(branch_id);
        active.name = Set(name.into_string());
        active.kind = Set(kind);
    }
}

/// List departments
#[operation(get, "/departments")]
pub async fn list_departments(
    permit: Permit<ReadDepartments>,
    db: Data<Db>,
    query: List<Department>,
) -> Result<Page<Department>> {
    edit::list(&db, &permit, &query).await
}

/// Get a department
#[operation(get, "/departments/{id}")]
pub async fn get_department(
    permit: Permit<ReadDepartments>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Department>,
) -> Result<Reply<Department>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Create a department
#[operation(post, "/departments", refuses(Duplicate))]
pub async fn create_department(
    permit: Permit<WriteDepartments>,
    db: Data<Db>,
    body: Body<NewDepartment>,
) -> Result<Created<Department>> {
    edit::create::<Department, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        edit::check_references(tx, [Reference::to_branch("/branch_id", new.branch_id)]).await?;
        let mut active = edit::blank::<Department>();
        Department::apply(new, &mut active);
        edit::insert::<Department>(tx, permit.caller().organization, active).await
    })
    .await
}

/// 409 while somebody stands in the department.
async fn expect_empty(tx: &Tx, department: Uuid) -> Result<()> {
    let people = [
        refers::<member::Entity>(member::Column::DepartmentId, department),
        open_candidacy_refers(candidate::Column::DepartmentId, department),
    ];
    edit::refuse_dependents(tx, people).await
}

/// Names the field that people stand in the way of.
fn staffed(error: Error) -> Error {
    if error.code() != Code::HasDependents {
        return error;
    }
    let words = say(
        "Còn người công tác tại đơn vị này: họ chuyển chi bộ bằng việc chuyển đảng viên, chuyển người trong quy hoạch hoặc tách chi bộ.",
        "People work there: they move to another branch by transfers, or with a split.",
    );
    let fault = Fault::pointer("/branch_id", "has_dependents", words.clone());
    error.detail(words).with_faults(vec![fault])
}

/// Change a department
#[operation(patch, "/departments/{id}", refuses(Duplicate, HasDependents))]
pub async fn change_department(
    permit: Permit<WriteDepartments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewDepartment>,
) -> Result<Reply<Department>> {
    edit::change::<Department, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            if new.branch_id == row.branch_id {
                return Ok(());
            }
            edit::check_references(tx, [Reference::to_branch("/branch_id", new.branch_id)]).await?;
            // people in a department change branches only by transfers or a split
            expect_empty(tx, row.id).await.map_err(staffed)
        },
    )
    .await
}

/// Remove a department
#[operation(delete, "/departments/{id}", refuses(HasDependents))]
pub async fn remove_department(
    permit: Permit<WriteDepartments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Department, _>(&db, &permit, *id, seen, async |tx, row| {
        expect_empty(tx, row.id).await?;
        edit::mark_deleted::<Department>(tx, row).await
    })
    .await
}
