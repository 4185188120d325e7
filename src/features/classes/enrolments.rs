//! The enrolments of a class.
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use uuid::Uuid;

use crate::access::{ProposeEnrolments, ReadEnrolments, Role};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page};
use crate::auth::Permit;
use crate::db::tables::enrolment;
use crate::db::{Db, functions};
use crate::error::{Code, Error, Result};
use crate::law::enrolment::{enrol, one_seat, pupil, takes_proposals};
use crate::law::words::EnrolmentState;
use crate::resources::class::{Class, lesson, settle_seats};
use crate::resources::enrolment::{Enrolment, NewEnrolment};
use crate::{facts, recording};

/// Propose a person for a class
///
/// Takes a seat (`proposed`) or, if none is left, a place at the end of the waiting list
/// (`waiting`). Refused with every unmet requirement, judged by the acts up to the class's first
/// day; a person has one seat at a time in the classes of a kind.
#[operation(
    post,
    "/classes/{id}/enrolments",
    refuses(Duplicate, RequirementsUnmet)
)]
pub async fn create_enrolment(
    permit: Permit<ProposeEnrolments>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    body: Body<NewEnrolment>,
) -> Result<Created<Enrolment>> {
    let today = db.clock().today();
    edit::create::<Enrolment, _, _>(&db, &permit, &body, async |tx| {
        let class = edit::find::<Class>(tx, permit.reach(), *id, false).await?;
        // locked first: an exit recorded meanwhile would not free the new seat
        let candidate = recording::lock_candidate(tx, permit.reach(), body.value.candidate_id)
            .await
            .map_err(|e| {
                if e.code() == Code::NotFound {
                    Error::faults(
                        Code::ValidationFailed,
                        vec![crate::api::http::unknown_reference("/candidate_id")],
                    )
                } else {
                    e
                }
            })?;
        // lock order: candidate, then class; the class's row guards its seats
        tx.execute(functions::lock("class", vec![class.id])).await?;
        let class = edit::find::<Class>(tx, permit.reach(), *id, false).await?;
        let lesson = lesson(&class);
        let facts = facts::candidacy(tx, &candidate, None, today).await?;
        let mut unmet = takes_proposals(&lesson, today, permit.role() == Role::PartyOffice);
        unmet.extend(enrol(
            &lesson,
            pupil(&facts.file(&law), &lesson, None).as_ref(),
        ));
        unmet.extend(one_seat(&lesson, class.id, &facts.seats));
        if !unmet.is_empty() {
            return Err(Error::unmet(unmet));
        }
        let waiting = tx
            .one(functions::counts("waiting_lists", vec![class.id]))
            .await?;
        // nobody overtakes the waiting list
        let free = class.seats_taken < class.capacity && waiting.is_none();
        let (state, turn) = if free {
            (EnrolmentState::Proposed, None)
        } else {
            (EnrolmentState::Waiting, Some(class.waiting_last + 1))
        };
        let mut active = edit::blank::<Enrolment>();
        active.branch_id = Set(candidate.branch_id);
        active.class_id = Set(class.id);
        active.candidate_id = Set(candidate.id);
        active.state = Set(state);
        active.waiting_no = Set(turn);
        let row = edit::insert::<Enrolment>(tx, permit.caller().organization, active).await?;
        settle_seats(tx, class.id).await?;
        Ok(row)
    })
    .await
}

/// List the enrolments of a class
#[operation(get, "/classes/{id}/enrolments")]
pub async fn list_class_enrolments(
    permit: Permit<ReadEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<Enrolment>,
) -> Result<Page<Enrolment>> {
    edit::list_of::<Class, _, _>(
        &db,
        &permit,
        &query,
        *id,
        enrolment::Column::ClassId.eq(*id),
    )
    .await
}
