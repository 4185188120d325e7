//! The caller's own account: identity, permissions, password.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ketnap::access::{self, Action, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::access::LOGINS;
use crate::auth::{invalid_grant, me, refresh, sign_in, text};
use crate::support::{House, PASSWORD, Plain, demo};

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_a_script_has_none_to_set() {
    let house = House::build().await;
    let (here, there) = (
        sign_in(&house, "youth", PASSWORD).await.expect(200),
        sign_in(&house, "youth", PASSWORD).await.expect(200),
    );
    let authorization = format!("Bearer {}", text(&here, "access_token"));
    let body = json!({"current_password": PASSWORD, "new_password": "gạo trắng nước trong"});
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
    sign_in(&house, "youth", "gạo trắng nước trong")
        .await
        .expect(200);
    house
        .post("district-script", "me/password", body)
        .await
        .refused("forbidden");
}

/// Passwords are not truncated, case-folded or trimmed; only the Unicode normalisation is unified.
#[tokio::test]
async fn a_password_is_compared_to_the_last_letter_as_it_was_sent() {
    let house = House::build().await;
    let long = format!("Gạo trắng nước trong{}", " và mắm muối".repeat(10));
    let tokens = sign_in(&house, "youth", PASSWORD).await.expect(200);
    let authorization = format!("Bearer {}", text(&tokens, "access_token"));
    let body = json!({"current_password": PASSWORD, "new_password": long});
    let headers = [("authorization", authorization.as_str())];
    house
        .send("", Method::POST, "me/password", Some(body), &headers)
        .await
        .expect(204);
    let mut cut = long.clone();
    cut.pop();
    for other in [cut, long.to_lowercase(), format!("{long} ")] {
        invalid_grant(&sign_in(&house, "youth", &other).await);
    }
    sign_in(&house, "youth", &long).await.expect(200);
}

#[tokio::test]
async fn everyone_sees_their_own_account_and_permissions() {
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
        let claims: Value = serde_json::from_slice(
            &URL_SAFE_NO_PAD
                .decode(house.token(login).await.split('.').nth(1).unwrap())
                .unwrap(),
        )
        .unwrap();
        // permissions are beside the token in the answer, because clients send the token with every
        // request
        assert_eq!(claims["scope"], Value::Null);
        if role != Role::ServiceAccount {
            let fresh = sign_in(&house, login, PASSWORD).await.expect(200);
            assert_eq!(
                text(&fresh, "scope"),
                table.iter().map(|(a, _)| *a).collect::<Vec<_>>().join(" ")
            );
        }
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
