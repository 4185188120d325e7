//! Attempts to sign in, and refresh tokens that were used twice. The database writes them.
use sea_orm::entity::prelude::*;

use crate::Record;
use crate::law::words::SignInOutcome;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Record)]
#[sea_orm(table_name = "sign_in_attempt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub login_digest: Vec<u8>,
    pub account_id: Option<Uuid>,
    pub organization_id: Option<Uuid>,
    pub address: String,
    pub at: DateTimeUtc,
    pub outcome: SignInOutcome,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
