//! A published edition of guidance.
use sea_orm::entity::prelude::*;

use crate::Record;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "guidance_edition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub guidance_id: Uuid,
    pub edition: i32,
    pub title: String,
    pub valid_from: Date,
    pub body: Json,
    pub checklist: Json,
    pub sources: Json,
    pub published_on: Date,
    pub reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
