//! Liveness.

use crate::api::health::Health;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::routes::Routes;

pub fn configure(root: &mut Routes) {
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
