//! Values that are sealed before they reach the database: XChaCha20-Poly1305 under keys from files.
//!
//! A sealed value is bound to its place, so that it opens nowhere else: not in another row, not in
//! another column. It names its key, so that keys can be replaced one after the other: `seal.key`
//! seals, `seal-next.key` and `seal-previous.key` only open.
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::auth::token::write_secret;

/// The file of the key that seals.
const CURRENT: &str = "seal.key";
/// Files of keys that only open what they have sealed.
const OTHERS: [&str; 2] = ["seal-next.key", "seal-previous.key"];

/// First byte of every sealed value: cipher and layout.
const LAYOUT: u8 = 1;
const ID: usize = 8;
const NONCE: usize = 24;

/// Where a value is stored.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
}

impl Place {
    fn bytes(self) -> Vec<u8> {
        let names = [self.table, "\0", self.column, "\0"].concat();
        [names.as_bytes(), self.row.as_bytes()].concat()
    }
}

struct Key {
    id: [u8; ID],
    cipher: XChaCha20Poly1305,
}

impl Key {
    fn read(hex: &str) -> anyhow::Result<Self> {
        let bytes = HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()).ok();
        let bytes: Option<[u8; 32]> = bytes.and_then(|b| b.try_into().ok());
        let bytes = bytes.context("not 64 hexadecimal digits")?;
        let digest = Sha256::new_with_prefix(b"ketnap seal key ").chain_update(bytes);
        let mut id = [0; ID];
        id.copy_from_slice(&digest.finalize()[..ID]);
        let cipher = XChaCha20Poly1305::new(&bytes.into());
        Ok(Self { id, cipher })
    }
}

/// The keys.
pub struct Seals {
    current: Key,
    others: Vec<Key>,
}

impl Seals {
    /// Reads the key files in `folder`; the current one must be there.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join(CURRENT);
        Self::find(folder)?.with_context(|| {
            format!(
                "no sealing key: {} is missing. Make one with `openssl rand -hex 32 > {CURRENT}`, and keep a copy apart from the database's backups: what it has sealed is lost without it",
                file.display()
            )
        })
    }

    /// Reads the key files in `folder`; `None` if the current one is missing.
    pub fn find(folder: &Path) -> anyhow::Result<Option<Self>> {
        let read = |name: &str| -> anyhow::Result<Option<Key>> {
            let file = folder.join(name);
            match fs::read_to_string(&file) {
                Ok(text) => Key::read(&text).map(Some),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(e) => Err(e.into()),
            }
            .with_context(|| format!("cannot read {}", file.display()))
        };
        let Some(current) = read(CURRENT)? else {
            return Ok(None);
        };
        let mut others = Vec::new();
        for name in OTHERS {
            others.extend(read(name)?);
        }
        Ok(Some(Self { current, others }))
    }

    /// Creates the current key in `folder` (mode 0600) if it is missing; for the embedded default
    /// only.
    pub fn generate(folder: &Path) -> anyhow::Result<()> {
        let file = folder.join(CURRENT);
        if file.exists() {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        write_secret(&file, &HEXLOWER.encode(&random::<32>()?))
    }

    pub fn seal(&self, place: Place, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        let nonce = random::<NONCE>()?;
        let place = place.bytes();
        let payload = Payload {
            msg: plain,
            aad: &place,
        };
        let Key { id, cipher } = &self.current;
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| anyhow::anyhow!("cannot seal"))?;
        Ok([&[LAYOUT][..], id, &nonce, &sealed].concat())
    }

    /// The value, if it was sealed for this place with one of the keys.
    pub fn open(&self, place: Place, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let Place { table, column, row } = place;
        let parts = sealed
            .strip_prefix(&[LAYOUT])
            .and_then(|rest| rest.split_first_chunk::<ID>())
            .and_then(|(id, rest)| Some((id, rest.split_first_chunk::<NONCE>()?)));
        let Some((id, (nonce, text))) = parts else {
            bail!("{table}.{column} of {row} is not a sealed value");
        };
        let mut keys = std::iter::once(&self.current).chain(&self.others);
        let key = keys.find(|key| key.id == *id);
        let key =
            key.with_context(|| format!("the key that sealed {table}.{column} of {row} is gone"))?;
        let payload = Payload {
            msg: text,
            aad: &place.bytes(),
        };
        key.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| anyhow::anyhow!("{table}.{column} of {row} was changed or moved"))
    }

    /// Whether the current key has sealed it.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.get(1..=ID) == Some(&self.current.id[..])
    }
}

/// Bytes of the system's generator.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("no randomness"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seals(current: u8, others: &[u8]) -> Seals {
        let key = |n: &u8| Key::read(&format!("{n:02x}").repeat(32)).unwrap();
        Seals {
            current: key(&current),
            others: others.iter().map(key).collect(),
        }
    }

    fn place(row: u128) -> Place {
        Place {
            table: "credential",
            column: "seed",
            row: Uuid::from_u128(row),
        }
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_and_under_its_key_only() {
        let house = seals(1, &[]);
        let (one, same) = (
            house.seal(place(1), b"a secret").unwrap(),
            house.seal(place(1), b"a secret").unwrap(),
        );
        assert_ne!(one, same, "each time another nonce");
        assert_eq!(house.open(place(1), &one).unwrap(), b"a secret");
        let column = Place {
            column: "phone",
            ..place(1)
        };
        let table = Place {
            table: "member",
            ..place(1)
        };
        for elsewhere in [place(2), column, table] {
            let refused = house.open(elsewhere, &one).unwrap_err().to_string();
            assert!(refused.contains("changed or moved"), "{refused}");
        }
        for i in 0..one.len() {
            let mut changed = one.clone();
            changed[i] ^= 1;
            assert!(house.open(place(1), &changed).is_err(), "byte {i}");
        }
        assert!(house.open(place(1), &one[..20]).is_err());
        // another key opens nothing; one that stands beside the current one does
        let refused = seals(2, &[]).open(place(1), &one).unwrap_err().to_string();
        assert!(refused.contains("is gone"), "{refused}");
        let next = seals(2, &[1]);
        assert_eq!(next.open(place(1), &one).unwrap(), b"a secret");
        assert!(house.is_current(&one) && !next.is_current(&one));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        for wrong in ["", "ab", &"0".repeat(63), &"g".repeat(64), &"ä".repeat(32)] {
            assert!(Key::read(wrong).is_err(), "{wrong}");
        }
        assert!(Key::read(&("0aB9".repeat(16) + "\n")).is_ok());
    }
}
