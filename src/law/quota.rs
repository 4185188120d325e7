//! Warnings about the figures of a quota plan, which never block it.
use crate::words::Warning;

/// A branch's line, as the warnings need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub quota: i32,
    /// Admissions in the plan's year.
    pub admitted: i32,
    /// Open candidacies before the ceremony, today.
    pub pipeline: i32,
}

impl Line {
    /// Quota unmet, pipeline empty.
    pub const fn dry(self) -> bool {
        self.quota > self.admitted && self.pipeline == 0
    }
}

/// The warnings about a plan. A closed year needs no pipeline.
pub fn warnings(lines: &[Line], annual_minimum: i32, closed: bool) -> Vec<Warning> {
    let mut found = Vec::new();
    if lines.len() > 1 && lines.windows(2).all(|w| w[0].quota == w[1].quota) {
        found.push(Warning::EvenlySpread);
    }
    if lines.iter().map(|l| l.quota).sum::<i32>() < annual_minimum {
        found.push(Warning::BelowAnnualMinimum);
    }
    if !closed && lines.iter().any(|l| l.dry()) {
        found.push(Warning::QuotaWithoutPipeline);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(quotas: &[i32]) -> Vec<Warning> {
        warnings(
            &quotas
                .iter()
                .map(|q| Line {
                    quota: *q,
                    admitted: 0,
                    pipeline: 1,
                })
                .collect::<Vec<_>>(),
            6,
            false,
        )
    }

    #[test]
    fn unequal_numbers_that_reach_the_minimum_give_no_warning() {
        assert_eq!(of(&[1, 0, 1, 1, 1, 1, 1, 0, 0, 0]), []);
    }
    #[test]
    fn the_same_number_everywhere_is_warned_about() {
        assert_eq!(of(&[1; 10]), [Warning::EvenlySpread]);
    }
    #[test]
    fn five_is_below_six_and_six_is_not() {
        assert_eq!(of(&[5, 0]), [Warning::BelowAnnualMinimum]);
        assert_eq!(of(&[5, 1]), []);
    }
    #[test]
    fn a_quota_that_nobody_is_on_the_way_to_is_warned_about_until_it_is_met_or_the_year_is_closed()
    {
        let lines = |admitted, pipeline| {
            [
                Line {
                    quota: 7,
                    admitted: 0,
                    pipeline: 9,
                },
                Line {
                    quota: 1,
                    admitted,
                    pipeline,
                },
            ]
        };
        assert_eq!(
            warnings(&lines(0, 0), 6, false),
            [Warning::QuotaWithoutPipeline]
        );
        assert_eq!(warnings(&lines(0, 1), 6, false), []);
        assert_eq!(warnings(&lines(1, 0), 6, false), []);
        assert_eq!(warnings(&lines(0, 0), 6, true), []);
        // no quota needs no pipeline
        assert!(
            !Line {
                quota: 0,
                admitted: 0,
                pipeline: 0
            }
            .dry()
        );
    }
}
