use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::*;
use crate::regulation::{BUILT_IN, DEFINITIONS};

fn law() -> Regulations {
    Regulations::read(BUILT_IN).unwrap()
}

static BOOK: LazyLock<String> = LazyLock::new(|| book(&law()));

/// The part of the book under a heading that ends so.
fn under<'a>(book: &'a str, heading: &str) -> &'a str {
    let start = book.find(&format!("{heading}\n")).unwrap();
    let rest = &book[start + heading.len()..];
    let end = rest.find("\n#").unwrap_or(rest.len());
    &rest[..end]
}

#[test]
fn the_book_has_every_version_every_parameter_and_every_case_in_vietnamese() {
    let law = law();
    let book = &*BOOK;
    for version in law.all() {
        assert!(book.contains(&format!("### {}\n", version.code)));
    }
    for known in DEFINITIONS {
        assert!(book.contains(known.vi), "{}", known.vi);
    }
    for (name, text) in CASES {
        let case = Case::read(text).unwrap();
        assert!(book.contains(&capital(&case.title)), "{name}");
    }
    for foreign in [" the ", "question bank", "clause", "working days", "_"] {
        assert!(!book.contains(foreign), "{foreign}");
    }
}

#[test]
fn a_heading_begins_with_a_capital_letter() {
    let book = &*BOOK;
    let headings: Vec<&str> = book.lines().filter(|line| line.starts_with('#')).collect();
    assert!(headings.iter().any(|h| h.ends_with(". Đưa vào quy hoạch")));
    for heading in headings {
        let text = heading.rsplit("</a>").next().unwrap();
        let letter = text.chars().find(|c| c.is_alphabetic()).unwrap();
        assert!(!letter.is_lowercase(), "{heading}");
    }
}

/// How a deadline is counted is said of each, and what its days are by an example.
#[test]
fn a_deadline_says_how_it_is_counted() {
    let book = &*BOOK;
    let answer = under(book, ". Nơi thẩm tra trả lời");
    assert!(
        answer.contains("Cách tính: 30 ngày, tính từ ngày gửi thẩm tra."),
        "{answer}"
    );
    let days = ": “Từ ngày 05/04/2021 đến hết ngày 05/05/2021.”";
    assert!(answer.contains(days), "{answer}");
    let ceremony = under(book, ". Tổ chức lễ kết nạp");
    assert!(
        ceremony.contains(
            "208-QĐ/TW (theo nguồn thứ cấp): 30 ngày làm việc, tính từ ngày ban hành quyết định."
        ),
        "{ceremony}"
    );
}

/// The version in force has its line under every rule, whatever versions the examples are of.
#[test]
fn a_rule_is_cited_under_every_version() {
    let law = law();
    let book = &*BOOK;
    let vote = under(book, ". Chi bộ biểu quyết đề nghị kết nạp");
    let least = vote
        .split("\n**")
        .find(|rule| rule.contains("Tuổi tối thiểu"))
        .unwrap();
    assert!(
        least.contains("(29-QĐ/TW): 29-QĐ/TW, 1: 216 tháng."),
        "{least}"
    );
    let heir = "208-QĐ/TW): kế thừa từ 29-QĐ/TW, 1 (chưa xác nhận): 216 tháng.";
    assert!(least.contains(heir), "{least}");
    let parts = &book[book.find("## 2.").unwrap()..book.find("## 5.").unwrap()];
    let newest = &law.newest().code;
    let mut told = 0;
    for rule in parts
        .split("\n**")
        .skip(1)
        .filter(|rule| rule.contains("theo văn bản"))
    {
        let codes: BTreeSet<&str> = law.all().iter().map(|v| v.code.as_str()).collect();
        let lines: Vec<&str> = rule
            .lines()
            .filter(|l| l.starts_with("  - Từ ngày "))
            .collect();
        let heads: Vec<&str> = lines
            .iter()
            .map(|l| l.split("): ").next().unwrap())
            .collect();
        for code in codes {
            assert!(
                heads.iter().any(|head| head.contains(code)),
                "{code}: {rule}"
            );
        }
        assert!(heads.last().unwrap().ends_with(newest.as_str()), "{rule}");
        told += 1;
    }
    assert!(told > 40, "{told}");
}

/// An example is cited where it names the rule, or where the rule is unmet; not where it is merely
/// passed.
#[test]
fn a_rule_cites_only_examples_that_are_about_it() {
    let book = &*BOOK;
    let about: BTreeSet<String> = (CASES.iter().enumerate())
        .filter(|(_, (_, text))| text.contains("\"admission.education\""))
        .map(|(place, _)| format!("[{0}](#vi-du-{0})", place + 1))
        .collect();
    let vote = under(book, ". Chi bộ biểu quyết đề nghị kết nạp");
    let rule = vote
        .split("\n**")
        .find(|rule| rule.contains("học vấn"))
        .unwrap();
    let cited = rule
        .split('[')
        .skip(1)
        .filter_map(|part| part.split_once(')'));
    let cited: BTreeSet<String> = cited.map(|(link, _)| format!("[{link})")).collect();
    assert_eq!(cited, about, "{rule}");
    assert!(!about.is_empty());
    // each is about few rules
    let links = book.matches("](#vi-du-").count();
    assert!(links < 14 * CASES.len(), "{links}");
}

/// A sentence of one case stands only as an example, met or unmet.
#[test]
fn a_sentence_of_a_case_does_not_stand_as_the_rule() {
    let law = law();
    let book = &*BOOK;
    let end = book.find("## 4.").unwrap();
    let steps = &book[book.find("## 2.").unwrap()..end];
    let marked = |line: &str| {
        line.starts_with("- Khi đáp ứng, ") || line.starts_with("- Khi chưa đáp ứng, ")
    };
    let own = |line: &&str| !line.starts_with("Thuộc giai đoạn: ");
    let mut seen = BTreeSet::new();
    for answer in examples(&law).iter().flat_map(|e| &e.answers) {
        for check in answer.checks.iter().filter(|c| !c.of_later_act()) {
            let text = rules::quoted(&check.detail.vi);
            let bare = text.trim_matches(['“', '”']);
            for line in steps.lines().filter(own).filter(|line| line.contains(bare)) {
                assert!(marked(line), "{line}");
                if line.ends_with(&text) {
                    assert_eq!(line.starts_with("- Khi chưa"), !check.met, "{line}");
                    seen.insert(line);
                }
            }
        }
    }
    let lines = steps.lines().filter(|line| marked(line)).count();
    assert!(seen.len() > 100 && lines > 100, "{} of {lines}", seen.len());
}

#[test]
fn every_example_is_shown_with_its_facts_and_its_answer() {
    let law = law();
    let book = &*BOOK;
    for (place, (name, text)) in CASES.iter().enumerate() {
        let case = Case::read(text).unwrap();
        let prose = case.prose(&case.run(&law).unwrap()).unwrap();
        let heading = format!("</a>Ví dụ {}. {}", place + 1, capital(&case.title));
        let shown = under(book, &heading);
        assert!(shown.contains(&prose.facts), "{name}");
        for answer in &prose.answers {
            assert!(shown.contains(&format!("- {answer}\n")), "{name}: {answer}");
        }
    }
}
