//! What a case asks besides acts and deadlines: nominations, classes, the register, changed
//! evidence, and what has lost its ground.
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::builder::{Builder, since, take};
use super::run::{Asked, CaseAnswer};
use super::{Entry, MemberChange};
use crate::acts::nomination::{self, Proposal};
use crate::enrolment::{Lesson, Seat, enrol, listed, one_seat, pupil, takes_proposals};
use crate::findings::{self, Finding};
use crate::judgement::Facts;
use crate::register::{Activities, Counts, Line};
use crate::requirement::Check;
use crate::settings::{YOUTH_AGE_LIMIT, YOUTH_UNION_STAY};
use crate::words::{
    Activity, ClassKind, ClassState, EnrolmentState, GeneralEducation, Introducer, Role,
};

/// A nomination of a new person; `on` is the date of the paper.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nominated {
    on: NaiveDate,
    /// Number of the introducing member.
    member_id: Option<u128>,
    #[serde(default)]
    open_candidacy: bool,
    #[serde(default)]
    former_member: bool,
}

/// A proposal of the person for a class.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proposed {
    on: NaiveDate,
    starts_on: NaiveDate,
    proposals_due_on: Option<NaiveDate>,
    /// First day of another class of the kind, in which the person has a seat.
    seat_from: Option<NaiveDate>,
    state: Option<ClassState>,
    role: Option<Role>,
}

/// A result of a class.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Completed {
    compiled_on: Option<NaiveDate>,
    confirmed_on: Option<NaiveDate>,
    certificate_on: Option<NaiveDate>,
}

/// Particulars of the person that turn out to be others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonChange {
    birth_date: Option<NaiveDate>,
    general_education: Option<GeneralEducation>,
    youth_union_member: Option<bool>,
    trade_union_member: Option<bool>,
}

/// Whose evidence changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Person,
    Member,
}

/// See [`Asked`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Further {
    Nomination(Introducer),
    Class(ClassKind),
    Result(ClassKind),
    Change(Whose),
    Findings,
    Register(NaiveDate),
}

/// What an entry asks of these, if anything.
pub(super) fn further(entry: &mut Entry) -> Result<Option<Further>, String> {
    if entry.get("asked").and_then(Value::as_str) == Some("findings") {
        entry.remove("asked");
        return Ok(Some(Further::Findings));
    }
    let all = [
        take(entry, "nominated")?.map(Further::Nomination),
        take(entry, "proposed")?.map(Further::Class),
        take(entry, "completed")?.map(Further::Result),
        take(entry, "changed")?.map(Further::Change),
        take(entry, "register")?.map(Further::Register),
    ];
    Ok(all.into_iter().flatten().next())
}

fn read<T: for<'a> Deserialize<'a>>(entry: Entry) -> Result<T, String> {
    serde_json::from_value(Value::Object(entry)).map_err(|e| e.to_string())
}

impl Builder<'_> {
    pub fn further(
        &mut self,
        what: Further,
        entry: Entry,
        keep: bool,
    ) -> Result<CaseAnswer, String> {
        let (asked, checks) = match what {
            Further::Nomination(by) => (Asked::Nomination, self.nominated(by, &read(entry)?)),
            Further::Class(kind) => (Asked::Class(kind), self.proposed(kind, &read(entry)?)),
            Further::Result(kind) => {
                let Completed {
                    compiled_on,
                    confirmed_on,
                    certificate_on,
                } = read(entry)?;
                let missing = listed(compiled_on, confirmed_on, certificate_on);
                (Asked::Result(kind), missing)
            }
            Further::Change(whose) => (Asked::Change, self.changed(whose, entry, keep)?),
            Further::Findings => (Asked::Findings, self.found()),
            Further::Register(on) => {
                let _: Nothing = read(entry)?;
                let counts = Some(self.register(on));
                return Ok(CaseAnswer {
                    counts,
                    ..self.plain(Asked::Register(on), Vec::new())
                });
            }
        };
        Ok(self.plain(asked, checks))
    }

    fn nominated(&self, by: Introducer, said: &Nominated) -> Vec<Check> {
        let facts = &self.facts;
        let introducer = said.member_id.and_then(|number| self.member(number));
        let youth = facts.settings.on(&YOUTH_AGE_LIMIT, said.on) + YOUTH_UNION_STAY.cast_signed();
        let proposal = Proposal {
            by,
            youth_union_member: facts.in_youth_union(said.on),
            trade_union_member: facts.in_trade_union(said.on),
            open_candidacy: said.open_candidacy,
            former_member: said.former_member,
            introducer_able: by != Introducer::Member
                || introducer.is_some_and(|m| m.able_on(said.on)),
            birth_date: facts.birth_date,
            oldest: (by == Introducer::YouthUnion).then_some(youth),
            paper_on: said.on,
            today: facts.today,
        };
        nomination::unmet(&proposal, self.law.on(said.on))
    }

    fn proposed(&self, kind: ClassKind, said: &Proposed) -> Vec<Check> {
        let lesson = Lesson {
            kind,
            state: said.state.unwrap_or(ClassState::Open),
            starts_on: said.starts_on,
            proposals_due_on: said.proposals_due_on,
        };
        let late = said.role == Some(Role::PartyOffice);
        let mut missing = takes_proposals(&lesson, said.on, late);
        let who = pupil(&self.facts.file(self.law), &lesson, None);
        missing.extend(enrol(&lesson, who.as_ref()));
        let seat = said.seat_from.map(|starts_on| Seat {
            enrolment: Uuid::nil(),
            class: Uuid::max(),
            kind,
            starts_on,
            state: EnrolmentState::Proposed,
        });
        missing.extend(one_seat(&lesson, Uuid::nil(), seat.as_slice()));
        missing
    }

    /// The acts that a change of evidence leaves without their ground; `keep`: it is recorded all
    /// the same.
    fn changed(&mut self, whose: Whose, entry: Entry, keep: bool) -> Result<Vec<Check>, String> {
        let mut facts = self.facts.clone();
        match whose {
            Whose::Person => read::<PersonChange>(entry)?.apply(&mut facts),
            Whose::Member => {
                let change: MemberChange = read(entry)?;
                let (id, member) = change.registered();
                facts.members.insert(id, member);
            }
        }
        let before = findings::of(&self.facts, self.law);
        let lost = findings::new(&before, findings::of(&facts, self.law));
        if keep {
            self.facts = facts;
        }
        Ok(lost.iter().map(Finding::falls).collect())
    }

    /// What has lost its ground in the file, and what happened out of order.
    fn found(&self) -> Vec<Check> {
        let lost = findings::of(&self.facts, self.law).into_iter();
        let all = lost.chain(findings::irregular(&self.facts, self.law));
        all.map(|found| found.check).collect()
    }

    /// The branch's register of that day, the person counted as the file says.
    fn register(&self, on: NaiveDate) -> Counts {
        let file = self.facts.file(self.law);
        let mut register = self.facts.register.clone();
        register.0.extend(file.ceremony_on.map(|from_on| Line {
            to_on: file.ended_on,
            official_from: file.official_from(),
            ..Line::official(from_on, Activity::Active)
        }));
        register.counts(on)
    }
}

/// No fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl PersonChange {
    fn apply(self, facts: &mut Facts) {
        facts.birth_date = self.birth_date.unwrap_or(facts.birth_date);
        facts.general_education = self.general_education.or(facts.general_education);
        let (youth, trade) = (self.youth_union_member, self.trade_union_member);
        facts.youth_union_member = youth.unwrap_or(facts.youth_union_member);
        facts.trade_union_member = trade.unwrap_or(facts.trade_union_member);
    }
}

impl MemberChange {
    pub(super) fn activities(&self) -> Activities {
        match self.suspended_from {
            Some(day) => Activities::until(Activity::Active, day, Activity::Suspended),
            None if self.inactive => Activities::always(Activity::Suspended),
            None => Activities::always(Activity::Active),
        }
    }

    pub(super) fn official_from(&self) -> Option<NaiveDate> {
        (!self.probationary).then(|| self.official_on.unwrap_or_else(since))
    }
}
