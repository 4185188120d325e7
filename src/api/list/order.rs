//! The order of a page, and how the database comes to it.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::sea_query::{ExprTrait as _, Func, Order, SelectStatement};

use super::query::Plan;
use crate::api::resource::{Field, FieldKind, Spec};

/// A span of days up to which its rows are gathered and then sorted.
const A_YEAR: i64 = 366;

/// Whether the rows are to be gathered by a span of days and then sorted, not read in their order
/// until the page is full. The planner would choose the latter, as if the days of a row had nothing
/// to do with each other; but people introduced in a month long past come after everybody since.
pub(super) fn gathers(spec: &Spec, pairs: &BTreeMap<String, String>, plan: &Plan) -> bool {
    let first = plan.keys.first().map(|key| key.field.name());
    let day = |field: &Field, end: &str| {
        let text = pairs.get(&format!("{}_{end}", field.name()))?;
        text.get(..10)?.parse::<NaiveDate>().ok()
    };
    spec.fields.iter().any(|field| {
        let days = day(field, "from").zip(day(field, "to"));
        matches!(field.kind, FieldKind::Date | FieldKind::Instant)
            && first != Some(field.name())
            && days.is_some_and(|(from, to)| (to - from).num_days() <= A_YEAR)
    })
}

/// Sorts the page; keys that are no columns are read too. What is to be gathered is sorted by
/// expressions that no index has.
pub(super) fn put(page: &mut SelectStatement, plan: &Plan, gathered: bool) {
    for key in &plan.keys {
        let order = if key.descending {
            Order::Desc
        } else {
            Order::Asc
        };
        let value = key.field.expr();
        if key.field.column().is_none() {
            page.expr(value.clone().cast_as("text"));
        }
        if gathered {
            page.order_by_expr(Func::coalesce([value.clone(), value]).into(), order);
        } else {
            page.order_by_expr(value, order);
        }
    }
}
