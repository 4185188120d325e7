//! Problems: paths, methods, languages and formats.
use std::collections::BTreeSet;

use ketnap::access::Role;
use ketnap::error::Code;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::conventions::{BRANCHES, HOLIDAYS, TERMS, holiday, raw};
use crate::support::{House, Plain, demo, document};

// ---- methods and paths ----

#[tokio::test]
async fn every_address_answers_head_options_and_names_its_methods_when_asked_wrongly() {
    let house = House::build().await;
    let id = demo("0b", 1, 0);
    for (template, item) in document()["paths"].as_object().unwrap() {
        let path = template
            .replace("{id}", &id)
            .replace("{key}", "sponsorship_load_limit");
        let mut wanted: BTreeSet<String> = item
            .as_object()
            .unwrap()
            .keys()
            .map(|m| m.to_uppercase())
            .collect();
        wanted.insert("OPTIONS".into());
        if wanted.contains("GET") {
            wanted.insert("HEAD".into());
        }
        let listed = |headers: &HeaderMap| -> BTreeSet<String> {
            headers
                .get("allow")
                .map(|v| v.to_str().unwrap().split(", ").map(str::to_owned).collect())
                .unwrap_or_default()
        };
        let (status, headers, text) = raw(&house, Method::OPTIONS, &path, &[], vec![]).await;
        assert_eq!(
            (status, text.as_str(), listed(&headers)),
            (204, "", wanted.clone()),
            "OPTIONS {template}"
        );
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"] {
            if wanted.contains(method) {
                continue;
            }
            let (status, headers, text) =
                raw(&house, method.parse().unwrap(), &path, &[], vec![]).await;
            let problem: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
            assert_eq!(
                (status, problem["code"].as_str()),
                (405, Some("method_not_allowed")),
                "{method} {template}: {text}"
            );
            assert_eq!(listed(&headers), wanted, "{method} {template}");
        }
        if wanted.contains("GET") {
            let get = house.get("office", &path).await;
            let head = house.send("office", Method::HEAD, &path, None, &[]).await;
            assert_eq!(
                (head.status, head.text.as_str()),
                (get.status, ""),
                "HEAD {template}"
            );
            for name in [
                "content-type",
                "etag",
                "cache-control",
                "link",
                "content-language",
            ] {
                assert_eq!(
                    head.header(name),
                    get.header(name),
                    "HEAD {template}: {name}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_address_and_an_id_that_is_none_are_problems_like_any_other() {
    let house = House::build().await;
    for path in [
        "/api/v1/nothing",
        "/api/v1",
        "/api/v1/",
        "/api/v2/branches",
        "/api/v1/branches/",
        "/x",
        "/api/v1/branches/a/b/c/d",
        "/problems/none",
        "/%00",
        "/api/v1//branches",
        "/docs/../etc/passwd",
        "/.env",
    ] {
        for who in ["", "office"] {
            let answer = house.get(who, path).await.refused("route_not_found");
            assert!(
                answer
                    .header("content-type")
                    .starts_with("application/problem+json"),
                "{path}"
            );
            assert_eq!(answer.body["type"], "/problems/route_not_found");
            assert_eq!(answer.body["trace_id"], answer.header("x-request-id"));
        }
    }
    for id in [
        "1",
        "x",
        "01750000-0000-7000-8000-00000b01000",
        "01750000-0000-7000-8000-00000b01000g",
        "..",
        "%20",
        "null",
        "%00",
        "01750000-0000-7000-8000-00000b010000'",
    ] {
        for template in [
            "/branches/{id}",
            "/candidates/{id}",
            "/branches/{id}/officers",
            "/terms/{id}",
        ] {
            let path = format!("/api/v1{}", template.replace("{id}", id));
            if id == ".." {
                continue;
            }
            let answer = house.get("office", &path).await;
            assert_eq!(
                (answer.status, answer.code()),
                (400, "invalid_path"),
                "{path}: {}",
                answer.text
            );
        }
    }
    house
        .get("office", &format!("{BRANCHES}/{}", demo("0b", 77, 0)))
        .await
        .refused("not_found");
}

// ---- languages and formats ----

#[tokio::test]
async fn problems_speak_vietnamese_or_english_as_asked() {
    let house = House::build().await;
    let ask = async |language: &str| {
        house
            .send(
                "office",
                Method::GET,
                "branches?limit=0",
                None,
                &[("accept-language", language)],
            )
            .await
    };
    for (language, wanted) in [
        ("", "vi"),
        ("*", "vi"),
        ("vi", "vi"),
        ("en", "en"),
        ("EN-us", "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en;q=0.5,vi;q=0.4", "en"),
        ("vi;q=0.4, en;q=0.5", "en"),
        ("fr", "vi"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0", "vi"),
        ("en;q=0, vi;q=0", "vi"),
        ("en;q=x", "en"),
        ("english", "vi"),
        (";;;,,,", "vi"),
        ("de;q=1,vi;q=0.2,en;q=0.3", "en"),
    ] {
        let answer = ask(language).await.refused("invalid_parameter");
        assert_eq!(
            answer.header("content-language"),
            wanted,
            "Accept-Language: {language:?}"
        );
        let english = answer.body["title"] == "A parameter is not valid";
        assert_eq!(
            english,
            wanted == "en",
            "Accept-Language: {language:?}: {}",
            answer.body["title"]
        );
        let vary = answer
            .headers
            .get_all("vary")
            .iter()
            .map(|v| v.to_str().unwrap().to_lowercase())
            .collect::<Vec<_>>()
            .join(",");
        assert!(
            vary.contains("accept-language"),
            "an answer that depends on Accept-Language says so: Vary: {vary}"
        );
    }
}

#[tokio::test]
async fn a_format_that_is_not_offered_is_not_acceptable() {
    let house = House::build().await;
    for accept in [
        "text/csv",
        "text/html",
        "application/xml",
        "application/json;q=0",
        "image/*",
        "nonsense",
    ] {
        house
            .send("office", Method::GET, BRANCHES, None, &[("accept", accept)])
            .await
            .refused("not_acceptable");
    }
    for accept in [
        "application/json",
        "*/*",
        "application/*",
        "text/html, application/json;q=0.1",
        "text/html, */*;q=0.8",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "",
    ] {
        house
            .send("office", Method::GET, BRANCHES, None, &[("accept", accept)])
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn a_missing_permission_is_refused_with_the_roles_that_have_it() {
    let house = House::build().await;
    let answer = house.post("branch-01", TERMS, json!({})).await;
    let answer = answer.refused("forbidden");
    let detail = answer.body["detail"].text();
    assert!(
        detail.ends_with(&format!("have: {}.", Role::PartyOffice.en())),
        "{detail}"
    );
}

/// An unescaped `+` arrives as a space: the offset is read all the same.
#[tokio::test]
async fn an_offset_whose_plus_was_not_escaped_is_understood() {
    let house = House::build().await;
    let made = house.create("office", HOLIDAYS, holiday("2031-05-01", "một"));
    let id = made.await.id();
    for (from, found) in [
        ("2021-01-15T09:00:00+07:00", true),
        ("2021-01-15T09:00:00%2B07:00", true),
        ("2021-01-15T09:00:01+07:00", false),
        ("2021-01-15T02:00:00Z", true),
    ] {
        let list = format!("{HOLIDAYS}?created_at_from={from}&limit=200");
        let ids = house.read("office", &list).await.ids();
        assert_eq!(ids.contains(&id), found, "{from}");
    }
}

/// Only what the operation takes is advised.
#[tokio::test]
async fn a_refusal_to_try_again_says_how() {
    let house = House::build().await;
    let made = house.create("office", HOLIDAYS, holiday("2031-05-01", "một"));
    let path = format!("{HOLIDAYS}/{}", made.await.id());
    let owner = house.owner().await;
    owner
        .batch_execute("begin; lock table holiday")
        .await
        .unwrap();
    let new = holiday("2031-05-02", "hai");
    for (method, path, body, advice) in [
        (Method::GET, path.as_str(), None, "Try again shortly."),
        (
            Method::POST,
            HOLIDAYS,
            Some(new),
            "with the same Idempotency-Key.",
        ),
        (
            Method::PATCH,
            path.as_str(),
            Some(json!({"name": "ba"})),
            "read the row again before you repeat the request.",
        ),
    ] {
        let headers = [("if-match", "\"1\"")];
        let answer = house.send("office", method, path, body, &headers).await;
        let answer = answer.refused("unavailable");
        assert!(
            answer.body["detail"].text().ends_with(advice),
            "{}",
            answer.text
        );
    }
}

// ---- outside /api/v1 ----

#[tokio::test]
async fn each_error_code_has_a_page_in_both_languages() {
    let house = House::build().await;
    for code in Code::ALL {
        let (status, headers, text) = raw(
            &house,
            Method::GET,
            &format!("/problems/{}", code.wire()),
            &[],
            vec![],
        )
        .await;
        assert_eq!(status, 200, "{}", code.wire());
        assert!(
            headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
        for part in [
            code.wire(),
            code.title().0,
            code.title().1,
            code.about(),
            code.status().as_str(),
        ] {
            assert!(text.contains(part), "{}: {part:?} is missing", code.wire());
        }
    }
}

/// A refused parameter is told what would be valid, in the reader's language.
#[tokio::test]
async fn a_refused_parameter_says_what_is_wanted() {
    let house = House::build().await;
    for (path, vi, en) in [
        (
            "candidates?q=%25",
            "có ít nhất một chữ hoặc số",
            "with a letter or a digit",
        ),
        (
            "candidates?limit=0",
            "một số từ 1 đến 200",
            "a number from 1 to 200",
        ),
        (
            "candidates?nominated_on=1899-12-31",
            "1900-01-01",
            "1900-01-01",
        ),
        (
            "outlooks?until=9999-12-31",
            "1900-01-01",
            "a date from 1900-01-01",
        ),
        (
            "outlooks?limit=201",
            "một số từ 1 đến 200",
            "a number from 1 to 200",
        ),
        (
            "candidates?youth_union_member=yes",
            "true, false",
            "true, false",
        ),
        (
            "annual-quotas?year=abc",
            "một năm từ 1990",
            "a year from 1990",
        ),
        ("annual-quotas?year=", "một năm từ 1990", "a year from 1990"),
        (
            "reports/progress?year=99999999999",
            "một năm từ 1990",
            "a year from 1990",
        ),
        ("reports/statistics?group_by=x", "branch, ", "branch, "),
        (
            "reports/statistics?scope=x",
            "cần: own, below",
            "expected: own, below",
        ),
        ("reports/statistics?format=pdf", "csv, xlsx", "csv, xlsx"),
        ("annual-quotas?year=2021&year=2022", "một lần", "once"),
        (
            "candidates?sort=nominated_on,-nominated_on",
            "đứng hai lần",
            "stands twice",
        ),
        ("candidates?limit=1&limit=2", "một lần", "once"),
    ] {
        for (language, wanted) in [("vi", vi), ("en", en)] {
            let language = [("accept-language", language)];
            let path = format!("/api/v1/{path}");
            let answer = house
                .send("office", Method::GET, &path, None, &language)
                .await;
            let answer = answer.expect(400);
            let told = answer.body["errors"][0]["detail"].as_str().unwrap();
            assert!(told.contains(wanted), "{path}: {told}");
            // the error is reported once, at the parameter
            assert_eq!(answer.code(), "invalid_parameter", "{path}");
            let name = path.split(['?', '=']).nth(1).unwrap();
            assert_eq!(answer.faults(), [name], "{path}");
        }
    }
}

/// Errors in path, query, headers and body are reported together, provided that the caller has the
/// permission.
#[tokio::test]
async fn all_faults_of_a_request_are_reported_together() {
    let house = House::build().await;
    let id = demo("ca", 4, 2);
    let body = ["/assessment", "/member_id", "/on"];
    let known: &[(&str, &str)] = &[("if-match", "\"1\"")];
    let broken: &[(&str, &str)] = &[("if-match", "1"), ("idempotency-key", "a b")];
    for (who, id, query, headers, code, named) in [
        (
            "branch-04",
            id.to_uppercase(),
            "?acknowledged=foo&zz=1",
            broken,
            "unknown_parameter",
            &["Idempotency-Key", "If-Match", "acknowledged", "id", "zz"][..],
        ),
        // the errors are the same for a file out of the caller's reach
        (
            "branch-05",
            id.clone(),
            "",
            broken,
            "invalid_header",
            &["Idempotency-Key", "If-Match"],
        ),
        (
            "branch-04",
            "x".to_owned(),
            "",
            &[],
            "invalid_path",
            &["If-Match", "id"],
        ),
        (
            "branch-04",
            id.clone(),
            "",
            &[],
            "precondition_required",
            &["If-Match"],
        ),
        ("branch-04", id.clone(), "", known, "validation_failed", &[]),
    ] {
        let path = format!("/api/v1/candidates/{id}/sponsor-notes{query}");
        let sent = Some(json!({"on": "x"}));
        let answer = house.send(who, Method::POST, &path, sent, headers).await;
        let answer = answer.refused(code);
        let mut faults = answer.faults();
        faults.sort_unstable();
        let wanted: Vec<&str> = body.iter().chain(named).copied().collect();
        assert_eq!(faults, wanted, "{}", answer.text);
        let sent = Some(json!("x"));
        let other = house.send("upper", Method::POST, &path, sent, headers);
        assert!(other.await.refused("forbidden").faults().is_empty());
    }
    // a date that does not exist is reported together with the others
    let path = format!("/api/v1/candidates/{id}/sponsor-notes");
    let note = json!({"on": "2021-02-30", "member_id": demo("dd", 4, 6), "assessment": "good"});
    let sent = house.send("branch-04", Method::POST, &path, Some(note), &[]);
    let answer = sent.await.refused("precondition_required");
    assert_eq!(answer.faults(), ["If-Match", "/on"]);
    // a malformed value decides the code of the answer, in whatever order the arguments are read
    let path = format!("/api/v1/members/{}?acknowledged=perhaps", demo("dd", 4, 6));
    let sent = house.send("office", Method::DELETE, &path, None, &[]);
    let answer = sent.await.refused("invalid_parameter");
    assert_eq!(answer.faults(), ["acknowledged", "If-Match"]);
    let path = format!("/api/v1/candidates/{id}/sponsor-notes");
    // a body that cannot be parsed adds no pointers
    let headers = [("content-type", "text/plain")];
    let sent = house.send("branch-04", Method::POST, &path, Some(json!({})), &headers);
    let answer = sent.await.refused("precondition_required");
    assert_eq!(answer.faults(), ["If-Match"]);
    // the same for a list and for a single object; an unknown parameter is reported only once
    for (path, named) in [
        (
            "candidates?limit=0&sort=foo&stage=bar&zz=1&zz=2",
            ["limit", "sort", "stage", "zz"].as_slice(),
        ),
        (
            "branches/01750000-0000-7000-8000-00000b010000?fields=foo&zz=1",
            &["fields", "zz"],
        ),
    ] {
        let answer = house.get("office", path).await.refused("unknown_parameter");
        let mut faults = answer.faults();
        faults.sort_unstable();
        assert_eq!(faults, named, "{path}: {}", answer.text);
    }
    // a repeated parameter is not reported as unknown as well
    let path = "candidates?limit=1&limit=2&stage=bar";
    let answer = house.get("office", path).await.refused("invalid_parameter");
    assert_eq!(answer.faults(), ["limit", "stage"]);
    // text in another encoding is refused rather than compared with what nobody has entered
    let answer = house
        .get("office", "branches?name=%E9&number=%ED%A0%80")
        .await;
    let answer = answer.refused("invalid_parameter");
    assert_eq!(answer.faults(), ["name", "number"]);
    let asked = house
        .get("office", "me?x=1")
        .await
        .refused("unknown_parameter");
    assert!(!asked.body["detail"].text().contains('-'), "{}", asked.text);
}
