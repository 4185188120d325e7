//! The document in Vietnamese: complete, equal but for its texts, and shown first to readers of
//! Vietnamese.
use ketnap::api::document::{about_in_vietnamese, vietnamese};
use ketnap::error::Code;
use reqwest::Method;
use serde_json::Value;

use crate::conventions::raw;
use crate::support::{House, document};

async fn page(house: &House, path: &str, language: &str) -> String {
    let language = [("accept-language", language.as_bytes())];
    let (status, headers, text) = raw(house, Method::GET, path, &language, vec![]).await;
    assert_eq!(status, 200, "{path}");
    if !path.starts_with("/openapi") {
        let vary = headers["vary"].to_str().unwrap();
        assert!(vary.contains("accept-language"), "{path}: {vary}");
    }
    text
}

/// Asserts that two documents differ in nothing but texts, and collects these.
fn compare(at: &str, en: &Value, vi: &Value, texts: &mut Vec<(String, String, String)>) {
    match (en, vi) {
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{at}: not the same members");
            for (name, inner) in a {
                compare(&format!("{at}/{name}"), inner, &b[name], texts);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{at}/{i}"), a, b, texts);
            }
        }
        (Value::String(a), Value::String(b)) if a != b => {
            let part = at.rsplit('/').next().unwrap_or_default();
            let of_an_example = at.contains("/examples/") && ["title", "detail"].contains(&part);
            assert!(
                ["description", "summary"].contains(&part)
                    || of_an_example
                    || at.contains("/scopes/"),
                "{at}: {a:?} is no text, and differs"
            );
            texts.push((at.to_owned(), a.clone(), b.clone()));
        }
        _ => assert_eq!(en, vi, "{at}"),
    }
}

/// The pointers of all descriptions and summaries in the English document.
fn described(at: &str, value: &Value, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(n, v)| (n.clone(), v)).collect(),
        Value::Array(all) => all
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    };
    for (name, inner) in inner {
        let at = format!("{at}/{name}");
        let text = ["description", "summary"].contains(&name.as_str()) && inner.is_string();
        if text && !at.contains("/example/") {
            found.push(at);
        } else {
            described(&at, inner, found);
        }
    }
}

#[test]
fn every_text_has_its_translation_and_no_translation_is_left_over() {
    let (_, wrong) = vietnamese(document());
    assert!(
        wrong.is_empty(),
        "openapi/vi.toml does not go with the document:\n{}",
        wrong.join("\n")
    );
}

#[tokio::test]
async fn both_documents_are_the_same_but_for_texts() {
    let house = House::build().await;
    let vi: Value = serde_json::from_str(&page(&house, "/openapi.vi.json", "en").await).unwrap();
    let en: Value = serde_json::from_str(&page(&house, "/openapi.json", "vi").await).unwrap();
    let mut differing = Vec::new();
    compare("", &en, &vi, &mut differing);
    let lists = "/paths/~1api~1v1~1candidates~1{id}~1resolutions/get/summary";
    let told = |doc: &Value| doc.pointer(lists).unwrap().as_str().unwrap().to_owned();
    assert_eq!(told(&en), "List the acts of a candidacy: resolution");
    assert_eq!(
        told(&vi),
        "Liệt kê các việc của một hồ sơ: biểu quyết, nghị quyết"
    );
    let mut texts = Vec::new();
    described("", &en, &mut texts);
    assert!(texts.len() > 3000, "{}", texts.len());
    let untold: Vec<&String> = texts
        .iter()
        .filter(|at| !differing.iter().any(|(other, ..)| other == *at))
        .collect();
    assert!(untold.is_empty(), "in English still: {untold:#?}");
    // the internal names of sensitivity classes mean nothing to other teams
    let inside = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.any(|word| ["P0", "P1", "P2", "P3"].contains(&word))
    };
    let coded = |text: Option<&Value>| text.and_then(Value::as_str).is_some_and(inside);
    let coded: Vec<&String> = texts
        .iter()
        .filter(|at| coded(en.pointer(at)) || coded(vi.pointer(at)))
        .collect();
    assert!(coded.is_empty(), "in the house's own terms: {coded:#?}");
    let english = [" the ", " of ", " and ", " with "];
    for (at, _, vi) in &differing {
        let prose: String = vi.split('`').step_by(2).collect();
        assert!(
            !english.iter().any(|word| prose.contains(word)),
            "{at}: {vi}"
        );
    }
}

#[tokio::test]
async fn the_reader_is_offered_the_document_in_the_language_asked_for_first() {
    let house = House::build().await;
    for (language, vietnamese_first) in [
        ("vi-VN,vi;q=0.9,en;q=0.8", true),
        ("en-US,en;q=0.9,vi;q=0.8", false),
        ("en,vi;q=0.1", false),
        ("", true),
    ] {
        let script = page(&house, "/docs/swagger-initializer.js", language).await;
        let place = |url: &str| script.find(&format!("\"{url}\"")).unwrap();
        let first = place("/openapi.vi.json") < place("/openapi.json");
        assert_eq!(first, vietnamese_first, "{language}: {script}");
        // the search box is labelled in the language of the page
        for ours in [
            "Tìm thao tác trong phần này",
            "Find operations of this area",
            "opsFilter",
        ] {
            assert!(script.contains(ours), "{ours}");
        }

        let text = page(&house, "/problems/not_found", language).await;
        let (vi, en) = Code::NotFound.title();
        let first = text.find(vi).unwrap() < text.find(en).unwrap();
        assert_eq!(first, vietnamese_first, "{language}: {text}");
        assert!(text.contains("hoặc tài khoản không được xem"), "{text}");
    }
}

/// Advice that depends on a condition in one language must not be unconditional in the other.
#[test]
fn what_an_error_code_advises_is_the_same_in_both_languages() {
    for (code, vi, en) in [
        (
            Code::Unavailable,
            ["nếu thao tác nhận", "đọc lại bản ghi"],
            ["where the operation takes one", "read the row first"],
        ),
        (
            Code::IdempotencyInProgress,
            ["Idempotency-Key", "sau giây lát"],
            ["Idempotency-Key", "shortly"],
        ),
        (
            Code::InvalidPath,
            ["chữ thường", "8-4-4-4-12"],
            ["lower case", "8-4-4-4-12"],
        ),
    ] {
        let told = about_in_vietnamese(code);
        assert!(vi.iter().all(|part| told.contains(part)), "{told}");
        let told = code.about();
        assert!(en.iter().all(|part| told.contains(part)), "{told}");
    }
}
