//! Overseers of branches; those of one branch are listed and assigned under `/branches/{id}/overseers`.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /overseers/{id}` | [`get_overseer`] |
//! | `PATCH /overseers/{id}` | [`change_overseer`] |
//! | `DELETE /overseers/{id}` | [`remove_overseer`] |
use actix_web::web::{Data, Path};
use uuid::Uuid;

use crate::access::{ReadOverseers, WriteOverseers};
use crate::api::body::Patch;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Reply};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::branch_overseer;
use crate::error::{Error, Result};
use crate::facts;
use crate::law::say;
use crate::resources::overseer::{self, NewOverseer, Overseer};

pub fn configure(v1: &mut Routes) {
    v1.service(get_overseer)
        .service(change_overseer)
        .service(remove_overseer);
}

/// Get an overseer
#[operation(get, "/overseers/{id}", tag = "branches")]
pub async fn get_overseer(
    permit: Permit<ReadOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Overseer>,
) -> Result<Reply<Overseer>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Change an overseer, or end the assignment with `to_on`
#[operation(
    patch,
    "/overseers/{id}",
    tag = "branches",
    refuses(Duplicate, InvalidTransition)
)]
pub async fn change_overseer(
    permit: Permit<WriteOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewOverseer>,
) -> Result<Reply<Overseer>> {
    edit::change::<Overseer, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            if new.account_id != row.account_id {
                let words = say(
                    "Không đổi được người phụ trách: hãy kết thúc và giao cho người khác.",
                    "Cannot be changed: end the assignment and assign somebody else.",
                );
                return Err(Error::invalid("/account_id", "read_only", words));
            }
            facts::expect_founded(tx, "/from_on", row.branch_id, new.from_on).await?;
            let within = match new.to_on {
                Some(last) => edit::ended_since(tx, row.branch_id, last).await?,
                None => false,
            };
            if !within {
                edit::expect_open_branch(tx, row.branch_id).await?;
            }
            overseer::check(tx, row.branch_id, new, Some(row.id)).await
        },
    )
    .await
}

/// Remove an assignment of an overseer that was recorded by mistake
///
/// To end an assignment, set `to_on` instead.
#[operation(delete, "/overseers/{id}", tag = "branches")]
pub async fn remove_overseer(
    permit: Permit<WriteOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Overseer, _>(&db, &permit, *id, seen, async |tx, row| {
        tx.delete::<branch_overseer::Entity>(row.id).await.map(drop)
    })
    .await
}
