//! A new attempt for a person whose candidacy or membership has ended, linked to the old one.
use actix_web::web::{Data, Path};
use uuid::Uuid;

use super::particulars::Candidate;
use super::wire::Act;
use crate::access::Readmit;
use crate::api::body::Body;
use crate::api::checks::refuse;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Created;
use crate::api::sealed;
use crate::auth::Permit;
use crate::db::tables::candidate;
use crate::db::{Db, functions};
use crate::error::{Code, Error, Fault, Result};
use crate::law::acts::Readmission;
use crate::law::{Stage, say, vi};
use crate::recording;

/// What is said of somebody who left the Party is not said of one who never was a member.
fn never_a_member(new: &Readmission) -> Result<()> {
    let given = [
        ("/left_on", new.left_on.is_some()),
        ("/ground", new.ground.is_some()),
        ("/record_cleared_on", new.record_cleared_on.is_some()),
        ("/earlier_readmissions", new.earlier_readmissions > 0),
    ];
    let given = given.into_iter().filter(|(_, given)| *given);
    let wrong = given.map(|(pointer, _)| {
        let words = say(
            "Theo hồ sơ, người này chưa từng là đảng viên.",
            "By the record the person never was a member.",
        );
        Fault::pointer(pointer, "mismatch", words)
    });
    refuse(wrong.collect())
}

/// Open a new attempt for a person whose candidacy has ended
///
/// Creates a new candidate with the person's particulars, linked by `previous_id`; the act is its
/// first. A former Party member (`left_on`, `ground`) must wait 36 months, can be readmitted only
/// once, and needs a written agreement (29-QĐ/TW, 3.5).
#[operation(
    post,
    "/candidates/{id}/readmission",
    tag = "procedure",
    answer = "The first act of the new candidacy"
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
        let old = recording::lock_candidate(tx, permit.reach(), *id).await?;
        seen.check_as(old.version, || Some(old.stage.wire().to_owned()))?;
        let stage = old.stage;
        if stage == Stage::Deceased {
            return Err(Error::new(Code::InvalidTransition)
                .detail(say("Người này đã từ trần.", "The person has died.")));
        }
        if !stage.ended() || stage == Stage::Official {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Hồ sơ trước chưa kết thúc.",
                "The earlier candidacy has not ended.",
            )));
        }
        edit::expect_open_branch(tx, old.branch_id).await?;
        if new.on < old.stage_on {
            return Err(Error::invalid(
                "/on",
                "before_previous_end",
                say(
                    format!("Hồ sơ trước kết thúc ngày {}.", vi(old.stage_on)),
                    format!("The earlier candidacy ended on {}.", old.stage_on),
                ),
            ));
        }
        recording::refuse_second_candidacy(tx, &old).await?;
        // trust the record, not the application
        let past =
            functions::known_person(old.full_name.clone(), old.birth_date, Some(old.id), None);
        let past = tx.one(past).await?;
        if let Some((past, left_on)) = past.and_then(|p| p.left_on.map(|on| (p, on))) {
            let (ground, readmissions) = (past.ground, past.readmissions.unwrap_or(0));
            let mut faults = Vec::new();
            let mut agree = |pointer: &str, same: bool| {
                if !same {
                    let words = say("Không khớp với hồ sơ.", "Does not agree with the record.");
                    faults.push(Fault::pointer(pointer, "mismatch", words));
                }
            };
            agree("/left_on", new.left_on == Some(left_on));
            agree(
                "/earlier_readmissions",
                new.earlier_readmissions >= readmissions,
            );
            let same = ground.map_or(new.ground.is_some(), |ground| new.ground == Some(ground));
            agree("/ground", same);
            refuse(faults)?;
        } else {
            never_a_member(&new)?;
        }
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
            planned_year: None,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
            deleted_at: None,
            ..old
        };
        sealed::copy::<Candidate>(&db, before, &mut fresh)?;
        tx.keep(fresh.clone()).await?;
        recording::append(tx, &permit, &law, &fresh, new.into(), today).await
    })
    .await
}
