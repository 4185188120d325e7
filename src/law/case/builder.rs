//! Builds the acts that a case describes.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::further::further;
use super::{Case, Entry, MemberChange, ORDINARY, Ordinary, Subject, later, parse};
use crate::acts::{Act, ActKind, Step};
use crate::calendar::valid_to;
use crate::candidacy::Recorded;
use crate::judgement::{Facts, judge};
use crate::register::{Activities, Line, Register, Registered, Stay, YouthUnion};
use crate::regulation::Regulations;
use crate::words::{
    Activity, ClassKind, DayKind, DeadlineKind, GeneralEducation, Role, VotingBody,
};

/// A case's file under construction.
pub(super) struct Builder<'a> {
    pub law: &'a Regulations,
    pub facts: Facts,
    ordinary: Ordinary,
    /// Acts by the name that the case gives them.
    names: BTreeMap<String, Uuid>,
}

/// An official member of the branch.
fn member(number: u128) -> Uuid {
    Uuid::from_u128(1000 + number)
}

const BRANCH: Uuid = Uuid::from_u128(1);

/// Removes one of our own fields from an entry, leaving those of the act.
pub(super) fn take<T: for<'a> serde::Deserialize<'a>>(
    entry: &mut Entry,
    key: &str,
) -> Result<Option<T>, String> {
    entry
        .remove(key)
        .map(|v| serde_json::from_value(v).map_err(|e| format!("{key}: {e}")))
        .transpose()
}

impl<'a> Builder<'a> {
    /// The ordinary file up to the point where the case starts.
    pub fn start(case: &Case, law: &'a Regulations) -> Result<Self, String> {
        let mut builder = Self {
            law,
            facts: facts(case),
            ordinary: parse(ORDINARY)?,
            names: BTreeMap::new(),
        };
        let anchors = case.start.anchors();
        for act in std::mem::take(&mut builder.ordinary.acts) {
            let mut fields = act.fields;
            if act.file > case.start.file {
                continue;
            }
            let on = later(anchors.day(act.after.0), act.after.1);
            fields.insert("on".into(), json!(on));
            let name: Option<String> = take(&mut fields, "id")?;
            let recorded = builder.recorded(fields)?;
            if case.start.without.contains(&recorded.act.kind()) {
                continue;
            }
            builder.names.extend(name.map(|name| (name, recorded.id)));
            builder.facts.acts.push(recorded);
        }
        Ok(builder)
    }

    /// Records an act that must be accepted.
    pub fn record(&mut self, mut entry: Entry) -> Result<(), String> {
        let name: Option<String> = take(&mut entry, "id")?;
        let recorded = self.recorded(entry)?;
        if let Err(missing) = judge(&self.facts, self.law, &recorded) {
            let rules: Vec<&str> = missing.iter().map(|c| c.rule).collect();
            return Err(format!(
                "{} of {} is not accepted: {}",
                recorded.act.kind().wire(),
                recorded.act.on(),
                rules.join(", ")
            ));
        }
        self.keep(name, recorded);
        Ok(())
    }

    pub fn keep(&mut self, name: Option<String>, recorded: Recorded) {
        self.names.extend(name.map(|name| (name, recorded.id)));
        self.facts.acts.push(recorded);
    }

    /// Builds the act that an entry describes, with default fields filled in.
    pub fn recorded(&self, mut entry: Entry) -> Result<Recorded, String> {
        let kind: ActKind = take(&mut entry, "act")?.ok_or("act is missing")?;
        let role: Option<Role> = take(&mut entry, "role")?;
        let act = self.act(kind, entry)?;
        let role = role
            .or_else(|| act.step().only())
            .unwrap_or_else(|| usual(kind));
        let number = 1_000_000 + self.facts.acts.len() as u128;
        Ok(Recorded {
            id: Uuid::from_u128(number),
            account: Uuid::from_u128(2_000_000 + role as u128),
            role,
            act,
            regulation: None,
        })
    }

    fn act(&self, kind: ActKind, mut entry: Entry) -> Result<Act, String> {
        let missing: Vec<String> = take(&mut entry, "missing")?.unwrap_or_default();
        let on: NaiveDate = entry
            .get("on")
            .and_then(Value::as_str)
            .and_then(|s| s.parse().ok())
            .ok_or_else(|| format!("{}: on is missing: a date without quotes", kind.wire()))?;
        if let Some(usual) = self.ordinary.fields.get(&kind) {
            for (name, value) in usual {
                if !entry.contains_key(name) && !missing.contains(name) {
                    entry.insert(name.clone(), value.clone());
                }
            }
        }
        for (name, value) in &mut entry {
            self.meant(name, value, on)?;
        }
        if kind == ActKind::Certificate {
            entry
                .entry("enrolment_id")
                .or_insert_with(|| json!(Uuid::nil()));
            let awareness = entry.get("class_kind") == Some(&json!(ClassKind::Awareness));
            if awareness && !entry.contains_key("valid_to") {
                let months = self.law.on(on).whole("awareness_valid_months");
                entry.insert("valid_to".into(), json!(valid_to(on, months)));
            }
        }
        let given: Vec<String> = entry.keys().cloned().collect();
        let wrong = |e: &dyn std::fmt::Display| format!("{} of {on}: {e}", kind.wire());
        let act = Act::read(kind, Value::Object(entry)).map_err(|e| wrong(&e))?;
        let fields = act.data().map_err(|e| wrong(&e))?;
        match given.iter().find(|name| fields.get(name).is_none()) {
            Some(name) => Err(wrong(&format!("unknown field {name}"))),
            // what it says in words the service does not tell the law
            None => act
                .without_texts()
                .map(|(act, _)| act)
                .map_err(|e| wrong(&e)),
        }
    }

    /// Resolves the placeholders in a value of a case.
    fn meant(&self, name: &str, value: &mut Value, on: NaiveDate) -> Result<(), String> {
        let given = match (name, &*value) {
            (_, Value::String(s)) if s == "=on" => json!(on),
            (_, Value::String(s)) if s == "=all" => json!(self.facts.official_members(on)),
            (_, Value::String(s)) if s == "=next" => json!((self.facts.acts.len() + 1).to_string()),
            ("from_branch_id" | "to_branch_id", Value::Number(n)) => {
                json!(Uuid::from_u128(n.as_u64().unwrap_or_default().into()))
            }
            ("member_id", Value::Number(n)) => {
                json!(member(n.as_u64().unwrap_or_default().into()))
            }
            ("corrects" | "replaces" | "assignment_id" | "act_id", Value::String(s)) => {
                if s == "none" {
                    json!(Uuid::nil())
                } else {
                    let id = self.names.get(s);
                    json!(id.ok_or_else(|| format!("{name}: no act with id = \"{s}\""))?)
                }
            }
            _ => return Ok(()),
        };
        *value = given;
        Ok(())
    }

    /// What the register knows of one of the members.
    pub fn member(&self, number: u128) -> Option<&Registered> {
        self.facts.members.get(&member(number))
    }

    /// The step that an entry asks about.
    pub fn step(&self, kind: ActKind, entry: &Entry) -> Result<Step, String> {
        self.ordinary.step(kind, entry)
    }
}

/// The role that usually records this kind of act.
pub(super) fn usual(kind: ActKind) -> Role {
    let roles = kind.recorded_by();
    if roles.contains(&Role::BranchCommittee) {
        Role::BranchCommittee
    } else {
        roles.first().copied().unwrap_or(Role::PartyOffice)
    }
}

/// Since when the ordinary members have been official.
pub(super) fn since() -> NaiveDate {
    NaiveDate::from_ymd_opt(2010, 5, 19).unwrap_or_default()
}

impl MemberChange {
    /// The member as registered.
    pub(super) fn registered(&self) -> (Uuid, Registered) {
        let branch = if self.other_branch {
            Uuid::from_u128(2)
        } else {
            BRANCH
        };
        let known = Registered {
            official_from: self.official_from(),
            stays: vec![Stay(branch, since(), self.left_on)],
            activities: self.activities(),
            sponsored: self.sponsored(since()),
        };
        (member(self.number), known)
    }
}

/// The ordinary person in the ordinary branch of 14, with the changes of the case.
fn facts(case: &Case) -> Facts {
    let since = since();
    let changes = &case.facts;
    let known = || Registered {
        official_from: Some(since),
        stays: vec![Stay(BRANCH, since, None)],
        activities: Activities::always(Activity::Active),
        sponsored: Vec::new(),
    };
    let mut members: BTreeMap<Uuid, Registered> = (1..=4).map(|n| (member(n), known())).collect();
    members.extend(changes.member.iter().map(MemberChange::registered));
    let activity = |place: usize| match place {
        n if n < changes.exempt => Activity::Exempt,
        n if n < changes.exempt + changes.suspended => Activity::Suspended,
        _ => Activity::Active,
    };
    let from_then = vec![since; changes.official_members.unwrap_or(14)];
    let official = from_then.iter().chain(&changes.official_later);
    let lines = official
        .enumerate()
        .map(|(place, from)| Line::official(*from, activity(place)));
    Facts {
        birth_date: case.start.born,
        birth_year_only: false,
        hidden_birth: None,
        general_education: Some(
            changes
                .general_education
                .unwrap_or(GeneralEducation::UpperSecondary),
        ),
        youth_union_member: changes.youth_union_member.unwrap_or(true),
        youth_union_changed_on: changes.youth_membership_changed_on.clone(),
        trade_union_member: changes.trade_union_member.unwrap_or(true),
        trade_union_changed_on: changes.trade_membership_changed_on.clone(),
        branch: BRANCH,
        moves: Vec::new(),
        own_stays: Vec::new(),
        youth_unions: vec![YouthUnion(
            BRANCH,
            changes.unit_has_youth_union.unwrap_or(true),
            changes.youth_union_changed_on.clone(),
        )],
        members,
        register: Register(lines.collect()),
        settings: changes
            .settings
            .iter()
            .map(|s| (s.key.clone(), s.from_on, s.value))
            .collect(),
        holidays: changes
            .holidays
            .iter()
            .map(|day| (*day, DayKind::Off))
            .chain(changes.worked.iter().map(|day| (*day, DayKind::Worked)))
            .collect(),
        elsewhere: BTreeSet::new(),
        in_open_review: changes.in_open_review,
        offered: false,
        seats: Vec::new(),
        earlier: Vec::new(),
        namesake_waits: changes.namesake_waits,
        today: changes
            .today
            .unwrap_or_else(|| NaiveDate::from_ymd_opt(2030, 1, 1).unwrap_or_default()),
        acts: Vec::new(),
    }
}

/// What an entry of `judged` asks.
pub(super) fn subject(entry: &mut Entry) -> Result<Subject, String> {
    if let Some(what) = further(entry)? {
        return Ok(Subject::Further(what));
    }
    let act: Option<ActKind> = match entry.get("act") {
        Some(v) => Some(serde_json::from_value(v.clone()).map_err(|e| format!("act: {e}"))?),
        None => None,
    };
    let step: Option<ActKind> = if act.is_none() {
        take(entry, "asked")?
    } else {
        None
    };
    let deadline: Option<DeadlineKind> = take(entry, "deadline")?;
    match (act, step, deadline) {
        (Some(kind), None, None) => Ok(Subject::Act(kind)),
        (None, Some(kind), None) => Ok(Subject::Step(kind)),
        (None, None, Some(kind)) => Ok(Subject::Deadline(kind)),
        _ => Err("one of act, asked, deadline, nominated, proposed, completed, changed, register is wanted".to_owned()),
    }
}

/// The role that records the step: the Party Office for the committee's vote, otherwise the usual
/// one.
pub(super) fn asks(step: Step, kind: ActKind) -> Role {
    if matches!(step, Step::Resolution((_, VotingBody::Committee))) {
        Role::PartyOffice
    } else {
        step.only().unwrap_or_else(|| usual(kind))
    }
}
