//! The first part of the book: each version, and what it changes; and parameters in words.
use std::fmt::Write as _;

use crate::regulation::{Confirmed, DEFINITIONS, Definition, Parameter, Regulations, label};
use crate::vi;
use crate::words::Term;

/// A term's Vietnamese label, or the word itself if it has none.
fn named(terms: &[Term], wire: &str) -> String {
    let known = terms.iter().find(|t| t.0 == wire);
    known.map_or_else(|| wire.to_owned(), |t| t.1.to_owned())
}

pub(super) fn confirmed(how: Option<Confirmed>) -> &'static str {
    match how {
        Some(Confirmed::Text) | None => "",
        Some(Confirmed::Secondary) => " (theo nguồn thứ cấp)",
        Some(Confirmed::Unconfirmed) => " (chưa xác nhận)",
    }
}

pub(super) fn value(known: &Definition, p: &Parameter) -> String {
    let words = known.kind.words();
    let mut text = match &p.value {
        serde_json::Value::Array(parts) if words.is_empty() => {
            let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
            let fraction = parts.join("/");
            if p.strict {
                format!("quá {fraction}")
            } else {
                format!("ít nhất {fraction}")
            }
        }
        serde_json::Value::Array(all) => {
            let all = all.iter().filter_map(serde_json::Value::as_str);
            all.map(|w| named(words, w)).collect::<Vec<_>>().join("; ")
        }
        serde_json::Value::String(word) => named(words, word),
        other @ (serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::Object(_)) => format!("{other} {}", known.kind.unit().1),
    };
    if let Some(of) = &p.of {
        let _ = write!(text, " {}", label(known.of, of, false));
    }
    if let Some(from) = &p.from {
        let _ = write!(text, ", tính từ {}", label(known.from, from, false));
    }
    if let Some(days) = p.extension {
        let _ = write!(text, ", có lý do thì thêm {days}");
    }
    if let Some(other) = &p.alternative {
        let _ = write!(text, ", hoặc {}", label(known.alternative, other, false));
    }
    text
}

pub(super) fn versions(book: &mut String, law: &Regulations) {
    for (place, version) in law.all().iter().enumerate() {
        let before = place.checked_sub(1).map(|p| &law.all()[p]);
        let _ = writeln!(
            book,
            "### {}\n\nBan hành ngày {}, áp dụng từ ngày {}.{}\n",
            version.code,
            vi(version.issued_on),
            vi(version.effective_from),
            if version.guidance.is_empty() {
                String::new()
            } else {
                format!(" Hướng dẫn: {}.", version.guidance.join("; "))
            }
        );
        let own = DEFINITIONS.iter().filter_map(|known| {
            let p = version.parameters.get(known.name)?;
            p.inherited_from.is_none().then_some((known, p))
        });
        let rows: Vec<String> = own
            .map(|(known, p)| {
                let was = before.and_then(|v| v.parameters.get(known.name));
                let was = was.map_or_else(|| "–".to_owned(), |p| value(known, p));
                let now = value(known, p);
                format!(
                    "| {} | {now} | {} | {}{} |\n",
                    known.vi,
                    if was == now { "như trước" } else { &was },
                    p.citation.text,
                    confirmed(p.citation.confirmed)
                )
            })
            .collect();
        if rows.is_empty() {
            book.push_str("Không thay đổi; các quy định trước tiếp tục áp dụng.\n\n");
            continue;
        }
        book.push_str("| quy định | nội dung | trước đó | căn cứ |\n|---|---|---|---|\n");
        book.push_str(&rows.concat());
        book.push('\n');
    }
}
