//! The effects of an act: a pure function of the file before and after it. They are decided here
//! only; the database writes them as they are.
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::acts::Act;
use crate::candidacy::{Entered, File, Sponsor};
use crate::deadlines::{self, Deadline};
use crate::enrolment::is_for;
use crate::findings::Finding;
use crate::judgement::{Facts, Verdict};
use crate::own_stays::{self, OwnStay};
use crate::regulation::Regulations;
use crate::words::{ClassKind, LaterReason, MemberStatus, NominationOutcome, Stage};

/// One effect of an act. All concern the act's candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The stage, and the dates kept in the candidate's row.
    Stage {
        stage: Stage,
        stage_on: NaiveDate,
        nominated_on: NaiveDate,
        decided_on: Option<NaiveDate>,
        admitted_on: Option<NaiveDate>,
        official_on: Option<NaiveDate>,
        /// Why the admissions of a year are others than before.
        admission: Option<LaterReason>,
    },
    /// Every stage so far, with its day.
    Entered(Vec<Entered>),
    /// The certificate of this enrolment was annulled.
    EnrolmentFailed { enrolment: Uuid },
    /// This member's sponsorship was annulled: it ends on the day it began.
    SponsorshipVoid {
        member: Uuid,
        from_on: NaiveDate,
        reason: String,
    },
    /// Until when each sponsorship lasts, and why it has ended.
    Sponsorships(Vec<Sponsor>),
    /// Gives up the person's seats in classes and places on waiting lists, and withdraws an offer
    /// to another branch.
    SeatsFreed { reason: String },
    /// The nomination's outcome.
    Outcome {
        to: NominationOutcome,
        on: Option<NaiveDate>,
        /// Why the branch returned the nomination.
        reason: Option<String>,
    },
    /// The person is a member.
    Member {
        status: MemberStatus,
        joined_on: NaiveDate,
        official_on: Option<NaiveDate>,
        recognised_on: Option<NaiveDate>,
        decided_on: Option<NaiveDate>,
    },
    /// The membership ends with that day; `None` if the ceremony was annulled and there was never a
    /// membership.
    MemberGone { on: Option<NaiveDate> },
    /// The person's stays in the register, where they are others than before; and the branch to
    /// which the file goes with them.
    Stays {
        stays: Vec<OwnStay>,
        file_to: Option<Uuid>,
    },
    /// Opens these deadlines; every other one of the candidacy is settled on that day.
    Deadlines { open: Vec<Deadline>, on: NaiveDate },
}

/// The input of the effects.
struct Change<'a> {
    act: &'a Act,
    before: &'a File,
    after: &'a File,
}

/// Every effect of a judged act, in the order in which they are written.
pub fn of(facts: &Facts, law: &Regulations, act: &Act, verdict: &Verdict) -> Vec<Effect> {
    let annulled = if let Act::Annulment(a) = act {
        facts.acts.iter().find(|r| r.id == a.act_id).map(|r| &r.act)
    } else {
        None
    };
    let Verdict { before, after, .. } = verdict;
    let change = Change { act, before, after };
    let mut effects = vec![Effect::Stage {
        stage: after.stage,
        stage_on: after.stage_on,
        nominated_on: after.nominated_on,
        decided_on: after.decision.as_ref().map(|d| d.on),
        admitted_on: after.ceremony_on,
        official_on: after.official_on,
        admission: admission(before, after),
    }];
    effects.push(Effect::Entered(after.entered.clone()));
    effects.extend(annulled.and_then(taken_back));
    effects.extend(sponsorships(&change));
    effects.extend(seats(&change));
    effects.extend(outcome(&change));
    let membership = membership(&change);
    let stays = own_stays(facts, &change, membership.as_ref());
    effects.extend(membership.into_iter().chain(stays));
    let since = after.acknowledged_on.unwrap_or(facts.today);
    let open = open_deadlines(facts, law, after, &verdict.lost, since);
    effects.push(Effect::Deadlines { open, on: act.on() });
    effects
}

/// What a closed year says of an admission that was counted otherwise then.
fn admission(before: &File, after: &File) -> Option<LaterReason> {
    match (before.ceremony_on, after.ceremony_on) {
        (None, Some(_)) => Some(LaterReason::RecordedLater),
        (Some(_), None) => Some(LaterReason::CeremonyAnnulled),
        (Some(was), Some(is)) if was != is => Some(LaterReason::CeremonyCorrected),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// Every open deadline of the file, those for acts that have lost their ground included.
pub fn open_deadlines(
    facts: &Facts,
    law: &Regulations,
    file: &File,
    lost: &[Finding],
    since: NaiveDate,
) -> Vec<Deadline> {
    let mut open = deadlines::open(file, law, facts);
    if file.stage.answers() {
        let mut lost = lost.to_vec();
        // one deadline per act, however many requirements it has lost
        lost.dedup_by_key(|f| f.act);
        open.extend(lost.iter().map(|f| deadlines::ground_lost(f, since)));
    }
    open
}

/// The reason given where something ends because the act it rests on was annulled.
pub const VOID: &str = "ghi nhận đã hủy";

/// Reverts what an annulled act had done to other resources.
fn taken_back(annulled: &Act) -> Option<Effect> {
    match annulled {
        Act::Certificate(a) => Some(Effect::EnrolmentFailed {
            enrolment: a.enrolment_id,
        }),
        Act::Sponsorship(a) => Some(Effect::SponsorshipVoid {
            member: a.member_id,
            from_on: a.on,
            reason: VOID.to_owned(),
        }),
        Act::SponsorshipEnd(_)
        | Act::Nomination(_)
        | Act::PlanDecision(_)
        | Act::SponsorNote(_)
        | Act::TestAssignment(_)
        | Act::TestResult(_)
        | Act::Transfer(_)
        | Act::Introduction(_)
        | Act::Dossier(_)
        | Act::Document(_)
        | Act::Verification(_)
        | Act::PoliticalIssue(_)
        | Act::Opinion(_)
        | Act::Resolution(_)
        | Act::Submission(_)
        | Act::Return(_)
        | Act::Decision(_)
        | Act::Ceremony(_)
        | Act::Waiver(_)
        | Act::Recognition(_)
        | Act::Exit(_)
        | Act::Readmission(_)
        | Act::Acknowledgement(_)
        | Act::Annulment(_) => None,
    }
}

/// Sponsorships end with the candidacy, on the day and for the reason that stand, and reopen when
/// an end is annulled. Who assigns a sponsor, or ends the assignment, writes the row.
fn sponsorships(change: &Change<'_>) -> Option<Effect> {
    if matches!(change.act, Act::Sponsorship(_) | Act::SponsorshipEnd(_)) {
        return None;
    }
    let (was, are) = (&change.before.sponsors, &change.after.sponsors);
    (was != are).then(|| Effect::Sponsorships(are.clone()))
}

/// They are given up with the candidacy, and with a stage that is taken back for which the class
/// is.
fn seats(change: &Change<'_>) -> Option<Effect> {
    let (was, is) = (change.before.stage, change.after.stage);
    let ended = was != is && is.ended();
    let lost = |kind: &ClassKind| is_for(*kind, was) && !is_for(*kind, is);
    let lost = matches!(change.act, Act::Annulment(_)) && ClassKind::ALL.iter().any(lost);
    (ended || lost).then(|| Effect::SeatsFreed {
        reason: if ended {
            is.as_reason()
        } else {
            VOID.to_owned()
        },
    })
}

/// A nomination is pending until the branch decides. Once accepted it stays accepted, whatever
/// becomes of the candidacy.
fn outcome(change: &Change<'_>) -> Option<Effect> {
    use NominationOutcome::{Accepted, Pending, Returned, Withdrawn};
    let after = change.after;
    if !matches!(
        change.act,
        Act::PlanDecision(_) | Act::Exit(_) | Act::Annulment(_)
    ) {
        return None;
    }
    let (to, on) = match (after.in_plan_on, after.ended_on) {
        (Some(adopted), _) => (Accepted, Some(adopted)),
        (None, Some(ended)) if after.stage == Stage::Removed => (Returned, Some(ended)),
        (None, Some(ended)) => (Withdrawn, Some(ended)),
        (None, None) => (Pending, None),
    };
    let last = after.entered.last().filter(|_| to == Returned);
    let reason = last.and_then(|stage| stage.reason.clone());
    Some(Effect::Outcome { to, on, reason })
}

/// The person is a member from the ceremony on, while in a stage of membership.
fn membership(change: &Change<'_>) -> Option<Effect> {
    let joined = |file: &File| file.ceremony_on.filter(|_| file.stage.member());
    let after = change.after;
    match joined(after) {
        Some(joined_on) => Some(Effect::Member {
            status: match after.official_on {
                None => MemberStatus::Probationary,
                Some(_) => MemberStatus::Official,
            },
            joined_on,
            official_on: after.official_on,
            recognised_on: after.recognised_on,
            decided_on: after.decision.as_ref().map(|d| d.on),
        }),
        None if after.ceremony_on.is_some() => Some(Effect::MemberGone { on: after.ended_on }),
        None => joined(change.before).map(|_| Effect::MemberGone { on: None }),
    }
}

/// Where the person belonged as a member: the file is with the branch of the last day, but an
/// official member's stays with the branch that admitted.
fn own_stays(facts: &Facts, change: &Change<'_>, membership: Option<&Effect>) -> Option<Effect> {
    let (known, after) = (&facts.own_stays, change.after);
    let ended = |file: &File| file.ended_on.filter(|_| file.ceremony_on.is_some());
    let stays = match (membership?, after.ceremony_on) {
        (Effect::MemberGone { on: None }, _) | (_, None) => Vec::new(),
        (_, Some(joined)) => {
            // a leaving ended what no act of the file did
            let left = known.last().and_then(|stay| stay.to_on);
            let left = left.filter(|_| ended(change.before).is_none());
            let days = (joined, ended(after).or(left));
            own_stays::stays(known, &facts.moves, facts.branch, days)
        }
    };
    let last = stays.last().map(|stay| stay.branch_id);
    let file_to = last.filter(|to| after.stage != Stage::Official && *to != facts.branch);
    (stays != *known || file_to.is_some()).then_some(Effect::Stays { stays, file_to })
}
