//! State machine of a branch's source plan: drafted by the branch, decided by the Standing
//! Committee.
use super::{BRANCH_COMMITTEE, Life, STANDING_COMMITTEE, m};
use crate::words::SourcePlanState::{self, Approved, Draft, Returned, Submitted};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourcePlanStep {
    /// Change the plan's note or its people.
    Change,
    Remove,
    Submit,
    Approve,
    Return,
    Revise,
}
use SourcePlanStep::{Approve, Change, Remove, Return, Revise, Submit};

#[rustfmt::skip]
pub const LIFE: Life<SourcePlanState, SourcePlanStep> = &[
    m(Change,  Draft,     Draft,     BRANCH_COMMITTEE),
    m(Change,  Returned,  Returned,  BRANCH_COMMITTEE),
    m(Remove,  Draft,     Draft,     BRANCH_COMMITTEE),
    m(Remove,  Returned,  Returned,  BRANCH_COMMITTEE),
    m(Submit,  Draft,     Submitted, BRANCH_COMMITTEE),
    m(Submit,  Returned,  Submitted, BRANCH_COMMITTEE),
    m(Approve, Submitted, Approved,  STANDING_COMMITTEE),
    m(Return,  Submitted, Returned,  STANDING_COMMITTEE),
    m(Revise,  Approved,  Draft,     BRANCH_COMMITTEE),
];
