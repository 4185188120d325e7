//! Wire types of members.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Sensitivity, reach};
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Ended, Field, FieldKind, Named, Personal, Resource, Spec, Viewer,
    all_hidden,
};
use crate::api::sealed::{MEMBER, Sealed};
use crate::db::tables::member as table;
use crate::db::{Tx, name_key};
use crate::error::Result;
use crate::facts;
use crate::law::calendar::{completed_months, year};
use crate::law::text::{PersonName, Text, plain, stored};
use crate::law::words::{Activity, DecidingBody, MemberLeavingGround, MemberStatus, Sex};

/// A Party member (đảng viên). `_hidden` names the properties that your role does not see.
#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    #[schema(required = true)]
    pub department_id: Option<Uuid>,
    #[schema(example = "Phạm Hữu Cường", max_length = 200)]
    pub full_name: String,
    pub sex: Sex,
    #[schema(minimum = 1900, maximum = 2100, example = 1985)]
    pub birth_year: i32,
    /// Personal data: only where it is revealed with a reason
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    /// Personal data: only where it is revealed with a reason
    #[schema(required = true, max_length = 100)]
    pub ethnic_group: Option<String>,
    /// Personal data: only where it is revealed with a reason
    #[schema(required = true, max_length = 100)]
    pub religion: Option<String>,
    /// Twelve digits (số căn cước). Personal data: whether there is one, unless it is revealed with a reason
    #[schema(required = true, max_length = 20)]
    pub citizen_id: Option<String>,
    /// Personal data: whether there is one, unless it is revealed with a reason
    #[schema(required = true, max_length = 40)]
    pub phone: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub occupation: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub position: Option<String>,
    pub status: MemberStatus,
    pub activity: Activity,
    /// Date of the admission ceremony (ngày vào Đảng)
    pub joined_on: NaiveDate,
    /// Date of official membership (ngày chính thức): 12 calendar months after the ceremony
    #[schema(required = true)]
    pub official_on: Option<NaiveDate>,
    /// Date of the decision that recognised the official member; null if unknown
    #[schema(required = true)]
    pub recognised_on: Option<NaiveDate>,
    /// Number of that decision, where the person has no file here
    #[schema(required = true, max_length = 100)]
    pub recognition_paper: Option<String>,
    /// The body that decided, where the person has no file here
    #[schema(required = true)]
    pub recognised_by: Option<DecidingBody>,
    /// Why this person is not a namesake born the same day, should there be one; null if no reason was given.
    /// Background data: for who confirms it, and for the branch that had the person when it was written
    #[schema(required = true, max_length = 500)]
    pub namesake_reason: Option<String>,
    /// When somebody else confirmed that; until then a new member is not in the register
    #[schema(required = true)]
    pub namesake_confirmed_on: Option<NaiveDate>,
    /// Where the days of the membership were last corrected from; null if they were not.
    /// Background data: like `namesake_reason`
    #[schema(required = true, max_length = 500)]
    pub correction_reason: Option<String>,
    /// Date of the admission decision; null if unknown
    #[schema(required = true)]
    pub decided_on: Option<NaiveDate>,
    /// Last day of the membership; null while it goes on
    #[schema(required = true)]
    pub left_on: Option<NaiveDate>,
    /// How it ended
    #[schema(required = true)]
    pub left_because: Option<MemberLeavingGround>,
    /// The leaving, at `/leavings/{id}`; null where an act of the person's file ended it
    #[schema(required = true)]
    pub leaving_id: Option<Uuid>,
    /// Day on which what identified the person was erased for good, see `POST /erasures`
    #[schema(required = true)]
    pub erased_on: Option<NaiveDate>,
    /// The membership has ended: `complete` adds when and how.
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) left: bool,
    /// Party age in completed years since the decision (Điều lệ, 5), or since the ceremony if the
    /// decision is unknown
    #[schema(minimum = 0, maximum = 120)]
    pub party_age: i32,
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

/// A member to enter
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewMember {
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    pub department_id: Option<Uuid>,
    #[schema(example = "Lò Thị Hạnh")]
    pub full_name: PersonName,
    pub sex: Sex,
    #[schema(example = "1988-04-12")]
    pub birth_date: NaiveDate,
    pub ethnic_group: Option<Text<100>>,
    pub religion: Option<Text<100>>,
    /// Twelve digits (số căn cước); of one person only, member or candidate
    #[schema(
        pattern = "^[0-9]{12}$",
        min_length = 12,
        max_length = 12,
        example = "099188000123"
    )]
    pub citizen_id: Option<String>,
    /// Digits, with spaces, dots, hyphens or brackets between them
    #[schema(value_type = Option<String>, pattern = r"^\+?[0-9(][0-9 .()-]{6,38}$", example = "0912 345 678")]
    pub phone: Option<Text<40>>,
    pub occupation: Option<Text<200>>,
    pub position: Option<Text<200>>,
    pub status: MemberStatus,
    pub activity: Activity,
    #[schema(example = "2015-03-03")]
    pub joined_on: NaiveDate,
    /// Required for an official member, absent for a probationary one
    #[schema(example = "2016-03-03")]
    pub official_on: Option<NaiveDate>,
    /// First day in the branch, of a member who comes or comes back from another organisation; by
    /// default the day of joining, or the branch's first
    pub from_on: Option<NaiveDate>,
    /// Number of the paper by which the member came, with `from_on`; the register shows it
    #[schema(example = "15-GT/TU")]
    pub paper_number: Option<Text<100>>,
    /// Why this person is not somebody of the same name born the same day. With a reason, a new
    /// member enters the register once somebody else has confirmed it, whether or not there is such
    /// a person here
    #[schema(example = "hai người khác nhau, đã đối chiếu số căn cước")]
    pub namesake_reason: Option<Text<500>>,
    /// True: enter the member although votes on record lose their ground, for the `reason`; their
    /// files carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
    pub reason: Option<Text<500>>,
}

/// What not every role sees of a member.
pub(super) const PERSONAL: &[Personal] = &[
    ("birth_date", Sensitivity::P2),
    ("ethnic_group", Sensitivity::P2),
    ("religion", Sensitivity::P2),
    ("citizen_id", Sensitivity::P2),
    ("phone", Sensitivity::P2),
];

impl Resource for Member {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "member",
        path: "members",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::DepartmentId, FieldKind::Uuid),
            Field::of(&table::Column::Status, FieldKind::Enum(MemberStatus::WIRE)),
            Field::of(&table::Column::Activity, FieldKind::Enum(Activity::WIRE)),
            Field::of(&table::Column::Sex, FieldKind::Enum(Sex::WIRE)),
            Field::expression(
                "left",
                || table::Column::DeletedAt.is_not_null(),
                FieldKind::Bool,
            )
            .about("True: only who has left. False, as by default: only who has not. With `id` and without `left`, both"),
            Field::of(&table::Column::JoinedOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::OfficialOn, FieldKind::Date),
            Field::of(&table::Column::BirthDate, FieldKind::Date).class(Sensitivity::P2),
            Field::expression("full_name", name_key, FieldKind::Text)
                .class(Sensitivity::P1)
                .only_sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "full_name",
        search: Some("member"),
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            department_id,
            full_name,
            sex,
            birth_date,
            ethnic_group,
            religion,
            citizen_id,
            citizen_index: _,
            phone,
            data_key,
            occupation,
            position,
            status,
            activity,
            joined_on,
            official_on,
            recognised_on,
            recognition_paper,
            recognised_by,
            review_from_on: _,
            review_workdays: _,
            review_due_on: _,
            review_skipped: _,
            review_source: _,
            namesake_reason,
            namesake_by: _,
            namesake_confirmed_by: _,
            namesake_confirmed_on,
            arrives_on: _,
            arrives_paper: _,
            correction_reason,
            erased_on,
            decided_on,
            version,
            created_at,
            updated_at,
            deleted_at,
        } = row;
        let mut hidden = viewer.hidden(PERSONAL, true);
        let shut = viewer.shut(true, id, data_key.as_deref());
        let citizen_id = shut.see(Sensitivity::P2, "citizen_id", citizen_id, &mut hidden);
        let phone = shut.see(Sensitivity::P2, "phone", phone, &mut hidden);
        let namesake_reason = shut.reason("namesake_reason", namesake_reason, &mut hidden);
        let correction_reason = shut.reason("correction_reason", correction_reason, &mut hidden);
        Self {
            id,
            branch_id,
            branch_name: None,
            department_id,
            full_name,
            sex,
            birth_year: year(birth_date),
            birth_date: viewer.full(Sensitivity::P2, true).then_some(birth_date),
            ethnic_group: viewer.see(Sensitivity::P2, true, ethnic_group, all_hidden),
            religion: viewer.see(Sensitivity::P2, true, religion, all_hidden),
            citizen_id,
            phone,
            occupation,
            position,
            status,
            activity,
            joined_on,
            official_on,
            recognised_on,
            recognition_paper,
            recognised_by,
            namesake_reason,
            namesake_confirmed_on,
            correction_reason,
            decided_on,
            left_on: None,
            left_because: None,
            leaving_id: None,
            erased_on,
            left: deleted_at.is_some(),
            party_age: i32::try_from(
                completed_months(decided_on.unwrap_or(joined_on), viewer.today) / 12,
            )
            .unwrap_or(0),
            hidden,
            version,
            created_at,
            updated_at,
        }
    }
    const PERSONAL: bool = true;
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
    // lists leave out former members unless asked for them, so only those rows cost more
    const ENDED: Option<Ended> = Some(Ended {
        filter: "left",
        condition: super::store::once_belonged,
    });
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let left: Vec<Uuid> = items.iter().filter(|m| m.left).map(|m| m.id).collect();
        if left.is_empty() {
            return Ok(());
        }
        let ends = facts::ends_of(tx, left).await?;
        for item in items.iter_mut().filter(|m| m.left) {
            if let Some(end) = ends.iter().find(|end| end.member == item.id) {
                item.left_on = end.on;
                item.left_because = end.because;
                item.leaving_id = end.leaving;
            }
        }
        Ok(())
    }
}

impl Editable for Member {
    type Edit = NewMember;
    const SEALED: Option<&'static Sealed> = Some(&MEMBER);
    const NOT_STORED: &[&str] = &["namesake_reason", "acknowledged", "reason"];
    fn edit(row: &table::Model) -> NewMember {
        let row = row.clone();
        NewMember {
            branch_id: row.branch_id,
            department_id: row.department_id,
            full_name: PersonName::stored(row.full_name),
            sex: row.sex,
            birth_date: row.birth_date,
            ethnic_group: stored(row.ethnic_group),
            religion: stored(row.religion),
            citizen_id: None,
            phone: None,
            occupation: stored(row.occupation),
            position: stored(row.position),
            status: row.status,
            activity: row.activity,
            joined_on: row.joined_on,
            official_on: row.official_on,
            from_on: None,
            paper_number: None,
            namesake_reason: None,
            acknowledged: false,
            reason: None,
        }
    }
    fn apply(edit: NewMember, active: &mut table::ActiveModel) {
        let NewMember {
            branch_id,
            department_id,
            full_name,
            sex,
            birth_date,
            ethnic_group,
            religion,
            citizen_id: _,
            phone: _,
            occupation,
            position,
            status,
            activity,
            joined_on,
            official_on,
            from_on: _,
            paper_number: _,
            namesake_reason: _,
            acknowledged: _,
            reason: _,
        } = edit;
        active.branch_id = Set(branch_id);
        active.department_id = Set(department_id);
        active.full_name = Set(full_name.into_string());
        active.sex = Set(sex);
        active.birth_date = Set(birth_date);
        active.ethnic_group = Set(plain(ethnic_group));
        active.religion = Set(plain(religion));
        active.occupation = Set(plain(occupation));
        active.position = Set(plain(position));
        active.status = Set(status);
        active.activity = Set(activity);
        active.joined_on = Set(joined_on);
        active.official_on = Set(official_on);
    }
}
