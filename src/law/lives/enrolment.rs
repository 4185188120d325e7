//! State machine of an enrolment, from the branch's proposal to the result. A new one is proposed if
//! there is a seat, and waits for one if not.
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
    /// The class is closed, which ends the waiting list, or cancelled.
    ClassEnds,
    /// With a certificate, which asks besides for a compiled and confirmed list.
    Complete,
    Fail,
}
use EnrolmentStep::{ClassEnds, Compile, Complete, Confirm, Fail, MoveUp, Refuse, Withdraw};

/// Whoever frees a seat, or adds some.
const EVERYBODY: &[Role] = &[
    Role::PartyOffice,
    Role::BranchCommittee,
    Role::UpperCommittee,
];
const PROPOSERS: &[Role] = &[Role::PartyOffice, Role::BranchCommittee];

#[rustfmt::skip]
pub const LIFE: Life<EnrolmentState, EnrolmentStep> = &[
    m(MoveUp,    Waiting,   Proposed,  EVERYBODY),
    m(Compile,   Proposed,  Compiled,  PARTY_OFFICE),
    m(Confirm,   Proposed,  Confirmed, PARTY_OFFICE),
    m(Confirm,   Compiled,  Confirmed, PLANNERS),
    m(Refuse,    Proposed,  Rejected,  PARTY_OFFICE),
    m(Refuse,    Compiled,  Rejected,  PLANNERS),
    m(Withdraw,  Waiting,   Withdrawn, PROPOSERS),
    m(Withdraw,  Proposed,  Withdrawn, PROPOSERS),
    m(Withdraw,  Compiled,  Withdrawn, PROPOSERS),
    m(Withdraw,  Confirmed, Withdrawn, PARTY_OFFICE),
    m(ClassEnds, Waiting,   Withdrawn, PLANNERS),
    m(ClassEnds, Proposed,  Withdrawn, PLANNERS),
    m(ClassEnds, Compiled,  Withdrawn, PLANNERS),
    m(ClassEnds, Confirmed, Withdrawn, PLANNERS),
    m(Complete,  Confirmed, Completed, PARTY_OFFICE),
    m(Complete,  Completed, Completed, PARTY_OFFICE),
    m(Complete,  Failed,    Completed, PARTY_OFFICE),
    m(Fail,      Proposed,  Failed,    PARTY_OFFICE),
    m(Fail,      Compiled,  Failed,    PARTY_OFFICE),
    m(Fail,      Confirmed, Failed,    PARTY_OFFICE),
    m(Fail,      Failed,    Failed,    PARTY_OFFICE),
];
