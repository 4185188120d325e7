//! What is asked about other accounts, and about the caller's organisation.
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::confirmations::confirms;
use crate::access::Role;
use crate::db::tables::{account, organization};
use crate::db::{Tx, any_row, constant, identity};
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

/// Whether an account besides `these` can confirm, today and for good: it works, does not end by
/// itself, and its person has set the password, and the second factor if the role `needs` one.
pub(super) fn confirms_besides(
    these: [Uuid; 2],
    row: &account::Model,
    needs: impl Fn(Role) -> bool,
) -> Expr {
    use account::Column;
    let roles = Role::ALL.iter().copied().filter(|role| confirms(*role));
    let roles = roles.map(|role| {
        let ready = Column::SecondFactorAt
            .is_not_null()
            .or(constant(!needs(role)));
        Column::Role.eq(role).and(ready)
    });
    let roles = roles.reduce(ExprTrait::or).unwrap_or(constant(false));
    let another = Column::OrganizationId
        .eq(row.organization_id)
        .and(roles)
        .and(Column::Id.is_not_in(these))
        .and(Column::DisabledAt.is_null())
        .and(Column::WaitsUntil.is_null())
        .and(Column::ExpiresAt.is_null())
        .and(Column::HasPassword.eq(true));
    any_row::<account::Entity>(another)
}
