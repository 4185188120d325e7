//! A member's lines in the register, posts and sponsorships as they end and resume; votes that rest
//! on the register.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Member;
use super::corrections::after_first_record;
use crate::access::WriteMembers;
use crate::api::edit::{self, refers};
use crate::api::law::Law;
use crate::auth::Permit;
use crate::db::tables::{
    act, branch_officer, candidate, department, member, member_activity_change, member_leaving,
    membership, nomination, sponsorship, transfer,
};
use crate::db::{Tx, any_of, any_row, constant, functions, json_text};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::acts::{ActKind, Annulment};
use crate::law::calendar::day_before;
use crate::law::register::Stay;
use crate::law::text::Text;
use crate::law::words::VotingBody;
use crate::recording;
use crate::recording::sponsors::{self, HELPS_NO_MORE};

/// Which of a member's sponsorships end, when and why.
pub(super) struct SponsorshipsEnd {
    pub(super) on: NaiveDate,
    pub(super) reason: &'static str,
    /// Where the member goes on: whom they sponsor there, and those of other branches for a reason,
    /// they keep.
    pub(super) goes_on_in: Option<Uuid>,
}

/// Ends the sponsorships of a member who can no longer help, by an act of each person's file, from
/// which the duty to assign another sponsor follows.
pub(super) async fn end_sponsorships(
    tx: &Tx,
    permit: &Permit<WriteMembers>,
    law: &Law,
    member: Uuid,
    end: &SponsorshipsEnd,
    today: NaiveDate,
) -> Result<()> {
    let mut open = sponsorship::Entity::find()
        .filter(sponsorship::Column::MemberId.eq(member))
        .filter(sponsorship::Column::ToOn.is_null());
    if let Some(there) = end.goes_on_in {
        open = open.filter(sponsorship::Column::OtherBranchReason.is_null());
        open = open.filter(sponsorship::Column::BranchId.ne(there));
    }
    let open = open.order_by_asc(sponsorship::Column::CandidateId);
    for row in tx.all(open).await? {
        sponsors::end(tx, permit.by(), law, &row, (end.on, end.reason), today).await?;
    }
    Ok(())
}

/// 409 where the branch of this stay has voted since, on a day for which the register would be
/// another one.
pub(super) async fn no_vote_since(
    tx: &Tx,
    Stay(branch, on, last): Stay,
    recorded: DateTime<Utc>,
) -> Result<()> {
    let until = last.map(|last| act::Column::OnDate.lte(last));
    let vote = act::Column::Kind
        .eq(ActKind::Resolution)
        .and(json_text(act::Column::Data, "body").eq(constant(VotingBody::Branch.wire())))
        .and(act::Column::RecordedBranchId.eq(branch))
        .and(act::Column::OnDate.gte(on))
        .and(act::Column::RecordedAt.gte(recorded));
    let vote = until.into_iter().fold(vote, Expr::and);
    if tx.ask([any_row::<act::Entity>(vote)]).await? == [false] {
        return Ok(());
    }
    Err(Error::new(Code::HasDependents))
}

/// Sponsorships that ended at that moment are open again, by an act of each person's file, as far
/// as the member can help.
pub(super) async fn reopen_sponsorships(
    tx: &Tx,
    permit: &Permit<WriteMembers>,
    law: &Law,
    member: Uuid,
    ended: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    let ends = sponsors::sponsorships_ended(tx, member, ended).await?;
    let people = ends.iter().map(|(candidate, _)| *candidate);
    let reopened = any_of(sponsorship::Column::CandidateId, people);
    for (candidate, end) in ends {
        let file = recording::lock_candidate(tx, permit.reach(), candidate).await?;
        if file.erased_on.is_some() {
            continue;
        }
        let act = Annulment {
            on: today,
            act_id: end,
            reason: Text::stored("ghi nhận về đảng viên đã hủy".to_owned()),
            corrects: None,
        };
        // if the sponsor's place was taken in the meantime, the sponsorship stays ended
        let _taken = recording::try_append(tx, permit.by(), law, &file, act.into(), today).await?;
    }
    let known = facts::registered(tx, member).await?;
    let open = sponsorship::Entity::find()
        .filter(sponsorship::Column::MemberId.eq(member))
        .filter(sponsorship::Column::ToOn.is_null())
        .filter(reopened)
        .order_by_asc(sponsorship::Column::CandidateId);
    for row in tx.all(open).await? {
        let file = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
        let elsewhere = row.other_branch_reason.is_some();
        if let Some(last) = facts::helped_until(tx, &known, &file, elsewhere, today).await? {
            sponsors::end(tx, permit.by(), law, &row, (last, HELPS_NO_MORE), today).await?;
        }
    }
    let files = sponsors::sponsored_by(tx, member).await?;
    recording::renew_deadlines(tx, law, &files, today).await
}

/// A later change of the member's activity, and the end of the membership.
pub(super) fn changes_after(member: Uuid, on: NaiveDate) -> [Expr; 2] {
    let later = member_activity_change::Column::MemberId
        .eq(member)
        .and(member_activity_change::Column::OnDate.gt(on));
    [
        any_row::<member_activity_change::Entity>(later),
        refers::<member_leaving::Entity>(member_leaving::Column::MemberId, member),
    ]
}

/// The member's row is in the register of some day, so it was not entered by mistake.
pub(super) fn once_belonged() -> Expr {
    any_row::<membership::Entity>(
        Expr::col((membership::Entity, membership::Column::MemberId))
            .equals((member::Entity, member::Column::Id)),
    )
}

/// References to the member, any of which forbids removing the row as a mistake.
pub(super) fn rests_on(member: Uuid) -> [Expr; 7] {
    [
        refers::<transfer::Entity>(transfer::Column::MemberId, member),
        refers::<sponsorship::Entity>(sponsorship::Column::MemberId, member),
        refers::<branch_officer::Entity>(branch_officer::Column::MemberId, member),
        refers::<nomination::Entity>(nomination::Column::IntroducerMemberId, member),
        any_row::<act::Entity>(facts::names_member(member)),
        any_row::<candidate::Entity>(candidate::Column::Id.eq(member)),
        refers::<member_activity_change::Entity>(member_activity_change::Column::MemberId, member),
    ]
}

/// The member is in the register of their branch from that day on.
pub(super) async fn enter(
    tx: &Tx,
    row: &member::Model,
    (arrived, paper): (NaiveDate, Option<String>),
) -> Result<()> {
    // nobody belongs to a branch before its founding
    let founded = facts::founded_on(tx, row.branch_id).await?;
    let from = Some(founded.map_or(arrived, |founded| Ord::max(founded, arrived)));
    let line = Uuid::now_v7();
    let line = functions::write_membership(line, row.id, row.branch_id, from, None, paper);
    tx.execute(line).await.map(drop)
}

/// A stay that began on the day of joining begins on the corrected day instead. Members who came
/// from another organisation had joined before, and keep theirs.
pub(super) async fn joined(tx: &Tx, row: &member::Model, on: NaiveDate) -> Result<()> {
    let lines = lines_after(tx, row.id, day_before(row.joined_on)).await?;
    let Some(line) = lines.into_iter().next() else {
        return Ok(());
    };
    let founded = facts::founded_on(tx, line.branch_id).await?;
    let since = |day: NaiveDate| founded.map_or(day, |founded| Ord::max(founded, day));
    if line.from_on != since(row.joined_on) {
        let before = line.from_on >= on;
        return before.then_some(()).ok_or_else(after_first_record);
    }
    let days = (Some(since(on)), line.to_on);
    write(tx, row.id, line, days).await
}

/// A line of the register as a leaving keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Line {
    id: Uuid,
    pub(super) branch_id: Uuid,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
    paper_number: Option<String>,
}

/// The lines of the member's register that last longer than that day.
pub(super) async fn lines_after(tx: &Tx, member: Uuid, on: NaiveDate) -> Result<Vec<Line>> {
    let longer = membership::Column::ToOn
        .is_null()
        .or(membership::Column::ToOn.gt(on));
    let stays = membership::Entity::find()
        .filter(membership::Column::MemberId.eq(member))
        .filter(longer)
        .order_by_asc(membership::Column::FromOn);
    let line = |stay: membership::Model| Line {
        id: stay.id,
        branch_id: stay.branch_id,
        from_on: stay.from_on,
        to_on: stay.to_on,
        paper_number: stay.paper_number,
    };
    Ok(tx.all(stays).await?.into_iter().map(line).collect())
}

/// The membership and the posts end on that day: a later stay in another branch falls away.
pub(super) async fn leave(tx: &Tx, member: Uuid, on: NaiveDate) -> Result<()> {
    for line in lines_after(tx, member, on).await? {
        let first = (line.from_on <= on).then_some(line.from_on);
        write(tx, member, line, (first, Some(on))).await?;
    }
    if facts::renew_posts(tx, member).await? {
        Ok(())
    } else {
        Err(facts::before_post())
    }
}

/// Sponsorships of the branch in which the member, as it turns out, never was: they end on their
/// first day.
pub(super) async fn end_sponsorships_in(
    tx: &Tx,
    permit: &Permit<WriteMembers>,
    law: &Law,
    member: Uuid,
    (branch, since): (Uuid, NaiveDate),
    today: NaiveDate,
) -> Result<()> {
    use sponsorship::Column;
    let there = sponsorship::Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::BranchId.eq(branch))
        .filter(Column::FromOn.gte(since))
        .filter(Column::OtherBranchReason.is_null())
        .filter(Column::ToOn.is_null())
        .order_by_asc(Column::CandidateId);
    for row in tx.all(there).await? {
        let end = (row.from_on, HELPS_NO_MORE);
        sponsors::end(tx, permit.by(), law, &row, end, today).await?;
    }
    Ok(())
}

/// The member whose last branch that was, whatever came later.
pub(super) async fn at_last_in(
    tx: &Tx,
    member: member::Model,
    branch: Uuid,
) -> Result<member::Model> {
    if member.branch_id == branch {
        return Ok(member);
    }
    let mut active = edit::blank::<Member>();
    active.branch_id = Set(branch);
    active.department_id = Set(department_of(tx, member.department_id, branch).await?);
    edit::update::<Member>(tx, member.id, member.version, active).await
}

async fn write(
    tx: &Tx,
    member: Uuid,
    line: Line,
    (first, last): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<()> {
    let (branch, paper) = (line.branch_id, line.paper_number);
    let line = functions::write_membership(line.id, member, branch, first, last, paper);
    tx.execute(line).await.map(drop)
}

/// The lines of the register are again as they were, and the posts.
pub(super) async fn rejoin(tx: &Tx, member: Uuid, lines: Vec<Line>) -> Result<()> {
    for line in lines {
        let days = (Some(line.from_on), line.to_on);
        write(tx, member, line, days).await?;
    }
    resume_posts(tx, member).await
}

/// What was taken back had ended the member's posts, or cut them short: 409 where one cannot go on
/// as it was.
pub(super) async fn resume_posts(tx: &Tx, member: Uuid) -> Result<()> {
    if facts::renew_posts(tx, member).await? {
        Ok(())
    } else {
        Err(Error::new(Code::HasDependents))
    }
}

/// That department, if it still belongs to the branch.
pub(super) async fn department_of(
    tx: &Tx,
    department: Option<Uuid>,
    branch: Uuid,
) -> Result<Option<Uuid>> {
    let Some(id) = department else {
        return Ok(None);
    };
    let row = tx.by_id::<department::Entity>(id).await?;
    let there = |row: &department::Model| row.branch_id == Some(branch) && row.deleted_at.is_none();
    Ok(row.filter(there).map(|row| row.id))
}

/// The person of this file works in that department of the branch again.
pub(super) async fn works_in(
    tx: &Tx,
    file: Uuid,
    (branch, department): (Uuid, Option<Uuid>),
) -> Result<()> {
    use candidate::Column;
    let working = candidate::Entity::update_many()
        .col_expr(Column::DepartmentId, department.into())
        .filter(Column::Id.eq(file).and(Column::BranchId.eq(branch)));
    tx.execute(working).await.map(drop)
}

/// A post of the member in that branch which began on that day or later.
pub(super) fn post_in(member: Uuid, branch: Uuid, on: NaiveDate) -> Expr {
    use branch_officer::Column;
    let own = Column::MemberId.eq(member).and(Column::BranchId.eq(branch));
    any_row::<branch_officer::Entity>(own.and(Column::FromOn.gte(on)))
}

/// The member is in the register of no day.
pub(super) async fn never_belonged(tx: &Tx, member: Uuid) -> Result<()> {
    let lines = membership::Column::MemberId.eq(member);
    let never = functions::write_memberships(lines, Expr::val(None::<NaiveDate>), None);
    tx.execute(never).await.map(drop)
}
