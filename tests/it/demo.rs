//! The demo can be started for the first time on any day.
use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::support::{Build, House, ON_THE_WAY, later_database};

/// The demo's acts are judged by the service's own rules. If a single one is refused, for example
/// because it would be dated after `today`, the demo does not start.
#[test]
fn every_day_has_its_demo() {
    let days = (2020..=2040).flat_map(|year| (1..=12).map(move |month| (year, month)));
    // the first, a middle and the last day of a month in turn, so that starts and ends of quarters
    // and years are among them
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
    // in the first year of a term, people on the way were nominated in the previous one
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

/// On any day a term is in progress, there are people in every stage, and only a few deadlines are
/// overdue.
#[tokio::test]
async fn a_demo_of_any_later_day_has_people_in_every_stage_and_few_overdue_deadlines() {
    for (day, since) in [
        // the first of the people on the way were nominated in the previous term
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
        // most of them are of the last quarter; older ones are there for the document's examples to
        // act on
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
