//! Every answer is checked against the refusals that the document lists. This is the other
//! direction: every refusal listed for an operation occurs somewhere in the suite, or
//! `refusals.toml` says why it does not.
use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::Mutex;

use crate::support::document;

/// Where all processes of a run note the refusals that they have seen, one line each. The file is
/// removed before a run.
const SEEN: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/refusals.txt");

/// Notes that the operation was refused with this code. Refusals in spawned tasks are not noted,
/// because in a race they may have come by chance.
pub fn note(operation: &str, code: &str) {
    let thread = std::thread::current();
    if thread.name().is_some_and(|name| name.starts_with("tokio-")) {
        return;
    }
    static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let line = format!("{operation} {code}\n");
    if KNOWN.lock().unwrap().insert(line.clone()) {
        let file = OpenOptions::new().create(true).append(true).open(SEEN);
        file.unwrap().write_all(line.as_bytes()).unwrap();
    }
}

/// Operation and code of every listed refusal with status 409 or 422.
fn listed() -> BTreeSet<String> {
    let document = document();
    let items = document["paths"].as_object().unwrap().values();
    let mut all = BTreeSet::new();
    for op in items.flat_map(|item| item.as_object().unwrap().values()) {
        let id = op["operationId"].as_str().unwrap();
        for status in ["409", "422"] {
            let shared = op["responses"][status]["$ref"].as_str();
            let Some(shared) = shared.and_then(|to| document.pointer(to.strip_prefix('#')?)) else {
                continue;
            };
            let codes = shared["x-codes"].as_array().unwrap().iter();
            all.extend(codes.map(|code| format!("{id} {}", code.as_str().unwrap())));
        }
    }
    all
}

/// The explanations of listed refusals that no test sees, from lines such as `operation = { code =
/// "why" }`.
fn explained() -> BTreeMap<String, String> {
    let text = include_str!("refusals.toml");
    let all: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(text).unwrap();
    let each = all.into_iter().flat_map(|(operation, codes)| {
        let codes = codes.into_iter();
        codes.map(move |(code, why)| (format!("{operation} {code}"), why))
    });
    each.collect()
}

#[test]
fn every_explained_refusal_is_a_documented_one() {
    let listed = listed();
    assert!(listed.len() > 400, "{}", listed.len());
    for (refusal, why) in explained() {
        assert!(listed.contains(&refusal) && !why.is_empty(), "{refusal}");
    }
}

/// `.ci/run` runs this last, and removes `refusals.txt` before all other tests: the tests of one
/// process run in no particular order.
#[test]
#[ignore = "reads what all the others have seen"]
fn every_refusal_that_is_listed_was_seen_or_is_explained() {
    let seen = std::fs::read_to_string(SEEN).unwrap();
    let seen: BTreeSet<&str> = seen.lines().collect();
    let explained = explained();
    let missing: Vec<String> = listed()
        .into_iter()
        .filter(|refusal| !seen.contains(refusal.as_str()) && !explained.contains_key(refusal))
        .collect();
    let needless = explained
        .keys()
        .filter(|refusal| seen.contains(refusal.as_str()));
    let needless: Vec<&String> = needless.collect();
    assert!(
        missing.is_empty() && needless.is_empty(),
        "listed, and neither seen nor explained in tests/it/refusals.toml: {missing:#?}; explained, and seen: {needless:#?}"
    );
}
