//! The register of members: a member's history, a branch's history.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use uuid::Uuid;

use crate::db::tables::act;
use crate::db::{Query, Soon, Tx, any_of, functions, sql};
use crate::error::{Error, Result};
use crate::law::acts::ActKind;
use crate::law::register::{Activities, Register, Registered, Stay};
use crate::law::{say, vi};

/// The history of a member whom the caller sees.
pub async fn registered(tx: &Tx, member: Uuid) -> Result<Registered> {
    read(soon(tx, member).await).await
}

/// The same, to be [read] later.
pub async fn soon(tx: &Tx, member: Uuid) -> Soon<(String,)> {
    let registered = sql::<(String,)>(include_str!("registered.sql"), vec![member.into()]);
    tx.soon(registered).await
}

pub async fn read(history: Soon<(String,)>) -> Result<Registered> {
    type Read = (
        Option<NaiveDate>,
        Vec<Stay>,
        serde_json::Value,
        Vec<serde_json::Value>,
        Vec<(NaiveDate, Option<NaiveDate>)>,
    );
    let (text,) = history.one().await?.ok_or_else(Error::not_found)?;
    let (official_from, stays, first, mut later, sponsored): Read =
        serde_json::from_str(&text).map_err(Error::internal)?;
    later.insert(0, first);
    let activities: Activities =
        serde_json::from_value(serde_json::Value::Array(later)).map_err(Error::internal)?;
    Ok(Registered {
        official_from,
        stays,
        activities,
        sponsored,
    })
}

/// The register of a branch; empty if the caller cannot read it.
pub async fn branch(tx: &Tx, branch: Uuid) -> Result<Register> {
    let read = tx.one(functions::branch_register(branch)).await?;
    let read = read.and_then(|(text,)| text);
    let mut register: Register = read.map_or(Ok(Register::default()), |text| {
        serde_json::from_str(&text).map_err(Error::internal)
    })?;
    // only readers of the branch see whose lines these are
    register.0.retain(|line| line.member.is_some());
    Ok(register)
}

/// The last day from `on` on of a vote of this branch on one of these people, or of the recognition of
/// one, that stands: each stays with the branch to which the person belonged on its day.
pub async fn last_vote_on(
    tx: &Tx,
    people: &[Uuid],
    branch: Uuid,
    on: NaiveDate,
) -> Result<Option<NaiveDate>> {
    // a correction is written by the branch that has the file now, but is about the vote of the
    // branch that had it then
    let held = act::Column::RecordedBranchId
        .eq(branch)
        .or(act::Column::CorrectsId.is_not_null());
    let vote = act::Column::Kind
        .eq(ActKind::Resolution)
        .or(act::Column::Kind.eq(ActKind::Recognition))
        .and(held)
        .and(act::Column::OnDate.gte(on))
        .and(any_of(act::Column::CandidateId, people.iter().copied()))
        .and(Expr::exists(super::superseding()).not());
    let mut last = Build::select();
    last.expr(act::Column::OnDate.into_expr().max())
        .from(act::Entity)
        .and_where(vote);
    let last = tx.one(Query::<(Option<NaiveDate>,)>::of(&last)).await?;
    Ok(last.and_then(|(on,)| on))
}

/// 422 for `/on`, if there is such a vote or recognition on that day or later.
pub async fn expect_no_vote_on(
    tx: &Tx,
    people: &[Uuid],
    branch: Uuid,
    on: NaiveDate,
) -> Result<()> {
    let Some(last) = last_vote_on(tx, people, branch, on).await? else {
        return Ok(());
    };
    Err(Error::invalid(
        "/on",
        "before_last_vote",
        say(
            format!(
                "Ngày {} đã có biểu quyết về người chuyển đi, hoặc quyết định công nhận người đó, khi còn ở chi bộ này: chỉ chuyển từ ngày sau đó.",
                vi(last)
            ),
            format!(
                "A person who moves was voted on, or recognised, in this branch on {last}: possible from the day after."
            ),
        ),
    ))
}
