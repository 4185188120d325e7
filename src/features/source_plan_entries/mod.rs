//! A person in a source plan.
mod store;

use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::access::{ReadSourcePlans, Sensitivity, WriteSourcePlans};
use crate::api::access_log::{self, Reason};
use crate::api::beyond;
use crate::api::body::Patch;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::{NoContent, Reply};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::law::lives::source_plan::SourcePlanStep;
use crate::resources::planned_person::{expect_no_hidden_namesake, expect_no_member, named};
use crate::resources::source_plan::{SourcePlan, stepped};
use crate::resources::source_plan_entry::{
    NewSourcePlanEntry, SourcePlanEntry, check, count_years,
};

pub fn configure(v1: &mut Routes) {
    v1.service(get_source_plan_entry)
        .service(change_source_plan_entry)
        .service(remove_source_plan_entry);
}

/// Get a person in a source plan
///
/// The written assessment (background data) is the branch's own; the Party Office and the Standing Committee
/// read it with a written `reason`, and each access is logged.
#[operation(get, "/source-plan-entries/{id}", tag = "source-plans")]
pub async fn get_source_plan_entry(
    permit: Permit<ReadSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<SourcePlanEntry>,
    reason: Query<Reason>,
) -> Result<Reply<SourcePlanEntry>> {
    access_log::get(
        &db,
        &permit,
        *id,
        (&wanted, &reason),
        |viewer, row, entry: &mut SourcePlanEntry| {
            entry.hidden.retain(|name| *name != "assessment");
            let shut = viewer.shut(false, row.id, row.data_key.as_deref());
            entry.assessment = shut.see(
                Sensitivity::P3,
                "assessment",
                row.assessment,
                &mut entry.hidden,
            );
            (row.organization_id, row.candidate_id)
        },
    )
    .await
}

/// Change a person in a source plan
#[operation(
    patch,
    "/source-plan-entries/{id}",
    tag = "source-plans",
    refuses(Duplicate, InvalidTransition)
)]
pub async fn change_source_plan_entry(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewSourcePlanEntry>,
) -> Result<Reply<SourcePlanEntry>> {
    let today = db.clock().today();
    let found = beyond::Found::nothing(beyond::KNOWN_PERSON);
    let changed = edit::change::<SourcePlanEntry, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            let branch = check(tx, &permit, row.source_plan_id, new, today).await?;
            let name = new.full_name.as_str();
            let other = name != row.full_name || new.birth_date != row.birth_date;
            if other {
                expect_no_hidden_namesake(tx, branch, name).await?;
                let this = (name, new.birth_date);
                expect_no_member(tx, (&found, &permit), branch, this).await?;
            }
            let person = named(tx, branch, name, new.birth_date).await?;
            if other && (person.is_none() || person != row.candidate_id) {
                store::keep_approved(tx, row, active).await?;
            }
            active.candidate_id = Set(person.or(row.candidate_id.filter(|_| !other)));
            Ok(())
        },
    )
    .await;
    found.recorded(&db, &permit, changed).await
}

/// Remove a person from a source plan
///
/// A person who has been approved counts as planned until a revision without them is approved.
#[operation(
    delete,
    "/source-plan-entries/{id}",
    tag = "source-plans",
    refuses(InvalidTransition)
)]
pub async fn remove_source_plan_entry(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<SourcePlanEntry, _>(&db, &permit, *id, seen, async |tx, row| {
        let plan = edit::find::<SourcePlan>(tx, permit.reach(), row.source_plan_id, true).await?;
        stepped(&plan, SourcePlanStep::Change, permit.role())?;
        let (candidate, branch) = (row.candidate_id, row.branch_id);
        edit::mark_deleted::<SourcePlanEntry>(tx, row).await?;
        count_years(tx, candidate.into_iter().collect(), branch).await
    })
    .await
}
