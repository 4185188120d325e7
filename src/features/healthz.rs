//! Liveness.
use utoipa_actix_web::service_config::ServiceConfig;

use crate::api::health::Health;
use crate::api::operation::operation;
use crate::api::reply::Reply;

pub fn configure(root: &mut ServiceConfig) {
    root.service(get_health);
}

/// Check that the process is alive
#[operation(get, "/healthz", tag = "service", answer = "Alive")]
pub async fn get_health() -> Reply<Health> {
    Reply::new(&Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}
