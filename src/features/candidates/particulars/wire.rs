//! Wire types of candidates.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Sensitivity, reach};
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, Field, FieldKind, Named, Personal, Resource, Spec, Traced, Viewer, all_hidden,
};
use crate::db::name_key;
use crate::db::tables::candidate as table;
use crate::law::Stage;
use crate::law::calendar::year;
use crate::law::text::{PersonName, Text};
use crate::law::words::{
    GeneralEducation, Introducer, PoliticalTheoryLevel, PriorityGroup, ProfessionalLevel, Sex,
};

/// A candidate for admission. `_hidden` names the properties that your role does not see; `stage`
/// follows from recorded acts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidate {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    #[schema(required = true)]
    pub department_id: Option<Uuid>,
    pub introduced_by: Introducer,
    pub stage: Stage,
    /// Date the current stage began
    pub stage_on: NaiveDate,
    pub nominated_on: NaiveDate,
    /// Date of the admission decision: Party age counts from it (Điều lệ, 5)
    #[schema(required = true)]
    pub decided_on: Option<NaiveDate>,
    /// Date of the ceremony
    #[schema(required = true)]
    pub admitted_on: Option<NaiveDate>,
    /// Date of official membership (ngày chính thức): ceremony + 12 calendar months, however late
    /// the decision
    #[schema(required = true)]
    pub official_on: Option<NaiveDate>,
    /// The earlier attempt of the same person
    #[schema(required = true)]
    pub previous_id: Option<Uuid>,
    /// Year of admission in an approved source plan of the branch; null if the person is in none,
    /// and an admission would be unplanned (kế hoạch, I.2)
    #[schema(required = true, minimum = 1990, maximum = 2100)]
    pub planned_year: Option<i32>,
    #[schema(example = "Nguyễn Đức Vinh", max_length = 200)]
    pub full_name: String,
    #[schema(required = true, max_length = 200)]
    pub other_names: Option<String>,
    pub sex: Sex,
    #[schema(minimum = 1900, maximum = 2100, example = 1994)]
    pub birth_year: i32,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true, max_length = 300)]
    pub birth_place: Option<String>,
    /// Home town (quê quán). Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true, max_length = 300)]
    pub home_town: Option<String>,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true, max_length = 100)]
    pub ethnic_group: Option<String>,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true, max_length = 100)]
    pub religion: Option<String>,
    /// Personal data: in full for the committee above and, until submission, the own branch; others see whether there is one
    #[schema(required = true, max_length = 20)]
    pub citizen_id: Option<String>,
    /// Personal data: in full for the committee above and, until submission, the own branch; others see whether there is one
    #[schema(required = true, max_length = 40)]
    pub phone: Option<String>,
    /// Personal data: in full for the committee above and, until submission, the own branch; others see whether there is one
    #[schema(required = true, max_length = 300)]
    pub address: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub occupation: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub position: Option<String>,
    #[schema(required = true)]
    pub general_education: Option<GeneralEducation>,
    #[schema(required = true)]
    pub professional_level: Option<ProfessionalLevel>,
    #[schema(required = true)]
    pub political_theory_level: Option<PoliticalTheoryLevel>,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true)]
    pub priority_group: Option<PriorityGroup>,
    pub youth_union_member: bool,
    /// Days on which this changed
    #[schema(max_items = 100)]
    pub youth_union_changed_on: Vec<NaiveDate>,
    pub trade_union_member: bool,
    /// Days on which this changed
    #[schema(max_items = 100)]
    pub trade_union_changed_on: Vec<NaiveDate>,
    /// The branch's own remarks. Background data: for the branch that wrote them, until submission
    #[schema(required = true, max_length = 2000)]
    pub remarks: Option<String>,
    /// Why this person is not a namesake born the same day, should there be one; null if no reason was given.
    /// Background data: for who confirms it, and for the branch that had the person when it was written
    #[schema(required = true, max_length = 500)]
    pub namesake_reason: Option<String>,
    /// Day on which the Party Office or the Standing Committee confirmed it; until then the file waits
    #[schema(required = true)]
    pub namesake_confirmed_on: Option<NaiveDate>,
    /// Day on which what identified the person was erased for good, see `POST /erasures`
    #[schema(required = true)]
    pub erased_on: Option<NaiveDate>,
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

/// A candidate's particulars (first part of the CV, 2-KNĐ)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Particulars {
    pub department_id: Option<Uuid>,
    #[schema(example = "Trần Thị Mai")]
    pub full_name: PersonName,
    pub other_names: Option<Text<200>>,
    pub sex: Sex,
    #[schema(example = "1995-05-05")]
    pub birth_date: NaiveDate,
    pub birth_place: Option<Text<300>>,
    pub home_town: Option<Text<300>>,
    pub ethnic_group: Option<Text<100>>,
    pub religion: Option<Text<100>>,
    /// Identity card number, twelve digits (số căn cước)
    #[schema(
        pattern = "^[0-9]{12}$",
        min_length = 12,
        max_length = 12,
        example = "099195000123"
    )]
    pub citizen_id: Option<String>,
    /// Digits, with spaces, dots, hyphens or brackets between them
    #[schema(value_type = Option<String>, pattern = r"^\+?[0-9(][0-9 .()-]{6,38}$", example = "0912 345 678")]
    pub phone: Option<Text<40>>,
    pub address: Option<Text<300>>,
    pub occupation: Option<Text<200>>,
    pub position: Option<Text<200>>,
    pub general_education: Option<GeneralEducation>,
    pub professional_level: Option<ProfessionalLevel>,
    pub political_theory_level: Option<PoliticalTheoryLevel>,
    pub priority_group: Option<PriorityGroup>,
    pub youth_union_member: bool,
    pub trade_union_member: bool,
    /// First day on which a changed membership of a union holds, later than the change before and not
    /// after today; absent: it is a correction, which holds for every day
    pub union_membership_from_on: Option<NaiveDate>,
    /// The branch's own remarks, which only the branch may write. Background data
    pub remarks: Option<Text<2000>>,
    /// Why this person is not the one who already has the new name and birth date; somebody else confirms it
    #[schema(example = "hai người khác nhau, đã đối chiếu số căn cước")]
    pub namesake_reason: Option<Text<500>>,
    /// Record the change although it leaves recorded acts without their ground. The file then has a
    /// deadline `ground_lost`, which blocks further steps until settled
    #[serde(default)]
    pub acknowledged: bool,
    /// Required with `acknowledged`
    pub reason: Option<Text<500>>,
}

/// What not every role sees of a candidate.
pub const PERSONAL: &[Personal] = &[
    ("birth_date", Sensitivity::P2),
    ("birth_place", Sensitivity::P2),
    ("home_town", Sensitivity::P2),
    ("ethnic_group", Sensitivity::P2),
    ("religion", Sensitivity::P2),
    ("citizen_id", Sensitivity::P2),
    ("phone", Sensitivity::P2),
    ("address", Sensitivity::P2),
    ("priority_group", Sensitivity::P2),
    ("remarks", Sensitivity::P3),
];

impl Resource for Candidate {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "candidate",
        path: "candidates",
        fields: &[
            Field::of(&table::Column::OrganizationId, FieldKind::Uuid),
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::DepartmentId, FieldKind::Uuid),
            Field::of(&table::Column::Stage, FieldKind::Enum(Stage::WIRE)),
            Field::of(
                &table::Column::IntroducedBy,
                FieldKind::Enum(Introducer::WIRE),
            ),
            Field::of(
                &table::Column::PriorityGroup,
                FieldKind::Enum(PriorityGroup::WIRE),
            )
            .class(Sensitivity::P2),
            Field::of(&table::Column::Sex, FieldKind::Enum(Sex::WIRE)),
            Field::of(&table::Column::YouthUnionMember, FieldKind::Bool),
            Field::of(&table::Column::NominatedOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::PlannedYear, FieldKind::Int),
            Field::expression(
                "planned",
                || table::Column::PlannedYear.is_not_null(),
                FieldKind::Bool,
            )
            .about("True: only people who are in an approved source plan (`planned_year`). False: only the others"),
            Field::of(&table::Column::StageOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::AdmittedOn, FieldKind::Date),
            Field::of(&table::Column::BirthDate, FieldKind::Date).class(Sensitivity::P2),
            Field::expression("full_name", name_key, FieldKind::Text)
                .class(Sensitivity::P1)
                .only_sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: Some("candidate"),
        scope: reach::candidate,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            branch_id,
            department_id,
            introduced_by,
            full_name,
            other_names,
            sex,
            birth_date,
            birth_place,
            home_town,
            ethnic_group,
            religion,
            citizen_id,
            citizen_index: _,
            phone,
            address,
            data_key,
            occupation,
            position,
            general_education,
            professional_level,
            political_theory_level,
            priority_group,
            youth_union_member,
            youth_union_changed_on,
            trade_union_member,
            trade_union_changed_on,
            remarks,
            stage,
            stage_on,
            nominated_on,
            decided_on,
            admitted_on,
            official_on,
            previous_id,
            planned_year,
            namesake_reason,
            namesake_by: _,
            namesake_confirmed_by: _,
            namesake_confirmed_on,
            erased_on,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        let submitted = stage.submitted();
        let mut hidden = viewer.hidden(PERSONAL, submitted);
        let shut = viewer.shut(submitted, id, data_key.as_deref());
        let mut see = |class, name, value| shut.see(class, name, value, &mut hidden);
        let [citizen_id, phone, address] = [
            see(Sensitivity::P2, "citizen_id", citizen_id),
            see(Sensitivity::P2, "phone", phone),
            see(Sensitivity::P2, "address", address),
        ];
        let of = viewer.branch.or(viewer.recorded.then_some(branch_id));
        let remarks = of.and_then(|branch| {
            let all = see(Sensitivity::P3, "remarks", remarks)?;
            remarks_of(&all, branch)
        });
        let namesake_reason = shut.reason("namesake_reason", namesake_reason, &mut hidden);
        Self {
            id,
            organization_id,
            branch_id,
            branch_name: None,
            department_id,
            introduced_by,
            stage,
            stage_on,
            nominated_on,
            decided_on,
            admitted_on,
            official_on,
            previous_id,
            planned_year,
            full_name,
            other_names,
            sex,
            birth_year: year(birth_date),
            birth_date: viewer
                .full(Sensitivity::P2, submitted)
                .then_some(birth_date),
            birth_place: viewer.see(Sensitivity::P2, submitted, birth_place, all_hidden),
            home_town: viewer.see(Sensitivity::P2, submitted, home_town, all_hidden),
            ethnic_group: viewer.see(Sensitivity::P2, submitted, ethnic_group, all_hidden),
            religion: viewer.see(Sensitivity::P2, submitted, religion, all_hidden),
            citizen_id,
            phone,
            address,
            occupation,
            position,
            general_education,
            professional_level,
            political_theory_level,
            // the group may reveal the ethnic group, so it is masked in the same way
            priority_group: priority_group.filter(|_| viewer.full(Sensitivity::P2, submitted)),
            youth_union_member,
            youth_union_changed_on,
            trade_union_member,
            trade_union_changed_on,
            remarks,
            namesake_reason,
            namesake_confirmed_on,
            erased_on,
            hidden,
            version,
            created_at,
            updated_at,
        }
    }
    const TRACED: Option<Traced<table::Model>> = Some(Traced {
        properties: PERSONAL,
        of: |row| (row.organization_id, row.id),
    });
    const PERSONAL: bool = true;
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
}

/// What a branch remarked about the person, of what all have.
fn remarks_of(all: &str, branch: Uuid) -> Option<String> {
    let all: Value = serde_json::from_str(all).ok()?;
    all[branch.to_string()].as_str().map(str::to_owned)
}
