//! Failures of a statement.

/// Why a statement failed. Of PostgreSQL's own errors only SQLSTATE and constraint are kept: DETAIL
/// prints whole rows.
#[derive(Debug)]
pub enum Failure {
    /// PostgreSQL refused the statement.
    Refused {
        state: String,
        constraint: Option<String>,
    },
    /// The connection broke; the outcome of the statement is unknown.
    Closed,
    /// No connection became free in time.
    NoConnection,
    /// A row holds a value outside its type: names table, column and id.
    Unreadable(String),
    /// A bug in the service: types, columns, order of statements. Carries no values.
    Misuse(String),
}

impl From<&tokio_postgres::Error> for Failure {
    fn from(e: &tokio_postgres::Error) -> Self {
        let source = std::error::Error::source(e);
        match e.as_db_error() {
            Some(refusal) => Self::Refused {
                state: refusal.code().code().to_owned(),
                constraint: refusal.constraint().map(str::to_owned),
            },
            None if e.is_closed()
                || source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>) =>
            {
                Self::Closed
            }
            None => Self::Misuse(e.to_string()),
        }
    }
}
