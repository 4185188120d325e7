//! Whether the process has been told to stop.
use std::sync::atomic::{AtomicBool, Ordering};

static STOPPING: AtomicBool = AtomicBool::new(false);

/// The process has been told to stop: `/readyz` says so first.
pub fn stopping() -> bool {
    STOPPING.load(Ordering::Relaxed)
}

/// Told by the signal handler.
pub fn stop_accepting() {
    STOPPING.store(true, Ordering::Relaxed);
}
