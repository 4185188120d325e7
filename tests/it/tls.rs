//! PostgreSQL over TLS, with the tests' own certificate authority.
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ketnap::clock::Clock;
use ketnap::db::{Db, Entry, Identity, Tx};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::sync::OnceCell;

use crate::process::{empty_database, eventually, ketnap, run, start};
use crate::support::{database, keys_folder, server, superuser, url};

/// Enables TLS on the run's server; returns the path of its certificate authority.
async fn authority() -> &'static Path {
    static AUTHORITY: OnceCell<PathBuf> = OnceCell::const_new();
    AUTHORITY
        .get_or_init(|| async {
            let mut of_the_authority = CertificateParams::default();
            of_the_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let key = KeyPair::generate().unwrap();
            let root = of_the_authority.self_signed(&key).unwrap();
            let authority = Issuer::new(of_the_authority, key);
            let key = KeyPair::generate().unwrap();
            let of_the_server = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
            let certificate = of_the_server.signed_by(&key, &authority).unwrap();

            let data = server().data();
            let owner = fs::metadata(data).unwrap();
            for (name, text) in [
                ("server.crt", certificate.pem()),
                ("server.key", key.serialize_pem()),
            ] {
                let file = data.join(name);
                fs::write(&file, text).unwrap();
                fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
                chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
            }
            let root_file = data.parent().unwrap().join("authority.pem");
            fs::write(&root_file, root.pem()).unwrap();
            let admin = superuser("postgres").await;
            for sql in ["alter system set ssl = on", "select pg_reload_conf()"] {
                admin.batch_execute(sql).await.unwrap();
            }
            let address = encrypted("postgres", "postgres", &root_file);
            eventually("the server speaks TLS", || {
                let mut doctor = ketnap(&["doctor"]);
                doctor.env("DATABASE_URL", &address);
                !run(doctor).err.contains("cannot connect")
            });
            root_file
        })
        .await
}

/// A URL that requires TLS.
fn encrypted(role: &str, database: &str, authority: &Path) -> String {
    let plain = url(role, database);
    format!(
        "{plain}?sslmode=require&sslrootcert={}",
        authority.display()
    )
}

#[tokio::test]
async fn with_sslmode_require_it_migrates_and_serves_by_tls_and_trusts_only_the_named_authority() {
    let authority = authority().await;
    let database = empty_database().await;
    let owner = encrypted("ketnap_owner", &database, authority);
    let migrate = |address: &str| {
        let mut command = ketnap(&["migrate", "up"]);
        command.env("DATABASE_URL", address);
        run(command)
    };
    let (without_authority, _) = owner.split_once("&sslrootcert").unwrap();
    migrate(without_authority).refused(&["cannot connect to PostgreSQL", "certificate"]);
    migrate(&owner.replace("authority.pem", "nowhere.pem")).refused(&["sslrootcert"]);
    migrate(&owner.replace("sslmode=require&", "")).refused(&["sslrootcert", "sslmode=require"]);
    assert!(migrate(&owner).succeeded().contains(" 0 pending"));

    let mut command = ketnap(&["serve"]);
    let app = encrypted("ketnap_app", &database, authority).replace("require", "verify-full");
    command
        .env("DATABASE_URL", app)
        .env("KETNAP_KEYS_DIR", keys_folder());
    let mut running = start(command);
    let base = running.ready();
    let answer = reqwest::get(format!("{base}/readyz")).await.unwrap();
    assert_eq!(answer.status(), 200);
    let sql = "select count(*) > 0 and bool_and(s.ssl) from pg_stat_ssl s join pg_stat_activity a using (pid)
               where a.usename = 'ketnap_app' and a.datname = $1";
    let admin = superuser("postgres").await;
    let row = admin.query_one(sql, &[&database]).await.unwrap();
    assert!(row.get::<_, bool>(0), "a connection without TLS");
    running.signal("TERM");
    assert_eq!(running.end().status.code(), Some(0));
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_any_more_is_cancelled_by_tls_too() {
    struct Nobody;
    impl Entry for Nobody {
        fn identity(&self) -> Identity {
            Identity::Door
        }
    }
    let authority = authority().await;
    let database = database().await;
    // the role's own timeout would end the statement and so hide a missing cancellation
    let address = encrypted("ketnap_app", &database, authority);
    let address = format!("{address}&options=-c%20statement_timeout%3D10min");
    let db = Db::new(address.parse().unwrap(), 1, Clock::System).unwrap();
    let admin = superuser("postgres").await;
    let sql = "select count(*) from pg_stat_activity
               where datname = $1 and state = 'active' and query like 'select pg_sleep%'";
    let asleep = async || -> i64 { admin.query_one(sql, &[&database]).await.unwrap().get(0) };

    let sleep = async |tx: Tx| tx.rows("select pg_sleep(600)::text", Vec::new()).await;
    let mut work = Box::pin(db.read(&Nobody, sleep));
    while asleep().await == 0 {
        let patience = Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, &mut work).await.is_err());
    }
    drop(work);
    for _ in 0..500 {
        if asleep().await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the statement still runs");
}
