//! The edition of the regulations that the service goes by: checked against what is on record, read
//! again on SIGHUP, and then every file is judged by it.
use actix_web::rt::task::JoinHandle;
use anyhow::bail;
use chrono::NaiveDate;

use super::standing;
use crate::api::law::LawBook;
use crate::auth::Office;
use crate::config::Config;
use crate::db::Db;
use crate::law::regulation::Regulations;
use crate::recording::again;

/// Refuses regulations that lack a version that has judged recorded acts. Lists the versions that
/// are no longer the ones in force on their acts' days.
pub(super) async fn replayable(url: &str, law: &Regulations) -> anyhow::Result<()> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    let (gone, other) = super::doctor::regulation_faults(&client, law).await?;
    for note in other {
        tracing::warn!("{note}");
    }
    if gone.is_empty() {
        Ok(())
    } else {
        bail!(
            "the regulations cannot replay what is on record:\n  - {}",
            gone.join("\n  - ")
        )
    }
}

/// Judges every organisation's files by the regulations as they are now, after this returns.
pub(super) async fn judge_all_again(
    url: &str,
    db: &Db,
    book: &LawBook,
) -> anyhow::Result<JoinHandle<()>> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    let (db, law) = (db.clone(), book.current());
    let offices = standing::with_acts(&client).await?;
    let offices = offices
        .into_iter()
        .map(|id| Office::of_organization(id, &client));
    let offices: Vec<_> = offices.collect();
    Ok(actix_web::rt::spawn(async move {
        for office in offices {
            again::judge_again(db.clone(), office, law.clone(), NaiveDate::default()).await;
        }
    }))
}

/// On SIGHUP, rereads the regulations after the same checks as at start. What still judges by the edition
/// before, as `judging` may, is cut short.
pub(super) async fn reread_on_hangup(
    config: Config,
    url: String,
    (db, book): (Db, LawBook),
    mut judging: Option<JoinHandle<()>>,
) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        return;
    };
    while hangup.recv().await.is_some() {
        let read = async {
            let law = config.law()?;
            replayable(&url, &law).await?;
            anyhow::Ok(law)
        };
        match read.await {
            Ok(law) => {
                let versions = law.all().len();
                book.replace(law);
                tracing::info!(versions, "regulations read again");
                if let Some(before) = judging.take() {
                    before.abort();
                }
                match judge_all_again(&url, &db, &book).await {
                    Ok(now) => judging = Some(now),
                    Err(wrong) => tracing::error!("no file is judged again: {wrong:#}"),
                }
            }
            Err(wrong) => {
                tracing::error!("the regulations stay as they were: {wrong:#}");
            }
        }
    }
}
