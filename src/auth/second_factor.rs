//! The second factor: one-time passwords that follow from the time (TOTP, RFC 6238: SHA-1, 6
//! digits, 30 seconds) and recovery codes in case the device is lost.
use aws_lc_rs::{constant_time, hmac};
use chrono::{DateTime, Utc};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::access::{self, Action, Role};
use crate::sealing::{Place, Seals, random};

/// Lifetime of a code, in seconds.
const STEP: i64 = 30;
/// 160 bits, as RFC 4226 recommends.
const SEED: usize = 20;
/// 120 bits as 24 characters.
const RECOVERY: usize = 15;
pub const RECOVERY_CODES: usize = 10;

/// Whether accounts of this role need a second factor where the installation requires one: those
/// that can see persons unmasked.
pub fn needed_by(role: Role) -> bool {
    access::may(role, Action::RevealPersons).is_some()
}

/// A code that was right; the database lets each one pass once.
#[derive(Debug)]
pub enum Proof {
    /// The time step of a one-time password.
    Step(i64),
    /// The digest of a recovery code.
    Recovery(String),
}

impl Proof {
    /// As the database takes it: the time step, the digest.
    pub fn parts(proof: Option<&Self>) -> (Option<i64>, Option<String>) {
        match proof {
            None => (None, None),
            Some(Self::Step(step)) => (Some(*step), None),
            Some(Self::Recovery(digest)) => (None, Some(digest.clone())),
        }
    }
}

/// The column and row to which an account's seed is sealed.
pub fn place(account: Uuid) -> Place {
    Place {
        table: "credential",
        column: "seed",
        row: account,
    }
}

/// A new seed: as it is stored, and as it is shown.
pub fn new_seed(seals: &Seals, account: Uuid) -> anyhow::Result<(Vec<u8>, String)> {
    let seed = random::<SEED>()?;
    Ok((
        seals.seal(place(account), &seed)?,
        BASE32_NOPAD.encode(&seed),
    ))
}

/// What an authenticator reads from a picture.
pub fn uri(issuer: &str, login: &str, secret: &str) -> String {
    let issuer: String = form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
    let issuer = issuer.replace('+', "%20");
    format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}")
}

/// Recovery codes as they are shown.
pub fn recovery_codes() -> anyhow::Result<Vec<String>> {
    let code = |_| {
        let text = BASE32_NOPAD.encode(&random::<RECOVERY>()?).to_lowercase();
        let groups: Vec<&str> = (0..text.len())
            .step_by(6)
            .map(|i| &text[i..i + 6])
            .collect();
        Ok(groups.join("-"))
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// How a recovery code is stored. It is as random as a key, so that nobody finds it by its digest.
pub fn digest(code: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(plain(code).as_bytes()))
}

/// A code without the spaces and hyphens between its groups.
fn plain(code: &str) -> String {
    let signs = code.chars().filter(char::is_ascii_alphanumeric);
    signs.map(|c| c.to_ascii_uppercase()).collect()
}

/// What the code proves, if it may be right. The database decides whether a recovery code is the
/// account's, and whether the code was used before.
pub fn proof(
    seals: Option<&Seals>,
    account: Uuid,
    sealed: &[u8],
    code: &str,
    now: DateTime<Utc>,
) -> Option<Proof> {
    let given = plain(code);
    if given.len() == RECOVERY * 8 / 5 {
        return Some(Proof::Recovery(digest(code)));
    }
    let opened = seals?.open(place(account), sealed);
    let seed = opened.inspect_err(|why| tracing::error!("a second factor opens nothing: {why}"));
    let seed = seed.ok()?;
    let today = now.timestamp().div_euclid(STEP);
    // the code of the previous half minute counts too: it may have been read in its last second
    let mut right = None;
    for step in [today - 1, today] {
        let wanted = totp(&seed, step);
        if constant_time::verify_slices_are_equal(wanted.as_bytes(), given.as_bytes()).is_ok() {
            right = Some(Proof::Step(step));
        }
    }
    right
}

/// The six digits of a time step (RFC 4226, 5.3).
fn totp(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let start = usize::from(tag[tag.len() - 1] & 15);
    let mut four = [0; 4];
    four.copy_from_slice(&tag[start..start + 4]);
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let seed = b"12345678901234567890";
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp(seed, second / STEP), code);
        }
    }

    #[test]
    fn recovery_codes_are_ten_of_120_bits_in_any_spelling() {
        let codes = recovery_codes().unwrap();
        let digests: std::collections::BTreeSet<String> = codes.iter().map(|c| digest(c)).collect();
        assert_eq!(digests.len(), RECOVERY_CODES);
        assert_eq!(codes[0].len(), 27, "{}", codes[0]);
        let spelt = codes[0].replace('-', " ").to_uppercase();
        assert_eq!(digest(&spelt), digest(&codes[0]));
    }
}
