//! Personal data that are stored sealed: citizen number, phone and address.
use data_encoding::HEXLOWER;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use ketnap::sealing::Seals;
use serde_json::json;
use uuid::Uuid;

use crate::process::{Folder, external, owner, run, start};
use crate::support::{
    Answer, Build, House, PASSWORD, candidate, demo, keys_folder, read_sealed, shows,
};

const PHONE: &str = "0977 123 456";
const NUMBER: &str = "077077007077";
const ADDRESS: &str = "số 7 phố Chim Hoàng Yến";

/// A candidate whose branch has entered all three. Returns the path.
async fn known(house: &House) -> String {
    let id = demo("ca", 1, 1);
    let path = format!("candidates/{id}");
    let version = house.read("branch-01", &path).await.version();
    let own = json!({"phone": PHONE, "citizen_id": NUMBER, "address": ADDRESS});
    let changed = house.change("branch-01", &path, version, own).await;
    shows!(changed, {"phone": PHONE, "citizen_id": NUMBER, "address": ADDRESS});
    path
}

/// Asserts that no row of any table contains one of these texts.
pub async fn expect_nowhere(house: &House, values: &[&str]) {
    let tables = house.column("select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace").await;
    let owner = house.owner().await;
    for table in tables {
        let rows = format!("select t::text from {table} t");
        for row in owner.query(&rows, &[]).await.unwrap() {
            let row: String = row.get(0);
            for value in values {
                assert!(!row.contains(value), "{table}");
                // the same text as PostgreSQL prints a bytea
                let bytes = HEXLOWER.encode(value.as_bytes());
                assert!(!row.contains(&bytes), "{table}");
            }
        }
    }
}

/// No table contains these values in clear, so neither the database's files nor a backup do.
#[tokio::test]
async fn the_database_holds_no_value_that_is_sealed() {
    let house = House::build().await;
    let path = known(&house).await;
    let reason = json!({"reason": "Đối chiếu với lý lịch gốc"});
    for what in ["reveals", "exports"] {
        let path = format!("{path}/{what}");
        let shown = house
            .post("office", &path, reason.clone())
            .await
            .expect(200);
        assert!(
            shown.text.contains(PHONE) && shown.text.contains(ADDRESS),
            "{what}"
        );
    }
    expect_nowhere(&house, &[PHONE, NUMBER, ADDRESS]).await;
    let owner = house.owner().await;
    // the demo's values are sealed too, and open with the key
    let person = "select id::text from candidate where phone is not null order by id desc limit 1";
    let person = house.column(person).await[0].parse().unwrap();
    let phone = read_sealed(&owner, "candidate", person, "phone").await;
    assert!(phone.starts_with("0900000"), "{phone}");
}

/// A value opens only in the row and column for which it was sealed. A masked value is not opened
/// at all.
#[tokio::test]
async fn a_changed_or_moved_value_is_reported_and_masked_values_are_not_opened() {
    let house = House::build().await;
    let path = known(&house).await;
    let id = path.split('/').next_back().unwrap();
    let masks = ["office", "standing", "overseer"];
    let mut before = Vec::new();
    for who in masks {
        let plain = house.read(who, &path).await;
        shows!(plain, {"phone": "•••", "citizen_id": "•••", "address": "•••"});
        before.push(plain.text);
    }
    let owner = house.owner().await;
    let moved = format!("update candidate set phone = address where id = '{id}'");
    owner.batch_execute(&moved).await.unwrap();
    let seen = house.read("branch-01", &path).await;
    shows!(seen, {"phone": null, "citizen_id": NUMBER, "address": ADDRESS, "_hidden": ["phone"]});
    let other = demo("ca", 1, 2);
    let other = format!(
        "update candidate set data_key = (select data_key from candidate where id = '{other}') where id = '{id}'"
    );
    owner.batch_execute(&other).await.unwrap();
    let seen = house.read("branch-01", &path).await;
    shows!(seen, {"phone": null, "citizen_id": null, "address": null, "_hidden": ["citizen_id", "phone", "address"]});
    for (who, before) in masks.iter().zip(before) {
        assert_eq!(house.read(who, &path).await.text, before, "{who}");
    }
    // an export fails as a whole rather than being incomplete
    let reason = json!({"reason": "Người trong hồ sơ yêu cầu"});
    let exports = format!("/api/v1/{path}/exports");
    let request = house.client.post(format!("{}{exports}", house.base));
    let request = request
        .bearer_auth(house.token("office").await)
        .json(&reason);
    assert_eq!(request.send().await.unwrap().status(), 500);
}

/// A new attempt gets a data key of its own, and the values of the earlier file are sealed again
/// with it.
#[tokio::test]
async fn a_new_file_takes_over_what_the_old_one_holds() {
    let house = House::build().await;
    let id = candidate(&house, 5, "Vàng Thị Lại").await;
    let path = format!("candidates/{id}");
    let version = house.read("branch-05", &path).await.version();
    let own = json!({"phone": PHONE, "citizen_id": NUMBER});
    house.change("branch-05", &path, version, own).await;
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "xin rút"});
    house.act("branch-05", &id, "exits", exit).await.expect(201);
    let again =
        json!({"on": "2021-01-15", "paper_number": "9", "by": "member", "earlier_readmissions": 0});
    let again = house
        .act("branch-05", &id, "readmission", again)
        .await
        .expect(201);
    let fresh = again.body["candidate_id"].as_str().unwrap();
    let seen = house
        .read("branch-05", &format!("candidates/{fresh}"))
        .await;
    shows!(seen, {"phone": PHONE, "citizen_id": NUMBER, "address": null});
    let keys =
        format!("select count(distinct data_key) from candidate where id in ('{id}', '{fresh}')");
    assert_eq!(house.count(&keys).await, 2);
}

/// With a keys folder from before there was a `seal.key`, sealed values are neither shown nor
/// written; everything else works.
#[tokio::test]
async fn without_a_seal_key_nothing_is_opened_or_written() {
    let old = stays_shut(&[]).await;
    begun(&old).await.refused("unavailable");
}

/// The same if only `index.key` is missing, except that second factors work.
#[tokio::test]
async fn without_an_index_key_nothing_is_opened_or_written() {
    let old = stays_shut(&["seal.key"]).await;
    begun(&old).await.expect(200);
}

async fn begun(house: &House) -> Answer {
    let password = json!({"current_password": PASSWORD});
    house.post("office", "me/second-factor", password).await
}

/// Runs a service with only these files in its keys folder, and then with all of them. Returns the
/// one without.
async fn stays_shut(files: &[&str]) -> House {
    let house = House::build().await;
    let path = known(&house).await;
    let folder = Folder::new();
    for file in files {
        std::fs::copy(keys_folder().join(file), folder.0.join(file)).unwrap();
    }
    let build = Build {
        seals: folder.0.clone(),
        ..Build::default()
    };
    let old = House::over(house.database.clone(), build).await;
    let seen = old.read("branch-01", &path).await;
    shows!(seen, {"phone": null, "citizen_id": null, "address": null, "_hidden": ["citizen_id", "phone", "address"]});
    let version = seen.version();
    let phone = json!({"phone": "0912 345 678"});
    old.patch("branch-01", &path, version, phone.clone())
        .await
        .refused("invalid_transition");
    old.change("branch-01", &path, version, json!({"occupation": "y sĩ"}))
        .await;
    let id = candidate(&old, 5, "Vàng Thị Sớm").await;
    let entered = format!("candidates/{id}");
    // the service now has its keys, but the person entered meanwhile has no data key yet
    let version = house.read("branch-05", &entered).await.version();
    house
        .patch("branch-05", &entered, version, phone.clone())
        .await
        .refused("invalid_transition");
    rotate(&house, &keys_folder(), 1);
    house.change("branch-05", &entered, version, phone).await;
    shows!(house.read("branch-01", &path).await, {"phone": PHONE, "address": ADDRESS});
    // an export fails as a whole rather than being incomplete
    let member = format!("members/{}", demo("dd", 1, 1));
    let version = house.read("office", &member).await.version();
    let phone = json!({"phone": "0912 345 678"});
    house.change("office", &member, version, phone).await;
    for path in [&path, &member] {
        let asked = json!({"reason": "Người trong hồ sơ yêu cầu"});
        old.post("office", &format!("{path}/exports"), asked)
            .await
            .refused("invalid_transition");
    }
    old
}

/// After an update there is a `seal.key` but no `index.key` yet. It is created at the start; if
/// that is not possible, the log says so.
#[tokio::test]
async fn an_index_key_that_is_missing_is_made_at_the_start() {
    let house = House::build().await;
    let folder = Folder::new();
    for file in ["current.pem", "refresh.key", "seal.key"] {
        std::fs::copy(keys_folder().join(file), folder.0.join(file)).unwrap();
    }
    let index = folder.0.join("index.key");
    let doctor = || {
        let mut command = owner(&house.database, &["doctor"]);
        command.env("KETNAP_KEYS_DIR", &folder.0);
        run(command)
    };
    doctor().refused(&["index.key", "openssl rand -hex 32"]);
    assert!(!index.exists(), "doctor makes nothing");
    let serve = |said: &[&str]| {
        let mut command = external("ketnap_app", &house.database);
        command.env("KETNAP_KEYS_DIR", &folder.0);
        let mut running = start(command);
        running.ready();
        running.signal("TERM");
        let ended = running.end();
        assert_eq!(ended.status.code(), Some(0));
        for words in [
            "index.key was missing",
            "index.key is missing",
            "no index key",
        ] {
            assert_eq!(ended.err.contains(words), said.contains(&words), "{words}");
        }
    };
    // a dangling link, which not even root can write to
    std::os::unix::fs::symlink("/nowhere/index.key", &index).unwrap();
    serve(&["index.key is missing", "no index key"]);
    std::fs::remove_file(&index).unwrap();
    serve(&["index.key was missing"]);
    let rights = index.metadata().unwrap().permissions();
    assert_eq!(rights.mode() & 0o777, 0o600);
    let made = std::fs::read(&index).unwrap();
    serve(&[]);
    assert_eq!(std::fs::read(&index).unwrap(), made, "it stays");
    let well = doctor();
    assert!(!format!("{well:?}").contains("index.key"), "{well:?}");
    // once it was in use it is not created again, because with another key no recorded number would
    // be found
    std::fs::remove_file(&index).unwrap();
    serve(&["index.key is missing", "no index key"]);
    assert!(!index.exists());
    doctor().refused(&["index.key is missing", "put its copy back"]);
    std::fs::write(&index, "5a".repeat(32)).unwrap();
    let mut other = external("ketnap_app", &house.database);
    other.env("KETNAP_KEYS_DIR", &folder.0);
    run(other).refused(&["index.key is not the one", "put its copy back"]);
    doctor().refused(&["index.key is not the one", "keys rotate"]);
    // if there is no copy of the lost key, all indexes are computed again
    let said = run(command(&house, &folder.0)).succeeded();
    assert!(said.contains("indexes were made anew"), "{said}");
    serve(&[]);
    assert!(!format!("{:?}", doctor()).contains("index.key"));
    let person = demo("ca", 1, 1).parse().unwrap();
    let owner = house.owner().await;
    let number = read_sealed(&owner, "candidate", person, "citizen_id").await;
    let index = "select citizen_index from candidate where id = $1";
    let index: Vec<u8> = owner.query_one(index, &[&person]).await.unwrap().get(0);
    assert_eq!(
        index,
        Seals::read(&folder.0).unwrap().index(&number).unwrap()
    );
}

fn command(house: &House, folder: &std::path::Path) -> Command {
    let mut command = owner(&house.database, &["keys", "rotate"]);
    command.env("KETNAP_KEYS_DIR", folder);
    command
}

/// Runs `keys rotate`, and asserts how many data keys it still had to seal again.
#[track_caller]
fn rotate(house: &House, folder: &std::path::Path, left: i64) {
    let said = run(command(house, folder)).succeeded();
    assert!(said.contains(&format!("\n{left} data keys")), "{said}");
}

/// A rotation that was killed leaves every value readable, and a second run continues it.
#[tokio::test]
async fn t07_data_keys_rotate_online_and_after_a_kill() {
    let house = House::build().await;
    let path = known(&house).await;
    let folder = std::env::temp_dir().join(format!("ketnap-keys-{}", Uuid::new_v4().simple()));
    Seals::generate(&folder).unwrap();
    let old = keys_folder();
    std::fs::copy(old.join("seal.key"), folder.join("seal-previous.key")).unwrap();
    std::fs::copy(old.join("index.key"), folder.join("index.key")).unwrap();
    let next = Seals::read(&folder).unwrap();
    let owner = house.owner().await;
    let keys = async || {
        let keys = "select data_key from candidate union select data_key from member union select data_key from review_item where data_key is not null union select data_key from source_plan_entry where data_key is not null";
        let keys = owner.query(keys, &[]).await.unwrap();
        let (done, left): (Vec<_>, Vec<_>) = keys.iter().partition(|k| next.is_current(k.get(0)));
        (
            i64::try_from(done.len()).unwrap(),
            i64::try_from(left.len()).unwrap(),
        )
    };
    let (_, all) = keys().await;
    let mut killed = command(&house, &folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while keys().await.0 == 0 {
        tokio::task::yield_now().await;
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    // wait until the server has finished or dropped its last statement
    let busy = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'ketnap_owner' and state = 'active' and pid <> pg_backend_pid()";
    while house.count(busy).await > 0 {
        tokio::task::yield_now().await;
    }
    let (done, left) = keys().await;
    assert_eq!(done + left, all);
    rotate(&house, &folder, left);
    rotate(&house, &folder, 0);
    std::fs::remove_file(folder.join("seal-previous.key")).unwrap();
    let next = Seals::read(&folder).unwrap();
    let id: Uuid = path.split('/').next_back().unwrap().parse().unwrap();
    let row = "select data_key, phone from candidate where id = $1";
    let row = owner.query_one(row, &[&id]).await.unwrap();
    let person = next.person(id, row.get(0)).unwrap();
    assert_eq!(person.open("phone", row.get(1)).unwrap(), PHONE);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A mask that is sent back is refused, and does not overwrite the value.
#[tokio::test]
async fn a_mask_that_is_sent_back_overwrites_nothing() {
    let house = House::build().await;
    let path = known(&house).await;
    let seen = house.read("office", &path).await;
    assert_eq!(seen.body["address"], "•••");
    let back = json!({"address": "•••", "occupation": "điều dưỡng"});
    house
        .patch("office", &path, seen.version(), back)
        .await
        .invalid(&["/address"]);
}
