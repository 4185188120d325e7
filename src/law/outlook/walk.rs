//! The walk itself: each day takes every step that the requirements allow on it, after what can be
//! recorded to meet those that are not met yet.
use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::ways::{self, lead, recorder};
use super::{Ahead, Course, Question, What};
use crate::acts::{Act, Certificate, Step};
use crate::calendar::valid_to;
use crate::candidacy::{File, Recorded};
use crate::enrolment::{Lesson, enrol, pupil, takes_proposals};
use crate::judgement::{self, Facts, requirements};
use crate::regulation::Regulations;
use crate::requirement::{Check, Way, way};
use crate::settings::{Setting, VERIFICATION_LEAD_DAYS};
use crate::text::Text;
use crate::words::{
    ClassKind, ClassState, PlanAction, Purpose, Role, Stage, VerificationStep, VotingBody,
};

/// What meets a requirement may itself have some; more than these do not follow on each other.
const DEPTH: usize = 6;
/// So often a step is tried again after something has met one of its requirements.
const ROUNDS: usize = 12;

/// The step that leads on from a stage, towards the goal.
fn onward(file: &File) -> Option<Step> {
    Some(match file.stage {
        Stage::Nominated => Step::PlanDecision(PlanAction::Add),
        Stage::InPlan => Step::Dossier(()),
        Stage::Dossier => Step::Resolution((Purpose::Admission, VotingBody::Branch)),
        Stage::BranchResolved => Step::Resolution((Purpose::Admission, VotingBody::Committee)),
        Stage::CommitteeResolved => Step::Submission(()),
        Stage::Submitted => Step::Decision(Purpose::Admission),
        Stage::Decided => Step::Ceremony(()),
        // on the report of the votes that have failed
        Stage::Probationary if file.reported().is_some() => Step::Recognition(()),
        Stage::Probationary => Step::Resolution((Purpose::Recognition, VotingBody::Branch)),
        Stage::RecognitionBranchResolved => {
            Step::Resolution((Purpose::Recognition, VotingBody::Committee))
        }
        Stage::RecognitionCommitteeResolved => Step::Recognition(()),
        Stage::Official
        | Stage::Removed
        | Stage::NotAdmitted
        | Stage::StruckOff
        | Stage::Withdrawn
        | Stage::TransferredOut
        | Stage::Deceased => return None,
    })
}

/// A file on its way, as it will be on the day that has come.
pub(super) struct Walk<'a> {
    asked: &'a Question<'a>,
    pub facts: Facts,
    pub file: File,
    pub goal: Stage,
    first: NaiveDate,
    /// Only for one step: not before that day.
    pub not_before: Option<(What, NaiveDate)>,
    /// The class in which the person sits.
    seat: Option<Course>,
    /// Days on which something can change.
    wakes: BTreeSet<NaiveDate>,
    /// What is done, each with its first day.
    done: Vec<(What, NaiveDate)>,
    acts: Vec<Recorded>,
    /// The unmet requirements of the next step on the day on which there are fewest.
    pub missing: Vec<Check>,
    /// The stage in which that is, and how much had been done by then.
    stuck: Option<(Stage, usize)>,
}

impl<'a> Walk<'a> {
    pub fn new(asked: &'a Question<'a>, first: NaiveDate) -> Self {
        Self {
            asked,
            facts: asked.facts.clone(),
            file: asked.file.clone(),
            goal: asked.goal(),
            first,
            not_before: None,
            seat: None,
            wakes: asked.changes.clone(),
            done: Vec::new(),
            acts: Vec::new(),
            missing: Vec::new(),
            stuck: None,
        }
    }

    /// Goes on until the goal is reached; the day, unless it is later than `until`.
    pub fn goes(&mut self, until: NaiveDate) -> Option<NaiveDate> {
        let mut day = self.first;
        while day <= until {
            self.facts.today = day;
            self.sits(day);
            loop {
                while onward(&self.file).is_some_and(|step| self.steps_on(step, day)) {
                    if self.file.stage == self.goal {
                        return Some(day);
                    }
                }
                if !self.sits(day) {
                    break;
                }
            }
            if self.file.stage == Stage::InPlan {
                // what takes long begins before the dossier is opened
                self.prepares(
                    Step::Resolution((Purpose::Admission, VotingBody::Branch)),
                    day,
                );
            }
            day = *self.wakes.range(day.succ_opt()?..).next()?;
        }
        None
    }

    /// The acts so far; on the way to a step that cannot be taken, those up to the day on which it
    /// lacks least.
    pub fn steps(&self) -> Vec<Ahead> {
        let done = match self.stuck {
            Some((stage, done)) if stage == self.file.stage => done,
            _ => self.done.len(),
        };
        let ahead = self.done.iter().take(done).map(|(what, on)| Ahead {
            what: *what,
            earliest_on: *on,
            latest_on: None,
        });
        ahead.collect()
    }

    #[cfg(test)]
    pub fn recorded(self) -> Vec<Recorded> {
        self.acts
    }

    fn noted(&mut self, what: What, on: NaiveDate) {
        if !self.done.iter().any(|(known, _)| *known == what) {
            self.done.push((what, on));
        }
    }

    /// The step that leads on, if it is taken on that day.
    fn steps_on(&mut self, step: Step, day: NaiveDate) -> bool {
        let before = self.file.stage;
        let file = ways::step(self, step, day).is_some_and(|act| self.takes(act, DEPTH));
        file && self.file.stage != before
    }

    /// Does what meets the requirements of a later step.
    fn prepares(&mut self, step: Step, day: NaiveDate) {
        let Some(act) = ways::step(self, step, day) else {
            return;
        };
        for _ in 0..ROUNDS {
            let unmet = self.unmet(&act);
            let mut met = false;
            for check in &unmet {
                met |= self.meets(check, day, DEPTH);
            }
            if !met {
                break;
            }
        }
    }

    pub fn law(&self) -> &'a Regulations {
        self.asked.law
    }

    /// What the judgement of that day is asked, by the Office.
    pub fn question(&self, on: NaiveDate) -> judgement::Question<'_> {
        judgement::Question {
            facts: &self.facts,
            file: &self.file,
            law: self.asked.law,
            version: self.asked.law.on(on),
            on,
            role: Role::PartyOffice,
            account: account(Role::PartyOffice),
            recording: true,
            lost: &self.asked.lost,
        }
    }

    /// What the judgement of the act would miss.
    fn unmet(&self, act: &Act) -> Vec<Check> {
        let role = recorder(act.step());
        let question = judgement::Question {
            role,
            account: account(role),
            ..self.question(act.on())
        };
        let mut checks = requirements(&question, act.step(), Some(act));
        checks.retain(|c| !c.met);
        checks
    }

    /// The first day that the usual length of the step and the question allow.
    fn not_sooner(&self, act: &Act) -> NaiveDate {
        let (step, file) = (act.step(), &self.file);
        let after = |from: NaiveDate, setting: &Setting| {
            from + Days::new(self.facts.settings.whole(setting, from).into())
        };
        let usual = lead(step).map(|setting| after(file.stage_on, setting));
        let answered = || {
            let Act::Verification(v) = act else {
                return None;
            };
            let subject = (v.relation?, v.number.unwrap_or(1));
            let sent = file.subjects.get(&subject)?.waits_since(act.on())?;
            let returned = v.step == VerificationStep::Returned;
            returned.then(|| after(sent, &VERIFICATION_LEAD_DAYS))
        };
        let asked = self.not_before;
        let asked = asked.filter(|(what, _)| *what == What::Act(step));
        let days = [usual, answered(), asked.map(|(_, on)| on)];
        days.into_iter().flatten().max().unwrap_or(act.on())
    }

    /// Records the act, after what can meet its requirements.
    fn takes(&mut self, act: Act, depth: usize) -> bool {
        let day = act.on();
        for _ in 0..ROUNDS {
            let unmet = self.unmet(&act);
            if unmet.is_empty() {
                let sooner = self.not_sooner(&act);
                if sooner > day {
                    self.wakes.insert(sooner);
                    return false;
                }
                self.records(act);
                return true;
            }
            let mut met = false;
            for check in &unmet {
                self.wakes.extend(check.earliest_on);
                met |= depth > 0 && self.meets(check, day, depth - 1);
            }
            if !met {
                if depth == DEPTH {
                    self.lacks(unmet);
                }
                return false;
            }
        }
        false
    }

    /// Later days may only add what has expired meanwhile.
    fn lacks(&mut self, unmet: Vec<Check>) {
        let same = self
            .stuck
            .is_some_and(|(stage, _)| stage == self.file.stage);
        if !same || unmet.len() < self.missing.len() {
            self.missing = unmet;
            self.stuck = Some((self.file.stage, self.done.len()));
        }
    }

    fn records(&mut self, act: Act) {
        let (on, step) = (act.on(), act.step());
        let role = recorder(step);
        let recorded = Recorded {
            id: Uuid::from_u128(u128::MAX - self.acts.len() as u128),
            account: account(role),
            role,
            act,
            regulation: None,
        };
        recorded.apply(&mut self.file, self.asked.law);
        self.acts.push(recorded);
        if !matches!(step, Step::Certificate(())) {
            self.noted(What::Act(step), on);
        }
    }

    /// Records what meets the requirement, if something does.
    fn meets(&mut self, check: &Check, day: NaiveDate, depth: usize) -> bool {
        match way(check.rule) {
            Some((Way::Act(_), _)) => {
                let ways = ways::meeting(self, check.rule, day);
                let mut met = false;
                for act in ways.acts {
                    met |= self.takes(act, depth);
                    if met && !ways.all {
                        break;
                    }
                }
                met
            }
            // decided in the review
            Some((Way::Review, _)) => std::mem::take(&mut self.facts.in_open_review),
            // a seat is taken when the class begins
            Some((Way::Enrolment | Way::Class | Way::Candidate, _)) | None => false,
        }
    }

    /// Takes seats and certificates of that day; whether anything has changed.
    fn sits(&mut self, day: NaiveDate) -> bool {
        let mut changed = false;
        if let Some(course) = self.seat.filter(|c| c.ends_on <= day) {
            self.seat = None;
            self.certified(&course);
            changed = true;
        }
        for course in self.asked.courses {
            let Lesson { starts_on, .. } = course.lesson;
            let under_way = course.seated && starts_on < self.first && day == self.first;
            let better = self.seat.is_none_or(|held| course.ends_on < held.ends_on);
            if !(under_way || starts_on == day) || !better || self.held(course) {
                continue;
            }
            let from = self.proposed_from(course);
            let open = course.seated || (course.room && proposable(&course.lesson, from));
            if !open || from > starts_on && !course.seated {
                continue;
            }
            let pupil = pupil(&self.file, &course.lesson, None);
            if under_way || enrol(&course.lesson, pupil.as_ref()).is_empty() {
                self.seat = Some(*course);
                changed = true;
                if course.ends_on <= day {
                    self.seat = None;
                    self.certified(course);
                }
            }
        }
        changed
    }

    fn held(&self, course: &Course) -> bool {
        self.done
            .iter()
            .any(|(what, _)| *what == What::Class(course.id))
            || self.seat.is_some_and(|held| held.id == course.id)
    }

    /// From when the person can be proposed for the class.
    fn proposed_from(&self, course: &Course) -> NaiveDate {
        let entered = match course.lesson.kind {
            ClassKind::Awareness => self.file.in_plan_on,
            ClassKind::NewMember => self.file.ceremony_on,
        };
        let asked = self.not_before;
        let asked = asked.filter(|(what, _)| *what == What::Class(course.id));
        let days = [Some(self.first), entered, asked.map(|(_, on)| on)];
        days.into_iter().flatten().max().unwrap_or(self.first)
    }

    fn certified(&mut self, course: &Course) {
        let (kind, on) = (course.lesson.kind, course.ends_on);
        let months = self.asked.law.on(on).whole("awareness_valid_months");
        let certificate = Certificate {
            on,
            class_kind: kind,
            enrolment_id: course.id,
            number: Text::stored("1".to_owned()),
            valid_to: (kind == ClassKind::Awareness).then(|| valid_to(on, months)),
            corrects: None,
        };
        let from = self.proposed_from(course);
        self.noted(What::Class(course.id), from.min(course.lesson.starts_on));
        self.records(certificate.into());
    }
}

/// One account a role.
fn account(role: Role) -> Uuid {
    Uuid::from_u128(role as u128 + 1)
}

/// A class that is planned is going to be opened.
fn proposable(lesson: &Lesson, from: NaiveDate) -> bool {
    let state = match lesson.state {
        ClassState::Planned => ClassState::Open,
        ClassState::Open | ClassState::Closed | ClassState::Cancelled => lesson.state,
    };
    takes_proposals(&Lesson { state, ..*lesson }, from, false).is_empty()
}
