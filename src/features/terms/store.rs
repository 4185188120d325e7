//! What hinders a change of a term's years, or of the due date of its source plans.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::db::tables::{quota_plan, source_plan, source_plan_entry, work_plan};
use crate::db::{Tx, any_live, any_row};
use crate::error::Result;

/// Whether the term has something outside these years: a year's plan, somebody in a source plan, also
/// who counts until its revision is approved, or a work plan.
pub(super) async fn outside(tx: &Tx, term: Uuid, (from, to): (i32, i32)) -> Result<[bool; 3]> {
    use source_plan_entry::Column as Entry;
    let quotas = quota_plan::Column::TermId
        .eq(term)
        .and(quota_plan::Column::Year.not_between(from, to));
    let mut plans = Build::select();
    plans
        .column(source_plan::Column::Id)
        .from(source_plan::Entity)
        .and_where(source_plan::Column::TermId.eq(term))
        .and_where(source_plan::Column::DeletedAt.is_null());
    let planned = Entry::DeletedAt
        .is_null()
        .and(Entry::TargetYear.not_between(from, to));
    let people = Entry::SourcePlanId
        .in_subquery(plans)
        .and(planned.or(Entry::ApprovedYear.not_between(from, to)));
    let work = work_plan::Column::TermId
        .eq(term)
        .and(work_plan::Column::Year.not_between(from, to));
    let asked: [Expr; 3] = [
        any_live::<quota_plan::Entity>(quotas),
        any_row::<source_plan_entry::Entity>(people),
        any_live::<work_plan::Entity>(work),
    ];
    tx.ask(asked).await
}

/// When the source plans of the term were first submitted.
pub(super) async fn submitted(tx: &Tx, term: Uuid) -> Result<Vec<NaiveDate>> {
    let plans = source_plan::Entity::find()
        .filter(source_plan::Column::TermId.eq(term))
        .filter(source_plan::Column::DeletedAt.is_null());
    let plans = tx.all(plans).await?.into_iter();
    Ok(plans.filter_map(|plan| plan.first_submitted_on).collect())
}
