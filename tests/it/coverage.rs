//! Every sentence of the plan (S1 to S71 of the coverage table) has a test: its id must be in the
//! doc comment of a test function that is not ignored.
use std::collections::BTreeSet;

use crate::architecture::{Test, tests};

/// The ids in a doc comment, such as `S7` or `S8 to S10`.
fn ids(doc: &str) -> BTreeSet<u32> {
    let words: Vec<&str> = doc
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let id = |word: &str| {
        let number = word.strip_prefix('S')?.parse::<u32>().ok()?;
        (1..=71).contains(&number).then_some(number)
    };
    let mut all = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        let Some(first) = id(word) else { continue };
        all.insert(first);
        if words.get(at + 1) == Some(&"to")
            && let Some(last) = words.get(at + 2).and_then(|w| id(w))
        {
            all.extend(first..=last);
        }
    }
    all
}

#[test]
fn every_sentence_of_the_plan_is_borne_by_a_test_that_runs() {
    let tests = tests();
    let runs = |test: &&Test| !test.ignored;
    let borne: BTreeSet<u32> = tests
        .iter()
        .filter(runs)
        .flat_map(|t| ids(&t.doc))
        .collect();
    let missing: Vec<u32> = (1..=71).filter(|n| !borne.contains(n)).collect();
    assert!(missing.is_empty(), "sentences without a test: {missing:?}");
}

#[test]
fn an_id_counts_in_the_doc_comment_of_a_test_that_runs_and_nowhere_else() {
    let file = "\
        //! S1\n\n\
        /// S2, S4 to S6\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn a() {\n    // S7\n}\n\n\
        /// S8\nfn helper() {\n}\n\n\
        /// S9\n#[test]\n#[ignore = \"slow\"]\nfn b() {\n}\n";
    let tests = Test::all(file);
    let borne: Vec<_> = tests.iter().map(|t| (ids(&t.doc), t.ignored)).collect();
    let (first, last) = (BTreeSet::from([2, 4, 5, 6]), BTreeSet::from([9]));
    assert_eq!(borne, [(first, false), (last, true)]);
    assert_eq!(tests[0].lines, 3);
}

/// The promises of trust (T-01 and so on) that a test must carry in its name. The plan lists three
/// of the numbers without describing them: 8 is the second factor, 9 the second person who
/// confirms, 19 the database roles.
const TRUST: [u32; 28] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 25, 28, 29, 31, 33, 35, 37,
    39, 49,
];

/// The numbers in the name of a test such as `t02_t03_…`.
fn promises(name: &str) -> BTreeSet<u32> {
    let parts = name.split('_');
    let number = |part: &str| {
        part.strip_prefix('t')
            .filter(|n| n.len() == 2)?
            .parse()
            .ok()
    };
    parts.map_while(number).collect()
}

#[test]
fn every_promise_of_trust_is_in_the_name_of_a_test_that_runs() {
    let all = tests();
    let runs = all.iter().filter(|test| !test.ignored);
    let shown: BTreeSet<u32> = runs.flat_map(|test| promises(&test.name)).collect();
    let missing: Vec<u32> = TRUST.into_iter().filter(|n| !shown.contains(n)).collect();
    assert!(missing.is_empty(), "promises without a test: {missing:?}");
    assert_eq!(promises("t02_t03_guessing_takes_t04"), [2, 3].into());
    assert_eq!(promises("two_t05"), BTreeSet::new());
}
