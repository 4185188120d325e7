//! Distribution lists (nơi nhận) of plans and reports: what was sent, when, under which number and
//! to whom, and whether a copy was archived.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /dispatches` | [`list_dispatches`] |
//! | `POST /dispatches` | [`create_dispatch`] |
//! | `GET /dispatches/{id}` | [`get_dispatch`] |
//! | `PATCH /dispatches/{id}` | [`change_dispatch`] |
//! | `DELETE /dispatches/{id}` | [`remove_dispatch`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadDispatches, WriteDispatches, reach};
use crate::api::body::{Body, Patch};
use crate::api::checks::{in_future, kept, long_ago, read, refuse, repeated};
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::{dispatch as table, guidance, quota_plan, source_plan, term};
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::law::text::Text;
use crate::law::words::daily::{PaperKind, RecipientKind};

pub fn configure(v1: &mut Routes) {
    v1.service(list_dispatches)
        .service(create_dispatch)
        .service(get_dispatch)
        .service(change_dispatch)
        .service(remove_dispatch);
}

/// Dispatch of a document to its recipients (nơi nhận)
#[derive(Debug, Serialize, ToSchema)]
pub struct Dispatch {
    pub id: Uuid,
    pub document_kind: PaperKind,
    /// The quota plan, term or guidance; null for a document kept elsewhere
    #[schema(required = true)]
    pub document_id: Option<Uuid>,
    #[schema(max_length = 300)]
    pub title: String,
    /// Number of the outgoing document
    #[schema(max_length = 60)]
    pub number: String,
    pub sent_on: NaiveDate,
    #[schema(max_items = 50)]
    pub recipients: Vec<Recipient>,
    /// Whether a copy is archived (lưu văn phòng)
    pub archived: bool,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A line of a distribution list
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recipient {
    pub kind: RecipientKind,
    /// As printed on the document
    #[schema(example = "Các chi bộ trực thuộc")]
    pub name: Text<200>,
}

/// A dispatch to record
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewDispatch {
    pub document_kind: PaperKind,
    /// A quota plan, term or guidance in this service; other documents are identified by their
    /// title
    pub document_id: Option<Uuid>,
    #[schema(example = "Kế hoạch phát triển đảng viên mới, nhiệm kỳ 2020-2025")]
    pub title: Text<300>,
    /// Number of the outgoing document; unique per day
    #[schema(example = "12-KH/ĐU")]
    pub number: Text<60>,
    #[schema(example = "2021-01-12")]
    pub sent_on: NaiveDate,
    #[schema(min_items = 1, max_items = 50)]
    pub recipients: Vec<Recipient>,
    #[schema(example = true)]
    pub archived: bool,
}

impl Resource for Dispatch {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "dispatch",
        path: "dispatches",
        fields: &[
            Field::of(
                &table::Column::DocumentKind,
                FieldKind::Enum(PaperKind::WIRE),
            ),
            Field::of(&table::Column::DocumentId, FieldKind::Uuid),
            Field::of(&table::Column::Archived, FieldKind::Bool),
            Field::of(&table::Column::SentOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-sent_on",
        search: None,
        scope: reach::dispatch,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            document_kind,
            document_id,
            title,
            number,
            sent_on,
            recipients,
            archived,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            document_kind,
            document_id,
            title,
            number,
            sent_on,
            recipients: read(recipients),
            archived,
            version,
            created_at,
            updated_at,
        }
    }
}

impl Editable for Dispatch {
    type Edit = NewDispatch;
    fn edit(row: &table::Model) -> NewDispatch {
        NewDispatch {
            document_kind: row.document_kind,
            document_id: row.document_id,
            title: Text::stored(row.title.clone()),
            number: Text::stored(row.number.clone()),
            sent_on: row.sent_on,
            recipients: read(row.recipients.clone()),
            archived: row.archived,
        }
    }
    fn apply(edit: NewDispatch, active: &mut table::ActiveModel) {
        let NewDispatch {
            document_kind,
            document_id,
            title,
            number,
            sent_on,
            recipients,
            archived,
        } = edit;
        active.document_kind = Set(document_kind);
        active.document_id = Set(document_id);
        active.title = Set(title.into_string());
        active.number = Set(number.into_string());
        active.sent_on = Set(sent_on);
        active.recipients = Set(kept(&recipients));
        active.archived = Set(archived);
    }
}

/// The row of a document of this kind, if this service keeps them.
fn paper(kind: PaperKind, id: Uuid) -> Option<Reference> {
    let at = "/document_id";
    match kind {
        PaperKind::QuotaPlan => Some(Reference::to::<quota_plan::Entity>(at, id)),
        PaperKind::Term => Some(Reference::to::<term::Entity>(at, id)),
        PaperKind::Guidance => Some(Reference::to::<guidance::Entity>(at, id)),
        PaperKind::SourcePlan => Some(Reference::to::<source_plan::Entity>(at, id)),
        PaperKind::Report => None,
    }
}

async fn check(tx: &Tx, today: NaiveDate, new: &NewDispatch) -> Result<()> {
    let mut faults = Vec::new();
    if new.sent_on > today {
        faults.push(in_future("/sent_on"));
    }
    faults.extend(long_ago("/sent_on", new.sent_on));
    repeated("/recipients", &new.recipients, &mut faults);
    if let Some(id) = new.document_id {
        let known = match paper(new.document_kind, id) {
            Some(kept) => edit::check_references(tx, [kept]).await,
            None => Err(Error::new(Code::ValidationFailed)),
        };
        if let Err(unknown) = known {
            if unknown.code() != Code::ValidationFailed {
                return Err(unknown);
            }
            faults.push(crate::api::http::unknown_reference("/document_id"));
        }
    }
    refuse(faults)
}

/// List dispatches
#[operation(get, "/dispatches")]
pub async fn list_dispatches(
    permit: Permit<ReadDispatches>,
    db: Data<Db>,
    query: List<Dispatch>,
) -> Result<Page<Dispatch>> {
    edit::list(&db, &permit, &query).await
}

/// Get a dispatch
#[operation(get, "/dispatches/{id}")]
pub async fn get_dispatch(
    permit: Permit<ReadDispatches>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Dispatch>,
) -> Result<Reply<Dispatch>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Record a dispatch
#[operation(post, "/dispatches", refuses(Duplicate))]
pub async fn create_dispatch(
    permit: Permit<WriteDispatches>,
    db: Data<Db>,
    body: Body<NewDispatch>,
) -> Result<Created<Dispatch>> {
    let today = db.clock().today();
    edit::create::<Dispatch, _, _>(&db, &permit, &body, async |tx| {
        check(tx, today, &body.value).await?;
        let mut active = edit::blank::<Dispatch>();
        Dispatch::apply(body.value.clone(), &mut active);
        edit::insert::<Dispatch>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a dispatch
#[operation(patch, "/dispatches/{id}", refuses(Duplicate))]
pub async fn change_dispatch(
    permit: Permit<WriteDispatches>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewDispatch>,
) -> Result<Reply<Dispatch>> {
    let today = db.clock().today();
    edit::change::<Dispatch, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, _row, new, _active| check(tx, today, new).await,
    )
    .await
}

/// Remove a dispatch
#[operation(delete, "/dispatches/{id}")]
pub async fn remove_dispatch(
    permit: Permit<WriteDispatches>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Dispatch, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::mark_deleted::<Dispatch>(tx, row).await
    })
    .await
}
