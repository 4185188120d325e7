//! The end of a membership: transfer to another organisation, death, expulsion, strike-off,
//! withdrawal.
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Member, store};
use crate::access::{ReadMembers, WriteMembers, reach};
use crate::api::body::Body;
use crate::api::checks::expect_not_erased;
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
use crate::db::tables::{candidate, member, member_leaving as table};
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::Stage;
use crate::law::acts::is_competent;
use crate::law::say;
use crate::law::text::{Text, plain};
use crate::law::words::{DecidingBody, MemberLeavingGround};
use crate::recording::evidence::{Acknowledged, Evidence};
use crate::recording::{person, reviews};

/// The end of a membership
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberLeaving {
    pub id: Uuid,
    /// The member's branch on that date
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub member_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub member_name: Option<String>,
    /// Last day of the membership
    pub on: NaiveDate,
    pub ground: MemberLeavingGround,
    #[schema(required = true)]
    pub decided_by: Option<DecidingBody>,
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

/// The end of a membership to record
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewMemberLeaving {
    /// Last day of the membership, not after today
    #[schema(example = "2021-01-10")]
    pub on: NaiveDate,
    pub ground: MemberLeavingGround,
    /// The body that decided; absent for a death or a transfer to another organisation
    pub decided_by: Option<DecidingBody>,
    /// Number of the decision, the transfer paper or the death certificate
    #[schema(example = "16-QĐ/HU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
}

impl Resource for MemberLeaving {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "leaving",
        path: "leavings",
        fields: &[
            Field::of(
                &table::Column::Ground,
                FieldKind::Enum(MemberLeavingGround::WIRE),
            ),
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
            ground,
            decided_by,
            paper_number,
            reason,
            stays: _,
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
            ground,
            decided_by,
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

/// List the end of a membership
#[operation(get, "/members/{id}/leavings", tag = "members")]
pub async fn list_leavings(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<MemberLeaving>,
) -> Result<Page<MemberLeaving>> {
    edit::list_of::<Member, _, _>(&db, &permit, &query, *id, table::Column::MemberId.eq(*id)).await
}

/// Get the end of a membership
#[operation(get, "/leavings/{id}", tag = "members")]
pub async fn get_leaving(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<MemberLeaving>,
) -> Result<Reply<MemberLeaving>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// The competent body of that day decides on an expulsion, a strike-off or a withdrawal; nobody
/// does on a death or a transfer.
fn expect_decided(law: &Law, new: &NewMemberLeaving) -> Result<()> {
    let wrong = |code, words| Err(Error::invalid("/decided_by", code, words));
    match (new.ground.decided(), new.decided_by) {
        (true, None) => wrong(
            "required",
            say("Nêu cấp quyết định.", "Name the body that decided."),
        ),
        (true, Some(body)) if !is_competent(law.on(new.on), body) => wrong(
            "not_competent",
            say(
                format!("{} không có thẩm quyền vào ngày này.", body.vi()),
                format!("The {} was not competent on that day.", body.en()),
            ),
        ),
        (false, Some(_)) => wrong(
            "not_possible",
            say(
                "Việc này không do cấp nào quyết định.",
                "No body decides on this.",
            ),
        ),
        (true, Some(_)) | (false, None) => Ok(()),
    }
}

/// An open candidacy ends by its own acts.
async fn refuse_candidate(
    tx: &Tx,
    member: &member::Model,
    ground: MemberLeavingGround,
) -> Result<()> {
    let file = tx.by_id::<candidate::Entity>(member.id).await?;
    let file = file.filter(|row| row.deleted_at.is_none());
    if file.is_none_or(|row| row.stage == Stage::Official) {
        return Ok(());
    }
    let step = match ground {
        MemberLeavingGround::StruckOff | MemberLeavingGround::Expelled => "resolutions",
        MemberLeavingGround::TransferredOut
        | MemberLeavingGround::Deceased
        | MemberLeavingGround::Withdrawn => "exits",
    };
    let way = format!("POST /api/v1/candidates/{}/{step}", member.id);
    Err(Error::new(Code::InvalidTransition).detail(say(
        format!("Đảng viên dự bị có hồ sơ: dùng {way}."),
        format!("A probationary member with a file: use {way}."),
    )))
}

/// Record the end of a membership
///
/// Ends the membership, the posts and the sponsorships on that date, whenever it is recorded: a
/// transfer that came later, or a merger of the branch, no longer counts. A probationary member with a file leaves by an act of the file. Refused if a recorded act rests on
/// the member on a later day, naming the act, unless `acknowledged` with a `reason`. `If-Match` is
/// the member's version.
#[operation(
    post,
    "/members/{id}/leavings",
    tag = "members",
    refuses(Duplicate, RequirementsUnmet)
)]
pub async fn create_leaving(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewMemberLeaving>,
) -> Result<Created<MemberLeaving>> {
    let today = db.clock().today();
    edit::create::<MemberLeaving, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let member = edit::find::<Member>(tx, permit.reach(), *id, true).await?;
        seen.check(member.version)?;
        super::day_of_membership(&member, new.on, today)?;
        expect_decided(&law, &new)?;
        refuse_candidate(tx, &member, new.ground).await?;
        let paper = (new.paper_number.as_str(), new.on);
        facts::papers::expect_own_decision(tx, new.decided_by, paper).await?;
        let known = facts::registered(tx, member.id).await?;
        let votes = (known.branches_from(new.on), new.on);
        let files = Evidence::of_register(tx, &law, member.id, votes, today).await?;
        // no recognition or change of activity may be dated after the end; later moves are cut off
        // instead
        if known.turns().any(|day| day > new.on) {
            return Err(super::out_of_range());
        }
        let Some(branch) = known.branch_on(new.on) else {
            return Err(super::out_of_range());
        };
        let mut active = edit::blank::<MemberLeaving>();
        active.branch_id = Set(branch);
        active.member_id = Set(member.id);
        active.on_date = Set(new.on);
        active.ground = Set(new.ground);
        active.decided_by = Set(new.decided_by);
        active.paper_number = Set(new.paper_number.clone().into_string());
        active.reason = Set(plain(new.reason.clone()));
        let stays = store::lines_after(tx, member.id, new.on).await?;
        active.stays = Set(serde_json::to_value(stays).map_err(Error::internal)?);
        let row = edit::insert::<MemberLeaving>(tx, permit.caller().organization, active).await?;
        store::leave(tx, member.id, new.on).await?;
        let end = super::SponsorshipsEnd {
            on: new.on,
            reason: new.ground.vi(),
            goes_on_in: None,
        };
        super::end_sponsorships(tx, &permit, &law, member.id, &end, today).await?;
        let member = store::at_last_in(tx, member, branch).await?;
        let id = member.id;
        edit::mark_deleted::<Member>(tx, member).await?;
        person::audited(tx, permit.by(), "deleted_at", (vec![id], Vec::new())).await?;
        let said = (new.acknowledged, new.reason.as_ref().map(Text::as_str));
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok(row)
    })
    .await
}

/// Undo the end of a membership
///
/// For one that was recorded by mistake; 409 where the person has made a new attempt since, the
/// branch has ended, or somebody else has held the post of its secretary since. Refused if a recorded act rests on it, as a vote of the branch may, naming the act, unless
/// `acknowledged` with a `reason`. The membership goes on, and what ended with it (posts,
/// sponsorships) is open again.
#[operation(
    delete,
    "/leavings/{id}",
    tag = "members",
    refuses(Duplicate, InvalidTransition, HasDependents, RequirementsUnmet)
)]
pub async fn remove_leaving(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    asked: Query<Acknowledged>,
) -> Result<NoContent> {
    let today = db.clock().today();
    let (acknowledged, reason) = asked.said()?;
    edit::remove::<MemberLeaving, _>(&db, &permit, *id, seen, async |tx, row| {
        let gone = tx.by_id::<member::Entity>(row.member_id).await?;
        let gone = gone.ok_or_else(Error::not_found)?;
        expect_not_erased(gone.erased_on)?;
        let lines: Vec<store::Line> = serde_json::from_value(row.stays).map_err(Error::internal)?;
        // the branch in which the membership continues
        let branch = lines.last().map_or(row.branch_id, |line| line.branch_id);
        edit::expect_open_branch(tx, branch).await?;
        let (person, this) = ((&*gone.full_name, gone.birth_date), Some(gone.id));
        let known = facts::known_person(tx, person.0, person.1, this).await?;
        // an earlier membership that ended by a transfer elsewhere is not a new attempt
        let again = known.former() && !facts::left_before(tx, &known, gone.id).await?;
        if known.open_candidacy || again {
            return Err(Error::new(Code::HasDependents));
        }
        // nor may there be an attempt that has ended, which rests on the person having left
        let later = candidate::Column::PreviousId;
        edit::refuse_dependents(tx, [edit::refers::<candidate::Entity>(later, gone.id)]).await?;
        facts::expect_new_citizen(tx, gone.citizen_index.as_deref(), person, this).await?;
        let branches = lines.iter().map(|line| line.branch_id);
        let votes = (branches.chain([row.branch_id]).collect(), row.on_date);
        let files = Evidence::of_register(tx, &law, gone.id, votes, today).await?;
        tx.delete::<table::Entity>(row.id).await?;
        store::rejoin(tx, gone.id, lines).await?;
        let mut active = edit::blank::<Member>();
        active.deleted_at = Set(None);
        if gone.review_due_on.is_some() {
            let (status, joined_on) = (gone.status, gone.joined_on);
            reviews::put(tx, &law, (status, joined_on), &mut active).await?;
        }
        active.branch_id = Set(branch);
        active.department_id = Set(store::department_of(tx, gone.department_id, branch).await?);
        edit::update::<Member>(tx, gone.id, gone.version, active).await?;
        person::audited(tx, permit.by(), "deleted_at", (vec![gone.id], Vec::new())).await?;
        super::reopen_sponsorships(tx, &permit, &law, gone.id, row.created_at, today).await?;
        let said = (acknowledged, reason.as_deref());
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await
    })
    .await
}
