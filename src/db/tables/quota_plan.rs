//! An organisation's quota plan for a year.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::PlanState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "quota_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub term_id: Uuid,
    pub year: i32,
    pub state: PlanState,
    pub revision: i32,
    pub drafted_by: Uuid,
    pub issued_by: Option<Uuid>,
    pub issued_on: Option<Date>,
    pub decision_number: Option<String>,
    pub decision_on: Option<Date>,
    pub proposed_on: Option<Date>,
    pub closed_on: Option<Date>,
    pub pending: Option<Json>,
    pub remarks: Json,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
