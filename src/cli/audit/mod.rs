//! `ketnap audit`: whether the logs are what was written, and signed notes of where they stand.
mod anchor;
mod chain;
mod logs;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;
use chrono::NaiveDate;
use clap::Subcommand;
use tokio_postgres::IsolationLevel;

use super::{Config, tell, warn, with_database};
use crate::clock::Clock;

pub use anchor::{Anchor, Signer};
pub use chain::{Checked, Fault, FaultKind, check};

/// Tampered with.
const TAMPERED: u8 = 1;
/// Nothing can be said.
const NOT_CHECKABLE: u8 = 2;

#[derive(Subcommand)]
pub enum Audit {
    /// Check the chains of the audit trail, the access log and the attempts to sign in: exits with 0 if nothing was tampered
    /// with, with 1 if something was, which is named, and with 2 if they cannot be checked
    Verify {
        /// Check only entries of this day and later
        #[arg(long)]
        from: Option<NaiveDate>,
        /// File that `ketnap audit anchor` has printed: the logs must still hold what they held then
        #[arg(long)]
        anchor: Option<PathBuf>,
        /// PEM file of the key that signed the anchor, or of its public half [default: the keys of
        /// the service]
        #[arg(long)]
        key: Option<PathBuf>,
    },
    /// Print the number and hash of the last entry of every log, signed; to be kept elsewhere
    Anchor {
        /// PEM file of the Ed25519 key to sign with [default: current.pem of the service]
        #[arg(long)]
        key: Option<PathBuf>,
    },
}

impl Audit {
    pub fn run(self, config: &Config) -> ExitCode {
        // the backup role reads every row and can write none
        let done = with_database(config, "ketnap_backup", async |url| match &self {
            Self::Verify { from, anchor, key } => {
                let anchor = anchor.as_ref().map(|file| {
                    let signers = match key {
                        Some(key) => vec![Signer::read(key)?],
                        None => Signer::of_service(config)?,
                    };
                    Anchor::read(file, &signers)
                });
                verify(&url, *from, anchor.transpose()?).await
            }
            Self::Anchor { key } => {
                let signer = match key {
                    Some(key) => Signer::read(key)?,
                    None => Signer::current(config)?,
                };
                let heads = heads(&url).await?;
                tell(&anchor::sign(&signer, Clock::System.now(), &heads)?);
                Ok(ExitCode::SUCCESS)
            }
        });
        done.unwrap_or_else(|e| {
            warn(&format!("ketnap: not checkable: {e:#}"));
            ExitCode::from(NOT_CHECKABLE)
        })
    }
}

/// Where every log stands.
async fn heads(url: &str) -> anyhow::Result<Vec<anchor::Head>> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    chain::expect_sight(&client).await?;
    chain::heads(&client).await
}

async fn verify(
    url: &str,
    from: Option<NaiveDate>,
    anchor: Option<Anchor>,
) -> anyhow::Result<ExitCode> {
    if let Some(day) = from.filter(|day| *day > Clock::System.today()) {
        bail!("{day} is still to come: no entry is of that day or later");
    }
    let mut client = crate::db::connect::client(&url.parse()?).await?;
    client.batch_execute("set statement_timeout = 0").await?;
    // one snapshot, so that entries appended meanwhile are not faults
    let tx = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let begun = Instant::now();
    let checked = check(&tx, from, anchor.as_ref()).await?;
    let took = begun.elapsed().as_secs_f64();
    for fault in &checked.faults {
        tell(&format!("- {fault}"));
    }
    #[expect(clippy::cast_precision_loss, reason = "for people to read")]
    let speed = checked.entries as f64 / took.max(0.001);
    tell(&format!(
        "{} entries checked in {took:.1} s, {speed:.0} a second",
        checked.entries
    ));
    if checked.faults.is_empty() {
        tell(match from {
            Some(_) if checked.entries == 0 => {
                "no entry is of that day or later; audit trail, access log and attempts to sign in end as they were written"
            }
            _ => "audit trail, access log and attempts to sign in: nothing was tampered with",
        });
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(TAMPERED))
}
