//! The proof of the key by which citizen numbers are found: one row, once it is in use.
use sea_orm::entity::prelude::*;

use crate::Record;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "index_proof")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sole: bool,
    pub proof: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
