//! What every feature uses.
pub use actix_web::web::{Data, Path};
pub use actix_web::{HttpResponse, delete, get, patch, post};
pub use chrono::{DateTime, NaiveDate, Utc};
pub use sea_orm::ActiveValue::Set;
pub use serde::{Deserialize, Serialize};
pub use utoipa::ToSchema;
pub use utoipa_actix_web::service_config::ServiceConfig;
pub use uuid::Uuid;

pub use crate::auth::Permit;
pub use crate::crud::{self, Answer};
pub use crate::db::{Db, Tx};
pub use crate::error::{Code, Error, Fault, Result};
pub use crate::http::{Body, Patch};
pub use crate::page::ListQuery;
pub use crate::page_of;
pub use crate::policy::{Class, Reach, Role};
pub use crate::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS, EXPAND_MEMBER, Editable, Expand, Field, Kind,
    Resource, Spec, Viewer, scope,
};
pub use crate::rules::say;
pub use crate::text::{Text, plain, stored};
