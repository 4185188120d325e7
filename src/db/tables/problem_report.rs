//! A problem report and its progress to a reply.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;
use crate::law::words::daily::{ProblemState, Reporter};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "problem_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Option<Uuid>,
    pub reporter: Reporter,
    pub reported_by: Uuid,
    pub subject: String,
    pub problem: String,
    pub state: ProblemState,
    pub reported_on: Date,
    pub due_on: Date,
    pub forwarded_on: Option<Date>,
    pub answered_on: Option<Date>,
    pub answered_by: Option<Role>,
    pub closed_on: Option<Date>,
    pub reopened: i32,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
