//! Posts in branch committees, which are held only by members of the branch.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::db::tables::branch_officer;
use crate::db::{Tx, any_of, any_row, revise};
use crate::error::{Error, Result};
use crate::law::say;

/// 422 for `/on`, if one of the members has a post that begins on that day or later, when they no
/// longer belong to its branch; posts in the branch `to` are no hindrance.
pub async fn expect_no_post_from(
    tx: &Tx,
    members: &[Uuid],
    to: Option<Uuid>,
    day: NaiveDate,
) -> Result<()> {
    use branch_officer::Column;
    let begun = any_of(Column::MemberId, members.iter().copied()).and(Column::FromOn.gte(day));
    let begun = match to {
        Some(branch) => begun.and(Column::BranchId.ne(branch)),
        None => begun,
    };
    if tx.ask([any_row::<branch_officer::Entity>(begun)]).await? == [false] {
        return Ok(());
    }
    Err(Error::invalid(
        "/on",
        "before_post",
        say(
            "Sau ngày này còn có chức vụ bắt đầu trong chi bộ: hãy xóa hoặc sửa chức vụ trước.",
            "A post in the branch begins later: remove or correct it first.",
        ),
    ))
}

/// The members' posts in other branches than `to` last until that day at most; how long they were
/// planned to is kept.
pub async fn end_posts(
    tx: &Tx,
    members: Vec<Uuid>,
    to: Option<Uuid>,
    day: NaiveDate,
) -> Result<()> {
    use branch_officer::Column;
    let mut ended = revise::<branch_officer::Entity>(tx.now())
        .col_expr(Column::PlannedToOn, Expr::col(Column::ToOn))
        .col_expr(Column::ToOn, Expr::val(day))
        .filter(any_of(Column::MemberId, members))
        .filter(Column::ToOn.is_null().or(Column::ToOn.gt(day)));
    if let Some(branch) = to {
        ended = ended.filter(Column::BranchId.ne(branch));
    }
    tx.execute(ended).await.map(drop)
}
