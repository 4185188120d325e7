//! What a branch shows beside its own row, in one statement for all branches of an answer, and the
//! rows that change when people pass from one branch to another or a branch ends.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{
    Expr, ExprTrait as _, Func, JoinType, Order, Query as Build, SelectStatement, UnionType,
    extension::postgres::PgFunc,
};
use sea_orm::{ColumnTrait as _, QueryFilter as _, UpdateMany};
use uuid::Uuid;

use crate::access::{Reach, reach};
use crate::db::tables::{
    act, branch as table, branch_overseer, candidate, deadline, department, member, membership,
    quota_line, quota_plan, sponsorship, transfer_offer,
};
use crate::db::{
    Query, Record, Table, Tx, any_live, any_of, any_row, array_of, constant, functions, identity,
    json_text, live, name_key, not_before_start, open, revise, today, value_of,
};
use crate::error::{Error, Result};
use crate::law::acts::ActKind;
use crate::law::settings::BRANCH_COMMITTEE_MINIMUM;
use crate::law::words::{DeadlineKind, MemberStatus, OfferState};

/// Members of a branch of one status, and what is the same for all of them.
#[derive(Record)]
pub struct Figures {
    pub branch_id: Uuid,
    pub status: Option<MemberStatus>,
    pub members: i32,
    /// Number of official members that a branch committee requires.
    pub committee_from: i32,
    /// Null where the caller does not see whom.
    pub without_sponsor: Option<Vec<Uuid>>,
    /// Null where the caller does not see it.
    pub without_overseer: Option<bool>,
}

/// More of them are not listed.
const MOST: u64 = 1000;

fn branch(column: table::Column) -> Expr {
    Expr::col((table::Entity, column))
}

/// Whether the caller sees the people of the branch.
fn seen() -> Expr {
    let role = || identity("app.role");
    let everywhere = Func::cust("app.reads_everywhere").arg(role());
    let own = Expr::from(Func::cust("app.reads_branches").arg(role()))
        .and(branch(table::Column::Id).eq(PgFunc::any(identity("app.branches").cast_as("uuid[]"))));
    branch(table::Column::OrganizationId)
        .eq(identity("app.organization"))
        .and(Expr::from(everywhere).or(own))
}

/// The duties of candidacies. `deadline::Entity` adds those of the calendar, which no figure here
/// counts and which would be worked out for each branch.
const DUTIES: &str = "deadline";

/// People of the branch with an open duty to find them a sponsor.
fn without_sponsor() -> SelectStatement {
    let duty = |column| Expr::col((DUTIES, column));
    let mut found = Build::select();
    found
        .expr_as(duty(deadline::Column::CandidateId), "id")
        .from(DUTIES)
        .and_where(duty(deadline::Column::BranchId).eq(branch(table::Column::Id)))
        .and_where(duty(deadline::Column::Kind).eq(DeadlineKind::SponsorMissing))
        .and_where(duty(deadline::Column::SettledOn).is_null())
        .order_by_expr(duty(deadline::Column::CandidateId), sea_orm::Order::Asc)
        .limit(MOST);
    let mut all = Build::select();
    let none = Expr::val(Vec::<Uuid>::new());
    all.expr(Func::coalesce([
        PgFunc::array_agg(Expr::col(("found", "id"))).into(),
        none,
    ]))
    .from_subquery(found, "found");
    all
}

fn has_overseer() -> Expr {
    let term = |column| Expr::col((branch_overseer::Entity, column));
    let mut overseers = Build::select();
    overseers
        .expr(constant(1))
        .from(branch_overseer::Entity)
        .and_where(term(branch_overseer::Column::BranchId).eq(branch(table::Column::Id)))
        .and_where(term(branch_overseer::Column::FromOn).lte(today()))
        .and_where(
            term(branch_overseer::Column::ToOn)
                .is_null()
                .or(term(branch_overseer::Column::ToOn).gte(today())),
        );
    Expr::exists(overseers)
}

pub fn figures(branches: Vec<Uuid>) -> Query<Figures> {
    let (key, default) = (
        BRANCH_COMMITTEE_MINIMUM.key,
        BRANCH_COMMITTEE_MINIMUM.default,
    );
    let mut least = Build::select();
    least.expr(functions::setting_on(key, None, default));
    let goes_on = branch(table::Column::ClosedOn).is_null();
    let mut figures = Build::select();
    figures
        .expr_as(branch(table::Column::Id), "branch_id")
        .expr_as(Expr::col(("members", "word")), "status")
        .expr_as(
            Func::coalesce([Expr::col(("members", "n")), constant(0)]),
            "members",
        )
        .expr_as(value_of(least), "committee_from")
        .expr_as(
            Expr::case(seen(), value_of(without_sponsor())),
            "without_sponsor",
        )
        .expr_as(
            Expr::case(seen(), goes_on.and(has_overseer().not())),
            "without_overseer",
        )
        .from(table::Entity)
        .join_subquery(
            JoinType::LeftJoin,
            functions::counted("members", branches.clone()),
            "members",
            Expr::col(("members", "id")).eq(branch(table::Column::Id)),
        )
        .and_where(any_of((table::Entity, table::Column::Id), branches));
    Query::of(&figures)
}

/// Files that moved to a branch, and those that the members sponsor.
pub(super) fn touched(members: Vec<Uuid>, to: Uuid, moved: Vec<Uuid>) -> Query<(Uuid,)> {
    let (mut files, mut sponsored) = (Build::select(), Build::select());
    sponsored
        .column(sponsorship::Column::CandidateId)
        .from(sponsorship::Entity)
        .and_where(any_of(sponsorship::Column::MemberId, members))
        .and_where(sponsorship::Column::ToOn.is_null());
    files
        .column(candidate::Column::Id)
        .from(candidate::Entity)
        .and_where(candidate::Column::BranchId.eq(to))
        .and_where(candidate::Column::DeletedAt.is_null())
        .and_where(any_of(candidate::Column::Id, moved))
        .union(UnionType::Distinct, sponsored);
    Query::of(&files)
}

/// Those of the people who have come to the branch, or were nominated, on that day or later, with
/// the day.
pub(super) fn come_since(
    branch: Uuid,
    (on, today): (NaiveDate, NaiveDate),
    people: Vec<Uuid>,
) -> Query<(Uuid, NaiveDate)> {
    let mut stays = Build::select();
    stays
        .columns([membership::Column::MemberId, membership::Column::FromOn])
        .from(membership::Entity)
        .and_where(membership::Column::BranchId.eq(branch))
        .and_where(membership::Column::ToOn.is_null())
        .and_where(membership::Column::FromOn.gte(on))
        .and_where(any_of(membership::Column::MemberId, people.clone()));
    let mut handed_over = Build::select();
    handed_over
        .columns([act::Column::CandidateId, act::Column::OnDate])
        .from(act::Entity)
        .and_where(handed_over_to(branch))
        .and_where(act::Column::OnDate.gte(on))
        .and_where(any_of(act::Column::CandidateId, people.clone()));
    let mut nominated = Build::select();
    nominated
        .columns([candidate::Column::Id, candidate::Column::NominatedOn])
        .from(candidate::Entity)
        .and_where(candidate::Column::NominatedOn.between(on, today))
        .and_where(any_of(candidate::Column::Id, people));
    stays.union(UnionType::All, handed_over);
    Query::of(stays.union(UnionType::All, nominated))
}

/// People who are in the plan of the branch because another one has handed them over.
pub(super) fn handed_over_to(branch: Uuid) -> Expr {
    let to = json_text(act::Column::Data, "to_branch_id");
    act::Column::Kind
        .eq(ActKind::Transfer)
        .and(to.eq(branch.to_string()))
}

/// People who were in the plan of the branch until it handed them over.
pub(super) fn handed_over_by(branch: Uuid) -> Expr {
    let from = json_text(act::Column::Data, "from_branch_id");
    act::Column::Kind
        .eq(ActKind::Transfer)
        .and(from.eq(branch.to_string()))
}

/// Current members, open candidacies and departments of a branch; limited to these ids, if given.
pub(super) fn belonging(branch: Uuid, only: Option<[&[Uuid]; 3]>) -> Query<Belonging> {
    let [members, candidates, departments] = only.map_or([None; 3], |only| only.map(Some));
    let mut all = Build::select();
    all.expr_as(
        ids::<member::Entity>(member::Column::BranchId.eq(branch), members),
        "members",
    )
    .expr_as(
        ids::<candidate::Entity>(
            candidate::Column::BranchId.eq(branch).and(open()),
            candidates,
        ),
        "candidates",
    )
    .expr_as(
        ids::<department::Entity>(department::Column::BranchId.eq(branch), departments),
        "departments",
    );
    Query::of(&all)
}

pub(super) fn ids<E: Table>(which: Expr, only: Option<&[Uuid]>) -> Expr {
    let only = only.map(|only| any_of(E::ID, only.iter().copied()));
    let which = live::<E>().into_iter().chain(only).fold(which, Expr::and);
    value_of(array_of::<E>(E::ID, which))
}

/// Ids of rows that belong to a branch; null if there are none.
#[derive(Default, Record)]
pub(super) struct Belonging {
    pub(super) members: Option<Vec<Uuid>>,
    pub(super) candidates: Option<Vec<Uuid>>,
    pub(super) departments: Option<Vec<Uuid>>,
}

/// The branch's overseers from that day on become overseers of the new branch too, as long as they
/// are of the old one.
pub(super) fn overseen(
    from: Uuid,
    to: Uuid,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Query<()>> {
    use branch_overseer::Column;
    let row = [
        (Column::Id, Expr::from(Func::cust("gen_random_uuid"))),
        (Column::OrganizationId, Expr::col(Column::OrganizationId)),
        (Column::BranchId, to.into()),
        (Column::AccountId, Expr::col(Column::AccountId)),
        (Column::FromOn, not_before_start(Column::FromOn, on)),
        (Column::ToOn, Expr::col(Column::ToOn)),
        (Column::CreatedAt, now.into()),
        (Column::UpdatedAt, now.into()),
    ];
    let (columns, values): (Vec<_>, Vec<Expr>) = row.into_iter().unzip();
    let (mut watching, mut insert) = (Build::select(), Build::insert());
    watching
        .exprs(values)
        .from(branch_overseer::Entity)
        .and_where(Column::BranchId.eq(from))
        .and_where(Column::ToOn.is_null().or(Column::ToOn.gte(on)));
    let insert = insert.into_table(branch_overseer::Entity).columns(columns);
    let insert = insert.select_from(watching).map_err(Error::internal)?;
    Ok(Query::of(insert))
}

/// Departments that another branch covers from now on.
pub(super) fn covering(
    departments: Vec<Uuid>,
    to: Uuid,
    now: DateTime<Utc>,
) -> UpdateMany<department::Entity> {
    revise::<department::Entity>(now)
        .col_expr(department::Column::BranchId, to.into())
        .filter(any_of(department::Column::Id, departments))
}

/// Whether one of these members waits to be told from a namesake.
pub(super) fn waiting(members: &[Uuid]) -> Expr {
    let these = any_of(member::Column::Id, members.iter().copied());
    any_row::<member::Entity>(these.and(member::Column::ArrivesOn.is_not_null()))
}

/// Members join the branch; they keep their department if it covers it.
pub(super) fn joining(
    members: Vec<Uuid>,
    to: Uuid,
    now: DateTime<Utc>,
) -> UpdateMany<member::Entity> {
    let mut kept = Build::select();
    kept.column((department::Entity, department::Column::Id))
        .from(department::Entity)
        .and_where(
            Expr::col((department::Entity, department::Column::Id))
                .equals((member::Entity, member::Column::DepartmentId)),
        )
        .and_where(Expr::col((department::Entity, department::Column::BranchId)).eq(to));
    revise::<member::Entity>(now)
        .col_expr(member::Column::BranchId, to.into())
        .col_expr(member::Column::DepartmentId, value_of(kept))
        .filter(any_of(member::Column::Id, members))
}

/// The branch takes over this many people who are not members.
pub(super) fn with_people(
    branch: Uuid,
    more: i32,
    now: DateTime<Utc>,
) -> UpdateMany<table::Entity> {
    let count = table::Column::NonMemberCount;
    revise::<table::Entity>(now)
        .col_expr(count, count.into_expr().add(more))
        .filter(table::Column::Id.eq(branch))
}

/// Nobody oversees the branch after this day.
pub(super) fn unwatched(
    branch: Uuid,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> UpdateMany<branch_overseer::Entity> {
    revise::<branch_overseer::Entity>(now)
        .col_expr(
            branch_overseer::Column::ToOn,
            not_before_start(branch_overseer::Column::FromOn, on),
        )
        .filter(branch_overseer::Column::BranchId.eq(branch))
        .filter(branch_overseer::Column::ToOn.is_null())
}

/// Transfers offered to the branch that it can no longer accept.
pub(super) fn withdrawn(
    branch: Uuid,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> UpdateMany<transfer_offer::Entity> {
    revise::<transfer_offer::Entity>(now)
        .col_expr(
            transfer_offer::Column::State,
            Expr::val(OfferState::Withdrawn.wire()),
        )
        .col_expr(transfer_offer::Column::AnsweredOn, Expr::val(on))
        .filter(transfer_offer::Column::ToBranchId.eq(branch))
        .filter(transfer_offer::Column::State.eq(OfferState::Offered))
}

/// The papers by which members came to the branch, and their first days there.
pub(super) fn papers_of(branch: Uuid) -> Query<(Uuid, NaiveDate, String)> {
    let mut papers = Build::select();
    papers
        .columns([
            membership::Column::MemberId,
            membership::Column::FromOn,
            membership::Column::PaperNumber,
        ])
        .from(membership::Entity)
        .and_where(membership::Column::BranchId.eq(branch))
        .and_where(membership::Column::PaperNumber.is_not_null());
    Query::of(&papers)
}

/// The names of these members, of whom the caller sees now, in order of name.
pub(super) fn names_of(members: Vec<Uuid>) -> Query<(Uuid, String)> {
    let mut names = Build::select();
    names
        .columns([member::Column::Id, member::Column::FullName])
        .from(member::Entity)
        .and_where(any_of(member::Column::Id, members))
        .order_by_expr(name_key(), Order::Asc)
        .order_by(member::Column::Id, Order::Asc);
    Query::of(&names)
}

/// A quota of the branch in a plan that has not been removed.
pub(super) fn planned(branch: Uuid) -> Expr {
    let mut plans = Build::select();
    plans
        .column(quota_plan::Column::Id)
        .from(quota_plan::Entity)
        .and_where(quota_plan::Column::DeletedAt.is_null());
    quota_line::Column::BranchId
        .eq(branch)
        .and(quota_line::Column::PlanId.in_subquery(plans))
}

/// 404 unless the branch is one whose persons and work the caller sees.
pub(super) async fn expect_visible(tx: &Tx, reach: Reach, branch: Uuid) -> Result<()> {
    let visible = tx.within(&reach::branch(reach), "");
    let visible = table::Column::Id.eq(branch).and(visible);
    match tx.ask([any_live::<table::Entity>(visible)]).await? {
        [true] => Ok(()),
        [false] => Err(Error::not_found()),
    }
}
