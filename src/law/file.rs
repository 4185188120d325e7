//! A candidacy as its acts have made it: the fold that gives the stage and all that later acts are
//! judged by. Pure and complete: replaying the acts gives the same file every time.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::acts::{self, Act};
use super::dates::plus_months;
use super::regulation::Regulations;
use super::votes::Tally;
use super::words::{
    Assessment, ClassKind, Conclusion, DecisionOutcome, ExitKind, Introducer, IssueStep,
    PlanAction, Purpose, Relation, Stage, VerificationStep, VotingBody, WaiverKind,
};

/// An act as it stands in the record.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub id: Uuid,
    pub account: Uuid,
    /// Wire name of the role that recorded it.
    pub role: String,
    pub act: Act,
}

/// One subject of the verification: relation and number.
pub type Subject = (Relation, i32);

/// How far a subject's verification has come.
#[derive(Clone, Debug, Default)]
pub struct Inquiry {
    pub sent_on: Option<NaiveDate>,
    pub returned_on: Option<NaiveDate>,
    pub exempted_on: Option<NaiveDate>,
    pub flagged: bool,
    /// The last finding that was flagged.
    pub flagged_on: Option<NaiveDate>,
}

/// A political issue of a subject.
#[derive(Clone, Debug, Default)]
pub struct Issue {
    pub proposed_by: Option<Uuid>,
    pub concluded: Option<(NaiveDate, bool)>,
}

/// A paper of the dossier as it stands.
#[derive(Clone, Debug)]
pub struct Paper {
    pub received_on: Option<NaiveDate>,
    pub valid_until: Option<NaiveDate>,
    pub returned: bool,
}

#[derive(Clone, Debug)]
pub struct Vote {
    pub on: NaiveDate,
    pub purpose: Purpose,
    pub body: VotingBody,
    pub carried: bool,
}

#[derive(Clone, Debug)]
pub struct Decision {
    pub on: NaiveDate,
    pub received_on: Option<NaiveDate>,
}

/// Everything the acts say.
#[derive(Clone, Debug)]
pub struct File {
    pub stage: Stage,
    pub stage_on: NaiveDate,
    pub nominated_on: NaiveDate,
    pub in_plan_on: Option<NaiveDate>,
    pub dossier_on: Option<NaiveDate>,
    pub sponsors: Vec<(Uuid, NaiveDate, Option<NaiveDate>)>,
    pub notes: Vec<(NaiveDate, Assessment)>,
    pub tests: BTreeMap<Uuid, (NaiveDate, Option<(NaiveDate, Assessment)>)>,
    pub introductions: Vec<(Uuid, acts::Introduction)>,
    pub replaced: BTreeSet<Uuid>,
    pub certificates: Vec<(Uuid, acts::Certificate)>,
    pub papers: BTreeMap<String, Paper>,
    pub sealed_on: Option<NaiveDate>,
    pub subjects: BTreeMap<Subject, Inquiry>,
    pub concluded: Option<(NaiveDate, Conclusion)>,
    pub issues: BTreeMap<Subject, Issue>,
    pub opinions: Vec<acts::Opinion>,
    pub votes: Vec<Vote>,
    pub decision: Option<Decision>,
    pub ceremony_on: Option<NaiveDate>,
    pub official_on: Option<NaiveDate>,
    pub waivers: Vec<acts::Waiver>,
    pub ended_on: Option<NaiveDate>,
}

impl File {
    /// Before the first act.
    pub fn new(on: NaiveDate) -> Self {
        Self {
            stage: Stage::Nominated,
            stage_on: on,
            nominated_on: on,
            in_plan_on: None,
            dossier_on: None,
            sponsors: Vec::new(),
            notes: Vec::new(),
            tests: BTreeMap::new(),
            introductions: Vec::new(),
            replaced: BTreeSet::new(),
            certificates: Vec::new(),
            papers: BTreeMap::new(),
            sealed_on: None,
            subjects: BTreeMap::new(),
            concluded: None,
            issues: BTreeMap::new(),
            opinions: Vec::new(),
            votes: Vec::new(),
            decision: None,
            ceremony_on: None,
            official_on: None,
            waivers: Vec::new(),
            ended_on: None,
        }
    }

    fn enter(&mut self, stage: Stage, on: NaiveDate) {
        self.stage = stage;
        self.stage_on = on;
        if stage.ended() && stage != Stage::Official {
            self.ended_on = Some(on);
            for sponsor in &mut self.sponsors {
                sponsor.2.get_or_insert(on.max(sponsor.1));
            }
        }
    }

    /// Adds one act that has been judged.
    pub fn apply(&mut self, recorded: &Recorded, law: &Regulations) {
        let on = recorded.act.on();
        match &recorded.act {
            Act::Nomination(_) | Act::Readmission(_) => {
                self.nominated_on = on;
                self.enter(Stage::Nominated, on);
            }
            Act::PlanDecision(a) => match a.action {
                PlanAction::Add => {
                    self.in_plan_on = Some(on);
                    self.enter(Stage::InPlan, on);
                }
                PlanAction::Remove => self.enter(Stage::Removed, on),
                PlanAction::Keep | PlanAction::Adjust => {}
            },
            Act::Sponsorship(a) => self.sponsors.push((a.member_id, on, None)),
            Act::SponsorshipEnd(a) => {
                if let Some(open) = self
                    .sponsors
                    .iter_mut()
                    .find(|s| s.0 == a.member_id && s.2.is_none())
                {
                    open.2 = Some(on);
                }
            }
            Act::SponsorNote(a) => self.notes.push((on, a.assessment)),
            Act::TestAssignment(a) => {
                self.tests.insert(recorded.id, (a.due_on, None));
            }
            Act::TestResult(a) => {
                if let Some(test) = self.tests.get_mut(&a.assignment_id) {
                    test.1 = Some((on, a.assessment));
                }
            }
            Act::Introduction(a) => {
                self.replaced.extend(a.replaces);
                self.introductions.push((recorded.id, a.clone()));
            }
            Act::Certificate(a) => self.certificates.push((recorded.id, a.clone())),
            Act::Dossier(_) => {
                self.dossier_on = Some(on);
                self.enter(Stage::Dossier, on);
            }
            Act::Document(a) => {
                let paper = Paper {
                    received_on: a.received_on,
                    valid_until: a.valid_until,
                    returned: false,
                };
                self.papers.insert(a.code.as_str().to_owned(), paper);
            }
            Act::Verification(a) => self.verify(a),
            Act::PoliticalIssue(a) => {
                let issue = self
                    .issues
                    .entry((a.relation, a.number.unwrap_or(1)))
                    .or_default();
                match a.step {
                    IssueStep::Proposed => issue.proposed_by = Some(recorded.account),
                    IssueStep::Concluded => {
                        issue.concluded = Some((on, a.admissible == Some(true)))
                    }
                }
            }
            Act::Opinion(a) => self.opinions.push(a.clone()),
            Act::Resolution(a) => self.vote(a, law),
            Act::Submission(_) => {
                self.enter(Stage::Submitted, on);
            }
            Act::Return(a) => {
                for note in &a.documents {
                    if let Some(paper) = self.papers.get_mut(note.code.as_str()) {
                        paper.returned = true;
                    }
                }
                self.enter(Stage::Dossier, on);
            }
            Act::Decision(a) => match (a.purpose, a.outcome) {
                (Purpose::StrikeOff, DecisionOutcome::Granted) => self.enter(Stage::StruckOff, on),
                // refused: another proposal needs another vote
                (Purpose::StrikeOff, DecisionOutcome::Refused) => {
                    self.votes.retain(|v| v.purpose != Purpose::StrikeOff)
                }
                (Purpose::Admission | Purpose::Recognition, DecisionOutcome::Granted) => {
                    self.decision = Some(Decision {
                        on,
                        received_on: a.received_on,
                    });
                    self.enter(Stage::Decided, on);
                }
                (Purpose::Admission | Purpose::Recognition, DecisionOutcome::Refused) => {
                    self.enter(Stage::NotAdmitted, on)
                }
            },
            Act::Ceremony(_) => {
                self.ceremony_on = Some(on);
                self.enter(Stage::Probationary, on);
            }
            Act::Waiver(a) => self.waivers.push(a.clone()),
            Act::Recognition(_) => {
                self.official_on = self.probation_end(law);
                self.enter(Stage::Official, on);
            }
            Act::Exit(a) => self.enter(
                match a.kind {
                    ExitKind::Withdrawn => Stage::Withdrawn,
                    ExitKind::TransferredOut => Stage::TransferredOut,
                    ExitKind::Deceased => Stage::Deceased,
                },
                on,
            ),
            Act::Annulment(_) => {}
        }
    }

    fn verify(&mut self, a: &acts::Verification) {
        let Some(relation) = a.relation else {
            match a.step {
                VerificationStep::Sealed => self.sealed_on = Some(a.on),
                VerificationStep::Concluded => self.concluded = a.conclusion.map(|c| (a.on, c)),
                VerificationStep::Declared
                | VerificationStep::Sent
                | VerificationStep::Reminded
                | VerificationStep::Returned
                | VerificationStep::Exempted => {}
            }
            return;
        };
        let subject = self
            .subjects
            .entry((relation, a.number.unwrap_or(1)))
            .or_default();
        match a.step {
            VerificationStep::Sent => subject.sent_on = Some(a.on),
            VerificationStep::Returned => {
                subject.returned_on = Some(a.on);
                if a.flagged == Some(true) {
                    subject.flagged = true;
                    subject.flagged_on = subject.flagged_on.max(Some(a.on));
                }
            }
            VerificationStep::Exempted => subject.exempted_on = Some(a.on),
            VerificationStep::Declared
            | VerificationStep::Sealed
            | VerificationStep::Reminded
            | VerificationStep::Concluded => {}
        }
    }

    fn vote(&mut self, a: &acts::Resolution, law: &Regulations) {
        let parameter = match a.body {
            VotingBody::Branch => "branch_vote",
            VotingBody::Committee => "committee_vote",
        };
        let carried = Tally::of(a).carried(law.on(a.on).fraction(parameter));
        self.votes.push(Vote {
            on: a.on,
            purpose: a.purpose,
            body: a.body,
            carried,
        });
        if carried {
            match (a.purpose, a.body) {
                (Purpose::Admission, VotingBody::Branch) => self.enter(Stage::BranchResolved, a.on),
                (Purpose::Admission, VotingBody::Committee) => {
                    self.enter(Stage::CommitteeResolved, a.on)
                }
                (Purpose::Recognition, VotingBody::Branch) => {
                    self.enter(Stage::RecognitionBranchResolved, a.on)
                }
                (Purpose::Recognition, VotingBody::Committee) => {
                    self.enter(Stage::RecognitionCommitteeResolved, a.on)
                }
                (Purpose::StrikeOff, VotingBody::Branch | VotingBody::Committee) => {}
            }
        }
    }

    /// Last day of probation: 12 calendar months after the ceremony by the version in force on its day (Điều lệ, 5).
    pub fn probation_end(&self, law: &Regulations) -> Option<NaiveDate> {
        self.ceremony_on
            .map(|on| plus_months(on, law.on(on).whole("probation_months")))
    }

    pub fn waived(&self, what: WaiverKind, on: NaiveDate) -> Option<&acts::Waiver> {
        self.waivers.iter().find(|w| w.what == what && w.on <= on)
    }

    /// Open on that day.
    pub fn sponsored_on(&self, on: NaiveDate) -> impl Iterator<Item = &Uuid> {
        self.sponsors
            .iter()
            .filter(move |(_, from, to)| *from <= on && to.is_none_or(|to| to >= on))
            .map(|(member, _, _)| member)
    }

    /// The last vote of this kind that was carried.
    pub fn carried(&self, purpose: Purpose, body: VotingBody) -> Option<&Vote> {
        self.votes
            .iter()
            .rev()
            .find(|v| v.purpose == purpose && v.body == body && v.carried)
    }

    /// Votes of the branch that carried nothing since the last one that did.
    pub fn failed_votes(&self, purpose: Purpose) -> usize {
        self.votes
            .iter()
            .rev()
            .filter(|v| v.purpose == purpose && v.body == VotingBody::Branch)
            .take_while(|v| !v.carried)
            .count()
    }

    /// The certificate of this kind that lasts longest.
    pub fn certificate(&self, kind: ClassKind, on: NaiveDate) -> Option<&acts::Certificate> {
        let known = self
            .certificates
            .iter()
            .map(|(_, c)| c)
            .filter(|c| c.class_kind == kind && c.on <= on);
        known.max_by_key(|c| c.valid_to.unwrap_or(NaiveDate::MAX))
    }

    /// Introductions by these that have not been replaced.
    pub fn introduced(
        &self,
        by: Introducer,
        on: NaiveDate,
    ) -> impl Iterator<Item = &acts::Introduction> {
        self.introductions
            .iter()
            .filter(move |(id, i)| i.by == by && i.on <= on && !self.replaced.contains(id))
            .map(|(_, i)| i)
    }

    /// The signed paper is in the file and has not been sent back.
    pub fn has_paper(&self, code: &str, on: NaiveDate) -> bool {
        let good = |p: &Paper| {
            p.received_on.is_some_and(|d| d <= on)
                && !p.returned
                && p.valid_until.is_none_or(|d| d >= on)
        };
        self.papers.get(code).is_some_and(good)
    }
}

/// The acts that stand: annulled ones are gone, a correction takes the place and the id of what it corrects (so that references to it hold).
pub fn effective(acts: &[Recorded]) -> Vec<Recorded> {
    let mut gone: BTreeSet<Uuid> = BTreeSet::new();
    let mut root: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for r in acts {
        if let Some(old) = r.act.corrects() {
            gone.insert(old);
            root.insert(r.id, *root.get(&old).unwrap_or(&old));
        }
        if let Act::Annulment(a) = &r.act {
            gone.insert(a.act_id);
        }
    }
    let place: BTreeMap<Uuid, usize> = acts.iter().enumerate().map(|(i, r)| (r.id, i)).collect();
    let mut standing: Vec<(usize, Recorded)> = acts
        .iter()
        .filter(|r| !gone.contains(&r.id) && !matches!(r.act, Act::Annulment(_)))
        .map(|r| (*root.get(&r.id).unwrap_or(&r.id), r))
        .map(|(first, r)| {
            let act = r
                .act
                .clone()
                .with_reference(|id| *root.get(&id).unwrap_or(&id));
            (
                place.get(&first).copied().unwrap_or(usize::MAX),
                Recorded {
                    id: first,
                    act,
                    ..r.clone()
                },
            )
        })
        .collect();
    standing.sort_by_key(|(place, _)| *place);
    standing.into_iter().map(|(_, r)| r).collect()
}
