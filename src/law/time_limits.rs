//! Periods that start on dates of a file or a membership: how long they run, and under which
//! version. Requirements and deadlines both use them.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::calendar::{Holidays, after_workdays, plus_months};
use crate::candidacy::File;
use crate::regulation::{Citation, Regulations, Version};
use crate::words::{Purpose, VotingBody, WaiverKind};

/// A period counted in working days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period<'a> {
    pub from_on: NaiveDate,
    pub workdays: u32,
    pub due_on: NaiveDate,
    /// The last day if a reason is given.
    pub at_most: NaiveDate,
    /// Holidays that extended it.
    pub skipped: Vec<NaiveDate>,
    pub source: &'a Citation,
}

impl<'a> Period<'a> {
    fn of(version: &'a Version, parameter: &str, from_on: NaiveDate, holidays: &Holidays) -> Self {
        let workdays = version.whole(parameter);
        let (due_on, skipped) = after_workdays(from_on, workdays, holidays);
        let most = workdays + version.extension(parameter);
        Self {
            from_on,
            workdays,
            due_on,
            at_most: after_workdays(from_on, most, holidays).0,
            skipped,
            source: version.source(parameter),
        }
    }
}

/// Period for the decision on admission or recognition: from the branch's resolution, by its
/// version.
pub fn decision<'a>(file: &'a File, purpose: Purpose, holidays: &Holidays) -> Option<Period<'a>> {
    let vote = file.carried(purpose, VotingBody::Branch)?;
    let parameter = match purpose {
        Purpose::Admission => "decide_admission_workdays",
        Purpose::Recognition => "decide_recognition_workdays",
        Purpose::StrikeOff => return None,
    };
    Some(Period::of(&vote.under, parameter, vote.on, holidays))
}

fn late_papers(file: &File) -> Vec<(NaiveDate, Uuid)> {
    let papers = file.waivers.iter();
    let late = papers.filter(|(_, w)| w.what == WaiverKind::LateDecision);
    let mut noted: Vec<_> = late.map(|(id, w)| (w.on, *id)).collect();
    noted.sort_unstable();
    noted
}

/// The deciding body's paper about a late decision on that day, if it is noted by then: one about
/// this decision, and not about the admission before it.
pub fn late_paper_by(
    file: &File,
    on: NaiveDate,
    holidays: &Holidays,
    from: NaiveDate,
) -> Option<Uuid> {
    let admitted = file.decision.as_ref().map(|d| d.on);
    let admission = decision(file, Purpose::Admission, holidays);
    let mut noted = late_papers(file);
    if let (Some(admitted), Some(period)) = (admitted, admission) {
        in_order(&mut noted, admitted, &period);
    }
    let paper = noted
        .into_iter()
        .find(|(paper, _)| *paper >= from && *paper <= on);
    paper.map(|(_, id)| id)
}

/// Whether a decision of that day is in time, or one of the papers covers it: that one covers no
/// other.
fn in_order(noted: &mut Vec<(NaiveDate, Uuid)>, on: NaiveDate, period: &Period<'_>) -> bool {
    let covers =
        |noted: &[(NaiveDate, Uuid)]| noted.iter().position(|(paper, _)| *paper >= period.from_on);
    on <= period.at_most || covers(noted).map(|place| noted.remove(place)).is_some()
}

/// Decisions after the extended period for which the deciding body's paper has not been noted.
pub fn irregular<'a>(file: &'a File, holidays: &Holidays) -> Vec<(Purpose, NaiveDate, Period<'a>)> {
    let mut noted = late_papers(file);
    let decided = [
        (Purpose::Admission, file.decision.as_ref().map(|d| d.on)),
        (Purpose::Recognition, file.recognised_on),
    ];
    let mut irregular = Vec::new();
    for (purpose, on) in decided {
        let (Some(on), Some(period)) = (on, decision(file, purpose, holidays)) else {
            continue;
        };
        if !in_order(&mut noted, on, &period) {
            irregular.push((purpose, on, period));
        }
    }
    irregular
}

/// Period for the ceremony: by the version of the decision, from its receipt or (208-QĐ/TW) its
/// date of issue.
pub fn ceremony<'a>(file: &'a File, holidays: &Holidays) -> Option<Period<'a>> {
    let decision = file.decision.as_ref()?;
    let filed = || file.received_after("9-KNĐ", None);
    let from = if decision.under.counted_from(CEREMONY) == FROM_ISSUE {
        decision.on
    } else {
        decision.received_on.or_else(filed).unwrap_or(decision.on)
    };
    Some(Period::of(&decision.under, CEREMONY, from, holidays))
}

const CEREMONY: &str = "ceremony_workdays";
const FROM_ISSUE: &str = "decision_issued";

/// The day on which the decision was received, where the period for the ceremony counts from it.
pub fn decision_received(file: &File) -> Option<NaiveDate> {
    let decision = file.decision.as_ref()?;
    let from_issue = decision.under.counted_from(CEREMONY) == FROM_ISSUE;
    decision.received_on.filter(|_| !from_issue)
}

/// Period for the branch's vote on recognition: from the end of the probation, by the version of
/// that day.
pub fn recognition_review<'a>(
    file: &File,
    law: &'a Regulations,
    holidays: &Holidays,
) -> Option<Period<'a>> {
    let (end, _) = probation_end(file)?;
    Some(review_from(end, law, holidays))
}

/// The same of a member without a file, of whose ceremony only the day is known.
pub fn recognition_review_of_member<'a>(
    joined_on: NaiveDate,
    law: &'a Regulations,
    holidays: &Holidays,
) -> Period<'a> {
    let months = law.on(joined_on).whole("probation_months");
    review_from(plus_months(joined_on, months), law, holidays)
}

fn review_from<'a>(end: NaiveDate, law: &'a Regulations, holidays: &Holidays) -> Period<'a> {
    Period::of(law.on(end), "recognition_review_workdays", end, holidays)
}

/// Last day of the probation: calendar months after the ceremony, by the version of the ceremony
/// (Điều lệ, 5).
pub fn probation_end(file: &File) -> Option<(NaiveDate, &Citation)> {
    let (on, under) = (file.ceremony_on?, file.ceremony_under.as_ref()?);
    let end = plus_months(on, under.whole("probation_months"));
    Some((end, under.source("probation_months")))
}

/// Validity period of the dossier's papers: one for all, from its opening, by the version of that
/// day. Papers made again after it has expired start a new period, and only those then count.
pub struct PaperTime<'a> {
    /// Whether any of the papers has been made.
    pub made: bool,
    opened: NaiveDate,
    from: NaiveDate,
    pub until: NaiveDate,
    pub source: &'a Citation,
}

impl<'a> PaperTime<'a> {
    /// `made`: the dates of the papers; `parameter`: the one that holds the number of months.
    pub fn of(
        file: &'a File,
        parameter: &str,
        made: impl Iterator<Item = NaiveDate>,
    ) -> Option<Self> {
        let (opened, under) = (file.dossier_on?, file.dossier_under.as_ref()?);
        let months = under.whole(parameter);
        let mut made: Vec<_> = made.collect();
        made.sort_unstable();
        let first = Self {
            made: !made.is_empty(),
            opened,
            from: opened,
            until: plus_months(opened, months),
            source: under.source(parameter),
        };
        let again = |time: Self, on| {
            if on > time.until {
                Self {
                    from: on,
                    until: plus_months(on, months),
                    ..time
                }
            } else {
                time
            }
        };
        Some(made.into_iter().fold(first, again))
    }

    /// Whether a paper made on that day counts.
    pub fn counts(&self, on: NaiveDate) -> bool {
        self.from == self.opened || on >= self.from
    }
}
