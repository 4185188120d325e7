//! With 200,000 candidates: plans use indexes, the number of statements does not grow with the
//! rows, and a deep page costs as much as the first. Only ratios and counts are tested, never
//! absolute times.
use std::fmt::Write as _;

use ketnap::db::{Entry, Identity, Tx};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::support::{Answer, Build, House, Plain, demo, large, superuser};

/// A house on the large database, which is shared and never written to.
async fn big() -> House {
    House::over(large::database().await, Build::default()).await
}

async fn explain(client: &Client, options: &str, sql: &str) -> Value {
    let row = client
        .query_one(&format!("explain ({options}format json) {sql}"), &[])
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    row.get::<_, Value>(0)[0].clone()
}

/// The kind and the relation of each node in a plan.
fn nodes(plan: &Value, found: &mut Vec<(String, String)>) {
    found.push((
        plan["Node Type"].as_str().unwrap_or_default().to_owned(),
        plan["Relation Name"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    ));
    for inner in plan["Plans"].as_array().into_iter().flatten() {
        nodes(inner, found);
    }
}

/// Asserts that the plan reads `candidate` through an index, never sequentially.
fn by_index(what: &str, plan: &Value) {
    let mut all = Vec::new();
    nodes(&plan["Plan"], &mut all);
    let reads: Vec<&String> = all
        .iter()
        .filter(|(_, relation)| relation == "candidate")
        .map(|(kind, _)| kind)
        .collect();
    assert!(!reads.is_empty(), "{what}: candidate is not read: {plan:#}");
    let fine = reads
        .iter()
        .all(|kind| ["Index Scan", "Index Only Scan", "Bitmap Heap Scan"].contains(&kind.as_str()));
    assert!(fine, "{what}: {reads:?}\n{plan:#}");
}

fn without_sort(what: &str, plan: &Value) {
    let mut all = Vec::new();
    nodes(&plan["Plan"], &mut all);
    assert!(
        !all.iter().any(|(kind, _)| kind == "Sort"),
        "{what}: rows are sorted instead of read in order\n{plan:#}"
    );
}

fn buffers(plan: &Value) -> f64 {
    let of = |name: &str| plan["Plan"][name].as_f64().unwrap_or_default();
    of("Shared Hit Blocks") + of("Shared Read Blocks")
}

/// The statement of a list, built from the same parts in the same order: scope, soft deletion,
/// filters, keyset, order, one row more than the page. Placeholders are replaced by literals, as
/// the planner sees them on a first execution.
fn list_sql(scope: &str, filters: &str, order: &str, limit: u32) -> String {
    let columns = "id, organization_id, branch_id, department_id, introduced_by, full_name, stage, stage_on, nominated_on, created_at, updated_at, version";
    format!(
        "select {columns} from candidate where ({scope}) and deleted_at is null{filters} order by {order} limit {}",
        limit + 1
    )
}

const EVERYTHING: &str = "organization_id = (select app.organization())";
const OWN_BRANCH: &str =
    "organization_id = (select app.organization()) and branch_id = (select (app.branches())[1])";

#[tokio::test]
async fn lists_of_candidates_follow_an_index() {
    let house = big().await;
    let office = house.inside("office", "begin read only").await;
    let branch = house.inside("branch-01", "begin read only").await;
    let first = demo("0b", 1, 0);
    let newest = "created_at desc, id desc";
    let by_stage = format!(" and branch_id = '{first}' and stage = 'in_plan'");
    let plan = explain(&office, "", &list_sql(EVERYTHING, &by_stage, newest, 50)).await;
    by_index("50 of a branch and stage", &plan);
    without_sort("50 of a branch and stage", &plan);
    for (what, client, sql) in [
        ("the newest", &office, list_sql(EVERYTHING, "", newest, 50)),
        (
            "200 of the newest",
            &office,
            list_sql(EVERYTHING, "", newest, 200),
        ),
        (
            "of a branch",
            &office,
            list_sql(
                EVERYTHING,
                &format!(" and branch_id = '{first}'"),
                newest,
                50,
            ),
        ),
        (
            "by name",
            &office,
            list_sql(EVERYTHING, "", "name_key asc, id asc", 50),
        ),
        (
            "of two stages of a branch",
            &office,
            list_sql(
                EVERYTHING,
                &format!(" and branch_id = '{first}' and stage = any ('{{in_plan,dossier}}')"),
                newest,
                50,
            ),
        ),
        (
            "of one's own branch",
            &branch,
            list_sql(OWN_BRANCH, "", newest, 50),
        ),
        (
            "of one's own branch and a stage",
            &branch,
            list_sql(OWN_BRANCH, " and stage = 'in_plan'", newest, 50),
        ),
        (
            "one",
            &office,
            format!(
                "select * from candidate where id = '{}' and ({EVERYTHING}) and deleted_at is null",
                demo("ca", 1, 1)
            ),
        ),
    ] {
        by_index(what, &explain(client, "", &sql).await);
    }
}

/// After five executions PostgreSQL may switch a prepared statement to a generic plan.
#[tokio::test]
async fn the_eighth_page_follows_the_index_as_the_first_one_does() {
    let database = big().await.database.clone();
    let one_connection = Build {
        pool: 1,
        ..Build::default()
    };
    let house = House::over(database, one_connection).await;
    let branch = demo("0b", 1, 0);
    let first = format!("/api/v1/candidates?branch_id={branch}&stage=in_plan");
    let page = house.get("office", &first).await.expect(200);
    let next = page.body["page"]["next_cursor"].as_str().unwrap();
    let second = format!("{first}&cursor={next}");
    for _ in 0..8 {
        house.get("office", &first).await.expect(200);
        house.get("office", &second).await.expect(200);
    }
    let values = [
        format!("'{branch}'"),
        format!("'{branch}', '2019-01-01T00:00:00Z', '{branch}'"),
    ];
    let office = house.entry("office").await;
    let plans = house.db.read(&office, async |tx| {
        let kept = "select name, generic_plans + custom_plans from pg_prepared_statements \
                     where statement like '%FROM \"candidate\"%LIMIT 51' order by length(statement)";
        let mut plans = Vec::new();
        for (row, values) in tx.rows(kept, vec![]).await?.iter().zip(&values) {
            let (name, executed): (String, i64) = (row.get(0), row.get(1));
            assert!(executed >= 8, "{name}: {executed}");
            let explain = format!("explain (format json) execute {name}({values})");
            plans.push(tx.rows(&explain, vec![]).await?[0].get::<_, Value>(0)[0].clone());
        }
        Ok(plans)
    });
    let plans = plans.await.unwrap();
    assert_eq!(plans.len(), 2);
    for plan in plans {
        by_index("50 of a branch and stage", &plan);
        without_sort("50 of a branch and stage", &plan);
    }
}

#[tokio::test]
async fn a_change_writes_only_the_columns_that_differ() {
    let one_connection = Build {
        pool: 1,
        ..Build::default()
    };
    let house = House::with(one_connection).await;
    let path = format!("candidates/{}", demo("ca", 1, 1));
    let version = house.read("office", &path).await.version();
    let occupation = json!({"occupation": "Điều dưỡng viên"});
    house.change("office", &path, version, occupation).await;
    let office = house.entry("office").await;
    let kept = house.db.read(&office, async |tx| {
        let updates =
            "select statement from pg_prepared_statements where statement like 'WITH%UPDATE%'";
        let rows = tx.rows(updates, vec![]).await?;
        Ok(rows.iter().map(|r| r.get(0)).collect::<Vec<String>>())
    });
    let updates = kept.await.unwrap();
    let [update] = &updates[..] else {
        panic!("{updates:?}")
    };
    let set =
        r#"UPDATE "candidate" SET "occupation" = $1, "version" = $2, "updated_at" = $3 WHERE"#;
    assert!(update.contains(set), "{update}");
}

#[tokio::test]
async fn the_search_for_the_same_person_follows_an_index() {
    let house = big().await;
    // these functions run as their owner, so their bodies are read from the database and explained
    // as the owner
    let owner = house.owner().await;
    let organization = "01750000-0000-7000-8000-00000a000002";
    owner
        .batch_execute(&format!("begin; select set_config('app.organization', '{organization}', true), set_config('app.below', '{{}}', true)"))
        .await
        .unwrap();
    let body = async |name: &str| {
        let row = owner.query_one("select prosrc from pg_proc where proname = $1 and pronamespace = 'app'::regnamespace", &[&name]).await.unwrap();
        row.get::<_, String>(0)
    };
    let body = body("known_person").await;
    let (_, query) = body.split_once("return query").unwrap();
    let (query, _) = query.rsplit_once("; end").unwrap();
    let twin = query
        .replace("p_birth", "date '1990-02-03'")
        .replace("p_name", "'Nguyễn Văn An'")
        .replace("p_except", "null::uuid")
        .replace("p_citizen", r"'\x00'::bytea");
    by_index("the same person", &explain(&owner, "", &twin).await);
}

#[tokio::test]
async fn a_deep_page_costs_what_the_first_one_costs() {
    let house = big().await;
    let office = house.inside("office", "begin read only").await;
    for (what, order, than, at) in [
        (
            "newest first",
            "created_at desc, id desc",
            "(created_at, id) <",
            "created_at",
        ),
        (
            "by name",
            "name_key asc, id asc",
            "(name_key, id) >",
            "name_key",
        ),
    ] {
        let row = office
            .query_one(&format!("select quote_literal({at}::text), id::text from candidate where {EVERYTHING} and deleted_at is null order by {order} offset 5000 limit 1"), &[])
            .await
            .unwrap();
        let (key, id): (String, String) = (row.get(0), row.get(1));
        let kind = if at == "created_at" {
            "::timestamptz"
        } else {
            ""
        };
        let first = list_sql(EVERYTHING, "", order, 50);
        let deep = list_sql(
            EVERYTHING,
            &format!(" and {than} ({key}{kind}, '{id}'::uuid)"),
            order,
            50,
        );
        let options = "analyze, buffers, timing off, ";
        explain(&office, options, &first).await;
        let first = explain(&office, options, &first).await;
        explain(&office, options, &deep).await;
        let deep = explain(&office, options, &deep).await;
        by_index(what, &deep);
        assert_eq!(deep["Plan"]["Actual Rows"], 51, "{what}");
        assert!(
            buffers(&deep) <= 3.0 * buffers(&first) + 20.0,
            "{what}: {} against {} buffers\n{deep:#}",
            buffers(&deep),
            buffers(&first)
        );
    }
}

/// The number of statements that a request takes, and its answer, which must have this status.
async fn cost(
    house: &House,
    who: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
    version: Option<i64>,
    status: u16,
) -> (u64, Answer) {
    house.token(who).await;
    let before = house.db.statements();
    let etag = format!("\"{}\"", version.unwrap_or_default());
    let headers: Vec<(&str, &str)> = version
        .map(|_| ("if-match", etag.as_str()))
        .into_iter()
        .collect();
    let answer = house
        .send(who, method, path, body, &headers)
        .await
        .expect(status);
    (house.db.statements() - before, answer)
}

#[tokio::test]
async fn reading_costs_the_same_statements_for_one_row_and_for_two_hundred() {
    let house = big().await;
    for (path, most) in [
        ("/api/v1/candidates", 1),
        ("/api/v1/candidates?expand=branch", 2),
        ("/api/v1/candidates?include_total=true&stage=in_plan", 2),
        ("/api/v1/candidates?q=nguyen", 2),
        ("/api/v1/members?expand=branch", 2),
        ("/api/v1/sponsors", 3),
        ("/api/v1/sponsorships?expand=branch,candidate,member", 5),
        ("/api/v1/nominations", 2),
        ("/api/v1/branches", 2),
        ("/api/v1/classes", 2),
        ("/api/v1/enrolments?expand=candidate", 3),
        ("/api/v1/certificates", 2),
        ("/api/v1/quota-plans", 6),
        ("/api/v1/reviews?expand=branch", 3),
        ("/api/v1/source-plans?expand=branch", 3),
        ("/api/v1/activities", 2),
        ("/api/v1/work-plans", 2),
        ("/api/v1/inspections", 2),
        ("/api/v1/problem-reports", 3),
        ("/api/v1/guidance", 2),
        ("/api/v1/dispatches", 2),
        ("/api/v1/deadlines", 2),
        ("/api/v1/branch-classifications", 1),
        ("/api/v1/terms", 1),
    ] {
        let mut costs = Vec::new();
        for limit in [1, 50, 200] {
            let mark = if path.contains('?') { '&' } else { '?' };
            let (statements, answer) = cost(
                &house,
                "office",
                Method::GET,
                &format!("{path}{mark}limit={limit}"),
                None,
                None,
                200,
            )
            .await;
            assert!(!answer.items().is_empty(), "{path}: no rows");
            costs.push(statements);
        }
        assert!(
            costs.windows(2).all(|c| c[0] == c[1]),
            "{path}: statements grow with the rows: {costs:?}"
        );
        assert!(
            costs[0] <= most,
            "{path}: {} statements, {most} would do",
            costs[0]
        );
    }
    for (path, most) in [
        (format!("/api/v1/candidates/{}", demo("ca", 1, 1)), 1),
        (format!("/api/v1/terms/{}", demo("7e", 0, 1)), 1),
        (format!("/api/v1/branches/{}", demo("0b", 1, 0)), 2),
        (format!("/api/v1/sponsors/{}", demo("dd", 1, 1)), 3),
        (format!("/api/v1/quota-plans/{}", demo("90", 0, 2022)), 6),
        ("/api/v1/annual-quotas".to_owned(), 1),
        ("/api/v1/annual-quotas?year=2021".to_owned(), 1),
        ("/api/v1/overview".to_owned(), 2),
        ("/api/v1/reports/quality".to_owned(), 1),
        ("/api/v1/reports/reviews?year=2021".to_owned(), 1),
        (
            "/api/v1/reports/statistics?group_by=branch,month".to_owned(),
            2,
        ),
    ] {
        let (statements, _) = cost(&house, "office", Method::GET, &path, None, None, 200).await;
        assert!(
            statements <= most,
            "{path}: {statements} statements, {most} would do"
        );
    }
}

#[tokio::test]
async fn writing_costs_a_bounded_number_of_statements() {
    let house = House::build().await;
    let path = format!("/api/v1/candidates/{}", demo("ca", 1, 1));
    let version = house.read("office", &path).await.version();
    let (statements, _) = cost(
        &house,
        "office",
        Method::PATCH,
        &path,
        Some(json!({"occupation": "Điều dưỡng viên"})),
        Some(version),
        200,
    )
    .await;
    assert!(statements <= 4, "patch and audit: {statements}");
    let (statements, _) = cost(
        &house,
        "office",
        Method::PATCH,
        &path,
        Some(json!({"occupation": "Điều dưỡng viên"})),
        Some(version + 1),
        200,
    )
    .await;
    assert!(
        statements <= 1,
        "a patch that changes nothing: {statements}"
    );
    let (statements, _) = cost(
        &house,
        "office",
        Method::POST,
        "/api/v1/holidays",
        Some(json!({"on": "2031-05-01", "name": "x"})),
        None,
        201,
    )
    .await;
    assert!(
        statements <= 5,
        "a holiday, the deadlines that it moves, and audit: {statements}"
    );
    let setting = json!({"branch_id": demo("0b", 1, 0), "name": "Khoa thử", "kind": "functional"});
    let (statements, _) = cost(
        &house,
        "office",
        Method::POST,
        "/api/v1/departments",
        Some(setting),
        None,
        201,
    )
    .await;
    assert!(
        statements <= 4,
        "create, its reference, which is held meanwhile, and audit: {statements}"
    );
    let person = crate::support::person(1, "Đặng Thị Hoài An", "21-NQ/CĐ");
    let (statements, _) = cost(
        &house,
        "union",
        Method::POST,
        "/api/v1/nominations",
        Some(person),
        None,
        201,
    )
    .await;
    // a nomination also records the first act of a candidacy, and locks its branch
    assert!(statements <= 12, "nominate: {statements}");
    // compares a plan of one line with one of ten
    let mut costs = Vec::new();
    for (year, lines) in [(2026, 1), (2027, 10)] {
        let mut name = String::new();
        let _ = write!(name, "{year}-{year}");
        let term = json!({"name": name, "from_year": year, "to_year": year, "annual_minimum": 0, "term_minimum": 0, "previous_term_admissions": 0,
            "committee_coverage_percent": 50, "committee_coverage_year": year});
        let term = house.create("office", "terms", term).await.id();
        let lines: Vec<Value> = (1..=lines)
            .map(|b| json!({"branch_id": demo("0b", b, 0), "quota": 1, "rationale": "theo nguồn"}))
            .collect();
        let plan = json!({"term_id": term, "year": year, "lines": lines});
        let (statements, _) = cost(
            &house,
            "office",
            Method::POST,
            "/api/v1/quota-plans",
            Some(plan),
            None,
            201,
        )
        .await;
        costs.push(statements);
    }
    assert!(
        costs[0] == costs[1] && costs[0] <= 12,
        "statements grow with the lines of a plan: {costs:?}"
    );
}

/// Planning, compiling, confirming, taking attendance and listing cost the same for a class of two
/// as for one of twenty.
#[tokio::test]
async fn a_class_costs_the_same_statements_for_two_pupils_and_for_twenty() {
    let house = House::build().await;
    let owner = house.owner().await;
    let mut costs = Vec::new();
    for pupils in [2_i64, 20] {
        let class = json!({"kind": "awareness", "title": format!("Lớp {pupils}"), "issuer": "Trung tâm Chính trị huyện", "starts_on": "2021-01-15", "ends_on": "2021-01-19", "capacity": 30});
        let (planned, class) = cost(
            &house,
            "office",
            Method::POST,
            "/api/v1/classes",
            Some(class),
            None,
            201,
        )
        .await;
        let path = format!("/api/v1/classes/{}", class.id());
        owner
            .execute(
                "insert into enrolment (id, organization_id, branch_id, class_id, candidate_id, state) \
                   select gen_random_uuid(), organization_id, branch_id, $1::text::uuid, id, 'proposed' from candidate where open order by id limit $2",
                &[&class.id(), &pupils],
            )
            .await
            .unwrap();
        let session = json!({"number": 1, "topic": "Khái quát lịch sử Đảng", "on": "2021-01-15", "periods": 5});
        let session = house
            .create("office", &format!("{path}/sessions"), session)
            .await
            .id();
        let version = house.read("office", &path).await.version();
        let paper = || Some(json!({"on": "2021-01-15", "paper_number": "01-DS"}));
        let (compiled, class) = cost(
            &house,
            "office",
            Method::POST,
            &format!("{path}/compilations"),
            paper(),
            Some(version),
            200,
        )
        .await;
        let (confirmed, _) = cost(
            &house,
            "office",
            Method::POST,
            &format!("{path}/confirmations"),
            paper(),
            Some(class.version()),
            200,
        )
        .await;
        let (listed, roster) = cost(
            &house,
            "office",
            Method::GET,
            &format!("{path}/roster"),
            None,
            None,
            200,
        )
        .await;
        assert_eq!(
            roster.body["rows"].list().len(),
            usize::try_from(pupils).unwrap()
        );
        let (seen, all) = cost(
            &house,
            "office",
            Method::GET,
            &format!("{path}/enrolments?expand=candidate&limit=200"),
            None,
            None,
            200,
        )
        .await;
        let lines: Vec<Value> = all
            .items()
            .iter()
            .map(|e| json!({"enrolment_id": e["id"], "present": true}))
            .collect();
        let path = format!("/api/v1/sessions/{session}/attendance");
        let version = house.read("office", &path).await.version();
        let (attended, _) = cost(
            &house,
            "office",
            Method::PATCH,
            &path,
            Some(json!({"lines": lines})),
            Some(version),
            200,
        )
        .await;
        costs.push([planned, compiled, confirmed, listed, seen, attended]);
    }
    assert_eq!(costs[0], costs[1], "statements grow with the pupils");
    // taking attendance also reads the results that rest on it
    assert!(costs[0].iter().all(|n| *n <= 9), "{costs:?}");
}

#[tokio::test]
async fn answers_over_many_rows_stay_right() {
    let house = big().await;
    let total = house
        .read("office", "candidates?include_total=true&limit=1")
        .await;
    assert_eq!(total.body["page"]["total"], 10_001);
    // reads five hundred rows page by page; none occurs twice
    let mut next = "/api/v1/candidates?sort=full_name&limit=100&fields=id,full_name".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let page = house.read("office", &next).await;
        page.items().iter().for_each(|c| {
            assert!(seen.insert(c["id"].text().to_owned()), "{c} came twice");
        });
        next = page
            .header("link")
            .trim_start_matches('<')
            .split('>')
            .next()
            .unwrap()
            .to_owned();
    }
    assert_eq!(seen.len(), 500);
    let own = house
        .read("branch-01", "candidates?include_total=true&limit=200")
        .await;
    assert!(
        own.items()
            .iter()
            .all(|c| c["branch_id"] == demo("0b", 1, 0))
    );
    assert_eq!(own.body["page"]["total"], 10_001);
    let few = house
        .read("office", "candidates?include_total=true&nominated_on_from=2011-06-02&nominated_on_to=2011-06-03&limit=1")
        .await;
    assert_eq!(few.body["page"]["total"], 131);
}

/// `next-steps` and recording an act take at most 12 statements, whatever the length of the
/// history.
#[tokio::test]
async fn next_steps_and_an_act_cost_the_same_after_three_acts_and_after_three_hundred() {
    let house = House::build().await;
    let (short, long) = (demo("ca", 1, 2), demo("ca", 1, 4));
    for n in 0..300 {
        let note =
            json!({"on": "2021-01-15", "title": format!("việc {n}"), "due_on": "2022-01-15"});
        house
            .record("branch-01", &long, "test-assignments", note)
            .await;
    }
    let acts: i64 = house
        .owner()
        .await
        .query_one(
            "select count(*) from act where candidate_id = $1::text::uuid",
            &[&long],
        )
        .await
        .unwrap()
        .get(0);
    assert!(acts > 300, "{acts}");
    let mut costs = Vec::new();
    for candidate in [&short, &long] {
        let (asked, _) = cost(
            &house,
            "branch-01",
            Method::GET,
            &format!("/api/v1/candidates/{candidate}/next-steps"),
            None,
            None,
            200,
        )
        .await;
        let version = house
            .read("branch-01", &format!("candidates/{candidate}"))
            .await
            .version();
        let path = format!("/api/v1/candidates/{candidate}/test-assignments");
        let (acted, _) = cost(
            &house,
            "branch-01",
            Method::POST,
            &path,
            Some(json!({"on": "2021-01-15", "title": "thử", "due_on": "2021-02-15"})),
            Some(version),
            201,
        )
        .await;
        let (slip, _) = cost(
            &house,
            "office",
            Method::GET,
            &format!("/api/v1/candidates/{candidate}/appraisal"),
            None,
            None,
            200,
        )
        .await;
        costs.push((asked, acted, slip));
    }
    assert_eq!(costs[0], costs[1], "statements grow with the history");
    let (asked, acted, slip) = costs[0];
    assert!(
        asked <= 1 && acted <= 6 && slip <= 5,
        "next-steps {asked}, an act {acted}, the slip {slip}"
    );
}

/// Row-level security inflates cost estimates, and JIT compilation then took most of the server's
/// time.
#[tokio::test]
async fn the_server_compiles_no_statement_to_machine_code() {
    struct Nobody;
    impl Entry for Nobody {
        fn identity(&self) -> Identity {
            Identity::Door
        }
    }
    let house = House::build().await;
    let ask = async |tx: Tx| tx.rows("show jit", Vec::new()).await;
    let rows = house.db.read(&Nobody, ask).await.unwrap();
    assert_eq!(rows[0].get::<_, String>(0), "off");
}

/// Compares the p95 of `next-steps` with that of a plain get, measured in turns. The bound is 3 in
/// a release build (measured: 2.3 to 2.9) and 4 in a debug build, whose own code is not optimised
/// while most of what a plain get runs is (measured alone: 3.1 to 3.9; under load 2.0 to 3.2).
/// Other tests run at the same time, so only the calmest round has to meet it; for the median the
/// bound is 4.5.
#[tokio::test]
async fn next_steps_take_a_bounded_multiple_of_a_plain_get() {
    let house = House::build().await;
    let person = demo("ca", 3, 6);
    let (plain, steps) = (
        format!("/api/v1/candidates/{person}"),
        format!("/api/v1/candidates/{person}/next-steps"),
    );
    let mut ratios = Vec::new();
    for _ in 0..7 {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..80 {
            for (path, times) in [&plain, &steps].into_iter().zip(&mut times) {
                let begun = std::time::Instant::now();
                let answer = house
                    .client
                    .get(format!("{}{path}", house.base))
                    .bearer_auth(house.token("office").await)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(answer.status(), 200);
                answer.bytes().await.unwrap();
                if round >= 10 {
                    times.push(begun.elapsed());
                }
            }
        }
        let p95 = times.map(|mut t| {
            t.sort_unstable();
            t[t.len() * 95 / 100].as_secs_f64()
        });
        ratios.push(p95[1] / p95[0]);
    }
    ratios.sort_by(f64::total_cmp);
    eprintln!("p95 of next-steps against a plain get, seven rounds: {ratios:.2?}");
    let calm = if cfg!(debug_assertions) { 4.0 } else { 3.0 };
    assert!(ratios[0] < calm && ratios[3] < 4.5, "{ratios:.2?}");
}

/// 200 branches and 100,000 candidates of thirty years, most of whose candidacies have ended, as in
/// a mature register. The progress report takes at most ten times as long as a single get.
#[tokio::test]
async fn progress_over_two_hundred_branches_and_a_hundred_thousand_candidates_stays_within_ten_gets()
 {
    let house = House::build().await;
    let fill = "
      insert into branch (id, organization_id, number, name, kind, non_member_count, previous_term_admissions)
        select gen_random_uuid(), o.id, 'X' || n, 'Chi bộ ' || n, 'clinical', 9, 1 from generate_series(1, 190) n, organization o where o.kind = 'grassroots';
      insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on, admitted_branch_id, admitted_on, decided_on)
        select gen_random_uuid(), b.organization_id, b.id, 'trade_union', 'Người Thứ ' || n, 'female', date '1960-01-01' + n % 9000, false, true,
               case when n % 50 = 0 then (array['nominated', 'in_plan', 'dossier', 'submitted'])[1 + n / 50 % 4] when n % 3 = 0 then 'official' else 'removed' end,
               date '1995-01-01' + n % 9900, date '1994-01-01' + n % 9900, case when n % 50 <> 0 and n % 3 = 0 then b.id end,
               case when n % 50 <> 0 and n % 3 = 0 then date '1995-01-01' + n % 9900 end, case when n % 50 <> 0 and n % 3 = 0 then date '1995-01-01' + n % 9900 end
          from generate_series(1, 100000) n join (select id, organization_id, row_number() over (order by number) as r from branch) b on b.r = 1 + n % 200";
    house.owner().await.batch_execute(fill).await.unwrap();
    superuser(&house.database)
        .await
        .batch_execute("vacuum analyze")
        .await
        .unwrap();
    let (plain, report) = (
        format!("/api/v1/candidates/{}", demo("ca", 3, 6)),
        "/api/v1/reports/progress".to_owned(),
    );
    let shown = house.read("office", &report).await;
    assert_eq!(shown.body["branches"].list().len(), 200);
    // with two thousand people on the way, outlooks are not computed, and the figure is null
    assert_eq!(shown.body["branches"][0]["could_by_year_end"], Value::Null);
    let ways = house
        .get("office", "outlooks")
        .await
        .refused("invalid_parameter");
    assert_eq!(ways.body["errors"][0]["parameter"], "branch_id");
    let mut ratios = Vec::new();
    for _ in 0..5 {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..12 {
            for (path, times) in [&plain, &report].into_iter().zip(&mut times) {
                let begun = std::time::Instant::now();
                let answer = house
                    .client
                    .get(format!("{}{path}", house.base))
                    .bearer_auth(house.token("office").await)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(answer.status(), 200);
                answer.bytes().await.unwrap();
                times.push(begun.elapsed());
            }
        }
        let [get, progress] = times.map(|mut t| {
            t.sort_unstable();
            t[t.len() / 2].as_secs_f64()
        });
        ratios.push(progress / get);
    }
    ratios.sort_by(f64::total_cmp);
    eprintln!("progress against a plain get, medians of five rounds: {ratios:.2?}");
    assert!(ratios[2] < 10.0, "{ratios:.2?}");
    // the number of statements is the same for ten branches and for two hundred
    let (many, _) = cost(&house, "office", Method::GET, &report, None, None, 200).await;
    let small = House::build().await;
    // the number of people who could be admitted is computed once and reused until the next change
    let count = async || {
        cost(&small, "office", Method::GET, &report, None, None, 200)
            .await
            .0
    };
    let (first, few) = (count().await, count().await);
    assert_eq!((many, first, few), (3, 6, 3));
}

/// Compares a plain get and a list of 50 with the same requests to a service on the same rows
/// without masks, sealed values and scopes: medians, measured in turns. For the Office, whose
/// values are masked, the bound holds. For a branch, which reads the sealed values that it wrote,
/// the ratio is only printed.
#[tokio::test]
async fn trust_costs_a_get_and_a_list_of_fifty_at_most_a_sixth() {
    let house = House::build().await;
    let bare = Build {
        seals: std::env::temp_dir().join("no-keys-here"),
        scopes: false,
        ..Build::default()
    };
    let bare = House::over(house.database.clone(), bare).await;
    let mut told = Vec::new();
    for (login, person) in [
        ("office", demo("ca", 3, 6)),
        ("branch-01", demo("ca", 1, 1)),
    ] {
        for path in [
            format!("candidates/{person}"),
            "candidates?limit=50".to_owned(),
        ] {
            let mut ratios = Vec::new();
            for _ in 0..5 {
                let mut times = [Vec::new(), Vec::new()];
                for round in 0..220 {
                    for (house, times) in [&house, &bare].into_iter().zip(&mut times) {
                        let asked = house
                            .client
                            .get(format!("{}/api/v1/{path}", house.base))
                            .bearer_auth(house.token(login).await);
                        let began = std::time::Instant::now();
                        let answer = asked.send().await.unwrap();
                        assert_eq!(answer.status(), 200);
                        answer.bytes().await.unwrap();
                        if round >= 20 {
                            times.push(began.elapsed());
                        }
                    }
                }
                let [with, without] = times.map(|mut t| {
                    t.sort_unstable();
                    t[t.len() / 2].as_secs_f64()
                });
                ratios.push(with / without);
            }
            ratios.sort_by(f64::total_cmp);
            told.push(format!("{login} {path}: {ratios:.2?}"));
            // other tests run at the same time, so only the calmest rounds count
            assert!(
                login != "office" || ratios[1] <= 1.15,
                "{}",
                told.join("\n")
            );
        }
    }
    eprintln!("{}", told.join("\n"));
}
