//! Regulation versions with their parameters, and the catalogue of dossier documents: both are
//! data.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /regulations` | [`list_regulations`] |
//! | `GET /document-types` | [`list_document_types`] |

use crate::access::ReadRegulations;
use crate::api::prelude::*;
use crate::law::catalogue;
use crate::law::regulation;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_regulations).service(list_document_types);
}

/// Regulation versions, the oldest first
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationVersions {
    #[schema(max_items = 200)]
    pub items: Vec<RegulationVersion>,
}

/// A version: acts dated from `effective_from` on, until the next version, are judged by it
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationVersion {
    #[schema(example = "24-QĐ/TW", max_length = 100)]
    pub code: String,
    pub issued_on: NaiveDate,
    pub effective_from: NaiveDate,
    #[schema(max_items = 50)]
    pub guidance: Vec<String>,
    #[schema(max_items = 200)]
    pub parameters: Vec<RegulationParameter>,
}

/// A parameter and where it is written
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationParameter {
    #[schema(example = "decide_admission_workdays", max_length = 100)]
    pub name: String,
    /// A number, a fraction as two numbers, a word or several
    #[schema(value_type = serde_json::Value)]
    pub value: serde_json::Value,
    #[schema(max_length = 500)]
    pub source: String,
    /// `text`: the clause was read; `secondary`: cited elsewhere; `unconfirmed`: carried over by analogy
    #[schema(example = "text", max_length = 20)]
    pub confirmed: String,
}

/// Papers of a dossier
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentTypes {
    #[schema(max_items = 200)]
    pub items: Vec<DocumentKind>,
}

/// A kind of paper
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
    /// From whom it comes
    #[schema(max_length = 60)]
    pub from: String,
    /// `always`, or when it is asked for
    #[schema(max_length = 60)]
    pub required_if: String,
    /// First regulation that knows it
    #[schema(max_length = 100)]
    pub since: String,
}

/// List regulation versions
///
/// The parameters by which acts are judged, each with its source and how sure it is. A version inherits what it does not list.
#[utoipa::path(
    tag = "reference",
    security(("oauth2" = ["regulations.read"])),
    responses((status = 200, description = "All versions", body = RegulationVersions)),
)]
#[get("/regulations")]
pub async fn list_regulations(
    _permit: Permit<ReadRegulations>,
    law: Data<regulation::Regulations>,
) -> Result<Answer<RegulationVersions>> {
    let items = law
        .all()
        .iter()
        .map(|v| RegulationVersion {
            code: v.code.clone(),
            issued_on: v.issued_on,
            effective_from: v.effective_from,
            guidance: v.guidance.clone(),
            parameters: v
                .parameters
                .iter()
                .map(|(name, p)| RegulationParameter {
                    name: name.clone(),
                    value: p.value.clone(),
                    source: p.source.clone(),
                    confirmed: p.confirmed.clone(),
                })
                .collect(),
        })
        .collect();
    Ok(Answer::new(
        HttpResponse::Ok().json(RegulationVersions { items }),
    ))
}

/// List the kinds of dossier documents
#[utoipa::path(
    tag = "reference",
    security(("oauth2" = ["regulations.read"])),
    responses((status = 200, description = "The catalogue", body = DocumentTypes)),
)]
#[get("/document-types")]
pub async fn list_document_types(
    _permit: Permit<ReadRegulations>,
) -> Result<Answer<DocumentTypes>> {
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
    Ok(Answer::new(
        HttpResponse::Ok().json(DocumentTypes { items }),
    ))
}
