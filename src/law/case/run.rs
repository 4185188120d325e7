//! Runs a case and compares each answer of the rules with the expected one.
use chrono::NaiveDate;
use uuid::Uuid;

use super::builder::{Builder, asks, subject, take};
use super::{Case, Entry, Expected, Subject};
use crate::acts::Step;
use crate::candidacy::Recorded;
use crate::deadlines::{self, Deadline};
use crate::findings;
use crate::judgement::{Question, judge, requirements};
use crate::register::Counts;
use crate::regulation::Regulations;
use crate::requirement::Check;
use crate::time_limits::probation_end;
use crate::votes::Outcome;
use crate::words::{ClassKind, DeadlineKind, Role, Stage};

/// What a case asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whether an act is accepted.
    Act(Step),
    /// The unmet requirements of a step, as in `next-steps`.
    Step(Step),
    Deadline(DeadlineKind),
    /// Whether a person is nominated.
    Nomination,
    /// Whether the person is taken into a class.
    Class(ClassKind),
    /// Whether a class's result can be recorded.
    Result(ClassKind),
    /// What falls by a change of evidence.
    Change,
    /// What has lost its ground, or happened out of order.
    Findings,
    /// The branch's register of a day.
    Register(NaiveDate),
}

/// The rules' answer.
#[derive(Clone, Debug)]
pub struct CaseAnswer {
    pub asked: Asked,
    pub on: Option<NaiveDate>,
    /// Every requirement, met or not.
    pub checks: Vec<Check>,
    /// No requirement is unmet.
    pub accepted: bool,
    /// Stage after the act, or the current one.
    pub stage: Stage,
    pub deadline: Option<Deadline>,
    /// Of an accepted vote.
    pub vote: Option<Outcome>,
    /// Members of the register.
    pub counts: Option<Counts>,
    /// Differences from the expected answer.
    pub wrong: Vec<String>,
}

impl Case {
    /// It is judged by versions that follow those of the file.
    pub const fn adds_versions(&self) -> bool {
        self.regulations.is_some()
    }

    /// Every answer; the error says why the case cannot be set up.
    pub fn run(&self, law: &Regulations) -> Result<Vec<CaseAnswer>, String> {
        let law = match &self.regulations {
            Some(more) => &law.and(more).map_err(|wrong| wrong.to_string())?,
            None => law,
        };
        let mut builder = Builder::start(self, law)?;
        for (place, given) in self.given.iter().enumerate() {
            builder
                .record(given.clone())
                .map_err(|why| format!("given {}: {why}", place + 1))?;
        }
        let mut answers = Vec::new();
        for (place, judged) in self.judged.iter().enumerate() {
            let answer = builder.answer(judged.clone());
            answers.push(answer.map_err(|why| format!("judged {}: {why}", place + 1))?);
        }
        Ok(answers)
    }

    /// The moves between stages of its file, and of what is accepted in it.
    #[cfg(test)]
    pub(crate) fn moves(&self, law: &Regulations) -> Result<Vec<(Step, Stage, Stage)>, String> {
        use crate::acts::ActKind;
        use crate::candidacy::standing;
        let law = match &self.regulations {
            Some(more) => &law.and(more).map_err(|wrong| wrong.to_string())?,
            None => law,
        };
        let mut builder = Builder::start(self, law)?;
        for given in &self.given {
            builder.record(given.clone())?;
        }
        let mut moves = Vec::new();
        for judged in &self.judged {
            let before = builder.facts.file(law).stage;
            let answer = builder.answer(judged.clone())?;
            if let (Asked::Act(step), true) = (answer.asked, answer.accepted) {
                moves.push((step, before, answer.stage));
            }
        }
        let acts = standing(&builder.facts.acts);
        let mut file = builder.facts.opened(&acts, law);
        for recorded in &acts {
            let before = file.stage;
            recorded.apply(&mut file, law);
            moves.push((recorded.act.step(), before, file.stage));
        }
        moves.retain(|(step, from, to)| from != to && step.kind() != ActKind::Annulment);
        Ok(moves)
    }

    /// Every difference from the expected answers, with its position in the case.
    pub fn mistakes(&self, law: &Regulations) -> Vec<String> {
        match self.run(law) {
            Err(why) => vec![why],
            Ok(answers) => answers
                .iter()
                .enumerate()
                .flat_map(|(place, a)| {
                    a.wrong
                        .iter()
                        .map(move |w| format!("judged {}: {w}", place + 1))
                })
                .collect(),
        }
    }
}

impl Builder<'_> {
    fn answer(&mut self, mut entry: Entry) -> Result<CaseAnswer, String> {
        let expected: Expected = take(&mut entry, "expect")?.ok_or("expect is missing")?;
        let record: bool = take(&mut entry, "record")?.unwrap_or(false);
        let name: Option<String> = take(&mut entry, "id")?;
        let mut answer = match subject(&mut entry)? {
            Subject::Act(_) => {
                let recorded = self.recorded(entry)?;
                let answer = self.judged(&recorded);
                if record && answer.accepted {
                    self.keep(name, recorded);
                }
                answer
            }
            Subject::Step(kind) => {
                let step = self.step(kind, &entry)?;
                let on: NaiveDate = take(&mut entry, "on")?.ok_or("on is missing")?;
                let role: Option<Role> = take(&mut entry, "role")?;
                self.asked(step, on, role.unwrap_or_else(|| asks(step, kind)))
            }
            Subject::Deadline(kind) => self.deadline(kind),
            Subject::Further(what) => self.further(what, entry, record)?,
        };
        answer.wrong = self.compare(&answer, &expected);
        Ok(answer)
    }

    fn judged(&self, recorded: &Recorded) -> CaseAnswer {
        let file = self.facts.file(self.law);
        let lost = findings::of(&self.facts, self.law);
        let (act, step) = (&recorded.act, recorded.act.step());
        let question = Question {
            facts: &self.facts,
            file: &file,
            law: self.law,
            version: self.law.on(act.on()),
            on: act.on(),
            role: recorded.role,
            account: recorded.account,
            recording: true,
            lost: &lost,
        };
        // the unmet requirements first, including those of later acts, then the met ones
        let met = requirements(&question, step, Some(act));
        let met = met.into_iter().filter(|c| c.met);
        let (missing, stage, vote) = match judge(&self.facts, self.law, recorded) {
            Ok(verdict) => (Vec::new(), verdict.after.stage, verdict.vote),
            Err(missing) => (missing, file.stage, None),
        };
        let checks: Vec<Check> = missing.into_iter().chain(met).collect();
        CaseAnswer {
            on: Some(act.on()),
            stage,
            vote,
            ..self.plain(Asked::Act(step), checks)
        }
    }

    fn asked(&self, step: Step, on: NaiveDate, role: Role) -> CaseAnswer {
        let file = self.facts.file(self.law);
        let lost = findings::of(&self.facts, self.law);
        let question = Question {
            facts: &self.facts,
            file: &file,
            law: self.law,
            version: self.law.on(on),
            on,
            role,
            account: Uuid::nil(),
            recording: true,
            lost: &lost,
        };
        let checks = requirements(&question, step, None);
        CaseAnswer {
            on: Some(on),
            ..self.plain(Asked::Step(step), checks)
        }
    }

    fn deadline(&self, kind: DeadlineKind) -> CaseAnswer {
        let file = self.facts.file(self.law);
        let open = deadlines::open(&file, self.law, &self.facts);
        let deadline = open.into_iter().find(|d| d.kind == kind);
        CaseAnswer {
            accepted: deadline.is_some(),
            deadline,
            ..self.plain(Asked::Deadline(kind), Vec::new())
        }
    }

    /// An answer of these requirements, and nothing else.
    pub fn plain(&self, asked: Asked, checks: Vec<Check>) -> CaseAnswer {
        CaseAnswer {
            asked,
            on: None,
            accepted: checks.iter().all(|c| c.met),
            checks,
            stage: self.facts.file(self.law).stage,
            deadline: None,
            vote: None,
            counts: None,
            wrong: Vec::new(),
        }
    }

    fn compare(&self, answer: &CaseAnswer, expected: &Expected) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut differ = |what: &str, found: String, right: String| {
            if found != right {
                wrong.push(format!("{what} is {found}; right is {right}"));
            }
        };
        let day = |on: Option<NaiveDate>| on.map_or_else(|| "none".to_owned(), |d| d.to_string());
        let file = self.facts.file(self.law);
        let shown = |names: &mut Vec<&str>| {
            names.sort_unstable();
            if names.is_empty() {
                "nothing".to_owned()
            } else {
                names.join(", ")
            }
        };
        if let Some(right) = &expected.unmet {
            let unmet = answer.checks.iter().filter(|c| !c.met).map(|c| c.rule);
            differ(
                "unmet",
                shown(&mut unmet.collect()),
                shown(&mut right.iter().map(String::as_str).collect()),
            );
        }
        if let Some(right) = expected.stage {
            differ("stage", answer.stage.wire().into(), right.wire().into());
        }
        let named = answer.checks.iter().find(|c| match &expected.rule {
            Some(rule) => c.rule == rule,
            None => !c.met,
        });
        if let Some(right) = &expected.regulation {
            let version = answer.checks.iter().find_map(|c| c.version.clone());
            differ("regulation", version.unwrap_or_default(), right.clone());
        }
        if let Some(right) = &expected.clause {
            let deadline = answer.deadline.as_ref().map(|d| &d.source);
            let found = named.map(|c| &c.source).or(deadline);
            differ("clause", found.cloned().unwrap_or_default(), right.clone());
        }
        if let Some(right) = &expected.rule {
            let deadline = answer.deadline.as_ref().map(|d| d.rule);
            let found = named.map(|c| c.rule).or(deadline);
            differ(
                "rule",
                found.unwrap_or("not asked").to_owned(),
                right.clone(),
            );
        }
        if let Some(right) = &expected.says {
            let found = named.map_or("nothing", |c| &c.detail.vi);
            differ("what is said", found.to_owned(), right.clone());
        }
        let counted = answer.counts.unwrap_or_default();
        for (what, found, right) in [
            ("official", counted.official, expected.official),
            ("probationary", counted.probationary, expected.probationary),
            ("exempt", counted.exempt, expected.exempt),
            ("suspended", counted.suspended, expected.suspended),
        ] {
            if let Some(right) = right {
                differ(what, found.to_string(), right.to_string());
            }
        }
        if expected.earliest.is_some() {
            let found = named.and_then(|c| c.earliest_on);
            differ("earliest", day(found), day(expected.earliest));
        }
        if matches!(answer.asked, Asked::Deadline(_)) {
            let found = answer.deadline.as_ref();
            differ("due", day(found.map(|d| d.due_on)), day(expected.due));
            if let Some(right) = expected.from {
                differ("from", day(found.map(|d| d.from_on)), right.to_string());
            }
            if let Some(right) = &expected.skipped {
                let skipped = found.map(|d| d.skipped.clone()).unwrap_or_default();
                differ("skipped", format!("{skipped:?}"), format!("{right:?}"));
            }
        }
        if expected.probation_end.is_some() {
            let end = probation_end(&file).map(|p| p.0);
            differ("probation_end", day(end), day(expected.probation_end));
        }
        if let Some(right) = expected.introductions {
            let found = file.introductions.len();
            differ("introductions", found.to_string(), right.to_string());
        }
        if expected.official_on.is_some() {
            differ(
                "official_on",
                day(file.official_on),
                day(expected.official_on),
            );
        }
        wrong
    }
}
