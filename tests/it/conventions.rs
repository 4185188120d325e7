//! What holds for every resource alike: versions, merge patches, idempotency, strict bodies, text,
//! methods, languages, headers.
use std::collections::BTreeSet;

use ketnap::access;
use ketnap::error::Code;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, contract, demo, person};

const HOLIDAYS: &str = "/api/v1/holidays";
const TERMS: &str = "/api/v1/terms";
const BRANCHES: &str = "/api/v1/branches";

fn holiday(on: &str, name: &str) -> Value {
    json!({"on": on, "name": name})
}

fn term(name: &str) -> Value {
    json!({"name": name, "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "committee_coverage_percent": 100, "committee_coverage_year": 2030})
}

/// What a client sends as it is: nothing is added, nothing checked against the document.
async fn raw(
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

/// A body as bytes, sent by the Office.
async fn send_bytes(
    house: &House,
    method: Method,
    path: &str,
    body: &[u8],
) -> (u16, Value, HeaderMap) {
    let kind: &[u8] = if method == Method::PATCH {
        b"application/merge-patch+json"
    } else {
        b"application/json"
    };
    let bearer = format!("Bearer {}", house.token("office").await);
    let headers: [(&str, &[u8]); 4] = [
        ("authorization", bearer.as_bytes()),
        ("content-type", kind),
        ("accept-language", b"en"),
        ("if-match", b"\"1\""),
    ];
    let (status, headers, text) = raw(house, method, path, &headers, body.to_vec()).await;
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::Null),
        headers,
    )
}

async fn count(house: &House, path: &str) -> i64 {
    house
        .read("office", &format!("{path}?include_total=true&limit=1"))
        .await
        .body["page"]["total"]
        .number()
}

// ---- versions ----

#[tokio::test]
async fn what_a_client_already_holds_is_not_sent_again() {
    let house = House::build().await;
    let path = format!("/api/v1/departments/{}", demo("de", 1, 1));
    let first = house.read("office", &path).await;
    let etag = first.header("etag").to_owned();
    assert_eq!(
        etag,
        format!("\"{}\"", first.version()),
        "the ETag is the version"
    );
    for held in [
        etag.as_str(),
        &format!("W/{etag}"),
        "*",
        &format!("\"99\", {etag}"),
        &format!("\"x\",W/{etag}"),
    ] {
        let answer = house
            .send(
                "office",
                Method::GET,
                &path,
                None,
                &[("if-none-match", held)],
            )
            .await
            .expect(304);
        assert_eq!(
            (answer.text.as_str(), answer.header("etag")),
            ("", etag.as_str()),
            "If-None-Match: {held}"
        );
    }
    for other in ["\"99\"", "\"x\"", "", "1", "\"11\"", "W/\"99\""] {
        let answer = house
            .send(
                "office",
                Method::GET,
                &path,
                None,
                &[("if-none-match", other)],
            )
            .await
            .expect(200);
        assert_eq!(answer.body, first.body, "If-None-Match: {other}");
    }
    let changed = house
        .change(
            "office",
            &path,
            first.version(),
            json!({"name": "Khoa khác"}),
        )
        .await;
    assert_eq!(
        changed.header("etag"),
        format!("\"{}\"", first.version() + 1)
    );
    house
        .send(
            "office",
            Method::GET,
            &path,
            None,
            &[("if-none-match", &etag)],
        )
        .await
        .expect(200);
    // a caller without the permission learns nothing from it
    house
        .send("", Method::GET, &path, None, &[("if-none-match", "*")])
        .await
        .expect(401);
}

#[tokio::test]
async fn every_change_removal_and_step_asks_for_the_version_that_was_read() {
    let house = House::build().await;
    let id = demo("7e", 0, 1);
    for (path, item) in contract().document["paths"].as_object().unwrap() {
        for (method, op) in item.as_object().unwrap() {
            let wants = op["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|p| p["name"] == "If-Match");
            let changes = matches!(method.as_str(), "patch" | "delete");
            assert!(
                wants || !changes,
                "{method} {path} does not ask for If-Match"
            );
            if !wants {
                continue;
            }
            let scope = op["security"][0]["oauth2"][0].text();
            let who = match scope {
                "accounts.write" | "settings.write" | "organizations.create" => "admin",
                "nominations.change" => "union",
                "quota_plans.issue" | "terms.approve" | "source_plans.decide" => "standing",
                scope => {
                    let may = |role| {
                        access::Action::parse(scope).is_some_and(|a| access::may(role, a).is_some())
                    };
                    if may(access::Role::PartyOffice) {
                        "office"
                    } else {
                        "branch-01"
                    }
                }
            };
            let path = path
                .replace("{id}", &id)
                .replace("{key}", "sponsorship_load_limit");
            let method: Method = method.to_uppercase().parse().unwrap();
            let body = op["requestBody"].is_object().then(|| json!({}));
            house
                .send(who, method.clone(), &path, body.clone(), &[])
                .await
                .refused("precondition_required");
            // the body is judged first, then whether there is such a row (the term is there), then
            // the tag; nothing is let through
            let expected = match (body.is_some(), path.contains("/terms/")) {
                (true, _) => (422, "validation_failed"),
                (false, true) => (412, "precondition_failed"),
                (false, false) => (404, "not_found"),
            };
            for malformed in MALFORMED {
                let answer = house
                    .send(
                        who,
                        method.clone(),
                        &path,
                        body.clone(),
                        &[("if-match", malformed)],
                    )
                    .await;
                assert_eq!(
                    (answer.status, answer.code()),
                    expected,
                    "{method} {path} If-Match: {malformed}"
                );
            }
        }
    }
}

/// Tags that name no version of ours.
const MALFORMED: [&str; 8] = [
    "x",
    "1",
    "\"",
    "\"\"",
    "\"x\"",
    "W/\"1\"",
    "\"1",
    "\"99999999999\"",
];

#[tokio::test]
async fn a_tag_that_names_no_version_is_refused_with_the_current_one() {
    let house = House::build().await;
    let path = format!(
        "{HOLIDAYS}/{}",
        house
            .create("office", HOLIDAYS, holiday("2031-05-02", "một"))
            .await
            .id()
    );
    for malformed in MALFORMED {
        for (method, body) in [
            (Method::PATCH, Some(json!({"name": "hai"}))),
            (Method::DELETE, None),
        ] {
            let answer = house
                .send("office", method, &path, body, &[("if-match", malformed)])
                .await
                .refused("precondition_failed");
            assert_eq!(answer.header("etag"), "\"1\"", "If-Match: {malformed}");
        }
    }
    assert_eq!(house.read("office", &path).await.body["name"], "một");
}

#[tokio::test]
async fn a_stale_version_is_refused_with_the_current_one_and_changes_nothing() {
    let house = House::build().await;
    let made = house
        .create("office", HOLIDAYS, holiday("2031-05-01", "một"))
        .await;
    let path = format!("{HOLIDAYS}/{}", made.id());
    house
        .change("office", &path, 1, json!({"name": "hai"}))
        .await;
    for stale in [1, 0, 3] {
        let answer = house
            .patch("office", &path, stale, json!({"name": "ba"}))
            .await
            .refused("precondition_failed");
        assert_eq!(answer.header("etag"), "\"2\"");
        let answer = house
            .delete("office", &path, stale)
            .await
            .refused("precondition_failed");
        assert_eq!(answer.header("etag"), "\"2\"");
    }
    let now = house.read("office", &path).await;
    assert_eq!((now.body["name"].as_str(), now.version()), (Some("hai"), 2));
    // two at once with the same version: one wins
    let (one, other) = tokio::join!(
        house.patch("office", &path, 2, json!({"name": "của một người"})),
        house.patch("office", &path, 2, json!({"name": "của người kia"}))
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    house.remove("office", &path, 3).await;
    house.get("office", &path).await.refused("not_found");
    house.delete("office", &path, 4).await.refused("not_found");
}

// ---- merge patch ----

#[tokio::test]
async fn a_patch_keeps_what_is_absent_and_clears_what_is_null() {
    let house = House::build().await;
    let path = format!("{TERMS}/{}", demo("7e", 0, 1));
    house
        .owner()
        .await
        .batch_execute("update term set state = 'draft', approved_by = null, approved_on = null")
        .await
        .unwrap();
    let before = house.read("office", &path).await;
    assert!(before.body["resolution"].is_string());
    let after = house
        .change(
            "office",
            &path,
            before.version(),
            json!({"resolution": null, "annual_minimum": 7}),
        )
        .await;
    let mut wanted = before.body.clone();
    wanted["resolution"] = Value::Null;
    wanted["annual_minimum"] = 7.into();
    wanted["version"] = (before.version() + 1).into();
    wanted["updated_at"] = after.body["updated_at"].clone();
    assert_eq!(after.body, wanted);
    assert_eq!(house.read("office", &path).await.text, after.text);

    // the same validation as on creation
    for (patch, pointer) in [
        (json!({"name": null}), "/name"),
        (json!({"annual_minimum": null}), "/annual_minimum"),
        (json!({"annual_minimum": -1}), "/annual_minimum"),
        (json!({"annual_minimum": 10_001}), "/annual_minimum"),
        (json!({"name": ""}), "/name"),
        (json!({"nothing": 1}), "/nothing"),
        (json!({"id": demo("7e", 0, 1)}), "/id"),
        (json!({"version": 9}), "/version"),
        (
            json!({"source_plans_due_on": "2021-02-30"}),
            "/source_plans_due_on",
        ),
        (json!({"to_year": 2000}), "/to_year"),
        (json!({}), ""),
        (json!([]), ""),
        (json!("x"), ""),
        (json!(null), ""),
    ] {
        let answer = house
            .patch("office", &path, after.version(), patch.clone())
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (422, "validation_failed"),
            "{patch}: {}",
            answer.text
        );
        assert_eq!(
            answer.faults().into_iter().collect::<BTreeSet<_>>(),
            [pointer.to_owned()].into(),
            "{patch}: {}",
            answer.text
        );
    }
    for kind in [
        "application/json",
        "application/json-patch+json",
        "text/plain",
        "",
        "merge-patch+json",
    ] {
        let headers = [("content-type", kind), ("if-match", "\"2\"")];
        house
            .send(
                "office",
                Method::PATCH,
                &path,
                Some(json!({"annual_minimum": 8})),
                &headers,
            )
            .await
            .refused("unsupported_media_type");
    }
    let headers = [
        (
            "content-type",
            "Application/Merge-Patch+JSON; charset=utf-8",
        ),
        ("if-match", "\"2\""),
    ];
    house
        .send(
            "office",
            Method::PATCH,
            &path,
            Some(json!({"annual_minimum": 8})),
            &headers,
        )
        .await
        .expect(200);
}

#[tokio::test]
async fn a_patch_that_changes_nothing_keeps_the_version_and_leaves_no_trace() {
    let house = House::build().await;
    let made = house.create("office", TERMS, term("2025-2030")).await;
    let path = format!("{TERMS}/{}", made.id());
    let owner = house.owner().await;
    let entries = async || {
        owner
            .query_one("select count(*) from audit_entry", &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let before = entries().await;
    for same in [
        json!({"name": "2025-2030"}),
        json!({"name": "  2025-2030 "}),
        json!({"resolution": null, "annual_minimum": 6}),
    ] {
        let answer = house.change("office", &path, 1, same).await;
        assert_eq!(
            (
                answer.version(),
                answer.header("etag"),
                answer.text.as_str()
            ),
            (1, "\"1\"", made.text.as_str())
        );
    }
    assert_eq!(entries().await, before);
    house
        .change("office", &path, 1, json!({"annual_minimum": 5}))
        .await;
    assert_eq!(entries().await, before + 1);
}

#[tokio::test]
async fn the_answer_to_a_creation_is_what_the_next_reading_gives_byte_for_byte() {
    let house = House::build().await;
    house
        .clock
        .set("2021-01-15T02:00:00.123456789Z".parse().unwrap());
    let account = json!({"login": "committee-2", "display_name": "Đảng ủy viên", "role": "committee_member", "expires_at": "2022-01-01T00:00:00.123456789Z"});
    let bodies = [
        ("office", TERMS, term("2025-2030")),
        (
            "office",
            HOLIDAYS,
            holiday("2031-05-01", "Ngày Quốc tế lao động"),
        ),
        (
            "office",
            BRANCHES,
            json!({"number": "11", "name": "Chi bộ Y học cổ truyền", "kind": "clinical", "non_member_count": 12, "previous_term_admissions": 1}),
        ),
        (
            "office",
            "/api/v1/departments",
            json!({"name": "Khoa Y học cổ truyền", "kind": "clinical"}),
        ),
        (
            "union",
            "/api/v1/nominations",
            person(1, "Đặng Thị Hoài An", "21-NQ/CĐ"),
        ),
        ("admin", "/api/v1/accounts", account),
        (
            "admin",
            "/api/v1/organizations",
            json!({"name": "Đảng bộ xã An", "label": "Đảng ủy"}),
        ),
    ];
    for (who, path, body) in bodies {
        let made = house.create(who, path, body).await;
        let location = made.location().to_owned();
        assert_eq!(location, format!("{path}/{}", made.id()));
        let read = house.read(who, &location).await;
        assert_eq!(
            (read.text.as_str(), read.header("etag")),
            (made.text.as_str(), made.header("etag")),
            "{path}"
        );
        assert_eq!(made.header("etag"), "\"1\"");
    }
}

// ---- idempotency ----

#[tokio::test]
async fn the_same_request_with_the_same_key_happens_once() {
    let house = House::build().await;
    let before = count(&house, HOLIDAYS).await;
    let body = holiday("2031-05-01", "một");
    let key = [("idempotency-key", "khoa-1")];
    let post = async |who: &'static str, body: &Value, headers: &[(&str, &str)]| {
        house
            .send(who, Method::POST, HOLIDAYS, Some(body.clone()), headers)
            .await
    };
    let first = post("office", &body, &key).await.expect(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    let second = post("office", &body, &key).await.expect(201);
    assert_eq!(second.header("idempotent-replayed"), "true");
    let told = |a: &Answer| {
        (
            a.text.clone(),
            a.header("etag").to_owned(),
            a.location().to_owned(),
            a.header("content-type").to_owned(),
        )
    };
    assert_eq!(told(&second), told(&first));
    assert_eq!(count(&house, HOLIDAYS).await, before + 1);
    // the stored answer stays what it was, also after the row has changed
    house
        .change("office", first.location(), 1, json!({"name": "hai"}))
        .await;
    assert_eq!(
        told(&post("office", &body, &key).await.expect(201)),
        told(&first)
    );

    post("office", &holiday("2031-05-02", "một"), &key)
        .await
        .refused("idempotency_key_reused");
    // the key belongs to method and path
    house
        .send("office", Method::POST, TERMS, Some(term("2025-2030")), &key)
        .await
        .expect(201);
    // without a key, or with another one, it is a new request
    post("office", &body, &[]).await.refused("duplicate");
    post("office", &body, &[("idempotency-key", "khoa-2")])
        .await
        .refused("duplicate");
    // a refusal is not kept: once the cause is gone, the same key works
    house.remove("office", first.location(), 2).await;
    post("office", &body, &[("idempotency-key", "khoa-2")])
        .await
        .expect(201);

    for bad in ["", "a b", &"k".repeat(201)] {
        let answer = post(
            "office",
            &holiday("2031-06-01", "x"),
            &[("idempotency-key", bad)],
        )
        .await
        .refused("invalid_header");
        assert_eq!(answer.faults(), ["Idempotency-Key"]);
    }
    let bearer = format!("Bearer {}", house.token("office").await);
    let twice: [(&str, &[u8]); 4] = [
        ("authorization", bearer.as_bytes()),
        ("content-type", b"application/json"),
        ("idempotency-key", b"a"),
        ("idempotency-key", b"b"),
    ];
    assert_eq!(
        raw(
            &house,
            Method::POST,
            HOLIDAYS,
            &twice,
            holiday("2031-06-01", "x").to_string().into()
        )
        .await
        .0,
        400
    );
    let foreign: [(&str, &[u8]); 3] = [
        ("authorization", bearer.as_bytes()),
        ("content-type", b"application/json"),
        ("idempotency-key", "khóa".as_bytes()),
    ];
    assert_eq!(
        raw(
            &house,
            Method::POST,
            HOLIDAYS,
            &foreign,
            holiday("2031-06-01", "x").to_string().into()
        )
        .await
        .0,
        400
    );
    post(
        "office",
        &holiday("2031-06-01", "x"),
        &[("idempotency-key", &"k".repeat(200))],
    )
    .await
    .expect(201);
}

#[tokio::test]
async fn a_key_is_its_account_s_own_and_is_forgotten_after_a_day() {
    let house = House::build().await;
    let key = [("idempotency-key", "chung")];
    let post = async |who: &'static str, paper: &str| {
        house
            .send(
                who,
                Method::POST,
                "nominations",
                Some(person(4, &format!("Lê Thị {paper}"), paper)),
                &key,
            )
            .await
    };
    let union = post("union", "A1").await.expect(201);
    // another account's key of the same name has nothing to do with it
    let youth = house
        .send(
            "youth",
            Method::POST,
            "nominations",
            Some(json!({"branch_id": demo("0b", 4, 0), "full_name": "Trần Văn B", "sex": "male",
            "birth_date": "1998-01-01", "youth_union_member": true, "trade_union_member": false, "paper_number": "B1", "paper_on": "2021-01-12"})),
            &key,
        )
        .await
        .expect(201);
    assert_ne!(union.id(), youth.id());
    post("union", "A2").await.refused("idempotency_key_reused");
    house.clock.set("2021-01-16T01:59:00Z".parse().unwrap());
    let later = House::over(house.database.clone(), crate::support::Build::default()).await;
    later.clock.set("2021-01-16T01:59:00Z".parse().unwrap());
    let again = async |paper: &str| {
        later
            .send(
                "union",
                Method::POST,
                "/api/v1/nominations",
                Some(person(4, &format!("Lê Thị {paper}"), paper)),
                &key,
            )
            .await
    };
    assert_eq!(
        again("A1").await.expect(201).id(),
        union.id(),
        "a restarted server remembers"
    );
    later.clock.set("2021-01-16T02:00:01Z".parse().unwrap());
    let anew = again("A2").await.expect(201);
    assert_ne!(anew.id(), union.id());
    assert_eq!(anew.header("idempotent-replayed"), "");
}

#[tokio::test]
async fn two_requests_with_one_key_at_once_make_one_row() {
    let house = House::build().await;
    house.token("office").await;
    let before = count(&house, HOLIDAYS).await;
    for round in 1..=10 {
        let key = format!("vong-{round}");
        let send = async || {
            let body = holiday(&format!("2031-07-{round:02}"), "cùng lúc");
            house
                .send(
                    "office",
                    Method::POST,
                    HOLIDAYS,
                    Some(body),
                    &[("idempotency-key", &key)],
                )
                .await
        };
        let answers = tokio::join!(send(), send(), send());
        let answers = [answers.0, answers.1, answers.2];
        let made: Vec<&Answer> = answers
            .iter()
            .filter(|a| a.status == 201 && a.header("idempotent-replayed").is_empty())
            .collect();
        assert_eq!(
            made.len(),
            1,
            "round {round}: {:?}",
            answers
                .iter()
                .map(|a| (a.status, a.code()))
                .collect::<Vec<_>>()
        );
        for answer in &answers {
            match answer.status {
                201 => assert_eq!(answer.text, made[0].text),
                409 => assert_eq!(
                    (answer.code(), answer.header("retry-after")),
                    ("idempotency_in_progress", "1")
                ),
                other => panic!("{other}: {}", answer.text),
            }
        }
        assert_eq!(count(&house, HOLIDAYS).await, before + round);
    }
}

// ---- bodies ----

#[tokio::test]
async fn every_fault_of_a_body_is_told_at_once() {
    let house = House::build().await;
    let body = json!({"number": "", "name": 7, "kind": "hospital", "non_member_count": -1, "colour": "red", "Name": "x"});
    let answer = house
        .post("office", BRANCHES, body)
        .await
        .refused("validation_failed");
    let wanted = [
        "/Name",
        "/colour",
        "/kind",
        "/name",
        "/non_member_count",
        "/number",
        "/previous_term_admissions",
    ];
    let faults = answer.faults();
    assert_eq!(
        faults.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        wanted.into()
    );
    let codes: BTreeSet<(&str, &str)> = answer.body["errors"]
        .list()
        .iter()
        .map(|e| (e["pointer"].text(), e["code"].text()))
        .collect();
    for pair in [
        ("/colour", "unknown_field"),
        ("/previous_term_admissions", "required"),
        ("/kind", "not_in_list"),
        ("/name", "wrong_type"),
        ("/non_member_count", "too_small"),
    ] {
        assert!(codes.contains(&pair), "{pair:?} in {codes:?}");
    }
    // in a list inside the body too
    let line = json!({"branch_id": "x", "quota": -1, "rationale": "", "more": 1});
    let answer = house
        .post(
            "office",
            "quota-plans",
            json!({"term_id": "x", "year": 1, "lines": [line]}),
        )
        .await
        .refused("validation_failed");
    let faults: BTreeSet<String> = answer.faults().into_iter().collect();
    for pointer in [
        "/term_id",
        "/year",
        "/lines/0/branch_id",
        "/lines/0/quota",
        "/lines/0/more",
    ] {
        assert!(faults.contains(pointer), "{pointer} in {faults:?}");
    }
    // references that lead nowhere, both at once
    let mut lost = person(1, "Đặng Thị Hoài An", "1-CĐ");
    lost["branch_id"] = demo("0b", 99, 0).into();
    lost["department_id"] = demo("de", 1, 999).into();
    let answer = house
        .post("union", "nominations", lost)
        .await
        .refused("validation_failed");
    assert_eq!(
        answer.faults().into_iter().collect::<BTreeSet<_>>(),
        ["/branch_id", "/department_id"].map(String::from).into()
    );
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_with_its_line_and_column() {
    let house = House::build().await;
    let before = count(&house, HOLIDAYS).await;
    let deep = "[".repeat(20_000);
    let deep_object = format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500));
    for (bytes, place) in [
        (&b"{\n  \"on\": ,\n}"[..], Some((2, 9))),
        (b"", None),
        (b"   ", None),
        (b"{", None),
        (b"{\"on\": \"2031-01-02\", \"name\": \"x\"} x", None),
        (b"{'on': 1}", Some((1, 2))),
        (b"{\"on\": \"2031-01-02\", \"name\": \"\xff\xfe\"}", None),
        (
            b"\xef\xbb\xbf{\"on\": \"2031-01-02\", \"name\": \"x\"}",
            None,
        ),
        (b"{\"on\": \"2031-01-02\", \"name\": \"\\ud800\"}", None),
        (b"{\"on\": NaN}", None),
        (b"on=2031-01-02", None),
        (deep.as_bytes(), None),
        (deep_object.as_bytes(), None),
    ] {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let (status, problem, _) = send_bytes(&house, Method::POST, HOLIDAYS, bytes).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (400, Some("invalid_json")),
            "{shown:?}: {problem}"
        );
        let detail = problem["detail"].text();
        assert!(
            detail.contains("line") && detail.contains("column"),
            "{shown:?}: {detail}"
        );
        if let Some((line, column)) = place {
            assert!(
                detail.contains(&format!("line {line}, column {column}")),
                "{shown:?}: {detail}"
            );
        }
    }
    // a name that stands twice is no mistake that may pass: which of the two was meant?
    let (status, problem, _) = send_bytes(
        &house,
        Method::POST,
        HOLIDAYS,
        br#"{"on": "2031-01-02", "name": "a", "name": "b"}"#,
    )
    .await;
    assert!(
        (400..500).contains(&status),
        "a duplicate property was accepted: {status} {problem}"
    );
    assert_eq!(count(&house, HOLIDAYS).await, before);
}

#[tokio::test]
async fn a_body_over_64_kib_is_refused_and_one_below_is_read() {
    let house = House::build().await;
    for size in [64 * 1024 + 1, 200_000, 2_000_000] {
        let (status, problem, _) =
            send_bytes(&house, Method::POST, HOLIDAYS, "x".repeat(size).as_bytes()).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (413, Some("payload_too_large")),
            "{size} bytes"
        );
    }
    let body = format!("{}{}", holiday("2031-05-01", "một"), " ".repeat(60_000));
    assert_eq!(
        send_bytes(&house, Method::POST, HOLIDAYS, body.as_bytes())
            .await
            .0,
        201
    );
    let answer = house
        .send(
            "office",
            Method::POST,
            HOLIDAYS,
            Some(holiday("2031-05-03", "x")),
            &[("content-type", "text/plain")],
        )
        .await;
    answer.refused("unsupported_media_type");
}

#[tokio::test]
async fn dates_and_numbers_that_do_not_exist_are_refused() {
    let house = House::build().await;
    for on in [
        "2021-02-30",
        "2021-02-29",
        "0000-01-01",
        "9999-12-31",
        "1899-12-31",
        "2100-01-01",
        "21-01-01",
        "2021-1-1",
        "2021-01-01T00:00:00Z",
        "",
        " 2021-01-01",
        "２０２１-01-01",
        "-2021-01-01",
        "+2021-01-01",
        "20210101",
        "2021-13-01",
        "2021-00-10",
    ] {
        let answer = house.post("office", HOLIDAYS, holiday(on, "x")).await;
        assert_eq!(
            (answer.status, answer.code()),
            (422, "validation_failed"),
            "{on:?}: {}",
            answer.text
        );
        assert!(
            answer.faults().iter().all(|f| f == "/on"),
            "{on:?}: {:?}",
            answer.faults()
        );
    }
    house
        .create("office", HOLIDAYS, holiday("2024-02-29", "ngày nhuận"))
        .await;
    house
        .create("office", HOLIDAYS, holiday("1900-01-01", "đầu"))
        .await;
    house
        .create("office", HOLIDAYS, holiday("2099-12-31", "cuối"))
        .await;
    for number in [
        "-1",
        "100001",
        "2147483648",
        "9223372036854775808",
        "-9223372036854775809",
        "1e400",
        "1.5",
        "\"1\"",
        "true",
        "null",
        "[1]",
        "{}",
        "1e30",
    ] {
        let body = format!(
            r#"{{"number": "11", "name": "x", "kind": "clinical", "non_member_count": {number}, "previous_term_admissions": 1}}"#
        );
        let (status, problem, _) =
            send_bytes(&house, Method::POST, BRANCHES, body.as_bytes()).await;
        assert!(
            status == 422 || (status == 400 && problem["code"] == "invalid_json"),
            "{number}: {status} {problem}"
        );
        if status == 422 {
            assert_eq!(
                problem["errors"][0]["pointer"], "/non_member_count",
                "{number}"
            );
        }
    }
    for login in ["A", "a", "-a", "a b", "ä1", &"a".repeat(64), "a\n"] {
        let body = json!({"login": login, "display_name": "x", "role": "party_office"});
        let answer = house
            .post("admin", "accounts", body)
            .await
            .refused("validation_failed");
        assert_eq!(answer.faults()[0], "/login", "{login:?}");
    }
}

#[tokio::test]
async fn texts_are_normalised_trimmed_and_free_of_control_characters() {
    let house = House::build().await;
    let mut day = 0;
    let mut post = async |name: &str| {
        day += 1;
        house
            .post(
                "office",
                HOLIDAYS,
                holiday(
                    &format!(
                        "20{}-{:02}-{:02}",
                        31 + day / 300,
                        1 + day / 28 % 12,
                        1 + day % 28
                    ),
                    name,
                ),
            )
            .await
    };
    let nfc = "Tết Nguyên đán Quý Mão";
    let nfd = "Te\u{302}\u{301}t Nguye\u{302}n đa\u{301}n Qu\u{79}\u{301} Ma\u{303}o";
    for (sent, kept) in [
        (nfc, nfc),
        (nfd, nfc),
        ("  Tết   Nguyên \u{a0} đán\u{3000}Quý Mão ", nfc),
        ("👩‍⚕️ ngày thầy thuốc", "👩‍⚕️ ngày thầy thuốc"),
    ] {
        assert_eq!(post(sent).await.expect(201).body["name"], kept, "{sent:?}");
    }
    for refused in [
        "",
        " ",
        "\u{a0}\u{2003}",
        "a\u{0}b",
        "\u{0}",
        "a\tb",
        "a\nb",
        "a\u{7f}",
        "a\u{85}b",
        "\u{202e}cba",
        "a\u{202a}",
        "a\u{2066}b\u{2069}",
        "\u{1b}[31m",
        "a\r\n",
    ] {
        let answer = post(refused).await;
        assert_eq!(
            (answer.status, answer.code()),
            (422, "validation_failed"),
            "{refused:?}: {}",
            answer.text
        );
        assert!(
            answer.faults().iter().all(|f| f == "/name"),
            "{refused:?}: {:?}",
            answer.faults()
        );
    }
    // characters count, not bytes
    post(&"ế".repeat(200)).await.expect(201);
    post(&"😀".repeat(200)).await.expect(201);
    for long in ["ế".repeat(201), "a".repeat(201), "a ".repeat(150)] {
        post(&long).await.invalid(&["/name"]);
    }
    // NFC and NFD of one name are one name
    let branch = |name: &str| json!({"name": name, "kind": "clinical"});
    house
        .create("office", "departments", branch("Khoa Điều dưỡng"))
        .await;
    house
        .post(
            "office",
            "departments",
            branch("Khoa  Đie\u{302}\u{300}u dưỡng"),
        )
        .await
        .duplicate("/name");
}

#[tokio::test]
async fn a_row_that_others_depend_on_stays() {
    let house = House::build().await;
    let read = async |path: &str| house.read("office", path).await.version();
    for path in [
        format!("{BRANCHES}/{}", demo("0b", 1, 0)),
        format!("{TERMS}/{}", demo("7e", 0, 1)),
        format!("/api/v1/departments/{}", demo("de", 1, 1)),
        format!("/api/v1/classes/{}", demo("c1", 0, 1)),
        format!("/api/v1/members/{}", demo("dd", 1, 1)),
        format!("/api/v1/candidates/{}", demo("ca", 1, 4)),
    ] {
        let version = read(&path).await;
        house
            .delete("office", &path, version)
            .await
            .refused("has_dependents");
        assert_eq!(read(&path).await, version, "{path}");
    }
    let made = house.create("office", TERMS, term("2025-2030")).await;
    let path = format!("{TERMS}/{}", made.id());
    let gone = house.remove("office", &path, 1).await;
    assert_eq!(gone.text, "");
    house.get("office", &path).await.refused("not_found");
    house
        .patch("office", &path, 2, json!({"annual_minimum": 1}))
        .await
        .refused("not_found");
    // its name is free again
    house.create("office", TERMS, term("2025-2030")).await;
}

// ---- methods and addresses ----

#[tokio::test]
async fn every_address_answers_head_options_and_names_its_methods_when_asked_wrongly() {
    let house = House::build().await;
    let id = demo("0b", 1, 0);
    for (template, item) in contract().document["paths"].as_object().unwrap() {
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
async fn a_long_answer_is_compressed_for_who_asks() {
    let house = House::build().await;
    let bearer = format!("Bearer {}", house.token("office").await);
    let ask = async |encoding: &'static [u8]| {
        let headers: [(&str, &[u8]); 2] = [
            ("authorization", bearer.as_bytes()),
            ("accept-encoding", encoding),
        ];
        let mut request = house
            .client
            .get(format!("{}/api/v1/members?limit=100", house.base));
        for (name, value) in headers {
            request = request.header(name, HeaderValue::from_bytes(value).unwrap());
        }
        let response = request.send().await.unwrap();
        let coding = response
            .headers()
            .get("content-encoding")
            .map(|v| v.to_str().unwrap().to_owned());
        let vary = response.headers().get_all("vary").iter().any(|v| {
            v.to_str()
                .unwrap()
                .to_lowercase()
                .contains("accept-encoding")
        });
        (
            response.status().as_u16(),
            coding,
            vary,
            response.bytes().await.unwrap(),
        )
    };
    let (status, coding, vary, packed) = ask(b"gzip").await;
    assert_eq!(
        (status, coding.as_deref(), vary, &packed[..2]),
        (200, Some("gzip"), true, &[0x1f, 0x8b][..])
    );
    let (status, coding, _, plain) = ask(b"identity").await;
    assert_eq!((status, coding), (200, None));
    assert!(
        packed.len() * 3 < plain.len(),
        "{} against {} bytes",
        packed.len(),
        plain.len()
    );
}

// ---- headers ----

type Headers<'a> = Vec<(&'a str, &'a [u8])>;

#[tokio::test]
async fn every_answer_carries_the_security_headers_a_request_id_and_a_cache_rule() {
    let house = House::build().await;
    let bearer = format!("Bearer {}", house.token("office").await);
    let office: (&str, &[u8]) = ("authorization", bearer.as_bytes());
    let cases: Vec<(&str, Method, &str, Headers<'_>)> = vec![
        ("200", Method::GET, BRANCHES, vec![office]),
        (
            "304",
            Method::GET,
            "/api/v1/departments/01750000-0000-7000-8000-0000de010001",
            vec![office, ("if-none-match", b"*")],
        ),
        ("400", Method::GET, "/api/v1/branches?limit=0", vec![office]),
        ("400", Method::GET, "/api/v1/branches/x", vec![office]),
        ("401", Method::GET, BRANCHES, vec![]),
        (
            "401",
            Method::GET,
            BRANCHES,
            vec![("authorization", b"Bearer x")],
        ),
        ("403", Method::GET, "/api/v1/accounts", vec![office]),
        ("404", Method::GET, "/nothing", vec![]),
        (
            "404",
            Method::GET,
            "/api/v1/branches/01750000-0000-7000-8000-00000b990000",
            vec![office],
        ),
        ("405", Method::PUT, BRANCHES, vec![office]),
        (
            "406",
            Method::GET,
            BRANCHES,
            vec![office, ("accept", b"text/csv")],
        ),
        (
            "415",
            Method::POST,
            BRANCHES,
            vec![office, ("content-type", b"text/plain")],
        ),
        (
            "428",
            Method::DELETE,
            "/api/v1/terms/01750000-0000-7000-8000-00007e000001",
            vec![office],
        ),
        ("204", Method::OPTIONS, BRANCHES, vec![]),
        ("200", Method::GET, "/healthz", vec![]),
        ("200", Method::GET, "/openapi.json", vec![]),
        ("200", Method::GET, "/problems/not_found", vec![]),
        ("200", Method::GET, "/docs/", vec![]),
        ("200", Method::GET, "/.well-known/jwks.json", vec![]),
    ];
    for (status, method, path, headers) in cases {
        let (got, headers, _) = raw(&house, method.clone(), path, &headers, vec![]).await;
        assert_eq!(got.to_string(), status, "{method} {path}");
        let value = |name: &str| {
            headers
                .get(name)
                .map(|v| v.to_str().unwrap())
                .unwrap_or_default()
        };
        assert_eq!(
            (
                value("x-content-type-options"),
                value("x-frame-options"),
                value("referrer-policy")
            ),
            ("nosniff", "DENY", "no-referrer"),
            "{method} {path}"
        );
        assert!(
            value("content-security-policy").contains("frame-ancestors 'none'"),
            "{method} {path}"
        );
        assert!(
            value("strict-transport-security").contains("max-age=31536000"),
            "{method} {path}"
        );
        assert_eq!(value("server"), "", "{method} {path}");
        assert!(!value("x-request-id").is_empty(), "{method} {path}");
        assert!(!value("cache-control").is_empty(), "{method} {path}");
        if path.starts_with("/api/v1/") {
            assert_eq!(value("cache-control"), "no-store", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_harmless_request_id_is_kept_and_a_hostile_one_replaced() {
    let house = House::build().await;
    let ask = async |headers: Vec<(&'static str, Vec<u8>)>| {
        let headers: Vec<(&str, &[u8])> = headers.iter().map(|(n, v)| (*n, v.as_slice())).collect();
        let (_, headers, text) =
            raw(&house, Method::GET, "/api/v1/branches", &headers, vec![]).await;
        let problem: Value = serde_json::from_str(&text).unwrap();
        let id = headers["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(
            problem["trace_id"],
            id.as_str(),
            "the problem names the same request"
        );
        id
    };
    for kept in [
        "a",
        "01934c5e-7a3b-7c11-8d52-6f0a1b2c3d4e",
        &"x".repeat(100),
    ] {
        assert_eq!(ask(vec![("x-request-id", kept.into())]).await, kept);
    }
    for hostile in [
        "",
        "a b",
        "a;b",
        "<script>",
        "a\"b",
        "ế",
        &"x".repeat(101),
        "a/b",
        "%0a",
    ] {
        let id = ask(vec![("x-request-id", hostile.into())]).await;
        assert!(
            uuid::Uuid::parse_str(&id).is_ok(),
            "{hostile:?} became {id}"
        );
    }
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    assert_eq!(
        ask(vec![(
            "traceparent",
            format!("00-{trace}-00f067aa0ba902b7-01").into()
        )])
        .await,
        trace
    );
    assert_eq!(
        ask(vec![
            (
                "traceparent",
                format!("00-{trace}-00f067aa0ba902b7-01").into()
            ),
            ("x-request-id", "own".into())
        ])
        .await,
        "own"
    );
    for broken in [
        "00-xyz-1-01",
        "nonsense",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    ] {
        let id = ask(vec![("traceparent", broken.into())]).await;
        assert!(
            uuid::Uuid::parse_str(&id).is_ok_and(|id| !id.is_nil()),
            "{broken:?} became {id}"
        );
    }
    assert_ne!(ask(vec![]).await, ask(vec![]).await);
}

#[tokio::test]
async fn a_front_end_on_the_list_may_call_and_a_foreign_one_may_not() {
    let house = House::build().await;
    let ours: (&str, &[u8]) = ("origin", b"https://front-end.example.org");
    let value = |headers: &HeaderMap, name: &str| {
        headers
            .get(name)
            .map(|v| v.to_str().unwrap().to_lowercase())
            .unwrap_or_default()
    };
    for (method, header) in [
        ("PATCH", "if-match"),
        ("POST", "idempotency-key"),
        ("GET", "if-none-match"),
        ("DELETE", "authorization"),
        ("POST", "content-type"),
        ("GET", "x-request-id"),
        ("GET", "traceparent"),
    ] {
        let asked: [(&str, &[u8]); 3] = [
            ours,
            ("access-control-request-method", method.as_bytes()),
            ("access-control-request-headers", header.as_bytes()),
        ];
        let (status, headers, _) = raw(&house, Method::OPTIONS, BRANCHES, &asked, vec![]).await;
        assert!(
            (200..300).contains(&status),
            "{method} with {header}: {status}"
        );
        assert_eq!(
            value(&headers, "access-control-allow-origin"),
            "https://front-end.example.org",
            "{method} with {header}"
        );
        assert!(value(&headers, "access-control-allow-methods").contains(&method.to_lowercase()));
        assert!(
            value(&headers, "access-control-allow-headers").contains(header),
            "{header}"
        );
        assert_eq!(
            value(&headers, "access-control-allow-credentials"),
            "",
            "tokens travel in a header, no cookies"
        );
    }
    // the answer itself, good or bad, may be read, with the headers that the conventions speak of
    let bearer = format!("Bearer {}", house.token("office").await);
    for (path, with) in [
        (BRANCHES, true),
        (BRANCHES, false),
        ("/nothing", false),
        ("/api/v1/branches?limit=0", true),
    ] {
        let mut headers = vec![ours];
        if with {
            headers.push(("authorization", bearer.as_bytes()));
        }
        let (_, headers, _) = raw(&house, Method::GET, path, &headers, vec![]).await;
        assert_eq!(
            value(&headers, "access-control-allow-origin"),
            "https://front-end.example.org",
            "{path}"
        );
        let exposed = value(&headers, "access-control-expose-headers");
        for name in [
            "etag",
            "link",
            "location",
            "retry-after",
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "x-request-id",
            "idempotent-replayed",
        ] {
            assert!(
                exposed.contains(name),
                "{path}: {name} is not exposed: {exposed}"
            );
        }
        assert!(
            headers.get_all("vary").iter().any(|v| v
                .to_str()
                .unwrap()
                .to_lowercase()
                .contains("origin")),
            "{path}: Vary"
        );
    }
    for foreign in [
        "https://evil.example.org",
        "null",
        "http://front-end.example.org",
        "https://front-end.example.org.evil.org",
        "https://front-end.example.org:8443",
    ] {
        let origin: (&str, &[u8]) = ("origin", foreign.as_bytes());
        let (status, headers, text) = raw(
            &house,
            Method::OPTIONS,
            BRANCHES,
            &[origin, ("access-control-request-method", b"GET")],
            vec![],
        )
        .await;
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{foreign}: {status} {text}"
        );
        let (_, headers, _) = raw(&house, Method::GET, BRANCHES, &[origin], vec![]).await;
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{foreign}"
        );
    }
    // the service's own pages and scripts send no Origin
    house.read("office", BRANCHES).await;
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

#[tokio::test]
async fn the_documentation_and_the_document_are_served() {
    let house = House::build().await;
    let plain = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    for path in ["/docs", "/"] {
        let answer = plain
            .get(format!("{}{path}", house.base))
            .send()
            .await
            .unwrap();
        assert_eq!(
            (
                answer.status().as_u16(),
                answer.headers()["location"].to_str().unwrap()
            ),
            (302, "/docs/"),
            "{path}"
        );
    }
    let (status, headers, text) = raw(&house, Method::GET, "/docs/", &[], vec![]).await;
    assert_eq!(status, 200);
    assert!(
        headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
            && text.contains("swagger-ui")
    );
    let (_, _, script) = raw(
        &house,
        Method::GET,
        "/docs/swagger-initializer.js",
        &[],
        vec![],
    )
    .await;
    assert!(script.contains("/openapi.json"), "{script}");
    let (status, _, text) = raw(&house, Method::GET, "/openapi.json", &[], vec![]).await;
    assert_eq!(
        (status, &serde_json::from_str::<Value>(&text).unwrap()),
        (200, &contract().document)
    );
}

#[tokio::test]
async fn it_says_that_it_lives_and_that_it_is_ready() {
    let house = House::build().await;
    let alive = house.read("", "/healthz").await;
    assert_eq!(
        alive.body,
        json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})
    );
    let ready = house.read("", "/readyz").await;
    assert_eq!(
        (ready.body["status"].as_str(), ready.header("cache-control")),
        (Some("ready"), "no-store")
    );
    house.owner().await.execute("delete from seaql_migrations where version = (select max(version) from seaql_migrations)", &[]).await.unwrap();
    let pending = house.get("", "/readyz").await.refused("unavailable");
    assert_ne!(pending.header("retry-after"), "");
    house.read("", "/healthz").await;
}
