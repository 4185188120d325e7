//! One statement on its way to the server, and what comes back.
use deadpool_postgres::Object;
use sea_orm::sea_query::Value;
use sea_query_postgres::PostgresValue;
use tokio::sync::oneshot;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Column, Row, Statement as Prepared};

use super::Failure;
use super::statement::Built;

/// Checks the columns of a newly prepared statement.
pub(super) type Check = fn(&[Column]) -> Result<(), Failure>;

/// For a statement whose rows are not decoded.
pub(super) const UNCHECKED: Check = |_| Ok(());

/// A prepared statement and what it binds.
pub(super) struct Ready {
    pub(super) statement: Prepared,
    pub(super) values: Vec<PostgresValue>,
}

impl Ready {
    /// Prepares a statement, or finds it prepared; one whose columns do not fit is forgotten.
    pub(super) async fn of(
        connection: &Object,
        text: &str,
        values: Vec<Value>,
        check: Check,
    ) -> Result<Self, Failure> {
        let known = connection.statement_cache.size();
        let prepared = connection.prepare_cached(text).await;
        let statement = prepared.map_err(|e| Failure::from(&e))?;
        if connection.statement_cache.size() > known
            && let Err(misfit) = check(statement.columns())
        {
            connection.statement_cache.remove(text, &[]);
            return Err(misfit);
        }
        let values = values.into_iter().map(PostgresValue).collect();
        Ok(Self { statement, values })
    }

    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|v| v as _).collect()
    }
}

/// How to send a statement.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    /// Whether to read rows, or only their number.
    pub(super) rows: bool,
    /// Whether COMMIT travels with it.
    pub(super) last: bool,
    /// Whether it may travel on a connection with others, if it is the only one: it is quick.
    pub(super) quick: bool,
    pub(super) check: Check,
}

pub(super) enum Received {
    Rows(Vec<Row>),
    Count(u64),
}

/// A statement that leaves with the next one.
pub(super) struct Waiting {
    pub(super) built: Built,
    /// None: nobody reads its rows.
    pub(super) reader: Option<Reader>,
}

/// Who reads the rows of a statement that waits.
pub(super) struct Reader {
    pub(super) check: Check,
    rows: oneshot::Sender<Vec<Row>>,
}

impl Reader {
    pub(super) fn new(check: Check) -> (Self, oneshot::Receiver<Vec<Row>>) {
        let (rows, read) = oneshot::channel();
        (Self { check, rows }, read)
    }

    pub(super) fn take(self, rows: Vec<Row>) {
        // the reader has dropped the receiver, because an earlier answer was enough
        let _ = self.rows.send(rows);
    }
}
