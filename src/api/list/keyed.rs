//! A row with what is read beside it.
use crate::db::{Column, Failure, Record, Row, Type, Unreadable, column};

/// A row with what is no column of it: sort keys of a list, and the names beside its ids.
pub struct Keyed<M> {
    pub row: M,
    pub more: Vec<Option<String>>,
}

impl<M: Record> Record for Keyed<M> {
    const NAME: &'static str = M::NAME;
    const COLUMNS: &'static [&'static str] = M::COLUMNS;
    const TYPES: &'static [fn(&Type) -> bool] = M::TYPES;
    fn read(row: &Row) -> Result<Self, Unreadable> {
        let more = M::COLUMNS.len()..row.len();
        Ok(Self {
            row: M::read(row)?,
            more: more.map(|i| column(row, i)).collect::<Result<_, _>>()?,
        })
    }
    fn check(columns: &[Column]) -> Result<(), Failure> {
        M::check(&columns[..M::COLUMNS.len().min(columns.len())])
    }
}
