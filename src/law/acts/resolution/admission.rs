//! What the branch's vote on admission requires of the person and the dossier.
use chrono::NaiveDate;

use crate::acts::introduction::{self, Alternative, Introduction};
use crate::acts::{political_issue, verification};
use crate::calendar::{completed_months, plus_months};
use crate::judgement::Question;
use crate::requirement::Checks;
use crate::say;
use crate::time_limits::PaperTime;
use crate::words::{
    Assessment, ClassKind, GeneralEducation, Introducer, OpinionOf, Purpose, WaiverKind,
};

/// Everything at once; the vote itself comes after.
pub(super) fn require(q: &Question<'_>, checks: &mut Checks) {
    age(q, checks);
    education(q, checks);
    introductions(q, checks);
    certificate(q, checks);
    inquiries(q, checks);
    trial(q, checks);
}

fn age(q: &Question<'_>, checks: &mut Checks) {
    let law = q.version;
    let months = completed_months(q.facts.birth_date, q.on);
    let least = law.whole("age_min_months");
    let from = plus_months(q.facts.birth_date, least);
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
}

fn education(q: &Question<'_>, checks: &mut Checks) {
    let wanted = match q.version.text("education_min") {
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
        q.version.source("education_min"),
        say(
            "Có trình độ từ tốt nghiệp trung học cơ sở (general_education).",
            "Lower secondary education at least (general_education).",
        ),
    );
}

/// Used while the time of these papers runs; after that they are made again.
fn in_date(
    q: &Question<'_>,
    time: Option<&PaperTime<'_>>,
    parameter: &str,
    rule: &'static str,
    (vi, en): (&str, &str),
    checks: &mut Checks,
) {
    let until = time.map(|t| t.until);
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
        time.map_or_else(|| q.version.source(parameter), |t| t.source),
        words,
    );
    checks.by(until.map(|d| d.to_string()));
}

fn introductions(q: &Question<'_>, checks: &mut Checks) {
    let source = q.version.source("introducer_shared_months");
    let which = Alternative::on(q.on, q.facts);
    let time = introduction::time(q.file, q.on);
    let counts = |i: &&Introduction| time.as_ref().is_none_or(|c| c.counts(i.on));
    // still a member, and active: who has left or is suspended is replaced
    let official = |i: &&Introduction| {
        let known = i.member_id.and_then(|id| q.facts.members.get(&id));
        known.is_some_and(|m| {
            m.official_on.is_some_and(|on| on <= q.on) && (m.active || !q.recording)
        })
    };
    let members = q
        .file
        .introduced(Introducer::Member, q.on)
        .filter(counts)
        .filter(official)
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
    let union = match which {
        Alternative::A => Some((
            Introducer::YouthUnion,
            q.facts.youth_union_member,
            say(
                "Là đoàn viên, có nghị quyết của Đoàn (4-KNĐ).",
                "A youth-union member with its resolution (4-KNĐ).",
            ),
        )),
        Alternative::B => Some((
            Introducer::TradeUnion,
            q.facts.trade_union_member,
            say(
                "Là đoàn viên công đoàn, có nghị quyết công đoàn (4A-KNĐ).",
                "A trade-union member with its resolution (4A-KNĐ).",
            ),
        )),
        Alternative::C => None,
    };
    if let Some((by, own, words)) = union {
        let paper = q.file.introduced(by, q.on).find(counts);
        checks.need(
            own && paper.is_some(),
            "admission.introduction.union",
            source,
            words,
        );
        checks.by(paper.map(|p| p.paper_number.as_str().to_owned()));
    }
    in_date(
        q,
        time.as_ref(),
        "paper_valid_months",
        "admission.introduction.in_date",
        ("Giấy và nghị quyết giới thiệu", "Introductions"),
        checks,
    );
}

fn certificate(q: &Question<'_>, checks: &mut Checks) {
    let certificate = q.file.certificate(ClassKind::Awareness, q.on);
    checks.need(
        certificate.is_some_and(|c| c.paper.valid_to.is_none_or(|to| to >= q.on)),
        "admission.certificate",
        // valid as it was issued
        certificate
            .map_or(q.version, |c| &c.under)
            .source("awareness_valid_months"),
        say(
            "Có giấy chứng nhận lớp nhận thức về Đảng còn giá trị.",
            "An awareness certificate is in date.",
        ),
    );
    checks.by(certificate.map(|c| {
        format!(
            "{} ({})",
            c.paper.number.as_str(),
            c.paper.valid_to.map(|d| d.to_string()).unwrap_or_default()
        )
    }));
}

/// Verification, political issues and opinions, which share their time.
fn inquiries(q: &Question<'_>, checks: &mut Checks) {
    let opinions = || {
        q.file
            .opinions
            .iter()
            .filter(|o| o.purpose == Purpose::Admission && o.on <= q.on)
    };
    let verified = verification::verified_on(q.file, q.on);
    let made = opinions().map(|o| o.on).chain(verified);
    let time = PaperTime::of(q.file, "paper_valid_months_others", made);
    let counts = |on: NaiveDate| time.as_ref().is_none_or(|c| c.counts(on));
    let verified = verified.filter(|on| counts(*on));
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
    political_issues(q, checks);
    for (of, rule, words) in [
        (
            &[OpinionOf::TradeUnion, OpinionOf::YouthUnion][..],
            "admission.opinion.work",
            say(
                "Có ý kiến nhận xét của đoàn thể nơi công tác.",
                "A union at work has given its opinion.",
            ),
        ),
        (
            &[OpinionOf::ResidenceBranchCommittee][..],
            "admission.opinion.residence",
            say(
                "Có ý kiến nhận xét của chi ủy nơi cư trú.",
                "The branch committee of the residence has given its opinion.",
            ),
        ),
    ] {
        let found = opinions().find(|o| of.contains(&o.of) && counts(o.on));
        checks.need(found.is_some(), rule, "29-QĐ/TW, 3.5 (5-KNĐ)", words);
        checks.by(found.map(|o| o.on.to_string()));
    }
    in_date(
        q,
        time.as_ref(),
        "paper_valid_months_others",
        "admission.papers.in_date",
        (
            "Kết quả thẩm tra và ý kiến nhận xét",
            "Verification and opinions",
        ),
        checks,
    );
}

fn political_issues(q: &Question<'_>, checks: &mut Checks) {
    let settled = |subject, flagged_on: Option<NaiveDate>| {
        let concluded = q.file.issues.get(subject).and_then(|i| i.concluded);
        concluded.is_some_and(|(on, admissible)| {
            admissible && on <= q.on && flagged_on.is_none_or(|f| f <= on)
        })
    };
    let open = q
        .file
        .subjects
        .iter()
        .filter(|(subject, i)| i.flagged && !settled(subject, i.flagged_on))
        .count();
    checks.need(
        open == 0,
        "admission.political_issues",
        political_issue::standard(q.on),
        say(
            format!("Vấn đề chính trị đã được cấp ủy kết luận và được xem xét (còn {open})."),
            format!("Every political issue is concluded and admissible ({open} not)."),
        ),
    );
}

/// Tests and the sponsor's view.
fn trial(q: &Question<'_>, checks: &mut Checks) {
    let unfinished = q
        .file
        .tests
        .values()
        .filter(|test| {
            !test
                .result
                .is_some_and(|(on, a)| on <= q.on && a != Assessment::NotDone)
        })
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
