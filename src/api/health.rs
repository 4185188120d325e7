//! How the process is: alive, ready, or told to stop.
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use utoipa::ToSchema;

static STOPPING: AtomicBool = AtomicBool::new(false);

/// The process has been told to stop: `/readyz` says so first.
pub fn stopping() -> bool {
    STOPPING.load(Ordering::Relaxed)
}

/// Told by the signal handler.
pub fn stop_accepting() {
    STOPPING.store(true, Ordering::Relaxed);
}

/// Whether the service lives.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    #[schema(example = "ok", max_length = 20)]
    pub status: &'static str,
    /// Version of the service
    #[schema(example = "0.1.0", max_length = 40)]
    pub version: &'static str,
}
