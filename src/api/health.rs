//! State of the process: alive, ready or stopping.
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use utoipa::ToSchema;

static STOPPING: AtomicBool = AtomicBool::new(false);

/// Whether the process has been told to stop; `/readyz` then fails, before connections close.
pub fn stopping() -> bool {
    STOPPING.load(Ordering::Relaxed)
}

/// Called by the signal handler.
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
