//! Signing in, going on, leaving; what a token is worth; secrets; limits (T-02 to T-07).
use std::collections::BTreeSet;

use base64::{
    Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
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

/// The parameters as `name=value`, with blanks between them.
async fn grant(house: &House, parameters: &str) -> Answer {
    let pairs: Vec<_> = parameters
        .split(' ')
        .filter_map(|p| p.split_once('='))
        .collect();
    house.form(TOKEN, &pairs).await
}

async fn refresh(house: &House, token: &str) -> Answer {
    house
        .form(
            TOKEN,
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        )
        .await
}

/// A reading with this very token.
async fn read_with(house: &House, token: &str, path: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    house.send("", Method::GET, path, None, &headers).await
}

async fn me(house: &House, token: &str) -> Answer {
    read_with(house, token, "me").await
}

async fn candidates(house: &House, token: &str) -> Answer {
    read_with(house, token, "candidates?limit=200").await
}

async fn account(house: &House, login: &str) -> Value {
    let path = format!("accounts?login={login}");
    house.read("admin", &path).await.items()[0].clone()
}

async fn change_account(house: &House, login: &str, patch: Value) {
    let row = account(house, login).await;
    let path = format!("accounts/{}", row["id"].text());
    let version = row["version"].number();
    house.change("admin", &path, version, patch).await;
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

#[track_caller]
fn invalid_grant(answer: &Answer) {
    refused(answer, 400, "invalid_grant");
}

#[track_caller]
fn invalid_request(answer: &Answer) {
    refused(answer, 400, "invalid_request");
}

#[track_caller]
fn invalid_client(answer: &Answer) {
    refused(answer, 401, "invalid_client");
}

#[tokio::test]
async fn a_password_is_exchanged_for_tokens() {
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
}

#[tokio::test]
async fn a_grant_with_something_wrong_or_missing_is_refused_as_rfc_6749_says() {
    let house = House::build().await;
    invalid_grant(&grant(&house, "grant_type=password username=office password=wrong").await);
    invalid_grant(
        &grant(
            &house,
            &format!("grant_type=password username=nobody password={PASSWORD}"),
        )
        .await,
    );
    invalid_request(&grant(&house, "grant_type=password username=office password=").await);
    invalid_request(&grant(&house, "grant_type=password username=office").await);
    invalid_request(&grant(&house, &format!("grant_type=password password={PASSWORD}")).await);
    invalid_request(&grant(&house, "").await);
    invalid_request(&grant(&house, "grant_type=").await);
    refused(
        &grant(&house, "grant_type=authorization_code code=x").await,
        400,
        "unsupported_grant_type",
    );
    invalid_request(&grant(&house, "grant_type=refresh_token").await);
    invalid_grant(&grant(&house, "grant_type=refresh_token refresh_token=made.up.one").await);
}

#[tokio::test]
async fn a_client_with_a_wrong_secret_or_none_is_refused() {
    let house = House::build().await;
    invalid_client(&grant(&house, "grant_type=client_credentials").await);
    invalid_client(
        &grant(
            &house,
            "grant_type=client_credentials client_id=district-script client_secret=wrong",
        )
        .await,
    );
    invalid_client(
        &grant(
            &house,
            &format!(
                "grant_type=client_credentials client_id=nobody client_secret={SCRIPT_SECRET}"
            ),
        )
        .await,
    );
    // each parameter once
    invalid_request(
        &grant(
            &house,
            &format!("grant_type=password username=office username=admin password={PASSWORD}"),
        )
        .await,
    );
    // neither a person as a client nor a script as a person
    let person = format!("grant_type=client_credentials client_id=office client_secret={PASSWORD}");
    invalid_client(&grant(&house, &person).await);
    invalid_grant(&sign_in(&house, "district-script", SCRIPT_SECRET).await);
}

#[tokio::test]
async fn what_cannot_be_stored_or_hashed_is_a_wrong_password_and_not_a_fault() {
    let house = House::build().await;
    invalid_grant(&sign_in(&house, "office\0", PASSWORD).await);
    invalid_grant(&sign_in(&house, &"o".repeat(101), PASSWORD).await);
    invalid_grant(&sign_in(&house, "office", &"p".repeat(501)).await);
    invalid_grant(&sign_in(&house, "' or 1=1 --", PASSWORD).await);
}

#[tokio::test]
async fn the_token_endpoint_reads_forms_and_nothing_else() {
    let house = House::build().await;
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

/// T-01, what can be seen of it without a stopwatch
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

/// T-05
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
    invalid_grant(&refresh(&house, text(&first, "refresh_token")).await);
    invalid_grant(&refresh(&house, text(&third, "refresh_token")).await);
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
        invalid_grant(&refresh(&house, &forged).await);
    }
    refresh(&house, text(&other, "refresh_token"))
        .await
        .expect(200);
}

/// T-05
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
    invalid_grant(&refresh(&house, text(&again, "refresh_token")).await);
    invalid_grant(&refresh(&house, text(&next, "refresh_token")).await);
}

/// T-05
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
    invalid_grant(&refresh(&house, text(&second, "refresh_token")).await);
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
        invalid_grant(&refresh(&house, text(&tokens, "refresh_token")).await);
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
    invalid_request(&house.form("/api/v1/auth/revoke", &[]).await);
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

/// T-07
#[tokio::test]
async fn another_branch_acts_on_the_next_request() {
    let house = House::build().await;
    // the old token is dead, the refreshed one sees the new branch only
    let tokens = sign_in(&house, "branch-01", PASSWORD).await.expect(200);
    candidates(&house, text(&tokens, "access_token"))
        .await
        .expect(200);
    change_account(&house, "branch-01", json!({"branch_id": demo("0b", 2, 0)})).await;
    candidates(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    let fresh = refresh(&house, text(&tokens, "refresh_token"))
        .await
        .expect(200);
    let seen = candidates(&house, text(&fresh, "access_token"))
        .await
        .expect(200);
    assert!(
        !seen.items().is_empty()
            && seen
                .items()
                .iter()
                .all(|c| c["branch_id"] == demo("0b", 2, 0))
    );
}

/// T-07
#[tokio::test]
async fn another_role_acts_on_the_next_request() {
    let house = House::build().await;
    let tokens = sign_in(&house, "branch-03", PASSWORD).await.expect(200);
    change_account(
        &house,
        "branch-03",
        json!({"role": "trade_union", "branch_id": null}),
    )
    .await;
    candidates(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    let fresh = refresh(&house, text(&tokens, "refresh_token"))
        .await
        .expect(200);
    candidates(&house, text(&fresh, "access_token"))
        .await
        .refused("forbidden");
    shows!(me(&house, text(&fresh, "access_token")).await.expect(200), {"role": "trade_union"});
}

/// T-07
#[tokio::test]
async fn a_disabled_account_can_neither_refresh_nor_sign_in_until_it_is_enabled() {
    let house = House::build().await;
    let tokens = sign_in(&house, "branch-04", PASSWORD).await.expect(200);
    change_account(&house, "branch-04", json!({"disabled": true})).await;
    candidates(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    invalid_grant(&refresh(&house, text(&tokens, "refresh_token")).await);
    invalid_grant(&sign_in(&house, "branch-04", PASSWORD).await);
    change_account(&house, "branch-04", json!({"disabled": false})).await;
    candidates(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    sign_in(&house, "branch-04", PASSWORD).await.expect(200);
}

/// T-07
#[tokio::test]
async fn an_account_ends_on_its_day_with_its_sessions() {
    let house = House::build().await;
    let tokens = sign_in(&house, "branch-06", PASSWORD).await.expect(200);
    change_account(
        &house,
        "branch-06",
        json!({"expires_at": house.clock.now() + TimeDelta::seconds(60)}),
    )
    .await;
    let fresh = refresh(&house, text(&tokens, "refresh_token"))
        .await
        .expect(200);
    candidates(&house, text(&fresh, "access_token"))
        .await
        .expect(200);
    later(&house, TimeDelta::seconds(61));
    candidates(&house, text(&fresh, "access_token"))
        .await
        .refused("token_revoked");
    invalid_grant(&sign_in(&house, "branch-06", PASSWORD).await);
}

/// T-07
#[tokio::test]
async fn an_overseer_s_branches_follow_the_posts_without_a_new_token() {
    let house = House::build().await;
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
}

/// T-07
#[tokio::test]
async fn nobody_changes_the_rights_of_oneself() {
    let house = House::build().await;
    let admin = account(&house, "admin").await;
    let own = format!("/api/v1/accounts/{}", admin["id"].text());
    for patch in [json!({"disabled": true}), json!({"role": "party_office"})] {
        house
            .patch("admin", &own, admin["version"].number(), patch)
            .await
            .refused("forbidden");
    }
}

/// A token of the Office, and what it takes to make others that resemble it.
struct Forger {
    house: House,
    good: String,
    claims: Value,
    kid: String,
    pem: String,
    ours: EncodingKey,
    /// The public key.
    x: String,
}

impl Forger {
    async fn new() -> Self {
        let house = House::build().await;
        let good = house.token("office").await;
        let part = |n: usize| -> Value {
            let part = URL_SAFE_NO_PAD
                .decode(good.split('.').nth(n).unwrap())
                .unwrap();
            serde_json::from_slice(&part).unwrap()
        };
        let pem = std::fs::read_to_string(keys_folder().join("current.pem")).unwrap();
        let der: String = pem.lines().filter(|l| !l.starts_with('-')).collect();
        let keys = house.read("", "/.well-known/jwks.json").await;
        let forger = Self {
            claims: part(1),
            kid: part(0)["kid"].text().to_owned(),
            pem,
            ours: EncodingKey::from_ed_der(&STANDARD.decode(der).unwrap()),
            x: keys.body["keys"][0]["x"].text().to_owned(),
            good,
            house,
        };
        // negative controls: made in the same way and right
        for right in [
            &forger.good,
            &forger.sign(&forger.claims),
            &forger.headed(|_| {}),
        ] {
            me(&forger.house, right).await.expect(200);
        }
        forger
    }

    fn part(&self, n: usize) -> &str {
        self.good.split('.').nth(n).unwrap()
    }

    fn header(&self, algorithm: Algorithm) -> Header {
        let mut header = Header::new(algorithm);
        (header.typ, header.kid) = (Some("at+jwt".into()), Some(self.kid.clone()));
        header
    }

    /// These claims with our key's signature.
    fn sign(&self, claims: &Value) -> String {
        jsonwebtoken::encode(&self.header(Algorithm::EdDSA), claims, &self.ours).unwrap()
    }

    /// The right claims, signed by us, under another header.
    fn headed(&self, change: impl Fn(&mut Header)) -> String {
        let mut header = self.header(Algorithm::EdDSA);
        change(&mut header);
        jsonwebtoken::encode(&header, &self.claims, &self.ours).unwrap()
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.sign(&claims)
    }

    fn without(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        self.sign(&claims)
    }

    fn hmac(&self, secret: &[u8]) -> String {
        let key = EncodingKey::from_secret(secret);
        jsonwebtoken::encode(&self.header(Algorithm::HS256), &self.claims, &key).unwrap()
    }

    /// The right claims under a header written by hand.
    fn jwt(&self, header: &Value, signature: &str) -> String {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{header}.{}.{signature}", self.part(1))
    }

    /// The same for a header that names this algorithm.
    fn alg(&self, algorithm: &Value, signature: &str) -> String {
        let header = json!({"alg": algorithm, "typ": "at+jwt", "kid": self.kid});
        self.jwt(&header, signature)
    }

    /// With another letter in one place.
    fn flipped(&self, at: usize) -> String {
        let other = if &self.good[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &self.good[..at], &self.good[at + 1..])
    }

    /// Neither a read nor a write nor anything else than oneself is open to any of them.
    async fn refused(&self, table: &[(&str, String)]) {
        assert!(table.len() > 9);
        let mut wrong = Vec::new();
        for (name, token) in table {
            for (method, path) in [
                (Method::GET, "/api/v1/me"),
                (Method::GET, "/api/v1/branches"),
                (Method::POST, "/api/v1/departments"),
            ] {
                let (status, challenged, text) = self.try_out(&method, path, token).await;
                if status != 401 || !challenged {
                    wrong.push(format!("{name}: {method} {path}: {status} {text}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn try_out(&self, method: &Method, path: &str, token: &str) -> (u16, bool, String) {
        let mut request = (self.house.client)
            .request(method.clone(), format!("{}{path}", self.house.base))
            .header("authorization", format!("Bearer {token}"));
        if *method == Method::POST {
            let body = json!({"name": "Khoa thử", "kind": "clinical"}).to_string();
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        let answer = request.send().await.unwrap();
        let challenged = answer.headers().contains_key("www-authenticate");
        (
            answer.status().as_u16(),
            challenged,
            answer.text().await.unwrap(),
        )
    }
}

/// T-04
#[tokio::test]
async fn a_token_signed_by_another_algorithm_is_refused() {
    let f = Forger::new().await;
    let (kid, ours) = (f.kid.clone(), f.part(2));
    let x = URL_SAFE_NO_PAD.decode(&f.x).unwrap();
    f.refused(&[
        ("alg none", f.alg(&json!("none"), "")),
        ("alg None", f.alg(&json!("None"), "")),
        ("alg none with our signature", f.alg(&json!("none"), ours)),
        ("no alg", f.jwt(&json!({"typ": "at+jwt", "kid": kid}), ours)),
        ("alg null", f.alg(&Value::Null, ours)),
        ("HS256 with the public key as text", f.hmac(f.x.as_bytes())),
        ("HS256 with the public key's bytes", f.hmac(&x)),
        ("HS256 with the PEM", f.hmac(f.pem.as_bytes())),
        ("HS256 with nothing", f.hmac(b"")),
        ("HS256 with the key's name", f.hmac(kid.as_bytes())),
        ("RS256 in the header", f.alg(&json!("RS256"), ours)),
        ("ES256 in the header", f.alg(&json!("ES256"), ours)),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn a_token_of_another_type_or_key_is_refused() {
    let f = Forger::new().await;
    let elsewhere = tempdir();
    Keys::generate(&elsewhere).unwrap();
    let other = Keys::read(&elsewhere, "http://ketnap.test").unwrap();
    let typed: Claims = serde_json::from_value(f.claims.clone()).unwrap();
    let theirs = other.sign(&typed).unwrap();
    let brought = json!({"kty": "OKP", "crv": "Ed25519", "x": f.x});
    let brought = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": f.kid, "jwk": brought});
    let address = json!({"alg": "EdDSA", "typ": "at+jwt", "jku": "http://evil.test/keys"});
    let kid = |name: &str| f.headed(|h| h.kid = Some(name.into()));
    let our_name = format!("{}.{}", f.part(0), theirs.split_once('.').unwrap().1);
    f.refused(&[
        ("typ JWT", f.headed(|h| h.typ = Some("JWT".into()))),
        ("no typ", f.headed(|h| h.typ = None)),
        ("an id token", f.headed(|h| h.typ = Some("id+jwt".into()))),
        ("no kid", f.headed(|h| h.kid = None)),
        ("unknown kid", kid("somebody")),
        ("kid as a path", kid("../../../../dev/null")),
        ("kid as SQL", kid("' or '1'='1")),
        ("empty kid", kid("")),
        ("crit", f.headed(|h| h.crit = Some(vec!["b64".into()]))),
        ("other key, its own kid", theirs),
        ("other key, our kid", our_name),
        ("a key in the header", f.jwt(&brought, f.part(2))),
        ("an address of a key", f.jwt(&address, f.part(2))),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn a_token_of_another_issuer_or_time_is_refused() {
    let f = Forger::new().await;
    let now = f.house.clock.now().timestamp();
    f.refused(&[
        ("audience of another service", f.with("aud", json!("other"))),
        ("audience as a list", f.with("aud", json!(["ketnap"]))),
        ("no audience", f.without("aud")),
        ("another issuer", f.with("iss", json!("http://evil.test"))),
        ("with a slash", f.with("iss", json!("http://ketnap.test/"))),
        ("no issuer", f.without("iss")),
        ("no expiry", f.without("exp")),
        ("text", f.with("exp", json!((now + 900).to_string()))),
        ("expiry null", f.with("exp", Value::Null)),
        ("expiry a fraction", f.with("exp", json!(1e300))),
        ("expired", f.with("exp", json!(now - 1))),
        ("expires now", f.with("exp", json!(now))),
        ("expired long ago", f.with("exp", json!(-1))),
        ("issued in the future", f.with("iat", json!(now + 3600))),
        ("no time of issue", f.without("iat")),
        ("not before", f.with("nbf", json!(now - 10))),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn a_token_with_other_claims_is_refused() {
    let f = Forger::new().await;
    f.refused(&[
        ("no subject", f.without("sub")),
        ("subject no id", f.with("sub", json!("office"))),
        ("no session", f.without("sid")),
        ("unknown session", f.with("sid", json!(Uuid::new_v4()))),
        ("no version", f.without("ver")),
        ("older version", f.with("ver", json!(0))),
        ("newer version", f.with("ver", json!(2))),
        ("no role", f.without("role")),
        ("unknown role", f.with("role", json!("root"))),
        ("unknown claim", f.with("admin", json!(true))),
        ("claims are a list", f.sign(&json!([f.claims]))),
        ("claims are text", f.sign(&json!("office"))),
        ("claims are empty", f.sign(&json!({}))),
        ("huge", f.with("client_id", json!("x".repeat(9000)))),
    ])
    .await;
}

/// T-04
#[tokio::test]
async fn a_mangled_token_is_refused() {
    let f = Forger::new().await;
    let (good, head, claims, ours) = (&f.good, f.part(0), f.part(1), f.part(2));
    let risen = URL_SAFE_NO_PAD.encode(json!({"role": "system_admin"}).to_string());
    let another = f.sign(&json!({}));
    let another = another.rsplit_once('.').unwrap().1;
    let tokens = sign_in(&f.house, "office", PASSWORD).await.expect(200);
    let no_json = URL_SAFE_NO_PAD.encode("{");
    f.refused(&[
        ("nothing", String::new()),
        ("not a token", "hello".into()),
        ("two dots", "..".into()),
        ("truncated", good[..good.len() - 4].to_owned()),
        ("no signature", format!("{head}.{claims}.")),
        ("two segments", format!("{head}.{claims}")),
        ("four segments", format!("{good}.{ours}")),
        ("five segments", format!("{good}.a.b")),
        ("padding", format!("{good}==")),
        ("signature of another", format!("{head}.{claims}.{another}")),
        ("claims of another", format!("{head}.{risen}.{ours}")),
        ("header not base64", format!("!!!.{claims}.{ours}")),
        ("header not JSON", format!("{no_json}.{claims}.{ours}")),
        ("refresh token", text(&tokens, "refresh_token").to_owned()),
        ("a letter of the header", f.flipped(5)),
        ("a letter of the claims", f.flipped(head.len() + 40)),
        ("a letter of the signature", f.flipped(good.len() - 20)),
    ])
    .await;
}

/// T-04; the scheme is read as RFC 9110 says.
#[tokio::test]
async fn the_right_token_in_the_wrong_place_is_refused() {
    let house = House::build().await;
    let good = house.token("office").await;
    for (name, value) in [
        ("authorization", good.clone()),
        ("authorization", format!("Basic {good}")),
        ("authorization", format!("Bearer{good}")),
        ("x-access-token", good.clone()),
        ("cookie", format!("access_token={good}")),
    ] {
        let headers = [(name, value.as_str())];
        let answer = house.send("", Method::GET, "me", None, &headers).await;
        answer.refused("unauthenticated");
    }
    for name in ["access_token", "token"] {
        let answer = house.get("", &format!("branches?{name}={good}")).await;
        answer.refused("unauthenticated");
    }
    let twice = house
        .client
        .get(format!("{}/api/v1/me", house.base))
        .header("authorization", format!("Bearer {good}"))
        .header("authorization", format!("Bearer {good}"));
    assert_eq!(twice.send().await.unwrap().status(), 401);
    let bearer = format!("bearer {good}");
    let headers = [("authorization", bearer.as_str())];
    house
        .send("", Method::GET, "me", None, &headers)
        .await
        .expect(200);
}

/// A folder of this test's own, beside the keys of all.
fn tempdir() -> std::path::PathBuf {
    let name = format!("keys-{}", Uuid::new_v4().simple());
    keys_folder().parent().unwrap().join(name)
}

/// A token's role is for clients: authority is the session row.
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

const NEW: &str = "gạo trắng nước trong";

/// A second account of branch 01, without a password; where it is.
async fn new_account(house: &House) -> String {
    let new = json!({
        "login": "branch-11", "display_name": "Chi ủy chi bộ 1, người thứ hai",
        "role": "branch_committee", "branch_id": demo("0b", 1, 0)
    });
    let account = house.create("admin", "accounts", new).await;
    format!("/api/v1/accounts/{}", account.id())
}

/// The same with a one-time code: where it is, and the code.
async fn coded_account(house: &House) -> (String, String) {
    let place = new_account(house).await;
    let secret = house.advance("admin", &format!("{place}/secrets"), 1).await;
    let code = text(&secret, "secret").to_owned();
    (place, code)
}

async fn set_password(house: &House, token: &str, current: &str, new: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let body = json!({"current_password": current, "new_password": new});
    house
        .send("", Method::POST, "me/password", Some(body), &headers)
        .await
}

/// The one-time code.
#[tokio::test]
async fn a_one_time_code_lives_a_day_and_its_version_is_the_account_s() {
    let house = House::build().await;
    let place = new_account(&house).await;
    invalid_grant(&sign_in(&house, "branch-11", PASSWORD).await);
    let secret = house.advance("admin", &format!("{place}/secrets"), 1).await;
    assert_eq!(
        text(&secret, "expires_at")
            .parse::<DateTime<Utc>>()
            .unwrap(),
        house.clock.now() + TimeDelta::days(1)
    );
    let version = house.read("admin", &place).await.version();
    assert_eq!(secret.header("etag"), format!("\"{version}\""));
    // asked for again, the version must be the one that was read
    let path = format!("{place}/secrets");
    let careless = house.send("admin", Method::POST, &path, None, &[]).await;
    careless.refused("precondition_required");
    let stale = house.step("admin", &path, version + 7).await;
    stale.refused("precondition_failed");
}

/// The one-time code opens the setting of a password and nothing else.
#[tokio::test]
async fn who_signed_in_with_a_code_must_first_set_a_password() {
    let house = House::build().await;
    let (_, code) = coded_account(&house).await;
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
}

/// The one-time code.
#[tokio::test]
async fn a_weak_password_is_refused() {
    let house = House::build().await;
    let (_, code) = coded_account(&house).await;
    let token = sign_in(&house, "branch-11", &code).await.expect(200);
    let token = text(&token, "access_token");
    for weak in [
        "short",
        "fourteen-chars",
        "branch-11-branch-11",
        "aaaaaaaaaaaaaaaaaaaa",
        "passwordpassword1",
        "123456789012345678",
    ] {
        let answer = set_password(&house, token, &code, weak)
            .await
            .refused("validation_failed");
        assert_eq!(answer.faults(), ["/new_password"], "{weak}");
    }
    set_password(&house, token, "not the code", NEW)
        .await
        .invalid(&["/current_password"]);
}

/// The one-time code; the same letters in another Unicode form are the same password.
#[tokio::test]
async fn a_code_is_dead_once_a_password_is_set() {
    let house = House::build().await;
    let (_, code) = coded_account(&house).await;
    let token = sign_in(&house, "branch-11", &code).await.expect(200);
    let token = text(&token, "access_token");
    set_password(&house, token, &code, NEW).await.expect(204);
    invalid_grant(&sign_in(&house, "branch-11", &code).await);
    let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(NEW).collect();
    let tokens = sign_in(&house, "branch-11", &decomposed).await.expect(200);
    candidates(&house, text(&tokens, "access_token"))
        .await
        .expect(200);
    shows!(me(&house, text(&tokens, "access_token")).await.expect(200), {
        "must_change_password": false
    });
}

/// The one-time code.
#[tokio::test]
async fn a_new_code_ends_the_sessions_and_the_password_and_lives_a_day() {
    let house = House::build().await;
    let (place, code) = coded_account(&house).await;
    let token = sign_in(&house, "branch-11", &code).await.expect(200);
    let token = text(&token, "access_token");
    set_password(&house, token, &code, NEW).await.expect(204);
    let tokens = sign_in(&house, "branch-11", NEW).await.expect(200);
    let version = house.read("admin", &place).await.version();
    let secret = house
        .advance("admin", &format!("{place}/secrets"), version)
        .await;
    me(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    invalid_grant(&sign_in(&house, "branch-11", NEW).await);
    later(&house, TimeDelta::days(1));
    invalid_grant(&sign_in(&house, "branch-11", text(&secret, "secret")).await);
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
    invalid_grant(&refresh(&house, text(&there, "refresh_token")).await);
    refresh(&house, text(&here, "refresh_token"))
        .await
        .expect(200);
    invalid_grant(&sign_in(&house, "youth", PASSWORD).await);
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
        let credentials = "grant_type=client_credentials client_id=district-script";
        grant(&house, &format!("{credentials} client_secret={secret}")).await
    };
    invalid_client(&ask(SCRIPT_SECRET).await);
    let tokens = ask(text(&secret, "secret")).await.expect(200);
    shows!(me(&house, text(&tokens, "access_token")).await.expect(200), {
        "must_change_password": false
    });
}

/// T-02
#[tokio::test]
async fn guessing_is_slowed() {
    let house = House::with(Build {
        rates: 5,
        ..Build::default()
    })
    .await;
    for n in 0..5 {
        let wrong = sign_in(&house, "office", "wrong").await;
        invalid_grant(&wrong);
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
}

/// T-02
#[tokio::test]
async fn an_account_has_its_own_allowance() {
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
            .filter_map(|a| access::may(role, *a).map(|r| (a.wire(), r.wire())))
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
    use jsonwebtoken::{DecodingKey, Validation};
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
