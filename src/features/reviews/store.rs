//! The list of a review: frozen, counted, locked to be decided on.
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait as _, Func, Query as Build};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::db::tables::{candidate, review, review_item};
use crate::db::{Query, Tx, any_of, open};
use crate::error::{Error, Result};
use crate::law::Stage;

/// Stages of the people that a review decides on.
const REVIEWED: [Stage; 3] = [Stage::Nominated, Stage::InPlan, Stage::Dossier];

/// The people of the branch that a review decides on.
pub(super) fn frozen(review: &review::Model, now: DateTime<Utc>) -> Result<Query<()>> {
    let row = [
        (
            review_item::Column::OrganizationId,
            Expr::col(candidate::Column::OrganizationId),
        ),
        (
            review_item::Column::BranchId,
            Expr::col(candidate::Column::BranchId),
        ),
        (review_item::Column::ReviewId, review.id.into()),
        (
            review_item::Column::CandidateId,
            Expr::col(candidate::Column::Id),
        ),
        (
            review_item::Column::Stage,
            Expr::col(candidate::Column::Stage),
        ),
        (review_item::Column::CreatedAt, now.into()),
        (review_item::Column::UpdatedAt, now.into()),
    ];
    let (columns, values): (Vec<_>, Vec<Expr>) = row.into_iter().unzip();
    let (mut people, mut insert) = (Build::select(), Build::insert());
    people
        .exprs(values)
        .from(candidate::Entity)
        .and_where(candidate::Column::BranchId.eq(review.branch_id))
        .and_where(candidate::Column::DeletedAt.is_null())
        .and_where(open())
        .and_where(candidate::Column::Stage.is_in(REVIEWED));
    let insert = insert.into_table(review_item::Entity).columns(columns);
    Ok(Query::of(
        insert.select_from(people).map_err(Error::internal)?,
    ))
}

/// For each review: people on the list, and those still to be reviewed and without a decision.
pub(super) async fn counts(tx: &Tx, reviews: Vec<Uuid>) -> Result<Vec<(Uuid, i32, i32)>> {
    let count = || Func::count(Expr::col(Asterisk));
    let undecided = review_item::Column::Decision
        .is_null()
        .and(candidate::Column::Stage.is_in(REVIEWED));
    let person = Expr::col((candidate::Entity, candidate::Column::Id))
        .equals((review_item::Entity, review_item::Column::CandidateId));
    let mut counts = Build::select();
    counts
        .column(review_item::Column::ReviewId)
        .expr(count().cast_as("int"))
        .expr(count().filter(undecided).cast_as("int"))
        .from(review_item::Entity)
        .inner_join(candidate::Entity, person)
        .and_where(any_of(review_item::Column::ReviewId, reviews))
        .group_by_col(review_item::Column::ReviewId);
    tx.all(Query::<(Uuid, i32, i32)>::of(&counts)).await
}

/// The people on the list, locked in the order of candidates, so that concurrent closings cannot
/// deadlock.
pub(super) async fn lock_items(tx: &Tx, review: Uuid) -> Result<Vec<review_item::Model>> {
    let items = review_item::Entity::find()
        .filter(review_item::Column::ReviewId.eq(review))
        .order_by_asc(review_item::Column::CandidateId)
        .lock_exclusive();
    tx.all(items).await
}
