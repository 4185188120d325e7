//! The people of a source plan.
use std::collections::BTreeSet;

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::db::Tx;
use crate::db::tables::source_plan_entry;
use crate::error::Result;

/// Whether the plan names anybody.
pub(super) async fn names_somebody(tx: &Tx, plan: Uuid) -> Result<bool> {
    let named = source_plan_entry::Entity::find()
        .filter(source_plan_entry::Column::SourcePlanId.eq(plan))
        .filter(source_plan_entry::Column::DeletedAt.is_null());
    Ok(tx.one(named.limit(1)).await?.is_some())
}

/// The candidates that the plan names, also in entries that were removed.
pub(super) async fn candidates(tx: &Tx, plan: Uuid) -> Result<BTreeSet<Uuid>> {
    let named = source_plan_entry::Entity::find()
        .filter(source_plan_entry::Column::SourcePlanId.eq(plan))
        .filter(source_plan_entry::Column::CandidateId.is_not_null());
    let named = tx.all(named).await?.into_iter();
    Ok(named.filter_map(|entry| entry.candidate_id).collect())
}
