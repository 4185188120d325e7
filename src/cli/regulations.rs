//! `ketnap regulations`: checks a file before it is used, and prints the book for jurists.
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Subcommand;
use tokio_postgres::Client;
use uuid::Uuid;

use super::tell;
use crate::config::Config;
use crate::law::book;
use crate::law::case::{CASES, Case};
use crate::law::comparison::Kept;
use crate::law::regulation::Regulations as Law;

/// Work with regulation files.
#[derive(Subcommand)]
pub enum Regulations {
    /// Check a file: all mistakes at once, its cases, and the recorded acts that it would judge by
    /// another version (with `DATABASE_URL`)
    Check {
        /// The file of regulation versions
        file: PathBuf,
        /// Folder of additional cases, one TOML file each
        #[arg(long)]
        cases: Option<PathBuf>,
    },
    /// Print the book for jurists (Vietnamese, Markdown)
    Book,
}

impl Regulations {
    pub fn run(&self, config: &Config) -> anyhow::Result<ExitCode> {
        match self {
            Self::Book => {
                tell(&book::book(&config.law()?));
                Ok(ExitCode::SUCCESS)
            }
            Self::Check { file, cases } => check(config, file, cases.as_deref()),
        }
    }
}

fn check(config: &Config, file: &Path, cases: Option<&Path>) -> anyhow::Result<ExitCode> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let law = match Law::read(&text) {
        Ok(law) => law,
        Err(wrong) => {
            for mistake in wrong {
                tell(&format!("- {mistake}"));
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    tell(&format!("{} versions, no mistakes", law.all().len()));
    let mut wrong = 0;
    for (name, text) in CASES {
        // a built-in case that the new file answers differently shows what the file changes
        for mistake in mistakes(text, &law) {
            tell(&format!("  changes the case {name}: {mistake}"));
        }
    }
    if let Some(folder) = cases {
        for (name, text) in read_cases(folder)? {
            for mistake in mistakes(&text, &law) {
                wrong += 1;
                tell(&format!("- {name}: {mistake}"));
            }
        }
    }
    if let Some(url) = config.database()? {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let found = runtime.block_on(async {
            let client = crate::db::connect::client(&url.parse()?).await?;
            other_versions(&client, &law).await
        })?;
        for line in found.iter().map(Moved::to_string) {
            tell(&format!("  {line}"));
        }
        if found.is_empty() {
            tell("every act on record would be judged by the version that judged it");
        }
    }
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn mistakes(text: &str, law: &Law) -> Vec<String> {
    match Case::read(text) {
        Ok(case) => case.mistakes(law),
        Err(why) => vec![why],
    }
}

fn read_cases(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut cases = Vec::new();
    let entries = std::fs::read_dir(folder);
    for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            cases.push((path.display().to_string(), text));
        }
    }
    cases.sort();
    Ok(cases)
}

/// Acts of one day whose version has changed since.
pub struct Moved {
    regulation: String,
    on: NaiveDate,
    acts: i64,
    some: Vec<Uuid>,
    /// The version now in force on that day; `None` if the one that judged them is gone.
    now: Option<String>,
}

impl Moved {
    /// The version that judged these acts is not in the file, so they cannot be replayed.
    pub const fn gone(&self) -> bool {
        self.now.is_none()
    }
}

impl std::fmt::Display for Moved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            regulation,
            on,
            acts,
            some,
            now,
        } = self;
        let ids: Vec<String> = some.iter().map(Uuid::to_string).collect();
        let ids = ids.join(", ");
        match now {
            Some(now) => write!(
                f,
                "{acts} act(s) of {on} were judged by {regulation}, a new one would be by {now}: {ids}"
            ),
            None => write!(
                f,
                "{acts} act(s) of {on} were judged by {regulation}, which is not in the file: {ids}"
            ),
        }
    }
}

/// The recorded acts whose version is gone, or would be another one today.
pub async fn other_versions(client: &Client, law: &Law) -> anyhow::Result<Vec<Moved>> {
    let sql = "select regulation, on_date, acts, examples from app.judged_under()";
    let mut moved = Vec::new();
    for row in client.query(sql, &[]).await? {
        let (regulation, on): (String, NaiveDate) = (row.get(0), row.get(1));
        let now = match law.kept(&regulation, on) {
            Kept::InForce => continue,
            Kept::Moved(code) => Some(code.to_owned()),
            Kept::Gone => None,
        };
        moved.push(Moved {
            regulation,
            on,
            acts: row.get(2),
            some: row.get(3),
            now,
        });
    }
    Ok(moved)
}
