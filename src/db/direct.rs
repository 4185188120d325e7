//! Statements of the commands, over a connection outside the pool: nobody has signed in, and what
//! the role of the connection may do is all that limits them.
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Query as Build};
use sea_query_postgres::PostgresValue;
use tokio_postgres::GenericClient;

use super::sending::Ready;
use super::statement::Built;
use super::{Failure, Identity, Query, Record as _, Statement};

async fn ready(client: &impl GenericClient, built: Built) -> anyhow::Result<Ready> {
    let statement = client.prepare(&built.text).await?;
    let values = built.values.into_iter().map(PostgresValue).collect();
    Ok(Ready { statement, values })
}

fn unread(failure: &Failure) -> anyhow::Error {
    anyhow::anyhow!("a row cannot be read: {failure:?}")
}

/// All rows of a statement.
pub async fn all<S: Statement>(
    client: &impl GenericClient,
    statement: S,
) -> anyhow::Result<Vec<S::Row>> {
    let ready = ready(client, statement.build()).await?;
    S::Row::check(ready.statement.columns()).map_err(|e| unread(&e))?;
    let rows = client.query(&ready.statement, &ready.parameters()).await?;
    let rows: Result<_, _> = rows.iter().map(S::Row::decode).collect();
    rows.map_err(|e| unread(&e))
}

/// The first row of a statement.
pub async fn one<S: Statement>(
    client: &impl GenericClient,
    statement: S,
) -> anyhow::Result<Option<S::Row>> {
    Ok(all(client, statement).await?.into_iter().next())
}

/// Sends a statement without reading rows; returns the number of rows affected.
pub async fn execute<S: Statement>(
    client: &impl GenericClient,
    statement: S,
) -> anyhow::Result<u64> {
    let ready = ready(client, statement.build()).await?;
    Ok(client
        .execute(&ready.statement, &ready.parameters())
        .await?)
}

/// Whether a condition holds.
pub async fn holds(client: &impl GenericClient, condition: Expr) -> anyhow::Result<bool> {
    let mut select = Build::select();
    select.expr(condition);
    let answer = one(client, Query::<(bool,)>::of(&select)).await?;
    Ok(answer.is_some_and(|(holds,)| holds))
}

/// Reads on behalf of somebody, until the transaction ends.
pub async fn enter(
    tx: &impl GenericClient,
    identity: Identity,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (text, values) = identity.entering(now);
    let text = text.into();
    let ready = ready(tx, Built { text, values }).await?;
    tx.query(&ready.statement, &ready.parameters()).await?;
    Ok(())
}
