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
pub mod beside;
mod cluster;
mod programs;

use anyhow::{Context, Result, bail, ensure};
use std::{
    fs::{self, File, OpenOptions, Permissions},
    net::TcpListener,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use cluster::{create, pgpass_entry, tail, write_settings};
use programs::{Account, Programs, find_programs, setpriv_works};

/// The first version whose views support `security_invoker`.
const OLDEST_MAJOR: u32 = 15;
const SUPERUSER: &str = "postgres";

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

    /// Contains the role's password: never log it.
    pub fn url(&self, role: &str, database: &str) -> String {
        url(&self.pgpass, self.port, role, database)
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

fn url(pgpass: &str, port: u16, role: &str, database: &str) -> String {
    let entry = pgpass_entry(role, "");
    let password = pgpass.lines().find_map(|line| line.strip_prefix(&entry));
    let password = password.unwrap_or_default();
    format!("postgres://{role}:{password}@127.0.0.1:{port}/{database}")
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
