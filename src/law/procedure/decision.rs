//! The decision on an admission or a strike-off, and the ceremony: who decides, by which vote, in
//! which time.
use chrono::NaiveDate;

use super::super::acts::Act;
use super::super::checks::Checks;
use super::super::dates::after_workdays;
use super::super::say;
use super::super::votes::{needed, reached};
use super::super::words::{DecidingBody, DecisionOutcome, Purpose, VotingBody, WaiverKind};
use super::Asked;

/// The body that decides by the version, and its vote.
pub fn body(q: &Asked<'_>, checks: &mut Checks, which: DecidingBody, members: i32, in_favor: i32) {
    let law = q.version;
    let authority = law.text("decision_authority");
    let delegated = which == DecidingBody::DelegatedBaseCommittee;
    checks.need(
        which.wire() == authority
            || (delegated && authority == DecidingBody::UpperStandingCommittee.wire()),
        "decision.body",
        law.source("decision_authority"),
        say(
            format!("Cấp quyết định: {authority}."),
            format!("The body that decides: {authority}."),
        ),
    );
    let parameter = if delegated {
        "delegated_vote"
    } else {
        "upper_vote"
    };
    let fraction = law.fraction(parameter);
    checks.need(
        in_favor <= members && reached(in_favor, members, fraction),
        "decision.vote",
        law.source(parameter),
        say(
            format!(
                "{in_favor} trên {members} phiếu; cần ít nhất {}.",
                needed(members, fraction)
            ),
            format!(
                "{in_favor} of {members} in favour; at least {} are needed.",
                needed(members, fraction)
            ),
        ),
    );
}

/// Last ordinary day and last day with a reason, counted from the branch's resolution.
pub fn decision_due(q: &Asked<'_>, from: NaiveDate) -> (NaiveDate, NaiveDate) {
    let days = q.version.whole("decide_admission_workdays");
    let (due, _) = after_workdays(from, days, &q.facts.holidays);
    let (most, _) = after_workdays(
        from,
        days + q.version.extension("decide_admission_workdays"),
        &q.facts.holidays,
    );
    (due, most)
}

pub fn decide(q: &Asked<'_>, checks: &mut Checks, purpose: Purpose, act: Option<&Act>) {
    let a = if let Some(Act::Decision(a)) = act {
        Some(a)
    } else {
        None
    };
    if let Some(a) = a {
        if a.outcome == DecisionOutcome::Granted {
            body(q, checks, a.body, a.members, a.in_favor);
        } else {
            checks.need(
                a.reason.is_some(),
                "decision.reason",
                "29-QĐ/TW, 4.3",
                say("Từ chối có nêu lý do.", "A refusal gives its reason."),
            );
        }
        checks.need(
            a.received_on
                .is_none_or(|on| on >= a.on && on <= q.facts.today),
            "decision.received",
            "29-QĐ/TW, 4.1",
            say(
                "Ngày nhận không trước ngày ký và không ở tương lai.",
                "Received on or after its date and not in the future.",
            ),
        );
        checks.need(
            a.purpose != Purpose::Recognition,
            "decision.purpose",
            "29-QĐ/TW, 4.3.2",
            say(
                "Công nhận chính thức ghi tại /recognition.",
                "Recognition is recorded at /recognition.",
            ),
        );
    }
    if purpose == Purpose::StrikeOff {
        checks.need(
            q.file
                .carried(Purpose::StrikeOff, VotingBody::Branch)
                .is_some_and(|v| v.on <= q.on),
            "strike_off.vote",
            "Điều lệ, 8; 24-QĐ/TW, 4.2",
            say(
                "Chi bộ đã biểu quyết xóa tên đủ hai phần ba.",
                "The branch has voted for it with two thirds.",
            ),
        );
        if let Some(a) = a {
            checks.need(
                a.ground.is_some() && a.reason.is_some(),
                "strike_off.ground",
                "Điều lệ, 8",
                say("Nêu căn cứ và lý do.", "Ground and reason are given."),
            );
        }
        return;
    }
    let Some(vote) = q.file.carried(Purpose::Admission, VotingBody::Branch) else {
        return;
    };
    let (due, most) = decision_due(q, vote.on);
    let agreed = q.file.waived(WaiverKind::LateDecision, q.on).is_some();
    let reason = a.is_none_or(|a| a.reason.is_some());
    checks.need(
        q.on <= due || (q.on <= most && reason) || agreed,
        "decision.in_time",
        q.version.source("decide_admission_workdays"),
        say(
            format!("Quyết định đến {due}; có lý do thì đến {most}; sau đó cần văn bản đồng ý (late_decision)."),
            format!("Decided by {due}, with a reason by {most}, after that with a written agreement (late_decision)."),
        ),
    );
}

/// What the ceremony's working days are counted from, by the version of the decision's day: its receipt, or (208-QĐ/TW) its issue.
pub fn ceremony_from(q: &Asked<'_>) -> Option<NaiveDate> {
    let decision = q.file.decision.as_ref()?;
    let received = decision
        .received_on
        .or_else(|| q.file.papers.get("9-KNĐ").and_then(|p| p.received_on));
    let issued = q.law.on(decision.on).counted_from("ceremony_workdays") == "decision_issued";
    Some(if issued {
        decision.on
    } else {
        received.unwrap_or(decision.on)
    })
}

/// Last day of the ceremony's period (29-QĐ/TW, 4.1).
pub fn ceremony_due(q: &Asked<'_>) -> Option<NaiveDate> {
    let law = q.law.on(q.file.decision.as_ref()?.on);
    Some(
        after_workdays(
            ceremony_from(q)?,
            law.whole("ceremony_workdays"),
            &q.facts.holidays,
        )
        .0,
    )
}

pub fn ceremony(q: &Asked<'_>, checks: &mut Checks) {
    let source = q.version.source("ceremony_workdays");
    let due = ceremony_due(q);
    checks.need(
        due.is_some(),
        "ceremony.decision",
        source,
        say(
            "Có quyết định kết nạp (9-KNĐ).",
            "There is an admission decision (9-KNĐ).",
        ),
    );
    let Some(due) = due else { return };
    let agreed = q.file.waived(WaiverKind::LateCeremony, q.on);
    checks.need(
        q.on <= due || agreed.is_some(),
        "ceremony.in_time",
        source,
        say(
            format!(
                "Tổ chức đến {due}; sau đó cần văn bản đồng ý của cấp quyết định (late_ceremony)."
            ),
            format!(
                "Held by {due}; after that the deciding body agrees in writing (late_ceremony)."
            ),
        ),
    );
    checks.by(agreed.map(|w| w.paper_number.as_str().to_owned()));
}
