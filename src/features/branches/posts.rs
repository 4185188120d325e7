//! Officers and overseers of a branch.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use super::posts_wire::{NewOfficer, NewOverseer, Officer, Overseer};
use super::store::expect_visible;
use super::wire::Branch;
use crate::access::{ReadOfficers, ReadOverseers, Role, WriteOfficers, WriteOverseers};
use crate::api::body::{Body, Patch};
use crate::api::checks::expect_not_in_future;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::Editable;
use crate::auth::Permit;
use crate::db::tables::{account, branch_officer, branch_overseer};
use crate::db::{Db, Tx, any_row, identity, locks};
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::register::Stay;
use crate::law::say;
use crate::law::words::{Activity, OfficerPosition};

/// An officer must be an official member of the branch throughout the post, and a branch has one
/// secretary at a time.
async fn check_officer(
    tx: &Tx,
    branch: Uuid,
    new: &NewOfficer,
    post: Option<Uuid>,
    today: NaiveDate,
) -> Result<()> {
    tx.later(locks::hold([new.member_id].into_iter())).await;
    tx.later(locks::posts(branch)).await;
    let known = facts::registered(tx, new.member_id).await.map_err(|_| {
        let faults = vec![crate::api::http::unknown_reference("/member_id")];
        Error::faults(Code::ValidationFailed, faults)
    })?;
    let here = |day| known.official_on(day) && known.branch_on(day) == Some(branch);
    let last = new.to_on.unwrap_or(today);
    if !known.stays.iter().any(|stay| stay.0 == branch) || !here(last) && !here(new.from_on) {
        return Err(Error::invalid(
            "/member_id",
            "not_official_member",
            say(
                "Phải là đảng viên chính thức của chi bộ.",
                "Must be an official member of the branch.",
            ),
        ));
    }
    let outside = say(
        "Ngoài thời gian là đảng viên chính thức của chi bộ.",
        "Outside the period of official membership in the branch.",
    );
    expect_not_in_future("/from_on", new.from_on, today)?;
    if !here(new.from_on) {
        return Err(Error::invalid("/from_on", "outside_membership", outside));
    }
    // a post that ends before it begins violates a constraint
    let throughout = |stay: &Stay| {
        stay.0 == branch && stay.1 <= new.from_on && stay.2.is_none_or(|end| last <= end)
    };
    if last >= new.from_on && !known.stays.iter().any(throughout) {
        return Err(Error::invalid("/to_on", "outside_membership", outside));
    }
    let meanwhile = known
        .turns()
        .filter(|day| *day > new.from_on && *day <= last);
    let mut days = meanwhile.chain([new.from_on]);
    let barred = |day| {
        matches!(
            known.activities.on(day),
            Activity::Suspended | Activity::Prosecuted
        )
    };
    if days.any(barred) {
        return Err(Error::invalid(
            "/member_id",
            "not_active",
            say(
                "Đảng viên bị đình chỉ sinh hoạt hoặc bị truy tố, tạm giam không giữ chức vụ trong thời gian đó.",
                "A member who is suspended, prosecuted or detained holds no post in that time.",
            ),
        ));
    }
    use branch_officer::Column;
    // two posts of today violate a unique index
    let mut meanwhile = Column::BranchId.eq(branch).and(match new.to_on {
        Some(last) => {
            (Column::FromOn.lte(last)).and(Column::ToOn.is_null().or(Column::ToOn.gte(new.from_on)))
        }
        None => Column::ToOn.gte(new.from_on),
    });
    if let Some(this) = post {
        meanwhile = meanwhile.and(Column::Id.ne(this));
    }
    let other = |which| any_row::<branch_officer::Entity>(meanwhile.clone().and(which));
    let others = [
        other(Column::MemberId.eq(new.member_id)),
        other(Column::Position.eq(OfficerPosition::Secretary)),
    ];
    let [twice, second] = tx.ask(others).await?;
    if twice {
        let words = say(
            "Đảng viên này đã có chức vụ trong chi bộ trong thời gian này.",
            "The member already has a post in the branch in that period.",
        );
        let faults = vec![Fault::pointer("/member_id", "duplicate", words)];
        return Err(Error::faults(Code::Duplicate, faults));
    }
    match new.position {
        OfficerPosition::Member => super::register::expect_committee(tx, branch, new.from_on).await,
        OfficerPosition::Secretary if second => Err(Error::invalid(
            "/position",
            "second_secretary",
            say(
                "Chi bộ đã có bí thư trong thời gian này.",
                "The branch has another secretary in that period.",
            ),
        )),
        OfficerPosition::Secretary | OfficerPosition::DeputySecretary => Ok(()),
    }
}

/// Only an account with the role `committee_member` can be an overseer, once on any day.
async fn check_overseer(
    tx: &Tx,
    branch: Uuid,
    new: &NewOverseer,
    this: Option<Uuid>,
) -> Result<()> {
    use branch_overseer::Column;
    tx.later(locks::posts(branch)).await;
    let account_id = new.account_id;
    let own = account::Column::OrganizationId
        .into_expr()
        .eq(identity("app.organization"));
    let member = account::Column::Id
        .eq(account_id)
        .and(account::Column::Role.eq(Role::CommitteeMember))
        .and(own);
    let mut meanwhile = Column::BranchId
        .eq(branch)
        .and(Column::AccountId.eq(account_id))
        .and(Column::ToOn.is_null().or(Column::ToOn.gte(new.from_on)));
    if let Some(this) = this {
        meanwhile = meanwhile.and(Column::Id.ne(this));
    }
    if let Some(last) = new.to_on {
        meanwhile = meanwhile.and(Column::FromOn.lte(last));
    }
    let asked = [
        any_row::<account::Entity>(member),
        any_row::<branch_overseer::Entity>(meanwhile),
    ];
    let [member, twice] = tx.ask(asked).await?;
    if !member {
        return Err(Error::invalid(
            "/account_id",
            "not_committee_member",
            say(
                "Phải là tài khoản đảng ủy viên.",
                "Must be an account of a committee member.",
            ),
        ));
    }
    if twice {
        let words = say(
            "Đã phụ trách chi bộ trong thời gian này.",
            "Already in charge of the branch in that period.",
        );
        let faults = vec![Fault::pointer("/account_id", "duplicate", words)];
        return Err(Error::faults(Code::Duplicate, faults));
    }
    Ok(())
}

/// List the officers of a branch
#[operation(get, "/branches/{id}/officers")]
pub async fn list_officers(
    permit: Permit<ReadOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Officer>,
) -> Result<Page<Officer>> {
    let reach = permit.reach();
    edit::list_below(
        &db,
        &permit,
        &query,
        branch_officer::Column::BranchId.eq(*id),
        async |tx| expect_visible(tx, reach, *id).await,
    )
    .await
}

/// Appoint an officer of a branch
#[operation(post, "/branches/{id}/officers", refuses(Duplicate))]
pub async fn appoint_officer(
    permit: Permit<WriteOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewOfficer>,
) -> Result<Created<Officer>> {
    edit::create::<Officer, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        edit::find::<Branch>(tx, permit.reach(), *id, false).await?;
        edit::expect_open_branch(tx, *id).await?;
        check_officer(tx, *id, &new, None, db.clock().today()).await?;
        let mut active = edit::blank::<Officer>();
        active.branch_id = Set(*id);
        active.planned_to_on = Set(new.to_on);
        Officer::apply(new, &mut active);
        edit::insert::<Officer>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change an officer, or end the post with `to_on`
#[operation(patch, "/officers/{id}", tag = "branches", refuses(Duplicate))]
pub async fn change_officer(
    permit: Permit<WriteOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewOfficer>,
) -> Result<Reply<Officer>> {
    edit::change::<Officer, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            if new.member_id != row.member_id {
                let words = say(
                    "Không đổi được người giữ chức vụ: hãy kết thúc, hoặc xóa nếu ghi nhầm, và ghi cho người khác.",
                    "Cannot be changed: end the post, or remove it if it was entered by mistake, and appoint the other member.",
                );
                return Err(Error::invalid("/member_id", "read_only", words));
            }
            if new.to_on != row.to_on {
                active.planned_to_on = Set(new.to_on);
            }
            check_officer(tx, row.branch_id, new, Some(row.id), db.clock().today()).await
        },
    )
    .await
}

/// List the overseers of a branch
#[operation(get, "/branches/{id}/overseers")]
pub async fn list_overseers(
    permit: Permit<ReadOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Overseer>,
) -> Result<Page<Overseer>> {
    let reach = permit.reach();
    edit::list_below(
        &db,
        &permit,
        &query,
        branch_overseer::Column::BranchId.eq(*id),
        async |tx| expect_visible(tx, reach, *id).await,
    )
    .await
}

/// Assign an overseer to a branch
#[operation(post, "/branches/{id}/overseers", refuses(Duplicate))]
pub async fn assign_overseer(
    permit: Permit<WriteOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewOverseer>,
) -> Result<Created<Overseer>> {
    edit::create::<Overseer, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        edit::find::<Branch>(tx, permit.reach(), *id, false).await?;
        edit::expect_open_branch(tx, *id).await?;
        check_overseer(tx, *id, &new, None).await?;
        facts::expect_founded(tx, "/from_on", *id, new.from_on).await?;
        let mut active = edit::blank::<Overseer>();
        active.branch_id = Set(*id);
        Overseer::apply(new, &mut active);
        edit::insert::<Overseer>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change an overseer, or end the assignment with `to_on`
#[operation(
    patch,
    "/overseers/{id}",
    tag = "branches",
    refuses(Duplicate, InvalidTransition)
)]
pub async fn change_overseer(
    permit: Permit<WriteOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewOverseer>,
) -> Result<Reply<Overseer>> {
    edit::change::<Overseer, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            if new.account_id != row.account_id {
                let words = say(
                    "Không đổi được người phụ trách: hãy kết thúc và giao cho người khác.",
                    "Cannot be changed: end the assignment and assign somebody else.",
                );
                return Err(Error::invalid("/account_id", "read_only", words));
            }
            facts::expect_founded(tx, "/from_on", row.branch_id, new.from_on).await?;
            let within = match new.to_on {
                Some(last) => edit::ended_since(tx, row.branch_id, last).await?,
                None => false,
            };
            if !within {
                edit::expect_open_branch(tx, row.branch_id).await?;
            }
            check_overseer(tx, row.branch_id, new, Some(row.id)).await
        },
    )
    .await
}

/// Get an officer
#[operation(get, "/officers/{id}", tag = "branches")]
pub async fn get_officer(
    permit: Permit<ReadOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Officer>,
) -> Result<Reply<Officer>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Get an overseer
#[operation(get, "/overseers/{id}", tag = "branches")]
pub async fn get_overseer(
    permit: Permit<ReadOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Overseer>,
) -> Result<Reply<Overseer>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Take the assignment of an overseer back that was recorded by mistake
///
/// Who is no longer in charge ends it by `to_on`.
#[operation(delete, "/overseers/{id}", tag = "branches")]
pub async fn remove_overseer(
    permit: Permit<WriteOverseers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Overseer, _>(&db, &permit, *id, seen, async |tx, row| {
        tx.delete::<branch_overseer::Entity>(row.id).await.map(drop)
    })
    .await
}

/// Take a post back that was recorded by mistake
///
/// Who leaves a post does so by `to_on`.
#[operation(delete, "/officers/{id}", tag = "branches")]
pub async fn remove_officer(
    permit: Permit<WriteOfficers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Officer, _>(&db, &permit, *id, seen, async |tx, row| {
        tx.delete::<branch_officer::Entity>(row.id).await.map(drop)
    })
    .await
}
