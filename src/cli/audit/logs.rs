//! The logs that are chained, and the hash of an entry: computed here anew, from the columns, and not by
//! the database.
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use tokio_postgres::Row;
use uuid::Uuid;

/// A log that is chained.
pub struct Log {
    pub name: &'static str,
    /// Its entries, as a table.
    pub entries: &'static str,
    pub columns: &'static str,
    /// What only this log holds, in the order in which it is hashed.
    rest: fn(&Row) -> Vec<Option<String>>,
}

/// The columns that every log has.
pub const COMMON: &str = "seq, prev, hash, id, organization_id, at, account_id";

pub const LOGS: [Log; 3] = [
    Log {
        name: "audit_entry",
        entries: "audit_entry",
        columns: "role::text, resource, resource_id, request_id, action, resource_version, fields, changes::text, encode(sealed, 'hex') as sealed",
        rest: |row| {
            let version = row.get::<_, i32>("resource_version").to_string();
            let fields: Vec<Option<String>> = row.get("fields");
            let mut rest = of_a_row(row);
            rest.extend([row.get("action"), Some(version)]);
            rest.extend([row.get("changes"), row.get("sealed")]);
            rest.extend(fields);
            rest
        },
    },
    Log {
        name: "access_entry",
        entries: "access_entry",
        columns: "role::text, resource, resource_id, request_id, candidate_id, reason",
        rest: |row| {
            let candidate: Option<Uuid> = row.get("candidate_id");
            let mut rest = of_a_row(row);
            rest.extend([candidate.map(|id| id.to_string()), row.get("reason")]);
            rest
        },
    },
    Log {
        name: "sign_in_attempt",
        // a successful attempt is first written as wrong, and again when it turns out to be right
        entries: "(select id, organization_id, at, account_id, chain, seq, prev, hash, encode(login_digest, 'hex') as login, address, \
                     case when told_seq is null then outcome::text else 'wrong' end as outcome \
                     from sign_in_attempt where organization_id is not null \
                   union all select id, organization_id, at, account_id, told_chain, told_seq, told_prev, told_hash, encode(login_digest, 'hex'), address, outcome::text \
                     from sign_in_attempt where told_seq is not null)",
        columns: "login, address, outcome",
        rest: |row| {
            ["login", "address", "outcome"]
                .map(|name| row.get(name))
                .to_vec()
        },
    },
];

/// What the entries about rows have in common.
fn of_a_row(row: &Row) -> Vec<Option<String>> {
    let id: Uuid = row.get("resource_id");
    let id = Some(id.to_string());
    vec![
        row.get("role"),
        row.get("resource"),
        id,
        row.get("request_id"),
    ]
}

/// An entry as it is stored.
pub struct Entry {
    pub seq: Option<i64>,
    pub prev: Option<Vec<u8>>,
    pub hash: Option<Vec<u8>>,
    log: &'static str,
    parts: Vec<Option<String>>,
}

impl Entry {
    pub fn of(log: &Log, row: &Row) -> Self {
        let id = |name: &str| Some(row.get::<_, Uuid>(name).to_string());
        let at: DateTime<Utc> = row.get("at");
        let mut parts = vec![
            id("id"),
            id("organization_id"),
            Some(at.timestamp_micros().to_string()),
            id("account_id"),
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

    pub fn is(&self, chain: i16, seq: i64) -> bool {
        self.hash.as_ref() == Some(&self.digest(chain, seq))
    }
}
