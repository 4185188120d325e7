//! The second factor: who needs one, how long a code is valid, and how a lost one is replaced.
use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use chrono::TimeDelta;
use futures_util::future::join_all;
use ketnap::auth::second_factor::{needed_by, place};
use ketnap::sealing::Seals;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::auth::{
    candidates, grant, hashed_long_ago, invalid_client, invalid_grant, later, me, refresh, sign_in,
    stored_hash, text,
};
use crate::process::{owner, run};
use crate::support::{Answer, Build, House, PASSWORD, Plain, demo, keys_folder, shows};

/// The six digits that an authenticator shows at the house's present time.
fn code(house: &House, secret: &str) -> String {
    let letter = |c| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap();
    let bits = secret.chars().map(|c| format!("{:05b}", letter(c)));
    let bits: String = bits.collect();
    let byte = |i| u8::from_str_radix(&bits[i..i + 8], 2).unwrap();
    let seed: Vec<u8> = (0..bits.len()).step_by(8).map(byte).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &seed);
    let step = house.clock.now().timestamp() / 30;
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[start..start + 4].try_into().unwrap();
    format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
    )
}

async fn send(house: &House, token: &str, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    house
        .send("", Method::POST, path, Some(body), &headers)
        .await
}

async fn with_code(house: &House, login: &str, code: &str) -> Answer {
    let form = [
        ("grant_type", "password"),
        ("username", login),
        ("password", PASSWORD),
        ("otp", code),
    ];
    house.form("/api/v1/auth/token", &form).await
}

/// What an account with a second factor has.
struct Enrolled {
    token: String,
    secret: String,
    recovery: Vec<String>,
}

/// Enrols a second factor and moves the clock on by half a minute, so that the next code is unused.
async fn enrolled(house: &House, login: &str) -> Enrolled {
    let tokens = sign_in(house, login, PASSWORD).await.expect(200);
    let token = text(&tokens, "access_token").to_owned();
    let again = json!({"current_password": PASSWORD});
    let begun = send(house, &token, "me/second-factor", again)
        .await
        .expect(200);
    let secret = text(&begun, "secret").to_owned();
    let first = json!({"current_password": PASSWORD, "code": code(house, &secret)});
    let codes = send(house, &token, "me/second-factor/confirmations", first)
        .await
        .expect(200);
    let codes = codes.body["recovery_codes"].list().iter();
    let recovery = codes.map(|c| c.text().to_owned()).collect();
    later(house, TimeDelta::seconds(30));
    Enrolled {
        token,
        secret,
        recovery,
    }
}

async fn required() -> House {
    House::with(Build {
        second_factor: true,
        ..Build::default()
    })
    .await
}

#[tokio::test]
async fn who_can_unmask_persons_needs_a_second_factor_and_can_do_nothing_else_without() {
    let house = required().await;
    let branch = sign_in(&house, "branch-01", PASSWORD).await.expect(200);
    candidates(&house, text(&branch, "access_token"))
        .await
        .expect(200);
    let (here, there) = (
        sign_in(&house, "office", PASSWORD).await.expect(200),
        sign_in(&house, "office", PASSWORD).await.expect(200),
    );
    let token = text(&here, "access_token");
    let refused = candidates(&house, token).await;
    let refused = refused.refused("second_factor_required");
    assert!(refused.text.contains("POST /api/v1/me/second-factor"));
    shows!(me(&house, token).await.expect(200), {
        "second_factor": {"since": null, "required": true}
    });
    let begin = |password: &str| {
        let body = json!({"current_password": password});
        send(&house, token, "me/second-factor", body)
    };
    begin("wrong").await.invalid(&["/current_password"]);
    let first = begin(PASSWORD).await.expect(200);
    let second = begin(PASSWORD).await.expect(200);
    let secret = text(&second, "secret");
    assert!(
        text(&second, "uri").ends_with(&format!("ketnap:office?secret={secret}&issuer=ketnap"))
    );
    // starting the enrolment changes nothing yet
    refresh(&house, text(&there, "refresh_token"))
        .await
        .expect(200);
    sign_in(&house, "office", PASSWORD).await.expect(200);
    let confirm = |password: &str, code: String| {
        let body = json!({"current_password": password, "code": code});
        send(&house, token, "me/second-factor/confirmations", body)
    };
    let stale = code(&house, text(&first, "secret"));
    // a mistyped code is reported as such and does not count as a guess
    for mistyped in ["", "12345", "abcdef", "1234567"] {
        confirm("wrong", mistyped.to_owned())
            .await
            .invalid(&["/code"]);
    }
    confirm(PASSWORD, stale)
        .await
        .invalid(&["/current_password", "/code"]);
    let right = code(&house, secret);
    confirm("wrong", right.clone())
        .await
        .invalid(&["/current_password", "/code"]);
    let codes = confirm(PASSWORD, right).await.expect(200);
    assert_eq!(codes.body["recovery_codes"].list().len(), 10);
    // the account's other sessions have ended, and this one works again after a refresh
    me(&house, text(&there, "access_token"))
        .await
        .refused("token_revoked");
    candidates(&house, token)
        .await
        .refused("second_factor_required");
    let fresh = refresh(&house, text(&here, "refresh_token"))
        .await
        .expect(200);
    candidates(&house, text(&fresh, "access_token"))
        .await
        .expect(200);
    shows!(me(&house, text(&fresh, "access_token")).await.expect(200), {
        "second_factor": {"since": "2021-01-15T02:00:00Z", "required": true}
    });
    shows!(house.read("admin", &format!("accounts/{}", demo("ac", 0, 2))).await, {
        "second_factor_at": "2021-01-15T02:00:00Z"
    });
    // neither the password without a code nor the client credentials grant gets around it
    invalid_grant(&sign_in(&house, "office", PASSWORD).await);
    let script = format!("grant_type=client_credentials client_id=office client_secret={PASSWORD}");
    invalid_client(&grant(&house, &script).await);
    later(&house, TimeDelta::seconds(30));
    let tokens = with_code(&house, "office", &code(&house, secret)).await;
    candidates(&house, text(&tokens.expect(200), "access_token"))
        .await
        .expect(200);
}

#[test]
fn a_second_factor_is_needed_by_the_roles_that_can_unmask() {
    use ketnap::access::Role;
    let needed: Vec<Role> = Role::ALL
        .iter()
        .copied()
        .filter(|r| needed_by(*r))
        .collect();
    assert_eq!(needed, [Role::StandingCommittee, Role::PartyOffice]);
}

/// T-08: this also holds for concurrent requests and after a restart.
#[tokio::test]
async fn t08_a_code_counts_once_and_for_half_a_minute() {
    let house = House::build().await;
    let Enrolled {
        secret, recovery, ..
    } = enrolled(&house, "standing").await;
    // the code that confirmed the second factor has been used
    house.clock.set(house.clock.now() - TimeDelta::seconds(30));
    let confirmed = code(&house, &secret);
    invalid_grant(&with_code(&house, "standing", &confirmed).await);
    later(&house, TimeDelta::seconds(60));
    let next = code(&house, &secret);
    let race = join_all((0..8).map(|_| with_code(&house, "standing", &next))).await;
    let right = race.iter().filter(|a| a.status == 200).count();
    assert_eq!(
        right,
        1,
        "{:?}",
        race.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    let restarted = House::over(house.database.clone(), Build::default()).await;
    restarted
        .clock
        .set(house.clock.now() + TimeDelta::seconds(15));
    invalid_grant(&with_code(&restarted, "standing", &next).await);
    later(&restarted, TimeDelta::days(2));
    let spelt = recovery[0].replace('-', " ").to_uppercase();
    let race = join_all((0..8).map(|_| with_code(&restarted, "standing", &spelt))).await;
    assert_eq!(race.iter().filter(|a| a.status == 200).count(), 1);
    // a code is still accepted half a minute later, but not a whole minute later
    later(&restarted, TimeDelta::days(2));
    let old = code(&restarted, &secret);
    later(&restarted, TimeDelta::seconds(60));
    invalid_grant(&with_code(&restarted, "standing", &old).await);
    let now = code(&restarted, &secret);
    later(&restarted, TimeDelta::seconds(30));
    with_code(&restarted, "standing", &now).await.expect(200);
}

#[tokio::test]
async fn a_code_follows_the_password_where_a_dialog_has_no_field_for_it() {
    let house = House::build().await;
    let Enrolled {
        secret, recovery, ..
    } = enrolled(&house, "union").await;
    let typed = format!("{PASSWORD} {}", code(&house, &secret));
    sign_in(&house, "union", &typed).await.expect(200);
    let typed = format!("{PASSWORD} {}", recovery[3]);
    sign_in(&house, "union", &typed).await.expect(200);
    invalid_grant(&sign_in(&house, "union", &typed).await);
    // without a second factor, a space and digits are part of the password
    let new = "gạo trắng nước 123456";
    let body = json!({"current_password": PASSWORD, "new_password": new});
    house.post("youth", "me/password", body).await.expect(204);
    sign_in(&house, "youth", new).await.expect(200);
}

/// The new hash is of the password alone, whichever way the code is sent. Without a code nothing is
/// replaced.
#[tokio::test]
async fn a_hash_of_another_cost_is_replaced_beside_a_second_factor_too() {
    let house = House::build().await;
    let Enrolled { secret, .. } = enrolled(&house, "union").await;
    for after_the_password in [true, false] {
        let made = hashed_long_ago(&house, "union").await;
        invalid_grant(&sign_in(&house, "union", PASSWORD).await);
        assert_eq!(stored_hash(&house, "union").await, made);
        let code = code(&house, &secret);
        let answer = if after_the_password {
            sign_in(&house, "union", &format!("{PASSWORD} {code}")).await
        } else {
            with_code(&house, "union", &code).await
        };
        answer.expect(200);
        let now = stored_hash(&house, "union").await;
        assert!(now.contains("m=64,t=1"), "{now}");
        later(&house, TimeDelta::seconds(30));
    }
    // the password alone, with its code, matches the new hash
    let code = code(&house, &secret);
    with_code(&house, "union", &code).await.expect(200);
}

#[tokio::test]
async fn a_wrong_code_is_answered_and_delayed_like_a_wrong_password() {
    let house = House::build().await;
    let Enrolled { secret, token, .. } = enrolled(&house, "overseer").await;
    let wrong = |code: &str| if code == "000000" { "000001" } else { "000000" };
    let guess = wrong(&code(&house, &secret)).to_owned();
    let password = [
        ("grant_type", "password"),
        ("username", "overseer"),
        ("password", "not it at all"),
        ("otp", guess.as_str()),
    ];
    let password = house.form("/api/v1/auth/token", &password).await;
    let guessed = with_code(&house, "overseer", &guess).await;
    let nothing = sign_in(&house, "overseer", PASSWORD).await;
    invalid_grant(&password);
    assert_eq!((guessed.status, &guessed.text), (400, &password.text));
    assert_eq!((nothing.status, &nothing.text), (400, &password.text));
    let remove = json!({"current_password": PASSWORD, "code": guess});
    let removal = send(&house, &token, "me/second-factor/removals", remove).await;
    removal.invalid(&["/current_password", "/code"]);
    invalid_grant(&with_code(&house, "overseer", &guess).await);
    let early = with_code(&house, "overseer", &code(&house, &secret)).await;
    assert_eq!((early.status, early.header("retry-after")), (429, "1"));
    later(&house, TimeDelta::seconds(2));
    let right = code(&house, &secret);
    with_code(&house, "overseer", &right).await.expect(200);
}

#[tokio::test]
async fn t08_a_lost_second_factor_is_reset_by_two_people() {
    let house = House::build().await;
    let account = format!("accounts/{}", demo("ac", 0, 2));
    let reset = format!("{account}/factor-resets");
    let none = house.step("admin", &reset, 1).await;
    none.refused("invalid_transition");
    let Enrolled { token, secret, .. } = enrolled(&house, "office").await;
    let version = house.read("admin", &account).await.version();
    house
        .step("standing", &reset, version)
        .await
        .refused("forbidden");
    let waiting = house.advance("admin", &reset, version).await;
    shows!(waiting, {"second_factor_at": null, "waits_until": "2021-01-18T02:00:30Z"});
    me(&house, &token).await.refused("token_revoked");
    invalid_grant(&sign_in(&house, "office", PASSWORD).await);
    invalid_grant(&with_code(&house, "office", &code(&house, &secret)).await);
    let confirm = format!("{account}/confirmations");
    house
        .step("admin", &confirm, waiting.version())
        .await
        .refused("forbidden");
    house.advance("standing", &confirm, waiting.version()).await;
    let tokens = sign_in(&house, "office", PASSWORD).await.expect(200);
    let told = me(&house, text(&tokens, "access_token")).await.expect(200);
    assert_eq!(told.body["notices"][0]["kind"], "changed_by_others");
    // nobody can reset their own second factor
    let own = house.read("admin", "me").await.body["account_id"].clone();
    let own = format!("accounts/{}", own.text());
    let version = house.read("admin", &own).await.version();
    house
        .step("admin", &format!("{own}/factor-resets"), version)
        .await
        .refused("forbidden");
}

/// An account without the second factor that it needs does not count among those left to confirm.
#[tokio::test]
async fn who_lacks_the_second_factor_is_not_left_to_confirm() {
    let house = required().await;
    let new = json!({"login": "second.admin", "display_name": "Quản trị", "role": "system_admin"});
    let made = house.create("admin", "accounts", new).await;
    let works =
        "update account set waits_until = null, has_password = true where login = 'second.admin'";
    house.owner().await.batch_execute(works).await.unwrap();
    let disable = json!({"disabled": true});
    house
        .patch("admin", made.location(), 1, disable.clone())
        .await
        .refused("invalid_transition");
    enrolled(&house, "standing").await;
    house.change("admin", made.location(), 1, disable).await;
}

/// A second factor that was only begun cannot be removed, and one that is confirmed cannot be
/// confirmed again.
#[tokio::test]
async fn a_second_factor_is_confirmed_once_and_removed_after_that() {
    let house = House::build().await;
    let tokens = sign_in(&house, "union", PASSWORD).await.expect(200);
    let token = text(&tokens, "access_token");
    let again = json!({"current_password": PASSWORD});
    let begun = send(&house, token, "me/second-factor", again).await;
    let begun = begun.expect(200);
    let tries = async |what: &str| {
        let code = code(&house, text(&begun, "secret"));
        let body = json!({"current_password": PASSWORD, "code": code});
        let answer = send(&house, token, &format!("me/second-factor/{what}"), body).await;
        later(&house, TimeDelta::seconds(30));
        answer
    };
    tries("removals").await.refused("invalid_transition");
    tries("confirmations").await.expect(200);
    tries("confirmations").await.refused("invalid_transition");
}

#[tokio::test]
async fn a_second_factor_is_removed_with_the_password_and_a_code() {
    let house = House::build().await;
    let Enrolled {
        token, recovery, ..
    } = enrolled(&house, "branch-02").await;
    let again = json!({"current_password": PASSWORD});
    let twice = send(&house, &token, "me/second-factor", again).await;
    twice.refused("invalid_transition");
    let remove = |code: &str| {
        let body = json!({"current_password": PASSWORD, "code": code});
        send(&house, &token, "me/second-factor/removals", body)
    };
    remove("").await.invalid(&["/current_password"]);
    // changing the password takes a code too
    let change = |code: Option<&str>| {
        let new = "gạo trắng nước trong";
        let body = json!({"current_password": PASSWORD, "new_password": new, "code": code});
        send(&house, &token, "me/password", body)
    };
    for without in [None, Some("")] {
        change(without).await.invalid(&["/current_password"]);
    }
    change(Some("123"))
        .await
        .invalid(&["/current_password", "/code"]);
    later(&house, TimeDelta::seconds(2));
    let weak = json!({"current_password": PASSWORD, "new_password": PASSWORD, "code": recovery[0]});
    let weak = send(&house, &token, "me/password", weak).await;
    weak.invalid(&["/new_password"]);
    change(Some(&recovery[0]))
        .await
        .invalid(&["/current_password", "/code"]);
    remove(&recovery[9]).await.expect(204);
    // sessions end with the second factor
    assert_eq!(remove("").await.status, 401);
    sign_in(&house, "branch-02", PASSWORD).await.expect(200);
    let entries = house.read("admin", "audit-entries?limit=2").await;
    for entry in entries.items() {
        assert_eq!(entry["fields"], json!(["second_factor"]));
    }
    // a service account cannot have one
    let again = json!({"current_password": PASSWORD});
    let script = house.post("district-script", "me/second-factor", again);
    script.await.refused("forbidden");
}

/// The seed is sealed for its row, and only digests of the recovery codes are stored. The seal key
/// can be replaced while the service runs.
#[tokio::test]
async fn a_stolen_or_changed_row_opens_no_second_factor() {
    let house = House::build().await;
    let Enrolled {
        secret, recovery, ..
    } = enrolled(&house, "office").await;
    enrolled(&house, "standing").await;
    let (office, standing) = (demo("ac", 0, 2), demo("ac", 0, 1));
    let database = house.owner().await;
    let stored = async |account: &str| {
        let sql = "select seed, recovery from credential where account_id = $1";
        let account: Uuid = account.parse().unwrap();
        let row = database.query_one(sql, &[&account]).await.unwrap();
        (row.get::<_, Vec<u8>>(0), row.get::<_, Vec<String>>(1))
    };
    let (seed, digests) = stored(&office).await;
    let distinct: BTreeSet<&String> = recovery.iter().collect();
    assert_eq!(distinct.len(), 10);
    let signs = |code: &str| code.chars().filter(char::is_ascii_alphanumeric).count();
    assert!(recovery.iter().all(|c| signs(c) == 24), "120 bits each");
    let seals = Seals::read(&keys_folder()).unwrap();
    let opened = seals.open(place(office.parse().unwrap()), &seed).unwrap();
    assert!(!seed.windows(20).any(|w| w == opened));
    assert!(
        digests
            .iter()
            .all(|d| d.len() == 64 && !recovery.contains(d))
    );
    // with a new key, the service opens values with the old one until the command has sealed them
    // again
    let folder = std::env::temp_dir().join(format!("ketnap-keys-{}", Uuid::new_v4().simple()));
    Seals::generate(&folder).unwrap();
    let old = keys_folder().join("seal.key");
    std::fs::copy(old, folder.join("seal-previous.key")).unwrap();
    let rotate = || {
        let mut command = owner(&house.database, &["keys", "rotate"]);
        command.env("KETNAP_KEYS_DIR", &folder);
        run(command).succeeded()
    };
    assert!(rotate().contains("2 values were sealed again"));
    assert!(rotate().contains("0 values were sealed again"));
    std::fs::remove_file(folder.join("seal-previous.key")).unwrap();
    let (fresh, _) = stored(&office).await;
    let next = Seals::read(&folder).unwrap();
    assert!(next.is_current(&fresh) && !next.is_current(&seed));
    assert_eq!(
        next.open(place(office.parse().unwrap()), &fresh).unwrap(),
        opened
    );
    std::fs::remove_dir_all(&folder).unwrap();
    // a seed that was copied from another row, or sealed with a key that this service does not
    // have, lets nobody in
    let put = async |account: &str, seed: &Vec<u8>| {
        let sql = "update credential set seed = $2 where account_id = $1";
        let account: Uuid = account.parse().unwrap();
        database.execute(sql, &[&account, seed]).await.unwrap();
    };
    put(&standing, &seed).await;
    invalid_grant(&with_code(&house, "standing", &code(&house, &secret)).await);
    invalid_grant(&with_code(&house, "office", &code(&house, &secret)).await);
    put(&office, &seed).await;
    with_code(&house, "office", &code(&house, &secret))
        .await
        .expect(200);
}
