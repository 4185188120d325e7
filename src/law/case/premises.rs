//! The file of a case and what differs in it, in Vietnamese.
use chrono::NaiveDate;

use super::{Changes, MemberChange, Stand, Start, born};
use crate::text::small;
use crate::{settings, vi};

pub(super) fn days(days: &[NaiveDate]) -> String {
    let days: Vec<String> = days.iter().map(|day| vi(*day)).collect();
    days.join(", ")
}

impl Stand {
    const fn vi(self) -> &'static str {
        match self {
            Self::Empty => "Chưa có hồ sơ",
            Self::Dossier => "Đã lập hồ sơ, thẩm tra, lấy ý kiến nhận xét; chưa có giấy giới thiệu",
            Self::Ready => "Hồ sơ đủ điều kiện để chi bộ biểu quyết kết nạp",
            Self::Submitted => "Hồ sơ đã trình cấp có thẩm quyền",
            Self::Decided => "Đã có quyết định kết nạp",
            Self::Probationary => "Đảng viên dự bị, đã có giấy tờ để xét công nhận chính thức",
        }
    }
}

impl Start {
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut all = vec![self.file.vi().to_owned()];
        if self.born != born() {
            all.push(format!("sinh ngày {}", vi(self.born)));
        }
        let dates = [
            (self.opened, "lập hồ sơ ngày"),
            (self.voted, "chi bộ biểu quyết ngày"),
            (self.decided, "quyết định kết nạp ngày"),
            (self.ceremony, "lễ kết nạp ngày"),
        ];
        let dates = dates
            .into_iter()
            .filter_map(|(day, what)| Some((day?, what)));
        all.extend(dates.map(|(day, what)| format!("{what} {}", vi(day))));
        if !self.without.is_empty() {
            let kinds: Vec<&str> = self.without.iter().map(|kind| kind.vi()).collect();
            all.push(format!("chưa có: {}", kinds.join(", ")));
        }
        all
    }
}

impl Changes {
    pub(super) fn sentences(&self) -> Vec<String> {
        let either = |held: Option<bool>, yes: &str, no: &str| {
            held.map(|held| if held { yes.to_owned() } else { no.to_owned() })
        };
        let number = |n: usize, what: &str| (n > 0).then(|| format!("{n} {what}"));
        let list = |all: &[NaiveDate], what: &str| {
            (!all.is_empty()).then(|| format!("{what} {}", days(all)))
        };
        let education = self.general_education;
        let mut all: Vec<String> = [
            education.map(|level| format!("học vấn phổ thông: {}", level.vi())),
            either(
                self.youth_union_member,
                "là đoàn viên thanh niên",
                "không là đoàn viên thanh niên",
            ),
            either(
                self.trade_union_member,
                "là đoàn viên công đoàn",
                "không là đoàn viên công đoàn",
            ),
            either(
                self.unit_has_youth_union,
                "đơn vị có chi đoàn",
                "đơn vị không có chi đoàn",
            ),
            list(
                &self.youth_membership_changed_on,
                "vào hoặc thôi sinh hoạt đoàn thanh niên từ ngày",
            ),
            list(
                &self.trade_membership_changed_on,
                "vào công đoàn hoặc thôi là đoàn viên công đoàn từ ngày",
            ),
            list(
                &self.youth_union_changed_on,
                "chi đoàn được lập hoặc giải thể ngày",
            ),
            self.official_members
                .map(|n| format!("chi bộ có {n} đảng viên chính thức")),
            list(&self.official_later, "có thêm đảng viên chính thức từ ngày"),
            number(self.exempt, "đảng viên được miễn sinh hoạt"),
            number(self.suspended, "đảng viên bị đình chỉ sinh hoạt"),
            list(&self.holidays, "ngày nghỉ:"),
            list(&self.worked, "ngày làm bù:"),
            self.in_open_review
                .then(|| "đang trong danh sách của một phiên xét".to_owned()),
            self.namesake_waits
                .then(|| "có người trùng họ tên, ngày sinh, chưa được xác nhận".to_owned()),
            self.today.map(|day| format!("tính đến ngày {}", vi(day))),
        ]
        .into_iter()
        .flatten()
        .collect();
        for set in &self.settings {
            let known = settings::ALL.iter().find(|s| s.key == set.key);
            let what = small(known.map_or(set.key.as_str(), |s| s.vi));
            all.push(format!(
                "{what}: {} (từ ngày {})",
                set.value,
                vi(set.from_on)
            ));
        }
        all.extend(self.member.iter().map(MemberChange::sentence));
        all
    }
}

impl MemberChange {
    pub(super) fn sentence(&self) -> String {
        let mut all = Vec::new();
        if self.probationary {
            all.push("là đảng viên dự bị".to_owned());
        }
        if let Some(day) = self.official_on {
            all.push(format!("chính thức từ ngày {}", vi(day)));
        }
        if let Some(day) = self.suspended_from {
            all.push(format!("bị đình chỉ sinh hoạt từ ngày {}", vi(day)));
        }
        if let Some(day) = self.left_on {
            all.push(format!("rời chi bộ sau ngày {}", vi(day)));
        }
        if self.inactive {
            all.push("bị đình chỉ sinh hoạt".to_owned());
        }
        if self.other_branch {
            all.push("sinh hoạt ở chi bộ khác".to_owned());
        }
        if self.open_sponsorships > 0 {
            all.push(format!(
                "đang kèm cặp {} người khác",
                self.open_sponsorships
            ));
        }
        for (from, to) in &self.sponsored {
            all.push(format!(
                "kèm cặp người khác từ ngày {} đến ngày {}",
                vi(*from),
                vi(*to)
            ));
        }
        if all.is_empty() {
            all.push("sinh hoạt tại chi bộ, chính thức".to_owned());
        }
        format!("đảng viên số {} {}", self.number, all.join(", "))
    }
}
