//! `ketnap keys`: replaces the key that seals values in the database, and the one that signs tokens.
pub mod index;
mod store;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

use super::tell;
use crate::auth::second_factor::place;
use crate::auth::token;
use crate::sealing::columns::{ALL, Owner, kept_answer};
use crate::sealing::{Seals, data_key};

#[derive(Subcommand)]
pub enum Keys {
    /// Seal with seal.key again what seal-previous.key or seal-next.key has sealed; also while the
    /// service runs, and as often as it is interrupted. After the loss of index.key, make every index
    /// anew with another one
    Rotate,
    /// Replace the key that signs access tokens, in two steps. The first makes next.pem; the second,
    /// once every service accepts it, signs with it. After each, send SIGHUP to every service that has
    /// this folder, or copy it. No request fails
    Turn,
}

/// One step; whoever has signed in stays so.
pub fn turn(folder: &Path) -> anyhow::Result<ExitCode> {
    if token::turn(folder)? {
        tell(
            "current.pem is the new key and previous.pem the old one: send SIGHUP to every service",
        );
        tell(
            "after 15 minutes previous.pem may be removed; keep retired-….pem, with which old anchors are checked",
        );
    } else {
        tell("next.pem is made: send SIGHUP to every service, then run this again");
    }
    Ok(ExitCode::SUCCESS)
}

/// Row by row, so that what is done stays done.
pub async fn rotate(seals: &Seals, url: &str) -> anyhow::Result<ExitCode> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    let (mut again, mut persons, mut lost) = (0_u64, 0, 0);
    for (account, seed) in store::seeds(&client).await? {
        if seals.is_current(&seed) {
            continue;
        }
        let plain = match seals.open(place(account), &seed) {
            Ok(plain) => plain,
            Err(why) => {
                tell(&format!("- {why}"));
                lost += 1;
                continue;
            }
        };
        let fresh = seals.seal(place(account), &plain)?;
        again += store::replace_seed(&client, account, seed, fresh).await?;
    }
    for kept in store::kept_answers(&client).await? {
        let (account, route, key, body) = &kept;
        if !Seals::is_sealed(body) || seals.is_current(body) {
            continue;
        }
        let place = kept_answer(*account, route, key);
        // one that cannot be opened is skipped, because it is deleted after a day anyway
        if let Ok(plain) = seals.open(place, body) {
            let fresh = seals.seal(place, &plain)?;
            again += store::replace_answer(&client, kept, fresh).await?;
        }
    }
    // a member who was a candidate here has the data key of the file
    let tables = ALL.iter().filter(|sealed| sealed.owner != Owner::Candidate);
    let mut keys = BTreeSet::new();
    for sealed in tables.clone() {
        keys.extend(store::data_keys(&client, sealed).await?);
    }
    let tables: Vec<&str> = tables.map(|sealed| sealed.table).collect();
    for (person, key) in keys {
        if key.as_ref().is_some_and(|key| seals.is_current(key)) {
            continue;
        }
        let fresh = match key.as_ref().map(|key| seals.open(data_key(person), key)) {
            // entered before there was a seal.key
            None => seals.new_data_key(person)?,
            Some(Ok(plain)) => seals.seal(data_key(person), &plain)?,
            Some(Err(why)) => {
                tell(&format!("- {why}"));
                lost += 1;
                continue;
            }
        };
        store::replace_data_key(&client, &tables, person, key.as_ref(), &fresh).await?;
        persons += 1;
    }
    let indexed = if seals.can_index() {
        index::renew(&client, seals).await?
    } else {
        0
    };
    tell(&format!("{again} values were sealed again with seal.key"));
    tell(&format!(
        "{persons} data keys of persons were made or sealed again"
    ));
    if indexed > 0 {
        tell(&format!("{indexed} indexes were made anew with index.key"));
    }
    if lost > 0 {
        tell(&format!("{lost} values could not be opened"));
        return Ok(ExitCode::FAILURE);
    }
    tell(
        "once every service has been restarted and this says 0, seal-previous.key is needed for old backups only",
    );
    Ok(ExitCode::SUCCESS)
}
