//! The schema as text: what the migrations create, and where a database differs from it.
use std::collections::BTreeMap;

use tokio_postgres::Client;

/// The schema that this program's migrations create, as reviewed.
const OURS: &str = include_str!("../../tests/it/schema.txt");

/// Everything that the migrations create, one item per line. Columns and a table's dependents are
/// sorted by name, so that only real differences show.
pub async fn dump(client: &Client) -> anyhow::Result<String> {
    let rows = client.query(include_str!("catalog.sql"), &[]).await?;
    let lines: Vec<String> = rows.iter().map(|r| r.get(0)).collect();
    Ok(lines.join("\n") + "\n")
}

/// Splits a schema text into tables, views, functions and schemas, each with its lines.
fn parts(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut heading = "";
    for line in text.lines() {
        let starts = |word: &str| line.strip_prefix(word);
        if let Some(function) = starts("CREATE OR REPLACE FUNCTION ") {
            let end = function.find('(').unwrap_or(function.len());
            heading = &line[..line.len() - function.len() + end];
        } else if starts("table ").is_some() || starts("view ").is_some() {
            let mut words = line.match_indices(' ').skip(1);
            heading = words.next().map_or(line, |(end, _)| &line[..end]);
        } else if starts("schema ").is_some() {
            heading = line.split(':').next().unwrap_or(line);
        } else if starts("extension ").is_some() {
            // extensions may be added freely
            continue;
        }
        if !line.is_empty() {
            parts.entry(heading).or_default().push(line);
        }
    }
    parts
}

/// The differences between `found` and the schema that this program's migrations create.
fn differences(found: &str) -> Vec<String> {
    let (ours, theirs) = (parts(OURS), parts(found));
    let named = |heading: &str| {
        let short = heading.trim_start_matches("CREATE OR REPLACE ");
        short.replacen("FUNCTION", "function", 1)
    };
    let mut all = Vec::new();
    for (heading, lines) in &ours {
        let name = named(heading);
        let Some(others) = theirs.get(heading) else {
            all.push(format!("{name}: is missing"));
            continue;
        };
        if heading.starts_with("CREATE") {
            let access = |l: &&&str| l.starts_with("  executed by") || l.starts_with("  owner ");
            let (mine, other): (Vec<_>, Vec<_>) = (
                lines.iter().filter(access).collect(),
                others.iter().filter(access).collect(),
            );
            if mine != other {
                let shown: Vec<&str> = other.iter().map(|l| l.trim()).collect();
                all.push(format!("{name}: {}", shown.join(", ")));
            } else if lines != others {
                all.push(format!("{name}: its text is not the house's"));
            }
            continue;
        }
        for line in lines.iter().filter(|l| !others.contains(l)) {
            all.push(format!("{name}: lacks `{}`", line.trim()));
        }
        for line in others.iter().filter(|l| !lines.contains(l)) {
            all.push(format!("{name}: has `{}`", line.trim()));
        }
    }
    let more = theirs.keys().filter(|heading| !ours.contains_key(*heading));
    all.extend(more.map(|heading| format!("{}: is not the house's", named(heading))));
    all
}

/// Where this database differs from the schema that this program's migrations create: tables,
/// columns, policies, grants, functions, owners.
pub async fn schema_faults(client: &Client) -> anyhow::Result<Vec<String>> {
    Ok(differences(&dump(client).await?))
}

/// What the schema text does not hold and what works beside it: rules, which turn a change into another
/// or into none, default privileges, and roles that own or may do more than they should.
pub async fn beside_faults(client: &Client) -> anyhow::Result<Vec<String>> {
    let sql = "\
        select format('%s: has the rule %s', c.relname, r.rulename) from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname in ('public', 'app') and r.rulename <> '_RETURN' \
        union all select format('default privileges: %s grants %s to %s', d.defaclrole::regrole, lower(g.privilege_type), case when g.grantee = 0 then 'everybody' else g.grantee::regrole::text end) \
          from pg_default_acl d cross join aclexplode(d.defaclacl) g left join pg_namespace n on n.oid = d.defaclnamespace \
         where g.grantee <> d.defaclrole and (d.defaclobjtype, n.nspname, g.grantee::regrole::text) is distinct from ('f', 'app', 'ketnap_app') \
        union all select format('schema %s: belongs to %s', nspname, nspowner::regrole) from pg_namespace where nspowner::regrole::text in ('ketnap_app', 'ketnap_backup', 'ketnap_definer') \
        union all select 'role ketnap_backup is more than a reader' from pg_roles where rolname = 'ketnap_backup' and (rolsuper or rolcreaterole or rolcreatedb) \
        union all select format('role ketnap_backup: is a member of %s', roleid::regrole) from pg_auth_members where member::regrole::text = 'ketnap_backup' \
        order by 1";
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Publications, which carry rows to other servers past every policy.
pub async fn publications(client: &Client) -> anyhow::Result<Vec<String>> {
    let sql = "select pubname::text from pg_publication order by 1";
    let rows = client.query(sql, &[]).await?;
    let named = |name: String| format!("publication {name}: is not the house's");
    Ok(rows.iter().map(|row| named(row.get(0))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_differs_in_nothing_from_itself_and_in_each_line_that_was_changed() {
        assert_eq!(differences(OURS), Vec::<String>::new());
        let changed = OURS
            .replacen("table member row level security forced", "table member", 1)
            .replacen(
                "  ketnap_app: insert, select",
                "  ketnap_app: delete, insert, select",
                1,
            )
            + "\ntable more\n  id uuid\n";
        let found = differences(&changed);
        for part in [
            "table member: lacks",
            "ketnap_app: delete",
            "table more: is not",
        ] {
            assert!(found.iter().any(|f| f.contains(part)), "{part}: {found:?}");
        }
    }
}
