//! Whether a branch has anything on record of certain days.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use uuid::Uuid;

use crate::db::tables::{
    act, activity, branch_change, branch_overseer, inspection, membership, review, work_plan,
};
use crate::db::{any_live, any_row, constant};
use crate::features::branches::store::{handed_over_by, handed_over_to};
use crate::law::words::BranchChangeKind;

/// Whether anything has such a day, reviews and acts that the branch recorded left out. A meeting,
/// a change or the last day of an activity that is still to come does not count.
fn recorded(branch: Uuid, today: NaiveDate, on: impl Fn(Expr) -> Expr) -> [Expr; 7] {
    let past = |column: Expr| on(column.clone()).and(column.lte(today));
    let stay = {
        use membership::Column::{BranchId, FromOn, ToOn};
        let days = on(FromOn.into_expr()).or(on(ToOn.into_expr()));
        any_row::<membership::Entity>(BranchId.eq(branch).and(days))
    };
    let came = handed_over_to(branch).and(on(act::Column::OnDate.into_expr()));
    // a person who was handed over belonged to the branch until the day before
    let went = handed_over_by(branch).and(past(act::Column::OnDate.into_expr().sub(constant(1))));
    let overseen = {
        use branch_overseer::Column::{BranchId, FromOn};
        any_row::<branch_overseer::Entity>(BranchId.eq(branch).and(on(FromOn.into_expr())))
    };
    let inspected = {
        use inspection::Column::{BranchId, OnDate};
        any_live::<inspection::Entity>(BranchId.eq(branch).and(on(OnDate.into_expr())))
    };
    let active = {
        use activity::Column::{BranchId, EndsOn, OnDate};
        let days = on(OnDate.into_expr()).or(past(EndsOn.into_expr()));
        any_live::<activity::Entity>(BranchId.eq(branch).and(days))
    };
    let planned = {
        use work_plan::Column::{BranchId, HeldOn};
        any_live::<work_plan::Entity>(BranchId.eq(branch).and(past(HeldOn.into_expr())))
    };
    let changed = {
        use branch_change::Column::{BranchId, Kind, OnDate, OtherBranchId};
        let own = BranchId.eq(branch).and(past(OnDate.into_expr()));
        let merged = Kind.eq(BranchChangeKind::Merged);
        // a branch that was merged into another had its last day before
        let taken_in = OtherBranchId.eq(branch).and(merged);
        own.or(taken_in.and(past(OnDate.into_expr().add(constant(1)))))
    };
    [
        stay,
        any_row::<act::Entity>(came.or(went)),
        overseen,
        inspected,
        active,
        planned,
        any_row::<branch_change::Entity>(changed),
    ]
}

/// The same of reviews and of the acts that the branch recorded, which go along with the files.
fn decided(branch: Uuid, today: NaiveDate, on: impl Fn(Expr) -> Expr) -> [Expr; 2] {
    let own = act::Column::RecordedBranchId.eq(branch);
    let acted = own.and(on(act::Column::OnDate.into_expr()));
    let held = review::Column::HeldOn.into_expr();
    let held = on(held.clone()).and(held.lte(today));
    let reviewed = review::Column::BranchId.eq(branch).and(held);
    [
        any_row::<act::Entity>(acted),
        any_live::<review::Entity>(reviewed),
    ]
}

/// What a question about the records asks: of all but the decisions, and of these.
pub(super) type Questions = ([Expr; 7], [Expr; 2]);

fn ask(branch: Uuid, today: NaiveDate, on: impl Fn(Expr) -> Expr + Copy) -> Questions {
    (recorded(branch, today, on), decided(branch, today, on))
}

pub(super) fn before(branch: Uuid, (founded, today): (NaiveDate, NaiveDate)) -> Questions {
    ask(branch, today, |day| day.lt(founded))
}

pub(super) fn after(branch: Uuid, (end, today): (NaiveDate, NaiveDate)) -> Questions {
    ask(branch, today, |day| day.gt(end))
}
