//! Checks the chains of each log: every entry holds the hash of the one before it and of itself.
//! The hashes are computed here anew, from the columns, and not by the database.
use std::collections::BTreeSet;
use std::fmt;
use std::pin::pin;

use anyhow::ensure;
use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::HEXLOWER;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use super::anchor::{Anchor, ChainId, Head};
use crate::clock::midnight;

/// A log that is chained.
struct Log {
    name: &'static str,
    columns: &'static str,
    /// What only this log holds, in the order in which it is hashed.
    rest: fn(&Row) -> Vec<Option<String>>,
}

/// The columns that every log has.
const COMMON: &str = "seq, prev, hash, id, organization_id, at, account_id, role::text, resource, resource_id, request_id";

const LOGS: [Log; 2] = [
    Log {
        name: "audit_entry",
        columns: "action, resource_version, fields, changes::text, encode(sealed, 'hex') as sealed",
        rest: |row| {
            let version = row.get::<_, i32>("resource_version").to_string();
            let fields: Vec<Option<String>> = row.get("fields");
            let mut rest = vec![row.get("action"), Some(version)];
            rest.extend([row.get("changes"), row.get("sealed")]);
            rest.extend(fields);
            rest
        },
    },
    Log {
        name: "access_entry",
        columns: "candidate_id, reason",
        rest: |row| {
            let candidate: Option<Uuid> = row.get("candidate_id");
            vec![candidate.map(|id| id.to_string()), row.get("reason")]
        },
    },
];

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

/// An entry as it is stored.
struct Entry {
    seq: Option<i64>,
    prev: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
    log: &'static str,
    parts: Vec<Option<String>>,
}

impl Entry {
    fn of(log: &Log, row: &Row) -> Self {
        let id = |name: &str| Some(row.get::<_, Uuid>(name).to_string());
        let at: DateTime<Utc> = row.get("at");
        let mut parts = vec![
            id("id"),
            id("organization_id"),
            Some(at.timestamp_micros().to_string()),
            id("account_id"),
            row.get("role"),
            row.get("resource"),
            id("resource_id"),
            row.get("request_id"),
        ];
        parts.extend((log.rest)(row));
        Self {
            seq: row.get("seq"),
            prev: row.get("prev"),
            hash: row.get("hash"),
            log: log.name,
            parts,
        }
    }

    /// Its hash if its number in this chain is `seq`.
    fn digest(&self, chain: i16, seq: i64) -> Vec<u8> {
        let mut digest = Sha256::new();
        let mut part = |text: Option<&str>| match text {
            None => digest.update((-1_i32).to_be_bytes()),
            Some(text) => {
                let length = i32::try_from(text.len()).unwrap_or(i32::MAX);
                digest.update(length.to_be_bytes());
                digest.update(text);
            }
        };
        part(Some(self.log));
        part(Some(&chain.to_string()));
        part(Some(&seq.to_string()));
        part(Some(
            &HEXLOWER.encode(self.prev.as_deref().unwrap_or_default()),
        ));
        for text in &self.parts {
            part(text.as_deref());
        }
        digest.finalize().to_vec()
    }

    fn is(&self, chain: i16, seq: i64) -> bool {
        self.hash.as_ref() == Some(&self.digest(chain, seq))
    }
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

/// Where every chain stands.
pub async fn heads(client: &impl GenericClient) -> anyhow::Result<Vec<Head>> {
    let sql = "select organization_id, log, chain, seq, hash from chain_head order by 1, 2, 3";
    let rows = client.query(sql, &[]).await?;
    let head = |row: &Row| Head {
        of: ChainId {
            organization: row.get(0),
            log: row.get(1),
            chain: row.get(2),
        },
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
    for log in &LOGS {
        let sql = format!(
            "select o.id, o.name, array(select distinct coalesce(e.chain, 0::smallint) from {} e where e.organization_id = o.id) from organization o order by 1",
            log.name
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
    anchor: Option<&'a (i64, Vec<u8>)>,
}

impl<C: GenericClient> Chain<'_, C> {
    /// Number and hash of the entry before the first one of that day.
    async fn start(&self, from: Option<NaiveDate>) -> anyhow::Result<(i64, Vec<u8>)> {
        let nothing = (0, vec![0; 32]);
        let Some(day) = from.and_then(midnight) else {
            return Ok(nothing);
        };
        let sql = format!(
            "select seq, hash from {0} where organization_id = $1 and chain = $4 and seq < coalesce(\
               (select min(seq) from {0} where organization_id = $1 and chain = $4 and at >= $2), $3) order by seq desc limit 1",
            self.log.name
        );
        let after = self.head.0 + 1;
        let row = (self.tx)
            .query_opt(&sql, &[&self.organization, &day, &after, &self.number])
            .await?;
        Ok(row.map_or(nothing, |row| (row.get(0), row.get(1))))
    }

    /// The first entry that is not as it was written.
    async fn check(
        &self,
        from: Option<NaiveDate>,
        entries: &mut u64,
    ) -> anyhow::Result<Option<(i64, FaultKind)>> {
        let (mut seq, mut hash) = self.start(from).await?;
        let mut before = Vec::new();
        if let Some((at, was)) = self.anchor.filter(|(at, _)| *at > 0 && *at <= seq)
            && self.hash_of(*at).await?.as_ref() != Some(was)
        {
            return Ok(Some((*at, FaultKind::Link)));
        }
        let sql = format!(
            "select {COMMON}, {} from {} where organization_id = $1 and coalesce(chain, 0::smallint) = $3 and (seq > $2 or seq is null) order by seq nulls last, id",
            self.log.columns, self.log.name
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
        let name = self.log.name;
        let sql = format!(
            "select hash from {name} where organization_id = $1 and chain = $3 and seq = $2"
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
            return Ok((next, FaultKind::Gap));
        }
        let most = self.head.0.max(next) + 1;
        let Some(written) = [next]
            .into_iter()
            .chain(1..=most)
            .find(|k| entry.is(self.number, *k))
        else {
            return Ok((next, FaultKind::Content));
        };
        let name = self.log.name;
        let sql = format!(
            "select seq from {name} where organization_id = $1 and chain = $3 and hash = $2 limit 1"
        );
        let followed = (self.tx)
            .query_opt(&sql, &[&self.organization, &entry.prev, &self.number])
            .await?;
        Ok(
            if entry.prev.as_deref() == Some(before) && written == last {
                // it was written after the entry before the last: the last one was put in
                (last, FaultKind::Fork)
            } else if followed.is_some() {
                (next, FaultKind::Link)
            } else if written == next {
                // the entry that it was written after has another hash by now
                (last, FaultKind::Content)
            } else {
                // the entry that it was written after is gone
                (next, FaultKind::Gap)
            },
        )
    }
}
