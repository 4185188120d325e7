//! The end of a membership: date and decision.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{DecidingBody, MemberLeavingGround};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "member_leaving")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub member_id: Uuid,
    pub on_date: Date,
    pub ground: MemberLeavingGround,
    pub decided_by: Option<DecidingBody>,
    pub paper_number: String,
    pub reason: Option<String>,
    /// The lines of the register that it has cut, as they were before.
    pub stays: Json,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
