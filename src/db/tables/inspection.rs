//! An inspection of a branch.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;
use crate::law::words::daily::InspectionKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "inspection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub inspector_id: Uuid,
    pub inspector_role: Role,
    pub on_date: Date,
    pub kind: InspectionKind,
    pub findings: String,
    pub follow_up: Option<String>,
    pub follow_up_due_on: Option<Date>,
    pub follow_up_done_on: Option<Date>,
    pub follow_up_note: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
