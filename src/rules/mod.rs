//! The regulations as pure functions: facts in, verdict out. No HTTP, SQL, clock or environment.
pub mod classes;
pub mod dates;
pub mod nomination;
pub mod quota;
pub mod settings;
pub mod sponsorship;
pub mod vocabulary;

pub use vocabulary::{PlanState, Stage};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

/// `say("tiếng Việt", "English")`
pub fn say(vi: impl Into<String>, en: impl Into<String>) -> Words {
    Words { vi: vi.into(), en: en.into() }
}

/// Something that a rule asks for and that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// Stable dotted id of the rule.
    pub rule: &'static str,
    /// Document and clause.
    pub source: &'static str,
    pub detail: Words,
}

/// One unmet requirement of a refused step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Requirement {
    /// Stable dotted id of the rule
    #[schema(example = "sponsorship.sponsor.official", max_length = 100, pattern = "^[a-z_.]+$")]
    pub rule: String,
    /// Document and clause that asks for it
    #[schema(example = "01-HD/TW 2021, 3.9", max_length = 300)]
    pub source: String,
    /// What is missing, in words
    #[schema(max_length = 1000)]
    pub detail: String,
}
