//! Activities (hoạt động tuyên truyền, học tập, phong trào): propaganda, study and movements, where
//! candidates are also found.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /activities` | [`list_activities`] |
//! | `POST /activities` | [`create_activity`] |
//! | `GET /activities/{id}` | [`get_activity`] |
//! | `PATCH /activities/{id}` | [`change_activity`] |
//! | `DELETE /activities/{id}` | [`remove_activity`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Reach, ReadActivities, Role, WriteActivities, reach};
use crate::api::body::{Body, Patch};
use crate::api::checks::{in_future, long_ago, refuse, repeated, required};
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::activity as table;
use crate::db::{Db, Tx, functions};
use crate::error::{Fault, Result};
use crate::facts;
use crate::law::say;
use crate::law::text::{Text, plain, stored};
use crate::law::words::daily::{ActivityKind, AudienceKind, Organiser};

pub fn configure(v1: &mut Routes) {
    v1.service(list_activities)
        .service(create_activity)
        .service(get_activity)
        .service(change_activity)
        .service(remove_activity);
}

/// An activity: propaganda (tuyên truyền), study (học tập), education in ideals (giáo dục lý tưởng)
/// or an emulation movement (phong trào thi đua)
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityRecord {
    pub id: Uuid,
    /// The branch that the activity belongs to; null if it is of the whole organisation
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub kind: ActivityKind,
    #[schema(max_length = 300)]
    pub topic: String,
    /// Search terms: a resolution, a directive, a campaign
    #[schema(max_items = 20, value_type = Vec<Text<50>>)]
    pub tags: Vec<String>,
    /// Date, or first day
    pub on: NaiveDate,
    /// Last day; null for a single day
    #[schema(required = true)]
    pub ends_on: Option<NaiveDate>,
    pub organiser: Organiser,
    #[schema(max_items = 10)]
    pub audience: Vec<AudienceKind>,
    /// Number of participants; null until it has taken place
    #[schema(required = true, minimum = 0, maximum = 100_000)]
    pub attendance: Option<i32>,
    /// Whether heads of departments (lãnh đạo khoa, phòng) took part
    pub department_heads: bool,
    #[schema(required = true, max_length = 2000)]
    pub remarks: Option<String>,
    /// Role that recorded the activity; only it and the Party Office may change it
    pub recorded_by: Role,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An activity to record
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewActivity {
    /// The branch that the activity belongs to; absent if it is of the whole organisation. A branch
    /// committee names its own branch
    pub branch_id: Option<Uuid>,
    pub kind: ActivityKind,
    #[schema(example = "Quán triệt Nghị quyết 27-NQ/TW về đội ngũ trí thức")]
    pub topic: Text<300>,
    /// Search terms
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["27-NQ/TW", "học tập Hồ Chí Minh"]))]
    pub tags: Vec<Text<50>>,
    /// Date, or first day
    #[schema(example = "2021-01-12")]
    pub on: NaiveDate,
    /// Last day
    pub ends_on: Option<NaiveDate>,
    /// The organiser. A branch committee and the unions record only what they organise themselves
    pub organiser: Organiser,
    #[schema(min_items = 1, max_items = 10)]
    pub audience: Vec<AudienceKind>,
    /// Number of participants; only once it has taken place
    #[schema(minimum = 0, maximum = 100_000, example = 42)]
    pub attendance: Option<i32>,
    /// Whether heads of departments took part
    #[schema(example = true)]
    pub department_heads: bool,
    pub remarks: Option<Text<2000>>,
}

impl Resource for ActivityRecord {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "activity",
        path: "activities",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::Kind, FieldKind::Enum(ActivityKind::WIRE)),
            Field::of(&table::Column::Organiser, FieldKind::Enum(Organiser::WIRE)),
            Field::named("tag", &table::Column::Tags, FieldKind::Text)
                .among()
                .about("Activities with one of these `tags`; several values with commas or by repeating the parameter"),
            Field::named(
                "audience_kind",
                &table::Column::Audience,
                FieldKind::Enum(AudienceKind::WIRE),
            )
            .among()
            .about("Activities for one of these kinds of `audience`; several values with commas or by repeating the parameter"),
            Field::of(&table::Column::DepartmentHeads, FieldKind::Bool),
            Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-on",
        search: None,
        scope: reach::activity,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            kind,
            topic,
            tags,
            on_date,
            ends_on,
            organiser,
            audience,
            attendance,
            department_heads,
            remarks,
            recorded_role,
            recorded_by: _,
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
            topic,
            tags,
            on: on_date,
            ends_on,
            organiser,
            audience,
            attendance,
            department_heads,
            remarks,
            recorded_by: recorded_role,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
}

impl Editable for ActivityRecord {
    type Edit = NewActivity;
    fn edit(row: &table::Model) -> NewActivity {
        NewActivity {
            branch_id: row.branch_id,
            kind: row.kind,
            topic: Text::stored(row.topic.clone()),
            tags: row.tags.iter().cloned().map(Text::stored).collect(),
            on: row.on_date,
            ends_on: row.ends_on,
            organiser: row.organiser,
            audience: row.audience.clone(),
            attendance: row.attendance,
            department_heads: row.department_heads,
            remarks: stored(row.remarks.clone()),
        }
    }
    fn apply(edit: NewActivity, active: &mut table::ActiveModel) {
        let NewActivity {
            branch_id,
            kind,
            topic,
            tags,
            on,
            ends_on,
            organiser,
            audience,
            attendance,
            department_heads,
            remarks,
        } = edit;
        active.branch_id = Set(branch_id);
        active.kind = Set(kind);
        active.topic = Set(topic.into_string());
        active.tags = Set(tags.into_iter().map(Text::into_string).collect());
        active.on_date = Set(on);
        active.ends_on = Set(ends_on);
        active.organiser = Set(organiser);
        active.audience = Set(audience);
        active.attendance = Set(attendance);
        active.department_heads = Set(department_heads);
        active.remarks = Set(plain(remarks));
    }
}

/// The organiser of what this role may record; `None` for any.
const fn organises(role: Role) -> Option<Organiser> {
    match role {
        Role::BranchCommittee => Some(Organiser::Branch),
        Role::TradeUnion => Some(Organiser::TradeUnion),
        Role::YouthUnion => Some(Organiser::YouthUnion),
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::UpperCommittee
        | Role::ServiceAccount
        | Role::SystemAdmin => None,
    }
}

async fn check(
    tx: &Tx,
    permit: &Permit<WriteActivities>,
    today: NaiveDate,
    new: &NewActivity,
) -> Result<()> {
    let mut faults = Vec::new();
    repeated("/tags", &new.tags, &mut faults);
    repeated("/audience", &new.audience, &mut faults);
    if new.ends_on.is_some_and(|end| end < new.on) {
        faults.push(Fault::pointer(
            "/ends_on",
            "too_early",
            say(
                "Ngày kết thúc trước ngày bắt đầu.",
                "It ends before it begins.",
            ),
        ));
    }
    faults.extend(long_ago("/on", new.on));
    if new.attendance.is_some() && new.on > today {
        faults.push(in_future("/on"));
    }
    if organises(permit.role()).is_some_and(|own| own != new.organiser) {
        faults.push(Fault::pointer(
            "/organiser",
            "not_yours",
            say(
                "Chỉ ghi hoạt động do mình tổ chức.",
                "Record only what you organise yourselves; the Party Office records the rest.",
            ),
        ));
    }
    if new.organiser == Organiser::Branch && new.branch_id.is_none() {
        faults.push(required("/branch_id"));
    }
    match (permit.reach(), new.branch_id) {
        (Reach::OwnBranch, Some(branch)) if permit.caller().branch != Some(branch) => {
            faults.push(crate::api::http::unknown_reference("/branch_id"));
        }
        (Reach::OwnBranch, None) if new.organiser != Organiser::Branch => {
            faults.push(required("/branch_id"));
        }
        (_, branch) => {
            let live =
                edit::check_references(tx, [Reference::to_branch("/branch_id", branch)]).await;
            if let Err(refused) = live {
                // other errors are reported together with this one
                faults.extend(refused.into_faults()?);
            } else if let Some(branch) = branch {
                facts::expect_founded(tx, "/on", branch, new.on).await?;
            }
        }
    }
    refuse(faults)
}

/// List activities
#[operation(get, "/activities")]
pub async fn list_activities(
    permit: Permit<ReadActivities>,
    db: Data<Db>,
    query: List<ActivityRecord>,
) -> Result<Page<ActivityRecord>> {
    edit::list(&db, &permit, &query).await
}

/// Get an activity
#[operation(get, "/activities/{id}")]
pub async fn get_activity(
    permit: Permit<ReadActivities>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<ActivityRecord>,
) -> Result<Reply<ActivityRecord>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Record an activity
#[operation(post, "/activities")]
pub async fn create_activity(
    permit: Permit<WriteActivities>,
    db: Data<Db>,
    body: Body<NewActivity>,
) -> Result<Created<ActivityRecord>> {
    let today = db.clock().today();
    edit::create::<ActivityRecord, _, _>(&db, &permit, &body, async |tx| {
        check(tx, &permit, today, &body.value).await?;
        let mut active = edit::blank::<ActivityRecord>();
        ActivityRecord::apply(body.value.clone(), &mut active);
        active.recorded_role = Set(permit.role());
        active.recorded_by = Set(permit.caller().account);
        edit::insert::<ActivityRecord>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change an activity
///
/// Only the role that recorded it and the Party Office may change it; 403 for others who see it.
#[operation(patch, "/activities/{id}", refuses(HasDependents))]
pub async fn change_activity(
    permit: Permit<WriteActivities>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewActivity>,
) -> Result<Reply<ActivityRecord>> {
    let today = db.clock().today();
    edit::change::<ActivityRecord, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            check(tx, &permit, today, new).await?;
            if new.on > row.on_date {
                // the people in standing nominations that cite it were found there
                edit::refuse_dependents(tx, [functions::standing_nominations(row.id)]).await?;
            }
            Ok(())
        },
    )
    .await
}

/// Remove an activity
///
/// Only the role that recorded it and the Party Office may remove it; 409 while a nomination cites it.
#[operation(delete, "/activities/{id}", refuses(HasDependents))]
pub async fn remove_activity(
    permit: Permit<WriteActivities>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<ActivityRecord, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(tx, [functions::standing_nominations(row.id)]).await?;
        edit::mark_deleted::<ActivityRecord>(tx, row).await
    })
    .await
}
