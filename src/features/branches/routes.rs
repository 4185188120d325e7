//! Branches.
use super::wire::{Branch, BranchPage, NewBranch};
use crate::access::{ReadBranches, WriteBranches};
use crate::api::prelude::*;

/// List branches
#[utoipa::path(
    tag = "branches",
    security(("oauth2" = ["branches.read"])),
    responses((status = 200, description = "A page of branches", body = BranchPage)),
)]
#[get("/branches")]
pub async fn list_branches(
    permit: Permit<ReadBranches>,
    db: Data<Db>,
    query: ListQuery,
) -> Result<Answer<BranchPage>> {
    edit::list::<Branch, _, _>(&db, &permit, &query).await
}

/// Get a branch
#[utoipa::path(
    tag = "branches",
    security(("oauth2" = ["branches.read"])),
    params(("id" = Uuid, Path, description = "Id of the branch")),
    responses((status = 200, description = "The branch", body = Branch)),
)]
#[get("/branches/{id}")]
pub async fn get_branch(
    permit: Permit<ReadBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
) -> Result<Answer<Branch>> {
    edit::get(&db, &permit, *id).await
}

/// Create a branch
#[utoipa::path(
    tag = "branches",
    security(("oauth2" = ["branches.write"])),
    request_body = NewBranch,
    responses((status = 201, description = "The new branch", body = Branch)),
)]
#[post("/branches")]
pub async fn create_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    body: Body<NewBranch>,
) -> Result<Answer<Branch>> {
    edit::create::<Branch, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let mut active = edit::blank::<Branch>();
        Branch::apply(new, &mut active);
        edit::insert::<Branch>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a branch
#[utoipa::path(
    tag = "branches",
    security(("oauth2" = ["branches.write"])),
    params(("id" = Uuid, Path, description = "Id of the branch")),
    request_body(content = NewBranch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The branch as it is now", body = Branch)),
)]
#[patch("/branches/{id}")]
pub async fn change_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    patch: Patch,
) -> Result<Answer<Branch>> {
    edit::change::<Branch, _>(
        &db,
        &permit,
        *id,
        &patch,
        async |_tx, _row, _new, _active| Ok(()),
    )
    .await
}

/// Remove a branch
#[utoipa::path(
    tag = "branches",
    security(("oauth2" = ["branches.write"])),
    params(("id" = Uuid, Path, description = "Id of the branch")),
    responses((status = 204, description = "Gone")),
)]
#[delete("/branches/{id}")]
pub async fn remove_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
) -> Result<HttpResponse> {
    edit::remove::<Branch, _>(&db, &permit, *id, async |tx, row| {
        edit::refuse_dependents(
            tx,
            row.id,
            &[
                "select 1 from member where branch_id = $1 and deleted_at is null",
                "select 1 from candidate where branch_id = $1 and open",
                "select 1 from department where branch_id = $1 and deleted_at is null",
                "select 1 from quota_line l join quota_plan p on p.id = l.plan_id where l.branch_id = $1 and p.deleted_at is null",
                "select 1 from account where branch_id = $1 and disabled_at is null",
            ],
        )
        .await?;
        edit::mark_deleted::<Branch>(tx, row).await
    })
    .await
}
