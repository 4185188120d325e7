//! A class.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{ClassKind, ClassState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "class")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub kind: ClassKind,
    pub title: String,
    pub issuer: String,
    pub place: Option<String>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub capacity: i32,
    pub seats_taken: i32,
    /// Highest number given out on the waiting list so far.
    pub waiting_last: i32,
    pub state: ClassState,
    pub cancel_reason: Option<String>,
    pub proposals_due_on: Option<Date>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
