//! The documents of a dossier, and when each is required.
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::ReadRegulations;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::law::catalogue;

pub fn configure(v1: &mut Routes) {
    v1.service(list_document_types);
}

/// The catalogue of dossier documents
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentTypes {
    #[schema(max_items = 200)]
    pub items: Vec<DocumentKind>,
}

/// A type of document
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentKind {
    #[schema(example = "2-KNĐ", max_length = 20)]
    pub code: String,
    #[schema(max_length = 300)]
    pub title: String,
    #[schema(max_length = 300)]
    pub title_en: String,
    /// `admission` or `recognition`
    #[schema(max_length = 60)]
    pub phase: String,
    /// Who issues it
    #[schema(max_length = 60)]
    pub from: String,
    /// `always`, or the condition under which it is required
    #[schema(max_length = 60)]
    pub required_if: String,
    /// First regulation version that requires it
    #[schema(max_length = 100)]
    pub since: String,
}

/// List types of dossier documents
#[operation(get, "/document-types", tag = "reference", answer = "The catalogue")]
pub async fn list_document_types(
    permit: Permit<ReadRegulations>,
    db: Data<Db>,
) -> Result<Reply<DocumentTypes>> {
    db.admit(&permit).await?;
    let items = catalogue::all()
        .iter()
        .cloned()
        .map(
            |catalogue::DocumentType {
                 code,
                 title,
                 title_en,
                 phase,
                 from,
                 required_if,
                 since,
             }| DocumentKind {
                code,
                title,
                title_en,
                phase,
                from,
                required_if,
                since,
            },
        )
        .collect();
    Ok(Reply::new(&DocumentTypes { items }))
}
