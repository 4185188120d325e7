//! Wire types of terms.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Role, reach};
use crate::api::checks::read;
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::db::tables::term as table;
use crate::law::calendar;
use crate::law::text::{Text, plain, stored};
use crate::law::words::{RemarkKind, TermState};

/// A term (nhiệm kỳ) with the targets of its plan
#[derive(Debug, Serialize, ToSchema)]
pub struct Term {
    pub id: Uuid,
    pub organization_id: Uuid,
    #[schema(example = "2020-2025", max_length = 50)]
    pub name: String,
    /// First year with a quota plan
    #[schema(minimum = 1990, maximum = 2100)]
    pub from_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub to_year: i32,
    /// Minimum number of admissions per year (plan, I.3)
    #[schema(minimum = 0)]
    pub annual_minimum: i32,
    /// Minimum number of admissions in the term (plan, I.3)
    #[schema(minimum = 0)]
    pub term_minimum: i32,
    /// Admissions of the previous term
    #[schema(minimum = 0)]
    pub previous_term_admissions: i32,
    /// The congress's resolution
    #[schema(required = true, max_length = 2000)]
    pub resolution: Option<String>,
    /// Documents on which the plan is based
    #[schema(max_items = 50)]
    pub legal_bases: Vec<LegalBasis>,
    /// The plan's own document
    #[schema(required = true)]
    pub plan_document: Option<PlanDocument>,
    /// Due date of the branches' source plans
    #[schema(required = true)]
    pub source_plans_due_on: Option<NaiveDate>,
    /// Target percentage of department branches with a branch committee
    #[schema(minimum = 0, maximum = 100)]
    pub committee_coverage_percent: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub committee_coverage_year: i32,
    /// Whether the Standing Committee has approved it
    pub state: TermState,
    /// Whether it is approved and includes the current year
    pub in_force: bool,
    /// Account that approved it; never the one that last edited it
    #[schema(required = true)]
    pub approved_by: Option<Uuid>,
    #[schema(required = true)]
    pub approved_on: Option<NaiveDate>,
    /// Account that approved it first; `approved_by` has approved what it says now
    #[schema(required = true)]
    pub first_approved_by: Option<Uuid>,
    /// Day of the first approval, which a reopening leaves as it was
    #[schema(required = true)]
    pub first_approved_on: Option<NaiveDate>,
    /// Why the Standing Committee reopened the term, oldest first; for the Party Office and the
    /// Standing Committee
    #[schema(max_items = 1000)]
    pub remarks: Vec<TermRemark>,
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

/// A document on which the plan is based
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LegalBasis {
    #[schema(example = "Hướng dẫn một số vấn đề cụ thể thi hành Quy định 29-QĐ/TW")]
    pub document: Text<500>,
    #[schema(example = "điểm 3.4")]
    pub clause: Option<Text<200>>,
    /// Number as cited by the plan, if it is not the official one
    #[schema(example = "09-HD/TW")]
    pub cited_as: Option<Text<100>>,
    #[schema(example = "09-HD/BTCTW")]
    pub official_number: Option<Text<100>>,
}

/// The plan's own document
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanDocument {
    #[schema(example = "12-KH/ĐU")]
    pub number: Text<100>,
    #[schema(example = "2020-11-20")]
    pub on: NaiveDate,
    #[schema(example = "Kế hoạch tạo nguồn, phát triển đảng viên nhiệm kỳ 2020-2025")]
    pub title: Text<500>,
}

/// Why a term was reopened
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TermRemark {
    pub kind: RemarkKind,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub on: NaiveDate,
    /// Account that decided
    pub by: Uuid,
}

/// A remark as it is kept: with the approval that the reopening lifted.
#[derive(Serialize, Deserialize)]
pub(super) struct Lifted {
    #[serde(flatten)]
    pub remark: TermRemark,
    pub approved_by: Option<Uuid>,
    pub approved_on: Option<NaiveDate>,
}

/// Who approved a term first, and when, if it has been reopened since.
fn first_approval(remarks: &serde_json::Value) -> Option<(Uuid, NaiveDate)> {
    remarks.as_array()?.iter().find_map(|remark| {
        let lifted: Lifted = serde_json::from_value(remark.clone()).ok()?;
        lifted.approved_by.zip(lifted.approved_on)
    })
}

/// Reason for reopening a term
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TermReason {
    #[schema(example = "Huyện ủy điều chỉnh chỉ tiêu cả nhiệm kỳ")]
    pub reason: Text<1000>,
}

/// The next term; everything else is copied or computed
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewSuccessor {
    #[schema(example = "2025-2030")]
    pub name: Text<50>,
    /// After the last year of the previous term
    #[schema(minimum = 1990, maximum = 2100, example = 2026)]
    pub from_year: i32,
    #[schema(minimum = 1990, maximum = 2100, example = 2030)]
    pub to_year: i32,
}

/// A term to create
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewTerm {
    #[schema(example = "2025-2030")]
    pub name: Text<50>,
    #[schema(minimum = 1990, maximum = 2100, example = 2026)]
    pub from_year: i32,
    #[schema(minimum = 1990, maximum = 2100, example = 2030)]
    pub to_year: i32,
    #[schema(minimum = 0, maximum = 10_000, example = 6)]
    pub annual_minimum: i32,
    #[schema(minimum = 0, maximum = 100_000, example = 30)]
    pub term_minimum: i32,
    #[schema(minimum = 0, maximum = 100_000, example = 30)]
    pub previous_term_admissions: i32,
    pub resolution: Option<Text<2000>>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub legal_bases: Vec<LegalBasis>,
    pub plan_document: Option<PlanDocument>,
    pub source_plans_due_on: Option<NaiveDate>,
    #[schema(minimum = 0, maximum = 100, example = 100)]
    pub committee_coverage_percent: i32,
    #[schema(minimum = 1990, maximum = 2100, example = 2030)]
    pub committee_coverage_year: i32,
    /// When changing: the due date is to change although source plans have been submitted by it
    #[serde(default)]
    pub acknowledged: bool,
}

impl Resource for Term {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "term",
        path: "terms",
        fields: &[
            Field::of(&table::Column::OrganizationId, FieldKind::Uuid),
            Field::of(&table::Column::Name, FieldKind::Text).sorted(),
            Field::of(&table::Column::FromYear, FieldKind::Int).sorted(),
            Field::of(&table::Column::ToYear, FieldKind::Int),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-from_year",
        search: None,
        scope: reach::organization,
        expand: &[],
        computed: true,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            name,
            from_year,
            to_year,
            annual_minimum,
            term_minimum,
            previous_term_admissions,
            resolution,
            source_plans_due_on,
            committee_coverage_percent,
            committee_coverage_year,
            state,
            legal_bases,
            plan_document,
            edited_by: _,
            approved_by,
            approved_on,
            remarks,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        let inside = matches!(viewer.role, Role::StandingCommittee | Role::PartyOffice);
        let in_force = state == TermState::Approved
            && (from_year..=to_year).contains(&calendar::year(viewer.today));
        let first = first_approval(&remarks).or(approved_by.zip(approved_on));
        Self {
            state,
            in_force,
            legal_bases: read(legal_bases),
            plan_document: plan_document.and_then(read),
            approved_by,
            approved_on,
            first_approved_by: first.map(|(by, _)| by),
            first_approved_on: first.map(|(_, on)| on),
            remarks: Some(remarks)
                .filter(|_| inside)
                .map(read)
                .unwrap_or_default(),
            hidden: if inside { Vec::new() } else { vec!["remarks"] },
            id,
            organization_id,
            name,
            from_year,
            to_year,
            annual_minimum,
            term_minimum,
            previous_term_admissions,
            resolution,
            source_plans_due_on,
            committee_coverage_percent,
            committee_coverage_year,
            version,
            created_at,
            updated_at,
        }
    }
}

impl Editable for Term {
    type Edit = NewTerm;
    const NOT_STORED: &[&str] = &["acknowledged"];
    fn edit(row: &table::Model) -> NewTerm {
        let row = row.clone();
        NewTerm {
            name: Text::stored(row.name),
            from_year: row.from_year,
            to_year: row.to_year,
            annual_minimum: row.annual_minimum,
            term_minimum: row.term_minimum,
            previous_term_admissions: row.previous_term_admissions,
            resolution: stored(row.resolution),
            legal_bases: read(row.legal_bases),
            plan_document: row.plan_document.and_then(read),
            source_plans_due_on: row.source_plans_due_on,
            committee_coverage_percent: row.committee_coverage_percent,
            committee_coverage_year: row.committee_coverage_year,
            acknowledged: false,
        }
    }
    fn apply(edit: NewTerm, active: &mut table::ActiveModel) {
        let NewTerm {
            name,
            from_year,
            to_year,
            annual_minimum,
            term_minimum,
            previous_term_admissions,
            resolution,
            legal_bases,
            plan_document,
            source_plans_due_on,
            committee_coverage_percent,
            committee_coverage_year,
            acknowledged: _,
        } = edit;
        active.legal_bases = Set(serde_json::json!(legal_bases));
        active.plan_document = Set(plan_document.map(|p| serde_json::json!(p)));
        active.name = Set(name.into_string());
        active.from_year = Set(from_year);
        active.to_year = Set(to_year);
        active.annual_minimum = Set(annual_minimum);
        active.term_minimum = Set(term_minimum);
        active.previous_term_admissions = Set(previous_term_admissions);
        active.resolution = Set(plain(resolution));
        active.source_plans_due_on = Set(source_plans_due_on);
        active.committee_coverage_percent = Set(committee_coverage_percent);
        active.committee_coverage_year = Set(committee_coverage_year);
    }
}
