//! The values that were set, and a new one.
use sea_orm::sea_query::{ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};

use super::{SettingChange, Stored};
use crate::db::tables::setting as table;
use crate::db::{Tx, identity};
use crate::error::Result;

/// Every value that the caller's organisation set, by key.
pub(super) async fn stored_settings(tx: &Tx) -> Result<Stored> {
    let own = table::Column::OrganizationId
        .into_expr()
        .eq(identity("app.organization"));
    let rows = table::Entity::find()
        .filter(own)
        .order_by_asc(table::Column::Version);
    let mut all = Stored::new();
    for row in tx.all(rows).await? {
        let change = SettingChange {
            value: row.value,
            from_on: row.from_on,
            recorded_at: row.created_at,
        };
        all.entry(row.key).or_default().push((row.version, change));
    }
    Ok(all)
}

/// Adds a value; returns whether its version was still free.
pub(super) async fn add(tx: &Tx, row: table::Model) -> Result<bool> {
    let unique = [
        table::Column::OrganizationId,
        table::Column::Key,
        table::Column::Version,
    ];
    let insert = table::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::columns(unique).do_nothing().to_owned());
    Ok(tx.execute(insert).await? > 0)
}
