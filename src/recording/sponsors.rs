//! The files that a sponsor helps with, and how that ends.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::{append, lock_candidate};
use crate::auth::By;
use crate::db::tables::{act, sponsorship};
use crate::db::{Query, Tx, any_of, constant, revise};
use crate::error::Result;
use crate::facts;
use crate::law::acts::{ActKind, SponsorshipEnd};
use crate::law::regulation::Regulations;
use crate::law::text::Text;

/// Why a sponsorship has ended that a change of the register has ended.
pub const HELPS_NO_MORE: &str =
    "người kèm cặp không còn sinh hoạt cùng chi bộ, hoặc đang không sinh hoạt đảng";

/// The files whose open sponsorship is this member's.
pub async fn sponsored_by(tx: &Tx, member: Uuid) -> Result<Vec<Uuid>> {
    let mut files = Build::select();
    files
        .distinct()
        .column(sponsorship::Column::CandidateId)
        .from(sponsorship::Entity)
        .and_where(sponsorship::Column::MemberId.eq(member))
        .and_where(sponsorship::Column::ToOn.is_null())
        .order_by(sponsorship::Column::CandidateId, Order::Asc);
    let files = tx.all(Query::<(Uuid,)>::of(&files)).await?;
    Ok(files.into_iter().map(|(id,)| id).collect())
}

/// The acts by which this member's sponsorships ended at that moment, or when they were recorded,
/// with their files; without those that have been taken back.
pub async fn sponsorships_ended(
    tx: &Tx,
    member: Uuid,
    at: DateTime<Utc>,
) -> Result<Vec<(Uuid, Uuid)>> {
    let this = |column| Expr::col((act::Entity, column));
    let assigned = |column| Expr::col((sponsorship::Entity, column));
    let mut at_once = Build::select();
    at_once
        .expr(constant(1))
        .from(sponsorship::Entity)
        .and_where(assigned(sponsorship::Column::MemberId).eq(member))
        .and_where(assigned(sponsorship::Column::CandidateId).eq(this(act::Column::CandidateId)))
        .and_where(assigned(sponsorship::Column::CreatedAt).eq(this(act::Column::RecordedAt)));
    let mut ended = Build::select();
    ended
        .expr(this(act::Column::CandidateId))
        .expr(this(act::Column::Id))
        .from(act::Entity)
        .and_where(act::Column::Kind.eq(ActKind::SponsorshipEnd))
        .and_where(facts::names_member(member))
        .and_where(
            this(act::Column::RecordedAt)
                .eq(at)
                .or(Expr::exists(at_once)),
        )
        .and_where(Expr::exists(facts::superseding()).not())
        .order_by((act::Entity, act::Column::CandidateId), Order::Asc);
    tx.all(Query::of(&ended)).await
}

/// Ends a sponsorship by an act of the person's file, from which the duty to assign another sponsor
/// follows.
pub async fn end(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    row: &sponsorship::Model,
    (on, reason): (NaiveDate, &'static str),
    today: NaiveDate,
) -> Result<()> {
    let on = Ord::max(on, row.from_on);
    let file = lock_candidate(tx, by.reach, row.candidate_id).await?;
    let act = SponsorshipEnd {
        on,
        member_id: row.member_id,
        reason: Text::stored(reason.to_owned()),
        corrects: None,
    };
    append(tx, by, law, &file, act.into(), today).await?;
    let ended = revise::<sponsorship::Entity>(tx.now())
        .col_expr(sponsorship::Column::ToOn, on.into())
        .col_expr(sponsorship::Column::EndReason, reason.into())
        .filter(sponsorship::Column::CandidateId.eq(row.candidate_id))
        .filter(sponsorship::Column::MemberId.eq(row.member_id))
        .filter(sponsorship::Column::ToOn.is_null());
    tx.execute(ended).await.map(drop)
}

/// Ends the sponsorships of a branch's own members who move to another branch without the person. A
/// person who moves without the sponsor takes the duty along to find another.
pub async fn end_apart(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    (branch, moving): (Uuid, &[Uuid]),
    on: NaiveDate,
    today: NaiveDate,
) -> Result<()> {
    let sponsor_moves = any_of(sponsorship::Column::MemberId, moving.iter().copied());
    let person_moves = any_of(sponsorship::Column::CandidateId, moving.iter().copied());
    let apart = sponsorship::Entity::find()
        .filter(sponsorship::Column::BranchId.eq(branch))
        .filter(sponsorship::Column::ToOn.is_null())
        .filter(sponsorship::Column::OtherBranchReason.is_null())
        .filter(sponsorship::Column::FromOn.lte(today))
        .filter(sponsor_moves.and(person_moves.not()))
        .order_by_asc(sponsorship::Column::CandidateId);
    for row in tx.all(apart).await? {
        end(tx, by, law, &row, (on, HELPS_NO_MORE), today).await?;
    }
    Ok(())
}
