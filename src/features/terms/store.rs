//! What hinders a change of a term's years.
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::db::Tx;
use crate::db::tables::quota_plan;
use crate::error::Result;

/// Whether the term has a year's plan outside these years.
pub(super) async fn plans_outside(
    tx: &Tx,
    term: Uuid,
    from_year: i32,
    to_year: i32,
) -> Result<bool> {
    let outside = quota_plan::Entity::find()
        .filter(quota_plan::Column::TermId.eq(term))
        .filter(quota_plan::Column::DeletedAt.is_null())
        .filter(quota_plan::Column::Year.not_between(from_year, to_year));
    Ok(tx.one(outside.limit(1)).await?.is_some())
}
