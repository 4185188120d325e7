//! The hash chains of the audit trail, the access log and the sign-in attempts: tampering is
//! detected, and the check raises no false alarm.
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;
use ketnap::auth::token::Keys;
use ketnap::cli::KEPT;
use ketnap::cli::audit::{Anchor, FaultKind, Signer, check};
use serde_json::json;
use tokio_postgres::Client;

use crate::auth::sign_in;
use crate::process::{Ended, Folder, ketnap, owner, private, run, start};
use crate::support::{House, PASSWORD, demo, keys_folder};

/// A service with six recorded changes and one logged read.
async fn house() -> House {
    let house = House::build().await;
    for number in 1..=6 {
        let department = json!({"name": format!("Khoa {number}"), "kind": "clinical"});
        house.create("office", "departments", department).await;
    }
    let roster = format!("classes/{}/roster", demo("c1", 0, 1));
    house.get("office", &roster).await.expect(200);
    house
}

/// Tampers with the logs, returns what the check reports, and rolls the tampering back.
async fn found(
    client: &mut Client,
    tampering: &str,
    anchor: Option<&Anchor>,
) -> Vec<(i64, FaultKind)> {
    let tx = client.transaction().await.unwrap();
    tx.batch_execute(tampering).await.unwrap();
    let checked = check(&tx, None, anchor).await.unwrap();
    tx.rollback().await.unwrap();
    checked.faults.iter().map(|f| (f.seq, f.kind)).collect()
}

/// SQL that forges an entry after number 2, with a sequence number and hashes that fit, and then
/// puts the head of the chain back to where it was, `more` entries further on.
fn forged(more: i64) -> String {
    format!(
        "create temp table was on commit drop as select * from chain_head where log = 'audit_entry' and seq >= 6;
         update chain_head h set seq = 2, hash = a.hash from audit_entry a where h.log = 'audit_entry' and a.organization_id = h.organization_id and a.seq = 2;
         insert into audit_entry select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'action', 'departments.forged'))).* from audit_entry a where seq = 1;
         update chain_head h set seq = w.seq + {more}, hash = w.hash from was w where h.organization_id = w.organization_id and h.log = w.log;"
    )
}

#[tokio::test]
async fn t49_a_changed_entry_is_named() {
    let house = house().await;
    let mut client = house.owner().await;
    let plain = "update audit_entry set resource_version = 7 where seq = 3";
    assert_eq!(
        found(&mut client, plain, None).await,
        [(3, FaultKind::Content)]
    );
    let hashed = "update audit_entry set fields = '{name}', hash = sha256('x') where seq = 6";
    assert_eq!(
        found(&mut client, hashed, None).await,
        [(6, FaultKind::Content)]
    );
    for kept in [
        "changes = '{\"name\": [\"Khoa 1\", \"Khoa 2\"]}'",
        "sealed = 'x'",
    ] {
        let value = format!("update audit_entry set {kept} where seq = 4");
        let named = found(&mut client, &value, None).await;
        assert_eq!(named, [(4, FaultKind::Content)], "{kept}");
    }
    // the forged entry's own hash fits, but the next entry holds the hash of the original one
    let forged = format!("delete from audit_entry where seq = 3; {}", forged(0));
    assert_eq!(
        found(&mut client, &forged, None).await,
        [(3, FaultKind::Content)]
    );
    let reading = "update access_entry set reason = 'theo nhiệm vụ' where seq = 1";
    assert_eq!(
        found(&mut client, reading, None).await,
        [(1, FaultKind::Content)]
    );
}

/// The address and the outcome of a sign-in attempt cannot be changed unnoticed either.
#[tokio::test]
async fn t49_a_forged_sign_in_is_named() {
    let house = House::build().await;
    sign_in(&house, "office", PASSWORD).await.expect(200);
    sign_in(&house, "office", "wrong").await;
    sign_in(&house, "nobody-here", "wrong").await;
    let mut client = house.owner().await;
    assert_eq!(found(&mut client, "", None).await, []);
    // a successful attempt has two links in the chain: one for the attempt, one for its outcome
    for (tampering, fault) in [
        (
            "update sign_in_attempt set address = '6.6.6.6' where outcome = 'wrong'",
            (3, FaultKind::Content),
        ),
        (
            "update sign_in_attempt set address = '6.6.6.6'",
            (1, FaultKind::Content),
        ),
        (
            "update sign_in_attempt set outcome = 'wrong'",
            (2, FaultKind::Content),
        ),
        (
            "update sign_in_attempt set outcome = 'right'",
            (3, FaultKind::Content),
        ),
        (
            "update sign_in_attempt set outcome = 'early' where outcome = 'wrong'",
            (3, FaultKind::Content),
        ),
        (
            "update sign_in_attempt set outcome = 'wrong', told_seq = null where outcome = 'right'",
            (2, FaultKind::Gap),
        ),
        (
            "delete from sign_in_attempt where outcome = 'right'",
            (1, FaultKind::Gap),
        ),
        ("delete from sign_in_attempt", (1, FaultKind::Truncated)),
    ] {
        let named = found(&mut client, tampering, None).await;
        assert_eq!(named, [fault], "{tampering}");
    }
    // attempts deleted when their retention has ended are not reported, and do not hide later
    // tampering
    let (_, tidy, _) = KEPT[2];
    let later = house.clock.now() + TimeDelta::days(1);
    assert_eq!(client.execute(tidy, &[&later]).await.unwrap(), 3);
    assert_eq!(found(&mut client, "", None).await, []);
    house.travel("2022-06-01");
    sign_in(&house, "office", PASSWORD).await.expect(200);
    sign_in(&house, "office", "wrong").await;
    assert_eq!(found(&mut client, "", None).await, []);
    let changed = "update sign_in_attempt set address = '6.6.6.6' where outcome = 'right'";
    assert_eq!(
        found(&mut client, changed, None).await,
        [(4, FaultKind::Content)]
    );
    let removed = "delete from sign_in_attempt where outcome = 'right'";
    assert_eq!(
        found(&mut client, removed, None).await,
        [(4, FaultKind::Gap)]
    );
}

#[tokio::test]
async fn t49_a_deleted_entry_is_named() {
    let house = house().await;
    let mut client = house.owner().await;
    let plain = "delete from audit_entry where seq = 3";
    assert_eq!(found(&mut client, plain, None).await, [(3, FaultKind::Gap)]);
    let closed = "delete from audit_entry where seq = 3; update audit_entry set seq = seq - 1 where seq > 3; \
                  update chain_head set seq = seq - 1 where log = 'audit_entry'";
    assert_eq!(
        found(&mut client, closed, None).await,
        [(3, FaultKind::Gap)]
    );
}

#[tokio::test]
async fn t49_an_inserted_entry_is_named() {
    let house = house().await;
    let mut client = house.owner().await;
    let room = "update audit_entry set seq = -seq where seq > 2; update audit_entry set seq = 1 - seq where seq < 0; \
                alter table audit_entry drop constraint audit_entry_no_fork;";
    let between = format!("{room} {}", forged(1));
    assert_eq!(
        found(&mut client, &between, None).await,
        [(3, FaultKind::Fork)]
    );
    // two entries with the same number
    let double = format!(
        "alter table audit_entry drop constraint audit_entry_no_fork, drop constraint audit_entry_chain; {}",
        forged(0)
    );
    let named = found(&mut client, &double, None).await;
    assert!(matches!(named[..], [(3 | 4, FaultKind::Fork)]), "{named:?}");
    // an entry beyond the end of the chain, with no gap reported before it
    let beyond = "insert into audit_entry select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'seq', 100))).* from audit_entry a where seq = 1; \
                  update audit_entry set prev = sha256(prev) where seq = 100";
    let beyond = format!(
        "alter table audit_entry disable trigger chain, drop constraint audit_entry_no_fork; {beyond}"
    );
    assert_eq!(
        found(&mut client, &beyond, None).await,
        [(100, FaultKind::Fork)]
    );
}

#[tokio::test]
async fn t49_a_reordered_entry_is_named() {
    let house = house().await;
    let mut client = house.owner().await;
    let swapped = "update audit_entry set seq = -seq where seq in (3, 4); update audit_entry set seq = 7 + seq where seq < 0";
    assert_eq!(
        found(&mut client, swapped, None).await,
        [(3, FaultKind::Link)]
    );
}

#[tokio::test]
async fn t49_a_truncated_end_is_named_and_by_an_anchor_even_if_the_head_agrees() {
    let house = house().await;
    let folder = Folder::new();
    let anchor = folder.0.join("anchor.txt");
    let key = keys_folder().join("current.pem");
    let database = house.database.clone();
    let print = ["audit", "anchor", "--key", key.to_str().unwrap()];
    let printed = run(owner(&database, &print));
    std::fs::write(&anchor, &printed.out).unwrap();
    let verify = [
        "audit",
        "verify",
        "--anchor",
        anchor.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ];
    let signers = [Signer::read(&key).unwrap()];
    let anchored = Anchor::parse(&printed.out, &signers).unwrap();

    let mut client = house.owner().await;
    let plain = "delete from audit_entry where seq > 4";
    assert_eq!(
        found(&mut client, plain, None).await,
        [(5, FaultKind::Truncated)]
    );
    let back = "delete from audit_entry where seq > 4; update chain_head h set seq = 4, hash = a.hash \
                from audit_entry a where h.log = 'audit_entry' and a.organization_id = h.organization_id and a.seq = 4";
    assert_eq!(found(&mut client, back, None).await, []);
    assert_eq!(
        found(&mut client, back, Some(&anchored)).await,
        [(5, FaultKind::Truncated)]
    );
    // an entry appended after the anchor is no fault
    house
        .create(
            "office",
            "departments",
            json!({"name": "Khoa 7", "kind": "clinical"}),
        )
        .await;
    assert_eq!(found(&mut client, "", Some(&anchored)).await, []);

    let says = |ended: &Ended, code: i32, words: &str| {
        assert_eq!(ended.status.code(), Some(code), "{ended:#?}");
        assert!(
            format!("{}{}", ended.out, ended.err).contains(words),
            "{ended:#?}"
        );
    };
    says(&run(owner(&database, &verify)), 0, "a second");
    says(
        &run(owner(
            &database,
            &["audit", "verify", "--from", "2021-01-15"],
        )),
        0,
        // the one sign-in accounts for two of them
        "10 entries",
    );
    says(
        &run(owner(
            &database,
            &["audit", "verify", "--from", "2021-01-16"],
        )),
        0,
        "no entry is of that day or later",
    );
    let ahead = ["audit", "verify", "--from", "2999-01-01"];
    says(&run(owner(&database, &ahead)), 2, "is still to come");
    // exit code 2, not checkable: a role that cannot see the entries, and an anchor that was edited
    let mut blind = ketnap(&verify);
    blind.env("DATABASE_URL", crate::support::url("ketnap_app", &database));
    says(&run(blind), 2, "does not see every entry");
    let changed = printed.out.replace("head ", "head  ");
    assert!(Anchor::parse(&changed, &signers).is_err());
    std::fs::write(&anchor, changed).unwrap();
    says(&run(owner(&database, &verify)), 2, "the anchor was changed");
    client.batch_execute(plain).await.unwrap();
    says(
        &run(owner(&database, &["audit", "verify"])),
        1,
        "truncated: the end was removed, from entry 5 on",
    );
}

/// Anchors are kept for years, but the key that signs them is replaced every ninety days.
#[tokio::test]
async fn t49_an_anchor_outlives_its_key() {
    let house = house().await;
    let folder = Folder::new();
    let (keys, anchor) = (folder.0.join("keys"), folder.0.join("anchor.txt"));
    Keys::generate(&keys).unwrap();
    let with_keys = |arguments: &[&str]| {
        let mut command = owner(&house.database, arguments);
        command.env("KETNAP_KEYS_DIR", &keys);
        run(command)
    };
    let printed = with_keys(&["audit", "anchor"]).succeeded();
    std::fs::write(&anchor, printed).unwrap();
    let verified = || {
        let ended = with_keys(&["audit", "verify", "--anchor", anchor.to_str().unwrap()]);
        ended.status.code()
    };
    for _ in 0..2 {
        // the first turn creates next.pem, the second signs with it; previous.pem may be removed
        // once its tokens have expired
        for _ in 0..2 {
            with_keys(&["keys", "turn"]).succeeded();
        }
        assert_eq!(verified(), Some(0));
        std::fs::remove_file(keys.join("previous.pem")).unwrap();
        assert_eq!(verified(), Some(0));
    }
    let files = std::fs::read_dir(&keys).unwrap().flatten();
    let retired = files.filter(|file| file.file_name().to_string_lossy().starts_with("retired-"));
    let retired: Vec<_> = retired.map(|file| file.path()).collect();
    assert_eq!(retired.len(), 2);
    for file in retired {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("PUBLIC KEY"), "{text}");
        std::fs::remove_file(file).unwrap();
    }
    assert_eq!(verified(), Some(2));
}

/// Somebody who took over the service's role could only append, and the database assigns the
/// numbers.
#[tokio::test]
async fn t49_the_service_can_only_append_to_its_logs() {
    let house = house().await;
    for log in ["audit_entry", "access_entry"] {
        for change in [
            format!("update {log} set request_id = 'x'"),
            format!("delete from {log}"),
            format!("truncate {log}"),
            "update chain_head set seq = 0".to_owned(),
            "select from chain_head".to_owned(),
        ] {
            let inside = house.inside("admin", "begin").await;
            let refused = inside.batch_execute(&change).await.unwrap_err();
            let code = refused.code().unwrap().code();
            assert_eq!(code, "42501", "{change}");
        }
    }
    let inside = house.inside("office", "begin").await;
    let sql = "insert into audit_entry (id, organization_id, at, account_id, role, action, resource, resource_id, resource_version, fields, request_id, seq, prev, hash) \
               values (gen_random_uuid(), app.organization(), now(), app.account(), app.role(), 'x', 'x', app.account(), 1, '{}', 'x', 99, 'x', 'x'); commit";
    inside.batch_execute(sql).await.unwrap();
    let mut client = house.owner().await;
    assert_eq!(found(&mut client, "", None).await, []);
    assert_eq!(house.count("select max(seq) from audit_entry").await, 7);
}

#[tokio::test]
async fn t49_sixteen_writers_at_once_leave_whole_chains_and_no_false_alarm() {
    let house = House::build().await;
    house.token("office").await;
    let began = Instant::now();
    let writers = (0..16).map(async |writer: u32| {
        let made = json!({"name": format!("Khoa số {writer}"), "kind": "clinical"});
        let made = house.create("office", "departments", made).await;
        let path = format!("departments/{}", made.id());
        let mut version = 1;
        while began.elapsed() < Duration::from_mins(1) {
            let name = json!({"name": format!("Khoa số {writer}, lần {version}")});
            house.change("office", &path, version, name).await;
            version += 1;
        }
        version
    });
    let check_meanwhile = async {
        let mut client = house.owner().await;
        while began.elapsed() < Duration::from_mins(1) {
            assert_eq!(
                found(
                    &mut client,
                    "set transaction isolation level repeatable read",
                    None
                )
                .await,
                []
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let (written, ()) = futures_util::future::join(join_all(writers), check_meanwhile).await;
    let written: u64 = written.iter().map(|n| u64::try_from(*n).unwrap()).sum();
    let mut client = house.owner().await;
    let tx = client.transaction().await.unwrap();
    let began = Instant::now();
    let checked = check(&tx, None, None).await.unwrap();
    let speed = f64::from(u32::try_from(written).unwrap()) / began.elapsed().as_secs_f64();
    eprintln!("{written} entries by 16 writers, verified at {speed:.0} a second");
    assert!(checked.faults.is_empty(), "{:?}", checked.faults);
    assert_eq!(checked.entries, written + 2, "and a sign-in");
    tx.rollback().await.unwrap();
    // the writers used several chains and so did not wait for each other; each chain is checked
    let chains = client
        .query("select chain, max(seq) from audit_entry group by 1", &[])
        .await
        .unwrap();
    assert!((2..=8).contains(&chains.len()), "{} chains", chains.len());
    for row in chains {
        let (chain, last): (i16, i64) = (row.get(0), row.get(1));
        let tx = client.transaction().await.unwrap();
        let end = format!("delete from audit_entry where chain = {chain} and seq = {last}");
        tx.batch_execute(&end).await.unwrap();
        let checked = check(&tx, None, None).await.unwrap();
        let found: Vec<_> = (checked.faults.iter())
            .map(|f| (f.chain, f.seq, f.kind))
            .collect();
        assert_eq!(found, [(chain, last, FaultKind::Truncated)]);
        tx.rollback().await.unwrap();
    }
}

/// The commands also work on the private database of a running service.
#[tokio::test]
async fn audit_commands_and_doctor_work_beside_a_service_with_its_own_database() {
    let folder = Folder::new();
    let mut running = start(private(&folder));
    running.ready();
    for arguments in [&["audit", "verify"][..], &["audit", "anchor"], &["doctor"]] {
        let mut beside = ketnap(arguments);
        beside.env("KETNAP_DATA_DIR", folder.home());
        let ended = run(beside);
        assert_eq!(ended.status.code(), Some(0), "{ended:#?}");
        // `doctor` runs as the owner here, so it also reads the accounts and warns about a single
        // administrator
        let alone = format!("{ended:#?}").contains("has only one administrator");
        assert_eq!(alone, arguments == ["doctor"]);
    }
    // `doctor` also reports that no administrator is left
    for (arguments, told) in [
        (&["account", "disable", "admin"][..], "admin is disabled"),
        (&["doctor"], "has no administrator left"),
    ] {
        let mut beside = ketnap(arguments);
        beside.env("KETNAP_DATA_DIR", folder.home());
        let ended = format!("{:#?}", run(beside));
        assert!(ended.contains(told), "{ended}");
    }
    running.signal("TERM");
    assert_eq!(running.end().status.code(), Some(0));
}
