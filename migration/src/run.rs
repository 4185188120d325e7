//! Runs the migrations over one connection of the owner role, each in its own transaction. The
//! history table has the name and columns of sea-orm's, so that its tools can read it.
use anyhow::{Context, Result, ensure};
use tokio_postgres::{Client, GenericClient, Transaction};

use crate::{DECLARATIONS, MIGRATIONS, Migration};

/// Advisory lock key, unlikely to collide with another program's: `ketnap` in ASCII.
const LOCK: i64 = 0x6b65_746e_6170;

pub struct Status {
    pub applied: Vec<&'static Migration>,
    pub pending: Vec<&'static Migration>,
}

/// Which migrations have been applied. Read-only.
pub async fn status(client: &impl GenericClient) -> Result<Status> {
    let found = client
        .query_one(
            "select to_regclass('public.seaql_migrations') is not null",
            &[],
        )
        .await?;
    let mut versions: Vec<String> = Vec::new();
    if found.get(0) {
        let sql = "select version from public.seaql_migrations order by version";
        let rows = client.query(sql, &[]).await?;
        versions = rows.iter().map(|r| r.get(0)).collect();
    }
    if let Some(unknown) = versions
        .iter()
        .find(|v| MIGRATIONS.iter().all(|m| m.name != **v))
    {
        anyhow::bail!("the database has the migration {unknown}, which this version does not know");
    }
    let (applied, pending) = MIGRATIONS
        .iter()
        .partition(|m| versions.iter().any(|v| *v == m.name));
    Ok(Status { applied, pending })
}

/// Opens a transaction that excludes concurrent migrations, and reads the status in it.
async fn begin(client: &mut Client) -> Result<(Transaction<'_>, Status)> {
    let tx = client.transaction().await?;
    tx.execute("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    let status = status(&tx).await?;
    if status.applied.is_empty() {
        let sql = "create table if not exists public.seaql_migrations
            (version varchar primary key, applied_at bigint not null)";
        tx.batch_execute(sql).await?;
    }
    Ok((tx, status))
}

/// Whether the database has this program's word lists and policies.
pub async fn declared(client: &impl GenericClient) -> Result<bool> {
    let sql = "select obj_description(to_regnamespace('app'), 'pg_namespace') is not distinct from md5($1)";
    Ok(client.query_one(sql, &[&DECLARATIONS]).await?.get(0))
}

/// Installs this program's word lists and policies.
async fn declare(client: &impl GenericClient) -> Result<()> {
    client.batch_execute(DECLARATIONS).await?;
    let row = client.query_one("select md5($1)", &[&DECLARATIONS]).await?;
    let mark = format!("comment on schema app is '{}'", row.get::<_, &str>(0));
    Ok(client.batch_execute(&mark).await?)
}

/// Applies every pending migration, then word lists and policies; returns the number of migrations.
pub async fn up(client: &mut Client) -> Result<usize> {
    let mut done = 0;
    loop {
        let (tx, status) = begin(client).await?;
        let Some(next) = status.pending.first() else {
            if done > 0 || !declared(&tx).await? {
                declare(&tx).await.context("words and policies")?;
            }
            // after the policies' own grants: `/readyz` and `doctor` read which migrations have run
            let sql = "grant select on public.seaql_migrations to ketnap_app, ketnap_backup";
            tx.batch_execute(sql).await?;
            tx.commit().await?;
            return Ok(done);
        };
        ensure!(
            status.applied.iter().all(|m| m.name < next.name),
            "the migration {} is older than some that have been applied",
            next.name
        );
        tx.batch_execute(next.up).await.context(next.name)?;
        let sql = "insert into public.seaql_migrations values ($1, extract(epoch from now()))";
        tx.execute(sql, &[&next.name]).await?;
        tx.commit().await.context(next.name)?;
        done += 1;
    }
}

/// Reverts the newest migration.
pub async fn down(client: &mut Client) -> Result<()> {
    let (tx, status) = begin(client).await?;
    if let Some(last) = status.applied.last() {
        tx.batch_execute(last.down).await.context(last.name)?;
        let sql = "delete from public.seaql_migrations where version = $1";
        tx.execute(sql, &[&last.name]).await?;
    }
    tx.commit().await?;
    Ok(())
}
