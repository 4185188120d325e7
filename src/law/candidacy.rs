//! A candidacy as a fold over its acts: the stage, and everything that later acts are judged by.
//! Pure and complete: replaying the acts always gives the same file.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::acts::{self, Act};
pub use crate::correction::{hidden, standing, told_of_hidden};
use crate::regulation::{InForce, Regulations};
use crate::said::Said;
use crate::words::{
    Assessment, ClassKind, Conclusion, Introducer, Purpose, Relation, Role, Stage, VotingBody,
    WaiverKind,
};

/// A recorded act, or one about to be.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub id: Uuid,
    pub account: Uuid,
    /// The role that recorded it.
    pub role: Role,
    pub act: Act,
    /// Code of the version that judged it; `None` for a new act, whose date decides.
    pub regulation: Option<String>,
}

/// A subject of the verification: relation and number.
pub type Subject = (Relation, i32);

/// A step of a subject's verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Sent,
    /// Returned, or exempted.
    Answered,
}

/// Progress of a subject's verification.
#[derive(Clone, Debug, Default)]
pub struct Inquiry {
    /// First declared in the CV.
    pub declared_on: Option<NaiveDate>,
    pub asked: Said<Asked>,
    /// Days of the answers that flag a finding.
    pub flagged: Said<()>,
}

impl Inquiry {
    pub fn declared_by(&self, day: NaiveDate) -> bool {
        self.declared_on.is_some_and(|on| on <= day)
    }

    pub fn sent_by(&self, day: NaiveDate) -> bool {
        let steps = self.asked.until(day);
        steps.iter().any(|(_, step, _)| *step == Asked::Sent)
    }

    /// On that day an answer is awaited: since when.
    pub fn waits_since(&self, day: NaiveDate) -> Option<NaiveDate> {
        let steps = self.asked.until(day).iter().rev();
        let unanswered = steps.take_while(|(_, step, _)| *step == Asked::Sent);
        unanswered.last().map(|(on, ..)| *on)
    }

    /// The day of the last answer up to that day, unless another one is awaited since.
    pub fn answered_on(&self, day: NaiveDate) -> Option<NaiveDate> {
        let last = self.asked.by(day);
        last.and_then(|(on, step)| (step == Asked::Answered).then_some(on))
    }
}

/// A political issue of a subject.
#[derive(Clone, Debug, Default)]
pub struct Issue {
    /// The accounts that proposed, and the dates.
    pub proposed: Vec<(Uuid, NaiveDate)>,
    pub concluded: Said<bool>,
}

/// A sponsor's assignment to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sponsor {
    pub member: Uuid,
    /// From another branch, with a reason.
    pub other_branch: bool,
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
    pub end_reason: Option<String>,
}

impl Sponsor {
    /// First and last day.
    pub(crate) const fn period(&self) -> (NaiveDate, Option<NaiveDate>) {
        (self.from_on, self.to_on)
    }
}

/// A test assignment.
#[derive(Clone, Debug)]
pub struct Test {
    pub given_on: NaiveDate,
    pub due_on: NaiveDate,
    pub result: Said<Assessment>,
}

/// What became of a document of the dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// Signed, in the file, and valid until that day if it expires.
    Received(Option<NaiveDate>),
    /// Sent back to be mended.
    Returned,
}

#[derive(Clone, Debug)]
pub struct Vote {
    /// Id of the act.
    pub id: Uuid,
    pub on: NaiveDate,
    pub purpose: Purpose,
    pub body: VotingBody,
    /// Number of the resolution.
    pub number: String,
    pub carried: bool,
    /// The version that judged it.
    pub under: InForce,
}

#[derive(Clone, Debug)]
pub struct Decision {
    pub on: NaiveDate,
    pub received_on: Option<NaiveDate>,
    /// The version that judged it.
    pub under: InForce,
}

/// A certificate that the person holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// Id of the act.
    pub id: Uuid,
    pub paper: acts::Certificate,
    /// The version under which it was issued.
    pub under: InForce,
}

/// A stage that the candidacy entered, on which day, by which act, and the reason if one was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    pub stage: Stage,
    pub on_date: NaiveDate,
    pub act: Uuid,
    pub reason: Option<String>,
}

/// The state of a candidacy that its acts add up to.
#[derive(Clone, Debug)]
pub struct File {
    pub stage: Stage,
    pub stage_on: NaiveDate,
    /// Every stage so far, the present one last.
    pub entered: Vec<Entered>,
    pub nominated_on: NaiveDate,
    pub in_plan_on: Option<NaiveDate>,
    /// The last day on which a branch kept the person in the plan or concluded the verification.
    pub branch_decided_on: Option<NaiveDate>,
    /// The first day in the branch to which the person has moved.
    pub moved_on: Option<NaiveDate>,
    pub dossier_on: Option<NaiveDate>,
    /// The version that judged the opening of the dossier.
    pub dossier_under: Option<InForce>,
    pub sponsors: Vec<Sponsor>,
    pub notes: Said<Assessment>,
    pub tests: BTreeMap<Uuid, Test>,
    pub introductions: Vec<(Uuid, acts::Introduction)>,
    pub replaced: BTreeSet<Uuid>,
    pub certificates: Vec<Held>,
    pub papers: BTreeMap<String, Said<Filed>>,
    pub sealed: Said<()>,
    pub subjects: BTreeMap<Subject, Inquiry>,
    pub concluded: Said<Conclusion>,
    pub issues: BTreeMap<Subject, Issue>,
    pub opinions: Vec<(Uuid, acts::Opinion)>,
    /// In the order of their days.
    pub votes: Vec<Vote>,
    /// Questions on which the competent committee has refused what the branch proposed or reported.
    pub refused: Vec<(Purpose, NaiveDate)>,
    pub decision: Option<Decision>,
    pub ceremony_on: Option<NaiveDate>,
    /// The version that judged it.
    pub ceremony_under: Option<InForce>,
    /// Counted from the ceremony, however late the recognition.
    pub official_on: Option<NaiveDate>,
    /// Date of the recognition decision, before which nobody votes or sponsors as an official
    /// member.
    pub recognised_on: Option<NaiveDate>,
    pub waivers: Vec<(Uuid, acts::Waiver)>,
    pub ended_on: Option<NaiveDate>,
    /// Date of the last acknowledged change that left an act without its ground.
    pub acknowledged_on: Option<NaiveDate>,
}

impl File {
    /// The file before the first act.
    pub fn new(on: NaiveDate) -> Self {
        Self {
            stage: Stage::Nominated,
            stage_on: on,
            entered: Vec::new(),
            nominated_on: on,
            in_plan_on: None,
            branch_decided_on: None,
            moved_on: None,
            dossier_on: None,
            dossier_under: None,
            sponsors: Vec::new(),
            notes: Said::default(),
            tests: BTreeMap::new(),
            introductions: Vec::new(),
            replaced: BTreeSet::new(),
            certificates: Vec::new(),
            papers: BTreeMap::new(),
            sealed: Said::default(),
            subjects: BTreeMap::new(),
            concluded: Said::default(),
            issues: BTreeMap::new(),
            opinions: Vec::new(),
            votes: Vec::new(),
            refused: Vec::new(),
            decision: None,
            ceremony_on: None,
            ceremony_under: None,
            official_on: None,
            recognised_on: None,
            waivers: Vec::new(),
            ended_on: None,
            acknowledged_on: None,
        }
    }

    /// What these acts add up to, which must be the ones in effect, see [`standing`].
    pub fn replay(standing: &[Recorded], law: &Regulations) -> Option<Self> {
        Some(Self::new(standing.first()?.act.on()).after(standing, law))
    }

    pub(crate) fn after(mut self, standing: &[Recorded], law: &Regulations) -> Self {
        for recorded in standing {
            recorded.apply(&mut self, law);
        }
        self
    }

    pub(crate) fn enter(&mut self, stage: Stage, by: &Recorded) {
        self.enter_because(stage, by, None);
    }

    pub(crate) fn enter_because(&mut self, stage: Stage, by: &Recorded, reason: Option<String>) {
        let on = by.act.on();
        debug_assert!(by.act.opens() || by.act.step().leads_to().contains(&stage));
        self.stage = stage;
        self.stage_on = on;
        self.entered.push(Entered {
            stage,
            on_date: on,
            act: by.id,
            reason,
        });
        if stage.ended() {
            self.ended_on = Some(on).filter(|_| stage != Stage::Official);
            let open = self.sponsors.iter_mut().filter(|s| s.to_on.is_none());
            for sponsor in open {
                sponsor.to_on = Some(on.max(sponsor.from_on));
                sponsor.end_reason = Some(stage.as_reason());
            }
        }
    }

    /// The act by which the candidacy first entered the stage.
    pub fn entered_by(&self, stage: Stage) -> Option<Uuid> {
        let first = self.entered.iter().find(|e| e.stage == stage);
        first.map(|e| e.act)
    }

    /// The day from which the person votes and sponsors as an official member.
    pub fn official_from(&self) -> Option<NaiveDate> {
        self.official_on
            .map(|on| self.recognised_on.map_or(on, |decided| decided.max(on)))
    }

    pub fn waived(&self, what: WaiverKind, on: NaiveDate) -> Option<&(Uuid, acts::Waiver)> {
        let mut all = self.waivers.iter();
        all.find(|(_, w)| w.what == what && w.on <= on)
    }

    /// The last day of a decision, a vote or a sponsor's note, before which nobody has left.
    pub(crate) fn worked_on(&self) -> Option<NaiveDate> {
        let voted = self.votes.last().map(|v| v.on);
        let noted = self.notes.all().last().map(|(on, ..)| *on);
        self.branch_decided_on.max(voted).max(noted)
    }

    /// Members whose sponsorship is open on that day.
    pub fn sponsored_on(&self, on: NaiveDate) -> impl Iterator<Item = &Uuid> {
        self.sponsors
            .iter()
            .filter(move |s| s.from_on <= on && s.to_on.is_none_or(|to| to >= on))
            .map(|s| &s.member)
    }

    /// The last carried vote of this purpose and body.
    pub fn carried(&self, purpose: Purpose, body: VotingBody) -> Option<&Vote> {
        self.votes
            .iter()
            .rev()
            .find(|v| v.purpose == purpose && v.body == body && v.carried)
    }

    /// Number of failed branch votes since the last carried one.
    pub fn failed_votes(&self, purpose: Purpose) -> usize {
        self.votes
            .iter()
            .rev()
            .filter(|v| v.purpose == purpose && v.body == VotingBody::Branch)
            .take_while(|v| !v.carried)
            .count()
    }

    /// The last of as many failed votes on recognition or strike-off as it takes for the branch to
    /// report and the competent committee to decide (29-QĐ/TW, 4.2).
    pub fn reported(&self) -> Option<&Vote> {
        let asked = [Purpose::Recognition, Purpose::StrikeOff].into_iter();
        let last = asked.filter_map(|purpose| {
            let mut all = self.votes.iter().rev();
            let last = all.find(|v| v.purpose == purpose && v.body == VotingBody::Branch)?;
            let limit = last.under.whole("failed_votes_before_report") as usize;
            (self.failed_votes(purpose) >= limit.max(1)).then_some(last)
        });
        last.max_by_key(|v| v.on)
    }

    /// The certificate of this kind that is valid longest.
    pub fn certificate(&self, kind: ClassKind, on: NaiveDate) -> Option<&Held> {
        let all = self.certificates.iter();
        let known = all.filter(|c| c.paper.class_kind == kind && c.paper.on <= on);
        known.max_by_key(|c| c.valid_to().unwrap_or(NaiveDate::MAX))
    }

    /// Introductions by this introducer that have not been replaced.
    pub fn introduced(
        &self,
        by: Introducer,
        on: NaiveDate,
    ) -> impl Iterator<Item = &(Uuid, acts::Introduction)> {
        self.introductions
            .iter()
            .filter(move |(id, i)| i.by == by && i.on <= on && !self.replaced.contains(id))
    }

    /// The act by which the signed document is in the file, if it has not been returned.
    pub fn paper(&self, code: &str, on: NaiveDate) -> Option<Uuid> {
        let said = self.papers.get(code)?;
        let good = matches!(said.by(on), Some((_, Filed::Received(until))) if until.is_none_or(|day| day >= on));
        said.act(on).filter(|_| good)
    }

    /// The first day after `day` on which the signed document comes into the file.
    pub fn received_after(&self, code: &str, day: Option<NaiveDate>) -> Option<NaiveDate> {
        let mut all = self.papers.get(code)?.all().iter();
        let first = all.find(|(on, what, _)| {
            day.is_none_or(|day| *on > day) && matches!(what, Filed::Received(_))
        });
        first.map(|(on, ..)| *on)
    }
}
