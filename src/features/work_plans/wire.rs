//! Work plans as the API shows and takes them.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach;
use crate::api::checks::{kept, read};
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::db::tables::work_plan as table;
use crate::law::text::{Text, plain, stored};
use crate::law::words::daily::{AgendaKind, PeriodKind};

/// A branch's work plan for a month, quarter or year, with the meeting (sinh hoạt chi bộ) that
/// adopted it
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkPlan {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    /// The term whose plan it details
    #[schema(required = true)]
    pub term_id: Option<Uuid>,
    /// The branch's plan for the longer period, of which it is a part
    #[schema(required = true)]
    pub parent_id: Option<Uuid>,
    pub period_kind: PeriodKind,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// Month 1 to 12, quarter 1 to 4; 1 for a year
    #[schema(minimum = 1, maximum = 12)]
    pub number: i32,
    #[schema(max_length = 5000)]
    pub content: String,
    /// Section on admission work, which every plan should have
    #[schema(required = true, max_length = 5000)]
    pub admission_section: Option<String>,
    /// Whether the section on admission work is missing
    pub missing_admission_section: bool,
    /// Number of the meeting's minutes; null until it was held
    #[schema(required = true, max_length = 60)]
    pub minutes_number: Option<String>,
    #[schema(required = true)]
    pub held_on: Option<NaiveDate>,
    /// Members of the branch on that date
    #[schema(required = true, minimum = 1, maximum = 1000)]
    pub members: Option<i32>,
    /// Members present
    #[schema(required = true, minimum = 0, maximum = 1000)]
    pub present: Option<i32>,
    #[schema(max_items = 50)]
    pub agenda: Vec<AgendaItem>,
    #[schema(max_items = 100)]
    pub checklist: Vec<ChecklistItem>,
    /// Number of items of the checklist not done
    #[schema(minimum = 0, maximum = 100)]
    pub open_items: i32,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An item of the meeting's agenda
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgendaItem {
    pub kind: AgendaKind,
    #[schema(example = "Rà soát danh sách quần chúng ưu tú, phân công người kèm cặp")]
    pub text: Text<500>,
}

/// A task in the plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistItem {
    #[schema(example = "Gửi danh sách học lớp nhận thức về Đảng")]
    pub text: Text<300>,
    /// Date on which it was done; absent until then
    pub done_on: Option<NaiveDate>,
}

/// A work plan of the caller's branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewWorkPlan {
    /// The term whose plan it details
    pub term_id: Option<Uuid>,
    /// The branch's own plan for a longer period that includes this one
    pub parent_id: Option<Uuid>,
    pub period_kind: PeriodKind,
    #[schema(minimum = 1990, maximum = 2100, example = 2021)]
    pub year: i32,
    /// Month 1 to 12, quarter 1 to 4; 1 for a year
    #[schema(minimum = 1, maximum = 12, example = 1)]
    pub number: i32,
    #[schema(example = "Lãnh đạo thực hiện nhiệm vụ khám, chữa bệnh tháng 01-2021.")]
    pub content: Text<5000>,
    /// Section on admission work
    pub admission_section: Option<Text<5000>>,
    /// Minutes number, date, members and members present: all four, once the meeting has been held
    pub minutes_number: Option<Text<60>>,
    pub held_on: Option<NaiveDate>,
    #[schema(minimum = 1, maximum = 1000)]
    pub members: Option<i32>,
    #[schema(minimum = 0, maximum = 1000)]
    pub present: Option<i32>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub agenda: Vec<AgendaItem>,
    /// Replaced as a whole
    #[serde(default)]
    #[schema(max_items = 100)]
    pub checklist: Vec<ChecklistItem>,
}

impl Resource for WorkPlan {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "work_plan",
        path: "work-plans",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::TermId, FieldKind::Uuid),
            Field::of(&table::Column::ParentId, FieldKind::Uuid),
            Field::of(
                &table::Column::PeriodKind,
                FieldKind::Enum(PeriodKind::WIRE),
            ),
            Field::of(&table::Column::Year, FieldKind::Int).sorted(),
            Field::of(&table::Column::Number, FieldKind::Int).sorted(),
            Field::expression(
                "missing_admission_section",
                || table::Column::AdmissionSection.is_null(),
                FieldKind::Bool,
            ),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-year,-number",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            term_id,
            parent_id,
            period_kind,
            year,
            number,
            content,
            admission_section,
            minutes_number,
            held_on,
            members,
            present,
            agenda,
            checklist,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        let checklist: Vec<ChecklistItem> = read(checklist);
        Self {
            id,
            branch_id,
            branch_name: None,
            term_id,
            parent_id,
            period_kind,
            year,
            number,
            content,
            missing_admission_section: admission_section.is_none(),
            admission_section,
            minutes_number,
            held_on,
            members,
            present,
            agenda: read(agenda),
            open_items: i32::try_from(checklist.iter().filter(|i| i.done_on.is_none()).count())
                .unwrap_or(i32::MAX),
            checklist,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
}

impl Editable for WorkPlan {
    type Edit = NewWorkPlan;
    fn edit(row: &table::Model) -> NewWorkPlan {
        NewWorkPlan {
            term_id: row.term_id,
            parent_id: row.parent_id,
            period_kind: row.period_kind,
            year: row.year,
            number: row.number,
            content: Text::stored(row.content.clone()),
            admission_section: stored(row.admission_section.clone()),
            minutes_number: stored(row.minutes_number.clone()),
            held_on: row.held_on,
            members: row.members,
            present: row.present,
            agenda: read(row.agenda.clone()),
            checklist: read(row.checklist.clone()),
        }
    }
    fn apply(edit: NewWorkPlan, active: &mut table::ActiveModel) {
        let NewWorkPlan {
            term_id,
            parent_id,
            period_kind,
            year,
            number,
            content,
            admission_section,
            minutes_number,
            held_on,
            members,
            present,
            agenda,
            checklist,
        } = edit;
        active.term_id = Set(term_id);
        active.parent_id = Set(parent_id);
        active.period_kind = Set(period_kind);
        active.year = Set(year);
        active.number = Set(number);
        active.content = Set(content.into_string());
        active.admission_section = Set(plain(admission_section));
        active.minutes_number = Set(plain(minutes_number));
        active.held_on = Set(held_on);
        active.members = Set(members);
        active.present = Set(present);
        active.agenda = Set(kept(&agenda));
        active.checklist = Set(kept(&checklist));
    }
}
