//! The list of the branch: adoption, sponsors, tests, and who may come back (kế hoạch, II.2 and
//! II.3).
use super::super::acts::Act;
use super::super::checks::Checks;
use super::super::dates::plus_months;
use super::super::say;
use super::super::sponsorship;
use super::super::words::{LeavingGround, PlanAction};
use super::Asked;

const PLAN: &str = "kế hoạch, II.2";

/// Who stands on the list of an open review is decided on there.
pub fn in_the_review(q: &Asked<'_>, checks: &mut Checks) {
    checks.need(
        !(q.fresh && q.facts.in_open_review),
        "plan.open_review",
        PLAN,
        say(
            "Người này đang trong danh sách một phiên xét: quyết định trong phiên đó.",
            "The person is on the list of an open review: decide there.",
        ),
    );
}

pub fn decide(checks: &mut Checks, action: PlanAction, act: Option<&Act>) {
    let Some(Act::PlanDecision(a)) = act else {
        return;
    };
    match action {
        PlanAction::Add => {
            for (given, rule, vi, en) in [
                (
                    a.political_standard,
                    "plan.criteria.political_standard",
                    "tiêu chuẩn chính trị",
                    "political standard",
                ),
                (
                    a.conduct,
                    "plan.criteria.conduct",
                    "đạo đức, lối sống",
                    "conduct",
                ),
                (a.capacity, "plan.criteria.capacity", "năng lực", "capacity"),
                (
                    a.task_performance,
                    "plan.criteria.task_performance",
                    "kết quả thực hiện nhiệm vụ",
                    "task performance",
                ),
            ] {
                checks.need(
                    given == Some(true),
                    rule,
                    PLAN,
                    say(
                        format!("Đã đánh giá và đạt: {vi}."),
                        format!("Assessed and met: {en}."),
                    ),
                );
            }
            checks.need(
                a.priority_group.is_some(),
                "plan.priority_group",
                PLAN,
                say(
                    "Ghi nhóm đối tượng ưu tiên (priority_group).",
                    "The priority group is noted (priority_group).",
                ),
            );
        }
        PlanAction::Remove => {
            checks.need(
                a.reason.is_some(),
                "plan.reason",
                PLAN,
                say(
                    "Nêu lý do đưa ra khỏi quy hoạch.",
                    "A reason for the removal is given.",
                ),
            );
        }
        PlanAction::Keep | PlanAction::Adjust => {}
    }
}

/// Who may sponsor: see `sponsorship`.
pub fn sponsor(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let open = i32::try_from(q.file.sponsors.iter().filter(|s| s.2.is_none()).count()).unwrap_or(2);
    let Some(Act::Sponsorship(a)) = act else {
        checks.need(
            open < 2,
            sponsorship::TWO_AT_MOST,
            sponsorship::SOURCE,
            sponsorship::two_at_most(),
        );
        return;
    };
    let Some(member) = q.facts.members.get(&a.member_id) else {
        checks.need(
            false,
            "sponsorship.sponsor.member",
            PLAN,
            say("Không có đảng viên này.", "There is no such member."),
        );
        return;
    };
    checks.extend(sponsorship::assign(&sponsorship::Facts {
        on: q.on,
        official_on: member.official_on,
        active: member.active || !q.fresh,
        // an act on record already counts itself
        open_sponsorships: if q.fresh { member.open_sponsorships } else { 0 },
        load_limit: q.facts.sponsorship_load_limit,
        same_branch: member.branch == q.facts.branch || !q.fresh,
        other_branch_reason: a.other_branch_reason.is_some(),
        open_sponsors: open,
        already_sponsors: q
            .file
            .sponsors
            .iter()
            .any(|s| s.0 == a.member_id && s.2.is_none()),
    }));
}

/// What a sponsor's end and a sponsor's note ask: that there is such a sponsorship.
pub fn of_sponsor(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let member = match act {
        Some(Act::SponsorshipEnd(a)) => Some(a.member_id),
        Some(Act::SponsorNote(a)) => Some(a.member_id),
        _ => None,
    };
    let sponsored = q
        .file
        .sponsored_on(q.on)
        .any(|m| member.is_none_or(|wanted| *m == wanted));
    checks.need(
        sponsored,
        "sponsorship.open",
        "kế hoạch, II.3",
        say(
            format!("Đảng viên này kèm cặp người đó vào ngày {}.", q.on),
            format!("This member sponsors this person on {}.", q.on),
        ),
    );
}

pub fn test(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    match act {
        Some(Act::TestAssignment(a)) => {
            checks.need(
                a.due_on >= q.on,
                "test.due",
                "kế hoạch, II.3",
                say(
                    "Hạn hoàn thành không trước ngày giao.",
                    "It is due on or after the day it is given.",
                ),
            );
        }
        Some(Act::TestResult(a)) => {
            checks.need(
                q.file.tests.contains_key(&a.assignment_id),
                "test.assignment",
                "kế hoạch, II.3",
                say(
                    "Có nhiệm vụ thử thách này trong hồ sơ.",
                    "There is such a test assignment in this candidacy.",
                ),
            );
        }
        _ => {}
    }
}

/// Readmission of a former member: waits, times, what bars it (29-QĐ/TW, 3.5).
pub fn readmit(q: &Asked<'_>, checks: &mut Checks, act: Option<&Act>) {
    let Some(Act::Readmission(a)) = act else {
        return;
    };
    let (Some(left_on), Some(ground)) = (a.left_on, a.ground) else {
        return;
    };
    let law = q.version;
    let barred = law
        .words("readmission_barred")
        .contains(&ground.barred_as());
    checks.need(
        !barred,
        "readmission.not_barred",
        law.source("readmission_barred"),
        say(
            "Lý do ra khỏi Đảng không thuộc diện không kết nạp lại.",
            "The ground for leaving does not bar readmission.",
        ),
    );
    let months = law.whole("readmission_wait_months");
    let from = plus_months(left_on, months);
    checks
        .need(
            q.on >= from,
            "readmission.wait",
            law.source("readmission_wait_months"),
            say(
                format!("Ít nhất {months} tháng kể từ khi ra khỏi Đảng: từ {from}."),
                format!("At least {months} months since leaving: from {from}."),
            ),
        )
        .earliest(from);
    if ground == LeavingGround::ConvictedOfLessSeriousCrime {
        let months = law.whole("readmission_wait_months_after_cleared_record");
        let from = a.record_cleared_on.map(|on| plus_months(on, months));
        checks.need(
            from.is_some_and(|from| q.on >= from),
            "readmission.record_cleared",
            law.source("readmission_wait_months_after_cleared_record"),
            say(
                format!("Ít nhất {months} tháng kể từ khi được xóa án tích."),
                format!("At least {months} months since the record was cleared."),
            ),
        );
        if let Some(from) = from {
            checks.earliest(from);
        }
    }
    let times = law.whole("readmission_times");
    checks.need(
        u32::try_from(a.earlier_readmissions).is_ok_and(|earlier| earlier < times),
        "readmission.times",
        law.source("readmission_times"),
        say(
            format!("Chỉ kết nạp lại {times} lần."),
            format!("Readmission is possible {times} time(s) only."),
        ),
    );
    checks.need(
        a.agreement_number.is_some(),
        "readmission.agreement",
        law.source("readmission_wait_months"),
        say(
            "Có văn bản đồng ý của ban thường vụ tỉnh ủy.",
            "The province standing committee has agreed in writing.",
        ),
    );
}
