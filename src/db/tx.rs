//! The transaction as features use it: typed rows in and out, and one last statement.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Query as Build, Value};
use sea_orm::{
    ActiveModelTrait, EntityTrait, Insert, IntoActiveModel, PrimaryKeyTrait, UpdateMany,
};
use tokio_postgres::Row;
use uuid::Uuid;

use super::statement::{inserted, returning, sql};
use super::transaction::Transaction;
use super::{Identity, Query, Record, Soon, Statement, condition, constant};
use crate::access::rows::Rows;
use crate::error::{Error, Result};
use crate::sealing::Seals;

/// The type of an entity's key.
type Key<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// An open transaction. Only its owner, not the holder of a reference, may send the last statement.
pub struct Tx {
    inner: Arc<Transaction>,
}

/// A transaction with one statement left to send; COMMIT travels with it.
pub struct Last {
    inner: Arc<Transaction>,
}

async fn all<S: Statement>(inner: &Transaction, statement: S, last: bool) -> Result<Vec<S::Row>> {
    let rows = inner.query(statement.build(), S::Row::check, last).await?;
    Ok(rows.iter().map(S::Row::decode).collect::<Result<_, _>>()?)
}

async fn one<S: Statement>(
    inner: &Transaction,
    statement: S,
    last: bool,
) -> Result<Option<S::Row>> {
    let rows = inner.query(statement.build(), S::Row::check, last).await?;
    Ok(rows.first().map(S::Row::decode).transpose()?)
}

impl Tx {
    pub(super) fn new(inner: Arc<Transaction>) -> Self {
        Self { inner }
    }

    /// The transaction's time: the same instant for all its rows.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.now
    }

    /// The keys of what is stored sealed; none where one is missing.
    pub fn seals(&self) -> Option<&Seals> {
        self.inner.seals.as_deref()
    }

    /// Whether queries state the caller's reach; false where a test leaves that to the database.
    pub fn scoped(&self) -> bool {
        self.inner.scopes
    }

    /// The condition that limits a query to the caller's reach; always true where a test leaves
    /// scopes out. `of` is the table's name or alias with its dot, or empty.
    pub fn scope(&self, rows: &Rows, of: &str) -> String {
        if self.inner.scopes {
            rows.sql(of)
        } else {
            "true".to_owned()
        }
    }

    /// All rows of a statement.
    pub async fn all<S: Statement>(&self, statement: S) -> Result<Vec<S::Row>> {
        all(&self.inner, statement, false).await
    }

    /// The first row of a statement.
    pub async fn one<S: Statement>(&self, statement: S) -> Result<Option<S::Row>> {
        one(&self.inner, statement, false).await
    }

    /// The row with this key.
    pub async fn by_id<E>(&self, id: impl Into<Key<E>>) -> Result<Option<E::Model>>
    where
        E: EntityTrait,
        E::Model: Record,
    {
        self.one(E::find_by_id(id)).await
    }

    /// Deletes the row with this key; returns the number of rows deleted.
    pub async fn delete<E: EntityTrait>(&self, id: impl Into<Key<E>>) -> Result<u64> {
        self.execute(E::delete_by_id(id)).await
    }

    /// Inserts a row whose every column is known, and reads nothing back.
    pub async fn keep<A>(&self, row: impl IntoActiveModel<A>) -> Result<()>
    where
        A: ActiveModelTrait,
    {
        let insert = Insert::one(row.into_active_model().reset_all());
        self.execute(insert).await.map(drop)
    }

    /// Sends a statement without reading rows; returns the number of rows affected.
    pub async fn execute<S: Statement>(&self, statement: S) -> Result<u64> {
        self.inner.execute(statement.build(), false).await
    }

    /// Sends a statement together with the next one, or with COMMIT: nobody waits for its answer
    /// alone. If it fails, so does the next one.
    pub async fn later<S: Statement>(&self, statement: S) {
        self.inner.later(statement.build()).await;
    }

    /// The same for a statement whose rows are read: nobody waits for them alone.
    pub async fn soon<S: Statement>(&self, statement: S) -> Soon<S::Row> {
        let rows = self.inner.soon(statement.build(), S::Row::check).await;
        Soon::new(self.inner.clone(), rows)
    }

    /// Sends what waits, if nothing else was sent before.
    pub async fn open(&self) -> Result<()> {
        Ok(self.inner.open().await?)
    }

    /// Whether each of these conditions holds, in one statement.
    pub async fn ask<const N: usize>(&self, conditions: [Expr; N]) -> Result<[bool; N]> {
        let answers = self.asked(conditions).await.one().await?;
        Ok(answers.unwrap_or([false; N]))
    }

    /// The same, to be read [soon](Self::soon).
    pub async fn asked<const N: usize>(&self, conditions: [Expr; N]) -> Soon<[bool; N]> {
        let mut select = Build::select();
        select.exprs(conditions);
        self.soon(Query::of(&select)).await
    }

    /// Like [`scope`](Self::scope), for a statement built with sea-query.
    pub fn within(&self, rows: &Rows, of: &str) -> Expr {
        if self.inner.scopes {
            condition(rows, of)
        } else {
            constant(true)
        }
    }

    /// Inserts the row and returns it as stored.
    pub async fn insert<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model>
    where
        A: ActiveModelTrait,
        <A::Entity as EntityTrait>::Model: Record,
    {
        let kept = self.one(inserted(Insert::one(row))).await?;
        kept.ok_or_else(|| Error::internal(anyhow::anyhow!("an insert answered no row")))
    }

    /// Updates, and returns the rows as they are now.
    pub async fn update<E>(&self, update: UpdateMany<E>) -> Result<Vec<E::Model>>
    where
        E: EntityTrait,
        E::Model: Record,
    {
        self.all(returning(update)).await
    }

    /// Undecoded rows of SQL text.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        self.inner.rows(sql, values, false).await
    }

    /// Runs `work` as the organisation's Party Office, within this transaction: what the caller's
    /// own work means for rows that the caller does not see.
    pub async fn as_the_office<T>(
        &self,
        organization: Uuid,
        work: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<T> {
        self.enter(Identity::Office { organization }).await;
        let done = work().await;
        self.enter(self.inner.identity).await;
        done
    }

    /// Before whatever is sent next.
    async fn enter(&self, identity: Identity) {
        let (text, values) = identity.entering(self.now());
        self.later(sql::<()>(text, values)).await;
    }

    /// Makes the next statement the last one: the type leaves no transaction for another.
    pub fn last(self) -> Last {
        Last { inner: self.inner }
    }
}

impl Last {
    pub async fn all<S: Statement>(self, statement: S) -> Result<Vec<S::Row>> {
        all(&self.inner, statement, true).await
    }

    pub async fn one<S: Statement>(self, statement: S) -> Result<Option<S::Row>> {
        one(&self.inner, statement, true).await
    }

    pub async fn execute<S: Statement>(self, statement: S) -> Result<u64> {
        self.inner.execute(statement.build(), true).await
    }

    pub async fn rows(self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        self.inner.rows(sql, values, true).await
    }
}
