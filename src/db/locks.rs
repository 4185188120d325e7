//! Locks on things that are not a single row, or on rows that others refer to. All last until the
//! transaction ends.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query as Build, SelectStatement};
use uuid::Uuid;

use super::tables::candidate;
use super::{Query, constant, identity};

fn select(expression: impl Into<Expr>) -> SelectStatement {
    let mut select = Build::select();
    select.expr(expression);
    select
}

/// Waits for the lock on a person of this name and birth date in the caller's organisation.
pub fn person(name: String, born: NaiveDate) -> Query<()> {
    Query::of(&select(locked(person_key(name, born))))
}

/// The same, and for the lock on the number of the paper that nominates the person.
pub fn nomination(name: String, born: NaiveDate, number: &str) -> Query<()> {
    let mut both = select(locked(person_key(name, born)));
    both.expr(locked(vec![paper_key(number)]));
    Query::of(&both)
}

/// Waits for the lock on a paper's number in the caller's organisation.
pub fn paper(number: &str) -> Query<()> {
    Query::of(&select(locked(vec![paper_key(number)])))
}

/// Waits for the lock on what an account counts up.
pub fn account(account: Uuid) -> Query<()> {
    let account = Expr::val(account.to_string()).cast_as("text");
    Query::of(&select(locked(vec![account])))
}

/// Waits for the lock on the posts of a branch.
pub fn posts(branch: Uuid) -> Query<()> {
    let posts = Expr::val(format!("posts {branch}")).cast_as("text");
    Query::of(&select(locked(vec![posts])))
}

/// Waits for the lock on a citizen number, by its index, in the caller's organisation.
pub fn citizen(index: Vec<u8>) -> Query<()> {
    let index = Expr::val(index).cast_as("bytea").cast_as("text");
    Query::of(&select(locked(vec![index])))
}

fn person_key(name: String, born: NaiveDate) -> Vec<Expr> {
    let folded = Func::cust("app.person_key").arg(Expr::val(name).cast_as("text"));
    let born = Expr::val(born).cast_as("date").cast_as("text");
    vec![folded.into(), born]
}

fn paper_key(number: &str) -> Expr {
    let number = Expr::val(number).cast_as("text");
    Func::cust("app.paper_key").arg(number).into()
}

/// The lock on these texts in the caller's organisation.
fn locked(mut texts: Vec<Expr>) -> Expr {
    texts.insert(0, identity("app.organization").cast_as("text"));
    let whole = Func::cust("concat").args(texts);
    let key = Func::cust("hashtextextended").args([whole.into(), constant(0)]);
    Func::cust("pg_advisory_xact_lock").arg(key).into()
}

/// Locks the row with this id until the transaction ends, so that nothing can refer to it
/// meanwhile. A condition that always holds, for the statement that reads the row.
pub fn claimed(id: Expr) -> Expr {
    let lock = Func::cust("pg_advisory_xact_lock").arg(row_key(id.cast_as("text")));
    Expr::from(lock).is_not_null()
}

/// The same for the row with this id, in a statement of its own.
pub fn claim(row: Uuid) -> Query<()> {
    let key = row_key(Expr::val(row.to_string()).cast_as("text"));
    Query::of(&select(Func::cust("pg_advisory_xact_lock").arg(key)))
}

/// Locks these rows against changes until the transaction ends, as rows that are referred to. In
/// the order of their ids, so that two transactions with the same rows do not wait for each other.
pub fn hold(rows: impl Iterator<Item = Uuid>) -> Query<()> {
    let mut rows: Vec<String> = rows.map(|row| row.to_string()).collect();
    rows.sort_unstable();
    let rows = Func::cust("unnest").arg(Expr::val(rows).cast_as("text[]"));
    let mut held = select(Func::cust("pg_advisory_xact_lock_shared").arg(row_key(Expr::col("id"))));
    held.from_function(rows, "id");
    Query::of(&held)
}

/// Waits for the lock on the registers of these branches: none of their votes is recorded while who
/// was entitled changes.
pub fn registers(branches: &[Uuid]) -> Query<()> {
    let mut rows: Vec<String> = branches.iter().map(Uuid::to_string).collect();
    rows.sort_unstable();
    let rows = Func::cust("unnest").arg(Expr::val(rows).cast_as("text[]"));
    let mut held = select(register(Expr::col("id")));
    held.from_function(rows, "id");
    Query::of(&held)
}

/// The same for the branch of a candidate.
pub fn register_of(file: Uuid) -> Query<()> {
    let branch = Expr::col(candidate::Column::BranchId).cast_as("text");
    let mut held = select(register(branch));
    held.from(candidate::Entity)
        .and_where(candidate::Column::Id.eq(file));
    Query::of(&held)
}

fn register(branch: Expr) -> Expr {
    let key = Func::cust("hashtextextended").args([branch, constant(3)]);
    Func::cust("pg_advisory_xact_lock").arg(key).into()
}

fn row_key(row: Expr) -> Expr {
    // seeds keep the kinds of locks apart: 0 is texts, 1 logins, 3 registers
    let key = Func::cust("hashtextextended").args([row, constant(2)]);
    key.into()
}
