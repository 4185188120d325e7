//! The table of parameters: meaning, unit and allowed values of each. The check of a file,
//! `GET /regulations`, the README and the book for jurists all use it.
use super::terms::{
    BARRED, BRANCH, BRANCH_RESOLUTION, CEREMONY, COMMITTEE, DECISION, DELEGATED, DOSSIER,
    EDUCATION, PARTY_AGE, PROBATION_END, SPECIAL_EDUCATION, UPPER,
};
use crate::words::{DecidingBody, SharedKind, Term};

/// Type of a parameter's value.
#[derive(Clone, Copy, Debug)]
pub enum ValueKind {
    /// An integer up to `MOST`.
    Whole(Unit),
    /// Numerator and denominator; at most one.
    Fraction,
    /// One word of the list.
    Word(&'static [Term]),
    /// One or more words of the list.
    Words(&'static [Term]),
}

/// What an integer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Months,
    WorkingDays,
    People,
    Times,
}

/// Largest integer that a parameter may have.
pub const MOST: u64 = 10_000;

/// A parameter that the rules use.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    pub name: &'static str,
    pub kind: ValueKind,
    pub vi: &'static str,
    pub en: &'static str,
    /// What a period may be counted from; empty for anything but a period.
    pub from: &'static [Term],
    /// Whether a reason may extend the period by working days.
    pub extension: bool,
    /// What a fraction may be of, in the terms of vote counting; the first is the default.
    pub of: &'static [Term],
    /// Words that may accompany the value.
    pub alternative: &'static [Term],
    /// Whether the first version must list it.
    pub required: bool,
    /// The smallest number: a period or an age of nothing is a mistake, a waiting time may be none.
    pub least: u64,
}

impl ValueKind {
    /// The words of all units.
    pub const UNITS: &[&str] = &[
        "months",
        "working_days",
        "people",
        "times",
        "fraction",
        "word",
        "words",
    ];
    /// Word and labels of the unit.
    pub const fn unit(self) -> Term {
        match self {
            Self::Whole(Unit::Months) => ("months", "tháng", "months"),
            Self::Whole(Unit::WorkingDays) => ("working_days", "ngày làm việc", "working days"),
            Self::Whole(Unit::People) => ("people", "người", "people"),
            Self::Whole(Unit::Times) => ("times", "lần", "times"),
            Self::Fraction => ("fraction", "phân số", "fraction"),
            Self::Word(_) => ("word", "một giá trị", "one word"),
            Self::Words(_) => ("words", "một hoặc nhiều giá trị", "one or more words"),
        }
    }

    /// The words that a value may consist of; empty for numbers.
    pub const fn words(self) -> &'static [Term] {
        match self {
            Self::Word(words) | Self::Words(words) => words,
            Self::Whole(_) | Self::Fraction => &[],
        }
    }
}

/// A parameter with default properties, overridden where they differ.
const fn plain(
    name: &'static str,
    kind: ValueKind,
    vi: &'static str,
    en: &'static str,
) -> Definition {
    Definition {
        name,
        kind,
        vi,
        en,
        from: &[],
        extension: false,
        of: &[],
        alternative: &[],
        required: true,
        least: 1,
    }
}

/// A number of months or times that may be none.
const fn perhaps_none(
    name: &'static str,
    unit: Unit,
    vi: &'static str,
    en: &'static str,
) -> Definition {
    Definition {
        least: 0,
        ..plain(name, ValueKind::Whole(unit), vi, en)
    }
}

const fn period(
    name: &'static str,
    unit: Unit,
    from: &'static [Term],
    vi: &'static str,
    en: &'static str,
) -> Definition {
    Definition {
        from,
        ..plain(name, ValueKind::Whole(unit), vi, en)
    }
}

const fn vote(
    name: &'static str,
    of: &'static [Term],
    vi: &'static str,
    en: &'static str,
) -> Definition {
    Definition {
        of,
        ..plain(name, ValueKind::Fraction, vi, en)
    }
}

/// All parameters, in the order of the procedure.
pub const DEFINITIONS: &[Definition] = &[
    plain(
        "age_min_months",
        ValueKind::Whole(Unit::Months),
        "Tuổi tối thiểu của người vào Đảng, tính tròn tháng",
        "Minimum age at admission, in completed months",
    ),
    plain(
        "age_max_months",
        ValueKind::Whole(Unit::Months),
        "Tuổi tối đa, tính tròn tháng; quá tuổi này thì quyết định kết nạp cần văn bản đồng ý của cấp ủy có thẩm quyền",
        "Maximum age, in completed months; above it the admission decision needs a written agreement",
    ),
    plain(
        "education_min",
        ValueKind::Word(EDUCATION),
        "Trình độ học vấn phổ thông tối thiểu",
        "Minimum general education",
    ),
    plain(
        "education_min_exception",
        ValueKind::Word(SPECIAL_EDUCATION),
        "Trình độ học vấn phổ thông tối thiểu ở miền núi, hải đảo, vùng đồng bào dân tộc thiểu số, vùng đặc biệt khó khăn",
        "Minimum general education in mountain, island, ethnic minority and especially disadvantaged areas",
    ),
    perhaps_none(
        "introducer_shared_months",
        Unit::Months,
        "Thời gian tối thiểu đảng viên giới thiệu đã cùng công tác, lao động, học tập hoặc cư trú với người vào Đảng",
        "Minimum time for which the introducing member has shared work, labour, study or residence with the person",
    ),
    plain(
        "introducer_shared_kinds",
        ValueKind::Words(SharedKind::TERMS),
        "Những trường hợp được tính vào thời gian đảng viên giới thiệu đã cùng công tác, lao động, học tập hoặc cư trú",
        "What counts towards that time",
    ),
    perhaps_none(
        "introducer_replacement_shared_months",
        Unit::Months,
        "Thời gian tối thiểu đã cùng công tác, lao động, học tập hoặc cư trú của đảng viên được chi bộ phân công thay người giới thiệu",
        "The same for a member who replaces an introducing member",
    ),
    plain(
        "awareness_valid_months",
        ValueKind::Whole(Unit::Months),
        "Thời hạn giá trị của giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng, kể từ ngày cấp",
        "Validity of an awareness certificate, from its date of issue",
    ),
    period(
        "paper_valid_months",
        Unit::Months,
        DOSSIER,
        "Thời hạn sử dụng giấy giới thiệu của đảng viên và nghị quyết giới thiệu của đoàn thể",
        "Validity of introductions and union resolutions",
    ),
    period(
        "paper_valid_months_others",
        Unit::Months,
        DOSSIER,
        "Thời hạn sử dụng kết quả thẩm tra lý lịch và ý kiến nhận xét",
        "Validity of the verification and the opinions",
    ),
    plain(
        "branch_min_official_members",
        ValueKind::Whole(Unit::People),
        "Số đảng viên chính thức tối thiểu để chi bộ biểu quyết",
        "Minimum number of official members for a branch's vote",
    ),
    plain(
        "branch_committee_min_members",
        ValueKind::Whole(Unit::People),
        "Số đảng viên chính thức từ đó chi bộ bầu chi ủy",
        "Number of official members from which a branch has a committee",
    ),
    vote(
        "branch_vote",
        BRANCH,
        "Tỷ lệ tán thành cần có khi chi bộ biểu quyết",
        "Share in favour needed to carry a branch's vote",
    ),
    vote(
        "committee_vote",
        COMMITTEE,
        "Tỷ lệ tán thành cần có khi đảng ủy cơ sở biểu quyết",
        "Share in favour needed to carry the committee's vote",
    ),
    Definition {
        alternative: DecidingBody::TERMS,
        ..plain(
            "decision_authority",
            ValueKind::Word(DecidingBody::TERMS),
            "Cấp có thẩm quyền quyết định",
            "The competent deciding body",
        )
    },
    vote(
        "upper_vote",
        UPPER,
        "Tỷ lệ tán thành cần có khi ban thường vụ quyết định",
        "Share in favour needed for a standing committee's decision",
    ),
    vote(
        "delegated_vote",
        DELEGATED,
        "Tỷ lệ tán thành cần có khi đảng ủy cơ sở được ủy quyền quyết định",
        "Share in favour needed for a delegated base committee's decision",
    ),
    Definition {
        extension: true,
        ..period(
            "decide_admission_workdays",
            Unit::WorkingDays,
            BRANCH_RESOLUTION,
            "Thời hạn quyết định kết nạp",
            "Period for the admission decision",
        )
    },
    Definition {
        extension: true,
        ..period(
            "decide_recognition_workdays",
            Unit::WorkingDays,
            BRANCH_RESOLUTION,
            "Thời hạn quyết định công nhận đảng viên chính thức",
            "Period for the decision on recognition",
        )
    },
    period(
        "ceremony_workdays",
        Unit::WorkingDays,
        DECISION,
        "Thời hạn tổ chức lễ kết nạp",
        "Period for the ceremony",
    ),
    Definition {
        required: false,
        ..period(
            "member_file_workdays",
            Unit::WorkingDays,
            CEREMONY,
            "Thời hạn hoàn chỉnh hồ sơ đảng viên (chưa dùng để xét)",
            "Period for completing the member's file (not used for judging)",
        )
    },
    period(
        "probation_months",
        Unit::Months,
        CEREMONY,
        "Thời gian dự bị",
        "Length of the probation",
    ),
    period(
        "recognition_review_workdays",
        Unit::WorkingDays,
        PROBATION_END,
        "Thời hạn chi bộ xét đề nghị công nhận đảng viên chính thức",
        "Period for the branch's vote on recognition",
    ),
    plain(
        "failed_votes_before_report",
        ValueKind::Whole(Unit::Times),
        "Số lần biểu quyết không đủ phiếu thì báo cáo cấp có thẩm quyền xem xét, quyết định",
        "Number of failed votes after which the competent committee is asked to decide",
    ),
    plain(
        "party_age_from",
        ValueKind::Word(PARTY_AGE),
        "Ngày bắt đầu tính tuổi đảng",
        "Date from which Party age is counted",
    ),
    perhaps_none(
        "readmission_wait_months",
        Unit::Months,
        "Thời gian tối thiểu từ khi ra khỏi Đảng đến khi được xét kết nạp lại",
        "Minimum time from leaving the Party to a readmission",
    ),
    perhaps_none(
        "readmission_wait_months_after_cleared_record",
        Unit::Months,
        "Thời gian tối thiểu từ khi được xóa án tích, đối với người bị kết án vì tội ít nghiêm trọng",
        "Minimum time since the criminal record was cleared, after a conviction for a less serious crime",
    ),
    perhaps_none(
        "readmission_times",
        Unit::Times,
        "Số lần được kết nạp lại",
        "Number of times a person may be readmitted",
    ),
    plain(
        "readmission_barred",
        ValueKind::Words(BARRED),
        "Những trường hợp ra khỏi Đảng không được xét kết nạp lại",
        "Grounds for leaving that bar a readmission",
    ),
];

pub fn definition(name: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|d| d.name == name)
}

/// The label of a word, or the word itself if it has none.
pub fn label(words: &[Term], word: &str, english: bool) -> String {
    words
        .iter()
        .find(|t| t.0 == word)
        .map_or(word, |t| if english { t.2 } else { t.1 })
        .to_owned()
}
