//! Deprecations are announced both in the document and in headers of the answers.
use std::sync::Arc;

use ketnap::api::contract::Contract;
use ketnap::api::document::deprecated::{Deprecated, mark};
use ketnap::api::document::published;
use ketnap::error::Lang;
use serde_json::Value;

use crate::support::{Build, House, document};

const SINCE: &str = "2021-01-01";

fn going(operation: &'static str, field: Option<&'static str>) -> Deprecated {
    Deprecated {
        operation,
        field,
        since: SINCE.parse().unwrap(),
        gone: "2021-07-01".parse().unwrap(),
        instead: ["Dùng `GET /api/v1/terms`.", "Use `GET /api/v1/terms`."],
    }
}

fn with_deprecated() -> Value {
    let mut doc = document().clone();
    doc["components"]["headers"] = serde_json::json!({"Deprecation": {}, "Sunset": {}});
    let all = [
        going("list_holidays", None),
        going("list_terms", Some("sort")),
        going("get_branch", Some("number")),
    ];
    mark(&mut doc, &all);
    doc
}

#[tokio::test]
async fn answers_of_what_is_to_go_say_since_when_and_until_when() {
    let contract = Contract::new(&with_deprecated()).unwrap();
    let build = Build {
        contract: Arc::new(contract),
        ..Build::default()
    };
    let house = House::with(build).await;
    let branch = format!("branches/{}", crate::support::branch(1));
    for (path, told) in [
        ("holidays", true),
        ("terms", false),
        ("terms?sort=-from_year", true),
        ("branches", false),
        (branch.as_str(), true),
    ] {
        let answer = house.read("office", path).await;
        let headers = [answer.header("deprecation"), answer.header("sunset")];
        let expected = if told {
            // the first value is 2021-01-01 in seconds
            ["@1609459200", "Thu, 01 Jul 2021 00:00:00 GMT"]
        } else {
            ["", ""]
        };
        assert_eq!(headers, expected, "{path}");
    }
    let refused = house.get("office", "holidays?colour=red").await;
    assert_eq!(refused.refused("unknown_parameter").header("sunset"), "");
}

#[test]
fn the_document_names_what_is_to_go_and_declares_its_headers() {
    for (lang, words) in [(Lang::En, "Deprecated"), (Lang::Vi, "Sắp bỏ")] {
        let doc = published(&with_deprecated(), lang);
        let holidays = &doc["paths"]["/api/v1/holidays"]["get"];
        assert_eq!(holidays["deprecated"], true);
        assert_eq!(holidays["x-sunset"], "2021-07-01");
        let about = holidays["description"].as_str().unwrap();
        assert!(about.contains(words) && about.contains(SINCE), "{about}");
        let declared = &holidays["responses"]["200"]["headers"];
        assert!(declared["Sunset"].is_object() && declared["Deprecation"].is_object());
        let terms = &doc["paths"]["/api/v1/terms"]["get"];
        assert!(terms.get("deprecated").is_none());
        let number = &doc["components"]["schemas"]["Branch"]["properties"]["number"];
        assert_eq!(number["deprecated"], true);
        assert!(!doc.to_string().contains("x-deprecation"));
    }
    // nothing is deprecated at present, so the published document contains no such headers
    let plain = published(document(), Lang::En).to_string();
    assert!(!plain.contains("\"Sunset\"") && !plain.contains("\"deprecated\""));
}
