//! The body of a refusal.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::law::Requirement;

/// Problem details (RFC 9457): what went wrong, in words and in stable codes. Lists all faults of
/// the request at once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Path of a page that explains the code
    #[schema(
        example = "/problems/not_found",
        max_length = 200,
        pattern = "^/problems/[a-z_]+$"
    )]
    pub r#type: String,
    /// Title of the code, in the caller's language
    #[schema(max_length = 200)]
    pub title: String,
    /// HTTP status
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened in this case, in the caller's language
    #[schema(max_length = 2000)]
    pub detail: String,
    /// Path of the request
    #[schema(max_length = 2000)]
    pub instance: String,
    /// Stable machine-readable code to switch on. An open set: handle an unknown code by its status
    #[schema(example = "not_found", max_length = 60, pattern = "^[a-z_]+$")]
    pub code: String,
    /// Identifies this request in the service's logs; equal to X-Request-Id
    #[schema(max_length = 100)]
    pub trace_id: String,
    /// Every field, parameter or header at fault; at most the first hundred
    #[schema(max_items = 100)]
    pub errors: Vec<ProblemField>,
    /// Every unmet requirement of the regulations
    #[schema(max_items = 1000)]
    pub requirements: Vec<Requirement>,
    /// Of 412: the row as it is now
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Current>,
}

/// A row that has changed since it was read
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Current {
    #[schema(example = 3, minimum = 1)]
    pub version: i32,
    /// Its `stage` or `state`, where it has one
    #[schema(required = true, example = "in_plan", max_length = 60)]
    pub stage: Option<String>,
}

/// A fault in one part of the request. Exactly one of pointer, parameter and header is set.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer into the body
    #[schema(required = true, max_length = 500)]
    pub pointer: Option<String>,
    /// Name of a parameter of path or query
    #[schema(required = true, max_length = 500)]
    pub parameter: Option<String>,
    /// Name of a header
    #[schema(required = true, max_length = 100)]
    pub header: Option<String>,
    /// Stable code of the fault
    #[schema(example = "required", max_length = 60, pattern = "^[a-z_]+$")]
    pub code: String,
    /// Explanation in the caller's language
    #[schema(max_length = 2000)]
    pub detail: String,
}
