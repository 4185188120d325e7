//! A person in a source plan.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::PriorityGroup;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "source_plan_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub source_plan_id: Uuid,
    pub candidate_id: Option<Uuid>,
    pub full_name: String,
    pub birth_date: Date,
    pub department_id: Option<Uuid>,
    pub target_year: i32,
    pub approved_year: Option<i32>,
    pub priority_group: PriorityGroup,
    pub fostering_from: Date,
    pub political_standard: bool,
    pub conduct: bool,
    pub capacity: bool,
    pub task_performance: bool,
    pub assessment: Option<Vec<u8>>,
    pub data_key: Option<Vec<u8>>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
