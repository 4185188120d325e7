//! A duty of a branch that has ended, settled with a reason.
use sea_orm::entity::prelude::*;

use crate::Record;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "deadline_settlement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub deadline_id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub settled_on: Date,
    pub reason: String,
    pub account_id: Uuid,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
