//! Expressions that stores share: conditions, the caller's identity, existence.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{
    ArrayType, Expr, ExprTrait as _, Func, IntoColumnRef, Query as Build, SelectStatement, Value,
    extension::postgres::{PgExpr as _, PgFunc},
};
use sea_orm::{ColumnTrait, EntityTrait, UpdateMany};

use super::Table;
use super::tables::candidate;
use crate::access::rows::Rows;

/// `column = any ($1)`: the same text for any number of values, whereas `in (…)` would fill the
/// statement cache.
pub fn any_of<T>(column: impl IntoColumnRef, values: impl IntoIterator<Item = T>) -> Expr
where
    Vec<T>: Into<Value>,
{
    let values: Vec<T> = values.into_iter().collect();
    Expr::col(column).eq(PgFunc::any(Expr::val(values)))
}

/// Inlines one of our own values, so that the planner knows it. Never for input.
pub fn constant(value: impl Into<Value>) -> Expr {
    Expr::Constant(value.into())
}

/// The transaction's current date.
pub fn today() -> Expr {
    Func::cust("app.today").into()
}

/// A select of one value, as an expression.
pub fn value_of(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(select.into()))
}

/// `unnest` of an array of PostgreSQL's type `of`. Several in one select list advance in parallel,
/// which turns arrays into rows.
pub fn unnest(array: impl Into<Value>, of: &'static str) -> Expr {
    let array = Expr::val(array).cast_as(of);
    Func::cust("unnest").arg(array).into()
}

/// An array of nullable texts.
pub fn texts(all: impl IntoIterator<Item = Option<String>>) -> Value {
    let all = all.into_iter().map(Value::String).collect();
    Value::Array(ArrayType::String, Some(Box::new(all)))
}

/// All values of a column as one array; null if there are none.
pub fn array_of<E: EntityTrait>(column: E::Column, which: Expr) -> SelectStatement {
    let mut select = Build::select();
    select
        .expr(PgFunc::array_agg(Expr::col(column)))
        .from(E::default())
        .and_where(which);
    select
}

/// `data ->> 'field'` of a JSON column, in the form used by its index.
pub fn json_text(column: impl IntoColumnRef, field: &'static str) -> Expr {
    Expr::col(column).cast_json_field(constant(field))
}

/// An attribute of the caller, such as `app.organization` or `app.branches`. As a sub-select it is
/// evaluated once per statement.
pub fn identity(function: &'static str) -> Expr {
    let mut select = Build::select();
    select.expr(Func::cust(function));
    value_of(select)
}

/// The condition for `rows`. `of` is the table's name or alias with its dot, or empty.
pub fn condition(rows: &Rows, of: &str) -> Expr {
    Expr::cust(format!("({})", rows.sql(of)))
}

/// Whether the candidacy is open: a generated column, which the entity does not have.
pub fn open() -> Expr {
    Expr::col((candidate::Entity, "open"))
}

/// Not soft-deleted; `None` for a table whose rows are never deleted.
pub fn live<E: Table>() -> Option<Expr> {
    E::DELETED_AT.map(|deleted| deleted.is_null())
}

/// Whether such a row exists, soft-deleted or not.
pub fn any_row<E: EntityTrait>(which: Expr) -> Expr {
    let mut select = Build::select();
    select.expr(constant(1)).from(E::default()).and_where(which);
    Expr::exists(select)
}

/// Whether such a row exists and is not soft-deleted.
pub fn any_live<E: Table>(which: Expr) -> Expr {
    any_row::<E>(live::<E>().into_iter().fold(which, Expr::and))
}

/// Whether the column holds this person's name, whatever stands between its words.
pub fn same_name(column: impl ColumnTrait, name: &str) -> Expr {
    let folded = |text: Expr| Expr::from(Func::cust("app.person_key").arg(text));
    folded(column.into_expr()).eq(folded(Expr::val(name)))
}

/// The day, or the first day of the period if that is later: no period ends before it begins.
pub fn not_before_start(from_on: impl IntoColumnRef, day: NaiveDate) -> Expr {
    Func::greatest([Expr::col(from_on), Expr::val(day)]).into()
}

/// An update that raises the version, for rows that change along with the one in the request.
pub fn revise<E: Table>(now: DateTime<Utc>) -> UpdateMany<E> {
    let mut update = E::update_many();
    if let Some(version) = E::VERSION {
        update = update.col_expr(version, version.into_expr().add(1));
    }
    if let Some(updated_at) = E::UPDATED_AT {
        update = update.col_expr(updated_at, now.into());
    }
    update
}

/// Sort key of names in Vietnamese order: given name first.
pub fn name_key() -> Expr {
    Expr::col("name_key")
}
