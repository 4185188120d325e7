//! The level of the caller's organisation.
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::db::tables::organization;
use crate::db::{Tx, identity};
use crate::error::Result;
use crate::law::words::OrganizationKind;

/// Whether the caller belongs to an upper committee.
pub(super) async fn at_upper_level(tx: &Tx) -> Result<bool> {
    let own = organization::Column::Id
        .into_expr()
        .eq(identity("app.organization"));
    let own = tx.one(organization::Entity::find().filter(own)).await?;
    Ok(own.is_some_and(|o| o.kind == OrganizationKind::Upper))
}
