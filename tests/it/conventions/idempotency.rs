//! `Idempotency-Key`: a repeated request takes effect only once.
use reqwest::Method;
use serde_json::{Value, json};

use crate::conventions::{HOLIDAYS, TERMS, count, holiday, raw, term};
use crate::support::{Answer, House, Plain, demo, person};

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
    // the replayed answer is the stored one, even after the row has changed
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
    // a key is scoped to method and path
    house
        .send("office", Method::POST, TERMS, Some(term("2025-2030")), &key)
        .await
        .expect(201);
    // without the key, or with another one, it is a new request
    post("office", &body, &[]).await.refused("duplicate");
    post("office", &body, &[("idempotency-key", "khoa-2")])
        .await
        .refused("duplicate");
    // refusals are not stored: once the cause is gone, the same key can be used
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
        let detail = answer.body["errors"][0]["detail"].text();
        assert!(
            bad != "a b" || detail.contains("without blanks"),
            "{detail}"
        );
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
    // a key of the same name that another account uses is independent
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

/// A stored answer is not replayed to an account that may no longer see the row.
#[tokio::test]
async fn a_kept_answer_is_withheld_once_the_post_has_ended() {
    let house = House::build().await;
    let body = json!({"branch_id": demo("0b", 1, 0), "kind": "check", "on": "2021-01-14", "findings": "ZQFINDING"});
    let send = async || {
        house
            .send(
                "overseer",
                Method::POST,
                "inspections",
                Some(body.clone()),
                &[("idempotency-key", "once")],
            )
            .await
    };
    send().await.expect(201);
    assert!(send().await.expect(201).text.contains("ZQFINDING"));
    house
        .change(
            "office",
            &format!("overseers/{}", demo("0e", 1, 1)),
            1,
            json!({"to_on": "2021-01-14"}),
        )
        .await;
    send().await.refused("idempotency_key_reused");
    assert_eq!(
        house
            .count("select count(*) from inspection where findings = 'ZQFINDING'")
            .await,
        1
    );
}

/// Only one spelling of an id is accepted in a path; otherwise the same request could run again
/// under another spelling.
#[tokio::test]
async fn another_spelling_of_an_id_is_no_second_request() {
    let house = House::build().await;
    let id = demo("ca", 1, 1);
    let braced = format!("%7B{id}%7D");
    for other in [
        id.to_uppercase(),
        braced,
        format!("urn:uuid:{id}"),
        id.replace('-', ""),
    ] {
        for (who, path) in [
            ("branch-01", format!("candidates/{other}")),
            ("branch-01", format!("candidates/{other}/timeline")),
        ] {
            let answer = house.get(who, &path).await;
            answer.expect_code(400, "invalid_path");
        }
        let path = format!("/api/v1/candidates/{other}/opinions");
        let key = [("idempotency-key", "one"), ("if-match", "\"1\"")];
        let body = Some(json!({}));
        let answer = house.send("branch-01", Method::POST, &path, body, &key);
        answer.await.expect_code(400, "invalid_path");
    }
    // the path is percent-decoded before it is compared
    let escaped = id.replacen('0', "%30", 1);
    let (a, b) = (format!("candidates/{id}"), format!("candidates/{escaped}"));
    assert_eq!(
        house.read("branch-01", &a).await.text,
        house.read("branch-01", &b).await.text
    );
    // with a percent-encoded path, the same key still finds the stored answer
    let etag = format!("\"{}\"", house.read("branch-01", &a).await.version());
    let key = [("idempotency-key", "two"), ("if-match", etag.as_str())];
    let body = json!({"on": "2021-01-15", "title": "thử", "due_on": "2021-02-15"});
    let mut ids = Vec::new();
    for path in [a, b] {
        let path = format!("/api/v1/{path}/test-assignments");
        let answer = house.send("branch-01", Method::POST, &path, Some(body.clone()), &key);
        ids.push(answer.await.expect(201).id());
    }
    assert_eq!(ids[0], ids[1]);
}
