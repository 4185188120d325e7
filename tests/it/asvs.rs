//! OWASP ASVS 5.0, level 2: every requirement is shown by a test, does not apply, or is still open.
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::architecture::tests;

/// What is open becomes less and never more.
const OPEN: usize = 32;
/// Requirements of levels 1 and 2 by chapter.
const CHAPTERS: [(u32, usize); 17] = [
    (1, 27),
    (2, 11),
    (3, 19),
    (4, 10),
    (5, 9),
    (6, 35),
    (7, 18),
    (8, 7),
    (9, 7),
    (10, 29),
    (11, 14),
    (12, 9),
    (13, 13),
    (14, 9),
    (15, 13),
    (16, 16),
    (17, 7),
];

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Shown(String),
    Not { not: String },
    Open { open: String },
}

#[test]
fn every_requirement_of_asvs_level_2_is_shown_does_not_apply_or_is_open() {
    let table: BTreeMap<String, Line> = toml::from_str(include_str!("asvs.toml")).unwrap();
    let known: BTreeSet<String> = (tests().into_iter())
        .filter(|t| !t.ignored)
        .map(|t| t.name)
        .collect();
    let mut chapters: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut open, mut faults) = (0, Vec::new());
    for (id, line) in &table {
        let chapter = id.split('.').next().unwrap().parse().unwrap();
        *chapters.entry(chapter).or_default() += 1;
        match line {
            Line::Shown(test) if !known.contains(test) => {
                faults.push(format!("{id}: there is no test {test}"));
            }
            Line::Shown(_) => {}
            Line::Not { not: why } | Line::Open { open: why } if why.len() < 5 => {
                faults.push(format!("{id}: says no reason"));
            }
            Line::Not { .. } => {}
            Line::Open { .. } => open += 1,
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(chapters, BTreeMap::from(CHAPTERS));
    assert!(open <= OPEN, "{open} are open");
}
