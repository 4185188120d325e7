//! Request bodies of the steps of a class.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::law::text::Text;

/// Compilation of the proposals into a list (lập danh sách)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCompilation {
    #[schema(example = "2021-08-25")]
    pub on: NaiveDate,
    /// Number of the list
    #[schema(example = "15-CV/ĐU")]
    pub paper_number: Text<100>,
}

/// Confirmation of a class list
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewConfirmation {
    #[schema(example = "2021-08-30")]
    pub on: NaiveDate,
    /// Number of the confirming document
    #[schema(example = "102-CV/BTC")]
    pub paper_number: Text<100>,
    /// Enrolments to confirm; by default everyone on the compiled list who is not refused
    #[schema(max_items = 1000)]
    pub enrolment_ids: Option<Vec<Uuid>>,
    /// Enrolments to refuse, each with a reason
    #[schema(max_items = 1000)]
    pub rejections: Option<Vec<Rejection>>,
}

/// A person who is refused
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Rejection {
    #[schema(example = "01750000-0000-7000-8000-0000e1000201")]
    pub enrolment_id: Uuid,
    #[schema(example = "Đã dự lớp năm trước")]
    pub reason: Text<1000>,
}
