//! An entry in the thread of a problem report.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;
use crate::law::words::daily::MessageKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "problem_message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub report_id: Uuid,
    pub kind: MessageKind,
    pub author: Role,
    pub account_id: Uuid,
    pub body: String,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
