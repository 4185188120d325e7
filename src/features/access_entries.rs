//! The access log: who read a person's record unmasked, their P3 data, a class roster, or met a
//! known person.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /access-entries` | [`list_access_entries`] |
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadAccessLog, Role, reach};
use crate::api::edit;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::Page;
use crate::api::resource::{Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::access_entry as table;
use crate::error::Result;

pub fn configure(v1: &mut Routes) {
    v1.service(list_access_entries);
}

/// A reading of protected data
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessEntry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub account_id: Uuid,
    /// Role in which the account read
    pub role: Role,
    /// Candidate whose file was read; null for rows about several people
    #[schema(required = true)]
    pub candidate_id: Option<Uuid>,
    /// What was read: `candidate` and `member` are records shown unmasked (by the committee above also
    /// in lists, each by itself), `personal_data` is all that
    /// is held on a person; also `act`, `background`, `appraisal`, `appraisal_unmasked`,
    /// `review_item`, `source_plan_entry`, `roster`; `known_person` is an answer that told somebody is
    /// known, `known_login` one that told a login is taken
    #[schema(max_length = 100, example = "roster")]
    pub resource: String,
    pub resource_id: Uuid,
    /// As in the `X-Request-Id` of the answer
    #[schema(max_length = 100)]
    pub request_id: String,
}

impl Resource for AccessEntry {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "access_entry",
        path: "access-entries",
        fields: &[
            Field::of(&table::Column::At, FieldKind::Instant).sorted(),
            Field::of(&table::Column::AccountId, FieldKind::Uuid),
            Field::of(&table::Column::CandidateId, FieldKind::Uuid),
            Field::of(&table::Column::Resource, FieldKind::Text),
            Field::of(&table::Column::ResourceId, FieldKind::Uuid),
        ],
        sort: "-at",
        search: None,
        scope: reach::access_log,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            at,
            account_id,
            role,
            candidate_id,
            resource,
            resource_id,
            reason: _,
            request_id,
        } = row;
        Self {
            id,
            at,
            account_id,
            role,
            candidate_id,
            resource,
            resource_id,
            request_id,
        }
    }
}

/// List readings of protected data
///
/// Records shown unmasked (those of submitted files to the committee above too), exports of all that is held on a person, background data, class rosters and checks that met a known person, in your organisation. A branch committee sees who read the files of its own candidates, the records of its own members and its own notes. The written reasons are about persons and are not shown here.
#[operation(get, "/access-entries", tag = "access")]
pub async fn list_access_entries(
    permit: Permit<ReadAccessLog>,
    db: Data<Db>,
    query: List<AccessEntry>,
) -> Result<Page<AccessEntry>> {
    edit::list(&db, &permit, &query).await
}
