//! The schema that the migrations create, as text for review.
use std::collections::{BTreeMap, BTreeSet};

use crate::support::{database, superuser};

/// The functions that run as the owner: who may call each, and its body.
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

/// T-16: a function that runs as the owner bypasses every policy, so each has a line in
/// `definers.txt`: who may call it, and what it checks about the caller.
#[tokio::test]
async fn every_function_that_runs_as_the_owner_has_a_line_that_says_what_it_checks() {
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
            // a function that the app role may call checks the caller, or says why it need not
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

/// Everything that the migrations create, one item per line. Columns and a table's dependents are
/// sorted by name, so that only real differences show.
async fn dump(database: &str) -> String {
    let sql = r#"
      with ours as (select c.oid, c.relname, c.relkind, c.relacl, c.reloptions, c.relrowsecurity, c.relforcerowsecurity
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'app') and c.relkind in ('r', 'p', 'v', 'm') and c.relname <> 'seaql_migrations'
           and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')),
      routines as (select p.*, n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app')
           and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')),
      lines (part, name, kind, line) as (
        select 0, extname::text, 0, format('extension %s', extname) from pg_extension where extname <> 'plpgsql'
        union all select 1, relname, 0, format(E'\n%s %s%s%s%s', case when relkind in ('v', 'm') then 'view' else 'table' end, relname,
             case when relrowsecurity then ' row level security' end, case when relforcerowsecurity then ' forced' end, ' ' || reloptions::text) from ours
        union all select 1, o.relname, 1, format('  %s %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
             case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation end, case when a.attnotnull then ' not null' end,
             case when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid)) else ' default ' || pg_get_expr(d.adbin, d.adrelid) end)
            from ours o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped join pg_type t on t.oid = a.atttypid
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        union all select 1, relname, 2, '  as ' || pg_get_viewdef(oid) from ours where relkind in ('v', 'm')
        union all select 1, o.relname, 3, format('  constraint %s %s', k.conname, pg_get_constraintdef(k.oid)) from ours o join pg_constraint k on k.conrelid = o.oid where k.contype <> 'n'
        union all select 1, o.relname, 4, '  ' || pg_get_indexdef(i.indexrelid) from ours o join pg_index i on i.indrelid = o.oid
        union all select 1, o.relname, 5, '  ' || pg_get_triggerdef(t.oid) from ours o join pg_trigger t on t.tgrelid = o.oid where not t.tgisinternal
        union all select 1, o.relname, 6, format('  policy %s for %s using (%s) check (%s)', p.polname, p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
            from ours o join pg_policy p on p.polrelid = o.oid
        union all select 1, o.relname, 7, format('  %s: %s', g.grantee::regrole, string_agg(lower(g.privilege_type), ', ' order by g.privilege_type))
            from ours o cross join aclexplode(o.relacl) g where g.grantee <> g.grantor group by o.relname, g.grantee
        union all select 1, o.relname, 8, format('  %s: %s (%s)', g.grantee::regrole, lower(g.privilege_type), string_agg(a.attname, ', ' order by a.attname))
            from ours o join pg_attribute a on a.attrelid = o.oid cross join aclexplode(a.attacl) g group by o.relname, g.grantee, g.privilege_type
        union all select 2, format('%s.%s', r.nspname, r.proname), 0, E'\n' || rtrim(pg_get_functiondef(r.oid), E'\n') || E'\n  executed by: ' || coalesce((select string_agg(
             case when g.grantee = 0 then 'everybody' else g.grantee::regrole::text end, ', ' order by g.grantee) from aclexplode(coalesce(r.proacl, acldefault('f', r.proowner))) g
             where g.grantee <> r.proowner), 'nobody else') from routines r
        union all select 3, n.nspname, 0, format(E'\nschema %s: %s', n.nspname, string_agg(format('%s %s', case when g.grantee = 0 then 'everybody' else g.grantee::regrole::text end,
             lower(g.privilege_type)), ', ' order by 1)) from pg_namespace n cross join aclexplode(n.nspacl) g where n.nspname = 'app' group by n.nspname)
      select line from lines order by part, name collate "C", kind, line collate "C""#;
    let rows = superuser(database).await.query(sql, &[]).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|r| r.get(0)).collect();
    lines.join("\n") + "\n"
}

/// `schema.txt` shows in review what a migration has changed.
#[tokio::test]
async fn the_checked_in_schema_is_what_the_migrations_make() {
    let found = dump(&database().await).await;
    if found != include_str!("schema.txt") {
        let new = concat!(env!("CARGO_TARGET_TMPDIR"), "/schema.txt");
        std::fs::write(new, found).unwrap();
        panic!("the schema has changed: read `diff {new} tests/it/schema.txt`, then copy it there");
    }
}

/// Roles, stages, states and kinds of act, and what follows from them, are defined in Rust.
/// Hand-written SQL names none of them.
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
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migration/src/baseline");
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        if file.path().extension().is_none_or(|end| end != "sql") {
            continue;
        }
        let text = std::fs::read_to_string(file.path()).unwrap();
        let code = text
            .lines()
            .map(|l| l.split("--").next().unwrap_or_default());
        let code = code.collect::<Vec<_>>().join("\n");
        let place = file.file_name().to_string_lossy().into_owned();
        for quoted in code.split('\'').skip(1).step_by(2) {
            if words.contains(quoted) {
                found.push(format!("{place}: {quoted}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
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

/// What remains in hand-written SQL: storing, constraining, locking, identifying and counting.
#[tokio::test]
async fn little_is_said_in_sql_and_no_trigger_writes_but_the_index_of_names() {
    let database = database().await;
    let owners = definers(&database).await;
    assert!(owners.len() <= 25, "{} definer functions", owners.len());
    let sql = "select distinct tgfoid::regproc::text from pg_trigger where not tgisinternal";
    let triggers = superuser(&database).await.query(sql, &[]).await.unwrap();
    let triggers: Vec<String> = triggers.iter().map(|r| r.get(0)).collect();
    assert_eq!(triggers, ["app.index_names"]);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migration/src/baseline");
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let files = files.filter(|f| f.path().extension().is_some_and(|end| end == "sql"));
    let lines = files.map(|f| std::fs::read_to_string(f.path()).unwrap().lines().count());
    let lines: usize = lines.sum();
    assert!(lines <= 1400, "{lines} lines of SQL written by hand");
}
