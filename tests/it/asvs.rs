//! OWASP ASVS 5.0, level 2: every requirement is shown by a test, does not apply, or is still open.
use std::collections::{BTreeMap, BTreeSet};

use clap::{Args as _, Command};
use ketnap::access::Role;
use ketnap::auth::limits::FEED_RATE;
use ketnap::auth::lives::Life;
use ketnap::auth::password::{Cost, PHRASES, SHORTEST, USUAL};
use ketnap::auth::sign_in::DELAYS;
use ketnap::auth::token::ACCESS_SECONDS;
use ketnap::cli::KEPT;
use ketnap::config::Config;
use serde::Deserialize;

use crate::architecture::tests;

/// The number of requirements that are still open. It may only decrease.
const OPEN: usize = 9;
/// (chapter, number of its requirements of levels 1 and 2).
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

/// Compares the figures in SECURITY.md with those in the code.
#[test]
fn the_page_about_security_says_what_the_code_does() {
    let page = include_str!("../../SECURITY.md");
    let Cost { memory_kib, passes } = Cost::SERVICE;
    let delays = DELAYS.map(|delay| delay.to_string()).join(", ");
    let mut said = vec![
        format!("{SHORTEST} characters or more"),
        format!("argon2id (m = {memory_kib} KiB, t = {passes}, p = 1)"),
        format!("add nothing to it: {}.", USUAL.join(", ")),
        format!("Nor do {} proverbs", PHRASES.split_whitespace().count()),
        format!("wait: {delays} seconds"),
        format!("lives {ACCESS_SECONDS} seconds"),
        format!("{FEED_RATE} a minute of a device"),
        "within 7 days, any other within 30".to_owned(),
    ];
    let settings = Config::augment_args(Command::new("ketnap"));
    for (setting, words) in [
        ("rate_account", "requests a minute for each account"),
        ("rate_service", "for a service account"),
        (
            "rate_sign_in",
            "sign-ins a minute with a login from one address",
        ),
        ("rate_sign_in_address", "a minute from one address"),
        ("connections_address", "connections from one address"),
    ] {
        let mut all = settings.get_arguments();
        let of = all.find(|argument| argument.get_id() == setting).unwrap();
        let value = of.get_default_values()[0].to_string_lossy();
        said.push(format!("{value} {words}"));
    }
    for role in Role::ALL
        .iter()
        .filter(|role| **role != Role::ServiceAccount)
    {
        let Life { idle, whole } = Life::of(*role);
        let (idle, whole) = (idle.num_hours(), whole.num_days());
        said.push(format!("| {} | {idle} hours | {whole} days |", role.wire()));
    }
    for (what, _, days) in KEPT {
        let what = what.replace("sessions that had ended", "ended sessions");
        let line = page
            .lines()
            .find(|l| l.starts_with(&format!("| | {what} |")));
        let days = format!("| {days} day");
        assert!(line.is_some_and(|l| l.contains(&days)), "{what}{days}");
    }
    for text in said {
        assert!(page.contains(&text), "the page does not say: {text}");
    }
    // the crates that the table of keys names are dependencies, and every key has at least 128 bits
    let cargo = include_str!("../../Cargo.toml");
    let keys = page.split("## Keys and algorithms").nth(1).unwrap();
    let rows = keys
        .lines()
        .filter(|l| l.starts_with("| ") && !l.starts_with("| file"));
    let rows: Vec<Vec<&str>> = rows
        .take(8)
        .map(|row| row.split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 8);
    for row in rows {
        let used = format!("\n{} = ", row[4]);
        assert!(cargo.contains(&used), "{} is not used", row[4]);
        assert!(row[5].parse::<u32>().unwrap() >= 128, "{row:?}");
    }
}
