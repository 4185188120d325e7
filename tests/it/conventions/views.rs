//! What differs between the readers of one row: hidden properties are listed by name, and caches
//! never confuse one reader's view with another's.
use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use crate::access::operations;
use crate::support::{Answer, House, Plain, branch, demo, document, shows};

async fn held(house: &House, who: &str, path: &str, tag: &str) -> Answer {
    let headers = [("if-none-match", tag)];
    house.send(who, Method::GET, path, None, &headers).await
}

fn names(item: &Value) -> BTreeSet<String> {
    let hidden = item["_hidden"].list().iter();
    hidden.map(|name| name.text().to_owned()).collect()
}

/// A property that is null is either listed as hidden or empty. Which properties are listed depends
/// only on the role and the stage, never on whether there is a value.
#[tokio::test]
async fn hidden_is_told_apart_from_empty_by_role_and_state_only() {
    let house = House::build().await;
    let owner = house.owner().await;
    let submitted = [
        "submitted",
        "decided",
        "probationary",
        "official",
        "not_admitted",
        "struck_off",
    ];
    let mut seen = BTreeSet::new();
    for (table, path) in [("candidate", "candidates"), ("member", "members")] {
        let mut rows: BTreeMap<String, Value> = BTreeMap::new();
        let sql = format!("select id::text, to_jsonb(x) from {table} x");
        for row in owner.query(&sql, &[]).await.unwrap() {
            rows.insert(row.get(0), row.get(1));
        }
        for who in ["office", "standing", "overseer", "branch-01", "upper"] {
            if (who, table) == ("upper", "member") {
                continue;
            }
            let mut by_state: BTreeMap<bool, BTreeSet<String>> = BTreeMap::new();
            let list = house.read(who, &format!("{path}?limit=200")).await;
            assert!(!list.items().is_empty() || who == "upper", "{who} {path}");
            for item in list.items() {
                let hidden = names(item);
                let row = &rows[item["id"].text()];
                let stored = row.as_object().unwrap();
                for (name, value) in item.as_object().unwrap() {
                    let Some(kept) = stored.get(name).filter(|_| name != "remarks") else {
                        continue;
                    };
                    if hidden.contains(name) {
                        assert!(value.is_null() || value != kept, "{who} {name}: {item}");
                    } else if value.is_null() {
                        assert!(kept.is_null(), "{who} {name} is hidden in silence: {item}");
                    }
                }
                let state = item["stage"]
                    .as_str()
                    .is_some_and(|stage| submitted.contains(&stage));
                let before = by_state.entry(state).or_insert_with(|| hidden.clone());
                assert_eq!(*before, hidden, "{who} {path}: by role and state only");
                seen.extend(hidden);
                let single = house
                    .read(who, &format!("{path}/{}", item["id"].text()))
                    .await;
                assert_eq!(single.body["_hidden"], item["_hidden"]);
            }
            if who == "upper" {
                let only = BTreeSet::from(["remarks", "namesake_reason"].map(String::from));
                assert!(by_state.values().all(|hidden| *hidden == only));
            }
        }
    }
    // the document describes each property that may be listed
    for name in seen {
        for schema in ["Candidate", "Member", "CandidateItem", "MemberItem"] {
            let property = &document()["components"]["schemas"][schema]["properties"][&name];
            if let Some(about) = property["description"].as_str() {
                let told = ["Personal data: ", "Background data: "];
                assert!(
                    told.iter().any(|t| about.contains(t)),
                    "{schema}.{name}: {about}"
                );
            }
        }
    }
    let asked = format!("candidates/{}?fields=birth_date,_hidden", demo("ca", 1, 1));
    let part = house.read("standing", &asked).await.body;
    assert!(names(&part).contains("birth_date") && part["birth_date"].is_null());
}

/// A client that sends back what it read, with one field changed, erases no value that was hidden
/// from it, in any resource.
#[tokio::test]
async fn a_hidden_field_is_not_cleared_by_what_was_read() {
    let house = House::build().await;
    let mut tried = BTreeSet::new();
    for op in operations().iter().filter(|op| op.method == Method::PATCH) {
        let list = op.path.split("/{").next().unwrap();
        let body = &document()["paths"][&op.path]["patch"]["requestBody"]["content"];
        let schema = &body["application/merge-patch+json"]["schema"];
        let name = schema["$ref"].text().rsplit('/').next().unwrap();
        let properties = &document()["components"]["schemas"][name]["properties"];
        for who in ["office", "standing", "branch-03"] {
            let rows = house.get(who, &format!("{list}?limit=4")).await;
            for row in rows.body["items"].as_array().into_iter().flatten() {
                let id = row["id"].as_str().or(row["key"].as_str()).unwrap();
                let path = format!("{list}/{id}");
                let hidden = row["_hidden"].as_array().into_iter().flatten();
                let sent: serde_json::Map<String, Value> = hidden
                    .map(|name| name.text().to_owned())
                    .filter(|name| properties.get(name).is_some() && row[name].is_null())
                    .map(|name| (name, Value::Null))
                    .collect();
                let version = row["version"].as_i64().unwrap_or(1);
                for name in sent.keys() {
                    let one = json!({ name: null });
                    let answer = house.patch(who, &path, version, one).await;
                    assert_ne!(answer.status, 200, "{who} {path} {name}: {}", answer.text);
                    if answer.status == 422 {
                        assert_eq!(answer.faults(), [format!("/{name}")], "{}", answer.text);
                        tried.insert(format!("{list}/{name}"));
                    }
                }
                // all hidden fields are sent at once, and nothing of it is stored
                if !sent.is_empty() {
                    let whole = Value::Object(sent);
                    let answer = house.patch(who, &path, version, whole).await;
                    assert_ne!(answer.status, 200, "{who} {path}: {}", answer.text);
                    let now = house.read(who, &path).await;
                    assert_eq!(now.version(), version, "{who} {path}");
                }
            }
        }
    }
    for name in [
        "candidates/religion",
        "candidates/priority_group",
        "members/ethnic_group",
        "candidates/remarks",
    ] {
        assert!(tried.contains(&format!("/api/v1/{name}")), "{tried:?}");
    }
}

/// What a branch lacks is null and listed as hidden for readers who do not see its people. For a
/// branch that has ended it is an empty list.
#[tokio::test]
async fn what_a_branch_lacks_is_hidden_or_said() {
    let house = House::build().await;
    let path = format!("branches/{}", branch(9));
    let hidden = json!(["without_sponsor", "without_overseer"]);
    for who in ["union", "youth", "upper", "admin", "branch-01", "overseer"] {
        let seen = house.read(who, &path).await;
        shows!(seen, {"without_sponsor": null, "without_overseer": null, "_hidden": hidden});
        let listed = house.read(who, "branches?limit=200").await;
        let listed = listed
            .items()
            .iter()
            .find(|b| b["id"] == branch(9).as_str());
        assert_eq!(listed.unwrap()["_hidden"], hidden, "{who}");
    }
    for who in ["office", "standing", "branch-09"] {
        let seen = house.read(who, &path).await;
        assert!(
            seen.body["without_overseer"].is_boolean(),
            "{who}: {}",
            seen.text
        );
        assert!(
            seen.body["without_sponsor"].is_array(),
            "{who}: {}",
            seen.text
        );
        assert_eq!(seen.body["_hidden"], json!([]), "{who}");
    }
    house.merge(9, 10, "2021-01-14").await;
    shows!(house.read("office", &path).await, {"without_overseer": false, "_hidden": []});
}

/// An act lists the properties of `data` that are hidden from the reader.
#[tokio::test]
async fn an_act_names_what_it_hides() {
    let house = House::build().await;
    let list = house.read("branch-03", "candidates?limit=200").await;
    let mut told = 0;
    for person in list.ids() {
        let path = format!("candidates/{person}/timeline?limit=200");
        for act in house.read("branch-03", &path).await.items() {
            for name in names(act) {
                assert!(act["data"].get(&name).is_none_or(Value::is_null), "{act}");
                told += 1;
            }
            let single = format!("acts/{}", act["id"].text());
            let own = house.read("branch-03", &single).await.body;
            assert!(names(&own).is_subset(&names(act)));
        }
    }
    assert!(told > 0, "nothing is hidden");
}

#[tokio::test]
async fn a_cached_view_is_current_for_nobody_who_would_see_other_bytes() {
    let house = House::build().await;
    let path = format!("/api/v1/candidates/{}", demo("ca", 1, 1));
    let read = async |who: &str, query: &str| house.read(who, &format!("{path}{query}")).await;
    let views = [
        ("office", ""),
        ("standing", ""),
        ("branch-01", ""),
        ("office", "?fields=id,full_name"),
        ("office", "?fields=id,stage"),
        ("office", "?expand=branch"),
    ];
    let mut tags: BTreeMap<String, String> = BTreeMap::new();
    for (who, query) in views {
        let answer = read(who, query).await;
        let tag = answer.header("etag").to_owned();
        let other = tags.insert(tag, answer.text.clone());
        assert!(
            other.is_none_or(|text| text == answer.text),
            "{who} {query}: one tag, other bytes"
        );
    }
    assert!(tags.len() >= 5, "{tags:?}");
    for (who, query) in views {
        let url = format!("{path}{query}");
        let mine = read(who, query).await;
        for (tag, text) in &tags {
            let expected = if *text == mine.text { 304 } else { 200 };
            held(&house, who, &url, tag).await.expect(expected);
        }
        let tag = mine.header("etag").trim_matches('"').to_owned();
        for held_by_proxy in [
            format!("W/\"{tag}\""),
            format!("\"{tag}-gzip\""),
            format!("W/\"{tag}-br\""),
        ] {
            held(&house, who, &url, &held_by_proxy).await.expect(304);
        }
    }
    // whatever the view, its tag contains the version that a change must name
    let tag = read("office", "?fields=id").await.header("etag").to_owned();
    let changed = json!({"occupation": "Điều dưỡng trưởng"});
    let headers = [("if-match", tag.as_str())];
    let merge = house
        .send(
            "office",
            Method::PATCH,
            &path,
            Some(changed.clone()),
            &headers,
        )
        .await;
    merge.expect(200);
    let again = house
        .send("office", Method::PATCH, &path, Some(changed), &headers)
        .await;
    again.refused("precondition_failed");
}

/// Figures from other tables change the ETag of a row, but not its version.
#[tokio::test]
async fn a_computed_row_is_current_as_long_as_it_would_be_sent_alike() {
    let house = House::build().await;
    let path = format!("/api/v1/branches/{}", demo("0b", 1, 0));
    let before = house.read("office", &path).await;
    let tag = before.header("etag").to_owned();
    for tag in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        format!("{}-gzip\"", tag.trim_end_matches('"')),
        "*".to_owned(),
    ] {
        let same = held(&house, "office", &path, &tag).await.expect(304);
        assert_eq!(
            (same.text.as_str(), same.header("etag")),
            ("", before.header("etag"))
        );
    }
    // adds somebody to the plan who has no sponsor, which is one of those figures
    let planned = crate::support::planned(&house, 1, "Đặng Thị Hoài An").await;
    let after = held(&house, "office", &path, &tag).await.expect(200);
    assert_eq!(after.version(), before.version());
    assert!(
        after.body["without_sponsor"]
            .list()
            .contains(&json!(planned))
    );
    assert_ne!(after.header("etag"), tag);
    // the new tag contains the same version
    let tag = after.header("etag").to_owned();
    let headers = [("if-match", tag.as_str())];
    let name = Some(json!({"name": "Chi bộ Khoa Nội"}));
    let send = async |body| {
        house
            .send("office", Method::PATCH, &path, body, &headers)
            .await
    };
    send(name.clone()).await.expect(200);
    send(name).await.refused("precondition_failed");
}

/// Lists, reports and what is computed for a person have an ETag without a version.
#[tokio::test]
async fn a_reading_without_a_version_is_current_until_it_would_answer_otherwise() {
    let house = House::build().await;
    let id = crate::support::planned(&house, 1, "Đặng Thị Hoài An").await;
    let next = format!("/api/v1/candidates/{id}/next-steps");
    let all = [
        format!("/api/v1/candidates/{id}/timeline"),
        "/api/v1/candidates?branch_id=01750000-0000-7000-8000-00000b010000".to_owned(),
        "/api/v1/reports/progress?year=2021".to_owned(),
        next.clone(),
    ];
    let mut tags = Vec::new();
    for path in &all {
        let read = house.read("branch-01", path).await;
        let tag = read.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        for tag in [&tag, tag.trim_start_matches("W/")] {
            let same = held(&house, "branch-01", path, tag).await.expect(304);
            assert_eq!(
                (same.text.as_str(), same.header("etag")),
                ("", read.header("etag"))
            );
        }
        tags.push(tag);
    }
    // the same answer in another language has another tag
    let vietnamese = [
        ("accept-language", "vi"),
        ("if-none-match", tags[3].as_str()),
    ];
    let other = house.send("branch-01", Method::GET, &next, None, &vietnamese);
    other.await.expect(200);
    let file = format!("/api/v1/candidates/{id}");
    let seen = house.read("branch-01", &file).await.version();
    let sponsor = json!({"member_id": demo("dd", 1, 6), "from_on": "2021-01-15"});
    let sponsorships = format!("{file}/sponsorships");
    house
        .step_with("branch-01", &sponsorships, seen, sponsor)
        .await
        .expect(201);
    for (path, tag) in all.iter().zip(&tags).skip(1).step_by(2) {
        let now = held(&house, "branch-01", path, tag).await.expect(200);
        assert_ne!(now.header("etag"), tag, "{path}");
    }
    // more tags than the header may contain
    let long = format!("\"{}\"", "x".repeat(2000));
    let long = held(&house, "branch-01", &all[1], &long).await;
    assert_eq!(long.refused("invalid_header").faults(), ["If-None-Match"]);
}

#[tokio::test]
async fn json_is_utf_8() {
    let house = House::build().await;
    let token = house.token("office").await;
    for (charset, status) in [
        ("utf-8", 201),
        ("UTF-8", 201),
        ("utf-16", 415),
        ("iso-8859-1", 415),
    ] {
        let day = format!("2031-0{}-02", 1 + charset.len());
        let request = house
            .client
            .post(format!("{}/api/v1/holidays", house.base))
            .bearer_auth(&token)
            .header("content-type", format!("application/json; charset={charset}"))
            .body(json!({"on": if charset == "UTF-8" { "2032-01-02" } else { &day }, "name": "Ngày nghỉ"}).to_string());
        assert_eq!(request.send().await.unwrap().status(), status, "{charset}");
    }
}

/// Asserts that every property that one reader sees and the other does not is listed in `_hidden`.
fn tells_apart(seen: &Value, other: &Value, at: &str) {
    let empty = |v: &Value| v.is_null() || v.as_array().is_some_and(Vec::is_empty);
    // rows out of reach make the list shorter
    if let (Some(seen), Some(rows)) = (seen.as_array(), other.as_array())
        && seen.len() == rows.len()
    {
        for (seen, other) in seen.iter().zip(rows) {
            tells_apart(seen, other, at);
        }
    }
    for (name, value) in seen.as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        if name != "_hidden" && !empty(value) && empty(&other[name]) {
            assert!(
                names(other).contains(name),
                "{at} is hidden in silence: {other}"
            );
        } else {
            tells_apart(value, &other[name], &at);
        }
    }
}

/// Hidden parts are listed as hidden in the appraisal slip, in a reopened term and in a plan with a
/// waiting revision, as they are in files.
#[tokio::test]
async fn parts_and_lists_that_a_role_does_not_see_are_named() {
    let house = House::build().await;
    let (term, plan) = (
        format!("terms/{}", demo("7e", 0, 1)),
        format!("quota-plans/{}", demo("90", 0, 2022)),
    );
    let version = house.read("office", &plan).await.version();
    let lines = json!([{"branch_id": branch(1), "quota": 2, "rationale": "theo nguồn"}]);
    let body = json!({"reason": "một chi bộ giải thể", "lines": lines});
    let revised = house
        .advance_with(
            "office",
            &format!("/api/v1/{plan}/revisions"),
            version,
            body,
        )
        .await;
    assert!(!revised.body["pending"].is_null(), "{}", revised.text);
    let version = house.read("office", &term).await.version();
    let why = json!({"reason": "Huyện ủy điều chỉnh chỉ tiêu cả nhiệm kỳ"});
    house
        .advance_with(
            "standing",
            &format!("/api/v1/{term}/reopenings"),
            version,
            why,
        )
        .await;
    let slips = [(1, 1), (3, 5)].map(|(b, n)| format!("candidates/{}/appraisal", demo("ca", b, n)));
    let mut named = BTreeSet::new();
    for path in slips.iter().chain([&term, &plan]) {
        let mut all = Vec::new();
        for who in [
            "office",
            "standing",
            "overseer",
            "branch-01",
            "branch-03",
            "upper",
        ] {
            let answer = house.get(who, path).await;
            if answer.status == 200 {
                let cv = answer.body.get("cv");
                named.extend(cv.into_iter().chain([&answer.body]).flat_map(names));
                for one in answer.body["opinions"].as_array().into_iter().flatten() {
                    named.extend(names(one));
                }
                all.push(answer.body);
            }
        }
        assert!(all.len() > 2, "{path}");
        for seen in &all {
            for other in &all {
                tells_apart(seen, other, path);
            }
        }
    }
    for name in ["birth_date", "favourable", "pending", "remarks"] {
        assert!(named.contains(name), "{named:?}");
    }
}
