//! Admission: the branch's vote, the committee's, the file, the decision, the ceremony.
use chrono::NaiveDate;

use super::super::acts::{Act, Introduction};
use super::super::checks::Checks;
use super::super::dates::{completed_months, plus_months};
use super::super::say;
use super::super::votes::{Tally, needed};
use super::super::words::{
    Assessment, ClassKind, GeneralEducation, Introducer, OpinionOf, Purpose, VotingBody, WaiverKind,
};
use super::Asked;
use super::dossier;

/// Which introductions a person needs (29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// Youth union and one official member.
    A,
    /// Trade union and one official member.
    B,
    /// Two official members.
    C,
}

impl Alternative {
    /// The form of the union's resolution.
    pub const fn union_paper(self) -> Option<&'static str> {
        match self {
            Self::A => Some("4-KNĐ"),
            Self::B => Some("4A-KNĐ"),
            Self::C => None,
        }
    }
}

/// Of youth age (to the setting, or five years more while still a union member) and a Youth Union at work: A; no Youth Union at work: B; otherwise C.
pub fn alternative(q: &Asked<'_>) -> Alternative {
    let years = completed_months(q.facts.birth_date, q.on) / 12;
    let limit = q.facts.youth_age_limit + if q.facts.youth_union_member { 5 } else { 0 };
    if !q.facts.unit_has_youth_union {
        Alternative::B
    } else if years <= limit {
        Alternative::A
    } else {
        Alternative::C
    }
}

/// The clock of the dossier's papers: one for all, from its opening. Papers made again after it has run out start it anew, and only they are then used.
pub struct Clock {
    opened: NaiveDate,
    from: NaiveDate,
    pub until: NaiveDate,
}

impl Clock {
    fn new(q: &Asked<'_>, parameter: &str, made: impl Iterator<Item = NaiveDate>) -> Option<Self> {
        let opened = q.file.dossier_on?;
        let months = q.version.whole(parameter);
        let mut made: Vec<_> = made.collect();
        made.sort_unstable();
        let first = Self {
            opened,
            from: opened,
            until: plus_months(opened, months),
        };
        let after = |clock: Self, on| {
            if on > clock.until {
                Self {
                    from: on,
                    until: plus_months(on, months),
                    ..clock
                }
            } else {
                clock
            }
        };
        Some(made.into_iter().fold(first, after))
    }
    /// A paper made on that day counts.
    fn counts(&self, on: NaiveDate) -> bool {
        self.from == self.opened || on >= self.from
    }
}

/// The clock of introductions and union resolutions.
pub fn introductions_clock(q: &Asked<'_>) -> Option<Clock> {
    let made = [
        Introducer::Member,
        Introducer::YouthUnion,
        Introducer::TradeUnion,
    ]
    .into_iter()
    .flat_map(|by| q.file.introduced(by, q.on));
    Clock::new(q, "paper_valid_months", made.map(|i| i.on))
}

/// The clock of the verification and the opinions.
fn inquiries_clock(q: &Asked<'_>) -> Option<Clock> {
    let opinions = q
        .file
        .opinions
        .iter()
        .filter(|o| o.purpose == Purpose::Admission && o.on <= q.on)
        .map(|o| o.on);
    Clock::new(
        q,
        "paper_valid_months_others",
        opinions.chain(dossier::verified(q)),
    )
}

fn in_date(
    q: &Asked<'_>,
    checks: &mut Checks,
    clock: Option<&Clock>,
    parameter: &str,
    rule: &'static str,
    vi: &str,
    en: &str,
) {
    let until = clock.map(|c| c.until);
    let words = match until {
        Some(day) => say(
            format!("{vi} dùng được đến {day}; quá hạn thì làm lại."),
            format!("{en} may be used until {day}; after that they are redone."),
        ),
        None => say(
            format!("{vi}: thời hạn tính từ ngày lập hồ sơ."),
            format!("{en}: their time is counted from the opening of the dossier."),
        ),
    };
    checks.need(
        until.is_some_and(|until| q.on <= until),
        rule,
        q.version.source(parameter),
        words,
    );
    checks.by(until.map(|d| d.to_string()));
}

fn person(q: &Asked<'_>, checks: &mut Checks) {
    let law = q.version;
    let (born, months) = (
        q.facts.birth_date,
        completed_months(q.facts.birth_date, q.on),
    );
    let least = law.whole("age_min_months");
    let from = plus_months(born, least);
    checks
        .need(
            months >= least,
            "admission.age.least",
            law.source("age_min_months"),
            say(
                format!("Đủ {} tuổi (tính theo tháng): từ {from}.", least / 12),
                format!("At least {} years old, by month: from {from}.", least / 12),
            ),
        )
        .earliest(from);
    let most = law.whole("age_max_months");
    let agreed = q.file.waived(WaiverKind::AgeOverSixty, q.on);
    checks.need(
        months <= most || agreed.is_some(),
        "admission.age.most",
        law.source("age_max_months"),
        say(
            format!(
                "Không quá {} tuổi (tính theo tháng), hoặc có văn bản đồng ý.",
                most / 12
            ),
            format!(
                "Not over {} years, by month, or agreed to in writing.",
                most / 12
            ),
        ),
    );
    checks.by(agreed.map(|w| w.paper_number.as_str().to_owned()));
    let wanted = match law.text("education_min") {
        "primary" => GeneralEducation::Primary,
        "upper_secondary" => GeneralEducation::UpperSecondary,
        _ => GeneralEducation::LowerSecondary,
    };
    let excused = q.file.waived(WaiverKind::Education, q.on);
    checks.need(
        q.facts
            .general_education
            .is_some_and(|e| e >= wanted || (excused.is_some() && e >= GeneralEducation::Primary)),
        "admission.education",
        law.source("education_min"),
        say(
            "Có trình độ từ tốt nghiệp trung học cơ sở (general_education).",
            "Lower secondary education at least (general_education).",
        ),
    );
}

fn introductions(q: &Asked<'_>, checks: &mut Checks) {
    let law = q.version;
    let source = law.source("introducer_shared_months");
    let which = alternative(q);
    let clock = introductions_clock(q);
    let counts = |i: &&Introduction| clock.as_ref().is_none_or(|c| c.counts(i.on));
    let members = q
        .file
        .introduced(Introducer::Member, q.on)
        .filter(counts)
        .filter(|i| {
            i.member_id
                .and_then(|id| q.facts.members.get(&id))
                .and_then(|m| m.official_on)
                .is_some_and(|on| on <= q.on)
        })
        .count();
    let wanted = if which == Alternative::C { 2 } else { 1 };
    checks.need(
        members >= wanted,
        "admission.introduction.members",
        source,
        say(
            format!("{wanted} đảng viên chính thức giới thiệu (3-KNĐ); đã có {members}."),
            format!("Introduced by {wanted} official member(s) (3-KNĐ); there are {members}."),
        ),
    );
    let (by, own, vi, en) = match which {
        Alternative::A => (
            Introducer::YouthUnion,
            q.facts.youth_union_member,
            "Là đoàn viên, có nghị quyết của Đoàn (4-KNĐ).",
            "A youth-union member with its resolution (4-KNĐ).",
        ),
        Alternative::B => (
            Introducer::TradeUnion,
            q.facts.trade_union_member,
            "Là đoàn viên công đoàn, có nghị quyết công đoàn (4A-KNĐ).",
            "A trade-union member with its resolution (4A-KNĐ).",
        ),
        Alternative::C => (Introducer::Member, true, "", ""),
    };
    if which != Alternative::C {
        let paper = q.file.introduced(by, q.on).find(counts);
        checks.need(
            own && paper.is_some(),
            "admission.introduction.union",
            source,
            say(vi, en),
        );
        checks.by(paper.map(|p| p.paper_number.as_str().to_owned()));
    }
    in_date(
        q,
        checks,
        clock.as_ref(),
        "paper_valid_months",
        "admission.introduction.in_date",
        "Giấy và nghị quyết giới thiệu",
        "Introductions",
    );
}

fn readiness(q: &Asked<'_>, checks: &mut Checks) {
    let law = q.version;
    let certificate = q.file.certificate(ClassKind::Awareness, q.on);
    checks.need(
        certificate.is_some_and(|c| c.valid_to.is_none_or(|to| to >= q.on)),
        "admission.certificate",
        law.source("awareness_valid_months"),
        say(
            "Có giấy chứng nhận lớp nhận thức về Đảng còn giá trị.",
            "An awareness certificate is in date.",
        ),
    );
    checks.by(certificate.map(|c| {
        format!(
            "{} ({})",
            c.number.as_str(),
            c.valid_to.map(|d| d.to_string()).unwrap_or_default()
        )
    }));
    let clock = inquiries_clock(q);
    let counts = |on: NaiveDate| clock.as_ref().is_none_or(|c| c.counts(on));
    let verified = dossier::verified(q).filter(|on| counts(*on));
    checks.need(
        verified.is_some(),
        "admission.verification",
        "29-QĐ/TW, 3.4; kế hoạch, II.3",
        say(
            "Đã thẩm tra lý lịch và kết luận bảo đảm tiêu chuẩn.",
            "The verification is concluded and clear.",
        ),
    );
    checks.by(verified.map(|d| d.to_string()));
    let open = q
        .file
        .subjects
        .iter()
        .filter(|(s, i)| {
            i.flagged
                && !q
                    .file
                    .issues
                    .get(s)
                    .and_then(|x| x.concluded)
                    .is_some_and(|(on, yes)| {
                        yes && on <= q.on && i.flagged_on.is_none_or(|f| f <= on)
                    })
        })
        .count();
    checks.need(
        open == 0,
        "admission.political_issues",
        dossier::political_standard(q.on),
        say(
            format!("Vấn đề chính trị đã được cấp ủy kết luận và được xem xét (còn {open})."),
            format!("Every political issue is concluded and admissible ({open} not)."),
        ),
    );
    let opinion = |of: &[OpinionOf]| {
        let mut asked = q.file.opinions.iter().filter(|o| {
            o.purpose == Purpose::Admission && o.on <= q.on && of.contains(&o.of) && counts(o.on)
        });
        asked.next().map(|o| o.on)
    };
    for (of, rule, vi, en) in [
        (
            &[OpinionOf::TradeUnion, OpinionOf::YouthUnion][..],
            "admission.opinion.work",
            "Có ý kiến nhận xét của đoàn thể nơi công tác.",
            "A union at work has given its opinion.",
        ),
        (
            &[OpinionOf::ResidenceBranchCommittee][..],
            "admission.opinion.residence",
            "Có ý kiến nhận xét của chi ủy nơi cư trú.",
            "The branch committee of the residence has given its opinion.",
        ),
    ] {
        let found = opinion(of);
        checks.need(found.is_some(), rule, "29-QĐ/TW, 3.5 (5-KNĐ)", say(vi, en));
        checks.by(found.map(|d| d.to_string()));
    }
    in_date(
        q,
        checks,
        clock.as_ref(),
        "paper_valid_months_others",
        "admission.papers.in_date",
        "Kết quả thẩm tra và ý kiến nhận xét",
        "Verification and opinions",
    );
    let unfinished = q
        .file
        .tests
        .values()
        .filter(|(_, done)| !done.is_some_and(|(on, a)| on <= q.on && a != Assessment::NotDone))
        .count();
    checks.need(
        unfinished == 0,
        "admission.tests",
        "kế hoạch, II.3",
        say(
            format!("Nhiệm vụ thử thách đã giao đều hoàn thành (còn {unfinished})."),
            format!("Every test assigned is done ({unfinished} not)."),
        ),
    );
    let note = q.file.notes.iter().rev().find(|(on, _)| *on <= q.on);
    checks.need(
        note.is_some_and(|(_, a)| *a != Assessment::NotDone),
        "admission.sponsor_note",
        "kế hoạch, II.2 và II.3",
        say(
            "Nhận xét gần nhất của người kèm cặp là tốt.",
            "The sponsor's latest note is positive.",
        ),
    );
    checks.by(note.map(|(on, _)| on.to_string()));
}

/// The branch's vote: everything at once, then the vote itself.
pub fn branch_vote(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    person(q, checks);
    introductions(q, checks);
    readiness(q, checks);
    enough_members(q, checks, act);
    tally(q, checks, act);
}

/// At least three official members (Điều lệ, 24).
pub fn enough_members(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let there = if let (Some(Act::Resolution(a)), false) = (act, q.fresh) {
        a.members
    } else {
        q.facts.official_members(q.on)
    };
    let least = q.version.whole("branch_min_official_members");
    checks.need(
        u32::try_from(there).unwrap_or(0) >= least,
        "vote.branch_members",
        q.version.source("branch_min_official_members"),
        say(
            format!("Chi bộ có ít nhất {least} đảng viên chính thức; có {there}."),
            format!("The branch has at least {least} official members; it has {there}."),
        ),
    );
}

/// What the minutes of a vote must fulfil. Whether it is carried is no requirement: a vote that fails is recorded too.
pub fn tally(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let Some(Act::Resolution(a)) = act else {
        return;
    };
    let t = Tally::of(a);
    let (parameter, source) = match a.body {
        VotingBody::Branch => ("branch_vote", q.version.source("branch_vote")),
        VotingBody::Committee => ("committee_vote", q.version.source("committee_vote")),
    };
    let fewest = needed(t.entitled(), q.version.fraction(parameter));
    checks.need(
        !t.too_many_ballots(),
        "vote.ballots",
        source,
        say(
            format!(
                "Số phiếu ({}) không nhiều hơn số người có mặt ({}).",
                a.in_favor + a.against + a.abstain,
                a.present
            ),
            format!(
                "No more ballots ({}) than people present ({}).",
                a.in_favor + a.against + a.abstain,
                a.present
            ),
        ),
    );
    checks.need(
        !t.too_many_present(),
        "vote.present",
        source,
        say(
            format!(
                "Số người có mặt ({}) không quá số người được tính ({}); cần {fewest} phiếu.",
                a.present,
                t.entitled()
            ),
            format!(
                "No more people present ({}) than are entitled ({}); {fewest} votes carry.",
                a.present,
                t.entitled()
            ),
        ),
    );
    if a.body == VotingBody::Branch && q.fresh {
        let there = q.facts.official_members(q.on);
        checks.need(
            a.members == there,
            "vote.register",
            "24-QĐ/TW, 9.3.2",
            say(
                format!(
                    "Biên bản ghi {} đảng viên chính thức; danh sách ngày {} có {there}.",
                    a.members, q.on
                ),
                format!(
                    "The minutes say {} official members; the register of {} has {there}.",
                    a.members, q.on
                ),
            ),
        );
    }
}

/// Every paper of the dossier, signed and in the file (29-QĐ/TW, 4.3; danh mục).
pub fn submit(q: &Asked<'_>, checks: &mut Checks) {
    // the papers that the branch voted on, whatever age has been reached since
    let voted_on = q
        .file
        .carried(Purpose::Admission, VotingBody::Branch)
        .map_or(q.on, |v| v.on);
    let union = alternative(&Asked {
        on: voted_on,
        version: q.law.on(voted_on),
        ..*q
    })
    .union_paper();
    for code in ["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"]
        .into_iter()
        .chain(union)
    {
        checks.need(
            q.file.has_paper(code, q.on),
            "submission.document",
            "12-HD/BTCTW 2022; danh mục hồ sơ",
            say(
                format!("Có {code} đã ký trong hồ sơ, không bị trả lại."),
                format!("{code} is in the file, signed, not sent back."),
            ),
        );
    }
    let certificate = q.file.certificate(ClassKind::Awareness, q.on);
    checks.need(
        certificate.is_some(),
        "submission.certificate",
        "12-HD/BTCTW 2022; danh mục hồ sơ",
        say(
            "Có giấy chứng nhận lớp nhận thức (CN-NTVĐ).",
            "The awareness certificate (CN-NTVĐ) is in the file.",
        ),
    );
}

pub fn send_back(checks: &mut Checks, act: Option<&Act>) {
    let Some(Act::Return(a)) = act else { return };
    checks.need(
        !a.documents.is_empty()
            && a.documents
                .iter()
                .all(|d| super::super::catalogue::find(d.code.as_str()).is_some()),
        "return.documents",
        "29-QĐ/TW, 4.3",
        say(
            "Nêu từng văn bản phải hoàn thiện, mã theo danh mục.",
            "Each paper to mend is named by its code.",
        ),
    );
}
