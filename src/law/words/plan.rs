//! Vocabulary of planning: terms, branch history, source plans, reviews.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Term;

terms! {
    /// Kind of change to a branch.
    BranchChangeKind {
        Founded = "founded" "thành lập" "founded",
        Renamed = "renamed" "đổi tên" "renamed",
        Split = "split" "tách" "split",
        Merged = "merged" "sáp nhập" "merged",
        Closed = "closed" "kết thúc" "closed",
    }
    /// State of a source plan.
    SourcePlanState {
        Draft = "draft" "dự thảo" "draft",
        Submitted = "submitted" "đã trình" "submitted",
        Returned = "returned" "trả lại" "returned",
        Approved = "approved" "đã duyệt" "approved",
    }
    /// Kind of review.
    ReviewKind {
        Periodic = "periodic" "định kỳ" "periodic",
        Yearly = "yearly" "cuối năm" "yearly",
    }
    /// State of a review.
    ReviewState {
        Open = "open" "đang xét" "open",
        Closed = "closed" "đã chốt" "closed",
    }
    /// A period's review compared with the calendar.
    ReviewTiming {
        Held = "held" "đúng hạn" "held in time",
        Late = "late" "trễ hạn" "late",
        Missing = "missing" "chưa xét, quá hạn" "missing",
        Due = "due" "còn hạn" "not yet due",
    }
    /// Quality of a branch's work in a year (xếp loại chất lượng tổ chức đảng).
    ClassificationGrade {
        Excellent = "excellent" "hoàn thành xuất sắc nhiệm vụ" "excellent",
        Good = "good" "hoàn thành tốt nhiệm vụ" "good",
        Completed = "completed" "hoàn thành nhiệm vụ" "completed",
        NotCompleted = "not_completed" "không hoàn thành nhiệm vụ" "not completed",
    }
    /// State of a term.
    TermState {
        Draft = "draft" "dự thảo" "draft",
        Approved = "approved" "đã duyệt" "approved",
    }
    /// What the Standing Committee did, with a reason: rejected or reopened.
    RemarkKind {
        Rejected = "rejected" "trả lại" "rejected",
        Reopened = "reopened" "mở lại" "reopened",
    }
}
