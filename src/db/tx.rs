//! The transaction as work sees it: typed rows in and out, and one last statement.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Value;
use sea_orm::{ActiveModelTrait, EntityTrait, Insert, UpdateMany};
use tokio_postgres::Row;

use super::statement::{inserted, returning};
use super::work::Work;
use super::{Record, Statement};
use crate::access::reach::Rows;
use crate::error::{Error, Result};

/// The transaction, while it is open. Whoever holds it, and not only a reference to it, may send the last statement.
pub struct Tx {
    work: Arc<Work>,
}

/// The transaction with one statement to go: COMMIT travels with it.
pub struct Last {
    work: Arc<Work>,
}

impl Tx {
    pub(super) fn new(work: Arc<Work>) -> Self {
        Self { work }
    }

    /// The time of this work: one instant for all its rows.
    pub fn now(&self) -> DateTime<Utc> {
        self.work.now
    }

    /// Queries state the caller's reach; not so where a test leaves that to the database.
    pub fn scoped(&self) -> bool {
        self.work.scopes
    }

    /// The condition that a query adds for the caller's reach; always true where a test leaves scopes out.
    /// `of` is the table's name or alias with its dot, or nothing.
    pub fn scope(&self, rows: &Rows, of: &str) -> String {
        if self.work.scopes {
            rows.sql(of)
        } else {
            "true".to_owned()
        }
    }

    /// All rows of a statement.
    pub async fn all<S: Statement>(&self, statement: S) -> Result<Vec<S::Row>> {
        self.work.all(statement, false).await
    }

    /// The first row of a statement.
    pub async fn one<S: Statement>(&self, statement: S) -> Result<Option<S::Row>> {
        self.work.one(statement, false).await
    }

    /// Sends a statement whose rows nobody reads; how many it touched.
    pub async fn execute<S: Statement>(&self, statement: S) -> Result<u64> {
        self.work.execute(statement, false).await
    }

    /// Inserts, and gives back the row as it is kept.
    pub async fn insert<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model>
    where
        A: ActiveModelTrait,
        <A::Entity as EntityTrait>::Model: Record,
    {
        let kept = self.one(inserted(Insert::one(row))).await?;
        kept.ok_or_else(|| Error::internal(anyhow::anyhow!("an insert answered no row")))
    }

    /// Updates, and gives back the rows as they are now.
    pub async fn update<E>(&self, update: UpdateMany<E>) -> Result<Vec<E::Model>>
    where
        E: EntityTrait,
        E::Model: Record,
    {
        self.all(returning(update)).await
    }

    /// Rows of SQL text, read column by column.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        self.work.rows(sql, values, false).await
    }

    /// The next statement is the last one: after it there is no transaction to send another with.
    pub fn last(self) -> Last {
        Last { work: self.work }
    }
}

impl Last {
    pub async fn all<S: Statement>(self, statement: S) -> Result<Vec<S::Row>> {
        self.work.all(statement, true).await
    }

    pub async fn one<S: Statement>(self, statement: S) -> Result<Option<S::Row>> {
        self.work.one(statement, true).await
    }

    pub async fn execute<S: Statement>(self, statement: S) -> Result<u64> {
        self.work.execute(statement, true).await
    }

    pub async fn rows(self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        self.work.rows(sql, values, true).await
    }
}
