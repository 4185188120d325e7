//! What is asked about a stage.
use super::Stage;

impl Stage {
    /// The file has left the base organisation: the branch no longer edits it.
    pub const fn submitted(self) -> bool {
        match self {
            Self::Nominated
            | Self::InPlan
            | Self::Dossier
            | Self::BranchResolved
            | Self::CommitteeResolved
            | Self::Removed
            | Self::Withdrawn
            | Self::TransferredOut
            | Self::Deceased => false,
            Self::Submitted
            | Self::Decided
            | Self::Probationary
            | Self::RecognitionBranchResolved
            | Self::RecognitionCommitteeResolved
            | Self::Official
            | Self::NotAdmitted
            | Self::StruckOff => true,
        }
    }

    /// On the way to the ceremony.
    pub const fn before_ceremony(self) -> bool {
        match self {
            Self::Nominated
            | Self::InPlan
            | Self::Dossier
            | Self::BranchResolved
            | Self::CommitteeResolved
            | Self::Submitted
            | Self::Decided => true,
            Self::Probationary
            | Self::RecognitionBranchResolved
            | Self::RecognitionCommitteeResolved
            | Self::Official
            | Self::Removed
            | Self::NotAdmitted
            | Self::StruckOff
            | Self::Withdrawn
            | Self::TransferredOut
            | Self::Deceased => false,
        }
    }

    /// The candidacy has come to an end.
    pub const fn ended(self) -> bool {
        match self {
            Self::Nominated
            | Self::InPlan
            | Self::Dossier
            | Self::BranchResolved
            | Self::CommitteeResolved
            | Self::Submitted
            | Self::Decided
            | Self::Probationary
            | Self::RecognitionBranchResolved
            | Self::RecognitionCommitteeResolved => false,
            Self::Official
            | Self::Removed
            | Self::NotAdmitted
            | Self::StruckOff
            | Self::Withdrawn
            | Self::TransferredOut
            | Self::Deceased => true,
        }
    }

    /// The person is a member of the Party.
    pub const fn member(self) -> bool {
        match self {
            Self::Probationary
            | Self::RecognitionBranchResolved
            | Self::RecognitionCommitteeResolved
            | Self::Official => true,
            Self::Nominated
            | Self::InPlan
            | Self::Dossier
            | Self::BranchResolved
            | Self::CommitteeResolved
            | Self::Submitted
            | Self::Decided
            | Self::Removed
            | Self::NotAdmitted
            | Self::StruckOff
            | Self::Withdrawn
            | Self::TransferredOut
            | Self::Deceased => false,
        }
    }
}
