//! A candidacy: one row per person per attempt.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{
    GeneralEducation, Introducer, PoliticalTheoryLevel, PriorityGroup, ProfessionalLevel, Sex,
    Stage,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "candidate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub department_id: Option<Uuid>,
    pub introduced_by: Introducer,
    pub full_name: String,
    pub other_names: Option<String>,
    pub sex: Sex,
    pub birth_date: Date,
    pub birth_place: Option<String>,
    pub home_town: Option<String>,
    pub ethnic_group: Option<String>,
    pub religion: Option<String>,
    pub citizen_id: Option<Vec<u8>>,
    pub citizen_index: Option<Vec<u8>>,
    pub phone: Option<Vec<u8>>,
    pub address: Option<Vec<u8>>,
    pub data_key: Option<Vec<u8>>,
    pub occupation: Option<String>,
    pub position: Option<String>,
    pub general_education: Option<GeneralEducation>,
    pub professional_level: Option<ProfessionalLevel>,
    pub political_theory_level: Option<PoliticalTheoryLevel>,
    pub priority_group: Option<PriorityGroup>,
    pub youth_union_member: bool,
    pub youth_union_changed_on: Vec<Date>,
    pub trade_union_member: bool,
    pub trade_union_changed_on: Vec<Date>,
    pub remarks: Option<Vec<u8>>,
    pub stage: Stage,
    pub stage_on: Date,
    pub nominated_on: Date,
    pub decided_on: Option<Date>,
    pub admitted_on: Option<Date>,
    pub official_on: Option<Date>,
    pub previous_id: Option<Uuid>,
    pub planned_year: Option<i32>,
    pub namesake_reason: Option<Vec<u8>>,
    pub namesake_by: Option<Uuid>,
    pub namesake_confirmed_by: Option<Uuid>,
    pub namesake_confirmed_on: Option<Date>,
    /// Day on which what identified the person was erased for good.
    pub erased_on: Option<Date>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
