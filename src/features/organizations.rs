//! Party organisations: the grassroots one (đảng bộ cơ sở) and the committee above (cấp trên trực
//! tiếp).
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /organizations` | [`list_organizations`] |
//! | `POST /organizations` | [`create_organization`] |
//! | `GET /organizations/{id}` | [`get_organization`] |
//! | `PATCH /organizations/{id}` | [`change_organization`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ChangeOrganizations, CreateOrganizations, ReadOrganizations, reach};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::organization as table;
use crate::error::{Code, Error, Result};
use crate::law::text::Text;
use crate::law::words::OrganizationKind;

pub fn configure(v1: &mut Routes) {
    v1.service(list_organizations)
        .service(create_organization)
        .service(get_organization)
        .service(change_organization);
}

/// A Party organisation
#[derive(Debug, Serialize, ToSchema)]
pub struct Organization {
    pub id: Uuid,
    /// The committee directly above; null at the top
    #[schema(required = true)]
    pub parent_id: Option<Uuid>,
    pub kind: OrganizationKind,
    #[schema(example = "Đảng bộ Y tế huyện Hồng Lam", max_length = 200)]
    pub name: String,
    /// Name of the level. It is data, because levels change (294-QĐ/TW has no district level)
    #[schema(example = "Huyện ủy", max_length = 100)]
    pub label: String,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An organisation to create below the caller's own
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewOrganization {
    #[schema(example = "Đảng bộ Y tế huyện Lam Sơn")]
    pub name: Text<200>,
    #[schema(example = "Đảng ủy")]
    pub label: Text<100>,
}

impl Resource for Organization {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "organization",
        path: "organizations",
        fields: &[
            Field::of(
                &table::Column::Kind,
                FieldKind::Enum(OrganizationKind::WIRE),
            ),
            Field::of(&table::Column::ParentId, FieldKind::Uuid),
            Field::of(&table::Column::Name, FieldKind::Text).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "name",
        search: None,
        scope: reach::organizations,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            parent_id,
            kind,
            name,
            label,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            parent_id,
            kind,
            name,
            label,
            version,
            created_at,
            updated_at,
        }
    }
}

impl Editable for Organization {
    type Edit = NewOrganization;
    fn edit(row: &table::Model) -> NewOrganization {
        NewOrganization {
            name: Text::stored(row.name.clone()),
            label: Text::stored(row.label.clone()),
        }
    }
    fn apply(edit: NewOrganization, active: &mut table::ActiveModel) {
        active.name = Set(edit.name.into_string());
        active.label = Set(edit.label.into_string());
    }
}

/// List organisations
#[operation(get, "/organizations")]
pub async fn list_organizations(
    permit: Permit<ReadOrganizations>,
    db: Data<Db>,
    query: List<Organization>,
) -> Result<Page<Organization>> {
    edit::list(&db, &permit, &query).await
}

/// Get an organisation
#[operation(get, "/organizations/{id}")]
pub async fn get_organization(
    permit: Permit<ReadOrganizations>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Organization>,
) -> Result<Reply<Organization>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Change an organisation
#[operation(patch, "/organizations/{id}")]
pub async fn change_organization(
    permit: Permit<ChangeOrganizations>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewOrganization>,
) -> Result<Reply<Organization>> {
    // the organisation above is visible, but only its own people rename it
    if *id != permit.caller().organization {
        db.read(&permit, async |tx| {
            edit::find::<Organization>(&tx, permit.reach(), *id, false)
                .await
                .map(drop)
        })
        .await?;
        return Err(Error::new(Code::Forbidden));
    }
    edit::change::<Organization, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |_tx, _row, _new, _active| Ok(()),
    )
    .await
}

/// Create an organisation below the caller's own
#[operation(post, "/organizations")]
pub async fn create_organization(
    permit: Permit<CreateOrganizations>,
    db: Data<Db>,
    body: Body<NewOrganization>,
) -> Result<Created<Organization>> {
    edit::create::<Organization, _, _>(&db, &permit, &body, async |tx| {
        let row = table::Model {
            id: Uuid::now_v7(),
            parent_id: Some(permit.caller().organization),
            kind: OrganizationKind::Grassroots,
            name: body.value.name.clone().into_string(),
            label: body.value.label.clone().into_string(),
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        // an administrator cannot see below the new row's level, so it is not read back
        tx.keep(row.clone()).await?;
        Ok(row)
    })
    .await
}
