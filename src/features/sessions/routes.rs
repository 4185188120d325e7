//! A single session of a class.

use actix_web::web::{Data, Path};
use uuid::Uuid;

use crate::access::{ReadClasses, WriteClasses};
use crate::api::body::Patch;
use crate::api::checks::expect_not_in_future;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Reply};
use crate::auth::Permit;
use crate::db::Db;
use crate::error::{Code, Error, Result};
use crate::resources::class::Class;
use crate::resources::class_session::{ClassSession, NewClassSession, inside};

/// Get a session
#[operation(get, "/sessions/{id}", tag = "classes")]
pub async fn get_class_session(
    permit: Permit<ReadClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<ClassSession>,
) -> Result<Reply<ClassSession>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Change a session
#[operation(patch, "/sessions/{id}", tag = "classes", refuses(Duplicate))]
pub async fn change_class_session(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewClassSession>,
) -> Result<Reply<ClassSession>> {
    let today = db.clock().today();
    edit::change::<ClassSession, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            if row.held {
                expect_not_in_future("/on", new.on, today)?;
            }
            inside(
                &edit::find::<Class>(tx, permit.reach(), row.class_id, false).await?,
                new.on,
            )
        },
    )
    .await
}

/// Remove a session
///
/// Only until attendance has been taken.
#[operation(delete, "/sessions/{id}", tag = "classes", refuses(HasDependents))]
pub async fn remove_class_session(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<ClassSession, _>(&db, &permit, *id, seen, async |tx, row| {
        if row.held {
            return Err(Error::new(Code::HasDependents));
        }
        edit::mark_deleted::<ClassSession>(tx, row).await
    })
    .await
}
