//! Checks what a met requirement rests on against files without it: every row is known by then, the
//! requirement is unmet without its rows, and each of them is needed.
use std::collections::BTreeSet;

use uuid::Uuid;

use crate::acts::{Act, Step};
use crate::candidacy::{Recorded, standing};
use crate::judgement::{Facts, Question, requirements};
use crate::regulation::Regulations;
use crate::requirement::Check;
use crate::words::Role;

/// A step on a file, or a recorded act again.
#[derive(Clone, Copy)]
struct Asked<'a> {
    facts: &'a Facts,
    law: &'a Regulations,
    acts: &'a [Recorded],
    step: Step,
    act: Option<&'a Recorded>,
}

impl Asked<'_> {
    /// The requirements without these acts, and without the assignments of these members.
    fn without(self, gone: &BTreeSet<Uuid>) -> Vec<Check> {
        let left = |r: &&Recorded| {
            let assigned = matches!(&r.act, Act::Sponsorship(a) if gone.contains(&a.member_id));
            !gone.contains(&r.id) && !assigned
        };
        let left: Vec<Recorded> = self.acts.iter().filter(left).cloned().collect();
        let mut facts = self.facts.clone();
        facts.earlier.retain(|(_, r)| !gone.contains(&r.id));
        let file = facts.replay(&left, self.law);
        let question = match self.act {
            Some(act) => Question::again(self.facts, &file, self.law, act),
            None => Question {
                facts: self.facts,
                file: &file,
                law: self.law,
                version: self.law.on(self.facts.today),
                on: self.facts.today,
                role: self.step.only().unwrap_or(Role::PartyOffice),
                account: Uuid::nil(),
                recording: true,
                lost: &[],
            },
        };
        requirements(&question, self.step, self.act.map(|r| &r.act))
    }
}

/// The check of this rule that stands at this place among those of its rule.
fn same(checks: Vec<Check>, rule: &str, place: usize) -> Option<Check> {
    checks.into_iter().filter(|c| c.rule == rule).nth(place)
}

/// What is wrong with the rows that the requirements of one question name, and the rules that name
/// some.
fn of(asked: Asked<'_>, rules: &mut BTreeSet<&'static str>) -> Vec<String> {
    let day = asked.act.map_or(asked.facts.today, |r| r.act.on());
    let known = |id: &Uuid| {
        let by_then = |r: &Recorded| {
            let political = matches!(r.act, Act::PoliticalIssue(_));
            // in the file since that day, whenever it was recorded
            let filed =
                matches!(&r.act, Act::Document(a) if a.received_on.is_some_and(|on| on <= day));
            !political && (filed || r.act.on() <= day)
        };
        let earlier = asked.facts.earlier.iter().map(|(_, r)| r);
        let mut acts = asked.acts.iter().chain(earlier);
        acts.any(|r| r.id == *id && by_then(r)) || asked.facts.members.contains_key(id)
    };
    let mut wrong = Vec::new();
    let all = asked.without(&BTreeSet::new());
    if asked.act.is_some() && all.iter().any(|c| !c.met) {
        // the premise of a case, in an order of its own
        return wrong;
    }
    for (at, check) in all.iter().enumerate() {
        let ids: BTreeSet<Uuid> = check.rests_on.iter().copied().collect();
        let says = |what: &str| format!("{} of {day}, {:?}: {what}", check.rule, asked.step);
        if ids.len() != check.rests_on.len()
            || !ids.iter().all(known)
            || !ids.is_empty() && !check.met
        {
            wrong.push(says("a row is not known by then, or named twice"));
        }
        if !check.rests_on.is_sorted() {
            wrong.push(says("the order tells what each row is about"));
        }
        if ids.is_empty() {
            continue;
        }
        rules.insert(check.rule);
        let place = all[..at].iter().filter(|c| c.rule == check.rule).count();
        let left =
            |gone: &BTreeSet<Uuid>| same(asked.without(gone), check.rule, place).filter(|c| c.met);
        // whatever takes its place is taken away too
        let mut gone = ids.clone();
        while let Some(still) = left(&gone) {
            if still.rests_on.is_empty() {
                wrong.push(says("it is met without the rows that it names"));
                break;
            }
            gone.extend(still.rests_on);
        }
        for id in &ids {
            let still = left(&BTreeSet::from([*id]));
            let idle = still.is_some_and(|c| {
                let other = c.rests_on.iter().any(|new| !ids.contains(new));
                !other && c.evidence == check.evidence
            });
            if idle {
                wrong.push(says(&format!("{id} is named in vain")));
            }
        }
    }
    wrong
}

/// What is wrong with the rows that the requirements of a file name: of every act at its place, and
/// of every step today.
pub(crate) fn wrong(
    facts: &Facts,
    law: &Regulations,
    rules: &mut BTreeSet<&'static str>,
) -> Vec<String> {
    let acts = standing(&facts.acts);
    let again = acts.iter().enumerate().map(|(place, recorded)| Asked {
        facts,
        law,
        acts: &acts[..place],
        step: recorded.act.step(),
        act: Some(recorded),
    });
    let steps = Step::all().into_iter().map(|step| Asked {
        facts,
        law,
        acts: &acts,
        step,
        act: None,
    });
    again
        .chain(steps)
        .flat_map(|asked| of(asked, rules))
        .collect()
}
