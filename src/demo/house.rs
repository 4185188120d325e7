//! Holidays and settings of the demo organisation.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use super::names::{HOLIDAYS, WORKED};
use super::{COMMITTEE_MINIMUM, Kind, Rows, id};

pub fn house(rows: &mut Rows) -> anyhow::Result<()> {
    let fixed = [
        ("01-01", "Tết Dương lịch"),
        ("04-30", "Ngày Chiến thắng"),
        ("05-01", "Ngày Quốc tế lao động"),
    ];
    let yearly =
        (2020..=2026).flat_map(|year| fixed.map(|(day, name)| (format!("{year}-{day}"), 1, name)));
    let mut days = BTreeMap::<NaiveDate, &str>::new();
    for (from, length, name) in
        yearly.chain(HOLIDAYS.map(|(from, length, name)| (from.to_owned(), length, name)))
    {
        days.extend(
            from.parse::<NaiveDate>()?
                .iter_days()
                .take(length)
                .map(|day| (day, name)),
        );
    }
    let off = days
        .into_iter()
        .map(|(day, name)| (day.to_string(), name, "off"));
    let worked = WORKED.map(|(day, name)| (day.to_owned(), name, "worked"));
    for (n, (day, name, kind)) in (1..).zip(off.chain(worked)) {
        rows.put(
            "holiday",
            json!({"id": id(Kind::Holiday, 0, n), "on_date": day, "name": name, "kind": kind}),
        );
    }
    let settings = [
        ("sponsorship_load_limit", 3),
        ("review_interval_months", 3),
        ("youth_age_limit", 30),
        ("minimum_months_in_plan", 0),
        ("branch_committee_minimum", COMMITTEE_MINIMUM),
    ];
    for (n, (key, value)) in (1..).zip(settings) {
        rows.put(
            "setting",
            json!({"id": id(Kind::Setting, 0, n), "key": key, "from_on": "2000-01-01", "value": value}),
        );
    }
    Ok(())
}
