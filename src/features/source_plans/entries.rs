//! The people of a source plan.
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use uuid::Uuid;

use crate::access::{ReadSourcePlans, WriteSourcePlans};
use crate::api::beyond;
use crate::api::body::Body;
use crate::api::edit;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page};
use crate::api::resource::Editable;
use crate::api::sealed;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::source_plan_entry;
use crate::error::Result;
use crate::resources::planned_person::{expect_no_hidden_namesake, expect_no_member, named};
use crate::resources::source_plan::SourcePlan;
use crate::resources::source_plan_entry::{
    NewSourcePlanEntry, SourcePlanEntry, check, count_years,
};

/// List the people in a source plan
#[operation(get, "/source-plans/{id}/entries")]
pub async fn list_source_plan_entries(
    permit: Permit<ReadSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<SourcePlanEntry>,
) -> Result<Page<SourcePlanEntry>> {
    edit::list_of::<SourcePlan, _, _>(
        &db,
        &permit,
        &query,
        *id,
        source_plan_entry::Column::SourcePlanId.eq(*id),
    )
    .await
}

/// Add a person to a source plan
///
/// While the plan is a draft or has been returned. Each person once per plan, and no member of the branch.
#[operation(post, "/source-plans/{id}/entries", refuses(Duplicate))]
pub async fn create_source_plan_entry(
    permit: Permit<WriteSourcePlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewSourcePlanEntry>,
) -> Result<Created<SourcePlanEntry>> {
    let today = db.clock().today();
    let found = beyond::Found::nothing(beyond::KNOWN_PERSON);
    let made = edit::create::<SourcePlanEntry, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let branch = check(tx, &permit, *id, &new, today).await?;
        let mut active = edit::blank::<SourcePlanEntry>();
        sealed::create::<SourcePlanEntry>(&db, &new, &mut active)?;
        active.branch_id = Set(branch);
        active.source_plan_id = Set(*id);
        expect_no_hidden_namesake(tx, branch, new.full_name.as_str()).await?;
        let this = (new.full_name.as_str(), new.birth_date);
        expect_no_member(tx, (&found, &permit), branch, this).await?;
        let person = named(tx, branch, new.full_name.as_str(), new.birth_date).await?;
        active.candidate_id = Set(person);
        SourcePlanEntry::apply(new, &mut active);
        let row = edit::insert::<SourcePlanEntry>(tx, permit.caller().organization, active).await?;
        count_years(tx, person.into_iter().collect(), branch).await?;
        Ok(row)
    })
    .await;
    found.recorded(&db, &permit, made).await
}
