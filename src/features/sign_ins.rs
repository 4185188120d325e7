//! Where accounts are signed in, and signing them out.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /sign-ins` | [`list_sign_ins`] |
//! | `DELETE /sign-ins/{id}` | [`end_sign_in`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{EndSignIns, ReadSignIns, reach};
use crate::api::audit::{self, Change};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Page};
use crate::api::resource::{Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::session as table;
use crate::db::{Db, functions};
use crate::error::Result;

pub fn configure(v1: &mut Routes) {
    v1.service(list_sign_ins).service(end_sign_in);
}

/// An account signed in on a device
#[derive(Debug, Serialize, ToSchema)]
pub struct SignIn {
    pub id: Uuid,
    pub account_id: Uuid,
    /// Address of the device
    #[schema(max_length = 100, example = "10.1.2.3")]
    pub address: String,
    pub created_at: DateTime<Utc>,
    /// Last time that the device asked for a new access token
    #[schema(required = true)]
    pub refreshed_at: Option<DateTime<Utc>>,
    /// Ends by itself then
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that; null while it goes on
    #[schema(required = true)]
    pub ended_at: Option<DateTime<Utc>>,
    /// The sign-in that this request was made with
    pub current: bool,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
}

impl Resource for SignIn {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "sign_in",
        path: "sign-ins",
        fields: &[
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
            Field::of(&table::Column::AccountId, FieldKind::Uuid),
            Field::of(&table::Column::Address, FieldKind::Text),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::sign_in,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            account_id,
            address,
            created_at,
            expires_at,
            revoked_at,
            refresh_counter: _,
            rotated_at,
        } = row;
        Self {
            id,
            account_id,
            address,
            created_at,
            refreshed_at: rotated_at,
            expires_at,
            ended_at: revoked_at,
            current: id == viewer.session,
            version: 1 + i32::from(revoked_at.is_some()),
        }
    }
    /// A sign-in changes only when it ends, not when the device refreshes its tokens.
    fn key(row: &table::Model) -> (Uuid, i32) {
        (row.id, 1 + i32::from(row.revoked_at.is_some()))
    }
}

/// List sign-ins
///
/// Your own, on all devices, newest first; an administrator sees those of all accounts. `ended_at` is null while a sign-in goes on.
#[operation(get, "/sign-ins", tag = "access")]
pub async fn list_sign_ins(
    permit: Permit<ReadSignIns>,
    db: Data<Db>,
    query: List<SignIn>,
) -> Result<Page<SignIn>> {
    edit::list(&db, &permit, &query).await
}

/// Sign an account out on one device
///
/// Its tokens stop working at once.
#[operation(delete, "/sign-ins/{id}", tag = "access", answer = "Signed out")]
pub async fn end_sign_in(
    permit: Permit<EndSignIns>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    db.run(&permit, async |tx| {
        let row = edit::find::<SignIn>(&tx, permit.reach(), *id, false).await?;
        let (id, version) = SignIn::key(&row);
        seen.check(version)?;
        tx.execute(functions::rotate(
            id,
            None,
            tx.now(),
            serde_json::Value::Null,
            String::new(),
        ))
        .await?;
        let change = Change {
            resource: SignIn::SPEC.name,
            id,
            version: 2,
            fields: vec!["ended_at".to_owned()],
        };
        let entry = audit::entry(&tx, permit.by(), change);
        tx.last().execute(entry).await
    })
    .await?;
    Ok(NoContent)
}
