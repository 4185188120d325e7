//! The quotas of a year as they were before a revision.
use sea_orm::entity::prelude::*;

use crate::Record;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "quota_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub plan_id: Uuid,
    pub revision: i32,
    pub reason: String,
    pub replaced_on: Date,
    pub lines: Json,
    pub decision_number: Option<String>,
    pub decision_on: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
