//! A branch's records by date: none may be from before its founding or after its end.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::law::say;

mod store;

/// 422 if the branch has anything on record from before its founding. The other day is today.
pub(super) async fn nothing_before(
    tx: &Tx,
    branch: Uuid,
    days: (NaiveDate, NaiveDate),
) -> Result<()> {
    let (recorded, decided) = store::before(branch, days);
    let recorded = tx.ask(recorded).await?.contains(&true);
    if !recorded && tx.ask(decided).await? == [false; 2] {
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

/// 422 if the branch has anything on record from after its end. What a branch that goes on within
/// another has recorded since is the other's.
pub(super) async fn nothing_after(
    tx: &Tx,
    branch: Uuid,
    days: (NaiveDate, NaiveDate),
    merged: bool,
) -> Result<()> {
    let (recorded, decided) = store::after(branch, days);
    let recorded = tx.ask(recorded).await?.contains(&true);
    if !recorded && (merged || tx.ask(decided).await? == [false; 2]) {
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
