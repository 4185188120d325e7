//! A nomination by a union or a member.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{Introducer, NominationOutcome};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "nomination")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub candidate_id: Uuid,
    pub introduced_by: Introducer,
    pub introducer_member_id: Option<Uuid>,
    pub paper_number: String,
    pub paper_on: Date,
    pub reason: Option<String>,
    pub outcome: NominationOutcome,
    pub outcome_on: Option<Date>,
    pub outcome_reason: Option<String>,
    pub activity_id: Option<Uuid>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
