//! A person on the way to admission, one row an attempt.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "candidate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub department_id: Option<Uuid>,
    pub introduced_by: String,
    pub full_name: String,
    pub other_names: Option<String>,
    pub sex: String,
    pub birth_date: Date,
    pub birth_place: Option<String>,
    pub home_town: Option<String>,
    pub ethnic_group: Option<String>,
    pub religion: Option<String>,
    pub citizen_id: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub occupation: Option<String>,
    pub position: Option<String>,
    pub general_education: Option<String>,
    pub professional_level: Option<String>,
    pub political_theory_level: Option<String>,
    pub priority_group: Option<String>,
    pub youth_union_member: bool,
    pub trade_union_member: bool,
    pub remarks: Option<String>,
    pub remarks_branch_id: Option<Uuid>,
    pub stage: String,
    pub stage_on: Date,
    pub nominated_on: Date,
    pub decided_on: Option<Date>,
    pub admitted_on: Option<Date>,
    pub official_on: Option<Date>,
    pub previous_id: Option<Uuid>,
    pub planned_year: Option<i32>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
