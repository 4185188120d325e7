//! A five-year term.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::TermState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "term")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub name: String,
    pub from_year: i32,
    pub to_year: i32,
    pub annual_minimum: i32,
    pub term_minimum: i32,
    pub previous_term_admissions: i32,
    pub resolution: Option<String>,
    pub source_plans_due_on: Option<Date>,
    pub committee_coverage_percent: i32,
    pub committee_coverage_year: i32,
    pub state: TermState,
    pub legal_bases: Json,
    pub plan_document: Option<Json>,
    pub edited_by: Option<Uuid>,
    pub approved_by: Option<Uuid>,
    pub approved_on: Option<Date>,
    pub remarks: Json,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
