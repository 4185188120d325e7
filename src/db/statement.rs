//! Statements: built by sea-orm and sea-query, or fixed SQL text.
use std::borrow::Cow;
use std::marker::PhantomData;

use sea_orm::sea_query::{InsertStatement, UpdateStatement, Value};
use sea_orm::{
    ActiveModelTrait, DeleteMany, EntityTrait, Insert, QueryTrait, Select, UpdateMany,
    ValidatedDeleteOne,
};

use super::Record;
pub use super::tables::Built;
use super::tables::Written;

/// Something to send, and the type of the rows it returns.
pub trait Statement {
    type Row: Record;
    fn build(self) -> Built;
}

impl<E> Statement for Select<E>
where
    E: EntityTrait,
    E::Model: Record,
{
    type Row = E::Model;
    fn build(self) -> Built {
        self.into_query().written()
    }
}

impl<A: ActiveModelTrait> Statement for Insert<A> {
    type Row = ();
    fn build(self) -> Built {
        self.into_query().written()
    }
}

impl<E: EntityTrait> Statement for UpdateMany<E> {
    type Row = ();
    fn build(self) -> Built {
        self.into_query().written()
    }
}

impl<E: EntityTrait> Statement for ValidatedDeleteOne<E> {
    type Row = ();
    fn build(self) -> Built {
        self.into_query().written()
    }
}

impl<E: EntityTrait> Statement for DeleteMany<E> {
    type Row = ();
    fn build(self) -> Built {
        self.into_query().written()
    }
}

/// A statement whose rows decode into `T`.
pub struct Query<T> {
    built: Built,
    row: PhantomData<fn() -> T>,
}

impl<T: Record> Query<T> {
    fn new(built: Built) -> Self {
        let row = PhantomData;
        Self { built, row }
    }
    /// From a sea-query statement: a select, or a change with RETURNING.
    pub fn of(statement: &impl Written) -> Self {
        Self::new(statement.written())
    }
}

impl<T: Record> Statement for Query<T> {
    type Row = T;
    fn build(self) -> Built {
        self.built
    }
}

/// SQL text, for what the builder cannot express. Its columns are named like the fields of `T`,
/// unless `T` is a tuple.
pub fn sql<T: Record>(text: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Query<T> {
    let text = text.into();
    Query::new(Built { text, values })
}

/// A statement whose text is built once and leaked; only its values differ between runs.
pub struct Fixed<T> {
    text: &'static str,
    row: PhantomData<fn() -> T>,
}

impl<T: Record> Fixed<T> {
    /// From a statement with placeholder values of the right types.
    pub fn new(statement: impl Statement<Row = T>) -> Self {
        let text = String::leak(statement.build().text.into_owned());
        let row = PhantomData;
        Self { text, row }
    }

    /// Binds these values, in the order of their placeholders.
    pub fn with(&self, values: Vec<Value>) -> Query<T> {
        let text = Cow::Borrowed(self.text);
        Query::new(Built { text, values })
    }
}

/// The update, returning the changed rows.
pub fn returning<E>(update: UpdateMany<E>) -> Query<E::Model>
where
    E: EntityTrait,
    E::Model: Record,
{
    let mut statement: UpdateStatement = update.into_query();
    statement.returning(sea_orm::sea_query::Query::returning().columns(columns::<E>()));
    Query::of(&statement)
}

/// The insert, returning the stored row.
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
