//! Predicates on words that the schema's constraints, indexes and functions use, each derived from
//! the law's enumerations or the permission table.
use crate::access::policy::Action as A;
use crate::access::{Reach, Role, may};
use crate::law::acts::ActKind;
use crate::law::words::daily::{Organiser, ProblemState};
use crate::law::words::{
    ClassKind, ClassState, DeadlineKind, EnrolmentState, Introducer, MemberStatus,
    NominationOutcome, OfferState, OfficerPosition, PlanState, SourcePlanState, Stage, TermState,
};

/// Name of a predicate, and the words that satisfy it.
pub type Question = (&'static str, Vec<&'static str>);

fn stages(is: impl Fn(Stage) -> bool) -> Vec<&'static str> {
    let those = Stage::ALL.iter().filter(|stage| is(**stage));
    those.map(|stage| stage.wire()).collect()
}

fn enrolments(is: impl Fn(EnrolmentState) -> bool) -> Vec<&'static str> {
    let those = EnrolmentState::ALL.iter().filter(|state| is(**state));
    those.map(|state| state.wire()).collect()
}

fn outcomes(is: impl Fn(NominationOutcome) -> bool) -> Vec<&'static str> {
    let those = NominationOutcome::ALL.iter().filter(|o| is(**o));
    those.map(|outcome| outcome.wire()).collect()
}

fn roles(is: impl Fn(Role) -> bool) -> Vec<&'static str> {
    let those = Role::ALL.iter().filter(|role| is(**role));
    those.map(|role| role.wire()).collect()
}

/// The roles that may perform `action`.
fn who_may(action: A) -> Vec<&'static str> {
    roles(|role| may(role, action).is_some())
}

/// The roles with some permission of this reach.
fn who_reach(reach: Reach) -> Vec<&'static str> {
    roles(|role| {
        A::ALL
            .iter()
            .any(|action| may(role, *action) == Some(reach))
    })
}

pub fn all() -> Vec<Question> {
    let persons = |role| may(role, A::ReadMembers);
    vec![
        // --- roles
        ("is_office", vec![Role::PartyOffice.wire()]),
        ("is_branch_committee", vec![Role::BranchCommittee.wire()]),
        ("is_script", vec![Role::ServiceAccount.wire()]),
        (
            "reads_everywhere",
            roles(|role| persons(role) == Some(Reach::Everything)),
        ),
        (
            "reads_branches",
            roles(|role| matches!(persons(role), Some(Reach::Assigned | Reach::OwnBranch))),
        ),
        ("watches_branches", who_reach(Reach::Assigned)),
        ("introduces", who_reach(Reach::OwnIntroductions)),
        (
            "reaches_below",
            [who_reach(Reach::Below), who_reach(Reach::Accounts)].concat(),
        ),
        ("keeps_accounts", who_may(A::WriteAccounts)),
        ("writes_branches", who_may(A::WriteBranches)),
        ("writes_members", who_may(A::WriteMembers)),
        ("confirms_namesakes", who_may(A::ConfirmNamesakes)),
        ("erases_persons", who_may(A::ErasePersons)),
        ("writes_holidays", who_may(A::WriteHolidays)),
        ("answers_transfers", who_may(A::AnswerTransfers)),
        ("writes_terms", who_may(A::WriteTerms)),
        ("writes_classes", who_may(A::WriteClasses)),
        (
            "confirms_lists",
            roles(|role| may(role, A::ConfirmEnrolments) == Some(Reach::Below)),
        ),
        // --- stages
        ("is_submitted", stages(Stage::submitted)),
        ("has_ended", stages(Stage::ended)),
        ("is_on_the_way", stages(Stage::before_ceremony)),
        ("is_nominated", vec![Stage::Nominated.wire()]),
        ("is_in_plan", vec![Stage::InPlan.wire()]),
        ("is_dossier", vec![Stage::Dossier.wire()]),
        (
            "is_resolved",
            vec![
                Stage::BranchResolved.wire(),
                Stage::CommitteeResolved.wire(),
                Stage::Submitted.wire(),
            ],
        ),
        ("is_decided", vec![Stage::Decided.wire()]),
        ("is_removed", vec![Stage::Removed.wire()]),
        ("is_not_admitted", vec![Stage::NotAdmitted.wire()]),
        ("is_struck_off", vec![Stage::StruckOff.wire()]),
        (
            "has_left",
            vec![
                Stage::Withdrawn.wire(),
                Stage::TransferredOut.wire(),
                Stage::Deceased.wire(),
            ],
        ),
        // --- duties
        ("is_ground_lost", vec![DeadlineKind::GroundLost.wire()]),
        // --- the rest
        ("is_gone", enrolments(EnrolmentState::gone)),
        ("is_seated", enrolments(EnrolmentState::seated)),
        ("is_waiting", vec![EnrolmentState::Waiting.wire()]),
        ("is_confirmed", vec![EnrolmentState::Confirmed.wire()]),
        ("is_completed", vec![EnrolmentState::Completed.wire()]),
        ("is_rejected", vec![EnrolmentState::Rejected.wire()]),
        (
            "takes_people",
            vec![ClassState::Planned.wire(), ClassState::Open.wire()],
        ),
        ("is_cancelled", vec![ClassState::Cancelled.wire()]),
        ("is_awareness", vec![ClassKind::Awareness.wire()]),
        (
            "stands",
            outcomes(|outcome| outcome != NominationOutcome::Withdrawn),
        ),
        ("is_offered", vec![OfferState::Offered.wire()]),
        ("is_by_member", vec![Introducer::Member.wire()]),
        ("is_official", vec![MemberStatus::Official.wire()]),
        ("is_secretary", vec![OfficerPosition::Secretary.wire()]),
        ("is_by_branch", vec![Organiser::Branch.wire()]),
        ("is_approved", vec![TermState::Approved.wire()]),
        ("is_closed_plan", vec![PlanState::Closed.wire()]),
        (
            "was_submitted",
            vec![
                SourcePlanState::Submitted.wire(),
                SourcePlanState::Approved.wire(),
            ],
        ),
        (
            "awaits_answer",
            vec![
                ProblemState::Reported.wire(),
                ProblemState::Forwarded.wire(),
            ],
        ),
        ("is_answered", vec![ProblemState::Answered.wire()]),
        ("is_closed", vec![ProblemState::Closed.wire()]),
        ("is_annulment", vec![ActKind::Annulment.wire()]),
    ]
}
