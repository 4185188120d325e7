//! Regulations as data over HTTP: complete, cited, and without English prose in Vietnamese answers.
use serde_json::{Value, json};

use crate::support::{House, Plain, shows};

async fn versions(house: &House, language: &str) -> Vec<Value> {
    let headers = [("accept-language", language)];
    let answer = house
        .send(
            "branch-01",
            reqwest::Method::GET,
            "/api/v1/regulations",
            None,
            &headers,
        )
        .await
        .expect(200);
    answer.body["items"].list().clone()
}

fn parameter<'a>(versions: &'a [Value], code: &str, name: &str) -> &'a Value {
    let version = versions.iter().find(|v| v["code"] == code).unwrap();
    let all = version["parameters"].list();
    all.iter().find(|p| p["name"] == name).unwrap()
}

#[tokio::test]
async fn every_parameter_is_served_whole() {
    let house = House::build().await;
    let english = versions(&house, "en").await;
    let ceremony = |code| {
        let p = parameter(&english, code, "ceremony_workdays");
        (
            p["value"].clone(),
            p["unit"].clone(),
            p["from"]["word"].clone(),
        )
    };
    let working_days = |from: &str| (json!(30), json!("working_days"), json!(from));
    assert_eq!(ceremony("294-QĐ/TW"), working_days("decision_received"));
    assert_eq!(ceremony("208-QĐ/TW"), working_days("decision_issued"));
    let decide = parameter(&english, "24-QĐ/TW", "decide_admission_workdays");
    shows!(decide, {"extension": 30, "inherited_from": null});
    let vote = parameter(&english, "232-QĐ/TW", "upper_vote");
    assert_eq!(
        (
            &vote["of"]["label"],
            &vote["strict"],
            &vote["inherited_from"],
            &vote["confirmed"]
        ),
        (
            &json!("all serving members of the upper standing committee, absent ones too"),
            &json!(true),
            &json!("24-QĐ/TW"),
            &json!("unconfirmed")
        )
    );
    assert_eq!(vote["citation"], "kế thừa từ 24-QĐ/TW, 9.3 và 9.3.3");
    let kinds = parameter(&english, "208-QĐ/TW", "introducer_shared_kinds");
    assert_eq!(kinds["allowed"].list().len(), 4);
}

#[tokio::test]
async fn a_vietnamese_reader_reads_vietnamese() {
    let house = House::build().await;
    let vietnamese = versions(&house, "vi").await;
    let vote = parameter(&vietnamese, "208-QĐ/TW", "branch_vote");
    assert_eq!(
        (&vote["meaning"], &vote["of"]["label"]),
        (
            &json!("Tỷ lệ tán thành cần có khi chi bộ biểu quyết"),
            &json!("số đảng viên chính thức có quyền biểu quyết")
        )
    );
    for version in &vietnamese {
        for p in version["parameters"].list() {
            assert_eq!(p["citation"], p["source"]);
            for text in [&p["citation"], &p["meaning"]] {
                for word in [
                    "read",
                    "guidance",
                    "question bank",
                    "clause",
                    "as in",
                    "the ",
                ] {
                    assert!(!text.as_str().unwrap().contains(word), "{text}");
                }
            }
            assert!(p.get("note").is_none());
        }
    }
}
