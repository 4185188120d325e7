//! A person's enrolment in a class.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{EnrolmentState, Grade};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub class_id: Uuid,
    pub candidate_id: Uuid,
    pub state: EnrolmentState,
    pub grade: Option<Grade>,
    pub certificate_number: Option<String>,
    /// Normalised issuer and number, for the uniqueness check.
    pub certificate_key: Option<String>,
    pub certificate_on: Option<Date>,
    pub certificate_valid_to: Option<Date>,
    pub waiting_no: Option<i32>,
    pub compiled_on: Option<Date>,
    pub compiled_number: Option<String>,
    pub confirmed_on: Option<Date>,
    pub confirmed_number: Option<String>,
    pub reason: Option<String>,
    pub attendance_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
