//! Connections on which many reads travel at once.
//!
//! A read of one statement leaves whole, from BEGIN to COMMIT, in one flush. Nothing of another
//! request can come between, as long as all are sent by one thread: others get no shared
//! connection. Together they cost the server and PostgreSQL fewer wake-ups than each on its own.
use std::sync::{Arc, OnceLock};
use std::thread::{self, ThreadId};

use deadpool_postgres::{Object, Pool};
use tokio::sync::Mutex;

use super::Failure;

/// With so many reads before it on every shared connection, a read takes one of its own.
const MOST_WAITING: usize = 8;

/// A connection, and everybody who waits for its answers.
type Slot = Mutex<Option<Arc<Object>>>;

/// A quarter of a pool's connections, taken from it on first use and kept.
pub(super) struct Shared {
    slots: Vec<Slot>,
    /// The thread that sends; the first one that asked.
    thread: OnceLock<ThreadId>,
}

impl Shared {
    pub(super) fn of(pool: &Pool) -> Self {
        let quarter = pool.status().max_size / 4;
        Self {
            slots: (0..quarter).map(|_| Slot::default()).collect(),
            thread: OnceLock::new(),
        }
    }

    /// How many are open.
    pub(super) fn open(&self) -> usize {
        let open = |slot: &&Slot| slot.try_lock().is_ok_and(|kept| kept.is_some());
        self.slots.iter().filter(open).count()
    }

    /// The connection with the fewest reads on it; `None` if all are busy, the pool is too small to
    /// share any, or this is not the thread that does.
    pub(super) async fn get(&self, pool: &Pool) -> Result<Option<Arc<Object>>, Failure> {
        let here = thread::current().id();
        if *self.thread.get_or_init(|| here) != here {
            return Ok(None);
        }
        let mut best: Option<(usize, &Slot)> = None;
        for slot in &self.slots {
            let Ok(kept) = slot.try_lock() else { continue };
            let waiting = match kept.as_ref() {
                Some(connection) if !connection.is_closed() => Arc::strong_count(connection) - 1,
                _ => 0,
            };
            if best.is_none_or(|(least, _)| waiting < least) {
                best = Some((waiting, slot));
            }
        }
        let Some((_, slot)) = best.filter(|(waiting, _)| *waiting < MOST_WAITING) else {
            return Ok(None);
        };
        let mut kept = slot.lock().await;
        if let Some(connection) = kept.as_ref().filter(|connection| !connection.is_closed()) {
            return Ok(Some(connection.clone()));
        }
        // close the old one first: it may be the last connection that the pool can give
        *kept = None;
        let connection = Arc::new(pool.get().await.map_err(|_| Failure::NoConnection)?);
        Ok(Some(kept.insert(connection).clone()))
    }
}
