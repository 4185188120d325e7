//! The book for jurists: a Vietnamese document (Markdown) generated from the tables that judge —
//! the versions and their parameters, the steps with the requirements that the cases show, the
//! cases. Nothing in it is written twice.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::acts::Step;
use crate::case::{Asked, CASES, Case};
use crate::regulation::{Confirmed, DEFINITIONS, Definition, Parameter, Regulations, label};
use crate::vi;
use crate::words::{DeadlineKind, Term};

/// What the cases show about a step or a deadline.
#[derive(Default)]
struct Shown {
    /// By rule: its sentences, its clauses by version, and the cases in which it occurs.
    rules: BTreeMap<&'static str, Rule>,
}

#[derive(Default)]
struct Rule {
    met: Option<String>,
    unmet: Option<String>,
    clauses: BTreeMap<String, String>,
    cases: Vec<usize>,
}

/// A term's Vietnamese label, or the word itself if it has none.
fn named(terms: &[Term], wire: &str) -> String {
    let known = terms.iter().find(|t| t.0 == wire);
    known.map_or_else(|| wire.to_owned(), |t| t.1.to_owned())
}

fn confirmed(how: Option<Confirmed>) -> &'static str {
    match how {
        Some(Confirmed::Text) | None => "",
        Some(Confirmed::Secondary) => " (theo nguồn thứ cấp)",
        Some(Confirmed::Unconfirmed) => " (chưa xác nhận)",
    }
}

fn value(known: &Definition, p: &Parameter) -> String {
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

fn versions(book: &mut String, law: &Regulations) {
    book.push_str("## 1. Các văn bản và những gì thay đổi\n\n");
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

fn step_title(step: Step) -> String {
    let words = step.words();
    let mut title = words.vi;
    if let Some(first) = title.chars().next() {
        let capital: String = first.to_uppercase().collect();
        title.replace_range(..first.len_utf8(), &capital);
    }
    title
}

type ByStep = Vec<(Step, Shown)>;

fn asked(law: &Regulations, cases: &[Case]) -> (ByStep, BTreeMap<DeadlineKind, Shown>) {
    let mut steps: ByStep = Vec::new();
    let mut deadlines: BTreeMap<DeadlineKind, Shown> = BTreeMap::new();
    for (number, case) in cases.iter().enumerate() {
        for answer in case.run(law).unwrap_or_default() {
            match answer.asked {
                Asked::Act(step) | Asked::Step(step) => {
                    let place = steps.iter().position(|(s, _)| *s == step);
                    let place = place.unwrap_or_else(|| {
                        steps.push((step, Shown::default()));
                        steps.len() - 1
                    });
                    for check in answer.checks.iter().filter(|c| !c.of_later_act()) {
                        let rule = steps[place].1.rules.entry(check.rule).or_default();
                        let said = if check.met {
                            &mut rule.met
                        } else {
                            &mut rule.unmet
                        };
                        said.get_or_insert_with(|| check.detail.vi.clone());
                        if let Some(version) = &check.version {
                            rule.clauses.insert(version.clone(), check.source.clone());
                        }
                        if !rule.cases.contains(&number) {
                            rule.cases.push(number);
                        }
                    }
                }
                Asked::Deadline(kind) => {
                    if let Some(found) = &answer.deadline {
                        let shown = deadlines.entry(kind).or_default();
                        let rule = shown.rules.entry(found.rule).or_default();
                        let version = law.on(found.from_on);
                        rule.clauses
                            .insert(version.code.clone(), found.source.clone());
                        if !rule.cases.contains(&number) {
                            rule.cases.push(number);
                        }
                        let days = found.workdays.map_or_else(String::new, |n| {
                            format!(
                                "{n} ngày làm việc, tính từ ngày hôm sau; bỏ thứ bảy, chủ nhật, ngày nghỉ đã công bố; ngày làm bù được tính. "
                            )
                        });
                        rule.met.get_or_insert_with(|| {
                            format!(
                                "{days}Ví dụ: từ ngày {} đến hết ngày {}.",
                                vi(found.from_on),
                                vi(found.due_on)
                            )
                        });
                    }
                }
            }
        }
    }
    (steps, deadlines)
}

fn rules(book: &mut String, shown: &Shown, law: &Regulations) {
    for rule in shown.rules.values() {
        for said in [&rule.unmet, &rule.met].into_iter().flatten() {
            let _ = writeln!(book, "- {said}");
        }
        let in_order = law.all().iter().filter_map(|v| {
            let clause = rule.clauses.get(&v.code)?;
            Some(format!("{} (khi áp dụng {})", clause, v.code))
        });
        let clauses: Vec<String> = in_order.collect();
        if !clauses.is_empty() {
            let _ = writeln!(book, "  - Căn cứ: {}.", clauses.join("; "));
        }
        let _ = writeln!(book, "  - Xem ví dụ: {}.", links(&rule.cases));
    }
    book.push('\n');
}

/// References to the examples of the last part.
fn links<'a>(cases: impl IntoIterator<Item = &'a usize>) -> String {
    let link = |n: &usize| format!("[{0}](#vi-du-{0})", n + 1);
    let links: Vec<String> = cases.into_iter().map(link).collect();
    links.join(", ")
}

/// Each clause with the examples in which it is applied.
fn clauses<'a>(book: &mut String, shown: impl Iterator<Item = &'a Shown>) {
    let mut clauses: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for rule in shown.flat_map(|s| s.rules.values()) {
        for clause in rule.clauses.values() {
            clauses.entry(clause).or_default().extend(&rule.cases);
        }
    }
    book.push_str("## 4. Từng điều khoản và các ví dụ áp dụng\n\n");
    for (clause, cases) in clauses {
        let _ = writeln!(book, "- {clause}: ví dụ {}.", links(&cases));
    }
    book.push('\n');
}

/// The whole book, in Markdown.
pub fn book(law: &Regulations) -> String {
    let cases: Vec<Case> = (CASES.iter().map(|(_, text)| Case::read(text)))
        .filter_map(Result::ok)
        .collect();
    let (mut steps, deadlines) = asked(law, &cases);
    let all = Step::all();
    let place = |step: &Step| all.iter().position(|s| s == step).unwrap_or(usize::MAX);
    steps.sort_by_key(|(step, _)| place(step));
    let mut book = String::from(
        "# Quy định về kết nạp đảng viên mà chương trình áp dụng\n\n\
         Tài liệu này được lập từ chính các bảng mà chương trình dùng để xét hồ sơ. Mỗi việc được xét theo quy định có hiệu lực vào ngày của việc đó.\n\n",
    );
    versions(&mut book, law);
    book.push_str("## 2. Từng bước của quy trình\n\n");
    for (step, shown) in &steps {
        let (stages, clause) = step.stages();
        let _ = writeln!(book, "### {}\n", step_title(*step));
        let stages: Vec<&str> = stages.iter().map(|s| s.vi()).collect();
        let roles = step.kind().recorded_by().iter();
        let roles: Vec<&str> = step
            .only()
            .map_or_else(|| roles.map(|r| r.vi()).collect(), |only| vec![only.vi()]);
        let _ = writeln!(
            book,
            "Thuộc giai đoạn: {}. Nơi ghi: {}. Căn cứ chung: {clause}.\n",
            stages.join("; "),
            roles.join(", "),
        );
        rules(&mut book, shown, law);
    }
    book.push_str("## 3. Thời hạn và cách tính\n\n");
    for (kind, shown) in &deadlines {
        let _ = writeln!(book, "### {}\n", kind.vi());
        rules(&mut book, shown, law);
    }
    let all = steps.iter().map(|(_, shown)| shown);
    clauses(&mut book, all.chain(deadlines.values()));
    book.push_str("## 5. Các ví dụ\n\n");
    for (place, case) in cases.iter().enumerate() {
        let n = place + 1;
        let _ = writeln!(book, "{n}. <a id=\"vi-du-{n}\"></a>{}.", case.title);
    }
    book
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regulation::BUILT_IN;

    #[test]
    fn the_book_has_every_version_every_parameter_and_every_case_in_vietnamese() {
        let law = Regulations::read(BUILT_IN).unwrap();
        let book = book(&law);
        for version in law.all() {
            assert!(book.contains(&format!("### {}\n", version.code)));
        }
        for known in DEFINITIONS {
            assert!(book.contains(known.vi), "{}", known.vi);
        }
        for (name, text) in CASES {
            let case = Case::read(text).unwrap();
            assert!(book.contains(&case.title), "{name}");
        }
        for foreign in [" the ", "question bank", "clause", "working days", "_"] {
            assert!(!book.contains(foreign), "{foreign}");
        }
    }
}
