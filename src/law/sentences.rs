//! Checks on the sentences of all requirements: Vietnamese without code words, dates in Vietnamese
//! style, different sentences for met and unmet.
use std::collections::BTreeMap;

use crate::acts::Step;
use crate::case::{CASES, Case};
use crate::regulation::{BUILT_IN, Ground, Regulations};
use crate::requirement::Check;

/// Every requirement that occurs in the cases, met or not.
fn asked() -> Vec<(String, Check)> {
    let law = Regulations::read(BUILT_IN).unwrap();
    let cases = CASES.iter().flat_map(|(name, text)| {
        let answers = Case::read(text).unwrap().run(&law).unwrap();
        let checks = answers.into_iter().flat_map(|a| a.checks);
        checks.map(|check| ((*name).to_owned(), check))
    });
    cases.collect()
}

fn iso_day(text: &str) -> bool {
    let digits = |s: &str| s.len() == 4 && s.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    parts.windows(3).any(|w| {
        let year = w[0].get(w[0].len().saturating_sub(4)..).is_some_and(digits);
        year && w[1].len() == 2 && w[1].bytes().all(|b| b.is_ascii_digit())
    })
}

#[test]
fn every_sentence_is_of_its_language_and_without_code_words() {
    let mut wrong = Vec::new();
    for (name, check) in asked() {
        let (vi, en) = (&check.detail.vi, &check.detail.en);
        let mut say =
            |what: &str| wrong.push(format!("{name}: {} {what}: {vi} / {en}", check.rule));
        if vi.contains('_') || en.contains('_') || vi.contains('/') && vi.contains("document-types")
        {
            say("has a code word");
        }
        if iso_day(vi) {
            say("has a day as computers write it");
        }
        let english = [
            " the ", " is ", " of ", " and ", " member", "needed", "work,", "labour",
        ];
        if english.iter().any(|w| vi.to_lowercase().contains(w)) {
            say("has English in Vietnamese");
        }
        if en
            .chars()
            .any(|c| "ăâđêôơưạảấầẩậắằẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ".contains(c))
        {
            say("has Vietnamese in English");
        }
        if !vi.ends_with('.') || !en.ends_with('.') || vi.trim() != vi {
            say("is no sentence");
        }
        if vi.chars().next().is_some_and(char::is_lowercase) {
            say("begins small");
        }
        if check.source.contains(" read") || check.source.contains("question bank") {
            say("cites a note");
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_requirement_that_is_met_says_something_else_than_one_that_is_not() {
    let mut said: BTreeMap<&'static str, [Vec<String>; 2]> = BTreeMap::new();
    for (_, check) in asked() {
        if !check.of_later_act() {
            said.entry(check.rule).or_default()[usize::from(check.met)].push(check.detail.vi);
        }
    }
    let mut both = 0;
    for (rule, [unmet, met]) in said {
        both += usize::from(!unmet.is_empty() && !met.is_empty());
        for sentence in &met {
            assert!(!unmet.contains(sentence), "{rule}: {sentence}");
        }
    }
    assert!(both > 40, "{both} rules are seen both ways");
}

#[test]
fn no_two_steps_have_one_title() {
    let titles: Vec<String> = Step::all().into_iter().map(|s| s.words().vi).collect();
    for (place, title) in titles.iter().enumerate() {
        assert!(!titles[..place].contains(title), "{title}");
    }
    let english: std::collections::BTreeSet<String> =
        Step::all().into_iter().map(|s| s.words().en).collect();
    assert_eq!(english.len(), titles.len());
}

/// On days of 24-QĐ/TW, the repealed 29-QĐ/TW alone is never cited as if it were in force.
#[test]
fn a_repealed_regulation_is_cited_as_inherited() {
    for (name, check) in asked() {
        let after = check.version.as_deref().is_some_and(|v| v != "29-QĐ/TW");
        if after
            && matches!(check.ground, Ground::Clauses(_))
            && check.source.starts_with("29-QĐ/TW")
        {
            panic!("{name}: {} cites {}", check.rule, check.source);
        }
    }
}
