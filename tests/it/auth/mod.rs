//! Signing in, refreshing, signing out; rate limits; public keys.
mod forgery;

use base64::Engine as _;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use futures_util::future::join_all;
use jsonwebtoken::Algorithm;
use ketnap::access::{Action, Role};
use ketnap::auth::token::Claims;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Build, House, PASSWORD, Plain, SCRIPT_SECRET, shows};

const TOKEN: &str = "/api/v1/auth/token";

pub async fn sign_in(house: &House, login: &str, password: &str) -> Answer {
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

/// Sends a token request with these parameters: `name=value`, separated by spaces.
pub async fn grant(house: &House, parameters: &str) -> Answer {
    let pairs: Vec<_> = parameters
        .split(' ')
        .filter_map(|p| p.split_once('='))
        .collect();
    house.form(TOKEN, &pairs).await
}

pub async fn refresh(house: &House, token: &str) -> Answer {
    house
        .form(
            TOKEN,
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        )
        .await
}

/// Sends a `GET` with this token.
pub async fn read_with(house: &House, token: &str, path: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    house.send("", Method::GET, path, None, &headers).await
}

pub async fn me(house: &House, token: &str) -> Answer {
    read_with(house, token, "me").await
}

pub async fn candidates(house: &House, token: &str) -> Answer {
    read_with(house, token, "candidates?limit=200").await
}

pub fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.body[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {}", answer.text))
}

pub fn later(house: &House, by: TimeDelta) {
    house.clock.set(house.clock.now() + by);
}

/// Expects an error response of the token endpoint: RFC 6749, 5.2.
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
pub fn invalid_grant(answer: &Answer) {
    refused(answer, 400, "invalid_grant");
}

#[track_caller]
fn invalid_request(answer: &Answer) {
    refused(answer, 400, "invalid_request");
}

#[track_caller]
pub fn invalid_client(answer: &Answer) {
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
    // the token stays small, because clients send it with every request; permissions are beside it
    // in the answer
    assert!(text(&good, "access_token").len() < 900);
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
    // a parameter may not be repeated
    invalid_request(
        &grant(
            &house,
            &format!("grant_type=password username=office username=admin password={PASSWORD}"),
        )
        .await,
    );
    // a person cannot use the client credentials grant, nor a service account the password grant
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

/// T-01: the answers are the same. Timing is compared in a test of its own.
#[tokio::test]
async fn t01_an_unknown_login_answers_as_a_wrong_password_does() {
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

/// T-01: an attempt at an unknown login writes as much to the database as one at a known login,
/// although none of it stays.
#[tokio::test]
async fn t01_an_unknown_login_is_as_dear_to_the_database_as_a_known_one() {
    let house = House::build().await;
    invalid_grant(&sign_in(&house, "office", "not the password").await);
    let head = "select format('%s %s', seq, hash) from chain_head where log = 'sign_in_attempt' order by organization_id, chain";
    let written = "select xmin::text from chain_head where log = 'sign_in_attempt' order by organization_id, chain";
    let before = (house.column(head).await, house.column(written).await);
    invalid_grant(&sign_in(&house, "nobody-here", "not the password").await);
    assert_eq!(house.column(head).await, before.0);
    assert_ne!(house.column(written).await, before.1);
    let nobodys = "select count(*) from sign_in_attempt where organization_id is null and account_id is null and seq is null";
    assert_eq!(house.count(nobodys).await, 1);
}

/// T-01: attempts at a known and at an unknown login take equally long. As a control, a request
/// that is refused before any hashing is measurably faster.
#[tokio::test]
async fn t01_the_time_does_not_tell_which_account_exists() {
    let house = House::build().await;
    let owner = house.owner().await;
    let too_long = "x".repeat(501);
    let asked = [
        ("office", "not the password"),
        ("nobody-here", "not the password"),
        ("office", too_long.as_str()),
    ];
    let mut times: [Vec<Duration>; 3] = Default::default();
    for round in 0..500 {
        for turn in 0..asked.len() {
            // rotate the order, so that no kind always follows the same other one
            let place = (round + turn) % asked.len();
            let (login, password) = asked[place];
            let began = Instant::now();
            let answer = sign_in(&house, login, password).await;
            times[place].push(began.elapsed());
            invalid_grant(&answer);
        }
        if round % 4 == 3 {
            // otherwise the next attempts would be delayed
            let forget = "delete from sign_in_attempt";
            owner.batch_execute(forget).await.unwrap();
        }
    }
    let [known, unknown, unhashed] = times.map(|mut of| {
        of.sort_unstable();
        // compare a low percentile: noise on the machine only makes attempts slower
        of[of.len() / 5].as_secs_f64()
    });
    eprintln!(
        "a fifth is quicker than, in ms: {:.3?}",
        [known, unknown, unhashed].map(|of| of * 1000.0)
    );
    // hashing is cheap in tests, so it cannot hide what the database does for a known login
    assert!((known / unknown - 1.0).abs() < 0.1);
    assert!(unhashed < known * 0.9);
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
async fn t05_a_refresh_token_works_once_and_an_older_one_ends_the_session() {
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
    // reusing the first token, as a thief would, ends the session for both
    invalid_grant(&refresh(&house, text(&first, "refresh_token")).await);
    invalid_grant(&refresh(&house, text(&third, "refresh_token")).await);
    me(&house, text(&third, "access_token"))
        .await
        .refused("token_revoked");
    // another session of the same account is not affected
    let other = sign_in(&house, "office", PASSWORD).await.expect(200);
    me(&house, text(&other, "access_token")).await.expect(200);
    // a forged token has no effect
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

/// T-05: a device that lost the answer may ask again within ten seconds, and gets the same tokens.
#[tokio::test]
async fn t05_a_device_that_lost_the_answer_gets_the_same_successor_for_ten_seconds() {
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
    // after ten seconds it counts as reuse
    later(&house, TimeDelta::seconds(11));
    invalid_grant(&refresh(&house, text(&again, "refresh_token")).await);
    invalid_grant(&refresh(&house, text(&next, "refresh_token")).await);
}

/// T-05
#[tokio::test]
async fn t05_sixteen_refreshes_at_once_give_one_successor_and_nobody_is_signed_out() {
    let house = House::build().await;
    let mut now = sign_in(&house, "office", PASSWORD).await.expect(200);
    let first = text(&now, "refresh_token").to_owned();
    for round in 0..1000 {
        let token = text(&now, "refresh_token").to_owned();
        let mut answers = join_all((0..16).map(|_| refresh(&house, &token))).await;
        let successors: BTreeSet<&str> = answers
            .iter()
            .map(|a| a.body["refresh_token"].as_str().unwrap_or(&a.text))
            .collect();
        assert_eq!(successors.len(), 1, "round {round}: {successors:#?}");
        if round % 50 == 0 {
            for answer in &answers {
                me(&house, text(answer, "access_token")).await.expect(200);
            }
        }
        now = answers.pop().unwrap();
        later(&house, TimeDelta::minutes(1));
    }
    let alarms = "select count(*) from sign_in_attempt where outcome = 'reuse'";
    assert_eq!(house.count(alarms).await, 0, "a false alarm");
    let sessions = "select count(*) from session where revoked_at is null";
    assert_eq!(house.count(sessions).await, 1);
    // control: real reuse is recorded, and ends the session
    later(&house, TimeDelta::seconds(11));
    invalid_grant(&refresh(&house, &first).await);
    assert_eq!(house.count(alarms).await, 1);
    assert_eq!(house.count(sessions).await, 0);
}

/// Sessions of roles that reach every person end sooner. A refresh extends a session only up to its
/// maximum life.
#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_its_whole_life() {
    let house = House::build().await;
    for (login, idle, whole) in [("office", 12, 7 * 24), ("union", 7 * 24, 14 * 24)] {
        let hours = TimeDelta::hours;
        let second = TimeDelta::seconds(1);
        let first = sign_in(&house, login, PASSWORD).await.expect(200);
        later(&house, hours(idle) - second);
        let next = refresh(&house, text(&first, "refresh_token")).await;
        let next = next.expect(200);
        later(&house, hours(idle));
        invalid_grant(&refresh(&house, text(&next, "refresh_token")).await);
        // a session that is in constant use
        let mut now = sign_in(&house, login, PASSWORD).await.expect(200);
        let mut left = hours(whole) - second;
        while left > TimeDelta::zero() {
            let step = left.min(hours(idle) - second);
            later(&house, step);
            left -= step;
            now = refresh(&house, text(&now, "refresh_token"))
                .await
                .expect(200);
        }
        me(&house, text(&now, "access_token")).await.expect(200);
        later(&house, second);
        me(&house, text(&now, "access_token"))
            .await
            .refused("token_revoked");
        invalid_grant(&refresh(&house, text(&now, "refresh_token")).await);
    }
}

/// With a revoked token one learns neither what else is wrong with the request nor what the role
/// may do.
#[tokio::test]
async fn a_revoked_token_is_refused_before_anything_else_is_said() {
    let house = House::build().await;
    let tokens = sign_in(&house, "youth", PASSWORD).await.expect(200);
    let token = text(&tokens, "access_token");
    let ask = async |method: Method, path: &str, body: &'static str| {
        let asked = house
            .client
            .request(method, format!("{}/api/v1/{path}", house.base));
        let asked = asked.bearer_auth(token).body(body);
        let asked = asked.header("content-type", "application/json");
        let answer = asked.send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        (status, body["code"].text().to_owned())
    };
    let tries = [
        (Method::GET, "nominations?x=1", "", 400),
        (Method::GET, "nominations?limit=0", "", 400),
        (Method::GET, "nominations/zz", "", 400),
        (Method::GET, "accounts", "", 403),
        (Method::POST, "nominations", "{", 400),
        (Method::POST, "nominations", "{}", 422),
    ];
    for (method, path, body, status) in &tries {
        let (told, code) = ask(method.clone(), path, body).await;
        assert_eq!(told, *status, "{path} {code}");
    }
    house
        .form("/api/v1/auth/revoke", &[("token", token)])
        .await
        .expect(200);
    for (method, path, body, _) in tries {
        let told = ask(method, path, body).await;
        assert_eq!(told, (401, "token_revoked".to_owned()), "{path}");
    }
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
        // a repeated revocation and a nonsense token get the same answer
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
    // a service account's session ends with its access token
    let script = house.token("district-script").await;
    later(&house, TimeDelta::seconds(900));
    me(&house, &script).await.refused("token_expired");
}

/// T-02
#[tokio::test]
async fn t02_guessing_is_slowed() {
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
    // even the right password is refused; a forwarded address from an untrusted client is ignored
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
    // control: it was the rate limit that refused, because without it the right password is
    // accepted after as many failures
    let house = House::build().await;
    for _ in 0..5 {
        invalid_grant(&sign_in(&house, "office", "wrong").await);
    }
    later(&house, TimeDelta::seconds(2));
    sign_in(&house, "office", PASSWORD).await.expect(200);
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
    // service accounts have a higher limit, because they work for many people
    let script = house.read("district-script", "annual-quotas").await;
    assert_eq!(script.header("ratelimit-limit"), "10");
}

// RFC 9068, 2.2: client_id is required, and must stay the same across refreshes
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
        (a.sub, a.sid, a.role, a.branch_id, a.ver),
        (b.sub, b.sid, b.role, b.branch_id, b.ver)
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

/// Signs in from `address`, as forwarded by a trusted proxy.
async fn sign_in_from(house: &House, address: &str, login: &str, password: &str) -> u16 {
    let form = [
        ("grant_type", "password"),
        ("username", login),
        ("password", password),
    ];
    let request = house.client.post(format!("{}{TOKEN}", house.base));
    let request = request.header("x-forwarded-for", address).form(&form);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    assert_eq!(
        status == 429,
        answer.headers().contains_key("retry-after"),
        "{:?}",
        answer.headers()
    );
    status
}

/// T-02, T-03: failures delay the guesser, increasingly and across restarts, but never a known
/// device.
#[tokio::test]
async fn t02_t03_guessing_slows_the_guesser_and_not_the_known_device() {
    let proxied = || Build {
        proxies: "127.0.0.1",
        ..Build::default()
    };
    let house = House::with(proxied()).await;
    let (home, thief, cafe) = ("203.0.113.1", "198.51.100.66", "192.0.2.7");
    assert_eq!(sign_in_from(&house, home, "standing", PASSWORD).await, 200);
    let mut answers = Vec::new();
    for _ in 0..14 {
        answers.push(sign_in_from(&house, thief, "standing", "wrong").await);
    }
    assert_eq!(answers[..5], [400; 5]);
    assert_eq!(answers[5..], [429; 9]);
    // at an unknown address even the right password has to wait; at a known one it does not
    assert_eq!(sign_in_from(&house, cafe, "standing", PASSWORD).await, 429);
    assert_eq!(sign_in_from(&house, home, "standing", PASSWORD).await, 200);
    // other logins are not affected
    assert_eq!(sign_in_from(&house, cafe, "office", PASSWORD).await, 200);
    // the delay survives a restart
    let again = House::over(house.database.clone(), proxied()).await;
    assert_eq!(sign_in_from(&again, thief, "standing", "wrong").await, 429);
    // each further failure increases the delay
    let mut waits = Vec::new();
    for _ in 0..6 {
        let mut waited = 0;
        while sign_in_from(&again, thief, "standing", "wrong").await == 429 {
            later(&again, TimeDelta::seconds(1));
            waited += 1;
        }
        waits.push(waited);
    }
    assert_eq!(waits, [1, 3, 5, 10, 30, 60]);
    // after a day the failures are forgotten
    later(&again, TimeDelta::days(1));
    assert_eq!(sign_in_from(&again, cafe, "standing", PASSWORD).await, 200);
}

/// T-03: attempts from elsewhere use up none of the sign-ins that a known device may make, however
/// low the limit.
#[tokio::test]
async fn t03_what_is_tried_elsewhere_takes_nothing_from_a_known_device() {
    let house = House::with(Build {
        rates: 5,
        proxies: "127.0.0.1",
        ..Build::default()
    })
    .await;
    let (home, thief) = ("203.0.113.1", "198.51.100.66");
    assert_eq!(sign_in_from(&house, home, "standing", PASSWORD).await, 200);
    let mut tried = Vec::new();
    for _ in 0..8 {
        tried.push(sign_in_from(&house, thief, "standing", "wrong").await);
    }
    assert_eq!(tried, [400, 400, 400, 400, 400, 429, 429, 429]);
    for _ in 0..4 {
        assert_eq!(sign_in_from(&house, home, "standing", PASSWORD).await, 200);
    }
}

/// T-03: failures by others at the same address do not lock out a known device. It proves itself by
/// the last refresh token that it was given, valid or not. Its own failures do delay it, and
/// another login's token proves nothing.
#[tokio::test]
async fn t03_a_known_device_is_not_held_up_by_its_address() {
    let house = House::build().await;
    let known = sign_in(&house, "branch-02", PASSWORD).await.expect(200);
    let known = text(&known, "refresh_token").to_owned();
    let other = sign_in(&house, "union", PASSWORD).await.expect(200);
    let other = text(&other, "refresh_token").to_owned();
    for _ in 0..14 {
        sign_in(&house, "branch-02", "wrong").await;
    }
    let from = async |device: &str, password: &str| {
        let form = [
            ("grant_type", "password"),
            ("username", "branch-02"),
            ("password", password),
            ("refresh_token", device),
        ];
        house.form(TOKEN, &form).await.status
    };
    let right = sign_in(&house, "branch-02", PASSWORD).await;
    assert_eq!(right.status, 429);
    assert_eq!(from(&other, PASSWORD).await, 429);
    assert_eq!(from("made.up", PASSWORD).await, 429);
    assert_eq!(from(&known, PASSWORD).await, 200);
    let mut own = Vec::new();
    for _ in 0..7 {
        own.push(from(&known, "wrong").await);
    }
    assert_eq!(own, [400, 400, 400, 400, 400, 429, 429]);
    assert_eq!(from(&known, PASSWORD).await, 429);
}

/// T-03: whoever has stolen the token of a known device cannot guess faster by using many
/// addresses.
#[tokio::test]
async fn t03_a_known_device_has_failed_as_often_at_any_address() {
    let house = House::with(Build {
        proxies: "127.0.0.1",
        ..Build::default()
    })
    .await;
    let known = sign_in(&house, "standing", PASSWORD).await.expect(200);
    let known = text(&known, "refresh_token").to_owned();
    let from = async |place: u8, password: &str| {
        let form = [
            ("grant_type", "password"),
            ("username", "standing"),
            ("password", password),
            ("refresh_token", known.as_str()),
        ];
        let request = house.client.post(format!("{}{TOKEN}", house.base));
        let request = request.header("x-forwarded-for", format!("198.51.100.{place}"));
        request.form(&form).send().await.unwrap().status().as_u16()
    };
    let mut tried = Vec::new();
    for place in 0..7 {
        tried.push(from(place, "wrong").await);
    }
    assert_eq!(tried, [400, 400, 400, 400, 400, 429, 429]);
    assert_eq!(from(7, PASSWORD).await, 429);
    // those failures do not delay other devices at the login's usual address, and failures of
    // others do not delay this device
    sign_in(&house, "standing", PASSWORD).await.expect(200);
    later(&house, TimeDelta::seconds(1));
    for _ in 0..14 {
        sign_in_from(&house, "198.51.100.8", "standing", "wrong").await;
    }
    assert_eq!(from(8, PASSWORD).await, 200);
    // a successful sign-in resets the failures
    assert_eq!(from(9, "wrong").await, 400);
    assert_eq!(from(9, PASSWORD).await, 200);
}

/// T-01: an unknown login is delayed in the same way.
#[tokio::test]
async fn t01_an_unknown_login_is_slowed_as_a_known_one_is() {
    let house = House::build().await;
    for login in ["nobody-here", "standing"] {
        let mut answers = Vec::new();
        for _ in 0..7 {
            answers.push(sign_in(&house, login, "wrong").await.status);
        }
        assert_eq!(answers, [400, 400, 400, 400, 400, 429, 429], "{login}");
    }
    let kept = "select count(*) from sign_in_attempt where outcome = 'wrong'";
    assert_eq!(house.count(kept).await, 10);
}

/// Reuse of a refresh token raises an alert; an expired token does not.
#[tokio::test]
async fn reuse_of_a_refresh_token_is_on_record() {
    let house = House::build().await;
    let alerts = "select count(*) from sign_in_attempt where outcome = 'reuse'";
    let first = sign_in(&house, "office", PASSWORD).await.expect(200);
    later(&house, TimeDelta::days(15));
    invalid_grant(&refresh(&house, text(&first, "refresh_token")).await);
    assert_eq!(house.count(alerts).await, 0);
    let first = sign_in(&house, "office", PASSWORD).await.expect(200);
    let next = refresh(&house, text(&first, "refresh_token")).await;
    later(&house, TimeDelta::seconds(11));
    invalid_grant(&refresh(&house, text(&first, "refresh_token")).await);
    invalid_grant(&refresh(&house, text(&next, "refresh_token")).await);
    assert_eq!(house.count(alerts).await, 1);
    // the alert records the address from which the token was sent
    let from_here = format!("{alerts} and address = '127.0.0.1'");
    assert_eq!(house.count(&from_here).await, 1);
}

/// Signing out works with an expired access token.
#[tokio::test]
async fn an_expired_access_token_still_signs_out() {
    let house = House::build().await;
    let tokens = sign_in(&house, "youth", PASSWORD).await.expect(200);
    later(&house, TimeDelta::hours(3));
    let form = [("token", text(&tokens, "access_token"))];
    house.form("/api/v1/auth/revoke", &form).await.expect(200);
    invalid_grant(&refresh(&house, text(&tokens, "refresh_token")).await);
}

/// Operations that read no table require a live session too.
#[tokio::test]
async fn a_revoked_token_opens_nothing() {
    let house = House::build().await;
    let tokens = sign_in(&house, "office", PASSWORD).await.expect(200);
    let token = text(&tokens, "access_token");
    let lists = ["enums", "regulations", "document-types", "settings", "me"];
    for path in lists {
        read_with(&house, token, path).await.expect(200);
    }
    let form = [("token", token)];
    house.form("/api/v1/auth/revoke", &form).await.expect(200);
    for path in lists {
        let answer = read_with(&house, token, path).await;
        answer.refused("token_revoked");
    }
}

/// The stored hash of this login's password.
pub async fn stored_hash(house: &House, login: &str) -> String {
    let hash = format!(
        "select secret_hash from credential c join account a on a.id = c.account_id where a.login = '{login}'"
    );
    house.column(&hash).await.remove(0)
}

/// Replaces the stored hash by one with another cost, as if the cost had been raised since.
pub async fn hashed_long_ago(house: &House, login: &str) -> String {
    let old = "$argon2id$v=19$m=32,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$";
    let made = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        argon2::Params::new(32, 1, 1, None).unwrap(),
    );
    let made = argon2::PasswordHasher::hash_password(&made, PASSWORD.as_bytes()).unwrap();
    let made = made.to_string();
    assert_eq!(made.split('$').nth(3), old.split('$').nth(3));
    let set = format!(
        "update credential set secret_hash = '{made}' where account_id = (select id from account where login = '{login}')"
    );
    house.owner().await.batch_execute(&set).await.unwrap();
    made
}

/// A hash with an outdated cost is replaced at the next successful sign-in.
#[tokio::test]
async fn a_hash_of_another_cost_is_replaced_at_the_next_sign_in() {
    let house = House::build().await;
    let made = hashed_long_ago(&house, "union").await;
    invalid_grant(&sign_in(&house, "union", "wrong").await);
    assert_eq!(stored_hash(&house, "union").await, made);
    sign_in(&house, "union", PASSWORD).await.expect(200);
    let now = stored_hash(&house, "union").await;
    assert!(now.contains("m=64,t=1"), "{now}");
    sign_in(&house, "union", PASSWORD).await.expect(200);
    assert_eq!(stored_hash(&house, "union").await, now);
}

/// Secrets are 256 random bits, and no two are equal.
#[test]
fn a_drawn_secret_has_256_bits() {
    let drawn = (0..1000).map(|_| ketnap::auth::password::random_secret().unwrap());
    let drawn: BTreeSet<String> = drawn.collect();
    assert_eq!(drawn.len(), 1000);
    let mut ones = [0; 256];
    for secret in &drawn {
        let bytes = URL_SAFE_NO_PAD.decode(secret).unwrap();
        assert_eq!(bytes.len(), 32);
        for (n, one) in ones.iter_mut().enumerate() {
            *one += u32::from(bytes[n / 8] >> (n % 8) & 1);
        }
    }
    // each bit is set about half of the time
    assert!(ones.iter().all(|one| (350..650).contains(one)), "{ones:?}");
}

/// Attempts that are still being verified do not count as failures: the workers of a service
/// account often renew their tokens at the same time.
#[tokio::test]
async fn right_secrets_sent_at_once_are_all_right() {
    let house = House::build().await;
    let script = format!(
        "grant_type=client_credentials client_id=district-script client_secret={SCRIPT_SECRET}"
    );
    let person = format!("grant_type=password username=branch-09 password={PASSWORD}");
    for way in [script, person] {
        let answers = join_all((0..12).map(|_| grant(&house, &way))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [200; 12]);
    }
}
