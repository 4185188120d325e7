//! Accounts: roles, changes that apply from the next request, secrets and passwords.
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::operations;
use crate::auth::{
    candidates, grant, invalid_client, invalid_grant, later, me, read_with, refresh, sign_in, text,
};
use crate::support::{
    Answer, House, NOBODY, PASSWORD, Plain, SCRIPT_SECRET, branch, demo, document, operation,
    same_when_read, shows,
};

#[tokio::test]
async fn an_account_has_a_role_of_its_level_and_a_branch_only_if_it_is_a_branchs() {
    let house = House::build().await;
    let body = |role: &str, branch: Option<String>| json!({"login": "moi.vao", "display_name": "Mới", "role": role, "branch_id": branch});
    let create = async |body: Value| house.post("admin", "accounts", body).await;
    create(body("upper_committee", None))
        .await
        .invalid(&["/role"]);
    create(body("branch_committee", None))
        .await
        .invalid(&["/branch_id"]);
    create(body("party_office", Some(branch(1))))
        .await
        .invalid(&["/branch_id"]);
    create(body("branch_committee", Some(NOBODY.into())))
        .await
        .invalid(&["/branch_id"]);
    create(body("clerk", None)).await.invalid(&["/role"]);
    let mut spaced = body("party_office", None);
    spaced["login"] = "Mới Vào".into();
    create(spaced).await.invalid(&["/login"]);
    let made = create(body("branch_committee", Some(branch(1))))
        .await
        .expect(201);
    let path = same_when_read(&house, "admin", &made).await;
    create(body("party_office", None)).await.duplicate("/login");
    house
        .patch("admin", &path, 1, json!({"login": "khac"}))
        .await
        .invalid(&["/login"]);
    house
        .patch("admin", &path, 1, json!({"role": "trade_union"}))
        .await
        .invalid(&["/branch_id"]);
    house
        .patch(
            "admin",
            &path,
            1,
            json!({"role": "upper_committee", "branch_id": null}),
        )
        .await
        .invalid(&["/role"]);
    house
        .change(
            "admin",
            &path,
            1,
            json!({"role": "trade_union", "branch_id": null}),
        )
        .await;
    for who in ["office", "standing", "upper"] {
        house.get(who, &path).await.refused("forbidden");
    }
}

/// An organisation can have service accounts of its own. They are managed like any other account,
/// and read only the figures of that organisation.
#[tokio::test]
async fn an_organisation_has_scripts_of_its_own() {
    let house = House::build().await;
    let body = json!({"login": "so-lieu", "display_name": "Số liệu", "role": "service_account"});
    let made = house.create("admin", "accounts", body).await;
    let path = made.location().to_owned();
    let networks = json!({"addresses": ["127.0.0.0/8"], "display_name": "Số liệu y tế"});
    house.change("admin", &path, 1, networks).await;
    let secret = house
        .advance("admin", &format!("{path}/secrets"), 2)
        .await
        .expect(200);
    let secret = secret.body["secret"].text().to_owned();
    let signs_in =
        format!("grant_type=client_credentials client_id=so-lieu client_secret={secret}");
    let token = grant(&house, &signs_in).await.expect(200);
    let token = text(&token, "access_token").to_owned();
    let own = read_with(&house, &token, "reports/progress").await;
    let ours = house.read("office", "reports/progress").await;
    let own = own.expect(200);
    for part in ["/term_name", "/coverage", "/term/quota", "/term/admitted"] {
        assert_eq!(own.body.pointer(part), ours.body.pointer(part), "{part}");
    }
    for (list, there) in [("terms", 1), ("branches", 10)] {
        let listed = read_with(&house, &token, list).await;
        assert_eq!(listed.expect(200).items().len(), there, "{list}");
    }
    let people = read_with(&house, &token, "candidates").await;
    people.refused("forbidden");
    house
        .change("admin", &path, 3, json!({"disabled": true}))
        .await;
    invalid_client(&grant(&house, &signs_in).await);
}

#[tokio::test]
async fn an_administrator_cannot_disable_or_demote_their_own_account() {
    let house = House::build().await;
    let own = format!(
        "/api/v1/accounts/{}",
        house.read("admin", "me").await.body["account_id"].text()
    );
    for patch in [json!({"disabled": true}), json!({"role": "party_office"})] {
        house
            .patch("admin", &own, 1, patch)
            .await
            .refused("forbidden");
    }
    shows!(house.change("admin", &own, 1, json!({"display_name": "Quản trị"})).await, {
        "display_name": "Quản trị"
    });
}

#[tokio::test]
async fn t07_what_changes_in_an_account_acts_on_its_next_request() {
    let house = House::build().await;
    let account = |n: u32| format!("/api/v1/accounts/{}", demo("ac", 0, n));
    // account number 4 is branch-01
    house.read("branch-01", "me").await;
    shows!(house.read("admin", &account(4)).await, {"login": "branch-01"});
    house
        .change("admin", &account(4), 1, json!({"display_name": "Chi ủy"}))
        .await;
    house.read("branch-01", "me").await;
    house
        .change("admin", &account(4), 2, json!({"branch_id": branch(2)}))
        .await;
    house.get("branch-01", "me").await.refused("token_revoked");
    house.read("branch-02", "me").await;
    house
        .change("admin", &account(5), 1, json!({"disabled": true}))
        .await;
    house.get("branch-02", "me").await.refused("token_revoked");
    assert_eq!(sign_in(&house, "branch-02", PASSWORD).await.status, 400);
    house
        .change("admin", &account(5), 2, json!({"disabled": false}))
        .await;
    // re-enabling an account waits for confirmation by a second person, just like creating one
    assert_eq!(sign_in(&house, "branch-02", PASSWORD).await.status, 400);
    house
        .step("admin", &format!("{}/confirmations", account(5)), 3)
        .await
        .refused("forbidden");
    confirm(&house, &account(5)).await;
    assert_eq!(sign_in(&house, "branch-02", PASSWORD).await.status, 200);
    // an account past its expiry date is shut out too
    house.read("branch-03", "me").await;
    house
        .change(
            "admin",
            &account(6),
            1,
            json!({"expires_at": "2021-01-15T01:59:59Z"}),
        )
        .await;
    house.get("branch-03", "me").await.refused("token_revoked");
    assert_eq!(sign_in(&house, "branch-03", PASSWORD).await.status, 400);
}

/// Creates the account and its first code in one operation; both wait for confirmation by a second
/// person.
#[tokio::test]
async fn an_account_is_made_with_its_first_code_in_one_operation() {
    let house = House::build().await;
    let new = json!({"login": "branch-11", "display_name": "Chi ủy chi bộ 1, người thứ hai",
        "role": "branch_committee", "branch_id": branch(1), "with_secret": true});
    let key = [("idempotency-key", "once")];
    let ask = async || {
        let body = Some(new.clone());
        house
            .send("admin", Method::POST, "accounts", body, &key)
            .await
    };
    let made = ask().await.expect(201);
    assert_eq!(made.version(), 1);
    let code = made.body["secret"].text().to_owned();
    assert_eq!(code.len(), 19, "{code}");
    // the code is shown only once: a replayed answer leaves it out
    let again = ask().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(
        (&again.body["id"], &again.body["secret"]),
        (&made.body["id"], &Value::Null)
    );
    let place = made.location().to_owned();
    assert_eq!(house.read("admin", &place).await.body, again.body);
    assert_eq!(made.body["waits_until"], "2021-01-18T02:00:00Z");
    invalid_grant(&sign_in(&house, "branch-11", &code).await);
    confirm(&house, &place).await;
    // a mistyped code is reported as mistyped for any login, so the answer does not tell whether
    // the login exists
    let (first, last) = code.split_at(code.len() - 1);
    let slip = format!("{first}{}", if last == "7" { "9" } else { "7" });
    for login in ["branch-11", "nobody"] {
        let answer = sign_in(&house, login, &slip).await;
        invalid_grant(&answer);
        assert!(answer.body["error_description"].text().contains("mistyped"));
    }
    // upper and lower case do not matter: codes are often read out by telephone
    let token = sign_in(&house, "branch-11", &code.to_uppercase()).await;
    let token = text(&token.expect(200), "access_token").to_owned();
    set_password(&house, &token, &code.to_uppercase(), &code)
        .await
        .invalid(&["/new_password"]);
    set_password(&house, &token, &code, NEW).await.expect(204);
    invalid_grant(&sign_in(&house, "branch-11", &code).await);
    // a service account gets its client secret at once and needs no confirmation
    let new = json!({"login": "so-lieu", "display_name": "Số liệu", "role": "service_account",
        "with_secret": true});
    let made = house.create("admin", "accounts", new).await;
    script_of(&house, "so-lieu", made.body["secret"].text())
        .await
        .expect(200);
    let noted =
        "select count(*) from audit_entry where resource = 'account' and fields = '{secret}'";
    assert_eq!(house.count(noted).await, 2);
}

async fn script_of(house: &House, login: &str, secret: &str) -> Answer {
    let credentials = format!("grant_type=client_credentials client_id={login}");
    grant(house, &format!("{credentials} client_secret={secret}")).await
}

/// The old password stops working; the code only allows setting a new one.
#[tokio::test]
async fn a_new_secret_of_an_account_is_a_code_for_a_day() {
    let house = House::build().await;
    let secrets = format!("accounts/{}/secrets", demo("ac", 0, 5));
    let secret = house.advance("admin", &secrets, 1).await;
    assert_eq!(
        (&secret.body["expires_at"], secret.header("etag")),
        (&json!("2021-01-18T02:00:00Z"), "\"2\"")
    );
    assert_eq!(sign_in(&house, "branch-02", PASSWORD).await.status, 400);
    invalid_grant(&sign_in(&house, "branch-02", secret.body["secret"].text()).await);
    confirm(&house, &format!("accounts/{}", demo("ac", 0, 5))).await;
    let token = sign_in(&house, "branch-02", secret.body["secret"].text())
        .await
        .expect(200);
    let bearer = format!("Bearer {}", token.body["access_token"].text());
    house
        .send(
            "",
            Method::GET,
            "branches",
            None,
            &[("authorization", &bearer)],
        )
        .await
        .refused("password_change_required");
    house
        .step("admin", &secrets, 1)
        .await
        .refused("precondition_failed");
    house.clock.set("2021-01-18T02:00:01Z".parse().unwrap());
    assert_eq!(
        sign_in(&house, "branch-02", secret.body["secret"].text())
            .await
            .status,
        400,
        "a code lasts three days"
    );
}

async fn account(house: &House, login: &str) -> Value {
    let path = format!("accounts?login={login}");
    house.read("admin", &path).await.items()[0].clone()
}

async fn change_account(house: &House, login: &str, change: Value) {
    let row = account(house, login).await;
    let address = format!("accounts/{}", row["id"].text());
    let version = row["version"].number();
    house.change("admin", &address, version, change).await;
}

/// T-07
#[tokio::test]
async fn t07_another_branch_acts_on_the_next_request() {
    let house = House::build().await;
    // the old token is invalid; a refreshed token sees only the new branch
    let tokens = sign_in(&house, "branch-01", PASSWORD).await.expect(200);
    candidates(&house, text(&tokens, "access_token"))
        .await
        .expect(200);
    change_account(&house, "branch-01", json!({"branch_id": demo("0b", 2, 0)})).await;
    candidates(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    let row = account(&house, "branch-01").await;
    confirm(&house, &format!("accounts/{}", row["id"].text())).await;
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
async fn t07_another_role_acts_on_the_next_request() {
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
    let row = account(&house, "branch-03").await;
    confirm(&house, &format!("accounts/{}", row["id"].text())).await;
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
async fn t07_a_disabled_account_can_neither_refresh_nor_sign_in_until_it_is_enabled() {
    let house = House::build().await;
    let tokens = sign_in(&house, "branch-04", PASSWORD).await.expect(200);
    let calendar = house.send("branch-04", Method::POST, "calendars", None, &[]);
    let calendar = calendar.await.expect(200);
    house.read("", calendar.body["path"].text()).await;
    change_account(&house, "branch-04", json!({"disabled": true})).await;
    candidates(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    invalid_grant(&refresh(&house, text(&tokens, "refresh_token")).await);
    invalid_grant(&sign_in(&house, "branch-04", PASSWORD).await);
    let feed = calendar.body["path"].text();
    house.get("", feed).await.refused("not_found");
    change_account(&house, "branch-04", json!({"disabled": false})).await;
    let row = account(&house, "branch-04").await;
    confirm(&house, &format!("accounts/{}", row["id"].text())).await;
    // sessions and calendar addresses from before stay invalid
    invalid_grant(&refresh(&house, text(&tokens, "refresh_token")).await);
    house.get("", feed).await.refused("not_found");
    candidates(&house, text(&tokens, "access_token"))
        .await
        .refused("token_revoked");
    sign_in(&house, "branch-04", PASSWORD).await.expect(200);
}

/// T-07
#[tokio::test]
async fn t07_an_account_ends_on_its_day_with_its_sessions() {
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
async fn t07_an_overseer_s_branches_follow_the_posts_without_a_new_token() {
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
async fn nobody_changes_their_own_rights() {
    let house = House::build().await;
    let admin = account(&house, "admin").await;
    let own = format!("/api/v1/accounts/{}", admin["id"].text());
    let version = admin["version"].number();
    for patch in [
        json!({"disabled": true}),
        json!({"role": "party_office"}),
        json!({"expires_at": "2021-01-15T02:00:01Z"}),
        json!({"expires_at": "2031-01-15T02:00:00Z"}),
    ] {
        house
            .patch("admin", &own, version, patch)
            .await
            .refused("forbidden");
    }
    // resetting one's own secret is refused as well, although it would wait for somebody else's
    // confirmation
    let secrets = format!("{own}/secrets");
    house
        .step("admin", &secrets, version)
        .await
        .refused("forbidden");
    shows!(house.change("admin", &own, version, json!({"display_name": "Quản trị"})).await, {"expires_at": null});
}

const NEW: &str = "gạo trắng nước trong";

/// Confirms, as the Standing Committee, what the administrator did.
async fn confirm(house: &House, place: &str) {
    let version = house.read("admin", place).await.version();
    let path = format!("{place}/confirmations");
    house.advance("standing", &path, version).await;
}

/// Creates a second account of branch 01, without a password; returns its path.
async fn new_account(house: &House) -> String {
    let new = json!({
        "login": "branch-11", "display_name": "Chi ủy chi bộ 1, người thứ hai",
        "role": "branch_committee", "branch_id": demo("0b", 1, 0)
    });
    let account = house.create("admin", "accounts", new).await;
    format!("/api/v1/accounts/{}", account.id())
}

/// As [`new_account`], with a one-time code; returns the path and the code.
async fn coded_account(house: &House) -> (String, String) {
    let place = new_account(house).await;
    let secret = house.advance("admin", &format!("{place}/secrets"), 1).await;
    let code = text(&secret, "secret").to_owned();
    confirm(house, &place).await;
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
        house.clock.now() + TimeDelta::days(3)
    );
    let version = house.read("admin", &place).await.version();
    assert_eq!(secret.header("etag"), format!("\"{version}\""));
    // issuing another secret needs the current version
    let path = format!("{place}/secrets");
    let careless = house.send("admin", Method::POST, &path, None, &[]).await;
    careless.refused("precondition_required");
    let stale = house.step("admin", &path, version + 7).await;
    stale.refused("precondition_failed");
}

/// An account that signed in with a one-time code can do nothing but set a password.
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

/// An expiry date that has already passed is refused as a typing error.
#[tokio::test]
async fn an_account_ends_after_it_was_made() {
    let house = House::build().await;
    let account = |end: &str| {
        let body = json!({"login": "moi-01", "display_name": "Đảng ủy viên", "role": "committee_member", "expires_at": end});
        house.post("admin", "accounts", body)
    };
    for past in ["2001-01-01T00:00:00Z", "2021-01-15T01:59:59Z"] {
        account(past).await.invalid(&["/expires_at"]);
    }
    account("2022-01-01T00:00:00Z").await.expect(201);

    // a repeated request with the same key gets the stored answer, although the expiry date has
    // passed by then
    let soon = json!({"login": "moi-02", "display_name": "Đảng ủy viên", "role": "committee_member", "expires_at": "2021-01-15T02:01:00Z"});
    let keyed = async || {
        let key = [("idempotency-key", "tai-khoan-1")];
        let post = house.send("admin", Method::POST, "accounts", Some(soon.clone()), &key);
        post.await.expect(201)
    };
    let first = keyed().await;
    house.clock.set("2021-01-15T02:01:30Z".parse().unwrap());
    assert_eq!(keyed().await.id(), first.id());
}

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
        "123456123456123",
        "matkhau12345678",
        "m@tkhau12345678",
        "5202-0202-omed-pantek",
        "1q2w3e4r5t6y7u8i9o",
        "matkhaucuatoi2026",
        "tranthimaitranthimai",
        "dangcongsanvietnammuonnam",
        "ketnapdangvien2026",
        "nguyenvanan010190",
        "tranvanbinh1985@",
        "quoctekhanh02091945",
        "hongphuc20262026",
        "a1b2c3d4e5f6g7h8",
        "mot hai ba bon nam sau",
        "monkey dragon master",
        "0901234567 0987654321",
        // the name of a branch of the organisation
        "chibonoinhi2026",
        // a passphrase in the form of a one-time code
        "nhoc-gian-cuoi-vang",
        "trau-nuoc-chim-gian gạo trắng và mưa",
        PASSWORD,
        &code,
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

/// All characters are allowed, even if all are of one kind, and up to 500 of them.
#[tokio::test]
async fn a_password_has_any_characters_and_up_to_500() {
    let house = House::build().await;
    let (_, code) = coded_account(&house).await;
    let tokens = sign_in(&house, "branch-11", &code).await.expect(200);
    let token = text(&tokens, "access_token");
    let long = "mưa rơi trên mái tôn cũ ".repeat(20) + "rồi tạnh";
    let mut current = code.clone();
    for new in [
        "hai  dấu  trắng  ở  giữa",
        "chỉ chữ thường thôi nhé",
        "🦜 chim vẹt, 🌾 lúa chín, 🛶 thuyền",
        "đá;vàng<thau>&chì%kẽm$bạc",
        "sixty-four letters or more: a slow river goes round the old village",
        &long,
    ] {
        set_password(&house, token, &current, new).await.expect(204);
        sign_in(&house, "branch-11", new).await.expect(200);
        current = new.to_owned();
    }
}

/// A one-time code stops working once a password is set. A password typed in another Unicode
/// normalisation is the same password.
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
async fn a_script_gets_a_new_secret_from_its_administrator() {
    let house = House::build().await;
    // the demo's administrator belongs to the grassroots organisation, the service account to the
    // upper committee
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

/// A service account that has not signed in for ninety days is shut out until it gets a new secret.
#[tokio::test]
async fn a_script_that_was_idle_for_ninety_days_is_shut_out_until_it_gets_a_new_secret() {
    let house = House::build().await;
    let owner = house.owner().await;
    let since = async |day: &str| {
        let sql = format!(
            "update account set updated_at = '{day}', organization_id = '{}' where login in ('district-script', 'admin')",
            demo("0a", 0, 1)
        );
        owner.batch_execute(&sql).await.unwrap();
    };
    let ask = async |secret: &str| {
        let credentials = "grant_type=client_credentials client_id=district-script";
        grant(&house, &format!("{credentials} client_secret={secret}")).await
    };
    since("2020-10-01").await;
    invalid_client(&ask(SCRIPT_SECRET).await);
    since("2020-10-25").await;
    ask(SCRIPT_SECRET).await.expect(200);
    // once it has signed in, the ninety days count from its last sign-in
    since("2019-01-01").await;
    ask(SCRIPT_SECRET).await.expect(200);
    house.travel("2021-04-20");
    invalid_client(&ask(SCRIPT_SECRET).await);
    let row = house.read("admin", "accounts?login=district-script").await;
    let row = row.items()[0].clone();
    let place = format!("/api/v1/accounts/{}/secrets", row["id"].text());
    let version = row["version"].number();
    let secret = house.advance("admin", &place, version).await;
    ask(text(&secret, "secret")).await.expect(200);
}

/// Guessing the current password with an access token is delayed and recorded like guessing at
/// sign-in; the correct password does not count as a failure.
#[tokio::test]
async fn the_present_password_is_not_guessed_at() {
    let house = House::build().await;
    let tokens = sign_in(&house, "youth", PASSWORD).await.expect(200);
    let token = text(&tokens, "access_token");
    for _ in 0..7 {
        let answer = set_password(&house, token, PASSWORD, "too short").await;
        answer.invalid(&["/new_password"]);
    }
    for _ in 0..5 {
        let answer = set_password(&house, token, "wrong", NEW).await;
        answer.invalid(&["/current_password"]);
    }
    let answer = set_password(&house, token, PASSWORD, NEW).await;
    assert_ne!(answer.refused("rate_limited").header("retry-after"), "");
    let failures = "select count(*) from sign_in_attempt where outcome = 'wrong'";
    assert_eq!(house.count(failures).await, 5);
    later(&house, TimeDelta::seconds(1));
    set_password(&house, token, PASSWORD, NEW).await.expect(204);
}

/// A new secret also ends the account's calendar address.
#[tokio::test]
async fn a_new_secret_ends_the_calendar_address() {
    let house = House::build().await;
    let calendar = house.send("branch-02", Method::POST, "calendars", None, &[]);
    let calendar = calendar.await.expect(200);
    let feed = calendar.body["path"].text();
    house.read("", feed).await;
    let secrets = format!("accounts/{}/secrets", demo("ac", 0, 5));
    house.advance("admin", &secrets, 1).await;
    house.get("", feed).await.refused("not_found");
}

/// Sending the document's example as it stands must not create an account that anybody could sign
/// in to.
#[tokio::test]
async fn the_example_of_a_new_account_grants_nothing() {
    let house = House::build().await;
    let example = document()["components"]["schemas"]["NewAccount"]["example"].clone();
    let made = house.create("admin", "accounts", example).await;
    assert_eq!(made.body["role"], "committee_member");
    assert!(!made.body["waits_until"].is_null());
}

/// An account that one administrator creates, or whose secret they reset, cannot sign in until a
/// second person has confirmed it.
#[tokio::test]
async fn t09_an_account_made_by_one_administrator_opens_nothing_alone() {
    let house = House::build().await;
    for (login, role) in [
        ("second.office", "party_office"),
        ("second.standing", "standing_committee"),
    ] {
        let new = json!({"login": login, "display_name": "Người thứ hai", "role": role});
        let made = house.create("admin", "accounts", new).await;
        let place = made.location().to_owned();
        assert!(!made.body["waits_until"].is_null());
        let secret = house.advance("admin", &format!("{place}/secrets"), 1).await;
        let code = text(&secret, "secret").to_owned();
        invalid_grant(&sign_in(&house, login, &code).await);
        // neither the requester nor a role without this permission can confirm
        let confirmations = format!("{place}/confirmations");
        for who in ["admin", "office", "branch-01", "union"] {
            house
                .step(who, &confirmations, 2)
                .await
                .refused("forbidden");
        }
        // `me` tells the Standing Committee what waits for confirmation
        let told = house.read("standing", "me").await;
        let notice = &told.body["notices"][0];
        assert_eq!(
            (notice["kind"].text(), notice["login"].text()),
            ("waits", login)
        );
        let confirmed = house.advance("standing", &confirmations, 2).await;
        assert!(confirmed.body["waits_until"].is_null());
        house
            .step("standing", &confirmations, 3)
            .await
            .refused("invalid_transition");
        let tokens = sign_in(&house, login, &code).await.expect(200);
        // `me` tells the owner of the account that somebody else has changed it
        let own = me(&house, text(&tokens, "access_token")).await.expect(200);
        assert!(
            own.body["notices"]
                .to_string()
                .contains("changed_by_others")
        );
    }
    // `me` warns the only administrator: a second one could confirm requests too
    let notices = house.read("admin", "me").await.body["notices"].clone();
    assert!(notices.to_string().contains("only_administrator"));
    let new = json!({"login": "second.admin", "display_name": "Quản trị", "role": "system_admin"});
    let made = house.create("admin", "accounts", new).await;
    let place = made.location().to_owned();
    house
        .step("admin", &format!("{place}/confirmations"), 1)
        .await
        .refused("forbidden");
    confirm(&house, &place).await;
    let version = house.read("admin", &place).await.version();
    let secrets = format!("{place}/secrets");
    let secret = house.advance("admin", &secrets, version).await;
    invalid_grant(&sign_in(&house, "second.admin", text(&secret, "secret")).await);
    confirm(&house, &place).await;
    let code = text(&secret, "secret").to_owned();
    let other = sign_in(&house, "second.admin", &code).await.expect(200);
    // while one administrator's request waits, another cannot replace it with a request of their
    // own, which the same confirmation would then cover
    let mine = new_account(&house).await;
    let secrets = format!("{mine}/secrets");
    house.advance("admin", &secrets, 1).await;
    set_password(&house, text(&other, "access_token"), &code, NEW)
        .await
        .expect(204);
    let other = sign_in(&house, "second.admin", NEW).await.expect(200);
    let asked = house.client.post(format!("{}{secrets}", house.base));
    let asked = asked
        .bearer_auth(text(&other, "access_token"))
        .header("if-match", "\"2\"");
    let refused = asked.send().await.unwrap();
    assert_eq!(refused.status(), 409);
    assert!(refused.text().await.unwrap().contains("invalid_transition"));
    // a change of role waits for confirmation as well
    let version = house.read("admin", &place).await.version();
    house
        .change("admin", &place, version, json!({"role": "party_office"}))
        .await;
    invalid_grant(&sign_in(&house, "second.admin", &code).await);
}

/// A request that nobody confirms within 72 hours lapses.
#[tokio::test]
async fn a_request_that_nobody_confirms_lapses_after_72_hours() {
    let house = House::build().await;
    let place = format!("accounts/{}", demo("ac", 0, 5));
    let secret = house.advance("admin", &format!("{place}/secrets"), 1).await;
    later(&house, TimeDelta::hours(72));
    let confirmations = format!("{place}/confirmations");
    let late = house.step("standing", &confirmations, 2).await;
    late.refused("invalid_transition");
    invalid_grant(&sign_in(&house, "branch-02", text(&secret, "secret")).await);
}

/// Signs in with this secret one second after the last attempt, so that an earlier refusal does not
/// delay it.
async fn script(house: &House, secret: &str) -> Answer {
    later(house, TimeDelta::seconds(1));
    let parameters =
        format!("grant_type=client_credentials client_id=district-script client_secret={secret}");
    grant(house, &parameters).await
}

/// Path of the service account. It belongs to the upper committee, so the administrator is moved
/// there too.
async fn upper_admin(house: &House) -> String {
    let sql = "update account set organization_id = (select organization_id from account where login = 'upper') where login = 'admin'";
    house.owner().await.execute(sql, &[]).await.unwrap();
    let row = account(house, "district-script").await;
    format!("accounts/{}", row["id"].text())
}

/// A service account's secret is replaced without a failed request.
#[tokio::test]
async fn a_script_has_two_secrets_while_one_is_replaced() {
    let house = House::build().await;
    let place = upper_admin(&house).await;
    let path = format!("{place}/client-secrets");
    let add = |version: i64, body: Value| house.step_with("admin", &path, version, body);
    let running = script(&house, SCRIPT_SECRET).await.expect(200);
    add(1, json!({"expires_at": "2021-01-15T01:59:59Z", "previous_expires_at": "2021-02-15T02:00:00Z"}))
        .await
        .invalid(&["/expires_at", "/previous_expires_at"]);
    let first = add(1, json!({"expires_at": "2021-03-01T00:00:00Z"})).await;
    let first = first.expect(200);
    shows!(house.read("admin", &place).await, {
        "secret_expires_at": "2021-03-01T00:00:00Z", "previous_secret_expires_at": "2021-01-22T02:00:01Z"
    });
    me(&house, text(&running, "access_token")).await.expect(200);
    for secret in [SCRIPT_SECRET, text(&first, "secret")] {
        script(&house, secret).await.expect(200);
    }
    invalid_client(&script(&house, &format!("{}x", text(&first, "secret"))).await);
    // the earlier secret expires after a week
    house.travel("2021-01-22");
    invalid_client(&script(&house, SCRIPT_SECRET).await);
    script(&house, text(&first, "secret")).await.expect(200);
    // a second replacement ends the oldest secret at once; the end of the previous secret can be
    // brought forward, but not put off
    let second = add(2, json!({})).await.expect(200);
    invalid_client(&script(&house, SCRIPT_SECRET).await);
    script(&house, text(&first, "secret")).await.expect(200);
    let longer = json!({"previous_secret_expires_at": "2021-02-22T02:00:01Z"});
    let longer = house.patch("admin", &place, 3, longer).await;
    longer.invalid(&["/previous_secret_expires_at"]);
    let end = json!({"previous_secret_expires_at": null});
    house.change("admin", &place, 3, end).await;
    invalid_client(&script(&house, text(&first, "secret")).await);
    script(&house, text(&second, "secret")).await.expect(200);
    // `secrets` replaces both secrets at once; a secret with an expiry date stops working on it
    add(4, json!({"expires_at": "2021-01-23T00:00:00Z"}))
        .await
        .expect(200);
    let secrets = format!("{place}/secrets");
    let only = house.advance("admin", &secrets, 5).await;
    invalid_client(&script(&house, text(&second, "secret")).await);
    script(&house, text(&only, "secret")).await.expect(200);
    let last = add(6, json!({"expires_at": "2021-01-23T00:00:00Z"})).await;
    let last = last.expect(200);
    script(&house, text(&last, "secret")).await.expect(200);
    house.clock.set("2021-01-23T00:00:01Z".parse().unwrap());
    invalid_client(&script(&house, text(&last, "secret")).await);
    script(&house, text(&only, "secret")).await.expect(200);
}

#[tokio::test]
async fn people_have_one_secret_and_no_list_of_addresses() {
    let house = House::build().await;
    let place = format!("accounts/{}", demo("ac", 0, 5));
    let path = format!("{place}/client-secrets");
    house
        .step_with("admin", &path, 1, json!({}))
        .await
        .refused("invalid_transition");
    let here = json!({"addresses": ["127.0.0.1"]});
    house
        .patch("admin", &place, 1, here)
        .await
        .invalid(&["/addresses"]);
}

/// From any other address the answer is that for a wrong secret, and counts as a failed attempt.
#[tokio::test]
async fn a_script_signs_in_from_its_own_addresses_only() {
    let house = House::with(crate::support::Build {
        proxies: "127.0.0.1",
        ..Default::default()
    })
    .await;
    let place = upper_admin(&house).await;
    let from = async |address: &str, secret: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "district-script"),
            ("client_secret", secret),
        ];
        let request = house
            .client
            .post(format!("{}/api/v1/auth/token", house.base));
        let request = request.header("x-forwarded-for", address).form(&form);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let wrong = json!({"addresses": ["10.1.0.0/16", "here", "10.1.0.0/33"]});
    house
        .patch("admin", &place, 1, wrong)
        .await
        .invalid(&["/addresses/1", "/addresses/2"]);
    assert_eq!(from("203.0.113.9", SCRIPT_SECRET).await.0, 200);
    let own = json!({"addresses": ["10.1.0.0/16", "2001:db8::1", "::ffff:192.0.2.7"]});
    shows!(house.change("admin", &place, 1, own.clone()).await, {"addresses": own["addresses"]});
    for allowed in ["10.1.255.3", "2001:db8::1", "::ffff:10.1.0.1", "192.0.2.7"] {
        assert_eq!(from(allowed, SCRIPT_SECRET).await.0, 200, "{allowed}");
    }
    let refused = from("10.2.0.1", SCRIPT_SECRET).await;
    assert_eq!(refused.0, 401);
    assert_eq!(refused, from("10.2.0.1", "not the secret at all").await);
    for _ in 0..3 {
        from("10.2.0.1", SCRIPT_SECRET).await;
    }
    assert_eq!(from("10.2.0.1", SCRIPT_SECRET).await.0, 429);
}

/// The last account that could confirm requests cannot be shut out by any of these changes. Once
/// there is a second such account, either of them can be.
#[tokio::test]
async fn somebody_is_always_left_to_confirm() {
    let house = House::build().await;
    let standing = format!("/api/v1/accounts/{}", demo("ac", 0, 1));
    let shut = [
        json!({"role": "trade_union"}),
        json!({"disabled": true}),
        json!({"expires_at": "2020-11-01T00:00:00Z"}),
        json!({"expires_at": "2031-11-01T00:00:00Z"}),
    ];
    for patch in &shut {
        house
            .patch("admin", &standing, 1, patch.clone())
            .await
            .refused("invalid_transition");
    }
    let secrets = format!("{standing}/secrets");
    house
        .step("admin", &secrets, 1)
        .await
        .refused("invalid_transition");
    sign_in(&house, "standing", PASSWORD).await.expect(200);
    // changes that shut nobody out are accepted
    house
        .change("admin", &standing, 1, json!({"display_name": "Thường vụ"}))
        .await;
    let new = json!({"login": "second.admin", "display_name": "Quản trị", "role": "system_admin",
        "with_secret": true});
    let made = house.create("admin", "accounts", new).await;
    let code = text(&made, "secret").to_owned();
    let disable = async || {
        let disabled = json!({"disabled": true});
        house.patch("admin", &standing, 2, disabled).await
    };
    // the second account does not count until it is confirmed and has a password: with only a
    // one-time code it would end by itself
    disable().await.refused("invalid_transition");
    confirm(&house, made.location()).await;
    disable().await.refused("invalid_transition");
    let tokens = sign_in(&house, "second.admin", &code).await.expect(200);
    disable().await.refused("invalid_transition");
    let only = |me: Answer| {
        me.body["notices"]
            .to_string()
            .contains("only_administrator")
    };
    assert!(only(house.read("admin", "me").await));
    set_password(&house, text(&tokens, "access_token"), &code, NEW)
        .await
        .expect(204);
    assert!(!only(house.read("admin", "me").await));
    house
        .change("admin", &standing, 2, json!({"disabled": true}))
        .await;
    // now the second account is the last one
    let version = house.read("admin", made.location()).await.version();
    for patch in shut.into_iter().skip(1) {
        house
            .patch("admin", made.location(), version, patch)
            .await
            .refused("invalid_transition");
    }
    house
        .change("admin", &standing, 3, json!({"disabled": false}))
        .await;
}

/// Such an account will end by itself, without anybody being asked, and then nobody would be left
/// to confirm.
#[tokio::test]
async fn an_account_with_an_end_does_not_count_among_those_who_are_left_to_confirm() {
    let house = House::build().await;
    let standing = format!("/api/v1/accounts/{}", demo("ac", 0, 1));
    let new = json!({
        "login": "second.admin", "display_name": "Quản trị", "role": "system_admin",
        "expires_at": "2022-01-15T02:00:00Z"
    });
    let made = house.create("admin", "accounts", new).await;
    confirm(&house, made.location()).await;
    let has_password = "update account set has_password = true where login = 'second.admin'";
    house
        .owner()
        .await
        .batch_execute(has_password)
        .await
        .unwrap();
    let disable = json!({"disabled": true});
    let refused = house.patch("admin", &standing, 1, disable.clone()).await;
    refused.refused("invalid_transition");
    // once it has expired, it can be disabled even if no other account is left: nothing changes
    let gone = "update account set disabled_at = now() where login = 'standing'";
    house.owner().await.batch_execute(gone).await.unwrap();
    house.travel("2022-01-16");
    let version = house.read("admin", made.location()).await.version();
    let path = made.location();
    house.change("admin", path, version, disable).await;
}

/// An account cannot become a service account or stop being one: passwords and client secrets are
/// not interchangeable.
#[tokio::test]
async fn a_persons_account_becomes_no_script() {
    let house = House::build().await;
    let office = format!("accounts/{}", demo("ac", 0, 2));
    house
        .patch("admin", &office, 1, json!({"role": "service_account"}))
        .await
        .invalid(&["/role"]);
    invalid_client(&script_of(&house, "office", PASSWORD).await);
    let body = json!({"login": "so-lieu", "display_name": "Số liệu", "role": "service_account"});
    let made = house.create("admin", "accounts", body).await;
    house
        .patch("admin", made.location(), 1, json!({"role": "party_office"}))
        .await
        .invalid(&["/role"]);
}
