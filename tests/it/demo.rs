//! The demo, on whatever day somebody first starts it.
use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::support::{Build, House, ON_THE_WAY, later_database};

/// Its stories are judged by the service's own rules; a single act that they refuse, such as one
/// before its cause or after `today`, and the demo does not start.
#[test]
fn every_day_has_its_demo() {
    let days = (2020..=2040).flat_map(|year| (1..=12).map(move |month| (year, month)));
    // first, middle and last days in turn, so that quarters and years begin and end among them
    let days = days.filter_map(|(year, month)| {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        match month % 3 {
            1 => Some(first),
            2 => first.with_day(15),
            _ => Some(first + Months::new(1) - Days::new(1)),
        }
    });
    let leap = [2020, 2024, 2028, 2032, 2036, 2040]
        .map(|year| NaiveDate::from_ymd_opt(year, 2, 29).unwrap());
    // in a term's first year, people on the way come from the one before
    let early = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let early = early.iter_days().step_by(9).take(40);
    let wrong: Vec<String> = (days.chain(leap).chain(early))
        .filter_map(|day| {
            let now = day.and_hms_opt(2, 0, 0)?.and_utc();
            let wrong = ketnap::demo::plan("", "", now).err()?;
            Some(format!("{day}: {wrong}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whatever the day on which somebody first starts the demo: a term is in progress, people are on the
/// way in every stage, and little is overdue.
#[tokio::test]
async fn a_demo_of_any_later_day_is_alive_and_little_of_it_is_overdue() {
    for (day, since) in [
        // the first people on the way were introduced in the term before
        ("2026-01-01", 2024),
        ("2026-12-01", 2024),
        ("2028-02-29", 2026),
        ("2031-01-02", 2029),
    ] {
        let now = format!("{day}T02:00:00Z").parse().unwrap();
        let house = House::over(later_database(now).await, Build::default()).await;
        house.clock.set(now);
        let overdue = house.read("office", "deadlines?overdue=true&limit=200");
        let overdue = overdue.await;
        let today: NaiveDate = day.parse().unwrap();
        let days: Vec<i64> = (overdue.items().iter())
            .map(|duty| {
                duty["due_on"]
                    .as_str()
                    .unwrap()
                    .parse::<NaiveDate>()
                    .unwrap()
            })
            .map(|due_on| (today - due_on).num_days())
            .collect();
        assert!((1..=10).contains(&days.len()), "{day}: {days:?}");
        // besides those that the document's examples act on: of the last quarter
        let late = days.iter().filter(|days| **days <= 92).count();
        assert!(late >= 3, "{day}: {days:?}");
        let ahead = format!("candidates?stage_on_from={}", today + Days::new(1));
        let ahead = house.read("office", &ahead).await;
        assert_eq!(ahead.items().len(), 0, "{day}: {}", ahead.text);
        let progress = house.read("office", "reports/progress").await;
        assert_eq!(progress.body["outside_term"], false, "{day}");
        for stage in ON_THE_WAY.iter().chain(&["probationary"]) {
            let path = format!("candidates?stage={stage}&nominated_on_from={since}-01-01");
            let there = house.read("office", &path).await;
            assert!(!there.items().is_empty(), "{day}: nobody is {stage}");
        }
    }
}
