//! The deadlines of a file, computed again after a change that is not an act of it.
use chrono::NaiveDate;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::carry;
use crate::db::tables::candidate;
use crate::db::{Tx, functions};
use crate::error::Result;
use crate::facts;
use crate::law::regulation::Regulations;
use crate::law::{consequences, findings};

/// Rewrites the deadlines of these files after something changed that is no act of theirs: the branch,
/// or what their sponsor is.
pub async fn renew_deadlines(
    tx: &Tx,
    law: &Regulations,
    ids: &[Uuid],
    today: NaiveDate,
) -> Result<()> {
    write_deadlines(tx, law, ids, None, today).await
}

/// The same after a change of this account, by which acts may have lost their ground.
pub(super) async fn write_deadlines(
    tx: &Tx,
    law: &Regulations,
    ids: &[Uuid],
    by: Option<Uuid>,
    today: NaiveDate,
) -> Result<()> {
    for id in ids {
        let row = candidate::Entity::find_by_id(*id)
            .filter(candidate::Column::DeletedAt.is_null())
            .filter(candidate::Column::ErasedOn.is_null());
        let Some(row) = tx.one(row).await? else {
            continue;
        };
        let facts = facts::candidacy(tx, &row, None, today).await?;
        let file = facts.file(law);
        let lost = findings::of(&facts, law);
        let open = consequences::open_deadlines(&facts, law, &file, &lost, today);
        let due = carry::deadlines(&open, by);
        let renewed =
            json!({"candidate": row.id, "deadlines": {"due": due, "on": today, "at": tx.now()}});
        tx.later(functions::carry(None, renewed)).await;
    }
    Ok(())
}
