//! The sign-ins of an account, and ending one of them.
use crate::auth::{refresh, sign_in};
use crate::support::{House, PASSWORD, Plain};

#[tokio::test]
async fn an_account_sees_its_own_sign_ins_and_ends_one_elsewhere() {
    let house = House::build().await;
    let lost = sign_in(&house, "branch-01", PASSWORD).await.expect(200);
    sign_in(&house, "branch-02", PASSWORD).await.expect(200);
    let own = house.read("branch-01", "me").await;
    let seen = house.read("branch-01", "sign-ins").await;
    assert_eq!(seen.items().len(), 2);
    assert!(
        seen.items()
            .iter()
            .all(|s| s["account_id"] == own.body["account_id"])
    );
    assert!(seen.items().iter().all(|s| s["address"] == "127.0.0.1"));
    let elsewhere = seen.items().iter().find(|s| s["current"] == false).unwrap();
    let path = format!("sign-ins/{}", elsewhere["id"].text());

    let mut request = house.client.get(format!("{}/api/v1/me", house.base));
    request = request.bearer_auth(lost.body["access_token"].text());
    assert_eq!(
        request.try_clone().unwrap().send().await.unwrap().status(),
        200
    );
    house.delete("branch-01", &path, 1).await.expect(204);
    // neither of its tokens works any more
    assert_eq!(request.send().await.unwrap().status(), 401);
    refresh(&house, lost.body["refresh_token"].text())
        .await
        .expect(400);
    let seen = house.read("branch-01", "sign-ins").await;
    let ended = |s: &&serde_json::Value| !s["ended_at"].is_null();
    assert_eq!(seen.items().iter().filter(ended).count(), 1);
    // ending it again with the old version is refused; an account may end its present sign-in too
    house
        .delete("branch-01", &path, 1)
        .await
        .refused("precondition_failed");
    let current = seen.items().iter().find(|s| s["current"] == true).unwrap();
    let path = format!("sign-ins/{}", current["id"].text());
    house.delete("branch-01", &path, 1).await.expect(204);
    house.get("branch-01", "me").await.expect(401);
}

#[tokio::test]
async fn nobody_but_the_administrator_ends_sign_ins_of_others_and_it_is_recorded() {
    let house = House::build().await;
    sign_in(&house, "branch-02", PASSWORD).await.expect(200);
    let theirs = house.read("branch-02", "sign-ins").await;
    let id = theirs.items()[0]["id"].text().to_owned();
    let path = format!("sign-ins/{id}");
    for who in [
        "branch-01",
        "office",
        "standing",
        "upper",
        "district-script",
    ] {
        house.delete(who, &path, 1).await.refused("not_found");
        let own = house.read(who, "sign-ins").await;
        assert!(own.items().iter().all(|s| s["id"] != id), "{who}");
    }
    house.delete("admin", &path, 1).await.expect(204);
    house.get("branch-02", "me").await.expect(401);
    let entries = house
        .read("admin", &format!("audit-entries?resource_id={id}"))
        .await;
    assert_eq!(entries.items()[0]["action"], "sign_ins.end");
    assert_eq!(
        entries.items()[0]["fields"],
        serde_json::json!(["ended_at"])
    );
}
