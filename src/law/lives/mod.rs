//! State machines of everything that is not a candidacy: one table of moves each. A move that is
//! not in a table is impossible.
pub mod class;
pub mod enrolment;
pub mod problem_report;
pub mod quota_plan;
pub mod review;
pub mod source_plan;
pub mod term;

use crate::words::Role;

/// A step from one state to another, and who may take it.
#[derive(Debug)]
pub struct Move<State: 'static, Step: 'static> {
    pub step: Step,
    pub from: State,
    pub to: State,
    /// In agreement with the permission table.
    pub by: &'static [Role],
}

/// A table of moves.
pub type Life<State, Step> = &'static [Move<State, Step>];

/// The state after a step; `None` if this role cannot take it from there.
pub fn follow<State: Copy + PartialEq, Step: PartialEq>(
    life: Life<State, Step>,
    from: State,
    step: &Step,
    by: Role,
) -> Option<State> {
    life.iter()
        .find(|m| m.from == from && m.step == *step && m.by.contains(&by))
        .map(|m| m.to)
}

/// The states from which this role takes a step.
pub fn left_by<State: Copy, Step: PartialEq>(
    life: Life<State, Step>,
    step: &Step,
    by: Role,
) -> impl Iterator<Item = State> {
    let taken = life
        .iter()
        .filter(move |m| m.step == *step && m.by.contains(&by));
    taken.map(|m| m.from)
}

/// The roles that take a step from any state.
pub fn taken_by<State, Step: PartialEq>(life: Life<State, Step>, step: &Step) -> Vec<Role> {
    let taken = |role: &Role| life.iter().any(|m| m.step == *step && m.by.contains(role));
    Role::ALL.iter().copied().filter(taken).collect()
}

/// One line of a table.
const fn m<State: Copy, Step: Copy>(
    step: Step,
    from: State,
    to: State,
    by: &'static [Role],
) -> Move<State, Step> {
    Move { step, from, to, by }
}

const STANDING_COMMITTEE: &[Role] = &[Role::StandingCommittee];
const PARTY_OFFICE: &[Role] = &[Role::PartyOffice];
const BRANCH_COMMITTEE: &[Role] = &[Role::BranchCommittee];
/// The Party Office plans classes for its own organisation, the upper committee for one below.
const PLANNERS: &[Role] = &[Role::PartyOffice, Role::UpperCommittee];

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    /// A step leads from a state to at most one state per role, and every state is reachable.
    fn sound<State: Copy + PartialEq + Debug, Step: PartialEq + Debug>(
        life: Life<State, Step>,
        first: State,
    ) {
        for (place, one) in life.iter().enumerate() {
            assert!(!one.by.is_empty(), "{one:?}");
            let twice = |other: &&Move<State, Step>| {
                other.from == one.from
                    && other.step == one.step
                    && other.by.iter().any(|role| one.by.contains(role))
            };
            assert!(life[place + 1..].iter().find(twice).is_none(), "{one:?}");
        }
        let mut reached = vec![first];
        let mut place = 0;
        while let Some(from) = reached.get(place).copied() {
            for next in life.iter().filter(|m| m.from == from) {
                if !reached.contains(&next.to) {
                    reached.push(next.to);
                }
            }
            place += 1;
        }
        for one in life {
            assert!(reached.contains(&one.from), "{one:?} is never reached");
        }
    }

    #[test]
    fn each_step_leads_to_one_state_and_every_state_is_reached() {
        use crate::words::daily::ProblemState;
        use crate::words::{
            ClassState, EnrolmentState, PlanState, ReviewState, SourcePlanState, TermState,
        };
        sound(term::LIFE, TermState::Draft);
        sound(quota_plan::LIFE, (PlanState::Draft, false));
        sound(source_plan::LIFE, SourcePlanState::Draft);
        sound(review::LIFE, ReviewState::Open);
        sound(class::LIFE, ClassState::Planned);
        sound(enrolment::LIFE, EnrolmentState::Waiting);
        sound(problem_report::LIFE, ProblemState::Reported);
    }
}
