//! State machine of a term: the Party Office drafts, the Standing Committee approves and reopens.
use super::{Life, PARTY_OFFICE, STANDING_COMMITTEE, m};
use crate::words::TermState::{self, Approved, Draft};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermStep {
    Change,
    Remove,
    Approve,
    Reopen,
}
use TermStep::{Approve, Change, Remove, Reopen};

#[rustfmt::skip]
pub const LIFE: Life<TermState, TermStep> = &[
    m(Change,  Draft,    Draft,    PARTY_OFFICE),
    m(Remove,  Draft,    Draft,    PARTY_OFFICE),
    m(Approve, Draft,    Approved, STANDING_COMMITTEE),
    m(Reopen,  Approved, Draft,    STANDING_COMMITTEE),
];
