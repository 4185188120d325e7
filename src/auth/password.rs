//! Passwords, hashed with argon2id (m = 47104 KiB, t = 1, p = 1) on a bounded number of blocking
//! threads; secrets of service accounts.
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};
use crate::law::{Words, say};

/// Minimum length of a person's password, in characters.
pub const SHORTEST: usize = 15;

fn hasher() -> anyhow::Result<Argon2<'static>> {
    let params =
        Params::new(47_104, 1, 1, None).map_err(|e| anyhow::anyhow!("argon2 parameters: {e}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes on the current thread; for the commands.
pub fn hash_now(password: &str) -> anyhow::Result<String> {
    let folded: String = password.nfkc().collect();
    Ok(hasher()?
        .hash_password(folded.as_bytes())
        .map_err(|e| anyhow::anyhow!("argon2: {e}"))?
        .to_string())
}

/// 32 random bytes as text, for service accounts and one-time codes.
pub fn random_secret() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("no randomness"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The reason why a password is not acceptable, or `None`.
pub fn weakness(password: &str, login: &str) -> Option<Words> {
    let folded = password.nfkc().collect::<String>().to_lowercase();
    let distinct = folded
        .chars()
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    if folded.chars().count() < SHORTEST {
        return Some(say(
            format!("Mật khẩu cần ít nhất {SHORTEST} ký tự."),
            format!("A password needs at least {SHORTEST} characters."),
        ));
    }
    let common = [
        "passwordpassword",
        "123456789012345",
        "qwertyuiopasdfgh",
        "matkhaumatkhau",
        "ketnapketnapket",
    ];
    if distinct < 6
        || folded.contains(&login.to_lowercase())
        || common.iter().any(|c| folded.contains(c))
    {
        return Some(say(
            "Mật khẩu quá dễ đoán.",
            "The password is too easy to guess.",
        ));
    }
    None
}

/// Hashes and verifies off the worker threads, at most two at a time.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// Verified when the login is unknown, so that the response takes as long as for a known one.
    decoy: Arc<str>,
}

impl Passwords {
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self {
            places: Arc::new(Semaphore::new(2)),
            decoy: hash_now(&random_secret()?)?.into(),
        })
    }

    pub async fn hash(&self, password: String) -> Result<String> {
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        actix_web::rt::task::spawn_blocking(move || hash_now(&password))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }

    /// A `hash` of `None` stands for an unknown login and takes the same time.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let right = actix_web::rt::task::spawn_blocking(move || {
            let folded: String = password.nfkc().collect();
            hasher().is_ok_and(|h| h.verify_password(folded.as_bytes(), hash.as_str()).is_ok())
        })
        .await
        .map_err(Error::internal)?;
        Ok(right && known)
    }
}
