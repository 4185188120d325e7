//! Properties of stages.
use super::Stage;

impl Stage {
    /// In quotation marks, within a sentence.
    pub fn quoted(self, english: bool) -> String {
        format!("“{}”", if english { self.en() } else { self.vi() })
    }

    /// The file has left the grassroots organisation: the branch can no longer edit it.
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

    /// Before the ceremony, and not ended.
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

    /// The reason given where sponsorships and seats end with the candidacy.
    pub(crate) fn as_reason(self) -> String {
        format!("hồ sơ kết thúc: {}", self.vi())
    }

    /// The candidacy has ended.
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

    /// An act without its ground is to be settled: where the candidacy has ended, only if it made
    /// an official member.
    pub const fn answers(self) -> bool {
        !self.ended() || matches!(self, Self::Official)
    }

    /// The person is a Party member.
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
