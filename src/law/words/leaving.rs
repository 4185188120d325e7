//! How somebody leaves the Party, as the register and as an application for readmission say it.
use super::{LeavingGround, MemberLeavingGround};

impl MemberLeavingGround {
    /// Whether a committee decides on it.
    pub const fn decided(self) -> bool {
        match self {
            Self::Expelled | Self::StruckOff | Self::Withdrawn => true,
            Self::TransferredOut | Self::Deceased => false,
        }
    }

    /// The grounds of an application for readmission that this one agrees with; of a transfer to
    /// another organisation the record does not know how it ended there.
    pub const fn agrees_with(self, ground: LeavingGround) -> bool {
        use LeavingGround as G;
        match self {
            Self::TransferredOut => true,
            Self::Deceased => false,
            Self::StruckOff => matches!(ground, G::StruckOff | G::SelfQuit),
            Self::Withdrawn => matches!(ground, G::Resigned | G::ResignedFamilyHardship),
            Self::Expelled => !matches!(
                ground,
                G::StruckOff | G::SelfQuit | G::Resigned | G::ResignedFamilyHardship
            ),
        }
    }
}

impl LeavingGround {
    /// The word that the parameter `readmission_barred` uses.
    pub const fn barred_as(self) -> &'static str {
        match self {
            Self::Resigned => "resigned_except_family_hardship",
            Self::StruckOff
            | Self::ResignedFamilyHardship
            | Self::SelfQuit
            | Self::Expelled
            | Self::SeriousDisunity
            | Self::ConvictedOfCorruption
            | Self::ConvictedOfLessSeriousCrime
            | Self::ConvictedOfSeriousCrimeOrAbove => self.wire(),
        }
    }
}
