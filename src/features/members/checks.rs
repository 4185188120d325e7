//! Implausible dates of a member, and fields that cannot be patched.
use chrono::NaiveDate;

use super::NewMember;
use crate::api::checks::{born_long_ago, in_future, refuse};
use crate::db::Tx;
use crate::db::tables::member as table;
use crate::error::{Fault, Result};
use crate::facts;
use crate::law::calendar::{completed_months, plus_months};
use crate::law::regulation::Regulations;
use crate::law::words::MemberStatus;
use crate::law::{say, vi};

/// Implausible dates: in the future, joined before 18, official before the end of the probation.
/// A change names the birth date, for the other days are not changed here.
pub(super) fn impossible(
    new: &NewMember,
    before: Option<&table::Model>,
    law: &Regulations,
    today: NaiveDate,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let days = [
        ("/birth_date", Some(new.birth_date)),
        ("/joined_on", Some(new.joined_on)),
        ("/official_on", new.official_on),
        ("/from_on", new.from_on),
    ];
    for (pointer, day) in days {
        if day.is_some_and(|day| day > today) {
            faults.push(in_future(pointer));
        }
    }
    faults.extend(born_long_ago("/birth_date", new.birth_date, today));
    if (new.status == MemberStatus::Official) != new.official_on.is_some() {
        let words = say(
            "Đảng viên chính thức có ngày chính thức, đảng viên dự bị thì không.",
            "Required for an official member, not allowed for a probationary one.",
        );
        faults.push(Fault::pointer("/official_on", "inconsistent", words));
        return faults;
    }
    if new.from_on.is_some_and(|on| on < new.joined_on) {
        let words = say("Trước ngày vào Đảng.", "Before the day of joining.");
        faults.push(Fault::pointer("/from_on", "too_early", words));
    }
    if new.paper_number.is_some() && new.from_on.is_none() {
        let words = say(
            "Chỉ ghi với đảng viên từ đảng bộ khác chuyển đến, cùng ngày đầu tiên ở chi bộ.",
            "Only of a member who comes from another organisation, with the first day in the branch.",
        );
        faults.push(Fault::pointer("/paper_number", "inconsistent", words));
    }
    let version = law.on(new.joined_on);
    let (least, probation) = (
        version.whole("age_min_months"),
        version.whole("probation_months"),
    );
    if new.birth_date >= new.joined_on || completed_months(new.birth_date, new.joined_on) < least {
        let words = say(
            format!("Ngày vào Đảng phải từ khi đủ {} tuổi.", least / 12),
            format!("Nobody can join before the age of {}.", least / 12),
        );
        let pointer = if before.is_some() {
            "/birth_date"
        } else {
            "/joined_on"
        };
        faults.push(Fault::pointer(pointer, "too_early", words));
    }
    let ends = plus_months(new.joined_on, probation);
    if new.official_on.is_some_and(|on| on < ends) {
        let words = say(
            format!(
                "Ngày chính thức không sớm hơn {probation} tháng kể từ ngày vào Đảng ({}).",
                ends.format("%d/%m/%Y")
            ),
            format!("Official at the earliest {probation} months after joining, on {ends}."),
        );
        faults.push(Fault::pointer("/official_on", "too_early", words));
    }
    faults
}

/// A returning member keeps the day of joining, and is official if they were.
pub(super) async fn expect_as_before(tx: &Tx, known: &facts::Known, new: &NewMember) -> Result<()> {
    for member in &known.members {
        let Some(row) = tx.by_id::<table::Entity>(*member).await? else {
            continue;
        };
        let mut faults = Vec::new();
        if row.joined_on != new.joined_on {
            let words = say(
                format!("Người này đã vào Đảng ngày {}.", vi(row.joined_on)),
                format!("The person joined on {}.", row.joined_on),
            );
            faults.push(Fault::pointer("/joined_on", "not_as_recorded", words));
        }
        if row.status == MemberStatus::Official && new.official_on != row.official_on {
            let official = row.official_on.unwrap_or(row.joined_on);
            let words = say(
                format!(
                    "Người này là đảng viên chính thức từ ngày {}.",
                    vi(official)
                ),
                format!("The person has been an official member since {official}."),
            );
            faults.push(Fault::pointer("/official_on", "not_as_recorded", words));
        }
        refuse(faults)?;
    }
    Ok(())
}

const FILE: &str = "PATCH /api/v1/candidates/{id}";

/// Fields that follow from the procedure or take effect on a date cannot be patched. What the
/// procedure decided is changed by its acts; without a file a wrong day is corrected. Who the
/// person is stands in the file, and the row follows.
///
/// Masked fields are not compared, or the answer would confirm a right guess: `named` says which
/// fields the change names.
pub(super) fn elsewhere(
    row: &table::Model,
    new: &NewMember,
    has_file: bool,
    named: impl Fn(&str) -> bool,
) -> Vec<Fault> {
    let mistaken = "POST /api/v1/members/{id}/corrections";
    let by = |act| if has_file { act } else { mistaken };
    let recognition = if has_file {
        "POST /api/v1/candidates/{id}/recognition"
    } else if row.status == MemberStatus::Probationary {
        "POST /api/v1/members/{id}/recognitions"
    } else if row.recognised_by.is_some() {
        "DELETE /api/v1/members/{id}/recognitions"
    } else {
        "DELETE /api/v1/members/{id}, POST /api/v1/members"
    };
    let fields = [
        (
            "/branch_id",
            row.branch_id != new.branch_id,
            "POST /api/v1/members/{id}/transfers",
        ),
        ("/status", row.status != new.status, recognition),
        (
            "/official_on",
            row.official_on != new.official_on,
            if row.official_on.is_some() && new.official_on.is_some() {
                by(recognition)
            } else {
                recognition
            },
        ),
        (
            "/joined_on",
            row.joined_on != new.joined_on,
            by("POST /api/v1/candidates/{id}/ceremony"),
        ),
        (
            "/from_on",
            new.from_on.is_some(),
            "POST /api/v1/members/{id}/transfers",
        ),
        (
            "/paper_number",
            new.paper_number.is_some(),
            "POST /api/v1/members/{id}/transfers",
        ),
        (
            "/activity",
            row.activity != new.activity,
            "POST /api/v1/members/{id}/activity-changes",
        ),
        (
            "/full_name",
            has_file && row.full_name != new.full_name.as_str(),
            FILE,
        ),
        ("/sex", has_file && row.sex != new.sex, FILE),
        ("/birth_date", has_file && named("birth_date"), FILE),
        ("/citizen_id", has_file && named("citizen_id"), FILE),
    ];
    let changed = fields.into_iter().filter(|(_, changed, _)| *changed);
    changed
        .map(|(pointer, _, way)| {
            let way = way.replace("{id}", &row.id.to_string());
            Fault::pointer(
                pointer,
                "read_only",
                say(
                    format!("Không sửa ở đây: dùng {way}."),
                    format!("Cannot be changed here: use {way}."),
                ),
            )
        })
        .collect()
}
