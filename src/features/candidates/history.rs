//! What was changed in a file.
use actix_web::web::{Data, Path};
use uuid::Uuid;

use super::particulars::{Candidate, PERSONAL};
use crate::access::ReadHistory;
use crate::api::history::{History, Unmasked, Whose, history};
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::candidate;
use crate::error::Result;

fn whose(row: &candidate::Model) -> Whose<'_> {
    Whose {
        organization: row.organization_id,
        candidate: Some(row.id),
        key: row.data_key.as_deref(),
        submitted: row.stage.submitted(),
    }
}

/// Get the changes of a candidate's particulars
///
/// Who changed what, with the values before and after, so that a slip can be undone. You see the values
/// of the fields that you see in the file itself; of the others, and of remarks in any case, only
/// the names stand in `_hidden`. With a `reason` the Party Office and the Standing Committee see all values,
/// remarks too. After the person was erased nobody does.
#[operation(
    get,
    "/candidates/{id}/history",
    tag = "candidates",
    answer = "The changes"
)]
pub async fn get_candidate_history(
    permit: Permit<ReadHistory>,
    db: Data<Db>,
    id: Path<Uuid>,
    reason: Query<Unmasked>,
) -> Result<Reply<History>> {
    history::<Candidate, _>(&db, &permit, *id, (&reason, PERSONAL), whose).await
}
