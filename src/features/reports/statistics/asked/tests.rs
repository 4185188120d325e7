use super::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_period_has_a_first_and_a_last_day() {
    for (text, from, to) in [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-Q3", "2021-07-01", "2021-09-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2021-01-15..2021-02-03", "2021-01-15", "2021-02-03"),
    ] {
        assert_eq!(period(text), Some((d(from), d(to))), "{text}");
    }
    for text in ["", "21", "2021-Q5", "2021-7", "2021-13", "2021-01-01", "x"] {
        assert_eq!(period(text), None, "{text}");
    }
}

/// Whatever is asked for, four quarters a year are counted.
#[test]
fn those_below_are_shown_quarters_of_whole_years() {
    for (period, count, parts) in [("2020-Q2", 4, 1..2), ("2019-10-01..2020-03-31", 8, 3..5)] {
        let asked = Asked {
            period: Some(period.to_owned()),
            group_by: vec![Grouping::Quarter],
            as_of: None,
            scope: None,
            format: None,
        };
        let wanted = asked.check(Reach::Below, d("2021-01-15")).unwrap();
        assert_eq!(wanted.spans.len(), count, "{period}");
        let shown = wanted.parts.iter().flat_map(|part| part.spans.clone());
        assert!(shown.eq(parts), "{period}");
    }
}

#[test]
fn a_year_earlier_a_month_still_ends_on_its_last_day() {
    for (day, before) in [
        ("2021-02-28", "2020-02-29"),
        ("2020-02-29", "2019-02-28"),
        ("2021-03-31", "2020-03-31"),
        ("2021-03-15", "2020-03-15"),
    ] {
        assert_eq!(a_year_before(d(day)), d(before), "{day}");
    }
}
