//! Access tokens as RFC 9068 (EdDSA), refresh tokens, and the keys of both.
//!
//! The role inside a token informs clients only. What a caller may do follows from the session row,
//! which is checked in the first flush of every transaction.
use std::fs;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, bail};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::cursors::Cursors;
use crate::access::Role;
use crate::error::{Code, Error, Result};

pub const AUDIENCE: &str = "ketnap";
/// Lifetime of an access token, in seconds.
pub const ACCESS_SECONDS: i64 = 900;
/// How the file name of a retired key's public half begins.
pub const RETIRED: &str = "retired-";

/// Claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: Uuid,
    pub client_id: String,
    pub iat: i64,
    pub exp: i64,
    pub jti: Uuid,
    /// Id of the session.
    pub sid: Uuid,
    /// Version of the account's rights when the token was issued.
    pub ver: i32,
    pub role: Role,
    pub organization_id: Uuid,
    pub branch_id: Option<Uuid>,
    /// The account must set a password before it may do anything else.
    pub must_change: bool,
    /// The account must get a second factor before it may do anything else.
    pub must_enrol: bool,
}

/// What a PEM file holds.
pub fn pem_body(pem: &str) -> anyhow::Result<Vec<u8>> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let body: String = lines.map(str::trim).collect();
    let standard = base64::engine::general_purpose::STANDARD;
    standard.decode(body).context("not a PEM file")
}

pub fn key_pair(der: &[u8]) -> anyhow::Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
        .map_err(|e| anyhow::anyhow!("not an Ed25519 private key in PKCS#8: {e}"))
}

struct Key {
    kid: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    x: String,
}

impl Key {
    fn read(pem: &str) -> anyhow::Result<Self> {
        let der = pem_body(pem)?;
        let pair = key_pair(&der)?;
        let encoding = EncodingKey::from_ed_der(&der);
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        let kid = URL_SAFE_NO_PAD.encode(&Sha256::digest(x.as_bytes())[..9]);
        Ok(Self {
            decoding: DecodingKey::from_ed_components(&x)?,
            kid,
            encoding,
            x,
        })
    }
}

/// The signing key, the keys accepted for verification, and a cache of tokens that they verified.
struct Ring {
    current: Key,
    others: Vec<Key>,
    verified: Cache<[u8; 32], Arc<Claims>>,
}

/// The text of a file of the folder, if it is there.
fn read(folder: &Path, name: &str) -> anyhow::Result<Option<String>> {
    let file = folder.join(name);
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e).with_context(|| format!("cannot read {}", file.display())),
    }
}

impl Ring {
    fn read(folder: &Path) -> anyhow::Result<Self> {
        let Some(current) = read(folder, "current.pem")? else {
            bail!(
                "no signing key: {} is missing. Make one with `openssl genpkey -algorithm ed25519 -out current.pem`, and refresh.key with `openssl rand -hex 32 > refresh.key`",
                folder.join("current.pem").display()
            );
        };
        let key = |name: &str, pem: &str| {
            Key::read(pem).with_context(|| folder.join(name).display().to_string())
        };
        let mut others = Vec::new();
        for name in ["next.pem", "previous.pem"] {
            if let Some(pem) = read(folder, name)? {
                others.push(key(name, &pem)?);
            }
        }
        Ok(Self {
            current: key("current.pem", &current)?,
            others,
            verified: Cache::new(10_000),
        })
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.others)
    }
}

/// The keys of access tokens, which can be replaced while the service runs, and the refresh secret.
pub struct Keys {
    ring: RwLock<Arc<Ring>>,
    refresh: hmac::Key,
    pub cursors: Arc<Cursors>,
    issuer: String,
}

impl Keys {
    /// Reads `current.pem`, `next.pem`, `previous.pem` (the last two optional) and `refresh.key` from `folder`.
    pub fn read(folder: &Path, issuer: &str) -> anyhow::Result<Self> {
        let ring = Ring::read(folder)?;
        let Some(refresh) = read(folder, "refresh.key")? else {
            bail!(
                "no refresh secret: {} is missing. Make one with `openssl rand -hex 32 > refresh.key`",
                folder.join("refresh.key").display()
            );
        };
        if refresh.trim().len() < 32 {
            bail!(
                "{} is shorter than 32 characters",
                folder.join("refresh.key").display()
            );
        }
        let refresh = hmac::Key::new(hmac::HMAC_SHA256, refresh.trim().as_bytes());
        Ok(Self {
            ring: RwLock::new(Arc::new(ring)),
            cursors: Arc::new(Cursors::new(&refresh)?),
            refresh,
            issuer: issuer.to_owned(),
        })
    }

    fn ring(&self) -> Arc<Ring> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.clone()
    }

    /// Reads the keys of access tokens again; if one cannot be read, all stay as they were. Refresh
    /// tokens and cursors keep their secret until a restart.
    pub fn reread(&self, folder: &Path) -> anyhow::Result<()> {
        let fresh = Arc::new(Ring::read(folder)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Creates both files in `folder` (mode 0600) if they are missing; for the embedded default only.
    pub fn generate(folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        let pem = folder.join("current.pem");
        if !pem.exists() {
            new_key(&pem)?;
        }
        let refresh = folder.join("refresh.key");
        if !refresh.exists() {
            write_secret(&refresh, &super::password::random_secret()?)?;
        }
        Ok(())
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn sign(&self, claims: &Claims) -> Result<String> {
        let ring = self.ring();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".into());
        header.kid = Some(ring.current.kid.clone());
        jsonwebtoken::encode(&header, claims, &ring.current.encoding).map_err(Error::internal)
    }

    /// Checks signature, type, key, issuer, audience and times. The library's lax defaults are
    /// overridden one by one (RFC 8725).
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Arc<Claims>> {
        let ring = self.ring();
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let claims = if let Some(claims) = ring.verified.get(&digest) {
            claims
        } else {
            let claims = Arc::new(
                self.check(&ring, token)
                    .ok_or_else(|| Error::new(Code::Unauthenticated))?,
            );
            ring.verified.insert(digest, claims.clone());
            claims
        };
        if claims.exp <= now.timestamp() {
            ring.verified.remove(&digest);
            return Err(Error::new(Code::TokenExpired));
        }
        if claims.iat > now.timestamp() + 60 {
            return Err(Error::new(Code::Unauthenticated));
        }
        Ok(claims)
    }

    /// The session of one of our tokens, even if expired: people often sign out after a break.
    pub fn session_of(&self, token: &str) -> Option<Uuid> {
        self.check(&self.ring(), token).map(|claims| claims.sid)
    }

    fn check(&self, ring: &Ring, token: &str) -> Option<Claims> {
        if token.len() > 8192 {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.alg != Algorithm::EdDSA
            || header.typ.as_deref() != Some("at+jwt")
            || header.crit.is_some()
        {
            return None;
        }
        let kid = header.kid?;
        let key = ring.all().find(|k| k.kid == kid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        validation.leeway = 0;
        validation.validate_exp = false; // against our own clock, above
        validation.validate_nbf = false; // never issued; deny_unknown_fields refuses it
        jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
            .ok()
            .map(|data| data.claims)
    }

    /// Id and public half of every key that a token may be signed with.
    pub fn public(&self) -> Vec<(String, String)> {
        let ring = self.ring();
        ring.all().map(|k| (k.kid.clone(), k.x.clone())).collect()
    }

    /// `<session>.<counter>.<mac>`. A successor can be recomputed, so a device that lost the
    /// response receives the same token again.
    pub fn refresh_token(&self, session: Uuid, counter: i32) -> String {
        let body = format!("{}.{counter}", session.simple());
        let mac = hmac::sign(&self.refresh, body.as_bytes());
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(mac.as_ref()))
    }

    pub fn read_refresh_token(&self, token: &str) -> Option<(Uuid, i32)> {
        let (body, mac) = token.rsplit_once('.')?;
        hmac::verify(
            &self.refresh,
            body.as_bytes(),
            &URL_SAFE_NO_PAD.decode(mac).ok()?,
        )
        .ok()?;
        let (session, counter) = body.split_once('.')?;
        Some((Uuid::parse_str(session).ok()?, counter.parse().ok()?))
    }
}

/// A PEM file of one key.
fn pem_of(what: &str, der: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {what} KEY-----\n{body}\n-----END {what} KEY-----\n")
}

/// Makes a signing key.
fn new_key(pem: &Path) -> anyhow::Result<()> {
    let der = Ed25519KeyPair::generate_pkcs8v1(&aws_lc_rs::rand::SystemRandom::new())
        .map_err(|_| anyhow::anyhow!("no randomness"))?;
    write_secret(pem, &pem_of("PRIVATE", der.as_ref()))
}

/// Keeps the public half of a key that will sign no more: an anchor outlives the key that
/// signed it, and can be checked as long as this file is there.
fn retire(folder: &Path, pem: &str) -> anyhow::Result<()> {
    let pair = key_pair(&pem_body(pem)?)?;
    let der: PublicKeyX509Der<'_> = (pair.public_key().as_der()).context("a public key")?;
    let name = HEXLOWER.encode(&pair.public_key().as_ref()[..8]);
    let file = folder.join(format!("{RETIRED}{name}.pem"));
    // an interrupted turn may have left it behind
    let _ = fs::remove_file(&file);
    write_secret(&file, &pem_of("PUBLIC", der.as_ref()))
}

/// Turns the keys one step: makes `next.pem`, which every service accepts before one signs with it;
/// or lets it take the place of `current.pem`, whose tokens are accepted as those of `previous.pem`
/// for as long as they live, while its public half stays for good. True if tokens are signed with
/// another key from now on.
pub fn turn(folder: &Path) -> anyhow::Result<bool> {
    let [current, next, previous] =
        ["current.pem", "next.pem", "previous.pem"].map(|name| folder.join(name));
    Ring::read(folder)?;
    if !next.exists() {
        new_key(&next)?;
        return Ok(false);
    }
    let age = |file: &Path| {
        let written = fs::metadata(file)?.modified()?;
        written.elapsed().map_err(std::io::Error::other)
    };
    if previous.exists() && age(&previous)? < Duration::from_secs(ACCESS_SECONDS.unsigned_abs()) {
        bail!(
            "tokens signed by {} are still in use: wait for 15 minutes",
            previous.display()
        );
    }
    // at every moment the folder contains all three keys
    let leaving = folder.join("leaving.pem");
    let _ = fs::remove_file(&leaving);
    let pem = fs::read_to_string(&current)?;
    write_secret(&leaving, &pem)?;
    retire(folder, &pem)?;
    // a turn by an earlier version did not retire it
    if previous.exists() {
        retire(folder, &fs::read_to_string(&previous)?)?;
    }
    fs::rename(&leaving, &previous)?;
    fs::rename(&next, &current)?;
    Ok(true)
}

/// Creates a file with mode 0600 before anything is written to it.
pub fn write_secret(file: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut open = fs::OpenOptions::new();
    let mut handle = open
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("cannot write {}", file.display()))?;
    handle.write_all(text.as_bytes())?;
    Ok(())
}
