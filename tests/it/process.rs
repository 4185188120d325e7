//! The real binary as a process: its output, exit codes and refusals, and the remedies that they
//! name.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    PASSWORD, Plain, database, demo, keys_folder, only_ours, person, server, superuser, url,
};

const BINARY: &str = env!("CARGO_BIN_EXE_ketnap");
/// Longer than anything here takes; a child that hangs must not hang the run.
const PATIENCE: Duration = Duration::from_mins(1);

/// Polls until the condition holds.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A folder that the server's account can access; removed on drop.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// On the same in-memory file system as the run's own server, for a database that is killed
    /// often: after a kill, recovery writes every file to disk.
    pub fn in_memory() -> Self {
        Self::within(server().data().ancestors().nth(2).unwrap())
    }

    fn within(place: &Path) -> Self {
        let path = place.join(format!("ketnap-process-{}", Uuid::new_v4().simple()));
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }

    pub fn home(&self) -> PathBuf {
        self.0.join("home")
    }

    /// The ids of processes that run in this folder: a PostgreSQL process has its data folder as
    /// working directory.
    pub fn processes(&self) -> BTreeSet<u32> {
        let numbers = fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter_map(|e| e.file_name().to_str()?.parse().ok());
        let here = |pid: &u32| {
            let there = fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            there.starts_with(&self.0)
                || String::from_utf8_lossy(&line).contains(&*self.0.to_string_lossy())
        };
        numbers.filter(here).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A command of the binary, with an empty environment except for PATH.
pub fn ketnap(arguments: &[&str]) -> Command {
    command(Path::new(BINARY), arguments)
}

fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir("/");
    command
        .env("KETNAP_LISTEN", "127.0.0.1:0")
        .env("KETNAP_METRICS_LISTEN", "off");
    command
}

/// A command that serves a private database in the folder.
pub fn private(folder: &Folder) -> Command {
    let mut command = ketnap(&[]);
    command.env("KETNAP_DATA_DIR", folder.home());
    command
}

/// A command that serves a database of the shared server.
pub fn external(role: &str, database: &str) -> Command {
    let mut command = ketnap(&["serve"]);
    command
        .env("DATABASE_URL", url(role, database))
        .env(
            "KETNAP_SECOND_FACTOR",
            "optional:tests sign in as everybody",
        )
        .env("KETNAP_KEYS_DIR", keys_folder());
    command
}

/// An owner's command on a database of the shared server.
pub fn owner(database: &str, arguments: &[&str]) -> Command {
    let mut command = ketnap(arguments);
    command.env("DATABASE_URL", url("ketnap_owner", database));
    command
}

/// A started process; killed on drop.
pub struct Running {
    pub child: Child,
    pub said: Vec<String>,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
    log: Arc<Mutex<String>>,
}

/// The exit status and the output of a process.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

pub fn start(mut command: Command) -> Running {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        BufReader::new(out)
            .lines()
            .map_while(Result::ok)
            .all(|line| sender.send(line).is_ok())
    });
    let log: Arc<Mutex<String>> = Arc::default();
    let written = log.clone();
    let errors = std::thread::spawn(move || {
        for line in BufReader::new(err).lines() {
            let line = line.unwrap();
            crate::logs::search(&line);
            *written.lock().unwrap() += &(line + "\n");
        }
        written.lock().unwrap().clone()
    });
    Running {
        child,
        said: Vec::new(),
        lines,
        errors: Some(errors),
        log,
    }
}

/// Runs the command until it ends by itself.
pub fn run(command: Command) -> Ended {
    start(command).end()
}

impl Running {
    /// Reads lines until one starts with `beginning`; returns the rest of that line.
    #[track_caller]
    pub fn until(&mut self, beginning: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                let _ = self.child.kill();
                panic!(
                    "it never said {beginning:?}, but {:#?}\n{}",
                    self.said,
                    self.errors.take().unwrap().join().unwrap()
                );
            };
            self.said.push(line.clone());
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
        }
    }

    /// The base URL, once the server is ready.
    #[track_caller]
    pub fn ready(&mut self) -> String {
        self.until("ready ")
    }

    /// Waits until the log contains this text.
    #[track_caller]
    pub fn logged(&self, part: &str) {
        eventually(part, || self.log.lock().unwrap().contains(part));
    }

    /// Waits until the log contains this text more than `before` times.
    pub fn logged_again(&self, part: &str, before: usize) {
        eventually(part, || self.times_logged(part) > before);
    }

    pub fn times_logged(&self, part: &str) -> usize {
        self.log.lock().unwrap().matches(part).count()
    }

    pub fn signal(&self, name: &str) {
        let done = Command::new("sh")
            .args(["-c", &format!("kill -{name} {}", self.child.id())])
            .status()
            .unwrap();
        assert!(done.success());
    }

    pub fn end(mut self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                let _ = self.child.kill();
                panic!("it did not end: {:#?}", self.said);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        self.said.extend(self.lines.iter());
        let err = self.errors.take().unwrap().join().unwrap();
        Ended {
            status,
            out: self.said.join("\n"),
            err,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Asserts that the process ended with a refusal that mentions all of these words, and not with
    /// a panic.
    #[track_caller]
    pub fn refused(&self, named: &[&str]) {
        assert_eq!(self.status.code(), Some(1), "{self:#?}");
        let words = format!("{}{}", self.out, self.err);
        assert!(!words.contains("panicked"), "{words}");
        for name in named {
            assert!(words.contains(name), "{name} is not named:\n{words}");
        }
        assert!(!words.contains("ready http"), "{words}");
    }

    /// Asserts that `doctor` finds nothing but the durability settings that the tests' server turns
    /// off; returns its output.
    #[track_caller]
    pub fn sound(self) -> String {
        let faults: Vec<&str> = self.out.lines().filter(|l| l.starts_with("- ")).collect();
        let settings: Vec<&str> = faults.iter().filter_map(|f| f.split(' ').nth(1)).collect();
        assert_eq!(settings, ["fsync", "synchronous_commit"], "{self:#?}");
        self.out
    }

    #[track_caller]
    pub fn succeeded(self) -> String {
        assert!(self.status.success(), "{self:#?}");
        self.out
    }
}

pub async fn sign_in(base: &str, login: &str, password: &str) -> Result<String, Value> {
    let form = [
        ("grant_type", "password"),
        ("username", login),
        ("password", password),
    ];
    let answer = reqwest::Client::new()
        .post(format!("{base}/api/v1/auth/token"))
        .form(&form)
        .send()
        .await
        .unwrap();
    let body: Value = answer.json().await.unwrap();
    body["access_token"].as_str().map(str::to_owned).ok_or(body)
}

async fn status(base: &str, path: &str, token: &str) -> u16 {
    reqwest::Client::new()
        .get(format!("{base}{path}"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

/// Posts JSON; returns the status and the body.
pub async fn post(base: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new()
        .post(format!("{base}{path}"))
        .bearer_auth(token)
        .header("accept-language", "en")
        .json(&body);
    let answer = request.send().await.unwrap();
    (
        answer.status().as_u16(),
        answer.json().await.unwrap_or_default(),
    )
}

/// Confirms, as this administrator, what was done to the account.
pub async fn confirm(base: &str, admin: &str, login: &str) {
    let client = reqwest::Client::new();
    let found = client.get(format!("{base}/api/v1/accounts?login={login}"));
    let found = found.bearer_auth(admin).send().await.unwrap();
    let row = found.json::<Value>().await.unwrap()["items"][0].clone();
    let place = format!("{base}/api/v1/accounts/{}", row["id"].as_str().unwrap());
    let confirmed = client
        .post(format!("{place}/confirmations"))
        .bearer_auth(admin)
        .header("if-match", format!("\"{}\"", row["version"]))
        .send()
        .await
        .unwrap();
    assert_eq!(confirmed.status(), 200);
}

/// Creates an empty database on the shared server.
pub async fn empty_database() -> String {
    let name = format!("e_{}", Uuid::new_v4().simple());
    let root = superuser("postgres").await;
    root.batch_execute(&format!("create database {name} owner ketnap_owner"))
        .await
        .unwrap();
    only_ours(&root, &name).await;
    name
}

/// The same with the schema.
pub async fn migrated() -> String {
    let name = empty_database().await;
    ketnap::cli::migrate_up(&url("ketnap_owner", &name))
        .await
        .unwrap();
    name
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

#[tokio::test]
async fn the_first_start_says_where_everything_is_and_ctrl_c_ends_all_of_it() {
    let folder = Folder::new();
    let began = Instant::now();
    let mut running = start(private(&folder));
    let base = running.ready();
    let took = began.elapsed();
    // the goal of 5 s is for a release build on an idle machine, but here other tests run at the
    // same time
    assert!(
        took < Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 }),
        "ready after {took:?}"
    );

    let said = running.said.join("\n");
    let data = folder.home().canonicalize().unwrap();
    assert!(
        said.contains(&format!("data        {}", data.display())),
        "{said}"
    );
    assert!(
        said.contains(&format!("Swagger UI  {base}/docs/")),
        "{said}"
    );
    for word in [
        "standing, office, overseer, branch-01 … branch-10, union, youth, upper, admin",
        PASSWORD,
        "client_id district-script",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(
        said.lines()
            .filter(|l| l.starts_with("ready http://"))
            .count(),
        1
    );

    let token = sign_in(&base, "office", PASSWORD).await.unwrap();
    assert_eq!(status(&base, "/api/v1/branches", &token).await, 200);
    assert_eq!(status(&base, "/docs/", "").await, 200);
    // standard output is not a terminal and may be kept, so it names the file of the secret instead
    // of the secret
    let secret = fs::read_to_string(folder.home().join("district-script.secret")).unwrap();
    assert!(
        !said.contains(&secret) && said.contains("district-script.secret"),
        "{said}"
    );
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "district-script"),
        ("client_secret", &secret),
    ];
    let script = reqwest::Client::new()
        .post(format!("{base}/api/v1/auth/token"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(script.status(), 200);

    let mut ping = ketnap(&["ping"]);
    ping.env("KETNAP_LISTEN", base.strip_prefix("http://").unwrap());
    run(ping).succeeded();

    // a second instance on the same data is refused, and the first keeps running
    run(private(&folder)).refused(&["already running", "KETNAP_DATA_DIR"]);
    assert_eq!(status(&base, "/readyz", "").await, 200);

    assert!(!folder.processes().is_empty());
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.status.code(), Some(0), "{ended:#?}");
    assert_eq!(folder.processes(), BTreeSet::new(), "still running");
    let mut ping = ketnap(&["ping"]);
    ping.env("KETNAP_LISTEN", base.strip_prefix("http://").unwrap());
    assert!(!run(ping).status.success());
}

#[tokio::test]
async fn kill_9_leaves_no_process_and_the_next_start_has_every_row() {
    let folder = Folder::new();
    let mut running = start(private(&folder));
    // even the very first start may be killed half-way
    running.until("creating the database");
    eventually("it works on the data", || !folder.processes().is_empty());
    running.signal("KILL");
    assert_eq!(running.end().status.signal(), Some(9));

    let served = || {
        let mut command = private(&folder);
        // otherwise the issuer of tokens would change with the port
        command.env("KETNAP_PUBLIC_URL", "http://ketnap.test");
        start(command)
    };
    let mut running = served();
    let base = running.ready();
    assert!(
        running.said.iter().any(|l| l.contains("demo organisation")),
        "{:?}",
        running.said
    );
    let leftovers = || {
        fs::read_dir(folder.home())
            .unwrap()
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().starts_with("unfinished"))
            .count()
    };
    assert_eq!(leftovers(), 0);
    let token = sign_in(&base, "office", PASSWORD).await.unwrap();
    let (made, body) = post(
        &base,
        "/api/v1/departments",
        &token,
        json!({"name": "Khoa Bền vững", "kind": "clinical"}),
    )
    .await;
    assert_eq!(made, 201, "{body}");
    running.signal("KILL");
    assert_eq!(running.end().status.signal(), Some(9));
    eventually("no PostgreSQL process remains", || {
        folder.processes().is_empty()
    });

    let mut running = served();
    let base = running.ready();
    // the credentials are printed at the first start only
    let said = running.said.join("\n");
    let secret = fs::read_to_string(folder.home().join("district-script.secret")).unwrap();
    assert!(
        !said.contains(PASSWORD) && !said.contains(&secret),
        "{said}"
    );
    assert!(said.contains("district-script.secret"), "{said}");
    assert!(
        !running.said.iter().any(|l| l.contains("demo organisation")),
        "loaded once: {:?}",
        running.said
    );
    // the keys are still the same, so the token is valid
    assert_eq!(
        status(
            &base,
            &format!("/api/v1/departments/{}", body["id"].text()),
            &token
        )
        .await,
        200
    );
    running.signal("TERM");
    assert_eq!(running.end().status.code(), Some(0));
    assert_eq!(folder.processes(), BTreeSet::new());
}

/// The demo's passwords are published, so by default it listens on loopback only.
#[test]
fn the_demo_is_for_this_computer_unless_it_is_said_to_be_public() {
    let folder = Folder::new();
    let serve = |address: &str| {
        let mut command = private(&folder);
        command.env("KETNAP_LISTEN", address);
        command
    };
    for address in ["0.0.0.0:0", "[::]:0"] {
        run(serve(address)).refused(&["KETNAP_DEMO_PUBLIC=yes"]);
    }
    assert!(!folder.home().exists());
    let mut public = serve("0.0.0.0:0");
    public.env("KETNAP_DEMO_PUBLIC", "yes");
    let mut running = start(public);
    running.ready();
    running.signal("TERM");
    running.end();
}

#[test]
fn a_taken_port_is_named_with_its_variable_and_nothing_is_created() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    for variable in ["KETNAP_LISTEN", "KETNAP_METRICS_LISTEN"] {
        let folder = Folder::new();
        let mut command = private(&folder);
        let address = taken.local_addr().unwrap().to_string();
        command.env(variable, &address);
        run(command).refused(&[variable, &address, &format!("{variable}=127.0.0.1:0")]);
        assert!(!folder.home().exists());
    }
}

#[test]
fn without_postgresql_programs_three_ways_out_are_named() {
    let folder = Folder::new();
    let mut command = private(&folder);
    command.env("KETNAP_PG_BIN", &folder.0);
    let ways = [
        "apt-get install postgresql",
        "docker compose up",
        "DATABASE_URL",
        "KETNAP_PG_BIN",
    ];
    run(command).refused(&ways);
    assert!(!folder.home().exists());

    // With no programs on PATH or in the usual places either. This needs a mount namespace, which
    // not every machine allows, and a machine whose programs are only in Debian's folder.
    let hide = "mount -t tmpfs none /usr/lib/postgresql";
    let may = Command::new("unshare")
        .args(["-m", "sh", "-c", hide])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    let elsewhere = [
        "/usr/bin/postgres",
        "/usr/local/bin/postgres",
        "/usr/local/pgsql/bin/postgres",
    ]
    .iter()
    .any(|p| Path::new(p).exists());
    if may && !elsewhere {
        let script = format!("{hide} && PATH=/nowhere exec \"$0\"");
        let mut command = command_in(&folder, "unshare");
        command.args(["-m", "/bin/sh", "-c", &script, BINARY]);
        run(command).refused(&ways[..3]);
    }
}

fn command_in(folder: &Folder, program: &str) -> Command {
    let mut made = command(Path::new(program), &[]);
    made.env("KETNAP_DATA_DIR", folder.home());
    made
}

/// Tests in a container run as root; this one runs the server as an ordinary user.
#[tokio::test]
async fn an_ordinary_user_is_served_as_well_as_root() {
    if !is_root() {
        return; // covered by every other test
    }
    let folder = Folder::new();
    let copy = folder.0.join("ketnap");
    fs::copy(BINARY, &copy).unwrap();
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::chown(&folder.0, Some(65534), Some(65534)).unwrap();
    let mut command = command_in(&folder, "setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(&copy);
    let mut running = start(command);
    let base = running.ready();
    sign_in(&base, "office", PASSWORD).await.unwrap();
    let owners: BTreeSet<u32> = folder
        .processes()
        .iter()
        .filter_map(|p| Some(fs::metadata(format!("/proc/{p}")).ok()?.uid()))
        .collect();
    assert_eq!(owners, BTreeSet::from([65534]));
    running.signal("INT");
    assert_eq!(running.end().status.code(), Some(0));
    eventually("all ended", || folder.processes().is_empty());
}

#[test]
fn a_data_folder_that_cannot_be_used_is_named_with_the_way_out() {
    if !is_root() {
        return;
    }
    // started by root, in a folder that the server's account cannot enter
    let folder = Folder::new();
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700)).unwrap();
    run(private(&folder)).refused(&[
        "KETNAP_DATA_DIR",
        &folder.0.to_string_lossy(),
        "ordinary user",
    ]);
    // started by an ordinary user who may not write there
    let folder = Folder::new();
    let copy = folder.0.join("ketnap");
    fs::copy(BINARY, &copy).unwrap();
    let mut command = command_in(&folder, "setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(&copy);
    run(command).refused(&["data folder", &folder.home().to_string_lossy()]);
}

#[tokio::test]
async fn an_external_database_is_not_served_without_keys_schema_or_the_right_role() {
    let (empty, full) = (empty_database().await, database().await);
    // missing keys
    let mut command = external("ketnap_app", &full);
    command.env_remove("KETNAP_KEYS_DIR");
    run(command).refused(&[
        "KETNAP_KEYS_DIR",
        "openssl genpkey -algorithm ed25519",
        "openssl rand",
    ]);
    let folder = Folder::new();
    let mut command = external("ketnap_app", &full);
    command.env("KETNAP_KEYS_DIR", &folder.0);
    run(command).refused(&["current.pem", "openssl genpkey -algorithm ed25519"]);
    for key in ["current.pem", "refresh.key"] {
        fs::copy(keys_folder().join(key), folder.0.join(key)).unwrap();
    }
    let mut command = owner(&full, &["doctor"]);
    command.env("KETNAP_KEYS_DIR", &folder.0);
    run(command).refused(&["seal.key", "openssl rand -hex 32"]);
    let mut command = external("ketnap_app", &full);
    command.env("KETNAP_SECOND_FACTOR", "optional: no");
    run(command).refused(&["KETNAP_SECOND_FACTOR", "a reason of at least 10 letters"]);
    // missing schema
    run(external("ketnap_app", &empty)).refused(&["migrations are pending", "ketnap migrate up"]);
    // wrong role
    run(external("postgres", &full)).refused(&["role postgres", "ketnap_app"]);
    let timeouts = [
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
    ];
    for setting in timeouts {
        let sql = format!("alter role ketnap_owner in database {full} set {setting} = '5s'");
        superuser("postgres")
            .await
            .batch_execute(&sql)
            .await
            .unwrap();
    }
    run(external("ketnap_owner", &full)).refused(&["role ketnap_owner", "ketnap_app"]);
    // none of these attempts loaded the demo
    ketnap::cli::migrate_up(&url("ketnap_owner", &empty))
        .await
        .unwrap();
    // the keys folder has no `seal.key`, like one from before there was such a key
    let mut command = external("ketnap_app", &empty);
    command.env("KETNAP_KEYS_DIR", &folder.0);
    let mut running = start(command);
    running.ready();
    assert!(
        !running
            .said
            .iter()
            .any(|l| l.contains("demo") || l.contains("password")),
        "{:?}",
        running.said
    );
    let rows = superuser(&empty)
        .await
        .query_one("select count(*) from organization", &[])
        .await
        .unwrap();
    assert_eq!(rows.get::<_, i64>(0), 0);
    running.signal("TERM");
    assert_eq!(running.end().status.code(), Some(0));
}

/// An empty variable counts as unset, because container files write it that way.
#[test]
fn an_empty_database_url_means_the_private_database() {
    let folder = Folder::new();
    let mut command = private(&folder);
    command
        .env("DATABASE_URL", "")
        .env("KETNAP_PG_BIN", &folder.0);
    run(command).refused(&["no PostgreSQL server programs"]);
}

/// Everything that the migrations create, as text.
async fn schema(database: &str) -> Vec<String> {
    let sql = "with ours as (select c.oid, c.relname, c.relkind, n.nspname, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity from pg_class c \
                 join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'app')), \
               functions as (select p.* from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app') \
                 and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')) \
      select format('relation %s.%s %s %s %s %s %s', nspname, relname, relkind, pg_get_userbyid(relowner), relacl, relrowsecurity, relforcerowsecurity) from ours \
      union all select format('column %s %s %s %s %s %s %s', o.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid)) \
        from pg_attribute a join ours o on o.oid = a.attrelid and o.relkind in ('r', 'v') left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attnum > 0 and not a.attisdropped \
      union all select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join ours o on o.oid = i.indrelid \
      union all select format('constraint %s %s %s', o.relname, k.conname, pg_get_constraintdef(k.oid)) from pg_constraint k join ours o on o.oid = k.conrelid \
      union all select format('policy %s', p) from pg_policies p \
      union all select format('function %s %s', pg_get_functiondef(oid), proacl) from functions \
      union all select format('trigger %s', pg_get_triggerdef(t.oid)) from pg_trigger t join ours o on o.oid = t.tgrelid where not tgisinternal \
      union all select format('extension %s', extname) from pg_extension \
      union all select format('namespace %s %s', nspname, nspacl) from pg_namespace where nspname in ('public', 'app') order by 1";
    superuser(database)
        .await
        .query(sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|r| r.get(0))
        .collect()
}

#[tokio::test]
async fn every_migration_goes_down_and_up_again_to_the_same_schema() {
    let database = empty_database().await;
    let empty = schema(&database).await;
    let all = run(owner(&database, &["migrate", "status"]))
        .succeeded()
        .matches("  pending  ")
        .count();
    assert!(all >= 7);
    assert!(
        run(owner(&database, &["migrate", "up"]))
            .succeeded()
            .contains(&format!("{all} migrations applied, 0 pending"))
    );
    let first = schema(&database).await;
    assert!(
        first.iter().any(|l| l.starts_with("policy"))
            && first.iter().any(|l| l.starts_with("function CREATE")),
        "{first:#?}"
    );
    // a second run finds nothing to do
    run(owner(&database, &["migrate"])).succeeded();
    assert_eq!(schema(&database).await, first);

    for left in (0..all).rev() {
        let said = run(owner(&database, &["migrate", "down"])).succeeded();
        assert!(
            said.contains(&format!(
                "{left} migrations applied, {} pending",
                all - left
            )),
            "{said}"
        );
    }
    let ours = |l: &&String| !l.contains("seaql_migrations");
    let bottom = schema(&database).await;
    assert_eq!(
        bottom.iter().filter(ours).collect::<Vec<_>>(),
        empty.iter().filter(ours).collect::<Vec<_>>(),
        "something is left behind"
    );
    run(owner(&database, &["migrate", "up"])).succeeded();
    assert_eq!(schema(&database).await, first);
    let status = run(owner(&database, &["migrate", "status"])).succeeded();
    assert_eq!(
        (
            status.matches("  applied  ").count(),
            status.matches("  pending  ").count()
        ),
        (all, 0),
        "{status}"
    );
}

/// `migrate down` asks before it deletes records, and takes an empty answer as a no.
#[tokio::test]
async fn a_migration_over_records_is_reverted_only_after_confirmation() {
    let database = empty_database().await;
    run(owner(&database, &["migrate", "up"])).succeeded();
    let first = [
        "account",
        "first",
        "--organization",
        "Đảng bộ Y tế",
        "--upper",
        "Huyện ủy",
    ];
    run(owner(&database, &first)).succeeded();
    let before = schema(&database).await;
    let mut silent = owner(&database, &["migrate", "down"]);
    silent.stdin(Stdio::null());
    run(silent).refused(&["Đảng bộ Y tế", "--yes"]);
    assert_eq!(schema(&database).await, before);
    let said = run(owner(&database, &["migrate", "down", "--yes"])).succeeded();
    assert!(said.contains(", 1 pending"), "{said}");
}

#[test]
fn the_checked_in_contract_is_current_and_a_stale_one_is_found() {
    let mut command = ketnap(&["contract", "--check"]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    run(command).succeeded();
    let folder = Folder::new();
    let mut command = ketnap(&["contract", "--check"]);
    command.current_dir(&folder.0);
    run(command).refused(&["openapi/openapi.json", "openapi/roles.txt", "contract"]);
    assert_eq!(
        fs::read_dir(&folder.0).unwrap().count(),
        0,
        "--check writes nothing"
    );
}

/// The one-time code in this output.
pub fn code(said: &str) -> String {
    said.split("one-time code ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn accounts_begin_and_are_mended_on_the_command_line() {
    let database = migrated().await;
    let first = [
        "account",
        "first",
        "--login",
        "quan.tri",
        "--organization",
        "Đảng bộ Y tế",
        "--upper",
        "Huyện ủy",
    ];
    let admin_code = code(&run(owner(&database, &first)).succeeded());
    let mut running = start(external("ketnap_app", &database));
    let base = running.ready();

    // with a one-time code the account can only change its password
    let token = sign_in(&base, "quan.tri", &admin_code).await.unwrap();
    assert_eq!(status(&base, "/api/v1/accounts", &token).await, 403);
    let words = "một mật khẩu dài của quản trị";
    let (set, why) = post(
        &base,
        "/api/v1/me/password",
        &token,
        json!({"current_password": admin_code, "new_password": words}),
    )
    .await;
    assert_eq!(set, 204, "{why}");
    assert!(
        sign_in(&base, "quan.tri", &admin_code).await.is_err(),
        "the code works once"
    );
    let admin = sign_in(&base, "quan.tri", words).await.unwrap();
    assert_eq!(status(&base, "/api/v1/accounts", &admin).await, 200);

    // `first` works only once
    run(owner(&database, &first)).refused(&["administrator already", "account reset"]);

    // another account
    let told =
        |(role, state, never): (&str, &str, bool)| (role.to_owned(), state.to_owned(), never);
    let make = |role: &'static str| {
        [
            "account",
            "create",
            "--login",
            "van.phong",
            "--name",
            "Văn phòng",
            "--role",
            role,
        ]
    };
    run(owner(&database, &make("clerk"))).refused(&[
        "no such role: clerk",
        "party_office",
        "system_admin",
    ]);
    let office_code = code(&run(owner(&database, &make("party_office"))).succeeded());
    run(owner(&database, &make("party_office"))).refused(&["van.phong", "already"]);
    run(owner(&database, &make("branch_committee"))).refused(&["branch"]);
    // the state of an account in `account list`, which has six columns and no more
    let state = || {
        let told = run(owner(&database, &["account", "list"])).succeeded();
        let mut lines = told
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>());
        let line = lines.find(|line| line[1] == "van.phong").unwrap();
        assert_eq!(line.len(), 6, "{line:?}");
        (line[2].to_owned(), line[4].to_owned(), line[5] == "never")
    };
    let waits = ("party_office", "waits for confirmation", true);
    assert_eq!(state(), told(waits));
    // a second person, the administrator, confirms what the command line did
    assert!(sign_in(&base, "van.phong", &office_code).await.is_err());
    confirm(&base, &admin, "van.phong").await;
    let office = sign_in(&base, "van.phong", &office_code).await.unwrap();
    assert_eq!(
        status(&base, "/api/v1/branches", &office).await,
        403,
        "password first"
    );

    assert_eq!(state(), told(("party_office", "one-time code", false)));
    // disabling takes effect on the next request
    run(owner(&database, &["account", "disable", "van.phong"])).succeeded();
    assert_eq!(state(), told(("party_office", "disabled", false)));
    assert_eq!(status(&base, "/api/v1/me", &office).await, 401);
    assert!(sign_in(&base, "van.phong", &office_code).await.is_err());
    run(owner(&database, &["account", "disable", "van.phong"])).refused(&["van.phong"]);
    run(owner(&database, &["account", "disable", "nobody"])).refused(&["nobody"]);
    run(owner(&database, &["account", "reset", "nobody"])).refused(&["nobody"]);
    // a reset issues a new code and invalidates the old one
    let lost = ["account", "reset", "van.phong", "--factor-lost"];
    let again = code(&run(owner(&database, &lost)).succeeded());
    assert!(sign_in(&base, "van.phong", &office_code).await.is_err());
    assert!(sign_in(&base, "van.phong", &again).await.is_err());
    confirm(&base, &admin, "van.phong").await;
    sign_in(&base, "van.phong", &again).await.unwrap();

    // the first account of the Standing Committee needs no confirmation
    let committee = [
        "account",
        "create",
        "--login",
        "thuong.vu",
        "--name",
        "Ban Thường vụ",
        "--role",
        "standing_committee",
    ];
    let committee = code(&run(owner(&database, &committee)).succeeded());
    sign_in(&base, "thuong.vu", &committee).await.unwrap();

    // service accounts of either level get their secret at once; names are validated as in the API
    let script = |login: &'static str, name: &'static str| {
        let of = [
            "--organization",
            "Đảng bộ Y tế",
            "--role",
            "service_account",
        ];
        let who = ["account", "create", "--login", login, "--name", name];
        run(owner(&database, &[&who[..], &of].concat()))
    };
    script("SO.LIEU", "Số liệu").refused(&["a login has"]);
    script("so.lieu", " ").refused(&["a name has"]);
    script("thuong.vu", "Số liệu").refused(&["there is an account called thuong.vu already"]);
    for (role, branch, told) in [
        ("branch_committee", &[][..], "needs a --branch"),
        ("party_office", &["--branch", "01"], "branch_committee only"),
    ] {
        let who = ["account", "create", "--login", "moi", "--name", "Mới"];
        let of = ["--organization", "Đảng bộ Y tế", "--role", role];
        run(owner(&database, &[&who[..], &of, branch].concat())).refused(&[told]);
    }
    let reset = || run(owner(&database, &["account", "reset", "so.lieu"]));
    for again in [false, true] {
        let said = if again {
            reset()
        } else {
            script("so.lieu", "Số liệu")
        };
        let said = said.succeeded();
        let secret = said.trim().rsplit(' ').next().unwrap().to_owned();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "so.lieu"),
            ("client_secret", &secret),
        ];
        let token = reqwest::Client::new()
            .post(format!("{base}/api/v1/auth/token"))
            .form(&form);
        let token: Value = token.send().await.unwrap().json().await.unwrap();
        let token = token["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{said}: {token}"));
        assert_eq!(status(&base, "/api/v1/terms", token).await, 200);
    }
    // everything done at the command line is in the audit trail
    let trail = reqwest::Client::new().get(format!(
        "{base}/api/v1/audit-entries?action=command_line&limit=200"
    ));
    let trail: Value = trail
        .bearer_auth(&admin)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let trail = trail["items"].as_array().unwrap();
    for (fields, times) in [
        (json!(["*"]), 4),
        (json!(["disabled"]), 1),
        (json!(["secret", "second_factor_at"]), 1),
        (json!(["secret"]), 1),
    ] {
        let there = trail.iter().filter(|entry| entry["fields"] == fields);
        assert_eq!(there.count(), times, "{fields}: {trail:?}");
    }
    run(owner(&database, &["audit", "verify"])).succeeded();

    // when the only administrator is disabled, `first` creates another one in the existing
    // organisation
    run(owner(&database, &["account", "disable", "quan.tri"])).succeeded();
    let next = [
        "account",
        "first",
        "--login",
        "quan.tri.2",
        "--organization",
        "Đảng bộ Y tế",
        "--upper",
        "Huyện ủy",
    ];
    run(owner(&database, &next)).succeeded();
    let rows = superuser(&database)
        .await
        .query_one(
            "select count(*), count(distinct name) from organization",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        (rows.get::<_, i64>(0), rows.get::<_, i64>(1)),
        (2, 2),
        "the organisation was made a second time"
    );
    running.signal("TERM");
    running.end();
}

#[tokio::test]
async fn the_demo_is_loaded_into_an_empty_database_only() {
    let database = migrated().await;
    let folder = Folder::new();
    let demo = || {
        let mut command = owner(&database, &["demo"]);
        command.env("KETNAP_KEYS_DIR", keys_folder());
        command.env("KETNAP_DATA_DIR", folder.home());
        command
    };
    let mut own = demo();
    own.env("KETNAP_DEMO_PASSWORD", "chín con chuột leo lên cột đèn");
    let said = run(own).succeeded();
    // standard output is not a terminal, so it names the file of the secret instead
    let secret = fs::read_to_string(folder.home().join("district-script.secret")).unwrap();
    assert!(
        said.contains("branch-10") && said.contains("district-script.secret"),
        "{said}"
    );
    assert!(!said.contains(&secret) && !said.contains("chuột"), "{said}");
    run(demo()).refused(&["already holds an organisation"]);
}

/// A terminal keeps no log, so the secret is printed there.
#[tokio::test]
async fn a_terminal_is_shown_the_secret_that_a_log_is_not() {
    let database = migrated().await;
    let folder = Folder::new();
    let mut terminal = command(Path::new("script"), &["-qec"]);
    terminal
        .args([&format!("{BINARY} demo"), "/dev/null"])
        .env("DATABASE_URL", url("ketnap_owner", &database))
        .env("KETNAP_KEYS_DIR", keys_folder())
        .env("KETNAP_DATA_DIR", folder.home());
    let said = run(terminal).succeeded();
    let secret = said.split("secret of district-script: ").nth(1).unwrap();
    // 256 bits, in base64
    assert_eq!(secret.trim().len(), 43, "{said}");
    assert!(!folder.home().join("district-script.secret").exists());
}

#[tokio::test]
async fn the_doctor_finds_a_sound_database_sound_and_names_each_fault_of_a_broken_one() {
    let database = database().await;
    let doctor = |role: &str| {
        let mut command = ketnap(&["doctor"]);
        command.env("DATABASE_URL", url(role, &database));
        run(command)
    };
    doctor("ketnap_app").sound();
    // objects that belong to an extension are not checked
    superuser(&database)
        .await
        .batch_execute("create extension pg_stat_statements")
        .await
        .unwrap();
    doctor("ketnap_app").sound();
    doctor("postgres").refused(&[
        "role postgres passes by row-level security",
        "statement_timeout is off",
    ]);
    let wrong = "update tally set n = n + 1 where stage = 'nominated'";
    superuser(&database)
        .await
        .batch_execute(wrong)
        .await
        .unwrap();
    doctor("ketnap_app").refused(&["figures differ from the rows that they count"]);
    let recount = "select app.recount()";
    superuser(&database)
        .await
        .batch_execute(recount)
        .await
        .unwrap();
    doctor("ketnap_app").sound();
    // `--files` judges every file again, with the code that lists the findings
    let said = run(owner(&database, &["doctor"])).out;
    assert!(said.contains("office can see persons unmasked"), "{said}");
    let mut command = owner(&database, &["doctor"]);
    command.env("KETNAP_SECOND_FACTOR", "optional: ward terminals have none");
    let said = run(command).out;
    let reason = "nobody needs a second factor: ward terminals have none";
    assert!(said.contains(reason), "{said}");
    let files = || {
        let mut command = ketnap(&["doctor", "--files"]);
        command.env("DATABASE_URL", url("ketnap_app", &database));
        run(command).sound()
    };
    let sound = files();
    assert!(
        sound.contains("judged again: 0 finding(s) in 0 of them"),
        "{sound}"
    );
    let unschooled =
        "update candidate set general_education = 'primary' where stage = 'probationary'";
    superuser(&database)
        .await
        .batch_execute(unschooled)
        .await
        .unwrap();
    let found = files();
    assert!(found.contains("admission.education"), "{found}");
    assert!(!found.contains(" 0 finding(s)"), "{found}");
    let broken = "alter table member no force row level security; grant truncate on branch to ketnap_app; \
        create policy more on holiday for select using (true); grant select on credential to ketnap_app; create view public.peek as select 1 as x; \
        create function app.loose() returns int language sql security definer as 'select 1'; grant execute on function app.set_secret to public; \
        alter policy sel on candidate using (true); grant insert on member to ketnap_backup; alter table dispatch owner to ketnap_backup; \
        alter function app.rotate security invoker";
    superuser(&database)
        .await
        .batch_execute(broken)
        .await
        .unwrap();
    doctor("ketnap_app").refused(&[
        "member: row-level",
        "branch: the app role has more",
        "holiday: not exactly",
        "credential: ",
        "view peek",
        "function loose",
        "function set_secret: everybody may execute it",
        "function app.set_secret: executed by: everybody, ketnap_app",
        "table candidate: has `policy sel for r to {ketnap_app} using (true)",
        "table candidate: lacks `policy sel for r to {ketnap_app} using (",
        "member: the backup role may do more than read",
        "table member: has `ketnap_backup: insert, select`",
        "table dispatch: has `table dispatch row level security forced owner ketnap_backup`",
        "function app.rotate: its text is not the expected one",
    ]);
    // the service refuses to serve such a database
    run(external("ketnap_app", &database))
        .refused(&["not ready to be served", "member: row-level"]);
}

/// `doctor` compares the service's clock with that of the database. Here a `now()` that shadows the
/// real one makes them differ.
#[tokio::test]
async fn the_doctor_names_a_clock_that_is_not_the_databases() {
    let database = database().await;
    let late = format!(
        "create function public.now() returns timestamptz language sql as $$ select pg_catalog.now() + interval '1 hour' $$; \
         grant execute on function public.now() to public; \
         alter role ketnap_app in database {database} set search_path = public, pg_catalog"
    );
    superuser(&database)
        .await
        .batch_execute(&late)
        .await
        .unwrap();
    let mut doctor = ketnap(&["doctor"]);
    doctor.env("DATABASE_URL", url("ketnap_app", &database));
    run(doctor).refused(&["the clocks of this machine and the database differ by 360"]);
}

/// Metrics are served at a separate address, so that clients of the API cannot read them.
#[tokio::test]
async fn figures_of_the_process_are_served_at_an_address_of_their_own_only() {
    let database = database().await;
    let mut command = external("ketnap_app", &database);
    command.env("KETNAP_METRICS_LISTEN", "127.0.0.1:0");
    let mut running = start(command);
    let base = running.ready();
    let mut said = running.said.iter();
    let own = said.find_map(|line| line.strip_prefix("metrics     "));
    let own = own.unwrap().strip_suffix("/metrics").unwrap();
    assert_eq!(status(own, "/metrics", "").await, 200);
    assert_eq!(status(own, "/readyz", "").await, 404);
    assert_eq!(status(&base, "/metrics", "").await, 404);
}

#[test]
fn the_help_of_every_command_lists_the_environment_and_shows_no_secret() {
    let variables = "DATABASE_URL KETNAP_DATABASE_PASSWORD_FILE KETNAP_LISTEN KETNAP_METRICS_LISTEN KETNAP_PUBLIC_URL KETNAP_KEYS_DIR KETNAP_DATA_DIR \
        KETNAP_PG_BIN KETNAP_DEMO_PASSWORD KETNAP_DEMO_PUBLIC KETNAP_CORS_ORIGINS KETNAP_WORKERS KETNAP_POOL KETNAP_MAX_CONNECTIONS KETNAP_RATE_ACCOUNT \
        KETNAP_RATE_SIGN_IN KETNAP_RATE_SIGN_IN_ADDRESS KETNAP_IN_FLIGHT KETNAP_CONNECTIONS_ADDRESS KETNAP_TRUSTED_PROXIES KETNAP_SECOND_FACTOR KETNAP_LOG KETNAP_LOG_FORMAT";
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["migrate", "--help"],
        &["contract", "--help"],
        &["account", "--help"],
        &["account", "first", "--help"],
        &["account", "create", "--help"],
        &["account", "list", "--help"],
        &["account", "disable", "--help"],
        &["account", "reset", "--help"],
        &["keys", "rotate", "--help"],
        &["keys", "turn", "--help"],
        &["tidy", "--help"],
        &["demo", "--help"],
        &["doctor", "--help"],
        &["ping", "--help"],
    ] {
        let mut command = ketnap(arguments);
        command
            .env("DATABASE_URL", "postgres://u:canary-secret@h/d")
            .env("KETNAP_DEMO_PASSWORD", "canary-demo-password");
        let help = run(command).succeeded();
        for variable in variables.split_whitespace() {
            assert!(
                help.contains(&format!("env: {variable}")),
                "{arguments:?} says nothing of {variable}:\n{help}"
            );
        }
        assert!(!help.contains("canary"), "{help}");
    }
}

#[test]
fn all_wrong_settings_are_told_at_once() {
    let mut command = ketnap(&[]);
    for (variable, value) in [
        ("KETNAP_LISTEN", "here"),
        ("KETNAP_METRICS_LISTEN", "there"),
        ("KETNAP_PUBLIC_URL", "ketnap.example.org"),
        ("DATABASE_URL", "postgres://u:canary-secret@127.0.0.1:1/d"),
        ("KETNAP_POOL", "0"),
        ("KETNAP_WORKERS", "0"),
        ("KETNAP_TRUSTED_PROXIES", "10.0.0.0/8, there"),
        ("KETNAP_DEMO_PASSWORD", "canary-short"),
    ] {
        command.env(variable, value);
    }
    let ended = run(command);
    let names = [
        "KETNAP_LISTEN",
        "KETNAP_METRICS_LISTEN",
        "KETNAP_PUBLIC_URL",
        "KETNAP_KEYS_DIR",
        "KETNAP_POOL",
        "KETNAP_WORKERS",
        "KETNAP_TRUSTED_PROXIES: there",
        "KETNAP_DEMO_PASSWORD",
    ];
    ended.refused(&names);
    assert!(!ended.err.contains("canary"), "{ended:#?}");
}

#[test]
fn no_mistake_about_the_database_shows_its_password() {
    let port = url("ketnap_app", "ketnap")
        .split(':')
        .nth(3)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    for address in [
        "postgres://ketnap_app:canary-secret@127.0.0.1:1/d".to_owned(),
        "postgres://ketnap_app:canary-secret@127.0.0.1:notaport/d".to_owned(),
        "postgres://ketnap_app:canary-secret@no such host/d".to_owned(),
        "mysql://ketnap_app:canary-secret@127.0.0.1/d".to_owned(),
        "ketnap_app:canary-secret".to_owned(),
        format!("postgres://ketnap_app:canary-secret@127.0.0.1:{port}/ketnap"),
    ] {
        for arguments in [
            &["serve"][..],
            &["migrate", "status"],
            &["doctor"],
            &["demo"],
            &["account", "disable", "x"],
        ] {
            let mut command = ketnap(arguments);
            command
                .env("DATABASE_URL", &address)
                .env("KETNAP_KEYS_DIR", keys_folder());
            let ended = run(command);
            ended.refused(&["ketnap: "]);
            assert!(
                !format!("{ended:?}").contains("canary"),
                "{arguments:?} with {address}: {ended:#?}"
            );
        }
    }
}

#[test]
fn a_password_file_is_used_and_a_missing_one_is_named() {
    let folder = Folder::new();
    let whole = url("ketnap_app", "postgres");
    let (user, rest) = whole.split_once("://ketnap_app:").unwrap();
    let (password, place) = rest.split_once('@').unwrap();
    let file = folder.0.join("password");
    let doctor = || {
        let mut command = ketnap(&["doctor"]);
        command
            .env("DATABASE_URL", format!("{user}://ketnap_app@{place}"))
            .env("KETNAP_DATABASE_PASSWORD_FILE", &file);
        run(command)
    };
    doctor().refused(&["cannot read", &file.to_string_lossy()]);
    fs::write(&file, format!("{password}\n")).unwrap();
    // the connection works; only the schema is missing
    doctor().refused(&["ketnap migrate up"]);
}

/// T-15: the log says who requested which kind of operation with which result, and nothing more.
#[tokio::test]
async fn t15_the_log_is_json_and_names_no_person_no_secret_and_no_query() {
    let database = database().await;
    let mut command = external("ketnap_app", &database);
    command.env("KETNAP_LOG", "trace");
    let mut running = start(command);
    let base = running.ready();
    let http = reqwest::Client::new();
    let (office, union) = (
        sign_in(&base, "office", PASSWORD).await.unwrap(),
        sign_in(&base, "union", PASSWORD).await.unwrap(),
    );
    let wrong = sign_in(&base, "office", "canary-wrong-password")
        .await
        .unwrap_err();
    assert_eq!(wrong["error"], "invalid_grant");
    // the log contains the account's id
    assert_eq!(status(&base, "/api/v1/me", &office).await, 200);
    let account = crate::support::demo("ac", 0, 2);
    let named = format!("\"account\":\"{account}\"");
    running.logged(&named);
    assert_eq!(status(&base, "/api/v1/accounts", &office).await, 403);
    eventually("a refusal has its account", || {
        let log = running.log.lock().unwrap();
        let mut lines = log.lines();
        lines.any(|l| l.contains(&named) && l.contains("\"status\":403"))
    });
    let canaries = [
        "Canarina",
        "canary",
        "1977-07-17",
        "19770717",
        "q=",
        "0977123456",
        "077077007077",
    ];

    let mut body = person(1, "Nguyễn Thị Canarina", "canary-paper");
    body["birth_date"] = "1977-07-17".into();
    body["reason"] = "canary reason".into();
    let (created, nomination) = post(&base, "/api/v1/nominations", &union, body.clone()).await;
    assert_eq!(created, 201, "{nomination}");
    // refused by a rule, by a unique index, by the schema, by the type and by the JSON parser
    assert_eq!(
        post(&base, "/api/v1/nominations", &union, body.clone())
            .await
            .0,
        422
    );
    body["full_name"] = "Canarina Khác".into();
    body["paper_on"] = "2021-01-11".into(); // the same paper number with another date
    assert_eq!(
        post(&base, "/api/v1/nominations", &union, body.clone())
            .await
            .0,
        409
    );
    body["birth_date"] = "1977-07-17T00:00".into();
    assert_eq!(
        post(&base, "/api/v1/nominations", &union, body).await.0,
        422
    );
    let broken = http
        .post(format!("{base}/api/v1/nominations"))
        .bearer_auth(&union)
        .header("content-type", "application/json")
        .body("{\"full_name\": \"Canarina");
    assert_eq!(broken.send().await.unwrap().status(), 400);
    let candidate = format!("/api/v1/candidates/{}", nomination["candidate_id"].text());
    let change =
        json!({"phone": "0977123456", "citizen_id": "077077007077", "home_town": "canary"})
            .to_string();
    let request = http
        .patch(format!("{base}{candidate}"))
        .bearer_auth(&office)
        .header("if-match", "\"1\"")
        .header("content-type", "application/merge-patch+json");
    assert_eq!(request.body(change).send().await.unwrap().status(), 200);
    for (path, expected) in [
        ("/api/v1/candidates?q=canarina&include_total=true", 200),
        ("/api/v1/members?q=canarina", 200),
        ("/api/v1/candidates?birth_date=1977-07-17", 400),
        ("/api/v1/candidates?canary=1", 400),
        ("/api/v1/candidates?cursor=canary", 400),
        ("/api/v1/candidates/canary", 400),
        ("/canary/1977-07-17", 404),
    ] {
        assert_eq!(status(&base, path, &office).await, expected, "{path}");
    }
    assert_eq!(
        status(&base, "/api/v1/me", "canary.canary.canary").await,
        401
    );
    assert_eq!(
        status(
            &base,
            &format!("/api/v1/branches/{}", demo("0b", 1, 0)),
            &office
        )
        .await,
        200
    );

    running.signal("TERM");
    let ended = running.end();
    assert_eq!(ended.status.code(), Some(0));
    assert!(
        ended.err.lines().count() > 10,
        "every request has its line:\n{}",
        ended.err
    );
    for line in ended.err.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(
            event["timestamp"].is_string() && event["level"].is_string(),
            "{line}"
        );
    }
    let postgres = fs::read_to_string(server().data().parent().unwrap().join("log")).unwrap();
    // control: this search does find the data in an answer
    let found = |text: &str| {
        canaries
            .iter()
            .find(|canary| text.contains(**canary))
            .copied()
    };
    assert_eq!(found(&nomination.to_string()), Some("Canarina"));
    for canary in canaries
        .into_iter()
        .chain([office.as_str(), union.as_str(), PASSWORD])
    {
        for (log, text) in [
            ("ours", &ended.err),
            ("PostgreSQL's", &postgres),
            ("standard output", &ended.out),
        ] {
            let found = text.lines().find(|l| l.contains(canary));
            assert!(found.is_none(), "{log} log holds {canary}: {found:?}");
        }
    }
}

/// Once, 990 idle connections from one address locked everybody out.
#[tokio::test]
async fn an_address_has_so_many_connections_and_no_more() {
    use std::io::{Read as _, Write as _};
    let database = database().await;
    let mut command = external("ketnap_app", &database);
    command.env("KETNAP_CONNECTIONS_ADDRESS", "5");
    let mut running = start(command);
    let address = running.ready().trim_start_matches("http://").to_owned();
    let alive = |from: &str| {
        // all of 127.0.0.0/8 is this machine, but the client's address has to be bound before
        // connecting
        let to: std::net::SocketAddr = address.parse().unwrap();
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.unwrap();
        let from: std::net::SocketAddr = format!("{from}:0").parse().unwrap();
        socket.bind(&from.into()).unwrap();
        socket.connect(&to.into()).unwrap();
        let mut stream: std::net::TcpStream = socket.into();
        let wait = Some(Duration::from_secs(20));
        stream.set_read_timeout(wait).unwrap();
        let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n");
        let mut answer = [0; 12];
        let read = stream.read_exact(&mut answer);
        let served = asked.is_ok() && read.is_ok() && answer.ends_with(b"200");
        (served, stream)
    };
    let mut held = Vec::new();
    for _ in 0..5 {
        let (served, stream) = alive("127.0.0.1");
        assert!(served);
        held.push(stream);
    }
    assert!(!alive("127.0.0.1").0, "one too many");
    assert!(alive("127.0.0.2").0, "another address");
    held.pop();
    eventually("a place is free again", || alive("127.0.0.1").0);
    running.signal("TERM");
    running.end().succeeded();
}

/// The process used to go on, answering 503 forever and `/healthz` with 200.
#[test]
fn without_its_database_the_process_ends_with_an_error() {
    let folder = Folder::new();
    let mut running = start(private(&folder));
    running.ready();
    let data = fs::read_dir(folder.home()).unwrap().flatten();
    let pid = data
        .map(|entry| entry.path().join("data/postmaster.pid"))
        .find_map(|file| fs::read_to_string(file).ok())
        .and_then(|text| text.lines().next().map(str::to_owned))
        .unwrap();
    let killed = Command::new("sh")
        .args(["-c", &format!("kill -9 {pid}")])
        .status();
    assert!(killed.unwrap().success());
    let ended = running.end();
    assert_eq!(ended.status.code(), Some(1), "{ended:#?}");
    assert!(
        ended.err.contains("PostgreSQL has ended by itself"),
        "{ended:#?}"
    );
}

/// T-06: the signing key is replaced under 200 requests a second, and none of them fails. Control:
/// once the old key is removed, its tokens are refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t06_the_signing_key_turns_under_load_without_a_failed_request() {
    const READ: &str = "signing keys read again";
    let (folder, database) = (Folder::new(), database().await);
    let keys = folder.0.join("keys");
    fs::create_dir(&keys).unwrap();
    for file in fs::read_dir(keys_folder()).unwrap().flatten() {
        fs::copy(file.path(), keys.join(file.file_name())).unwrap();
    }
    let mut command = external("ketnap_app", &database);
    command
        .env("KETNAP_KEYS_DIR", &keys)
        .env("KETNAP_RATE_ACCOUNT", "1000000");
    let mut running = start(command);
    let base = running.ready();
    let old = sign_in(&base, "office", PASSWORD).await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let (base, token, over) = (base.clone(), old.clone(), over.clone());
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                let mut statuses: BTreeMap<u16, u32> = BTreeMap::new();
                while !over.load(Ordering::SeqCst) {
                    let asked = client.get(format!("{base}/api/v1/me")).bearer_auth(&token);
                    let status = asked
                        .send()
                        .await
                        .map_or(0, |answer| answer.status().as_u16());
                    *statuses.entry(status).or_default() += 1;
                }
                statuses
            })
        })
        .collect();
    let began = Instant::now();
    for turns in 0..2 {
        let mut turn = ketnap(&["keys", "turn"]);
        turn.env("KETNAP_KEYS_DIR", &keys);
        run(turn).succeeded();
        running.signal("HUP");
        running.logged_again(READ, turns);
    }
    let new = sign_in(&base, "office", PASSWORD).await.unwrap();
    over.store(true, Ordering::SeqCst);
    let mut total = 0;
    for statuses in asked {
        let statuses = statuses.await.unwrap();
        assert_eq!(statuses.keys().collect::<Vec<_>>(), [&200], "{statuses:?}");
        total += statuses[&200];
    }
    let rate = f64::from(total) / began.elapsed().as_secs_f64();
    eprintln!("{total} requests, {rate:.0} a second");
    assert!(rate >= 200.0, "{rate:.0} a second");
    assert_ne!(new.split('.').next(), old.split('.').next(), "one key");
    // a third turn is fine as such, but a fourth would overwrite previous.pem, whose tokens may
    // still be in use
    for refused in [false, true] {
        let mut turn = ketnap(&["keys", "turn"]);
        turn.env("KETNAP_KEYS_DIR", &keys);
        if refused {
            run(turn).refused(&["previous.pem", "15 minutes"]);
        } else {
            run(turn).succeeded();
        }
    }
    fs::remove_file(keys.join("previous.pem")).unwrap();
    running.signal("HUP");
    running.logged_again(READ, 2);
    assert_eq!(status(&base, "/api/v1/me", &old).await, 401);
    assert_eq!(status(&base, "/api/v1/me", &new).await, 200);
    // a key that cannot be read changes nothing
    fs::write(keys.join("next.pem"), "no key").unwrap();
    running.signal("HUP");
    running.logged("the signing keys stay as they were");
    assert_eq!(status(&base, "/api/v1/me", &new).await, 200);
}

#[tokio::test]
async fn what_has_been_kept_long_enough_is_deleted_and_nothing_else() {
    let database = database().await;
    let root = superuser(&database).await;
    let fill = "
      create function pg_temp.attempt(days int) returns void language sql as $$
        insert into sign_in_attempt (id, login_digest, address, at, outcome) values (gen_random_uuid(), '', 'x', now() - make_interval(days => days), 'wrong') $$;
      create function pg_temp.session(began int, until int, revoked int) returns void language sql as $$
        insert into session (id, organization_id, account_id, address, created_at, expires_at, revoked_at)
          select gen_random_uuid(), organization_id, id, 'x', now() - make_interval(days => began), now() - make_interval(days => until), now() - make_interval(days => revoked) from account where login = 'office' $$;
      delete from sign_in_attempt; delete from session;
      select pg_temp.attempt(400), pg_temp.attempt(300);
      select pg_temp.session(200, 100, null), pg_temp.session(200, 10, 100), pg_temp.session(200, 10, null), pg_temp.session(1, -1, null)";
    root.batch_execute(fill).await.unwrap();
    let left = async || {
        let sql = "select (select count(*) from sign_in_attempt), (select count(*) from session), (select count(*) from candidate)";
        let row = root.query_one(sql, &[]).await.unwrap();
        let counts: [i64; 3] = std::array::from_fn(|n| row.get(n));
        counts
    };
    let [attempts, sessions, people] = left().await;
    assert_eq!((attempts, sessions), (2, 4));
    for again in [false, true] {
        let said = run(owner(&database, &["tidy"])).succeeded();
        assert_eq!(said.is_empty(), again, "{said}");
        assert_eq!(left().await, [1, 2, people]);
    }
}
