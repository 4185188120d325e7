//! Enumerations as column types: sea-orm binds them by wire name, and an unknown stored word is an
//! error, never a default.

/// A stored word that the enumeration does not have. The word itself, which may be anything, is not
/// repeated.
#[cfg(feature = "columns")]
#[derive(Debug)]
pub struct UnknownWord(pub &'static str);

#[cfg(feature = "columns")]
impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a word of {}", self.0)
    }
}

#[cfg(feature = "columns")]
impl std::error::Error for UnknownWord {}

#[cfg(feature = "columns")]
/// The traits that sea-orm and the driver require of a column type. `$name` has `wire` and `parse`.
macro_rules! typed_column {
    ($name:ident) => {
        impl From<$name> for sea_orm::Value {
            fn from(word: $name) -> Self {
                Self::String(Some(word.wire().to_owned()))
            }
        }
        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                sea_orm::Value::String(None)
            }
        }
        impl sea_orm::sea_query::ValueType for $name {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                let word = <String as sea_orm::sea_query::ValueType>::try_from(value)?;
                Self::parse(&word).ok_or(sea_orm::sea_query::ValueTypeErr)
            }
            fn type_name() -> String {
                stringify!($name).to_owned()
            }
            fn array_type() -> sea_orm::sea_query::ArrayType {
                sea_orm::sea_query::ArrayType::String
            }
            fn column_type() -> sea_orm::sea_query::ColumnType {
                sea_orm::sea_query::ColumnType::Text
            }
        }
        impl sea_orm::sea_query::postgres_array::NotU8 for $name {}
        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                index: I,
            ) -> Result<Self, sea_orm::TryGetError> {
                let word = <String as sea_orm::TryGetable>::try_get_by(row, index)?;
                Self::parse(&word).ok_or_else(|| {
                    let unknown = $crate::words::column::UnknownWord(stringify!($name));
                    sea_orm::TryGetError::DbErr(sea_orm::DbErr::Type(unknown.to_string()))
                })
            }
        }
        impl sea_orm::TryGetableArray for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                index: I,
            ) -> Result<Vec<Self>, sea_orm::TryGetError> {
                let words = <Vec<String> as sea_orm::TryGetable>::try_get_by(row, index)?;
                let known: Option<Vec<Self>> = words.iter().map(|w| Self::parse(w)).collect();
                known.ok_or_else(|| {
                    let unknown = $crate::words::column::UnknownWord(stringify!($name));
                    sea_orm::TryGetError::DbErr(sea_orm::DbErr::Type(unknown.to_string()))
                })
            }
        }
        impl tokio_postgres::types::FromSql<'_> for $name {
            fn from_sql(
                kind: &tokio_postgres::types::Type,
                raw: &[u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                let word = <&str as tokio_postgres::types::FromSql>::from_sql(kind, raw)?;
                Self::parse(word)
                    .ok_or_else(|| $crate::words::column::UnknownWord(stringify!($name)).into())
            }
            fn accepts(kind: &tokio_postgres::types::Type) -> bool {
                <&str as tokio_postgres::types::FromSql>::accepts(kind)
            }
        }
    };
}

#[cfg(not(feature = "columns"))]
macro_rules! typed_column {
    ($name:ident) => {};
}

pub(crate) use typed_column;
