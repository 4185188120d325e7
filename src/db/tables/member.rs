//! A Party member.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::{Activity, DecidingBody, MemberStatus, Sex};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub department_id: Option<Uuid>,
    pub full_name: String,
    pub sex: Sex,
    pub birth_date: Date,
    pub ethnic_group: Option<String>,
    pub religion: Option<String>,
    pub citizen_id: Option<Vec<u8>>,
    pub citizen_index: Option<Vec<u8>>,
    pub phone: Option<Vec<u8>>,
    pub data_key: Option<Vec<u8>>,
    pub occupation: Option<String>,
    pub position: Option<String>,
    pub status: MemberStatus,
    pub activity: Activity,
    pub joined_on: Date,
    pub official_on: Option<Date>,
    pub decided_on: Option<Date>,
    pub recognised_on: Option<Date>,
    pub recognition_paper: Option<String>,
    pub recognised_by: Option<DecidingBody>,
    /// The end of the probation, from which the branch's vote on the recognition is due; these are
    /// empty where the person has a file, which has its own deadlines.
    pub review_from_on: Option<Date>,
    pub review_workdays: Option<i32>,
    pub review_due_on: Option<Date>,
    pub review_skipped: Vec<Date>,
    pub review_source: Option<String>,
    pub namesake_reason: Option<Vec<u8>>,
    pub namesake_by: Option<Uuid>,
    pub namesake_confirmed_by: Option<Uuid>,
    pub namesake_confirmed_on: Option<Date>,
    /// First day in the register, while the person waits to be told from a namesake.
    pub arrives_on: Option<Date>,
    pub arrives_paper: Option<String>,
    pub correction_reason: Option<Vec<u8>>,
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
