//! What the caller's account is told: accounts that wait, other administrators, its own names.
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query as Build};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::access::Role;
use crate::db::tables::account::{self, Column};
use crate::db::tables::{branch, organization};
use crate::db::{Query, Tx, any_row, value_of};
use crate::error::Result;

/// Accounts of the organisation that wait for this one's confirmation, the oldest first; and those that
/// one person alone has made or opened since.
pub(super) async fn to_confirm(
    tx: &Tx,
    own: &account::Model,
    since: DateTime<Utc>,
) -> Result<(Vec<account::Model>, Vec<account::Model>)> {
    let now = tx.now();
    let waits = (Column::WaitsUntil.gt(now))
        .and(Column::Id.ne(own.id))
        .and(Column::AskedBy.is_null().or(Column::AskedBy.ne(own.id)));
    let told = account::Entity::find()
        .filter(Column::OrganizationId.eq(own.organization_id))
        .filter(waits.or(Column::AloneAt.gt(since)))
        .order_by_asc(Column::AskedAt)
        .order_by_asc(Column::Id)
        .limit(150);
    let told = tx.all(told).await?;
    Ok(told.into_iter().partition(|row| {
        let asked_here = row.asked_by == Some(own.id);
        row.id != own.id && !asked_here && row.waits_until.is_some_and(|until| until > now)
    }))
}

/// Whether the organisation has an administrator besides this account, who has set a password.
pub(super) async fn has_other_administrator(tx: &Tx, own: &account::Model) -> Result<bool> {
    let other = Column::Role
        .eq(Role::SystemAdmin)
        .and(Column::Id.ne(own.id))
        .and(Column::OrganizationId.eq(own.organization_id))
        .and(Column::DisabledAt.is_null())
        .and(Column::WaitsUntil.is_null())
        .and(Column::HasPassword.eq(true));
    let [other] = tx.ask([any_row::<account::Entity>(other)]).await?;
    Ok(other)
}

/// Texts that a password may not contain: login and name of the account, name of its organisation, those
/// of its branches.
pub(super) fn own_names(account: Uuid) -> Query<(String, String, String, Option<String>)> {
    let mut names = Build::select();
    let mut branches = Build::select();
    let all = [Expr::col(branch::Column::Name), Expr::val(" ")];
    branches
        .expr(Func::cust("string_agg").args(all))
        .from(branch::Entity)
        .and_where(branch::Column::DeletedAt.is_null());
    names
        .columns([account::Column::Login, account::Column::DisplayName])
        .column((organization::Entity, organization::Column::Name))
        .expr(value_of(branches))
        .from(account::Entity)
        .inner_join(
            organization::Entity,
            Expr::col((organization::Entity, organization::Column::Id))
                .equals((account::Entity, account::Column::OrganizationId)),
        )
        .and_where(account::Column::Id.eq(account));
    Query::of(&names)
}
