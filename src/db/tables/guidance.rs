//! The current edition of a guidance note.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::daily::GuidanceTopic;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "guidance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    pub topic: GuidanceTopic,
    pub edition: i32,
    pub valid_from: Date,
    pub body: Json,
    pub checklist: Json,
    pub sources: Json,
    pub published_on: Date,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
