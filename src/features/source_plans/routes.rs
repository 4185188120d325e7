//! Source plans: drafting, and the steps that follow. Every step needs If-Match.
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::store;
use super::wire::SourcePlanReason;
use crate::access::{DecideSourcePlans, ReadSourcePlans, WriteSourcePlans};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, Reference, refers};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::auth::Permit;
use crate::db::tables::{source_plan_entry, term};
use crate::db::{Db, locks};
use crate::error::{Code, Error, Result};
use crate::law::lives::source_plan::SourcePlanStep as Step;
use crate::law::say;
use crate::law::text::plain;
use crate::law::words::SourcePlanState;
use crate::resources::source_plan::{NewSourcePlan, SourcePlan, SourcePlanNote, stepped};
use crate::resources::source_plan_entry::approve_years;

/// List source plans
#[operation(get, "/source-plans")]
pub async fn list_source_plans(
    permit: Permit<ReadSourcePlans>,
    db: Data<Db>,
    query: List<SourcePlan>,
) -> Result<Page<SourcePlan>> {
    edit::list(&db, &permit, &query).await
}

/// Get a source plan
#[operation(get, "/source-plans/{id}")]
pub async fn get_source_plan(
    permit: Permit<ReadSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<SourcePlan>,
) -> Result<Reply<SourcePlan>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Draft a source plan
///
/// One per branch and term. Then add the people (`entries`) and submit it.
#[operation(post, "/source-plans", answer = "The new draft", refuses(Duplicate))]
pub async fn create_source_plan(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    body: Body<NewSourcePlan>,
) -> Result<Created<SourcePlan>> {
    edit::create::<SourcePlan, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        if permit.caller().branch != Some(new.branch_id) {
            return Err(Error::faults(
                Code::ValidationFailed,
                vec![crate::api::http::unknown_reference("/branch_id")],
            ));
        }
        edit::check_references(
            tx,
            [
                Reference::to_branch("/branch_id", new.branch_id),
                Reference::to::<term::Entity>("/term_id", new.term_id),
            ],
        )
        .await?;
        let mut active = edit::blank::<SourcePlan>();
        active.branch_id = Set(new.branch_id);
        active.term_id = Set(new.term_id);
        active.state = Set(SourcePlanState::Draft);
        active.revision = Set(1);
        active.note = Set(plain(new.note));
        edit::insert::<SourcePlan>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change the note of a source plan
///
/// While it is a draft or has been returned.
#[operation(patch, "/source-plans/{id}", refuses(InvalidTransition))]
pub async fn change_source_plan(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<SourcePlanNote>,
) -> Result<Reply<SourcePlan>> {
    edit::change::<SourcePlan, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |_tx, row, _new, _active| stepped(row, Step::Change, permit.role()).map(drop),
    )
    .await
}

/// Remove the draft of a source plan
///
/// Only if it has never been approved.
#[operation(
    delete,
    "/source-plans/{id}",
    refuses(InvalidTransition, HasDependents)
)]
pub async fn remove_source_plan(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<SourcePlan, _>(&db, &permit, *id, seen, async |tx, row| {
        stepped(&row, Step::Remove, permit.role())?;
        if row.approved_on.is_some() {
            return Err(Error::new(Code::HasDependents).detail(say(
                "Kế hoạch đã được duyệt trước đó.",
                "The plan was approved before.",
            )));
        }
        edit::refuse_dependents(tx, [edit::dispatched(row.id)]).await?;
        edit::refuse_dependents(
            tx,
            [refers::<source_plan_entry::Entity>(
                source_plan_entry::Column::SourcePlanId,
                row.id,
            )],
        )
        .await?;
        edit::mark_deleted::<SourcePlan>(tx, row).await
    })
    .await
}

/// Submit a source plan to the Standing Committee
///
/// From `draft` or `returned` to `submitted`, on the day of the request. Requires at least one person.
#[operation(post, "/source-plans/{id}/submissions", refuses(InvalidTransition))]
pub async fn submit_source_plan(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<SourcePlan>> {
    let today = db.clock().today();
    edit::step::<SourcePlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let state = stepped(&row, Step::Submit, permit.role())?;
        if !store::names_somebody(tx, row.id).await? {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Kế hoạch chưa có người nào.",
                "The plan has no people yet.",
            )));
        }
        let mut active = edit::blank::<SourcePlan>();
        active.state = Set(state);
        active.submitted_on = Set(Some(today));
        // whether the plan was in time depends on its first submission only
        active.first_submitted_on = Set(row.first_submitted_on.or(Some(today)));
        edit::stepped::<SourcePlan>(tx, &row, active, "state").await
    })
    .await
}

/// Approve a source plan
///
/// From `submitted` to `approved`, on the day of the request: from then on its people count as planned. Refused where it names somebody whom another branch's approved plan of the term names, unless the branch has nominated them.
#[operation(post, "/source-plans/{id}/approvals", refuses(InvalidTransition))]
pub async fn approve_source_plan(
    permit: Permit<DecideSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<SourcePlan>> {
    let today = db.clock().today();
    edit::step::<SourcePlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<SourcePlan>();
        active.state = Set(stepped(&row, Step::Approve, permit.role())?);
        // approvals of one term wait for each other
        tx.later(locks::claim(row.term_id)).await;
        if let Some((entry, branch)) = store::planned_elsewhere(tx, &row).await? {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                format!("Mục {entry}: người này đã có trong kế hoạch tạo nguồn được duyệt của {branch}."),
                format!("Entry {entry}: the person is in the approved source plan of another branch, {branch}."),
            )));
        }
        active.decided_on = Set(Some(today));
        active.approved_on = Set(row.approved_on.or(Some(today)));
        active.reason = Set(None);
        let approved = edit::update::<SourcePlan>(tx, row.id, row.version, active).await?;
        let people = store::candidates(tx, row.id).await?;
        approve_years(tx, people.into_iter().collect(), row.branch_id).await?;
        Ok((approved, "state"))
    })
    .await
}

/// Return a source plan
///
/// From `submitted` to `returned`, with a reason; the branch corrects it and submits it again.
#[operation(post, "/source-plans/{id}/returns", refuses(InvalidTransition))]
pub async fn return_source_plan(
    permit: Permit<DecideSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<SourcePlanReason>,
) -> Result<Reply<SourcePlan>> {
    let today = db.clock().today();
    edit::step::<SourcePlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<SourcePlan>();
        active.state = Set(stepped(&row, Step::Return, permit.role())?);
        active.decided_on = Set(Some(today));
        active.reason = Set(Some(body.value.reason.as_str().to_owned()));
        edit::stepped::<SourcePlan>(tx, &row, active, "state").await
    })
    .await
}

/// Revise an approved source plan
///
/// From `approved` back to `draft`, with a reason. Meanwhile the people already approved still
/// count as planned.
#[operation(post, "/source-plans/{id}/revisions", refuses(InvalidTransition))]
pub async fn revise_source_plan(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<SourcePlanReason>,
) -> Result<Reply<SourcePlan>> {
    edit::step::<SourcePlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<SourcePlan>();
        active.state = Set(stepped(&row, Step::Revise, permit.role())?);
        active.revision = Set(row.revision + 1);
        active.reason = Set(Some(body.value.reason.as_str().to_owned()));
        edit::stepped::<SourcePlan>(tx, &row, active, "state").await
    })
    .await
}
