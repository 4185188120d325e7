//! An offer of a branch to hand over a person in its plan.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::OfferState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "transfer_offer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub to_branch_id: Uuid,
    pub candidate_id: Uuid,
    pub on_date: Date,
    pub reason: Option<String>,
    pub state: OfferState,
    pub answered_on: Option<Date>,
    pub answer_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
