//! State machine of an enrolment, from the branch's proposal to the result. A new one is proposed
//! if there is a seat, and waits for one if not.
use super::{Life, PARTY_OFFICE, PLANNERS, m};
use crate::words::EnrolmentState::{
    self, Compiled, Completed, Confirmed, Failed, Proposed, Rejected, Waiting, Withdrawn,
};
use crate::words::Role;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentStep {
    /// The first on the waiting list takes the seat that somebody else has freed.
    MoveUp,
    /// Put on the list of the class.
    Compile,
    Confirm,
    Refuse,
    Withdraw,
    /// Ends the waiting list.
    ClassCloses,
    ClassCancelled,
    /// The candidacy ends, or the stage for which the class is turns out to be none.
    FileEnds,
    /// With a certificate, which asks besides for a compiled and confirmed list.
    Complete,
    Fail,
    /// A certificate is an act: it does not fail, it is annulled as one.
    CertificateAnnulled,
}
use EnrolmentStep::{
    CertificateAnnulled, ClassCancelled, ClassCloses, Compile, Complete, Confirm, Fail, FileEnds,
    MoveUp, Refuse, Withdraw,
};

/// Whoever frees a seat, or adds some: by the class, or by the act that ends a candidacy.
const EVERYBODY: &[Role] = &[
    Role::PartyOffice,
    Role::BranchCommittee,
    Role::UpperCommittee,
];
const PROPOSERS: &[Role] = &[Role::PartyOffice, Role::BranchCommittee];

#[rustfmt::skip]
pub const LIFE: Life<EnrolmentState, EnrolmentStep> = &[
    m(MoveUp,              Waiting,   Proposed,  EVERYBODY),
    m(Compile,             Proposed,  Compiled,  PARTY_OFFICE),
    m(Confirm,             Proposed,  Confirmed, PARTY_OFFICE),
    m(Confirm,             Compiled,  Confirmed, PLANNERS),
    m(Refuse,              Proposed,  Rejected,  PARTY_OFFICE),
    m(Refuse,              Compiled,  Rejected,  PLANNERS),
    m(Withdraw,            Waiting,   Withdrawn, PROPOSERS),
    m(Withdraw,            Proposed,  Withdrawn, PROPOSERS),
    m(Withdraw,            Compiled,  Withdrawn, PROPOSERS),
    m(Withdraw,            Confirmed, Withdrawn, PARTY_OFFICE),
    m(ClassCloses,         Waiting,   Withdrawn, PLANNERS),
    m(ClassCancelled,      Waiting,   Withdrawn, PLANNERS),
    m(ClassCancelled,      Proposed,  Withdrawn, PLANNERS),
    m(ClassCancelled,      Compiled,  Withdrawn, PLANNERS),
    m(ClassCancelled,      Confirmed, Withdrawn, PLANNERS),
    m(FileEnds,            Waiting,   Withdrawn, EVERYBODY),
    m(FileEnds,            Proposed,  Withdrawn, EVERYBODY),
    m(FileEnds,            Compiled,  Withdrawn, EVERYBODY),
    m(FileEnds,            Confirmed, Withdrawn, EVERYBODY),
    m(Complete,            Confirmed, Completed, PARTY_OFFICE),
    m(Complete,            Completed, Completed, PARTY_OFFICE),
    m(Complete,            Failed,    Completed, PARTY_OFFICE),
    m(Fail,                Proposed,  Failed,    PARTY_OFFICE),
    m(Fail,                Compiled,  Failed,    PARTY_OFFICE),
    m(Fail,                Confirmed, Failed,    PARTY_OFFICE),
    m(Fail,                Failed,    Failed,    PARTY_OFFICE),
    m(CertificateAnnulled, Completed, Failed,    PARTY_OFFICE),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lives::left_by;

    /// What the end of a candidacy writes down takes every place that is still open, whoever
    /// records it.
    #[test]
    fn every_open_place_is_given_up_with_the_file() {
        for by in EVERYBODY {
            let left: Vec<EnrolmentState> = left_by(LIFE, &FileEnds, *by).collect();
            for state in EnrolmentState::ALL {
                assert_eq!(left.contains(state), state.open(), "{state:?}");
            }
        }
    }
}
