//! Officers of branches; those of one branch are listed and appointed under `/branches/{id}/officers`.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /officers/{id}` | [`get_officer`] |
//! | `PATCH /officers/{id}` | [`change_officer`] |
//! | `DELETE /officers/{id}` | [`remove_officer`] |
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::access::{ReadOfficers, WriteOfficers};
use crate::api::body::Patch;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Reply};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::branch_officer;
use crate::error::{Error, Result};
use crate::law::say;
use crate::resources::officer::{self, NewOfficer, Officer};

pub fn configure(v1: &mut Routes) {
    v1.service(get_officer)
        .service(change_officer)
        .service(remove_officer);
}

/// Get an officer
#[operation(get, "/officers/{id}", tag = "branches")]
pub async fn get_officer(
    permit: Permit<ReadOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Officer>,
) -> Result<Reply<Officer>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Change an officer, or end the post with `to_on`
#[operation(patch, "/officers/{id}", tag = "branches", refuses(Duplicate))]
pub async fn change_officer(
    permit: Permit<WriteOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewOfficer>,
) -> Result<Reply<Officer>> {
    edit::change::<Officer, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            if new.member_id != row.member_id {
                let words = say(
                    "Không đổi được người giữ chức vụ: hãy kết thúc, hoặc xóa nếu ghi nhầm, và ghi cho người khác.",
                    "Cannot be changed: end the post, or remove it if it was entered by mistake, and appoint the other member.",
                );
                return Err(Error::invalid("/member_id", "read_only", words));
            }
            if new.to_on != row.to_on {
                active.planned_to_on = Set(new.to_on);
            }
            officer::check(tx, row.branch_id, new, Some(row.id), db.clock().today()).await
        },
    )
    .await
}

/// Remove a post that was recorded by mistake
///
/// To end a post, set `to_on` instead.
#[operation(delete, "/officers/{id}", tag = "branches")]
pub async fn remove_officer(
    permit: Permit<WriteOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Officer, _>(&db, &permit, *id, seen, async |tx, row| {
        tx.delete::<branch_officer::Entity>(row.id).await.map(drop)
    })
    .await
}
