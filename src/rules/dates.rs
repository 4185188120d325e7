//! Calendar arithmetic of the regulations: completed months, months added, last day included.
use chrono::{Datelike, Months, NaiveDate};

/// The same day `months` later; a month without that day ends on its last day (by analogy with the Civil Code 2015, 148.3).
pub fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// Last day on which a paper issued on `issued` is valid for `months` months, that day included.
pub fn valid_to(issued: NaiveDate, months: u32) -> NaiveDate {
    plus_months(issued, months)
}

/// Calendar year of a date, as the API writes years.
pub fn year(day: NaiveDate) -> i32 {
    day.year()
}

#[cfg(test)]
mod tests {
    use super::*;
    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn an_awareness_certificate_of_2020_01_15_is_valid_through_2025_01_15() {
        assert_eq!(valid_to(d("2020-01-15"), 60), d("2025-01-15"));
    }

    #[test]
    fn a_month_without_the_day_ends_on_its_last_day() {
        assert_eq!(plus_months(d("2024-02-29"), 12), d("2025-02-28"));
        assert_eq!(plus_months(d("2023-08-31"), 12), d("2024-08-31"));
    }
}
