//! Deadlines: a view of those stored for candidacies and those derived from the rows of plans,
//! reviews, members without a file and other work.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::DeadlineKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "any_deadline")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Option<Uuid>,
    pub candidate_id: Option<Uuid>,
    pub member_id: Option<Uuid>,
    pub kind: DeadlineKind,
    pub from_on: Date,
    pub workdays: Option<i32>,
    pub due_on: Date,
    pub skipped: Vec<Date>,
    pub rule: String,
    pub source: String,
    pub settled_on: Option<Date>,
    pub settled_because: Option<String>,
    pub act_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
