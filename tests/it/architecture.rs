//! Architecture rules, checked against the source code.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use ketnap::law::case::{CASES, Case};

use crate::support::{document, law};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_of(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_of(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    files_of(folder, "rs", found);
}

/// The path and the code, without comments, of every Rust file below a folder.
pub fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&root().join(folder), &mut found);
    found.sort();
    let mut all = Vec::new();
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text
            .lines()
            .map(|l| {
                if l.trim_start().starts_with("//") {
                    ""
                } else {
                    l.split(" // ").next().unwrap_or(l)
                }
            })
            .collect();
        all.push((
            path.strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned(),
            code.join("\n"),
        ));
    }
    assert!(!all.is_empty(), "{folder} is empty");
    all
}

/// The top-level module or feature that a file belongs to: `src/law/dates.rs` -> `law`.
fn module(path: &str) -> &str {
    path.trim_start_matches("src/")
        .trim_start_matches("features/")
        .split('/')
        .next()
        .unwrap()
        .trim_end_matches(".rs")
}

/// The modules of this crate that a file refers to, by `crate::x` or `use crate::{x, y::z}`.
fn named(code: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (i, _) in code.match_indices("crate::") {
        if code[..i].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[i + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut word, mut first) = (1, String::new(), true);
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => first = true,
                    c if first && (c.is_alphanumeric() || c == '_') => word.push(c),
                    _ if !word.is_empty() => {
                        all.insert(std::mem::take(&mut word));
                        first = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                if c == ',' && !word.is_empty() {
                    all.insert(std::mem::take(&mut word));
                }
            }
            if !word.is_empty() {
                all.insert(word);
            }
        } else {
            all.insert(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    all
}

/// The features that a file refers to by `crate::features::x`.
fn named_features(code: &str) -> BTreeSet<String> {
    code.match_indices("crate::features::")
        .map(|(i, m)| {
            code[i + m.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

/// The modules that a feature may use besides itself.
const PLATFORM: [&str; 11] = [
    "access",
    "api",
    "auth",
    "clock",
    "config",
    "db",
    "error",
    "facts",
    "law",
    "recording",
    "resources",
];

/// Features that use another feature. This list may only shrink.
const NEIGHBOURS: [(&str, &str); 0] = [];

/// The dependencies in a Cargo.toml, either the required or the optional ones.
fn dependencies(manifest: &str, optional: bool) -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join(manifest)).unwrap();
    let table: toml::Table = text.parse().unwrap();
    table["dependencies"]
        .as_table()
        .unwrap()
        .iter()
        .filter(|(_, how)| {
            let asked = how.get("optional").and_then(toml::Value::as_bool);
            asked.unwrap_or(false) == optional
        })
        .map(|(name, _)| name.clone())
        .collect()
}

#[test]
fn rules_know_no_transport_no_database_no_clock() {
    // values and notations only: nothing here does I/O
    let foreign = [
        "chrono",
        "serde",
        "serde_json",
        "toml",
        "unicode-normalization",
        "utoipa",
        "uuid",
    ];
    // being a crate of its own, it can use nothing but its own dependencies
    assert_eq!(
        dependencies("src/law/Cargo.toml", false),
        foreign.map(str::to_owned).into()
    );
    // the only file that treats enumerations as columns; it is behind a Cargo feature
    let column = "src/law/words/column.rs";
    assert_eq!(
        dependencies("src/law/Cargo.toml", true),
        ["sea-orm", "tokio-postgres"].map(str::to_owned).into()
    );
    // the build script is exempt: it runs before the crate is compiled, and lists the cases
    let crate_itself = sources("src/law")
        .into_iter()
        .filter(|(p, _)| p != "src/law/build.rs");
    for (path, code) in crate_itself {
        for word in [
            "actix_web",
            "sea_orm",
            "tokio",
            "Utc::now",
            "Local::now",
            "std::env",
            "std::fs",
            "std::net",
            "std::process",
            "std::thread",
            "async ",
            "SystemTime",
            "Instant",
        ] {
            let typed = path == column && ["sea_orm", "tokio"].contains(&word);
            assert!(typed || !code.contains(word), "{path} knows {word}");
        }
        for line in code.lines().filter_map(|l| {
            l.trim_start()
                .strip_prefix("use ")
                .or(l.trim_start().strip_prefix("pub use "))
        }) {
            let first = line.split("::").next().unwrap().trim_end_matches(';');
            assert!(
                foreign.iter().any(|f| f.replace('-', "_") == first)
                    || ["std", "self", "super", "crate"].contains(&first)
                    // proptest generates test inputs
                    || first == "proptest"
                    // a type that is defined in the same file
                    || first.starts_with(char::is_uppercase)
                    || path_is_local(first, "src/law"),
                "{path} imports {first}"
            );
        }
    }
}

fn path_is_local(module: &str, folder: &str) -> bool {
    root().join(folder).join(format!("{module}.rs")).exists()
        || root().join(folder).join(module).is_dir()
}

#[test]
fn policy_and_clock_stand_on_their_own() {
    for file in ["access/policy", "access/sensitivity", "clock"] {
        let (path, code) = sources("src")
            .into_iter()
            .find(|(p, _)| p == &format!("src/{file}.rs"))
            .unwrap();
        // the table uses nothing but roles and their reach
        let own = code
            .replace("crate::law::words::{Reach, Role}", "")
            .replace("crate::law::words::Role", "");
        assert_eq!(named(&own), BTreeSet::new(), "{path}");
        for word in ["actix_web", "sea_orm", "tokio"] {
            assert!(!code.contains(word), "{path} knows {word}");
        }
    }
}

#[test]
fn entities_are_tables_and_nothing_else() {
    let tables = sources("src/db/tables");
    let reading =
        ["lib", "record", "statement", "failure"].map(|name| format!("src/db/tables/{name}.rs"));
    for (path, code) in tables.iter().filter(|(path, _)| !reading.contains(path)) {
        assert!(
            (named(code).iter()).all(|name| ["law", "Record"].contains(&name.as_str())),
            "{path}: its words and how it is read, and nothing else of ours"
        );
        for line in code
            .lines()
            .filter_map(|l| l.trim_start().strip_prefix("use "))
        {
            assert!(
                ["sea_orm::", "crate::law::", "crate::Record;", "super::"]
                    .iter()
                    .any(|known| line.starts_with(known)),
                "{path}: use {line}"
            );
        }
        let logic: Vec<&str> = code
            .lines()
            .filter(|l| l.trim_start().starts_with("impl ") && !l.contains("ActiveModelBehavior"))
            .collect();
        assert!(
            logic.is_empty() && !code.contains("fn "),
            "{path}: {logic:?}"
        );
    }
}

/// The files that may parse outside text into a word.
const PARSERS: [&str; 5] = [
    "src/features/overview.rs",
    "src/features/reports/statistics/asked/mod.rs",
    "src/cli/account/mod.rs",
    "src/demo/acts/mod.rs",
    "src/demo/history.rs",
];

#[test]
fn a_row_carries_words_and_nobody_guesses_one() {
    let words: BTreeSet<String> = sources("src/law/words")
        .iter()
        .flat_map(|(_, code)| code.lines())
        .filter_map(|l| l.strip_prefix("    ")?.strip_suffix(" {"))
        .filter(|name| {
            name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphabetic)
        })
        .map(str::to_owned)
        .chain(["ActKind".to_owned()])
        .collect();
    assert!(words.len() > 50, "{words:?}");
    let mut guesses = Vec::new();
    for (path, code) in sources("src") {
        let rule = path.starts_with("src/law/") || PARSERS.contains(&path.as_str());
        for word in &words {
            if !rule && code.contains(&format!("{word}::parse")) {
                guesses.push(format!("{path}: {word}::parse"));
            }
            for held in [
                word.clone(),
                format!("Option<{word}>"),
                format!("Vec<{word}>"),
            ] {
                // this column is joined: the kind of the class is not in the certificate's own row
                let joined = path == "src/features/certificates/mod.rs";
                if !joined && code.contains(&format!("value_type = {held}")) {
                    guesses.push(format!("{path}: a {word} that is not typed"));
                }
            }
        }
    }
    assert_eq!(guesses, [""; 0]);
}

#[test]
fn facts_are_read_from_entities_and_rules_only() {
    for (path, code) in sources("src/facts") {
        for name in named(&code) {
            assert!(
                ["law", "db", "error", "facts"].contains(&name.as_str()),
                "{path} names crate::{name}"
            );
        }
        assert!(!code.contains("actix_web"), "{path} knows actix_web");
    }
}

#[test]
fn a_feature_never_names_another_feature() {
    let mut neighbours = BTreeSet::new();
    for (path, code) in sources("src/features") {
        for name in named(&code) {
            assert!(
                name == "features" || PLATFORM.contains(&name.as_str()),
                "{path} names crate::{name}"
            );
        }
        for name in named_features(&code) {
            if name != module(&path) {
                neighbours.insert((module(&path).to_owned(), name));
            }
        }
    }
    let known: BTreeSet<(String, String)> = NEIGHBOURS
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect();
    assert_eq!(neighbours, known);
}

/// (file, module, number): operations whose module is not named after the first segment of their
/// URL. This list may only shrink.
const ELSEWHERE: [(&str, &str, usize); 5] = [
    ("candidates", "/acts/{id}", 1),
    ("members", "/activity-changes/{id}", 2),
    ("members", "/leavings/{id}", 2),
    ("members", "/transfers/{id}", 2),
    ("sponsorships", "/candidates/{id}/sponsorships", 2),
];

#[test]
fn the_first_segment_of_a_url_names_its_module() {
    let (mut elsewhere, mut all) = (BTreeMap::new(), 0);
    for (path, code) in sources("src/features") {
        for (i, _) in code.match_indices("#[operation(") {
            // a path that comes from a macro belongs to `candidates`
            let Some(url) = code[i..].lines().take(3).find_map(|l| l.split('"').nth(1)) else {
                continue;
            };
            let Some(url) = url.strip_prefix('/') else {
                continue;
            };
            all += 1;
            let first = url.split('/').next().unwrap().trim_start_matches('.');
            if first.replace('-', "_") != module(&path) {
                *elsewhere
                    .entry((module(&path).to_owned(), format!("/{url}")))
                    .or_insert(0) += 1;
            }
        }
    }
    // a URL leads to its module for at least 220 of 230 operations
    let there = all - elsewhere.values().sum::<usize>();
    assert!(there * 230 >= all * 220, "{there} of {all}");
    let known = ELSEWHERE.map(|(module, url, n)| ((module.to_owned(), url.to_owned()), n));
    assert_eq!(elsewhere, known.into());
}

/// A resource that overrides `complete` or `after_change` must set `COMPLETED` or `FOLLOWED`.
/// Otherwise the last statement is sent together with COMMIT, and the hook has no transaction left
/// to run in.
#[test]
fn a_resource_with_a_hook_declares_it() {
    for (path, code) in sources("src") {
        for (does, says) in [
            (
                "    async fn complete(tx",
                "    const COMPLETED: bool = true",
            ),
            (
                "    async fn after_change(tx",
                "    const FOLLOWED: bool = true",
            ),
        ] {
            // `ENDED` implies `complete` without `COMPLETED`: only lists that ask for ended rows
            // need it
            let ended = code
                .matches("    const ENDED: Option<Ended> = Some(")
                .count();
            let ended = if does.contains("complete(") { ended } else { 0 };
            assert_eq!(
                code.matches(does).count(),
                code.matches(says).count() + ended,
                "{path}"
            );
        }
    }
}

/// The string literals of a file that look like SQL statements.
pub fn statements(code: &str) -> Vec<String> {
    let code = code.replace("\\\"", " ").replace("'\"'", "' '");
    let begins = |text: &str| {
        ["select ", "insert into ", "delete from ", "lock table "]
            .iter()
            .any(|begin| text.starts_with(begin))
            || text.starts_with("update ") && text.contains(" set ")
            || text.starts_with("with ") && text.contains(" as ")
    };
    code.split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| begins(text.trim_start()))
        .map(str::to_owned)
        .collect()
}

/// The number of statements written as text in each area, the commands and the demo included. It
/// may only decrease.
#[test]
fn the_number_of_statements_written_as_text_only_decreases() {
    let mut all = BTreeMap::new();
    for (path, code) in sources("src") {
        let written = statements(&code).len();
        if written > 0 && !path.starts_with("src/law/") {
            let area = path.split('/').nth(1).unwrap().to_owned();
            *all.entry(area).or_insert(0) += written;
        }
    }
    // the commands need theirs for catalogue queries and for the check of the chains, which must
    // not rely on the code that it checks
    let most = [
        ("cli", 25),
        ("db", 5),
        ("demo", 9),
        ("facts", 2),
        ("features", 2),
    ];
    let most = most.map(|(area, most)| (area.to_owned(), most));
    assert_eq!(all, most.into());
}

/// Features that send SQL text outside a store. This list may only shrink.
const TEXTS: [&str; 5] = [
    "src/features/annual_quotas.rs",
    "src/features/overview.rs",
    "src/features/reports/progress.rs",
    "src/features/reports/quality.rs",
    "src/features/reports/reviews.rs",
];

#[test]
fn sql_text_stands_in_few_places_and_says_why() {
    let mut raw = BTreeMap::new();
    for (path, code) in sources("src") {
        let sent = code.matches(".rows(").count() + code.matches("sql::<").count();
        if !path.starts_with("src/db/") && sent > 0 {
            let known = path.starts_with("src/facts/")
                || path.ends_with("/store.rs")
                || TEXTS.contains(&path.as_str());
            assert!(known, "{path} sends SQL text");
            raw.insert(path, sent);
        }
    }
    let all: usize = raw.values().sum();
    assert!(all <= 12, "{all} statements as text: {raw:?}");
    let mut named = Vec::new();
    for folder in ["src/facts", "src/features"] {
        files_of(&root().join(folder), "sql", &mut named);
    }
    for path in named {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("-- Raw: "), "{path:?} does not say why");
    }
}

/// Statements are built only where rows are read: in stores, in the code that all resources share,
/// in `facts` and in `recording`. Any other file may at most name a column's condition or a value
/// to set.
#[test]
fn statements_are_built_in_stores() {
    for (path, code) in sources("src") {
        let built_here = [
            "db",
            "facts",
            "recording",
            "resources",
            "derive",
            "law",
            "api",
        ]
        .contains(&path.split('/').nth(1).unwrap())
            || path.ends_with("/store.rs");
        let rest = code
            .replace("use sea_orm::ActiveValue::Set;", "")
            .replace("use sea_orm::ColumnTrait as _;", "")
            .replace("use sea_orm::sea_query::ExprTrait as _;", "");
        assert!(
            built_here || !rest.contains("sea_orm"),
            "{path} builds statements: they belong in a store"
        );
    }
}

/// The largest functions take a `By`, which is a permit without its type. If they were generic over
/// the permission, each would be compiled again for every operation that records or changes
/// something.
#[test]
fn what_records_is_compiled_once_and_not_for_each_permission() {
    for (path, code) in sources("src/recording") {
        assert!(!code.contains("Permit<P>"), "{path} is generic");
    }
}

#[test]
fn no_lower_module_names_a_feature() {
    let top = ["app", "cli", "lib", "main", "demo"];
    for (path, code) in sources("src")
        .into_iter()
        .filter(|(p, _)| !p.starts_with("src/features/") && !top.contains(&module(p)))
    {
        for name in named(&code) {
            assert!(
                name != "features" && !top.contains(&name.as_str()),
                "{path} names crate::{name}"
            );
        }
    }
}

/// The files that may use the web framework: the shared conventions, sign-in, the assembly of the
/// application, and the files of features that define operations or mount them.
#[test]
fn only_verb_files_and_the_api_know_the_web_framework() {
    for (path, code) in sources("src") {
        let conventions = ["api", "auth", "app.rs", "error", "cli", "derive"]
            .contains(&path.split('/').nth(1).unwrap())
            && !["src/api/audit.rs", "src/api/resource.rs"].contains(&path.as_str());
        let verbs = path.starts_with("src/features/")
            && !path.ends_with("/store.rs")
            && (code.contains("#[operation(")
                || code.contains("ServiceConfig")
                || path.starts_with("src/features/auth/"));
        assert!(
            conventions || verbs || !code.contains("actix_web"),
            "{path} knows actix_web"
        );
    }
}

#[test]
fn a_transaction_begins_in_one_place() {
    for (path, code) in sources("src").into_iter().filter(|(p, _)| {
        !p.starts_with("src/db/") && !p.starts_with("src/cli") && !p.starts_with("src/demo")
    }) {
        for word in [
            ".begin()",
            ".begin(",
            "\"BEGIN\"",
            "\"begin\"",
            ".transaction()",
            "TransactionTrait",
            "\"COMMIT\"",
            "\"commit\"",
            "\"ROLLBACK\"",
            "prepare_cached",
            "deadpool_postgres",
            "tokio_postgres::Client",
        ] {
            assert!(!code.contains(word), "{path} has {word}");
        }
    }
    // a store never opens a transaction; it works inside the caller's
    for (path, code) in sources("src")
        .into_iter()
        .filter(|(p, _)| p.ends_with("/store.rs"))
    {
        for word in ["db.run", "db.read", "Data<Db>", "HttpResponse"] {
            assert!(!code.contains(word), "{path} has {word}");
        }
    }
}

#[test]
fn only_the_clock_knows_the_time() {
    for (path, code) in sources("src")
        .into_iter()
        .filter(|(p, _)| p != "src/clock.rs" && !p.starts_with("src/cli"))
    {
        for word in ["Utc::now", "Local::now", "SystemTime::now"] {
            assert!(!code.contains(word), "{path} has {word}");
        }
    }
}

/// The string literals that look like ids of requirements: words joined by dots.
fn requirements(code: &str) -> BTreeSet<&str> {
    let words = |s: &&str| {
        s.contains('.')
            && s.split('.')
                .all(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    };
    code.split('"')
        .skip(1)
        .step_by(2)
        .filter(words)
        .filter(|s| !s.contains(".toml"))
        .collect()
}

/// The requirements that appear in answers only when they are unmet.
const REFUSALS: [&str; 30] = [
    "act.after_birth",
    "act.after_nomination",
    "act.days",
    "act.of_age",
    "ceremony.age",
    "class.certificate.none",
    "class.list.before_certificate",
    "class.list.compiled",
    "class.list.confirmed",
    "class.open",
    "class.proposals.in_time",
    "class.seat.none",
    "class.stage",
    "correction.act",
    "correction.after",
    "correction.by",
    "correction.kind",
    "correction.submitted",
    "dossier.not_submitted",
    "nomination.age",
    "nomination.introducer",
    "nomination.namesake",
    "nomination.no_open_candidacy",
    "nomination.not_a_readmission",
    "nomination.paper.dated",
    "plan.adopted",
    "plan.open_review",
    "sponsorship.sponsor.member",
    "transfer.open_review",
    "vote.reported",
];

/// The answers to the law's cases show every requirement both met and unmet, and every rule of a
/// deadline.
#[test]
fn every_requirement_is_seen_met_and_unmet() {
    let law = law();
    let mut seen: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for (path, code) in sources("src/law") {
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        if !path.ends_with("build.rs") && !path.ends_with("/tests.rs") {
            seen.extend(
                requirements(code)
                    .into_iter()
                    .map(|id| (id.to_owned(), (false, false))),
            );
        }
    }
    for (_, text) in CASES {
        for answer in Case::read(text).unwrap().run(&law).unwrap() {
            for check in answer.checks {
                let (met, unmet) = seen.entry(check.rule.to_owned()).or_default();
                *met |= check.met;
                *unmet |= !check.met;
            }
            if let Some(deadline) = answer.deadline {
                seen.insert(deadline.rule.to_owned(), (true, true));
            }
        }
    }
    let half = seen.into_iter().filter(|(rule, seen)| match seen {
        (true, true) => false,
        (false, true) => !REFUSALS.contains(&rule.as_str()),
        _ => true,
    });
    let half: Vec<_> = half.collect();
    assert!(half.is_empty(), "seen met, seen unmet: {half:?}");
}

/// No case shows these requirements met, so each must be named by a case, by a test over HTTP or by
/// a unit test of the law.
#[test]
fn every_requirement_that_is_only_refused_is_named_by_a_test() {
    let mut tests: String = (sources("tests/it").into_iter())
        .filter(|(path, _)| !path.ends_with("architecture.rs"))
        .map(|(_, code)| code)
        .collect();
    for (path, code) in sources("src/law") {
        let (_, test) = code.split_once("#[cfg(test)]").unwrap_or_default();
        let whole = path.ends_with("/tests.rs");
        tests.push_str(if whole { &code } else { test });
    }
    for (_, case) in CASES {
        tests.push_str(case);
    }
    let unseen: Vec<_> = (REFUSALS.iter())
        .filter(|name| !tests.contains(&format!("\"{name}\"")))
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

/// A test function found in the source.
pub struct Test {
    pub name: String,
    pub doc: String,
    pub ignored: bool,
    /// The number of lines from its signature to its closing brace.
    pub lines: usize,
}

impl Test {
    /// The tests of a file. A test function starts and ends in the first column.
    pub fn all(text: &str) -> Vec<Self> {
        let lines: Vec<&str> = text.lines().collect();
        let mut all = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            if !line.starts_with("fn ") && !line.starts_with("async fn ") {
                continue;
            }
            let above: Vec<&&str> = lines[..at]
                .iter()
                .rev()
                .take_while(|l| l.starts_with("///") || l.starts_with("#[") || l.starts_with(")]"))
                .collect();
            let has = |attribute: &str| above.iter().any(|l| l.starts_with(attribute));
            if has("#[test]") || has("#[tokio::test") {
                let length = lines[at..].iter().position(|l| *l == "}").unwrap() + 1;
                let (_, signature) = line.split_once("fn ").unwrap();
                all.push(Self {
                    name: signature.split('(').next().unwrap().to_owned(),
                    doc: above
                        .iter()
                        .rev()
                        .filter(|l| l.starts_with("///"))
                        .map(|l| **l)
                        .collect(),
                    ignored: has("#[ignore"),
                    lines: length,
                });
            }
        }
        all
    }
}

/// All tests of this binary.
pub fn tests() -> Vec<Test> {
    let mut found = Vec::new();
    files(&root().join("tests/it"), &mut found);
    let mut all = Vec::new();
    for path in found {
        all.extend(Test::all(&std::fs::read_to_string(&path).unwrap()));
    }
    assert!(all.len() > 300, "{}", all.len());
    all
}

/// Each line of `heavy.txt` names an existing test. After a rename, the quick run would silently
/// include that test.
#[test]
fn heavy_tests_exist() {
    let heavy = std::fs::read_to_string(root().join("tests/heavy.txt")).unwrap();
    let known: BTreeSet<String> = tests().into_iter().map(|t| t.name).collect();
    let name = |line: &str| line.rsplit("::").next().unwrap().to_owned();
    let unknown: Vec<String> = heavy
        .lines()
        .map(name)
        .filter(|n| !known.contains(n))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_test_is_a_short_story() {
    let mut lengths: Vec<usize> = tests().iter().map(|t| t.lines).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(
        median <= 45,
        "half of the tests have more than {median} lines: split them"
    );
}

/// Test files that belong to no feature: journeys and cross-cutting checks.
const HOUSE_WIDE: [&str; 48] = [
    "alone",
    "demo",
    "deprecated",
    "hostile",
    "mutants",
    "story",
    "examples",
    "promises",
    "evidence",
    "vietnamese",
    "access",
    "architecture",
    "asvs",
    "audit_chain",
    "concurrency",
    "contract",
    "conventions",
    "costs",
    "coverage",
    "refusals",
    "durability",
    "isolation",
    "journeys",
    "law",
    "lists",
    "logs",
    "main",
    "papers",
    "people",
    "oracles",
    "performance",
    "plans",
    "procedure",
    "procedure_exits",
    "prose",
    "process",
    "properties",
    "register",
    "robust",
    "rows",
    "schema",
    "sealed",
    "second_factor",
    "support",
    "taken_back",
    "term",
    "tls",
    "writes",
];

#[test]
fn tests_stand_in_the_file_of_their_feature() {
    let document: Value = serde_json::from_str(
        &std::fs::read_to_string(root().join("openapi/openapi.json")).unwrap(),
    )
    .unwrap();
    let features: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .filter_map(|path| path.strip_prefix("/api/v1/"))
        .map(|path| path.split('/').next().unwrap().replace('-', "_"))
        .collect();
    let mut unknown = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/it"))
        .unwrap()
        .flatten()
    {
        let path = entry.path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_code = path.is_dir() || path.extension().is_some_and(|e| e == "rs");
        if is_code && !features.contains(&name) && !HOUSE_WIDE.contains(&name.as_str()) {
            unknown.push(name);
        }
    }
    assert!(
        unknown.is_empty(),
        "no feature, no check of the whole house: {unknown:?}"
    );
}

#[test]
fn files_stay_short() {
    for folder in ["src", "migration"] {
        let mut found = Vec::new();
        files(&root().join(folder), &mut found);
        for path in found
            .iter()
            .filter(|p| !p.components().any(|c| c.as_os_str() == "target"))
        {
            let lines = std::fs::read_to_string(path).unwrap().lines().count();
            assert!(
                lines <= 400,
                "{} has {lines} lines: split it",
                path.display()
            );
        }
    }
}

/// The inputs and outputs of an operation are derived from its signature and from nothing else.
#[test]
fn every_operation_is_made_from_its_signature_and_stands_in_the_document() {
    let mut documented: BTreeSet<&str> = document()["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|i| i.as_object().unwrap().values())
        .map(|op| op["operationId"].as_str().unwrap())
        .collect();
    let mut of_a_kind = 0;
    for (path, code) in sources("src/features") {
        for word in ["utoipa::path", "#[get(", "#[post(", "#[patch(", "#[delete("] {
            assert!(!code.contains(word), "{path} has {word}");
        }
        for block in code.split("#[operation(").skip(1) {
            let handler = &block[block.find("pub async fn ").unwrap() + "pub async fn ".len()..];
            if handler.starts_with('$') {
                of_a_kind += 1; // a generic handler, used for every kind of act
                continue;
            }
            let name: String = handler
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            assert!(
                documented.remove(name.as_str()),
                "{path}: {name} is not in the document under its own name: `.service({name})`"
            );
        }
    }
    // two generic handlers remain, each used for every kind of act
    assert_eq!((of_a_kind, documented.len()), (2, 38), "{documented:?}");
}

#[test]
fn lints_are_answered_and_not_silenced() {
    for folder in ["src", "migration", "tests"] {
        for (path, code) in sources(folder) {
            let word = ["#[al", "low"].concat();
            let inner = ["#![al", "low"].concat();
            assert!(
                !code.contains(&word) && !code.contains(&inner),
                "{path}: use expect with a reason"
            );
            for line in code
                .lines()
                .filter(|l| l.contains("#[expect(") && !l.contains("reason"))
            {
                let rest = &code[code.find(line).unwrap()..];
                assert!(
                    rest[..rest.find(")]").unwrap_or(rest.len())].contains("reason"),
                    "{path}: {line}"
                );
            }
            let dangerous = ["uns", "afe "].concat();
            assert!(
                !code.lines().any(|l| l.trim_start().starts_with(&dangerous)
                    || l.contains(&format!(" {dangerous}{{"))),
                "{path}"
            );
        }
    }
}

/// Prefixes of the keys that well-known services issue.
const ISSUED: [&str; 8] = [
    "AKIA",
    "ghp_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "sk_live_",
    "AIza",
    "npm_",
];

/// The Shannon entropy of the word, in bits per character.
fn bits(word: &str) -> f64 {
    let mut counts: BTreeMap<char, f64> = BTreeMap::new();
    for letter in word.chars() {
        *counts.entry(letter).or_default() += 1.0;
    }
    let all: f64 = counts.values().sum();
    -counts
        .values()
        .map(|n| n / all * (n / all).log2())
        .sum::<f64>()
}

/// Words that look like keys or tokens: issued by a known service, or long and random.
fn secrets(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_+=/-".contains(c));
    let suspect = |word: &&str| {
        let has = |kind: fn(&u8) -> bool| word.bytes().any(|b| kind(&b));
        let mixed =
            has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
        let hex = word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        word.len() >= 20 && ISSUED.iter().any(|start| word.starts_with(start))
            || word.len() >= 32 && mixed && bits(word) >= 4.0
            || word.len() >= 40 && hex && has(u8::is_ascii_lowercase)
    };
    words.filter(suspect).collect()
}

#[test]
fn no_secret_is_checked_in() {
    let listed = std::process::Command::new("git")
        .args(["ls-files"])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let (mut read, mut found) = (0, Vec::new());
    // lock files are exempt: they contain the checksums of packages
    let locks = |file: &&str| {
        !["Cargo.lock", "package-lock.json"]
            .iter()
            .any(|lock| file.ends_with(lock))
    };
    for file in listed.lines().filter(locks) {
        let Ok(text) = std::fs::read_to_string(root().join(file)) else {
            continue;
        };
        read += 1;
        found.extend(
            secrets(&text)
                .into_iter()
                .map(|word| format!("{file}: {word}")),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(read > 500, "{read} files");
    // control: the search finds what it should
    let drawn = ketnap::auth::password::random_secret().unwrap();
    for secret in [
        format!("gh{}{}", "p_", "0123456789abcdef01"),
        drawn,
        "9f".repeat(32),
    ] {
        let text = format!("password = \"{secret}\"");
        assert_eq!(secrets(&text), [secret.as_str()]);
    }
}

/// `Cargo.lock` lists every component with its checksum, and all come from one registry.
#[test]
fn every_component_is_listed_and_comes_from_the_registry() {
    let lock: toml::Table = include_str!("../../Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let mut ours = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        match package.get("source").and_then(toml::Value::as_str) {
            None => ours.push(name),
            Some(source) => {
                let registry = "registry+https://github.com/rust-lang/crates.io-index";
                assert_eq!(source, registry, "{name}");
                assert!(package.get("checksum").is_some(), "{name}");
            }
        }
    }
    ours.sort_unstable();
    let known = [
        "ketnap",
        "ketnap-derive",
        "ketnap-law",
        "ketnap-tables",
        "migration",
    ];
    assert_eq!(ours, known);
    assert!(packages.len() > 100, "{}", packages.len());
}
