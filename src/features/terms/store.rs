//! What hinders a change of a term's years, or of the due date of its source plans.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{ColumnTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::db::tables::{quota_plan, source_plan, source_plan_entry, term as table, work_plan};
use crate::db::{Tx, any_live, any_row};
use crate::error::Result;

/// Whether the term has something in a year of its own that is none of these: a year's plan,
/// somebody in a source plan, also who counts until its revision is approved, or a work plan.
pub(super) async fn left_out(tx: &Tx, row: &table::Model, years: (i32, i32)) -> Result<[bool; 3]> {
    use source_plan_entry::Column as Entry;
    let term = row.id;
    let quotas =
        quota_plan::Column::TermId
            .eq(term)
            .and(lost(quota_plan::Column::Year, row, years));
    let mut plans = Build::select();
    plans
        .column(source_plan::Column::Id)
        .from(source_plan::Entity)
        .and_where(source_plan::Column::TermId.eq(term))
        .and_where(source_plan::Column::DeletedAt.is_null());
    let planned = Entry::DeletedAt
        .is_null()
        .and(lost(Entry::TargetYear, row, years));
    let people = Entry::SourcePlanId.in_subquery(plans).and(planned.or(lost(
        Entry::ApprovedYear,
        row,
        years,
    )));
    let work = work_plan::Column::TermId
        .eq(term)
        .and(lost(work_plan::Column::Year, row, years));
    let asked: [Expr; 3] = [
        any_live::<quota_plan::Entity>(quotas),
        any_row::<source_plan_entry::Entity>(people),
        any_live::<work_plan::Entity>(work),
    ];
    tx.ask(asked).await
}

/// A year of the term that these leave out.
fn lost(year: impl ColumnTrait, row: &table::Model, (from, to): (i32, i32)) -> Expr {
    let own = year.between(row.from_year, row.to_year);
    own.and(year.not_between(from, to))
}

/// When the source plans of the term were first submitted.
pub(super) async fn submitted(tx: &Tx, term: Uuid) -> Result<Vec<NaiveDate>> {
    let plans = source_plan::Entity::find()
        .filter(source_plan::Column::TermId.eq(term))
        .filter(source_plan::Column::DeletedAt.is_null());
    let plans = tx.all(plans).await?.into_iter();
    Ok(plans.filter_map(|plan| plan.first_submitted_on).collect())
}
