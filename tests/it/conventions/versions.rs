//! If-Match, ETag and If-None-Match.
use std::collections::BTreeSet;

use ketnap::access;
use reqwest::Method;
use serde_json::{Value, json};

use crate::conventions::{BRANCHES, HOLIDAYS, TERMS, holiday, term};
use crate::support::{House, Plain, demo, document, person, planned};

/// ETags that this service never issues.
const FOREIGN: [&str; 5] = [
    "\"\"",
    "\"x\"",
    "\"99999999999\"",
    "W/\"x\", \"01\"",
    "\"1-\", \"1-xyz\", \"1-identity\"",
];
/// Not valid as ETags, which must be quoted.
const MALFORMED: [&str; 7] = ["x", "1", "\"", "\"1", "\"9\", 1", "W/ \"1\"", "*, \"1\""];

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
    // this also holds where the tag distinguishes views: the tag of a change's answer is the tag of
    // the next read
    let person = format!("candidates/{}", demo("ca", 1, 1));
    let version = house.read("office", &person).await.version();
    let occupation = json!({"occupation": "Điều dưỡng trưởng"});
    let changed = house.change("office", &person, version, occupation).await;
    let held = [("if-none-match", changed.header("etag"))];
    house
        .send("office", Method::GET, &person, None, &held)
        .await
        .expect(304);
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
    // a caller without permission is not told which headers are missing
    house
        .send("", Method::GET, &path, None, &[("if-none-match", "*")])
        .await
        .expect(401);
}

#[tokio::test]
async fn every_change_removal_and_step_asks_for_the_version_that_was_read() {
    let house = House::build().await;
    let id = demo("7e", 0, 1);
    for (path, item) in document()["paths"].as_object().unwrap() {
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
                "accounts.confirm"
                | "quota_plans.issue"
                | "terms.approve"
                | "source_plans.decide" => "standing",
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
            // the checks come in this order: the body, whether the row exists (the term does), the
            // tag; no request gets through
            let expected = match (
                // the body of a further client secret may be empty
                body.is_some() && !path.ends_with("/client-secrets"),
                path.contains("/terms/") || path.ends_with("/calendars"),
            ) {
                (true, _) => (422, "validation_failed"),
                (false, true) => (412, "precondition_failed"),
                (false, false) => (404, "not_found"),
            };
            let foreign = FOREIGN.map(|tag| (tag, expected));
            let malformed = MALFORMED.map(|tag| (tag, (400, "invalid_header")));
            for (tag, expected) in foreign.into_iter().chain(malformed) {
                let headers = [("if-match", tag)];
                let answer = house
                    .send(who, method.clone(), &path, body.clone(), &headers)
                    .await;
                assert_eq!(
                    (answer.status, answer.code()),
                    expected,
                    "{method} {path} If-Match: {tag}"
                );
            }
        }
    }
}

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
    let changes = [
        (Method::PATCH, Some(json!({"name": "hai"}))),
        (Method::DELETE, None),
    ];
    for (method, body) in changes {
        for tag in FOREIGN {
            let headers = [("if-match", tag)];
            let answer = house
                .send("office", method.clone(), &path, body.clone(), &headers)
                .await
                .refused("precondition_failed");
            assert_eq!(answer.header("etag"), "\"1\"", "If-Match: {tag}");
            assert_eq!(answer.body["current"], json!({"version": 1, "stage": null}));
        }
        for tag in MALFORMED {
            let headers = [("if-match", tag)];
            let answer = house
                .send("office", method.clone(), &path, body.clone(), &headers)
                .await
                .refused("invalid_header");
            assert_eq!(answer.faults(), ["If-Match"]);
            // the hint about quotes is left out if the tag already has them
            let wanted = if tag.contains('"') {
                "separated by commas"
            } else {
                "with quotes"
            };
            let detail = answer.body["errors"][0]["detail"].text();
            assert!(detail.contains(wanted), "{tag}: {detail}");
        }
    }
    assert_eq!(house.read("office", &path).await.body["name"], "một");
    // repeated header lines are read as one list
    let headers = [("if-match", "\"9\""), ("if-match", "\"1-gzip\"")];
    let body = Some(json!({"name": "hai"}));
    house
        .send("office", Method::PATCH, &path, body, &headers)
        .await
        .expect(200);
}

/// The forms that proxies make of our tags, and those that RFC 9110 allows clients to send.
#[tokio::test]
async fn a_tag_that_names_the_current_version_is_taken_in_every_form() {
    let house = House::build().await;
    let made = house.create("office", HOLIDAYS, holiday("2031-05-02", "một"));
    let path = format!("{HOLIDAYS}/{}", made.await.id());
    let mut version = 1;
    for form in [
        "W/\"N\"",
        "\"N\", \"9\"",
        "\"9\",W/\"N\"",
        "\"a,b\", \"N\"",
        "*",
        "\"N-gzip\"",
        "W/\"N-br\"",
    ] {
        let tag = form.replace('N', &version.to_string());
        let held = [("if-none-match", tag.as_str())];
        house
            .send("office", Method::GET, &path, None, &held)
            .await
            .expect(304);
        let name = json!({"name": format!("lần {version}")});
        let read = [("if-match", tag.as_str())];
        let changed = house
            .send("office", Method::PATCH, &path, Some(name), &read)
            .await;
        assert_eq!(changed.status, 200, "If-Match: {tag}: {}", changed.text);
        version += 1;
        assert_eq!(changed.version(), version);
    }
}

/// The refusal contains the current state of the row, so that the client needs no second request.
#[tokio::test]
async fn a_stale_version_is_told_where_the_row_stands_now() {
    let house = House::build().await;
    let id = planned(&house, 1, "Đinh Thị Hoa").await;
    let path = format!("/api/v1/candidates/{id}");
    let now = house.read("branch-01", &path).await.version();
    let stands = json!({"version": now, "stage": "in_plan"});
    let note = json!({"on": "2021-01-15", "member_id": demo("dd", 1, 6), "assessment": "good"});
    let headers = [("if-match", "\"99\"")];
    for (method, path, body) in [
        (Method::POST, format!("{path}/sponsor-notes"), note),
        (Method::PATCH, path.clone(), json!({"phone": "0900000000"})),
    ] {
        let answer = house
            .send("branch-01", method, &path, Some(body), &headers)
            .await
            .refused("precondition_failed");
        assert_eq!(answer.body["current"], stands, "{path}");
    }
    let class = demo("c1", 0, 1);
    let answer = house
        .send(
            "office",
            Method::DELETE,
            &format!("/api/v1/classes/{class}"),
            None,
            &headers,
        )
        .await
        .refused("precondition_failed");
    let state = house.read("office", &format!("classes/{class}")).await;
    assert_eq!(answer.body["current"]["stage"], state.body["state"]);
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
    // of two concurrent changes based on one version, one is accepted
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
            (1, made.header("etag"), made.text.as_str())
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
        assert_eq!(read.text, made.text, "{path}");
        // it begins with the version, but may contain more
        let tag = read.header("etag");
        assert!(tag == "\"1\"" || tag.starts_with("\"1-"), "{path}: {tag}");
        assert_eq!(made.header("etag"), tag, "{path}");
    }
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
    // the name can be used again
    house.create("office", TERMS, term("2025-2030")).await;
}
