//! Anchors: where the logs stood, signed, to be kept where nobody can change it who can change the
//! database.
//!
//! A line per chain of a log, then the public key and the signature of everything above it:
//!
//! ```text
//! ketnap anchor 1
//! at 2021-01-15T02:00:00Z
//! head 01750000-… audit_entry 0 1204 9f86d081…
//! key 3YnVq…
//! signature 0aGk…
//! ```
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use data_encoding::HEXLOWER;
use uuid::Uuid;

use crate::auth::token::{RETIRED, key_pair, pem_body};
use crate::config::Config;

const TITLE: &str = "ketnap anchor 1";
/// An Ed25519 public key as SubjectPublicKeyInfo: 12 bytes that name the algorithm, then the key.
const PUBLIC_BYTES: usize = 44;

/// A log of an organisation is kept in several chains; which one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChainId {
    pub organization: Uuid,
    pub log: String,
    pub chain: i16,
}

/// The last entry of a chain.
#[derive(Debug)]
pub struct Head {
    pub of: ChainId,
    pub seq: i64,
    pub hash: Vec<u8>,
}

/// Where the logs stood: the number and hash of the last entry of each chain.
#[derive(Debug)]
pub struct Anchor {
    pub heads: BTreeMap<ChainId, (i64, Vec<u8>)>,
}

/// A key that anchors are signed with, or its public half.
pub struct Signer {
    pair: Option<Ed25519KeyPair>,
    public: Vec<u8>,
}

impl Signer {
    /// From a PEM file with a private or a public key.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let name = || file.display().to_string();
        let pem = fs::read_to_string(file).with_context(name)?;
        let der = pem_body(&pem).with_context(name)?;
        if der.len() == PUBLIC_BYTES {
            let public = der[PUBLIC_BYTES - 32..].to_vec();
            return Ok(Self { pair: None, public });
        }
        let pair = key_pair(&der).with_context(name)?;
        let public = pair.public_key().as_ref().to_vec();
        Ok(Self {
            pair: Some(pair),
            public,
        })
    }

    /// The key that the service signs with.
    pub fn current(config: &Config) -> anyhow::Result<Self> {
        Self::read(&config.keys().join("current.pem"))
    }

    /// The keys that the service signs with, and all that `ketnap keys turn` has retired.
    pub fn of_service(config: &Config) -> anyhow::Result<Vec<Self>> {
        let folder = config.keys();
        let mut signers = Vec::new();
        for file in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let name = file?.file_name();
            let name = name.to_string_lossy();
            if matches!(&*name, "current.pem" | "next.pem" | "previous.pem")
                || (name.starts_with(RETIRED) && name.ends_with(".pem"))
            {
                signers.push(Self::read(&folder.join(&*name))?);
            }
        }
        Ok(signers)
    }
}

/// The anchor as text.
pub fn sign(signer: &Signer, at: DateTime<Utc>, heads: &[Head]) -> anyhow::Result<String> {
    let pair = (signer.pair.as_ref()).context("this is a public key: the private one signs")?;
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut text = format!("{TITLE}\nat {at}\n");
    for head in heads {
        let (of, seq, hash) = (&head.of, head.seq, HEXLOWER.encode(&head.hash));
        let (organization, log, chain) = (of.organization, &of.log, of.chain);
        writeln!(text, "head {organization} {log} {chain} {seq} {hash}")?;
    }
    writeln!(text, "key {}", URL_SAFE_NO_PAD.encode(&signer.public))?;
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes()));
    Ok(format!("{text}signature {signature}"))
}

impl Anchor {
    /// Reads the file if one of these keys has signed it.
    pub fn read(file: &Path, signers: &[Signer]) -> anyhow::Result<Self> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Self::parse(&text, signers).with_context(|| file.display().to_string())
    }

    pub fn parse(text: &str, signers: &[Signer]) -> anyhow::Result<Self> {
        ensure!(text.starts_with(TITLE), "not an anchor of ketnap");
        let (signed, signature) = text
            .rsplit_once("signature ")
            .context("the anchor is not signed")?;
        let signature = (URL_SAFE_NO_PAD.decode(signature.trim())).context("its signature")?;
        let by = |s: &Signer| {
            let key = UnparsedPublicKey::new(&ED25519, &s.public);
            key.verify(signed.as_bytes(), &signature).is_ok()
        };
        ensure!(
            signers.iter().any(by),
            "the anchor was changed, or signed with another key"
        );
        let mut heads = BTreeMap::new();
        for line in signed.lines().filter_map(|l| l.strip_prefix("head ")) {
            let parts: Vec<&str> = line.split(' ').collect();
            let [organization, log, chain, seq, hash] = parts[..] else {
                bail!("unreadable line: {line}");
            };
            let head = (
                seq.parse()?,
                HEXLOWER.decode(hash.as_bytes()).context("a hash")?,
            );
            let of = ChainId {
                organization: organization.parse()?,
                log: log.to_owned(),
                chain: chain.parse()?,
            };
            heads.insert(of, head);
        }
        Ok(Self { heads })
    }
}
