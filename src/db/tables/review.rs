//! A branch's periodic review of its list of candidates.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{ReviewKind, ReviewState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub kind: ReviewKind,
    pub year: i32,
    pub period: i32,
    pub due_on: Date,
    pub state: ReviewState,
    pub opened_on: Date,
    pub held_on: Option<Date>,
    pub closed_on: Option<Date>,
    pub minutes_number: Option<String>,
    pub members: Option<i32>,
    pub present: Option<i32>,
    pub agenda: Json,
    pub summary: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
