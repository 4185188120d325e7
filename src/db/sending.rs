//! One statement on its way to the server, and what comes back.
use sea_query_postgres::PostgresValue;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Column, Row, Statement as Prepared};

use super::Failure;

/// A prepared statement and what it binds.
pub(super) struct Ready {
    pub(super) statement: Prepared,
    pub(super) values: Vec<PostgresValue>,
}

impl Ready {
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
    /// Checks the columns of a newly prepared statement.
    pub(super) check: fn(&[Column]) -> Result<(), Failure>,
}

pub(super) enum Received {
    Rows(Vec<Row>),
    Count(u64),
}
