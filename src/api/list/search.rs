//! Searches by name.
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{BinOper, Expr, ExprTrait as _, Query as Build};

use super::query::Plan;
use crate::db::{Tx, functions};
use crate::error::{Error, Result};

/// The condition of a search for persons of this kind by this text. For a common name the list is scanned
/// in its own order instead, until the page is full; unless more than the first page is wanted, to be
/// counted or put in the order of the very names that are searched, and they are not too many.
pub(super) async fn named(
    tx: &Tx,
    (kind, text): (&'static str, String),
    id: Expr,
    plan: &Plan,
) -> Result<Expr> {
    let by_name = (plan.keys.first()).is_some_and(|key| key.field.column().is_none());
    let whole = plan.include_total || by_name;
    let found = tx.one(functions::find_names(kind, text, whole)).await?;
    let found = found.ok_or_else(|| Error::internal(anyhow::anyhow!("a search without answer")))?;
    Ok(match found.people {
        Some(people) => {
            // as a sub-select, because then the planner looks the people up by id, however many
            // there are
            let people = Expr::val(people).cast_as("uuid[]");
            let people = Build::select().expr(people).take();
            id.eq(PgFunc::any(Expr::from(people).cast_as("uuid[]")))
        }
        None => Expr::col("folded").binary(BinOper::Like, PgFunc::all(found.patterns)),
    })
}
