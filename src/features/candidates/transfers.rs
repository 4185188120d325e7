//! The offer of a branch to hand over a person in its plan, see
//! [`crate::features::transfer_offers`].
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{OfferTransfers, ReadActs};
use crate::api::body::Body;
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page};
use crate::auth::Permit;
use crate::db::tables::transfer_offer as table;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::acts;
use crate::law::say;
use crate::law::text::{Text, plain};
use crate::law::words::OfferState;
use crate::recording;
use crate::resources::transfer_offer::TransferOffer;

/// To which branch, and from when
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewTransferOffer {
    /// First day in the receiving branch, not after today
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "01750000-0000-7000-8000-00000b020000")]
    pub to_branch_id: Uuid,
    /// The branch that the person leaves, if it is given: the one in which the person is
    pub from_branch_id: Option<Uuid>,
    #[schema(example = "chuyển công tác sang khoa Nhi")]
    pub reason: Option<Text<500>>,
}

/// Offer a person in the plan to another branch
///
/// The file stays until the other branch accepts (`POST /transfer-offers/{id}/acceptances`): then it goes over with seats, sponsors and open deadlines, and every earlier day keeps this branch. Refused with every unmet requirement, as the acceptance would be. `If-Match` is the candidate's version.
#[operation(
    post,
    "/candidates/{id}/transfers",
    tag = "plan",
    answer = "The offer",
    refuses(Duplicate, RequirementsUnmet)
)]
pub async fn offer_transfer(
    permit: Permit<OfferTransfers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewTransferOffer>,
) -> Result<Created<TransferOffer>> {
    let today = db.clock().today();
    edit::create::<TransferOffer, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let row = recording::lock_candidate(tx, permit.reach(), *id).await?;
        seen.check(row.version)?;
        edit::check_references(
            tx,
            [Reference::to_branch("/to_branch_id", new.to_branch_id)],
        )
        .await?;
        if new.to_branch_id == row.branch_id {
            return Err(Error::invalid(
                "/to_branch_id",
                "same",
                say(
                    "Đang ở chi bộ này.",
                    "The person is in this branch already.",
                ),
            ));
        }
        facts::expect_founded(tx, "/on", new.to_branch_id, new.on).await?;
        let act = acts::Transfer {
            on: new.on,
            from_branch_id: new.from_branch_id.unwrap_or(row.branch_id),
            to_branch_id: new.to_branch_id,
            reason: new.reason.clone(),
            corrects: None,
        };
        recording::would_be_accepted(tx, permit.by(), &law, &row, act.into(), today).await?;
        let mut active = edit::blank::<TransferOffer>();
        active.branch_id = Set(row.branch_id);
        active.to_branch_id = Set(new.to_branch_id);
        active.candidate_id = Set(row.id);
        active.on_date = Set(new.on);
        active.reason = Set(plain(new.reason));
        active.state = Set(OfferState::Offered);
        edit::insert::<TransferOffer>(tx, row.organization_id, active).await
    })
    .await
}

/// List the offers to hand a person over
#[operation(get, "/candidates/{id}/transfers", tag = "plan")]
pub async fn list_candidate_transfers(
    permit: Permit<ReadActs>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<TransferOffer>,
) -> Result<Page<TransferOffer>> {
    let reach = permit.reach();
    let parent = async |tx: &Tx| recording::get_candidate(tx, reach, *id).await.map(drop);
    let of = table::Column::CandidateId.eq(*id);
    edit::list_below(&db, &permit, &query, of, parent).await
}
