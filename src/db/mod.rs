//! The service's way to the database: a transaction that carries the caller's identity. [`Db`] never
//! hands out a connection, only a [`Tx`] for the duration of one piece of work.
//!
//! The commands and the demo, which have no caller, use [`direct`] and a connection of their own.
pub mod connect;
pub mod constraints;
pub mod credentials;
pub mod direct;
pub mod embedded;
mod expression;
pub mod functions;
pub mod locks;
mod sending;
mod shared;
mod soon;
mod statement;
mod transaction;
mod tx;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::{Hook, HookError, Pool, Runtime};
use sea_orm::sea_query::Value;
use uuid::Uuid;

pub use tokio_postgres::types::Type;
pub use tokio_postgres::{Column, Row};

pub use expression::{
    any_live, any_of, any_row, array_of, condition, constant, identity, json_text, live, name_key,
    not_before_start, open, revise, same_name, texts, today, unnest, value_of,
};
pub use ketnap_tables as tables;
pub use ketnap_tables::{Failure, Record, Table, Unreadable, accepts, column};
pub use soon::Soon;
pub use statement::{Fixed, Query, Statement, inserted, returning, sql};
pub use tx::{Last, Tx};

use connect::Address;
use shared::Shared;
use transaction::{Sent, Transaction};

use crate::clock::{self, Clock};
use crate::error::{Error, Result};
use crate::law::words::Role;
use crate::sealing::Seals;

/// On whose behalf the work runs. Made by `auth` only: from a verified token, for signing in, or
/// for work that follows from what a caller did.
#[derive(Clone, Copy, Debug)]
pub enum Identity {
    /// A session and the account version its token was issued for; both are checked in the first
    /// flush.
    Session { id: Uuid, version: i32 },
    /// Not signed in: every policy is false, and only the sign-in functions can be called.
    Door,
    /// An organisation's Party Office, as no account: it reads, and writes no act.
    Office { organization: Uuid },
}

impl Identity {
    /// The statement that takes it on, and its values.
    fn entering(self, now: DateTime<Utc>) -> (&'static str, Vec<Value>) {
        match self {
            Self::Session { id, version } => (
                "select app.enter($1, $2, $3)",
                vec![id.into(), version.into(), now.into()],
            ),
            Self::Door => ("select app.enter_door()", Vec::new()),
            Self::Office { organization } => {
                let (role, today) = (Role::PartyOffice.wire(), clock::day(now));
                let values = [role.to_owned(), organization.to_string(), today.to_string()];
                (AS_THE_OFFICE, values.map(Value::from).into())
            }
        }
    }
}

/// The door first, so that nothing is left of whoever used the connection before.
const AS_THE_OFFICE: &str = "select app.enter_door(), set_config('app.role', $1, true), \
    set_config('app.organization', $2, true), set_config('app.today', $3, true)";

/// Anything that has an identity: a permit.
pub trait Entry {
    fn identity(&self) -> Identity;
}

/// Ends a transaction whose work is done, or was refused. False if it is to be begun again, after the
/// little while that has passed: here alone is retried after deadlocks and serialisation failures.
/// Apart from the work, so that there is one such function and not one for every kind of work.
async fn end(
    begun: &Transaction,
    keep: bool,
    refused: Option<Error>,
    tries: &mut u64,
) -> Result<bool> {
    let ended = match refused {
        None => begun.end(keep).await,
        Some(e) => {
            begun.rollback().await;
            Err(e)
        }
    };
    match ended {
        Ok(()) => Ok(true),
        Err(e) if e.is_retryable() && *tries < 3 => {
            *tries += 1;
            let jitter = u64::from(Uuid::new_v4().as_bytes()[0]);
            tokio::time::sleep(Duration::from_millis(5 * *tries + jitter / 8)).await;
            Ok(false)
        }
        Err(e) => Err(e),
    }
}

/// Connection pool, clock, keys and counters. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    shared: Arc<Shared>,
    address: Arc<Address>,
    clock: Clock,
    scopes: bool,
    sent: Arc<Sent>,
    seals: Option<Arc<Seals>>,
}

fn pool(address: &Address, size: usize) -> anyhow::Result<Pool> {
    let wait = Some(Duration::from_secs(5));
    // Row-level security inflates the planner's cost estimates so much that PostgreSQL JIT-compiles
    // the statement on every run, which takes longer than the statement itself.
    let interpret = Hook::async_fn(|client, _| {
        Box::pin(async {
            let set = client.batch_execute("set jit = off").await;
            set.map_err(HookError::Backend)
        })
    });
    let builder = Pool::builder(address.manager())
        .max_size(size)
        .post_create(interpret)
        .runtime(Runtime::Tokio1);
    Ok(builder
        .wait_timeout(wait)
        .create_timeout(wait)
        .recycle_timeout(wait)
        .build()?)
}

impl Db {
    /// A pool of at most `size` connections as the app role. Connects on first use.
    pub fn new(address: Address, size: usize, clock: Clock) -> anyhow::Result<Self> {
        let pool = pool(&address, size)?;
        Ok(Self {
            shared: Arc::new(Shared::of(&pool)),
            pool,
            address: Arc::new(address),
            clock,
            scopes: true,
            sent: Arc::default(),
            seals: None,
        })
    }

    /// The same with its own connections: one pool per worker thread, so that a connection is
    /// driven by the thread that uses it.
    pub fn for_worker(&self, size: usize) -> anyhow::Result<Self> {
        let pool = pool(&self.address, size)?;
        Ok(Self {
            shared: Arc::new(Shared::of(&pool)),
            pool,
            ..self.clone()
        })
    }

    /// Omits the queries' own scopes, so that a test can show that row-level security holds by
    /// itself.
    #[must_use]
    pub fn without_scopes(mut self) -> Self {
        self.scopes = false;
        self
    }

    /// The same with the keys of what is stored sealed, if none is missing.
    #[must_use]
    pub fn sealed_by(mut self, seals: Option<Arc<Seals>>) -> Self {
        self.seals = seals.filter(|seals| seals.can_index());
        self
    }

    /// The keys of what is stored sealed; none where there is no `seal.key` or `index.key`.
    pub fn seals(&self) -> Option<&Arc<Seals>> {
        self.seals.as_ref()
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Number of statements sent so far, for tests.
    pub fn statements(&self) -> u64 {
        self.sent.statements.load(Ordering::Relaxed)
    }

    /// Number of times that the server was waited for so far, for tests.
    pub fn flushes(&self) -> u64 {
        self.sent.flushes.load(Ordering::Relaxed)
    }

    pub fn pool_status(&self) -> deadpool_postgres::Status {
        self.pool.status()
    }

    /// Number of open connections that reads share; the pool counts them as taken.
    pub fn shared(&self) -> usize {
        self.shared.open()
    }

    /// Runs `work` as the caller in a READ ONLY transaction.
    pub async fn read<T>(
        &self,
        entry: &impl Entry,
        work: impl AsyncFn(Tx) -> Result<T>,
    ) -> Result<T> {
        self.attempt(entry, true, true, work).await
    }

    /// The same, which may write an entry about what is read if it is `traced`.
    pub async fn read_traced<T>(
        &self,
        entry: &impl Entry,
        traced: bool,
        work: impl AsyncFn(Tx) -> Result<T>,
    ) -> Result<T> {
        self.attempt(entry, !traced, true, work).await
    }

    /// Checks that the caller's session is alive, for handlers that read nothing else.
    pub async fn admit(&self, entry: &impl Entry) -> Result<()> {
        let alive = async |tx: Tx| tx.last().rows("select 1", vec![]).await;
        self.read(entry, alive).await.map(drop)
    }

    /// Runs `work` as the caller: committed if it succeeds, rolled back if not.
    pub async fn run<T>(
        &self,
        entry: &impl Entry,
        work: impl AsyncFn(Tx) -> Result<T>,
    ) -> Result<T> {
        self.attempt(entry, false, true, work).await
    }

    /// Runs `work` as the caller and rolls it back: what would happen.
    pub async fn rehearse<T>(
        &self,
        entry: &impl Entry,
        work: impl AsyncFn(Tx) -> Result<T>,
    ) -> Result<T> {
        self.attempt(entry, false, false, work).await
    }

    async fn attempt<T>(
        &self,
        entry: &impl Entry,
        read_only: bool,
        keep: bool,
        work: impl AsyncFn(Tx) -> Result<T>,
    ) -> Result<T> {
        let mut tries = 0;
        loop {
            let begun = Arc::new(Transaction::new(self, entry.identity(), read_only));
            let (value, refused) = match work(Tx::new(begun.clone())).await {
                Ok(value) => (Some(value), None),
                Err(e) => (None, Some(e)),
            };
            let ended = end(&begun, keep, refused, &mut tries).await?;
            if let Some(value) = value.filter(|_| ended) {
                return Ok(value);
            }
        }
    }

    /// For `/readyz`: can a connection be had, and does it answer?
    pub async fn ping(&self) -> Result<()> {
        let connection = self.pool.get().await.map_err(Error::unavailable)?;
        connection
            .batch_execute("")
            .await
            .map_err(Error::unavailable)
    }

    /// For `/readyz`: the newest applied migration.
    pub async fn migrated_to(&self) -> Result<Option<String>> {
        let connection = self.pool.get().await.map_err(Error::unavailable)?;
        let row = connection
            .query_opt("select max(version) from public.seaql_migrations", &[])
            .await
            .map_err(Error::unavailable)?;
        Ok(row.and_then(|r| r.get(0)))
    }
}
