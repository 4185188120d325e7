//! A case in Vietnamese, as the book for jurists shows it: the file, what differs in it, what is
//! recorded or asked, and the answer. All of it follows from the case's own file.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::premises::days;
use super::prose_of_questions;
use super::run::{Asked, CaseAnswer};
use super::words::{FIELDS, field};
use super::{Case, Entry, ORDINARY, Ordinary, later, parse};
use crate::acts::ActKind;
use crate::text::capital;
use crate::vi;
use crate::votes::Outcome;
use crate::words::DeadlineKind;

/// A case in sentences.
pub struct Prose {
    /// The file and what differs in it.
    pub facts: String,
    /// What was recorded besides.
    pub given: Vec<String>,
    /// What is recorded or asked, each with its answer.
    pub answers: Vec<String>,
}

fn day_of(entry: &Entry, name: &str) -> Option<NaiveDate> {
    entry.get(name)?.as_str()?.parse().ok()
}

/// Tells the entries of a case.
struct Teller {
    ordinary: Ordinary,
    /// What the case calls an act, and the act in words.
    names: BTreeMap<String, String>,
}

impl Teller {
    fn of(case: &Case) -> Result<Self, String> {
        let ordinary: Ordinary = parse(ORDINARY)?;
        let mut teller = Self {
            ordinary,
            names: BTreeMap::new(),
        };
        let anchors = case.start.anchors();
        let mut named: Vec<(String, String)> = Vec::new();
        for act in &teller.ordinary.acts {
            let id = act.fields.get("id").and_then(Value::as_str);
            let kind = act.fields.get("act").cloned();
            let kind = kind.and_then(|kind| serde_json::from_value(kind).ok());
            if let (Some(id), Some(kind)) = (id, kind) {
                let on = later(anchors.day(act.after.0), act.after.1);
                named.push((id.to_owned(), teller.dated(kind, &act.fields, Some(on))));
            }
        }
        for entry in case.given.iter().chain(&case.judged) {
            let id = entry.get("id").and_then(Value::as_str);
            if let (Some(id), Some(kind)) = (id, kind_of(entry)) {
                named.push((
                    id.to_owned(),
                    teller.dated(kind, entry, day_of(entry, "on")),
                ));
            }
        }
        teller.names.extend(named);
        Ok(teller)
    }

    /// The step's title, or that of the kind of act.
    fn title(&self, kind: ActKind, entry: &Entry) -> String {
        let step = self.ordinary.step(kind, entry);
        step.map_or_else(|_| kind.vi().to_owned(), |step| step.words().vi)
    }

    fn dated(&self, kind: ActKind, entry: &Entry, on: Option<NaiveDate>) -> String {
        let title = self.title(kind, entry);
        on.map_or_else(|| title.clone(), |on| format!("{title} ngày {}", vi(on)))
    }

    /// The act with its day and with what it says.
    fn act(&self, kind: ActKind, entry: &Entry) -> String {
        let dated = self.dated(kind, entry, day_of(entry, "on"));
        let step = self.ordinary.step(kind, entry);
        let known = step.map(crate::acts::Step::fields).unwrap_or_default();
        let named = |name: &str| {
            let act = self.names.get(name);
            act.cloned()
                .unwrap_or_else(|| "việc không có trong hồ sơ".to_owned())
        };
        let mut fields: Vec<String> = Vec::new();
        for (name, ..) in FIELDS {
            let of_step = known.iter().any(|(field, _)| field == name);
            let Some(value) = entry.get(*name).filter(|_| !of_step) else {
                continue;
            };
            let said = field(name, value, &named);
            fields.extend(said.filter(|said| !fields.contains(said)));
        }
        if fields.is_empty() {
            dated
        } else {
            format!("{dated} ({})", fields.join("; "))
        }
    }

    fn answer(&self, entry: &Entry, answer: &CaseAnswer) -> String {
        let unmet = answer.checks.iter().filter(|c| !c.met);
        let mut missing: Vec<&str> = unmet.map(|c| c.detail.vi.as_str()).collect();
        missing.dedup();
        let missing = missing.join(" ");
        let lasting = lasting(entry).concat();
        match answer.asked {
            Asked::Act(step) => {
                let act = capital(&self.act(step.kind(), entry));
                if !missing.is_empty() {
                    return format!("{act}: không được ghi nhận. {missing}");
                }
                let stage = if step.moves() {
                    format!("; hồ sơ ở giai đoạn {}", answer.stage.quoted(false))
                } else {
                    String::new()
                };
                let vote = answer.vote.map_or_else(String::new, counted);
                format!("{act}: được ghi nhận{vote}{stage}{lasting}.")
            }
            Asked::Step(step) => {
                let act = self.act(step.kind(), entry);
                if missing.is_empty() {
                    format!("Điều kiện của bước {act}: đã đủ{lasting}.")
                } else {
                    format!("Điều kiện của bước {act}: chưa đủ. {missing}")
                }
            }
            Asked::Deadline(kind) => due(kind, answer),
            Asked::Nomination
            | Asked::Class(_)
            | Asked::Result(_)
            | Asked::Change
            | Asked::Findings
            | Asked::Register(_) => {
                let answered = prose_of_questions::answered(entry, answer, &missing);
                capital(&answered.unwrap_or_default())
            }
        }
    }
}

fn counted(vote: Outcome) -> String {
    format!(
        ", {} phiếu (cần {} trên {} người có quyền biểu quyết)",
        if vote.carried {
            "đủ"
        } else {
            "không đủ"
        },
        vote.needed,
        vote.entitled
    )
}

fn due(kind: DeadlineKind, answer: &CaseAnswer) -> String {
    let Some(due) = &answer.deadline else {
        return format!("Thời hạn {}: không có.", kind.vi());
    };
    let skipped = if due.skipped.is_empty() {
        String::new()
    } else {
        format!("; không tính ngày nghỉ {}", days(&due.skipped))
    };
    format!(
        "Thời hạn {}: từ ngày {} đến hết ngày {}{skipped} ({}).",
        kind.vi(),
        vi(due.from_on),
        vi(due.due_on),
        due.source
    )
}

/// What else the case expects.
fn lasting(entry: &Entry) -> Vec<String> {
    let expected = entry.get("expect").and_then(Value::as_object);
    let text = |key: &str| expected?.get(key)?.as_str();
    let day = |key: &str| text(key).and_then(|day| day.parse().ok()).map(vi);
    [
        text("regulation").map(|code| format!("; xét theo {code}")),
        day("probation_end").map(|day| format!("; thời gian dự bị đến hết ngày {day}")),
        day("official_on").map(|day| format!("; đảng viên chính thức từ ngày {day}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn kind_of(entry: &Entry) -> Option<ActKind> {
    let kind = entry.get("act").or_else(|| entry.get("asked"))?;
    serde_json::from_value(kind.clone()).ok()
}

impl Case {
    /// The case in Vietnamese, with these answers to what it asks.
    pub(crate) fn prose(&self, answers: &[CaseAnswer]) -> Result<Prose, String> {
        let teller = Teller::of(self)?;
        let mut facts = self.start.sentences();
        facts.extend(
            self.versions()
                .map(|code| format!("giả định có thêm văn bản {code}")),
        );
        facts.extend(self.facts.sentences());
        let given = self.given.iter().filter_map(|entry| {
            let kind = kind_of(entry)?;
            Some(teller.act(kind, entry))
        });
        let answered = self.judged.iter().zip(answers);
        Ok(Prose {
            facts: format!("{}.", facts.join("; ")),
            given: given.collect(),
            answers: answered.map(|(entry, a)| teller.answer(entry, a)).collect(),
        })
    }

    /// The codes of the versions that it invents.
    fn versions(&self) -> impl Iterator<Item = String> {
        let text = self.regulations.as_deref().unwrap_or_default();
        let table: toml::Table = text.parse().unwrap_or_default();
        let all = table
            .get("version")
            .and_then(toml::Value::as_array)
            .cloned();
        let all = all.into_iter().flatten();
        all.filter_map(|v| Some(v.get("code")?.as_str()?.to_owned()))
    }

    /// Whether that question of the case names the rule.
    pub(crate) fn names(&self, place: usize, rule: &str) -> bool {
        let expected = self.judged.get(place).and_then(|entry| entry.get("expect"));
        let named = |key: &str| expected.and_then(|e| e.get(key));
        let one = named("rule").and_then(Value::as_str) == Some(rule);
        let unmet = named("unmet").and_then(Value::as_array);
        one || unmet.is_some_and(|all| all.iter().any(|r| r.as_str() == Some(rule)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::CASES;
    use super::*;
    use crate::regulation::{BUILT_IN, Regulations};

    /// What an entry says that is not a field of its act.
    const OWN: [&str; 6] = ["act", "asked", "on", "id", "record", "expect"];

    fn prose(name: &str) -> Prose {
        let law = Regulations::read(BUILT_IN).unwrap();
        let (_, text) = CASES.iter().find(|(n, _)| *n == name).unwrap();
        let case = Case::read(text).unwrap();
        case.prose(&case.run(&law).unwrap()).unwrap()
    }

    #[test]
    fn a_case_is_told_with_its_facts_and_its_answers() {
        let vote = prose("03-one-of-20-is-suspended");
        assert_eq!(
            vote.facts,
            "Hồ sơ đủ điều kiện để chi bộ biểu quyết kết nạp; lập hồ sơ ngày 01/03/2021; chi bộ có 20 đảng viên chính thức; 2 đảng viên được miễn sinh hoạt; 1 đảng viên bị đình chỉ sinh hoạt."
        );
        let begins = "Chi bộ biểu quyết đề nghị kết nạp ngày 01/06/2021 ";
        assert!(vote.answers[1].starts_with(begins), "{}", vote.answers[1]);
        assert!(vote.answers[1].contains("ngày 01/06/2021 (bị đình chỉ sinh hoạt: 1; có mặt: 17; tán thành: 13; không tán thành: 4): được ghi nhận, đủ phiếu (cần 13 trên 19 người có quyền biểu quyết); hồ sơ ở giai đoạn “chi bộ có nghị quyết”."), "{}", vote.answers[1]);
        assert!(vote.answers[2].contains("không được ghi nhận. "));
        let due = prose("23-a-worked-saturday");
        assert!(
            due.facts
                .contains("ngày nghỉ: 29/04/2024, 30/04/2024, 01/05/2024; ngày làm bù: 04/05/2024")
        );
        let ends = "đến hết ngày 05/06/2024; không tính ngày nghỉ 29/04/2024, 30/04/2024, 01/05/2024 (24-QĐ/TW, 4.1).";
        assert!(
            due.answers.iter().any(|a| a.ends_with(ends)),
            "{:?}",
            due.answers
        );
    }

    /// Nothing that a case says of an act is left out, and no word of computers or of another
    /// language is in what is told.
    #[test]
    fn everything_that_a_case_says_has_a_vietnamese_name() {
        let law = Regulations::read(BUILT_IN).unwrap();
        for (name, text) in CASES {
            let case = Case::read(text).unwrap();
            for entry in case.given.iter().chain(&case.judged) {
                let fields = entry.keys().filter(|key| !OWN.contains(&key.as_str()));
                let step = Teller::of(&case).unwrap();
                let own = kind_of(entry).and_then(|kind| step.ordinary.step(kind, entry).ok());
                let own = own.map(crate::acts::Step::fields).unwrap_or_default();
                let asks = [
                    "deadline",
                    "nominated",
                    "proposed",
                    "completed",
                    "changed",
                    "register",
                ];
                if entry.get("changed").and_then(Value::as_str) == Some("member") {
                    continue;
                }
                for key in fields.filter(|key| !asks.contains(&key.as_str())) {
                    let known = FIELDS.iter().any(|f| f.0 == key);
                    assert!(known || own.iter().any(|f| f.0 == key), "{name}: {key}");
                }
            }
            let prose = case.prose(&case.run(&law).unwrap()).unwrap();
            assert_eq!(prose.answers.len(), case.judged.len(), "{name}");
            for line in [&prose.facts]
                .into_iter()
                .chain(&prose.given)
                .chain(&prose.answers)
            {
                assert!(!line.contains('_') && !line.contains('='), "{name}: {line}");
                assert!(
                    line.ends_with('.') || prose.given.contains(line),
                    "{name}: {line}"
                );
            }
        }
    }
}
