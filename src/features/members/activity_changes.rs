//! Changes of a member's activity: exempt, temporarily elsewhere, suspended, prosecuted, active
//! again.
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Member, changes_after, reopen_sponsorships, store};
use crate::access::{ReadMembers, WriteMembers, reach};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_MEMBER, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::member_activity_change as table;
use crate::error::{Error, Result};
use crate::facts;
use crate::law::calendar::day_before;
use crate::law::say;
use crate::law::text::{Text, plain};
use crate::law::words::Activity;
use crate::recording::evidence::{Acknowledged, Evidence};
use crate::recording::person;

/// A change of a member's activity from a date on
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityChange {
    pub id: Uuid,
    /// The member's branch on that date
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub member_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub member_name: Option<String>,
    /// First day on which it applies
    pub on: NaiveDate,
    pub activity: Activity,
    /// Number of the supporting document
    #[schema(max_length = 100)]
    pub paper_number: String,
    #[schema(required = true, max_length = 1000)]
    pub reason: Option<String>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A change of activity to record
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewActivityChange {
    /// First day on which it applies, not after today
    #[schema(example = "2021-01-10")]
    pub on: NaiveDate,
    pub activity: Activity,
    #[schema(example = "15-QĐ/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
}

impl Resource for ActivityChange {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "activity_change",
        path: "activity-changes",
        fields: &[
            Field::of(&table::Column::Activity, FieldKind::Enum(Activity::WIRE)),
            Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH, EXPAND_MEMBER],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            member_id,
            on_date,
            from_activity: _,
            activity,
            paper_number,
            reason,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            member_id,
            member_name: None,
            on: on_date,
            activity,
            paper_number,
            reason,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] =
        names::of_its_branch!(table::Column::BranchId, table::Column::MemberId);
}

/// List changes of a member's activity
#[operation(get, "/members/{id}/activity-changes", tag = "members")]
pub async fn list_activity_changes(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<ActivityChange>,
) -> Result<Page<ActivityChange>> {
    edit::list_of::<Member, _, _>(&db, &permit, &query, *id, table::Column::MemberId.eq(*id)).await
}

/// Get a change of activity
#[operation(get, "/activity-changes/{id}", tag = "members")]
pub async fn get_activity_change(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<ActivityChange>,
) -> Result<Reply<ActivityChange>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Record a change of a member's activity
///
/// Applies from its date on: votes of earlier days count the member as they were then. A suspension ends
/// the posts in the branch committee the day before. Refused if a
/// recorded act rests on the member's activity on a later day, naming the act, unless `acknowledged`
/// with a `reason`. `If-Match` is the member's version.
#[operation(
    post,
    "/members/{id}/activity-changes",
    tag = "members",
    refuses(Duplicate, RequirementsUnmet)
)]
pub async fn create_activity_change(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewActivityChange>,
) -> Result<Created<ActivityChange>> {
    let today = db.clock().today();
    edit::create::<ActivityChange, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let member = edit::find::<Member>(tx, permit.reach(), *id, true).await?;
        seen.check(member.version)?;
        super::day_of_membership(&member, new.on, today)?;
        let known = facts::registered(tx, member.id).await?;
        let votes = (known.branches_from(new.on), new.on);
        let files = Evidence::of_register(tx, &law, member.id, votes, today).await?;
        let Some(branch) = known.branch_on(new.on) else {
            return Err(super::out_of_range());
        };
        if known.activities.on(new.on) == new.activity {
            return Err(Error::invalid(
                "/activity",
                "same",
                say("Ngày đó đã như vậy.", "This already applies on that day."),
            ));
        }
        let mut active = edit::blank::<ActivityChange>();
        active.branch_id = Set(branch);
        active.member_id = Set(member.id);
        active.on_date = Set(new.on);
        active.from_activity = Set(known.activities.on(new.on));
        active.activity = Set(new.activity);
        active.paper_number = Set(new.paper_number.into_string());
        active.reason = Set(plain(new.reason.clone()));
        let row = edit::insert::<ActivityChange>(tx, permit.caller().organization, active).await?;
        let mut active = edit::blank::<Member>();
        let now = facts::registered(tx, member.id).await?;
        active.activity = Set(now.activities.on(today));
        let member = edit::update::<Member>(tx, member.id, member.version, active).await?;
        person::audited(tx, permit.by(), "activity", (vec![member.id], Vec::new())).await?;
        // nobody holds a post while suspended
        if !facts::renew_posts(tx, member.id).await? {
            return Err(facts::before_post());
        }
        if now.activities.on(today) != Activity::Active {
            let end = super::SponsorshipsEnd {
                on: day_before(new.on),
                reason: "người kèm cặp đang không sinh hoạt đảng",
                goes_on_in: None,
            };
            super::end_sponsorships(tx, &permit, &law, member.id, &end, today).await?;
        }
        let said = (new.acknowledged, new.reason.as_ref().map(Text::as_str));
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok(row)
    })
    .await
}

/// Undo a change of a member's activity
///
/// For one that was recorded by mistake; 409 where a later change follows it. Refused if a recorded
/// act rests on it, naming the act, unless `acknowledged` with a `reason`. Posts and sponsorships
/// that ended with it are open again, except a sponsorship that another one has replaced; 409 where
/// somebody else has been secretary since.
#[operation(
    delete,
    "/activity-changes/{id}",
    tag = "members",
    refuses(InvalidTransition, HasDependents, RequirementsUnmet)
)]
pub async fn remove_activity_change(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    asked: Query<Acknowledged>,
) -> Result<NoContent> {
    let today = db.clock().today();
    let (acknowledged, reason) = asked.said()?;
    edit::remove::<ActivityChange, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(tx, changes_after(row.member_id, row.on_date)).await?;
        let member = edit::find::<Member>(tx, permit.reach(), row.member_id, true).await?;
        let known = facts::registered(tx, member.id).await?;
        let votes = (known.branches_from(row.on_date), row.on_date);
        let files = Evidence::of_register(tx, &law, member.id, votes, today).await?;
        tx.delete::<table::Entity>(row.id).await?;
        let mut active = edit::blank::<Member>();
        // what applied on the day before, whenever it was recorded
        active.activity = Set(known.activities.on(day_before(row.on_date)));
        edit::update::<Member>(tx, member.id, member.version, active).await?;
        person::audited(tx, permit.by(), "activity", (vec![member.id], Vec::new())).await?;
        store::resume_posts(tx, member.id).await?;
        reopen_sponsorships(tx, &permit, &law, member.id, row.created_at, today).await?;
        let said = (acknowledged, reason.as_deref());
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await
    })
    .await
}
