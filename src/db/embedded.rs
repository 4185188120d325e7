//! The embedded default database: a private `PostgreSQL`, run from the system's own server
//! programs when there is no `DATABASE_URL`.
//!
//! `<home>/pg<major>/` holds `data`, `pgpass` (the passwords, usable as `PGPASSFILE`),
//! `server.conf` (rewritten at every start), `log` and `log.old`. The folder is prepared under
//! another name and then renamed, so a start that is killed half-way never leaves a broken
//! database behind.
//!
//! The server never outlives the application: it gets SIGINT (its fast shutdown) when [`Embedded`]
//! is dropped and, through `setpriv`, also when the application is killed. Committed rows survive
//! both. Without `setpriv` (macOS) a server may survive a kill -9; the next start, which holds the
//! lock file, stops it.
use anyhow::{Context, Result, bail, ensure};
use std::{
    fmt::Write as _,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{Read, Write},
    net::TcpListener,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The first version whose views support `security_invoker`.
const OLDEST_MAJOR: u32 = 15;
const SUPERUSER: &str = "postgres";
const ROLES: [(&str, &str); 3] = [
    ("ketnap_owner", "nobypassrls"),
    ("ketnap_app", "nobypassrls"),
    ("ketnap_backup", "bypassrls"),
];

/// Listens on loopback only, and logs neither statements nor values, which may hold personal data.
const SETTINGS: &str = "\
# Written by ketnap at every start; changes here do not last.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_error_verbosity = terse
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
# Statements are short: compiling them, and sharing one among processes, costs more than it gains.
jit = off
max_parallel_workers_per_gather = 0
# Pages are in memory or on an SSD.
random_page_cost = 1.1
# Nothing is replicated, and one house has few tables.
max_wal_senders = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 1
";
/// For tests, whose data need not survive a crash.
const FAST_SETTINGS: &str = "\
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
";
/// One statement per line, run in template1 so that every later database inherits it.
const PREPARE: &str = "\
do $$ begin if not exists (select from pg_collation where collprovider = 'i') then raise 'this PostgreSQL was built without ICU collations'; end if; end $$
create role ketnap_definer nologin nosuperuser bypassrls
grant ketnap_definer to ketnap_owner
alter role ketnap_app set statement_timeout = '5s'
alter role ketnap_app set lock_timeout = '2s'
alter role ketnap_app set idle_in_transaction_session_timeout = '10s'
alter role ketnap_backup set default_transaction_read_only = on
revoke create on schema public from public
create database ketnap owner ketnap_owner
revoke all on database ketnap from public
grant connect on database ketnap to ketnap_owner, ketnap_app, ketnap_backup
";

pub struct Options {
    /// Holds all durable data; created if missing.
    pub home: PathBuf,
    /// The folder of `initdb` and `postgres` (`KETNAP_PG_BIN`); searched for if not given.
    pub pg_bin: Option<PathBuf>,
    /// For tests: fast, many connections, loses data when the machine crashes.
    pub fast: bool,
}

/// A running server. Dropping it stops the server and waits for it to exit.
pub struct Embedded {
    child: Child,
    data: PathBuf,
    port: u16,
    pgpass: String,
    fresh: bool,
    _keeper: mpsc::Sender<()>,
    _lock: File,
}

impl Embedded {
    /// Blocks until the server accepts connections. `progress` is told of each step that may take
    /// more than a second.
    pub fn start(options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Self> {
        let (major, bin) = find_programs(options)?;
        let home = make_home(&options.home)
            .with_context(|| format!("making the data folder {}", options.home.display()))?;
        let lock = lock(&home)?;
        let folder = home.join(format!("pg{major}"));
        let data = folder.join("data");
        let programs = Programs {
            bin,
            account: Account::for_server(&data),
            dies_with_us: setpriv_works(),
        };
        if let Some(account) = &programs.account {
            account.must_reach(&home)?;
        }
        let fresh = !folder.exists();
        if fresh {
            progress(&format!(
                "creating the database in {} (this once, takes some seconds)",
                folder.display()
            ));
            remove_leftovers(&home);
            create(&programs, &home, &folder, options.fast)?;
        }
        remove_leftovers(&home);
        let pgpass = folder.join("pgpass");
        let pgpass = fs::read_to_string(&pgpass)
            .with_context(|| format!("reading {} (made by another user?)", pgpass.display()))?;
        progress(&format!(
            "starting PostgreSQL {major} with the data in {}",
            data.display()
        ));
        let (child, port, keeper) = serve(&programs, &folder, options.fast, progress)?;
        Ok(Self {
            child,
            data,
            port,
            pgpass,
            fresh,
            _keeper: keeper,
            _lock: lock,
        })
    }

    /// Whether an earlier start has left its data in this folder.
    pub fn is_there(home: &Path) -> bool {
        let mut entries = fs::read_dir(home).into_iter().flatten().flatten();
        entries.any(|e| e.file_name().to_string_lossy().starts_with("pg"))
    }

    pub fn superuser_url(&self) -> String {
        self.url(SUPERUSER, "postgres")
    }

    /// Contains the role's password: never log it.
    pub fn url(&self, role: &str, database: &str) -> String {
        let entry = pgpass_entry(role, "");
        let password = self
            .pgpass
            .lines()
            .find_map(|line| line.strip_prefix(&entry))
            .unwrap_or_default();
        format!(
            "postgres://{role}:{password}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Whether this start created the cluster.
    pub fn fresh(&self) -> bool {
        self.fresh
    }

    /// Whether the server has exited on its own.
    pub fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Stops the server explicitly; the same as dropping it.
    pub fn stop(self) {}
}

impl Drop for Embedded {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// Starts the server. Keeps the previous log, which may explain a crash.
fn serve(
    programs: &Programs,
    folder: &Path,
    fast: bool,
    progress: &mut dyn FnMut(&str),
) -> Result<(Child, u16, mpsc::Sender<()>)> {
    let (data, log) = (folder.join("data"), folder.join("log"));
    let _ = fs::rename(&log, folder.join("log.old"));
    // An early exit mostly has a passing cause: the port was taken after we chose it, or the last
    // processes of a killed server still hold the data.
    for _ in 0..3 {
        wait_for_old_server(&data, progress)?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        write_settings(folder, port, fast)?;
        let output = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&log)?;
        let mut command = programs.command("postgres");
        command
            .arg("-D")
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let (mut child, keeper) = spawn_kept(command)?;
        if is_ready(&mut child, &data)? {
            return Ok((child, port, keeper));
        }
        thread::sleep(Duration::from_millis(300));
    }
    bail!(
        "PostgreSQL did not start with the data in {}:\n{}",
        data.display(),
        tail(&fs::read_to_string(&log).unwrap_or_default())
    )
}

/// SIGINT is the server's fast shutdown. It writes a checkpoint, so it gets time before SIGKILL.
fn stop(child: &mut Child) {
    let deadline = Instant::now() + Duration::from_mins(1);
    if matches!(child.try_wait(), Ok(None)) && interrupt(child.id()) {
        while matches!(child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
    }
    let _ = child.kill(); // does nothing if it has exited
    let _ = child.wait();
}

/// Sends SIGINT through the shell: the standard library can only send SIGKILL.
fn interrupt(pid: u32) -> bool {
    Command::new("sh")
        .args(["-c", "kill -INT \"$0\"", &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The kernel signals a child when the *thread* that spawned it ends. This thread lives as long as
/// the returned sender, that is, as long as the `Embedded`, whatever thread called `start`.
fn spawn_kept(mut command: Command) -> Result<(Child, mpsc::Sender<()>)> {
    let (keeper, released) = mpsc::channel::<()>();
    let (sender, child) = mpsc::channel();
    thread::Builder::new()
        .name("postgres-keeper".into())
        .spawn(move || {
            let _ = sender.send(command.spawn());
            let _ = released.recv();
        })?;
    Ok((
        child.recv()?.context("starting the program postgres")?,
        keeper,
    ))
}

/// False if the server exited instead. Only `postmaster.pid` tells: the port already answers while
/// the server recovers.
fn is_ready(child: &mut Child, data: &Path) -> Result<bool> {
    let deadline = Instant::now() + Duration::from_mins(5); // recovery after a crash can be long
    while child.try_wait()?.is_none() {
        let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        let line = |number| state.lines().nth(number).map(str::trim);
        if line(0) == Some(&child.id().to_string()) && line(7) == Some("ready") {
            return Ok(true);
        }
        if Instant::now() > deadline {
            stop(child);
            bail!(
                "PostgreSQL was not ready within 5 minutes, see the log beside {}",
                data.display()
            );
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(false)
}

/// Waits for the server of a killed application to shut down. We hold the lock, so whatever still
/// runs on this data is a remnant: it is told to stop, never adopted.
fn wait_for_old_server(data: &Path, progress: &mut dyn FnMut(&str)) -> Result<()> {
    let pid_file = data.join("postmaster.pid");
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut told = false;
    while let Some(pid) = fs::read_to_string(&pid_file)
        .ok()
        .and_then(|text| text.lines().next()?.trim().parse::<u32>().ok())
    {
        let Some(command_line) = command_line(pid) else {
            return Ok(());
        }; // dead: the server cleans up by itself
        if !command_line.contains(&*data.to_string_lossy()) {
            // The pid was reused by another program (a reboot, a new container), and the file would
            // keep the server from starting. Should a server run after all, its shared memory still
            // guards the data.
            let _ = fs::remove_file(&pid_file);
            return Ok(());
        }
        if !told {
            told = true;
            progress("waiting for the server of an earlier run to shut down");
            interrupt(pid);
        }
        ensure!(
            Instant::now() < deadline,
            "an earlier PostgreSQL (process {pid}) still runs with the data in {} and does not stop",
            data.display()
        );
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// `None` if there is no such process.
fn command_line(pid: u32) -> Option<String> {
    let bytes = if Path::new("/proc/self").exists() {
        fs::read(format!("/proc/{pid}/cmdline")).ok()?
    } else {
        Command::new("ps")
            .args(["-ww", "-o", "command=", "-p", &pid.to_string()])
            .output()
            .ok()
            .filter(|output| output.status.success())?
            .stdout
    };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn make_home(home: &Path) -> std::io::Result<PathBuf> {
    if !home.exists() {
        fs::create_dir_all(home)?;
        fs::set_permissions(home, Permissions::from_mode(0o711))?; // the server's account passes through, whatever our umask
    }
    home.canonicalize()
}

/// Held for the life of the `Embedded`; the system releases it with the process, however that ends.
fn lock(home: &Path) -> Result<File> {
    let path = home.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("opening {}", path.display()))?;
    // a process that was just killed may take a moment to disappear
    for _ in 0..20 {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(50)),
            Err(fs::TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("locking {}", path.display()));
            }
        }
    }
    bail!(
        "ketnap is already running with this data (folder {}): stop it first, or set KETNAP_DATA_DIR to another folder",
        home.display()
    )
}

/// Removes what first starts left behind when they were killed. Their last processes may still be
/// writing, so failures are ignored, names are never reused, and we try again after our own start.
fn remove_leftovers(home: &Path) {
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with("unfinished-")
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Creates the cluster, the roles and the database, then renames the folder to its final name.
fn create(programs: &Programs, home: &Path, folder: &Path, fast: bool) -> Result<()> {
    let work = home.join(format!("unfinished-{}", random_hex()?));
    let (data, pwfile) = (work.join("data"), work.join("pwfile"));
    DirBuilder::new().create(&work)?;
    fs::set_permissions(&work, Permissions::from_mode(0o711))?; // as in make_home
    DirBuilder::new().mode(0o700).create(&data)?;
    let superuser_password = random_hex()?;
    write_secret(&pwfile, &superuser_password)?;
    if let Some(account) = &programs.account {
        for path in [&data, &pwfile] {
            chown(path, Some(account.uid), Some(account.gid))?;
        }
    }
    // macOS has no C.UTF-8; ICU does the sorting and the case mapping anyway.
    let locale = if cfg!(target_os = "macos") {
        "--locale=C"
    } else {
        "--locale=C.UTF-8"
    };
    let mut initdb = programs.command("initdb");
    initdb
        .args(["-E", "UTF8", locale, "-U", SUPERUSER, "-A", "scram-sha-256"])
        .args(fast.then_some("--no-sync"));
    initdb.arg("--pwfile").arg(&pwfile).arg("-D").arg(&data);
    succeeded(
        "initdb",
        &initdb
            .stdin(Stdio::null())
            .output()
            .context("starting the program initdb")?,
    )?;
    fs::remove_file(&pwfile)?;
    OpenOptions::new()
        .append(true)
        .open(data.join("postgresql.conf"))?
        .write_all(b"\ninclude '../server.conf'\n")?;
    write_settings(&work, 0, fast)?;

    let mut pgpass = pgpass_entry(SUPERUSER, &superuser_password) + "\n";
    let mut sql = String::new();
    for (role, bypass) in ROLES {
        let password = random_hex()?;
        writeln!(
            sql,
            "create role {role} login nosuperuser {bypass} password '{password}'"
        )?;
        writeln!(pgpass, "{}", pgpass_entry(role, &password))?;
    }
    sql += PREPARE;
    write_secret(&work.join("pgpass"), &pgpass)?;
    // Single-user mode needs no port, no password and no client.
    let mut single = programs.command("postgres");
    single
        .args(["--single", "-c", "exit_on_error=on", "-D"])
        .arg(&data)
        .arg("template1");
    let mut child = single
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // If the server has already exited the write fails; its own output below says more.
    let _ = child
        .stdin
        .take()
        .context("no standard input")?
        .write_all(sql.as_bytes());
    succeeded("creating the roles", &child.wait_with_output()?)?;
    fs::rename(&work, folder)?;
    Ok(File::open(home)?.sync_all()?)
}

fn succeeded(what: &str, output: &Output) -> Result<()> {
    ensure!(
        output.status.success(),
        "{what} failed ({}):\n{}",
        output.status,
        tail(&String::from_utf8_lossy(&output.stderr))
    );
    Ok(())
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

fn write_settings(folder: &Path, port: u16, fast: bool) -> Result<()> {
    let (more, connections) = if fast { (FAST_SETTINGS, 200) } else { ("", 60) };
    // Single-user mode does not listen, but 0 is not a valid port.
    let text = format!(
        "{SETTINGS}port = {}\nmax_connections = {connections}\n{more}",
        port.max(1)
    );
    let path = folder.join("server.conf");
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    Ok(fs::set_permissions(&path, Permissions::from_mode(0o644))?)
}

fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}

fn pgpass_entry(role: &str, password: &str) -> String {
    format!("127.0.0.1:*:*:{role}:{password}")
}

fn random_hex() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// How to run the server programs.
struct Programs {
    bin: PathBuf,
    account: Option<Account>,
    dies_with_us: bool,
}

impl Programs {
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        if self.dies_with_us {
            // Change the account before setpriv runs: doing it afterwards would clear the death
            // signal.
            command = Command::new("setpriv");
            command
                .args(["--pdeathsig", "INT", "--"])
                .arg(self.bin.join(name));
        }
        // Our environment holds secrets, and PG* variables not meant for this server.
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("LC_ALL", "C")
            .env("TZ", "UTC");
        command.current_dir("/").process_group(0); // Ctrl-C in the terminal reaches us first
        if let Some(account) = &self.account {
            account.apply(&mut command);
        }
        command
    }
}

/// Busybox has a setpriv without this option.
fn setpriv_works() -> bool {
    let mut probe = Command::new("setpriv");
    probe
        .args(["--pdeathsig", "INT", "--", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The account to run the server as when we are root: `PostgreSQL` refuses to run as root.
struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

impl Account {
    /// The owner of existing data, else `postgres`, else `nobody`.
    fn for_server(data: &Path) -> Option<Self> {
        if id(&["-u"]) != Some(0) {
            return None;
        }
        if let Ok(owner) = data.metadata() {
            return Some(Self {
                name: format!("number {}", owner.uid()),
                uid: owner.uid(),
                gid: owner.gid(),
            });
        }
        let named = |name: &str| {
            Some(Self {
                name: name.to_owned(),
                uid: id(&["-u", name])?,
                gid: id(&["-g", name])?,
            })
        };
        named("postgres").or_else(|| named("nobody")).or(Some(Self {
            name: "nobody".to_owned(),
            uid: 65534,
            gid: 65534,
        }))
    }

    /// When root changes the user, the standard library also clears the supplementary groups.
    fn apply(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    fn must_reach(&self, home: &Path) -> Result<()> {
        let enters = |dir: &Path| {
            let mut cd = Command::new("sh");
            self.apply(
                cd.args(["-c", "cd -- \"$0\""])
                    .arg(dir)
                    .current_dir("/")
                    .stderr(Stdio::null()),
            );
            cd.status().is_ok_and(|status| status.success())
        };
        if enters(home) {
            return Ok(());
        }
        let barred = home
            .ancestors()
            .filter(|dir| !enters(dir))
            .last()
            .unwrap_or(home);
        bail!(
            "PostgreSQL refuses to run as root, so it runs as user {name}, who cannot enter {}; the data would be in {}. \
             Set KETNAP_DATA_DIR to a folder that user {name} can reach (for example /var/lib/ketnap), or run ketnap as an ordinary user",
            barred.display(),
            home.display(),
            name = self.name
        )
    }
}

fn id(args: &[&str]) -> Option<u32> {
    let output = Command::new("id")
        .args(args)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// Major version and folder of the programs: those of the version that wrote the data, if there is
/// any.
fn find_programs(options: &Options) -> Result<(u32, PathBuf)> {
    let found = if let Some(dir) = &options.pg_bin {
        candidates([dir.clone()])
    } else {
        let mut usual = candidates(usual_places());
        usual.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
        let mut found = candidates(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        found.append(&mut usual);
        found
    };
    let written = fs::read_dir(&options.home).into_iter().flatten().flatten();
    let written = written
        .filter_map(|entry| {
            entry
                .file_name()
                .to_str()?
                .strip_prefix("pg")?
                .parse::<u32>()
                .ok()
        })
        .max();
    if let Some(programs) = found
        .iter()
        .find(|(major, _)| written.map_or(*major >= OLDEST_MAJOR, |written| *major == written))
    {
        return Ok(programs.clone());
    }
    let place = options
        .pg_bin
        .as_ref()
        .map_or("on PATH or in the usual places".to_owned(), |dir| {
            format!("in KETNAP_PG_BIN={}", dir.display())
        });
    if let (Some(written), false) = (written, found.is_empty()) {
        bail!(
            "the data in {}/pg{written} was written by PostgreSQL {written}, whose programs are not {place}. Install them again \
             (`apt-get install postgresql-{written}`) or name their folder in KETNAP_PG_BIN, or move the data away to begin anew",
            options.home.display()
        );
    }
    bail!(
        "no PostgreSQL server programs (initdb and postgres, version {OLDEST_MAJOR} or newer) {place}. The ways out:\n\
         - install PostgreSQL, for example `apt-get install postgresql` (if it is in an unusual place, name its bin folder in KETNAP_PG_BIN)\n\
         - start everything in containers: `docker compose up`\n\
         - set DATABASE_URL to a PostgreSQL of your own"
    )
}

fn candidates(dirs: impl IntoIterator<Item = PathBuf>) -> Vec<(u32, PathBuf)> {
    dirs.into_iter()
        .filter_map(|dir| Some((major_version(&dir)?, dir.canonicalize().ok()?)))
        .collect()
}

fn major_version(dir: &Path) -> Option<u32> {
    let postgres = dir.join("postgres");
    if !postgres.is_file() || !dir.join("initdb").is_file() {
        return None;
    }
    // "postgres (PostgreSQL) 15.18 (Debian …)", "postgres (PostgreSQL) 19beta1"
    let output = Command::new(postgres)
        .arg("--version")
        .output()
        .ok()?
        .stdout;
    let output = String::from_utf8_lossy(&output);
    output
        .split_whitespace()
        .nth(2)?
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// Where installers put the server programs without adding them to PATH: Debian, Red Hat, SUSE and
/// Alpine, builds from source, Homebrew, Postgres.app, EDB.
fn usual_places() -> Vec<PathBuf> {
    let roots = "/usr/lib/postgresql:/usr:/usr/lib:/usr/libexec:/usr/local:/opt/homebrew/opt:/usr/local/opt:\
                 /Applications/Postgres.app/Contents/Versions:/Library/PostgreSQL";
    let versions = std::env::split_paths(roots)
        .filter_map(|root| fs::read_dir(root).ok())
        .flatten()
        .flatten();
    versions
        .map(|entry| entry.path())
        .flat_map(|version| [version.join("bin"), version])
        .collect()
}
