//! Rows that are read later than they are asked for, so that several statements travel in one flush.
use std::marker::PhantomData;
use std::sync::Arc;

use tokio::sync::oneshot::Receiver;
use tokio::sync::oneshot::error::TryRecvError;
use tokio_postgres::Row;

use super::transaction::Transaction;
use super::{Failure, Record};
use crate::error::Result;

/// The rows of a statement that leaves with the next one, or when they are read.
#[must_use]
pub struct Soon<T> {
    transaction: Arc<Transaction>,
    rows: Receiver<Vec<Row>>,
    record: PhantomData<fn() -> T>,
}

impl<T: Record> Soon<T> {
    pub(super) fn new(transaction: Arc<Transaction>, rows: Receiver<Vec<Row>>) -> Self {
        Self {
            transaction,
            rows,
            record: PhantomData,
        }
    }

    /// All rows.
    pub async fn all(self) -> Result<Vec<T>> {
        let rows = self.read().await?;
        Ok(rows.iter().map(T::decode).collect::<Result<_, _>>()?)
    }

    /// The first row.
    pub async fn one(self) -> Result<Option<T>> {
        let rows = self.read().await?;
        Ok(rows.first().map(T::decode).transpose()?)
    }

    async fn read(mut self) -> Result<Vec<Row>, Failure> {
        let mut rows = self.rows.try_recv();
        if matches!(rows, Err(TryRecvError::Empty)) {
            self.transaction.flush(false).await?;
            rows = self.rows.try_recv();
        }
        rows.map_err(|_| Failure::Misuse("rows of a statement that has failed".into()))
    }
}
