//! A branch's source plan for a term.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::SourcePlanState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "source_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub term_id: Uuid,
    pub state: SourcePlanState,
    pub revision: i32,
    pub note: Option<String>,
    pub submitted_on: Option<Date>,
    pub first_submitted_on: Option<Date>,
    pub decided_on: Option<Date>,
    pub approved_on: Option<Date>,
    pub reason: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
