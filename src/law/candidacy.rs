//! A candidacy as its acts have made it: the fold that gives the stage and all that later acts are
//! judged by. Pure and complete: replaying the acts gives the same file every time.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::acts::{self, Act};
use crate::regulation::{InForce, Regulations};
use crate::words::{
    Assessment, ClassKind, Conclusion, Introducer, Purpose, Relation, Role, Stage, VotingBody,
    WaiverKind,
};

/// An act as it stands in the record.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub id: Uuid,
    pub account: Uuid,
    /// Who recorded it.
    pub role: Role,
    pub act: Act,
    /// Code of the version that judged it; None while it is new, when the day says which.
    pub regulation: Option<String>,
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
    /// By which account, on which day.
    pub proposed: Option<(Uuid, NaiveDate)>,
    pub concluded: Option<(NaiveDate, bool)>,
}

/// A sponsor's assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sponsor {
    pub member: Uuid,
    /// Of another branch, for a reason.
    pub other_branch: bool,
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
}

/// A test assignment.
#[derive(Clone, Debug)]
pub struct Test {
    pub given_on: NaiveDate,
    pub due_on: NaiveDate,
    pub result: Option<(NaiveDate, Assessment)>,
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
    /// Of the act.
    pub id: Uuid,
    pub paper: acts::Certificate,
    /// The version of its issue.
    pub under: InForce,
}

/// Everything the acts say.
#[derive(Clone, Debug)]
pub struct File {
    pub stage: Stage,
    pub stage_on: NaiveDate,
    pub nominated_on: NaiveDate,
    pub in_plan_on: Option<NaiveDate>,
    pub dossier_on: Option<NaiveDate>,
    /// The version that judged its opening.
    pub dossier_under: Option<InForce>,
    pub sponsors: Vec<Sponsor>,
    pub notes: Vec<(NaiveDate, Assessment)>,
    pub tests: BTreeMap<Uuid, Test>,
    pub introductions: Vec<(Uuid, acts::Introduction)>,
    pub replaced: BTreeSet<Uuid>,
    pub certificates: Vec<Held>,
    pub papers: BTreeMap<String, Paper>,
    pub sealed_on: Option<NaiveDate>,
    pub subjects: BTreeMap<Subject, Inquiry>,
    pub concluded: Option<(NaiveDate, Conclusion)>,
    pub issues: BTreeMap<Subject, Issue>,
    pub opinions: Vec<acts::Opinion>,
    pub votes: Vec<Vote>,
    pub decision: Option<Decision>,
    pub ceremony_on: Option<NaiveDate>,
    /// The version that judged it.
    pub ceremony_under: Option<InForce>,
    /// Counted from the ceremony, however late the recognition.
    pub official_on: Option<NaiveDate>,
    /// Day of the decision on recognition: nobody votes or sponsors as an official member before it.
    pub recognised_on: Option<NaiveDate>,
    pub waivers: Vec<acts::Waiver>,
    pub ended_on: Option<NaiveDate>,
    /// Day of the last acknowledged change that took the ground from an act.
    pub acknowledged_on: Option<NaiveDate>,
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
            dossier_under: None,
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
            ceremony_under: None,
            official_on: None,
            recognised_on: None,
            waivers: Vec::new(),
            ended_on: None,
            acknowledged_on: None,
        }
    }

    /// The file as these acts make it; they stand, see [`standing`].
    pub fn replay(standing: &[Recorded], law: &Regulations) -> Option<Self> {
        let mut file = Self::new(standing.first()?.act.on());
        for recorded in standing {
            recorded.apply(&mut file, law);
        }
        Some(file)
    }

    pub(crate) fn enter(&mut self, stage: Stage, on: NaiveDate) {
        self.stage = stage;
        self.stage_on = on;
        if stage.ended() && stage != Stage::Official {
            self.ended_on = Some(on);
            for sponsor in &mut self.sponsors {
                sponsor.to_on.get_or_insert(on.max(sponsor.from_on));
            }
        }
    }

    pub fn waived(&self, what: WaiverKind, on: NaiveDate) -> Option<&acts::Waiver> {
        self.waivers.iter().find(|w| w.what == what && w.on <= on)
    }

    /// Open on that day.
    pub fn sponsored_on(&self, on: NaiveDate) -> impl Iterator<Item = &Uuid> {
        self.sponsors
            .iter()
            .filter(move |s| s.from_on <= on && s.to_on.is_none_or(|to| to >= on))
            .map(|s| &s.member)
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

    /// The last of so many votes on recognition or on strike-off that carried nothing that the
    /// competent committee decides on the branch's report (29-QĐ/TW, 4.2).
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

    /// The certificate of this kind that lasts longest.
    pub fn certificate(&self, kind: ClassKind, on: NaiveDate) -> Option<&Held> {
        let known = self
            .certificates
            .iter()
            .filter(|c| c.paper.class_kind == kind && c.paper.on <= on);
        known.max_by_key(|c| c.paper.valid_to.unwrap_or(NaiveDate::MAX))
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
pub fn standing(acts: &[Recorded]) -> Vec<Recorded> {
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
    let first = |id: Uuid| *root.get(&id).unwrap_or(&id);
    let place: BTreeMap<Uuid, usize> = acts.iter().enumerate().map(|(i, r)| (r.id, i)).collect();
    let mut standing: Vec<(usize, Recorded)> = acts
        .iter()
        .filter(|r| !gone.contains(&r.id) && !matches!(r.act, Act::Annulment(_)))
        .map(|r| {
            let as_first = Recorded {
                id: first(r.id),
                act: r.act.clone().with_reference(&first),
                regulation: r.regulation.clone(),
                ..*r
            };
            let place = place.get(&as_first.id).copied();
            (place.unwrap_or(usize::MAX), as_first)
        })
        .collect();
    standing.sort_by_key(|(place, _)| *place);
    standing.into_iter().map(|(_, r)| r).collect()
}
