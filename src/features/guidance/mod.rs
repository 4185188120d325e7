//! Guidance (hướng dẫn nghiệp vụ) by the Party Office on the procedure to follow, in editions.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /guidance` | [`list_guidance`] |
//! | `POST /guidance` | [`create_guidance`] |
//! | `GET /guidance/{id}` | [`get_guidance`] |
//! | `DELETE /guidance/{id}` | [`remove_guidance`] |
//! | `POST /guidance/{id}/editions` | [`publish_edition`] |
//! | `GET /guidance/{id}/editions` | [`list_editions`] |
mod store;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::{ReadGuidance, WriteGuidance, reach};
use crate::api::body::Body;
use crate::api::checks::{kept, read, refuse, too_early};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{Field, FieldKind, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::clock;
use crate::db::tables::guidance as table;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::daily::GuidanceTopic;

pub fn configure(v1: &mut Routes) {
    v1.service(list_guidance)
        .service(create_guidance)
        .service(get_guidance)
        .service(remove_guidance)
        .service(publish_edition)
        .service(list_editions);
}

/// A guidance note (hướng dẫn nghiệp vụ) in the edition in force today, or in its first one if none
/// is yet
#[derive(Debug, Serialize, ToSchema)]
pub struct Guidance {
    pub id: Uuid,
    #[schema(max_length = 300)]
    pub title: String,
    pub topic: GuidanceTopic,
    /// 1 for the first edition, incremented by each new one
    #[schema(minimum = 1)]
    pub edition: i32,
    pub valid_from: NaiveDate,
    /// Paragraphs
    #[schema(max_items = 100, value_type = Vec<Text<2000>>)]
    pub body: Vec<String>,
    /// Steps to tick off
    #[schema(max_items = 100, value_type = Vec<Text<300>>)]
    pub checklist: Vec<String>,
    /// Documents on which it is based
    #[schema(max_items = 50, value_type = Vec<Text<200>>)]
    pub sources: Vec<String>,
    pub published_on: NaiveDate,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Guidance to publish
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewGuidance {
    /// Unique within the organisation
    #[schema(example = "Quy trình nghiệp vụ công nhận đảng viên chính thức")]
    pub title: Text<300>,
    pub topic: GuidanceTopic,
    #[schema(example = "2021-02-01")]
    pub valid_from: NaiveDate,
    /// Paragraphs
    #[schema(min_items = 1, max_items = 100, example = json!(["Bước 1: đảng viên dự bị viết bản tự kiểm điểm."]))]
    pub body: Vec<Text<2000>>,
    /// Steps to tick off
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["Bản tự kiểm điểm (mẫu 10-KNĐ)"]))]
    pub checklist: Vec<Text<300>>,
    /// Documents on which it is based
    #[schema(min_items = 1, max_items = 50, example = json!(["29-QĐ/TW", "09-HD/BTCTW"]))]
    pub sources: Vec<Text<200>>,
}

/// A new edition, which replaces the previous one; that remains readable
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewEdition {
    /// What has changed, and why
    #[schema(example = "Bổ sung mẫu phiếu lấy ý kiến nơi cư trú")]
    pub reason: Text<500>,
    /// After the previous edition's date; the edition is shown from that day on
    #[schema(example = "2021-06-01")]
    pub valid_from: NaiveDate,
    #[schema(min_items = 1, max_items = 100, example = json!(["Bước 1: đảng viên dự bị viết bản tự kiểm điểm."]))]
    pub body: Vec<Text<2000>>,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub checklist: Vec<Text<300>>,
    #[schema(min_items = 1, max_items = 50, example = json!(["29-QĐ/TW"]))]
    pub sources: Vec<Text<200>>,
}

/// All editions of guidance, newest first
#[derive(Debug, Serialize, ToSchema)]
pub struct Editions {
    #[schema(max_items = 200)]
    pub items: Vec<Edition>,
}

/// An edition as published
#[derive(Debug, Serialize, ToSchema)]
pub struct Edition {
    pub id: Uuid,
    #[schema(minimum = 1)]
    pub edition: i32,
    #[schema(max_length = 300)]
    pub title: String,
    pub valid_from: NaiveDate,
    #[schema(max_items = 100, value_type = Vec<Text<2000>>)]
    pub body: Vec<String>,
    #[schema(max_items = 100, value_type = Vec<Text<300>>)]
    pub checklist: Vec<String>,
    #[schema(max_items = 50, value_type = Vec<Text<200>>)]
    pub sources: Vec<String>,
    pub published_on: NaiveDate,
    /// What had changed; null for the first edition
    #[schema(required = true, max_length = 500)]
    pub reason: Option<String>,
}

/// Selects editions
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// Only these editions
    #[serde(default, deserialize_with = "query::ids")]
    #[param(style = Form, explode = false, required = false, min_items = 1, max_items = 200)]
    id: Vec<Uuid>,
}

/// Maximum number of editions, so that their list needs no paging.
const MOST_EDITIONS: i32 = 200;

impl Resource for Guidance {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "guidance",
        path: "guidance",
        fields: &[
            Field::of(&table::Column::Topic, FieldKind::Enum(GuidanceTopic::WIRE)),
            Field::expression("valid_from", store::valid_from, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::guidance,
        expand: &[],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            title,
            topic,
            edition,
            valid_from,
            body,
            checklist,
            sources,
            published_on,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            title,
            topic,
            edition,
            valid_from,
            body: read(body),
            checklist: read(checklist),
            sources: read(sources),
            published_on,
            version,
            created_at,
            updated_at,
        }
    }
    const COMPLETED: bool = true;
    /// The row holds the latest edition, which may begin on a day to come.
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let today = clock::day(tx.now());
        let mut ahead: Vec<_> = items
            .iter_mut()
            .filter(|i| i.valid_from > today && i.edition > 1)
            .collect();
        if ahead.is_empty() {
            return Ok(());
        }
        let ids = ahead.iter().map(|i| i.id).collect();
        for edition in tx.all(store::begun(ids, today)).await? {
            if let Some(item) = ahead.iter_mut().find(|i| i.id == edition.guidance_id) {
                item.edition = edition.edition;
                item.valid_from = edition.valid_from;
                item.body = read(edition.body);
                item.checklist = read(edition.checklist);
                item.sources = read(edition.sources);
                item.published_on = edition.published_on;
            }
        }
        Ok(())
    }
}

/// List guidance
#[operation(get, "/guidance")]
pub async fn list_guidance(
    permit: Permit<ReadGuidance>,
    db: Data<Db>,
    query: List<Guidance>,
) -> Result<Page<Guidance>> {
    edit::list(&db, &permit, &query).await
}

/// Get guidance in the edition in force
#[operation(get, "/guidance/{id}")]
pub async fn get_guidance(
    permit: Permit<ReadGuidance>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Guidance>,
) -> Result<Reply<Guidance>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Publish guidance
#[operation(post, "/guidance", refuses(Duplicate))]
pub async fn create_guidance(
    permit: Permit<WriteGuidance>,
    db: Data<Db>,
    body: Body<NewGuidance>,
) -> Result<Created<Guidance>> {
    let today = db.clock().today();
    edit::create::<Guidance, _, _>(&db, &permit, &body, async |tx| {
        let NewGuidance {
            title,
            topic,
            valid_from,
            body,
            checklist,
            sources,
        } = body.value.clone();
        let mut active = edit::blank::<Guidance>();
        active.title = Set(title.into_string());
        active.topic = Set(topic);
        active.edition = Set(1);
        active.valid_from = Set(valid_from);
        active.body = Set(kept(&body));
        active.checklist = Set(kept(&checklist));
        active.sources = Set(kept(&sources));
        active.published_on = Set(today);
        let row = edit::insert::<Guidance>(tx, permit.caller().organization, active).await?;
        store::keep_edition(tx, &row, None).await?;
        Ok(row)
    })
    .await
}

/// Remove guidance
///
/// Withdraws the guidance with all its editions.
#[operation(delete, "/guidance/{id}", refuses(HasDependents))]
pub async fn remove_guidance(
    permit: Permit<WriteGuidance>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Guidance, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(tx, [edit::dispatched(row.id)]).await?;
        edit::mark_deleted::<Guidance>(tx, row).await
    })
    .await
}

/// Publish a new edition of guidance
///
/// Shown from its own day on. All editions remain readable, those to come as well.
#[operation(post, "/guidance/{id}/editions", refuses(InvalidTransition))]
pub async fn publish_edition(
    permit: Permit<WriteGuidance>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewEdition>,
) -> Result<Reply<Guidance>> {
    let today = db.clock().today();
    edit::step::<Guidance, _>(&db, &permit, *id, seen, async |tx, row| {
        let NewEdition {
            reason,
            valid_from,
            body,
            checklist,
            sources,
        } = body.value.clone();
        if valid_from <= row.valid_from {
            refuse(vec![too_early("/valid_from")])?;
        }
        if row.edition >= MOST_EDITIONS {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Quá nhiều bản; hãy lập hướng dẫn mới.",
                "Too many editions; publish new guidance.",
            )));
        }
        let mut active = edit::blank::<Guidance>();
        active.edition = Set(row.edition + 1);
        active.valid_from = Set(valid_from);
        active.body = Set(kept(&body));
        active.checklist = Set(kept(&checklist));
        active.sources = Set(kept(&sources));
        active.published_on = Set(today);
        let row = edit::update::<Guidance>(tx, row.id, row.version, active).await?;
        store::keep_edition(tx, &row, Some(reason.as_str())).await?;
        Ok((row, "edition"))
    })
    .await
}

/// List the editions of guidance
#[operation(get, "/guidance/{id}/editions", answer = "All editions, newest first")]
pub async fn list_editions(
    permit: Permit<ReadGuidance>,
    db: Data<Db>,
    id: Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Reply<Editions>> {
    let items = db
        .read(&permit, async |tx| {
            edit::find::<Guidance>(&tx, permit.reach(), *id, false).await?;
            let editions = store::editions(&tx, permit.reach(), *id, &asked.id);
            let editions = tx.last().all(editions).await?.into_iter();
            Ok(editions
                .map(|edition| Edition {
                    id: edition.id,
                    edition: edition.edition,
                    title: edition.title,
                    valid_from: edition.valid_from,
                    body: read(edition.body),
                    checklist: read(edition.checklist),
                    sources: read(edition.sources),
                    published_on: edition.published_on,
                    reason: edition.reason,
                })
                .collect())
        })
        .await?;
    Ok(Reply::new(&Editions { items }))
}
