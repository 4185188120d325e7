//! Log of accesses to P3 data. Insert-only.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "access_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub at: DateTimeUtc,
    pub account_id: Uuid,
    pub role: Role,
    pub candidate_id: Option<Uuid>,
    pub resource: String,
    pub resource_id: Uuid,
    pub reason: Option<String>,
    pub request_id: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
