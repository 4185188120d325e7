//! With 200,000 candidates: what PostgreSQL really does for lists, sorts, filters, searches and
//! reports. The plans are those of the service's own statements, and of what its functions send,
//! with the rows that were read; nothing is rebuilt for the test.
use std::io::{Read as _, Seek as _, SeekFrom};

use ketnap::db::Tx;
use serde_json::Value;

use crate::support::{Build, House, demo, large, server, superuser};

/// A house with one connection, whose plans PostgreSQL writes into its log.
struct Watched {
    house: House,
    pid: i32,
}

/// A node may read and discard this many rows whatever it returns: tables of the house are small.
const SMALL: f64 = 1000.0;
/// No page and no report reads more rows of one table than this. A total is counted up to 10,001,
/// a search looks at 20,001 names.
const MOST: f64 = 25_000.0;

impl Watched {
    async fn new() -> Self {
        let database = large::database().await;
        let root = superuser(&database).await;
        let settings = format!(
            "grant set on parameter auto_explain.log_min_duration to ketnap_app;
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
            let on =
                "select set_config('auto_explain.log_min_duration', '0', false), pg_backend_pid()";
            Ok(tx.last().rows(on, vec![]).await?[0].get(1))
        };
        let office = house.entry("office").await;
        let pid = house.db.read(&office, watch).await.unwrap();
        Self { house, pid }
    }

    /// What was wrong with the plans of this request.
    async fn faults(&self, who: &str, path: &str) -> Vec<String> {
        let path = format!("/api/v1/{path}");
        self.house.token(who).await;
        let mut log = std::fs::File::open(server().data().join("../log")).unwrap();
        let before = log.seek(SeekFrom::End(0)).unwrap();
        self.house.get(who, &path).await.expect(200);
        log.seek(SeekFrom::Start(before)).unwrap();
        let mut text = Vec::new();
        log.read_to_end(&mut text).unwrap();
        let plans = plans(&String::from_utf8_lossy(&text), self.pid);
        assert!(!plans.is_empty(), "{path}: no plan was written");
        let mut faults = Vec::new();
        for plan in &plans {
            judge(&plan["Plan"], &mut faults);
        }
        faults
            .iter()
            .map(|f| format!("{who} {path}: {f}"))
            .collect()
    }
}

/// The plans that one server process wrote.
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

/// Refuses a node that discards more than ten rows for each that it returns, discards rows of a
/// large table that it reads as a whole, or reads more than any page or report needs.
fn judge(node: &Value, faults: &mut Vec<String>) {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let loops = number("Actual Loops");
    let rows = number("Actual Rows") * loops;
    let removed =
        (number("Rows Removed by Filter") + number("Rows Removed by Index Recheck")) * loops;
    if let (Some(table), Some(kind)) = (node["Relation Name"].as_str(), node["Node Type"].as_str())
    {
        // entries of an index alone cost little, so a search may look through a word's whole range
        let allowed = match kind {
            "Seq Scan" => SMALL,
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
    let mut asked: Vec<(&str, String)> = Vec::new();
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
            "planned_year=2023",
            "expand=branch",
            // common words, a rare one, some of each, initials, nobody
            "q=nguyen",
            "q=thi%20hoa",
            "q=an",
            "q=nguyen%20van%20an",
            "q=xuan%20lan%20b",
            "q=nva",
            "q=zzz",
            "q=nguyen&sort=full_name",
        ] {
            asked.push((who, format!("candidates?{filter}")));
        }
        for path in [
            "nominations",
            "nominations?outcome=pending",
            "members",
            "members?q=nguyen",
            "sponsors",
            "deadlines",
            "deadlines?overdue=true",
            "deadlines?within=30d",
            "deadlines?include_total=true",
            "deadlines?sort=-due_on",
            "overview",
            "annual-quotas",
            "annual-quotas?year=2021",
            "reports/progress",
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
    let mut faults = Vec::new();
    for (who, path) in &asked {
        faults.extend(watched.faults(who, path).await);
    }
    // the first plan of a statement is made for its values, the sixth for all values
    for _ in 0..6 {
        faults.extend(watched.faults("office", "candidates?q=nguyen").await);
        faults.extend(watched.faults("office", "deadlines?overdue=true").await);
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    // a filter without an index that matches nobody reads everything: the test must see it
    let faults = watched
        .faults("office", "candidates?introduced_by=member")
        .await;
    assert!(!faults.is_empty(), "a list without index passes");
}
