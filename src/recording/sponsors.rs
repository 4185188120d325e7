//! The files that a sponsor helps with, and how that ended.
use chrono::{DateTime, Utc};
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query as Build};
use uuid::Uuid;

use crate::db::tables::{act, sponsorship};
use crate::db::{Query, Tx, constant};
use crate::error::Result;
use crate::facts;
use crate::law::acts::ActKind;

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
