//! Request bodies of the steps of a class.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::law::text::Text;

/// The proposals become a list (lập danh sách)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCompilation {
    #[schema(example = "2021-08-25")]
    pub on: NaiveDate,
    /// Number of the list's paper
    #[schema(example = "15-CV/ĐU")]
    pub paper_number: Text<100>,
}

/// Who is confirmed, and who is not
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewConfirmation {
    #[schema(example = "2021-08-30")]
    pub on: NaiveDate,
    /// Number of the confirming paper
    #[schema(example = "102-CV/BTC")]
    pub paper_number: Text<100>,
    /// Those who are confirmed; absent: everybody on the compiled list who is not refused
    #[schema(max_items = 1000)]
    pub enrolment_ids: Option<Vec<Uuid>>,
    /// Those who are refused, each with the reason
    #[schema(max_items = 1000)]
    pub rejections: Option<Vec<Rejection>>,
}

/// One person who is not confirmed
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Rejection {
    #[schema(example = "01750000-0000-7000-8000-0000e1000201")]
    pub enrolment_id: Uuid,
    #[schema(example = "Đã dự lớp năm trước")]
    pub reason: Text<1000>,
}
