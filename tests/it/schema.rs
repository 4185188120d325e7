//! The schema that the migrations create, as text for review.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use expect_test::expect_file;

use crate::architecture::{sources, statements};
use crate::support::{database, superuser};

/// The functions that run as the owner, with who may call each and its body.
async fn definers(database: &str) -> BTreeMap<String, (&'static str, String)> {
    let sql = "select p.proname::text, p.prorettype = 'trigger'::regtype, \
                 has_function_privilege('ketnap_app', p.oid, 'execute'), \
                 exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0), p.prosrc \
               from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app') and p.prosecdef";
    let rows = superuser(database).await.query(sql, &[]).await.unwrap();
    let found: BTreeMap<_, _> = rows
        .iter()
        .map(|r| {
            let who = match (r.get(1), r.get(2), r.get(3)) {
                (true, _, _) => "trigger",
                (false, _, true) => "everybody",
                (false, true, false) => "app",
                (false, false, false) => "owner",
            };
            (r.get(0), (who, r.get(4)))
        })
        .collect();
    assert_eq!(found.len(), rows.len(), "two of one name");
    found
}

/// T-16: a function that runs as the owner bypasses every policy. Each therefore has a line in
/// `definers.txt` with who may call it and what it checks about the caller.
#[tokio::test]
async fn t16_every_function_that_runs_as_the_owner_has_a_line_that_says_what_it_checks() {
    let mut known = BTreeMap::new();
    for line in include_str!("definers.txt").lines() {
        let parts: Vec<&str> = line.splitn(3, ": ").collect();
        let [name, who, checks] = parts[..] else {
            panic!("not `name: who: what it checks`: {line}")
        };
        assert!(known.insert(name, (who, checks)).is_none(), "{line}");
    }
    let found = definers(&database().await).await;
    let mut faults = Vec::new();
    for (name, (who, source)) in &found {
        match known.remove(name.as_str()) {
            None => faults.push(format!("{name}: {who}: has no line")),
            Some((may, _)) if may != *who => {
                faults.push(format!("{name}: {who} may call it, not {may}"));
            }
            // a function that the app role may call checks the caller, or its line says why it need
            // not
            Some(("app", checks)) if !checks.starts_with("no identity yet") => {
                let asks = ["app.role()", "app.organization()", "app.account()"];
                if !asks.iter().any(|ask| source.contains(ask)) {
                    faults.push(format!("{name}: asks nothing about the caller"));
                }
            }
            Some(_) => {}
        }
    }
    faults.extend(known.keys().map(|gone| format!("{gone}: is no more")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `schema.txt` makes the changes of a migration visible in review.
#[tokio::test]
async fn the_checked_in_schema_is_what_the_migrations_make() {
    let root = superuser(&database().await).await;
    let found = ketnap::cli::catalog::dump(&root).await.unwrap();
    expect_file!["schema.txt"].assert_eq(&found);
}

/// Roles, stages, states and kinds of act, and what follows from them, are defined in Rust.
/// Handwritten SQL names none of them, neither in files of its own nor in Rust.
#[test]
fn no_role_stage_state_or_kind_of_act_is_named_in_sql_that_is_written_by_hand() {
    use ketnap::access::Role;
    use ketnap::law::acts::ActKind;
    use ketnap::law::words::{MemberStatus, NominationOutcome, Stage, catalogue};
    let states = catalogue().filter(|(name, _)| name.ends_with("State"));
    let words: BTreeSet<&str> = [Role::WIRE, Stage::WIRE, ActKind::WIRE]
        .concat()
        .into_iter()
        .chain([MemberStatus::WIRE, NominationOutcome::WIRE].concat())
        .chain(states.flat_map(|(_, terms)| terms.iter().map(|t| t.0)))
        .collect();
    let mut files = Vec::new();
    sql_below(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    sql_below(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("migration/src"),
        &mut files,
    );
    files.retain(|path| path.parent().is_none_or(|p| !p.ends_with("generated")));
    assert!(files.len() > 10, "{files:?}");
    let mut texts = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .map(|l| l.split("--").next().unwrap_or_default());
        let code = code.collect::<Vec<_>>().join("\n");
        texts.push((path.display().to_string(), code));
    }
    for (path, code) in sources("src") {
        texts.extend(statements(&code).into_iter().map(|sql| (path.clone(), sql)));
    }
    let mut found = Vec::new();
    for (place, code) in texts {
        for quoted in code.split('\'').skip(1).step_by(2) {
            if words.contains(quoted) {
                found.push(format!("{place}: {quoted}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn sql_below(folder: PathBuf, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sql_below(path, files);
        } else if path.extension().is_some_and(|end| end == "sql") {
            files.push(path);
        }
    }
}

#[test]
fn the_words_and_policies_are_those_that_rust_prints() {
    use ketnap::access::schema;
    let generated = "run `cargo run -- contract`, read the difference, commit it";
    assert_eq!(
        include_str!("../../migration/src/baseline/generated/words.sql"),
        schema::words(),
        "{generated}"
    );
    assert_eq!(
        include_str!("../../migration/src/baseline/generated/policies.sql"),
        schema::policies(),
        "{generated}"
    );
}

/// The functions that triggers call. Each writes another table; the text says why the statements of
/// the act do not do so themselves.
const TRIGGERS: [(&str, &str); 3] = [
    (
        "app.chain",
        "whoever inserts an entry could leave it untied",
    ),
    (
        "app.index_names",
        "the index of names, the exception of the plan",
    ),
    (
        "app.tally",
        "whoever changes a candidacy could leave it uncounted",
    ),
];

/// Handwritten SQL is left to store, constrain, lock, identify and count.
#[tokio::test]
async fn little_is_said_in_sql_and_triggers_write_only_the_index_of_names_the_sums_and_the_chains()
{
    let database = database().await;
    let owners = definers(&database).await;
    assert!(owners.len() <= 25, "{} definer functions", owners.len());
    let sql =
        "select distinct tgfoid::regproc::text from pg_trigger where not tgisinternal order by 1";
    let triggers = superuser(&database).await.query(sql, &[]).await.unwrap();
    let triggers: Vec<String> = triggers.iter().map(|r| r.get(0)).collect();
    assert_eq!(triggers, TRIGGERS.map(|(function, _)| function));
    let mut lines = 0;
    for file in std::fs::read_dir(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/migration/src/baseline"
    ))
    .unwrap()
    .flatten()
    .filter(|file| file.path().is_file())
    {
        let text = std::fs::read_to_string(file.path()).unwrap();
        lines += text.lines().count();
        let longest = text.lines().map(|l| l.chars().count()).max().unwrap();
        // otherwise the number of lines could be kept down by making them longer
        assert!(longest <= 230, "{:?}: {longest} characters", file.path());
    }
    assert!(lines <= 1400, "{lines} lines of SQL written by hand");
}

/// The violation of a check constraint is reported in words, at a field that was sent. No check has
/// the general message of other constraints, and every message belongs to a check that exists.
#[test]
fn a_check_between_fields_says_what_it_asks() {
    use ketnap::db::constraints::{CHECKS, FIELDS};
    let schema = include_str!("schema.txt");
    let is_check = |name: &str| schema.contains(&format!("constraint {name} CHECK"));
    for (name, fields, [vi, en]) in CHECKS {
        assert!(is_check(name), "{name} is no check");
        assert!(
            !fields.is_empty() && vi.ends_with('.') && en.ends_with('.'),
            "{name}"
        );
    }
    // this one is a check, but has a message of its own
    let others = FIELDS
        .iter()
        .filter(|(name, _)| *name != "membership_period");
    for (name, _) in others {
        assert!(!is_check(name), "{name} says nothing of what it compares");
    }
}
