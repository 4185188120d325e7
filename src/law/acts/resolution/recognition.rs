//! Requirements of the branch's vote on recognition.
use crate::acts::submission::in_the_file;
use crate::calendar::next_day;
use crate::judgement::Question;
use crate::requirement::Checks;
use crate::time_limits::probation_end;
use crate::words::{ClassKind, Stage, WaiverKind};
use crate::{met_or_unmet, say, vi};

/// The last day still belongs to the probation: recognition is possible from the day after.
pub(in crate::acts) fn probation_ended(q: &Question<'_>, checks: &mut Checks) {
    let Some((end, source)) = probation_end(q.file) else {
        checks.need(
            false,
            "recognition.probation_ended",
            q.version.source("probation_months"),
            say(
                "Chưa tổ chức lễ kết nạp: thời gian dự bị chưa bắt đầu.",
                "The ceremony has not been held: the probation has not begun.",
            ),
        );
        return;
    };
    let shown = vi(end);
    checks
        .need(
            q.on > end,
            "recognition.probation_ended",
            source,
            met_or_unmet(
                (
                    format!("Thời gian dự bị đã hết ngày {shown}."),
                    format!("The probation ended on {end}."),
                ),
                (
                    format!("Thời gian dự bị đến hết ngày {shown}; chi bộ xét công nhận từ ngày hôm sau."),
                    format!("The probation lasts until the end of {end}; the branch may vote from the next day."),
                ),
            ),
        )
        .on_ids(q.file.entered_by(Stage::Probationary))
        .earliest(next_day(end));
}

/// The branch's vote on recognition: after the twelve months, with the papers and the class (Điều
/// lệ, 5; 29-QĐ/TW, 4).
pub(super) fn require(q: &Question<'_>, checks: &mut Checks) {
    probation_ended(q, checks);
    if q.file.ceremony_on.is_none() {
        return;
    }
    for code in ["10-KNĐ", "11-KNĐ", "12-KNĐ"] {
        let source = "29-QĐ/TW, 4.2; danh mục hồ sơ";
        in_the_file(q, code, ("recognition.document", source), checks);
    }
    let certificate = q.file.certificate(ClassKind::NewMember, q.on);
    let waiver = q.file.waived(WaiverKind::NewMemberClass, q.on);
    checks.need(
        certificate.is_some() || waiver.is_some(),
        "recognition.new_member_class",
        "29-QĐ/TW, 4.1; kế hoạch, II.3",
        met_or_unmet(
            match certificate {
                Some(_) => (
                    "Đã học lớp bồi dưỡng đảng viên mới.",
                    "The new-member class is completed.",
                ),
                None => (
                    "Được miễn học lớp bồi dưỡng đảng viên mới.",
                    "The new-member class is waived.",
                ),
            },
            (
                "Chưa có giấy chứng nhận học lớp bồi dưỡng đảng viên mới, cũng chưa có văn bản miễn.",
                "The new-member class is neither completed nor waived.",
            ),
        ),
    );
    let paper = waiver.map(|(_, w)| w.paper_number.as_str().to_owned());
    checks.by(certificate
        .map(|c| c.paper.number.as_str().to_owned())
        .or(paper));
    checks.on_ids(certificate.map(|c| c.id).or(waiver.map(|(id, _)| *id)));
}
