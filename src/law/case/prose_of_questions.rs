//! What a case asks besides acts and deadlines, in Vietnamese.
use chrono::NaiveDate;
use serde_json::Value;

use super::run::{Asked, CaseAnswer};
use super::words::{FIELDS, field};
use super::{Entry, MemberChange};
use crate::register::Counts;
use crate::text::small;
use crate::vi;
use crate::words::{ClassKind, Introducer};

/// The fields of the entry that have a name here, in the order in which they are told.
fn fields(entry: &Entry) -> String {
    let mut all: Vec<String> = Vec::new();
    for (name, ..) in FIELDS {
        let value = entry.get(*name);
        let said = value.and_then(|value| field(name, value, &|act| act.to_owned()));
        all.extend(said.filter(|said| !all.contains(said)));
    }
    if all.is_empty() {
        String::new()
    } else {
        format!(" ({})", all.join("; "))
    }
}

fn on(entry: &Entry) -> String {
    let day = entry.get("on").and_then(Value::as_str);
    let day: Option<NaiveDate> = day.and_then(|day| day.parse().ok());
    day.map_or_else(String::new, |day| format!(" ngày {}", vi(day)))
}

/// Whose particulars change, and how.
fn change(entry: &Entry) -> String {
    let own = ["changed", "expect", "record", "on"];
    let mut rest = entry.clone();
    rest.retain(|name, _| !own.contains(&name.as_str()));
    if entry.get("changed").and_then(Value::as_str) == Some("member") {
        let member: Result<MemberChange, _> = serde_json::from_value(Value::Object(rest));
        return member.map_or_else(|_| String::new(), |member| member.sentence());
    }
    fields(&rest).trim_matches([' ', '(', ')']).to_owned()
}

fn class(kind: ClassKind, entry: &Entry) -> String {
    format!("{}{}{}", kind.vi(), on(entry), fields(entry))
}

/// The question and its answer; `None` for an act, a step or a deadline.
pub(super) fn answered(entry: &Entry, answer: &CaseAnswer, missing: &str) -> Option<String> {
    let judged = |what: &str| {
        if missing.is_empty() {
            format!("{what}: được ghi nhận.")
        } else {
            format!("{what}: không được ghi nhận. {missing}")
        }
    };
    Some(match answer.asked {
        Asked::Act(_) | Asked::Step(_) | Asked::Deadline(_) => return None,
        Asked::Nomination => {
            let by = entry.get("nominated").and_then(Value::as_str);
            let by = by.and_then(Introducer::parse).map_or("", Introducer::vi);
            judged(&format!("{by} giới thiệu{}{}", on(entry), fields(entry)))
        }
        Asked::Class(kind) => judged(&format!("Đề nghị học {}", class(kind, entry))),
        Asked::Result(kind) => judged(&format!("Ghi kết quả {}", class(kind, entry))),
        Asked::Change => {
            let what = format!("Sửa thông tin: {}", change(entry));
            let kept = entry.get("record") == Some(&Value::Bool(true));
            match (missing.is_empty(), kept) {
                (true, _) => format!("{what}. Các việc đã ghi vẫn đủ căn cứ."),
                (false, false) => format!("{what}. Không sửa được nếu không nêu lý do. {missing}"),
                (false, true) => format!("{what}, có nêu lý do. {missing}"),
            }
        }
        Asked::Findings if missing.is_empty() => {
            "Rà soát hồ sơ: các việc đã ghi đều đủ căn cứ.".to_owned()
        }
        Asked::Findings => format!("Rà soát hồ sơ, còn phải giải quyết: {missing}"),
        Asked::Register(day) => register(day, answer.counts.unwrap_or_default()),
    })
}

fn register(day: NaiveDate, counts: Counts) -> String {
    let mut all = vec![
        format!("{} đảng viên chính thức", counts.official),
        if counts.probationary == 0 {
            "không có đảng viên dự bị".to_owned()
        } else {
            format!("{} đảng viên dự bị", counts.probationary)
        },
    ];
    let some = [
        (
            counts.exempt,
            "được miễn sinh hoạt hoặc tạm sinh hoạt nơi khác",
        ),
        (counts.suspended, "bị đình chỉ sinh hoạt"),
    ];
    let some = some.into_iter().filter(|(n, _)| *n > 0);
    all.extend(some.map(|(n, what)| format!("trong số chính thức có {n} người {what}")));
    format!(
        "Danh sách chi bộ ngày {}: {}.",
        vi(day),
        small(&all.join("; "))
    )
}
