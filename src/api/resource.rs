//! What a resource declares — fields, filters, order, scope, sensitivity — and from which its
//! lists, gets, changes and documentation follow.
use sea_orm::sea_query::{DynIden, Expr};
use sea_orm::{ColumnTrait, EntityTrait};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::PartialSchema;
use uuid::Uuid;

use super::sealed::Sealed;
pub use super::viewer::{Viewer, all_hidden};
use crate::access::{Reach, Sensitivity, rows::Rows};
use crate::db::tables::{branch, candidate, class, member};
use crate::db::{Table, Tx, constant};
use crate::error::{Error, Result};

/// How a query parameter is parsed and bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Uuid,
    Text,
    /// One of these values.
    Enum(&'static [&'static str]),
    Date,
    Instant,
    Int,
    Bool,
    /// A number of days, `30d`.
    Within,
}

impl FieldKind {
    /// How many values a filter of this kind takes; `None` for one that takes a single value.
    pub const fn most(self) -> Option<usize> {
        match self {
            Self::Bool | Self::Within => None,
            // as many ids as a page has rows
            Self::Uuid => Some(200),
            Self::Text | Self::Enum(_) | Self::Date | Self::Instant | Self::Int => Some(50),
        }
    }
}

/// A column of any table, so that resources can refer to it.
pub trait Column: Sync {
    fn name(&self) -> &'static str;
    fn table(&self) -> DynIden;
    fn expr(&self) -> Expr;
}

impl<C: ColumnTrait> Column for C {
    fn name(&self) -> &'static str {
        self.as_str()
    }
    fn table(&self) -> DynIden {
        self.entity_name()
    }
    fn expr(&self) -> Expr {
        self.into_expr()
    }
}

/// The expression that a field is compared with.
#[derive(Clone, Copy)]
enum Source {
    Column(&'static dyn Column),
    Expression(fn() -> Expr),
    /// A condition that takes the value: a number of days, or a word.
    Within(fn(Expr) -> Expr),
}

/// A field to filter or sort by.
#[derive(Clone, Copy)]
pub struct Field {
    name: Option<&'static str>,
    source: Source,
    pub kind: FieldKind,
    pub class: Sensitivity,
    pub filter: bool,
    pub sort: bool,
    /// The column is an array: matches rows whose array contains any of the values.
    pub array: bool,
    /// What the filter selects, where no property of the name says so.
    pub about: Option<&'static str>,
}

impl Field {
    const fn new(name: Option<&'static str>, source: Source, kind: FieldKind) -> Self {
        Self {
            name,
            source,
            kind,
            class: Sensitivity::P0,
            filter: true,
            sort: false,
            array: false,
            about: None,
        }
    }
    /// A column with the same name in the API, visible to everyone who may list the resource.
    pub const fn of(column: &'static dyn Column, kind: FieldKind) -> Self {
        Self::new(None, Source::Column(column), kind)
    }
    /// A column with a different name in the API.
    pub const fn named(name: &'static str, column: &'static dyn Column, kind: FieldKind) -> Self {
        Self::new(Some(name), Source::Column(column), kind)
    }
    /// An expression in place of a column.
    pub const fn expression(name: &'static str, expr: fn() -> Expr, kind: FieldKind) -> Self {
        Self::new(Some(name), Source::Expression(expr), kind)
    }
    /// A condition that takes a number of days, written `30d`.
    pub const fn within_days(name: &'static str, condition: fn(Expr) -> Expr) -> Self {
        Self::new(Some(name), Source::Within(condition), FieldKind::Within)
    }
    /// A condition that takes a word.
    pub const fn stated(name: &'static str, condition: fn(Expr) -> Expr, kind: FieldKind) -> Self {
        Self::new(Some(name), Source::Within(condition), kind)
    }
    /// Restricts the field to roles that see this class in full.
    #[must_use]
    pub const fn class(mut self, class: Sensitivity) -> Self {
        self.class = class;
        self
    }
    /// Also sortable. Only for columns that are never null.
    #[must_use]
    pub const fn sorted(mut self) -> Self {
        self.sort = true;
        self
    }
    /// Matches a value among those of an array column.
    #[must_use]
    pub const fn among(mut self) -> Self {
        self.array = true;
        self
    }
    /// Sortable, but not a filter.
    #[must_use]
    pub const fn only_sorted(mut self) -> Self {
        self.filter = false;
        self.sort = true;
        self
    }
    /// Whether the field also filters as `name_from` and `name_to`.
    pub const fn ranged(&self) -> bool {
        use FieldKind::{Date, Instant, Int};
        matches!(self.kind, Date | Instant | Int)
    }
    /// Name in the API.
    pub fn name(&self) -> &'static str {
        match (self.name, self.source) {
            (Some(name), _) => name,
            (None, Source::Column(column)) => column.name(),
            (None, Source::Expression(_) | Source::Within(_)) => "",
        }
    }
    pub fn expr(&self) -> Expr {
        match self.source {
            Source::Column(column) => column.expr(),
            // the brackets of a one-element tuple allow any expression to be compared
            Source::Expression(expr) => Expr::tuple([expr()]),
            Source::Within(condition) => condition(constant(0)),
        }
    }
    /// The column, unless the field is an expression.
    pub fn column(&self) -> Option<&'static dyn Column> {
        match self.source {
            Source::Column(column) => Some(column),
            Source::Expression(_) | Source::Within(_) => None,
        }
    }
    /// The condition that takes a number of days.
    pub const fn within(&self) -> Option<fn(Expr) -> Expr> {
        match self.source {
            Source::Within(condition) => Some(condition),
            Source::Column(_) | Source::Expression(_) => None,
        }
    }
}

/// An object that `expand` puts beside an id.
#[derive(Clone, Copy)]
pub struct Expand {
    pub name: &'static str,
    /// Property that holds the id.
    pub key: &'static str,
    pub id: &'static dyn Column,
    /// Columns of the object: P0 and P1 only.
    pub columns: &'static [&'static dyn Column],
}

pub const EXPAND_BRANCH: Expand = Expand {
    name: "branch",
    key: "branch_id",
    id: &branch::Column::Id,
    columns: &[&branch::Column::Number, &branch::Column::Name],
};
pub const EXPAND_CANDIDATE: Expand = Expand {
    name: "candidate",
    key: "candidate_id",
    id: &candidate::Column::Id,
    columns: &[&candidate::Column::FullName, &candidate::Column::Stage],
};
pub const EXPAND_MEMBER: Expand = Expand {
    name: "member",
    key: "member_id",
    id: &member::Column::Id,
    columns: &[&member::Column::FullName, &member::Column::Status],
};
pub const EXPAND_CLASS: Expand = Expand {
    name: "class",
    key: "class_id",
    id: &class::Column::Id,
    columns: &[&class::Column::Kind, &class::Column::Title],
};

pub struct Spec {
    /// Singular name, for audit entries.
    pub name: &'static str,
    /// Path below /api/v1, for Location.
    pub path: &'static str,
    pub fields: &'static [Field],
    pub sort: &'static str,
    /// Kind of person in `name_word`, if `q` searches names.
    pub search: Option<&'static str>,
    pub scope: fn(Reach) -> Rows,
    pub expand: &'static [Expand],
    /// The body holds figures that change while the row does not, so there is no 304.
    pub computed: bool,
}

/// A scope, given as SQL text by [`Tx::scope`](crate::db::Tx::scope), as a condition of a statement.
pub fn within(scope: &str) -> Expr {
    Expr::cust(format!("({scope})"))
}

/// A property about a person, with its sensitivity.
pub type Personal = (&'static str, Sensitivity);

/// Deleted rows that stay readable, because what they stand for ended; rows entered by mistake do
/// not.
#[derive(Clone, Copy)]
pub struct Ended {
    /// The filter of the list that asks for them.
    pub filter: &'static str,
    pub condition: fn() -> Expr,
}

/// The properties of a person that a plain reading shows to the committee above, which does not
/// keep the files: each such reading of a row is logged, under the organisation and the candidate
/// that `of` names.
pub struct Traced<Row> {
    pub properties: &'static [Personal],
    pub of: fn(&Row) -> (Uuid, Uuid),
}

/// A name that stands beside an id, or another word of another row.
pub struct Named<R> {
    /// Reads it, in the statement that reads the row.
    pub read: fn(&Tx) -> Expr,
    pub put: fn(&mut R, Option<String>) -> Result<()>,
}

/// The stored row of a resource.
pub type Row<R> = <<R as Resource>::Entity as EntityTrait>::Model;
/// What is written over it.
pub type Active<R> = <<R as Resource>::Entity as EntityTrait>::ActiveModel;

/// A table row as a wire type.
pub trait Resource: Serialize + PartialSchema + Sized + 'static {
    type Entity: Table;
    const SPEC: Spec;
    /// Exhaustive: a new column does not compile until it is shown or left out on purpose.
    fn show(row: Row<Self>, viewer: &Viewer) -> Self;
    /// Id and version.
    fn key(row: &Row<Self>) -> (Uuid, i32) {
        Self::Entity::key(row)
    }
    /// Deleted rows that a `GET` still answers, and lists on demand. `complete` may describe their
    /// end.
    const ENDED: Option<Ended> = None;
    /// What leaves a trace when it is read from above.
    const TRACED: Option<Traced<Row<Self>>> = None;
    /// Whether readers of different roles see the row differently.
    const PERSONAL: bool = false;
    /// The names beside its ids, and other words that its statement reads from elsewhere.
    const NAMES: &'static [Named<Self>] = &[];
    /// Whether the caller who has just written the row still reaches it.
    fn stays_within(_row: &Row<Self>, _viewer: &Viewer) -> bool {
        true
    }
    /// Whether `unfold` shows the caller who has just written the row more of it than lists do.
    fn unfolds(_row: &Row<Self>, _viewer: &Viewer) -> bool {
        false
    }
    /// Shows the row as reading it alone does.
    fn unfold(_tx: &Tx, _row: &Row<Self>, _one: &mut Self) -> impl Future<Output = Result<()>> {
        async { Ok(()) }
    }
    /// Whether `complete` is implemented.
    const COMPLETED: bool = false;
    /// Adds figures from other tables, for all items in one statement.
    fn complete(_tx: &Tx, _items: &mut [Self]) -> impl Future<Output = Result<()>> {
        async { Ok(()) }
    }
}

/// A resource that a PATCH can change.
pub trait Editable: Resource {
    /// The writable fields, validated exactly as on creation.
    type Edit: Serialize + DeserializeOwned;
    /// The fields that are stored sealed: `edit` leaves them empty, and `apply` out.
    const SEALED: Option<&'static Sealed> = None;
    /// Fields of the edit that accompany a change but are not stored in the row.
    const NOT_STORED: &[&str] = &[];
    /// Whether the audit trail keeps the values of a change: not where `edit` does not say them.
    const KEEPS_VALUES: bool = true;
    fn edit(row: &Row<Self>) -> Self::Edit;
    fn apply(edit: Self::Edit, active: &mut Active<Self>);
    /// Why this caller may not send this patch at all. Asked before any field is compared: whether
    /// a value differs from one that the caller does not see is none of its business.
    fn closed(_row: &Row<Self>, _viewer: &Viewer) -> Option<Error> {
        None
    }
    /// The same, where it takes another table to tell.
    fn closed_elsewhere(
        _tx: &Tx,
        _row: &Row<Self>,
        _viewer: &Viewer,
    ) -> impl Future<Output = Result<()>> {
        async { Ok(()) }
    }
    /// Whether `after_change` is implemented.
    const FOLLOWED: bool = false;
    /// Changes that follow in other tables, in the same transaction.
    fn after_change(
        _tx: &Tx,
        _before: &Row<Self>,
        _after: &Row<Self>,
    ) -> impl Future<Output = Result<()>> {
        async { Ok(()) }
    }
}
