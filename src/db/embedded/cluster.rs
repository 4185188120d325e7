//! A database cluster on disk: how it is created, and its settings.
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::{Output, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::SUPERUSER;
use super::programs::Programs;
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
log_parameter_max_length = 0
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
alter default privileges revoke execute on functions from public
alter default privileges in schema public grant execute on functions to ketnap_owner, ketnap_app, ketnap_definer
revoke execute on function lo_creat, lo_create, lo_from_bytea, lo_put, lo_truncate, lo_truncate64, lo_unlink, lowrite from public
create database ketnap owner ketnap_owner
revoke all on database ketnap from public
grant connect on database ketnap to ketnap_owner, ketnap_app, ketnap_backup
";

/// Creates the cluster, the roles and the database, then renames the folder to its final name.
pub(super) fn create(programs: &Programs, home: &Path, folder: &Path, fast: bool) -> Result<()> {
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

pub(super) fn succeeded(what: &str, output: &Output) -> Result<()> {
    ensure!(
        output.status.success(),
        "{what} failed ({}):\n{}",
        output.status,
        tail(&String::from_utf8_lossy(&output.stderr))
    );
    Ok(())
}

pub(super) fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

pub(super) fn write_settings(folder: &Path, port: u16, fast: bool) -> Result<()> {
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

pub(super) fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}

pub(super) fn pgpass_entry(role: &str, password: &str) -> String {
    format!("127.0.0.1:*:*:{role}:{password}")
}

pub(super) fn random_hex() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
