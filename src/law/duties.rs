//! Duties that a candidacy leaves open, each with the day by which, the rule and its source. What
//! is no longer in the list is settled.
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;

use super::dates::{after_workdays, quarter_end};
use super::file::File;
use super::procedure::{Asked, Facts, admission, decision};
use super::regulation::Regulations;
use super::words::{ClassKind, DeadlineKind, Purpose, Stage, VotingBody};

/// An open duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    pub kind: DeadlineKind,
    /// Tells two duties of one kind apart; never shown.
    pub key: String,
    /// What it is counted from.
    pub from_on: NaiveDate,
    /// Working days, where it is counted in them: a holiday entered later moves it.
    pub workdays: Option<u32>,
    pub due_on: NaiveDate,
    pub skipped: Vec<NaiveDate>,
    pub rule: &'static str,
    pub source: String,
}

impl Duty {
    /// As the database takes it.
    pub fn row(&self) -> Value {
        json!({"kind": self.kind.wire(), "key": self.key, "from_on": self.from_on, "workdays": self.workdays, "due_on": self.due_on,
            "skipped": self.skipped, "rule": self.rule, "source": self.source})
    }
}

/// Days after which a missing sponsor, an unanswered verification is overdue (kế hoạch, II.2 and II.3).
const PLAN_DAYS: u64 = 30;

/// Every duty that is open now.
pub fn open(facts: &Facts, file: &File, law: &Regulations) -> Vec<Duty> {
    let mut duties = Vec::new();
    if file.stage.ended() {
        return duties;
    }
    let days = |from: NaiveDate| from.checked_add_days(Days::new(PLAN_DAYS)).unwrap_or(from);
    let mut plain = |kind, key: String, from_on, due_on, rule, source: &str| {
        duties.push(Duty {
            kind,
            key,
            from_on,
            workdays: None,
            due_on,
            skipped: Vec::new(),
            rule,
            source: source.to_owned(),
        });
    };
    if let Some(in_plan) = file.in_plan_on {
        match file.sponsors.iter().rfind(|s| s.2.is_none()) {
            None => {
                let since = file
                    .sponsors
                    .iter()
                    .filter_map(|s| s.2)
                    .max()
                    .map_or(in_plan, |last| last.max(in_plan));
                let (kind, key) = (
                    DeadlineKind::SponsorMissing,
                    format!("sponsor_missing {since}"),
                );
                plain(
                    kind,
                    key,
                    since,
                    days(since),
                    "sponsorship.within_thirty_days",
                    "kế hoạch, II.2",
                );
            }
            Some((_, assigned, _)) => {
                let due = file
                    .notes
                    .iter()
                    .map(|n| n.0)
                    .filter(|on| on >= assigned)
                    .max()
                    .map_or(quarter_end(*assigned, 0), |last| quarter_end(last, 1));
                plain(
                    DeadlineKind::SponsorNote,
                    format!("sponsor_note {due}"),
                    *assigned,
                    due,
                    "sponsorship.note_each_quarter",
                    "kế hoạch, II.2",
                );
            }
        }
    }
    if matches!(file.stage, Stage::InPlan | Stage::Dossier) {
        for ((relation, number), inquiry) in &file.subjects {
            if let (Some(sent), None, None) =
                (inquiry.sent_on, inquiry.returned_on, inquiry.exempted_on)
            {
                let key = format!("verification {} {number}", relation.wire());
                plain(
                    DeadlineKind::VerificationReturn,
                    key,
                    sent,
                    days(sent),
                    "verification.answered",
                    "kế hoạch, II.3",
                );
            }
        }
        if let Some(certificate) = file.certificate(ClassKind::Awareness, NaiveDate::MAX)
            && let Some(to) = certificate.valid_to
        {
            let source = &law.on(certificate.on).source("awareness_valid_months").text;
            plain(
                DeadlineKind::CertificateExpires,
                format!("certificate {to}"),
                certificate.on,
                to,
                "admission.certificate",
                source,
            );
        }
    }
    let asked = |on: NaiveDate| Asked {
        facts,
        file,
        law,
        version: law.on(on),
        on,
        role: "",
        account: Uuid::nil(),
        fresh: false,
    };
    if let (Stage::Dossier, Some(on)) = (file.stage, file.dossier_on)
        && let Some(clock) = admission::introductions_clock(&Asked {
            on: NaiveDate::MAX,
            ..asked(on)
        })
    {
        let until = clock.until;
        let source = &law.on(on).source("paper_valid_months").text;
        plain(
            DeadlineKind::PapersExpire,
            format!("papers {until}"),
            on,
            until,
            "admission.introduction.in_date",
            source,
        );
    }
    let failed = [Purpose::Admission, Purpose::Recognition, Purpose::StrikeOff]
        .map(|p| file.failed_votes(p))
        .into_iter()
        .max()
        .unwrap_or(0);
    if let Some(last) = file
        .votes
        .last()
        .filter(|v| failed >= law.on(v.on).whole("failed_votes_before_report") as usize)
    {
        let source = &law.on(last.on).source("failed_votes_before_report").text;
        plain(
            DeadlineKind::FailedVotes,
            format!("failed_votes {}", last.on),
            last.on,
            last.on,
            "vote.failed_report",
            source,
        );
    }
    duties.extend(in_workdays(facts, file, law));
    duties
}

/// The duties that are counted in working days.
fn in_workdays(facts: &Facts, file: &File, law: &Regulations) -> Option<Duty> {
    let voted = |purpose| file.carried(purpose, VotingBody::Branch).map(|v| v.on);
    let (kind, from_on, parameter, rule) = match file.stage {
        Stage::BranchResolved | Stage::CommitteeResolved | Stage::Submitted => (
            DeadlineKind::Decision,
            voted(Purpose::Admission)?,
            "decide_admission_workdays",
            "decision.in_time",
        ),
        Stage::Decided => {
            let decided = file.decision.as_ref()?;
            let asked = Asked {
                facts,
                file,
                law,
                version: law.on(decided.on),
                on: decided.on,
                role: "",
                account: Uuid::nil(),
                fresh: false,
            };
            (
                DeadlineKind::Ceremony,
                decision::ceremony_from(&asked)?,
                "ceremony_workdays",
                "ceremony.in_time",
            )
        }
        Stage::Probationary => (
            DeadlineKind::RecognitionReview,
            file.probation_end(law)?,
            "recognition_review_workdays",
            "recognition.review_in_time",
        ),
        Stage::RecognitionBranchResolved | Stage::RecognitionCommitteeResolved => (
            DeadlineKind::RecognitionDecision,
            voted(Purpose::Recognition)?,
            "decide_recognition_workdays",
            "recognition.decision_in_time",
        ),
        Stage::Nominated
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
    let version = law.on(if kind == DeadlineKind::Ceremony {
        file.decision.as_ref()?.on
    } else {
        from_on
    });
    let workdays = version.whole(parameter);
    let (due_on, skipped) = after_workdays(from_on, workdays, &facts.holidays);
    let key = format!("{} {from_on}", kind.wire());
    Some(Duty {
        kind,
        key,
        from_on,
        workdays: Some(workdays),
        due_on,
        skipped,
        rule,
        source: version.source(parameter).text.clone(),
    })
}
