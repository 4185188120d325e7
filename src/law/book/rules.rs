//! A rule in the book: what it rests on under every version, and what the examples show of it.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::versions::{confirmed, value};
use crate::deadlines::Deadline;
use crate::regulation::{Ground, Regulations, Version, definition};
use crate::requirement::Check;
use crate::vi;

/// The rules of a step, or of a deadline, by name.
#[derive(Default)]
pub(super) struct Shown(BTreeMap<&'static str, Rule>);

/// A sentence of one example, and the example if the rule is its subject.
struct Said {
    text: String,
    example: usize,
    cited: bool,
}

#[derive(Default)]
struct Rule {
    grounds: Vec<Ground>,
    met: Option<Said>,
    unmet: Option<Said>,
    counted: Option<Said>,
    /// The examples that name it, or in which it is unmet.
    cases: BTreeSet<usize>,
}

impl Rule {
    fn rests_on(&mut self, ground: &Ground) {
        if !self.grounds.contains(ground) {
            self.grounds.push(ground.clone());
        }
    }
}

impl Shown {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A requirement of the example with that number; `named`: the example is about it.
    pub fn check(&mut self, check: &Check, example: usize, named: bool) {
        let rule = self.0.entry(check.rule).or_default();
        rule.rests_on(&check.ground);
        let cited = named || !check.met;
        if cited {
            rule.cases.insert(example);
        }
        let said = if check.met {
            &mut rule.met
        } else {
            &mut rule.unmet
        };
        // of an example that is about the rule, if there is one
        if said.as_ref().is_none_or(|said| cited && !said.cited) {
            *said = Some(Said {
                text: check.detail.vi.clone(),
                example,
                cited,
            });
        }
    }

    pub fn deadline(&mut self, due: &Deadline, example: usize) {
        let rule = self.0.entry(due.rule).or_default();
        rule.rests_on(&due.ground);
        rule.cases.insert(example);
        rule.counted.get_or_insert_with(|| Said {
            text: format!(
                "Từ ngày {} đến hết ngày {}.",
                vi(due.from_on),
                vi(due.due_on)
            ),
            example,
            cited: true,
        });
    }

    /// The rules, each with this title and its number; `general`: what all of them rest on, if
    /// nothing else is said.
    pub fn write(&self, book: &mut String, title: &str, general: &[Ground], law: &Regulations) {
        for (number, rule) in self.0.values().enumerate() {
            rule.write(book, (title, number + 1), general, law);
        }
    }
}

impl Rule {
    fn write(
        &self,
        book: &mut String,
        (title, number): (&str, usize),
        general: &[Ground],
        law: &Regulations,
    ) {
        let _ = writeln!(book, "**{title} {number}.**{}\n", self.subject());
        // what every step requires rests on the clause of each
        if self.of_every_step() {
            book.push_str("- Căn cứ: căn cứ chung của từng bước.\n");
        } else if self.grounds == general {
            book.push_str("- Căn cứ: căn cứ chung của bước này.\n");
        } else {
            book.push_str(&grounds("- Căn cứ", &self.grounds, law));
        }
        let said = [
            (&self.unmet, "Khi chưa đáp ứng"),
            (&self.met, "Khi đáp ứng"),
            (&self.counted, "Tính ra"),
        ];
        let mut told = BTreeSet::new();
        for (said, what) in said {
            let Some(said) = said else {
                continue;
            };
            let of = if said.cited {
                told.insert(said.example);
                format!(", ví dụ {}", links([&said.example]))
            } else {
                ", chẳng hạn".to_owned()
            };
            let _ = writeln!(book, "- {what}{of}: {}", quoted(&said.text));
        }
        let others: Vec<&usize> = self.cases.difference(&told).collect();
        if !others.is_empty() {
            let _ = writeln!(book, "- Xem thêm ví dụ: {}.", links(others));
        }
        book.push('\n');
    }

    /// The parameters that the rule reads, by their names.
    fn subject(&self) -> String {
        let named = self.grounds.iter().filter_map(|ground| match ground {
            Ground::Parameter(name) => definition(name).map(|known| known.vi),
            Ground::Clauses(_) => None,
        });
        let named: Vec<&str> = named.collect();
        if named.is_empty() {
            String::new()
        } else {
            format!(" {}.", named.join("; "))
        }
    }

    /// It rests on the clause of each step.
    fn of_every_step(&self) -> bool {
        self.grounds.len() > 4
    }
}

/// The words of an example; what they quote themselves is in single quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("“{}”", text.replace('“', "‘").replace('”', "’"))
}

/// References to the examples of the last part.
pub(super) fn links<'a>(cases: impl IntoIterator<Item = &'a usize>) -> String {
    let link = |n: &usize| format!("[{0}](#vi-du-{0})", n + 1);
    let links: Vec<String> = cases.into_iter().map(link).collect();
    links.join(", ")
}

/// What a rule rests on under a version, with the figures of the version.
fn cited(version: &Version, grounds: &[Ground]) -> String {
    let mut all: Vec<String> = Vec::new();
    for ground in grounds {
        let (citation, figures) = match ground {
            Ground::Parameter(name) => {
                let (Some(held), Some(known)) = (version.parameters.get(*name), definition(name))
                else {
                    continue;
                };
                (held.citation.clone(), format!(": {}", value(known, held)))
            }
            Ground::Clauses(clauses) => (version.standing.cite(clauses), String::new()),
        };
        let text = format!(
            "{}{}{figures}",
            citation.text,
            confirmed(citation.confirmed)
        );
        if !citation.text.is_empty() && !all.contains(&text) {
            all.push(text);
        }
    }
    all.join("; ")
}

/// What a rule rests on under every version, in time; versions in a row that say the same are told
/// together, and all of them in one line.
pub(super) fn grounds(title: &str, grounds: &[Ground], law: &Regulations) -> String {
    let all = law.all();
    let mut told: Vec<(usize, usize, String)> = Vec::new();
    for (place, version) in all.iter().enumerate() {
        let text = cited(version, grounds);
        match told.last_mut() {
            Some((_, last, same)) if *same == text => *last = place,
            _ => told.push((place, place, text)),
        }
    }
    match &told[..] {
        [] => String::new(),
        [(_, _, text)] => format!("{title}: {text}.\n"),
        _ => {
            let lines = told.iter().map(|(first, last, text)| {
                let codes: Vec<&str> = all[*first..=*last]
                    .iter()
                    .map(|v| v.code.as_str())
                    .collect();
                let until = all.get(last + 1).and_then(|v| v.effective_from.pred_opt());
                let until = until.map(|day| format!(" đến ngày {}", vi(day)));
                format!(
                    "  - Từ ngày {}{} ({}): {text}.\n",
                    vi(all[*first].effective_from),
                    until.unwrap_or_default(),
                    codes.join(", "),
                )
            });
            format!(
                "{title}, theo văn bản có hiệu lực:\n{}",
                lines.collect::<String>()
            )
        }
    }
}

/// Every clause by which the rules are judged, under whatever version, with the examples that are
/// about them.
pub(super) fn clauses<'a>(
    shown: impl Iterator<Item = &'a Shown>,
    law: &Regulations,
) -> BTreeMap<String, BTreeSet<usize>> {
    let mut clauses: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let rules = shown.flat_map(|shown| shown.0.values());
    for rule in rules.filter(|rule| !rule.of_every_step()) {
        for ground in &rule.grounds {
            let texts: Vec<&str> = match ground {
                Ground::Clauses(clauses) => vec![clauses],
                Ground::Parameter(name) => {
                    let held = law.all().iter().filter_map(|v| v.parameters.get(*name));
                    let own = held.filter(|p| p.inherited_from.is_none());
                    own.map(|p| p.citation.text.as_str()).collect()
                }
            };
            for clause in texts.iter().flat_map(|text| text.split("; ")) {
                clauses
                    .entry(clause.to_owned())
                    .or_default()
                    .extend(&rule.cases);
            }
        }
    }
    clauses.retain(|clause, cases| !clause.is_empty() && !cases.is_empty());
    clauses
}
