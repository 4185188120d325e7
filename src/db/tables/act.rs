//! An act of a candidacy. Insert-only.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::acts::ActKind;
use crate::law::words::{Role, Stage};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub recorded_branch_id: Option<Uuid>,
    pub candidate_id: Uuid,
    pub seq: i32,
    pub kind: ActKind,
    pub on_date: Date,
    pub data: Json,
    /// The fields that are prose, sealed; `data` has a mark in their place.
    pub texts: Option<Vec<u8>>,
    pub regulation: String,
    pub corrects_id: Option<Uuid>,
    pub stage_after: Stage,
    pub account_id: Uuid,
    pub role: Role,
    /// The figures and outcome of a vote.
    pub vote: Option<Json>,
    pub version: i32,
    pub recorded_at: DateTimeUtc,
    /// Its place among the hidden acts that have the number of the one before them; 0 for an act
    /// that is shown.
    pub unseen: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
