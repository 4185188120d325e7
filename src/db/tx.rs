//! One transaction of one caller, over tokio-postgres: BEGIN, the identity and the first statement
//! travel in one flush, COMMIT with the last. Implements sea-orm's `ConnectionTrait`, so stores
//! never name the driver.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use deadpool_postgres::{Object, Pool};
use futures_util::future::{join, join3, join4};
use sea_orm::sea_query::Value;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, ProxyExecResult, QueryResult, Statement,
};
use sea_query_postgres::PostgresValue;
use tokio::sync::Mutex;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement as Prepared};

use super::connect::Address;
use super::{Identity, row};
use crate::error::{Error, Result, db_error};

/// A connection keeps at most this many prepared statements before it forgets them all.
const MOST_STATEMENTS: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Nothing sent.
    Fresh,
    Open,
    /// A statement failed: the transaction can only be rolled back.
    Failed,
    Done,
}

struct State {
    connection: Option<Object>,
    phase: Phase,
    /// A statement is on its way. Still true when the future was dropped: the connection is not used again.
    busy: bool,
    last: bool,
}

/// An open piece of work. Only `Db` makes one and only `Db` ends one.
pub struct Tx {
    pool: Pool,
    address: Arc<Address>,
    identity: Identity,
    now: DateTime<Utc>,
    read_only: bool,
    scopes: bool,
    statements: Arc<AtomicU64>,
    state: Mutex<State>,
}

enum Answer {
    Rows(Vec<Row>),
    Count(u64),
}

fn driver(e: &tokio_postgres::Error) -> DbErr {
    match e.as_db_error() {
        Some(d) => db_error(d.code().code(), d.constraint()),
        None if e.is_closed() => db_error("closed", None),
        // encoding and decoding: our own fault; carries types, no values
        None => match std::error::Error::source(e).and_then(|s| s.downcast_ref::<std::io::Error>())
        {
            Some(_) => db_error("closed", None),
            None => DbErr::Custom(e.to_string()),
        },
    }
}

impl Tx {
    pub(super) fn new(
        pool: Pool,
        address: Arc<Address>,
        identity: Identity,
        now: DateTime<Utc>,
        read_only: bool,
        scopes: bool,
        statements: Arc<AtomicU64>,
    ) -> Self {
        let state = Mutex::new(State {
            connection: None,
            phase: Phase::Fresh,
            busy: false,
            last: false,
        });
        Self {
            pool,
            address,
            identity,
            now,
            read_only,
            scopes,
            statements,
            state,
        }
    }

    /// The time of this work: one instant for all its rows.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The condition that a query adds for the caller's reach; always true where a test leaves scopes out.
    pub fn scope(&self, condition: &'static str) -> &'static str {
        if self.scopes { condition } else { "true" }
    }

    /// The next statement is the last: COMMIT travels with it, and a statement after it is refused.
    pub async fn last(&self) -> &Self {
        self.last_if(true).await;
        self
    }

    pub async fn last_if(&self, last: bool) {
        self.state.lock().await.last = last;
    }

    /// Rows of one statement, for hot reads decoded by column.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>> {
        match self.send(sql, values, true).await? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Count(_) => Ok(Vec::new()),
        }
    }

    async fn send(&self, sql: &str, values: Vec<Value>, rows: bool) -> Result<Answer, DbErr> {
        let mut s = self.state.lock().await;
        match s.phase {
            Phase::Fresh | Phase::Open => {}
            Phase::Failed => return Err(DbErr::Custom("a statement after a failed one".into())),
            Phase::Done => return Err(DbErr::Custom("a statement after the last one".into())),
        }
        let connection = match s.connection.take() {
            Some(connection) => connection,
            None => self.pool.get().await.map_err(|_| db_error("pool", None))?,
        };
        s.busy = true;
        let place = (s.phase == Phase::Fresh, s.last);
        let answer = self
            .exchange(s.connection.insert(connection), sql, values, rows, place)
            .await;
        s.busy = false;
        s.phase = match &answer {
            Ok(_) if s.last => Phase::Done,
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
        rows: bool,
        (first, last): (bool, bool),
    ) -> Result<Answer, DbErr> {
        let prepare = async |text: &str| c.prepare_cached(text).await.map_err(|e| driver(&e));
        if c.statement_cache.size() > MOST_STATEMENTS {
            c.statement_cache.clear();
        }
        let statement = prepare(sql).await?;
        let values: Vec<PostgresValue> = values.into_iter().map(PostgresValue).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as _).collect();
        self.statements.fetch_add(1, Ordering::Relaxed);
        let work = async {
            if rows {
                c.query(&statement, &parameters).await.map(Answer::Rows)
            } else {
                c.execute(&statement, &parameters).await.map(Answer::Count)
            }
        };
        // join polls all futures at once: everything is enqueued in one go and leaves in one flush
        let none: &[&(dyn ToSql + Sync)] = &[];
        match (first, last) {
            (true, _) => {
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
                    opened.map_err(|e| driver(&e))?;
                    known.map_err(|e| driver(&e))?;
                    let answer = worked.map_err(|e| driver(&e))?;
                    kept.map_err(|e| driver(&e))?;
                    return Ok(answer);
                }
                let (b, e, w) = join3(opening, entered, work).await;
                b.map_err(|e| driver(&e))?;
                e.map_err(|e| driver(&e))?;
                w.map_err(|e| driver(&e))
            }
            (false, true) => {
                let commit = prepare("COMMIT").await?;
                let (w, k) = join(work, c.execute(&commit, none)).await;
                let answer = w.map_err(|e| driver(&e))?;
                k.map_err(|e| driver(&e))?;
                Ok(answer)
            }
            (false, false) => work.await.map_err(|e| driver(&e)),
        }
    }

    async fn entry(
        &self,
        c: &Object,
    ) -> Result<(Prepared, Vec<Box<dyn ToSql + Sync + Send>>), DbErr> {
        match self.identity {
            Identity::Session { id, version } => {
                let enter = c
                    .prepare_cached(
                        "select app.enter($1, $2, $3), set_config('app.today', ($3::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date::text, true)",
                    )
                    .await
                    .map_err(|e| driver(&e))?;
                Ok((
                    enter,
                    vec![Box::new(id), Box::new(version), Box::new(self.now)],
                ))
            }
            Identity::Door => Ok((
                c.prepare_cached("select app.enter_door()")
                    .await
                    .map_err(|e| driver(&e))?,
                Vec::new(),
            )),
        }
    }

    pub(super) async fn commit(self) -> Result<()> {
        let mut s = self.state.lock().await;
        let done = match s.phase {
            Phase::Open => {
                s.busy = true;
                let done = match s.connection.as_ref() {
                    Some(c) => c
                        .batch_execute("COMMIT")
                        .await
                        .map_err(|e| Error::from(driver(&e))),
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

    pub(super) async fn rollback(self) {
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

impl Drop for Tx {
    /// Dropped before its end (a panic, a cut future): the connection may have a transaction open or a statement running.
    /// It leaves the pool; closing it makes the server roll back. The running statement is cancelled.
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

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }
    async fn execute_raw(&self, s: Statement) -> Result<ExecResult, DbErr> {
        let affected = match self
            .send(&s.sql, s.values.map_or_else(Vec::new, |v| v.0), false)
            .await?
        {
            Answer::Count(n) => n,
            Answer::Rows(rows) => rows.len() as u64,
        };
        Ok(ProxyExecResult::new(0, affected).into())
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
    }
    async fn query_one_raw(&self, s: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(s).await?.into_iter().next())
    }
    async fn query_all_raw(&self, s: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self
            .send(&s.sql, s.values.map_or_else(Vec::new, |v| v.0), true)
            .await?
        {
            Answer::Rows(rows) => rows.iter().map(row::proxy).collect(),
            Answer::Count(_) => Ok(Vec::new()),
        }
    }
}
