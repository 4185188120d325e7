//! A change in a branch's history, such as a split or a merger.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::BranchChangeKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "branch_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub kind: BranchChangeKind,
    pub on_date: Date,
    pub paper_number: String,
    pub reason: Option<String>,
    pub from_name: Option<String>,
    pub to_name: Option<String>,
    pub other_branch_id: Option<Uuid>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
