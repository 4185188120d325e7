//! A person on a review's list.
mod store;

use actix_web::web::{Data, Path};
use uuid::Uuid;

use crate::access::{HoldReviews, ReadReviews, Sensitivity};
use crate::api::access_log::{self, Reason};
use crate::api::body::Patch;
use crate::api::checks::refuse;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::{Error, Fault, Result};
use crate::law::lives::review::ReviewStep;
use crate::law::words::{PlanAction, ReviewState};
use crate::law::{Stage, say};
use crate::resources::review_item::{ReviewDecision, ReviewEntry, stepped};

pub fn configure(v1: &mut Routes) {
    v1.service(get_review_item).service(change_review_item);
}

/// Get a person on a review's list
///
/// Remarks about the person (background data) are the branch's own; the Party Office and the
/// Standing Committee read them with a written `reason`, and each access is logged.
#[operation(get, "/review-items/{id}", tag = "reviews")]
pub async fn get_review_item(
    permit: Permit<ReadReviews>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<ReviewEntry>,
    reason: Query<Reason>,
) -> Result<Reply<ReviewEntry>> {
    access_log::get(
        &db,
        &permit,
        *id,
        (&wanted, &reason),
        |viewer, row, item: &mut ReviewEntry| {
            item.hidden.retain(|name| *name != "note");
            let shut = viewer.shut(false, row.id, row.data_key.as_deref());
            item.note = shut.see(Sensitivity::P3, "note", row.note, &mut item.hidden);
            (row.organization_id, Some(row.candidate_id))
        },
    )
    .await
}

/// Decide about a person on a review's list
///
/// While the review is open. A nomination is added, kept for the next review or removed (returned);
/// a person in the plan is kept, adjusted or removed.
#[operation(
    patch,
    "/review-items/{id}",
    tag = "reviews",
    refuses(InvalidTransition)
)]
pub async fn change_review_item(
    permit: Permit<HoldReviews>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<ReviewDecision>,
) -> Result<Reply<ReviewEntry>> {
    edit::change::<ReviewEntry, _>(&db, &permit, *id, seen, &patch, async |tx, row, new, _active| {
        let review = store::review(tx, row.review_id).await?;
        let state = review.map_or(ReviewState::Closed, |r| r.state);
        stepped(state, ReviewStep::Decide, permit.role())?;
        let nominated = row.stage == Stage::Nominated;
        let fits = match new.decision {
            Some(PlanAction::Add) => nominated,
            Some(PlanAction::Adjust) => !nominated,
            Some(PlanAction::Keep | PlanAction::Remove) | None => true,
        };
        if !fits {
            return Err(Error::invalid(
                "/decision",
                "not_possible",
                say(
                    "Người được giới thiệu: đưa vào, giữ lại hoặc đưa ra; người trong quy hoạch: giữ lại, điều chỉnh hoặc đưa ra.",
                    "For a nomination: add, keep or remove; for a person in the plan: keep, adjust or remove.",
                ),
            ));
        }
        if new.decision == Some(PlanAction::Remove) && new.reason.is_none() {
            return Err(Error::invalid("/reason", "required", say("Đưa ra khỏi danh sách phải nêu lý do.", "A removal needs a reason.")));
        }
        let proposes = [("/propose_class", new.propose_class), ("/propose_dossier", new.propose_dossier)];
        let idle = proposes.iter().filter(|(_, proposed)| *proposed && new.decision == Some(PlanAction::Remove));
        let words = || say(
            "Người được đưa ra khỏi danh sách thì không đề nghị đi học, lập hồ sơ.",
            "Nothing is proposed for a person who is removed.",
        );
        refuse(idle.map(|(pointer, _)| Fault::pointer(*pointer, "not_possible", words())).collect())
    })
    .await
}
