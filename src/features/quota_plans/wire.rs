//! Wire types of quota plans.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::access::{Reach, reach};
use crate::api::checks::read;
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::db::Tx;
use crate::db::tables::quota_plan as table;
use crate::error::Result;
use crate::law::PlanState;
use crate::law::text::Text;
use crate::law::words::{RemarkKind, Warning};

/// A year's quota plan, with the lines within your reach: a branch sees its own
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotaPlan {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub term_id: Uuid,
    #[schema(minimum = 1990, maximum = 2100, example = 2021)]
    pub year: i32,
    pub state: PlanState,
    /// 1 at first, incremented by each issued revision
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Account of the drafter
    pub drafted_by: Uuid,
    /// Account of the issuer, who is never the drafter
    #[schema(required = true)]
    pub issued_by: Option<Uuid>,
    #[schema(required = true)]
    pub issued_on: Option<NaiveDate>,
    /// Number of the decision by which the figures were issued
    #[schema(required = true, max_length = 100)]
    pub decision_number: Option<String>,
    /// Day of that decision
    #[schema(required = true)]
    pub decision_on: Option<NaiveDate>,
    /// Day on which the plan, or the revision that waits, was submitted to the Standing Committee; null
    /// in a draft
    #[schema(required = true)]
    pub proposed_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub closed_on: Option<NaiveDate>,
    /// Sum of the lines shown
    #[schema(minimum = 0)]
    pub total: i32,
    /// Remarks, which never block the plan; for the Party Office and the Standing Committee
    #[schema(max_items = 10)]
    pub warnings: Vec<Warning>,
    /// Branches with an unmet quota and an empty pipeline; for the Party Office and the Standing
    /// Committee
    #[schema(max_items = 1000)]
    pub branches_without_pipeline: Vec<Uuid>,
    #[schema(max_items = 1000)]
    pub lines: Vec<QuotaLine>,
    /// A revision waiting to be issued; for the Party Office and the Standing Committee
    #[schema(required = true)]
    pub pending: Option<NewRevision>,
    /// Figures of earlier revisions; for the Party Office and the Standing Committee
    #[schema(max_items = 1000)]
    pub revisions: Vec<Revision>,
    /// Why the Standing Committee rejected or reopened the plan, oldest first; for the Party Office
    /// and the Standing Committee
    #[schema(max_items = 1000)]
    pub remarks: Vec<PlanRemark>,
    /// Properties that your role does not see here, or only in part, whether they hold a value or not.
    /// In all others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A branch's quota (chỉ tiêu)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QuotaLine {
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    /// Planned number of admissions; may be 0
    #[schema(minimum = 0, maximum = 1000, example = 1)]
    pub quota: i32,
    /// Reason for this number
    #[schema(example = "3 người kết nạp nhiệm kỳ trước, còn 6 quần chúng")]
    pub rationale: Text<1000>,
    /// Basis of this number: previous term's admissions, pipeline, remaining non-members
    pub basis: Option<Text<1000>>,
}

/// A quota plan to draft
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewQuotaPlan {
    #[schema(example = "01750000-0000-7000-8000-00007e000001")]
    pub term_id: Uuid,
    /// A year of the term; one plan per year
    #[schema(minimum = 1990, maximum = 2100, example = 2021)]
    pub year: i32,
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<QuotaLine>,
}

/// The changeable part of a draft: its lines, replaced as a whole
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QuotaPlanLines {
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<QuotaLine>,
}

/// Corrected figures for an issued plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewRevision {
    #[schema(example = "một chi bộ giải thể")]
    pub reason: Text<1000>,
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<QuotaLine>,
}

/// A waiting revision as it is stored: until it is issued, day and drafter are its own and not the
/// plan's. One that was stored before they were kept here has neither.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Waiting {
    #[serde(flatten)]
    pub revision: NewRevision,
    pub proposed_on: Option<NaiveDate>,
    pub drafted_by: Option<Uuid>,
}

/// Figures replaced by a revision
#[derive(Debug, Serialize, ToSchema)]
pub struct Revision {
    #[schema(minimum = 1)]
    pub revision: i32,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub replaced_on: NaiveDate,
    /// Number of the decision by which they had been issued
    #[schema(required = true, max_length = 100)]
    pub decision_number: Option<String>,
    #[schema(required = true)]
    pub decision_on: Option<NaiveDate>,
    #[schema(max_items = 1000)]
    pub lines: Vec<QuotaLine>,
}

/// The decision by which figures are issued
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanIssuance {
    #[schema(example = "05-QĐ/ĐU")]
    pub decision_number: Text<100>,
    /// From the day of the submission on, not after today
    #[schema(example = "2021-01-15")]
    pub decision_on: NaiveDate,
}

/// Why the Standing Committee rejected or reopened a plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanRemark {
    pub kind: RemarkKind,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub on: NaiveDate,
    /// Account that decided
    pub by: Uuid,
}

/// Why a plan is rejected or reopened
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanReason {
    #[schema(example = "chưa dựa vào nguồn của chi bộ 04")]
    pub reason: Text<1000>,
}

/// What the Party Office and the Standing Committee see alone.
const INSIDE: [&str; 5] = [
    "warnings",
    "branches_without_pipeline",
    "pending",
    "revisions",
    "remarks",
];

impl Resource for QuotaPlan {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "quota_plan",
        path: "quota-plans",
        fields: &[
            Field::of(&table::Column::OrganizationId, FieldKind::Uuid),
            Field::of(&table::Column::TermId, FieldKind::Uuid),
            Field::of(&table::Column::Year, FieldKind::Int).sorted(),
            Field::of(&table::Column::State, FieldKind::Enum(PlanState::WIRE)),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-year",
        search: None,
        scope: reach::quota_plan,
        expand: &[],
        computed: true,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            term_id,
            year,
            state,
            revision,
            drafted_by,
            issued_by,
            issued_on,
            decision_number,
            decision_on,
            proposed_on,
            closed_on,
            pending,
            remarks,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        let inside = viewer.reach == Reach::Everything;
        let waiting: Option<Waiting> = pending.filter(|_| inside).and_then(read);
        let own = waiting.as_ref().and_then(|w| w.drafted_by);
        let drafted_by = own.unwrap_or(drafted_by);
        let proposed_on = waiting.as_ref().and_then(|w| w.proposed_on).or(proposed_on);
        Self {
            id,
            organization_id,
            term_id,
            year,
            state,
            revision,
            drafted_by,
            issued_by,
            issued_on,
            decision_number,
            decision_on,
            proposed_on,
            closed_on,
            total: 0,
            warnings: Vec::new(),
            branches_without_pipeline: Vec::new(),
            lines: Vec::new(),
            pending: waiting.map(|waiting| waiting.revision),
            revisions: Vec::new(),
            remarks: Some(remarks)
                .filter(|_| inside)
                .map(read)
                .unwrap_or_default(),
            hidden: if inside { Vec::new() } else { INSIDE.to_vec() },
            version,
            created_at,
            updated_at,
        }
    }
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        store::complete(tx, items).await
    }
}

impl Editable for QuotaPlan {
    type Edit = QuotaPlanLines;
    /// The handler reads the stored lines; an empty list means "unchanged".
    fn edit(_: &table::Model) -> QuotaPlanLines {
        QuotaPlanLines { lines: Vec::new() }
    }
    /// The lines have a table of their own.
    fn apply(_: QuotaPlanLines, _: &mut table::ActiveModel) {}
}
