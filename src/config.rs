//! Settings of the process, from the command line or the environment. All mistakes are reported at
//! once.
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser as _};

use crate::auth::limits::Rates;
use crate::auth::proxies::Proxies;
use crate::law::regulation::{self, Regulations};
use crate::law::text::too_short;

/// So many requests may be under way for each database connection: reads share some of them, so
/// about two are served at once, and whoever waits is answered within a few times what one takes.
const UNDER_WAY: usize = 8;

/// Settings of the service.
#[derive(Args, Clone)]
pub struct Config {
    /// URL of the PostgreSQL database; without it a private server is started, with the demo
    /// organisation
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// File with the database role's password, if the URL has none
    #[arg(long, env = "KETNAP_DATABASE_PASSWORD_FILE", global = true)]
    pub database_password_file: Option<PathBuf>,
    /// Address and port to listen on
    #[arg(
        long,
        env = "KETNAP_LISTEN",
        default_value = "127.0.0.1:8080",
        global = true
    )]
    pub listen: String,
    /// Address and port of /metrics; `off` to disable
    #[arg(
        long,
        env = "KETNAP_METRICS_LISTEN",
        default_value = "127.0.0.1:9090",
        global = true
    )]
    pub metrics_listen: String,
    /// URL under which clients reach the service; the issuer of tokens
    #[arg(
        long,
        env = "KETNAP_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080",
        global = true
    )]
    pub public_url: String,
    /// Folder with current.pem, refresh.key, seal.key, index.key and optionally next.pem, previous.pem,
    /// seal-next.key, seal-previous.key; required with DATABASE_URL
    #[arg(long, env = "KETNAP_KEYS_DIR", global = true)]
    pub keys_dir: Option<PathBuf>,
    /// Data folder of the private database [default: /var/lib/ketnap as root, else
    /// ~/.local/share/ketnap]
    #[arg(long, env = "KETNAP_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Folder with PostgreSQL's server programs (initdb, postgres), if they are not found
    /// automatically
    #[arg(long, env = "KETNAP_PG_BIN", global = true)]
    pub pg_bin: Option<PathBuf>,
    /// Password of the demo accounts
    #[arg(
        long,
        env = "KETNAP_DEMO_PASSWORD",
        default_value = crate::auth::password::DEMO,
        hide_env_values = true,
        global = true
    )]
    pub demo_password: String,
    /// `yes` lets others than this computer use the demo, whose passwords are published
    #[arg(long, env = "KETNAP_DEMO_PUBLIC", global = true)]
    pub demo_public: Option<String>,
    /// File of regulation versions [default: the built-in one]
    #[arg(long, env = "KETNAP_REGULATIONS", global = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub regulations: Option<PathBuf>,
    /// Origins that browsers may call from, separated by commas
    #[arg(
        long,
        env = "KETNAP_CORS_ORIGINS",
        value_delimiter = ',',
        global = true
    )]
    pub cors_origins: Vec<String>,
    /// Worker threads [default: one per core]
    #[arg(long, env = "KETNAP_WORKERS", global = true)]
    pub workers: Option<usize>,
    /// Maximum number of database connections
    #[arg(long, env = "KETNAP_POOL", default_value_t = 16, global = true)]
    pub pool: usize,
    /// Maximum number of client connections per worker
    #[arg(
        long,
        env = "KETNAP_MAX_CONNECTIONS",
        default_value_t = 10_000,
        global = true
    )]
    pub max_connections: usize,
    /// Requests per minute and account
    #[arg(
        long,
        env = "KETNAP_RATE_ACCOUNT",
        default_value = "1200",
        global = true
    )]
    pub rate_account: NonZeroU32,
    /// Requests per minute and service account
    #[arg(
        long,
        env = "KETNAP_RATE_SERVICE",
        default_value = "12000",
        global = true
    )]
    pub rate_service: NonZeroU32,
    /// Sign-ins per minute with a login from one address
    #[arg(long, env = "KETNAP_RATE_SIGN_IN", default_value = "10", global = true)]
    pub rate_sign_in: NonZeroU32,
    /// Sign-ins per minute and address
    #[arg(
        long,
        env = "KETNAP_RATE_SIGN_IN_ADDRESS",
        default_value = "60",
        global = true
    )]
    pub rate_sign_in_address: NonZeroU32,
    /// Concurrent requests of one account; further ones wait [default: three quarters of a worker's
    /// database connections]
    #[arg(long, env = "KETNAP_IN_FLIGHT", global = true)]
    pub in_flight: Option<NonZeroU32>,
    /// Maximum number of connections from one client address; trusted proxies are exempt
    #[arg(
        long,
        env = "KETNAP_CONNECTIONS_ADDRESS",
        default_value = "512",
        global = true
    )]
    pub connections_address: NonZeroU32,
    /// Addresses and networks of trusted proxies, separated by commas: their X-Forwarded-For and
    /// Forwarded headers are trusted
    #[arg(
        long,
        env = "KETNAP_TRUSTED_PROXIES",
        default_value = "",
        global = true
    )]
    pub trusted_proxies: String,
    /// Whether accounts that can see persons unmasked need a second factor: `required`, or
    /// `optional:` and the reason [default: required with DATABASE_URL, optional for the demo]
    #[arg(long, env = "KETNAP_SECOND_FACTOR", global = true)]
    pub second_factor: Option<String>,
    /// Log level: error, warn, info, debug, trace
    #[arg(long, env = "KETNAP_LOG", default_value = "info", global = true)]
    pub log: String,
    /// Log format: json, text [default: text in a terminal, else json]
    #[arg(long, env = "KETNAP_LOG_FORMAT", global = true)]
    pub log_format: Option<String>,
}

/// Omits secrets.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("database", &self.database_url.as_ref().map(|_| "…"))
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reports everything that is wrong with the settings in one message.
    pub fn check(&self) -> anyhow::Result<()> {
        let external = self
            .database_url
            .as_deref()
            .is_some_and(|url| !url.is_empty());
        let mut wrong = Vec::new();
        if self.listen.parse::<SocketAddr>().is_err() {
            wrong.push(format!(
                "KETNAP_LISTEN is not address:port: {}",
                self.listen
            ));
        }
        if self.metrics_listen != "off" && self.metrics_listen.parse::<SocketAddr>().is_err() {
            wrong.push(format!(
                "KETNAP_METRICS_LISTEN is neither address:port nor off: {}",
                self.metrics_listen
            ));
        }
        if !self.public_url.starts_with("http://") && !self.public_url.starts_with("https://") {
            wrong.push(format!(
                "KETNAP_PUBLIC_URL does not begin with http:// or https://: {}",
                self.public_url
            ));
        }
        if external && self.keys_dir.is_none() {
            wrong.push("KETNAP_KEYS_DIR is required with DATABASE_URL: a folder with current.pem (openssl genpkey -algorithm ed25519) refresh.key, seal.key and index.key (openssl rand -hex 32)".into());
        }
        if let Err(what) = self.trusted_proxies.parse::<Proxies>() {
            wrong.push(format!("KETNAP_TRUSTED_PROXIES: {what}"));
        }
        if let Err(what) = self.no_second_factor() {
            wrong.push(format!("KETNAP_SECOND_FACTOR: {what}"));
        }
        if self.pool == 0 || self.workers == Some(0) {
            wrong.push("KETNAP_POOL and KETNAP_WORKERS must be at least 1".into());
        }
        if self.demo_password.chars().count() < crate::auth::password::SHORTEST {
            wrong.push(format!(
                "KETNAP_DEMO_PASSWORD needs at least {} characters",
                crate::auth::password::SHORTEST
            ));
        }
        let beyond = (self.listen.parse::<SocketAddr>()).is_ok_and(|at| !at.ip().is_loopback());
        if self.is_demo() && beyond && self.demo_public.as_deref() != Some("yes") {
            wrong.push("KETNAP_LISTEN lets others use the demo, whose passwords are published: set KETNAP_DEMO_PUBLIC=yes if that is meant, or DATABASE_URL".into());
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            bail!("the settings are not usable:\n  - {}", wrong.join("\n  - "))
        }
    }

    fn is_demo(&self) -> bool {
        self.database_url.as_deref().is_none_or(str::is_empty)
    }

    /// Why nobody needs a second factor; `None` where those who can see persons unmasked do.
    pub fn no_second_factor(&self) -> Result<Option<&str>, &'static str> {
        let demo = self.is_demo();
        match self.second_factor.as_deref().filter(|set| !set.is_empty()) {
            None if demo => Ok(Some("the demo organisation")),
            None | Some("required") => Ok(None),
            Some(set) => match set.strip_prefix("optional:").map(str::trim) {
                Some(reason) if too_short(reason).is_none() => Ok(Some(reason)),
                _ => Err("required, or optional: and a reason of at least 10 letters"),
            },
        }
    }

    /// Reads and checks the regulation versions; every mistake is named.
    pub fn law(&self) -> anyhow::Result<Regulations> {
        let named = self
            .regulations
            .as_ref()
            .filter(|f| !f.as_os_str().is_empty());
        let text = match named {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?,
            None => regulation::BUILT_IN.to_owned(),
        };
        Regulations::read(&text).map_err(|wrong| {
            anyhow::anyhow!(
                "the regulations are not usable:\n  - {}",
                wrong.lines().join("\n  - ")
            )
        })
    }

    pub fn workers(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        self.workers.unwrap_or_else(cores)
    }

    /// Number of database connections per worker.
    pub fn connections(&self) -> usize {
        (self.pool / self.workers()).max(1)
    }

    pub fn rates(&self) -> Rates {
        let in_flight = self
            .in_flight
            .map_or((self.connections() * 3 / 4).max(1), |n| n.get() as usize);
        Rates {
            account: self.rate_account,
            service: self.rate_service,
            sign_in_login: self.rate_sign_in,
            sign_in_address: self.rate_sign_in_address,
            in_flight,
            under_way: in_flight.max(UNDER_WAY * self.pool),
        }
    }

    /// URL of the database, with the password from its file.
    pub fn database(&self) -> anyhow::Result<Option<String>> {
        let Some(url) = self.database_url.clone().filter(|u| !u.is_empty()) else {
            return Ok(None);
        };
        let Some(file) = &self.database_password_file else {
            return Ok(Some(url));
        };
        let secret = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let secret: String = form_urlencoded::byte_serialize(secret.trim().as_bytes())
            .collect::<String>()
            .replace('+', "%20");
        let (before, after) = url
            .split_once('@')
            .context("DATABASE_URL names no user: postgres://user@host/database")?;
        Ok(Some(format!("{before}:{secret}@{after}")))
    }

    /// Folder of the key files.
    pub fn keys(&self) -> PathBuf {
        let set = self.keys_dir.clone();
        set.unwrap_or_else(|| self.home().join("keys"))
    }

    /// Data folder of the embedded database.
    pub fn home(&self) -> PathBuf {
        if let Some(dir) = &self.data_dir {
            return std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
        }
        let home = std::env::var_os("HOME")
            .map(PathBuf::from)
            .unwrap_or_default();
        // PostgreSQL runs as another account, which cannot enter root's home
        if home.as_os_str().is_empty() || home.starts_with("/root") {
            PathBuf::from("/var/lib/ketnap")
        } else {
            home.join(".local/share/ketnap")
        }
    }
}
