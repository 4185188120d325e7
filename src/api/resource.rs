//! What a resource declares once — fields, filters, order, scope, classes — so that lists, gets,
//! changes and their documentation follow from it.
use chrono::NaiveDate;
use sea_orm::sea_query::{DynIden, Expr};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ColumnTrait, IntoActiveModel, ModelTrait};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::PartialSchema;
use uuid::Uuid;

use crate::access::reach::Rows;
use crate::access::{self, Class, Reach, Role, Show};
use crate::db::tables::{branch, candidate, class, member};
use crate::db::{Record, Table, Tx, constant};
use crate::error::Result;

/// How a query parameter is read and bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Uuid,
    Text,
    /// One of these values.
    Enum(&'static [&'static str]),
    Date,
    Instant,
    Int,
    Bool,
    /// `30d`: a number of days.
    Within,
}

/// A column of any table, where resources are declared.
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

/// What a field is compared with.
#[derive(Clone, Copy)]
enum Source {
    Column(&'static dyn Column),
    Computed(fn() -> Expr),
    /// Given the days.
    Within(fn(Expr) -> Expr),
}

/// One field that can be filtered or sorted by.
#[derive(Clone, Copy)]
pub struct Field {
    name: Option<&'static str>,
    source: Source,
    pub kind: Kind,
    pub class: Class,
    pub filter: bool,
    pub sort: bool,
    /// The column is an array: it fits that holds any of the values.
    pub array: bool,
}

impl Field {
    const fn new(name: Option<&'static str>, source: Source, kind: Kind) -> Self {
        Self {
            name,
            source,
            kind,
            class: Class::P0,
            filter: true,
            sort: false,
            array: false,
        }
    }
    /// A column that the API calls what the table calls it. Whoever may list the resource may see it.
    pub const fn of(column: &'static dyn Column, kind: Kind) -> Self {
        Self::new(None, Source::Column(column), kind)
    }
    /// A column with another name in the API.
    pub const fn named(name: &'static str, column: &'static dyn Column, kind: Kind) -> Self {
        Self::new(Some(name), Source::Column(column), kind)
    }
    /// An expression.
    pub const fn computed(name: &'static str, expr: fn() -> Expr, kind: Kind) -> Self {
        Self::new(Some(name), Source::Computed(expr), kind)
    }
    /// Asked as `30d`: a condition with that number of days.
    pub const fn within_days(name: &'static str, condition: fn(Expr) -> Expr) -> Self {
        Self::new(Some(name), Source::Within(condition), Kind::Within)
    }
    /// Only for roles that see this class in full.
    #[must_use]
    pub const fn class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }
    /// Also an order. Only for columns that are never null.
    #[must_use]
    pub const fn sorted(mut self) -> Self {
        self.sort = true;
        self
    }
    /// Finds a value among those of an array column.
    #[must_use]
    pub const fn among(mut self) -> Self {
        self.array = true;
        self
    }
    /// An order, no filter.
    #[must_use]
    pub const fn only_sorted(mut self) -> Self {
        self.filter = false;
        self.sort = true;
        self
    }
    /// Filters as `name_from` and `name_to` besides `name`.
    pub const fn ranged(&self) -> bool {
        matches!(self.kind, Kind::Date | Kind::Instant | Kind::Int)
    }
    /// In the API.
    pub fn name(&self) -> &'static str {
        match (self.name, self.source) {
            (Some(name), _) => name,
            (None, Source::Column(column)) => column.name(),
            (None, Source::Computed(_) | Source::Within(_)) => "",
        }
    }
    pub fn expr(&self) -> Expr {
        match self.source {
            Source::Column(column) => column.expr(),
            // in brackets: whatever it is, it can be compared
            Source::Computed(expr) => Expr::tuple([expr()]),
            Source::Within(condition) => condition(constant(0)),
        }
    }
    /// The column, if it is one.
    pub fn column(&self) -> Option<&'static dyn Column> {
        match self.source {
            Source::Column(column) => Some(column),
            Source::Computed(_) | Source::Within(_) => None,
        }
    }
    /// The condition that a number of days completes.
    pub const fn within(&self) -> Option<fn(Expr) -> Expr> {
        match self.source {
            Source::Within(condition) => Some(condition),
            Source::Column(_) | Source::Computed(_) => None,
        }
    }
}

/// The order of names, as people look for them.
pub fn name_key() -> Expr {
    Expr::col("name_key")
}

/// An object that `expand` puts beside an id.
#[derive(Clone, Copy)]
pub struct Expand {
    pub name: &'static str,
    /// The id's property.
    pub key: &'static str,
    pub id: &'static dyn Column,
    /// Columns shown: P0 and P1 only.
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
    /// Singular name, in audit entries.
    pub name: &'static str,
    /// Address below /api/v1, for Location.
    pub path: &'static str,
    pub fields: &'static [Field],
    pub sort: &'static str,
    /// Kind of person in `name_word`: `q` searches names.
    pub search: Option<&'static str>,
    pub scope: fn(Reach) -> Rows,
    pub expand: &'static [Expand],
    /// The body holds figures that change without the row: no 304.
    pub computed: bool,
}

/// A scope as a condition of a statement: the one place where it is still text.
pub fn within(scope: &str) -> Expr {
    Expr::cust(format!("({scope})"))
}

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub role: Role,
    pub reach: Reach,
    pub branch: Option<Uuid>,
    pub today: NaiveDate,
}

impl Viewer {
    /// A field of a person as this role sees it; `mask` keeps what may stay.
    pub fn see(
        &self,
        class: Class,
        submitted: bool,
        value: Option<String>,
        mask: fn(&str) -> Option<String>,
    ) -> Option<String> {
        match access::show(self.role, class, submitted) {
            Show::Full => value,
            Show::Masked => value.as_deref().and_then(mask),
            Show::Hidden => None,
        }
    }
}

impl Viewer {
    /// Nothing is masked or hidden.
    pub fn full(&self, class: Class, submitted: bool) -> bool {
        access::show(self.role, class, submitted) == Show::Full
    }
}

/// Nothing stays.
pub fn all_hidden(_: &str) -> Option<String> {
    None
}

/// The last three characters stay.
pub fn tail_shown(value: &str) -> Option<String> {
    let tail: String = value
        .chars()
        .rev()
        .take(3)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    Some(format!("•••{tail}"))
}

/// A table as a wire type.
pub trait Resource: Serialize + PartialSchema + Sized + 'static {
    type Row: Record
        + ModelTrait<Entity = Self::Entity>
        + IntoActiveModel<Self::Active>
        + Clone
        + Send
        + Sync;
    type Active: ActiveModelTrait<Entity = Self::Entity> + ActiveModelBehavior + Default + Send;
    type Entity: Table<Model = Self::Row>;
    const SPEC: Spec;
    /// Exhaustive: a new column does not compile until it is shown or left out on purpose.
    fn show(row: Self::Row, viewer: &Viewer) -> Self;
    fn key(row: &Self::Row) -> (Uuid, i32);
    /// `complete` has something to add.
    const COMPLETED: bool = false;
    /// Figures from elsewhere, for all items in one statement.
    fn complete(_tx: &Tx, _items: &mut [Self]) -> impl Future<Output = Result<()>> {
        async { Ok(()) }
    }
}

/// A resource with fields that a PATCH may change.
pub trait Editable: Resource {
    /// The writable fields, validated exactly as on creation.
    type Edit: Serialize + DeserializeOwned;
    /// Fields of the edit that go with a change and are no part of the row.
    const NOT_STORED: &[&str] = &[];
    fn edit(row: &Self::Row) -> Self::Edit;
    fn apply(edit: Self::Edit, active: &mut Self::Active);
    /// What follows in other tables when a row has been changed, in the same transaction.
    fn after_change(
        _tx: &Tx,
        _before: &Self::Row,
        _after: &Self::Row,
    ) -> impl Future<Output = Result<()>> {
        async { Ok(()) }
    }
}
