//! The dispatch of a document to a recipient.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::daily::PaperKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "dispatch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub document_kind: PaperKind,
    pub document_id: Option<Uuid>,
    pub title: String,
    pub number: String,
    pub sent_on: Date,
    pub recipients: Json,
    pub archived: bool,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
