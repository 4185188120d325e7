//! Posts in branch committees, which are held only by members of the branch.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, JoinType, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use crate::db::tables::branch_officer;
use crate::db::{Tx, any_of, any_row, constant, revise};
use crate::error::{Error, Result};
use crate::law::calendar::day_before;
use crate::law::say;
use crate::law::settings::BRANCH_COMMITTEE_MINIMUM;
use crate::law::words::OfficerPosition;

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
    Err(before_post())
}

pub fn before_post() -> Error {
    Error::invalid(
        "/on",
        "before_post",
        say(
            "Sau ngày này còn có chức vụ bắt đầu trong chi bộ: hãy xóa hoặc sửa chức vụ trước.",
            "A post in the branch begins later: remove or correct it first.",
        ),
    )
}

/// Each post of the member lasts as planned, as far as membership, activity and the next post in
/// the branch allow. False where one cannot have begun, or the branch has had another secretary
/// since.
pub async fn renew_posts(tx: &Tx, member: Uuid) -> Result<bool> {
    use branch_officer::Column;
    let posts = branch_officer::Entity::find()
        .filter(Column::MemberId.eq(member))
        .order_by_asc(Column::FromOn);
    let posts = tx.all(posts).await?;
    if posts.is_empty() {
        return Ok(true);
    }
    let known = super::registered(tx, member).await?;
    for (place, post) in posts.iter().enumerate() {
        let Some(able) = known.post(post.branch_id, post.from_on, post.planned_to_on) else {
            return Ok(false);
        };
        let mut later = posts[place + 1..].iter();
        let next = later.find(|p| p.branch_id == post.branch_id && p.from_on > post.from_on);
        let next = next.map(|p| day_before(p.from_on));
        let last = able.into_iter().chain(next).min();
        if last != post.to_on {
            let renewed = revise::<branch_officer::Entity>(tx.now())
                .col_expr(Column::ToOn, Expr::val(last))
                .filter(Column::Id.eq(post.id));
            tx.execute(renewed).await?;
        }
    }
    Ok(tx.ask([second_secretary(member)]).await? == [false])
}

/// Whether the member was secretary of a branch on a day on which somebody else was.
fn second_secretary(member: Uuid) -> Expr {
    use branch_officer::Column;
    let this = |column| Expr::col((branch_officer::Entity, column));
    let other = |column| Expr::col(("other", column));
    let by_then = |ends: Expr, day| ends.clone().is_null().or(ends.gte(day));
    let both = other(Column::BranchId)
        .eq(this(Column::BranchId))
        .and(other(Column::Id).ne(this(Column::Id)))
        .and(other(Column::Position).eq(this(Column::Position)))
        .and(by_then(other(Column::ToOn), this(Column::FromOn)))
        .and(by_then(this(Column::ToOn), other(Column::FromOn)));
    let mut found = Build::select();
    found
        .expr(constant(1))
        .from(branch_officer::Entity)
        .join_as(JoinType::InnerJoin, branch_officer::Entity, "other", both)
        .and_where(this(Column::MemberId).eq(member))
        .and_where(this(Column::Position).eq(constant(OfficerPosition::Secretary.wire())));
    Expr::exists(found)
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
        .col_expr(Column::ToOn, Expr::val(day))
        .filter(any_of(Column::MemberId, members))
        .filter(Column::ToOn.is_null().or(Column::ToOn.gt(day)));
    if let Some(branch) = to {
        ended = ended.filter(Column::BranchId.ne(branch));
    }
    tx.execute(ended).await.map(drop)
}

/// 422 for `/position`, unless the branch has enough official members on that day for a branch
/// committee. A smaller branch has a secretary and perhaps a deputy, but no other officers.
pub async fn expect_committee(tx: &Tx, branch: Uuid, on: NaiveDate) -> Result<()> {
    let register = super::register::branch(tx, branch).await?;
    let there = register.0.iter().filter(|line| line.holds(on));
    let official = there.filter(|line| line.official_on(on)).count();
    let least = super::setting(tx, &BRANCH_COMMITTEE_MINIMUM, Some(on)).await?;
    if i32::try_from(official).is_ok_and(|official| official < least) {
        return Err(Error::invalid(
            "/position",
            "no_committee",
            say(
                format!("Chi bộ có {official} đảng viên chính thức; từ {least} mới có chi ủy."),
                format!(
                    "The branch has {official} official members; a branch committee takes {least}."
                ),
            ),
        ));
    }
    Ok(())
}
