//! With 200,000 candidates: what PostgreSQL really does for lists, sorts, filters, searches and
//! reports. The plans are those of the statements that the service and its functions actually send,
//! with row counts; nothing is rebuilt for the test.
use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};

use ketnap::db::Tx;
use serde_json::{Value, json};

use crate::procedure::{BRANCH, Way, ballot};
use crate::support::{Answer, Build, House, database, demo, large, server, superuser};

/// A house with a single database connection, whose plans PostgreSQL writes to its log.
struct Watched {
    house: House,
    pid: i32,
}

/// A node may always read and discard this many rows, because the tables of an organisation are
/// small.
const SMALL: f64 = 1000.0;
/// The most rows of one table that any page or report may read. A total is counted up to 10,001,
/// and a search examines 20,001 names.
const MOST: f64 = 25_000.0;

impl Watched {
    async fn new() -> Self {
        Self::over(large::database().await).await
    }

    async fn over(database: String) -> Self {
        let root = superuser(&database).await;
        let settings = format!(
            "alter role ketnap_app in database {database} set auto_explain.log_min_duration = 0;
             alter role ketnap_app in database {database} set session_preload_libraries = 'auto_explain';
             alter role ketnap_app in database {database} set auto_explain.log_analyze = on;
             alter role ketnap_app in database {database} set auto_explain.log_timing = off;
             alter role ketnap_app in database {database} set auto_explain.log_nested_statements = on;
             alter role ketnap_app in database {database} set auto_explain.log_format = json"
        );
        root.batch_execute("load 'auto_explain'").await.unwrap();
        root.batch_execute(&settings).await.unwrap();
        let one = Build {
            pool: 1,
            ..Build::default()
        };
        let house = House::over(database, one).await;
        let watch = async |tx: Tx| {
            let on = "select pg_backend_pid()";
            Ok(tx.last().rows(on, vec![]).await?[0].get(0))
        };
        let office = house.entry("office").await;
        let pid = house.db.read(&office, watch).await.unwrap();
        Self { house, pid }
    }

    /// The plans of all statements that this request sends.
    async fn plans(&self, path: &str, asked: impl Future<Output = Answer>) -> Vec<Value> {
        let mut log = std::fs::File::open(server().data().join("../log")).unwrap();
        let before = log.seek(SeekFrom::End(0)).unwrap();
        let answer = asked.await;
        assert!(answer.status < 300, "{path}: {}", answer.text);
        log.seek(SeekFrom::Start(before)).unwrap();
        let mut text = Vec::new();
        log.read_to_end(&mut text).unwrap();
        let plans = plans(&String::from_utf8_lossy(&text), self.pid);
        assert!(!plans.is_empty(), "{path}: no plan was written");
        plans
    }

    /// What is wrong with the plans of this request.
    async fn faults(&self, who: &str, path: &str) -> Vec<String> {
        let path = format!("/api/v1/{path}");
        self.house.token(who).await;
        let mut faults = Vec::new();
        for plan in &self.plans(&path, self.house.get(who, &path)).await {
            judge(&plan["Plan"], &mut faults);
        }
        faults
            .iter()
            .map(|f| format!("{who} {path}: {f}"))
            .collect()
    }
}

/// The plans that this server process wrote to the log.
fn plans(log: &str, pid: i32) -> Vec<Value> {
    let mut found = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if line.contains(&format!("[{pid}]")) && line.contains("plan:") {
            let mut json = String::new();
            while let Some(more) = lines.next_if(|l| l.starts_with('\t')) {
                json.push_str(more);
            }
            found.push(serde_json::from_str(&json).unwrap_or_else(|e| panic!("{e}: {json}")));
        }
    }
    found
}

/// Reports a node that discards more than ten rows for each one returned, that reads a large table
/// as a whole and discards rows, or that reads more than any page or report needs.
fn judge(node: &Value, faults: &mut Vec<String>) {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let loops = number("Actual Loops");
    let rows = number("Actual Rows") * loops;
    let removed =
        (number("Rows Removed by Filter") + number("Rows Removed by Index Recheck")) * loops;
    if let (Some(table), Some(kind)) = (node["Relation Name"].as_str(), node["Node Type"].as_str())
    {
        // index entries alone are cheap, so a search may scan the whole range of a word
        let allowed = match kind {
            // a small table may be scanned once for each row whose name is looked up in it
            "Seq Scan" => SMALL * loops.max(1.0),
            "Index Only Scan" => MOST,
            _ => 10.0 * rows + SMALL,
        };
        if removed > allowed || rows + removed > MOST {
            faults.push(format!(
                "{kind} on {table}: {rows} rows, {removed} removed: {}{}",
                node["Index Cond"], node["Filter"]
            ));
        }
    }
    for inner in node["Plans"].as_array().into_iter().flatten() {
        judge(inner, faults);
    }
}

#[tokio::test]
async fn lists_searches_and_reports_read_little_more_than_they_show() {
    let watched = Watched::new().await;
    let branch = demo("0b", 1, 0);
    let mut asked = crate::lists::in_each_order();
    for who in ["office", "branch-01"] {
        for sort in ["created_at", "nominated_on", "stage_on", "full_name"] {
            for order in ["", "-"] {
                asked.push((who, format!("candidates?sort={order}{sort}")));
            }
        }
        for filter in [
            "stage=in_plan",
            "stage=in_plan,dossier&limit=200",
            "include_total=true",
            "include_total=true&stage=in_plan",
            "admitted_on_from=2013-01-01&admitted_on_to=2013-01-31",
            "nominated_on_from=2013-01-01&nominated_on_to=2013-01-31&sort=nominated_on",
            "stage_on_from=2013-01-01&stage_on_to=2013-01-31&sort=stage_on",
            "created_at_from=2013-01-01T00:00:00Z&created_at_to=2013-01-02T00:00:00Z",
            // filtered by one date and sorted by another column
            "nominated_on_from=2013-01-01&nominated_on_to=2013-01-31",
            "nominated_on_from=2013-01-01&nominated_on_to=2013-12-31&sort=stage_on",
            "created_at_from=2013-01-01T00:00:00Z&created_at_to=2013-01-31T00:00:00Z&sort=nominated_on",
            "planned_year=2023",
            "expand=branch",
            // common words, a rare one, combinations, initials, and a name that nobody has
            "q=nguyen",
            "q=thi%20hoa",
            "q=an",
            "q=nguyen%20van%20an",
            "q=xuan%20lan%20b",
            "q=nva",
            "q=zzz",
            "q=nguyen&sort=full_name",
            "q=nguyen&include_total=true",
        ] {
            asked.push((who, format!("candidates?{filter}")));
        }
        for path in [
            "nominations",
            "nominations?outcome=pending",
            "nominations?outcome=withdrawn",
            "nominations?sort=paper_on",
            "nominations?sort=-paper_on",
            "nominations?paper_on_from=2013-01-01&paper_on_to=2013-01-31",
            "members",
            "members?q=nguyen",
            "sponsors",
            "deadlines",
            "deadlines?overdue=true",
            "deadlines?within=30d",
            "deadlines?include_total=true",
            "deadlines?sort=-due_on",
            "deadlines?sort=-created_at",
            "deadlines?created_at_from=2013-01-01T00:00:00Z&created_at_to=2013-01-31T00:00:00Z",
            "deadlines?state=open",
            "deadlines?state=overdue&sort=-due_on",
            "deadlines?kind=verification_return",
            "overview",
            "annual-quotas",
            "annual-quotas?year=2021",
            "reports/progress",
            "reports/reviews",
            "quota-plans",
            "terms",
            "branches",
            "reviews",
        ] {
            asked.push((who, path.to_owned()));
        }
    }
    asked.push((
        "office",
        format!("candidates?branch_id={branch}&stage=in_plan"),
    ));
    asked.push((
        "office",
        format!("candidates?branch_id={branch}&q=nguyen&stage=dossier"),
    ));
    asked.push(("office", format!("candidates/{}", demo("ca", 1, 1))));
    asked.push(("union", "nominations".to_owned()));
    for who in ["upper", "district-script"] {
        for path in ["annual-quotas", "reports/progress"] {
            asked.push((who, path.to_owned()));
        }
    }
    let mut faults = Vec::new();
    for (who, path) in &asked {
        faults.extend(watched.faults(who, path).await);
    }
    // the first executions of a statement are planned for its values, the sixth may use a generic
    // plan
    for _ in 0..6 {
        faults.extend(watched.faults("office", "candidates?q=nguyen").await);
        faults.extend(watched.faults("office", "deadlines?overdue=true").await);
    }
    // in each order, a value that nobody has after one that many have
    for sort in ["nominated_on", "full_name", "-created_at"] {
        for stage in ["in_plan"; 6].into_iter().chain(["deceased"; 2]) {
            let path = format!("candidates?stage={stage}&sort={sort}");
            faults.extend(watched.faults("office", &path).await);
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    // control: a filter without an index that matches nobody reads the whole table, which the test
    // must notice
    let faults = watched
        .faults("office", "candidates?introduced_by=member")
        .await;
    assert!(!faults.is_empty(), "a list without index passes");
    reads_a_report_needs(&watched).await;
}

/// The number of rows that a plan reads from each table, including those that it discards.
fn rows_read(node: &Value, found: &mut BTreeMap<String, f64>) {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    if let Some(table) = node["Relation Name"].as_str() {
        let removed = number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
        let rows = (number("Actual Rows") + removed) * number("Actual Loops");
        *found.entry(table.to_owned()).or_default() += rows;
    }
    for inner in node["Plans"].as_array().into_iter().flatten() {
        rows_read(inner, found);
    }
}

/// Reports over whole months read counters instead of people, however many there are. Only a period
/// that cuts a month reads the people of that month.
async fn reads_a_report_needs(watched: &Watched) {
    for (path, table, most) in [
        (
            "reports/quality?from=2011-01-01&to=2020-12-31",
            "candidate",
            0.0,
        ),
        (
            "reports/quality?from=2012-03-05&to=2018-09-20",
            "candidate",
            8_000.0,
        ),
        (
            "reports/statistics?period=2015&group_by=branch",
            "stage_entry",
            12_000.0,
        ),
        (
            "reports/statistics?period=2015-03-05..2015-09-20&group_by=branch",
            "stage_entry",
            25_000.0,
        ),
        (
            "reports/statistics?period=2015&group_by=month",
            "candidate",
            0.0,
        ),
    ] {
        let path = format!("/api/v1/{path}");
        watched.house.token("office").await;
        let plans = watched
            .plans(&path, watched.house.get("office", &path))
            .await;
        assert!(plans.len() < 20, "{path}: {} statements", plans.len());
        let mut rows = BTreeMap::new();
        for plan in &plans {
            rows_read(&plan["Plan"], &mut rows);
        }
        let read = rows.get(table).copied().unwrap_or_default();
        assert!(read <= most, "{path}: {read} rows of {table}");
    }
}

/// Copies this file a thousand times, into eight branches that nobody in this test joins or leaves,
/// with members of those branches in the acts.
async fn a_thousand_like(database: &str, file: &str) {
    let root = superuser(database).await;
    let columns = async |table: &str| -> String {
        let sql = "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute \
                    where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''";
        root.query_one(sql, &[&table]).await.unwrap().get(0)
    };
    // with triggers and foreign keys disabled, only the rows that are read need to be written
    let others = "set session_replication_role = replica; create temp table other as select n, gen_random_uuid() as id, \
        ('01750000-0000-7000-8000-00000b' || lpad((3 + n % 8)::text, 2, '0') || '0000')::uuid as branch, lpad((3 + n % 8)::text, 2, '0') as number from generate_series(1, 1000) n;";
    root.batch_execute(others).await.unwrap();
    for (table, own, more) in [
        (
            "candidate",
            "id",
            "'id', o.id, 'full_name', 'Lò Thị ' || o.n",
        ),
        (
            "act",
            "candidate_id",
            "'id', gen_random_uuid(), 'candidate_id', o.id, 'recorded_branch_id', o.branch, 'data', replace(t.data::text, '0000dd01', '0000dd' || o.number)::jsonb",
        ),
        (
            "deadline",
            "candidate_id",
            "'id', gen_random_uuid(), 'candidate_id', o.id",
        ),
        (
            "sponsorship",
            "candidate_id",
            "'id', gen_random_uuid(), 'candidate_id', o.id, 'member_id', replace(t.member_id::text, '0000dd01', '0000dd' || o.number)",
        ),
    ] {
        let columns = columns(table).await;
        let copy = format!(
            "insert into {table} ({columns}) select {columns} from (select (jsonb_populate_record(t, jsonb_build_object('branch_id', o.branch, {more}))).* \
               from {table} t, other o where t.{own} = '{file}') x;"
        );
        root.batch_execute(&copy).await.unwrap();
    }
    root.batch_execute("vacuum analyze").await.unwrap();
}

/// After a change of a member or a person, only the files that rest on it are judged again. The
/// statements and the rows read do not depend on how many other files there are.
#[tokio::test]
async fn a_change_of_evidence_reads_what_rests_on_it_and_not_the_house() {
    let mut found = Vec::new();
    for many in [false, true] {
        let name = database().await;
        let way = {
            let house = House::over(name.clone(), Build::default()).await;
            let way = Way::ready(&house).await;
            let vote = ballot("admission", "branch", "2021-03-15", 14);
            way.does(BRANCH, "resolutions", vote).await;
            crate::support::keep(&name);
            way.id
        };
        if many {
            a_thousand_like(&name, &way).await;
        }
        let watched = Watched::over(name).await;
        let house = &watched.house;
        house.travel("2021-06-01");
        let said = |body: Value| {
            let said = json!({"acknowledged": true, "reason": "đúng với giấy tờ gốc"});
            crate::support::with(&body, said)
        };
        // changes the person's particulars, and an introducer, the sponsor and a voter
        let (introducer, sponsor, voter) = (demo("dd", 1, 7), demo("dd", 1, 6), demo("dd", 1, 9));
        let suspended = json!({"on": "2021-02-01", "activity": "suspended", "paper_number": "1"});
        let moved = json!({"on": "2021-02-01", "branch_id": demo("0b", 2, 0), "paper_number": "1"});
        let left = json!({"on": "2021-02-01", "ground": "deceased", "paper_number": "1"});
        let mut costs = Vec::new();
        for (path, what, body) in [
            (
                format!("candidates/{way}"),
                "",
                json!({"birth_date": "2003-03-16"}),
            ),
            (
                format!("members/{introducer}"),
                "",
                json!({"birth_date": "1979-05-06"}),
            ),
            (
                format!("members/{introducer}"),
                "/activity-changes",
                suspended,
            ),
            (format!("members/{sponsor}"), "/transfers", moved),
            (format!("members/{voter}"), "/leavings", left),
        ] {
            let path = format!("/api/v1/{path}");
            let version = house.read("office", &path).await.version();
            let before = house.db.statements();
            let body = said(body);
            let asked = async {
                if what.is_empty() {
                    house.patch("office", &path, version, body).await
                } else {
                    house
                        .step_with("office", &format!("{path}{what}"), version, body)
                        .await
                }
            };
            let plans = watched.plans(&path, asked).await;
            let mut rows = BTreeMap::new();
            for plan in &plans {
                rows_read(&plan["Plan"], &mut rows);
            }
            costs.push((
                format!("{path}{what}"),
                house.db.statements() - before,
                rows,
            ));
        }
        found.push(costs);
    }
    let (few, many) = (&found[0], &found[1]);
    for ((what, statements, rows), (_, more, with_many)) in few.iter().zip(many) {
        for (table, read) in with_many {
            let before = rows.get(table).copied().unwrap_or_default();
            assert!(
                *read <= before + 100.0,
                "{what}: {read} rows of {table}, {before} without the others"
            );
        }
        assert_eq!(statements, more, "{what}");
    }
}
