//! What was changed in a member's record.
use actix_web::web::{Data, Path};
use uuid::Uuid;

use super::wire::{Member, PERSONAL};
use crate::access::ReadHistory;
use crate::api::history::{History, Unmasked, Whose, history};
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::member;
use crate::error::Result;

fn whose(row: &member::Model) -> Whose<'_> {
    Whose {
        organization: row.organization_id,
        candidate: None,
        key: row.data_key.as_deref(),
        submitted: true,
    }
}

/// Get the changes of a member's record
///
/// Who changed what, with the values before and after, so that a slip can be undone. You see the values
/// of the fields that you see in the record itself; the others are named in `_hidden`. With a `reason`
/// the Party Office and the Standing Committee see them all. After the person was erased nobody does.
#[operation(get, "/members/{id}/history", tag = "members", answer = "The changes")]
pub async fn get_member_history(
    permit: Permit<ReadHistory>,
    db: Data<Db>,
    id: Path<Uuid>,
    reason: Query<Unmasked>,
) -> Result<Reply<History>> {
    history::<Member, _>(&db, &permit, *id, (&reason, PERSONAL), whose).await
}
