//! The officers and overseers of one branch.
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use uuid::Uuid;

use super::store::expect_visible;
use super::wire::Branch;
use crate::access::{ReadOfficers, ReadOverseers, WriteOfficers, WriteOverseers};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page};
use crate::api::resource::Editable as _;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::{branch_officer, branch_overseer};
use crate::error::Result;
use crate::facts;
use crate::resources::officer::{self, NewOfficer, Officer};
use crate::resources::overseer::{self, NewOverseer, Overseer};

/// List the officers of a branch
#[operation(get, "/branches/{id}/officers")]
pub async fn list_officers(
    permit: Permit<ReadOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Officer>,
) -> Result<Page<Officer>> {
    let reach = permit.reach();
    edit::list_below(
        &db,
        &permit,
        &query,
        branch_officer::Column::BranchId.eq(*id),
        async |tx| expect_visible(tx, reach, *id).await,
    )
    .await
}

/// Appoint an officer of a branch
#[operation(post, "/branches/{id}/officers", refuses(Duplicate))]
pub async fn appoint_officer(
    permit: Permit<WriteOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewOfficer>,
) -> Result<Created<Officer>> {
    edit::create::<Officer, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        edit::find::<Branch>(tx, permit.reach(), *id, false).await?;
        edit::expect_open_branch(tx, *id).await?;
        officer::check(tx, *id, &new, None, db.clock().today()).await?;
        let mut active = edit::blank::<Officer>();
        active.branch_id = Set(*id);
        active.planned_to_on = Set(new.to_on);
        Officer::apply(new, &mut active);
        edit::insert::<Officer>(tx, permit.caller().organization, active).await
    })
    .await
}

/// List the overseers of a branch
#[operation(get, "/branches/{id}/overseers")]
pub async fn list_overseers(
    permit: Permit<ReadOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Overseer>,
) -> Result<Page<Overseer>> {
    let reach = permit.reach();
    edit::list_below(
        &db,
        &permit,
        &query,
        branch_overseer::Column::BranchId.eq(*id),
        async |tx| expect_visible(tx, reach, *id).await,
    )
    .await
}

/// Assign an overseer to a branch
#[operation(post, "/branches/{id}/overseers", refuses(Duplicate))]
pub async fn assign_overseer(
    permit: Permit<WriteOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewOverseer>,
) -> Result<Created<Overseer>> {
    edit::create::<Overseer, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        edit::find::<Branch>(tx, permit.reach(), *id, false).await?;
        edit::expect_open_branch(tx, *id).await?;
        overseer::check(tx, *id, &new, None).await?;
        facts::expect_founded(tx, "/from_on", *id, new.from_on).await?;
        let mut active = edit::blank::<Overseer>();
        active.branch_id = Set(*id);
        Overseer::apply(new, &mut active);
        edit::insert::<Overseer>(tx, permit.caller().organization, active).await
    })
    .await
}
