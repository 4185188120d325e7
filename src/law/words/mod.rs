//! The vocabulary: every enumeration, with Vietnamese and English labels.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One value of an enumeration: wire name, Vietnamese label, English label.
pub type Term = (&'static str, &'static str, &'static str);

pub(crate) mod column;
#[macro_use]
mod macros;
pub mod daily;
mod leaving;
mod plan;
mod role;
mod shown;
mod stage;

pub use self::plan::*;
pub use self::role::Role;
pub use self::shown::{
    Confirmed, FurtherStep, GrantType, Grouping, NoticeKind, Reach, Scope, Warning,
};

/// The enumerations that columns hold.
pub fn catalogue() -> impl Iterator<Item = &'static (&'static str, &'static [Term])> {
    CATALOGUE
        .iter()
        .chain(plan::CATALOGUE)
        .chain(daily::CATALOGUE)
}

/// Every enumeration, by the name that the document gives it.
pub fn enumerations() -> impl Iterator<Item = (&'static str, &'static [Term])> {
    let kinds = [
        ("Role", Role::TERMS),
        ("ActKind", crate::acts::ActKind::TERMS),
    ];
    let shown = shown::CATALOGUE;
    catalogue().chain(shown).copied().chain(kinds)
}

terms! {
    /// Stage of a candidacy. Follows from recorded acts; never entered.
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
        Withdrawn = "withdrawn" "xin rút" "withdrawn",
        TransferredOut = "transferred_out" "chuyển sinh hoạt đảng" "transferred out",
        Deceased = "deceased" "từ trần" "deceased",
    }
    /// State of a year's quota plan.
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
    /// Kind of a listed day, whatever its weekday.
    DayKind {
        Off = "off" "ngày nghỉ" "day off",
        Worked = "worked" "ngày làm bù" "worked Saturday or Sunday",
    }
    /// Sex as stated in documents.
    Sex {
        Female = "female" "nữ" "female",
        Male = "male" "nam" "male",
    }
    /// Status of a Party member.
    MemberStatus {
        Probationary = "probationary" "dự bị" "probationary",
        Official = "official" "chính thức" "official",
    }
    /// A member's participation in Party activity.
    Activity {
        Active = "active" "đang sinh hoạt" "active",
        Exempt = "exempt" "miễn sinh hoạt" "exempt",
        TemporarilyElsewhere = "temporarily_elsewhere" "sinh hoạt tạm thời nơi khác" "temporarily elsewhere",
        Suspended = "suspended" "đình chỉ sinh hoạt" "suspended",
        Prosecuted = "prosecuted" "bị khởi tố, truy tố hoặc tạm giam" "prosecuted or detained",
    }
    /// How a membership ended.
    MemberLeavingGround {
        TransferredOut = "transferred_out" "chuyển sinh hoạt đảng" "transferred out",
        Deceased = "deceased" "từ trần" "deceased",
        Expelled = "expelled" "bị khai trừ" "expelled",
        StruckOff = "struck_off" "bị xóa tên" "struck off",
        Withdrawn = "withdrawn" "xin ra khỏi Đảng" "withdrawn",
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
    /// Outcome of a nomination.
    NominationOutcome {
        Pending = "pending" "chờ xét" "pending",
        Accepted = "accepted" "đã tiếp nhận" "accepted",
        Returned = "returned" "trả lại" "returned",
        Withdrawn = "withdrawn" "đã rút" "withdrawn",
    }
    /// Why the figure of a closed year would be another one today.
    LaterReason {
        CeremonyAnnulled = "ceremony_annulled" "lễ kết nạp trong năm đã hủy ghi nhận" "a ceremony of that year was annulled",
        CeremonyCorrected = "ceremony_corrected" "ngày lễ kết nạp đã sửa" "the day of a ceremony was corrected",
        RecordedLater = "recorded_later" "lễ kết nạp ghi nhận sau khi chốt" "a ceremony was recorded after the closing",
    }
    /// Where the offer of a transfer stands.
    OfferState {
        Offered = "offered" "chờ chi bộ nhận trả lời" "offered",
        Accepted = "accepted" "đã nhận" "accepted",
        Declined = "declined" "không nhận" "declined",
        Withdrawn = "withdrawn" "đã rút" "withdrawn",
    }
    /// How an attempt to sign in ended.
    SignInOutcome {
        Wrong = "wrong" "sai mật khẩu hoặc mã" "wrong password or code",
        Right = "right" "đăng nhập được" "signed in",
        Early = "early" "trong thời gian phải chờ" "within the delay after failures",
        Reuse = "reuse" "thẻ làm mới bị dùng lại" "a refresh token used twice",
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
    /// Professional qualification.
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
    /// State of a class.
    ClassState {
        Planned = "planned" "trong kế hoạch" "planned",
        Open = "open" "đang nhận đề nghị" "open",
        Closed = "closed" "đã đóng" "closed",
        Cancelled = "cancelled" "đã hủy" "cancelled",
    }
    /// State of an enrolment.
    EnrolmentState {
        Proposed = "proposed" "chi bộ đề nghị" "proposed by the branch",
        Waiting = "waiting" "chờ chỗ" "on the waiting list",
        Compiled = "compiled" "đã lập danh sách" "on the compiled list",
        Confirmed = "confirmed" "đã xác nhận" "confirmed",
        Rejected = "rejected" "không được xác nhận" "not confirmed",
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
    /// The branch's decision about a person on its list.
    PlanAction {
        Add = "add" "đưa vào quy hoạch" "add to the plan",
        Keep = "keep" "giữ trong quy hoạch" "keep in the plan",
        Adjust = "adjust" "điều chỉnh" "adjust",
        Remove = "remove" "đưa ra khỏi quy hoạch" "remove from the plan",
    }
    /// What the introducing member and the person have shared.
    SharedKind {
        Work = "work" "cùng công tác" "work",
        Labour = "labour" "cùng lao động" "labour",
        Study = "study" "cùng học tập" "study",
        Residence = "residence" "cùng cư trú" "residence",
    }
    /// Assessment of a test assignment, or by a sponsor.
    Assessment {
        Good = "good" "hoàn thành tốt" "done well",
        Done = "done" "hoàn thành" "done",
        NotDone = "not_done" "chưa hoàn thành" "not done",
    }
    /// A subject of the verification, by relation to the person.
    Relation {
        SelfPerson = "self_person" "người xin vào Đảng" "the person",
        Father = "father" "cha" "father",
        Mother = "mother" "mẹ" "mother",
        Guardian = "guardian" "người nuôi dưỡng" "who raised the person",
        Spouse = "spouse" "vợ hoặc chồng" "spouse",
        SpouseFather = "spouse_father" "cha vợ hoặc cha chồng" "the spouse's father",
        SpouseMother = "spouse_mother" "mẹ vợ hoặc mẹ chồng" "the spouse's mother",
        Child = "child" "con thành niên" "own adult child",
    }
    /// A step of the verification.
    VerificationStep {
        Declared = "declared" "khai trong lý lịch" "declared in the CV",
        Sealed = "sealed" "đóng dấu giáp lai lý lịch" "CV page-sealed",
        Sent = "sent" "gửi thẩm tra" "sent",
        Reminded = "reminded" "đôn đốc" "reminded",
        Returned = "returned" "nơi thẩm tra trả lời" "returned",
        Exempted = "exempted" "miễn thẩm tra" "exempted",
        Concluded = "concluded" "chi bộ kết luận" "concluded by the branch",
    }
    /// Conclusion of a verification.
    Conclusion {
        Clear = "clear" "bảo đảm tiêu chuẩn" "meets the standards",
        Unclear = "unclear" "chưa rõ" "unclear",
        NotMet = "not_met" "không bảo đảm" "does not meet the standards",
    }
    /// A step in handling a political issue.
    IssueStep {
        Proposed = "proposed" "đề nghị kết luận" "conclusion proposed",
        Concluded = "concluded" "cấp ủy kết luận" "concluded by the committee",
    }
    /// Who gives an opinion.
    OpinionOf {
        TradeUnion = "trade_union" "công đoàn nơi công tác" "trade union at work",
        YouthUnion = "youth_union" "đoàn thanh niên nơi công tác" "youth union at work",
        ResidenceBranchCommittee = "residence_branch_committee" "chi ủy nơi cư trú" "branch committee of the residence",
    }
    /// Subject of a vote or decision.
    Purpose {
        Admission = "admission" "kết nạp" "admission",
        Recognition = "recognition" "công nhận chính thức" "recognition",
        StrikeOff = "strike_off" "xóa tên" "strike-off",
    }
    /// The body that votes.
    VotingBody {
        Branch = "branch" "chi bộ" "branch",
        Committee = "committee" "đảng ủy cơ sở" "committee",
    }
    /// Method of voting.
    VoteMethod {
        SecretBallot = "secret_ballot" "bỏ phiếu kín" "secret ballot",
        ShowOfCards = "show_of_cards" "giơ thẻ" "show of cards",
    }
    /// The body that decides.
    DecidingBody {
        UpperStandingCommittee = "upper_standing_committee" "ban thường vụ cấp trên" "upper standing committee",
        DelegatedBaseCommittee = "delegated_base_committee" "đảng ủy cơ sở được ủy quyền" "delegated base committee",
        BaseStandingCommittee = "base_standing_committee" "ban thường vụ đảng ủy cơ sở" "base standing committee",
    }
    /// Outcome of a decision.
    DecisionOutcome {
        Granted = "granted" "đồng ý" "granted",
        Refused = "refused" "không đồng ý" "refused",
    }
    /// What is waived or agreed to; always with a reason and an approver.
    WaiverKind {
        NewMemberClass = "new_member_class" "chưa học lớp đảng viên mới" "new-member class not taken",
        AgeOverSixty = "age_over_sixty" "trên 60 tuổi" "over 60",
        Education = "education" "học vấn ở vùng đặc thù" "education in special areas",
        LateDecision = "late_decision" "quyết định quá thời hạn" "decision after its time",
        LateCeremony = "late_ceremony" "lễ kết nạp quá thời hạn" "ceremony after its time",
        Readmission = "readmission" "kết nạp lại" "readmission",
        GroundLost = "ground_lost" "việc không còn đủ căn cứ" "act that has lost its ground",
    }
    /// How a candidacy ends outside the procedure.
    ExitKind {
        Withdrawn = "withdrawn" "xin rút" "withdrawn",
        TransferredOut = "transferred_out" "chuyển sinh hoạt đảng" "transferred out",
        Deceased = "deceased" "từ trần" "deceased",
    }
    /// Why a former member left the Party.
    LeavingGround {
        StruckOff = "struck_off" "bị xóa tên" "struck off",
        ResignedFamilyHardship = "resigned_family_hardship" "xin ra vì hoàn cảnh gia đình đặc biệt khó khăn" "resigned for family hardship",
        Resigned = "resigned" "xin ra" "resigned",
        SelfQuit = "self_quit" "tự bỏ sinh hoạt" "quit without leave",
        Expelled = "expelled" "bị khai trừ" "expelled",
        SeriousDisunity = "serious_disunity" "gây mất đoàn kết nghiêm trọng" "caused serious disunity",
        ConvictedOfCorruption = "convicted_of_corruption" "bị kết án vì tham nhũng" "convicted of corruption",
        ConvictedOfLessSeriousCrime = "convicted_of_less_serious_crime" "bị kết án vì tội ít nghiêm trọng" "convicted of a less serious crime",
        ConvictedOfSeriousCrimeOrAbove = "convicted_of_serious_crime_or_above" "bị kết án vì tội nghiêm trọng trở lên" "convicted of a serious crime or above",
    }
    /// The duty that a deadline is for.
    DeadlineKind {
        SponsorMissing = "sponsor_missing" "phân công người kèm cặp" "assign a sponsor",
        SponsorNote = "sponsor_note" "nhận xét quý của người kèm cặp" "the sponsor's quarterly note",
        VerificationReturn = "verification_return" "nơi thẩm tra trả lời" "answer to a verification",
        PapersExpire = "papers_expire" "hồ sơ hết hạn sử dụng" "the dossier's papers expire",
        CertificateExpires = "certificate_expires" "giấy chứng nhận hết hạn" "the certificate expires",
        Decision = "decision" "quyết định kết nạp" "decide on the admission",
        Ceremony = "ceremony" "tổ chức lễ kết nạp" "hold the ceremony",
        RecognitionReview = "recognition_review" "chi bộ xét công nhận chính thức" "the branch reviews recognition",
        RecognitionDecision = "recognition_decision" "quyết định công nhận" "decide on the recognition",
        LateDecision = "late_decision" "bổ sung văn bản về quyết định quá thời hạn" "note the paper about a decision after its time",
        FailedVotes = "failed_votes" "báo cáo sau ba lần không đủ phiếu" "report after three failed votes",
        Review = "review" "xét danh sách định kỳ" "hold the periodic review",
        YearlyReview = "yearly_review" "xét danh sách cuối năm" "hold the yearly review",
        SourcePlan = "source_plan" "trình kế hoạch tạo nguồn" "submit the source plan",
        ProblemReport = "problem_report" "trả lời vướng mắc" "answer a problem report",
        GroundLost = "ground_lost" "giải quyết việc không còn đủ căn cứ" "settle an act that has lost its ground",
        InspectionFollowUp = "inspection_follow_up" "khắc phục sau kiểm tra" "follow up an inspection",
    }
    /// State of a deadline.
    DeadlineState {
        Open = "open" "còn hạn" "open",
        Overdue = "overdue" "quá hạn" "overdue",
        Settled = "settled" "đã xong" "settled",
    }
}

impl EnrolmentState {
    /// A seat or a place on the waiting list, still without a result.
    pub const fn open(self) -> bool {
        match self {
            Self::Proposed | Self::Waiting | Self::Compiled | Self::Confirmed => true,
            Self::Rejected | Self::Withdrawn | Self::Completed | Self::Failed => false,
        }
    }

    /// The person has a seat in the class.
    pub const fn seated(self) -> bool {
        match self {
            Self::Proposed | Self::Compiled | Self::Confirmed | Self::Completed | Self::Failed => {
                true
            }
            Self::Waiting | Self::Rejected | Self::Withdrawn => false,
        }
    }

    /// The person has left or was refused, and may be proposed for the class again.
    pub const fn gone(self) -> bool {
        match self {
            Self::Rejected | Self::Withdrawn => true,
            Self::Proposed
            | Self::Waiting
            | Self::Compiled
            | Self::Confirmed
            | Self::Completed
            | Self::Failed => false,
        }
    }
}
