//! One transaction of one caller, over tokio-postgres: BEGIN, the identity and the first statement
//! leave in one flush; COMMIT travels with the last statement.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use deadpool_postgres::{Object, Pool};
use futures_util::FutureExt as _;
use futures_util::future::{join, join3, join4};
use sea_orm::sea_query::Value;
use sea_query_postgres::PostgresValue;
use tokio::sync::Mutex;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Column, Row, Statement as Prepared};

use super::connect::Address;
use super::{Failure, Identity, Record, Statement};
use crate::error::{Error, Result};

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
}

/// A transaction and its connection. Only `Db` begins and ends one.
pub(super) struct Work {
    pool: Pool,
    address: Arc<Address>,
    identity: Identity,
    pub(super) now: DateTime<Utc>,
    read_only: bool,
    pub(super) scopes: bool,
    sent: Arc<Sent>,
    state: Mutex<State>,
}

/// How to send a statement.
#[derive(Clone, Copy)]
struct Sending {
    /// Whether to read rows, or only their number.
    rows: bool,
    /// Whether COMMIT travels with it.
    last: bool,
    /// Checks the columns of a newly prepared statement.
    check: fn(&[Column]) -> Result<(), Failure>,
}

enum Answer {
    Rows(Vec<Row>),
    Count(u64),
}

impl Work {
    pub(super) fn new(
        pool: Pool,
        address: Arc<Address>,
        identity: Identity,
        now: DateTime<Utc>,
        read_only: bool,
        scopes: bool,
        sent: Arc<Sent>,
    ) -> Self {
        let state = Mutex::new(State {
            connection: None,
            phase: Phase::Fresh,
            busy: false,
        });
        Self {
            pool,
            address,
            identity,
            now,
            read_only,
            scopes,
            sent,
            state,
        }
    }

    pub(super) async fn all<S: Statement>(&self, statement: S, last: bool) -> Result<Vec<S::Row>> {
        let rows = self.query::<S>(statement, last).await?;
        Ok(rows.iter().map(S::Row::decode).collect::<Result<_, _>>()?)
    }

    pub(super) async fn one<S: Statement>(
        &self,
        statement: S,
        last: bool,
    ) -> Result<Option<S::Row>> {
        let rows = self.query::<S>(statement, last).await?;
        Ok(rows.first().map(S::Row::decode).transpose()?)
    }

    async fn query<S: Statement>(&self, statement: S, last: bool) -> Result<Vec<Row>, Failure> {
        let built = statement.build();
        let check = S::Row::check;
        let sending = Sending {
            rows: true,
            last,
            check,
        };
        match self.send(&built.text, built.values, sending).await? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Count(_) => Ok(Vec::new()),
        }
    }

    pub(super) async fn execute<S: Statement>(&self, statement: S, last: bool) -> Result<u64> {
        let built = statement.build();
        let sending = Sending {
            rows: false,
            last,
            check: |_| Ok(()),
        };
        match self.send(&built.text, built.values, sending).await? {
            Answer::Count(n) => Ok(n),
            Answer::Rows(rows) => Ok(rows.len() as u64),
        }
    }

    pub(super) async fn rows(&self, sql: &str, values: Vec<Value>, last: bool) -> Result<Vec<Row>> {
        let sending = Sending {
            rows: true,
            last,
            check: |_| Ok(()),
        };
        match self.send(sql, values, sending).await? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Count(_) => Ok(Vec::new()),
        }
    }

    async fn send(
        &self,
        sql: &str,
        values: Vec<Value>,
        sending: Sending,
    ) -> Result<Answer, Failure> {
        let mut s = self.state.lock().await;
        match s.phase {
            Phase::Fresh | Phase::Open => {}
            Phase::Failed => return Err(Failure::Misuse("a statement after a failed one".into())),
            Phase::Done => return Err(Failure::Misuse("a statement after the last one".into())),
        }
        let connection = match s.connection.take() {
            Some(connection) => connection,
            None => (self.pool.get().await).map_err(|_| Failure::NoConnection)?,
        };
        s.busy = true;
        let first = s.phase == Phase::Fresh;
        let answer = self
            .exchange(s.connection.insert(connection), sql, values, sending, first)
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
        sql: &str,
        values: Vec<Value>,
        sending: Sending,
        first: bool,
    ) -> Result<Answer, Failure> {
        let prepare =
            async |text: &str| c.prepare_cached(text).await.map_err(|e| Failure::from(&e));
        if c.statement_cache.size() > MOST_STATEMENTS {
            c.statement_cache.clear();
        }
        let known = c.statement_cache.size();
        let statement = prepare(sql).await?;
        if c.statement_cache.size() > known
            && let Err(misfit) = (sending.check)(statement.columns())
        {
            c.statement_cache.remove(sql, &[]);
            return Err(misfit);
        }
        let values: Vec<PostgresValue> = values.into_iter().map(PostgresValue).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as _).collect();
        self.sent.statements.fetch_add(1, Ordering::Relaxed);
        self.sent.flushes.fetch_add(1, Ordering::Relaxed);
        let work = async {
            if sending.rows {
                c.query(&statement, &parameters).await.map(Answer::Rows)
            } else {
                c.execute(&statement, &parameters).await.map(Answer::Count)
            }
        };
        // join polls all futures first, so everything is enqueued at once and leaves in one flush
        let none: &[&(dyn ToSql + Sync)] = &[];
        let failed = |e: tokio_postgres::Error| Failure::from(&e);
        match (first, sending.last) {
            (true, last) => {
                let begin = prepare(if self.read_only {
                    "BEGIN READ ONLY"
                } else {
                    "BEGIN"
                })
                .await?;
                let (enter, entry) = self.entry(c).await?;
                let entry: Vec<&(dyn ToSql + Sync)> =
                    entry.iter().map(|v| v.as_ref() as _).collect();
                let opening = c.execute(&begin, none);
                let entered = c.query(&enter, &entry);
                if last {
                    let commit = prepare("COMMIT").await?;
                    let (opened, known, worked, kept) =
                        join4(opening, entered, work, c.execute(&commit, none)).await;
                    opened.map_err(failed)?;
                    known.map_err(failed)?;
                    let answer = worked.map_err(failed)?;
                    kept.map_err(failed)?;
                    return Ok(answer);
                }
                let (opened, known, worked) = join3(opening, entered, work).await;
                opened.map_err(failed)?;
                known.map_err(failed)?;
                worked.map_err(failed)
            }
            (false, true) => {
                let commit = prepare("COMMIT").await?;
                let (worked, kept) = join(work, c.execute(&commit, none)).await;
                let answer = worked.map_err(failed)?;
                kept.map_err(failed)?;
                Ok(answer)
            }
            (false, false) => work.await.map_err(failed),
        }
    }

    async fn entry(
        &self,
        c: &Object,
    ) -> Result<(Prepared, Vec<Box<dyn ToSql + Sync + Send>>), Failure> {
        let prepare = async |text| c.prepare_cached(text).await.map_err(|e| Failure::from(&e));
        match self.identity {
            Identity::Session { id, version } => {
                let enter = prepare("select app.enter($1, $2, $3)");
                let values: Vec<Box<dyn ToSql + Sync + Send>> =
                    vec![Box::new(id), Box::new(version), Box::new(self.now)];
                Ok((enter.await?, values))
            }
            Identity::Door => Ok((prepare("select app.enter_door()").await?, Vec::new())),
        }
    }

    pub(super) async fn commit(&self) -> Result<()> {
        let mut s = self.state.lock().await;
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

impl Drop for Work {
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
