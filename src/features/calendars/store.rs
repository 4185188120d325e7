//! The address of an account's feed, and the duties that the feed shows.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, QuerySelect as _,
    ValidatedDeleteOne,
};
use uuid::Uuid;

use crate::db::tables::calendar_feed as table;
use crate::db::{Query, Record, Tx, inserted, sql};
use crate::error::Result;

/// An open duty.
#[derive(Record)]
pub(super) struct Due {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) due_on: NaiveDate,
    pub(super) source: String,
    pub(super) branch: String,
}

/// The open duties within the caller's reach, what comes next first.
pub(super) fn due() -> Query<Due> {
    sql(include_str!("due.sql"), vec![])
}

/// Keeps the account's address in place of an earlier one.
pub(super) fn address(
    account: Uuid,
    token_hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Query<table::Model> {
    let feed = table::Model {
        account_id: account,
        token_hash,
        created_at: now,
        version: 1,
    };
    let raised = Expr::col((table::Entity, table::Column::Version)).add(1);
    let replace = OnConflict::column(table::Column::AccountId)
        .update_columns([table::Column::TokenHash, table::Column::CreatedAt])
        .value(table::Column::Version, raised)
        .to_owned();
    let insert = table::Entity::insert(feed.into_active_model().reset_all());
    inserted(insert.on_conflict(replace))
}

/// The account's address, locked.
pub(super) async fn lock(tx: &Tx, account: Uuid) -> Result<Option<table::Model>> {
    tx.one(table::Entity::find_by_id(account).lock_exclusive())
        .await
}

/// Ends the account's address.
pub(super) fn end(account: Uuid) -> ValidatedDeleteOne<table::Entity> {
    table::Entity::delete_by_id(account)
}
