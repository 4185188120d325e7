//! Wire types of branches.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::access::reach;
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::db::Tx;
use crate::db::tables::branch as table;
use crate::error::Result;
use crate::law::text::Text;
use crate::law::words::{MemberStatus, UnitKind};

/// A branch (chi bộ)
#[derive(Debug, Serialize, ToSchema)]
pub struct Branch {
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Short number, unique within the organisation
    #[schema(example = "01", max_length = 20)]
    pub number: String,
    #[schema(example = "Chi bộ Nội - Nhi", max_length = 200)]
    pub name: String,
    pub kind: UnitKind,
    /// Official members (đảng viên chính thức); for roles that do not see the persons, when the last quarter ended
    #[schema(minimum = 0)]
    pub official_members: i32,
    /// Probationary members (đảng viên dự bị); for roles that do not see the persons, when the last quarter ended
    #[schema(minimum = 0)]
    pub probationary_members: i32,
    /// Non-members in its departments (quần chúng)
    #[schema(minimum = 0)]
    pub non_member_count: i32,
    /// Admissions of the previous term
    #[schema(minimum = 0)]
    pub previous_term_admissions: i32,
    /// Whether it has enough official members for a branch committee (chi ủy; setting
    /// `branch_committee_minimum`, 9 by 29-QĐ/TW, 22)
    pub has_branch_committee: bool,
    /// Whether the workplace has a Youth Union organisation, which decides who must introduce a
    /// candidate (24-QĐ/TW, 3.2)
    pub has_youth_union: bool,
    /// Days on which this changed
    #[schema(max_items = 100)]
    pub youth_union_changed_on: Vec<NaiveDate>,
    /// Official members still missing for a branch committee
    #[schema(minimum = 0)]
    pub committee_gap: i32,
    /// First day of a branch founded by a split; null if it predates these records
    #[schema(required = true)]
    pub founded_on: Option<NaiveDate>,
    /// Last day; a closed branch keeps its past figures
    #[schema(required = true)]
    pub closed_on: Option<NaiveDate>,
    /// The branch that took over its people
    #[schema(required = true)]
    pub merged_into_id: Option<Uuid>,
    /// People of the branch in the plan or later whom nobody sponsors now; null where your role does not see them
    #[schema(required = true, max_items = 1000)]
    pub without_sponsor: Option<Vec<Uuid>>,
    /// No committee member is in charge of it, though it goes on; null where your role does not see them
    #[schema(required = true)]
    pub without_overseer: Option<bool>,
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

/// A branch to create
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewBranch {
    #[schema(example = "11")]
    pub number: Text<20>,
    #[schema(example = "Chi bộ Y học cổ truyền")]
    pub name: Text<200>,
    pub kind: UnitKind,
    #[schema(minimum = 0, maximum = 100_000, example = 12)]
    pub non_member_count: i32,
    #[schema(minimum = 0, maximum = 10_000, example = 1)]
    pub previous_term_admissions: i32,
    /// Whether the workplace has a Youth Union organisation
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub has_youth_union: bool,
    /// First day on which a changed `has_youth_union` holds, later than the change before and not after today; absent: today
    #[schema(example = "2021-01-10")]
    pub youth_union_from_on: Option<NaiveDate>,
    /// First day of the branch, from which its deadlines run; today by default
    #[schema(example = "2021-01-10")]
    pub founded_on: Option<NaiveDate>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
    /// Required with `acknowledged`
    pub reason: Option<Text<500>>,
}

const fn yes() -> bool {
    true
}

impl Resource for Branch {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "branch",
        path: "branches",
        fields: &[
            Field::of(&table::Column::OrganizationId, FieldKind::Uuid),
            Field::of(&table::Column::Number, FieldKind::Text).sorted(),
            Field::of(&table::Column::Kind, FieldKind::Enum(UnitKind::WIRE)),
            Field::of(&table::Column::Name, FieldKind::Text).sorted(),
            Field::expression(
                "closed",
                || table::Column::ClosedOn.is_not_null(),
                FieldKind::Bool,
            )
            .about("True: only branches that have ended (`closed_on`). False: only the others. Absent: all"),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "number",
        search: None,
        scope: reach::organization,
        expand: &[],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            number,
            name,
            kind,
            non_member_count,
            previous_term_admissions,
            has_youth_union,
            youth_union_changed_on,
            founded_on,
            closed_on,
            merged_into_id,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            organization_id,
            number,
            name,
            kind,
            official_members: 0,
            probationary_members: 0,
            non_member_count,
            previous_term_admissions,
            has_branch_committee: false,
            has_youth_union,
            youth_union_changed_on,
            committee_gap: 0,
            founded_on,
            closed_on,
            merged_into_id,
            without_sponsor: None,
            without_overseer: None,
            hidden: Vec::new(),
            version,
            created_at,
            updated_at,
        }
    }
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids = items.iter().map(|b| b.id).collect();
        for figures in tx.all(store::figures(ids)).await? {
            let Some(branch) = items.iter_mut().find(|b| b.id == figures.branch_id) else {
                continue;
            };
            match figures.status {
                Some(MemberStatus::Official) => branch.official_members = figures.members,
                Some(MemberStatus::Probationary) => branch.probationary_members = figures.members,
                None => {}
            }
            let missing = figures.committee_from - branch.official_members;
            branch.has_branch_committee = missing <= 0;
            branch.committee_gap = missing.max(0);
            branch.without_sponsor = figures.without_sponsor;
            branch.without_overseer = figures.without_overseer;
            if branch.without_overseer.is_none() {
                branch.hidden = vec!["without_sponsor", "without_overseer"];
            }
        }
        Ok(())
    }
}

impl Editable for Branch {
    type Edit = NewBranch;
    const NOT_STORED: &[&str] = &["acknowledged", "reason"];
    fn edit(row: &table::Model) -> NewBranch {
        NewBranch {
            number: Text::stored(row.number.clone()),
            name: Text::stored(row.name.clone()),
            kind: row.kind,
            non_member_count: row.non_member_count,
            previous_term_admissions: row.previous_term_admissions,
            has_youth_union: row.has_youth_union,
            youth_union_from_on: None,
            founded_on: row.founded_on,
            acknowledged: false,
            reason: None,
        }
    }
    fn apply(edit: NewBranch, active: &mut table::ActiveModel) {
        let NewBranch {
            number,
            name,
            kind,
            non_member_count,
            previous_term_admissions,
            has_youth_union,
            youth_union_from_on: _,
            founded_on,
            acknowledged: _,
            reason: _,
        } = edit;
        active.number = Set(number.into_string());
        active.name = Set(name.into_string());
        active.kind = Set(kind);
        active.non_member_count = Set(non_member_count);
        active.previous_term_admissions = Set(previous_term_admissions);
        active.has_youth_union = Set(has_youth_union);
        active.founded_on = Set(founded_on);
    }
}
