//! Readiness.
use actix_web::web::Data;

use crate::api::health::Health;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::db::Db;
use crate::error::{Error, Result};

pub fn configure(root: &mut Routes) {
    root.service(get_readiness);
}

/// Check that the service is ready
///
/// The database is reachable, its schema current, and the service is not stopping.
#[operation(get, "/readyz", tag = "service", answer = "Ready")]
pub async fn get_readiness(db: Data<Db>) -> Result<Reply<Health>> {
    if crate::api::health::stopping() {
        return Err(Error::unavailable(anyhow::anyhow!("stopping")));
    }
    db.ping().await?;
    if db.migrated_to().await?.as_deref() != Some(migration::newest()) {
        return Err(Error::unavailable(anyhow::anyhow!("pending migrations")));
    }
    Ok(Reply::new(&Health {
        status: "ready",
        version: env!("CARGO_PKG_VERSION"),
    }))
}
