//! Impossible dates, refused by one rule for every act: nothing before the person's birth or the
//! beginning of the candidacy, and no past event after the act that states it.
use chrono::{Datelike as _, NaiveDate};

use crate::acts::Act;
use crate::calendar::year_end;
use crate::judgement::Question;
use crate::requirement::Checks;
use crate::words::SharedKind;
use crate::{Words, say, vi};

const SOURCE: &str = "Điều lệ, 4";

/// A date that an act states, in words.
fn day_of(act: &Act, field: &str, day: NaiveDate) -> Words {
    if let (Act::Introduction(a), "shared_from") = (act, field) {
        let (name, en) = match a.shared_kind {
            Some(kind) => (
                format!("Ngày bắt đầu {}", kind.vi()),
                format!("The first day of shared {}", kind.en()),
            ),
            None => (
                "Ngày bắt đầu thời gian được tính".to_owned(),
                "The first shared day".to_owned(),
            ),
        };
        return say(format!("{name} ({})", vi(day)), format!("{en} ({day})"));
    }
    let (name, en) = match field {
        "application_on" => ("Ngày viết đơn", "The date of the application"),
        "drafted_on" => ("Ngày soạn", "The day of drafting"),
        "checked_on" => ("Ngày kiểm tra", "The day of the check"),
        "received_on" => ("Ngày nhận", "The day of receipt"),
        "left_on" => ("Ngày ra khỏi Đảng", "The date of leaving the Party"),
        "record_cleared_on" => (
            "Ngày xóa án tích",
            "The date on which the record was cleared",
        ),
        _ => ("Ngày của việc", "The day of the act"),
    };
    say(format!("{name} ({})", vi(day)), format!("{en} ({day})"))
}

/// From which age people work, study or live together.
const fn least_age(kind: SharedKind) -> i32 {
    match kind {
        SharedKind::Work | SharedKind::Labour => 15,
        SharedKind::Study => 6,
        SharedKind::Residence => 0,
    }
}

/// Nobody works before the age of employment, and nobody studies before school begins.
fn too_young(q: &Question<'_>, act: &Act, checks: &mut Checks) {
    let Act::Introduction(a) = act else { return };
    let Some((from, kind)) = a.shared_from.zip(a.shared_kind) else {
        return;
    };
    // by the year, as above; what predates the birth is refused there
    let (born, least) = (q.facts.birth_date.year(), least_age(kind));
    let age = from.year() - born;
    if age >= least || from <= year_end(q.facts.birth_date) {
        return;
    }
    let day = day_of(act, "shared_from", from);
    checks.need(
        false,
        "act.of_age",
        "29-QĐ/TW, 3.2",
        say(
            format!(
                "{}: người vào Đảng sinh năm {born} khi đó mới {age} tuổi, chưa thể {} (từ {least} tuổi).",
                day.vi,
                kind.vi()
            ),
            format!(
                "{}: the person, born in {born}, was only {age}; nobody shares {} before {least}.",
                day.en,
                kind.en()
            ),
        ),
    );
}

/// Nothing predates the person's birth or the beginning of the candidacy, and what an act states as
/// past predates the act.
pub(crate) fn possible_days(q: &Question<'_>, act: &Act, checks: &mut Checks) {
    // by the year, which everybody sees: a day would tell the birth date
    let born = year_end(q.facts.birth_date);
    let days = || std::iter::once(("on", q.on)).chain(act.days());
    if let Some((field, day)) = days().find(|(_, day)| *day <= born) {
        checks.need(
            false,
            "act.after_birth",
            SOURCE,
            say(
                format!(
                    "{} không sau năm sinh của người vào Đảng ({}).",
                    day_of(act, field, day).vi,
                    born.year()
                ),
                format!(
                    "{} is not after the year of the person's birth ({}).",
                    day_of(act, field, day).en,
                    born.year()
                ),
            ),
        );
    }
    too_young(q, act, checks);
    // documents and applications have requirements of their own
    let own = matches!(act, Act::Document(_) | Act::Dossier(_));
    let later = act.days().into_iter().find(|(_, day)| *day > q.on);
    if let Some((field, day)) = later.filter(|_| !own) {
        checks.need(
            false,
            "act.days",
            SOURCE,
            say(
                format!(
                    "{} sau ngày của việc ({}).",
                    day_of(act, field, day).vi,
                    vi(q.on)
                ),
                format!(
                    "{} is after the date of the act ({}).",
                    day_of(act, field, day).en,
                    q.on
                ),
            ),
        );
    }
}

/// Nothing but what may be older, such as a certificate, happens before the nomination.
pub(crate) fn after_nomination(q: &Question<'_>, act: Option<&Act>, checks: &mut Checks) {
    let since = q.file.nominated_on;
    let may_precede = act.is_some_and(|act| act.opens() || act.may_precede());
    // a nomination dated in the future says nothing about earlier acts
    if !may_precede && q.on < since && since <= q.facts.today {
        checks
            .need(
                false,
                "act.after_nomination",
                SOURCE,
                say(
                    format!(
                        "Người này được giới thiệu ngày {}; việc này không thể trước ngày ấy.",
                        vi(since)
                    ),
                    format!("The person was nominated on {since}; this cannot be earlier."),
                ),
            )
            .earliest(since);
    }
}
