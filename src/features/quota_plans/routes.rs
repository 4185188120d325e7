//! Quota plans: drafting, and the steps that follow. Every step needs If-Match.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::store;
use super::wire::{
    NewQuotaPlan, NewRevision, PlanReason, PlanRemark, QuotaPlan, QuotaPlanLines, Waiting,
};
use crate::access::{DraftQuotaPlans, IssueQuotaPlans, ReadQuotaPlans, Role};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::auth::Permit;
use crate::db::tables::quota_plan as table;
use crate::db::{Db, locks};
use crate::error::{Code, Error, Result};
use crate::law::calendar::days_of;
use crate::law::lives::follow;
use crate::law::lives::quota_plan::{LIFE, QuotaPlanStep as Step};
use crate::law::words::RemarkKind;
use crate::law::{PlanState, say};

/// The state after a step, or 409.
pub(super) fn stepped(row: &table::Model, step: Step, by: Role) -> Result<PlanState> {
    let from = (row.state, row.pending.is_some());
    let (state, _) = follow(LIFE, from, &step, by).ok_or_else(|| {
        let (vi, en) = match step {
            Step::Change => (
                "Kế hoạch đã ban hành: hãy lập bản điều chỉnh.".to_owned(),
                "The plan has been issued: prepare a revision.".to_owned(),
            ),
            Step::Remove => (
                "Chỉ xóa được bản dự thảo.".to_owned(),
                "Only a draft can be removed.".to_owned(),
            ),
            Step::Propose
            | Step::Issue
            | Step::PrepareRevision
            | Step::Reject
            | Step::Close
            | Step::Reopen { .. } => {
                let (vi, en) = (row.state.vi(), row.state.en());
                (
                    format!("Kế hoạch đang ở trạng thái “{vi}”: không thực hiện được bước này."),
                    format!("The plan is “{en}”, which does not allow this step."),
                )
            }
        };
        Error::new(Code::InvalidTransition).detail(say(vi, en))
    })?;
    Ok(state)
}

/// Draft a quota plan
#[operation(post, "/quota-plans", answer = "The new draft", refuses(Duplicate))]
pub async fn create_quota_plan(
    permit: Permit<DraftQuotaPlans>,
    db: Data<Db>,
    body: Body<NewQuotaPlan>,
) -> Result<Created<QuotaPlan>> {
    edit::create::<QuotaPlan, _, _>(&db, &permit, &body, async |tx| {
        let new = &body.value;
        let organization = permit.caller().organization;
        // the term cannot lose the year meanwhile
        tx.later(locks::hold([new.term_id].into_iter())).await;
        let term = store::term(tx, new.term_id, organization)
            .await?
            .ok_or_else(|| {
                Error::faults(
                    Code::ValidationFailed,
                    vec![crate::api::http::unknown_reference("/term_id")],
                )
            })?;
        let (from, to) = (term.from_year, term.to_year);
        if !(from..=to).contains(&new.year) {
            return Err(Error::invalid(
                "/year",
                "outside_term",
                say(
                    format!("Nhiệm kỳ gồm các năm {from}-{to}."),
                    format!("The term has the years {from} to {to}."),
                ),
            ));
        }
        store::check(tx, (organization, new.year), &new.lines, &[]).await?;
        let mut active = edit::blank::<QuotaPlan>();
        active.term_id = Set(new.term_id);
        active.year = Set(new.year);
        active.state = Set(PlanState::Draft);
        active.revision = Set(1);
        active.drafted_by = Set(permit.caller().account);
        let row = edit::insert::<QuotaPlan>(tx, permit.caller().organization, active).await?;
        store::replace(tx, row.organization_id, row.id, &new.lines).await?;
        Ok(row)
    })
    .await
}

/// Change the lines of a draft
///
/// Replaces all lines. A proposed plan becomes a draft again.
#[operation(patch, "/quota-plans/{id}", refuses(InvalidTransition))]
pub async fn change_quota_plan(
    permit: Permit<DraftQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<QuotaPlanLines>,
) -> Result<Reply<QuotaPlan>> {
    edit::change::<QuotaPlan, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            active.state = Set(stepped(row, Step::Change, permit.role())?);
            store::check(tx, (row.organization_id, row.year), &new.lines, &[]).await?;
            store::replace(tx, row.organization_id, row.id, &new.lines).await?;
            active.drafted_by = Set(permit.caller().account);
            active.proposed_on = Set(None);
            Ok(())
        },
    )
    .await
}

/// Remove the draft of a quota plan
#[operation(delete, "/quota-plans/{id}", refuses(InvalidTransition, HasDependents))]
pub async fn remove_quota_plan(
    permit: Permit<DraftQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<QuotaPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        stepped(&row, Step::Remove, permit.role())?;
        edit::refuse_dependents(tx, [edit::dispatched(row.id)]).await?;
        edit::mark_deleted::<QuotaPlan>(tx, row).await
    })
    .await
}

/// Propose a quota plan to the Standing Committee
///
/// From `draft` to `proposed`, on the day of the request.
#[operation(post, "/quota-plans/{id}/submissions", refuses(InvalidTransition))]
pub async fn propose_quota_plan(
    permit: Permit<DraftQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<QuotaPlan>> {
    let today = db.clock().today();
    edit::step::<QuotaPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<QuotaPlan>();
        active.state = Set(stepped(&row, Step::Propose, permit.role())?);
        active.proposed_on = Set(Some(today));
        edit::stepped::<QuotaPlan>(tx, &row, active, "state").await
    })
    .await
}

/// Prepare a revision of an issued quota plan
///
/// The figures in force remain until the Standing Committee issues the revision. Preparing a second
/// one replaces the first.
#[operation(post, "/quota-plans/{id}/revisions", refuses(InvalidTransition))]
pub async fn revise_quota_plan(
    permit: Permit<DraftQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewRevision>,
) -> Result<Reply<QuotaPlan>> {
    let today = db.clock().today();
    edit::step::<QuotaPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let state = stepped(&row, Step::PrepareRevision, permit.role())?;
        let kept = store::lines(tx, row.id).await?;
        store::check(
            tx,
            (row.organization_id, row.year),
            &body.value.lines,
            &kept,
        )
        .await?;
        let mut active = edit::blank::<QuotaPlan>();
        active.state = Set(state);
        // the day and the drafter of the figures in force are kept, because the revision may be
        // rejected
        let waiting = Waiting {
            revision: body.value.clone(),
            proposed_on: Some(today),
            drafted_by: Some(permit.caller().account),
        };
        active.pending = Set(Some(
            serde_json::to_value(&waiting).map_err(Error::internal)?,
        ));
        edit::stepped::<QuotaPlan>(tx, &row, active, "pending").await
    })
    .await
}

/// A year without any figures cannot be closed.
fn expect_begun(of: i32, today: NaiveDate) -> Result<()> {
    if days_of(of).0 <= today {
        return Ok(());
    }
    Err(Error::new(Code::InvalidTransition).detail(say(
        format!("Năm {of} chưa bắt đầu."),
        format!("The year {of} has not begun yet."),
    )))
}

/// Close a quota plan
///
/// Its figures stay as they are on the day of closing, and what changes later is shown beside them. Not while a revision waits.
#[operation(post, "/quota-plans/{id}/closures", refuses(InvalidTransition))]
pub async fn close_quota_plan(
    permit: Permit<IssueQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<QuotaPlan>> {
    let today = db.clock().today();
    edit::step::<QuotaPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let state = stepped(&row, Step::Close, permit.role())?;
        expect_begun(row.year, today)?;
        let mut active = edit::blank::<QuotaPlan>();
        active.state = Set(state);
        active.closed_on = Set(Some(today));
        store::keep_figures(tx, &row).await?;
        edit::stepped::<QuotaPlan>(tx, &row, active, "state").await
    })
    .await
}

/// The plan's remarks with the Standing Committee's new one appended.
fn remark(
    row: &table::Model,
    kind: RemarkKind,
    body: &PlanReason,
    on: NaiveDate,
    by: Uuid,
) -> Result<serde_json::Value> {
    let mut all: Vec<PlanRemark> =
        serde_json::from_value(row.remarks.clone()).map_err(Error::internal)?;
    all.push(PlanRemark {
        kind,
        reason: body.reason.as_str().to_owned(),
        on,
        by,
    });
    serde_json::to_value(all).map_err(Error::internal)
}

/// Reject a proposed quota plan, or a waiting revision
///
/// From `proposed` back to `draft`, with a reason. A waiting revision is discarded, and the figures
/// in force remain.
#[operation(post, "/quota-plans/{id}/rejections", refuses(InvalidTransition))]
pub async fn reject_quota_plan(
    permit: Permit<IssueQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<PlanReason>,
) -> Result<Reply<QuotaPlan>> {
    let today = db.clock().today();
    edit::step::<QuotaPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<QuotaPlan>();
        active.state = Set(stepped(&row, Step::Reject, permit.role())?);
        active.remarks = Set(remark(
            &row,
            RemarkKind::Rejected,
            &body.value,
            today,
            permit.caller().account,
        )?);
        if row.pending.is_some() {
            active.pending = Set(None);
        } else {
            active.proposed_on = Set(None);
        }
        edit::stepped::<QuotaPlan>(tx, &row, active, "state").await
    })
    .await
}

/// Reopen a closed quota plan
///
/// Back to `issued`, or to `revised` if figures were replaced; with a reason.
#[operation(post, "/quota-plans/{id}/reopenings", refuses(InvalidTransition))]
pub async fn reopen_quota_plan(
    permit: Permit<IssueQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<PlanReason>,
) -> Result<Reply<QuotaPlan>> {
    let today = db.clock().today();
    edit::step::<QuotaPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<QuotaPlan>();
        active.state = Set(stepped(
            &row,
            Step::Reopen {
                revised: row.revision > 1,
            },
            permit.role(),
        )?);
        active.remarks = Set(remark(
            &row,
            RemarkKind::Reopened,
            &body.value,
            today,
            permit.caller().account,
        )?);
        active.closed_on = Set(None);
        store::forget_figures(tx, row.id).await?;
        edit::stepped::<QuotaPlan>(tx, &row, active, "state").await
    })
    .await
}

/// List quota plans
#[operation(get, "/quota-plans")]
pub async fn list_quota_plans(
    permit: Permit<ReadQuotaPlans>,
    db: Data<Db>,
    query: List<QuotaPlan>,
) -> Result<Page<QuotaPlan>> {
    edit::list(&db, &permit, &query).await
}

/// Get a quota plan
#[operation(get, "/quota-plans/{id}")]
pub async fn get_quota_plan(
    permit: Permit<ReadQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<QuotaPlan>,
) -> Result<Reply<QuotaPlan>> {
    edit::get(&db, &permit, *id, &wanted).await
}
