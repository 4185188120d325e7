//! Regulation versions and their parameters.
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::ReadRegulations;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Spoken;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::law::regulation::{Confirmed, DEFINITIONS, Definition, Parameter, Version, label};

pub fn configure(v1: &mut Routes) {
    v1.service(list_regulations);
}

/// Regulation versions, oldest first
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationVersions {
    #[schema(max_items = 200)]
    pub items: Vec<RegulationVersion>,
}

/// A regulation version; it judges acts dated from `effective_from` until the next version
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

/// A parameter: value, meaning and citation
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationParameter {
    #[schema(example = "decide_admission_workdays", max_length = 100)]
    pub name: String,
    /// Meaning, in the reader's language
    #[schema(example = "Thời hạn quyết định kết nạp", max_length = 500)]
    pub meaning: &'static str,
    /// A number, a fraction as two numbers, or one or more words
    #[schema(value_type = serde_json::Value)]
    pub value: serde_json::Value,
    /// `months`, `working_days`, `people` or `times`; `fraction`, `word` or `words` for values that
    /// are not counts
    #[schema(example = "working_days", max_length = 20)]
    pub unit: &'static str,
    /// Words that the value may consist of; empty for numbers
    #[schema(max_items = 50)]
    pub allowed: Vec<LabelledWord>,
    /// What a period is counted from
    #[schema(required = true)]
    pub from: Option<LabelledWord>,
    /// Working days by which a reason may extend the period
    #[schema(required = true, example = 30)]
    pub extension: Option<u32>,
    /// What a fraction is of
    #[schema(required = true)]
    pub of: Option<LabelledWord>,
    /// Whether the fraction must be exceeded, not just reached
    pub strict: bool,
    /// Another body that may decide
    #[schema(required = true)]
    pub alternative: Option<LabelledWord>,
    /// Document and clause as an official may cite them; `kế thừa từ …` if the version inherits the
    /// parameter
    #[schema(example = "29-QĐ/TW, 4.3.1", max_length = 500)]
    pub citation: String,
    /// Same as `citation`
    #[schema(max_length = 500)]
    pub source: String,
    /// `text`: the clause was read; `secondary`: cited elsewhere; `unconfirmed`: inherited or
    /// carried over by analogy
    #[schema(example = "text", max_length = 20)]
    pub confirmed: Confirmed,
    /// Earlier version that lists the parameter, if inherited
    #[schema(required = true, example = "29-QĐ/TW", max_length = 100)]
    pub inherited_from: Option<String>,
}

/// A word of the regulations with its label
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelledWord {
    #[schema(example = "decision_received", max_length = 200)]
    pub word: String,
    /// Label in the reader's language
    #[schema(example = "ngày nhận được quyết định", max_length = 300)]
    pub label: String,
}

impl RegulationVersion {
    fn of(version: &Version, english: bool) -> Self {
        let listed = DEFINITIONS
            .iter()
            .filter_map(|known| Some((known, version.parameters.get(known.name)?)));
        Self {
            code: version.code.clone(),
            issued_on: version.issued_on,
            effective_from: version.effective_from,
            guidance: version.guidance.clone(),
            parameters: listed
                .map(|(known, p)| RegulationParameter::of(known, p, english))
                .collect(),
        }
    }
}

impl RegulationParameter {
    fn of(known: &'static Definition, p: &Parameter, english: bool) -> Self {
        let word = |words, word: &String| LabelledWord {
            word: word.clone(),
            label: label(words, word, english),
        };
        Self {
            name: known.name.to_owned(),
            meaning: if english { known.en } else { known.vi },
            value: p.value.clone(),
            unit: known.kind.unit().0,
            allowed: known
                .kind
                .words()
                .iter()
                .map(|t| word(known.kind.words(), &t.0.to_owned()))
                .collect(),
            from: p.from.as_ref().map(|w| word(known.from, w)),
            extension: p.extension,
            of: p.of.as_ref().map(|w| word(known.of, w)),
            strict: p.strict,
            alternative: p.alternative.as_ref().map(|w| word(known.alternative, w)),
            citation: p.citation.text.clone(),
            source: p.citation.text.clone(),
            confirmed: p.citation.confirmed.unwrap_or(Confirmed::Unconfirmed),
            inherited_from: p.inherited_from.clone(),
        }
    }
}

/// List regulation versions
///
/// The parameters by which acts are judged: meaning, value, citation and confidence. A version
/// inherits the parameters it does not list.
#[operation(get, "/regulations", tag = "reference", answer = "All versions")]
pub async fn list_regulations(
    permit: Permit<ReadRegulations>,
    db: Data<Db>,
    law: Law,
) -> Result<Spoken<RegulationVersions>> {
    db.admit(&permit).await?;
    let english = permit.call.english;
    let items = law
        .all()
        .iter()
        .map(|v| RegulationVersion::of(v, english))
        .collect();
    Ok(Spoken::new(&RegulationVersions { items }))
}
