//! One transaction of one caller, over tokio-postgres: BEGIN, the identity and the first statement
//! leave in one flush; COMMIT travels with the last statement.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use deadpool_postgres::{Object, Pool};
use futures_util::FutureExt as _;
use futures_util::future::{OptionFuture, join_all, join5};
use sea_orm::sea_query::Value;
use tokio::sync::Mutex;
use tokio::sync::oneshot::Receiver;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::Db;
use super::connect::Address;
use super::sending::{Check, Reader, Ready, Received, Sending, UNCHECKED, Waiting};
use super::shared::Shared;
use super::statement::Built;
use super::{Failure, Identity};
use crate::error::{Error, Result};
use crate::sealing::Seals;

/// A connection clears its cache when it has prepared this many statements.
const MOST_STATEMENTS: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Nothing sent.
    Fresh,
    Open,
    /// A statement failed; only ROLLBACK is possible.
    Failed,
    Done,
}

/// How much was sent: statements, and groups of them that wait for an answer.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) statements: AtomicU64,
    pub(super) flushes: AtomicU64,
}

struct State {
    connection: Option<Object>,
    phase: Phase,
    /// A statement is in flight. Stays true if its future is dropped, and then the connection is
    /// not reused.
    busy: bool,
    /// Statements that leave with the next one.
    queued: Vec<Waiting>,
}

/// A transaction and its connection. Only `Db` begins and ends one.
pub(super) struct Transaction {
    pool: Pool,
    shared: Arc<Shared>,
    address: Arc<Address>,
    pub(super) identity: Identity,
    pub(super) now: DateTime<Utc>,
    read_only: bool,
    pub(super) scopes: bool,
    pub(super) seals: Option<Arc<Seals>>,
    sent: Arc<Sent>,
    state: Mutex<State>,
}

impl Transaction {
    pub(super) fn new(db: &Db, identity: Identity, read_only: bool) -> Self {
        let state = Mutex::new(State {
            connection: None,
            phase: Phase::Fresh,
            busy: false,
            queued: Vec::new(),
        });
        Self {
            pool: db.pool.clone(),
            shared: db.shared.clone(),
            address: db.address.clone(),
            identity,
            now: db.clock.now(),
            read_only,
            scopes: db.scopes,
            seals: db.seals.clone(),
            sent: db.sent.clone(),
            state,
        }
    }

    /// The rows of a statement whose columns `check` knows. What is done with each kind of row or
    /// statement, the callers do: this is compiled once.
    pub(super) async fn query(
        &self,
        built: Built,
        check: Check,
        last: bool,
    ) -> Result<Vec<Row>, Failure> {
        let sending = Sending {
            rows: true,
            last,
            quick: true,
            check,
        };
        match self.send(&built.text, built.values, sending).await? {
            Received::Rows(rows) => Ok(rows),
            Received::Count(_) => Ok(Vec::new()),
        }
    }

    pub(super) async fn execute(&self, built: Built, last: bool) -> Result<u64> {
        let sending = Sending {
            rows: false,
            last,
            quick: false,
            check: UNCHECKED,
        };
        match self.send(&built.text, built.values, sending).await? {
            Received::Count(n) => Ok(n),
            Received::Rows(rows) => Ok(rows.len() as u64),
        }
    }

    pub(super) async fn rows(&self, sql: &str, values: Vec<Value>, last: bool) -> Result<Vec<Row>> {
        let sending = Sending {
            rows: true,
            last,
            quick: false,
            check: UNCHECKED,
        };
        match self.send(sql, values, sending).await? {
            Received::Rows(rows) => Ok(rows),
            Received::Count(_) => Ok(Vec::new()),
        }
    }

    /// Sends the statement with the next one, in the same flush.
    pub(super) async fn later(&self, built: Built) {
        self.wait(built, None).await;
    }

    /// The same for one whose rows are read.
    pub(super) async fn soon(&self, built: Built, check: Check) -> Receiver<Vec<Row>> {
        let (reader, rows) = Reader::new(check);
        self.wait(built, Some(reader)).await;
        rows
    }

    async fn wait(&self, built: Built, reader: Option<Reader>) {
        self.state
            .lock()
            .await
            .queued
            .push(Waiting { built, reader });
    }

    /// Sends what waits, if nothing else was sent before.
    pub(super) async fn open(&self) -> Result<(), Failure> {
        let fresh = self.state.lock().await.phase == Phase::Fresh;
        if fresh {
            self.flush(false).await
        } else {
            Ok(())
        }
    }

    /// Sends what waits, if anything does.
    pub(super) async fn flush(&self, last: bool) -> Result<(), Failure> {
        let next = self.state.lock().await.queued.pop();
        let Some(Waiting { built, reader }) = next else {
            return Ok(());
        };
        let sending = Sending {
            rows: reader.is_some(),
            last,
            quick: false,
            check: reader.as_ref().map_or(UNCHECKED, |reader| reader.check),
        };
        let answer = self.send(&built.text, built.values, sending).await?;
        if let (Some(reader), Received::Rows(rows)) = (reader, answer) {
            reader.take(rows);
        }
        Ok(())
    }

    async fn send(
        &self,
        sql: &str,
        values: Vec<Value>,
        sending: Sending,
    ) -> Result<Received, Failure> {
        let mut s = self.state.lock().await;
        match s.phase {
            Phase::Fresh | Phase::Open => {}
            Phase::Failed => return Err(Failure::Misuse("a statement after a failed one".into())),
            Phase::Done => return Err(Failure::Misuse("a statement after the last one".into())),
        }
        let first = s.phase == Phase::Fresh;
        let alone = first && sending.last && self.read_only && s.queued.is_empty();
        if alone
            && sending.quick
            && let Some(connection) = self.shared.get(&self.pool).await?
        {
            // the transaction ends with this flush, whatever the result
            s.phase = Phase::Done;
            let work = (sql, values);
            return self
                .exchange(&connection, Vec::new(), work, sending, true)
                .await;
        }
        let connection = match s.connection.take() {
            Some(connection) => connection,
            None => (self.pool.get().await).map_err(|_| Failure::NoConnection)?,
        };
        s.busy = true;
        let queued = std::mem::take(&mut s.queued);
        let connection = s.connection.insert(connection);
        let answer = self
            .exchange(connection, queued, (sql, values), sending, first)
            .await;
        s.busy = false;
        s.phase = match &answer {
            Ok(_) if sending.last => Phase::Done,
            Ok(_) => Phase::Open,
            Err(_) => Phase::Failed,
        };
        answer
    }

    async fn exchange(
        &self,
        c: &Object,
        queued: Vec<Waiting>,
        (sql, values): (&str, Vec<Value>),
        sending: Sending,
        first: bool,
    ) -> Result<Received, Failure> {
        let failed = |e: tokio_postgres::Error| Failure::from(&e);
        let prepare = async |text: &str| c.prepare_cached(text).await.map_err(failed);
        if c.statement_cache.size() > MOST_STATEMENTS {
            c.statement_cache.clear();
        }
        let mut before = Vec::new();
        for Waiting { built, reader } in queued {
            let check = reader.as_ref().map_or(UNCHECKED, |reader| reader.check);
            let ready = Ready::of(c, &built.text, built.values, check).await?;
            before.push((ready, reader));
        }
        let wanted = Ready::of(c, sql, values, sending.check).await?;
        let (begin, entry) = if first {
            let begin = if self.read_only {
                "BEGIN READ ONLY"
            } else {
                "BEGIN"
            };
            let (enter, values) = self.identity.entering(self.now);
            let entry = Ready::of(c, enter, values, UNCHECKED).await?;
            (Some(prepare(begin).await?), Some(entry))
        } else {
            (None, None)
        };
        let commit = if sending.last {
            Some(prepare("COMMIT").await?)
        } else {
            None
        };
        let sent = 1 + before.len() as u64;
        self.sent.statements.fetch_add(sent, Ordering::Relaxed);
        self.sent.flushes.fetch_add(1, Ordering::Relaxed);
        let none: &[&(dyn ToSql + Sync)] = &[];
        let opening = begin.as_ref().map(|begin| c.execute(begin, none));
        let entering = entry
            .as_ref()
            .map(async |entry| c.query(&entry.statement, &entry.parameters()).await);
        let ahead = before.iter().map(async |(ready, reader)| {
            let (statement, parameters) = (&ready.statement, ready.parameters());
            match reader {
                Some(_) => c.query(statement, &parameters).await,
                None => c.execute(statement, &parameters).await.map(|_| Vec::new()),
            }
        });
        let work = async {
            let (statement, parameters) = (&wanted.statement, wanted.parameters());
            if sending.rows {
                c.query(statement, &parameters).await.map(Received::Rows)
            } else {
                c.execute(statement, &parameters).await.map(Received::Count)
            }
        };
        let closing = commit.as_ref().map(|commit| c.execute(commit, none));
        // join polls all futures first, in this order, so everything leaves in one flush
        let (opened, entered, done, worked, kept) = join5(
            OptionFuture::from(opening),
            OptionFuture::from(entering),
            join_all(ahead),
            work,
            OptionFuture::from(closing),
        )
        .await;
        opened.transpose().map_err(failed)?;
        entered.transpose().map_err(failed)?;
        for ((_, reader), answer) in before.into_iter().zip(done) {
            let rows = answer.map_err(failed)?;
            if let Some(reader) = reader {
                reader.take(rows);
            }
        }
        let answer = worked.map_err(failed)?;
        kept.transpose().map_err(failed)?;
        Ok(answer)
    }

    /// Commits if `keep`, otherwise rolls back.
    pub(super) async fn end(&self, keep: bool) -> Result<()> {
        if keep {
            self.commit().await
        } else {
            self.rollback().await;
            Ok(())
        }
    }

    async fn commit(&self) -> Result<()> {
        let mut s = self.state.lock().await;
        // COMMIT travels with what is still to be sent
        if !s.queued.is_empty() {
            drop(s);
            return self.flush(true).await.map_err(Error::from);
        }
        let done = match s.phase {
            // nothing depends on the end of a transaction that has only read: COMMIT is sent before
            // whatever the next user of the connection sends, and nobody waits for its answer
            Phase::Open if self.read_only => {
                if let Some(c) = s.connection.as_ref() {
                    let _ = c.batch_execute("COMMIT").now_or_never();
                }
                s.phase = Phase::Done;
                Ok(())
            }
            Phase::Open => {
                s.busy = true;
                self.sent.flushes.fetch_add(1, Ordering::Relaxed);
                let done = match s.connection.as_ref() {
                    Some(c) => c
                        .batch_execute("COMMIT")
                        .await
                        .map_err(|e| Error::from(Failure::from(&e))),
                    None => Ok(()),
                };
                s.busy = done.is_err();
                s.phase = Phase::Done;
                done
            }
            Phase::Failed => Err(Error::internal(anyhow::anyhow!(
                "a failed statement was passed over"
            ))),
            Phase::Fresh | Phase::Done => Ok(()),
        };
        drop(s);
        if done.is_err() {
            self.rollback().await;
        }
        done
    }

    pub(super) async fn rollback(&self) {
        let mut s = self.state.lock().await;
        if matches!(s.phase, Phase::Open | Phase::Failed)
            && !s.busy
            && let Some(c) = s.connection.as_ref()
            && c.batch_execute("ROLLBACK").await.is_ok()
        {
            s.phase = Phase::Done;
        }
    }
}

impl Drop for Transaction {
    /// Dropped before its end (a panic, a cancelled future): the connection may have an open
    /// transaction or a running statement. It is taken out of the pool, which makes the server roll
    /// back, and the running statement is cancelled.
    fn drop(&mut self) {
        let s = self.state.get_mut();
        if (s.busy || matches!(s.phase, Phase::Open | Phase::Failed))
            && let Some(connection) = s.connection.take()
        {
            let connection = Object::take(connection);
            let cancel = connection.cancel_token();
            if s.busy && tokio::runtime::Handle::try_current().is_ok() {
                let address = self.address.clone();
                tokio::spawn(async move { address.cancel(cancel).await });
            }
        }
    }
}
