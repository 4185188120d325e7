//! A second, deliberately naive calendar: it walks day by day and implements only the wording of
//! the rules. Every day of four years is compared (T-34).
use chrono::{Datelike as _, NaiveDate};

use super::calendar::{
    Holidays, after_workdays, completed_months, next_day, plus_months, quarter_end, valid_to,
};
use super::regulation::{BUILT_IN, Regulations};
use super::words::DayKind;

fn d(s: &str) -> NaiveDate {
    s.parse().unwrap()
}

fn tomorrow(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap()
}

/// 2021-01-01 to 2024-12-31
fn every_day() -> Vec<NaiveDate> {
    let days: Vec<_> = std::iter::successors(Some(d("2021-01-01")), NaiveDate::succ_opt)
        .take_while(|day| *day <= d("2024-12-31"))
        .collect();
    assert_eq!(days.len(), 1461);
    days
}

/// Whether another month since `from` is complete on `day`: on its own day of the month, or on the
/// last day of a month that lacks it.
fn completes(from: NaiveDate, day: NaiveDate) -> bool {
    let last = tomorrow(day).day() == 1;
    day > from && (day.day() == from.day() || last && day.day() < from.day())
}

/// Walks until `months` months are complete.
fn later(from: NaiveDate, months: u32) -> NaiveDate {
    let (mut day, mut left) = (from, months);
    while left > 0 {
        day = tomorrow(day);
        left -= u32::from(completes(from, day));
    }
    day
}

/// Invented days off around Tết, some of them on weekends.
fn holidays() -> Holidays {
    let weeks = [("2022-01-29", 9), ("2023-01-20", 7), ("2024-02-08", 7)];
    let spans = weeks.into_iter().chain([
        ("2021-04-30", 2),
        ("2022-04-11", 1),
        ("2023-09-01", 4),
        ("2024-12-31", 2),
    ]);
    spans
        .flat_map(|(from, days)| {
            std::iter::successors(Some(d(from)), NaiveDate::succ_opt).take(days)
        })
        .map(|day| (day, DayKind::Off))
        // worked in lieu
        .chain(
            ["2022-02-12", "2023-01-28", "2024-05-04", "2024-12-07"]
                .map(|on| (d(on), DayKind::Worked)),
        )
        .collect()
}

#[test]
fn months_are_completed_as_by_walking_the_days() {
    for from in every_day() {
        let (mut day, mut months) = (from, 0);
        for _ in 0..430 {
            assert_eq!(completed_months(from, day), months, "{from} to {day}");
            day = tomorrow(day);
            months += u32::from(completes(from, day));
        }
    }
}

#[test]
fn twelve_calendar_months_later_is_where_walking_ends() {
    for from in every_day() {
        for months in [0, 1, 11, 12, 13, 24] {
            assert_eq!(
                plus_months(from, months),
                later(from, months),
                "{from} + {months}"
            );
        }
        assert_eq!(next_day(from), tomorrow(from));
    }
    // as worded in the rules
    assert_eq!(
        (later(d("2024-02-29"), 12), later(d("2023-08-31"), 12)),
        (d("2025-02-28"), d("2024-08-31"))
    );
}

#[test]
fn a_certificate_is_valid_for_sixty_months_with_its_last_day() {
    let law = Regulations::read(BUILT_IN).unwrap();
    for issued in every_day() {
        let to = valid_to(issued, law.on(issued).whole("awareness_valid_months"));
        let walked = later(issued, 60);
        assert_eq!(to, walked, "{issued}");
        // five years are complete on the last day, and not on the day before
        assert_eq!(
            (
                completed_months(issued, to),
                completed_months(issued, to.pred_opt().unwrap())
            ),
            (60, 59),
            "{issued}"
        );
    }
}

#[test]
fn eighteen_and_sixty_years_begin_and_end_on_the_walked_day() {
    let law = Regulations::read(BUILT_IN).unwrap();
    let window = every_day();
    for born in [
        "2003-01-01",
        "2003-02-28",
        "2004-02-29",
        "2004-08-31",
        "2006-12-31",
        "1961-01-31",
        "1962-03-10",
        "1964-02-29",
        "1964-11-30",
    ] {
        let born = d(born);
        let (mut day, mut months) = (born, 0);
        let (mut of_age, mut over) = (None, None);
        while day <= d("2024-12-31") {
            day = tomorrow(day);
            months += u32::from(completes(born, day));
            if day >= window[0] {
                assert_eq!(completed_months(born, day), months, "{born} on {day}");
                of_age = of_age.or((months >= 18 * 12).then_some(day));
                over = over.or((months > 60 * 12).then_some(day));
            }
        }
        for on in &window {
            let (version, age) = (law.on(*on), completed_months(born, *on));
            assert_eq!(
                age >= version.whole("age_min_months"),
                of_age.is_some_and(|from| *on >= from),
                "{born} is 18 on {on}"
            );
            assert_eq!(
                age > version.whole("age_max_months"),
                over.is_some_and(|from| *on >= from),
                "{born} is over 60 on {on}"
            );
        }
    }
}

#[test]
fn working_days_are_those_left_when_weekends_and_holidays_are_struck_out() {
    let listed = holidays();
    // all days to the end of 2025; weekdays are counted from a known Monday
    let monday = d("2020-12-28");
    let calendar: Vec<NaiveDate> = std::iter::successors(Some(monday), NaiveDate::succ_opt)
        .take(7 * 265)
        .collect();
    let weekend = |place: usize| place % 7 >= 5;
    for from in every_day() {
        let after = calendar.iter().position(|day| *day == from).unwrap() + 1;
        for count in [1_usize, 5, 30, 60, 90] {
            let mut open =
                (after..calendar.len()).filter(|place| match listed.get(&calendar[*place]) {
                    Some(kind) => *kind == DayKind::Worked,
                    None => !weekend(*place),
                });
            let due = open.nth(count - 1).unwrap();
            let skipped: Vec<NaiveDate> = (after..due)
                .filter(|place| {
                    !weekend(*place) && listed.get(&calendar[*place]) == Some(&DayKind::Off)
                })
                .map(|place| calendar[place])
                .collect();
            let expected = (calendar[due], skipped);
            assert_eq!(
                after_workdays(from, u32::try_from(count).unwrap(), &listed),
                expected,
                "{count} working days after {from}"
            );
        }
        assert_eq!(after_workdays(from, 0, &listed), (from, vec![]));
    }
}

#[test]
fn a_quarter_ends_before_the_next_of_january_april_july_october() {
    for from in every_day() {
        let mut day = from;
        for quarters in 0..3 {
            while tomorrow(day).day() != 1 || ![1, 4, 7, 10].contains(&tomorrow(day).month()) {
                day = tomorrow(day);
            }
            assert_eq!(
                quarter_end(from, quarters),
                day,
                "{from}, {quarters} quarters on"
            );
            day = tomorrow(day);
        }
    }
}
