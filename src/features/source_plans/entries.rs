//! People in a source plan.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use uuid::Uuid;

use super::entry::{NewSourcePlanEntry, SourcePlanEntry};
use super::routes::stepped;
use super::wire::SourcePlan;
use crate::access::{ReadSourcePlans, WriteSourcePlans};
use crate::api::background::{self, Reason};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::Editable;
use crate::auth::Permit;
use crate::db::tables::source_plan_entry;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Fault, Result};
use crate::law::lives::source_plan::SourcePlanStep;
use crate::law::say;

/// The plan can still be written, the year belongs to its term, the days are possible.
async fn check(
    tx: &Tx,
    permit: &Permit<WriteSourcePlans>,
    plan: Uuid,
    new: &NewSourcePlanEntry,
    today: NaiveDate,
) -> Result<Uuid> {
    // the plan's row is held: nobody submits it meanwhile
    let plan = edit::find::<SourcePlan>(tx, permit.reach(), plan, true).await?;
    stepped(&plan, SourcePlanStep::Change, permit.role())?;
    let term = tx
        .rows(
            "select from_year, to_year from term where id = $1",
            vec![plan.term_id.into()],
        )
        .await?;
    let (from, to): (i32, i32) = term.first().map_or((0, 0), |t| (t.get(0), t.get(1)));
    let mut faults = Vec::new();
    if !(from..=to).contains(&new.target_year) {
        let words = say(
            format!("Nhiệm kỳ gồm các năm {from}-{to}."),
            format!("The term has the years {from} to {to}."),
        );
        faults.push(Fault::pointer("/target_year", "outside_term", words));
    }
    for (pointer, day) in [
        ("/birth_date", new.birth_date),
        ("/fostering_from", new.fostering_from),
    ] {
        if day > today {
            faults.push(Fault::pointer(
                pointer,
                "in_future",
                say("Ngày ở tương lai.", "The date is in the future."),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(Error::faults(Code::ValidationFailed, faults));
    }
    edit::check_references(tx, &[("/department_id", "department", new.department_id)]).await?;
    Ok(plan.branch_id)
}

/// List the people of a source plan
#[operation(get, "/source-plans/{id}/entries")]
pub async fn list_source_plan_entries(
    permit: Permit<ReadSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<SourcePlanEntry>,
) -> Result<Page<SourcePlanEntry>> {
    edit::list_where(
        &db,
        &permit,
        &query,
        source_plan_entry::Column::SourcePlanId.eq(*id),
    )
    .await
}

/// Enter a person into a source plan
///
/// While the plan is a draft or has been returned. Each person once a plan.
#[operation(post, "/source-plans/{id}/entries")]
pub async fn create_source_plan_entry(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewSourcePlanEntry>,
) -> Result<Created<SourcePlanEntry>> {
    let today = db.clock().today();
    edit::create::<SourcePlanEntry, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let branch = check(tx, &permit, *id, &new, today).await?;
        let mut active = edit::blank::<SourcePlanEntry>();
        active.branch_id = Set(branch);
        active.source_plan_id = Set(*id);
        SourcePlanEntry::apply(new, &mut active);
        edit::insert::<SourcePlanEntry>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Get a person of a source plan
///
/// The assessment in words (P3) is the branch's own; with a written `reason` the Party Office and the Standing Committee read it too, and each such reading is recorded.
#[operation(get, "/source-plan-entries/{id}", tag = "source-plans")]
pub async fn get_source_plan_entry(
    permit: Permit<ReadSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    held: IfNoneMatch,
    reason: Query<Reason>,
) -> Result<Reply<SourcePlanEntry>> {
    background::get(
        &db,
        &permit,
        *id,
        (&held, &reason),
        |row, entry: &mut SourcePlanEntry| {
            entry.assessment = row.assessment;
            (row.organization_id, row.candidate_id)
        },
    )
    .await
}

/// Change a person of a source plan
#[operation(patch, "/source-plan-entries/{id}", tag = "source-plans")]
pub async fn change_source_plan_entry(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewSourcePlanEntry>,
) -> Result<Reply<SourcePlanEntry>> {
    let today = db.clock().today();
    edit::change::<SourcePlanEntry, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            check(tx, &permit, row.source_plan_id, new, today)
                .await
                .map(drop)
        },
    )
    .await
}

/// Take a person out of a source plan
#[operation(delete, "/source-plan-entries/{id}", tag = "source-plans")]
pub async fn remove_source_plan_entry(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<SourcePlanEntry, _>(&db, &permit, *id, seen, async |tx, row| {
        let plan = edit::find::<SourcePlan>(tx, permit.reach(), row.source_plan_id, true).await?;
        stepped(&plan, SourcePlanStep::Change, permit.role())?;
        edit::mark_deleted::<SourcePlanEntry>(tx, row).await
    })
    .await
}
