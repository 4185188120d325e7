//! A request to erase a person for good, and its confirmation.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// A candidacy or a membership of the person; no foreign key, because it may be either.
    pub person_id: Uuid,
    pub paper_number: String,
    pub paper_on: Date,
    pub reason: String,
    pub asked_by: Uuid,
    pub asked_role: Role,
    pub waits_until: DateTimeUtc,
    /// The candidacies and memberships of the person when it was asked for.
    pub covers: Vec<Uuid>,
    pub confirmed_by: Option<Uuid>,
    pub erased_on: Option<Date>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
