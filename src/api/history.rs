//! What was changed in the record of a person, with what stood there before: a slip can be read back.
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::access_log::{self, Reading};
use super::edit;
use super::query::{self, Query};
use super::reply::Reply;
use super::resource::{Personal, Resource, Row, Viewer};
use super::reveal::expect_few;
use super::values::{self, FieldChange, Values};
use crate::access::{Action, Permission, Role, Sensitivity, may};
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::audit_entry as table;
use crate::error::Result;

/// The changes that are shown, the latest ones.
const MOST: u64 = 1000;

/// What somebody said of a person: why two bear one name, and where corrected days are from.
const REASONS: [&str; 2] = ["namesake_reason", "correction_reason"];

/// Why the values are shown unmasked
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Unmasked {
    /// Reason, of at least ten letters: shows the Party Office and the Standing Committee what is
    /// masked otherwise. The reading is logged, and counted like a reveal
    #[param(max_length = 300)]
    reason: Option<String>,
}

/// What was changed in the record of a person
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The latest changes first
    #[schema(max_items = 1000)]
    pub entries: Vec<HistoryEntry>,
}

/// A change of the record
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub account_id: Uuid,
    /// Role in which the account acted
    pub role: Role,
    /// Version that the change led to
    #[schema(minimum = 0)]
    pub resource_version: i32,
    /// Names of the changed fields; `*` for a new row
    #[schema(max_items = 200)]
    pub fields: Vec<String>,
    /// What stood in them before and afterwards, as far as you may see it in the record itself
    #[schema(max_items = 200)]
    pub changes: Vec<FieldChange>,
    /// The changed fields whose values you do not see here
    #[serde(rename = "_hidden")]
    #[schema(max_items = 200)]
    pub hidden: Vec<String>,
}

/// Whose record it is.
pub struct Whose<'a> {
    pub organization: Uuid,
    pub candidate: Option<Uuid>,
    pub key: Option<&'a [u8]>,
    /// Whether the file has left the organisation.
    pub submitted: bool,
}

/// Answers what was changed in the row, with the values that the caller sees in the row itself, or all
/// of them for a written reason.
pub async fn history<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    (asked, personal): (&Query<Unmasked>, &[Personal]),
    whose: fn(&Row<R>) -> Whose<'_>,
) -> Result<Reply<History>> {
    let reason = query::reason(asked.0.reason.as_deref(), 300)?;
    access_log::opens(reason.as_ref())?;
    let reason = reason.filter(|_| may(permit.role(), Action::RevealPersons).is_some());
    let viewer = Viewer {
        recorded: reason.is_some(),
        ..edit::viewer(db, permit)
    };
    db.run(permit, async |tx| {
        let row = edit::find::<R>(&tx, permit.reach(), id, false).await?;
        let of = whose(&row);
        if reason.is_some() {
            expect_few(&tx, permit).await?;
        }
        let changes = table::Entity::find()
            .filter(table::Column::OrganizationId.eq(of.organization))
            .filter(table::Column::Resource.eq(R::SPEC.name))
            .filter(table::Column::ResourceId.eq(id))
            .order_by_desc(table::Column::At)
            .order_by_desc(table::Column::Id)
            .limit(MOST);
        let mut entries = Vec::new();
        for entry in tx.all(changes).await? {
            let sealed = entry.sealed.as_deref();
            let values = sealed.map(|sealed| {
                let opened = values::open(tx.seals(), (id, of.key), (entry.id, sealed));
                opened.unwrap_or_default()
            });
            let sees = |name: &str| {
                if REASONS.contains(&name) {
                    return viewer.confirms();
                }
                let class = personal.iter().find(|(of, _)| *of == name);
                match class.map_or(Sensitivity::P1, |(_, class)| *class) {
                    // it may have been written by another branch
                    Sensitivity::P3 => viewer.recorded,
                    class @ (Sensitivity::P0 | Sensitivity::P1 | Sensitivity::P2) => {
                        viewer.full(class, of.submitted)
                    }
                }
            };
            entries.push(shown(entry, values, sees));
        }
        if let Some(reason) = &reason {
            let reading = Reading {
                organization: of.organization,
                resource: R::SPEC.name,
                id,
                candidate: of.candidate,
            };
            let entry = access_log::entry(&tx, permit.by(), &reading, Some(reason.clone()));
            tx.last().execute(entry).await?;
        }
        Ok(Reply::new(&History { entries }).cache("no-store"))
    })
    .await
}

/// The entry with those of its values that the caller sees; `None` where none were kept.
fn shown(entry: table::Model, values: Option<Values>, sees: impl Fn(&str) -> bool) -> HistoryEntry {
    let mut hidden = Vec::new();
    let mut told = Values::new();
    if let Some(values) = values {
        let missing = |name: &&String| !values.contains_key(*name);
        hidden.extend(entry.fields.iter().filter(missing).cloned());
        for (name, value) in values {
            if sees(&name) {
                told.insert(name, value);
            } else {
                hidden.push(name);
            }
        }
    }
    HistoryEntry {
        id: entry.id,
        at: entry.at,
        account_id: entry.account_id,
        role: entry.role,
        resource_version: entry.resource_version,
        fields: entry.fields,
        changes: values::shown(&told),
        hidden,
    }
}
