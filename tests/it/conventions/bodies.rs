//! Request bodies: all errors are reported at once.
use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::access::{LOGINS, operations};
use crate::conventions::{BRANCHES, HOLIDAYS, count, holiday, raw};
use crate::support::{House, NOBODY, Plain, demo, document, person, shows};

/// Sends these bytes as the body, as the Party Office.
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
    // errors in the items of a list inside the body are reported too
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
    // two references that lead nowhere, both reported
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
    // duplicate keys are refused, because it is unclear which one was meant
    let (status, problem, _) = send_bytes(
        &house,
        Method::POST,
        HOLIDAYS,
        br#"{"on": "2031-01-02", "name": "a", "name": "b"}"#,
    )
    .await;
    assert_eq!((status, problem["code"].text()), (400, "invalid_json"));
    shows!(problem["errors"][0], {"pointer": "/name", "code": "repeated"});
    let (_, problem, _) = send_bytes(
        &house,
        Method::POST,
        HOLIDAYS,
        br#"{"x/y": [1, {"a~b": 1, "c": 2, "a~b": 1}]}"#,
    )
    .await;
    assert_eq!(problem["errors"][0]["pointer"], "/x~1y/1/a~0b");
    assert_eq!(count(&house, HOLIDAYS).await, before);
}

/// JSON does not distinguish integers: Python and spreadsheets may write thirty as 30.0.
#[tokio::test]
async fn a_whole_number_may_be_written_with_a_point_or_an_exponent() {
    let house = House::build().await;
    let class = |capacity: &str| {
        format!(
            r#"{{"kind": "awareness", "title": "Lớp", "issuer": "Trung tâm", "starts_on": "2021-02-01", "ends_on": "2021-02-05", "capacity": {capacity}}}"#
        )
    };
    for (written, meant) in [("30.0", 30), ("1e2", 100), ("2.0E1", 20)] {
        let body = class(written);
        let (status, answer, _) =
            send_bytes(&house, Method::POST, "/api/v1/classes", body.as_bytes()).await;
        assert_eq!((status, answer["capacity"].as_i64()), (201, Some(meant)));
    }
    for written in ["1.5", "25e-1"] {
        let body = class(written);
        let (status, problem, _) =
            send_bytes(&house, Method::POST, "/api/v1/classes", body.as_bytes()).await;
        assert_eq!(status, 422, "{problem}");
        shows!(problem["errors"][0], {"pointer": "/capacity", "code": "wrong_type", "detail": "Wrong type; expected: a whole number."});
    }
}

/// A refusal says what was expected: the type, the allowed words, the format. This holds for
/// nullable properties, an empty change, a batch, and an id in capitals too.
#[tokio::test]
async fn a_refused_body_is_told_what_was_expected() {
    let house = House::build().await;
    let person = format!("/api/v1/candidates/{}", demo("ca", 1, 2));
    let batch = format!("{person}/act-batches");
    let class = "/api/v1/classes";
    for (method, path, body, pointer, told) in [
        (
            Method::PATCH,
            &*person,
            json!({}),
            "",
            "Send at least one property.",
        ),
        (
            Method::PATCH,
            &person,
            json!({"position": 7}),
            "/position",
            "Wrong type; expected: a text or null.",
        ),
        (
            Method::PATCH,
            &person,
            json!({"general_education": 7}),
            "/general_education",
            "One of: ",
        ),
        (
            Method::PATCH,
            &person,
            json!({"citizen_id": "01234567890x"}),
            "/citizen_id",
            "Wanted is twelve digits.",
        ),
        (
            Method::POST,
            &batch,
            json!({"acts": [null]}),
            "/acts/0",
            "Wrong type; expected: an object with properties.",
        ),
        (
            Method::POST,
            &batch,
            json!({"acts": [[{}]]}),
            "/acts/0",
            "Wrong type; expected: an object with properties.",
        ),
        (
            Method::POST,
            class,
            json!({"organization_id": demo("0b", 1, 0).to_uppercase()}),
            "/organization_id",
            "in lower case",
        ),
    ] {
        let sent = body.to_string();
        let (status, problem, _) = send_bytes(&house, method, path, sent.as_bytes()).await;
        assert_eq!(status, 422, "{path} {sent}: {problem}");
        let errors = problem["errors"].list();
        let fault = errors.iter().find(|e| e["pointer"] == pointer);
        let fault = fault.unwrap_or_else(|| panic!("{path} {sent}: {problem}"));
        assert!(
            fault["detail"].text().contains(told),
            "{path} {sent}: {problem}"
        );
    }
}

/// RFC 6901: a slash or a tilde in a name is escaped in the pointer.
#[tokio::test]
async fn pointers_are_escaped() {
    let house = House::build().await;
    let mut body = holiday("2031-05-02", "x");
    body["a/b~c"] = 1.into();
    let answer = house.post("office", HOLIDAYS, body).await;
    answer.invalid(&["/a~1b~0c"]);
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

/// A client that sends a date or a paper with a step that takes no body must not believe that it
/// was recorded. Every operation without a body therefore refuses one, of any type, before it does
/// anything.
#[tokio::test]
async fn a_body_where_none_is_taken_is_refused() {
    let house = House::build().await;
    let path = format!("quota-plans/{}/submissions", demo("90", 0, 2023));
    let day = json!({"on": "2021-01-11", "paper_number": "12-TTr"});
    for kind in ["application/json", "text/plain"] {
        let headers = [("if-match", "\"1\""), ("content-type", kind)];
        let sent = house.send("office", Method::POST, &path, Some(day.clone()), &headers);
        sent.await.refused("unsupported_media_type");
    }
    let mut bare = 0;
    for op in operations().iter().filter(|op| op.method != Method::GET) {
        let method = op.method.as_str().to_lowercase();
        let known = &document()["paths"][&op.path][&method];
        if known["requestBody"].is_object() {
            continue;
        }
        bare += 1;
        let (who, _) = LOGINS
            .into_iter()
            .find(|(_, role)| ketnap::access::may(*role, op.action).is_some())
            .unwrap();
        let path = op.at(NOBODY);
        let headers = [("if-match", "\"1\"")];
        let sent = house.send(who, op.method.clone(), &path, Some(day.clone()), &headers);
        sent.await.refused("unsupported_media_type");
        // without a body the request gets past this check
        let sent = house.send(who, op.method.clone(), &path, None, &headers);
        assert_ne!(sent.await.status, 415, "{method} {path}");
        assert!(known["responses"]["415"].is_object(), "{method} {path}");
    }
    assert!(bare > 30, "{bare}");
}

/// Editors on Windows put a byte order mark at the beginning of a file.
#[tokio::test]
async fn a_byte_order_mark_before_the_json_is_passed_over() {
    let house = House::build().await;
    let body = format!("\u{FEFF}{}", holiday("2031-05-01", "một"));
    let (status, answer, _) = send_bytes(&house, Method::POST, HOLIDAYS, body.as_bytes()).await;
    assert_eq!(status, 201, "{answer}");
    let twice = format!("\u{FEFF}\u{FEFF}{}", holiday("2031-05-02", "hai"));
    let (status, ..) = send_bytes(&house, Method::POST, HOLIDAYS, twice.as_bytes()).await;
    assert_eq!(status, 400);
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
async fn t31_texts_are_normalised_trimmed_and_free_of_control_characters() {
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
        // invisible characters are dropped, even inside an emoji sequence
        ("👩‍⚕️ ngày thầy thuốc", "👩⚕ ngày thầy thuốc"),
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
    // the length is counted in characters, not bytes
    post(&"ế".repeat(200)).await.expect(201);
    post(&"😀".repeat(200)).await.expect(201);
    for long in ["ế".repeat(201), "a".repeat(201), "a ".repeat(150)] {
        post(&long).await.invalid(&["/name"]);
    }
    // NFC and NFD forms of a name are equal
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

/// T-28: a compressed body is refused without being decompressed, at the token endpoint too.
#[tokio::test]
async fn t28_a_compressed_body_is_refused_unread() {
    let house = House::build().await;
    let bearer = format!("Bearer {}", house.token("office").await);
    for (path, kind) in [
        (HOLIDAYS, "application/json"),
        ("/api/v1/auth/token", "application/x-www-form-urlencoded"),
    ] {
        for coding in ["gzip", "deflate", "br", "identity, gzip"] {
            let headers: [(&str, &[u8]); 3] = [
                ("authorization", bearer.as_bytes()),
                ("content-type", kind.as_bytes()),
                ("content-encoding", coding.as_bytes()),
            ];
            let body = b"\x1f\x8b not even gzip".to_vec();
            let (status, _, text) = raw(&house, Method::POST, path, &headers, body).await;
            assert_eq!(status, 415, "{path} {coding}: {text}");
            assert!(text.contains("unsupported_media_type"), "{text}");
        }
    }
    let headers: [(&str, &[u8]); 3] = [
        ("authorization", bearer.as_bytes()),
        ("content-type", b"application/json"),
        ("content-encoding", b"identity"),
    ];
    let body = holiday("2031-05-09", "một").to_string().into_bytes();
    let (status, _, text) = raw(&house, Method::POST, HOLIDAYS, &headers, body).await;
    assert_eq!(status, 201, "{text}");
}

#[tokio::test]
async fn t28_of_ten_thousand_faults_the_first_hundred_are_named() {
    let house = House::build().await;
    let unknown: Vec<String> = (0..6000).map(|n| format!("\"a{n}\":0")).collect();
    let body = format!("{{{}}}", unknown.join(","));
    let (status, answer, _) = send_bytes(&house, Method::POST, HOLIDAYS, body.as_bytes()).await;
    assert_eq!(status, 422);
    assert_eq!(answer["errors"].as_array().unwrap().len(), 100);
    let query: Vec<String> = (0..3000).map(|n| format!("a{n}=0")).collect();
    let path = format!("{HOLIDAYS}?{}", query.join("&"));
    let answer = house
        .get("office", &path)
        .await
        .refused("unknown_parameter");
    assert_eq!(answer.faults().len(), 100);
}

/// T-29: a body that is announced but never sent is answered with an error, and holds no resources.
#[tokio::test]
async fn t29_a_body_that_does_not_arrive_is_given_up() {
    use std::io::{Read as _, Write as _};
    let house = House::build().await;
    let token = house.token("office").await;
    let address = house.base.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        let head = format!(
            "POST {HOLIDAYS} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let wait = std::time::Duration::from_secs(30);
        stream.set_read_timeout(Some(wait)).unwrap();
        let mut text = [0; 4000];
        let n = stream.read(&mut text).unwrap();
        String::from_utf8_lossy(&text[..n]).into_owned()
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("request_timeout"), "{answer}");
}
