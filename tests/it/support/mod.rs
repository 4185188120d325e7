//! Test support: start with `let house = House::build().await;`, then send requests as somebody.
//!
//! Real PostgreSQL (one private server per run, a cloned database per test), the real router on a
//! real socket, real tokens. Every answer is checked against the OpenAPI document: an undocumented
//! status or a body that does not match its schema fails the test.
pub mod large;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::time::Duration;

use actix_web::HttpServer;
use argon2::{Algorithm, PasswordHasher as _, Version};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use jsonschema::Validator;
use ketnap::api::contract::{Contract, Schemas};
use ketnap::app::{self, App};
use ketnap::auth::Gate;
use ketnap::auth::limits::{Limits, Rates};
use ketnap::auth::password::{Cost, Passwords};
use ketnap::auth::token::Keys;
use ketnap::clock::Clock;
use ketnap::db::embedded::{Embedded, Options};
use ketnap::db::{Db, Entry, Identity};
use ketnap::law::regulation::{BUILT_IN, Regulations};
use ketnap::sealing::Seals;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use uuid::Uuid;

pub const PASSWORD: &str = "ketnap-demo-2020-2025";
pub const SCRIPT_SECRET: &str = "district-script-secret-of-the-tests";

/// Where the database cluster of the run is kept: in memory if there is room, because a copy of the
/// demo consists of about a thousand small files.
fn workshop() -> PathBuf {
    const NEEDED_KIB: u64 = 4 << 20;
    let asked = std::process::Command::new("df")
        .args(["--output=fstype,avail", "/dev/shm"])
        .output();
    let told = asked.map(|o| String::from_utf8_lossy(&o.stdout).into_owned());
    let told = told.unwrap_or_default();
    let mut words = told.lines().last().unwrap_or("").split_whitespace();
    let in_memory = words.next() == Some("tmpfs");
    let available = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    if in_memory && available > NEEDED_KIB {
        PathBuf::from("/dev/shm")
    } else {
        std::env::temp_dir()
    }
}

/// The run's PostgreSQL server; it stops with the process.
pub fn server() -> &'static Embedded {
    static SERVER: OnceLock<Embedded> = OnceLock::new();
    SERVER.get_or_init(|| {
        let all = workshop();
        for old in std::fs::read_dir(&all).unwrap().flatten() {
            let name = old.file_name().to_string_lossy().into_owned();
            let Some(pid) = name.strip_prefix("ketnap-test-") else {
                continue;
            };
            if !PathBuf::from(format!("/proc/{pid}")).exists() {
                let _ = std::fs::remove_dir_all(old.path());
            }
        }
        let home = all.join(format!("ketnap-test-{}", std::process::id()));
        Embedded::start(
            &Options {
                home,
                pg_bin: None,
                fast: true,
            },
            &mut |_| {},
        )
        .unwrap()
    })
}

/// The URL of a database of the run's server.
pub fn url(role: &str, database: &str) -> String {
    server().url(role, database)
}

/// The cost of hashing in tests.
const QUICK: Cost = Cost {
    memory_kib: 64,
    passes: 1,
};

/// Hashes at the cost of tests, so that the thousand sign-ins of the demo's people are cheap.
fn quick_hash(password: &str) -> String {
    let params = argon2::Params::new(QUICK.memory_kib, QUICK.passes, 1, None).unwrap();
    argon2::Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes())
        .unwrap()
        .to_string()
}

/// The demo organisation, migrated and loaded once; every test gets a clone.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<()> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let owner = url("ketnap_owner", "ketnap");
            ketnap::cli::migrate_up(&owner).await.unwrap();
            let mut client = ketnap::db::connect::client(&owner.parse().unwrap())
                .await
                .unwrap();
            let now = "2021-01-10T02:00:00Z".parse().unwrap();
            ketnap::demo::load(
                &mut client,
                &quick_hash(PASSWORD),
                &quick_hash(SCRIPT_SECRET),
                Some(&seals()),
                now,
            )
            .await
            .unwrap();
        })
        .await;
    "ketnap"
}

/// A database with a demo that was first loaded on this later day.
pub async fn later_database(now: DateTime<Utc>) -> String {
    let name = format!("t_{}", Uuid::new_v4().simple());
    let create = format!("create database {name} owner ketnap_owner");
    let root = superuser("postgres").await;
    root.batch_execute(&create).await.unwrap();
    only_ours(&root, &name).await;
    let owner = url("ketnap_owner", &name);
    ketnap::cli::migrate_up(&owner).await.unwrap();
    let mut client = ketnap::db::connect::client(&owner.parse().unwrap())
        .await
        .unwrap();
    let (people, script) = (quick_hash(PASSWORD), quick_hash(SCRIPT_SECRET));
    ketnap::demo::load(&mut client, &people, &script, Some(&seals()), now)
        .await
        .unwrap();
    name
}

pub async fn superuser(database: &str) -> tokio_postgres::Client {
    ketnap::db::connect::client(&server().url("postgres", database).parse().unwrap())
        .await
        .unwrap()
}

/// Restricts a new database to the service's roles, like the embedded one.
pub async fn only_ours(root: &tokio_postgres::Client, database: &str) {
    let rights = format!(
        "revoke all on database {database} from public; grant connect on database {database} to ketnap_app, ketnap_backup"
    );
    root.batch_execute(&rights).await.unwrap();
}

/// Databases without a house left. The next copy removes them.
static FINISHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The number of houses on each database.
static STANDING: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// Keeps a database after the last house on it is dropped.
pub fn keep(database: &str) {
    let mut standing = STANDING.lock().unwrap();
    *standing.entry(database.to_owned()).or_default() += 1;
}

/// A fresh clone of the demo database. It is removed after the last [`House`] on it.
pub async fn database() -> String {
    let name = format!("t_{}", Uuid::new_v4().simple());
    let template = template().await;
    // nobody may be connected to a template while it is being copied
    static COPY: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = COPY.lock().await;
    let client = superuser("postgres").await;
    let finished = std::mem::take(&mut *FINISHED.lock().unwrap());
    for old in finished {
        let gone = format!("drop database if exists {old} with (force)");
        client.batch_execute(&gone).await.unwrap();
    }
    let copy =
        format!("create database {name} template {template} owner ketnap_owner strategy file_copy");
    for _ in 0..100 {
        if client.batch_execute(&copy).await.is_ok() {
            only_ours(&client, &name).await;
            return name;
        }
        tokio::task::yield_now().await;
    }
    client.batch_execute(&copy).await.unwrap();
    only_ours(&client, &name).await;
    name
}

pub fn contract() -> &'static Arc<Contract> {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    CONTRACT.get_or_init(|| app::contract().unwrap())
}

/// The document against which the service validates.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(app::document);
    &DOCUMENT
}

/// The document as it is served to clients.
pub fn published() -> &'static Value {
    static PUBLISHED: LazyLock<Value> = LazyLock::new(app::published);
    &PUBLISHED
}

fn passwords() -> Passwords {
    static PASSWORDS: OnceLock<Passwords> = OnceLock::new();
    PASSWORDS
        .get_or_init(|| Passwords::new(QUICK).unwrap())
        .clone()
}

pub fn law() -> Regulations {
    static LAW: OnceLock<Regulations> = OnceLock::new();
    LAW.get_or_init(|| Regulations::read(BUILT_IN).unwrap())
        .clone()
}

pub fn rates(per_minute: u32) -> Rates {
    let n = NonZeroU32::new(per_minute).unwrap();
    Rates {
        account: n,
        service: n.saturating_mul(NonZeroU32::new(2).unwrap()),
        sign_in_login: n,
        sign_in_address: n,
        in_flight: 1_000_000,
        under_way: 1_000_000,
    }
}

pub struct House {
    pub base: String,
    pub db: Db,
    pub clock: Clock,
    pub database: String,
    pub client: reqwest::Client,
    tokens: Mutex<HashMap<String, String>>,
    versions: OnceCell<tokio_postgres::Client>,
    handle: actix_web::dev::ServerHandle,
}

/// How a house differs from the default one.
pub struct Build {
    pub rates: u32,
    pub scopes: bool,
    pub pool: usize,
    pub in_flight: usize,
    pub under_way: usize,
    pub proxies: &'static str,
    /// Whether roles that see persons unmasked need a second factor.
    pub second_factor: bool,
    /// The folder of `seal.key` and `index.key`, which may be missing.
    pub seals: PathBuf,
    pub contract: Arc<Contract>,
    pub regulations: Regulations,
}

impl Default for Build {
    fn default() -> Self {
        Self {
            rates: 1_000_000,
            scopes: true,
            pool: 8,
            in_flight: 1_000_000,
            under_way: 1_000_000,
            proxies: "",
            second_factor: false,
            seals: keys_folder(),
            contract: contract().clone(),
            regulations: law(),
        }
    }
}

pub fn keys_folder() -> PathBuf {
    static KEYS: OnceLock<PathBuf> = OnceLock::new();
    KEYS.get_or_init(|| {
        let folder = server().data().parent().unwrap().join("test-keys");
        Keys::generate(&folder).unwrap();
        Seals::generate(&folder).unwrap();
        folder
    })
    .clone()
}

/// The keys with which the tests' services seal values.
pub fn seals() -> Seals {
    Seals::read(&keys_folder()).unwrap()
}

/// Opens a sealed value of a person's row.
pub async fn read_sealed(
    owner: &tokio_postgres::Client,
    table: &str,
    id: Uuid,
    column: &'static str,
) -> String {
    let row = format!("select data_key, {column} from {table} where id = $1");
    let row = owner.query_one(&row, &[&id]).await.unwrap();
    let person = seals().person(id, row.get(0)).unwrap();
    person.open(column, row.get(1)).unwrap()
}

/// Seals values into a person's row, bypassing the API.
pub async fn write_sealed(
    owner: &tokio_postgres::Client,
    table: &str,
    id: Uuid,
    values: &[(&'static str, String)],
) {
    let key = format!("select data_key from {table} where id = $1");
    let key: Vec<u8> = owner.query_one(&key, &[&id]).await.unwrap().get(0);
    let seals = seals();
    let person = seals.person(id, &key).unwrap();
    for (column, value) in values {
        let sealed = person.seal(column, value).unwrap();
        let index = (*column == "citizen_id").then(|| seals.index(value).unwrap());
        let index =
            index.map(|index| format!(", citizen_index = '\\x{}'", HEXLOWER.encode(&index)));
        let update = format!(
            "update {table} set {column} = $2 {} where id = $1",
            index.unwrap_or_default()
        );
        owner.execute(&update, &[&id, &sealed]).await.unwrap();
    }
}

/// An identity with a real session, for work below HTTP.
pub struct As(Uuid, i32);

impl Entry for As {
    fn identity(&self) -> Identity {
        Identity::Session {
            id: self.0,
            version: self.1,
        }
    }
}

impl House {
    /// An identity for work below HTTP.
    pub async fn entry(&self, who: &str) -> As {
        let (session, version) = self.session(who).await;
        As(session, version)
    }

    /// A real session of `who`, and the account version it was made for.
    pub async fn session(&self, who: &str) -> (Uuid, i32) {
        let token = self.token(who).await;
        let claims: Value = serde_json::from_slice(
            &URL_SAFE_NO_PAD
                .decode(token.split('.').nth(1).unwrap())
                .unwrap(),
        )
        .unwrap();
        let session = claims["sid"].as_str().unwrap().parse().unwrap();
        let version = i32::try_from(claims["ver"].as_i64().unwrap()).unwrap();
        (session, version)
    }

    /// A connection of the app role inside a transaction (opened by `begin`) that has entered a
    /// real session of `who`, as `Tx` does.
    pub async fn inside(&self, who: &str, begin: &str) -> tokio_postgres::Client {
        let (session, version) = self.session(who).await;
        let client =
            ketnap::db::connect::client(&url("ketnap_app", &self.database).parse().unwrap())
                .await
                .unwrap();
        client.batch_execute(begin).await.unwrap();
        client
            .execute(
                "select app.enter($1, $2, $3)",
                &[&session, &version, &self.clock.now()],
            )
            .await
            .unwrap();
        client
    }

    pub async fn build() -> Self {
        Self::with(Build::default()).await
    }

    pub async fn with(build: Build) -> Self {
        let database = database().await;
        Self::over(database, build).await
    }

    /// A second service on the same database, or one on a database that the test has prepared.
    pub async fn over(database: String, build: Build) -> Self {
        crate::logs::listen();
        let clock = Clock::frozen("2021-01-15T02:00:00Z".parse().unwrap());
        let db = Db::new(
            url("ketnap_app", &database).parse().unwrap(),
            build.pool,
            clock.clone(),
        )
        .unwrap();
        let db = if build.scopes {
            db
        } else {
            db.without_scopes()
        };
        let gate = Gate {
            keys: Keys::read(&keys_folder(), "http://ketnap.test").unwrap(),
            clock: clock.clone(),
            contract: build.contract,
            limits: Limits::new(Rates {
                in_flight: build.in_flight,
                under_way: build.under_way,
                ..rates(build.rates)
            }),
            passwords: passwords(),
            proxies: build.proxies.parse().unwrap(),
            seals: Seals::find(&build.seals).unwrap().map(Arc::new),
            needs_second_factor: build.second_factor,
        };
        let app = App::new(
            db.clone(),
            gate,
            build.regulations.clone(),
            vec!["https://front-end.example.org".into()],
        );
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || app.build())
                    .workers(1)
                    .keep_alive(Duration::from_mins(2)) // longer than the client's
                    .client_request_timeout(Duration::from_mins(1)) // many tests share the cores
                    .disable_signals()
                    .listen(listener)
                    .unwrap()
                    .run();
                send.send(server.handle()).unwrap();
                server.await
            })
        });
        let handle = receive.recv().unwrap();
        *STANDING
            .lock()
            .unwrap()
            .entry(database.clone())
            .or_default() += 1;
        Self {
            base,
            db,
            clock,
            database,
            client: reqwest::Client::new(),
            tokens: Mutex::default(),
            versions: OnceCell::new(),
            handle,
        }
    }

    /// A connection as the owner, for what no request can do.
    pub async fn owner(&self) -> tokio_postgres::Client {
        ketnap::db::connect::client(&url("ketnap_owner", &self.database).parse().unwrap())
            .await
            .unwrap()
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("accept-language", "en")
            .form(fields);
        Answer::read(request.send().await.unwrap(), &Method::POST, path).await
    }

    /// A real token of a demo account.
    pub async fn token(&self, login: &str) -> String {
        if let Some(token) = self.tokens.lock().unwrap().get(login) {
            return token.clone();
        }
        let answer = if login == "district-script" {
            // pretends that the account is used every day, even if the clock of the test leaps
            let used = "update account set updated_at = $1 where login = 'district-script' and updated_at < $1::timestamptz - interval '80 days'";
            let now = self.clock.now();
            let owner = Box::pin(self.owner()).await;
            owner.execute(used, &[&now]).await.unwrap();
            self.form(
                "/api/v1/auth/token",
                &[
                    ("grant_type", "client_credentials"),
                    ("client_id", login),
                    ("client_secret", SCRIPT_SECRET),
                ],
            )
            .await
        } else {
            self.form(
                "/api/v1/auth/token",
                &[
                    ("grant_type", "password"),
                    ("username", login),
                    ("password", PASSWORD),
                ],
            )
            .await
        };
        assert_eq!(answer.status, 200, "sign-in of {login}: {}", answer.body);
        let token = answer.body["access_token"].as_str().unwrap().to_owned();
        self.tokens
            .lock()
            .unwrap()
            .insert(login.to_owned(), token.clone());
        token
    }

    /// Sends one request. An empty `who` sends no token. A path without a leading `/` is below
    /// `/api/v1/`.
    pub async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let path = &absolute(path);
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.base));
        if !headers
            .iter()
            .any(|(n, _)| n.eq_ignore_ascii_case("accept-language"))
        {
            request = request.header("accept-language", "en");
        }
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token(who).await));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            if !headers
                .iter()
                .any(|(n, _)| n.eq_ignore_ascii_case("content-type"))
            {
                let kind = if method == Method::PATCH {
                    "application/merge-patch+json"
                } else {
                    "application/json"
                };
                request = request.header("content-type", kind);
            }
            request = request.body(body.to_string());
        }
        Answer::read(request.send().await.unwrap(), &method, path).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, Method::GET, path, None, &[]).await
    }
    pub async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.send(who, Method::POST, path, Some(body), &[]).await
    }
    pub async fn patch(&self, who: &str, path: &str, version: i64, body: Value) -> Answer {
        self.send(
            who,
            Method::PATCH,
            path,
            Some(body),
            &[("if-match", &format!("\"{version}\""))],
        )
        .await
    }
    /// Merges a branch into another one; it ends on that day.
    pub async fn merge(&self, ended: u32, into: u32, on: &str) {
        let path = format!("branches/{}", branch(ended));
        let seen = self.read("office", &path).await.version();
        let merge = json!({"on": on, "paper_number": "22-QĐ/ĐU", "into_branch_id": branch(into)});
        self.advance_with("office", &format!("{path}/closures"), seen, merge)
            .await;
    }
    pub async fn delete(&self, who: &str, path: &str, version: i64) -> Answer {
        self.send(
            who,
            Method::DELETE,
            path,
            None,
            &[("if-match", &format!("\"{version}\""))],
        )
        .await
    }
    /// Reads; expects 200.
    #[track_caller]
    pub fn read(&self, who: &str, path: &str) -> impl Future<Output = Answer> {
        expected(200, self.get(who, path))
    }
    /// Creates a row; expects 201.
    #[track_caller]
    pub fn create(&self, who: &str, path: &str, body: Value) -> impl Future<Output = Answer> {
        expected(201, self.post(who, path, body))
    }
    /// Changes a row; expects 200.
    #[track_caller]
    pub fn change(
        &self,
        who: &str,
        path: &str,
        version: i64,
        body: Value,
    ) -> impl Future<Output = Answer> {
        expected(200, self.patch(who, path, version, body))
    }
    /// Removes a row; expects 204.
    #[track_caller]
    pub fn remove(&self, who: &str, path: &str, version: i64) -> impl Future<Output = Answer> {
        expected(204, self.delete(who, path, version))
    }
    /// Records an act of a candidacy; expects 201.
    #[track_caller]
    pub fn record(
        &self,
        who: &str,
        candidate: &str,
        kind: &str,
        body: Value,
    ) -> impl Future<Output = Answer> {
        expected(201, self.act(who, candidate, kind, body))
    }
    /// Takes a step on a row; expects 200.
    #[track_caller]
    pub fn advance(&self, who: &str, path: &str, version: i64) -> impl Future<Output = Answer> {
        expected(200, self.step(who, path, version))
    }
    /// Takes a step on a row with a body; expects 200.
    #[track_caller]
    pub fn advance_with(
        &self,
        who: &str,
        path: &str,
        version: i64,
        body: Value,
    ) -> impl Future<Output = Answer> {
        expected(200, self.step_with(who, path, version, body))
    }
    /// Each of these logins reads the path and gets that status: `"office union: 200, youth: 404"`.
    #[track_caller]
    pub fn readers(&self, path: &str, expected: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            for group in expected.split(',') {
                let (people, status) = group.split_once(':').unwrap();
                let status: u16 = status.trim().parse().unwrap();
                for who in people.split_whitespace() {
                    let got = self.get(who, path).await.status;
                    assert_eq!(got, status, "{at}: {who} reads {path}");
                }
            }
        }
    }

    /// The single number that a statement returns.
    pub async fn count(&self, sql: &str) -> i64 {
        let sql = format!("select ({sql})::bigint");
        self.owner()
            .await
            .query_one(&sql, &[])
            .await
            .unwrap()
            .get(0)
    }
    /// All columns of all rows, as texts.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.owner().await.query(sql, &[]).await.unwrap();
        let texts = |row: &tokio_postgres::Row| (0..row.len()).map(|n| row.get(n)).collect();
        rows.iter().flat_map::<Vec<String>, _>(texts).collect()
    }

    /// Moves the clock to nine in the morning of another day; everybody signs in again.
    pub fn travel(&self, day: &str) {
        self.clock.set(format!("{day}T02:00:00Z").parse().unwrap());
        self.tokens.lock().unwrap().clear();
    }

    /// Records an act, based on the candidacy's current version.
    pub async fn act(&self, who: &str, candidate: &str, kind: &str, body: Value) -> Answer {
        let version: i32 = self
            .versions
            .get_or_init(|| self.owner())
            .await
            .query_opt(
                "select version from candidate where id = $1",
                &[&uuid::Uuid::parse_str(candidate).unwrap()],
            )
            .await
            .unwrap()
            .map_or(1, |r| r.get(0));
        let path = format!("/api/v1/candidates/{candidate}/{kind}");
        self.send(
            who,
            Method::POST,
            &path,
            Some(body),
            &[("if-match", &format!("\"{version}\""))],
        )
        .await
    }
    /// Takes a step on a row, with a body.
    pub async fn step_with(&self, who: &str, path: &str, version: i64, body: Value) -> Answer {
        self.send(
            who,
            Method::POST,
            path,
            Some(body),
            &[("if-match", &format!("\"{version}\""))],
        )
        .await
    }
    /// Adopts the person into the branch's plan (S33), because only then do classes accept them.
    pub async fn adopt(&self, who: &str, candidate: &str) {
        let body = json!({"on": "2021-01-15", "action": "add", "minutes_number": "01-BB/CB", "political_standard": true, "conduct": true,
            "capacity": true, "task_performance": true, "priority_group": "department_staff"});
        self.act(who, candidate, "plan-decisions", body)
            .await
            .expect(201);
    }
    /// A decision dated today, for issuing a quota plan.
    pub fn decision(&self) -> Value {
        json!({"decision_number": "05-QĐ/ĐU", "decision_on": self.clock.today()})
    }
    /// Compiles and confirms the list of a class today, so that certificates can follow (S60).
    pub async fn listed(&self, class: &str) {
        self.listed_on(class, &self.clock.today().to_string()).await;
    }
    /// The same on another day.
    pub async fn listed_on(&self, class: &str, on: &str) {
        for step in ["compilations", "confirmations"] {
            let version = self.read("office", class).await.version();
            let body = json!({"on": on, "paper_number": "15-CV/ĐU"});
            let path = format!("{class}/{step}");
            self.advance_with("office", &path, version, body).await;
        }
    }
    /// Takes a step on a row, without a body.
    pub async fn step(&self, who: &str, path: &str, version: i64) -> Answer {
        self.send(
            who,
            Method::POST,
            path,
            None,
            &[("if-match", &format!("\"{version}\""))],
        )
        .await
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        let mut standing = STANDING.lock().unwrap();
        let houses = standing.get_mut(&self.database).unwrap();
        *houses -= 1;
        if *houses == 0 {
            FINISHED.lock().unwrap().push(self.database.clone());
        }
    }
}

fn absolute(path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/api/v1/{path}")
    }
}

/// Expects this status; a failure is reported at the line of the test.
#[track_caller]
fn expected(status: u16, asked: impl Future<Output = Answer>) -> impl Future<Output = Answer> {
    let at = Location::caller();
    async move {
        let answer = asked.await;
        assert_eq!(answer.status, status, "{at}: {}", answer.text);
        answer
    }
}

/// A response, already checked against the document.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    async fn read(response: reqwest::Response, method: &Method, path: &str) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Self {
            status,
            headers,
            text,
            body,
        };
        answer.check(method, path);
        answer
    }

    /// Fails the test if the document does not allow this response.
    fn check(&self, method: &Method, path: &str) {
        assert!(
            self.status < 500 || self.status == 503,
            "{method} {path}: {} {}",
            self.status,
            self.text
        );
        // with `fields`, required properties may be missing, even the one that tells the kind
        let part = path.contains("fields=");
        let path = path.split('?').next().unwrap();
        let method = if *method == Method::HEAD {
            "get".to_owned()
        } else {
            method.as_str().to_lowercase()
        };
        let Some((template, op)) = operation(path, &method) else {
            return;
        };
        let response = &op["responses"][self.status.to_string()];
        assert!(
            response.is_object(),
            "{method} {template}: {} is not documented: {}",
            self.status,
            self.text
        );
        let response = resolve(response);
        if self.status >= 400 {
            let id = op["operationId"].as_str().unwrap();
            crate::refusals::note(id, self.code());
        }
        if let (Some(codes), false) = (response["x-codes"].as_array(), self.text.is_empty()) {
            let listed = codes.iter().any(|code| code == self.code());
            // the path may look like one of the operation's without belonging to any
            assert!(
                listed || self.code() == "route_not_found",
                "{method} {template}: the code {:?} is not listed: {codes:?}",
                self.code()
            );
        }
        let kind = self
            .header("content-type")
            .split(';')
            .next()
            .unwrap_or("")
            .to_owned();
        let schema = &response["content"][kind.as_str()]["schema"];
        if self.text.is_empty() {
            return;
        }
        assert!(
            schema.is_object(),
            "{method} {template} {}: content type {kind} is not documented",
            self.status
        );
        let validator = validator(schema);
        let text = Value::String(self.text.clone());
        let wrong: Vec<String> = validator
            .iter_errors(if kind.ends_with("json") {
                &self.body
            } else {
                &text
            })
            .filter(|e| !(part && ["required", "oneOf"].contains(&e.kind().keyword())))
            .map(|e| format!("{} {e}", e.instance_path()))
            .collect();
        assert!(
            wrong.is_empty(),
            "{method} {template} {} {kind}: the body is not the documented one: {wrong:#?}\n{}",
            self.status,
            self.text
        );
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("")
    }
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }
    pub fn id(&self) -> String {
        self.body["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no id: {}", self.text))
            .to_owned()
    }
    pub fn version(&self) -> i64 {
        self.body["version"]
            .as_i64()
            .unwrap_or_else(|| panic!("no version: {}", self.text))
    }
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
    #[track_caller]
    pub fn expect_code(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        self
    }
    /// Expects a refusal with this error code and the status that goes with it.
    #[track_caller]
    pub fn refused(self, code: &str) -> Self {
        let status = STATUSES.iter().find(|(_, codes)| codes.contains(&code));
        let (status, _) = status.unwrap_or_else(|| panic!("{code} has no status here"));
        self.expect_code(*status, code)
    }
    /// Expects a validation error with exactly these pointers, in order.
    #[track_caller]
    pub fn invalid(self, pointers: &[&str]) -> Self {
        let answer = self.refused("validation_failed");
        assert_eq!(answer.faults(), pointers, "{}", answer.text);
        answer
    }
    /// Expects a refusal because another row already has this value.
    #[track_caller]
    pub fn duplicate(self, pointer: &str) -> Self {
        let answer = self.refused("duplicate");
        assert_eq!(answer.faults(), [pointer], "{}", answer.text);
        answer
    }
    /// The unmet requirements of a refusal, in order.
    #[track_caller]
    pub fn unmet(self) -> Vec<String> {
        let answer = self.refused("requirements_unmet");
        texts(&answer.body["requirements"], "rule")
    }
    /// The rules of the requirements in the answer, if any.
    pub fn rules(&self) -> Vec<&str> {
        let rules = self.body["requirements"].as_array().into_iter().flatten();
        rules.filter_map(|r| r["rule"].as_str()).collect()
    }
    /// Path of the row just created.
    pub fn location(&self) -> &str {
        self.header("location")
    }
    /// Pointers, parameters and headers of the problem's errors.
    pub fn faults(&self) -> Vec<String> {
        let text = |e: &Value| {
            ["pointer", "parameter", "header"]
                .iter()
                .find_map(|k| e[*k].as_str().map(str::to_owned))
                .unwrap_or_default()
        };
        self.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(text)
            .collect()
    }
    /// The ids of a list's rows, in order.
    pub fn ids(&self) -> Vec<String> {
        texts(&self.body["items"], "id")
    }
    pub fn items(&self) -> &Vec<Value> {
        self.body["items"]
            .as_array()
            .unwrap_or_else(|| panic!("no items: {}", self.text))
    }
}

/// The stages of people on the way, before the ceremony.
pub const ON_THE_WAY: [&str; 7] = [
    "nominated",
    "in_plan",
    "dossier",
    "branch_resolved",
    "committee_resolved",
    "submitted",
    "decided",
];

/// The error codes that tests expect, by status.
const STATUSES: [(u16, &[&str]); 12] = [
    (
        400,
        &[
            "invalid_path",
            "invalid_parameter",
            "invalid_cursor",
            "unknown_parameter",
            "invalid_header",
        ],
    ),
    (401, &["unauthenticated", "token_revoked", "token_expired"]),
    (
        403,
        &[
            "forbidden",
            "password_change_required",
            "second_factor_required",
        ],
    ),
    (404, &["not_found", "route_not_found"]),
    (406, &["not_acceptable"]),
    (
        409,
        &[
            "invalid_transition",
            "has_dependents",
            "duplicate",
            "capacity_reached",
        ],
    ),
    (412, &["precondition_failed"]),
    (415, &["unsupported_media_type"]),
    (
        422,
        &[
            "validation_failed",
            "requirements_unmet",
            "idempotency_key_reused",
        ],
    ),
    (428, &["precondition_required"]),
    (429, &["rate_limited"]),
    (503, &["unavailable"]),
];

/// Accessors for JSON that panic if the value is not as expected.
pub trait Plain {
    fn row(&self) -> &Value;
    #[track_caller]
    fn text(&self) -> &str {
        let row = self.row();
        row.as_str().unwrap_or_else(|| panic!("no text: {row}"))
    }
    #[track_caller]
    fn number(&self) -> i64 {
        let row = self.row();
        row.as_i64()
            .unwrap_or_else(|| panic!("no whole number: {row}"))
    }
    #[track_caller]
    fn list(&self) -> &Vec<Value> {
        let row = self.row();
        row.as_array().unwrap_or_else(|| panic!("no list: {row}"))
    }
}

impl Plain for Value {
    fn row(&self) -> &Value {
        self
    }
}

impl Plain for Answer {
    fn row(&self) -> &Value {
        &self.body
    }
}

/// Asserts that an answer or a row has these properties and values:
/// `shows!(answer, {"state": "open", "waiting": 0})`.
macro_rules! shows {
    ($answer:expr, $expected:tt) => {
        // `match` keeps temporaries in `$answer` alive until the end
        match (&$answer, serde_json::json!($expected)) {
            (row, expected) => {
                use $crate::support::Plain as _;
                for (name, value) in expected.as_object().unwrap() {
                    assert_eq!(row.row()[name], *value, "{name}: {}", row.row());
                }
            }
        }
    };
}
pub(crate) use shows;

/// One property of every row of a list.
pub fn texts(rows: &Value, property: &str) -> Vec<String> {
    let rows = rows.as_array().unwrap_or_else(|| panic!("no list: {rows}"));
    let text = |row: &Value| row[property].as_str().map(str::to_owned);
    rows.iter()
        .map(|row| text(row).unwrap_or_else(|| panic!("no {property}: {row}")))
        .collect()
}

/// Schemas of the document, each compiled once per run.
pub fn validator(schema: &Value) -> Arc<Validator> {
    static SCHEMAS: OnceLock<Schemas<'static>> = OnceLock::new();
    static KNOWN: Mutex<BTreeMap<String, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    let made = known.entry(schema.to_string()).or_insert_with(|| {
        let schemas = SCHEMAS.get_or_init(|| Schemas::of(document()).unwrap());
        Arc::new(schemas.validator(schema).unwrap())
    });
    made.clone()
}

fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str().and_then(|r| r.strip_prefix('#')) {
        Some(pointer) => document().pointer(pointer).unwrap(),
        None => value,
    }
}

/// The operation that a concrete path belongs to, with its template.
pub fn operation(path: &str, method: &str) -> Option<(&'static str, &'static Value)> {
    type Template = (Vec<&'static str>, &'static str, &'static Value);
    static TEMPLATES: OnceLock<Vec<Template>> = OnceLock::new();
    let templates = TEMPLATES.get_or_init(|| {
        let paths = document()["paths"].as_object().unwrap();
        paths
            .iter()
            .map(|(path, item)| (path.split('/').collect(), path.as_str(), item))
            .collect()
    });
    let parts: Vec<&str> = path.split('/').collect();
    templates.iter().find_map(|(template, path, item)| {
        let fits = template.len() == parts.len()
            && template
                .iter()
                .zip(&parts)
                .all(|(t, p)| t == p || t.starts_with('{'));
        (fits && item[method].is_object()).then(|| (*path, &item[method]))
    })
}

/// An id of the demo organisation: `01750000-0000-7000-8000-0000KKBBNNNN`.
pub fn demo(kind: &str, branch: u32, number: u32) -> String {
    format!("01750000-0000-7000-8000-0000{kind}{branch:02}{number:04}")
}

/// A branch of the demo organisation.
pub fn branch(number: u32) -> String {
    demo("0b", number, 0)
}

/// An id that does not exist.
pub const NOBODY: &str = "01750000-0000-7000-8000-00000b990000";

/// `body`, overridden by the fields of `more`.
pub fn with(body: &Value, more: Value) -> Value {
    let mut all = body.clone();
    let Value::Object(more) = more else {
        panic!("{more} is no object")
    };
    all.as_object_mut().unwrap().extend(more);
    all
}

/// Asserts that GET returns what the creation answered; returns the path.
pub async fn same_when_read(house: &House, who: &str, made: &Answer) -> String {
    let path = made.location().to_owned();
    assert_eq!(house.read(who, &path).await.body, made.body);
    path
}

/// The trade union nominates this person; returns the candidate's id.
pub async fn candidate(house: &House, branch: u32, name: &str) -> String {
    let body = person(branch, name, &format!("{name}-NQ"));
    let made = house.create("union", "nominations", body).await;
    made.body["candidate_id"].text().to_owned()
}

/// The same, adopted by the branch.
pub async fn planned(house: &House, branch: u32, name: &str) -> String {
    let id = candidate(house, branch, name).await;
    house.adopt(&format!("branch-{branch:02}"), &id).await;
    id
}

/// A person that the trade union may nominate.
pub fn person(branch: u32, name: &str, paper: &str) -> Value {
    json!({"branch_id": demo("0b", branch, 0), "full_name": name, "sex": "female", "birth_date": "1990-02-03", "youth_union_member": false,
        "trade_union_member": true, "paper_number": paper, "paper_on": "2021-01-12"})
}
