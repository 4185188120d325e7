//! The review to whose list a person belongs.
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::db::Tx;
use crate::db::tables::review;
use crate::error::Result;

/// The review with this id, unless it was removed.
pub(super) async fn review(tx: &Tx, id: Uuid) -> Result<Option<review::Model>> {
    let review = review::Entity::find_by_id(id).filter(review::Column::DeletedAt.is_null());
    tx.one(review).await
}
