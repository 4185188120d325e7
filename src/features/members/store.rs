//! A member's sponsorships, ended and resumed, and votes that rest on the register.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, JoinType, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use crate::access::WriteMembers;
use crate::api::edit::refers;
use crate::api::law::Law;
use crate::auth::Permit;
use crate::db::tables::{
    act, branch_officer, candidate, member, member_activity_change, member_leaving, membership,
    nomination, sponsorship,
};
use crate::db::{Tx, any_of, any_row, constant, functions, json_text, revise, same_name};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::Stage;
use crate::law::acts::{ActKind, Annulment, SponsorshipEnd};
use crate::law::text::Text;
use crate::law::words::{MemberLeavingGround, OfficerPosition, VotingBody};
use crate::recording;

/// Which of a member's sponsorships end, when and why.
pub(super) struct SponsorshipsEnd {
    pub(super) on: NaiveDate,
    pub(super) reason: &'static str,
    /// Include sponsorships that gave a reason for a sponsor of another branch.
    pub(super) elsewhere_too: bool,
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
    if !end.elsewhere_too {
        open = open.filter(sponsorship::Column::OtherBranchReason.is_null());
    }
    let open = open.order_by_asc(sponsorship::Column::CandidateId);
    for row in tx.all(open).await? {
        let on = Ord::max(end.on, row.from_on);
        let file = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
        let act = SponsorshipEnd {
            on,
            member_id: member,
            reason: Text::stored(end.reason.to_owned()),
            corrects: None,
        };
        recording::append(tx, permit, law, &file, act.into(), today).await?;
        let ended = revise::<sponsorship::Entity>(tx.now())
            .col_expr(sponsorship::Column::ToOn, on.into())
            .col_expr(sponsorship::Column::EndReason, end.reason.into())
            .filter(sponsorship::Column::CandidateId.eq(row.candidate_id))
            .filter(sponsorship::Column::MemberId.eq(member))
            .filter(sponsorship::Column::ToOn.is_null());
        tx.execute(ended).await?;
    }
    Ok(())
}

/// 409 where the branch has voted since, on a day for which the register would be another one.
pub(super) async fn no_vote_since(
    tx: &Tx,
    branch: Uuid,
    on: NaiveDate,
    recorded: DateTime<Utc>,
) -> Result<()> {
    let vote = act::Column::Kind
        .eq(ActKind::Resolution)
        .and(json_text(act::Column::Data, "body").eq(constant(VotingBody::Branch.wire())))
        .and(act::Column::RecordedBranchId.eq(branch))
        .and(act::Column::OnDate.gte(on))
        .and(act::Column::RecordedAt.gte(recorded));
    if tx.ask([any_row::<act::Entity>(vote)]).await? == [false] {
        return Ok(());
    }
    Err(Error::new(Code::HasDependents))
}

/// Sponsorships that ended at that moment are open again, by an act of each person's file.
pub(super) async fn reopen_sponsorships(
    tx: &Tx,
    permit: &Permit<WriteMembers>,
    law: &Law,
    member: Uuid,
    ended: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    for (candidate, end) in recording::sponsorships_ended(tx, member, ended).await? {
        let file = recording::lock_candidate(tx, permit.reach(), candidate).await?;
        let act = Annulment {
            on: today,
            act_id: end,
            reason: Text::stored("ghi nhận về đảng viên đã hủy".to_owned()),
            corrects: None,
        };
        recording::append(tx, permit, law, &file, act.into(), today).await?;
    }
    let files = recording::sponsored_by(tx, member).await?;
    recording::renew_duties(tx, law, &files, today).await
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

/// When and how a membership ended.
pub(super) struct End {
    pub(super) member: Uuid,
    pub(super) on: Option<NaiveDate>,
    pub(super) because: Option<MemberLeavingGround>,
    pub(super) leaving: Option<Uuid>,
}

/// The ends of these members' memberships: by a leaving, or by an act of the person's file.
pub(super) async fn ends_of(tx: &Tx, members: Vec<Uuid>) -> Result<Vec<End>> {
    let stays = membership::Entity::find()
        .filter(any_of(membership::Column::MemberId, members.clone()))
        .filter(membership::Column::ToOn.is_not_null());
    let stays = tx.all(stays).await?;
    let leavings = member_leaving::Entity::find()
        .filter(any_of(member_leaving::Column::MemberId, members.clone()));
    let leavings = tx.all(leavings).await?;
    let files = candidate::Entity::find().filter(any_of(candidate::Column::Id, members.clone()));
    let files = tx.all(files).await?;
    let end = |member: Uuid| {
        let own = stays.iter().filter(|stay| stay.member_id == member);
        let leaving = leavings.iter().find(|leaving| leaving.member_id == member);
        let file = files.iter().find(|file| file.id == member);
        End {
            member,
            on: own.filter_map(|stay| stay.to_on).max(),
            because: leaving
                .map(|leaving| leaving.ground)
                .or_else(|| ended_by(file?.stage)),
            leaving: leaving.map(|leaving| leaving.id),
        }
    };
    Ok(members.into_iter().map(end).collect())
}

/// Whether the person was a member here by another row before that day, and was transferred to another
/// organisation each time.
pub(super) async fn came_back(
    tx: &Tx,
    (name, born): (&str, NaiveDate),
    this: Option<Uuid>,
    day: NaiveDate,
) -> Result<bool> {
    let same = member::Entity::find()
        .filter(member::Column::BirthDate.eq(born))
        .filter(same_name(member::Column::FullName, name));
    let mut same = tx.all(same).await?;
    same.retain(|row| Some(row.id) != this);
    let ends = ends_of(tx, same.iter().map(|row| row.id).collect()).await?;
    // what was entered by mistake has no end
    let mut ends = same
        .iter()
        .zip(ends)
        .filter(|(row, end)| row.deleted_at.is_none() || end.on.is_some())
        .peekable();
    let away = |end: &End| {
        end.because == Some(MemberLeavingGround::TransferredOut)
            && end.on.is_some_and(|on| on < day)
    };
    Ok(ends.peek().is_some() && ends.all(|(_, end)| away(&end)))
}

/// How a candidacy's end ends the membership.
fn ended_by(stage: Stage) -> Option<MemberLeavingGround> {
    [
        (Stage::StruckOff, MemberLeavingGround::StruckOff),
        (Stage::Withdrawn, MemberLeavingGround::Withdrawn),
        (Stage::TransferredOut, MemberLeavingGround::TransferredOut),
        (Stage::Deceased, MemberLeavingGround::Deceased),
    ]
    .into_iter()
    .find_map(|(end, ground)| (end == stage).then_some(ground))
}

/// The member's row is in the register of some day, so it was not entered by mistake.
pub(super) fn once_belonged() -> Expr {
    any_row::<membership::Entity>(
        Expr::col((membership::Entity, membership::Column::MemberId))
            .equals((member::Entity, member::Column::Id)),
    )
}

/// References to the member, any of which forbids removing the row as a mistake.
pub(super) fn rests_on(member: Uuid) -> [Expr; 6] {
    [
        refers::<sponsorship::Entity>(sponsorship::Column::MemberId, member),
        refers::<branch_officer::Entity>(branch_officer::Column::MemberId, member),
        refers::<nomination::Entity>(nomination::Column::IntroducerMemberId, member),
        any_row::<act::Entity>(facts::names_member(member)),
        any_row::<candidate::Entity>(candidate::Column::Id.eq(member)),
        refers::<member_activity_change::Entity>(member_activity_change::Column::MemberId, member),
    ]
}

/// The membership and the posts end on that day.
pub(super) async fn leave(tx: &Tx, member: Uuid, on: NaiveDate) -> Result<()> {
    let last = membership::Column::MemberId
        .eq(member)
        .and(membership::Column::ToOn.is_null());
    let from = Expr::col(membership::Column::FromOn);
    tx.execute(functions::write_memberships(last, from, Some(on)))
        .await?;
    facts::end_posts(tx, vec![member], None, on).await
}

/// The membership that ended on that day goes on, and so do the posts that ended when this was
/// recorded, until the days that were planned; 409 where the branch has had another secretary since.
pub(super) async fn rejoin(
    tx: &Tx,
    member: Uuid,
    left_on: NaiveDate,
    recorded: DateTime<Utc>,
) -> Result<()> {
    let ended = membership::Column::MemberId
        .eq(member)
        .and(membership::Column::ToOn.eq(left_on));
    let from = Expr::col(membership::Column::FromOn);
    tx.execute(functions::write_memberships(ended, from, None))
        .await?;
    let ends = branch_officer::Column::ToOn;
    let resumed = revise::<branch_officer::Entity>(tx.now())
        .col_expr(ends, Expr::col(branch_officer::Column::PlannedToOn))
        .filter(branch_officer::Column::MemberId.eq(member))
        .filter(branch_officer::Column::UpdatedAt.eq(recorded))
        .filter(ends.is_not_null());
    tx.execute(resumed).await?;
    match tx.ask([second_secretary(member)]).await? {
        [true] => Err(Error::new(Code::HasDependents)),
        [false] => Ok(()),
    }
}

/// Whether the member was secretary of a branch on a day on which somebody else was.
fn second_secretary(member: Uuid) -> Expr {
    use branch_officer::Column;
    let this = |column| Expr::col((branch_officer::Entity, column));
    let other = |column| Expr::col(("other", column));
    let by_then = |ends: Expr, day| ends.clone().is_null().or(ends.gte(day));
    let both = other(Column::BranchId)
        .eq(this(Column::BranchId))
        .and(other(Column::Id).ne(this(Column::Id)))
        .and(other(Column::Position).eq(this(Column::Position)))
        .and(by_then(other(Column::ToOn), this(Column::FromOn)))
        .and(by_then(this(Column::ToOn), other(Column::FromOn)));
    let mut found = Build::select();
    found
        .expr(constant(1))
        .from(branch_officer::Entity)
        .join_as(JoinType::InnerJoin, branch_officer::Entity, "other", both)
        .and_where(this(Column::MemberId).eq(member))
        .and_where(this(Column::Position).eq(constant(OfficerPosition::Secretary.wire())));
    Expr::exists(found)
}

/// The member is in the register of no day.
pub(super) async fn never_belonged(tx: &Tx, member: Uuid) -> Result<()> {
    let lines = membership::Column::MemberId.eq(member);
    let never = functions::write_memberships(lines, Expr::val(None::<NaiveDate>), None);
    tx.execute(never).await.map(drop)
}
