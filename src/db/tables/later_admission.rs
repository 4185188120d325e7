//! A change of a closed year's figure, and why.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::LaterReason;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "later_admission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub act_id: Uuid,
    pub recorded_on: Date,
    pub reason: LaterReason,
    pub difference: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
