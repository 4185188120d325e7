//! Checks that `index.key` is the key of the index of citizen numbers, of which the database stores
//! a proof. With another key, numbers on record could no longer be found.
use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use tokio_postgres::Client;

use super::store;
use crate::cli::tell;
use crate::sealing::Seals;
use crate::sealing::columns::{ALL, Sealed};

/// The text from which the key computes the proof; not a citizen number.
const PROOF: &str = "index.key";

const OTHER: &str = "index.key is not the one by which the citizen numbers in this database are found: put its copy back. If it is lost, `ketnap keys rotate` makes every index anew with this one";
const MISSING: &str = "index.key is missing, and it is the one by which the citizen numbers in this database are found: put its copy back. If it is lost, make one with `openssl rand -hex 32 > index.key`, and `ketnap keys rotate` makes every index anew";

/// That the key of the index is the one in use, if there are both.
fn expect_same(seals: Option<&Seals>, kept: Option<&Vec<u8>>) -> anyhow::Result<()> {
    let both = seals.filter(|seals| seals.can_index()).zip(kept);
    if let Some((seals, kept)) = both
        && seals.index(PROOF)? != *kept
    {
        bail!(OTHER);
    }
    Ok(())
}

/// That no key is missing in `folder` and that of the index is the one in use.
pub async fn check(client: &Client, folder: &Path) -> anyhow::Result<()> {
    // a missing schema is reported elsewhere
    let kept = store::proof(client).await.unwrap_or_default();
    let seals = Seals::read(folder)?;
    expect_same(Some(&seals), kept.as_ref())?;
    if kept.is_some() && !seals.can_index() {
        bail!(MISSING);
    }
    Seals::check(folder)
}

/// The keys in `folder` for a service, which makes that of the index if none was ever in use. A
/// folder from before there were such keys goes on working.
pub async fn prepare(client: &Client, folder: &Path) -> anyhow::Result<Option<Arc<Seals>>> {
    let (mut seals, kept) = (Seals::find(folder)?, store::proof(client).await?);
    expect_same(seals.as_ref(), kept.as_ref())?;
    let without = |seals: &Option<Seals>| seals.as_ref().is_some_and(|s| !s.can_index());
    if without(&seals) {
        match kept {
            Some(_) => tracing::warn!("{MISSING}"),
            None => match Seals::generate_index(folder) {
                Ok(made) => {
                    if made {
                        tracing::warn!(
                            "index.key was missing and has been made: keep a copy of it"
                        );
                    }
                    seals = Seals::find(folder)?;
                }
                Err(why) => tracing::warn!("index.key is missing: {why:#}"),
            },
        }
    }
    if without(&seals) {
        tracing::warn!(
            "no index key: citizen numbers, phones, addresses and remarks are neither shown nor written; see `ketnap doctor`"
        );
    }
    if let Some(seals) = seals.as_ref().filter(|s| s.can_index() && kept.is_none()) {
        // another service that starts at the same moment with another key is refused
        store::keep_proof(client, seals.index(PROOF)?, false).await?;
        expect_same(Some(seals), store::proof(client).await?.as_ref())?;
    }
    Ok(seals.map(Arc::new))
}

/// Makes every index anew if `index.key` is not the one in use. How many. No service may run with
/// the lost key meanwhile; it would refuse to start, and is to be stopped.
pub async fn renew(client: &Client, seals: &Seals) -> anyhow::Result<u64> {
    let proof = seals.index(PROOF)?;
    let mut made = 0;
    if store::proof(client).await?.as_ref() == Some(&proof) {
        return Ok(made);
    }
    for Sealed { table, indexed, .. } in ALL {
        let Some(columns) = *indexed else {
            continue;
        };
        for (id, key, sealed, old) in store::indexed(client, table, columns).await? {
            let opened = seals
                .person(id, &key)
                .and_then(|person| person.open(columns.0, &sealed));
            let Ok(opened) = opened else {
                // the value was lost with its data key; `doctor` and every read report it
                tell(&format!("  {table} {id}: a value opens nothing"));
                continue;
            };
            let fresh = seals.index(&opened)?;
            if old.as_ref() != Some(&fresh) {
                let row = (id, sealed);
                made += store::replace_index(client, table, columns, row, fresh).await?;
            }
        }
    }
    store::keep_proof(client, proof, true).await?;
    Ok(made)
}
