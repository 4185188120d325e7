//! The assignment of a sponsor to a candidate.
use sea_orm::entity::prelude::*;

use crate::Record;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "sponsorship")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub candidate_id: Uuid,
    pub member_id: Uuid,
    pub from_on: Date,
    pub to_on: Option<Date>,
    pub end_reason: Option<String>,
    pub other_branch_reason: Option<String>,
    /// Its act was annulled.
    pub void: bool,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
