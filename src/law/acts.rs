//! The acts of a candidacy: facts with a date, an actor and evidence. Appended, corrected by later
//! acts, never rewritten; the stage follows from them.
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::text::Text;
use super::words::{
    Assessment, ClassKind, Conclusion, DecidingBody, DecisionOutcome, ExitKind, Introducer,
    IssueStep, LeavingGround, OpinionOf, PlanAction, PriorityGroup, Purpose, Relation, SharedKind,
    Term, VerificationStep, VoteMethod, VotingBody, WaiverKind,
};

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $wire:literal $vi:literal $en:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
            #[serde(deny_unknown_fields)]
            pub struct $name {
                /// Day of the act (not of its recording): the regulation in force on it judges the act
                #[schema(example = "2021-01-15")]
                pub on: NaiveDate,
                $($(#[$field_doc])* pub $field: $type,)*
                /// Id of the act that this one corrects and replaces. Every later act is judged again; one that would no longer hold refuses the correction
                pub corrects: Option<Uuid>,
            }
        )*
        /// Kind of act.
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Serialize,
            Deserialize,
            ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum ActKind { $(#[doc = $vi] $name),* }
        impl ActKind {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            pub const WIRE: &[&str] = &[$($wire),*];
            pub const TERMS: &[Term] = &[$(($wire, $vi, $en)),*];
            pub const fn wire(self) -> &'static str { match self { $(Self::$name => $wire),* } }
            pub const fn vi(self) -> &'static str { match self { $(Self::$name => $vi),* } }
            pub const fn en(self) -> &'static str { match self { $(Self::$name => $en),* } }
            pub fn parse(wire: &str) -> Option<Self> {
                match wire { $($wire => Some(Self::$name),)* _ => None }
            }
        }
        super::words::column::typed_column!(ActKind);
        /// An act with what was recorded.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Act { $($name($name)),* }
        impl Act {
            pub fn kind(&self) -> ActKind { match self { $(Self::$name(_) => ActKind::$name),* } }
            pub fn on(&self) -> NaiveDate { match self { $(Self::$name(a) => a.on),* } }
            pub fn corrects(&self) -> Option<Uuid> { match self { $(Self::$name(a) => a.corrects),* } }
            /// As stored and shown.
            pub fn data(&self) -> Value { match self { $(Self::$name(a) => serde_json::to_value(a).unwrap_or_default()),* } }
            /// From storage.
            pub fn parse<'de>(kind: &str, data: impl Deserializer<'de>) -> Option<Self> {
                match ActKind::parse(kind)? { $(ActKind::$name => $name::deserialize(data).ok().map(Self::$name)),* }
            }
        }
        $(impl From<$name> for Act { fn from(act: $name) -> Self { Self::$name(act) } })*
    };
}

acts! {
    /// A nomination as the first act
    Nomination = "nomination" "giới thiệu" "nominated" {
        by: Introducer,
        paper_number: Text<100>,
    }
    /// The branch's decision about a person on its list, taken in a review
    PlanDecision = "plan_decision" "xét đưa vào, ra khỏi quy hoạch" "decision on the plan" {
        action: PlanAction,
        /// Number of the minutes of the review
        #[schema(example = "03-BB/CB")]
        minutes_number: Text<60>,
        /// Political standard met; asked when adding
        political_standard: Option<bool>,
        /// Conduct met; asked when adding
        conduct: Option<bool>,
        /// Capacity met; asked when adding
        capacity: Option<bool>,
        /// Task performance met; asked when adding
        task_performance: Option<bool>,
        /// Noted when adding
        priority_group: Option<PriorityGroup>,
        /// Asked when removing
        reason: Option<Text<500>>,
    }
    /// Assignment of a sponsor
    Sponsorship = "sponsorship" "phân công người kèm cặp" "sponsor assigned" {
        member_id: Uuid,
        other_branch_reason: Option<Text<500>>,
    }
    /// End of a sponsor's assignment
    SponsorshipEnd = "sponsorship_end" "kết thúc kèm cặp" "sponsorship ended" {
        member_id: Uuid,
        reason: Text<500>,
    }
    /// The sponsor's quarterly note
    SponsorNote = "sponsor_note" "nhận xét của người kèm cặp" "sponsor's note" {
        /// The sponsor
        member_id: Uuid,
        assessment: Assessment,
        /// P3: only the branch that wrote it and readers with a reason see it
        #[schema(example = "Chủ động, hoàn thành tốt việc được giao.")]
        remarks: Option<Text<2000>>,
    }
    /// A task by which the person is tried (nhiệm vụ thử thách)
    TestAssignment = "test_assignment" "giao nhiệm vụ thử thách" "test assignment" {
        #[schema(example = "Phụ trách đội tình nguyện khám bệnh lưu động quý I")]
        title: Text<300>,
        due_on: NaiveDate,
    }
    /// How a test assignment ended
    TestResult = "test_result" "kết quả nhiệm vụ thử thách" "test result" {
        /// Id of the test assignment
        assignment_id: Uuid,
        assessment: Assessment,
        /// P3
        remarks: Option<Text<2000>>,
    }
    /// An introduction paper (3-KNĐ, 4-KNĐ, 4A-KNĐ)
    Introduction = "introduction" "giấy giới thiệu" "introduction" {
        by: Introducer,
        /// The introducing member; with `by` = `member` only
        member_id: Option<Uuid>,
        /// Since when they have shared work, labour, study or (from 24-QĐ/TW) residence; with `by` = `member` only
        #[schema(example = "2018-05-02")]
        shared_from: Option<NaiveDate>,
        shared_kind: Option<SharedKind>,
        #[schema(example = "12-NQ/ĐTN")]
        paper_number: Text<60>,
        /// Id of the introduction that this one replaces because its member moved away, was disciplined or is otherwise unable (24-QĐ/TW, 3.2.2); the replaced one stays on file
        replaces: Option<Uuid>,
        replacement_reason: Option<Text<500>>,
    }
    /// A certificate of a class; recorded through the enrolment
    Certificate = "certificate" "giấy chứng nhận" "certificate" {
        class_kind: ClassKind,
        enrolment_id: Uuid,
        number: Text<100>,
        /// Last day of validity
        valid_to: Option<NaiveDate>,
    }
    /// The branch opens the dossier
    Dossier = "dossier" "lập hồ sơ" "dossier opened" {
        /// Date of the application (1-KNĐ)
        #[schema(example = "2021-01-10")]
        application_on: NaiveDate,
    }
    /// A paper of the dossier, as far as it has come
    Document = "document" "văn bản trong hồ sơ" "document" {
        /// Code of the catalogue, see `/document-types`
        #[schema(example = "2-KNĐ")]
        code: Text<20>,
        /// Number of the paper
        number: Option<Text<60>>,
        drafted_on: Option<NaiveDate>,
        checked_on: Option<NaiveDate>,
        /// The signed paper is in the file since
        received_on: Option<NaiveDate>,
        /// Last day of validity
        valid_until: Option<NaiveDate>,
        /// SHA-256 of the scan, in hexadecimal
        #[schema(pattern = "^[0-9a-f]{64}$", min_length = 64, max_length = 64)]
        file_hash: Option<String>,
    }
    /// A step of the background verification of one subject (thẩm tra, xác minh lý lịch)
    Verification = "verification" "thẩm tra, xác minh lý lịch" "verification" {
        step: VerificationStep,
        /// Who it is about; absent for `sealed` and `concluded`
        relation: Option<Relation>,
        /// Which one, where there are several children
        #[schema(minimum = 1, maximum = 30)]
        number: Option<i32>,
        /// The office that answers, by its name of then
        old_place: Option<Text<300>>,
        /// The same by its name of today
        new_place: Option<Text<300>>,
        /// With `returned`: a political issue was found, which needs a conclusion
        flagged: Option<bool>,
        /// With `concluded`
        conclusion: Option<Conclusion>,
        /// With `exempted`: the member relative on whom the exemption rests
        reason: Option<Text<500>>,
        /// With `exempted`: the CV is fully and truthfully declared
        cv_truthful: Option<bool>,
        /// P3: what was found
        finding: Option<Text<2000>>,
    }
    /// A political issue of a flagged subject: the Office proposes, the Standing Committee concludes
    PoliticalIssue = "political_issue" "vấn đề chính trị" "political issue" {
        step: IssueStep,
        relation: Relation,
        #[schema(minimum = 1, maximum = 30)]
        number: Option<i32>,
        /// The body that concludes
        #[schema(example = "Ban Thường vụ Đảng ủy")]
        body: Option<Text<200>>,
        /// With `concluded`
        admissible: Option<bool>,
        paper_number: Option<Text<60>>,
        /// P3
        statement: Option<Text<2000>>,
    }
    /// An opinion asked for (5-KNĐ, 12-KNĐ)
    Opinion = "opinion" "ý kiến nhận xét" "opinion" {
        of: OpinionOf,
        /// admission or recognition
        purpose: Purpose,
        favourable: bool,
        /// P3
        remarks: Option<Text<2000>>,
    }
    /// A vote. Only totals; whether it is carried is computed
    Resolution = "resolution" "biểu quyết, nghị quyết" "resolution" {
        purpose: Purpose,
        body: VotingBody,
        #[schema(example = "05-NQ/CB")]
        number: Text<60>,
        method: VoteMethod,
        /// Official members of the branch on that day, or all serving members of the committee
        #[schema(minimum = 0, maximum = 10_000, example = 14)]
        members: i32,
        /// Exempt from activity or on temporary activity elsewhere, and absent
        #[schema(minimum = 0, maximum = 10_000, example = 0)]
        exempt_absent: i32,
        /// Suspended from activity, prosecuted or detained
        #[schema(minimum = 0, maximum = 10_000, example = 0)]
        suspended: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 14)]
        present: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 13)]
        in_favor: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 1)]
        against: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 0)]
        abstain: i32,
    }
    /// The file goes to the deciding body
    Submission = "submission" "trình hồ sơ" "submitted" {
        #[schema(example = "14-TTr/ĐU")]
        paper_number: Text<60>,
    }
    /// The deciding body sends the file back
    Return = "return" "trả lại hồ sơ" "returned" {
        reason: Text<500>,
        #[schema(min_items = 1, max_items = 30)]
        documents: Vec<ReturnNote>,
    }
    /// A decision on admission (9-KNĐ) or strike-off
    Decision = "decision" "quyết định" "decision" {
        /// admission or strike_off
        purpose: Purpose,
        outcome: DecisionOutcome,
        #[schema(example = "27-QĐNS/HU")]
        number: Text<60>,
        body: DecidingBody,
        /// All serving members of the deciding body
        #[schema(minimum = 1, maximum = 1_000, example = 11)]
        members: i32,
        #[schema(minimum = 0, maximum = 1_000, example = 9)]
        in_favor: i32,
        /// Day on which the organisation received the paper
        received_on: Option<NaiveDate>,
        /// Asked for a refusal and for an extension beyond the ordinary time
        reason: Option<Text<500>>,
        /// With `purpose` = `strike_off`: the ground
        ground: Option<LeavingGround>,
    }
    /// The ceremony of admission: starts the probation
    Ceremony = "ceremony" "lễ kết nạp" "ceremony" {
        #[schema(example = "Hội trường Trung tâm Y tế")]
        place: Option<Text<300>>,
    }
    /// A waiver or a written agreement, never silent
    Waiver = "waiver" "miễn, đồng ý bằng văn bản" "waiver" {
        what: WaiverKind,
        reason: Text<500>,
        /// The body that approved it
        #[schema(example = "Ban Thường vụ Đảng ủy")]
        approver: Text<200>,
        #[schema(example = "31-CV/ĐU")]
        paper_number: Text<60>,
    }
    /// The decision that recognises an official member (16-KNĐ)
    Recognition = "recognition" "công nhận chính thức" "recognition" {
        #[schema(example = "41-QĐCN/HU")]
        number: Text<60>,
        body: DecidingBody,
        /// All serving members of the deciding body
        #[schema(minimum = 1, maximum = 1_000, example = 11)]
        members: i32,
        #[schema(minimum = 0, maximum = 1_000, example = 9)]
        in_favor: i32,
    }
    /// An end outside the procedure
    Exit = "exit" "kết thúc" "exit" {
        kind: ExitKind,
        reason: Text<500>,
        /// Where to, for a transfer
        to: Option<Text<300>>,
    }
    /// A new attempt of a person whose candidacy or membership has ended
    Readmission = "readmission" "kết nạp lại" "readmission" {
        paper_number: Text<60>,
        by: Introducer,
        /// Day on which the person left the Party; for former members
        #[schema(example = "2018-01-01")]
        left_on: Option<NaiveDate>,
        ground: Option<LeavingGround>,
        /// Day on which the criminal record was cleared, where there was one
        record_cleared_on: Option<NaiveDate>,
        /// Readmissions before
        #[schema(minimum = 0, maximum = 10)]
        earlier_readmissions: i32,
        /// Number of the province standing committee's written agreement; for former members
        agreement_number: Option<Text<60>>,
    }
    /// Takes an act back that should never have been recorded
    Annulment = "annulment" "hủy một ghi nhận" "annulment" {
        /// Id of the act
        act_id: Uuid,
        reason: Text<500>,
    }
}

/// A paper to be mended
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnNote {
    #[schema(example = "2-KNĐ")]
    pub code: Text<20>,
    #[schema(example = "Thiếu dấu giáp lai trang 4")]
    pub note: Text<500>,
}

impl ActKind {
    /// Properties of class P3: never in a list; in the single act only for who may read them (see `access::background`).
    pub const fn sensitive(self) -> &'static [&'static str] {
        match self {
            Self::SponsorNote | Self::TestResult => &["remarks"],
            Self::Opinion => &["remarks", "favourable"],
            Self::Verification => &[
                "relation",
                "number",
                "flagged",
                "reason",
                "cv_truthful",
                "finding",
                "old_place",
                "new_place",
            ],
            Self::Readmission => &["ground", "record_cleared_on"],
            Self::Decision => &["ground"],
            Self::PoliticalIssue => &["relation", "number", "paper_number", "statement"],
            Self::Nomination
            | Self::PlanDecision
            | Self::Sponsorship
            | Self::SponsorshipEnd
            | Self::TestAssignment
            | Self::Introduction
            | Self::Certificate
            | Self::Dossier
            | Self::Document
            | Self::Resolution
            | Self::Submission
            | Self::Return
            | Self::Ceremony
            | Self::Waiver
            | Self::Recognition
            | Self::Exit
            | Self::Annulment => &[],
        }
    }
}
