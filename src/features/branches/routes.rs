//! Endpoints of branches.
use std::cell::Cell;

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use super::history::expect_going_on;
use super::records::nothing_before;
use super::wire::{Branch, NewBranch};
use crate::access::{ReadBranches, WriteBranches};
use crate::api::body::{Body, Patch};
use crate::api::checks::{day_of_a_change, expect_not_in_future, refuse, required};
use crate::api::edit::{self, refers};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::Editable;
use crate::auth::Permit;
use crate::db::tables::{
    account, act, branch as table, branch_change, candidate, department, member, membership,
    quota_line, review,
};
use crate::db::{Db, Tx, any_row};
use crate::error::{Error, Result};
use crate::law::register::changed_on;
use crate::law::text::Text;
use crate::law::words::BranchChangeKind;
use crate::law::{say, vi};
use crate::recording::evidence::Evidence;

/// List branches
#[operation(get, "/branches")]
pub async fn list_branches(
    permit: Permit<ReadBranches>,
    db: Data<Db>,
    query: List<Branch>,
) -> Result<Page<Branch>> {
    edit::list(&db, &permit, &query).await
}

/// Get a branch
#[operation(get, "/branches/{id}")]
pub async fn get_branch(
    permit: Permit<ReadBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Branch>,
) -> Result<Reply<Branch>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Create a branch
///
/// With a `youth_union_from_on` after `founded_on`, `has_youth_union` holds from that day on, and before it the contrary.
#[operation(post, "/branches", refuses(Duplicate))]
pub async fn create_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    body: Body<NewBranch>,
) -> Result<Created<Branch>> {
    edit::create::<Branch, _, _>(&db, &permit, &body, async |tx| {
        let mut new = body.value.clone();
        let today = db.clock().today();
        new.founded_on.get_or_insert(today);
        expect_not_in_future("/founded_on", new.founded_on, today)?;
        let since = new.youth_union_from_on;
        expect_after_the_founding(new.founded_on, since)?;
        let since = since.filter(|_| since != new.founded_on);
        if since.is_some_and(|on| on > today) {
            return Err(day_of_a_change("/youth_union_from_on"));
        }
        let mut active = edit::blank::<Branch>();
        active.youth_union_changed_on = Set(since.into_iter().collect());
        Branch::apply(new, &mut active);
        edit::insert::<Branch>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a branch
///
/// Whether there is a Youth Union holds from `youth_union_from_on` on: acts of earlier days keep what held then. The last change is taken back by another of the same day; `youth_union_from_on` alone corrects its day. A change that would leave a later act without its ground is refused with 422 `requirements_unmet`, which names the acts, or recorded with `acknowledged` and a `reason`.
#[operation(
    patch,
    "/branches/{id}",
    refuses(Duplicate, InvalidTransition, RequirementsUnmet)
)]
pub async fn change_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewBranch>,
) -> Result<Reply<Branch>> {
    let today = db.clock().today();
    let rests = Cell::new(None);
    edit::change_then::<Branch, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            expect_going_on(row)?;
            expect_not_in_future("/founded_on", new.founded_on, today)?;
            if row.founded_on.is_some() && new.founded_on.is_none() {
                refuse(vec![required("/founded_on")])?;
            }
            if let Some(on) = new.founded_on.filter(|_| new.founded_on != row.founded_on) {
                never_founded(tx, row.id).await?;
                nothing_before(tx, row.id, (on, today)).await?;
            }
            if new.name.as_str() != row.name {
                never_renamed(tx, row.id).await?;
            }
            if let Some((days, since)) = youth_union_days(row, new, today)? {
                active.youth_union_changed_on = Set(days);
                let files = Evidence::of_branch(tx, &law, (row.id, since), today).await?;
                rests.set(Some((files, new.acknowledged, new.reason.clone())));
            }
            Ok(false)
        },
        async |tx, row| {
            if let Some((files, acknowledged, reason)) = rests.take() {
                let said = (acknowledged, reason.as_ref().map(Text::as_str));
                files
                    .still_holds_or_says_so(tx, permit.by(), &law, said)
                    .await?;
            }
            Ok(row)
        },
    )
    .await
}

/// The days on which `has_youth_union` changed, and the first one that is judged otherwise now.
fn youth_union_days(
    row: &table::Model,
    new: &NewBranch,
    today: NaiveDate,
) -> Result<Option<(Vec<NaiveDate>, NaiveDate)>> {
    let changes = new.has_youth_union != row.has_youth_union;
    if !changes && new.youth_union_from_on.is_none() {
        return Ok(None);
    }
    expect_after_the_founding(new.founded_on, new.youth_union_from_on)?;
    let on = new.youth_union_from_on.unwrap_or(today);
    let days = changed_on(&row.youth_union_changed_on, changes, on, today);
    let days = days.ok_or_else(|| day_of_a_change("/youth_union_from_on"))?;
    Ok(Some(days))
}

/// 422 for a change of a day before the branch was.
fn expect_after_the_founding(founded: Option<NaiveDate>, on: Option<NaiveDate>) -> Result<()> {
    let Some((first, _)) = founded.zip(on).filter(|(first, on)| on < first) else {
        return Ok(());
    };
    let words = say(
        format!("Chi bộ thành lập ngày {}.", vi(first)),
        format!("The branch was founded on {first}."),
    );
    Err(Error::invalid(
        "/youth_union_from_on",
        "out_of_range",
        words,
    ))
}

/// 422 where the branch was founded by a split: its first day is that of the split.
async fn never_founded(tx: &Tx, id: Uuid) -> Result<()> {
    let founded = branch_change::Column::BranchId
        .eq(id)
        .and(branch_change::Column::Kind.eq(BranchChangeKind::Founded));
    if tx.ask([any_row::<branch_change::Entity>(founded)]).await? == [false] {
        return Ok(());
    }
    let words = say(
        "Ngày thành lập theo quyết định chia tách chi bộ.",
        "The first day of the branch is that of the split that founded it.",
    );
    Err(Error::invalid("/founded_on", "read_only", words))
}

/// 422 where the name has a day and a paper: it changes with another.
async fn never_renamed(tx: &Tx, id: Uuid) -> Result<()> {
    let renamed = branch_change::Column::BranchId
        .eq(id)
        .and(branch_change::Column::Kind.eq(BranchChangeKind::Renamed));
    if tx.ask([any_row::<branch_change::Entity>(renamed)]).await? == [false] {
        return Ok(());
    }
    let words = say(
        "Chi bộ đã đổi tên theo văn bản: dùng POST /api/v1/branches/{id}/renamings.",
        "The branch was renamed by a paper: use POST /api/v1/branches/{id}/renamings.",
    );
    Err(Error::invalid("/name", "use_another_operation", words))
}

/// Remove a branch
///
/// For one entered by mistake: 409 where it ever had members, candidacies, reviews, acts or a quota, or was split or merged with another. It ends with `POST /branches/{id}/closures`.
#[operation(delete, "/branches/{id}", refuses(HasDependents))]
pub async fn remove_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Branch, _>(&db, &permit, *id, seen, async |tx, row| {
        let enabled = account::Column::BranchId
            .eq(row.id)
            .and(account::Column::DisabledAt.is_null());
        let of = branch_change::Column::BranchId.eq(row.id);
        let other = branch_change::Column::OtherBranchId;
        let shared = other.eq(row.id).or(of.and(other.is_not_null()));
        let dependents = [
            refers::<member::Entity>(member::Column::BranchId, row.id),
            any_row::<membership::Entity>(membership::Column::BranchId.eq(row.id)),
            refers::<candidate::Entity>(candidate::Column::BranchId, row.id),
            any_row::<act::Entity>(act::Column::RecordedBranchId.eq(row.id)),
            refers::<review::Entity>(review::Column::BranchId, row.id),
            refers::<department::Entity>(department::Column::BranchId, row.id),
            any_row::<quota_line::Entity>(super::store::planned(row.id)),
            any_row::<account::Entity>(enabled),
            // another branch was split off from it, merged into it, or is the one that it came from
            any_row::<branch_change::Entity>(shared),
        ];
        edit::refuse_dependents(tx, dependents).await?;
        edit::mark_deleted::<Branch>(tx, row).await
    })
    .await
}
