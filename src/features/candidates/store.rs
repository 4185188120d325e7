//! Which acts a role is told of, what stands beside an act, and the nomination of somebody removed.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Select, UpdateMany,
};
use uuid::Uuid;

use crate::access::rows::Rows;
use crate::access::{Reach, reach};
use crate::api::edit::refers;
use crate::api::resource::within;
use crate::db::tables::{
    account, act as table, branch, candidate, member, member_leaving, nomination,
};
use crate::db::{Query, Tx, condition, constant, revise, value_of};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::acts::ActKind;
use crate::law::candidacy::told_of_hidden;
use crate::law::words::{NominationOutcome, Role};

/// Which acts a role is told of. That the Office has proposed to conclude a political issue is
/// between it and the Standing Committee: nobody else learns of it before the conclusion, nor of
/// its annulment.
pub(super) fn shown_to(role: Role) -> Expr {
    if told_of_hidden(role) {
        return constant(true);
    }
    table::Column::Unseen.eq(0)
}

/// Whether a role is told of this act.
pub(super) async fn is_shown_to(tx: &Tx, role: Role, id: Uuid) -> Result<bool> {
    let shown = table::Entity::find_by_id(id).filter(shown_to(role));
    Ok(tx.one(shown).await?.is_some())
}

/// A member within the caller's reach, or one who has left; 404 for what was entered by mistake.
pub(super) async fn member(tx: &Tx, reach: Reach, id: Uuid) -> Result<member::Model> {
    let left = refers::<member_leaving::Entity>(member_leaving::Column::MemberId, id);
    let row = member::Entity::find_by_id(id)
        .filter(within(&tx.scope(&reach::of_branch(reach), "")))
        .filter(member::Column::DeletedAt.is_null().or(left));
    tx.one(row).await?.ok_or_else(Error::not_found)
}

/// The acts of a candidacy that hold P3 data, of those that the role is told of.
pub(super) fn of_background(candidate: Uuid, role: Role, scope: &str) -> Select<table::Entity> {
    let kinds = ActKind::ALL
        .iter()
        .filter(|kind| !kind.sensitive().is_empty())
        .map(|kind| constant(*kind));
    table::Entity::find()
        .filter(table::Column::CandidateId.eq(candidate))
        .filter(table::Column::Kind.into_expr().is_in(kinds))
        .filter(shown_to(role))
        .filter(within(scope))
        .order_by_asc(table::Column::Seq)
        .order_by_asc(table::Column::Unseen)
}

/// Who recorded an act.
pub(super) fn actor() -> Expr {
    let mut actor = Build::select();
    actor
        .column(account::Column::DisplayName)
        .from(account::Entity)
        .and_where(
            Expr::col((account::Entity, account::Column::Id))
                .equals((table::Entity, table::Column::AccountId)),
        );
    value_of(actor)
}

/// The branch that had the file when an act was recorded; a correction stays with the branch whose act
/// it corrects.
fn recorded_branch() -> Expr {
    Expr::cust(
        "(with recursive line as (select act.corrects_id, act.recorded_branch_id \
          union all select o.corrects_id, o.recorded_branch_id from act o join line on o.id = line.corrects_id) \
          select recorded_branch_id from line where corrects_id is null)",
    )
}

pub(super) fn recorded_branch_id() -> Expr {
    recorded_branch().cast_as("text")
}

/// Its name, which whoever sees the act may know.
pub(super) fn recorded_branch_name() -> Expr {
    let mut name = Build::select();
    name.column(branch::Column::Name)
        .from(branch::Entity)
        .and_where(branch::Column::Id.into_expr().eq(recorded_branch()));
    value_of(name)
}

/// The act that corrects or annuls an act.
pub(super) fn newer() -> Expr {
    value_of(facts::superseding()).cast_as("text")
}

/// Whether the caller is the branch that has submitted the file of an act; null if not.
pub(super) fn submitted() -> Expr {
    let mut submitted = Build::select();
    submitted
        .expr(constant("submitted"))
        .from(candidate::Entity)
        .and_where(
            Expr::col((candidate::Entity, candidate::Column::Id))
                .equals((table::Entity, table::Column::CandidateId)),
        )
        .and_where(condition(&reach::submitted(), "candidate."))
        .and_where(condition(&Rows::Role(vec![Role::BranchCommittee]), ""));
    value_of(submitted).cast_as("text")
}

/// The data key of a candidate.
pub(super) fn data_key(candidate: Uuid) -> Query<(Option<Vec<u8>>,)> {
    let mut select = Build::select();
    select
        .column(candidate::Column::DataKey)
        .from(candidate::Entity)
        .and_where(candidate::Column::Id.eq(candidate));
    Query::of(&select)
}

/// The sealed prose of a candidacy's verification.
pub(super) fn sealed_findings(candidate: Uuid) -> Query<(Uuid, Vec<u8>)> {
    let mut select = Build::select();
    select
        .columns([table::Column::Id, table::Column::Texts])
        .from(table::Entity)
        .and_where(table::Column::CandidateId.eq(candidate))
        .and_where(table::Column::Kind.eq(ActKind::Verification))
        .and_where(table::Column::Texts.is_not_null());
    Query::of(&select)
}

/// The pending nomination of a candidate removed as a mistake is withdrawn.
pub(super) async fn withdraw_nomination(tx: &Tx, candidate: Uuid, on: NaiveDate) -> Result<()> {
    let withdrawn = revise::<nomination::Entity>(tx.now())
        .col_expr(
            nomination::Column::Outcome,
            NominationOutcome::Withdrawn.into(),
        )
        .col_expr(nomination::Column::OutcomeOn, on.into())
        .filter(nomination::Column::CandidateId.eq(candidate))
        .filter(nomination::Column::Outcome.eq(NominationOutcome::Pending));
    tx.execute(withdrawn).await.map(drop)
}

/// The member whom the file has made is the same person.
pub(super) fn same_member(
    row: &candidate::Model,
    now: DateTime<Utc>,
) -> UpdateMany<member::Entity> {
    revise::<member::Entity>(now)
        .col_expr(member::Column::FullName, row.full_name.clone().into())
        .col_expr(member::Column::Sex, row.sex.into())
        .col_expr(member::Column::BirthDate, row.birth_date.into())
        .col_expr(member::Column::CitizenId, row.citizen_id.clone().into())
        .col_expr(
            member::Column::CitizenIndex,
            row.citizen_index.clone().into(),
        )
        .filter(member::Column::Id.eq(row.id))
}
