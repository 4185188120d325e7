//! The plan that stands above another.
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::db::Tx;
use crate::db::tables::work_plan as table;
use crate::error::Result;

/// The plan with this id, if it is one of the branch.
pub(super) async fn of_branch(tx: &Tx, branch: Uuid, plan: Uuid) -> Result<Option<table::Model>> {
    let plan = table::Entity::find_by_id(plan)
        .filter(table::Column::BranchId.eq(branch))
        .filter(table::Column::DeletedAt.is_null());
    tx.one(plan).await
}
