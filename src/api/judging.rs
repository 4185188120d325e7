//! What is being judged again after a wide change, so that a reader of the findings knows that more
//! may follow. A start of the service judges everything anew, so nothing is kept beyond its end.
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Files that are being judged again after a wide change
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Judging {
    /// Files with an act on that day or later are judged
    pub from: NaiveDate,
    pub started_at: DateTime<Utc>,
    /// Files judged so far
    #[schema(minimum = 0)]
    pub judged: usize,
    /// Files among them whose deadlines were computed again
    #[schema(minimum = 0)]
    pub changed: usize,
    /// True: given up after repeated failures; the next start of the service judges every file
    pub failed: bool,
}

/// A job's key: its organisation and its number.
pub type Job = (Uuid, usize);
type Running = BTreeMap<Job, Judging>;

/// The jobs that run or have been given up.
#[derive(Default)]
pub struct Jobs {
    running: Mutex<Running>,
    turn: sync::Mutex<()>,
}

impl Jobs {
    fn all(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One page at a time: what is judged by new regulations is written after everything that was judged
    /// by those before.
    pub async fn turn(&self) -> sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Starts one for the organisation, and returns it by its key.
    pub fn start(&self, organization: Uuid, from: NaiveDate, now: DateTime<Utc>) -> Job {
        let mut all = self.all();
        let number = all.keys().map(|key| key.1 + 1).max().unwrap_or(0);
        let job = Judging {
            from,
            started_at: now,
            judged: 0,
            changed: 0,
            failed: false,
        };
        all.insert((organization, number), job);
        (organization, number)
    }

    /// So many more were judged.
    pub fn go_on(&self, key: Job, judged: usize, changed: usize) {
        if let Some(job) = self.all().get_mut(&key) {
            job.judged += judged;
            job.changed += changed;
        }
    }

    pub fn give_up(&self, key: Job) {
        if let Some(job) = self.all().get_mut(&key) {
            job.failed = true;
        }
    }

    pub fn end(&self, key: Job) {
        self.all().remove(&key);
    }

    pub fn of(&self, organization: Uuid) -> Vec<Judging> {
        let all = self.all();
        let own = all.iter().filter(|(key, _)| key.0 == organization);
        own.map(|(_, job)| job.clone()).collect()
    }
}
