//! A member moves to another branch.
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadMembers, WriteMembers, reach};
use crate::api::audit::{self, Change};
use crate::api::body::Body;
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::{NoContent, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_MEMBER, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::auth::Permit;
use crate::db::tables::{candidate, member, transfer as table};
use crate::db::{Db, functions};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::calendar::day_before;
use crate::law::register::Stay;
use crate::law::text::{Text, plain};
use crate::law::words::MemberStatus;
use crate::law::{say, vi};
use crate::recording;
use crate::recording::evidence::{Acknowledged, Evidence};
use crate::recording::person;

use super::{
    Member, SponsorshipsEnd, end_sponsorships, expect_told_apart, reopen_sponsorships, store,
};

/// A member's move to another branch
#[derive(Debug, Serialize, ToSchema)]
pub struct Transfer {
    pub id: Uuid,
    pub member_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub member_name: Option<String>,
    pub from_branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub from_branch_name: Option<String>,
    /// The branch to which the member moved
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    /// First day in the new branch
    pub on: NaiveDate,
    /// Number of the paper by which the member moved
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

impl Resource for Transfer {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "transfer",
        path: "transfers",
        fields: &[
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
            from_branch_id,
            from_department_id: _,
            branch_id,
            member_id,
            on_date,
            paper_number,
            reason,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            member_id,
            member_name: None,
            from_branch_id,
            from_branch_name: None,
            branch_id,
            branch_name: None,
            on: on_date,
            paper_number,
            reason,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = &[
        Named {
            read: |tx| names::of_member(tx, table::Column::MemberId),
            put: |row, name| {
                row.member_name = name;
                Ok(())
            },
        },
        Named {
            read: |_| names::of_branch(table::Column::FromBranchId),
            put: |row, name| {
                row.from_branch_name = name;
                Ok(())
            },
        },
        names::branch_name!(table::Column::BranchId),
    ];
}

/// Transfer of a member to another branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberTransfer {
    #[schema(example = "01750000-0000-7000-8000-00000b020000")]
    pub branch_id: Uuid,
    /// First day in the new branch; until the day before, the member counts in the old one
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    /// Number of the paper by which the member moves
    #[schema(example = "12-CV/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
}

/// List a member's transfers
///
/// Transfers recorded by the Office, to branches within your reach. A merger or split of a branch moves members without a transfer.
#[operation(get, "/members/{id}/transfers")]
pub async fn list_member_transfers(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Transfer>,
) -> Result<Page<Transfer>> {
    edit::list_of::<Member, _, _>(&db, &permit, &query, *id, table::Column::MemberId.eq(*id)).await
}

/// Get a member's transfer
#[operation(get, "/transfers/{id}", tag = "members")]
pub async fn get_member_transfer(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Transfer>,
) -> Result<Reply<Transfer>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Transfer a member to another branch
///
/// The history keeps the branch of each day: votes and figures of earlier days count the member
/// where they belonged. A post in the old branch committee ends the day before; a probationary
/// member's file moves too. Possible from the day after a vote of the old branch on the member, or the
/// recognition. Refused if a recorded act rests on the member in the old branch on a
/// later day, naming the act, unless `acknowledged` with a `reason`.
#[operation(
    post,
    "/members/{id}/transfers",
    refuses(InvalidTransition, RequirementsUnmet)
)]
pub async fn transfer_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<MemberTransfer>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    edit::step::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        let to = &body.value;
        expect_told_apart(&row)?;
        edit::check_references(tx, [Reference::to_branch("/branch_id", to.branch_id)]).await?;
        if to.branch_id == row.branch_id {
            return Err(Error::invalid(
                "/branch_id",
                "same",
                say(
                    "Đang ở chi bộ này.",
                    "The member is already in this branch.",
                ),
            ));
        }
        if to.on > today || to.on <= row.joined_on {
            return Err(Error::invalid(
                "/on",
                "out_of_range",
                say(
                    "Sau ngày vào Đảng, không ở tương lai.",
                    "Must be after joining and not in the future.",
                ),
            ));
        }
        let known = facts::registered(tx, row.id).await?;
        if known.stays.last().is_some_and(|stay| stay.1 >= to.on) {
            return Err(super::out_of_range());
        }
        facts::expect_founded(tx, "/on", to.branch_id, to.on).await?;
        facts::register::expect_no_vote_on(tx, &[row.id], row.branch_id, to.on).await?;
        let votes = (vec![row.branch_id, to.branch_id], to.on);
        let files = Evidence::of_register(tx, &law, row.id, votes, today).await?;
        let end = SponsorshipsEnd {
            on: day_before(to.on),
            reason: "người kèm cặp chuyển chi bộ",
            goes_on_in: Some(to.branch_id),
        };
        end_sponsorships(tx, &permit, &law, row.id, &end, today).await?;
        let (who, nobody) = (vec![row.id], Vec::new());
        let paper = Some(to.paper_number.as_str().to_owned());
        let moved = functions::move_people(who, nobody, to.branch_id, Some(to.on), paper, tx.now());
        tx.execute(moved).await?;
        if !facts::renew_posts(tx, row.id).await? {
            return Err(facts::before_post());
        }
        // the sponsor stays in the old branch
        recording::renew_deadlines(tx, &law, &[row.id], today).await?;
        let mut active = edit::blank::<Transfer>();
        active.from_branch_id = Set(row.branch_id);
        active.from_department_id = Set(row.department_id);
        active.branch_id = Set(to.branch_id);
        active.member_id = Set(row.id);
        active.on_date = Set(to.on);
        active.paper_number = Set(to.paper_number.clone().into_string());
        active.reason = Set(plain(to.reason.clone()));
        let transfer = edit::insert::<Transfer>(tx, permit.caller().organization, active).await?;
        let change = Change {
            resource: Transfer::SPEC.name,
            id: transfer.id,
            version: transfer.version,
            fields: vec!["*".into()],
        };
        tx.execute(audit::entry(tx, permit.by(), change)).await?;
        let mut active = edit::blank::<Member>();
        active.branch_id = Set(to.branch_id);
        active.department_id = Set(None);
        let row = edit::update::<Member>(tx, row.id, row.version, active).await?;
        let file = file_of(&row);
        person::audited(tx, permit.by(), "branch_id", (Vec::new(), file)).await?;
        let said = (to.acknowledged, to.reason.as_ref().map(Text::as_str));
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok((row, "branch_id"))
    })
    .await
}

/// Undo a transfer
///
/// For one that was recorded by mistake: the member has never left the old branch. What ended with it
/// (posts, sponsorships) is open again, and a probationary member's file goes back. 409 where the member has moved or left since or
/// holds a post in the new branch, that one has voted on them, the old one has ended, or somebody else has been its secretary since. Refused if a recorded act
/// rests on the transfer, naming the act, unless `acknowledged` with a `reason`.
#[operation(
    delete,
    "/transfers/{id}",
    tag = "members",
    refuses(InvalidTransition, HasDependents, RequirementsUnmet)
)]
pub async fn remove_member_transfer(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    asked: Query<Acknowledged>,
) -> Result<NoContent> {
    let today = db.clock().today();
    let (acknowledged, reason) = asked.said()?;
    edit::remove::<Transfer, _>(&db, &permit, *id, seen, async |tx, row| {
        let member = edit::find::<Member>(tx, permit.reach(), row.member_id, true).await?;
        let known = facts::registered(tx, member.id).await?;
        let (here, there) = (row.branch_id, row.from_branch_id);
        let until = Some(day_before(row.on_date));
        let [.., before, last] = &known.stays[..] else {
            return Err(Error::new(Code::HasDependents));
        };
        if *last != Stay(here, row.on_date, None) || (before.0, before.2) != (there, until) {
            return Err(Error::new(Code::HasDependents));
        }
        // the file moved too, and has ended in the new branch
        let file = tx.by_id::<candidate::Entity>(member.id).await?;
        if file.is_some_and(|file| file.stage.ended() && file.stage_on >= row.on_date) {
            return Err(Error::new(Code::HasDependents));
        }
        let last = facts::register::last_vote_on(tx, &[member.id], here, row.on_date).await?;
        if let Some(on) = last {
            return Err(Error::new(Code::HasDependents).detail(say(
                format!("Ngày {} chi bộ nơi đến đã biểu quyết về người này: hủy biểu quyết đó trước.", vi(on)),
                format!("The branch to which the member moved voted on them on {on}: that is to be annulled first."),
            )));
        }
        edit::expect_open_branch(tx, there).await?;
        edit::refuse_dependents(tx, [store::post_in(member.id, here, row.on_date)]).await?;
        let votes = (vec![there, here], row.on_date);
        let files = Evidence::of_register(tx, &law, member.id, votes, today).await?;
        tx.delete::<table::Entity>(row.id).await?;
        // moving people back on the day of a move undoes that move
        let (who, nobody) = (vec![member.id], Vec::new());
        let back = functions::move_people(who, nobody, there, Some(row.on_date), None, tx.now());
        tx.execute(back).await?;
        store::resume_posts(tx, member.id).await?;
        recording::renew_deadlines(tx, &law, &[member.id], today).await?;
        let department = store::department_of(tx, row.from_department_id, there).await?;
        let mut active = edit::blank::<Member>();
        active.branch_id = Set(there);
        active.department_id = Set(department);
        let member = edit::update::<Member>(tx, member.id, member.version, active).await?;
        let file = file_of(&member);
        for id in &file {
            store::works_in(tx, *id, (there, department)).await?;
        }
        person::audited(tx, permit.by(), "branch_id", (vec![member.id], file)).await?;
        let never = (here, row.on_date);
        store::end_sponsorships_in(tx, &permit, &law, member.id, never, today).await?;
        reopen_sponsorships(tx, &permit, &law, member.id, row.created_at, today).await?;
        let said = (acknowledged, reason.as_deref());
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await
    })
    .await
}

/// The file of a probationary member, which goes along.
fn file_of(member: &member::Model) -> Vec<Uuid> {
    let goes_along = member.status == MemberStatus::Probationary;
    goes_along.then_some(member.id).into_iter().collect()
}
