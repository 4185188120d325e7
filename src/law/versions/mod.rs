//! A thousand files under every version of the regulations: nothing panics, every requirement says
//! something whether met or not, a deadline is the last day of its requirement, and where two
//! versions judge differently, one of their parameters is why.
mod generated;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use self::generated::{generated, ordinary};
use crate::acts::Step;
use crate::candidacy::{File, standing};
use crate::deadlines;
use crate::judgement::{Facts, Question, requirements};
use crate::regulation::{BUILT_IN, Regulations};
use crate::requirement::Check;
use crate::story::days;
use crate::words::Role;

/// A requirement of an act or a step, and which one of its rule it is.
type Key = (String, &'static str, usize);

/// What the versions say about a file, with the file itself.
struct Judged {
    file: File,
    checks: BTreeMap<Key, Check>,
}

/// The requirements of every step on a day.
fn ahead(facts: &Facts, law: &Regulations, file: &File, on: NaiveDate) -> Vec<(String, Check)> {
    let steps = Step::all().into_iter().filter(|s| s.possible_in(file));
    let all = steps.flat_map(|step| {
        let role = step.only().or(step.kind().recorded_by().first().copied());
        let question = Question {
            facts,
            file,
            law,
            version: law.on(on),
            on,
            role: role.unwrap_or(Role::PartyOffice),
            account: Uuid::nil(),
            recording: true,
            lost: &[],
        };
        let checks = requirements(&question, step, None);
        checks.into_iter().map(move |c| (format!("{step:?}"), c))
    });
    all.collect()
}

fn judged(facts: &Facts, law: &Regulations) -> Judged {
    let acts = standing(&facts.acts);
    let mut file = facts.opened(&acts, law);
    let mut all = Vec::new();
    for recorded in &acts {
        let question = Question::again(facts, &file, law, recorded);
        let checks = requirements(&question, recorded.act.step(), Some(&recorded.act));
        let subject = recorded.id.to_string();
        all.extend(checks.into_iter().map(|c| (subject.clone(), c)));
        recorded.apply(&mut file, law);
    }
    all.extend(ahead(facts, law, &file, facts.today));
    let mut checks = BTreeMap::new();
    let mut places: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for (subject, check) in all {
        let place = places.entry((subject.clone(), check.rule)).or_default();
        checks.insert((subject, check.rule, *place), check);
        *place += 1;
    }
    Judged { file, checks }
}

/// Each says something in both languages, and on what clause.
fn told(judged: &Judged) -> Result<(), TestCaseError> {
    for check in judged.checks.values() {
        for text in [&check.detail.vi, &check.detail.en, &check.source] {
            prop_assert!(text.trim().len() > 3, "{check:?}");
            for hole in ["()", "  ", " ,", " .", "{", "None", "Some("] {
                prop_assert!(!text.contains(hole), "{check:?}");
            }
        }
    }
    Ok(())
}

/// The last day of a duty is the last day on which its requirement is met without more.
fn agree(facts: &Facts, law: &Regulations, file: &File) -> Result<usize, TestCaseError> {
    let mut compared = 0;
    for duty in deadlines::open(file, law, facts) {
        for (_, check) in ahead(facts, law, file, facts.today) {
            let Some(due) = check.due_on.filter(|_| check.rule == duty.rule) else {
                continue;
            };
            prop_assert_eq!(due, duty.due_on, "{:?} {:?}", duty, check);
            prop_assert_eq!(&check.source, &duty.source);
            compared += 1;
            let met = |on| {
                let there = ahead(facts, law, file, on);
                let same = there.into_iter().find(|(_, c)| c.rule == duty.rule);
                same.is_some_and(|(_, c)| c.met)
            };
            let lasts = ["ceremony.in_time", "admission.certificate"].contains(&duty.rule);
            let agreed = file.waivers.iter().any(|(_, w)| w.on <= due);
            if lasts && !agreed {
                prop_assert!(met(due), "{duty:?} is refused on its last day");
                prop_assert!(!met(days(due, 1)), "{duty:?} is accepted the day after");
            }
        }
    }
    Ok(compared)
}

/// Keys whose requirement is met under one and not under the other.
fn differences(one: &Judged, other: &Judged) -> BTreeSet<Key> {
    let met = |judged: &Judged, key: &Key| judged.checks.get(key).is_none_or(|c| c.met);
    let keys = one.checks.keys().chain(other.checks.keys());
    keys.filter(|key| met(one, key) != met(other, key))
        .cloned()
        .collect()
}

/// Each version as if no other had ever been.
fn alone(law: &Regulations) -> Vec<Regulations> {
    let codes = law.all().iter().map(|v| v.code.as_str());
    codes.map(|code| law.only(code, &BTreeMap::new())).collect()
}

fn properties(files: u32, seed: u8) {
    let law = Regulations::read(BUILT_IN).unwrap();
    let (versions, ordinary) = (alone(&law), ordinary());
    let (mut compared, mut differ) = (0, 0);
    let config = ProptestConfig {
        cases: files,
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    };
    let chance = proptest::test_runner::TestRng::from_seed(
        proptest::test_runner::RngAlgorithm::ChaCha,
        &[seed; 32],
    );
    let counted = std::cell::RefCell::new((&mut compared, &mut differ));
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, chance);
    let told = runner.run(&generated(), |file| {
        let facts = file.facts(&ordinary);
        let mut all = Vec::new();
        for version in &versions {
            let judged = judged(&facts, version);
            told(&judged)?;
            *counted.borrow_mut().0 += agree(&facts, version, &judged.file)?;
            all.push(judged);
        }
        for (place, pair) in all.windows(2).enumerate() {
            let (before, after) = (&law.all()[place], &law.all()[place + 1]);
            let changed: Vec<&String> = after
                .parameters
                .iter()
                .filter(|(name, p)| before.parameters.get(*name).is_none_or(|b| !p.counts_as(b)))
                .map(|(name, _)| name)
                .collect();
            let mut open = differences(&pair[0], &pair[1]);
            *counted.borrow_mut().1 += usize::from(!open.is_empty());
            for name in changed {
                if open.is_empty() {
                    break;
                }
                // with the old value of this one, what it explains is as before
                let old = BTreeMap::from([(name.clone(), before.parameters.get(name).cloned())]);
                let without = judged(&facts, &law.only(&after.code, &old));
                let still = differences(&pair[0], &without);
                open.retain(|key| still.contains(key));
            }
            prop_assert!(open.is_empty(), "{}: {open:?}", after.code);
        }
        Ok(())
    });
    assert!(told.is_ok(), "{}", told.unwrap_err());
    assert!(
        compared > 50 && differ > 10,
        "chance says too little: {compared} duties, {differ} differences"
    );
}

#[test]
fn five_hundred_files_under_every_version() {
    properties(500, 1);
}

#[test]
fn and_five_hundred_more() {
    properties(500, 2);
}
