//! A row of a list as it is read.
use crate::db::{Column, Failure, Record, Row, Type, Unreadable, column};

/// A row with the sort keys that are not columns of it.
pub(super) struct Keyed<M> {
    pub(super) row: M,
    pub(super) keys: Vec<String>,
}

impl<M: Record> Record for Keyed<M> {
    const NAME: &'static str = M::NAME;
    const COLUMNS: &'static [&'static str] = M::COLUMNS;
    const TYPES: &'static [fn(&Type) -> bool] = M::TYPES;
    fn read(row: &Row) -> Result<Self, Unreadable> {
        let more = M::COLUMNS.len()..row.len();
        Ok(Self {
            row: M::read(row)?,
            keys: more.map(|i| column(row, i)).collect::<Result<_, _>>()?,
        })
    }
    fn check(columns: &[Column]) -> Result<(), Failure> {
        M::check(&columns[..M::COLUMNS.len().min(columns.len())])
    }
}
