//! Conventions shared by all resources.
mod bodies;
mod headers;
mod idempotency;
mod problems;
mod versions;
mod views;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::support::{House, Plain};

pub const HOLIDAYS: &str = "/api/v1/holidays";

pub const TERMS: &str = "/api/v1/terms";

pub const BRANCHES: &str = "/api/v1/branches";

pub fn holiday(on: &str, name: &str) -> Value {
    json!({"on": on, "name": name})
}

pub fn term(name: &str) -> Value {
    json!({"name": name, "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "committee_coverage_percent": 100, "committee_coverage_year": 2030})
}

/// Sends the request exactly as given; the answer is not checked against the document.
pub async fn raw(
    house: &House,
    method: Method,
    path: &str,
    headers: &[(&str, &[u8])],
    body: Vec<u8>,
) -> (u16, HeaderMap, String) {
    let mut request = house
        .client
        .request(method, format!("{}{path}", house.base))
        .body(body);
    for (name, value) in headers {
        request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.text().await.unwrap())
}

pub async fn count(house: &House, path: &str) -> i64 {
    house
        .read("office", &format!("{path}?include_total=true&limit=1"))
        .await
        .body["page"]["total"]
        .number()
}
