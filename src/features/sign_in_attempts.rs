//! Attempts to sign in to the accounts of the organisation.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /sign-in-attempts` | [`list_sign_in_attempts`] |
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadAudit, reach};
use crate::api::edit;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::Page;
use crate::api::resource::{Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::sign_in_attempt as table;
use crate::error::Result;
use crate::law::words::SignInOutcome;

pub fn configure(v1: &mut Routes) {
    v1.service(list_sign_in_attempts);
}

/// An attempt to sign in
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInAttempt {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    #[schema(required = true)]
    pub account_id: Option<Uuid>,
    /// Address of the device, followed by the session whose refresh token it sent, if any; of `reuse`, who sent the used token
    #[schema(max_length = 100, example = "10.1.2.3")]
    pub address: String,
    pub outcome: SignInOutcome,
}

impl Resource for SignInAttempt {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "sign_in_attempt",
        path: "sign-in-attempts",
        fields: &[
            Field::of(&table::Column::At, FieldKind::Instant).sorted(),
            Field::of(&table::Column::AccountId, FieldKind::Uuid),
            Field::of(&table::Column::Address, FieldKind::Text),
            Field::of(
                &table::Column::Outcome,
                FieldKind::Enum(SignInOutcome::WIRE),
            ),
        ],
        sort: "-at",
        search: None,
        scope: reach::own_organization,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            login_digest: _,
            account_id,
            organization_id: _,
            address,
            at,
            outcome,
        } = row;
        Self {
            id,
            at,
            account_id,
            address,
            outcome,
        }
    }
}

/// List attempts to sign in
///
/// For accounts of your organisation. `reuse` means that a refresh token was used twice and its session was ended: the token may have been stolen.
#[operation(get, "/sign-in-attempts", tag = "access")]
pub async fn list_sign_in_attempts(
    permit: Permit<ReadAudit>,
    db: Data<Db>,
    query: List<SignInAttempt>,
) -> Result<Page<SignInAttempt>> {
    edit::list(&db, &permit, &query).await
}
