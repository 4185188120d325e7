//! State machine of a review: open while the branch decides on its list, then closed for good.
use super::{BRANCH_COMMITTEE, Life, m};
use crate::words::ReviewState::{self, Closed, Open};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewStep {
    /// Decide about a person on the list.
    Decide,
    Remove,
    Close,
}
use ReviewStep::{Close, Decide, Remove};

#[rustfmt::skip]
pub const LIFE: Life<ReviewState, ReviewStep> = &[
    m(Decide, Open, Open,   BRANCH_COMMITTEE),
    m(Remove, Open, Open,   BRANCH_COMMITTEE),
    m(Close,  Open, Closed, BRANCH_COMMITTEE),
];
