//! The system's server programs: where they are, and the account that runs them.
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::{OLDEST_MAJOR, Options};
/// How to run the server programs.
pub(super) struct Programs {
    pub(super) bin: PathBuf,
    pub(super) account: Option<Account>,
    pub(super) dies_with_us: bool,
}

impl Programs {
    pub(super) fn command(&self, name: &str) -> Command {
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
pub(super) fn setpriv_works() -> bool {
    let mut probe = Command::new("setpriv");
    probe
        .args(["--pdeathsig", "INT", "--", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The account to run the server as when we are root: `PostgreSQL` refuses to run as root.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// The owner of existing data, else `postgres`, else `nobody`.
    pub(super) fn for_server(data: &Path) -> Option<Self> {
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
    pub(super) fn apply(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    pub(super) fn must_reach(&self, home: &Path) -> Result<()> {
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

pub(super) fn id(args: &[&str]) -> Option<u32> {
    let output = Command::new("id")
        .args(args)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// Major version and folder of the programs: those of the version that wrote the data, if there is
/// any.
pub(super) fn find_programs(options: &Options) -> Result<(u32, PathBuf)> {
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

pub(super) fn candidates(dirs: impl IntoIterator<Item = PathBuf>) -> Vec<(u32, PathBuf)> {
    dirs.into_iter()
        .filter_map(|dir| Some((major_version(&dir)?, dir.canonicalize().ok()?)))
        .collect()
}

pub(super) fn major_version(dir: &Path) -> Option<u32> {
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
pub(super) fn usual_places() -> Vec<PathBuf> {
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
