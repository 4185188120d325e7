//! The words of the field: every enumeration once, with its Vietnamese and English labels in order.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One value of an enumeration: wire name, Vietnamese label, English label.
pub type Term = (&'static str, &'static str, &'static str);

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $wire:literal $vi:literal $en:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
            #[serde(rename_all = "snake_case")]
            pub enum $name { $(#[doc = $vi] $variant),* }
            impl $name {
                pub const ALL: &[Self] = &[$(Self::$variant),*];
                pub const WIRE: &[&str] = &[$($wire),*];
                pub const TERMS: &[Term] = &[$(($wire, $vi, $en)),*];
                pub const fn wire(self) -> &'static str { match self { $(Self::$variant => $wire),* } }
                pub fn parse(wire: &str) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.wire() == wire) }
            }
        )*
        /// Every enumeration by name.
        pub const CATALOGUE: &[(&str, &[Term])] = &[$((stringify!($name), $name::TERMS)),*];
    };
}

terms! {
    /// Where a candidacy stands. Follows from recorded acts; nobody types it.
    Stage {
        Nominated = "nominated" "được giới thiệu" "nominated",
        InPlan = "in_plan" "cảm tình Đảng, trong diện quy hoạch" "in the plan",
        Dossier = "dossier" "lập hồ sơ, thẩm tra" "dossier and verification",
        BranchResolved = "branch_resolved" "chi bộ có nghị quyết" "resolved by the branch",
        CommitteeResolved = "committee_resolved" "đảng ủy có nghị quyết" "resolved by the committee",
        Submitted = "submitted" "trình cấp có thẩm quyền" "submitted to the deciding body",
        Decided = "decided" "có quyết định kết nạp" "admission decided",
        Probationary = "probationary" "đảng viên dự bị" "probationary member",
        RecognitionBranchResolved = "recognition_branch_resolved" "chi bộ đề nghị công nhận" "recognition resolved by the branch",
        RecognitionCommitteeResolved = "recognition_committee_resolved" "đảng ủy đề nghị công nhận" "recognition resolved by the committee",
        Official = "official" "đảng viên chính thức" "official member",
        Removed = "removed" "đưa ra khỏi quy hoạch" "removed from the plan",
        NotAdmitted = "not_admitted" "không được kết nạp" "not admitted",
        StruckOff = "struck_off" "xóa tên" "struck off",
        Withdrawn = "withdrawn" "rút" "withdrawn",
        TransferredOut = "transferred_out" "chuyển đi" "transferred out",
        Deceased = "deceased" "qua đời" "deceased",
    }
    /// Where a year's quota plan stands.
    PlanState {
        Draft = "draft" "dự thảo" "draft",
        Proposed = "proposed" "đã trình" "proposed",
        Issued = "issued" "đã ban hành" "issued",
        Revised = "revised" "đã điều chỉnh" "revised",
        Closed = "closed" "đã đóng" "closed",
    }
    /// Kind of organisation.
    OrganizationKind {
        Upper = "upper" "cấp trên trực tiếp" "committee directly above",
        Grassroots = "grassroots" "đảng bộ cơ sở" "grassroots organisation",
    }
    /// Kind of branch or department.
    UnitKind {
        Clinical = "clinical" "khoa lâm sàng, cận lâm sàng" "clinical",
        Functional = "functional" "phòng chức năng" "functional office",
        CommuneStation = "commune_station" "trạm y tế" "commune health station",
    }
    /// Sex as on the papers.
    Sex {
        Female = "female" "nữ" "female",
        Male = "male" "nam" "male",
    }
    /// Status of a Party member.
    MemberStatus {
        Probationary = "probationary" "dự bị" "probationary",
        Official = "official" "chính thức" "official",
    }
    /// Whether a member takes part in Party activity here.
    Activity {
        Active = "active" "đang sinh hoạt" "active",
        Exempt = "exempt" "miễn sinh hoạt" "exempt",
        TemporarilyElsewhere = "temporarily_elsewhere" "sinh hoạt tạm thời nơi khác" "temporarily elsewhere",
        Suspended = "suspended" "đình chỉ sinh hoạt" "suspended",
    }
    /// Office held in a branch.
    OfficerPosition {
        Secretary = "secretary" "bí thư" "secretary",
        DeputySecretary = "deputy_secretary" "phó bí thư" "deputy secretary",
        Member = "member" "chi ủy viên" "committee member",
    }
    /// Who introduces a person.
    Introducer {
        TradeUnion = "trade_union" "công đoàn" "trade union",
        YouthUnion = "youth_union" "đoàn thanh niên" "youth union",
        Member = "member" "đảng viên" "Party member",
    }
    /// What became of a nomination.
    NominationOutcome {
        Pending = "pending" "chờ xét" "pending",
        Accepted = "accepted" "đã tiếp nhận" "accepted",
        Returned = "returned" "trả lại" "returned",
        Withdrawn = "withdrawn" "đã rút" "withdrawn",
    }
    /// Priority group of the plan (II.2).
    PriorityGroup {
        DepartmentStaff = "department_staff" "cán bộ công tác tại khoa, phòng" "staff in departments",
        YouthUnionMember = "youth_union_member" "đoàn viên thanh niên" "youth-union member",
        TradeUnionMember = "trade_union_member" "đoàn viên công đoàn" "trade-union member",
        Woman = "woman" "phụ nữ" "woman",
        EthnicMinority = "ethnic_minority" "dân tộc thiểu số" "ethnic minority",
        Doctor = "doctor" "bác sĩ" "doctor",
        Other = "other" "khác" "other",
    }
    /// General education.
    GeneralEducation {
        Primary = "primary" "tiểu học" "primary",
        LowerSecondary = "lower_secondary" "trung học cơ sở" "lower secondary",
        UpperSecondary = "upper_secondary" "trung học phổ thông" "upper secondary",
    }
    /// Professional level.
    ProfessionalLevel {
        Elementary = "elementary" "sơ cấp" "elementary",
        Intermediate = "intermediate" "trung cấp" "intermediate",
        College = "college" "cao đẳng" "college",
        University = "university" "đại học" "university",
        Master = "master" "thạc sĩ" "master",
        Doctor = "doctor" "tiến sĩ" "doctor",
    }
    /// Level of political theory.
    PoliticalTheoryLevel {
        Elementary = "elementary" "sơ cấp" "elementary",
        Intermediate = "intermediate" "trung cấp" "intermediate",
        Advanced = "advanced" "cao cấp" "advanced",
        Bachelor = "bachelor" "cử nhân" "bachelor",
    }
    /// Kind of class.
    ClassKind {
        Awareness = "awareness" "lớp bồi dưỡng nhận thức về Đảng" "awareness class",
        NewMember = "new_member" "lớp bồi dưỡng đảng viên mới" "new-member class",
    }
    /// Where an enrolment stands.
    EnrolmentState {
        Proposed = "proposed" "chi bộ đề nghị" "proposed by the branch",
        Confirmed = "confirmed" "đã xác nhận" "confirmed",
        Withdrawn = "withdrawn" "đã rút" "withdrawn",
        Completed = "completed" "hoàn thành" "completed",
        Failed = "failed" "không hoàn thành" "failed",
    }
    /// Result of a class.
    Grade {
        Excellent = "excellent" "xuất sắc" "excellent",
        Good = "good" "giỏi" "good",
        Fair = "fair" "khá" "fair",
        Average = "average" "trung bình" "average",
    }
}

impl Stage {
    /// The file has left the base organisation: the branch no longer edits it.
    pub const fn submitted(self) -> bool {
        match self {
            Self::Nominated
            | Self::InPlan
            | Self::Dossier
            | Self::BranchResolved
            | Self::CommitteeResolved
            | Self::Removed
            | Self::Withdrawn
            | Self::TransferredOut
            | Self::Deceased => false,
            Self::Submitted
            | Self::Decided
            | Self::Probationary
            | Self::RecognitionBranchResolved
            | Self::RecognitionCommitteeResolved
            | Self::Official
            | Self::NotAdmitted
            | Self::StruckOff => true,
        }
    }

    /// The candidacy has come to an end.
    pub const fn ended(self) -> bool {
        match self {
            Self::Nominated
            | Self::InPlan
            | Self::Dossier
            | Self::BranchResolved
            | Self::CommitteeResolved
            | Self::Submitted
            | Self::Decided
            | Self::Probationary
            | Self::RecognitionBranchResolved
            | Self::RecognitionCommitteeResolved => false,
            Self::Official | Self::Removed | Self::NotAdmitted | Self::StruckOff | Self::Withdrawn | Self::TransferredOut | Self::Deceased => true,
        }
    }
}
