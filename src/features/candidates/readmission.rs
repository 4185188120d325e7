//! A new attempt for a person whose candidacy or membership has ended, linked to the old one.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use uuid::Uuid;

use super::particulars::Candidate;
use super::store;
use super::wire::Act;
use crate::access::Readmit;
use crate::api::body::Body;
use crate::api::checks::{expect_not_erased, refuse};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Created;
use crate::api::sealed;
use crate::auth::Permit;
use crate::db::tables::{candidate, member};
use crate::db::{Db, Tx, functions};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::acts::Readmission;
use crate::law::words::{Introducer, MemberLeavingGround};
use crate::law::{Stage, Words, say, vi};
use crate::recording;

fn impossible(words: Words) -> Error {
    Error::new(Code::InvalidTransition).detail(words)
}

/// Who was a member, in the branch of the register: by the file, which may be another branch's, or from
/// the register where there is none.
async fn former(
    tx: &Tx,
    permit: &Permit<Readmit>,
    (id, seen): (Uuid, Option<candidate::Model>),
    by: Introducer,
) -> Result<candidate::Model> {
    tx.later(functions::lock("member", vec![id])).await;
    let row = store::member(tx, permit.reach(), id).await?;
    let unseen = seen.is_none();
    let file = if seen.is_some() {
        seen
    } else {
        let file = async || tx.by_id::<candidate::Entity>(id).await;
        recording::of_everybody(tx, permit.by(), row.organization_id, file).await?
    };
    let Some(file) = file else {
        return Ok(without_file(row, by));
    };
    Ok(candidate::Model {
        branch_id: row.branch_id,
        department_id: row.department_id,
        version: if unseen { row.version } else { file.version },
        ..file
    })
}

/// The particulars of a member who had no file here.
fn without_file(row: member::Model, by: Introducer) -> candidate::Model {
    candidate::Model {
        id: row.id,
        organization_id: row.organization_id,
        branch_id: row.branch_id,
        department_id: row.department_id,
        introduced_by: by,
        full_name: row.full_name,
        other_names: None,
        sex: row.sex,
        birth_date: row.birth_date,
        birth_place: None,
        home_town: None,
        ethnic_group: row.ethnic_group,
        religion: row.religion,
        citizen_id: row.citizen_id,
        citizen_index: row.citizen_index,
        phone: row.phone,
        address: None,
        data_key: row.data_key,
        occupation: row.occupation,
        position: row.position,
        general_education: None,
        professional_level: None,
        political_theory_level: None,
        priority_group: None,
        // a union introduces one of its own
        youth_union_member: by == Introducer::YouthUnion,
        youth_union_changed_on: Vec::new(),
        trade_union_member: by == Introducer::TradeUnion,
        trade_union_changed_on: Vec::new(),
        remarks: None,
        stage: Stage::Official,
        stage_on: row.joined_on,
        nominated_on: row.joined_on,
        decided_on: None,
        admitted_on: None,
        official_on: None,
        previous_id: None,
        planned_year: None,
        namesake_reason: row.namesake_reason,
        namesake_by: row.namesake_by,
        namesake_confirmed_by: row.namesake_confirmed_by,
        namesake_confirmed_on: row.namesake_confirmed_on,
        erased_on: row.erased_on,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        deleted_at: None,
    }
}

/// The day on which the attempt, or the membership that followed from it, ended.
async fn ended_on(tx: &Tx, old: &candidate::Model) -> Result<NaiveDate> {
    let dead = || impossible(say("Người này đã từ trần.", "The person has died."));
    let going_on = || {
        impossible(say(
            "Hồ sơ trước hoặc thời gian là đảng viên chưa kết thúc.",
            "The earlier candidacy or membership has not ended.",
        ))
    };
    if old.stage == Stage::Deceased {
        return Err(dead());
    }
    if old.stage != Stage::Official {
        return old
            .stage
            .ended()
            .then_some(old.stage_on)
            .ok_or_else(going_on);
    }
    let ends = facts::ends_of(tx, vec![old.id]).await?;
    let end = ends.into_iter().find(|end| end.leaving.is_some());
    match end.and_then(|end| end.on.zip(end.because)) {
        Some((_, MemberLeavingGround::Deceased)) => Err(dead()),
        Some((on, _)) => Ok(on),
        None => Err(going_on()),
    }
}

/// Open a new attempt for a person whose candidacy or membership has ended
///
/// `id` and `If-Match` are those of the earlier candidacy, or of a member who has left and whose file you
/// do not see.
/// Creates a new candidate with the person's particulars, in the branch that took over from one that has
/// ended, linked by `previous_id`; the act is its
/// first. A former Party member (`left_on`, `ground`) must wait 36 months, can be readmitted only
/// once, and needs a written agreement (29-QĐ/TW, 3.5).
#[operation(
    post,
    "/candidates/{id}/readmission",
    tag = "procedure",
    answer = "The first act of the new candidacy",
    refuses(Duplicate, RequirementsUnmet)
)]
pub async fn readmit_candidate(
    permit: Permit<Readmit>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<Readmission>,
) -> Result<Created<Act>> {
    let today = db.clock().today();
    edit::create::<Act, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let old = match recording::lock_candidate(tx, permit.reach(), *id).await {
            Ok(file) if file.stage != Stage::Official => file,
            Ok(file) => former(tx, &permit, (*id, Some(file)), new.by).await?,
            Err(error) if error.code() == Code::NotFound => {
                former(tx, &permit, (*id, None), new.by).await?
            }
            Err(error) => return Err(error),
        };
        seen.check_at(old.version, old.stage)?;
        expect_not_erased(old.erased_on)?;
        let ended_on = ended_on(tx, &old).await?;
        let branch_id = facts::successor(tx, old.branch_id).await?;
        edit::expect_open_branch(tx, branch_id).await?;
        if new.on < ended_on {
            return Err(Error::invalid(
                "/on",
                "before_previous_end",
                say(
                    format!("Hồ sơ trước kết thúc ngày {}.", vi(ended_on)),
                    format!("The earlier candidacy or membership ended on {ended_on}."),
                ),
            ));
        }
        recording::person::refuse_second_candidacy(tx, permit.by(), &old).await?;
        refuse(facts::not_as_recorded(tx, &old, &new).await?)?;
        let own = edit::expect_department_of(tx, "", old.department_id, branch_id).await;
        let department_id = old.department_id.filter(|_| own.is_ok());
        let before = old.id;
        let mut fresh = candidate::Model {
            id: Uuid::now_v7(),
            introduced_by: new.by,
            stage: Stage::Nominated,
            stage_on: new.on,
            nominated_on: new.on,
            decided_on: None,
            admitted_on: None,
            official_on: None,
            previous_id: Some(before),
            department_id,
            branch_id,
            planned_year: None,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
            deleted_at: None,
            ..old
        };
        sealed::copy::<Candidate>(&db, before, &mut fresh)?;
        tx.keep(fresh.clone()).await?;
        recording::append(tx, permit.by(), &law, &fresh, new.into(), today).await
    })
    .await
}
