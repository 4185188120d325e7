//! The columns of the list of deadlines that are computed, and the days listed as off.
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _, Func};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::api::names;
use crate::db::tables::{deadline as table, holiday};
use crate::db::{Tx, constant, today};
use crate::error::Result;
use crate::law::words::{DayKind, DeadlineState};

/// It is in this state, as a condition on the columns themselves, for which there are indexes: the planner
/// reads the word, and keeps its branch only.
pub(super) fn state(word: Expr) -> Expr {
    let settled = word.clone().eq(constant(DeadlineState::Settled));
    let late = word.eq(constant(DeadlineState::Overdue));
    let open = table::Column::SettledOn.is_null();
    CaseStatement::new()
        .case(settled, table::Column::SettledOn.is_not_null())
        .case(late, overdue())
        .finally(open.and(table::Column::DueOn.into_expr().gte(today())))
        .into()
}

/// Open, and its last day has passed.
pub(super) fn overdue() -> Expr {
    let open = table::Column::SettledOn.is_null();
    open.and(table::Column::DueOn.into_expr().lt(today()))
}

/// Open, and due within this number of days.
pub(super) fn within(days: Expr) -> Expr {
    let open = table::Column::SettledOn.is_null();
    open.and(table::Column::DueOn.into_expr().lte(today().add(days)))
}

/// Of the candidate, or of the member without a file.
pub(super) fn name_of_the_person(tx: &Tx) -> Expr {
    let candidate = names::of_candidate(tx, table::Column::CandidateId);
    Func::coalesce([candidate, names::of_member(tx, table::Column::MemberId)]).into()
}

/// The days listed as off.
pub(super) async fn days_off(tx: &Tx) -> Result<Vec<holiday::Model>> {
    let off = holiday::Entity::find().filter(holiday::Column::Kind.eq(DayKind::Off));
    tx.all(off).await
}
