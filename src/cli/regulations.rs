//! `ketnap regulations`: a file checked before it is used, and the book for jurists.
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;

use super::standing::{changed, other_versions, tell_changed};
use super::{tell, with_database};
use crate::config::Config;
use crate::db::embedded::Embedded;
use crate::law::book;
use crate::law::case::{CASES, Case};
use crate::law::comparison::By;
use crate::law::regulation::Regulations as Law;

/// What to do with regulation files.
#[derive(Subcommand)]
pub enum Regulations {
    /// Check a file: every mistake at once, the cases that it answers otherwise, the acts and the standing files of the database (`DATABASE_URL`, or the private one) that it would judge differently
    Check {
        /// The file of regulation versions
        file: PathBuf,
        /// Folder of more cases, one TOML file each
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
            for mistake in wrong.lines() {
                tell(&format!("- {mistake}"));
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    tell(&format!("{} versions, no mistakes", law.all().len()));
    tell_cases(&law);
    let mut wrong = 0;
    if let Some(folder) = cases {
        for (name, text) in read_cases(folder)? {
            for mistake in mistakes(&text, &law) {
                wrong += 1;
                tell(&format!("- {name}: {mistake}"));
            }
        }
    }
    if config.database()?.is_some() || Embedded::is_there(&config.home()) {
        let compared = with_database(config, "ketnap_app", async |url| {
            against_files(config, &url, &law).await?;
            Ok(ExitCode::SUCCESS)
        });
        if let Err(why) = compared {
            tell(&format!(
                "not compared with what is on record: {why:#}; a running service compares: POST /api/v1/regulation-trials"
            ));
        }
    }
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A built-in case that the file answers differently is one of its changes.
pub fn tell_cases(law: &Law) {
    // a case with its own versions says nothing about those of the file
    let plain = |text: &str| Case::read(text).is_ok_and(|case| !case.adds_versions());
    for (name, text) in CASES.iter().filter(|(_, text)| plain(text)) {
        for mistake in mistakes(text, law) {
            tell(&format!("  changes the case {name}: {mistake}"));
        }
    }
}

/// What the file would change of what is on record.
async fn against_files(config: &Config, url: &str, law: &Law) -> anyhow::Result<()> {
    let mut client = crate::db::connect::client(&url.parse()?).await?;
    let found = other_versions(&client, law).await?;
    for moved in &found {
        tell(&format!("  {moved}"));
    }
    if found.is_empty() {
        tell("every act on record would be judged by the version that judged it");
    }
    let now = config.law()?;
    tell_changed(&changed(&mut client, &now, law, By::Record).await?);
    Ok(())
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
