//! The text of statements and the values that they bind. In this crate because what writes them,
//! sea-query's builder, is generic over where it writes: it is compiled here, and not again with
//! every feature.
use std::borrow::Cow;
use std::fmt::{self, Write};

use sea_orm::sea_query::{
    DeleteStatement, InsertStatement, PostgresQueryBuilder, QueryBuilder, SelectStatement,
    SqlWriter, UpdateStatement, Value, WithQuery,
};

/// SQL text and the values it binds.
pub struct Built {
    pub text: Cow<'static, str>,
    pub values: Vec<Value>,
}

/// Collects PostgreSQL text from sea-query. Values are bound as `$1`, except for LIMIT and OFFSET,
/// which are inlined: under a generic plan PostgreSQL assumes that a bound limit returns a tenth of
/// the table, and abandons the index.
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
        // no column is unsigned, so this is LIMIT or OFFSET
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

/// A statement of sea-query's.
pub trait Written {
    fn written(&self) -> Built;
}

macro_rules! written {
    ($($statement:ty)*) => {$(
        impl Written for $statement {
            fn written(&self) -> Built {
                let mut writer = Writer::default();
                self.build_collect_into(PostgresQueryBuilder, &mut writer);
                Built {
                    text: Cow::Owned(writer.text),
                    values: writer.values,
                }
            }
        }
    )*};
}
written!(SelectStatement InsertStatement UpdateStatement DeleteStatement WithQuery);
