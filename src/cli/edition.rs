//! The edition of the regulations that the service goes by: checked against what is on record, read
//! again on SIGHUP, and then every file is judged by it.
use std::path::PathBuf;

use actix_web::web::Data;
use anyhow::bail;
use chrono::NaiveDate;

use super::standing;
use crate::api::law::LawBook;
use crate::auth::{Gate, Office};
use crate::config::Config;
use crate::db::Db;
use crate::law::regulation::Regulations;
use crate::recording::again;

/// Refuses regulations that lack a version that has judged recorded acts. Lists the versions that
/// are no longer the ones in force on their acts' days. Returns the Office of every organisation
/// whose files they judge.
pub(super) async fn replayable(url: &str, law: &Regulations) -> anyhow::Result<Vec<Office>> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    let (gone, other) = super::doctor::regulation_faults(&client, law).await?;
    for note in other {
        tracing::warn!("{note}");
    }
    if !gone.is_empty() {
        bail!(
            "the regulations cannot replay what is on record:\n  - {}",
            gone.join("\n  - ")
        )
    }
    let all = standing::with_acts(&client).await?.into_iter();
    Ok(all.map(|id| Office::of_organization(id, &client)).collect())
}

/// Judges every organisation's files by the regulations as they are now, in the background.
pub(super) fn judge_all_again(offices: Vec<Office>, db: &Db, book: &LawBook) {
    let judged = offices.into_iter().map(|office| {
        let (db, law) = (db.clone(), book.current());
        again::judge_again(db, office, law, NaiveDate::default())
    });
    // all organisations are listed beside the findings before the first of them is judged
    let judged: Vec<_> = judged.collect();
    actix_web::rt::spawn(async move {
        for organization in judged {
            organization.await;
        }
    });
}

/// On SIGHUP, rereads the keys that sign tokens, and the regulations after the same checks as at start.
pub(super) async fn reread_on_hangup(
    config: Config,
    url: String,
    (gate, folder): (Data<Gate>, PathBuf),
    (db, book): (Db, LawBook),
) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        return;
    };
    while hangup.recv().await.is_some() {
        match gate.keys.reread(&folder) {
            Ok(()) => tracing::info!("signing keys read again"),
            Err(wrong) => tracing::error!("the signing keys stay as they were: {wrong:#}"),
        }
        let read = async {
            let law = config.law()?;
            let offices = replayable(&url, &law).await?;
            anyhow::Ok((law, offices))
        };
        match read.await {
            Ok((law, offices)) => {
                let versions = law.all().len();
                book.replace(law);
                judge_all_again(offices, &db, &book);
                tracing::info!(versions, "regulations read again");
            }
            Err(wrong) => {
                tracing::error!("the regulations stay as they were: {wrong:#}");
            }
        }
    }
}
