//! Offers of a branch to hand over a person in its plan.
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach;
use crate::api::names;
use crate::api::resource::{EXPAND_BRANCH, Field, FieldKind, Named, Resource, Spec, Viewer};
use crate::db::tables::transfer_offer as table;
use crate::db::{Tx, functions};
use crate::error::{Code, Error, Result};
use crate::law::Stage;
use crate::law::say;
use crate::law::words::OfferState;

/// An offer to hand over a person in the plan: what the receiving branch must know to decide
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferOffer {
    pub id: Uuid,
    /// The branch that offers the person
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    /// The branch that is asked
    pub to_branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub to_branch_name: Option<String>,
    pub candidate_id: Uuid,
    /// Null once the branch that was asked has declined, for that branch
    #[schema(required = true, max_length = 200)]
    pub full_name: Option<String>,
    #[schema(required = true)]
    pub stage: Option<Stage>,
    /// Date the current stage began
    #[schema(required = true)]
    pub stage_on: Option<NaiveDate>,
    /// First day in the receiving branch
    pub on: NaiveDate,
    /// Why the branch offers the person
    #[schema(required = true, max_length = 500)]
    pub reason: Option<String>,
    pub state: OfferState,
    /// Day of the answer, or of the withdrawal
    #[schema(required = true)]
    pub answered_on: Option<NaiveDate>,
    /// Why it was declined or withdrawn
    #[schema(required = true, max_length = 500)]
    pub answer_reason: Option<String>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Resource for TransferOffer {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "transfer_offer",
        path: "transfer-offers",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::ToBranchId, FieldKind::Uuid),
            Field::of(&table::Column::CandidateId, FieldKind::Uuid),
            Field::of(&table::Column::State, FieldKind::Enum(OfferState::WIRE)),
            Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::transfer_offer,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            to_branch_id,
            candidate_id,
            on_date,
            reason,
            state,
            answered_on,
            answer_reason,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            to_branch_id,
            to_branch_name: None,
            candidate_id,
            full_name: None,
            stage: None,
            stage_on: None,
            on: on_date,
            reason,
            state,
            answered_on,
            answer_reason,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = &[
        names::branch_name!(table::Column::BranchId),
        Named {
            read: |_| names::of_branch(table::Column::ToBranchId),
            put: |row, name| {
                row.to_branch_name = name;
                Ok(())
            },
        },
    ];
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids = items.iter().map(|o| o.id).collect();
        for person in tx.all(functions::counts("offers", ids)).await? {
            let known: (String, Stage, NaiveDate) =
                serde_json::from_str(person.word.as_deref().unwrap_or_default())
                    .map_err(Error::internal)?;
            if let Some(offer) = items.iter_mut().find(|o| o.id == person.id) {
                (offer.full_name, offer.stage, offer.stage_on) =
                    (Some(known.0), Some(known.1), Some(known.2));
            }
        }
        Ok(())
    }
}

/// 409 once the offer has been answered or withdrawn.
pub fn expect_open(row: &table::Model) -> Result<()> {
    if row.state == OfferState::Offered {
        return Ok(());
    }
    Err(Error::new(Code::InvalidTransition).detail(say(
        format!("Đề nghị chuyển đã kết thúc: {}.", row.state.vi()),
        format!("The offer is over: {}.", row.state.en()),
    )))
}
