//! Who may write what, asked of the database itself: every table, every role, and rows of the
//! role's own branch, another branch, its own organisation and a second one. The answers are in
//! `writes.txt`, and change if a policy allows more or less (T-16, T-17). Insertions repeat
//! existing rows, so a condition on the writer (such as an act's account) shows as "some row of
//! that kind".
use std::fmt::Write as _;

use ketnap::access::Role;
use reqwest::Method;
use serde_json::json;
use tokio_postgres::Client;

use crate::access::{LOGINS, stranger};
use crate::isolation::mixed;
use crate::support::{House, demo};

/// A table with its columns: those that can be inserted, one that the app role may update, and
/// whether its rows name an organisation and a branch.
pub struct Table {
    pub name: String,
    columns: String,
    updatable: Option<String>,
    organization: bool,
    branch: bool,
}

pub async fn tables(owner: &Client) -> Vec<Table> {
    let sql = "select c.relname::text, string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.attgenerated = ''), \
                      min(a.attname::text) filter (where a.attgenerated = '' and has_column_privilege('ketnap_app', c.oid, a.attnum, 'update')), \
                      bool_or(a.attname = 'organization_id'), bool_or(a.attname = 'branch_id') \
                 from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity group by 1 order by 1";
    let rows = owner.query(sql, &[]).await.unwrap();
    rows.iter()
        .map(|r| Table {
            name: r.get(0),
            columns: r.get(1),
            updatable: r.get(2),
            organization: r.get(3),
            branch: r.get(4),
        })
        .collect()
}

/// The kinds of rows that a table can have, each with its condition.
fn kinds(table: &Table) -> Vec<(&'static str, String)> {
    let (house, sister) = (demo("0a", 0, 2), stranger(1));
    let ours = if table.organization {
        format!("organization_id = '{house}'")
    } else {
        "true".to_owned()
    };
    let mut kinds = if table.branch {
        vec![
            (
                "own",
                format!("{ours} and branch_id = '{}'", demo("0b", 3, 0)),
            ),
            (
                "other",
                format!("{ours} and branch_id = '{}'", demo("0b", 10, 0)),
            ),
            ("house", format!("{ours} and branch_id is null")),
        ]
    } else {
        vec![("house", ours)]
    };
    if table.organization {
        kinds.push(("sister", format!("organization_id = '{sister}'")));
    }
    kinds
}

/// Whether the database allows at least one of the statements. One that fails for another reason
/// than a policy was allowed. Nothing is committed.
async fn allowed(inside: &Client, each: &str, rows: &[String]) -> bool {
    let rows = format!("[{}]", rows.join(", ")).replace('\'', "''");
    let script = format!(
        "do $try$ declare r jsonb; affected bigint; begin
           perform set_config('test.allowed', 'no', false);
           for r in select jsonb_array_elements('{rows}') loop
             begin
               {each};
               get diagnostics affected = row_count;
               raise exception using errcode = case when affected > 0 then 'KN001' else 'KN002' end;
             exception when insufficient_privilege or sqlstate 'KN002' then null;
               when others then perform set_config('test.allowed', 'yes', false); exit;
             end;
           end loop;
         end $try$"
    );
    inside.batch_execute(&script).await.unwrap();
    inside
        .query_one("select current_setting('test.allowed') = 'yes'", &[])
        .await
        .unwrap()
        .get(0)
}

/// A house in which every table has a row.
pub async fn furnished() -> House {
    let house = mixed().await;
    // these rows exist only after requests
    let key = [("idempotency-key", "writes-1")];
    house
        .send("office", Method::POST, "/api/v1/calendars", None, &[])
        .await
        .expect(200);
    house
        .send(
            "office",
            Method::POST,
            "/api/v1/holidays",
            Some(json!({"on": "2031-05-01", "name": "x"})),
            &key,
        )
        .await
        .expect(201);
    let owner = house.owner().await;
    // this row is written when a service is first started
    let proof = "insert into index_proof (proof) values ('x')";
    owner.batch_execute(proof).await.unwrap();
    // this row needs a candidacy that has ended
    let asked = "insert into erasure (id, organization_id, person_id, paper_number, paper_on, reason, asked_by, asked_role, waits_until) \
                 select gen_random_uuid(), organization_id, id, 'x', '2021-01-01', 'x', id, role, '2100-01-01' from account where login = 'office'";
    owner.batch_execute(asked).await.unwrap();
    let background = "select id::text from act where kind = 'verification' and branch_id = $1::text::uuid limit 1";
    let background: String = owner
        .query_one(background, &[&demo("0b", 3, 0)])
        .await
        .unwrap()
        .get(0);
    house
        .get("office", &format!("/api/v1/acts/{background}"))
        .await
        .expect(200);
    house
}

/// One login for each role; the branch is one with rows of every kind.
pub fn logins() -> impl Iterator<Item = (&'static str, Role)> {
    LOGINS.into_iter().map(|(login, role)| match role {
        Role::BranchCommittee => ("branch-03", role),
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::TradeUnion
        | Role::YouthUnion
        | Role::UpperCommittee
        | Role::ServiceAccount
        | Role::SystemAdmin => (login, role),
    })
}

/// Rows of one kind in a table, with the condition that selects them.
pub struct Sample {
    kind: &'static str,
    condition: String,
    rows: Vec<String>,
}

pub async fn samples(owner: &Client, table: &Table) -> Vec<Sample> {
    let name = &table.name;
    let mut samples = Vec::new();
    for (kind, condition) in kinds(table) {
        let sql = format!("select to_jsonb(t)::text from \"{name}\" t where {condition}");
        let rows = owner.query(&sql, &[]).await.unwrap();
        let rows: Vec<String> = rows.iter().map(|r| r.get(0)).collect();
        samples.push(Sample {
            kind,
            condition,
            rows,
        });
    }
    let filled = samples.iter().any(|sample| !sample.rows.is_empty());
    assert!(filled, "{name} has no row to try with");
    samples
}

/// The kinds of rows that the database lets this connection insert, update or delete.
pub async fn reach(
    inside: &Client,
    table: &Table,
    command: &str,
    samples: &[Sample],
) -> Vec<&'static str> {
    let Table { name, columns, .. } = table;
    let once = ["null".to_owned()];
    let mut reach = Vec::new();
    for Sample {
        kind,
        condition,
        rows,
    } in samples
    {
        let (each, rows) = match (command, &table.updatable) {
            ("insert", _) => (
                format!(
                    "insert into \"{name}\" ({columns}) select {columns} from jsonb_populate_record(null::\"{name}\", r)"
                ),
                &rows[..],
            ),
            ("update", None) => continue,
            ("update", Some(column)) => (
                format!("update \"{name}\" set \"{column}\" = \"{column}\" where {condition}"),
                &once[..],
            ),
            _ => (
                format!("delete from \"{name}\" where {condition}"),
                &once[..],
            ),
        };
        if allowed(inside, &each, rows).await {
            reach.push(*kind);
        }
    }
    reach
}

#[tokio::test]
async fn t18_the_database_itself_lets_each_role_write_what_the_table_says_and_nothing_else() {
    let house = furnished().await;
    let owner = house.owner().await;
    let tables = tables(&owner).await;
    assert!(tables.len() > 40, "{}", tables.len());
    let mut clients = Vec::new();
    for (login, _) in logins() {
        clients.push((login, house.inside(login, "begin").await));
    }
    let mut found = String::new();
    for table in &tables {
        let name = &table.name;
        let samples = samples(&owner, table).await;
        for (login, inside) in &clients {
            for command in ["insert", "update", "delete"] {
                let reach = reach(inside, table, command, &samples).await;
                if !reach.is_empty() {
                    writeln!(found, "{name} {command} {login}: {}", reach.join(" ")).unwrap();
                }
            }
            // no row can be moved to another organisation, nor by a branch to another branch
            let mut moves = Vec::new();
            if table.organization {
                moves.push(("organization_id", stranger(1)));
            }
            if table.branch && *login == "branch-03" {
                moves.push(("branch_id", demo("0b", 10, 0)));
            }
            for (column, to) in moves {
                let each =
                    format!("update \"{name}\" set {column} = '{to}' where {column} <> '{to}'");
                assert!(
                    !allowed(inside, &each, &["null".to_owned()]).await,
                    "{login} moves a row of {name} to another {column}"
                );
            }
        }
    }
    let known = include_str!("writes.txt");
    let missing: Vec<&str> = known
        .lines()
        .filter(|line| !found.lines().any(|l| l == *line))
        .collect();
    let new: Vec<&str> = found
        .lines()
        .filter(|line| !known.lines().any(|l| l == *line))
        .collect();
    assert!(
        missing.is_empty() && new.is_empty(),
        "no longer so:\n{}\n\nnew:\n{}",
        missing.join("\n"),
        new.join("\n")
    );
}
