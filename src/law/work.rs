//! The branches' daily work: periods of work plans, the way of a problem report.
use super::words::work::PeriodKind;
use super::words::work::ProblemState::{self, Answered, Closed, Forwarded, Reported};

/// Largest number of a period: twelve months, four quarters, one year.
pub const fn last_number(kind: PeriodKind) -> i32 {
    match kind {
        PeriodKind::Month => 12,
        PeriodKind::Quarter => 4,
        PeriodKind::Year => 1,
    }
}

/// A period: its kind, year and number in the year.
pub type Period = (PeriodKind, i32, i32);

/// First and last month of a period in its year.
const fn months((kind, _, number): Period) -> (i32, i32) {
    match kind {
        PeriodKind::Month => (number, number),
        PeriodKind::Quarter => (number * 3 - 2, number * 3),
        PeriodKind::Year => (1, 12),
    }
}

/// A plan makes concrete only the plan of a longer period that holds its own.
pub const fn lies_within(inner: Period, outer: Period) -> bool {
    let ((a, z), (b, y)) = (months(inner), months(outer));
    inner.1 == outer.1 && b <= a && z <= y && (y - b) > (z - a)
}

/// A step of a problem report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemStep {
    Forward,
    /// The Office settles it itself.
    AnswerByOffice,
    AnswerByCommittee,
    Close,
    Reopen,
    Write,
}

/// The state after a step; `None` where the step does not lead on.
pub const fn follow(state: ProblemState, step: ProblemStep) -> Option<ProblemState> {
    match (step, state) {
        (ProblemStep::Forward, Reported) => Some(Forwarded),
        // what lies with the Standing Committee is answered by it
        (ProblemStep::AnswerByOffice, Reported)
        | (ProblemStep::AnswerByCommittee, Reported | Forwarded) => Some(Answered),
        // a problem may also be gone by itself
        (ProblemStep::Close, Reported | Forwarded | Answered) => Some(Closed),
        (ProblemStep::Reopen, Answered | Closed) => Some(Reported),
        (ProblemStep::Write, Reported | Forwarded | Answered) => Some(state),
        (ProblemStep::Forward | ProblemStep::AnswerByOffice, Forwarded)
        | (
            ProblemStep::Forward | ProblemStep::AnswerByOffice | ProblemStep::AnswerByCommittee,
            Answered | Closed,
        )
        | (ProblemStep::Close | ProblemStep::Write, Closed)
        | (ProblemStep::Reopen, Reported | Forwarded) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_lies_in_its_quarter_and_year_and_in_no_other() {
        let month = |n| (PeriodKind::Month, 2021, n);
        let quarter = |n| (PeriodKind::Quarter, 2021, n);
        for n in 1..=12 {
            for q in 1..=4 {
                assert_eq!(
                    lies_within(month(n), quarter(q)),
                    (n + 2) / 3 == q,
                    "month {n}, quarter {q}"
                );
            }
            assert!(
                lies_within(month(n), (PeriodKind::Year, 2021, 1))
                    && !lies_within(month(n), (PeriodKind::Year, 2022, 1))
            );
            assert!(
                !lies_within(month(n), month(n)),
                "no plan is its own parent"
            );
        }
        assert!(!lies_within((PeriodKind::Year, 2021, 1), quarter(1)));
    }

    #[test]
    fn what_was_forwarded_is_answered_by_the_standing_committee_only() {
        assert_eq!(
            follow(ProblemState::Forwarded, ProblemStep::AnswerByOffice),
            None
        );
        assert_eq!(
            follow(ProblemState::Forwarded, ProblemStep::AnswerByCommittee),
            Some(ProblemState::Answered)
        );
    }
}
