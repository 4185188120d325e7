//! The schema as text: what the migrations create, and where a database differs from it.
use std::collections::BTreeMap;

use tokio_postgres::Client;

/// The schema that this program's migrations create, as reviewed.
const OURS: &str = include_str!("../../tests/it/schema.txt");

/// The line of the schema text after which stands what is beside tables and functions.
const BESIDE: &str = "\n# beside tables and functions\n";

/// The expected tables and functions, and the expected roles and other objects.
fn ours() -> (&'static str, &'static str) {
    OURS.split_once(BESIDE).unwrap_or((OURS, ""))
}

async fn lines(client: &Client, sql: &str) -> anyhow::Result<Vec<String>> {
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Tables, views and functions, one item per line. Columns and a table's dependents are sorted by
/// name, so that only real differences show.
async fn schema(client: &Client) -> anyhow::Result<String> {
    let lines = lines(client, include_str!("catalog.sql")).await?;
    Ok(lines.join("\n") + "\n")
}

/// Roles, what is granted to them, and what the migrations never make.
async fn beside(client: &Client) -> anyhow::Result<Vec<String>> {
    let mut lines = lines(client, include_str!("beside.sql")).await?;
    lines.sort();
    Ok(lines)
}

/// Everything that the migrations create and need, as text.
pub async fn dump(client: &Client) -> anyhow::Result<String> {
    let (schema, beside) = (schema(client).await?, beside(client).await?);
    Ok(format!("{schema}{BESIDE}{}\n", beside.join("\n")))
}

/// Splits a schema text into tables, views, sequences and functions, each with its lines.
fn parts(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut heading = "";
    for line in text.lines() {
        let starts = |word: &str| line.strip_prefix(word);
        if starts("CREATE OR REPLACE ").is_some() {
            heading = line.split('(').next().unwrap_or(line);
        } else if ["table ", "view ", "sequence "]
            .iter()
            .any(|kind| starts(kind).is_some())
        {
            let mut words = line.match_indices(' ').skip(1);
            heading = words.next().map_or(line, |(end, _)| &line[..end]);
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
    let (ours, theirs) = (parts(ours().0), parts(found));
    let named = |heading: &str| {
        let short = heading.trim_start_matches("CREATE OR REPLACE ");
        short
            .replacen("FUNCTION", "function", 1)
            .replacen("PROCEDURE", "procedure", 1)
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
                all.push(format!("{name}: its text is not the expected one"));
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
    all.extend(more.map(|heading| format!("{}: is not expected", named(heading))));
    all
}

/// Where this database's tables, columns, policies, grants, functions and owners differ from those that
/// this program's migrations create.
pub async fn schema_faults(client: &Client) -> anyhow::Result<Vec<String>> {
    Ok(differences(&schema(client).await?))
}

/// Differences of roles, their rights and settings, and other objects from the expected ones: each
/// may bypass what the schema protects.
pub async fn beside_faults(client: &Client) -> anyhow::Result<Vec<String>> {
    let (ours, found) = (ours().1, beside(client).await?);
    let ours: Vec<&str> = ours.lines().collect();
    let gone = ours
        .iter()
        .filter(|line| !found.iter().any(|f| f == *line))
        .map(|line| format!("{line}: is missing"));
    let more = found
        .iter()
        .filter(|line| !ours.contains(&line.as_str()))
        .map(|line| format!("{line}: is not expected"));
    Ok(more.chain(gone).collect())
}

/// Notes: no faults, but worth knowing.
pub async fn notes(client: &Client) -> anyhow::Result<Vec<String>> {
    lines(client, include_str!("notes.sql")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_differs_in_nothing_from_itself_and_in_each_line_that_was_changed() {
        assert_eq!(differences(ours().0), Vec::<String>::new());
        let changed = ours()
            .0
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
