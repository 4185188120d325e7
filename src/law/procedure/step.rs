//! The steps of the procedure: their order, who records them, the stages in which they are
//! possible.
use super::super::acts::{Act, ActKind};
use super::super::words::{IssueStep, PlanAction, Purpose, Stage, VerificationStep, VotingBody};

/// A step of the procedure as `next-steps` lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Plan(PlanAction),
    Vote(Purpose, VotingBody),
    Verify(VerificationStep),
    Issue(IssueStep),
    Decide(Purpose),
    Other(ActKind),
}

impl Step {
    /// Every step that a person can record, in the order of the procedure.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for kind in ActKind::ALL {
            match kind {
                ActKind::PlanDecision => all.extend(PlanAction::ALL.iter().map(|a| Self::Plan(*a))),
                ActKind::Resolution => {
                    all.extend(
                        Purpose::ALL
                            .iter()
                            .flat_map(|p| VotingBody::ALL.iter().map(|b| Self::Vote(*p, *b)))
                            .filter(|s| {
                                *s != Self::Vote(Purpose::StrikeOff, VotingBody::Committee)
                            }),
                    );
                }
                ActKind::Verification => {
                    all.extend(VerificationStep::ALL.iter().map(|s| Self::Verify(*s)))
                }
                ActKind::PoliticalIssue => {
                    all.extend(IssueStep::ALL.iter().map(|s| Self::Issue(*s)))
                }
                ActKind::Decision => all.extend([
                    Self::Decide(Purpose::Admission),
                    Self::Decide(Purpose::StrikeOff),
                ]),
                ActKind::Nomination
                | ActKind::Readmission
                | ActKind::Certificate
                | ActKind::Annulment => {}
                ActKind::Sponsorship
                | ActKind::SponsorshipEnd
                | ActKind::SponsorNote
                | ActKind::TestAssignment
                | ActKind::TestResult
                | ActKind::Introduction
                | ActKind::Dossier
                | ActKind::Document
                | ActKind::Opinion
                | ActKind::Submission
                | ActKind::Return
                | ActKind::Ceremony
                | ActKind::Waiver
                | ActKind::Recognition
                | ActKind::Exit => all.push(Self::Other(*kind)),
            }
        }
        all
    }

    pub fn of(act: &Act) -> Self {
        match act {
            Act::PlanDecision(a) => Self::Plan(a.action),
            Act::Resolution(a) => Self::Vote(a.purpose, a.body),
            Act::Verification(a) => Self::Verify(a.step),
            Act::PoliticalIssue(a) => Self::Issue(a.step),
            Act::Decision(a) => Self::Decide(a.purpose),
            Act::Nomination(_)
            | Act::Sponsorship(_)
            | Act::SponsorshipEnd(_)
            | Act::SponsorNote(_)
            | Act::TestAssignment(_)
            | Act::TestResult(_)
            | Act::Introduction(_)
            | Act::Certificate(_)
            | Act::Dossier(_)
            | Act::Document(_)
            | Act::Opinion(_)
            | Act::Submission(_)
            | Act::Return(_)
            | Act::Ceremony(_)
            | Act::Waiver(_)
            | Act::Recognition(_)
            | Act::Exit(_)
            | Act::Readmission(_)
            | Act::Annulment(_) => Self::Other(act.kind()),
        }
    }

    pub const fn kind(self) -> ActKind {
        match self {
            Self::Plan(_) => ActKind::PlanDecision,
            Self::Vote(..) => ActKind::Resolution,
            Self::Verify(_) => ActKind::Verification,
            Self::Issue(_) => ActKind::PoliticalIssue,
            Self::Decide(_) => ActKind::Decision,
            Self::Other(kind) => kind,
        }
    }

    /// The one role that records the step, where the kind of act leaves it open.
    pub const fn role(self) -> Option<&'static str> {
        match self {
            Self::Vote(_, VotingBody::Branch) => Some("branch_committee"),
            Self::Vote(_, VotingBody::Committee) | Self::Issue(IssueStep::Proposed) => {
                Some("party_office")
            }
            Self::Issue(IssueStep::Concluded) => Some("standing_committee"),
            Self::Plan(_) | Self::Verify(_) | Self::Decide(_) | Self::Other(_) => None,
        }
    }

    /// The stages in which the step is possible, and the clause that orders it.
    pub(super) const fn stages(self) -> (&'static [Stage], &'static str) {
        use self::Stage::{
            BranchResolved, CommitteeResolved, Decided, Dossier, InPlan, Nominated, Probationary,
            RecognitionBranchResolved, RecognitionCommitteeResolved, Submitted,
        };
        const OPEN: &[Stage] = &[
            Nominated,
            InPlan,
            Dossier,
            BranchResolved,
            CommitteeResolved,
            Submitted,
            Decided,
            Probationary,
            RecognitionBranchResolved,
            RecognitionCommitteeResolved,
        ];
        const BEFORE_CEREMONY: &[Stage] = &[
            Nominated,
            InPlan,
            Dossier,
            BranchResolved,
            CommitteeResolved,
            Submitted,
            Decided,
        ];
        const PREPARING: &[Stage] = &[InPlan, Dossier];
        const PROBATION: &[Stage] = &[
            Probationary,
            RecognitionBranchResolved,
            RecognitionCommitteeResolved,
        ];
        match self {
            Self::Plan(PlanAction::Add) => (&[Nominated], "kế hoạch, II.2"),
            Self::Plan(PlanAction::Keep | PlanAction::Adjust) => (PREPARING, "kế hoạch, II.2"),
            Self::Plan(PlanAction::Remove) => (&[Nominated, InPlan, Dossier], "kế hoạch, II.2"),
            Self::Vote(Purpose::Admission, VotingBody::Branch) => {
                (&[Dossier], "29-QĐ/TW, 3.6; 24-QĐ/TW, 3.6")
            }
            Self::Vote(Purpose::Admission, VotingBody::Committee) => {
                (&[BranchResolved], "29-QĐ/TW, 3.7; 01-HD/TW 2021, 3.6")
            }
            Self::Vote(Purpose::Recognition, VotingBody::Branch) => {
                (&[Probationary], "29-QĐ/TW, 4.2; 24-QĐ/TW, 4.2")
            }
            Self::Vote(Purpose::Recognition, VotingBody::Committee) => {
                (&[RecognitionBranchResolved], "29-QĐ/TW, 4.2c")
            }
            Self::Vote(Purpose::StrikeOff, _) | Self::Decide(Purpose::StrikeOff) => {
                (PROBATION, "Điều lệ, 8")
            }
            Self::Verify(_) => (PREPARING, "29-QĐ/TW, 3.4; 01-HD/TW 2021, 3.4"),
            Self::Issue(_) => (PREPARING, "57-QĐ/TW; 126-QĐ/TW; 58-QĐ/TW"),
            Self::Decide(Purpose::Admission | Purpose::Recognition) => {
                (&[Submitted], "29-QĐ/TW, 4.3")
            }
            Self::Other(kind) => match kind {
                ActKind::Dossier => (&[InPlan], "kế hoạch, II.2"),
                ActKind::Introduction => (PREPARING, "29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2"),
                ActKind::Submission => (&[CommitteeResolved], "29-QĐ/TW, 4.3"),
                ActKind::Return => (&[Submitted], "29-QĐ/TW, 4.3"),
                ActKind::Ceremony => (&[Decided], "29-QĐ/TW, 4.1"),
                ActKind::Recognition => (&[RecognitionCommitteeResolved], "29-QĐ/TW, 4.3.2"),
                ActKind::TestAssignment | ActKind::TestResult => (OPEN, "kế hoạch, II.3"),
                ActKind::Opinion => (OPEN, "29-QĐ/TW, 3.5; 01-HD/TW 2021, 3.5"),
                ActKind::Sponsorship | ActKind::SponsorshipEnd | ActKind::SponsorNote => {
                    (OPEN, "kế hoạch, II.2")
                }
                ActKind::Document => (OPEN, "09-HD/BTCTW; 12-HD/BTCTW 2022"),
                ActKind::Waiver | ActKind::Exit | ActKind::Certificate | ActKind::Annulment => {
                    (OPEN, "Điều lệ, 4 và 5")
                }
                ActKind::Nomination | ActKind::Readmission => (BEFORE_CEREMONY, "29-QĐ/TW, 3"),
                ActKind::PlanDecision
                | ActKind::Resolution
                | ActKind::Verification
                | ActKind::PoliticalIssue
                | ActKind::Decision => (&[], ""),
            },
        }
    }

    /// Leads to another stage, so it cannot lie before the day of the present one.
    pub(super) const fn moves(self) -> bool {
        match self {
            Self::Plan(PlanAction::Add | PlanAction::Remove) | Self::Vote(..) | Self::Decide(_) => {
                true
            }
            Self::Plan(PlanAction::Keep | PlanAction::Adjust)
            | Self::Verify(_)
            | Self::Issue(_) => false,
            Self::Other(kind) => {
                matches!(
                    kind,
                    ActKind::Dossier
                        | ActKind::Submission
                        | ActKind::Return
                        | ActKind::Ceremony
                        | ActKind::Recognition
                        | ActKind::Exit
                )
            }
        }
    }
}
