//! What is on record of a branch, by its days: nothing is of before its founding or of after its end.
use chrono::NaiveDate;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use uuid::Uuid;

use super::store::{handed_over_by, handed_over_to};
use crate::db::tables::{
    act, activity, branch_change, branch_overseer, inspection, membership, review, work_plan,
};
use crate::db::{Tx, any_live, any_row, constant};
use crate::error::{Error, Result};
use crate::law::say;
use crate::law::words::BranchChangeKind;

/// Whether anything has such a day, acts that the branch recorded left out.
fn recorded(branch: Uuid, on: impl Fn(Expr) -> Expr) -> [Expr; 8] {
    let stay = {
        use membership::Column::{BranchId, FromOn, ToOn};
        let days = on(FromOn.into_expr()).or(on(ToOn.into_expr()));
        any_row::<membership::Entity>(BranchId.eq(branch).and(days))
    };
    let came = handed_over_to(branch).and(on(act::Column::OnDate.into_expr()));
    // who is handed over was in the branch until the day before
    let went = handed_over_by(branch).and(on(act::Column::OnDate.into_expr().sub(constant(1))));
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
        let days = on(OnDate.into_expr()).or(on(EndsOn.into_expr()));
        any_live::<activity::Entity>(BranchId.eq(branch).and(days))
    };
    let reviewed = {
        use review::Column::{BranchId, HeldOn};
        any_live::<review::Entity>(BranchId.eq(branch).and(on(HeldOn.into_expr())))
    };
    let planned = {
        use work_plan::Column::{BranchId, HeldOn};
        any_live::<work_plan::Entity>(BranchId.eq(branch).and(on(HeldOn.into_expr())))
    };
    let changed = {
        use branch_change::Column::{BranchId, Kind, OnDate, OtherBranchId};
        let own = BranchId.eq(branch).and(on(OnDate.into_expr()));
        let merged = Kind.eq(BranchChangeKind::Merged);
        // a branch that goes into another has its last day before
        let taken_in = OtherBranchId.eq(branch).and(merged);
        own.or(taken_in.and(on(OnDate.into_expr().add(constant(1)))))
    };
    [
        stay,
        any_row::<act::Entity>(came.or(went)),
        overseen,
        inspected,
        active,
        reviewed,
        planned,
        any_row::<branch_change::Entity>(changed),
    ]
}

fn own_acts(branch: Uuid, such: impl Fn(Expr) -> Expr) -> Expr {
    let own = act::Column::RecordedBranchId.eq(branch);
    any_row::<act::Entity>(own.and(such(act::Column::OnDate.into_expr())))
}

/// 422 if the branch has anything on record from before its founding.
pub(super) async fn nothing_before(tx: &Tx, branch: Uuid, founded: NaiveDate) -> Result<()> {
    let before = |day: Expr| day.lt(founded);
    let recorded = tx.ask(recorded(branch, before)).await?.contains(&true);
    if !recorded && tx.ask([own_acts(branch, before)]).await? == [false] {
        return Ok(());
    }
    Err(Error::invalid(
        "/founded_on",
        "after_first_record",
        say(
            "Trước ngày này chi bộ đã có đảng viên, người phụ trách, cuộc họp, hoạt động, kiểm tra, thay đổi hoặc việc ghi nhận.",
            "The branch has members, overseers, meetings, activities, inspections, changes or acts from before this day.",
        ),
    ))
}

/// 422 if the branch has anything on record from after its end. What a branch that goes on within another
/// has recorded since is the other's.
pub(super) async fn nothing_after(
    tx: &Tx,
    branch: Uuid,
    end: NaiveDate,
    merged: bool,
) -> Result<()> {
    let after = |day: Expr| day.gt(end);
    let recorded = tx.ask(recorded(branch, after)).await?.contains(&true);
    if !recorded && (merged || tx.ask([own_acts(branch, after)]).await? == [false]) {
        return Ok(());
    }
    Err(Error::invalid(
        "/on",
        "before_last_record",
        say(
            "Sau ngày này chi bộ còn có đảng viên đến, đi, người phụ trách, cuộc họp, hoạt động, kiểm tra, thay đổi hoặc việc ghi nhận.",
            "Members came or left, overseers were assigned, or meetings, activities, inspections, changes or acts are on record after this day.",
        ),
    ))
}
