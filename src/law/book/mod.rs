//! The book for jurists: a Vietnamese document (Markdown) generated from the tables that judge: the
//! versions and their parameters, the steps with their requirements and what each rests on under
//! every version, the deadlines, and the cases as examples. Nothing in it is written twice.
mod rules;
#[cfg(test)]
mod tests;
mod versions;

use std::fmt::Write as _;

use self::rules::{Shown, clauses, links};
use crate::acts::Step;
use crate::case::{Asked, CASES, Case, CaseAnswer};
use crate::deadlines;
use crate::regulation::{Ground, Regulations};
use crate::text::capital;
use crate::words::{ClassKind, DeadlineKind};

/// A case and the answers of the rules to it; its number in the book is its place, from 1.
struct Example {
    case: Case,
    answers: Vec<CaseAnswer>,
}

fn examples(law: &Regulations) -> Vec<Example> {
    let cases = CASES.iter().filter_map(|(_, text)| Case::read(text).ok());
    let run = cases.filter_map(|case| {
        let answers = case.run(law).ok()?;
        Some(Example { case, answers })
    });
    run.collect()
}

/// What the examples show: of every step what is required of it alone, of all steps together what
/// is required of each, and of every deadline how it is counted.
#[derive(Default)]
struct Contents {
    common: Shown,
    steps: Vec<(Step, Shown)>,
    classes: Vec<(ClassKind, Shown)>,
    deadlines: Vec<(DeadlineKind, Shown)>,
}

/// What is required of every step is told once.
fn common(rule: &str) -> bool {
    rule.starts_with("act.") || rule.starts_with("file.") || rule == "nomination.namesake"
}

fn of<K: PartialEq>(all: &mut Vec<(K, Shown)>, key: K) -> &mut Shown {
    let place = all.iter().position(|(k, _)| *k == key);
    let place = place.unwrap_or_else(|| {
        all.push((key, Shown::default()));
        all.len() - 1
    });
    &mut all[place].1
}

impl Contents {
    fn of(examples: &[Example]) -> Self {
        let mut contents = Self {
            // in the order of the procedure
            steps: [Step::Nomination(())]
                .into_iter()
                .chain(Step::all())
                .map(|step| (step, Shown::default()))
                .collect(),
            ..Self::default()
        };
        for (number, example) in examples.iter().enumerate() {
            for (place, answer) in example.answers.iter().enumerate() {
                let named = |rule: &str| example.case.names(place, rule);
                match answer.asked {
                    Asked::Act(step) | Asked::Step(step) => {
                        for check in answer.checks.iter().filter(|c| !c.of_later_act()) {
                            let shown = if common(check.rule) {
                                &mut contents.common
                            } else {
                                of(&mut contents.steps, step)
                            };
                            shown.check(check, number, named(check.rule));
                        }
                    }
                    Asked::Nomination => {
                        let shown = of(&mut contents.steps, Step::Nomination(()));
                        for check in &answer.checks {
                            shown.check(check, number, named(check.rule));
                        }
                    }
                    Asked::Class(kind) | Asked::Result(kind) => {
                        for check in &answer.checks {
                            let shown = of(&mut contents.classes, kind);
                            shown.check(check, number, named(check.rule));
                        }
                    }
                    // only the example itself mentions these
                    Asked::Change | Asked::Findings | Asked::Register(_) => {}
                    Asked::Deadline(kind) => {
                        if let Some(due) = &answer.deadline {
                            of(&mut contents.deadlines, kind).deadline(due, number);
                        }
                    }
                }
            }
        }
        contents.steps.retain(|(_, shown)| !shown.is_empty());
        contents.deadlines.sort_by_key(|(kind, _)| *kind);
        contents
    }

    fn all(&self) -> impl Iterator<Item = &Shown> {
        let steps = self.steps.iter().map(|(_, shown)| shown);
        let classes = self.classes.iter().map(|(_, shown)| shown);
        let deadlines = self.deadlines.iter().map(|(_, shown)| shown);
        let all = std::iter::once(&self.common).chain(steps);
        all.chain(classes).chain(deadlines)
    }
}

/// The head of a step, and what it generally rests on.
fn step(book: &mut String, step: Step, law: &Regulations) -> [Ground; 1] {
    let (_, clause) = step.stages();
    let roles = step.kind().recorded_by().iter();
    let roles: Vec<&str> = step
        .only()
        .map_or_else(|| roles.map(|r| r.vi()).collect(), |only| vec![only.vi()]);
    let stages = if step.kind().opens() {
        "mở đầu hồ sơ".to_owned()
    } else {
        step.stages_in_words(false)
    };
    let _ = writeln!(
        book,
        "Thuộc giai đoạn: {stages}. Nơi ghi: {}.\n",
        roles.join("; ")
    );
    let ground = [Ground::Clauses(clause.to_owned())];
    book.push_str(&rules::grounds("- Căn cứ chung", &ground, law));
    book.push('\n');
    ground
}

fn example(book: &mut String, number: usize, example: &Example) {
    let Ok(prose) = example.case.prose(&example.answers) else {
        return;
    };
    let n = number + 1;
    let _ = writeln!(
        book,
        "### <a id=\"vi-du-{n}\"></a>Ví dụ {n}. {}\n\n{}",
        capital(&example.case.title),
        prose.facts
    );
    if !prose.given.is_empty() {
        let given = prose.given.join("; ");
        let _ = writeln!(book, "Đã ghi thêm: {given}.");
    }
    book.push('\n');
    for answer in prose.answers {
        let _ = writeln!(book, "- {answer}");
    }
    book.push('\n');
}

/// The whole book, in Markdown.
pub fn book(law: &Regulations) -> String {
    let examples = examples(law);
    let contents = Contents::of(&examples);
    let mut book = String::from(
        "# Quy định về kết nạp đảng viên mà chương trình áp dụng\n\n\
         Tài liệu này được lập từ chính các bảng mà chương trình dùng để xét hồ sơ. Mỗi việc được xét theo quy định có hiệu lực vào ngày của việc đó. \
         Câu đặt trong ngoặc kép là câu trả lời của chương trình đối với một hồ sơ cụ thể, nêu làm ví dụ; quy định là các văn bản được dẫn.\n\n\
         ## 1. Các văn bản và những gì thay đổi\n\n",
    );
    versions::versions(&mut book, law);
    book.push_str("## 2. Yêu cầu chung đối với mọi bước\n\n");
    contents.common.write(&mut book, "Yêu cầu", &[], law);
    book.push_str("## 3. Từng bước của quy trình\n\n");
    for (number, (of, shown)) in contents.steps.iter().enumerate() {
        let _ = writeln!(book, "### 3.{}. {}\n", number + 1, capital(&of.words().vi));
        let general = step(&mut book, *of, law);
        shown.write(&mut book, "Yêu cầu", &general, law);
    }
    for (number, (kind, shown)) in contents.classes.iter().enumerate() {
        let number = contents.steps.len() + number + 1;
        let _ = writeln!(book, "### 3.{number}. {}\n", capital(kind.vi()));
        shown.write(&mut book, "Yêu cầu", &[], law);
    }
    book.push_str("## 4. Thời hạn và cách tính\n\n\
        Thời hạn tính bằng ngày làm việc thì tính từ ngày hôm sau; không tính thứ bảy, chủ nhật và ngày nghỉ đã công bố; ngày làm bù được tính.\n\n");
    for (number, (kind, shown)) in contents.deadlines.iter().enumerate() {
        let _ = writeln!(book, "### 4.{}. {}\n", number + 1, capital(kind.vi()));
        if let Some(how) = deadlines::counted(*kind) {
            let _ = writeln!(book, "Cách tính: {how}.\n");
        }
        shown.write(&mut book, "Quy định", &[], law);
    }
    book.push_str("## 5. Từng điều khoản và các ví dụ áp dụng\n\n");
    for (clause, cases) in clauses(contents.all(), law) {
        let _ = writeln!(book, "- {clause}: ví dụ {}.", links(&cases));
    }
    book.push_str("\n## 6. Các ví dụ\n\n");
    for (number, shown) in examples.iter().enumerate() {
        example(&mut book, number, shown);
    }
    book
}
