//! The command line: serve, migrate, contract, account, keys, tidy, demo, doctor, audit, regulations,
//! ping.
mod account;
pub mod audit;
pub mod catalog;
mod connections;
mod doctor;
mod edition;
mod keys;
mod regulations;
mod serve;
pub mod settings;
mod standing;
mod tidy;

use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};

pub use doctor::catalog_faults;
pub use tidy::KEPT;

use crate::access::schema;
use crate::config::Config;
use crate::db::embedded::{Embedded, Options, beside};
use crate::sealing::Seals;

/// Keeps a grassroots Party organisation's plan for developing new members.
///
/// Without a command: serve. Without `DATABASE_URL`: a private PostgreSQL with the demo
/// organisation.
#[derive(Parser)]
#[command(name = "ketnap", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until stopped; prints `ready http://…` when requests are accepted
    Serve,
    /// Apply pending migrations, revert the newest one, or list them (as the owner role)
    Migrate {
        #[arg(value_enum, default_value = "up")]
        what: Migrate,
        /// Revert without asking, although what its tables hold is lost
        #[arg(long)]
        yes: bool,
    },
    /// Write the OpenAPI document, the role table and the generated SQL, or check that they are
    /// current
    Contract {
        /// Write nothing; exit with 1 if a file differs
        #[arg(long)]
        check: bool,
    },
    /// Create the first administrator, or recover accounts when nobody can sign in (as the owner
    /// role)
    #[command(subcommand)]
    Account(account::Account),
    /// Replace the key that seals values in the database (as the owner role)
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Delete what has been kept long enough: ended sessions, attempts to sign in, answers kept for
    /// repeated requests (as the owner role). Run it every day; a private database does so by itself
    Tidy,
    /// Load the demo organisation into an empty database (as the owner role)
    Demo,
    /// Check database roles, row-level security, settings, clock, pooler and regulations
    Doctor {
        /// Judge every file again too, and count what has lost its ground
        #[arg(long)]
        files: bool,
    },
    /// Check that nobody has tampered with the audit trail, the access log and the attempts to sign in, or sign where they
    /// stand
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Check a file of regulation versions, or print the book for jurists
    #[command(subcommand)]
    Regulations(regulations::Regulations),
    /// Exit with 0 if the service at KETNAP_LISTEN is ready
    Ping,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Migrate {
    Up,
    Down,
    Status,
}

/// Prints a line to standard output.
pub fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// Whether somebody reads standard output in a terminal; elsewhere it is kept as a log, which is told no
/// secret.
fn is_seen() -> bool {
    std::io::stdout().is_terminal()
}

/// What is said of the demo's password: the published one is no secret.
fn told_password(config: &Config) -> &str {
    if is_seen() || config.demo_password == crate::auth::password::DEMO {
        &config.demo_password
    } else {
        "that of KETNAP_DEMO_PASSWORD"
    }
}

/// Prints a line to standard error.
fn warn(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Parses the arguments and runs the command; errors go to standard error.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match perform(arguments) {
        Ok(code) => code,
        Err(e) => {
            warn(&format!("ketnap: {e:#}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = arguments.config;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&config),
        Command::Contract { check } => contract(check),
        Command::Ping => ping(&config),
        Command::Migrate { what, yes } => {
            with_owner(&config, async |url| migrate(&url, what, yes).await)
        }
        Command::Account(account) => with_owner(&config, async |url| account.run(&url).await),
        Command::Keys(keys::Keys::Turn) => keys::turn(&config.keys()),
        Command::Keys(keys::Keys::Rotate) => with_owner(&config, async |url| {
            keys::rotate(&Seals::read(&config.keys())?, &url).await
        }),
        Command::Tidy => with_owner(&config, async |url| {
            tidy::tidy(&url, crate::clock::Clock::System.now()).await?;
            Ok(ExitCode::SUCCESS)
        }),
        Command::Demo => with_owner(&config, async |url| demo(&config, &url).await),
        Command::Doctor { files } => with_database(&config, "ketnap_app", async |url| {
            doctor::doctor(&config, &url, files).await
        }),
        Command::Audit(what) => Ok(what.run(&config)),
        Command::Regulations(what) => what.run(&config),
    }
}

/// Runs `work` with the owner's database URL: `DATABASE_URL`, or that of the embedded server, which
/// is started unless a service already runs it.
fn with_owner(
    config: &Config,
    work: impl AsyncFnOnce(String) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    with_database(config, "ketnap_owner", work)
}

fn with_database(
    config: &Config,
    role: &str,
    work: impl AsyncFnOnce(String) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(1)
        .build()?;
    if let Some(url) = config.database()? {
        return runtime.block_on(work(url));
    }
    if let Some(url) = beside::url(&config.home(), role, "ketnap") {
        return runtime.block_on(work(url));
    }
    let embedded = embedded(config)?;
    let url = embedded.url(role, "ketnap");
    let done = runtime.block_on(work(url));
    drop(embedded);
    done
}

fn embedded(config: &Config) -> anyhow::Result<Embedded> {
    let options = Options {
        home: config.home(),
        pg_bin: config.pg_bin.clone(),
        fast: false,
    };
    Embedded::start(&options, &mut |step| tell(step))
}

/// Whether the newest migration may be reverted: asked wherever somebody's records would be lost.
async fn agreed(client: &tokio_postgres::Client) -> anyhow::Result<bool> {
    let there = "select to_regclass('organization') is not null";
    if !client.query_one(there, &[]).await?.get::<_, bool>(0) {
        return Ok(true);
    }
    let names = "select name from organization order by name";
    let names = client.query(names, &[]).await?;
    let names: Vec<&str> = names.iter().map(|row| row.get(0)).collect();
    if names.is_empty() {
        return Ok(true);
    }
    tell(&format!(
        "The newest migration is reverted, and what its tables hold is lost for good. The database holds the records of: {}. Type `yes` to go on:",
        names.join(", ")
    ));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

async fn migrate(url: &str, what: Migrate, yes: bool) -> anyhow::Result<ExitCode> {
    let mut client = crate::db::connect::client(&url.parse()?).await?;
    match what {
        Migrate::Up => drop(migration::up(&mut client).await?),
        Migrate::Down if yes || agreed(&client).await? => migration::down(&mut client).await?,
        Migrate::Down => bail!("nothing was reverted; --yes reverts without asking"),
        Migrate::Status => {}
    }
    let status = migration::status(&client).await?;
    tell(&format!(
        "{} migrations applied, {} pending",
        status.applied.len(),
        status.pending.len()
    ));
    if matches!(what, Migrate::Status) {
        for m in status.applied {
            tell(&format!("  applied  {}", m.name));
        }
        for m in status.pending {
            tell(&format!("  pending  {}", m.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Applies every pending migration; returns their number.
pub async fn migrate_up(url: &str) -> anyhow::Result<usize> {
    migration::up(&mut crate::db::connect::client(&url.parse()?).await?).await
}

async fn demo(config: &Config, url: &str) -> anyhow::Result<ExitCode> {
    config.check()?;
    let mut client = crate::db::connect::client(&url.parse()?).await?;
    if !crate::demo::is_empty(&client).await? {
        bail!(
            "the database already holds an organisation: the demo is loaded into an empty one only"
        );
    }
    let secret = crate::auth::password::random_secret()?;
    let told = if is_seen() {
        secret.clone()
    } else {
        let file = config.home().join("district-script.secret");
        fs::create_dir_all(config.home()).with_context(|| {
            format!("the secret of district-script is not printed where no terminal is, and cannot be put into {}: set KETNAP_DATA_DIR", file.display())
        })?;
        let _ = fs::remove_file(&file);
        crate::auth::token::write_secret(&file, &secret)?;
        format!("in {}", file.display())
    };
    let loaded = load_demo(config, &mut client, &secret).await?;
    for s in &loaded.sign_ins {
        tell(&format!("  {:<16} {}", s.login, s.about));
    }
    tell(&format!(
        "password of the people: {}; secret of district-script: {told}",
        told_password(config)
    ));
    Ok(ExitCode::SUCCESS)
}

async fn load_demo(
    config: &Config,
    client: &mut tokio_postgres::Client,
    secret: &str,
) -> anyhow::Result<crate::demo::Loaded> {
    let people = crate::auth::password::hash_now(&config.demo_password)?;
    let script = crate::auth::password::hash_now(secret)?;
    let keys = config.keys();
    if config.database()?.is_none() && crate::demo::is_empty(client).await? {
        Seals::generate(&keys)?;
    }
    let seals = Seals::find(&keys)?.filter(Seals::can_index);
    let now = crate::clock::Clock::System.now();
    if !crate::demo::is_alive(now) {
        let day = crate::clock::day(now);
        tell(&format!(
            "the clock says {day}; before 2026 the demo is its own term alone, with days to come in it"
        ));
    }
    let loaded = crate::demo::load(client, &people, &script, seals.as_ref(), now).await?;
    if seals.is_some() {
        keys::index::prepare(client, &keys).await?;
    }
    Ok(loaded)
}

/// The parameters' reference.
const PARAMETERS: &str = "src/law/README.md";

fn contract(check: bool) -> anyhow::Result<ExitCode> {
    let document = crate::app::document();
    let (_, mut wrong) = crate::api::document::vietnamese(&document);
    wrong.extend(crate::api::document::mistakes(&document));
    let document = serde_json::to_string_pretty(&crate::app::published())? + "\n";
    // only the table in it is generated
    let readme = fs::read_to_string(PARAMETERS).unwrap_or_default();
    let mut stale = false;
    for (file, text) in [
        ("openapi/openapi.json", Some(document)),
        ("openapi/roles.txt", Some(crate::access::table())),
        (PARAMETERS, crate::law::regulation::readme(&readme)),
        (
            "migration/src/baseline/generated/words.sql",
            Some(schema::words()),
        ),
        (
            "migration/src/baseline/generated/policies.sql",
            Some(schema::policies()),
        ),
    ] {
        let path = Path::new(file);
        if text.is_some() && fs::read_to_string(path).ok() == text {
            continue;
        }
        stale = true;
        match text {
            Some(text) if !check => {
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::write(path, text).with_context(|| format!("cannot write {file}"))?;
                tell(&format!("{file} written"));
            }
            _ => tell(&format!(
                "{file} is not current: run `cargo run -- contract`, read the difference, commit it"
            )),
        }
    }
    for line in &wrong {
        tell(line);
    }
    Ok(if check && stale || !wrong.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Sends the request over a plain socket, so that the container needs no HTTP client.
fn ping(config: &Config) -> anyhow::Result<ExitCode> {
    use std::io::Read as _;
    let address: std::net::SocketAddr = config.listen.parse().context("KETNAP_LISTEN")?;
    let address = if address.ip().is_unspecified() {
        std::net::SocketAddr::from(([127, 0, 0, 1], address.port()))
    } else {
        address
    };
    let mut stream =
        std::net::TcpStream::connect_timeout(&address, std::time::Duration::from_secs(2))?;
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5)))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(if answer.starts_with("HTTP/1.1 200") {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
