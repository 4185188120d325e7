//! Request bodies of the steps of a source plan.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::law::text::Text;

/// A reason for returning or revising a source plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SourcePlanReason {
    #[schema(example = "Bổ sung nguồn ở khoa Ngoại")]
    pub reason: Text<1000>,
}
