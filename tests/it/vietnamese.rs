//! The document in Vietnamese.
use ketnap::error::Code;
use reqwest::Method;

use crate::conventions::raw;
use crate::support::House;

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

        let text = page(&house, "/problems/not_found", language).await;
        let (vi, en) = Code::NotFound.title();
        let first = text.find(vi).unwrap() < text.find(en).unwrap();
        assert_eq!(first, vietnamese_first, "{language}: {text}");
        assert!(text.contains("hoặc tài khoản không được xem"), "{text}");
    }
}
