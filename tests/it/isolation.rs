//! Two layers confine a caller to its rows: the scopes of the queries, and row-level security. Each
//! suffices without the other (T-10, T-16 to T-18).
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ketnap::access::{self, Role};
use ketnap::cli::{catalog, catalog_faults, settings};
use ketnap::db::{Db, Entry, Identity};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{LOGINS, full_list, operations, second_organization, stranger, stranger_at};
use crate::register::{hanh_dung, record};
use crate::support::{self, Build, House, PASSWORD, Plain, demo, planned, superuser, with};

/// The complete rows, by id, that each login gets from each path.
type Seen = BTreeMap<(String, String), BTreeMap<String, Value>>;

/// The rows of a response, except those that reveal nothing about another branch.
fn rows_of(path: &str, body: &Value) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for item in body["items"].as_array().into_iter().flatten() {
        if path.starts_with("/api/v1/annual-quotas") {
            // the branch itself is P0 and always visible; only its figures depend on the reach
            if ["quota", "admitted", "pipeline"]
                .iter()
                .any(|f| item[f] != 0)
            {
                rows.insert(
                    format!("{} {}", item["branch_id"], item["year"]),
                    item.clone(),
                );
            }
            continue;
        }
        if path.starts_with("/api/v1/reports/progress")
            || path.starts_with("/api/v1/reports/quality")
        {
            continue;
        }
        if path.starts_with("/api/v1/reports/reviews") {
            // the due date follows from the calendar and is always visible; only the review depends
            // on the reach
            if !item["review_id"].is_null() {
                rows.insert(item["review_id"].to_string(), item.clone());
            }
            continue;
        }
        if path.starts_with("/api/v1/overview") {
            let people = |b: &Value| {
                b["official_members"] != 0
                    || !b["work_plan_id"].is_null()
                    || b["open_problem_reports"] != 0
            };
            if people(item) {
                rows.insert(item["branch_id"].to_string(), item.clone());
            }
            continue;
        }
        let key = item["id"]
            .as_str()
            .or(item["key"].as_str())
            .or(item["candidate_id"].as_str())
            .or(item["member_id"].as_str())
            .unwrap_or_else(|| panic!("{path}: {item} has no id"));
        rows.insert(key.to_owned(), item.clone());
    }
    rows
}

/// Every list, every list below a row, and individual rows, for all demo logins.
async fn everything(house: &House) -> Seen {
    let owner = house.owner().await;
    let mut seen = Seen::new();
    let all: Vec<_> = operations()
        .into_iter()
        .filter(|op| {
            op.method == Method::GET
                && !["/enums", "/me", "/regulations", "/document-types"]
                    .iter()
                    .any(|end| op.path.ends_with(end))
        })
        .collect();
    for (login, role) in LOGINS
        .into_iter()
        .chain([("branch-04", Role::BranchCommittee)])
    {
        for op in all
            .iter()
            .filter(|op| access::may(role, op.action).is_some() && !op.path.ends_with("{key}"))
        {
            let mut rows = BTreeMap::new();
            // these paths answer with a single row instead of a list
            let one_answer = [
                "{id}",
                "/next-steps",
                "/appraisal",
                "/background",
                "/history",
                "/roster",
                "/attendance",
            ];
            if one_answer.iter().any(|end| op.path.ends_with(end)) {
                for id in sample(&owner, &op.path).await {
                    let answer = house.get(login, &op.at(&id)).await;
                    if answer.status != 404 {
                        rows.insert(id, answer.expect(200).body);
                    }
                }
            } else {
                let parents = if op.path.contains("{id}") {
                    sample(&owner, &op.path).await
                } else {
                    vec![String::new()]
                };
                for parent in parents {
                    let mut next = Some(full_list(op).replace("{id}", &parent));
                    while let Some(path) = next.take() {
                        let answer = house.get(login, &path).await;
                        // the parent row is out of reach, and so is the list
                        if answer.status == 404 {
                            break;
                        }
                        let answer = answer.expect(200);
                        rows.extend(rows_of(&path, &answer.body));
                        next = answer
                            .header("link")
                            .strip_prefix('<')
                            .and_then(|l| l.split_once('>'))
                            .map(|(path, _)| path.to_owned());
                    }
                }
            }
            seen.insert((login.to_owned(), op.path.clone()), rows);
        }
    }
    seen
}

/// Ids to try in a path: of branches 01, 02, 04 and 05 or of the whole organisation, and of the
/// second organisation.
async fn sample(owner: &tokio_postgres::Client, path: &str) -> Vec<String> {
    let table = match path.split('/').nth(3).unwrap() {
        "branches" => "branch",
        "branch-classifications" => "branch_classification",
        "activity-changes" => "member_activity_change",
        "leavings" => "member_leaving",
        "transfer-offers" => "transfer_offer",
        "classes" => "class",
        "sessions" => "class_session",
        "officers" => "branch_officer",
        "overseers" => "branch_overseer",
        "quota-plans" => "quota_plan",
        "source-plans" => "source_plan",
        "source-plan-entries" => "source_plan_entry",
        "review-items" => "review_item",
        "activities" => "activity",
        "work-plans" => "work_plan",
        "problem-reports" => "problem_report",
        "dispatches" => "dispatch",
        "sponsors" => "member where status = 'official'",
        other => other.trim_end_matches('s'),
    };
    let (name, condition) = table.split_once(" where ").unwrap_or((table, "true"));
    let key = match name {
        "branch" => "number",
        "member"
        | "candidate"
        | "nomination"
        | "sponsorship"
        | "enrolment"
        | "branch_officer"
        | "branch_overseer"
        | "department"
        | "act"
        | "deadline"
        | "source_plan"
        | "source_plan_entry"
        | "review"
        | "review_item"
        | "work_plan"
        | "inspection"
        | "branch_classification" => "branch_id::text",
        _ => "'-'",
    };
    let sql = format!(
        "select id::text from (select id, {key} as k, row_number() over (partition by {key} order by id) as n from {name} where {condition}) x \
         where n <= 2 and (k = '-' or right(k, 4) <> '0000' or right(k, 6) in ('010000', '020000', '040000', '050000'))"
    );
    let mut ids: BTreeSet<String> = owner
        .query(&sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|r| r.get(0))
        .collect();
    let own = ids.iter().any(|id| !id.starts_with("0175ffff"));
    assert!(own, "no row of {name} is tried");
    ids.insert(stranger_at(path));
    ids.into_iter().collect()
}

/// Lists that grow during the comparison, because reads and sign-ins are logged.
const LOGS: [&str; 4] = [
    "/api/v1/access-entries",
    "/api/v1/audit-entries",
    "/api/v1/sign-in-attempts",
    "/api/v1/sign-ins",
];

/// Who saw more or fewer rows than in the reference, or different ones.
fn differences(reference: &Seen, other: &Seen) -> Vec<String> {
    let mut all = Vec::new();
    for (place, rows) in reference {
        let others = &other[place];
        let ids: BTreeSet<&String> = rows.keys().chain(others.keys()).collect();
        // ids are in order of time, so anything after the newest reference row was logged since
        let newest = rows
            .keys()
            .next_back()
            .filter(|_| LOGS.contains(&place.1.as_str()));
        for id in ids.into_iter().filter(|id| newest.is_none_or(|n| *id <= n)) {
            match (rows.get(id), others.get(id)) {
                (Some(a), Some(b)) if a == b => {}
                (None, Some(row)) => all.push(format!("{place:?} shows {id} too: {row}")),
                (Some(_), None) => all.push(format!("{place:?} does not show {id}")),
                (Some(a), Some(b)) => {
                    let other = b.as_object().into_iter().flatten();
                    // `current` marks the session that asks, which is another one in each run
                    let other: Vec<_> = other
                        .filter(|(field, value)| {
                            *field != "current" && a[field.as_str()] != **value
                        })
                        .collect();
                    if !other.is_empty() {
                        all.push(format!("{place:?} shows {id} otherwise: {other:?}"));
                    }
                }
                (None, None) => {}
            }
        }
    }
    all
}

async fn tables(client: &tokio_postgres::Client) -> Vec<String> {
    let sql = "select tablename::text from pg_tables where schemaname = 'public' and tablename <> 'seaql_migrations' order by 1";
    client
        .query(sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|r| r.get(0))
        .collect()
}

/// A house with a second organisation beside the demo's, and with an overseer of a branch outside
/// 01 to 03.
pub async fn mixed() -> House {
    let house = House::build().await;
    second_organization(&house).await;
    let put = format!(
        "insert into branch_overseer (id, organization_id, branch_id, account_id, from_on) values ('{}', '{}', '{}', '{}', '2020-01-01')",
        stranger(90),
        demo("0a", 0, 2),
        demo("0b", 5, 0),
        demo("ac", 0, 1)
    );
    house.owner().await.batch_execute(&put).await.unwrap();
    house
}

/// Records changes in the register of branch 06, a transfer offer from it and a request to erase
/// somebody, because the demo has none of these in 2021.
async fn dated_facts(house: &House) {
    for (name, what, body) in [
        (
            "Lò Thị Miễn",
            "activity-changes",
            json!({"on": "2021-01-14", "activity": "exempt", "paper_number": "1-QĐ"}),
        ),
        (
            "Lò Thị Mất",
            "leavings",
            json!({"on": "2021-01-14", "ground": "deceased", "paper_number": "2-TB"}),
        ),
        (
            "Lò Thị Chuyển",
            "transfers",
            json!({"on": "2021-01-14", "branch_id": demo("0b", 7, 0), "paper_number": "3-CV"}),
        ),
    ] {
        let new = json!({"full_name": name, "branch_id": demo("0b", 6, 0)});
        let new = with(&hanh_dung(), new);
        let who = house.create("office", "members", new).await.id();
        let change = record(house, &who, what, body).await;
        assert!(change.status < 300, "{}", change.text);
    }
    let person = planned(house, 6, "Vàng Thị Chuyển").await;
    let offer =
        json!({"on": "2021-01-15", "to_branch_id": demo("0b", 7, 0), "reason": "chuyển công tác"});
    house
        .act("branch-06", &person, "transfers", offer)
        .await
        .expect(201);
    let person = planned(house, 6, "Vàng Thị Thôi").await;
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "xin rút"});
    house.record("branch-06", &person, "exits", exit).await;
    let erasure = json!({"person_id": person, "paper_number": "4-TB", "paper_on": "2021-01-15", "reason": "Người trong hồ sơ yêu cầu xóa"});
    house.create("office", "erasures", erasure).await;
}

// T-17, with its negative control
#[tokio::test]
async fn t17_either_layer_alone_shows_exactly_what_both_show() {
    let house = mixed().await;
    dated_facts(&house).await;
    let both = everything(&house).await;
    assert!(
        both.values().map(BTreeMap::len).sum::<usize>() > 2000,
        "the reference is empty"
    );
    let strangers: Vec<_> = both
        .iter()
        .filter(|(_, rows)| {
            rows.keys()
                .any(|id| id.starts_with("0175ffff") && *id != stranger(90))
        })
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}");

    // only row-level security
    let bare = House::over(
        house.database.clone(),
        Build {
            scopes: false,
            ..Build::default()
        },
    )
    .await;
    let mut security = everything(&bare).await;
    // the query, not visibility, excludes members who are not official; such a row is no leak if
    // the caller sees it among the members anyway
    for ((login, path), rows) in &mut security {
        if path.starts_with("/api/v1/sponsors") && !path.contains("sponsorships") {
            let members = &both[&(login.clone(), "/api/v1/members".to_owned())];
            rows.retain(|id, row| !(row["official_on"].is_null() && members.contains_key(id)));
        }
    }
    let security = differences(&both, &security);

    // only the scopes of the queries
    let root = superuser(&house.database).await;
    for table in tables(&root).await {
        root.batch_execute(&format!(
            "alter table public.\"{table}\" disable row level security"
        ))
        .await
        .unwrap();
    }
    let scopes = differences(&both, &everything(&house).await);

    // without both layers foreign rows appear, so the comparison does detect leaks
    let neither = everything(&bare).await;
    for path in [
        "branches",
        "departments",
        "members",
        "candidates",
        "nominations",
        "sponsors",
        "sponsorships",
        "classes",
        "enrolments",
        "branch-classifications",
        "terms",
        "quota-plans",
        "activities",
        "work-plans",
        "inspections",
        "problem-reports",
        "guidance",
        "dispatches",
        "holidays",
    ] {
        let place = ("office".to_owned(), format!("/api/v1/{path}"));
        assert!(
            neither[&place].contains_key(&stranger_at(&place.1)),
            "with both layers off {path} still hides the stranger's row"
        );
        let place = ("office".to_owned(), format!("/api/v1/{path}/{{id}}"));
        assert!(
            neither[&place].contains_key(&stranger_at(&place.1)),
            "with both layers off {path}/{{id}} still hides the stranger's row"
        );
    }
    for (login, path) in [
        ("branch-01", "candidates"),
        ("overseer", "members"),
        ("union", "nominations"),
        ("upper", "candidates"),
        ("admin", "accounts"),
    ] {
        let place = (login.to_owned(), format!("/api/v1/{path}"));
        assert!(
            neither[&place].len() > both[&place].len(),
            "with both layers off {login} still sees no more of {path}"
        );
    }
    assert!(
        security.is_empty() && scopes.is_empty(),
        "row-level security alone:\n{}\nscopes alone:\n{}",
        security.join("\n"),
        scopes.join("\n")
    );
}

/// Everything that `doctor` says about a database's catalog, notes included.
async fn named_by_doctor(client: &tokio_postgres::Client) -> Vec<String> {
    let mut all = catalog_faults(client).await.unwrap();
    all.extend(catalog::schema_faults(client).await.unwrap());
    all.extend(catalog::notes(client).await.unwrap());
    all
}

// T-16
#[tokio::test]
async fn t16_the_catalog_check_names_every_way_of_weakening_row_level_security() {
    let database = support::database().await;
    let root = superuser(&database).await;
    assert_eq!(named_by_doctor(&root).await, Vec::<String>::new());
    for (weaken, named) in [
        (
            "alter table member disable row level security",
            "member: row-level security",
        ),
        (
            "alter table member no force row level security",
            "member: row-level security",
        ),
        (
            "create policy second on member for select using (true)",
            "member: not exactly one policy",
        ),
        (
            "create policy everything on member for all using (true)",
            "member: not exactly one policy",
        ),
        (
            "drop policy del on member",
            "member: not exactly one policy",
        ),
        (
            "drop policy upd on member; create policy upd on member for update using (true)",
            "member: a policy for writes has no WITH CHECK",
        ),
        (
            "grant truncate on member to ketnap_app",
            "member: the app role has more",
        ),
        (
            "grant trigger on member to ketnap_app",
            "member: the app role has more",
        ),
        (
            "grant select on credential to ketnap_app",
            "credential: the app role",
        ),
        (
            "grant select (secret_hash) on credential to ketnap_app",
            "credential: the app role",
        ),
        (
            "grant update on session to ketnap_app",
            "session: the app role",
        ),
        (
            "grant select on credential to public",
            "credential: the app role",
        ),
        (
            "alter table holiday owner to ketnap_app",
            "holiday: belongs to the app role",
        ),
        ("create view leak as select * from member", "view leak"),
        (
            "create materialized view leak as select * from member",
            "view leak",
        ),
        ("create table fresh (id int)", "fresh: row-level security"),
        (
            "create function app.loose() returns int language sql security definer as 'select 1'",
            "function loose",
        ),
        ("alter role ketnap_app bypassrls", "role ketnap_app"),
        ("alter role ketnap_app createrole", "role ketnap_app"),
        (
            "grant execute on function app.set_secret to public",
            "function set_secret: everybody may execute it",
        ),
        (
            "grant execute on function app.sign_in to ketnap_backup",
            "function sign_in: the backup role may execute it",
        ),
        (
            "grant update (full_name) on member to ketnap_backup",
            "member: the backup role may do more than read",
        ),
        (
            "grant ketnap_definer to ketnap_app",
            "role ketnap_app: acts as ketnap_definer",
        ),
        (
            "alter role ketnap_definer login",
            "role ketnap_definer: signs in",
        ),
        (
            "alter role ketnap_definer createrole",
            "role ketnap_definer: cannot sign in, createrole",
        ),
        (
            "alter role ketnap_definer nobypassrls",
            "role ketnap_definer: cannot sign in: is not",
        ),
        (
            "grant ketnap_backup to ketnap_definer",
            "role ketnap_definer: acts as ketnap_backup",
        ),
        (
            "grant create on schema app to ketnap_definer",
            "schema app: ketnap_definer has create",
        ),
        (
            "alter function app.quality owner to ketnap_owner",
            "function quality: SECURITY DEFINER as another role",
        ),
        (
            "create rule quiet as on insert to access_entry do instead nothing",
            "rule quiet on public.access_entry",
        ),
        (
            "create rule quiet as on insert to audit_entry do instead nothing",
            "rule quiet on public.audit_entry",
        ),
        (
            "alter default privileges for role ketnap_owner grant all on tables to public",
            "default privileges: ketnap_owner grants",
        ),
        (
            "alter default privileges for role ketnap_owner in schema app grant execute on functions to ketnap_backup",
            "default privileges: ketnap_owner grants execute on functions in app to ketnap_backup",
        ),
        (
            "create schema evil authorization ketnap_app",
            "schema evil: belongs to ketnap_app",
        ),
        (
            "alter role ketnap_backup createrole createdb",
            "role ketnap_backup: signs in, createrole, createdb",
        ),
        (
            "grant ketnap_owner to ketnap_backup",
            "role ketnap_backup: acts as ketnap_owner",
        ),
        (
            "alter policy own on member to ketnap_app",
            "member: not exactly one policy",
        ),
        (
            "alter policy sel on member to public",
            "member: not exactly one policy",
        ),
        (
            "grant postgres to ketnap_app",
            "role ketnap_app: acts as postgres",
        ),
        (
            "grant pg_execute_server_program to ketnap_app",
            "role ketnap_app: acts as pg_execute_server_program",
        ),
        (
            "grant pg_read_server_files to ketnap_app",
            "role ketnap_app: acts as pg_read_server_files",
        ),
        (
            "create role spy login; grant ketnap_backup to spy",
            "role spy: acts as ketnap_backup",
        ),
        (
            "create schema evil; create function evil.f() returns setof credential language sql security definer as 'select * from public.credential'; grant usage on schema evil to ketnap_app",
            "schema evil: ketnap_app has usage",
        ),
        (
            "create schema evil; create view evil.v as select * from public.member; grant select on evil.v to ketnap_app",
            "schema evil: belongs to postgres",
        ),
        (
            "grant create on schema public to ketnap_app",
            "schema public: ketnap_app has create",
        ),
        (
            "grant all on schema public to ketnap_backup",
            "schema public: ketnap_backup has create",
        ),
        (
            "do $$ begin execute format('grant create on database %I to ketnap_app', current_database()); end $$",
            "database: ketnap_app has connect, create",
        ),
        (
            "do $$ begin execute format('grant temp on database %I to public', current_database()); end $$",
            "database: everybody has temporary",
        ),
        (
            "do $$ begin execute format('alter database %I set search_path = evil, public', current_database()); end $$",
            "database: search_path=evil, public",
        ),
        (
            "alter role ketnap_owner set row_security = off",
            "role ketnap_owner: row_security=off",
        ),
        (
            "alter role ketnap_app replication",
            "role ketnap_app: signs in, replication",
        ),
        (
            "alter role ketnap_backup replication",
            "role ketnap_backup: signs in, replication",
        ),
        (
            "alter role ketnap_backup reset default_transaction_read_only",
            "role ketnap_backup: default_transaction_read_only=on: is missing",
        ),
        (
            "alter role ketnap_owner superuser",
            "role ketnap_owner: signs in, superuser",
        ),
        (
            "alter role ketnap_owner createrole",
            "role ketnap_owner: signs in, createrole",
        ),
        (
            "create role spy login superuser",
            "spy can sign in and is a superuser",
        ),
        (
            "create role spy login bypassrls",
            "spy can sign in and passes by",
        ),
        (
            "grant select on member to ketnap_app with grant option",
            "table member: has `ketnap_app: insert, select with grant option, update`",
        ),
        (
            "grant execute on function app.sign_in to ketnap_app with grant option",
            "function app.sign_in: executed by: ketnap_app with grant option",
        ),
        (
            "grant insert on seaql_migrations to ketnap_app",
            "table seaql_migrations: has `ketnap_app: insert, select`",
        ),
        (
            "grant select on seaql_migrations to public",
            "table seaql_migrations: has `everybody: select`",
        ),
        (
            "create sequence steps; grant all on sequence steps to ketnap_app",
            "sequence steps: is not",
        ),
        (
            "alter type app.role owner to ketnap_app",
            "type app.role: belongs to ketnap_app",
        ),
        (
            "create operator public.= (leftarg = uuid, rightarg = uuid, function = uuid_ne)",
            "operator public.=(pg_catalog.uuid,pg_catalog.uuid)",
        ),
        (
            "create cast (text as uuid) with inout as implicit",
            "cast (pg_catalog.text AS pg_catalog.uuid)",
        ),
        (
            "create aggregate public.evil(int) (sfunc = int4pl, stype = int)",
            "aggregate public.evil(integer)",
        ),
        (
            "create procedure app.evil() language sql as 'select 1'",
            "procedure app.evil: is not",
        ),
        (
            "create function pg_catalog.evil() returns int language sql as 'select 1'",
            "function pg_catalog.evil()",
        ),
        (
            "grant all on parameter log_statement to ketnap_app",
            "setting log_statement: ketnap_app has alter system, set",
        ),
        (
            "create foreign data wrapper evil; create server evil foreign data wrapper evil; grant usage on foreign server evil to ketnap_app",
            "server evil",
        ),
        (
            "grant select on pg_authid to ketnap_app",
            "pg_authid: ketnap_app has select",
        ),
        (
            "grant select (rolpassword) on pg_authid to ketnap_app",
            "pg_authid (rolpassword): ketnap_app has select",
        ),
        (
            "grant execute on function pg_read_file(text) to public",
            "pg_read_file(text): everybody has execute",
        ),
        (
            "create publication abroad for all tables",
            "publication abroad: is not",
        ),
        ("select lo_create(0)", "large object"),
        (
            "grant execute on function lo_create to public",
            "everybody may execute lo_create",
        ),
        (
            "grant execute on function public.unaccent(text) to public",
            "everybody may execute 1 functions of extensions",
        ),
    ] {
        root.batch_execute(&format!("begin; {weaken}"))
            .await
            .unwrap();
        let faults = named_by_doctor(&root).await;
        root.batch_execute("rollback").await.unwrap();
        assert!(
            faults.iter().any(|f| f.starts_with(named)),
            "{weaken}: {faults:?}"
        );
    }
    // objects that are allowed are not reported
    root.batch_execute(
        "begin; create view fine with (security_invoker = true) as select * from member",
    )
    .await
    .unwrap();
    assert_eq!(catalog_faults(&root).await.unwrap(), Vec::<String>::new());
    root.batch_execute("rollback").await.unwrap();
    assert_eq!(catalog_faults(&root).await.unwrap(), Vec::<String>::new());
}

// T-16
#[tokio::test]
async fn t16_a_setting_that_loses_or_tells_something_is_named_with_what_mends_it() {
    let database = support::database().await;
    let root = superuser(&database).await;
    let guarded = "set statement_timeout = '5s'; set lock_timeout = '2s'; set idle_in_transaction_session_timeout = '10s'; set synchronous_commit = on";
    root.batch_execute(guarded).await.unwrap();
    let told = async || {
        let mut all = settings::guards(&root).await.unwrap();
        all.extend(settings::faults(&root).await.unwrap());
        all.extend(settings::advice(&root).await.unwrap());
        all
    };
    // the only faults are the settings that the tests' server turns off for speed
    let sound = told().await;
    let mends = ["fsync", "full_page_writes"]
        .map(|name| format!("As superuser: alter system set {name} = on; select pg_reload_conf()"));
    assert_eq!(sound.len(), mends.len(), "{sound:?}");
    for (said, mend) in sound.iter().zip(&mends) {
        assert!(said.ends_with(mend), "{said}");
    }
    for (name, value, mend) in [
        ("row_security", "off", "on"),
        ("search_path", "evil, public", "\"$user\", public"),
        ("session_replication_role", "replica", "origin"),
        ("statement_timeout", "0", "'5s'"),
        ("statement_timeout", "'10h'", "'5s'"),
        ("lock_timeout", "'11s'", "'2s'"),
        ("idle_in_transaction_session_timeout", "'61s'", "'10s'"),
        ("synchronous_commit", "off", "on"),
        ("password_encryption", "md5", "'scram-sha-256'"),
        ("log_error_verbosity", "verbose", "terse"),
        ("log_error_verbosity", "'default'", "terse"),
        ("log_parameter_max_length", "-1", "0"),
        ("log_parameter_max_length_on_error", "-1", "0"),
        ("log_statement", "'all'", "none"),
        ("log_statement", "mod", "none"),
        ("log_min_error_statement", "error", "panic"),
        ("log_min_duration_statement", "0", "-1"),
        ("log_transaction_sample_rate", "1", "0"),
    ] {
        root.batch_execute(&format!("begin; set local {name} = {value}"))
            .await
            .unwrap();
        let mut all = told().await;
        root.batch_execute("rollback").await.unwrap();
        all.retain(|said| !sound.contains(said));
        let [said] = &all[..] else {
            panic!("{name}: {all:?}")
        };
        assert!(said.starts_with(&format!("{name} is ")), "{said}");
        assert!(said.ends_with(&format!(" set {name} = {mend}")), "{said}");
    }
    // stricter limits, and schema changes in the log, are accepted
    root.batch_execute("set statement_timeout = '1s'; set log_statement = ddl")
        .await
        .unwrap();
    assert_eq!(told().await, sound);
}

// T-16: what somebody could do with a stolen connection of the app role
#[tokio::test]
async fn t16_the_app_role_sees_nothing_before_it_has_entered_and_never_the_secrets() {
    let database = support::database().await;
    let root = superuser(&database).await;
    let app = ketnap::db::connect::client(&support::url("ketnap_app", &database).parse().unwrap())
        .await
        .unwrap();
    let denied = async |sql: &str| {
        let error = app.batch_execute(sql).await.expect_err(sql);
        error
            .code()
            .map(|c| c.code().to_owned())
            .unwrap_or_default()
    };
    for sql in [
        "select * from credential",
        "select * from name_word",
        "select * from candidate_move",
        "select * from chain_head",
        "update audit_entry set request_id = ''",
        "delete from access_entry",
        "select * from stage_entry",
        "insert into tally select * from tally",
        "delete from tally",
        "select app.recount()",
        "select account_id from credential",
        "update session set revoked_at = null",
        "insert into credential (account_id, secret_hash, must_change) select id, 'x', false from account",
        "select app.fill_class(gen_random_uuid(), now())",
        "truncate holiday",
        "alter table member disable row level security",
        "drop policy sel on member",
        "create table public.mine (id int)",
        "create function app.mine() returns int language sql as 'select 1'",
        "set role ketnap_owner",
        "set role ketnap_definer",
        "alter role ketnap_app bypassrls",
        "create or replace function app.role() returns text language sql as 'select text $$party_office$$'",
    ] {
        assert_eq!(denied(sql).await, "42501", "{sql}");
    }
    let mut filled = 0;
    for table in tables(&root).await.into_iter().filter(|t| {
        ![
            "credential",
            "name_word",
            "candidate_move",
            "chain_head",
            "stage_entry",
        ]
        .contains(&t.as_str())
    }) {
        let count = format!("select count(*) from \"{table}\"");
        let there: i64 = root.query_one(&count, &[]).await.unwrap().get(0);
        filled += usize::from(there > 0);
        assert_eq!(
            app.query_one(&count, &[]).await.unwrap().get::<_, i64>(0),
            0,
            "{table} is visible without an identity"
        );
        // row-level security covers writes too: no row can be changed or deleted
        for write in [
            format!("delete from \"{table}\""),
            format!("update \"{table}\" set organization_id = organization_id"),
        ] {
            if let Ok(n) = app.execute(&write, &[]).await {
                assert_eq!(n, 0, "{write}");
            }
        }
    }
    assert!(filled > 12, "the tables are empty: the test shows nothing");
    // permission to sign somebody in is not yet an identity
    app.batch_execute("begin; select app.enter_door()")
        .await
        .unwrap();
    assert_eq!(
        app.query_one("select count(*) from account", &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        0
    );
    // `sign_in` returns the parameters of the stored hash, but not the hash itself
    let told = "select string_agg(s::text, '') from app.sign_in(gen_random_uuid(), 'standing', '', now(), '{}', null) s";
    let told: String = app.query_one(told, &[]).await.unwrap().get(0);
    let stored = "select secret_hash from credential c join account a on a.id = c.account_id where a.login = 'standing'";
    let stored: String = root.query_one(stored, &[]).await.unwrap().get(0);
    let (begins, hash) = stored.rsplit_once('$').unwrap();
    assert!(told.contains(begins) && !told.contains(hash), "{told}");
    let set: bool = app
        .query_one(
            "select app.set_secret(($1::text)::uuid, 'x', false, null, null, now())",
            &[&demo("ac", 0, 2)],
        )
        .await
        .unwrap()
        .get(0);
    assert!(!set, "a secret can be set without an identity");
    app.batch_execute("rollback").await.unwrap();
    // the identity ends with its transaction
    let nobody = app
        .query_one("select app.enter(gen_random_uuid(), 1, now())", &[])
        .await
        .expect_err("an unknown session entered");
    assert_eq!(nobody.code().unwrap().code(), "KN401");
}

/// One of twenty branch accounts, with its token.
#[derive(Clone)]
struct Somebody {
    token: String,
    branch: u32,
}

impl Somebody {
    fn claims(&self) -> Value {
        serde_json::from_slice(
            &URL_SAFE_NO_PAD
                .decode(self.token.split('.').nth(1).unwrap())
                .unwrap(),
        )
        .unwrap()
    }
}

/// A session, as `auth` passes it to the database.
struct Session(Uuid, i32);

impl Entry for Session {
    fn identity(&self) -> Identity {
        Identity::Session {
            id: self.0,
            version: self.1,
        }
    }
}

/// Two accounts for each of the ten branches.
async fn twenty(house: &House) -> Vec<Somebody> {
    let owner = house.owner().await;
    let sql = "insert into account (id, organization_id, login, display_name, role, branch_id)
                 select gen_random_uuid(), organization_id, 'second-' || login, display_name, role, branch_id from account where login ~ '^branch-[0-9]+$';
               insert into credential (account_id, secret_hash, must_change)
                 select s.id, c.secret_hash, false from account s join account f on s.login = 'second-' || f.login join credential c on c.account_id = f.id";
    owner.batch_execute(sql).await.unwrap();
    let mut all = Vec::new();
    for branch in 1..=10 {
        for login in [
            format!("branch-{branch:02}"),
            format!("second-branch-{branch:02}"),
        ] {
            all.push(Somebody {
                token: house.token(&login).await,
                branch,
            });
        }
    }
    all
}

/// Waits until every connection is idle and outside a transaction. Asserts that all have returned
/// to the pool, except those that reads share.
async fn expect_quiet(house: &House) {
    let root = superuser(&house.database).await;
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'ketnap_app' and state <> 'idle'";
    let patience = Instant::now() + Duration::from_secs(10);
    // requests whose client has gone still run to their end
    while root.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(Instant::now() < patience, "a transaction stays open");
        tokio::task::yield_now().await;
    }
    let pool = house.db.pool_status();
    assert_eq!(
        (pool.available + house.db.shared(), pool.waiting),
        (pool.size, 0),
        "connections did not come back: {pool:?}"
    );
}

const REQUESTS: usize = 50_000;
const WRITERS: usize = 24;

/// Checks that an answer contains nothing of another branch; otherwise returns what is wrong.
fn fault_of(branch: &str, kind: u64, status: u16, body: &Value) -> Option<String> {
    let own = |row: &Value| row["branch_id"] == branch;
    let right = match kind {
        // lists contain only the account's own rows
        0..=3 => {
            status == 200
                && body["items"]
                    .as_array()
                    .is_some_and(|items| !items.is_empty() && items.iter().all(own))
        }
        // one of its own rows
        4 | 5 => status == 200 && own(body),
        // another branch's row, to read or to change
        6 | 7 => status == 404,
        // one of its own rows, changed by two accounts at the same time
        8 => (status == 200 && own(body)) || status == 412,
        _ => status == 200 && body["branch_id"] == branch,
    };
    (!right).then(|| format!("kind {kind} of {branch}: {status} {body}"))
}

// T-10, over HTTP: clients disconnect at random moments
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t10_no_request_runs_with_the_identity_of_another_while_clients_hang_up() {
    let house = House::with(Build {
        scopes: false,
        pool: 4,
        ..Build::default()
    })
    .await;
    let people = Arc::new(twenty(&house).await);
    let revoked = {
        let second = House::over(house.database.clone(), Build::default()).await;
        let token = second.token("branch-05").await;
        second
            .form("/api/v1/auth/revoke", &[("token", &token)])
            .await
            .expect(200);
        token
    };
    // two candidates of each branch that its committee may still change
    let mut own: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let sql = "select b.number::int, c.id::text from candidate c join branch b on b.id = c.branch_id where c.stage in ('nominated', 'in_plan', 'dossier', 'branch_resolved') order by c.id";
    for row in house.owner().await.query(sql, &[]).await.unwrap() {
        own.entry(u32::try_from(row.get::<_, i32>(0)).unwrap())
            .or_default()
            .push(row.get(1));
    }
    assert_eq!(own.len(), 10);
    let own = Arc::new(own);
    let (done, cut, asked_revoked) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let (people, own, base, client, revoked) = (
            people.clone(),
            own.clone(),
            house.base.clone(),
            house.client.clone(),
            revoked.clone(),
        );
        let (done, cut, asked_revoked) = (done.clone(), cut.clone(), asked_revoked.clone());
        writers.push(tokio::spawn(async move {
            let mut dice = fastrand::Rng::with_seed(77 + writer as u64);
            let mut faults = Vec::new();
            for n in 0..REQUESTS / WRITERS {
                let who = &people[dice.usize(..20)];
                let stolen = dice.u8(..20) == 0;
                let kind = dice.u64(..10);
                let mine = &own[&who.branch][0];
                let theirs = &own[&(who.branch % 10 + 1)][0];
                let (method, path) = match kind {
                    0 => (Method::GET, "candidates?limit=20".to_owned()),
                    1 => (Method::GET, "members?limit=20".to_owned()),
                    2 => (Method::GET, "nominations?limit=20".to_owned()),
                    3 => (Method::GET, "sponsors?limit=5".to_owned()),
                    4 => (Method::GET, format!("candidates/{mine}")),
                    5 => (
                        Method::GET,
                        format!("members/{}", demo("dd", who.branch, 1)),
                    ),
                    6 => (Method::GET, format!("candidates/{theirs}")),
                    7 => (Method::PATCH, format!("candidates/{theirs}")),
                    8 => (Method::PATCH, format!("candidates/{mine}")),
                    _ => (Method::GET, "me".to_owned()),
                };
                let mut request = client.request(method.clone(), format!("{base}/api/v1/{path}"));
                request = request.bearer_auth(if stolen { &revoked } else { &who.token });
                if method == Method::PATCH {
                    let body =
                        json!({"occupation": format!("by branch {:02}, {writer}.{n}", who.branch)})
                            .to_string();
                    request = request
                        .header("content-type", "application/merge-patch+json")
                        .header("if-match", format!("\"{}\"", 1 + dice.u8(..4)))
                        .body(body);
                }
                let answer = async {
                    let answer = request.send().await?;
                    let status = answer.status().as_u16();
                    answer.text().await.map(|text| (status, text))
                };
                let patience = if dice.u8(..3) == 0 {
                    Duration::from_micros(200 * dice.u64(..150))
                } else {
                    Duration::from_secs(30)
                };
                match tokio::time::timeout(patience, answer).await {
                    Err(_) => _ = cut.fetch_add(1, Ordering::Relaxed),
                    Ok(Err(e)) => faults.push(e.to_string()),
                    Ok(Ok((status, text))) => {
                        done.fetch_add(1, Ordering::Relaxed);
                        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
                        if stolen {
                            asked_revoked.fetch_add(1, Ordering::Relaxed);
                            if (status, body["code"].as_str()) != (401, Some("token_revoked")) {
                                faults.push(format!("the revoked identity: {status} {text}"));
                            }
                        } else {
                            faults.extend(fault_of(
                                &demo("0b", who.branch, 0),
                                kind,
                                status,
                                &body,
                            ));
                        }
                    }
                }
            }
            faults
        }));
    }
    let mut faults = Vec::new();
    for writer in writers {
        faults.extend(writer.await.unwrap());
    }
    let (done, cut, asked) = (
        done.load(Ordering::Relaxed),
        cut.load(Ordering::Relaxed),
        asked_revoked.load(Ordering::Relaxed),
    );
    assert!(
        faults.is_empty(),
        "{} faults in {done} answers, {cut} cut:\n{}",
        faults.len(),
        faults[..faults.len().min(10)].join("\n")
    );
    assert!(
        done > REQUESTS / 2 && cut > REQUESTS / 50 && asked > 50,
        "{done} answers, {cut} cut, {asked} of the revoked identity"
    );
    expect_quiet(&house).await;
    // no row was written by another branch's account, and some were written by their own
    let rows = house
        .owner()
        .await
        .query("select b.number, c.occupation from candidate c join branch b on b.id = c.branch_id where c.occupation like 'by branch %'", &[])
        .await
        .unwrap();
    assert!(rows.len() >= 5, "{} rows were changed", rows.len());
    for row in rows {
        let (number, written): (String, String) = (row.get(0), row.get(1));
        assert!(
            written.starts_with(&format!("by branch {number},")),
            "a candidate of branch {number} was changed {written}"
        );
    }
}

/// In one transaction, reads the identity and the visible rows and writes two of the account's own.
/// Returns what was wrong, if anything.
async fn work(
    db: &Db,
    who: &Session,
    account: &str,
    branch: &str,
    tag: &str,
    rows: &[String],
) -> Option<String> {
    let read = db
        .read(who, async |tx| {
            let seen = tx
                .rows("select distinct branch_id::text from candidate", vec![])
                .await?;
            let me = tx.rows("select app.account()::text", vec![]).await?;
            Ok((
                me[0].get::<_, String>(0),
                seen.iter()
                    .map(|r| r.get::<_, String>(0))
                    .collect::<Vec<_>>(),
            ))
        })
        .await;
    match read {
        Ok((me, seen)) if me == account && seen == [branch] => {}
        other => return Some(format!("{account} of {branch} reads {other:?}")),
    }
    let wrote = db
        .run(who, async |tx| {
            let mut n = 0;
            for row in rows {
                let id = Uuid::parse_str(row).unwrap();
                n += tx
                    .rows(
                        "update candidate set occupation = $2 where id = $1 returning 1",
                        vec![id.into(), tag.into()],
                    )
                    .await?
                    .len();
            }
            Ok(n)
        })
        .await;
    match wrote {
        Ok(n) if n == rows.len() => None,
        other => Some(format!("{account} of {branch} writes {other:?}")),
    }
}

// T-10, below HTTP: the transaction is dropped at any point between two messages
#[tokio::test]
async fn t10_a_cut_piece_of_work_leaves_no_identity_and_no_half_of_its_writes_behind() {
    let house = House::with(Build {
        scopes: false,
        pool: 4,
        ..Build::default()
    })
    .await;
    let people = Arc::new(twenty(&house).await);
    let mut own: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let sql = "select b.number::int, c.id::text from candidate c join branch b on b.id = c.branch_id order by c.id";
    for row in house.owner().await.query(sql, &[]).await.unwrap() {
        own.entry(u32::try_from(row.get::<_, i32>(0)).unwrap())
            .or_default()
            .push(row.get(1));
    }
    for rows in own.values_mut() {
        rows.truncate(2);
    }
    let own = Arc::new(own);
    let (done, cut) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let local = tokio::task::LocalSet::new();
    let mut writers = Vec::new();
    for writer in 0..8 {
        let (people, own, db, done, cut) = (
            people.clone(),
            own.clone(),
            house.db.clone(),
            done.clone(),
            cut.clone(),
        );
        writers.push(local.spawn_local(async move {
            let mut dice = fastrand::Rng::with_seed(7 + writer);
            let mut faults = Vec::new();
            for n in 0..150 {
                let who = &people[dice.usize(..20)];
                let claims = who.claims();
                let session = Session(
                    Uuid::parse_str(claims["sid"].text()).unwrap(),
                    i32::try_from(claims["ver"].number()).unwrap(),
                );
                let tag = format!("by branch {:02}, {writer}.{n}", who.branch);
                let branch = demo("0b", who.branch, 0);
                let piece = work(
                    &db,
                    &session,
                    claims["sub"].text(),
                    &branch,
                    &tag,
                    &own[&who.branch],
                );
                let patience = if dice.u8(..2) == 0 {
                    Duration::from_micros(100 * dice.u64(..200))
                } else {
                    Duration::from_secs(30)
                };
                match tokio::time::timeout(patience, piece).await {
                    Err(_) => _ = cut.fetch_add(1, Ordering::Relaxed),
                    Ok(fault) => {
                        done.fetch_add(1, Ordering::Relaxed);
                        faults.extend(fault);
                    }
                }
            }
            faults
        }));
    }
    local.await;
    let mut faults = Vec::new();
    for writer in writers {
        faults.extend(writer.await.unwrap());
    }
    let (done, cut) = (done.load(Ordering::Relaxed), cut.load(Ordering::Relaxed));
    assert!(
        faults.is_empty(),
        "{} faults in {done} done, {cut} cut: {:#?}",
        faults.len(),
        &faults[..faults.len().min(5)]
    );
    assert!(done > 300 && cut > 100, "{done} done, {cut} cut");
    expect_quiet(&house).await;
    let owner = house.owner().await;
    for (branch, rows) in own.iter() {
        let sql = format!(
            "select distinct occupation from candidate where id in ('{}')",
            rows.join("', '")
        );
        let written: Vec<Option<String>> = owner
            .query(&sql, &[])
            .await
            .unwrap()
            .iter()
            .map(|r| r.get(0))
            .collect();
        assert!(
            written.len() == 1,
            "half of a piece of work was kept: {written:?}"
        );
        assert!(
            written[0]
                .as_ref()
                .is_some_and(|r| r.starts_with(&format!("by branch {branch:02},"))),
            "branch {branch}: {written:?}"
        );
    }
    // everybody can still sign in
    house
        .form(
            "/api/v1/auth/token",
            &[
                ("grant_type", "password"),
                ("username", "office"),
                ("password", PASSWORD),
            ],
        )
        .await
        .expect(200);
}

/// The function that writes stages, members and deadlines accepts only an act of the same
/// transaction, and only the newest of its candidacy: nobody can move a file by hand.
#[tokio::test]
async fn what_follows_from_an_act_is_written_once_and_for_the_newest_only() {
    let house = House::build().await;
    let effects = "'{\"stage\": {\"stage_on\": \"2021-01-15\"}, \"deadlines\": {\"on\": \"2021-01-15\", \"due\": []}}'::jsonb";
    for login in ["branch-01", "branch-03"] {
        let mine = "select a.id from act a join account o on o.id = a.account_id where o.login = $1 \
                     and a.seq = (select max(n.seq) from act n where n.candidate_id = a.candidate_id) order by a.id limit 1";
        let old: Uuid = house
            .owner()
            .await
            .query_one(mine, &[&login])
            .await
            .unwrap()
            .get(0);
        let app = house.inside(login, "begin").await;
        let carry = format!("select app.carry('{old}', {effects})");
        let error = app
            .batch_execute(&carry)
            .await
            .expect_err("one's own, of an earlier day");
        assert_eq!(error.code().unwrap().code(), "42501", "{login}");
    }
    let app = house.inside("branch-01", "begin").await;
    let earlier = "insert into act (id, organization_id, branch_id, candidate_id, seq, kind, on_date, data, regulation, stage_after, account_id, role, version, recorded_at) \
                   select gen_random_uuid(), organization_id, branch_id, candidate_id, 0, 'exit', on_date, data, regulation, stage_after, app.account(), app.role(), version, recorded_at \
                     from act where branch_id = (app.branches())[1] order by id limit 1 returning id";
    let written: Uuid = app.query_one(earlier, &[]).await.unwrap().get(0);
    let carry = format!("select app.carry('{written}', {effects})");
    let error = app.batch_execute(&carry).await.expect_err("not the newest");
    assert_eq!(error.code().unwrap().code(), "42501");
    assert!(error.as_db_error().unwrap().message().contains("newest"));
}

/// The backup role can only read: even if it sets an identity, it may call no function. And no
/// identity that the app role can set gets it another account's password hash.
#[tokio::test]
async fn t19_the_backup_role_reads_and_takes_over_no_account() {
    let database = support::database().await;
    let connect = |role: &str| {
        let address = support::url(role, &database).parse().unwrap();
        async move { ketnap::db::connect::client(&address).await.unwrap() }
    };
    let backup = connect("ketnap_backup").await;
    let admin = demo("ac", 0, 14);
    backup
        .batch_execute(&format!(
            "set default_transaction_read_only = off; select set_config('app.role', 'system_admin', false), \
             set_config('app.account', '{admin}', false), set_config('app.organization', '{}', false)",
            demo("0a", 0, 1)
        ))
        .await
        .unwrap();
    let read = backup.query_one("select count(*) from member", &[]).await;
    assert!(read.unwrap().get::<_, i64>(0) > 100);
    for refused in [
        &format!("select app.set_secret('{admin}', 'x', false, null, null, now())"),
        "select app.sign_in(gen_random_uuid(), 'standing', '', now(), '{}', null)",
        "select app.enter_door()",
        "select app.role()",
        "update account set login = login",
        "insert into holiday default values",
        "delete from act",
        "create table mine (id int)",
    ] {
        let answer = backup.batch_execute(refused).await;
        let state = answer.unwrap_err().code().unwrap().code().to_owned();
        assert_eq!(state, "42501", "{refused}");
    }
    let app = connect("ketnap_app").await;
    let answered = async |who: &str| {
        let identity = format!("select set_config('app.account', '{who}', false)");
        app.batch_execute(&identity).await.unwrap();
        app.query_one("select count(*) from app.sign_in(gen_random_uuid(), 'standing', '', now(), '{}', null) where hash_begins is not null", &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    assert_eq!(answered("").await, 1, "at the door");
    assert_eq!(answered(&admin.clone()).await, 0, "as another");
}
