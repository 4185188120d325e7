//! The thread of a problem report, and the computed column of the list.
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait as _, Func, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::{LONGEST_THREAD, MOST_MESSAGES};
use crate::auth::By;
use crate::db::tables::{problem_message as message, problem_report as table};
use crate::db::{Query, Tx, any_of, constant, today, value_of};
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::law::words::daily::{MessageKind, ProblemState};

/// Whether it is unanswered after the day by which it is to be answered.
pub(super) fn overdue() -> Expr {
    let waits = [ProblemState::Reported, ProblemState::Forwarded].map(constant);
    let state = table::Column::State.into_expr().is_in(waits);
    state.and(table::Column::DueOn.into_expr().lt(today()))
}

/// The entries of these reports, oldest first.
pub(super) async fn threads(tx: &Tx, reports: Vec<Uuid>) -> Result<Vec<message::Model>> {
    let thread = message::Entity::find()
        .filter(any_of(message::Column::ReportId, reports))
        .order_by_asc(message::Column::At)
        .order_by_asc(message::Column::Id);
    tx.all(thread).await
}

/// Adds an entry to the thread. The report is locked, so its length cannot change meanwhile.
pub(super) async fn say_so(
    tx: &Tx,
    by: By<'_>,
    row: &table::Model,
    (kind, text): (MessageKind, &str),
) -> Result<()> {
    let entry = [
        (message::Column::Id, Uuid::now_v7().into()),
        (message::Column::OrganizationId, row.organization_id.into()),
        (message::Column::ReportId, row.id.into()),
        (message::Column::Kind, kind.into()),
        (message::Column::Author, by.caller.role.into()),
        (message::Column::AccountId, by.caller.account.into()),
        (message::Column::Body, text.into()),
        (message::Column::At, tx.now().into()),
    ];
    let most = if kind == MessageKind::Message {
        MOST_MESSAGES
    } else {
        LONGEST_THREAD
    };
    let (columns, values): (Vec<_>, Vec<Expr>) = entry.into_iter().unzip();
    let (mut thread, mut select, mut insert) = (Build::select(), Build::select(), Build::insert());
    thread
        .expr(Func::count(Expr::col(Asterisk)))
        .from(message::Entity)
        .and_where(message::Column::ReportId.eq(row.id));
    select
        .exprs(values)
        .and_where(value_of(thread).lt(i64::from(most)));
    let insert = insert.into_table(message::Entity).columns(columns);
    let insert = insert.select_from(select).map_err(Error::internal)?;
    if tx.execute(Query::<()>::of(insert)).await? == 0 {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Trao đổi đã quá dài; hãy lập báo cáo mới.",
            "The thread is too long; report the problem anew.",
        )));
    }
    Ok(())
}
