//! The server that another process runs with the same data: commands work beside a service.
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// URL of the role on the running server; `None` if no process runs one.
pub fn url(home: &Path, role: &str, database: &str) -> Option<String> {
    let lock = File::open(home.join("lock")).ok()?;
    if !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
        return None;
    }
    let mut folders = fs::read_dir(home).ok()?.flatten().map(|e| e.path());
    folders.find_map(|folder| {
        let state = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
        let mut lines = state.lines().map(str::trim);
        let port = lines.nth(3)?.parse().ok()?;
        if lines.nth(3) != Some("ready") {
            return None;
        }
        let pgpass = fs::read_to_string(folder.join("pgpass")).ok()?;
        Some(super::url(&pgpass, port, role, database))
    })
}
