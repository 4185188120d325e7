//! Vocabulary of the branches' daily work: activities, work plans, inspections, problem reports,
//! guidance, distribution.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Term;

terms! {
    /// Progress of a quota compared with the elapsed share of the year.
    PaceState {
        Behind = "behind" "chậm tiến độ" "behind schedule",
        OnSchedule = "on_schedule" "đúng tiến độ" "on schedule",
        Ahead = "ahead" "vượt tiến độ" "ahead of schedule",
    }
    /// Kind of activity.
    ActivityKind {
        Propaganda = "propaganda" "tuyên truyền" "propaganda",
        Study = "study" "học tập, quán triệt nghị quyết" "study",
        Education = "education" "giáo dục lý tưởng cách mạng" "education of ideals",
        EmulationMovement = "emulation_movement" "phong trào thi đua" "emulation movement",
    }
    /// Organiser of an activity.
    Organiser {
        Committee = "committee" "đảng ủy" "committee",
        PartyOffice = "party_office" "văn phòng đảng ủy" "Party Office",
        Branch = "branch" "chi bộ" "branch",
        TradeUnion = "trade_union" "công đoàn" "trade union",
        YouthUnion = "youth_union" "đoàn thanh niên" "youth union",
    }
    /// Audience of an activity.
    AudienceKind {
        Officials = "officials" "cán bộ" "officials",
        Members = "members" "đảng viên" "Party members",
        Candidates = "candidates" "cảm tình Đảng" "people in the plan",
        UnionMembers = "union_members" "đoàn viên công đoàn" "trade-union members",
        YouthUnionMembers = "youth_union_members" "đoàn viên thanh niên" "youth-union members",
        Staff = "staff" "viên chức, người lao động" "staff",
        NonMembers = "non_members" "quần chúng" "non-members",
        Youth = "youth" "thanh niên" "youth",
    }
    /// Period of a work plan.
    PeriodKind {
        Month = "month" "tháng" "month",
        Quarter = "quarter" "quý" "quarter",
        Year = "year" "năm" "year",
    }
    /// Subject of an agenda item of a branch meeting.
    AgendaKind {
        AdmissionWork = "admission_work" "công tác kết nạp đảng viên" "admission work",
        DutyOfMembers = "duty_of_members" "quán triệt trách nhiệm đảng viên" "duty of the members",
        Study = "study" "học tập nghị quyết" "study",
        ProfessionalWork = "professional_work" "nhiệm vụ chuyên môn" "professional work",
        Other = "other" "nội dung khác" "other",
    }
    /// Kind of inspection.
    InspectionKind {
        Check = "check" "kiểm tra" "check",
        Supervision = "supervision" "giám sát" "supervision",
        Urging = "urging" "đôn đốc" "urging",
    }
    /// Reporter of a problem.
    Reporter {
        BranchCommittee = "branch_committee" "chi ủy" "branch committee",
        TradeUnion = "trade_union" "công đoàn" "trade union",
        YouthUnion = "youth_union" "đoàn thanh niên" "youth union",
    }
    /// State of a problem report.
    ProblemState {
        Reported = "reported" "đã báo cáo, chờ văn phòng" "reported",
        Forwarded = "forwarded" "đã trình ban thường vụ" "forwarded to the Standing Committee",
        Answered = "answered" "đã trả lời" "answered",
        Closed = "closed" "đã đóng" "closed",
    }
    /// Kind of entry in the thread of a problem report.
    MessageKind {
        Message = "message" "trao đổi" "message",
        Forwarding = "forwarding" "ý kiến trình" "note on forwarding",
        Answer = "answer" "trả lời" "answer",
        Reopening = "reopening" "mở lại" "reopening",
    }
    /// Topic of guidance.
    GuidanceTopic {
        Admission = "admission" "kết nạp đảng viên" "admission",
        Recognition = "recognition" "công nhận đảng viên chính thức" "recognition",
        Class = "class" "lớp bồi dưỡng" "classes",
        Verification = "verification" "thẩm tra lý lịch" "verification",
        Review = "review" "xét định kỳ" "reviews",
        Other = "other" "khác" "other",
    }
    /// Kind of document that is sent out.
    PaperKind {
        QuotaPlan = "quota_plan" "kế hoạch chỉ tiêu" "quota plan",
        Term = "term" "kế hoạch nhiệm kỳ" "plan of the term",
        Guidance = "guidance" "hướng dẫn" "guidance",
        SourcePlan = "source_plan" "kế hoạch tạo nguồn" "source plan",
        Report = "report" "báo cáo" "report",
    }
    /// Recipient of a document.
    RecipientKind {
        UpperOrganisationCommission = "upper_organisation_commission" "ban tổ chức cấp trên" "upper organisation commission",
        CommitteeMembers = "committee_members" "ủy viên ban chấp hành" "committee members",
        Branches = "branches" "chi bộ trực thuộc" "branches",
        Archive = "archive" "lưu văn phòng" "archive",
        Other = "other" "nơi khác" "other",
    }
}
