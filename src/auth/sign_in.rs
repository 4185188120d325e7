//! Verifies a login's password or secret, and the code of its second factor: delayed after
//! failures, recorded, and just as slow for an unknown login.
use std::net::IpAddr;

use actix_web::http::header::RETRY_AFTER;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

use super::proxies::network;
use super::second_factor::{self, Proof};
use super::{Gate, one_time};
use crate::access::Role;
use crate::db::{Db, Entry, functions};
use crate::error::{Code as Wire, Error, Result};

/// Delay in seconds by number of failures within a day. The failures are stored in the database, so
/// a restart does not reset them.
pub const DELAYS: [i32; 14] = [0, 0, 0, 0, 1, 3, 5, 10, 30, 60, 120, 300, 600, 900];

/// An account that may sign in, provided that `open_session` finds the given secret to be right.
pub struct Checked {
    pub attempt: Uuid,
    pub account: Uuid,
    pub role: Role,
    pub organization: Uuid,
    pub branch: Option<Uuid>,
    pub version: i32,
    pub must_change: bool,
    /// What was checked: without the code, a one-time code as it was given out.
    pub secret: String,
    /// What the secret hashes to.
    pub given: String,
    /// Whether the stored hash has another cost than today's.
    pub outdated: bool,
    /// The sealed seed of the second factor; it waits for its first code until `enrolled`.
    pub seed: Option<Vec<u8>>,
    pub enrolled: bool,
    /// What the code proves, if one was given.
    pub proof: Option<Proof>,
    /// Until the outcome is noted, the login is not tried again from this address or device.
    _turn: OwnedMutexGuard<()>,
}

/// The credentials presented.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub login: &'a str,
    pub secret: &'a str,
    pub code: Code<'a>,
    /// The session whose refresh token the device has shown, if it did.
    pub device: Option<Uuid>,
}

/// The code of the second factor.
#[derive(Clone, Copy, Debug)]
pub enum Code<'a> {
    /// The caller is signed in, so the password is enough.
    NotAsked,
    /// Wanted if the account has a second factor, and written after the password and a space.
    WithSecret,
    /// A script has none; its secret is one of two.
    Script,
    /// Wanted if the account has a second factor.
    Given(&'a str),
}

/// The first letters of a script's secret, which tell its two secrets apart.
pub fn tag(secret: &str) -> String {
    secret.chars().take(8).collect()
}

/// `None` for an unknown login, a wrong code, or an account that may not sign in. The attempt counts as a
/// failure until `credentials::open_session` finds that the password is right.
pub async fn check(
    gate: &Gate,
    db: &Db,
    entry: &impl Entry,
    address: IpAddr,
    claim: Claim<'_>,
) -> Result<Option<Checked>> {
    // one at a time, because an attempt that is still being verified counts as wrong
    let turn = gate
        .passwords
        .turn(&(claim.login, address, claim.device))
        .await;
    let (attempt, now) = (Uuid::now_v7(), gate.clock.now());
    let found = db
        .run(entry, async |tx| {
            let (login, address) = (claim.login.to_owned(), address.to_string());
            let tag = matches!(claim.code, Code::Script).then(|| tag(claim.secret));
            let delays = DELAYS.to_vec();
            let sign_in =
                functions::sign_in(attempt, login, address, now, delays, tag, claim.device);
            tx.last().one(sign_in).await
        })
        .await?
        .ok_or_else(|| Error::internal(anyhow::anyhow!("no answer to an attempt")))?;
    if found.wait > 0 {
        let error = Error::new(Wire::RateLimited);
        return Err(error.header(RETRY_AFTER, found.wait.to_string()));
    }
    let enrolled = found.enrolled == Some(true);
    let (secret, code) = match claim.code {
        Code::WithSecret if enrolled => match claim.secret.rsplit_once(' ') {
            Some((secret, code)) => (secret, Some(code)),
            None => (claim.secret, None),
        },
        Code::NotAsked | Code::Script | Code::WithSecret => (claim.secret, None),
        Code::Given(code) => (claim.secret, Some(code)),
    };
    let begins = found.hash_begins.clone();
    let secret = match one_time::spoken(secret) {
        Some(one_time::Spoken::Code(code)) => code,
        _ => secret.to_owned(),
    };
    let given = gate.passwords.hash_like(secret.clone(), begins).await?;
    let (Some(account), Some(role), Some(organization), Some(version), Some(begins)) = (
        found.account_id,
        found.role,
        found.organization_id,
        found.session_version,
        found.hash_begins,
    ) else {
        return Ok(None);
    };
    if found.disabled == Some(true) || found.usable_until.is_some_and(|until| until <= now) {
        return Ok(None);
    }
    let allowed = found.addresses.unwrap_or_default();
    let mut networks = allowed.iter().filter_map(|text| network(text));
    if !allowed.is_empty() && !networks.any(|net| net.contains(&address)) {
        return Ok(None);
    }
    let proof = match (&found.seed, code) {
        (Some(seed), Some(code)) => {
            second_factor::proof(gate.seals.as_deref(), account, seed, code, now)
        }
        _ => None,
    };
    if enrolled && proof.is_none() && !matches!(claim.code, Code::NotAsked | Code::Script) {
        return Ok(None);
    }
    // a service account's older secret may have matched, so its hash is not replaced
    let person = !matches!(claim.code, Code::Script);
    Ok(Some(Checked {
        attempt,
        account,
        secret,
        role,
        organization,
        branch: found.branch_id,
        version,
        must_change: found.must_change.unwrap_or(true),
        given,
        outdated: person && gate.passwords.outdated(&begins),
        seed: found.seed,
        enrolled,
        proof,
        _turn: turn,
    }))
}
