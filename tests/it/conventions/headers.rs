//! Response headers: security, caching, compression, request ids, CORS.
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::conventions::{BRANCHES, raw};
use crate::support::{House, Plain, demo, document, published};

// ---- headers ----

type Headers<'a> = Vec<(&'a str, &'a [u8])>;

/// If the client accepts no content coding at all, not even identity, it gets a problem, and the
/// request has no effect.
#[tokio::test]
async fn an_answer_that_no_coding_fits_is_a_problem() {
    let house = House::build().await;
    for (path, coding) in [
        ("/api/v1/candidates", "identity;q=0"),
        ("/api/v1/nothing", "br, *;q=0"),
        ("/healthz", "gzip;q=0, *;q=0"),
    ] {
        let headers = [("accept-encoding", coding)];
        let answer = house
            .send("office", Method::GET, path, None, &headers)
            .await;
        let answer = answer.expect_code(406, "not_acceptable");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("content-language"), "en");
        assert_eq!(answer.body["errors"][0]["header"], "Accept-Encoding");
    }
}

/// A row has the same ETag whether compressed or not, and `Vary` tells caches that there are both
/// forms.
#[tokio::test]
async fn a_compressed_answer_has_the_tag_of_its_row_and_varies_by_its_coding() {
    let house = House::build().await;
    let bearer = format!("Bearer {}", house.token("office").await);
    let path = format!("/api/v1/branches/{}", demo("0b", 1, 0));
    let ask = async |more: &[(&str, &[u8])]| {
        let own: (&str, &[u8]) = ("authorization", bearer.as_bytes());
        let headers: Vec<(&str, &[u8])> =
            std::iter::once(own).chain(more.iter().copied()).collect();
        let request = (headers.iter()).fold(
            house.client.get(format!("{}{path}", house.base)),
            |request, (name, value)| request.header(*name, HeaderValue::from_bytes(value).unwrap()),
        );
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.headers().clone())
    };
    let gzip: (&str, &[u8]) = ("accept-encoding", b"gzip");
    let (_, plain) = ask(&[]).await;
    let (_, packed) = ask(&[gzip]).await;
    assert_eq!(packed["content-encoding"], "gzip");
    assert_eq!(packed["etag"], plain["etag"]);
    for headers in [&plain, &packed] {
        let vary = headers["vary"].to_str().unwrap();
        assert!(
            vary.split(", ").any(|name| name == "accept-encoding"),
            "{vary}"
        );
    }
    for coding in [&[][..], &[gzip]] {
        let held: (&str, &[u8]) = ("if-none-match", plain["etag"].as_bytes());
        let more: Vec<(&str, &[u8])> = coding.iter().copied().chain([held]).collect();
        let (status, headers) = ask(&more).await;
        assert_eq!((status, &headers["vary"]), (304, &plain["vary"]));
    }
}

#[tokio::test]
async fn a_long_answer_is_compressed_on_request() {
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
        let (got, headers, text) = raw(&house, method.clone(), path, &headers, vec![]).await;
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
        let kind = value("content-type");
        let named = kind.contains("json") || kind.ends_with("charset=utf-8");
        assert!(named || text.is_empty(), "{method} {path}: {kind}");
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

/// Every header of an answer is declared in the document, except security headers, which the
/// introduction lists once, and headers of the transport.
#[tokio::test]
async fn the_headers_that_are_sent_are_declared() {
    const TRANSPORT: [&str; 3] = ["content-length", "content-type", "date"];
    let introduction = document()["info"]["description"].text().to_lowercase();
    let house = House::build().await;
    let ours: (&str, &[u8]) = ("origin", b"https://front-end.example.org");
    let bearer = format!("Bearer {}", house.token("office").await);
    for (path, with, status) in [
        ("/api/v1/branches?limit=1", true, "200"),
        ("/api/v1/branches?limit=0", true, "400"),
        ("/api/v1/branches", false, "401"),
        ("/api/v1/branches?limit=1&fields=id", true, "200"),
    ] {
        let mut headers = vec![ours];
        if with {
            headers.push(("authorization", bearer.as_bytes()));
        }
        let (_, sent, text) = raw(&house, Method::GET, path, &headers, vec![]).await;
        let answer = &document()["paths"]["/api/v1/branches"]["get"]["responses"][status];
        let named = answer["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
        let answer = named.map_or(answer, |at| document().pointer(at).unwrap());
        let declared: Vec<String> = (answer["headers"].as_object().unwrap().keys())
            .map(|name| name.to_lowercase())
            .collect();
        for name in sent.keys().map(|name| name.as_str().to_owned()) {
            let known = TRANSPORT.contains(&name.as_str())
                || declared.contains(&name)
                || introduction.contains(&format!("`{name}`"));
            assert!(known, "{path} {status}: {name}: {text}");
        }
    }
}

/// An answer that contains sentences names its language and varies by `Accept-Language`; the
/// document declares both headers.
#[tokio::test]
async fn an_answer_with_sentences_names_its_language() {
    let house = House::build().await;
    let candidate = demo("ca", 1, 1);
    for (template, path) in [
        ("/candidates/{id}/next-steps", "next-steps"),
        ("/candidates/{id}/outlook", "outlook"),
        ("/candidates/{id}/appraisal", "appraisal"),
        ("/findings", ""),
        ("/regulations", ""),
    ] {
        let path = if path.is_empty() {
            template.replacen('/', "", 1)
        } else {
            format!("candidates/{candidate}/{path}")
        };
        let declared =
            &document()["paths"][format!("/api/v1{template}")]["get"]["responses"]["200"];
        for language in ["vi", "en"] {
            let wanted = [("accept-language", language)];
            let answer = house
                .send("office", Method::GET, &path, None, &wanted)
                .await
                .expect(200);
            assert_eq!(answer.header("content-language"), language, "{path}");
            let all = answer.headers.get_all("vary").iter();
            let mut all = all.map(|value| value.to_str().unwrap());
            assert!(all.any(|value| value.contains("accept-language")), "{path}");
        }
        for name in ["Content-Language", "Vary"] {
            assert!(declared["headers"][name].is_object(), "{template}: {name}");
        }
    }
    let plain = house.get("office", BRANCHES).await;
    assert_eq!(plain.header("content-language"), "");
}

/// Asserts that the list is sorted: every worker must send the same one.
fn ordered(list: &str) {
    let all: Vec<&str> = list.split(", ").collect();
    assert!(all.len() > 2 && all.is_sorted(), "{list}");
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
        ordered(&value(&headers, "access-control-allow-methods"));
        ordered(&value(&headers, "access-control-allow-headers"));
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
    // cross-origin scripts can read the answer, success or error, and the headers of the
    // conventions
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
        ordered(&exposed);
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
        let problem: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, problem["code"].text()), (400, "invalid_header"));
        assert_eq!(problem["errors"][0]["header"], "Origin", "{foreign}");
        let (_, headers, _) = raw(&house, Method::GET, BRANCHES, &[origin], vec![]).await;
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{foreign}"
        );
    }
    // the service's own pages send no Origin for their scripts
    house.read("office", BRANCHES).await;
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
    // the bundled plugin shows charts as pictures, not as their source
    assert!(script.contains("window.SwaggerUIBundle = ") && script.contains("data:image/svg+xml"));
    let (status, _, text) = raw(&house, Method::GET, "/openapi.json", &[], vec![]).await;
    assert_eq!(
        (status, &serde_json::from_str::<Value>(&text).unwrap()),
        (200, published())
    );
}

/// Files that browsers may keep without asking again carry a digest in their names. The page is in
/// the reader's language, and its settings say to which area each tag belongs.
#[tokio::test]
async fn the_files_of_swagger_ui_are_kept_by_their_names() {
    let house = House::build().await;
    let english: [(&str, &[u8]); 1] = [("accept-language", b"en")];
    let page = raw(&house, Method::GET, "/docs/", &english, vec![]).await.2;
    assert!(page.contains("<html lang=\"en\">"), "{page}");
    let page = raw(&house, Method::GET, "/docs/", &[], vec![]).await.2;
    assert!(page.contains("<html lang=\"vi\">"), "{page}");
    let named = page.split('"').filter(|part| {
        let parts: Vec<&str> = part.trim_start_matches("./").split('.').collect();
        matches!(parts[..], [_, digest, "css" | "js"] if digest.len() == 16)
    });
    let named: Vec<&str> = named.map(|name| name.trim_start_matches("./")).collect();
    assert_eq!(named.len(), 4, "{page}");
    for name in named {
        let path = format!("/docs/{name}");
        let (status, headers, text) = raw(&house, Method::GET, &path, &[], vec![]).await;
        assert!(status == 200 && !text.is_empty(), "{path}");
        let kept = headers["cache-control"].to_str().unwrap();
        assert_eq!(kept, "public, max-age=31536000, immutable", "{path}");
    }
    let script = raw(
        &house,
        Method::GET,
        "/docs/swagger-initializer.js",
        &[],
        vec![],
    )
    .await
    .2;
    for known in ["\"candidates\":\"people\"", "\"reports\":\"plans\""] {
        assert!(script.contains(known), "{known}");
    }
}

/// The pages beside Swagger UI, generated from the regulations, the permissions and the state
/// machines.
#[tokio::test]
async fn the_book_the_roles_and_the_states_are_served_as_pages() {
    let house = House::build().await;
    let page = async |path: &str| {
        let (status, headers, text) = raw(&house, Method::GET, path, &[], vec![]).await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        text
    };
    let book = page("/docs/book").await;
    for shown in [
        "208-QĐ/TW</h3>",
        "<td>Thời hạn tổ chức lễ kết nạp</td>",
        "<a href=\"#vi-du-3\">3</a>",
        "<a id=\"vi-du-3\"></a>",
        "như trước",
    ] {
        assert!(book.contains(shown), "{shown}");
    }
    let roles = page("/docs/roles").await;
    for action in ketnap::access::Action::ALL {
        assert!(roles.contains(&format!("<code>{}</code>", action.wire())));
    }
    // each page is in the reader's language only; the changelog is in English and says so
    let english: [(&str, &[u8]); 1] = [("accept-language", b"en")];
    let of_roles = raw(&house, Method::GET, "/docs/roles", &english, vec![])
        .await
        .2;
    for (text, vi) in [("chi bộ mình", true), ("their own branch", false)] {
        assert_eq!(roles.contains(text), vi, "{text}");
        assert_eq!(of_roles.contains(text), !vi, "{text}");
    }
    assert!(of_roles.contains("<html lang=\"en\">") && !of_roles.contains("Vai trò"));
    let about = "See branches with their member counts";
    assert!(of_roles.contains(about) && !roles.contains(about));
    let changes = page("/docs/changelog").await;
    assert!(changes.contains("viết bằng tiếng Anh"));
    let states = page("/docs/states").await;
    for name in [
        "candidacy",
        "quota-plan",
        "source-plan",
        "review",
        "class",
        "enrolment",
        "problem-report",
    ] {
        let picture = format!("/docs/states/{name}.svg");
        assert!(
            states.contains(&format!("<img src=\"{picture}\"")),
            "{name}"
        );
        let (code, headers, svg) = raw(&house, Method::GET, &picture, &[], vec![]).await;
        assert_eq!(code, 200, "{name}");
        assert_eq!(headers["content-type"], "image/svg+xml");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{name}");
    }
    // enrolments also end by other events than their own steps
    let moved = |(from, value): (&str, &str), step: &str, (to, after): (&str, &str)| {
        let row = format!(
            "<td>{from}<br><code>{value}</code></td><td>{step}</td><td>{to}<br><code>{after}</code></td>"
        );
        states.contains(&row)
    };
    let (confirmed, withdrawn) = (("đã xác nhận", "confirmed"), ("đã rút", "withdrawn"));
    let (completed, failed) = (("hoàn thành", "completed"), ("không hoàn thành", "failed"));
    let ended = "hồ sơ kết thúc, hoặc ghi nhận làm căn cứ bị hủy";
    assert!(moved(completed, "hủy ghi nhận giấy chứng nhận", failed));
    assert!(moved(confirmed, ended, withdrawn));
    assert!(moved(confirmed, "hủy lớp", withdrawn));
    assert!(moved(("chờ chỗ", "waiting"), "đóng lớp", withdrawn));
    assert!(!moved(confirmed, "đóng lớp", withdrawn));
    // the states in the reader's language, each with its value in the API
    let english: [(&str, &[u8]); 1] = [("accept-language", b"en")];
    for (path, vi, en) in [
        ("/docs/states", "chờ chỗ", "on the waiting list"),
        (
            "/docs/states/enrolment.svg",
            "chờ chỗ",
            "on the waiting list",
        ),
    ] {
        let (_, _, told) = raw(&house, Method::GET, path, &[], vec![]).await;
        assert!(
            told.contains(vi) && told.contains(">waiting<") && !told.contains(en),
            "{path}"
        );
        let (_, headers, told) = raw(&house, Method::GET, path, &english, vec![]).await;
        assert!(
            told.contains(en) && told.contains(">waiting<") && !told.contains(vi),
            "{path}"
        );
        let vary = headers["vary"].to_str().unwrap();
        assert!(vary.contains("accept-language"), "{path}: {vary}");
    }
    for nothing in [
        "/docs/states/none.svg",
        "/docs/states/nope",
        "/docs/nope.js",
    ] {
        let answer = house.get("", nothing).await.refused("route_not_found");
        let kind = answer.header("content-type");
        assert!(kind.starts_with("application/problem+json"), "{nothing}");
    }
    let about = document()["info"]["description"].as_str().unwrap();
    for linked in [
        "(/docs/book)",
        "(/docs/changelog)",
        "(/docs/roles)",
        "(/docs/states)",
    ] {
        assert!(about.contains(linked), "{linked}");
    }
    let changes = page("/docs/changelog").await;
    assert!(changes.contains("<h2>1.0.0</h2>") && changes.contains("<code>info.version</code>"));
}

/// Pages and documents are revalidated by their ETag instead of being sent again each time, and
/// answer 405 or OPTIONS with their methods.
#[tokio::test]
async fn pages_and_documents_are_kept_by_who_has_them_and_name_their_methods() {
    let house = House::build().await;
    for path in [
        "/openapi.json",
        "/openapi.vi.json",
        "/openapi/people.json",
        "/docs/",
        "/docs/swagger-ui-bundle.js",
        "/docs/swagger-initializer.js",
        "/docs/index.css",
        "/docs/book",
        "/docs/roles",
        "/docs/states",
        "/docs/states/candidacy.svg",
    ] {
        let (status, headers, text) = raw(&house, Method::GET, path, &[], vec![]).await;
        assert!(status == 200 && !text.is_empty(), "{path}");
        assert_eq!(headers["cache-control"], "no-cache", "{path}");
        let tag = headers["etag"].clone();
        for (held, wanted) in [(tag.as_bytes(), 304), (b"\"1\"".as_slice(), 200)] {
            let held: [(&str, &[u8]); 1] = [("if-none-match", held)];
            let (status, headers, text) = raw(&house, Method::GET, path, &held, vec![]).await;
            assert_eq!(
                (status, &headers["etag"], text.is_empty()),
                (wanted, &tag, wanted == 304),
                "{path}"
            );
        }
    }
    for path in [
        "/",
        "/docs",
        "/docs/",
        "/docs/states",
        "/docs/states/candidacy.svg",
        "/openapi.json",
        "/openapi/people.json",
        "/problems/not_found",
    ] {
        for (method, wanted) in [
            (Method::OPTIONS, 204),
            (Method::PUT, 405),
            (Method::POST, 405),
            (Method::DELETE, 405),
        ] {
            let (status, headers, _) = raw(&house, method.clone(), path, &[], vec![]).await;
            assert_eq!(status, wanted, "{method} {path}");
            assert_eq!(headers["allow"], "GET, HEAD, OPTIONS", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn health_and_readiness_are_answered() {
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
