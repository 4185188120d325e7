//! Every sentence of the plan (S1 to S71 of the coverage table) is borne by a test, by its id in
//! the comment of a test, or stands here with the reason why not. The list may only shrink.
use std::collections::BTreeSet;

/// Sentences that no test bears yet.
const NOT_YET: [(u32, &str); 0] = [];

/// Ids in the comments of this file: `S7`, `S8 to S10`, `S8-S10`.
fn ids(text: &str) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    for line in text
        .lines()
        .filter_map(|l| l.trim_start().strip_prefix("//"))
    {
        let words: Vec<&str> = line
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        let id = |word: &str| {
            word.strip_prefix('S')
                .and_then(|n| n.parse::<u32>().ok())
                .filter(|n| (1..=71).contains(n))
        };
        for (at, word) in words.iter().enumerate() {
            let Some(first) = id(word) else { continue };
            all.insert(first);
            if words.get(at + 1) == Some(&"to")
                && let Some(last) = words.get(at + 2).and_then(|w| id(w))
            {
                all.extend(first..=last);
            }
        }
    }
    all
}

#[test]
fn every_sentence_of_the_plan_has_a_test_or_a_reason() {
    let mut borne = BTreeSet::new();
    for file in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"))
        .unwrap()
        .flatten()
    {
        let path = file.path();
        if path.extension().is_some_and(|e| e == "rs")
            && path.file_name().is_some_and(|n| n != "coverage.rs")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            if text.contains("#[tokio::test]") || text.contains("#[test]") {
                borne.extend(ids(&text));
            }
        }
    }
    let missing: Vec<u32> = (1..=71).filter(|n| !borne.contains(n)).collect();
    let excused: Vec<u32> = NOT_YET.iter().map(|(n, _)| *n).collect();
    assert_eq!(
        missing, excused,
        "sentences without a test, and those that are excused"
    );
}
