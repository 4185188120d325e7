//! The computed column of the list of inspections, and the branches that a caller may inspect.
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use uuid::Uuid;

use crate::access::{Reach, reach};
use crate::db::tables::{branch, inspection as table};
use crate::db::{Tx, any_live, condition, constant, today};
use crate::error::Result;

/// Whether the follow-up was due before today and is not done.
pub(super) fn follow_up_overdue() -> Expr {
    let late = Func::coalesce([
        table::Column::FollowUpDueOn.into_expr().lt(today()),
        constant(false),
    ]);
    Expr::from(late).and(table::Column::FollowUpDoneOn.is_null())
}

/// Whether the branch is within this reach.
pub(super) async fn reaches(tx: &Tx, reach: Reach, branch: Uuid) -> Result<bool> {
    let reached = condition(&reach::branches(reach), "");
    let this = branch::Column::Id.eq(branch).and(reached);
    let [reached] = tx.ask([any_live::<branch::Entity>(this)]).await?;
    Ok(reached)
}
