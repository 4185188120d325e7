//! State machine of a problem report: from a branch or union to the Party Office, to the Standing
//! Committee, and back.
use super::{Life, PARTY_OFFICE, STANDING_COMMITTEE, m};
use crate::words::Role;
use crate::words::daily::ProblemState::{self, Answered, Closed, Forwarded, Reported};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemReportStep {
    Forward,
    Answer,
    Close,
    Reopen,
    /// A message in the thread.
    Write,
}
use ProblemReportStep::{Answer, Close, Forward, Reopen, Write};

const REPORTERS: &[Role] = &[Role::BranchCommittee, Role::TradeUnion, Role::YouthUnion];
const ANSWERERS: &[Role] = &[Role::StandingCommittee, Role::PartyOffice];
const READERS: &[Role] = &[
    Role::StandingCommittee,
    Role::PartyOffice,
    Role::BranchCommittee,
    Role::TradeUnion,
    Role::YouthUnion,
];

#[rustfmt::skip]
pub const LIFE: Life<ProblemState, ProblemReportStep> = &[
    m(Forward, Reported,  Forwarded, PARTY_OFFICE),
    m(Answer,  Reported,  Answered,  ANSWERERS),
    // a forwarded report is answered by the Standing Committee only
    m(Answer,  Forwarded, Answered,  STANDING_COMMITTEE),
    // a problem may also resolve itself
    m(Close,   Reported,  Closed,    REPORTERS),
    m(Close,   Forwarded, Closed,    REPORTERS),
    m(Close,   Answered,  Closed,    REPORTERS),
    m(Reopen,  Answered,  Reported,  REPORTERS),
    m(Reopen,  Closed,    Reported,  REPORTERS),
    m(Write,   Reported,  Reported,  READERS),
    m(Write,   Forwarded, Forwarded, READERS),
    m(Write,   Answered,  Answered,  READERS),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lives::follow;

    #[test]
    fn what_was_forwarded_is_answered_by_the_standing_committee_only() {
        let answered = |role| follow(LIFE, Forwarded, &Answer, role);
        assert_eq!(answered(Role::PartyOffice), None);
        assert_eq!(answered(Role::StandingCommittee), Some(Answered));
    }
}
