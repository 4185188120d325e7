//! Whom and what an act refers to.
use uuid::Uuid;

use super::acts::Act;

impl Act {
    /// The member whom the act names.
    pub fn member(&self) -> Option<Uuid> {
        match self {
            Self::Introduction(a) => a.member_id,
            Self::Sponsorship(a) => Some(a.member_id),
            Self::SponsorshipEnd(a) => Some(a.member_id),
            Self::SponsorNote(a) => Some(a.member_id),
            Self::Nomination(_)
            | Self::PlanDecision(_)
            | Self::TestAssignment(_)
            | Self::TestResult(_)
            | Self::Certificate(_)
            | Self::Dossier(_)
            | Self::Document(_)
            | Self::Verification(_)
            | Self::PoliticalIssue(_)
            | Self::Opinion(_)
            | Self::Resolution(_)
            | Self::Submission(_)
            | Self::Return(_)
            | Self::Decision(_)
            | Self::Ceremony(_)
            | Self::Waiver(_)
            | Self::Recognition(_)
            | Self::Exit(_)
            | Self::Readmission(_)
            | Self::Annulment(_) => None,
        }
    }

    /// The same with the act that it refers to named by the id under which it stands.
    #[must_use]
    pub fn with_reference(mut self, standing: impl Fn(Uuid) -> Uuid) -> Self {
        match &mut self {
            Self::TestResult(a) => a.assignment_id = standing(a.assignment_id),
            Self::Introduction(a) => a.replaces = a.replaces.map(standing),
            Self::Nomination(_)
            | Self::PlanDecision(_)
            | Self::Sponsorship(_)
            | Self::SponsorshipEnd(_)
            | Self::SponsorNote(_)
            | Self::TestAssignment(_)
            | Self::Certificate(_)
            | Self::Dossier(_)
            | Self::Document(_)
            | Self::Verification(_)
            | Self::PoliticalIssue(_)
            | Self::Opinion(_)
            | Self::Resolution(_)
            | Self::Submission(_)
            | Self::Return(_)
            | Self::Decision(_)
            | Self::Ceremony(_)
            | Self::Waiver(_)
            | Self::Recognition(_)
            | Self::Exit(_)
            | Self::Readmission(_)
            | Self::Annulment(_) => {}
        }
        self
    }
}
