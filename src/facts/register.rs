//! The register of members: a member's history, a branch's history.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use crate::db::tables::act;
use crate::db::{Soon, Tx, any_of, any_row, functions, sql};
use crate::error::{Error, Result};
use crate::law::acts::ActKind;
use crate::law::register::{Activities, Register, Registered, Stay};
use crate::law::say;

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
    // only those who read the branch see whose lines they are
    register.0.retain(|line| line.member.is_some());
    Ok(register)
}

/// 422 for `/on`, if the branch has voted on one of these people on that day or later: each vote
/// stays with the branch to which the person belonged on its day.
pub async fn expect_no_vote_on(
    tx: &Tx,
    people: &[Uuid],
    branch: Uuid,
    on: NaiveDate,
) -> Result<()> {
    let vote = act::Column::Kind
        .eq(ActKind::Resolution)
        .and(act::Column::RecordedBranchId.eq(branch))
        .and(act::Column::OnDate.gte(on))
        .and(any_of(act::Column::CandidateId, people.iter().copied()));
    if tx.ask([any_row::<act::Entity>(vote)]).await? == [false] {
        return Ok(());
    }
    Err(Error::invalid(
        "/on",
        "before_last_vote",
        say(
            "Chi bộ đã biểu quyết về người chuyển đi vào ngày này hoặc sau đó.",
            "The branch has voted on a person who moves on this day or later.",
        ),
    ))
}
