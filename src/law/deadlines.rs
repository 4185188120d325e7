//! The open deadlines of a candidacy, each with its last day, rule and source. A deadline that is
//! no longer in the list is settled.
use std::iter;

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::acts::{inquiry_time, introduction};
use crate::calendar::{Holidays, quarter_end};
use crate::candidacy::File;
use crate::findings::Finding;
use crate::judgement::Facts;
use crate::regulation::{Citation, Ground, Regulations};
use crate::time_limits;
use crate::words::{ClassKind, DeadlineKind, Purpose, Stage};

/// An open deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub kind: DeadlineKind,
    /// Distinguishes deadlines of one kind; never shown.
    pub key: String,
    /// The day from which it is counted.
    pub from_on: NaiveDate,
    /// Number of working days, if counted in them: a holiday entered later moves the deadline.
    pub workdays: Option<u32>,
    pub due_on: NaiveDate,
    /// The act that has lost its ground.
    pub act: Option<Uuid>,
    /// Holidays that extended it.
    pub skipped: Vec<NaiveDate>,
    pub rule: &'static str,
    pub source: String,
    /// The basis of the rule, independent of the day.
    pub ground: Ground,
}

/// Days until a missing sponsor or an unanswered verification is overdue (kế hoạch, II.2 and II.3).
const PLAN_DAYS: u64 = 30;

impl Deadline {
    /// A deadline in calendar days.
    fn by_day(
        kind: DeadlineKind,
        key: String,
        (from_on, due_on): (NaiveDate, NaiveDate),
        rule: &'static str,
        source: impl Into<Citation>,
    ) -> Self {
        let source = source.into();
        Self {
            kind,
            key,
            from_on,
            workdays: None,
            due_on,
            act: None,
            skipped: Vec::new(),
            rule,
            source: source.text,
            ground: source.ground,
        }
    }
}

/// How the last day is counted, in Vietnamese, where no parameter of a regulation says it.
pub(crate) fn counted(kind: DeadlineKind) -> Option<String> {
    let days = |from: &str| Some(format!("{PLAN_DAYS} ngày, tính từ ngày {from}"));
    match kind {
        DeadlineKind::SponsorMissing => {
            days("được đưa vào quy hoạch, hoặc từ ngày không còn người kèm cặp")
        }
        DeadlineKind::SponsorNote => Some("đến hết ngày cuối mỗi quý".to_owned()),
        DeadlineKind::VerificationReturn => days("gửi thẩm tra"),
        DeadlineKind::GroundLost => days("phát hiện"),
        DeadlineKind::LateDecision => Some("ngay trong ngày quyết định".to_owned()),
        DeadlineKind::FailedVotes => Some("ngay trong ngày biểu quyết lần cuối".to_owned()),
        DeadlineKind::PapersExpire
        | DeadlineKind::CertificateExpires
        | DeadlineKind::Decision
        | DeadlineKind::Ceremony
        | DeadlineKind::RecognitionReview
        | DeadlineKind::RecognitionDecision
        | DeadlineKind::Review
        | DeadlineKind::YearlyReview
        | DeadlineKind::SourcePlan
        | DeadlineKind::ProblemReport
        | DeadlineKind::InspectionFollowUp => None,
    }
}

fn plan_days_after(from: NaiveDate) -> NaiveDate {
    from.checked_add_days(Days::new(PLAN_DAYS)).unwrap_or(from)
}

/// Every open deadline.
pub fn open(file: &File, law: &Regulations, facts: &Facts) -> Vec<Deadline> {
    let mut open: Vec<Deadline> = late_decisions(file, &facts.holidays).collect();
    if file.stage.ended() {
        return open;
    }
    open.extend(sponsor(file, facts));
    if matches!(file.stage, Stage::InPlan | Stage::Dossier) {
        open.extend(unanswered(file));
        open.extend(certificate(file));
    }
    open.extend(papers(file));
    open.extend(failed_votes(file));
    open.extend(in_workdays(file, law, &facts.holidays));
    open
}

/// The duty to settle an act that has lost its ground: by a correction, an annulment, or a decision
/// of the competent committee.
pub fn ground_lost(finding: &Finding, since: NaiveDate) -> Deadline {
    let deadline = Deadline::by_day(
        DeadlineKind::GroundLost,
        format!("ground_lost {}", finding.act),
        (since, plan_days_after(since)),
        finding.check.rule,
        Citation {
            text: finding.check.source.clone(),
            confirmed: finding.check.confirmed,
            ground: finding.check.ground.clone(),
        },
    );
    Deadline {
        act: Some(finding.act),
        ..deadline
    }
}

/// To assign a sponsor or, if there is one, to write the quarterly note; and a note that nobody wrote
/// while there was one.
fn sponsor(file: &File, facts: &Facts) -> Vec<Deadline> {
    let Some(in_plan) = file.in_plan_on else {
        return Vec::new();
    };
    let last = file.notes.all().last().map(|(on, ..)| *on);
    let unwritten = unwritten(file, facts, last);
    let mut open = file.sponsors.iter().rev().filter(|s| s.to_on.is_none());
    let Some(open) = open.find(|s| facts.helps(s, facts.today)) else {
        let ended = facts.unsponsored_since(file);
        let ended = ended.or_else(|| file.sponsors.iter().filter_map(|s| s.to_on).max());
        let since = ended.map_or(in_plan, |last| last.max(in_plan));
        let missing = Deadline::by_day(
            DeadlineKind::SponsorMissing,
            format!("sponsor_missing {since}"),
            (since, plan_days_after(since)),
            "sponsorship.within_thirty_days",
            "kế hoạch, II.2",
        );
        return [missing].into_iter().chain(unwritten.map(note)).collect();
    };
    let due = last
        .filter(|on| *on >= open.from_on)
        .map_or(quarter_end(open.from_on, 0), |last| quarter_end(last, 1));
    let unwritten = unwritten.filter(|(_, end)| *end < due);
    vec![note(unwritten.unwrap_or((open.from_on, due)))]
}

fn note((from, due): (NaiveDate, NaiveDate)) -> Deadline {
    Deadline::by_day(
        DeadlineKind::SponsorNote,
        format!("sponsor_note {due}"),
        (from, due),
        "sponsorship.note_each_quarter",
        "kế hoạch, II.2",
    )
}

/// The first quarter after the last note that ended under a sponsor: the first day of the assignment
/// and the quarter's last day. Handing over to another sponsor does not settle what was not written.
fn unwritten(
    file: &File,
    facts: &Facts,
    last: Option<NaiveDate>,
) -> Option<(NaiveDate, NaiveDate)> {
    let first = file.sponsors.iter().map(|s| s.from_on).min()?;
    let end = last.map_or(quarter_end(first, 0), |last| quarter_end(last, 1));
    iter::successors(Some(end), |end| Some(quarter_end(*end, 1)))
        .take_while(|end| *end < facts.today)
        .find_map(|end| {
            let sponsor = file.sponsors.iter().find(|s| facts.helps(s, end))?;
            Some((sponsor.from_on, end))
        })
}

/// Verifications sent and not answered.
fn unanswered(file: &File) -> impl Iterator<Item = Deadline> {
    let subjects = file.subjects.iter();
    subjects.filter_map(|((relation, number), inquiry)| {
        let sent = inquiry.waits_since(NaiveDate::MAX)?;
        Some(Deadline::by_day(
            DeadlineKind::VerificationReturn,
            format!("verification {} {number}", relation.wire()),
            (sent, plan_days_after(sent)),
            "verification.answered",
            "kế hoạch, II.3",
        ))
    })
}

fn certificate(file: &File) -> Option<Deadline> {
    let held = file.certificate(ClassKind::Awareness, NaiveDate::MAX)?;
    let to = held.valid_to()?;
    Some(Deadline::by_day(
        DeadlineKind::CertificateExpires,
        format!("certificate {to}"),
        (held.paper.on, to),
        "admission.certificate",
        held.under.source("awareness_valid_months"),
    ))
}

/// Validity of the papers of an open dossier: of those that expire first.
fn papers(file: &File) -> Option<Deadline> {
    let on = file.dossier_on.filter(|_| file.stage == Stage::Dossier)?;
    let times = [
        (
            introduction::time(file, NaiveDate::MAX)?,
            "admission.introduction.in_date",
        ),
        (
            inquiry_time(file, NaiveDate::MAX)?,
            "admission.papers.in_date",
        ),
    ];
    let (time, rule) = times.into_iter().min_by_key(|(time, _)| time.until)?;
    Some(Deadline::by_day(
        DeadlineKind::PapersExpire,
        format!("papers {}", time.until),
        (on, time.until),
        rule,
        time.source,
    ))
}

/// After the last of several failed votes on recognition or strike-off, until the competent
/// committee decides.
fn failed_votes(file: &File) -> Option<Deadline> {
    let last = file.reported()?;
    Some(Deadline::by_day(
        DeadlineKind::FailedVotes,
        format!("failed_votes {}", last.on),
        (last.on, last.on),
        "vote.failed_report",
        last.under.source("failed_votes_before_report"),
    ))
}

/// The deciding body's paper about a decision after the extended period; also for those who are
/// already official members.
fn late_decisions(file: &File, holidays: &Holidays) -> impl Iterator<Item = Deadline> {
    let stands = !file.stage.ended() || file.stage == Stage::Official;
    let late = time_limits::irregular(file, holidays).into_iter();
    late.filter(move |_| stands).map(|(purpose, on, period)| {
        Deadline::by_day(
            DeadlineKind::LateDecision,
            format!("late_decision {}", purpose.wire()),
            (period.at_most, on),
            "decision.irregular",
            period.source,
        )
    })
}

/// The stage's deadline in working days.
fn in_workdays(file: &File, law: &Regulations, holidays: &Holidays) -> Option<Deadline> {
    let (kind, rule, period) = match file.stage {
        Stage::BranchResolved | Stage::CommitteeResolved | Stage::Submitted => (
            DeadlineKind::Decision,
            "decision.in_time",
            time_limits::decision(file, Purpose::Admission, holidays)?,
        ),
        Stage::Decided => (
            DeadlineKind::Ceremony,
            "ceremony.in_time",
            time_limits::ceremony(file, holidays)?,
        ),
        // the branch that has to report does not vote again
        Stage::Probationary if file.reported().is_none() => (
            DeadlineKind::RecognitionReview,
            "recognition.review_in_time",
            time_limits::recognition_review(file, law, holidays)?,
        ),
        Stage::RecognitionBranchResolved | Stage::RecognitionCommitteeResolved => (
            DeadlineKind::RecognitionDecision,
            "recognition.decision_in_time",
            time_limits::decision(file, Purpose::Recognition, holidays)?,
        ),
        Stage::Probationary
        | Stage::Nominated
        | Stage::InPlan
        | Stage::Dossier
        | Stage::Official
        | Stage::Removed
        | Stage::NotAdmitted
        | Stage::StruckOff
        | Stage::Withdrawn
        | Stage::TransferredOut
        | Stage::Deceased => return None,
    };
    Some(Deadline {
        kind,
        key: format!("{} {}", kind.wire(), period.from_on),
        from_on: period.from_on,
        workdays: Some(period.workdays),
        due_on: period.due_on,
        act: None,
        skipped: period.skipped,
        rule,
        source: period.source.text.clone(),
        ground: period.source.ground.clone(),
    })
}
