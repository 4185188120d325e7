//! Whatever one person creates or resets at the command line waits for a second person too, except
//! in an emergency: `--alone` takes a written reason, which everybody who could have confirmed is
//! told.
use serde_json::{Value, json};

use crate::process::{code, confirm, external, migrated, owner, post, run, sign_in, start};

const WORDS: &str = "gạo trắng nước trong";

async fn read(base: &str, path: &str, token: &str) -> Value {
    let asked = reqwest::Client::new().get(format!("{base}/api/v1/{path}"));
    let answer = asked.bearer_auth(token).send().await.unwrap();
    answer.json().await.unwrap()
}

/// Signs in with a one-time code, sets a password, and signs in with that.
async fn begin(base: &str, login: &str, code: &str) -> String {
    let token = sign_in(base, login, code).await.unwrap();
    let body = json!({"current_password": code, "new_password": WORDS});
    let (set, why) = post(base, "/api/v1/me/password", &token, body).await;
    assert_eq!(set, 204, "{why}");
    sign_in(base, login, WORDS).await.unwrap()
}

#[tokio::test]
async fn t09_what_one_person_does_at_the_command_line_waits_for_a_second() {
    let database = migrated().await;
    let account = |arguments: &[&str]| {
        let arguments = [&["account"], arguments].concat();
        run(owner(&database, &arguments))
    };
    let create = |login: &str, role: &str, more: &[&str]| {
        let made = [
            "create", "--login", login, "--name", "Người", "--role", role,
        ];
        account(&[&made[..], more].concat())
    };
    // a new database has no account, and so no well-known password
    assert_eq!(account(&["list"]).succeeded().trim(), "");
    let names = ["--organization", "Đảng bộ Y tế", "--upper", "Huyện ủy"];
    let first = account(&[&["first"], &names[..]].concat()).succeeded();
    let mut running = start(external("ketnap_app", &database));
    let base = running.ready();

    // the first administrator and the first account of the Standing Committee need no confirmation
    let admin = begin(&base, "admin", &code(&first)).await;
    let standing = create("standing", "standing_committee", &[]).succeeded();
    begin(&base, "standing", &code(&standing)).await;

    // every later account and every reset waits for confirmation
    let second = create("second", "system_admin", &[]).succeeded();
    sign_in(&base, "second", &code(&second)).await.unwrap_err();
    let committee = create("committee", "standing_committee", &[]).succeeded();
    sign_in(&base, "committee", &code(&committee))
        .await
        .unwrap_err();
    let reset = account(&["reset", "standing"]).succeeded();
    assert!(reset.contains("has confirmed"), "{reset}");
    sign_in(&base, "standing", &code(&reset)).await.unwrap_err();

    // nor can one person disable or reset, one after another, all those who could confirm
    account(&["reset", "admin"]).refused(&["nobody can confirm it", "--alone"]);
    account(&["disable", "standing"]).succeeded();
    account(&["reset", "admin"]).refused(&["--alone"]);
    assert!(read(&base, "me", &admin).await["login"] == "admin");
    let reset = account(&["reset", "standing"]).succeeded();
    confirm(&base, &admin, "standing").await;
    begin(&base, "standing", &code(&reset)).await;

    // `--alone` takes a reason of some length, and then needs no confirmation
    create("third", "party_office", &["--alone", "gấp"]).refused(&["10 letters"]);
    let reason = "cả hai người đều nằm viện";
    let third = create("third", "party_office", &["--alone", reason]).succeeded();
    sign_in(&base, "third", &code(&third)).await.unwrap();
    // the reason is in the audit trail, and everybody who could have confirmed is told
    let standing = sign_in(&base, "standing", WORDS).await.unwrap();
    for who in [&admin, &standing] {
        let told = read(&base, "me", who).await["notices"].clone();
        let told = told.as_array().unwrap().iter();
        let told: Vec<_> = told.filter(|n| n["kind"] == "done_alone").collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(
            (&told[0]["login"], &told[0]["reason"]),
            (&json!("third"), &json!(reason))
        );
    }
    let entries = "audit-entries?action=command_line&limit=200";
    let entries = read(&base, entries, &admin).await["items"].clone();
    let mut entries = entries.as_array().unwrap().iter();
    let entry = entries
        .find(|e| e["fields"] == json!(["*", "alone"]))
        .unwrap();
    assert_eq!(entry["changes"][0]["after"], reason);
    run(owner(&database, &["audit", "verify"])).succeeded();
    running.signal("TERM");
    running.end();
}
