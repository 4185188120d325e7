//! A second pair of eyes on a person who bears the name and birth date of another one.
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::Candidate;
use crate::access::ConfirmNamesakes;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::recording::person;

/// Confirm that a person is not their namesake
///
/// For a nomination or a correction that names somebody with the name and birth date of another person. Until then the file waits. The account that gave the reason cannot confirm it.
#[operation(
    post,
    "/candidates/{id}/namesake-confirmations",
    tag = "candidates",
    refuses(InvalidTransition)
)]
pub async fn confirm_namesake(
    permit: Permit<ConfirmNamesakes>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<Candidate>> {
    let today = db.clock().today();
    edit::step::<Candidate, _>(&db, &permit, *id, seen, async |tx, row| {
        let waits = row
            .namesake_by
            .filter(|_| row.namesake_confirmed_on.is_none());
        person::expect_second_pair_of_eyes(&permit, waits)?;
        let mut active = edit::blank::<Candidate>();
        active.namesake_confirmed_by = Set(Some(permit.caller().account));
        active.namesake_confirmed_on = Set(Some(today));
        edit::stepped::<Candidate>(tx, &row, active, "namesake_confirmed_on").await
    })
    .await
}
