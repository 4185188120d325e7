//! Audit trail of changes. Insert-only; the database numbers the entries and chains their hashes.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub at: DateTimeUtc,
    pub account_id: Uuid,
    pub role: Role,
    pub action: String,
    pub resource: String,
    pub resource_id: Uuid,
    pub resource_version: i32,
    pub fields: Vec<String>,
    /// What stood in them before and after, by name.
    pub changes: Option<Json>,
    /// The same about a person, sealed with their key.
    pub sealed: Option<Vec<u8>>,
    pub request_id: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
