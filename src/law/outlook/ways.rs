//! The acts of the way ahead as they would be recorded: of a step, and of what meets a requirement.
use chrono::{Months, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;

use super::walk::Walk;
use crate::acts::introduction::Alternative;
use crate::acts::{self, Act, ActKind, Step, introduction};
use crate::candidacy::Subject;
use crate::judgement::Facts;
use crate::settings::{
    BRANCH_VOTE_LEAD_DAYS, CEREMONY_LEAD_DAYS, COMMITTEE_VOTE_LEAD_DAYS, DECISION_LEAD_DAYS,
    Setting,
};
use crate::words::{Introducer, Purpose, Relation, Role, Stage, VotingBody, WaiverKind};

/// Acts that meet a requirement: all of them together, or each by itself.
#[derive(Default)]
pub(super) struct Ways {
    pub all: bool,
    pub acts: Vec<Act>,
}

fn act(kind: ActKind, on: NaiveDate, fields: Value) -> Option<Act> {
    let mut data = fields;
    data["on"] = json!(on);
    Act::read(kind, data).ok()
}

fn together(acts: impl IntoIterator<Item = Option<Act>>) -> Ways {
    Ways {
        all: true,
        acts: acts.into_iter().flatten().collect(),
    }
}

fn one_of(acts: impl IntoIterator<Item = Option<Act>>) -> Ways {
    Ways {
        all: false,
        acts: acts.into_iter().flatten().collect(),
    }
}

/// How long the step usually takes after the one before.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others wait for nobody")]
pub(super) fn lead(step: Step) -> Option<&'static Setting> {
    match step {
        Step::Resolution((_, VotingBody::Branch)) => Some(&BRANCH_VOTE_LEAD_DAYS),
        Step::Resolution((_, VotingBody::Committee)) => Some(&COMMITTEE_VOTE_LEAD_DAYS),
        Step::Decision(_) | Step::Recognition(()) => Some(&DECISION_LEAD_DAYS),
        Step::Ceremony(()) => Some(&CEREMONY_LEAD_DAYS),
        _ => None,
    }
}

/// Who records a step on the way. Each role is an account of its own.
pub(super) fn recorder(step: Step) -> Role {
    let any = step.kind().recorded_by().first();
    step.only().or(any.copied()).unwrap_or(Role::PartyOffice)
}

/// A step that leads on, as it would ordinarily be recorded.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others lead nowhere")]
pub(super) fn step(walk: &Walk<'_>, step: Step, on: NaiveDate) -> Option<Act> {
    let fields = match step {
        Step::PlanDecision(action) => {
            json!({"action": action, "minutes_number": "1", "political_standard": true, "conduct": true,
            "capacity": true, "task_performance": true, "priority_group": "other"})
        }
        Step::Dossier(()) => json!({"application_on": on}),
        Step::Resolution((purpose, body)) => ballot(&walk.facts, purpose, body, on),
        Step::Submission(()) => json!({"paper_number": "1"}),
        Step::Decision(purpose) => {
            let mut decided = decided(walk, on);
            decided["purpose"] = json!(purpose);
            decided["outcome"] = json!("granted");
            decided
        }
        Step::Recognition(()) => decided(walk, on),
        Step::Ceremony(()) => json!({}),
        _ => return None,
    };
    act(step.kind(), on, fields)
}

/// Everybody entitled is there and in favour.
fn ballot(facts: &Facts, purpose: Purpose, body: VotingBody, on: NaiveDate) -> Value {
    let counts = facts.register.counts(on);
    let (members, suspended) = match body {
        VotingBody::Branch => (counts.official, counts.suspended),
        VotingBody::Committee => (1, 0),
    };
    let entitled = members - suspended;
    json!({"purpose": purpose, "body": body, "number": "1", "method": "secret_ballot", "members": members, "exempt_absent": 0,
        "suspended": suspended, "present": entitled, "in_favor": entitled, "against": 0, "abstain": 0})
}

fn decided(walk: &Walk<'_>, on: NaiveDate) -> Value {
    let body = walk.law().on(on).text("decision_authority");
    json!({"number": "1", "body": body, "members": 1, "in_favor": 1, "reason": "1"})
}

/// What meets the requirement `rule` on that day.
pub(super) fn meeting(walk: &Walk<'_>, rule: &str, on: NaiveDate) -> Ways {
    let file = &walk.file;
    match rule {
        "admission.introduction.members" => one_of(introductions(walk, on)),
        "admission.introduction.union" => one_of([by_union(walk, on)]),
        "admission.introduction.in_date" => {
            one_of(introductions(walk, on).chain([by_union(walk, on)]))
        }
        "admission.verification" => one_of([verification(on, "concluded", None)]),
        "verification.subjects" => together(
            acts::missing(file, on)
                .map(|relation| verification(on, "declared", Some((relation, 1)))),
        ),
        "verification.declared" => one_of([verification(
            on,
            "declared",
            Some((Relation::SelfPerson, 1)),
        )]),
        "verification.sealed" => one_of([verification(on, "sealed", None)]),
        "verification.sent" | "verification.returned" => {
            let subjects = file.subjects.iter();
            let open = subjects.filter(|(_, i)| i.answered_on(on).is_none());
            if rule == "verification.sent" {
                let unsent = open.filter(|(_, i)| !i.sent_by(on));
                together(unsent.map(|(s, _)| verification(on, "sent", Some(*s))))
            } else {
                together(open.map(|(s, _)| verification(on, "returned", Some(*s))))
            }
        }
        "admission.political_issues" | "political.four_eyes" => {
            let step = if rule == "political.four_eyes" {
                "proposed"
            } else {
                "concluded"
            };
            let flagged = file
                .subjects
                .iter()
                .filter(|(_, i)| i.flagged.by(on).is_some());
            together(flagged.map(|(s, _)| {
                act(
                    ActKind::PoliticalIssue,
                    on,
                    json!({"step": step, "relation": s.0, "number": s.1, "body": "1", "admissible": true}),
                )
            }))
        }
        "admission.opinion.work" | "admission.papers.in_date" => {
            let own = if walk.facts.in_trade_union(on) {
                "trade_union"
            } else {
                "youth_union"
            };
            one_of([opinion(on, own)])
        }
        "admission.opinion.residence" => one_of([opinion(on, "residence_branch_committee")]),
        "admission.tests" => {
            let open = file.tests.iter().filter(|(_, t)| {
                let result = t.result.by(on);
                result.is_none_or(|(_, a)| a == crate::words::Assessment::NotDone)
            });
            together(open.map(|(id, _)| {
                act(
                    ActKind::TestResult,
                    on,
                    json!({"assignment_id": id, "assessment": "done"}),
                )
            }))
        }
        "admission.sponsor_note" => {
            // one of several may have left, and writes none
            let notes = file.sponsored_on(on).map(|sponsor| {
                act(
                    ActKind::SponsorNote,
                    on,
                    json!({"member_id": sponsor, "assessment": "done"}),
                )
            });
            one_of(notes.chain(sponsorships(walk, on)))
        }
        "dossier.sponsor" | "sponsorship.open" => one_of(sponsorships(walk, on)),
        "submission.document" => {
            let question = walk.question(on);
            together(acts::papers(&question).map(|code| paper(walk, code, on)))
        }
        "recognition.document" => {
            let codes: &[&str] = if file.stage == Stage::Probationary {
                &["10-KNĐ", "11-KNĐ", "12-KNĐ"]
            } else {
                &["13-KNĐ", "15-KNĐ"]
            };
            together(codes.iter().map(|code| paper(walk, code, on)))
        }
        "admission.age.most" => one_of([agreement(WaiverKind::AgeOverSixty, on)]),
        "ceremony.in_time" => one_of([agreement(WaiverKind::LateCeremony, on)]),
        _ => Ways::default(),
    }
}

fn verification(on: NaiveDate, step: &str, subject: Option<Subject>) -> Option<Act> {
    let (relation, number) = subject.unzip();
    let conclusion = (step == "concluded").then_some("clear");
    let fields =
        json!({"step": step, "relation": relation, "number": number, "conclusion": conclusion});
    act(ActKind::Verification, on, fields)
}

fn opinion(on: NaiveDate, of: &str) -> Option<Act> {
    let fields = json!({"of": of, "purpose": "admission", "favourable": true});
    act(ActKind::Opinion, on, fields)
}

fn agreement(what: WaiverKind, on: NaiveDate) -> Option<Act> {
    let fields = json!({"what": what, "reason": "1", "approver": "1", "paper_number": "1"});
    act(ActKind::Waiver, on, fields)
}

/// A paper that is not in the file yet.
fn paper(walk: &Walk<'_>, code: &str, on: NaiveDate) -> Option<Act> {
    if walk.file.paper(code, on).is_some() {
        return None;
    }
    act(
        ActKind::Document,
        on,
        json!({"code": code, "received_on": on}),
    )
}

/// Members who may introduce and sponsor on that day.
fn able<'a>(walk: &'a Walk<'_>, on: NaiveDate) -> impl Iterator<Item = Uuid> + use<'a> {
    let members = walk.facts.members.iter();
    members
        .filter(move |(_, m)| m.able_on(on))
        .map(|(id, _)| *id)
}

fn sponsorships<'a>(
    walk: &'a Walk<'_>,
    on: NaiveDate,
) -> impl Iterator<Item = Option<Act>> + use<'a> {
    able(walk, on).map(move |id| act(ActKind::Sponsorship, on, json!({"member_id": id})))
}

/// An introduction by each member who can give one: for the first time, or made again because the
/// earlier one is no longer used.
fn introductions<'a>(
    walk: &'a Walk<'_>,
    on: NaiveDate,
) -> impl Iterator<Item = Option<Act>> + use<'a> {
    let file = &walk.file;
    let version = walk.law().on(on);
    let months = version
        .whole("introducer_shared_months")
        .max(version.whole("introducer_replacement_shared_months"));
    let kinds = version.words("introducer_shared_kinds");
    let kind = kinds.first().copied().unwrap_or("work");
    let since = on.checked_sub_months(Months::new(months)).unwrap_or(on);
    let time = introduction::time(file, on);
    able(walk, on).map(move |member| {
        let mut earlier = file.introductions.iter().filter(|(id, i)| {
            i.by == Introducer::Member
                && i.member_id == Some(member)
                && !file.replaced.contains(id)
        });
        let replaced = match earlier.next() {
            // a paper that counts is not made again while its time runs
            Some((_, i)) if time.as_ref().is_none_or(|t| t.counts(i.on) && on <= t.until) => {
                return None;
            }
            Some((id, _)) => Some(*id),
            None => None,
        };
        let reason = replaced.map(|_| "1");
        act(
            ActKind::Introduction,
            on,
            json!({"by": "member", "member_id": member, "shared_from": since, "shared_kind": kind, "paper_number": "1",
                "replaces": replaced, "replacement_reason": reason}),
        )
    })
}

fn by_union(walk: &Walk<'_>, on: NaiveDate) -> Option<Act> {
    let by = match Alternative::on(on, &walk.facts) {
        Alternative::A => Introducer::YouthUnion,
        Alternative::B => Introducer::TradeUnion,
        Alternative::C => return None,
    };
    act(
        ActKind::Introduction,
        on,
        json!({"by": by, "paper_number": "1"}),
    )
}
