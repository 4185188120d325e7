//! What of the database is stored sealed: the list that reading, writing, the export, the demo and
//! `keys rotate` go by.
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Place;

/// Whose data key seals the values of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The row is a person, and has a key from its first day on.
    Person,
    /// The row is about a person who need not have a file yet: it has a key of its own, made with
    /// the first value or the first change.
    Row,
    /// The candidate whom the row names.
    Candidate,
}

/// What of a table is stored sealed.
#[derive(Debug)]
pub struct Sealed {
    pub table: &'static str,
    pub owner: Owner,
    /// Columns that hold a text.
    pub texts: &'static [&'static str],
    /// Columns that hold texts by name, as JSON.
    pub objects: &'static [&'static str],
    /// A text, and the column that holds its index.
    pub indexed: Option<(&'static str, &'static str)>,
}

pub const CANDIDATE: Sealed = Sealed {
    table: "candidate",
    owner: Owner::Person,
    texts: &["citizen_id", "phone", "address"],
    // each keyed by the id of the branch in which it was written
    objects: &["remarks", "namesake_reason"],
    indexed: Some(("citizen_id", "citizen_index")),
};

pub const MEMBER: Sealed = Sealed {
    table: "member",
    owner: Owner::Person,
    texts: &["citizen_id", "phone"],
    objects: &["namesake_reason", "correction_reason"],
    indexed: Some(("citizen_id", "citizen_index")),
};

pub const ACT: Sealed = Sealed {
    table: "act",
    owner: Owner::Candidate,
    texts: &[],
    // keyed by the names of the fields; in `data` a mark takes their place
    objects: &["texts"],
    indexed: None,
};

pub const REVIEW_ITEM: Sealed = Sealed {
    table: "review_item",
    owner: Owner::Row,
    texts: &["note"],
    objects: &[],
    indexed: None,
};

pub const SOURCE_PLAN_ENTRY: Sealed = Sealed {
    table: "source_plan_entry",
    owner: Owner::Row,
    texts: &["assessment"],
    objects: &[],
    indexed: None,
};

/// All of it. Beside persons, second factors and the answers kept for repeated requests are sealed.
pub const ALL: [&Sealed; 5] = [&CANDIDATE, &MEMBER, &ACT, &REVIEW_ITEM, &SOURCE_PLAN_ENTRY];

impl Sealed {
    /// What is sealed of a table.
    pub fn of(table: &str) -> Option<&'static Self> {
        ALL.into_iter().find(|sealed| sealed.table == table)
    }

    /// Every column.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.texts.iter().chain(self.objects).copied()
    }
}

/// Where the answer kept for a repeated request is stored.
pub fn kept_answer(account: Uuid, route: &str, key: &str) -> Place {
    let named = Sha256::new().chain_update(account);
    let named = named
        .chain_update(route)
        .chain_update([0])
        .chain_update(key);
    let mut row = [0; 16];
    row.copy_from_slice(&named.finalize()[..16]);
    Place {
        table: "idempotency_key",
        column: "body",
        row: Uuid::from_bytes(row),
    }
}

/// Where the texts of an act are stored.
pub const fn texts(act: Uuid) -> Place {
    Place {
        table: "act",
        column: "texts",
        row: act,
    }
}
