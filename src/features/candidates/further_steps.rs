//! Next steps that are no act of the file: a seat in a class, schooling, a report about votes that
//! have failed, and a new attempt after this one has ended.
use serde_json::json;

use super::next_steps::{Asked, NextStep};
use super::particulars::Candidate;
use super::readable::Readable;
use crate::access::{Action, ReadActs, may};
use crate::api::edit;
use crate::api::resource::Editable as _;
use crate::auth::Permit;
use crate::db::tables::candidate;
use crate::db::{Db, Tx, functions};
use crate::error::Result;
use crate::law::acts::nomination::one_person;
use crate::law::acts::{Act, Readmission, Step};
use crate::law::calendar::next_day;
use crate::law::candidacy::File;
use crate::law::deadlines::Deadline;
use crate::law::enrolment::{enrol, no_class, one_seat, pupil, takes_proposals};
use crate::law::judgement::{self, Facts, requirements};
use crate::law::outlook::Course;
use crate::law::regulation::Regulations;
use crate::law::text::Text;
use crate::law::words::{
    ClassKind, DeadlineKind, FurtherStep, Introducer, LeavingGround, MemberLeavingGround, Purpose,
    Role, VotingBody, WaiverKind,
};
use crate::law::{Check, Stage, say};

/// The kinds of these steps, besides readmission.
pub const KINDS: &[&str] = FurtherStep::WIRE;

/// A file, asked about the steps that are no act of it.
pub struct Question<'a> {
    pub row: &'a candidate::Model,
    pub facts: &'a Facts,
    /// The classes to come.
    pub courses: &'a [Course],
    pub file: &'a File,
    pub law: &'a Regulations,
    pub duties: &'a [Deadline],
    pub asked: Asked,
}

impl Question<'_> {
    pub async fn steps(&self, db: &Db, permit: &Permit<ReadActs>) -> Result<Vec<NextStep>> {
        let mine = |action| may(permit.role(), action).is_some();
        let mut steps = Vec::new();
        if mine(Action::ProposeEnrolments)
            && let Some(kind) = self.class()
        {
            steps.extend(self.seat(permit.role(), kind));
        }
        let open = Candidate::closed(self.row, &edit::viewer(db, permit)).is_none();
        if mine(Action::ChangeCandidates) && open && self.unschooled(permit) {
            let schooling = FurtherStep::Schooling;
            let words = say(schooling.vi(), schooling.en());
            let path = format!("/candidates/{}", self.row.id);
            steps.push(NextStep {
                operation: Some("change_candidate"),
                ..self.step(schooling.wire(), words, path, Vec::new())
            });
        }
        if mine(Action::ReportProblems) && self.file.reported().is_some() {
            let report = FurtherStep::VoteReport;
            let words = say(report.vi(), report.en());
            let due = self
                .duties
                .iter()
                .find(|d| d.kind == DeadlineKind::FailedVotes);
            steps.push(NextStep {
                operation: Some("create_problem_report"),
                due_on: due.map(|d| d.due_on),
                ..self.step(
                    report.wire(),
                    words,
                    "/problem-reports".to_owned(),
                    Vec::new(),
                )
            });
        }
        let ended = self.row.stage.ended() && self.row.stage != Stage::Deceased;
        if mine(Action::Readmit) && ended {
            steps.extend(self.readmission(db, permit).await?);
        }
        Ok(steps)
    }

    fn step(
        &self,
        kind: &'static str,
        words: crate::law::Words,
        path: String,
        checks: Vec<Check>,
    ) -> NextStep {
        // these steps rest on no row of the file
        let none = Readable::default();
        NextStep::new((kind, words, path), json!({}), checks, self.asked, &none)
    }

    /// The class that the person has still to attend.
    fn class(&self) -> Option<ClassKind> {
        let kind = match self.file.stage {
            Stage::InPlan | Stage::Dossier => ClassKind::Awareness,
            Stage::Probationary
            | Stage::RecognitionBranchResolved
            | Stage::RecognitionCommitteeResolved => ClassKind::NewMember,
            Stage::Nominated
            | Stage::BranchResolved
            | Stage::CommitteeResolved
            | Stage::Submitted
            | Stage::Decided
            | Stage::Official
            | Stage::Removed
            | Stage::NotAdmitted
            | Stage::StruckOff
            | Stage::Withdrawn
            | Stage::TransferredOut
            | Stage::Deceased => return None,
        };
        let on = self.asked.on;
        let held = self.file.certificate(kind, on);
        let valid = held.is_some_and(|c| c.valid_to().is_none_or(|to| to >= on));
        let waived = kind == ClassKind::NewMember
            && self.file.waived(WaiverKind::NewMemberClass, on).is_some();
        (!valid && !waived).then_some(kind)
    }

    /// A seat in the first class that takes the person; `None` where one is taken already. Where there is
    /// no class, it is a step of whoever opens one.
    fn seat(&self, role: Role, kind: ClassKind) -> Option<NextStep> {
        let Asked { on, today, .. } = self.asked;
        let courses = || self.courses.iter().filter(|c| c.lesson.kind == kind);
        if courses().any(|c| c.seated) {
            return None;
        }
        let late = role == Role::PartyOffice;
        let judged = |class, lesson| {
            let mut unmet = takes_proposals(lesson, on.max(today), late);
            let who = pupil(self.file, lesson, None);
            unmet.extend(enrol(lesson, who.as_ref()));
            unmet.extend(one_seat(lesson, class, &self.facts.seats));
            unmet
        };
        let mut all = courses().map(|c| (c.id, judged(c.id, &c.lesson)));
        let first = courses().next().map(|c| (c.id, judged(c.id, &c.lesson)));
        let (path, operation, unmet) = match all.find(|(_, unmet)| unmet.is_empty()).or(first) {
            Some((class, unmet)) => (
                format!("/classes/{class}/enrolments"),
                "create_enrolment",
                unmet,
            ),
            None if may(role, Action::WriteClasses).is_none() => return None,
            None => ("/classes".to_owned(), "create_class", no_class(kind)),
        };
        let words = say(
            format!("đề nghị cho học {}", kind.vi()),
            format!("propose for the {}", kind.en()),
        );
        Some(NextStep {
            operation: Some(operation),
            fields: if operation == "create_enrolment" {
                json!({"candidate_id": self.row.id})
            } else {
                json!({"kind": kind})
            },
            ..self.step(FurtherStep::ClassEnrolment.wire(), words, path, unmet)
        })
    }

    /// Whether the schooling that admission asks for is missing.
    fn unschooled(&self, permit: &Permit<ReadActs>) -> bool {
        if self.file.ceremony_on.is_some() || self.file.stage.ended() {
            return false;
        }
        let question = self.question(permit);
        let vote = Step::Resolution((Purpose::Admission, VotingBody::Branch));
        let checks = requirements(&question, vote, None);
        checks
            .iter()
            .any(|c| c.rule == "admission.education" && !c.met)
    }

    fn question(&self, permit: &Permit<ReadActs>) -> judgement::Question<'_> {
        judgement::Question {
            facts: self.facts,
            file: self.file,
            law: self.law,
            version: self.law.on(self.asked.on),
            on: self.asked.on,
            role: permit.role(),
            account: permit.caller().account,
            recording: true,
            lost: &[],
        }
    }

    /// A new attempt: whether there is none yet, and of a former member what the record says. None
    /// for a member who has not left, or has died.
    async fn readmission(&self, db: &Db, permit: &Permit<ReadActs>) -> Result<Option<NextStep>> {
        let known = async |tx: Tx| {
            let (name, born) = (self.row.full_name.clone(), self.row.birth_date);
            let known = functions::known_person(name, born, Some(self.row.id), None);
            tx.last().one(known).await
        };
        let known = db.read(permit, known).await?;
        let left = known.as_ref().and_then(|known| known.left_as);
        if left == Some(MemberLeavingGround::Deceased)
            || left.is_none() && self.row.stage == Stage::Official
        {
            return Ok(None);
        }
        let version = self.law.on(self.asked.on);
        let open = known
            .as_ref()
            .is_some_and(|k| k.open_candidacy || !k.members.is_empty());
        let mut checks = one_person(open, version);
        if let Some((past, left_on)) = known.and_then(|p| p.left_on.map(|on| (p, on))) {
            // a member who was transferred elsewhere left the Party there, so later; if no act
            // states the ground, the application does
            let elsewhere = left == Some(MemberLeavingGround::TransferredOut);
            let left_on = if elsewhere {
                next_day(left_on)
            } else {
                left_on
            };
            let act = Act::from(Readmission {
                on: self.asked.on,
                paper_number: Text::stored(String::new()),
                by: Introducer::Member,
                left_on: Some(left_on),
                ground: Some(past.ground.unwrap_or(match left {
                    Some(MemberLeavingGround::Expelled) => LeavingGround::Expelled,
                    Some(MemberLeavingGround::StruckOff) => LeavingGround::StruckOff,
                    _ => LeavingGround::ResignedFamilyHardship,
                })),
                record_cleared_on: None,
                earlier_readmissions: past.readmissions.unwrap_or(0),
                agreement_number: None,
                corrects: None,
            });
            checks.extend(judgement::readmission(&self.question(permit), &act));
        }
        let words = say(
            "lập hồ sơ kết nạp lại".to_owned(),
            "open a new attempt".to_owned(),
        );
        let path = format!("/candidates/{}/readmission", self.row.id);
        Ok(Some(self.step("readmission", words, path, checks)))
    }
}
