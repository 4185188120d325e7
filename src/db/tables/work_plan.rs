//! A branch's work plan for a month, quarter or year.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::daily::PeriodKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "work_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub term_id: Option<Uuid>,
    pub parent_id: Option<Uuid>,
    pub period_kind: PeriodKind,
    pub year: i32,
    pub number: i32,
    pub content: String,
    pub admission_section: Option<String>,
    pub minutes_number: Option<String>,
    pub held_on: Option<Date>,
    pub members: Option<i32>,
    pub present: Option<i32>,
    pub agenda: Json,
    pub checklist: Json,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
