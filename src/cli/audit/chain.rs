//! Checks the chains of each log: every entry holds the hash of the one before it and of itself.
use std::collections::BTreeSet;
use std::fmt;
use std::pin::pin;

use anyhow::ensure;
use chrono::NaiveDate;
use futures_util::TryStreamExt as _;
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use super::anchor::{Anchor, ChainId, Head};
use super::logs::{COMMON, Entry, LOGS, Log};
use crate::clock::midnight;

/// How a log was tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// An entry is not what was written.
    Content,
    /// An entry was removed.
    Gap,
    /// An entry was put in between, or two follow the same one.
    Fork,
    /// An entry is not in its place.
    Link,
    /// The last entries were removed.
    Truncated,
}

/// The first entry of a log that is not as it was written.
#[derive(Debug)]
pub struct Fault {
    pub organization: String,
    pub log: &'static str,
    pub chain: i16,
    pub seq: i64,
    pub kind: FaultKind,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            organization,
            log,
            chain,
            seq,
            kind,
        } = self;
        write!(f, "{organization}, {log}, chain {chain}: ")?;
        match kind {
            FaultKind::Content => write!(f, "content: entry {seq} was changed"),
            FaultKind::Gap => write!(f, "gap: entry {seq} was removed"),
            FaultKind::Fork => write!(f, "fork: entry {seq} was put in"),
            FaultKind::Link => write!(f, "link: entry {seq} does not follow the one before it"),
            FaultKind::Truncated => {
                write!(f, "truncated: the end was removed, from entry {seq} on")
            }
        }
    }
}

/// What a check has found.
#[derive(Debug, Default)]
pub struct Checked {
    pub entries: u64,
    pub faults: Vec<Fault>,
}

/// Fails if row-level security would hide entries from this role.
pub async fn expect_sight(client: &impl GenericClient) -> anyhow::Result<()> {
    let sql = "select c.relowner = r.oid or r.rolbypassrls or r.rolsuper \
               from pg_class c, pg_roles r where c.oid = 'chain_head'::regclass and r.rolname = current_user";
    let sees = client.query_one(sql, &[]).await?.get::<_, bool>(0);
    ensure!(
        sees,
        "this role does not see every entry: use ketnap_backup or the owner"
    );
    Ok(())
}

/// The chain that a row begins with.
fn id(row: &Row) -> ChainId {
    ChainId {
        organization: row.get(0),
        log: row.get(1),
        chain: row.get(2),
    }
}

/// Where every chain stands.
pub async fn heads(client: &impl GenericClient) -> anyhow::Result<Vec<Head>> {
    let sql = "select organization_id, log, chain, seq, hash from chain_head order by 1, 2, 3";
    let rows = client.query(sql, &[]).await?;
    let head = |row: &Row| Head {
        of: id(row),
        seq: row.get(3),
        hash: row.get(4),
    };
    Ok(rows.iter().map(head).collect())
}

/// Checks every log of every organisation, from that day on, and against the anchor. The
/// transaction must show one state throughout.
pub async fn check(
    tx: &impl GenericClient,
    from: Option<NaiveDate>,
    anchor: Option<&Anchor>,
) -> anyhow::Result<Checked> {
    expect_sight(tx).await?;
    let mut checked = Checked::default();
    let stands = heads(tx).await?;
    // entries are deleted only from the sign-in attempts
    let gone = "select organization_id, log, chain, gone from chain_head where gone > 0 and log = 'sign_in_attempt'";
    let gone = tx.query(gone, &[]).await?;
    let gone: Vec<(ChainId, i64)> = gone.iter().map(|row| (id(row), row.get(3))).collect();
    for log in &LOGS {
        let sql = format!(
            "select o.id, o.name, array(select distinct coalesce(e.chain, 0::smallint) from {} e where e.organization_id = o.id) from organization o order by 1",
            log.entries
        );
        for row in tx.query(&sql, &[]).await? {
            let organization: Uuid = row.get(0);
            let belongs = |of: &&ChainId| of.organization == organization && of.log == log.name;
            let mut chains: BTreeSet<i16> = row.get::<_, Vec<i16>>(2).into_iter().collect();
            let noted = anchor.iter().flat_map(|anchor| anchor.heads.keys());
            let known = stands.iter().map(|head| &head.of).chain(noted);
            chains.extend(known.filter(belongs).map(|of| of.chain));
            for number in chains {
                let of = ChainId {
                    organization,
                    log: log.name.to_owned(),
                    chain: number,
                };
                let head = stands.iter().find(|head| head.of == of);
                let chain = Chain {
                    tx,
                    log,
                    organization,
                    number,
                    head: head.map_or_else(|| (0, vec![0; 32]), |h| (h.seq, h.hash.clone())),
                    gone: gone
                        .iter()
                        .find(|(chain, _)| *chain == of)
                        .map_or(0, |(_, seq)| *seq),
                    anchor: anchor.and_then(|a| a.heads.get(&of)),
                };
                if let Some((seq, kind)) = chain.check(from, &mut checked.entries).await? {
                    checked.faults.push(Fault {
                        organization: row.get(1),
                        log: log.name,
                        chain: number,
                        seq,
                        kind,
                    });
                }
            }
        }
    }
    Ok(checked)
}

/// One chain of a log of an organisation.
struct Chain<'a, C> {
    tx: &'a C,
    log: &'a Log,
    organization: Uuid,
    number: i16,
    head: (i64, Vec<u8>),
    /// The number up to which `ketnap tidy` has deleted what was old.
    gone: i64,
    anchor: Option<&'a (i64, Vec<u8>)>,
}

impl<C: GenericClient> Chain<'_, C> {
    /// Number and hash of the entry before the first one of that day.
    async fn start(&self, from: Option<NaiveDate>) -> anyhow::Result<(i64, Vec<u8>)> {
        let nothing = self.after_what_is_gone().await?;
        let Some(day) = from.and_then(midnight) else {
            return Ok(nothing);
        };
        let sql = format!(
            "select seq, hash from {0} x where organization_id = $1 and chain = $4 and seq < coalesce(\
               (select min(seq) from {0} y where organization_id = $1 and chain = $4 and at >= $2), $3) order by seq desc limit 1",
            self.log.entries
        );
        let after = self.head.0 + 1;
        let row = (self.tx)
            .query_opt(&sql, &[&self.organization, &day, &after, &self.number])
            .await?;
        let found: Option<(i64, Vec<u8>)> = row.map(|row| (row.get(0), row.get(1)));
        Ok(found.filter(|(seq, _)| *seq > self.gone).unwrap_or(nothing))
    }

    /// The number of the last entry that was deleted in its time, and the hash that the next one says it
    /// had.
    async fn after_what_is_gone(&self) -> anyhow::Result<(i64, Vec<u8>)> {
        if self.gone == 0 {
            return Ok((0, vec![0; 32]));
        }
        let sql = format!(
            "select prev from {} x where organization_id = $1 and chain = $3 and seq = $2",
            self.log.entries
        );
        let next = self.gone + 1;
        let values: [&(dyn ToSql + Sync); 3] = [&self.organization, &next, &self.number];
        let next = self.tx.query_opt(&sql, &values).await?;
        let hash = match next {
            Some(row) => row.get(0),
            None if self.head.0 == self.gone => self.head.1.clone(),
            None => Vec::new(),
        };
        Ok((self.gone, hash))
    }

    /// The first entry that is not as it was written.
    async fn check(
        &self,
        from: Option<NaiveDate>,
        entries: &mut u64,
    ) -> anyhow::Result<Option<(i64, FaultKind)>> {
        let (mut seq, mut hash) = self.start(from).await?;
        let mut before = Vec::new();
        if let Some((at, was)) = self.anchor.filter(|(at, _)| *at > self.gone && *at <= seq)
            && self.hash_of(*at).await?.as_ref() != Some(was)
        {
            return Ok(Some((*at, FaultKind::Link)));
        }
        let sql = format!(
            "select {COMMON}, {} from {} x where organization_id = $1 and coalesce(chain, 0::smallint) = $3 and (seq > $2 or seq is null) order by seq nulls last, id",
            self.log.columns, self.log.entries
        );
        let values: [&(dyn ToSql + Sync); 3] = [&self.organization, &seq, &self.number];
        let mut rows = pin!(self.tx.query_raw(&sql, values).await?);
        while let Some(row) = rows.try_next().await? {
            let entry = Entry::of(self.log, &row);
            let next = seq + 1;
            let right = entry.seq == Some(next)
                && entry.prev.as_ref() == Some(&hash)
                && entry.is(self.number, next)
                && self
                    .anchor
                    .is_none_or(|(at, was)| *at != next || entry.hash.as_ref() == Some(was));
            if !right {
                return self.what(&entry, seq, &before).await.map(Some);
            }
            *entries += 1;
            before = std::mem::replace(&mut hash, entry.hash.unwrap_or_default());
            seq = next;
        }
        let anchored = self.anchor.map_or(0, |(at, _)| *at);
        let (head, last) = &self.head;
        Ok(if seq < anchored.max(*head) {
            Some((seq + 1, FaultKind::Truncated))
        } else if seq > *head {
            Some((head + 1, FaultKind::Fork))
        } else if hash != *last {
            Some((seq, FaultKind::Link))
        } else {
            None
        })
    }

    async fn hash_of(&self, seq: i64) -> anyhow::Result<Option<Vec<u8>>> {
        let entries = self.log.entries;
        let sql = format!(
            "select hash from {entries} x where organization_id = $1 and chain = $3 and seq = $2"
        );
        let values: [&(dyn ToSql + Sync); 3] = [&self.organization, &seq, &self.number];
        let row = self.tx.query_opt(&sql, &values).await?;
        Ok(row.map(|row| row.get(0)))
    }

    /// Which entry is bad, and how: `entry` is the first one that does not follow entry `last`,
    /// whose own predecessor has the hash `before`.
    async fn what(
        &self,
        entry: &Entry,
        last: i64,
        before: &[u8],
    ) -> anyhow::Result<(i64, FaultKind)> {
        let next = last + 1;
        let Some(seq) = entry.seq.filter(|seq| *seq > last) else {
            return Ok((next, FaultKind::Fork));
        };
        if seq > next {
            // nothing was ever written beyond the end
            let end = self.anchor.map_or(0, |(at, _)| *at).max(self.head.0);
            let put_in = (seq, FaultKind::Fork);
            return Ok(if last < end {
                (next, FaultKind::Gap)
            } else {
                put_in
            });
        }
        let most = self.head.0.max(next) + 1;
        let Some(written) = [next]
            .into_iter()
            .chain(1..=most)
            .find(|k| entry.is(self.number, *k))
        else {
            return Ok((next, FaultKind::Content));
        };
        let entries = self.log.entries;
        let sql = format!(
            "select seq from {entries} x where organization_id = $1 and chain = $3 and hash = $2 limit 1"
        );
        let followed = (self.tx)
            .query_opt(&sql, &[&self.organization, &entry.prev, &self.number])
            .await?;
        Ok(
            if entry.prev.as_deref() == Some(before) && written == last {
                // written after the entry before the last one, so the last one was inserted
                (last, FaultKind::Fork)
            } else if followed.is_some() {
                (next, FaultKind::Link)
            } else if written == next {
                // the entry after which it was written has another hash now
                (last, FaultKind::Content)
            } else {
                // the entry after which it was written is gone
                (next, FaultKind::Gap)
            },
        )
    }
}
