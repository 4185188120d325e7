//! The people of a source plan.
use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait as _, Func, JoinType, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::db::tables::{branch, source_plan, source_plan_entry};
use crate::db::{Query, Tx};
use crate::error::Result;

/// Whether the plan names anybody.
pub(super) async fn names_somebody(tx: &Tx, plan: Uuid) -> Result<bool> {
    let named = source_plan_entry::Entity::find()
        .filter(source_plan_entry::Column::SourcePlanId.eq(plan))
        .filter(source_plan_entry::Column::DeletedAt.is_null());
    Ok(tx.one(named.limit(1)).await?.is_some())
}

/// The candidates that the plan names, also in entries that were removed.
pub(super) async fn candidates(tx: &Tx, plan: Uuid) -> Result<BTreeSet<Uuid>> {
    let named = source_plan_entry::Entity::find()
        .filter(source_plan_entry::Column::SourcePlanId.eq(plan))
        .filter(source_plan_entry::Column::CandidateId.is_not_null());
    let named = tx.all(named).await?.into_iter();
    Ok(named.filter_map(|entry| entry.candidate_id).collect())
}

/// The first entry about somebody whom another branch's approved plan of the term names too, and that
/// branch's name. Whom the branch has nominated since is its own; the plan of a branch that has ended
/// plans nobody, and could not be revised.
pub(super) async fn planned_elsewhere(
    tx: &Tx,
    plan: &source_plan::Model,
) -> Result<Option<(Uuid, String)>> {
    use source_plan_entry::{Column, Entity};
    let this = |column: Column| Expr::col((Entity, column));
    let other = |column: Column| Expr::col(("other", column));
    let key = |name: Expr| Expr::from(Func::cust("app.person_key").arg(name));
    let born = other(Column::BirthDate).eq(this(Column::BirthDate));
    let named = key(other(Column::FullName)).eq(key(this(Column::FullName)));
    let its_plan = source_plan::Column::Id.into_expr();
    let its_branch = branch::Column::Id.into_expr();
    let mut twice = Build::select();
    twice
        .column((Entity, Column::Id))
        .column((branch::Entity, branch::Column::Name))
        .from(Entity)
        .join_as(JoinType::InnerJoin, Entity, "other", born.and(named))
        .inner_join(
            source_plan::Entity,
            its_plan.eq(other(Column::SourcePlanId)),
        )
        .inner_join(branch::Entity, its_branch.eq(other(Column::BranchId)))
        .and_where(this(Column::SourcePlanId).eq(plan.id))
        .and_where(this(Column::DeletedAt).is_null())
        .and_where(this(Column::CandidateId).is_null())
        .and_where(other(Column::SourcePlanId).ne(plan.id))
        .and_where(other(Column::ApprovedYear).is_not_null())
        .and_where(source_plan::Column::TermId.eq(plan.term_id))
        .and_where(branch::Column::ClosedOn.is_null())
        .limit(1);
    tx.one(Query::of(&twice)).await
}
