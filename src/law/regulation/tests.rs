//! What a regulation file may contain, and how its versions answer.
use chrono::NaiveDate;

use super::citation::CHARTER;
use super::*;

fn d(s: &str) -> NaiveDate {
    s.parse().unwrap()
}

#[test]
fn each_day_has_the_version_in_force_on_it() {
    let all = Regulations::read(BUILT_IN).unwrap();
    for (day, code) in [
        ("2016-07-24", "29-QĐ/TW"),
        ("2021-07-29", "29-QĐ/TW"),
        ("2021-07-30", "24-QĐ/TW"),
        ("2025-01-19", "24-QĐ/TW"),
        ("2025-01-20", "232-QĐ/TW"),
        ("2025-06-30", "232-QĐ/TW"),
        ("2025-07-01", "294-QĐ/TW"),
        ("2026-04-07", "294-QĐ/TW"),
        ("2026-04-08", "20-QĐ/TW"),
        ("2026-07-25", "20-QĐ/TW"),
        ("2026-07-26", "208-QĐ/TW"),
    ] {
        assert_eq!(all.on(d(day)).code, code, "{day}");
    }
}

#[test]
fn an_heir_keeps_the_value_and_loses_the_mark() {
    let all = Regulations::read(BUILT_IN).unwrap();
    let heir = &all.on(d("2021-07-30")).parameters["age_min_months"];
    assert_eq!(
        (heir.value.as_u64(), heir.citation.confirmed),
        (Some(216), Some(Confirmed::Unconfirmed))
    );
    assert_eq!(
        all.on(d("2021-07-29")).source("age_min_months").confirmed,
        Some(Confirmed::Text)
    );
}

#[test]
fn a_version_that_nobody_has_issued_yet_is_a_row_of_data() {
    let invented = "\n[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n[version.parameters]\n\
        age_max_months = { value = 780, citation = \"999-QĐ/TW, 1\", confirmed = \"text\" }\n";
    let all = Regulations::read(&format!("{BUILT_IN}{invented}")).unwrap();
    assert_eq!(all.on(d("2027-01-31")).whole("age_max_months"), 720);
    assert_eq!(all.on(d("2027-02-01")).whole("age_max_months"), 780);
    assert_eq!(
        all.on(d("2027-02-01")).source("age_max_months").text,
        "999-QĐ/TW, 1"
    );
}

#[test]
fn every_mistake_of_a_file_is_named_at_once() {
    let poor = "[[version]]\ncode = \"X\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n[version.parameters]\n\
        age_max_month = { value = 1, citation = \"\", confirmed = \"text\" }\nbranch_vote = { value = [3, 2], citation = \"\", confirmed = \"sure\" }\n";
    let wrong = Regulations::read(poor).unwrap_err().lines();
    for part in [
        "age_max_month is no parameter",
        "branch_vote cannot be [3,2]",
        "branch_vote.confirmed cannot be",
        "age_min_months is missing",
    ] {
        assert!(wrong.iter().any(|w| w.contains(part)), "{part}: {wrong:?}");
    }
    assert!(
        Regulations::read(&BUILT_IN.replace("2021-07-30", "2016-07-25")).is_err(),
        "two versions of one day"
    );
}

/// A repealed document is never cited as if it were in force.
#[test]
fn what_is_inherited_is_cited_as_such() {
    let all = Regulations::read(BUILT_IN).unwrap();
    let mut heirs = 0;
    for version in all.all() {
        for (name, p) in &version.parameters {
            let text = &p.citation.text;
            let charter = text.starts_with(CHARTER);
            assert_eq!(
                text.starts_with("kế thừa từ "),
                p.inherited_from.is_some() && !charter,
                "{} {name}: {text}",
                version.code
            );
            if let Some(from) = &p.inherited_from {
                heirs += 1;
                assert_eq!(p.citation.confirmed, Some(Confirmed::Unconfirmed));
                let origin = all.all().iter().find(|v| v.code == *from).unwrap();
                assert!(origin.parameters[name].inherited_from.is_none(), "{name}");
            }
        }
    }
    assert!(heirs > 100, "{heirs}");
    let on = |day: &str, name: &str| all.on(d(day)).source(name).text.clone();
    assert_eq!(
        [
            on("2021-07-29", "introducer_shared_months"),
            on("2021-07-30", "introducer_shared_months"),
            on("2026-12-01", "introducer_shared_months"),
            on("2026-12-01", "introducer_shared_kinds"),
            on("2026-12-01", "branch_vote"),
        ],
        [
            "29-QĐ/TW, 3",
            "kế thừa từ 29-QĐ/TW, 3",
            "kế thừa từ 29-QĐ/TW, 3",
            "kế thừa từ 24-QĐ/TW, 3.2.1",
            "Điều lệ, 4.2",
        ]
    );
}

/// Citations are Vietnamese: our own remarks are notes.
#[test]
fn no_citation_speaks_english() {
    let all = Regulations::read(BUILT_IN).unwrap();
    for version in all.all() {
        for p in version.parameters.values() {
            let words = p.citation.text.split(|c: char| !c.is_alphanumeric());
            let english = words
                .filter(|w| w.len() > 3 && w.bytes().all(|b| b.is_ascii_lowercase()))
                .collect::<Vec<_>>();
            assert!(english.is_empty(), "{}: {english:?}", p.citation.text);
        }
    }
}

/// The mistakes found in a version, with these lines, appended to the built-in ones.
fn wrong(version: &str, parameters: &str) -> Vec<String> {
    let text = format!("{BUILT_IN}\n[[version]]\n{version}\n[version.parameters]\n{parameters}\n");
    let wrong = Regulations::read(&text).err().unwrap_or_default();
    wrong.iter().map(|w| w.said.en.clone()).collect()
}

const DAYS: &str = "code = \"X\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01";
const FINE: &str = "citation = \"X, 1\", confirmed = \"text\"";

#[test]
fn each_mistake_is_named_with_what_is_wanted() {
    let of_parameters = [
        (
            "age_max_months = { value = 780, citation = \"\", confirmed = \"text\" }",
            "X: age_max_months: citation is empty: wanted is a text",
        ),
        (
            "age_max_months = { value = 780, source = \"X, 1\", confirmed = \"text\" }",
            "X: age_max_months: citation is missing",
        ),
        (
            "age_max_months = { value = 780, source = \"X, 1\", confirmed = \"text\" }",
            "X: age_max_months: source is no key",
        ),
        (
            "age_max_months = { value = \"780\", FINE }",
            "X: age_max_months cannot be \"780\": wanted is a whole number from 1 to 10000",
        ),
        (
            "age_max_months = { value = -1, FINE }",
            "X: age_max_months cannot be -1",
        ),
        (
            "age_min_months = { value = 800, FINE }",
            "X: age_min_months (800) must be less than age_max_months (720)",
        ),
        (
            "probation_months = { value = 0, from = \"ceremony\", FINE }",
            "X: probation_months cannot be 0: wanted is a whole number from 1",
        ),
        (
            "paper_valid_months = { value = 0, from = \"dossier_opened\", FINE }",
            "X: paper_valid_months cannot be 0",
        ),
        (
            "age_max_months = { value = 780, citation = \"\u{200b}\", confirmed = \"text\" }",
            "X: age_max_months: citation is empty",
        ),
        (
            "introducer_shared_kinds = { value = [\"work\", \"work\"], FINE }",
            "X: introducer_shared_kinds cannot be [\"work\",\"work\"]",
        ),
        (
            "age_max_months = { FINE }",
            "X: age_max_months: value is missing",
        ),
        (
            "age_max_months = 780",
            "X: age_max_months cannot be 780: wanted is a table",
        ),
        (
            "age_max_months = { value = 780, from = \"ceremony\", FINE }",
            "X: age_max_months: from has no meaning here",
        ),
        (
            "age_max_months = { value = 780, extension = 1, FINE }",
            "X: age_max_months: extension has no meaning here",
        ),
        (
            "age_max_months = { value = 780, strict = true, FINE }",
            "X: age_max_months: strict has no meaning here",
        ),
        (
            "age_max_month = { value = 780, FINE }",
            "X: age_max_month is no parameter; age_max_months is",
        ),
        (
            "ceremony_workdays = { value = 30, from = \"receipt\", FINE }",
            "X: ceremony_workdays: from cannot be \"receipt\": wanted is one of decision_received, decision_issued",
        ),
        (
            "ceremony_workdays = { value = 30, FINE }",
            "X: ceremony_workdays: from is missing: wanted is one of decision_received, decision_issued",
        ),
        (
            "introducer_shared_kinds = { value = [\"work\", \"friendship\"], FINE }",
            "X: introducer_shared_kinds cannot be [\"work\",\"friendship\"]: wanted is a list of one or more of work, labour, study, residence",
        ),
        (
            "readmission_barred = { value = [\"divorced\"], FINE }",
            "X: readmission_barred cannot be [\"divorced\"]",
        ),
        (
            "branch_vote = { value = [1, 1], strict = true, FINE }",
            "X: branch_vote cannot be \"1\": wanted is less than 1",
        ),
        (
            "branch_vote = { value = [3, 2], FINE }",
            "X: branch_vote cannot be [3,2]: wanted is a fraction",
        ),
        (
            "branch_vote = { value = [2, 3], of = \"those present\", FINE }",
            "X: branch_vote: of cannot be \"those present\": wanted is one of entitled official members",
        ),
        (
            "education_min = { value = \"secondary\", FINE }",
            "X: education_min cannot be \"secondary\": wanted is one of primary, lower_secondary",
        ),
        (
            "decide_admission_workdays = { value = 60, extension = \"30\", from = \"branch_resolution\", FINE }",
            "X: decide_admission_workdays: extension cannot be \"30\": wanted is working days",
        ),
        (
            "age_max_months = { value = 780, citation = \"X, 1\", confirmed = \"sure\" }",
            "X: age_max_months.confirmed cannot be \"sure\": wanted is one of text, secondary, unconfirmed",
        ),
        (
            "age_max_months = { value = 780, citation = \"X, 1\" }",
            "X: age_max_months.confirmed is missing",
        ),
    ];
    for (line, message) in of_parameters {
        let wrong = wrong(DAYS, &line.replace("FINE", FINE));
        assert!(
            wrong.iter().any(|w| w.starts_with(message)),
            "{message}: {wrong:?}"
        );
    }
    let of_versions = [
        (
            "code = \"\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01",
            "version 7: code is empty",
        ),
        (
            "code = \"X\"\nissued_on = 2027-01-02\neffective_from = 2027-01-01",
            "X: effective_from 2027-01-01 is before issued_on 2027-01-02",
        ),
        (
            "code = \"X\"\nissued_on = \"2027-01-02\"\neffective_from = 2027-02-01",
            "X: issued_on cannot be \"2027-01-02\": wanted is a date without quotes",
        ),
        (
            "code = \"X\"\nissued_on = 2027-01-02",
            "X: effective_from is missing: wanted is a date",
        ),
        (
            "code = \"X\"\nissued_on = 2026-01-02\neffective_from = 2026-07-26",
            "X must come into force after 208-QĐ/TW",
        ),
        (
            "code = \"208-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01",
            "208-QĐ/TW: stands twice",
        ),
        (
            "code = \"208-qđ / tw\u{200b}\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01",
            "208-qđ / tw: stands twice",
        ),
        (
            "code = \"X\"\nissued_on = 2027-01-02\neffective_from = 9999-01-01",
            "X: effective_from cannot be 9999-01-01: wanted is a date without quotes",
        ),
        (
            "code = \"X\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\nin_force = true",
            "X: in_force is no key",
        ),
        (
            "code = \"X\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\nguidance = [1]",
            "X: guidance cannot be [1]: wanted is a list of texts",
        ),
    ];
    for (lines, message) in of_versions {
        let wrong = wrong(lines, "");
        assert!(
            wrong.iter().any(|w| w.starts_with(message)),
            "{message}: {wrong:?}"
        );
    }
    assert_eq!(wrong(DAYS, ""), [""; 0]);
}

#[test]
fn all_mistakes_of_a_file_are_named_at_once() {
    let wrong = wrong(
        "code = \"X\"\nissued_on = 2027-03-02\neffective_from = 2027-02-01",
        "age_max_months = { value = true, citation = \"\", confirmed = \"sure\", of = \"x\" }\nceremony_workdays = { value = 30, citation = \"X\", confirmed = \"text\" }",
    );
    assert_eq!(wrong.len(), 6, "{wrong:#?}");
    let line = |text: &String| {
        text.split([' ', ':'])
            .nth(1)
            .and_then(|n| n.parse::<usize>().ok())
    };
    assert!(wrong.is_sorted_by_key(line), "{wrong:#?}");
    assert!(
        Regulations::read("version = 1").unwrap_err().lines()[0].contains("tables [[version]]")
    );
    assert!(Regulations::read("").unwrap_err().lines()[0].contains("at least one [[version]]"));
    assert!(Regulations::read("[[version").unwrap_err().lines()[0].contains("line 1"));
}

/// A rule without a parameter names its clause in each regulation; the one in force is shown.
#[test]
fn of_several_clauses_the_one_in_force_is_cited() {
    let all = Regulations::read(BUILT_IN).unwrap();
    let on = |day: &str, clauses: &str| all.on(d(day)).standing.cite(clauses).text;
    let vote = "29-QĐ/TW, 3.6; 24-QĐ/TW, 3.6";
    assert_eq!(on("2021-07-29", vote), "29-QĐ/TW, 3.6");
    assert_eq!(on("2021-07-30", vote), "24-QĐ/TW, 3.6");
    assert_eq!(on("2025-07-01", vote), "kế thừa từ 24-QĐ/TW, 3.6");
    let guided = "29-QĐ/TW, 3.7; 01-HD/TW (2021), 3.6; kế hoạch, II.3";
    assert_eq!(on("2021-07-29", guided), "29-QĐ/TW, 3.7; kế hoạch, II.3");
    assert_eq!(
        on("2021-07-30", guided),
        "01-HD/TW (2021), 3.6; kế hoạch, II.3"
    );
    assert_eq!(
        on("2025-01-20", guided),
        "kế thừa từ 01-HD/TW (2021), 3.6; kế hoạch, II.3"
    );
    let alone = "29-QĐ/TW, 4.3";
    assert_eq!(on("2026-12-01", alone), "kế thừa từ 29-QĐ/TW, 4.3");
    assert_eq!(
        on("2026-12-01", "Điều lệ, 8; 24-QĐ/TW, 4.2"),
        "Điều lệ, 8; kế thừa từ 24-QĐ/TW, 4.2"
    );
    assert_eq!(on("2021-07-29", "Điều lệ, 8; 24-QĐ/TW, 4.2"), "Điều lệ, 8");
    let files = "09-HD/BTCTW (2017); 12-HD/BTCTW (2022)";
    assert_eq!(on("2021-07-29", files), "09-HD/BTCTW (2017)");
    assert_eq!(on("2021-07-30", files), "12-HD/BTCTW (2022)");
    // one guideline for two regulations, and no earlier one known
    assert_eq!(on("2026-07-26", "01-HD/TW (2026), 3"), "01-HD/TW (2026), 3");
    assert_eq!(on("2021-07-29", "24-QĐ/TW, 9.3.2"), "24-QĐ/TW, 9.3.2");
    assert_eq!(on("2021-07-30", "kế hoạch, II.2"), "kế hoạch, II.2");
    let inherited = all.on(d("2026-12-01")).standing.cite(alone);
    assert_eq!(inherited.confirmed, Some(Confirmed::Unconfirmed));
}

/// Acts keep the version that judged them, even if its days have moved.
#[test]
fn an_act_on_record_keeps_its_version() {
    let law = Regulations::read(BUILT_IN).unwrap();
    let moved = BUILT_IN.replace("effective_from = 2026-07-26", "effective_from = 2026-09-01");
    let moved = Regulations::read(&moved).unwrap();
    let mut vote = Recorded {
        id: uuid::Uuid::nil(),
        account: uuid::Uuid::nil(),
        role: crate::words::Role::BranchCommittee,
        act: crate::acts::Act::read(
            crate::acts::ActKind::Ceremony,
            serde_json::json!({"on": "2026-08-03"}),
        )
        .unwrap(),
        regulation: None,
    };
    assert_eq!(law.of(&vote).code, "208-QĐ/TW");
    assert_eq!(moved.of(&vote).code, "20-QĐ/TW");
    vote.regulation = Some("208-QĐ/TW".into());
    assert_eq!(moved.of(&vote).code, "208-QĐ/TW");
    assert_eq!(
        law.on(d("2024-08-25")).text("party_age_from"),
        "decision_date"
    );
}
