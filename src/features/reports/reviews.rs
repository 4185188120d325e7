//! Reviews by branch and period: held, late or missing, with their results.
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::{ReadReviews, reach};
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::law::words::{PlanAction, ReviewKind, ReviewState, ReviewTiming};

/// The reviews of a year
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewSummaries {
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// One per branch and period that has begun
    #[schema(max_items = 13_000)]
    pub items: Vec<ReviewSummary>,
}

/// A branch's review of a period
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewSummary {
    pub branch_id: Uuid,
    #[schema(max_length = 20)]
    pub branch_number: String,
    #[schema(max_length = 200)]
    pub branch_name: String,
    pub kind: ReviewKind,
    #[schema(minimum = 1, maximum = 12)]
    pub period: i32,
    pub due_on: NaiveDate,
    pub timing: ReviewTiming,
    /// The review, if it has been opened
    #[schema(required = true)]
    pub review_id: Option<Uuid>,
    #[schema(required = true)]
    pub held_on: Option<NaiveDate>,
    #[schema(minimum = 0)]
    pub kept: i32,
    #[schema(minimum = 0)]
    pub added: i32,
    #[schema(minimum = 0)]
    pub adjusted: i32,
    #[schema(minimum = 0)]
    pub removed: i32,
    /// Proposed for the awareness class
    #[schema(minimum = 0)]
    pub for_class: i32,
    /// Proposed for opening the dossier
    #[schema(minimum = 0)]
    pub for_dossier: i32,
}

/// Selects the reviews
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// Year; the current one by default
    #[serde(default, deserialize_with = "query::year")]
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Filter by branch
    #[serde(default, deserialize_with = "query::id")]
    branch_id: Option<Uuid>,
}

/// Get the report on reviews
///
/// Every period of the year that has begun, for each branch within your reach: held, late or
/// missing, whether or not a review was opened. Decisions are counted as they stand in the files today: as
/// corrected since, and not where they were annulled.
#[operation(
    get,
    "/reports/reviews",
    tag = "reviews",
    answer = "Reviews by branch and period"
)]
pub async fn get_review_report(
    permit: Permit<ReadReviews>,
    db: Data<Db>,
    Query(asked): Query<Asked>,
) -> Result<Reply<ReviewSummaries>> {
    let today = db.clock().today();
    let year = asked
        .year
        .unwrap_or_else(|| crate::law::calendar::year(today));
    let branch = asked.branch_id;
    let rows = db
        .read(&permit, async |tx| {
            let scope = tx.scope(&reach::of_branch(permit.reach()), "k.");
            // the review's own decision counts if nothing was recorded, or if the reader cannot see
            // the file
            let [keep, add, adjust, remove] = [
                PlanAction::Keep,
                PlanAction::Add,
                PlanAction::Adjust,
                PlanAction::Remove,
            ]
            .map(PlanAction::wire);
            let closed = ReviewState::Closed.wire();
            let sql = format!(
                include_str!("reviews.sql"),
                keep = keep,
                add = add,
                adjust = adjust,
                remove = remove,
                closed = closed,
                scope = scope,
            );
            tx.last()
                .rows(&sql, vec![year.into(), today.into(), branch.into()])
                .await
        })
        .await?;
    let items = rows.iter().map(|row| {
        let (due_on, closed_on): (NaiveDate, Option<NaiveDate>) = (row.get(4), row.get(7));
        let timing = match closed_on {
            Some(on) if on <= due_on => ReviewTiming::Held,
            Some(_) => ReviewTiming::Late,
            None if due_on < today => ReviewTiming::Missing,
            None => ReviewTiming::Due,
        };
        ReviewSummary {
            branch_id: row.get(0),
            branch_number: row.get(1),
            branch_name: row.get(14),
            kind: row.get(2),
            period: row.get(3),
            due_on,
            timing,
            review_id: row.get(5),
            held_on: row.get(6),
            kept: row.get(8),
            added: row.get(9),
            adjusted: row.get(10),
            removed: row.get(11),
            for_class: row.get(12),
            for_dossier: row.get(13),
        }
    });
    let body = ReviewSummaries {
        year,
        items: items.collect(),
    };
    Ok(Reply::new(&body))
}
