//! The life of a year's quota plan, and the warnings that never block it.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PlanState;

/// A step of the plan's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Propose,
    Issue,
    PrepareRevision,
    Close,
}

/// The state that follows; `None`: the step is not possible from here. `pending`: a revision has been prepared.
pub const fn follow(state: PlanState, step: Step, pending: bool) -> Option<PlanState> {
    match (step, state) {
        (Step::Propose, PlanState::Draft) => Some(PlanState::Proposed),
        (Step::Issue, PlanState::Proposed) => Some(PlanState::Issued),
        (Step::Issue, PlanState::Issued | PlanState::Revised) if pending => Some(PlanState::Revised),
        (Step::PrepareRevision, PlanState::Issued) => Some(PlanState::Issued),
        (Step::PrepareRevision, PlanState::Revised) => Some(PlanState::Revised),
        (Step::Close, PlanState::Issued | PlanState::Revised) if !pending => Some(PlanState::Closed),
        (Step::Propose, PlanState::Proposed | PlanState::Issued | PlanState::Revised | PlanState::Closed)
        | (Step::Issue, PlanState::Draft | PlanState::Issued | PlanState::Revised | PlanState::Closed)
        | (Step::PrepareRevision, PlanState::Draft | PlanState::Proposed | PlanState::Closed)
        | (Step::Close, PlanState::Draft | PlanState::Proposed | PlanState::Issued | PlanState::Revised | PlanState::Closed) => None,
    }
}

/// Remarks on a plan's figures. They are shown and never block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Every branch has the same number: the plan forbids spreading quotas evenly (I.2)
    EvenlySpread,
    /// The sum is below the term's annual minimum (I.3)
    BelowAnnualMinimum,
}

/// What to warn about, given the number of each branch.
pub fn warnings(quotas: &[i32], annual_minimum: i32) -> Vec<Warning> {
    let mut found = Vec::new();
    if quotas.len() > 1 && quotas.windows(2).all(|w| w[0] == w[1]) {
        found.push(Warning::EvenlySpread);
    }
    if quotas.iter().sum::<i32>() < annual_minimum {
        found.push(Warning::BelowAnnualMinimum);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unequal_numbers_that_reach_the_minimum_give_no_warning() {
        assert_eq!(warnings(&[1, 0, 1, 1, 1, 1, 1, 0, 0, 0], 6), []);
    }
    #[test]
    fn the_same_number_everywhere_is_warned_about() {
        assert_eq!(warnings(&[1; 10], 6), [Warning::EvenlySpread]);
    }
    #[test]
    fn five_is_below_six_and_six_is_not() {
        assert_eq!(warnings(&[5, 0], 6), [Warning::BelowAnnualMinimum]);
        assert_eq!(warnings(&[5, 1], 6), []);
    }
    #[test]
    fn the_table_of_steps_has_exactly_these_moves() {
        let mut moves = Vec::new();
        for step in [Step::Propose, Step::Issue, Step::PrepareRevision, Step::Close] {
            for state in PlanState::ALL {
                for pending in [false, true] {
                    if let Some(to) = follow(*state, step, pending) {
                        moves.push((step, *state, pending, to));
                    }
                }
            }
        }
        assert_eq!(moves.len(), 12, "{moves:?}");
    }
}
