//! The audit trail: who changed what and when. The values are shown of what the reader may read.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /audit-entries` | [`list_audit_entries`] |
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Action, ReadAudit, Role, may, reach};
use crate::api::edit;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::Page;
use crate::api::resource::{Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::api::values::{self, FieldChange};
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::audit_entry as table;
use crate::error::Result;

pub fn configure(v1: &mut Routes) {
    v1.service(list_audit_entries);
}

/// A recorded change
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub account_id: Uuid,
    /// Role in which the account acted
    pub role: Role,
    /// Permission that was used; `command_line` for `ketnap account`, which acts in the name of the
    /// account that it changes
    #[schema(max_length = 100, example = "accounts.write")]
    pub action: String,
    #[schema(max_length = 100, example = "account")]
    pub resource: String,
    pub resource_id: Uuid,
    /// Version that the change led to; 0 where rows have no version
    #[schema(minimum = 0)]
    pub resource_version: i32,
    /// Names of the changed fields; `*` for a new row
    #[schema(max_items = 200)]
    pub fields: Vec<String>,
    /// What stood in them before and afterwards, where you may read the row itself: accounts, settings,
    /// branches and the like. Values about persons: `GET /candidates/{id}/history`
    #[schema(max_items = 200)]
    pub changes: Vec<FieldChange>,
    /// The changed fields whose values were kept but which you may not see
    #[serde(rename = "_hidden")]
    #[schema(max_items = 200)]
    pub hidden: Vec<String>,
    /// As in the `X-Request-Id` of the answer
    #[schema(max_length = 100)]
    pub request_id: String,
}

/// The permission to read such a row, where the trail shows its values.
fn reading(resource: &str) -> Option<Action> {
    match resource {
        "account" => Some(Action::ReadAccounts),
        "setting" => Some(Action::ReadSettings),
        "organization" => Some(Action::ReadOrganizations),
        "department" => Some(Action::ReadDepartments),
        "branch" => Some(Action::ReadBranches),
        "holiday" => Some(Action::ReadHolidays),
        _ => None,
    }
}

impl Resource for AuditEntry {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "audit_entry",
        path: "audit-entries",
        fields: &[
            Field::of(&table::Column::At, FieldKind::Instant).sorted(),
            Field::of(&table::Column::AccountId, FieldKind::Uuid),
            Field::of(&table::Column::Action, FieldKind::Text),
            Field::of(&table::Column::Resource, FieldKind::Text),
            Field::of(&table::Column::ResourceId, FieldKind::Uuid),
        ],
        sort: "-at",
        search: None,
        scope: reach::own_organization,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            at,
            account_id,
            role,
            action,
            resource,
            resource_id,
            resource_version,
            fields,
            changes,
            sealed,
            request_id,
        } = row;
        let readable = reading(&resource).is_some_and(|a| may(viewer.role, a).is_some());
        let kept = changes.is_some() || sealed.is_some();
        let changes = changes.filter(|_| readable);
        let changes = changes.as_ref().and_then(serde_json::Value::as_object);
        let changes = changes.map(values::shown);
        let hidden = if kept && changes.is_none() {
            fields.clone()
        } else {
            Vec::new()
        };
        Self {
            id,
            at,
            account_id,
            role,
            action,
            resource,
            resource_id,
            resource_version,
            fields,
            changes: changes.unwrap_or_default(),
            hidden,
            request_id,
        }
    }
}

/// List changes
///
/// Which account changed which fields of which row in your organisation, with the values before and
/// afterwards of the rows that you may read. Values about persons are sealed with their keys.
#[operation(get, "/audit-entries", tag = "access")]
pub async fn list_audit_entries(
    permit: Permit<ReadAudit>,
    db: Data<Db>,
    query: List<AuditEntry>,
) -> Result<Page<AuditEntry>> {
    edit::list(&db, &permit, &query).await
}
