//! Local settings: meaning, bounds and default of each. Parameters of regulations are not settings.
use std::collections::BTreeMap;

use chrono::NaiveDate;

/// An integer that an organisation may set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub key: &'static str,
    pub default: i32,
    pub least: i32,
    pub most: i32,
    pub vi: &'static str,
    pub en: &'static str,
}

pub const SPONSORSHIP_LOAD_LIMIT: Setting = Setting {
    key: "sponsorship_load_limit",
    default: 3,
    least: 1,
    most: 20,
    vi: "Số người nhiều nhất một đảng viên kèm cặp cùng lúc",
    en: "Maximum number of people that a member sponsors at a time",
};
pub const BRANCH_COMMITTEE_MINIMUM: Setting = Setting {
    key: "branch_committee_minimum",
    default: 9,
    least: 3,
    most: 50,
    vi: "Số đảng viên chính thức để có chi ủy",
    en: "Minimum number of official members for a branch committee",
};
pub const YOUTH_AGE_LIMIT: Setting = Setting {
    key: "youth_age_limit",
    default: 30,
    least: 18,
    most: 40,
    vi: "Tuổi đoàn viên, đến hết",
    en: "Youth age, up to and including",
};
/// Years for which a member may stay in the Youth Union beyond the youth age.
pub const YOUTH_UNION_STAY: u32 = 5;
pub const MINIMUM_MONTHS_IN_PLAN: Setting = Setting {
    key: "minimum_months_in_plan",
    default: 0,
    least: 0,
    most: 60,
    vi: "Thời gian tối thiểu trong quy hoạch, tháng",
    en: "Minimum time in the plan, in months",
};
pub const PROBLEM_REPLY_DAYS: Setting = Setting {
    key: "problem_reply_days",
    default: 15,
    least: 1,
    most: 90,
    vi: "Số ngày để trả lời một vướng mắc",
    en: "Number of days to answer a problem report",
};
pub const CLASS_ATTENDANCE_MINIMUM: Setting = Setting {
    key: "class_attendance_minimum",
    default: 80,
    least: 0,
    most: 100,
    vi: "Tỷ lệ dự học tối thiểu để hoàn thành lớp, phần trăm số buổi",
    en: "Minimum attendance for a class certificate, in percent of its sessions",
};
pub const VERIFICATION_LEAD_DAYS: Setting = Setting {
    key: "verification_lead_days",
    default: 15,
    least: 0,
    most: 180,
    vi: "Số ngày thường phải chờ kết quả thẩm tra lý lịch, để dự kiến tiến độ",
    en: "Days in which a verification is usually answered, for the outlook",
};
pub const BRANCH_VOTE_LEAD_DAYS: Setting = Setting {
    key: "branch_vote_lead_days",
    default: 7,
    least: 0,
    most: 180,
    vi: "Số ngày từ khi lập hồ sơ đến khi chi bộ họp biểu quyết, để dự kiến tiến độ",
    en: "Days from the opening of a dossier to the branch's vote, for the outlook",
};
pub const COMMITTEE_VOTE_LEAD_DAYS: Setting = Setting {
    key: "committee_vote_lead_days",
    default: 7,
    least: 0,
    most: 180,
    vi: "Số ngày từ nghị quyết của chi bộ đến khi đảng ủy họp biểu quyết, để dự kiến tiến độ",
    en: "Days from the branch's resolution to the committee's vote, for the outlook",
};
pub const DECISION_LEAD_DAYS: Setting = Setting {
    key: "decision_lead_days",
    default: 10,
    least: 0,
    most: 180,
    vi: "Số ngày từ khi trình hồ sơ đến khi có quyết định, để dự kiến tiến độ",
    en: "Days from a file's submission to the decision, for the outlook",
};
pub const CEREMONY_LEAD_DAYS: Setting = Setting {
    key: "ceremony_lead_days",
    default: 5,
    least: 0,
    most: 180,
    vi: "Số ngày từ quyết định đến lễ kết nạp, để dự kiến tiến độ",
    en: "Days from the decision to the ceremony, for the outlook",
};
/// All settings.
pub const ALL: &[Setting] = &[
    SPONSORSHIP_LOAD_LIMIT,
    Setting {
        key: "review_interval_months",
        default: 3,
        least: 1,
        most: 12,
        vi: "Chu kỳ xét danh sách, tháng",
        en: "Interval of reviews, in months",
    },
    YOUTH_AGE_LIMIT,
    MINIMUM_MONTHS_IN_PLAN,
    BRANCH_COMMITTEE_MINIMUM,
    PROBLEM_REPLY_DAYS,
    CLASS_ATTENDANCE_MINIMUM,
    VERIFICATION_LEAD_DAYS,
    BRANCH_VOTE_LEAD_DAYS,
    COMMITTEE_VOTE_LEAD_DAYS,
    DECISION_LEAD_DAYS,
    CEREMONY_LEAD_DAYS,
];

/// The values that an organisation has set, each with its first day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, BTreeMap<NaiveDate, i32>>);

impl Values {
    /// The value on that day: acts and periods are judged by the value of their own day.
    pub fn on(&self, which: &Setting, day: NaiveDate) -> i32 {
        let set = self.0.get(which.key);
        let last = set.and_then(|values| values.range(..=day).next_back());
        last.map_or(which.default, |(_, value)| *value)
    }

    /// The value of a setting that is a count.
    pub fn whole(&self, which: &Setting, day: NaiveDate) -> u32 {
        u32::try_from(self.on(which, day)).unwrap_or(0)
    }

    /// The days on which a value begins.
    pub fn changes(&self) -> impl Iterator<Item = NaiveDate> {
        self.0.values().flat_map(|values| values.keys().copied())
    }
}

impl FromIterator<(String, NaiveDate, i32)> for Values {
    fn from_iter<I: IntoIterator<Item = (String, NaiveDate, i32)>>(values: I) -> Self {
        let mut all = Self::default();
        for (key, from_on, value) in values {
            all.0.entry(key).or_default().insert(from_on, value);
        }
        all
    }
}

pub fn find(key: &str) -> Option<&'static Setting> {
    ALL.iter().find(|s| s.key == key)
}
