//! Offers to hand over a person in the plan: what the receiving branch sees of them, and its answer.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /transfer-offers` | [`list_transfer_offers`] |
//! | `GET /transfer-offers/{id}` | [`get_transfer_offer`] |
//! | `POST /transfer-offers/{id}/acceptances` | [`accept_transfer`] |
//! | `POST /transfer-offers/{id}/refusals` | [`decline_transfer`] |
//! | `POST /transfer-offers/{id}/withdrawals` | [`withdraw_transfer`] |
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{AnswerTransfers, OfferTransfers, ReadTransfers};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Page, Reply};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::transfer_offer as table;
use crate::db::{Db, Tx, functions};
use crate::error::{Code, Error, Result};
use crate::law::acts;
use crate::law::say;
use crate::law::text::{Text, stored};
use crate::law::words::OfferState;
use crate::recording;
use crate::resources::transfer_offer::{TransferOffer, expect_open};

pub fn configure(v1: &mut Routes) {
    v1.service(list_transfer_offers)
        .service(get_transfer_offer)
        .service(accept_transfer)
        .service(decline_transfer)
        .service(withdraw_transfer);
}

/// Why an offer is declined or withdrawn
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OfferAnswer {
    #[schema(example = "chi bộ chưa có đảng viên kèm cặp")]
    pub reason: Text<500>,
}

/// List offers to hand over a person
///
/// Offers made by your branch and offers made to it. Of a person offered to you it shows name, stage and the day on which the stage began; the file opens once you have accepted.
#[operation(get, "/transfer-offers", tag = "plan")]
pub async fn list_transfer_offers(
    permit: Permit<ReadTransfers>,
    db: Data<Db>,
    query: List<TransferOffer>,
) -> Result<Page<TransferOffer>> {
    edit::list(&db, &permit, &query).await
}

/// Get an offer to hand over a person
#[operation(get, "/transfer-offers/{id}", tag = "plan")]
pub async fn get_transfer_offer(
    permit: Permit<ReadTransfers>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<TransferOffer>,
) -> Result<Reply<TransferOffer>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Locks the person before the offer: the lock order of the whole service.
async fn lock_person(tx: &Tx, offer: Uuid) -> Result<()> {
    let found = tx.by_id::<table::Entity>(offer).await?;
    let ids = found.into_iter().map(|o| o.candidate_id).collect();
    tx.execute(functions::lock("candidate", ids))
        .await
        .map(drop)
}

/// An offer that is made to the caller's branch.
fn expect_asked(row: &table::Model, branch: Option<Uuid>) -> Result<()> {
    if branch == Some(row.to_branch_id) {
        return expect_open(row);
    }
    Err(Error::new(Code::Forbidden).detail(say(
        "Chi bộ được đề nghị nhận mới trả lời.",
        "The branch that is asked answers.",
    )))
}

async fn closed(
    tx: &Tx,
    row: table::Model,
    state: OfferState,
    on: NaiveDate,
    reason: &Text<500>,
) -> Result<(table::Model, &'static str)> {
    let mut active = edit::blank::<TransferOffer>();
    active.state = Set(state);
    active.answered_on = Set(Some(on));
    active.answer_reason = Set(Some(reason.as_str().to_owned()));
    edit::stepped::<TransferOffer>(tx, &row, active, "state").await
}

/// Accept a person whom another branch offers
///
/// The act `transfer` is recorded: from its day on the person belongs to your branch, and the file is yours to read. Remarks of the other branch about the person stay with that branch.
#[operation(
    post,
    "/transfer-offers/{id}/acceptances",
    tag = "plan",
    refuses(InvalidTransition, RequirementsUnmet)
)]
pub async fn accept_transfer(
    permit: Permit<AnswerTransfers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<TransferOffer>> {
    let today = db.clock().today();
    let lock = async |tx: &Tx| lock_person(tx, *id).await;
    edit::step_after::<TransferOffer, _>(&db, &permit, *id, seen, lock, async |tx, offer| {
        expect_asked(&offer, permit.caller().branch)?;
        let (nobody, person) = (Vec::new(), vec![offer.candidate_id]);
        let (to, on) = (offer.to_branch_id, offer.on_date);
        tx.execute(functions::move_people(
            nobody,
            person,
            to,
            Some(on),
            None,
            tx.now(),
        ))
        .await?;
        let mut active = edit::blank::<TransferOffer>();
        active.state = Set(OfferState::Accepted);
        active.answered_on = Set(Some(today));
        let row = edit::update::<TransferOffer>(tx, offer.id, offer.version, active).await?;
        let person = recording::get_candidate(tx, permit.reach(), offer.candidate_id).await?;
        let act = acts::Transfer {
            on: offer.on_date,
            from_branch_id: offer.branch_id,
            to_branch_id: offer.to_branch_id,
            reason: stored(offer.reason),
            corrects: None,
        };
        recording::append(tx, permit.by(), &law, &person, act.into(), today).await?;
        Ok((row, "state"))
    })
    .await
}

/// Decline a person whom another branch offers
///
/// The file stays where it is.
#[operation(
    post,
    "/transfer-offers/{id}/refusals",
    tag = "plan",
    refuses(InvalidTransition)
)]
pub async fn decline_transfer(
    permit: Permit<AnswerTransfers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<OfferAnswer>,
) -> Result<Reply<TransferOffer>> {
    let today = db.clock().today();
    let lock = async |tx: &Tx| lock_person(tx, *id).await;
    edit::step_after::<TransferOffer, _>(&db, &permit, *id, seen, lock, async |tx, offer| {
        expect_asked(&offer, permit.caller().branch)?;
        closed(tx, offer, OfferState::Declined, today, &body.value.reason).await
    })
    .await
}

/// Withdraw an offer to hand over a person
///
/// While it is not answered.
#[operation(
    post,
    "/transfer-offers/{id}/withdrawals",
    tag = "plan",
    refuses(InvalidTransition)
)]
pub async fn withdraw_transfer(
    permit: Permit<OfferTransfers>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<OfferAnswer>,
) -> Result<Reply<TransferOffer>> {
    let today = db.clock().today();
    let lock = async |tx: &Tx| lock_person(tx, *id).await;
    edit::step_after::<TransferOffer, _>(&db, &permit, *id, seen, lock, async |tx, offer| {
        if permit.caller().branch.is_some_and(|b| b != offer.branch_id) {
            return Err(Error::new(Code::Forbidden).detail(say(
                "Chi bộ đề nghị mới rút được.",
                "The branch that offers withdraws.",
            )));
        }
        expect_open(&offer)?;
        closed(tx, offer, OfferState::Withdrawn, today, &body.value.reason).await
    })
    .await
}
