//! Vocabulary of planning: terms, branch history, source plans, reviews.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Term;

terms! {
    /// What happened to a branch.
    BranchChangeKind {
        Founded = "founded" "thành lập" "founded",
        Renamed = "renamed" "đổi tên" "renamed",
        Split = "split" "tách" "split",
        Merged = "merged" "sáp nhập" "merged",
        Closed = "closed" "kết thúc" "closed",
    }
    /// Where a source plan stands.
    SourcePlanState {
        Draft = "draft" "dự thảo" "draft",
        Submitted = "submitted" "đã trình" "submitted",
        Returned = "returned" "trả lại" "returned",
        Approved = "approved" "đã duyệt" "approved",
    }
    /// Which review it is.
    ReviewKind {
        Periodic = "periodic" "định kỳ" "periodic",
        Yearly = "yearly" "cuối năm" "yearly",
    }
    /// Where a review stands.
    ReviewState {
        Open = "open" "đang xét" "open",
        Closed = "closed" "đã chốt" "closed",
    }
    /// How a period's review stands against the calendar.
    ReviewTiming {
        Held = "held" "đúng hạn" "held in time",
        Late = "late" "trễ hạn" "late",
        Missing = "missing" "chưa xét, quá hạn" "missing",
        Due = "due" "còn hạn" "not yet due",
    }
    /// How well a branch has done its year's work (xếp loại chất lượng tổ chức đảng).
    ClassificationGrade {
        Excellent = "excellent" "hoàn thành xuất sắc nhiệm vụ" "excellent",
        Good = "good" "hoàn thành tốt nhiệm vụ" "good",
        Completed = "completed" "hoàn thành nhiệm vụ" "completed",
        NotCompleted = "not_completed" "không hoàn thành nhiệm vụ" "not completed",
    }
    /// Where a term stands.
    TermState {
        Draft = "draft" "dự thảo" "draft",
        Approved = "approved" "đã duyệt" "approved",
    }
    /// What the Standing Committee sent back or opened again, with a reason.
    RemarkKind {
        Rejected = "rejected" "trả lại" "rejected",
        Reopened = "reopened" "mở lại" "reopened",
    }
}
