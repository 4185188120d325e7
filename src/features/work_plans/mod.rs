//! Work plans (phương hướng nhiệm vụ tháng, quý, năm) of branches, with the meetings that adopted
//! them.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /work-plans` | [`list_work_plans`] |
//! | `POST /work-plans` | [`create_work_plan`] |
//! | `GET /work-plans/{id}` | [`get_work_plan`] |
//! | `PATCH /work-plans/{id}` | [`change_work_plan`] |
//! | `DELETE /work-plans/{id}` | [`remove_work_plan`] |
mod check;
mod store;
mod wire;

use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use check::check;
use wire::NewWorkPlan;
pub use wire::WorkPlan;

use crate::access::{ReadWorkPlans, WriteWorkPlans};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, refers};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::Editable;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::work_plan as table;
use crate::error::{Code, Error, Result};

pub fn configure(v1: &mut Routes) {
    v1.service(list_work_plans)
        .service(create_work_plan)
        .service(get_work_plan)
        .service(change_work_plan)
        .service(remove_work_plan);
}

/// List work plans
///
/// `missing_admission_section=true` finds the plans without a section on admission work.
#[operation(get, "/work-plans")]
pub async fn list_work_plans(
    permit: Permit<ReadWorkPlans>,
    db: Data<Db>,
    query: List<WorkPlan>,
) -> Result<Page<WorkPlan>> {
    edit::list(&db, &permit, &query).await
}

/// Get a work plan
#[operation(get, "/work-plans/{id}")]
pub async fn get_work_plan(
    permit: Permit<ReadWorkPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<WorkPlan>,
) -> Result<Reply<WorkPlan>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Record a work plan of the caller's branch
///
/// One per period. A plan without a section on admission work is accepted and flagged.
#[operation(post, "/work-plans", refuses(Duplicate))]
pub async fn create_work_plan(
    permit: Permit<WriteWorkPlans>,
    db: Data<Db>,
    body: Body<NewWorkPlan>,
) -> Result<Created<WorkPlan>> {
    let today = db.clock().today();
    edit::create::<WorkPlan, _, _>(&db, &permit, &body, async |tx| {
        let branch = permit
            .caller()
            .branch
            .ok_or_else(|| Error::new(Code::Forbidden))?;
        edit::expect_open_branch(tx, branch).await?;
        check(tx, today, branch, None, &body.value).await?;
        let mut active = edit::blank::<WorkPlan>();
        WorkPlan::apply(body.value.clone(), &mut active);
        active.branch_id = Set(branch);
        edit::insert::<WorkPlan>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a work plan
#[operation(patch, "/work-plans/{id}", refuses(Duplicate, HasDependents))]
pub async fn change_work_plan(
    permit: Permit<WriteWorkPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewWorkPlan>,
) -> Result<Reply<WorkPlan>> {
    let today = db.clock().today();
    edit::change::<WorkPlan, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            check(tx, today, row.branch_id, Some(row.id), new).await?;
            let moved =
                (row.period_kind, row.year, row.number) != (new.period_kind, new.year, new.number);
            if moved {
                edit::refuse_dependents(
                    tx,
                    [refers::<table::Entity>(table::Column::ParentId, row.id)],
                )
                .await
            } else {
                Ok(())
            }
        },
    )
    .await
}

/// Remove a work plan
#[operation(delete, "/work-plans/{id}", refuses(HasDependents))]
pub async fn remove_work_plan(
    permit: Permit<WriteWorkPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<WorkPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(
            tx,
            [refers::<table::Entity>(table::Column::ParentId, row.id)],
        )
        .await?;
        edit::mark_deleted::<WorkPlan>(tx, row).await
    })
    .await
}
