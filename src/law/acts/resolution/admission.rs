//! Requirements of the branch's vote on admission.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::acts::{Opinion, political_issue, verification};
use crate::calendar::{completed_months, plus_months};
use crate::candidacy::{File, Held, Inquiry, Test};
use crate::judgement::Question;
use crate::requirement::Checks;
use crate::time_limits::PaperTime;
use crate::words::{
    Assessment, ClassKind, Conclusion, GeneralEducation, OpinionOf, Purpose, WaiverKind,
};
use crate::{met_or_unmet, regulation, vi};

/// All requirements on person and dossier; those on the vote itself come after.
pub(super) fn require(q: &Question<'_>, checks: &mut Checks) {
    age(q, checks);
    education(q, checks);
    super::introductions::require(q, checks);
    certificate(q, checks);
    inquiries(q, checks);
    trial(q, checks);
}

fn age(q: &Question<'_>, checks: &mut Checks) {
    let law = q.version;
    let months = completed_months(q.facts.birth_date, q.on);
    let least = law.whole("age_min_months");
    let from = plus_months(q.facts.shown_birth(), least);
    let latest = q.facts.at_the_latest();
    checks
        .need(
            months >= least,
            "admission.age.least",
            law.source("age_min_months"),
            met_or_unmet(
                (
                    format!("Đã đủ {} tuổi (tính tròn tháng).", least / 12),
                    format!("{} years old, counted in completed months.", least / 12),
                ),
                (
                    format!(
                        "Chưa đủ {} tuổi (tính tròn tháng); đủ từ ngày {}{}.",
                        least / 12,
                        vi(from),
                        latest.vi
                    ),
                    format!(
                        "Not yet {} years old, counted in completed months; possible from {from}{}.",
                        least / 12,
                        latest.en
                    ),
                ),
            ),
        )
        .earliest(from);
}

fn education(q: &Question<'_>, checks: &mut Checks) {
    let asked = q.version.text("education_min");
    let label = |english| regulation::label(regulation::education(), asked, english);
    let (asked_vi, asked_en) = (label(false), label(true));
    let wanted = match asked {
        "primary" => GeneralEducation::Primary,
        "upper_secondary" => GeneralEducation::UpperSecondary,
        _ => GeneralEducation::LowerSecondary,
    };
    let short = q.facts.general_education < Some(wanted);
    let excused = q.file.waived(WaiverKind::Education, q.on).filter(|_| short);
    checks.need(
        q.facts
            .general_education
            .is_some_and(|e| e >= wanted || (excused.is_some() && e >= GeneralEducation::Primary)),
        "admission.education",
        q.version.source("education_min"),
        met_or_unmet(
            if excused.is_some() {
                (
                    "Trình độ học vấn được xem xét theo quy định đối với vùng đặc thù.".to_owned(),
                    "The education is accepted under the rule for special areas.".to_owned(),
                )
            } else {
                (
                    format!("Trình độ học vấn đạt yêu cầu: {asked_vi} trở lên."),
                    format!("The education suffices: at least {asked_en}."),
                )
            },
            (
                match q.facts.general_education {
                    Some(has) => format!(
                        "Trình độ học vấn ({}) chưa đạt; yêu cầu {asked_vi} trở lên.",
                        has.vi()
                    ),
                    None => format!("Chưa ghi trình độ học vấn; yêu cầu {asked_vi} trở lên."),
                },
                match q.facts.general_education {
                    Some(has) => format!(
                        "The education ({}) does not suffice: at least {asked_en} is required.",
                        has.en()
                    ),
                    None => {
                        format!("The education is not recorded: at least {asked_en} is required.")
                    }
                },
            ),
        ),
    );
    checks.on_ids(excused.map(|(id, _)| *id));
}

/// The papers are still within their validity period; afterwards they must be made anew.
pub(super) fn in_date(
    q: &Question<'_>,
    time: Option<&PaperTime<'_>>,
    rule: &'static str,
    (name, en): (&str, &str),
    checks: &mut Checks,
) {
    // counted from the opening of the dossier; what was never made cannot expire
    let Some(time) = time.filter(|time| time.made) else {
        return;
    };
    let day = time.until;
    checks.need(
        q.on <= day,
        rule,
        time.source,
        met_or_unmet(
            (
                format!("{name} còn thời hạn sử dụng, đến hết ngày {}.", vi(day)),
                format!("{en} are valid until {day}."),
            ),
            (
                format!(
                    "{name} chỉ dùng được đến hết ngày {}: phải làm lại.",
                    vi(day)
                ),
                format!("{en} were valid until {day}: they must be made again."),
            ),
        ),
    );
    checks.by(Some(day.to_string()));
    checks.due(day);
}

fn certificate(q: &Question<'_>, checks: &mut Checks) {
    let certificate = q.file.certificate(ClassKind::Awareness, q.on);
    checks.need(
        certificate.is_some_and(|c| c.valid_to().is_none_or(|to| to >= q.on)),
        "admission.certificate",
        // the period of the version under which it was issued
        certificate
            .map_or(q.version, |c| &c.under)
            .source("awareness_valid_months"),
        {
            let until = certificate.and_then(Held::valid_to);
            met_or_unmet(
                match until {
                    Some(to) => (
                        format!("Giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng còn giá trị đến hết ngày {}.", vi(to)),
                        format!("The awareness certificate is valid until {to}."),
                    ),
                    None => (
                        "Có giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng.".to_owned(),
                        "There is an awareness certificate.".to_owned(),
                    ),
                },
                match until {
                    Some(to) => (
                        format!("Giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng chỉ có giá trị đến hết ngày {}.", vi(to)),
                        format!("The awareness certificate was valid until {to}."),
                    ),
                    None => (
                        "Chưa có giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng còn giá trị.".to_owned(),
                        "There is no valid awareness certificate.".to_owned(),
                    ),
                },
            )
        },
    );
    if let Some(to) = certificate.and_then(Held::valid_to) {
        checks.due(to);
    }
    checks.by(certificate.map(|c| {
        format!(
            "{} ({})",
            c.paper.number.as_str(),
            c.valid_to().map(|d| d.to_string()).unwrap_or_default()
        )
    }));
    checks.on_ids(certificate.map(|c| c.id));
}

/// The opinions for the admission that were given up to `day`.
fn opinions(file: &File, day: NaiveDate) -> impl Iterator<Item = &(Uuid, Opinion)> {
    let all = file.opinions.iter();
    all.filter(move |(_, o)| o.purpose == Purpose::Admission && o.on <= day)
}

/// The validity period of the verification and the opinions made up to `day`.
pub fn inquiry_time(file: &File, day: NaiveDate) -> Option<PaperTime<'_>> {
    let given = opinions(file, day).map(|(_, o)| o.on);
    let made = given.chain(verification::verified_on(file, day));
    PaperTime::of(file, "paper_valid_months_others", made)
}

/// Verification, political issues and opinions, which share a validity period.
fn inquiries(q: &Question<'_>, checks: &mut Checks) {
    let verified = verification::verified_on(q.file, q.on);
    let time = inquiry_time(q.file, q.on);
    let counts = |on: NaiveDate| time.as_ref().is_none_or(|c| c.counts(on));
    let current = verified.is_some();
    let verified = verified.filter(|on| counts(*on));
    checks.need(
        verified.is_some(),
        "admission.verification",
        "29-QĐ/TW, 3.4; kế hoạch, II.3",
        met_or_unmet(
            (
                "Lý lịch đã thẩm tra, kết luận bảo đảm tiêu chuẩn.",
                "The verification is concluded and clear.",
            ),
            match q.file.concluded.by(q.on) {
                None => (
                    "Chi bộ chưa kết luận thẩm tra lý lịch.",
                    "The verification is not concluded.",
                ),
                Some((_, Conclusion::Clear)) if !current => (
                    "Sau kết luận thẩm tra còn người chưa có kết quả: phải kết luận lại.",
                    "Somebody was declared, asked about or answered for after the conclusion: it must be made again.",
                ),
                Some((_, Conclusion::Clear)) => (
                    "Kết luận thẩm tra lý lịch đã hết thời hạn sử dụng: phải kết luận lại.",
                    "The conclusion of the verification has expired: it must be made again.",
                ),
                Some(_) => (
                    "Kết luận thẩm tra lý lịch: chưa bảo đảm tiêu chuẩn.",
                    "The verification is not concluded as clear.",
                ),
            },
        ),
    );
    checks.by(verified.map(|d| d.to_string()));
    checks.on_ids(q.file.concluded.act(q.on));
    political_issues(q, checks);
    for (of, rule, words) in [
        (
            &[OpinionOf::TradeUnion, OpinionOf::YouthUnion][..],
            "admission.opinion.work",
            met_or_unmet(
                (
                    "Có ý kiến nhận xét của đoàn thể nơi công tác.",
                    "A union at work has given its opinion.",
                ),
                (
                    "Còn thiếu ý kiến nhận xét của đoàn thể nơi công tác.",
                    "The opinion of a union at work is missing.",
                ),
            ),
        ),
        (
            &[OpinionOf::ResidenceBranchCommittee][..],
            "admission.opinion.residence",
            met_or_unmet(
                (
                    "Có ý kiến nhận xét của chi ủy nơi cư trú.",
                    "The branch committee of the residence has given its opinion.",
                ),
                (
                    "Còn thiếu ý kiến nhận xét của chi ủy nơi cư trú.",
                    "The opinion of the branch committee of the residence is missing.",
                ),
            ),
        ),
    ] {
        let found = opinions(q.file, q.on).find(|(_, o)| of.contains(&o.of) && counts(o.on));
        checks.need(found.is_some(), rule, "29-QĐ/TW, 3.5 (5-KNĐ)", words);
        checks.by(found.map(|(_, o)| o.on.to_string()));
        checks.on_ids(found.map(|(id, _)| *id));
    }
    in_date(
        q,
        time.as_ref(),
        "admission.papers.in_date",
        (
            "Kết quả thẩm tra và ý kiến nhận xét",
            "Verification and opinions",
        ),
        checks,
    );
}

fn political_issues(q: &Question<'_>, checks: &mut Checks) {
    let flagged = |(subject, i): (_, &Inquiry)| Some((subject, i.flagged.by(q.on)?.0));
    let flagged: Vec<_> = q.file.subjects.iter().filter_map(flagged).collect();
    if flagged.is_empty() {
        return;
    }
    let settled = |subject, flagged_on| {
        let issue = q.file.issues.get(subject);
        let concluded = issue.and_then(|i| i.concluded.by(q.on));
        concluded.is_some_and(|(on, admissible)| admissible && flagged_on <= on)
    };
    // how many there are, and about whom, only those who conclude may know
    let open = flagged.iter().any(|(subject, on)| !settled(*subject, *on));
    checks.need(
        !open,
        "admission.political_issues",
        political_issue::standard(q.on),
        met_or_unmet(
            (
                "Vấn đề chính trị đã được cấp ủy có thẩm quyền kết luận, được xem xét kết nạp.".to_owned(),
                "Every political issue is concluded and admissible.".to_owned(),
            ),
            (
                "Việc thẩm tra và kết luận về tiêu chuẩn chính trị chưa xong, hoặc chưa được xem xét kết nạp.".to_owned(),
                "Verification and conclusions on political standards are not complete, or do not admit the person.".to_owned(),
            ),
        ),
    );
}

/// Test assignments and the sponsor's assessment.
fn trial(q: &Question<'_>, checks: &mut Checks) {
    let given = || q.file.tests.values().filter(|test| test.given_on <= q.on);
    let done = |test: &&Test| {
        let result = test.result.by(q.on);
        result.is_some_and(|(_, a)| a != Assessment::NotDone)
    };
    let unfinished = given().filter(|test| !done(test)).count();
    if given().next().is_some() {
        checks.need(
            unfinished == 0,
            "admission.tests",
            "kế hoạch, II.3",
            met_or_unmet(
                (
                    "Đã hoàn thành mọi nhiệm vụ thử thách được giao.".to_owned(),
                    "Every test assignment is done.".to_owned(),
                ),
                (
                    format!("Còn {unfinished:02} nhiệm vụ thử thách chưa hoàn thành."),
                    format!("{unfinished} test assignment(s) not done."),
                ),
            ),
        );
        checks.on_ids(given().filter_map(|test| test.result.act(q.on)));
    }
    let note = q.file.notes.by(q.on);
    checks.need(
        note.is_some_and(|(_, a)| a != Assessment::NotDone),
        "admission.sponsor_note",
        "kế hoạch, II.2 và II.3",
        met_or_unmet(
            (
                "Nhận xét gần nhất của người kèm cặp: đạt yêu cầu.",
                "The sponsor's latest note is positive.",
            ),
            match note {
                Some(_) => (
                    "Nhận xét gần nhất của người kèm cặp: chưa đạt yêu cầu.",
                    "The sponsor's latest note is not positive.",
                ),
                None => (
                    "Chưa có nhận xét của người kèm cặp.",
                    "The sponsor has not written a note yet.",
                ),
            },
        ),
    );
    checks.by(note.map(|(on, _)| on.to_string()));
    checks.on_ids(q.file.notes.act(q.on));
}
