//! A branch (chi bộ).
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::UnitKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "branch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub number: String,
    pub name: String,
    pub kind: UnitKind,
    pub non_member_count: i32,
    pub previous_term_admissions: i32,
    pub has_youth_union: bool,
    pub youth_union_changed_on: Vec<Date>,
    pub founded_on: Option<Date>,
    pub closed_on: Option<Date>,
    pub merged_into_id: Option<Uuid>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
