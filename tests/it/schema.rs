//! What the migrations make, as text that is checked in and read in review.
use std::collections::BTreeMap;

use crate::support::{database, superuser};

/// Of each function that runs as the owner: who may call it, and its text.
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

/// T-16: a function that runs as the owner passes by every policy, so each has a line in
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
            // whoever may be called by the app role asks who the caller is, or says why it need not
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
