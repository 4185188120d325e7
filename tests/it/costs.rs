//! What each operation costs the database: statements, and how often the service waits for an
//! answer. `costs.txt` shows a change in review.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{House, demo};

struct Counted {
    house: House,
    lines: Vec<String>,
}

impl Counted {
    async fn ask(
        &mut self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        version: Option<i64>,
    ) -> i64 {
        let house = &self.house;
        house.token(who).await;
        let etag = format!("\"{}\"", version.unwrap_or_default());
        let headers: Vec<(&str, &str)> = version
            .map(|_| ("if-match", etag.as_str()))
            .into_iter()
            .collect();
        let (statements, flushes) = (house.db.statements(), house.db.flushes());
        let answer = house
            .send(
                who,
                method.clone(),
                &format!("/api/v1/{path}"),
                body,
                &headers,
            )
            .await;
        let (statements, flushes) = (
            house.db.statements() - statements,
            house.db.flushes() - flushes,
        );
        assert!(answer.status < 300, "{path}: {}", answer.text);
        let shown: Vec<&str> = path
            .split('/')
            .map(|part| if part.len() == 36 { "{id}" } else { part })
            .collect();
        self.lines.push(format!(
            "{method} {}: {statements} statements, {flushes} flushes",
            shown.join("/")
        ));
        answer.body["version"].as_i64().unwrap_or_default()
    }
}

#[tokio::test]
async fn what_operations_cost_is_what_costs_txt_says() {
    let mut counted = Counted {
        house: House::build().await,
        lines: Vec::new(),
    };
    let person = demo("ca", 1, 1);
    for path in [
        format!("candidates/{person}"),
        format!("candidates/{person}/next-steps"),
        format!("candidates/{person}/timeline"),
        format!("candidates/{person}/appraisal"),
        "candidates".to_owned(),
        "candidates?include_total=true".to_owned(),
        "candidates?expand=branch".to_owned(),
        "candidates?q=nguyen".to_owned(),
        "nominations".to_owned(),
        "members".to_owned(),
        "sponsors".to_owned(),
        "sponsorships?expand=branch,candidate,member".to_owned(),
        "enrolments?expand=candidate".to_owned(),
        "classes".to_owned(),
        "deadlines".to_owned(),
        "reviews".to_owned(),
        "quota-plans".to_owned(),
        "source-plans".to_owned(),
        "annual-quotas".to_owned(),
        "overview".to_owned(),
        "reports/progress".to_owned(),
        "reports/quality".to_owned(),
        "reports/statistics?group_by=branch".to_owned(),
        "me".to_owned(),
    ] {
        counted.ask("office", Method::GET, &path, None, None).await;
    }
    let path = format!("candidates/{person}");
    let version = counted.house.read("office", &path).await.version();
    let change = json!({"occupation": "Điều dưỡng viên"});
    counted
        .ask("office", Method::PATCH, &path, Some(change), Some(version))
        .await;
    let nomination = json!({"branch_id": demo("0b", 1, 0), "full_name": "Đặng Thị Hoài An", "sex": "female", "birth_date": "1990-02-03", "youth_union_member": false,
        "trade_union_member": true, "paper_number": "21-NQ/CĐ", "paper_on": "2021-01-12"});
    counted
        .ask("union", Method::POST, "nominations", Some(nomination), None)
        .await;
    let path = format!("candidates/{}", demo("ca", 1, 2));
    let version = counted.house.read("branch-01", &path).await.version();
    let act = json!({"on": "2021-01-15", "title": "thử", "due_on": "2021-02-15"});
    counted
        .ask(
            "branch-01",
            Method::POST,
            &format!("{path}/test-assignments"),
            Some(act),
            Some(version),
        )
        .await;
    let found = counted.lines.join("\n") + "\n";
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tmp/costs.txt");
    std::fs::write(folder, &found).unwrap();
    assert!(
        found == include_str!("costs.txt"),
        "read the difference, then copy target/tmp/costs.txt over tests/it/costs.txt:\n{found}"
    );
}
