//! An activity: propaganda, study or a movement.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;
use crate::law::words::daily::{ActivityKind, AudienceKind, Organiser};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Option<Uuid>,
    pub kind: ActivityKind,
    pub topic: String,
    pub tags: Vec<String>,
    pub on_date: Date,
    pub ends_on: Option<Date>,
    pub organiser: Organiser,
    pub audience: Vec<AudienceKind>,
    pub attendance: Option<i32>,
    pub department_heads: bool,
    pub remarks: Option<String>,
    pub recorded_role: Role,
    pub recorded_by: Uuid,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
