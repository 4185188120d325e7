//! What every feature uses.
pub use actix_web::web::{Data, Path};
pub use chrono::{DateTime, NaiveDate, Utc};
pub use sea_orm::ActiveValue::Set;
pub use serde::{Deserialize, Serialize};
pub use utoipa::ToSchema;
pub use utoipa_actix_web::service_config::ServiceConfig;
pub use uuid::Uuid;

pub use crate::access::{Class, Reach, Role};
pub use crate::api::body::{Body, Patch};
pub use crate::api::edit;
pub use crate::api::headers::{IfMatch, IfNoneMatch};
pub use crate::api::list::List;
pub use crate::api::operation::operation;
pub use crate::api::query::Query;
pub use crate::api::reply::{Created, NoContent, Page, Reply};
pub use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS, EXPAND_MEMBER, Editable, Expand, Field, Kind,
    Resource, Spec, Viewer, scope,
};
pub use crate::auth::Permit;
pub use crate::db::{Db, Tx};
pub use crate::error::{Code, Error, Fault, Result};
pub use crate::law::say;
pub use crate::law::text::{Text, plain, stored};
