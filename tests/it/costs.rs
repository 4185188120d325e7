//! What each operation costs the database: the number of statements, and how often the service
//! waits for an answer. `costs.txt` makes changes visible in review.
use expect_test::expect_file;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{House, demo, person, with};

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
        key: Option<&str>,
    ) -> i64 {
        let house = &self.house;
        house.token(who).await;
        let etag = format!("\"{}\"", version.unwrap_or_default());
        let headers: Vec<(&str, &str)> = version
            .map(|_| ("if-match", etag.as_str()))
            .into_iter()
            .chain(key.map(|key| ("idempotency-key", key)))
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
        let by = Some(who).filter(|who| *who != "office");
        let by = by.map_or_else(String::new, |who| format!(" as {who}"));
        let with = key.map_or("", |_| " with a key");
        self.lines.push(format!(
            "{method} {}{by}{with}: {statements} statements, {flushes} flushes",
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
    let file = demo("ca", 1, 1);
    for path in [
        format!("candidates/{file}"),
        format!("candidates/{file}/next-steps"),
        format!("candidates/{file}/timeline"),
        format!("candidates/{file}/appraisal"),
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
        counted
            .ask("office", Method::GET, &path, None, None, None)
            .await;
    }
    let path = format!("candidates/{file}");
    let version = counted.house.read("office", &path).await.version();
    let change = json!({"occupation": "Điều dưỡng viên"});
    counted
        .ask(
            "office",
            Method::PATCH,
            &path,
            Some(change),
            Some(version),
            None,
        )
        .await;
    let youth = json!({"youth_union_member": true, "birth_date": "1995-05-05"});
    let member = json!({"introducer_member_id": demo("dd", 1, 4)});
    for (who, name, number, said, key) in [
        ("union", "Đặng Thị Hoài An", "21-NQ/CĐ", json!({}), None),
        ("youth", "Đặng Thị Hoài Bắc", "22-NQ/ĐTN", youth, None),
        ("branch-01", "Đặng Thị Hoài Châu", "23-NQ/CB", member, None),
        (
            "union",
            "Đặng Thị Hoài Dung",
            "24-NQ/CĐ",
            json!({}),
            Some("once"),
        ),
        // the second of two requests with one key, which gets the stored answer
        (
            "union",
            "Đặng Thị Hoài Dung",
            "24-NQ/CĐ",
            json!({}),
            Some("once"),
        ),
    ] {
        let nomination = Some(with(&person(1, name, number), said));
        counted
            .ask(who, Method::POST, "nominations", nomination, None, key)
            .await;
    }
    let path = format!("candidates/{}", demo("ca", 1, 2));
    for key in [None, Some("once")] {
        let version = counted.house.read("branch-01", &path).await.version();
        let act = json!({"on": "2021-01-15", "title": "thử", "due_on": "2021-02-15"});
        counted
            .ask(
                "branch-01",
                Method::POST,
                &format!("{path}/test-assignments"),
                Some(act),
                Some(version),
                key,
            )
            .await;
    }
    let found = counted.lines.join("\n") + "\n";
    expect_file!["costs.txt"].assert_eq(&found);
}
