//! `ketnap keys`: replaces the key that seals values in the database, and the one that signs tokens.
use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use uuid::Uuid;

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
        tell("current.pem is the new key and previous.pem the old one: send SIGHUP to every service");
        tell("after 15 minutes previous.pem is needed for old anchors only");
    } else {
        tell("next.pem is made: send SIGHUP to every service, then run this again");
    }
    Ok(ExitCode::SUCCESS)
}

/// Row by row, so that what is done stays done.
pub async fn rotate(seals: &Seals, url: &str) -> anyhow::Result<ExitCode> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    let sealed = "select account_id, seed from credential where seed is not null order by 1";
    let (mut again, mut persons, mut lost) = (0_u64, 0, 0);
    for row in client.query(sealed, &[]).await? {
        let (account, seed): (Uuid, Vec<u8>) = (row.get(0), row.get(1));
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
        // unless its owner has just replaced it
        let update = "update credential set seed = $2 where account_id = $1 and seed = $3";
        again += client.execute(update, &[&account, &fresh, &seed]).await?;
    }
    let kept = "select account_id, route, key, body from idempotency_key";
    for row in client.query(kept, &[]).await? {
        let (account, route, key): (Uuid, String, String) = (row.get(0), row.get(1), row.get(2));
        let (body, place): (Vec<u8>, _) = (row.get(3), kept_answer(account, &route, &key));
        if !Seals::is_sealed(&body) || seals.is_current(&body) {
            continue;
        }
        // a day later it is gone anyway
        if let Ok(plain) = seals.open(place, &body) {
            let fresh = seals.seal(place, &plain)?;
            let update = "update idempotency_key set body = $4 where account_id = $1 and route = $2 and key = $3 and body = $5";
            again += client
                .execute(update, &[&account, &route, &key, &fresh, &body])
                .await?;
        }
    }
    // a member whom a file has made has the data key of the file
    let tables = ALL.iter().filter(|sealed| sealed.owner != Owner::Candidate);
    let tables: Vec<_> = tables.map(|sealed| (sealed.table, sealed.owner)).collect();
    let keys = tables.iter().map(|(table, owner)| {
        // whoever was erased gets no new one
        let had = match owner {
            Owner::Person => " where erased_on is null",
            Owner::Row | Owner::Candidate => " where data_key is not null",
        };
        format!("select id, data_key from {table}{had}")
    });
    let keys = keys.collect::<Vec<_>>().join(" union ") + " order by 1, 2";
    let updates = tables.iter().map(|(table, _)| {
        format!("{table}_key as (update {table} set data_key = $2 where id = $1 and data_key is not distinct from $3)")
    });
    let updates = updates.collect::<Vec<_>>().join(", ");
    let update = client.prepare(&format!("with {updates} select")).await?;
    for row in client.query(&keys, &[]).await? {
        let (person, key): (Uuid, Option<Vec<u8>>) = (row.get(0), row.get(1));
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
        client.execute(&update, &[&person, &fresh, &key]).await?;
        persons += 1;
    }
    let indexed = if seals.can_index() {
        super::index::renew(&client, seals).await?
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
