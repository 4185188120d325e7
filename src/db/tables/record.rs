//! Decodes rows by position into a struct or a tuple, without a map of names in between. The column
//! names are compared once, when the statement is prepared.
use sea_orm::{EntityTrait, IntoActiveModel};
use tokio_postgres::types::{FromSql, FromSqlOwned, Type};
use tokio_postgres::{Column, Row};
use uuid::Uuid;

use crate::Failure;

pub use ketnap_derive::Record;

/// A type that a row decodes into.
pub trait Record: Sized {
    /// Table name, or another name of the row, for errors.
    const NAME: &'static str;
    /// Column names in order; an empty one matches any name.
    const COLUMNS: &'static [&'static str];
    /// For each column: whether it can be decoded from this PostgreSQL type.
    const TYPES: &'static [fn(&Type) -> bool];
    fn read(row: &Row) -> Result<Self, Unreadable>;

    /// Decodes the row; the error names table, column and id.
    fn decode(row: &Row) -> Result<Self, Failure> {
        Self::read(row).map_err(|e| e.named(Self::NAME, Self::COLUMNS, row))
    }

    /// Checks that the statement's columns are those that `read` expects.
    fn check(columns: &[Column]) -> Result<(), Failure> {
        check(Self::NAME, Self::COLUMNS, Self::TYPES, columns)
    }
}

/// One function for all records, of which there are many.
fn check(
    name: &str,
    expected: &[&str],
    types: &[fn(&Type) -> bool],
    columns: &[Column],
) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for (i, (here, reads)) in expected.iter().zip(types).enumerate() {
        match columns.get(i) {
            Some(there) if !here.is_empty() && there.name() != *here => {
                wrong.push(format!("{here}: there it is {}", there.name()));
            }
            Some(there) if !reads(there.type_()) => {
                wrong.push(format!("{here}: not read from {}", there.type_()));
            }
            Some(_) => {}
            None => wrong.push(format!("{here}: missing")),
        }
    }
    let more = columns.iter().skip(expected.len());
    wrong.extend(more.map(|c| format!("{}: not read", c.name())));
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join("; ");
    Err(Failure::Misuse(format!("columns of {name}: {wrong}")))
}

/// A table whose rows have an id, and which of the usual columns it has.
pub trait Table:
    EntityTrait<
        Model: Record + IntoActiveModel<<Self as EntityTrait>::ActiveModel> + Clone + Send + Sync,
        ActiveModel: Default + Send,
    >
{
    const ID: Self::Column;
    const ORGANIZATION_ID: Option<Self::Column> = None;
    const VERSION: Option<Self::Column> = None;
    const CREATED_AT: Option<Self::Column> = None;
    const UPDATED_AT: Option<Self::Column> = None;
    /// Marks soft-deleted rows.
    const DELETED_AT: Option<Self::Column> = None;
    /// The row's id and version; 1 for rows that never change.
    fn key(row: &Self::Model) -> (Uuid, i32);
}

/// A column value that the row's type cannot represent.
#[derive(Debug)]
pub struct Unreadable {
    place: usize,
    cause: tokio_postgres::Error,
}

impl Unreadable {
    fn named(&self, name: &str, columns: &[&str], row: &Row) -> Failure {
        use std::error::Error as _;
        let column = columns.get(self.place).copied().unwrap_or_default();
        let id = match row.columns().first().map(Column::name) {
            Some("id") => row.try_get::<_, Uuid>(0).ok(),
            _ => None,
        };
        let id = id.map_or_else(String::new, |id| format!(" of {id}"));
        // the outer error gives the column number, the inner one the reason
        let why = self.cause.source().map(ToString::to_string);
        let why = why.unwrap_or_else(|| self.cause.to_string());
        Failure::Unreadable(format!("{name}.{column}{id}: {why}"))
    }
}

/// One column of a row.
pub fn column<T: FromSqlOwned>(row: &Row, place: usize) -> Result<T, Unreadable> {
    row.try_get(place)
        .map_err(|cause| Unreadable { place, cause })
}

/// Whether a `T` can be decoded from this PostgreSQL type.
pub fn accepts<T: FromSqlOwned>(kind: &Type) -> bool {
    <T as FromSql>::accepts(kind)
}

/// A statement without rows, or whose rows are not read.
impl Record for () {
    const NAME: &'static str = "nothing";
    const COLUMNS: &'static [&'static str] = &[];
    const TYPES: &'static [fn(&Type) -> bool] = &[];
    fn read(_: &Row) -> Result<Self, Unreadable> {
        Ok(())
    }
}

/// Answers to questions.
impl<const N: usize> Record for [bool; N] {
    const NAME: &'static str = "answers";
    const COLUMNS: &'static [&'static str] = &[""; N];
    const TYPES: &'static [fn(&Type) -> bool] = &[accepts::<bool> as fn(&Type) -> bool; N];
    fn read(row: &Row) -> Result<Self, Unreadable> {
        let mut answers = [false; N];
        for (place, answer) in answers.iter_mut().enumerate() {
            *answer = column(row, place)?;
        }
        Ok(answers)
    }
}

macro_rules! tuples {
    ($($count:literal ($($name:ident $place:tt $any:literal),*);)*) => {
        $(
            /// Rows too small to deserve a struct.
            impl<$($name: FromSqlOwned),*> Record for ($($name,)*) {
                const NAME: &'static str = concat!("row of ", $count);
                const COLUMNS: &'static [&'static str] = &[$($any),*];
                const TYPES: &'static [fn(&Type) -> bool] = &[$(accepts::<$name>),*];
                fn read(row: &Row) -> Result<Self, Unreadable> {
                    Ok(($(column::<$name>(row, $place)?,)*))
                }
            }
        )*
    };
}
tuples! {
    1 (A 0 "");
    2 (A 0 "", B 1 "");
    3 (A 0 "", B 1 "", C 2 "");
    4 (A 0 "", B 1 "", C 2 "", D 3 "");
    5 (A 0 "", B 1 "", C 2 "", D 3 "", E 4 "");
    6 (A 0 "", B 1 "", C 2 "", D 3 "", E 4 "", F 5 "");
}
