//! The dates from which a member takes part in Party activity, is exempt or is suspended.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Activity;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "member_activity_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub member_id: Uuid,
    pub on_date: Date,
    pub from_activity: Activity,
    pub activity: Activity,
    pub paper_number: String,
    pub reason: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
