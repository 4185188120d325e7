//! Calendar arithmetic of the regulations: completed months, added months, working days.
use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::words::DayKind;

/// The listed days: days off, and Saturdays and Sundays worked in lieu.
pub type Holidays = BTreeMap<NaiveDate, DayKind>;

pub fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The years of a period for which no day off is listed yet: deadlines that run through them may
/// still move.
pub fn unlisted_years(
    from: NaiveDate,
    to: NaiveDate,
    listed: impl Fn(i32) -> bool,
) -> impl Iterator<Item = i32> {
    (from.year()..=to.year()).filter(move |year| !listed(*year))
}

/// The same day `months` later, or the last day of a month that lacks it (by analogy with the Civil
/// Code 2015, 148.3).
pub fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// The day, or `None` after 2099, the last year of our dates.
pub fn foreseen(day: NaiveDate) -> Option<NaiveDate> {
    (day.year() < 2100).then_some(day)
}

/// Last day, inclusive, of a paper issued on `issued` and valid for `months` months.
pub fn valid_to(issued: NaiveDate, months: u32) -> NaiveDate {
    plus_months(issued, months)
}

/// Completed months between two days, by which ages such as 18 to 60 years are counted (29-QĐ/TW,
/// 1). A birthday that its month lacks falls on the last day of that month.
pub fn completed_months(from: NaiveDate, to: NaiveDate) -> u32 {
    let months =
        (to.year() - from.year()) * 12 + to.month0().cast_signed() - from.month0().cast_signed();
    let whole = u32::try_from(months).unwrap_or(0);
    if whole > 0 && plus_months(from, whole) > to {
        whole - 1
    } else {
        whole
    }
}

/// The day on which `count` working days have passed, counted from the day after `from` (Civil Code
/// 2015, 147, by analogy; a worked Saturday counts), and the weekday holidays skipped on the way.
pub fn after_workdays(
    from: NaiveDate,
    count: u32,
    holidays: &Holidays,
) -> (NaiveDate, Vec<NaiveDate>) {
    let (mut day, mut left, mut skipped) = (from, count, Vec::new());
    while left > 0 {
        let Some(next) = day.checked_add_days(Days::new(1)) else {
            break;
        };
        day = next;
        match holidays.get(&day) {
            Some(DayKind::Worked) => left -= 1,
            _ if is_weekend(day) => {}
            Some(DayKind::Off) => skipped.push(day),
            None => left -= 1,
        }
    }
    (day, skipped)
}

pub fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

/// The day after.
pub fn next_day(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

/// The last day of the calendar quarter `quarters` after the one of `day`.
pub fn quarter_end(day: NaiveDate, quarters: u32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1).unwrap_or(day);
    plus_months(first, 3 * (quarters + 1))
        .checked_sub_days(Days::new(1))
        .unwrap_or(day)
}

/// The first day of the year.
pub fn year_begin(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day)
}

/// The last day of the year.
pub fn year_end(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), 12, 31).unwrap_or(day)
}

/// Calendar year of a date, as the API writes years.
pub fn year(day: NaiveDate) -> i32 {
    day.year()
}

/// First and last day of a calendar year.
pub fn days_of(year: i32) -> (NaiveDate, NaiveDate) {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (day(1, 1), day(12, 31))
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
