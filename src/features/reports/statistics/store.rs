//! Statements of the statistics.
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query as Build};
use uuid::Uuid;

use crate::access::{Reach, reach};
use crate::db::tables::{branch, organization};
use crate::db::{Query, Tx};

/// A branch with its organisation.
pub type Place = (Uuid, String, String, Uuid, String);

/// The branches within this reach.
pub fn places(tx: &Tx, reach: Reach) -> Query<Place> {
    let mut places = Build::select();
    places
        .columns([
            (branch::Entity, branch::Column::Id),
            (branch::Entity, branch::Column::Number),
            (branch::Entity, branch::Column::Name),
        ])
        .columns([
            (organization::Entity, organization::Column::Id),
            (organization::Entity, organization::Column::Name),
        ])
        .from(branch::Entity)
        .inner_join(
            organization::Entity,
            Expr::col((branch::Entity, branch::Column::OrganizationId))
                .eq(Expr::col((organization::Entity, organization::Column::Id))),
        )
        .and_where(Expr::col((branch::Entity, branch::Column::DeletedAt)).is_null())
        .and_where(tx.within(&reach::branches(reach), "branch."))
        .order_by(
            (organization::Entity, organization::Column::Name),
            Order::Asc,
        )
        .order_by((organization::Entity, organization::Column::Id), Order::Asc)
        .order_by((branch::Entity, branch::Column::Number), Order::Asc);
    Query::of(&places)
}
