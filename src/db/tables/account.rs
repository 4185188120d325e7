//! A user or service account.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::Role;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub login: String,
    pub display_name: String,
    pub role: Role,
    pub branch_id: Option<Uuid>,
    pub disabled_at: Option<DateTimeUtc>,
    pub expires_at: Option<DateTimeUtc>,
    pub session_version: i32,
    pub asked_by: Option<Uuid>,
    pub asked_at: Option<DateTimeUtc>,
    pub waits_until: Option<DateTimeUtc>,
    pub confirmed_by: Option<Uuid>,
    pub second_factor_at: Option<DateTimeUtc>,
    /// Why one person alone made it or gave it a secret, at the command line, and when.
    pub alone_reason: Option<String>,
    pub alone_at: Option<DateTimeUtc>,
    pub addresses: Vec<String>,
    pub secret_until: Option<DateTimeUtc>,
    pub old_secret_until: Option<DateTimeUtc>,
    /// A secret of its own, which a one-time code is not.
    pub has_password: bool,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
