//! A predicate on rows as data, and its SQL text.
use Rows::Nothing;

use super::Role;

/// An attribute of the caller. Set together with the identity, and fixed for the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Account,
    Role,
    Organization,
    /// The organisation above the caller's.
    Parent,
    /// Every organisation below the caller's.
    Below,
    /// The branches that a committee member is responsible for, or the caller's own.
    Branches,
    /// The caller's own branch, as a single value: an ordered index scan cannot follow a list.
    Branch,
}

/// A predicate on rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    Nothing,
    /// The column equals this attribute of the caller.
    Is(&'static str, Caller),
    /// The column holds one of these words.
    Word(&'static str, Vec<&'static str>),
    Null(&'static str),
    NotNull(&'static str),
    /// Two columns hold the same value; each is of this table or of the one that `Of` refers to.
    Same(&'static str, &'static str),
    /// The JSON array in this column contains an object that includes this one.
    Contains(&'static str, &'static str),
    /// This schema function accepts the whole changed row, which it compares with the stored one.
    Kept(&'static str, &'static str),
    /// The caller has one of these roles.
    Role(Vec<Role>),
    /// The row that this column refers to in another table exists and satisfies the predicate. The
    /// caller must be able to see it: the other table's own policy applies too.
    Of(&'static str, &'static str, Box<Rows>),
    All(Vec<Rows>),
    Any(Vec<Rows>),
}

/// Conjunction, flattened.
pub fn all(parts: impl IntoIterator<Item = Rows>) -> Rows {
    let mut flat = Vec::new();
    for part in parts {
        if part == Nothing {
            return Nothing;
        }
        if let Rows::All(inner) = part {
            flat.extend(inner);
        } else {
            flat.push(part);
        }
    }
    match flat.len() {
        1 => flat.remove(0),
        _ => Rows::All(flat),
    }
}

/// Disjunction, flattened.
pub fn any(parts: impl IntoIterator<Item = Rows>) -> Rows {
    let mut flat: Vec<Rows> = Vec::new();
    for part in parts {
        if let Rows::Any(inner) = part {
            flat.extend(inner);
        } else if part != Nothing && !flat.contains(&part) {
            flat.push(part);
        }
    }
    match flat.len() {
        0 => Nothing,
        1 => flat.remove(0),
        _ => Rows::Any(flat),
    }
}

impl Caller {
    /// The comparison that follows the column. As a sub-select it is evaluated once per statement.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Account => "= (select app.account())",
            Self::Role => "= (select app.role())",
            Self::Organization => "= (select app.organization())",
            Self::Parent => "= (select app.parent())",
            Self::Below => "= any ((select app.below())::uuid[])",
            Self::Branches => "= any ((select app.branches())::uuid[])",
            Self::Branch => "= (select (app.branches())[1])",
        }
    }
}

/// Comparison with one word or several, as SQL text. Never for input.
pub fn quoted(words: &[&str]) -> String {
    match words {
        [one] => format!("= '{one}'"),
        many => format!("in ('{}')", many.join("', '")),
    }
}

impl Rows {
    /// The predicate as SQL text; `of` is the table's name or alias with its dot, or empty. Roles
    /// are compared inside the sub-select: for a word it does not know, the planner expects no
    /// rows.
    pub fn sql(&self, of: &str) -> String {
        let each = |parts: &[Self], between: &str, enclosed: fn(&Self) -> bool| {
            let parts = parts.iter().map(|part| {
                if enclosed(part) {
                    format!("({})", part.sql(of))
                } else {
                    part.sql(of)
                }
            });
            parts.collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Nothing => "false".to_owned(),
            Self::Is(column, caller) => format!("{of}{column} {}", caller.sql()),
            Self::Word(column, words) => format!("{of}{column} {}", quoted(words)),
            Self::Null(column) => format!("{of}{column} is null"),
            Self::NotNull(column) => format!("{of}{column} is not null"),
            Self::Same(column, other) => format!("{of}{column} = {other}"),
            Self::Contains(column, json) => format!("{of}{column} @> '{json}'"),
            Self::Kept(function, table) => format!("app.{function}({table})"),
            Self::Role(roles) => {
                let words: Vec<&str> = roles.iter().map(|r| r.wire()).collect();
                format!("(select app.role() {})", quoted(&words))
            }
            Self::Of(table, column, rows) => {
                let its = rows.sql("its.");
                let and = if its.is_empty() { "" } else { " and " };
                format!("exists (select from {table} its where its.id = {of}{column}{and}{its})")
            }
            Self::All(parts) => each(parts, " and ", |p| matches!(p, Self::Any(_))),
            Self::Any(parts) => each(parts, " or ", |p| matches!(p, Self::All(_))),
        }
    }
}
