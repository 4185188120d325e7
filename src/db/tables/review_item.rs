//! A person on the list of a review.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{PlanAction, PriorityGroup, Stage};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "review_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub review_id: Uuid,
    pub candidate_id: Uuid,
    pub stage: Stage,
    pub decision: Option<PlanAction>,
    pub political_standard: Option<bool>,
    pub conduct: Option<bool>,
    pub capacity: Option<bool>,
    pub task_performance: Option<bool>,
    pub priority_group: Option<PriorityGroup>,
    pub reason: Option<String>,
    pub note: Option<Vec<u8>>,
    pub data_key: Option<Vec<u8>>,
    pub propose_class: bool,
    pub propose_dossier: bool,
    pub act_id: Option<Uuid>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
