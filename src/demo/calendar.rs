//! Holidays and settings of the demo organisation.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use super::{COMMITTEE_MINIMUM, RowKind, Rows, id};

/// First day, number of days, name: holidays of fixed date and days off as announced for the public
/// service, days in lieu included.
const HOLIDAYS: [(&str, usize, &str); 32] = [
    ("2020-01-23", 7, "Tết Nguyên đán Canh Tý"),
    ("2020-04-02", 1, "Giỗ Tổ Hùng Vương"),
    ("2020-09-02", 1, "Quốc khánh"),
    ("2021-02-10", 7, "Tết Nguyên đán Tân Sửu"),
    ("2021-04-21", 1, "Giỗ Tổ Hùng Vương"),
    ("2021-05-03", 1, "Nghỉ bù Ngày Quốc tế lao động"),
    ("2021-09-02", 2, "Quốc khánh"),
    ("2022-01-03", 1, "Nghỉ bù Tết Dương lịch"),
    ("2022-01-31", 5, "Tết Nguyên đán Nhâm Dần"),
    ("2022-04-10", 1, "Giỗ Tổ Hùng Vương"),
    ("2022-04-11", 1, "Nghỉ bù Giỗ Tổ Hùng Vương"),
    ("2022-05-02", 2, "Nghỉ bù 30-4 và 1-5"),
    ("2022-09-01", 2, "Quốc khánh"),
    ("2023-01-02", 1, "Nghỉ bù Tết Dương lịch"),
    ("2023-01-20", 7, "Tết Nguyên đán Quý Mão"),
    ("2023-04-29", 1, "Giỗ Tổ Hùng Vương"),
    ("2023-05-02", 2, "Nghỉ bù Giỗ Tổ Hùng Vương và 30-4"),
    ("2023-09-01", 2, "Quốc khánh"),
    ("2023-09-04", 1, "Nghỉ bù Quốc khánh"),
    ("2024-02-08", 7, "Tết Nguyên đán Giáp Thìn"),
    ("2024-04-18", 1, "Giỗ Tổ Hùng Vương"),
    ("2024-04-29", 1, "Nghỉ hoán đổi (làm bù 04-5)"),
    ("2024-09-02", 2, "Quốc khánh"),
    ("2025-01-27", 5, "Tết Nguyên đán Ất Tỵ"),
    ("2025-04-07", 1, "Giỗ Tổ Hùng Vương"),
    ("2025-05-02", 1, "Nghỉ hoán đổi (làm bù 26-4)"),
    ("2025-09-01", 2, "Quốc khánh"),
    ("2026-01-02", 1, "Nghỉ hoán đổi (làm bù 10-01)"),
    ("2026-02-16", 5, "Tết Nguyên đán Bính Ngọ"),
    ("2026-04-26", 2, "Giỗ Tổ Hùng Vương và nghỉ bù"),
    ("2026-08-31", 1, "Nghỉ hoán đổi (làm bù 22-8)"),
    ("2026-09-01", 2, "Quốc khánh"),
];

/// Saturdays worked in lieu.
const WORKED: [(&str, &str); 4] = [
    ("2024-05-04", "Làm bù ngày 29-4"),
    ("2025-04-26", "Làm bù ngày 02-5"),
    ("2026-01-10", "Làm bù ngày 02-01"),
    ("2026-08-22", "Làm bù ngày 31-8"),
];

pub fn holidays_and_settings(rows: &mut Rows) -> anyhow::Result<()> {
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
            json!({"id": id(RowKind::Holiday, 0, n), "on_date": day, "name": name, "kind": kind}),
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
            json!({"id": id(RowKind::Setting, 0, n), "key": key, "from_on": "2000-01-01", "value": value}),
        );
    }
    Ok(())
}
