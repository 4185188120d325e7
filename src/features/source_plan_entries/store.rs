//! What is kept of an approved entry while a revision changes it.
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait as _, IntoActiveModel as _};

use crate::api::edit;
use crate::db::Tx;
use crate::db::tables::source_plan_entry as table;
use crate::error::Result;
use crate::resources::source_plan_entry::SourcePlanEntry;

/// A person who was approved stays approved while a revision names somebody else in their place: as
/// a row of their own that was taken out, without what is sealed for the other person.
pub(super) async fn keep_approved(
    tx: &Tx,
    row: &table::Model,
    active: &mut table::ActiveModel,
) -> Result<()> {
    if row.approved_year.is_none() {
        return Ok(());
    }
    let mut kept = row.clone().into_active_model().reset_all();
    kept.id = NotSet;
    (kept.assessment, kept.data_key) = (Set(None), Set(None));
    kept.deleted_at = Set(Some(tx.now()));
    edit::insert::<SourcePlanEntry>(tx, row.organization_id, kept).await?;
    active.approved_year = Set(None);
    Ok(())
}
