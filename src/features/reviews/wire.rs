//! Wire types of reviews.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::access::reach;
use crate::api::checks::read;
use crate::api::names;
use crate::api::resource::{EXPAND_BRANCH, Field, FieldKind, Named, Resource, Spec, Viewer};
use crate::db::Tx;
use crate::db::tables::review as table;
use crate::error::Result;
use crate::law::text::Text;
use crate::law::words::{ReviewKind, ReviewState};

/// A branch's review of its list (phiên xét định kỳ)
#[derive(Debug, Serialize, ToSchema)]
pub struct Review {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub kind: ReviewKind,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// Number of the period within the year: the quarter, if the interval is three months (setting
    /// `review_interval_months`); 1 for a yearly review
    #[schema(minimum = 1, maximum = 12)]
    pub period: i32,
    /// Last day of the period
    pub due_on: NaiveDate,
    pub state: ReviewState,
    /// Date on which the list was frozen
    pub opened_on: NaiveDate,
    /// Date of the meeting
    #[schema(required = true)]
    pub held_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub closed_on: Option<NaiveDate>,
    /// Whether it was closed after the last day of its period
    pub late: bool,
    #[schema(required = true, max_length = 60)]
    pub minutes_number: Option<String>,
    /// Members of the branch at the time of the meeting
    #[schema(required = true, minimum = 0)]
    pub members: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub present: Option<i32>,
    /// Items of the agenda
    #[schema(max_items = 30)]
    pub agenda: Vec<String>,
    #[schema(required = true, max_length = 4000)]
    pub summary: Option<String>,
    /// Number of people on the frozen list
    #[schema(minimum = 0)]
    pub items: i32,
    /// Number of people still to be reviewed and without a decision
    #[schema(minimum = 0)]
    pub undecided: i32,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A review to open
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewReview {
    /// The caller's branch
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    pub kind: ReviewKind,
    #[schema(minimum = 1990, maximum = 2100, example = 2021)]
    pub year: i32,
    /// The quarter, if the interval is three months; 1 for a yearly review
    #[schema(minimum = 1, maximum = 12, example = 1)]
    pub period: i32,
}

/// The record of the meeting
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReviewClosure {
    /// Date of the meeting, not before the list was frozen
    #[schema(example = "2021-01-15")]
    pub held_on: NaiveDate,
    #[schema(example = "01-BB/CB")]
    pub minutes_number: Text<60>,
    #[schema(minimum = 1, maximum = 10_000, example = 15)]
    pub members: i32,
    /// Not more than `members`
    #[schema(minimum = 1, maximum = 10_000, example = 14)]
    pub present: i32,
    /// Items of the agenda, in order
    #[schema(min_items = 1, max_items = 30, example = json!(["Xét danh sách cảm tình Đảng", "Quán triệt trách nhiệm giúp đỡ quần chúng"]))]
    pub agenda: Vec<Text<300>>,
    pub summary: Option<Text<4000>>,
}

impl Resource for Review {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "review",
        path: "reviews",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::Kind, FieldKind::Enum(ReviewKind::WIRE)),
            Field::of(&table::Column::State, FieldKind::Enum(ReviewState::WIRE)),
            Field::of(&table::Column::Year, FieldKind::Int),
            Field::of(&table::Column::Period, FieldKind::Int),
            Field::of(&table::Column::DueOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-due_on",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            kind,
            year,
            period,
            due_on,
            state,
            opened_on,
            held_on,
            closed_on,
            minutes_number,
            members,
            present,
            agenda,
            summary,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            kind,
            year,
            period,
            due_on,
            state,
            opened_on,
            held_on,
            closed_on,
            late: closed_on.is_some_and(|on| on > due_on),
            minutes_number,
            members,
            present,
            agenda: read(agenda),
            summary,
            items: 0,
            undecided: 0,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|r| r.id).collect();
        for (id, all, undecided) in store::counts(tx, ids).await? {
            if let Some(review) = items.iter_mut().find(|r| r.id == id) {
                (review.items, review.undecided) = (all, undecided);
            }
        }
        Ok(())
    }
}
