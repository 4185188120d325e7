//! A row of PostgreSQL as sea-orm's `ProxyRow`. A type that is not listed is an error, never a
//! guess.
use std::collections::BTreeMap;

use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{DbErr, ProxyRow, QueryResult};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

fn array<T: Into<Value>>(kind: ArrayType, items: Option<Vec<T>>) -> Value {
    Value::Array(
        kind,
        items.map(|v| Box::new(v.into_iter().map(Into::into).collect())),
    )
}

fn value(row: &Row, i: usize, t: &Type) -> Result<Value, DbErr> {
    let bad = |e: tokio_postgres::Error| DbErr::Type(format!("column {i} of type {t}: {e}"));
    macro_rules! get {
        ($v:ident) => {
            Value::$v(row.try_get(i).map_err(bad)?)
        };
    }
    Ok(match *t {
        Type::BOOL => get!(Bool),
        Type::INT2 => get!(SmallInt),
        Type::INT4 => get!(Int),
        Type::INT8 => get!(BigInt),
        Type::FLOAT8 => get!(Double),
        Type::TEXT | Type::VARCHAR | Type::NAME => get!(String),
        Type::BYTEA => get!(Bytes),
        Type::UUID => get!(Uuid),
        Type::DATE => get!(ChronoDate),
        Type::TIMESTAMPTZ => get!(ChronoDateTimeUtc),
        Type::JSON | Type::JSONB => Value::Json(
            row.try_get::<_, Option<serde_json::Value>>(i)
                .map_err(bad)?
                .map(Box::new),
        ),
        Type::TEXT_ARRAY => array(
            ArrayType::String,
            row.try_get::<_, Option<Vec<String>>>(i).map_err(bad)?,
        ),
        Type::DATE_ARRAY => array(
            ArrayType::ChronoDate,
            row.try_get::<_, Option<Vec<chrono::NaiveDate>>>(i)
                .map_err(bad)?,
        ),
        Type::UUID_ARRAY => array(
            ArrayType::Uuid,
            row.try_get::<_, Option<Vec<uuid::Uuid>>>(i).map_err(bad)?,
        ),
        _ => {
            return Err(DbErr::Type(format!(
                "column {i} has type {t}, which this house does not read"
            )));
        }
    })
}

/// Two columns of one name would collapse into one: refused.
pub fn proxy(row: &Row) -> Result<QueryResult, DbErr> {
    let mut values = BTreeMap::new();
    for (i, column) in row.columns().iter().enumerate() {
        if values
            .insert(column.name().to_owned(), value(row, i, column.type_())?)
            .is_some()
        {
            return Err(DbErr::Type(format!(
                "two columns are called {}",
                column.name()
            )));
        }
    }
    Ok(ProxyRow::new(values).into())
}
