//! Recognition: after the twelve months, dated to their end however late (Điều lệ, 5; 29-QĐ/TW, 4).
use super::super::acts::Act;
use super::super::checks::Checks;
use super::super::dates::next_day;
use super::super::say;
use super::super::words::{ClassKind, WaiverKind};
use super::Asked;
use super::admission::{enough_members, tally};
use super::decision::body;

pub fn branch_vote(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let end = q.file.probation_end(q.law);
    let shown = end.map(|d| d.to_string()).unwrap_or_default();
    checks.need(
        end.is_some_and(|end| q.on > end),
        "recognition.probation_ended",
        q.version.source("probation_months"),
        say(
            format!("Đã hết thời gian dự bị (ngày cuối {shown})."),
            format!("The probation has ended (last day {shown})."),
        ),
    );
    if let Some(end) = end {
        checks.earliest(next_day(end));
    }
    for code in ["10-KNĐ", "11-KNĐ", "12-KNĐ"] {
        checks.need(
            q.file.has_paper(code, q.on),
            "recognition.document",
            "29-QĐ/TW, 4.2; danh mục hồ sơ",
            say(
                format!("Có {code} đã ký trong hồ sơ."),
                format!("{code} is in the file, signed."),
            ),
        );
    }
    let certificate = q.file.certificate(ClassKind::NewMember, q.on);
    let waiver = q.file.waived(WaiverKind::NewMemberClass, q.on);
    checks.need(
        certificate.is_some() || waiver.is_some(),
        "recognition.new_member_class",
        "29-QĐ/TW, 4.1; kế hoạch, II.3",
        say(
            "Đã qua lớp đảng viên mới, hoặc được miễn có lý do và người duyệt (new_member_class).",
            "The new-member class is done, or waived with a reason and an approver (new_member_class).",
        ),
    );
    let paper = waiver.map(|w| w.paper_number.as_str().to_owned());
    checks.by(certificate.map(|c| c.number.as_str().to_owned()).or(paper));
    enough_members(q, checks, act);
    tally(q, checks, act);
}

/// Recorded however late; the working days for it are a deadline, not a bar.
pub fn decide(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    if let Some(Act::Recognition(a)) = act {
        body(q, checks, a.body, a.members, a.in_favor);
    }
}
