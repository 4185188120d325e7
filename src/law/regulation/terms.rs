//! Words used as parameter values, with their labels.
use crate::words::{LeavingGround, Term};

pub(super) const EDUCATION: &[Term] = &[
    ("primary", "tiểu học", "primary"),
    (
        "lower_secondary",
        "tốt nghiệp trung học cơ sở",
        "lower secondary",
    ),
    (
        "lower_secondary_or_equivalent",
        "tốt nghiệp trung học cơ sở hoặc tương đương",
        "lower secondary or equivalent",
    ),
    (
        "lower_secondary_programme_completed",
        "hoàn thành chương trình trung học cơ sở",
        "lower secondary programme completed",
    ),
    (
        "upper_secondary",
        "tốt nghiệp trung học phổ thông",
        "upper secondary",
    ),
];
/// Allowed values of `education_min`.
pub const fn education() -> &'static [Term] {
    EDUCATION
}
pub(super) const SPECIAL_EDUCATION: &[Term] = &[EDUCATION[0], EDUCATION[1], EDUCATION[4]];
pub(super) const DOSSIER: &[Term] = &[(
    "dossier_opened",
    "ngày lập hồ sơ",
    "the opening of the dossier",
)];
pub(super) const BRANCH_RESOLUTION: &[Term] = &[(
    "branch_resolution",
    "ngày chi bộ ra nghị quyết",
    "the branch's resolution",
)];
pub(super) const DECISION: &[Term] = &[
    (
        "decision_received",
        "ngày nhận được quyết định",
        "receipt of the decision",
    ),
    (
        "decision_issued",
        "ngày ban hành quyết định",
        "issue of the decision",
    ),
];
pub(super) const CEREMONY: &[Term] = &[("ceremony", "ngày tổ chức lễ kết nạp", "the ceremony")];
pub(super) const PROBATION_END: &[Term] = &[(
    "probation_end",
    "ngày hết thời gian dự bị",
    "the end of the probation",
)];
pub(super) const PARTY_AGE: &[Term] = &[
    (
        "decision_date",
        "ngày ra quyết định kết nạp",
        "the date of the admission decision",
    ),
    ("ceremony", "ngày tổ chức lễ kết nạp", "the ceremony"),
];
pub(super) const BRANCH: &[Term] = &[(
    "entitled official members",
    "số đảng viên chính thức có quyền biểu quyết",
    "entitled official members",
)];
pub(super) const COMMITTEE: &[Term] = &[(
    "all serving committee members, absent ones too",
    "tổng số cấp ủy viên đương nhiệm, kể cả người vắng mặt",
    "all serving committee members, absent ones too",
)];
pub(super) const UPPER: &[Term] = &[
    (
        "all serving members of the upper standing committee, absent ones too",
        "tổng số ủy viên ban thường vụ cấp trên đương nhiệm, kể cả người vắng mặt",
        "all serving members of the upper standing committee, absent ones too",
    ),
    (
        "all serving members of the deciding standing committee",
        "tổng số ủy viên đương nhiệm của ban thường vụ quyết định",
        "all serving members of the deciding standing committee",
    ),
];
pub(super) const DELEGATED: &[Term] = &[(
    "all serving members of the delegated base committee",
    "tổng số cấp ủy viên đương nhiệm của đảng ủy cơ sở được ủy quyền",
    "all serving members of the delegated base committee",
)];
/// Grounds for leaving that can bar a readmission, by the words of [`LeavingGround::barred_as`].
pub(super) const BARRED: &[Term] = &{
    let mut terms = [("", "", ""); LeavingGround::ALL.len()];
    let mut i = 0;
    while i < terms.len() {
        let (_, vi, en) = LeavingGround::TERMS[i];
        let ground = LeavingGround::ALL[i];
        terms[i] = if matches!(ground, LeavingGround::Resigned) {
            (
                ground.barred_as(),
                "xin ra, trừ trường hợp hoàn cảnh gia đình đặc biệt khó khăn",
                "resigned, other than for family hardship",
            )
        } else {
            (ground.barred_as(), vi, en)
        };
        i += 1;
    }
    terms
};
