//! T-18: each entry of the permission table, of the field table and of the write policies is
//! changed in turn, and the tests must notice each change.
use std::collections::BTreeMap;

use ketnap::access::{self, Action, Reach, Role, Sensitivity, Show};
use tokio_postgres::Client;

use crate::support::superuser;
use crate::writes::{furnished, logins, reach, samples, tables};

/// The checked-in permission table, by action and role.
fn permissions() -> BTreeMap<(String, String), Option<String>> {
    let mut lines = include_str!("../../openapi/roles.txt").lines();
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let roles = words(lines.next().unwrap());
    let mut cells = BTreeMap::new();
    for line in lines {
        let line = words(line);
        for (role, cell) in roles.iter().zip(&line).skip(1) {
            let reach = (cell != "-").then(|| cell.clone());
            cells.insert((line[0].clone(), role.clone()), reach);
        }
    }
    cells
}

/// The entries in which the policy differs from a permission table.
fn differing(cells: &BTreeMap<(String, String), Option<String>>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for action in Action::ALL {
        for role in Role::ALL {
            let place = (action.wire().to_owned(), role.wire().to_owned());
            let reach = access::may(*role, *action).map(|reach| Reach::wire(reach).to_owned());
            if cells.get(&place) != Some(&reach) {
                found.push(place);
            }
        }
    }
    found
}

#[test]
fn t18_every_cell_of_the_permission_table_is_missed_when_it_is_another() {
    let cells = permissions();
    assert!(differing(&cells).is_empty());
    assert_eq!(cells.len(), Action::ALL.len() * Role::ALL.len());
    for (place, reach) in &cells {
        let mut mutant = cells.clone();
        let other = reach.is_none().then(|| "everything".to_owned());
        mutant.insert(place.clone(), other);
        assert_eq!(differing(&mutant), std::slice::from_ref(place));
    }
}

/// For each role: fields of P1, P2 and P3 before and after the file is submitted (`F`ull, `M`asked,
/// `H`idden); then background data in acts and remarks, written by others and by the role itself
/// (`R`: only with a written reason); then the reasons why somebody is not a namesake. Taken from
/// the plan, not from the code.
const SHOWN: [(Role, [&str; 6]); 9] = [
    (
        Role::StandingCommittee,
        ["FF", "MM", "HH", "RR", "RR", "FF"],
    ),
    (Role::PartyOffice, ["FF", "MM", "HH", "FF", "RF", "FF"]),
    (Role::CommitteeMember, ["FF", "MM", "HH", "HH", "HH", "HH"]),
    (Role::BranchCommittee, ["FF", "FM", "FH", "HF", "HF", "HF"]),
    (Role::TradeUnion, ["FF", "HH", "HH", "HH", "HH", "HH"]),
    (Role::YouthUnion, ["FF", "HH", "HH", "HH", "HH", "HH"]),
    (Role::UpperCommittee, ["FF", "FF", "HH", "HH", "HH", "HH"]),
    (Role::ServiceAccount, ["HH", "HH", "HH", "HH", "HH", "HH"]),
    (Role::SystemAdmin, ["HH", "HH", "HH", "HH", "HH", "HH"]),
];

fn letter(show: Option<Show>) -> char {
    match show {
        Some(Show::Full) => 'F',
        Some(Show::Masked) => 'M',
        Some(Show::Hidden) => 'H',
        None => 'R',
    }
}

/// The same, from the code.
fn shown(role: Role) -> [String; 6] {
    let both = |of: &dyn Fn(bool) -> Option<Show>| [false, true].map(|is| letter(of(is)));
    let of = |class: Sensitivity| both(&|submitted| Some(access::show(role, class, submitted)));
    [
        of(Sensitivity::P1),
        of(Sensitivity::P2),
        of(Sensitivity::P3),
        both(&|own| access::background(role, own)),
        both(&|own| access::remarks(role, own)),
        both(&|own| Some(access::reason(role, own))),
    ]
    .map(String::from_iter)
}

#[test]
fn t18_every_cell_of_the_field_table_is_as_the_plan_says() {
    assert_eq!(SHOWN.len(), Role::ALL.len());
    for (role, wanted) in SHOWN {
        assert_eq!(shown(role), wanted, "{}", role.wire());
        for submitted in [false, true] {
            assert_eq!(access::show(role, Sensitivity::P0, submitted), Show::Full);
            let day = access::show(role, Sensitivity::P2, submitted) == Show::Full;
            assert_eq!(access::birth_year_only(role, submitted), !day);
        }
    }
}

/// Whether the app role has this privilege on the table at all.
async fn granted(root: &Client, table: &str, command: &str) -> bool {
    let sql = "select case $2 when 'update' then has_any_column_privilege('ketnap_app', quote_ident($1), $2) else has_table_privilege('ketnap_app', quote_ident($1), $2) end";
    root.query_one(sql, &[&table, &command])
        .await
        .unwrap()
        .get(0)
}

/// The `using` and `with check` expressions of a policy.
async fn asked(root: &Client, table: &str, policy: &str) -> [Option<String>; 2] {
    let sql = "select pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) from pg_policy where polrelid = quote_ident($1)::regclass and polname = $2";
    let row = root.query_one(sql, &[&table, &policy]).await.unwrap();
    [row.get(0), row.get(1)]
}

/// The statement that sets these expressions, each with `more` appended.
fn altered(table: &str, policy: &str, asked: &[Option<String>; 2], more: &str) -> String {
    let clause = |word: &str, asked: &Option<String>| {
        let asked = asked.as_ref();
        asked.map_or_else(String::new, |asked| format!(" {word} (({asked}){more})"))
    };
    let (using, check) = (clause("using", &asked[0]), clause("with check", &asked[1]));
    format!("alter policy {policy} on \"{table}\"{using}{check};")
}

/// In each write policy, each role loses its right or gets one that it should not have. The answers
/// must then differ from those in `writes.txt`.
#[tokio::test]
async fn t18_every_role_in_every_policy_for_writes_is_missed_when_it_is_another() {
    let house = furnished().await;
    let (owner, root) = (house.owner().await, superuser(&house.database).await);
    let mut clients = Vec::new();
    for (login, role) in logins() {
        let inside = house.inside(login, "begin").await;
        // outside a transaction, whose locks on the tables that it has read would prevent altering
        // the policies
        let names = [
            "role",
            "account",
            "organization",
            "parent",
            "branches",
            "below",
            "today",
        ];
        let read = names
            .map(|name| format!("current_setting('app.{name}')"))
            .join(", ");
        let row = inside
            .query_one(&format!("select {read}"), &[])
            .await
            .unwrap();
        inside.batch_execute("rollback").await.unwrap();
        for (n, name) in names.into_iter().enumerate() {
            let value: String = row.get(n);
            let keep = "select set_config($1, $2, false)";
            let name = format!("app.{name}");
            inside.execute(keep, &[&name, &value]).await.unwrap();
        }
        clients.push((login, role, inside));
    }
    let known = include_str!("writes.txt");
    let (mut killed, mut survived) = (0, Vec::new());
    for table in &tables(&owner).await {
        let name = table.name.as_str();
        let samples = samples(&owner, table).await;
        let seen = asked(&root, name, "sel").await;
        for (command, policy) in [("insert", "ins"), ("update", "upd"), ("delete", "del")] {
            if !granted(&root, name, command).await {
                continue;
            }
            let written = asked(&root, name, policy).await;
            for (login, role, inside) in &clients {
                let line = format!("{name} {command} {login}: ");
                let may = known.lines().any(|l| l.starts_with(&line));
                let role = role.wire();
                let mutant = if may {
                    let never = format!(" and app.role() is distinct from '{role}'");
                    altered(name, policy, &written, &never)
                } else {
                    // a row must also be visible to be changed
                    let always = format!(" or app.role() = '{role}'");
                    altered(name, policy, &written, &always) + &altered(name, "sel", &seen, &always)
                };
                root.batch_execute(&mutant).await.unwrap();
                let reaches = !reach(inside, table, command, &samples).await.is_empty();
                let restored =
                    altered(name, policy, &written, "") + &altered(name, "sel", &seen, "");
                root.batch_execute(&restored).await.unwrap();
                if reaches == may {
                    survived.push(line);
                } else {
                    killed += 1;
                }
            }
        }
    }
    eprintln!("{killed} mutants of policies were noticed");
    assert!(survived.is_empty(), "not noticed:\n{}", survived.join("\n"));
    assert!(killed > 400, "{killed}");
}
