//! Requirements: what a rule demands, whether and how it is met, its source, and when it can be met
//! at the earliest.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::acts::ActKind;
use crate::calendar::foreseen;
use crate::regulation::{Citation, Confirmed, Ground, Standing, Version};
use crate::{Sentences, Words, say, vi};

/// The opening of a sentence about a later act.
const LATER: &str = "Việc sau đó";

/// One requirement, met or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable dotted id of the rule.
    pub rule: &'static str,
    /// Document and clause, as an official may cite them on the day in question.
    pub source: String,
    /// The basis of the rule, independent of the day.
    pub ground: Ground,
    /// How sure its figures are; for parameters of a regulation and for inherited clauses.
    pub confirmed: Option<Confirmed>,
    /// Code of the version in force on the day in question.
    pub version: Option<String>,
    pub met: bool,
    pub detail: Words,
    /// The evidence that meets it: numbers and dates, never findings.
    pub evidence: Option<String>,
    /// The acts and members on which it rests if it is met.
    pub rests_on: Vec<Uuid>,
    /// First day on which it can be met.
    pub earliest_on: Option<NaiveDate>,
    /// Last day on which it is met without further conditions.
    pub due_on: Option<NaiveDate>,
    /// The field of the act that is missing, or too much, if it is unmet.
    pub field: Option<&'static str>,
}

/// What can be recorded or changed to meet a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Act(ActKind),
    /// The person's particulars.
    Candidate,
    /// An enrolment in a class.
    Enrolment,
    /// A class that is to come.
    Class,
    /// The person's item in the open review.
    Review,
}

/// What meets a requirement, and the field that does; `None` if only time or the act itself can.
pub fn way(rule: &str) -> Option<(Way, &'static str)> {
    Some(match rule {
        "admission.education" => (Way::Candidate, "general_education"),
        "admission.introduction.members" | "admission.introduction.in_date" => {
            (Way::Act(ActKind::Introduction), "member_id")
        }
        "admission.introduction.union" => (Way::Act(ActKind::Introduction), "by"),
        "admission.certificate" | "submission.certificate" | "recognition.new_member_class" => {
            (Way::Enrolment, "candidate_id")
        }
        "class.open" => (Way::Class, "kind"),
        "admission.verification" => (Way::Act(ActKind::Verification), "conclusion"),
        "verification.subjects" | "verification.declared" => {
            (Way::Act(ActKind::Verification), "relation")
        }
        "verification.sealed" | "verification.sent" | "verification.returned" => {
            (Way::Act(ActKind::Verification), "step")
        }
        "political.flagged" => (Way::Act(ActKind::Verification), "flagged"),
        "political.four_eyes" => (Way::Act(ActKind::PoliticalIssue), "step"),
        "admission.political_issues" => (Way::Act(ActKind::PoliticalIssue), "admissible"),
        "admission.opinion.work" | "admission.opinion.residence" | "admission.papers.in_date" => {
            (Way::Act(ActKind::Opinion), "of")
        }
        "admission.tests" => (Way::Act(ActKind::TestResult), "assessment"),
        "test.assignment" => (Way::Act(ActKind::TestAssignment), "title"),
        "admission.sponsor_note" => (Way::Act(ActKind::SponsorNote), "assessment"),
        "dossier.sponsor" | "sponsorship.open" => (Way::Act(ActKind::Sponsorship), "member_id"),
        "dossier.time_in_plan" => (Way::Act(ActKind::PlanDecision), "action"),
        "plan.open_review" => (Way::Review, "decision"),
        "submission.document" | "recognition.document" => (Way::Act(ActKind::Document), "code"),
        "admission.age.most" | "ceremony.in_time" => (Way::Act(ActKind::Waiver), "what"),
        "ceremony.decision" => (Way::Act(ActKind::Decision), "outcome"),
        "strike_off.vote" => (Way::Act(ActKind::Resolution), "in_favor"),
        _ => return None,
    })
}

/// The field of the act itself that a requirement is about.
fn own_field(rule: &'static str) -> Option<&'static str> {
    Some(match rule {
        "decision.body" => "body",
        "decision.purpose" | "opinion.purpose" => "purpose",
        "decision.reason" | "plan.reason" => "reason",
        "decision.ground" => "ground",
        "document.code" => "code",
        "document.valid_until" => "valid_until",
        "dossier.application" => "application_on",
        "exit.ground" => "ground",
        "introduction.shared_kind" => "shared_kind",
        "introduction.shared_months" => "shared_from",
        "plan.priority_group" => "priority_group",
        "sponsorship.sponsor.branch" => "other_branch_reason",
        "test.due" => "due_on",
        "verification.conclusion" => "conclusion",
        "verification.number" => "number",
        "verification.subject" => "relation",
        _ => return rule.strip_prefix("plan.criteria."),
    })
}

impl Check {
    /// Prefixes the sentence with the row's id, in a list about several rows.
    #[must_use]
    pub fn about(mut self, id: Uuid) -> Self {
        self.detail = say(
            format!("Mục {id}: {}", self.detail.vi),
            format!("Item {id}: {}", self.detail.en),
        );
        self
    }

    /// See [`Check::of_later`].
    pub fn of_later_act(&self) -> bool {
        self.detail.vi.starts_with(LATER)
    }

    /// Rephrases it as about a later act that a correction would leave without its ground.
    #[must_use]
    pub fn of_later(mut self, kind: ActKind, on: NaiveDate) -> Self {
        self.field = None;
        self.detail = say(
            format!(
                "{LATER} ({}, {}) sẽ không còn đúng: {}",
                kind.vi(),
                vi(on),
                self.detail.vi
            ),
            format!(
                "A later act ({}, {on}) would no longer hold: {}",
                kind.en(),
                self.detail.en
            ),
        );
        self
    }
}

/// Collects requirements.
#[derive(Debug, Default)]
pub struct Checks {
    list: Vec<Check>,
    version: Option<String>,
    standing: Standing,
}

impl Checks {
    pub fn new(version: &Version) -> Self {
        Self {
            list: Vec::new(),
            version: Some(version.code.clone()),
            standing: version.standing.clone(),
        }
    }

    /// Adds a requirement; `sentences` are its texts when met and when unmet.
    pub fn need(
        &mut self,
        met: bool,
        rule: &'static str,
        source: impl Into<Citation>,
        sentences: impl Into<Sentences>,
    ) -> &mut Self {
        let sentences = sentences.into();
        let source = self.standing.now(source.into());
        let check = Check {
            rule,
            source: source.text,
            ground: source.ground,
            confirmed: source.confirmed,
            version: self.version.clone(),
            met,
            detail: if met { sentences.met } else { sentences.unmet },
            evidence: None,
            rests_on: Vec::new(),
            earliest_on: None,
            due_on: None,
            field: own_field(rule).filter(|_| !met),
        };
        self.list.push(check);
        self
    }
    /// Sets the evidence that meets the last requirement.
    pub fn by(&mut self, evidence: Option<String>) -> &mut Self {
        if let Some(last) = self.list.last_mut().filter(|c| c.met) {
            last.evidence = evidence;
        }
        self
    }
    /// Sets the acts and members on which the last requirement rests if it is met. Never those that
    /// tell of a finding; in an order that does not tell whom of the family each is about.
    pub fn on_ids(&mut self, ids: impl IntoIterator<Item = Uuid>) -> &mut Self {
        if let Some(last) = self.list.last_mut().filter(|c| c.met) {
            last.rests_on.extend(ids);
            last.rests_on.sort_unstable();
        }
        self
    }
    /// Sets the field of the act that the last requirement is about if it is unmet.
    pub fn at(&mut self, field: Option<&'static str>) -> &mut Self {
        if let Some(last) = self.list.last_mut().filter(|c| !c.met) {
            last.field = field;
        }
        self
    }
    /// Sets the day from which the last requirement can be met.
    pub fn earliest(&mut self, on: NaiveDate) -> &mut Self {
        if let Some(last) = self.list.last_mut().filter(|c| !c.met) {
            last.earliest_on = foreseen(on);
        }
        self
    }
    /// Sets the last day on which the last requirement is met without further conditions.
    pub fn due(&mut self, on: NaiveDate) -> &mut Self {
        if let Some(last) = self.list.last_mut() {
            last.due_on = foreseen(on);
        }
        self
    }
    /// Adds requirements that were collected without a version.
    pub fn extend(&mut self, more: Vec<Check>) {
        for check in more {
            let source = self.standing.now(Citation {
                text: check.source,
                confirmed: check.confirmed,
                ground: check.ground,
            });
            self.list.push(Check {
                version: self.version.clone(),
                source: source.text,
                ground: source.ground,
                confirmed: source.confirmed,
                ..check
            });
        }
    }
    pub fn done(self) -> Vec<Check> {
        self.list
    }
    /// Only the unmet requirements.
    pub fn unmet(self) -> Vec<Check> {
        self.list.into_iter().filter(|c| !c.met).collect()
    }
}

/// A requirement of a step
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Requirement {
    /// Stable dotted id of the rule
    #[schema(
        example = "sponsorship.sponsor.official",
        max_length = 100,
        pattern = "^[a-z_.]+$"
    )]
    pub rule: String,
    /// Document and clause that state it
    #[schema(example = "01-HD/TW (2021), 3.9", max_length = 500)]
    pub source: String,
    /// How sure the underlying figures are: `unconfirmed` if inherited by the version or carried
    /// over by analogy; absent if no figure of a regulation is involved
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmed>,
    /// Regulation in force on the day in question; absent in `next-steps`, which states it once,
    /// and for rules of the plan or of the organisation
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "24-QĐ/TW", max_length = 100)]
    pub version: Option<String>,
    pub met: bool,
    /// What is required, or what is missing
    #[schema(max_length = 2000)]
    pub detail: String,
    /// What meets the requirement
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub evidence: Option<String>,
    /// Acts and members on which a met requirement rests, as far as you may read them; in `next-steps`
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub evidence_ids: Vec<Uuid>,
    /// First day on which it can be met, if computable
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest_on: Option<NaiveDate>,
    /// Last day on which it is met without further conditions, if any
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The act that lacks it, as a JSON pointer into the body; in the refusal of `act-batches`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "/acts/0")]
    pub pointer: Option<String>,
    /// What can be recorded to meet it, if anything; it is for the roles of that operation; in `next-steps`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_by: Option<MetBy>,
}

/// The operation and field that meet a requirement
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MetBy {
    /// `operationId` in this document
    #[schema(example = "record_introduction", max_length = 100)]
    pub operation: String,
    /// Field of the operation's body
    #[schema(example = "member_id", max_length = 100)]
    pub field: String,
}

impl Requirement {
    /// The requirement in the reader's language.
    pub fn of(check: Check, english: bool) -> Self {
        Self {
            rule: check.rule.to_owned(),
            source: check.source,
            confirmed: check.confirmed,
            version: check.version,
            met: check.met,
            detail: if english {
                check.detail.en
            } else {
                check.detail.vi
            },
            evidence: check.evidence,
            evidence_ids: Vec::new(),
            earliest_on: check.earliest_on,
            due_on: check.due_on,
            pointer: None,
            met_by: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::met_or_unmet;

    #[test]
    fn a_day_that_cannot_be_written_is_not_promised() {
        for (day, told) in [("2099-12-31", true), ("2100-01-01", false)] {
            let day: NaiveDate = day.parse().unwrap();
            let mut checks = Checks::default();
            let sentences = met_or_unmet(("", ""), ("", ""));
            checks
                .need(false, "act.stage", "1", sentences)
                .earliest(day)
                .due(day);
            let check = checks.done().remove(0);
            assert_eq!(check.earliest_on, told.then_some(day));
            assert_eq!(check.due_on, told.then_some(day));
        }
    }
}
