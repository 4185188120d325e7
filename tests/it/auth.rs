//! Signing in, going on, leaving; what a token is worth; secrets; limits (T-02 to T-07).
use std::collections::BTreeSet;

use base64::{
    Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use ketnap::access::{self, Action, Role};
use ketnap::auth::token::{Claims, Keys};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{LOGINS, operations};
use crate::support::{
    Answer, Build, House, PASSWORD, Plain, SCRIPT_SECRET, demo, keys_folder, operation, shows,
};

const TOKEN: &str = "/api/v1/auth/token";

async fn sign_in(house: &House, login: &str, password: &str) -> Answer {
    house
        .form(
            TOKEN,
            &[
                ("grant_type", "password"),
                ("username", login),
                ("password", password),
            ],
        )
        .await
}

async fn refresh(house: &House, token: &str) -> Answer {
    house
        .form(
            TOKEN,
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        )
        .await
}

/// `GET /me` with this very token.
async fn me(house: &House, token: &str) -> Answer {
    house
        .send(
            "",
            Method::GET,
            "me",
            None,
            &[("authorization", &format!("Bearer {token}"))],
        )
        .await
}

fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.body[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {}", answer.text))
}

fn later(house: &House, by: TimeDelta) {
    house.clock.set(house.clock.now() + by);
}

/// An error of the token endpoint: RFC 6749, 5.2.
#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(
        (answer.status, answer.body["error"].as_str()),
        (status, Some(error)),
        "{}",
        answer.text
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        status == 401,
        !answer.header("www-authenticate").is_empty(),
        "{:?}",
        answer.headers
    );
    assert!(
        answer
            .header("content-type")
            .starts_with("application/json")
            && answer.body["error_description"].is_string()
    );
    assert!(answer.body["access_token"].is_null());
}

#[tokio::test]
async fn the_token_endpoint_answers_and_refuses_as_rfc_6749_says() {
    let house = House::build().await;
    let good = sign_in(&house, "office", PASSWORD).await.expect(200);
    assert_eq!(
        (
            text(&good, "token_type"),
            good.body["expires_in"].as_i64(),
            good.header("cache-control")
        ),
        ("Bearer", Some(900), "no-store")
    );
    assert!(
        text(&good, "scope")
            .split(' ')
            .any(|s| s == "candidates.read")
            && good.body["refresh_token"].is_string()
    );
    me(&house, text(&good, "access_token")).await.expect(200);
    // logins are found as they are written; the password in its other Unicode form
    let form = |fields: &'static [(&'static str, &'static str)]| house.form(TOKEN, fields);
    refused(
        &form(&[
            ("grant_type", "password"),
            ("username", "office"),
            ("password", "wrong"),
        ])
        .await,
        400,
        "invalid_grant",
    );
    refused(
        &form(&[
            ("grant_type", "password"),
            ("username", "nobody"),
            ("password", PASSWORD),
        ])
        .await,
        400,
        "invalid_grant",
    );
    refused(
        &form(&[
            ("grant_type", "password"),
            ("username", "office"),
            ("password", ""),
        ])
        .await,
        400,
        "invalid_request",
    );
    refused(
        &form(&[("grant_type", "password"), ("username", "office")]).await,
        400,
        "invalid_request",
    );
    refused(
        &form(&[("grant_type", "password"), ("password", PASSWORD)]).await,
        400,
        "invalid_request",
    );
    refused(&form(&[]).await, 400, "invalid_request");
    refused(&form(&[("grant_type", "")]).await, 400, "invalid_request");
    refused(
        &form(&[("grant_type", "authorization_code"), ("code", "x")]).await,
        400,
        "unsupported_grant_type",
    );
    refused(
        &form(&[("grant_type", "refresh_token")]).await,
        400,
        "invalid_request",
    );
    refused(
        &form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", "made.up.one"),
        ])
        .await,
        400,
        "invalid_grant",
    );
    refused(
        &form(&[("grant_type", "client_credentials")]).await,
        401,
        "invalid_client",
    );
    refused(
        &form(&[
            ("grant_type", "client_credentials"),
            ("client_id", "district-script"),
            ("client_secret", "wrong"),
        ])
        .await,
        401,
        "invalid_client",
    );
    refused(
        &form(&[
            ("grant_type", "client_credentials"),
            ("client_id", "nobody"),
            ("client_secret", SCRIPT_SECRET),
        ])
        .await,
        401,
        "invalid_client",
    );
    // each parameter once
    refused(
        &form(&[
            ("grant_type", "password"),
            ("username", "office"),
            ("username", "admin"),
            ("password", PASSWORD),
        ])
        .await,
        400,
        "invalid_request",
    );
    // neither a person as a client nor a script as a person
    let person = house
        .form(
            TOKEN,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", "office"),
                ("client_secret", PASSWORD),
            ],
        )
        .await;
    refused(&person, 401, "invalid_client");
    refused(
        &sign_in(&house, "district-script", SCRIPT_SECRET).await,
        400,
        "invalid_grant",
    );
    // what cannot be stored or hashed is a wrong password, not a fault
    refused(
        &sign_in(&house, "office\0", PASSWORD).await,
        400,
        "invalid_grant",
    );
    refused(
        &sign_in(&house, &"o".repeat(101), PASSWORD).await,
        400,
        "invalid_grant",
    );
    refused(
        &sign_in(&house, "office", &"p".repeat(501)).await,
        400,
        "invalid_grant",
    );
    refused(
        &sign_in(&house, "' or 1=1 --", PASSWORD).await,
        400,
        "invalid_grant",
    );
    // a body of another kind
    let body = json!({"grant_type": "password", "username": "office", "password": PASSWORD});
    let answer = house
        .send(
            "",
            Method::POST,
            TOKEN,
            Some(body),
            &[("content-type", "application/json")],
        )
        .await;
    assert!(
        matches!(
            (answer.status, answer.body["error"].as_str()),
            (400, Some("invalid_request")) | (415, None)
        ),
        "{}",
        answer.text
    );
}

// T-01, what can be seen of it without a stopwatch
#[tokio::test]
async fn an_unknown_login_answers_as_a_wrong_password_does() {
    let house = House::build().await;
    let wrong = sign_in(&house, "office", "not the password").await;
    house
        .owner()
        .await
        .execute(
            "update account set disabled_at = now() where login = 'standing'",
            &[],
        )
        .await
        .unwrap();
    for (login, password) in [
        ("nobody-here", "not the password"),
        ("nobody-here", PASSWORD),
        ("standing", PASSWORD),
        ("district-script", SCRIPT_SECRET),
    ] {
        let other = sign_in(&house, login, password).await;
        assert_eq!(
            (other.status, &other.text),
            (wrong.status, &wrong.text),
            "{login}"
        );
    }
}

#[tokio::test]
async fn a_script_signs_in_by_form_and_by_basic_and_gets_no_refresh_token() {
    let house = House::build().await;
    let by_form = house
        .form(
            TOKEN,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", "district-script"),
                ("client_secret", SCRIPT_SECRET),
            ],
        )
        .await
        .expect(200);
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("district-script:{SCRIPT_SECRET}"))
    );
    let ask = async |authorization: &str| {
        let request = house
            .client
            .post(format!("{}{TOKEN}", house.base))
            .header("authorization", authorization)
            .form(&[("grant_type", "client_credentials")]);
        let answer = request.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    let (status, by_basic) = ask(&basic).await;
    assert_eq!(status, 200, "{by_basic}");
    for tokens in [&by_form.body, &by_basic] {
        assert!(tokens["refresh_token"].is_null(), "{tokens}");
        me(&house, tokens["access_token"].text()).await.expect(200);
    }
    for wrong in [
        format!("district-script:{SCRIPT_SECRET}x"),
        "district-script".into(),
        "office:".to_owned() + PASSWORD,
        ":".into(),
    ] {
        let (status, body) = ask(&format!("Basic {}", STANDARD.encode(&wrong))).await;
        assert_eq!(
            (status, body["error"].as_str()),
            (401, Some("invalid_client")),
            "{wrong}: {body}"
        );
    }
    assert_eq!(ask("Basic not-base64!").await.0, 401);
}

// T-05
#[tokio::test]
async fn a_refresh_token_works_once_and_an_older_one_ends_the_session() {
    let house = House::build().await;
    let first = sign_in(&house, "office", PASSWORD).await.expect(200);
    later(&house, TimeDelta::minutes(10));
    let second = refresh(&house, text(&first, "refresh_token"))
        .await
        .expect(200);
    assert_ne!(
        text(&first, "refresh_token"),
        text(&second, "refresh_token")
    );
    me(&house, text(&second, "access_token")).await.expect(200);
    later(&house, TimeDelta::minutes(10));
    let third = refresh(&house, text(&second, "refresh_token"))
        .await
        .expect(200);
    // a thief with the first one: everything ends, for both
    refused(
        &refresh(&house, text(&first, "refresh_token")).await,
        400,
        "invalid_grant",
    );
    refused(
        &refresh(&house, text(&third, "refresh_token")).await,
        400,
        "invalid_grant",
    );
    me(&house, text(&third, "access_token"))
        .await
        .refused("token_revoked");
    // another session of the same account goes on
    let other = sign_in(&house, "office", PASSWORD).await.expect(200);
    me(&house, text(&other, "access_token")).await.expect(200);
    // a token that is not ours touches nothing
    let (body, mac) = text(&other, "refresh_token").rsplit_once('.').unwrap();
    for forged in [
        format!("{body}.AAAA"),
        body.to_owned(),
        format!("{}.{mac}", body.replace(".0", ".1")),
        format!("{body}.{mac}A"),
    ] {
        refused(&refresh(&house, &forged).await, 400, "invalid_grant");
    }
    refresh(&house, text(&other, "refresh_token"))
        .await
        .expect(200);
}

// T-05
#[tokio::test]
async fn a_device_that_lost_the_answer_gets_the_same_successor_for_ten_seconds() {
    let house = House::build().await;
    let first = sign_in(&house, "office", PASSWORD).await.expect(200);
    let lost = refresh(&house, text(&first, "refresh_token"))
        .await
        .expect(200);
    later(&house, TimeDelta::milliseconds(9_900));
    let again = refresh(&house, text(&first, "refresh_token"))
        .await
        .expect(200);
    assert_eq!(text(&lost, "refresh_token"), text(&again, "refresh_token"));
    let next = refresh(&house, text(&again, "refresh_token"))
        .await
        .expect(200);
    me(&house, text(&next, "access_token")).await.expect(200);
    // later than that it is reuse
    later(&house, TimeDelta::seconds(11));
    refused(
        &refresh(&house, text(&again, "refresh_token")).await,
        400,
        "invalid_grant",
    );
    refused(
        &refresh(&house, text(&next, "refresh_token")).await,
        400,
        "invalid_grant",
    );
}

// T-05
#[tokio::test]
async fn sixteen_refreshes_at_once_give_one_successor_and_nobody_is_signed_out() {
    let house = House::build().await;
    let mut now = sign_in(&house, "office", PASSWORD).await.expect(200);
    for round in 0..25 {
        let token = text(&now, "refresh_token").to_owned();
        let mut answers = join_all((0..16).map(|_| refresh(&house, &token))).await;
        let successors: BTreeSet<&str> = answers
            .iter()
            .map(|a| a.body["refresh_token"].as_str().unwrap_or(&a.text))
            .collect();
        assert_eq!(successors.len(), 1, "round {round}: {successors:#?}");
        for answer in &answers {
            me(&house, text(answer, "access_token")).await.expect(200);
        }
        now = answers.pop().unwrap();
        later(&house, TimeDelta::minutes(1));
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_for_its_whole_life() {
    let house = House::build().await;
    let first = sign_in(&house, "office", PASSWORD).await.expect(200);
    later(&house, TimeDelta::days(13));
    let second = refresh(&house, text(&first, "refresh_token"))
        .await
        .expect(200);
    later(&house, TimeDelta::days(15));
    refused(
        &refresh(&house, text(&second, "refresh_token")).await,
        400,
        "invalid_grant",
    );
}

#[tokio::test]
async fn revoking_either_token_ends_the_session_and_tells_nothing() {
    let house = House::build().await;
    for which in ["access_token", "refresh_token"] {
        let tokens = sign_in(&house, "youth", PASSWORD).await.expect(200);
        house
            .form(
                "/api/v1/auth/revoke",
                &[
                    ("token", text(&tokens, which)),
                    ("token_type_hint", "access_token"),
                ],
            )
            .await
            .expect(200);
        me(&house, text(&tokens, "access_token"))
            .await
            .refused("token_revoked");
        refused(
            &refresh(&house, text(&tokens, "refresh_token")).await,
            400,
            "invalid_grant",
        );
        // again, and nonsense: the same answer
        assert_eq!(
            house
                .form("/api/v1/auth/revoke", &[("token", text(&tokens, which))])
                .await
                .expect(200)
                .text,
            ""
        );
    }
    assert_eq!(
        house
            .form("/api/v1/auth/revoke", &[("token", "nonsense")])
            .await
            .expect(200)
            .text,
        ""
    );
    refused(
        &house.form("/api/v1/auth/revoke", &[]).await,
        400,
        "invalid_request",
    );
}

#[tokio::test]
async fn an_access_token_lives_fifteen_minutes() {
    let house = House::build().await;
    let tokens = sign_in(&house, "office", PASSWORD).await.expect(200);
    later(&house, TimeDelta::seconds(899));
    me(&house, text(&tokens, "access_token")).await.expect(200);
    later(&house, TimeDelta::seconds(1));
    let answer = me(&house, text(&tokens, "access_token"))
        .await
        .refused("token_expired");
    assert!(
        answer.header("www-authenticate").contains("invalid_token"),
        "{:?}",
        answer.headers
    );
    let fresh = refresh(&house, text(&tokens, "refresh_token"))
        .await
        .expect(200);
    me(&house, text(&fresh, "access_token")).await.expect(200);
    // a script's ends with its token
    let script = house.token("district-script").await;
    later(&house, TimeDelta::seconds(900));
    me(&house, &script).await.refused("token_expired");
}

// T-07
#[tokio::test]
async fn a_changed_right_acts_on_the_next_request() {
    let house = House::build().await;
    let account = async |login: &str| {
        house
            .read("admin", &format!("accounts?login={login}"))
            .await
            .items()[0]
            .clone()
    };
    let change = async |login: &str, patch: Value| {
        let row = account(login).await;
        house
            .change(
                "admin",
                &format!("accounts/{}", row["id"].text()),
                row["version"].number(),
                patch,
            )
            .await
    };
    let candidates = async |token: &str| {
        let authorization = format!("Bearer {token}");
        house
            .send(
                "",
                Method::GET,
                "candidates?limit=200",
                None,
                &[("authorization", &authorization)],
            )
            .await
    };

    // another branch: the old token is dead, the refreshed one sees the new branch only
    let tokens = sign_in(&house, "branch-01", PASSWORD).await.expect(200);
    candidates(text(&tokens, "access_token")).await.expect(200);
    change("branch-01", json!({"branch_id": demo("0b", 2, 0)})).await;
    candidates(text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    let fresh = refresh(&house, text(&tokens, "refresh_token"))
        .await
        .expect(200);
    let seen = candidates(text(&fresh, "access_token")).await.expect(200);
    assert!(
        !seen.items().is_empty()
            && seen
                .items()
                .iter()
                .all(|c| c["branch_id"] == demo("0b", 2, 0))
    );

    // another role
    let tokens = sign_in(&house, "branch-03", PASSWORD).await.expect(200);
    change(
        "branch-03",
        json!({"role": "trade_union", "branch_id": null}),
    )
    .await;
    candidates(text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    let fresh = refresh(&house, text(&tokens, "refresh_token"))
        .await
        .expect(200);
    candidates(text(&fresh, "access_token"))
        .await
        .refused("forbidden");
    shows!(me(&house, text(&fresh, "access_token")).await.expect(200), {"role": "trade_union"});

    // disabled: not even a refresh; enabled again: signs in
    let tokens = sign_in(&house, "branch-04", PASSWORD).await.expect(200);
    change("branch-04", json!({"disabled": true})).await;
    candidates(text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    refused(
        &refresh(&house, text(&tokens, "refresh_token")).await,
        400,
        "invalid_grant",
    );
    refused(
        &sign_in(&house, "branch-04", PASSWORD).await,
        400,
        "invalid_grant",
    );
    change("branch-04", json!({"disabled": false})).await;
    candidates(text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    sign_in(&house, "branch-04", PASSWORD).await.expect(200);

    // an account with an end
    let tokens = sign_in(&house, "branch-06", PASSWORD).await.expect(200);
    change(
        "branch-06",
        json!({"expires_at": house.clock.now() + TimeDelta::seconds(60)}),
    )
    .await;
    let fresh = refresh(&house, text(&tokens, "refresh_token"))
        .await
        .expect(200);
    candidates(text(&fresh, "access_token")).await.expect(200);
    later(&house, TimeDelta::seconds(61));
    candidates(text(&fresh, "access_token"))
        .await
        .refused("token_revoked");
    refused(
        &sign_in(&house, "branch-06", PASSWORD).await,
        400,
        "invalid_grant",
    );

    // an overseer's branches follow the posts, without a new token
    let before = house.read("overseer", "me").await;
    assert_eq!(before.body["branch_ids"].list().len(), 3);
    house
        .change(
            "office",
            &format!("overseers/{}", demo("0e", 3, 1)),
            1,
            json!({"to_on": "2021-01-14"}),
        )
        .await;
    let after = house.read("overseer", "me").await;
    assert_eq!(after.body["branch_ids"].list().len(), 2);
    house
        .get("overseer", &format!("candidates/{}", demo("ca", 3, 1)))
        .await
        .refused("not_found");

    // nobody does it to oneself
    let admin = account("admin").await;
    let own = format!("/api/v1/accounts/{}", admin["id"].text());
    for patch in [json!({"disabled": true}), json!({"role": "party_office"})] {
        house
            .patch("admin", &own, admin["version"].number(), patch)
            .await
            .refused("forbidden");
    }
}

/// A JWT by hand.
fn jwt(header: &Value, claims: &Value, signature: &str) -> String {
    format!(
        "{}.{}.{signature}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    )
}

// T-04
#[tokio::test]
async fn forged_and_mistyped_tokens_are_refused() {
    use jsonwebtoken::{Algorithm, EncodingKey, Header};
    let house = House::build().await;
    let good = house.token("office").await;
    let parts: Vec<&str> = good.split('.').collect();
    let part = |n: usize| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[n]).unwrap()).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    let kid = header["kid"].text().to_owned();
    let pem = std::fs::read_to_string(keys_folder().join("current.pem")).unwrap();
    let der = STANDARD
        .decode(
            pem.lines()
                .filter(|l| !l.starts_with('-'))
                .collect::<String>(),
        )
        .unwrap();
    let ours = EncodingKey::from_ed_der(&der);
    let elsewhere = tempdir();
    Keys::generate(&elsewhere).unwrap();
    let other = Keys::read(&elsewhere, "http://ketnap.test").unwrap();
    let x = house.read("", "/.well-known/jwks.json").await.body["keys"][0]["x"]
        .text()
        .to_owned();

    // our key, whatever header and claims
    let ordinary = || {
        let mut h = Header::new(Algorithm::EdDSA);
        (h.typ, h.kid) = (Some("at+jwt".into()), Some(kid.clone()));
        h
    };
    let sign = |claims: &Value| jsonwebtoken::encode(&ordinary(), claims, &ours).unwrap();
    let with_header = |change: &dyn Fn(&mut Header)| {
        let mut h = ordinary();
        change(&mut h);
        jsonwebtoken::encode(&h, &claims, &ours).unwrap()
    };
    let with = |name: &str, value: Value| {
        let mut c = claims.clone();
        c[name] = value;
        sign(&c)
    };
    let without = |name: &str| {
        let mut c = claims.clone();
        c.as_object_mut().unwrap().remove(name);
        sign(&c)
    };
    let hmac = |secret: &[u8]| {
        let mut h = Header::new(Algorithm::HS256);
        (h.typ, h.kid) = (Some("at+jwt".into()), Some(kid.clone()));
        jsonwebtoken::encode(&h, &claims, &EncodingKey::from_secret(secret)).unwrap()
    };
    // negative controls: made in the same way and right
    for right in [&good, &sign(&claims), &with_header(&|_| {})] {
        me(&house, right).await.expect(200);
    }
    let now = house.clock.now().timestamp();
    let flipped = |s: &str, at: usize| {
        s.char_indices()
            .map(|(i, c)| {
                if i == at {
                    if c == 'A' { 'B' } else { 'A' }
                } else {
                    c
                }
            })
            .collect::<String>()
    };
    let typed: Claims = serde_json::from_value(claims.clone()).unwrap();
    let mut table: Vec<(&str, String)> = vec![
        ("nothing", String::new()),
        ("not a token", "hello".into()),
        ("two dots", "..".into()),
        (
            "alg none",
            jwt(
                &json!({"alg": "none", "typ": "at+jwt", "kid": kid}),
                &claims,
                "",
            ),
        ),
        (
            "alg None",
            jwt(
                &json!({"alg": "None", "typ": "at+jwt", "kid": kid}),
                &claims,
                "",
            ),
        ),
        (
            "alg none with our signature",
            jwt(
                &json!({"alg": "none", "typ": "at+jwt", "kid": kid}),
                &claims,
                parts[2],
            ),
        ),
        (
            "no alg",
            jwt(&json!({"typ": "at+jwt", "kid": kid}), &claims, parts[2]),
        ),
        (
            "alg null",
            jwt(
                &json!({"alg": null, "typ": "at+jwt", "kid": kid}),
                &claims,
                parts[2],
            ),
        ),
        ("HS256 with the public key as text", hmac(x.as_bytes())),
        (
            "HS256 with the public key's bytes",
            hmac(&URL_SAFE_NO_PAD.decode(&x).unwrap()),
        ),
        (
            "HS256 with the PEM of the private key",
            hmac(pem.as_bytes()),
        ),
        ("HS256 with nothing", hmac(b"")),
        ("HS256 with the key's name", hmac(kid.as_bytes())),
        (
            "RS256 in the header",
            jwt(
                &json!({"alg": "RS256", "typ": "at+jwt", "kid": kid}),
                &claims,
                parts[2],
            ),
        ),
        (
            "ES256 in the header",
            jwt(
                &json!({"alg": "ES256", "typ": "at+jwt", "kid": kid}),
                &claims,
                parts[2],
            ),
        ),
        ("typ JWT", with_header(&|h| h.typ = Some("JWT".into()))),
        ("no typ", with_header(&|h| h.typ = None)),
        (
            "typ of an id token",
            with_header(&|h| h.typ = Some("id+jwt".into())),
        ),
        ("no kid", with_header(&|h| h.kid = None)),
        (
            "unknown kid",
            with_header(&|h| h.kid = Some("somebody".into())),
        ),
        (
            "kid as a path",
            with_header(&|h| h.kid = Some("../../../../dev/null".into())),
        ),
        (
            "kid as SQL",
            with_header(&|h| h.kid = Some("' or '1'='1".into())),
        ),
        ("empty kid", with_header(&|h| h.kid = Some(String::new()))),
        ("crit", with_header(&|h| h.crit = Some(vec!["b64".into()]))),
        ("other key, its own kid", other.sign(&typed).unwrap()),
        ("audience of another service", with("aud", json!("other"))),
        ("audience as a list", with("aud", json!(["ketnap"]))),
        ("no audience", without("aud")),
        (
            "issuer of another house",
            with("iss", json!("http://evil.test")),
        ),
        (
            "issuer with a slash",
            with("iss", json!("http://ketnap.test/")),
        ),
        ("no issuer", without("iss")),
        ("no expiry", without("exp")),
        (
            "expiry as text",
            with("exp", json!((now + 900).to_string())),
        ),
        ("expiry null", with("exp", Value::Null)),
        ("expiry a fraction", with("exp", json!(1e300))),
        ("expired", with("exp", json!(now - 1))),
        ("expires now", with("exp", json!(now))),
        ("expired long ago", with("exp", json!(-1))),
        ("issued in the future", with("iat", json!(now + 3600))),
        ("no time of issue", without("iat")),
        ("no subject", without("sub")),
        ("subject no id", with("sub", json!("office"))),
        ("no session", without("sid")),
        ("unknown session", with("sid", json!(Uuid::new_v4()))),
        ("no version", without("ver")),
        ("older version", with("ver", json!(0))),
        ("newer version", with("ver", json!(2))),
        ("no role", without("role")),
        ("unknown role", with("role", json!("root"))),
        ("unknown claim", with("admin", json!(true))),
        ("not before", with("nbf", json!(now - 10))),
        ("claims are a list", sign(&json!([claims]))),
        ("claims are text", sign(&json!("office"))),
        ("claims are empty", sign(&json!({}))),
        ("huge", with("client_id", json!("x".repeat(9000)))),
        ("truncated", good[..good.len() - 4].to_owned()),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two segments", format!("{}.{}", parts[0], parts[1])),
        ("four segments", format!("{good}.{}", parts[2])),
        ("five segments", format!("{good}.a.b")),
        ("padding", format!("{good}==")),
        (
            "signature of another",
            format!(
                "{}.{}.{}",
                parts[0],
                parts[1],
                sign(&json!({})).split('.').nth(2).unwrap()
            ),
        ),
        (
            "claims of another",
            format!(
                "{}.{}.{}",
                parts[0],
                URL_SAFE_NO_PAD.encode(json!({"role": "system_admin"}).to_string()),
                parts[2]
            ),
        ),
        (
            "header not base64",
            format!("!!!.{}.{}", parts[1], parts[2]),
        ),
        (
            "header not JSON",
            format!("{}.{}.{}", URL_SAFE_NO_PAD.encode("{"), parts[1], parts[2]),
        ),
        (
            "the refresh token",
            text(
                &sign_in(&house, "office", PASSWORD).await.expect(200),
                "refresh_token",
            )
            .to_owned(),
        ),
    ];
    for (name, at) in [
        ("a letter of the header", 5),
        ("a letter of the claims", parts[0].len() + 40),
        ("a letter of the signature", good.len() - 20),
    ] {
        table.push((name, flipped(&good, at)));
    }
    // our key's name, another's signature
    let foreign = other.sign(&typed).unwrap();
    table.push((
        "other key, our kid",
        format!(
            "{}.{}.{}",
            parts[0],
            foreign.split('.').nth(1).unwrap(),
            foreign.split('.').nth(2).unwrap()
        ),
    ));
    // a key that the token brings itself
    table.push((
        "a key in the header",
        jwt(&json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}}), &claims, parts[2]),
    ));
    table.push((
        "an address of a key",
        jwt(
            &json!({"alg": "EdDSA", "typ": "at+jwt", "jku": "http://evil.test/keys"}),
            &claims,
            parts[2],
        ),
    ));
    assert!(table.len() >= 40);
    let mut wrong = Vec::new();
    for (name, token) in &table {
        // the door of a read, of a write, and of something else than oneself
        for (method, path) in [
            (Method::GET, "/api/v1/me"),
            (Method::GET, "/api/v1/branches"),
            (Method::POST, "/api/v1/departments"),
        ] {
            let body = json!({"name": "Khoa thử", "kind": "clinical"}).to_string();
            let mut request = house
                .client
                .request(method.clone(), format!("{}{path}", house.base))
                .header("authorization", format!("Bearer {token}"));
            if method == Method::POST {
                request = request
                    .header("content-type", "application/json")
                    .body(body);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status();
            if status != 401 || !answer.headers().contains_key("www-authenticate") {
                wrong.push(format!(
                    "{name}: {method} {path}: {status} {}",
                    answer.text().await.unwrap()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // the right token in the wrong place
    for (name, value) in [
        ("authorization", good.clone()),
        ("authorization", format!("Basic {good}")),
        ("authorization", format!("Bearer{good}")),
        ("x-access-token", good.clone()),
        ("cookie", format!("access_token={good}")),
    ] {
        house
            .send("", Method::GET, "me", None, &[(name, &value)])
            .await
            .refused("unauthenticated");
    }
    for path in [
        format!("/api/v1/branches?access_token={good}"),
        format!("/api/v1/branches?token={good}"),
    ] {
        house.get("", &path).await.refused("unauthenticated");
    }
    let twice = house
        .client
        .get(format!("{}/api/v1/me", house.base))
        .header("authorization", format!("Bearer {good}"))
        .header("authorization", format!("Bearer {good}"));
    assert_eq!(twice.send().await.unwrap().status(), 401);
    // and the scheme is read as RFC 9110 says
    house
        .send(
            "",
            Method::GET,
            "me",
            None,
            &[("authorization", &format!("bearer {good}"))],
        )
        .await
        .expect(200);
}

/// A folder of this test's own, beside the keys of all.
fn tempdir() -> std::path::PathBuf {
    keys_folder()
        .parent()
        .unwrap()
        .join(format!("keys-{}", Uuid::new_v4().simple()))
}

// a token's role is for clients: authority is the session row
#[tokio::test]
async fn a_well_signed_token_with_a_greater_role_reaches_no_further_than_its_session() {
    let house = House::build().await;
    let mine = house.token("branch-01").await;
    let mut claims: Claims = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(mine.split('.').nth(1).unwrap())
            .unwrap(),
    )
    .unwrap();
    claims.role = Role::PartyOffice;
    claims.branch_id = None;
    let risen = Keys::read(&keys_folder(), "http://ketnap.test")
        .unwrap()
        .sign(&claims)
        .unwrap();
    let authorization = format!("Bearer {risen}");
    let seen = house
        .send(
            "",
            Method::GET,
            "candidates?limit=200",
            None,
            &[("authorization", &authorization)],
        )
        .await
        .expect(200);
    assert!(
        !seen.items().is_empty()
            && seen
                .items()
                .iter()
                .all(|c| c["branch_id"] == demo("0b", 1, 0))
    );
    let theirs = format!("/api/v1/candidates/{}", demo("ca", 2, 1));
    house
        .send(
            "",
            Method::GET,
            &theirs,
            None,
            &[("authorization", &authorization)],
        )
        .await
        .refused("not_found");
}

// the one-time code
#[tokio::test]
async fn a_new_account_signs_in_with_its_code_sets_a_password_and_the_code_is_dead() {
    let house = House::build().await;
    let new = json!({"login": "branch-11", "display_name": "Chi ủy chi bộ 1, người thứ hai", "role": "branch_committee", "branch_id": demo("0b", 1, 0)});
    let account = house.create("admin", "accounts", new).await;
    let place = format!("/api/v1/accounts/{}", account.id());
    refused(
        &sign_in(&house, "branch-11", PASSWORD).await,
        400,
        "invalid_grant",
    );
    let secret = house.advance("admin", &format!("{place}/secrets"), 1).await;
    let code = text(&secret, "secret").to_owned();
    assert_eq!(
        text(&secret, "expires_at")
            .parse::<DateTime<Utc>>()
            .unwrap(),
        house.clock.now() + TimeDelta::days(1)
    );
    let version = house.read("admin", &place).await.version();
    assert_eq!(secret.header("etag"), format!("\"{version}\""));

    let tokens = sign_in(&house, "branch-11", &code).await.expect(200);
    let authorization = format!("Bearer {}", text(&tokens, "access_token"));
    let headers = [
        ("authorization", authorization.as_str()),
        ("if-match", "\"1\""),
    ];
    shows!(me(&house, text(&tokens, "access_token")).await.expect(200), {
        "must_change_password": true
    });
    for op in operations()
        .iter()
        .filter(|op| !op.path.starts_with("/api/v1/me"))
    {
        let path = op.at(&Uuid::new_v4().to_string());
        let body = operation(&path, &op.method.as_str().to_lowercase())
            .is_some_and(|(_, o)| o["requestBody"].is_object())
            .then(|| json!({}));
        house
            .send("", op.method.clone(), &path, body, &headers)
            .await
            .refused("password_change_required");
    }

    let set = async |current: &str, new: &str| {
        house
            .send(
                "",
                Method::POST,
                "me/password",
                Some(json!({"current_password": current, "new_password": new})),
                &headers[..1],
            )
            .await
    };
    for weak in [
        "short",
        "fourteen-chars",
        "branch-11-branch-11",
        "aaaaaaaaaaaaaaaaaaaa",
        "passwordpassword1",
        "123456789012345678",
    ] {
        let answer = set(&code, weak).await.refused("validation_failed");
        assert_eq!(answer.faults(), ["/new_password"], "{weak}");
    }
    set("not the code", "gạo trắng nước trong")
        .await
        .invalid(&["/current_password"]);
    set(&code, "gạo trắng nước trong").await.expect(204);
    // signing in anew, with the same letters in another Unicode form
    refused(
        &sign_in(&house, "branch-11", &code).await,
        400,
        "invalid_grant",
    );
    let decomposed: String =
        unicode_normalization::UnicodeNormalization::nfd("gạo trắng nước trong").collect();
    let tokens = sign_in(&house, "branch-11", &decomposed).await.expect(200);
    let authorization = format!("Bearer {}", text(&tokens, "access_token"));
    house
        .send(
            "",
            Method::GET,
            "candidates",
            None,
            &[("authorization", &authorization)],
        )
        .await
        .expect(200);
    shows!(me(&house, text(&tokens, "access_token")).await.expect(200), {
        "must_change_password": false
    });
    // the code's own place asks which version was read
    house
        .send(
            "admin",
            Method::POST,
            &format!("{place}/secrets"),
            None,
            &[],
        )
        .await
        .refused("precondition_required");
    house
        .step("admin", &format!("{place}/secrets"), version + 7)
        .await
        .refused("precondition_failed");
    // a new code ends the sessions, and lives a day
    let version = house.read("admin", &place).await.version();
    let secret = house
        .advance("admin", &format!("{place}/secrets"), version)
        .await;
    me(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    refused(
        &sign_in(&house, "branch-11", "gạo trắng nước trong").await,
        400,
        "invalid_grant",
    );
    later(&house, TimeDelta::days(1));
    refused(
        &sign_in(&house, "branch-11", text(&secret, "secret")).await,
        400,
        "invalid_grant",
    );
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_a_script_has_none_to_set() {
    let house = House::build().await;
    let (here, there) = (
        sign_in(&house, "youth", PASSWORD).await.expect(200),
        sign_in(&house, "youth", PASSWORD).await.expect(200),
    );
    let authorization = format!("Bearer {}", text(&here, "access_token"));
    let body = json!({"current_password": PASSWORD, "new_password": "đoàn kết là sức mạnh"});
    house
        .send(
            "",
            Method::POST,
            "me/password",
            Some(body.clone()),
            &[("authorization", &authorization)],
        )
        .await
        .expect(204);
    me(&house, text(&here, "access_token")).await.expect(200);
    me(&house, text(&there, "access_token"))
        .await
        .refused("token_revoked");
    refused(
        &refresh(&house, text(&there, "refresh_token")).await,
        400,
        "invalid_grant",
    );
    refresh(&house, text(&here, "refresh_token"))
        .await
        .expect(200);
    refused(
        &sign_in(&house, "youth", PASSWORD).await,
        400,
        "invalid_grant",
    );
    sign_in(&house, "youth", "đoàn kết là sức mạnh")
        .await
        .expect(200);
    house
        .post("district-script", "me/password", body)
        .await
        .refused("forbidden");
}

#[tokio::test]
async fn a_script_gets_a_new_secret_from_its_administrator() {
    let house = House::build().await;
    // the demo's administrator belongs to the base organisation; the script to the one above
    let owner = house.owner().await;
    let sql = format!(
        "update account set organization_id = '{}' where login = 'admin'",
        demo("0a", 0, 1)
    );
    owner.batch_execute(&sql).await.unwrap();
    let row = house
        .read("admin", "accounts?login=district-script")
        .await
        .items()[0]
        .clone();
    let place = format!("/api/v1/accounts/{}/secrets", row["id"].text());
    let old = house.token("district-script").await;
    let secret = house
        .advance("admin", &place, row["version"].number())
        .await;
    assert!(secret.body["expires_at"].is_null());
    me(&house, &old).await.refused("token_revoked");
    let ask = async |secret: &str| {
        house
            .form(
                TOKEN,
                &[
                    ("grant_type", "client_credentials"),
                    ("client_id", "district-script"),
                    ("client_secret", secret),
                ],
            )
            .await
    };
    refused(&ask(SCRIPT_SECRET).await, 401, "invalid_client");
    let tokens = ask(text(&secret, "secret")).await.expect(200);
    shows!(me(&house, text(&tokens, "access_token")).await.expect(200), {
        "must_change_password": false
    });
}

// T-02
#[tokio::test]
async fn guessing_is_slowed_and_an_account_has_its_own_allowance() {
    let house = House::with(Build {
        rates: 5,
        ..Build::default()
    })
    .await;
    for n in 0..5 {
        let wrong = sign_in(&house, "office", "wrong").await;
        refused(&wrong, 400, "invalid_grant");
        assert_eq!(
            (
                wrong.header("ratelimit-limit"),
                wrong.header("ratelimit-remaining")
            ),
            ("5", (4 - n).to_string().as_str())
        );
    }
    // also with the right password, and a forwarded address is not believed
    for address in ["", "203.0.113.9"] {
        let form = house
            .client
            .post(format!("{}{TOKEN}", house.base))
            .header("x-forwarded-for", address)
            .header("forwarded", format!("for={address}"));
        let answer = form
            .form(&[
                ("grant_type", "password"),
                ("username", "office"),
                ("password", PASSWORD),
            ])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 429);
        let seconds: u64 = answer.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        shows!(answer.json::<Value>().await.unwrap(), {"code": "rate_limited"});
    }
    sign_in(&house, "standing", PASSWORD)
        .await
        .refused("rate_limited");

    // an account's requests: the sixth; another account is not concerned
    let house = House::with(Build {
        rates: 5,
        ..Build::default()
    })
    .await;
    for n in 0..5 {
        assert_eq!(
            house
                .read("youth", "me")
                .await
                .header("ratelimit-remaining"),
            (4 - n).to_string()
        );
    }
    let sixth = house.get("youth", "me").await.refused("rate_limited");
    assert!(
        sixth
            .header("retry-after")
            .parse::<u64>()
            .is_ok_and(|s| (1..=60).contains(&s)),
        "{:?}",
        sixth.headers
    );
    house.read("union", "me").await;
}

#[tokio::test]
async fn everyone_sees_oneself_and_what_one_may_do() {
    let house = House::build().await;
    for (login, role) in LOGINS {
        let answer = house.read(login, "me").await;
        let body = &answer.body;
        assert_eq!(
            (
                body["login"].as_str(),
                body["role"].as_str(),
                body["must_change_password"].as_bool()
            ),
            (Some(login), Some(role.wire()), Some(false))
        );
        let above = matches!(role, Role::UpperCommittee | Role::ServiceAccount);
        assert_eq!(
            body["organization_id"],
            demo("0a", 0, if above { 1 } else { 2 })
        );
        let branches: Vec<String> = match role {
            Role::BranchCommittee => vec![demo("0b", 1, 0)],
            Role::CommitteeMember => (1..=3).map(|b| demo("0b", b, 0)).collect(),
            Role::StandingCommittee
            | Role::PartyOffice
            | Role::TradeUnion
            | Role::YouthUnion
            | Role::UpperCommittee
            | Role::ServiceAccount
            | Role::SystemAdmin => vec![],
        };
        let mut shown: Vec<&str> = body["branch_ids"]
            .list()
            .iter()
            .map(|b| b.as_str().unwrap())
            .collect();
        shown.sort_unstable();
        assert_eq!(shown, branches, "{login}");
        assert_eq!(
            body["branch_id"].as_str(),
            (role == Role::BranchCommittee)
                .then_some(demo("0b", 1, 0))
                .as_deref()
        );
        let granted: Vec<(&str, &str)> = body["permissions"]
            .list()
            .iter()
            .map(|p| (p["action"].text(), p["reach"].text()))
            .collect();
        let table: Vec<(&str, &str)> = Action::ALL
            .iter()
            .filter_map(|a| access::reach(role, *a).map(|r| (a.wire(), r.wire())))
            .collect();
        assert_eq!(granted, table, "{login}");
        // the token says the same scope
        let claims: Value = serde_json::from_slice(
            &URL_SAFE_NO_PAD
                .decode(house.token(login).await.split('.').nth(1).unwrap())
                .unwrap(),
        )
        .unwrap();
        assert_eq!(
            claims["scope"].text(),
            table.iter().map(|(a, _)| *a).collect::<Vec<_>>().join(" ")
        );
        assert_eq!(
            (
                claims["client_id"].as_str(),
                claims["aud"].as_str(),
                claims["iss"].as_str()
            ),
            (Some(login), Some("ketnap"), Some("http://ketnap.test"))
        );
    }
}

// RFC 9068, 2.2: client_id is required; it must not change its meaning on the way
#[tokio::test]
async fn a_refreshed_token_says_the_same_of_its_account() {
    let house = House::build().await;
    let read = |tokens: &Answer| -> Claims {
        serde_json::from_slice(
            &URL_SAFE_NO_PAD
                .decode(text(tokens, "access_token").split('.').nth(1).unwrap())
                .unwrap(),
        )
        .unwrap()
    };
    let first = sign_in(&house, "branch-01", PASSWORD).await.expect(200);
    let second = refresh(&house, text(&first, "refresh_token"))
        .await
        .expect(200);
    let (a, b) = (read(&first), read(&second));
    assert_eq!(
        (a.sub, a.sid, a.role, a.branch_id, a.ver, &a.scope),
        (b.sub, b.sid, b.role, b.branch_id, b.ver, &b.scope)
    );
    assert_ne!(a.jti, b.jti);
    assert_eq!(a.client_id, b.client_id);
}

#[tokio::test]
async fn the_public_keys_verify_a_token_and_the_metadata_leads_to_them() {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    let house = House::build().await;
    let metadata = house
        .read("", "/.well-known/oauth-authorization-server")
        .await;
    let issuer = text(&metadata, "issuer");
    assert_eq!(issuer, "http://ketnap.test");
    for (name, path) in [
        ("token_endpoint", TOKEN),
        ("revocation_endpoint", "/api/v1/auth/revoke"),
        ("jwks_uri", "/.well-known/jwks.json"),
    ] {
        assert_eq!(text(&metadata, name), format!("{issuer}{path}"));
    }
    shows!(metadata, {
        "grant_types_supported": ["password", "refresh_token", "client_credentials"]
    });
    let scopes: Vec<&str> = Action::ALL.iter().map(|a| a.wire()).collect();
    assert_eq!(metadata.body["scopes_supported"], json!(scopes));
    let jwks = house.read("", "/.well-known/jwks.json").await;
    let key = &jwks.body["keys"][0];
    assert_eq!(
        (
            key["kty"].as_str(),
            key["crv"].as_str(),
            key["alg"].as_str(),
            key["use"].as_str()
        ),
        (Some("OKP"), Some("Ed25519"), Some("EdDSA"), Some("sig"))
    );
    assert!(key["d"].is_null(), "the private part is out");
    let token = house.token("office").await;
    assert_eq!(
        jsonwebtoken::decode_header(&token).unwrap().kid.as_deref(),
        key["kid"].as_str()
    );
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&["ketnap"]);
    validation.validate_exp = false;
    let public = DecodingKey::from_ed_components(key["x"].text()).unwrap();
    let claims = jsonwebtoken::decode::<Claims>(&token, &public, &validation)
        .unwrap()
        .claims;
    assert_eq!(
        (claims.role, claims.exp - claims.iat),
        (Role::PartyOffice, 900)
    );
}
