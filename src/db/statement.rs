//! Statements: built by sea-orm and sea-query, or once and for good.
use std::borrow::Cow;
use std::fmt::{self, Write};
use std::marker::PhantomData;

use sea_orm::sea_query::{
    Expr, ExprTrait as _, Func, InsertStatement, IntoColumnRef, PostgresQueryBuilder, QueryBuilder,
    QueryStatementWriter, SqlWriter, UpdateStatement, Value, extension::postgres::PgFunc,
};
use sea_orm::{ActiveModelTrait, DeleteMany, EntityTrait, Insert, QueryTrait, Select, UpdateMany};

use super::Record;

/// The text of a statement and the values it binds.
pub struct Built {
    pub text: Cow<'static, str>,
    pub values: Vec<Value>,
}

/// Something that can be sent, and the type of the rows that it answers.
pub trait Statement {
    type Row: Record;
    fn build(self) -> Built;
}

/// Text of PostgreSQL out of sea-query. Values are bound as `$1`; LIMIT and OFFSET stand in the text, for
/// with a bound limit PostgreSQL expects a tenth of the table once it plans for all values at once, and leaves the index.
#[derive(Default)]
struct Writer {
    text: String,
    values: Vec<Value>,
}

impl Write for Writer {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.text.write_str(s)
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl SqlWriter for Writer {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, _: &T) {
        // only LIMIT and OFFSET are unsigned: no column is
        let written = if let Value::BigUnsigned(Some(n)) = value {
            write!(self.text, "{n}")
        } else {
            self.values.push(value);
            write!(self.text, "${}", self.values.len())
        };
        debug_assert!(written.is_ok(), "a string takes all text");
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}

fn written(statement: &impl QueryStatementWriter) -> Built {
    let mut writer = Writer::default();
    statement.build_collect_into(PostgresQueryBuilder, &mut writer);
    Built {
        text: Cow::Owned(writer.text),
        values: writer.values,
    }
}

impl<E> Statement for Select<E>
where
    E: EntityTrait,
    E::Model: Record,
{
    type Row = E::Model;
    fn build(self) -> Built {
        written(&self.into_query())
    }
}

impl<A: ActiveModelTrait> Statement for Insert<A> {
    type Row = ();
    fn build(self) -> Built {
        written(&self.into_query())
    }
}

impl<E: EntityTrait> Statement for UpdateMany<E> {
    type Row = ();
    fn build(self) -> Built {
        written(&self.into_query())
    }
}

impl<E: EntityTrait> Statement for DeleteMany<E> {
    type Row = ();
    fn build(self) -> Built {
        written(&self.into_query())
    }
}

/// A statement whose rows are read as `T`.
pub struct Query<T> {
    built: Built,
    row: PhantomData<fn() -> T>,
}

impl<T: Record> Query<T> {
    fn new(built: Built) -> Self {
        let row = PhantomData;
        Self { built, row }
    }
    /// Of a statement that was built with sea-query: a selection of columns, or a change that returns some.
    pub fn of(statement: &impl QueryStatementWriter) -> Self {
        Self::new(written(statement))
    }
}

impl<T: Record> Statement for Query<T> {
    type Row = T;
    fn build(self) -> Built {
        self.built
    }
}

/// SQL text, for what a builder cannot say. Its columns are named like the fields of `T`, or `T` is a tuple.
pub fn sql<T: Record>(text: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Query<T> {
    let text = text.into();
    Query::new(Built { text, values })
}

/// A statement whose text is built once and kept for good: only its values differ from one run to the next.
pub struct Fixed<T> {
    text: &'static str,
    row: PhantomData<fn() -> T>,
}

impl<T: Record> Fixed<T> {
    /// Of a statement with values of the right types; which ones does not matter.
    pub fn new(statement: impl Statement<Row = T>) -> Self {
        let text = String::leak(statement.build().text.into_owned());
        let row = PhantomData;
        Self { text, row }
    }

    /// To be sent with these values, in the order of their places in the text.
    pub fn with(&self, values: Vec<Value>) -> Query<T> {
        let text = Cow::Borrowed(self.text);
        Query::new(Built { text, values })
    }
}

/// `column = any ($1)`: one text whatever the number of values, where `in (…)` would be another for each.
pub fn any_of<T>(column: impl IntoColumnRef, values: impl IntoIterator<Item = T>) -> Expr
where
    Vec<T>: Into<Value>,
{
    let values: Vec<T> = values.into_iter().collect();
    Expr::col(column).eq(PgFunc::any(Expr::val(values)))
}

/// A value of ours that stands in the text itself, so that the planner knows it: a word, never what somebody sent.
pub fn constant(value: impl Into<Value>) -> Expr {
    Expr::Constant(value.into())
}

/// Today, as the transaction sees it.
pub fn today() -> Expr {
    Func::cust("app.today").into()
}

/// The change, and the rows as they are after it.
pub fn returning<E>(update: UpdateMany<E>) -> Query<E::Model>
where
    E: EntityTrait,
    E::Model: Record,
{
    let mut statement: UpdateStatement = update.into_query();
    statement.returning(sea_orm::sea_query::Query::returning().columns(columns::<E>()));
    Query::of(&statement)
}

/// The new row as it is kept.
pub fn inserted<A>(insert: Insert<A>) -> Query<<A::Entity as EntityTrait>::Model>
where
    A: ActiveModelTrait,
    <A::Entity as EntityTrait>::Model: Record,
{
    let mut statement: InsertStatement = insert.into_query();
    statement.returning(sea_orm::sea_query::Query::returning().columns(columns::<A::Entity>()));
    Query::of(&statement)
}

fn columns<E: EntityTrait>() -> impl Iterator<Item = E::Column> {
    <E::Column as sea_orm::Iterable>::iter()
}
