//! Progress of a year and of a term against their quotas. Integers only.
use chrono::{Datelike as _, NaiveDate};

use crate::words::daily::PaceState;

/// Days of `year` that have passed on `today`, and its number of days.
pub fn days_passed(year: i32, today: NaiveDate) -> (i32, i32) {
    let days = if NaiveDate::from_ymd_opt(year, 2, 29).is_some() {
        366
    } else {
        365
    };
    let gone = match today.year().cmp(&year) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => i32::try_from(today.ordinal()).unwrap_or(0),
        std::cmp::Ordering::Greater => days,
    };
    (gone, days)
}

/// Compares `admitted` with the quota's share of the days passed, rounded down: behind if below,
/// ahead if above.
pub fn pace(quota: i32, admitted: i32, days_passed: i32, days: i32) -> PaceState {
    let expected = i64::from(quota) * i64::from(days_passed) / i64::from(days.max(1));
    match i64::from(admitted).cmp(&expected) {
        std::cmp::Ordering::Less => PaceState::Behind,
        std::cmp::Ordering::Equal => PaceState::OnSchedule,
        std::cmp::Ordering::Greater => PaceState::Ahead,
    }
}

/// The term's expected total if the pipeline holds, no summand below zero:
/// `admitted + now + min(later_quotas, pipeline - now)` with `now = min(gap, could_this_year)`.
/// `could_this_year` counts people who can be ready by the end of this year.
pub fn projection(
    admitted: i32,
    gap: i32,
    could_this_year: i32,
    later_quotas: i32,
    pipeline: i32,
) -> i32 {
    let now = gap.min(could_this_year).max(0);
    admitted + now + later_quotas.min(pipeline - now).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_of_six_expects_the_first_after_a_sixth_of_the_year() {
        assert_eq!(pace(6, 0, 60, 365), PaceState::OnSchedule);
        assert_eq!(pace(6, 0, 61, 365), PaceState::Behind);
        assert_eq!(pace(6, 1, 60, 365), PaceState::Ahead);
        assert_eq!(pace(6, 6, 365, 365), PaceState::OnSchedule);
        assert_eq!(pace(6, 5, 365, 365), PaceState::Behind);
        assert_eq!(pace(0, 0, 365, 365), PaceState::OnSchedule);
    }

    #[test]
    fn the_projection_takes_nobody_twice_and_nobody_who_is_not_there() {
        assert_eq!(projection(3, 3, 3, 24, 10), 3 + 3 + 7);
        assert_eq!(projection(3, 3, 1, 24, 40), 3 + 1 + 24);
        assert_eq!(projection(30, 0, 5, 0, 5), 30);
        assert_eq!(projection(0, 6, 0, 6, 0), 0);
    }
}
