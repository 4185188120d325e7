//! The periods of work plans.
use crate::words::daily::PeriodKind;

/// Largest number of a period: twelve months, four quarters, one year.
pub const fn last_number(kind: PeriodKind) -> i32 {
    match kind {
        PeriodKind::Month => 12,
        PeriodKind::Quarter => 4,
        PeriodKind::Year => 1,
    }
}

/// A period: its kind, its year and its number within the year.
pub type Period = (PeriodKind, i32, i32);

/// First and last month of a period within its year.
const fn months((kind, _, number): Period) -> (i32, i32) {
    match kind {
        PeriodKind::Month => (number, number),
        PeriodKind::Quarter => (number * 3 - 2, number * 3),
        PeriodKind::Year => (1, 12),
    }
}

/// A plan may detail only the plan of a longer period that contains its own.
pub const fn lies_within(inner: Period, outer: Period) -> bool {
    let ((a, z), (b, y)) = (months(inner), months(outer));
    inner.1 == outer.1 && b <= a && z <= y && (y - b) > (z - a)
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
}
