use std::collections::BTreeSet;

use super::builder::Builder;
use super::*;
use crate::grounds;
use crate::regulation::{BUILT_IN, Regulations};

/// Every case of the folder, under the built-in regulations.
#[test]
fn the_cases_are_answered_rightly() {
    let law = Regulations::read(BUILT_IN).unwrap();
    let mut wrong = Vec::new();
    for (name, text) in CASES {
        match Case::read(text) {
            Err(why) => wrong.push(format!("{name}: {why}")),
            Ok(case) => {
                let mistakes = case.mistakes(&law);
                wrong.extend(mistakes.into_iter().map(|m| format!("{name}: {m}")));
            }
        }
    }
    assert!(CASES.len() > 60, "{}", CASES.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Requirements that are met in the cases name what they rest on, and nothing else.
#[test]
fn what_is_met_in_the_cases_rests_on_what_it_names() {
    let law = Regulations::read(BUILT_IN).unwrap();
    let (mut rules, mut wrong) = (BTreeSet::new(), Vec::new());
    for (name, text) in CASES {
        let case = Case::read(text).unwrap();
        if case.adds_versions() {
            continue;
        }
        let mut builder = Builder::start(&case, &law).unwrap();
        for given in &case.given {
            builder.record(given.clone()).unwrap();
        }
        let found = grounds::wrong(&builder.facts, &law, &mut rules);
        wrong.extend(found.into_iter().map(|w| format!("{name}: {w}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(rules.len() > 20, "{rules:?}");
}

/// What the README shows is a case, and right.
#[test]
fn the_readme_is_right() {
    let text = include_str!("../cases/README.md");
    let blocks = text.split("```toml\n").skip(1);
    let blocks: Vec<&str> = blocks.filter_map(|b| b.split("```").next()).collect();
    let case = Case::read(&blocks.concat()).unwrap();
    let law = Regulations::read(BUILT_IN).unwrap();
    assert_eq!(case.mistakes(&law), [""; 0]);
    assert_eq!(case.judged.len(), 11);
}

/// A case with a wrong expectation is told the right answer; one that cannot be set up says
/// why.
#[test]
fn a_wrong_case_is_found() {
    let law = Regulations::read(BUILT_IN).unwrap();
    let of = |judged: &str| {
        let text = format!("title = \"x\"\n[start]\nfile = \"ready\"\n{judged}");
        Case::read(&text).map(|case| case.mistakes(&law))
    };
    let vote = "[[judged]]\nact = \"resolution\"\non = 2021-06-01\n";
    let good = format!("{vote}expect = {{ unmet = [], stage = \"branch_resolved\" }}");
    assert_eq!(of(&good), Ok(vec![]));
    let bad = format!(
        "{vote}expect = {{ unmet = [\"act.stage\"], stage = \"dossier\", regulation = \"24-QĐ/TW\", says = \"x\" }}"
    );
    assert_eq!(
        of(&bad).unwrap(),
        [
            "judged 1: unmet is nothing; right is act.stage",
            "judged 1: stage is branch_resolved; right is dossier",
            "judged 1: regulation is 29-QĐ/TW; right is 24-QĐ/TW",
            "judged 1: what is said is nothing; right is x",
        ]
    );
    for (text, why) in [
        (vote, "judged 1: expect is missing"),
        (
            "[[judged]]\non = 2021-06-01\nexpect = {}",
            "judged 1: one of act, asked, deadline, nominated, proposed, completed, changed, register is wanted",
        ),
        (
            "[[judged]]\nact = \"resolutoin\"\non = 2021-06-01\nexpect = {}",
            "judged 1: act: unknown variant",
        ),
        (
            "[[judged]]\nact = \"resolution\"\nexpect = {}",
            "judged 1: resolution: on is missing",
        ),
        (
            "[[judged]]\nact = \"annulment\"\nact_id = \"x\"\non = 2021-06-01\nexpect = {}",
            "judged 1: act_id: no act with id = \"x\"",
        ),
        (
            "[[judged]]\nact = \"resolution\"\non = 2021-06-01\nin_favour = 3\nexpect = {}",
            "judged 1: resolution of 2021-06-01: unknown field",
        ),
    ] {
        let wrong = of(text).unwrap();
        assert!(wrong[0].starts_with(why), "{wrong:?}");
    }
    assert!(
        of("[facts]\nage = 3\n[[judged]]\nexpect = {}")
            .unwrap_err()
            .contains("unknown field `age`")
    );
}
