//! An officer of a branch.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::OfficerPosition;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "branch_officer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub member_id: Uuid,
    pub position: OfficerPosition,
    pub from_on: Date,
    pub to_on: Option<Date>,
    pub planned_to_on: Option<Date>,
    pub paper_number: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
