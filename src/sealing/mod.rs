//! Values that are sealed before they reach the database: XChaCha20-Poly1305 under keys from files.
//!
//! A sealed value is bound to its place, so that it opens nowhere else: not in another row, not in
//! another column. It names its key, so that keys can be replaced one after the other: `seal.key`
//! seals, `seal-next.key` and `seal-previous.key` only open.
//!
//! What is a person's own is sealed with a data key of that person, which `seal.key` seals in turn:
//! new keys need no more than the data keys sealed again, and a person is erased with theirs. What
//! is sealed so is listed in [`columns`]. Equal citizen numbers are found by an index that is made
//! with `index.key`.
pub mod columns;

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use aws_lc_rs::hmac;
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

/// The file of the key that makes indexes. With another one, every index has to be made anew.
const INDEX: &str = "index.key";

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

/// The bytes of a key file.
fn bytes(hex: &str) -> anyhow::Result<[u8; 32]> {
    let bytes = HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()).ok();
    let bytes = bytes.and_then(|b| b.try_into().ok());
    bytes.context("not 64 hexadecimal digits")
}

fn sealed(cipher: &XChaCha20Poly1305, place: Place, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let nonce = random::<NONCE>()?;
    let payload = Payload {
        msg: plain,
        aad: &place.bytes(),
    };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| anyhow::anyhow!("cannot seal"))?;
    Ok([&nonce[..], &sealed].concat())
}

fn opened(cipher: &XChaCha20Poly1305, place: Place, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
    let Place { table, column, row } = place;
    let Some((nonce, text)) = sealed.split_first_chunk::<NONCE>() else {
        bail!("{table}.{column} of {row} is not a sealed value");
    };
    let payload = Payload {
        msg: text,
        aad: &place.bytes(),
    };
    cipher
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| anyhow::anyhow!("{table}.{column} of {row} was changed or moved"))
}

impl Key {
    fn read(hex: &str) -> anyhow::Result<Self> {
        let bytes = bytes(hex)?;
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
    index: Option<hmac::Key>,
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seals").finish_non_exhaustive()
    }
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

    /// That no key file is missing in `folder`.
    pub fn check(folder: &Path) -> anyhow::Result<()> {
        let index = Self::read(folder)?.index.map(drop);
        index.with_context(|| {
            format!(
                "{} is missing beside {CURRENT}. Make one with `openssl rand -hex 32 > {INDEX}`, and keep a copy with that of {CURRENT}: with another one, a citizen number that is on record is no longer found",
                folder.join(INDEX).display()
            )
        })
    }

    /// Reads the key files in `folder`; `None` if the current one is missing.
    pub fn find(folder: &Path) -> anyhow::Result<Option<Self>> {
        let Some(current) = read(folder, CURRENT, Key::read)? else {
            return Ok(None);
        };
        let mut others = Vec::new();
        for name in OTHERS {
            others.extend(read(folder, name, Key::read)?);
        }
        let index = read(folder, INDEX, bytes)?;
        Ok(Some(Self {
            current,
            others,
            index: index.map(|key| hmac::Key::new(hmac::HMAC_SHA256, &key)),
        }))
    }

    /// Creates the current key and that of the index in `folder` (mode 0600) where they are
    /// missing; for the embedded default only.
    pub fn generate(folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        make(folder, CURRENT)?;
        make(folder, INDEX).map(drop)
    }

    /// Creates the key of the index beside a current key from before there was one. Whether it did.
    pub fn generate_index(folder: &Path) -> anyhow::Result<bool> {
        Ok(folder.join(CURRENT).exists() && make(folder, INDEX)?)
    }

    /// Whether there is a key that makes indexes. Without it no value of a person is sealed or
    /// opened.
    pub const fn can_index(&self) -> bool {
        self.index.is_some()
    }

    pub fn seal(&self, place: Place, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        let Key { id, cipher } = &self.current;
        Ok([&[LAYOUT][..], id, &sealed(cipher, place, plain)?].concat())
    }

    /// The value, if it was sealed for this place with one of the keys.
    pub fn open(&self, place: Place, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let Place { table, column, row } = place;
        let parts = sealed
            .strip_prefix(&[LAYOUT])
            .and_then(|rest| rest.split_first_chunk::<ID>());
        let Some((id, rest)) = parts else {
            bail!("{table}.{column} of {row} is not a sealed value");
        };
        let mut keys = std::iter::once(&self.current).chain(&self.others);
        let key = keys.find(|key| key.id == *id);
        let key =
            key.with_context(|| format!("the key that sealed {table}.{column} of {row} is gone"))?;
        opened(&key.cipher, place, rest)
    }

    /// Whether it is a sealed value at all, and no text.
    pub fn is_sealed(value: &[u8]) -> bool {
        value.first() == Some(&LAYOUT)
    }

    /// Whether the current key has sealed it.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.get(1..=ID) == Some(&self.current.id[..])
    }

    /// A new data key of a person, sealed.
    pub fn new_data_key(&self, person: Uuid) -> anyhow::Result<Vec<u8>> {
        self.seal(data_key(person), &random::<32>()?)
    }

    /// What seals and opens the values of a person.
    pub fn person(&self, id: Uuid, data_key: &[u8]) -> anyhow::Result<Person> {
        let key: Option<[u8; 32]> = self.open(self::data_key(id), data_key)?.try_into().ok();
        let key = key.with_context(|| format!("the data key of {id} is no key"))?;
        let cipher = XChaCha20Poly1305::new(&key.into());
        Ok(Person { id, cipher })
    }

    /// The index by which equal values are found without being opened.
    pub fn index(&self, value: &str) -> anyhow::Result<Vec<u8>> {
        let key = self.index.as_ref().context("there is no index key")?;
        Ok(hmac::sign(key, value.as_bytes()).as_ref().to_vec())
    }
}

/// Where the data key of a person is stored, be they a candidate, a member or both.
pub const fn data_key(person: Uuid) -> Place {
    place(person, "data_key")
}

const fn place(person: Uuid, column: &'static str) -> Place {
    Place {
        table: "person",
        column,
        row: person,
    }
}

/// The data key of a person. A member whom a file has made is the person of that file, so that
/// their values may be copied from one row to the other.
pub struct Person {
    id: Uuid,
    cipher: XChaCha20Poly1305,
}

impl Person {
    /// Seals a value of the person's own row.
    pub fn seal(&self, column: &'static str, value: &str) -> anyhow::Result<Vec<u8>> {
        self.seal_in(place(self.id, column), value)
    }

    pub fn open(&self, column: &'static str, sealed: &[u8]) -> anyhow::Result<String> {
        self.open_in(place(self.id, column), sealed)
    }

    /// Seals a value of another row about the person.
    pub fn seal_in(&self, place: Place, value: &str) -> anyhow::Result<Vec<u8>> {
        sealed(&self.cipher, place, value.as_bytes())
    }

    pub fn open_in(&self, place: Place, sealed: &[u8]) -> anyhow::Result<String> {
        let plain = opened(&self.cipher, place, sealed)?;
        Ok(String::from_utf8(plain)?)
    }
}

/// Creates a key file (mode 0600) where it is missing. Whether it did.
fn make(folder: &Path, name: &str) -> anyhow::Result<bool> {
    let file = folder.join(name);
    if file.exists() {
        return Ok(false);
    }
    write_secret(&file, &HEXLOWER.encode(&random::<32>()?))?;
    Ok(true)
}

/// What `read_as` makes of a key file; `None` if there is none.
fn read<T>(
    folder: &Path,
    name: &str,
    read_as: fn(&str) -> anyhow::Result<T>,
) -> anyhow::Result<Option<T>> {
    let file = folder.join(name);
    match fs::read_to_string(&file) {
        Ok(text) => read_as(&text).map(Some),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e.into()),
    }
    .with_context(|| format!("cannot read {}", file.display()))
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
            index: Some(hmac::Key::new(hmac::HMAC_SHA256, &[current; 32])),
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
        // a key that is not in the folder opens nothing; previous and next keys do
        let refused = seals(2, &[]).open(place(1), &one).unwrap_err().to_string();
        assert!(refused.contains("is gone"), "{refused}");
        let next = seals(2, &[1]);
        assert_eq!(next.open(place(1), &one).unwrap(), b"a secret");
        assert!(house.is_current(&one) && !next.is_current(&one));
    }

    #[test]
    fn a_persons_values_open_with_their_data_key_only() {
        let house = seals(1, &[]);
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let key = house.new_data_key(id).unwrap();
        let person = house.person(id, &key).unwrap();
        let phone = person.seal("phone", "0912 345 678").unwrap();
        assert_eq!(person.open("phone", &phone).unwrap(), "0912 345 678");
        assert!(person.open("address", &phone).is_err(), "another column");
        assert!(house.person(other, &key).is_err(), "another person's key");
        let fresh = house.new_data_key(id).unwrap();
        let fresh = house.person(id, &fresh).unwrap();
        assert!(fresh.open("phone", &phone).is_err(), "another key");
        // sealed again under a new seal.key, it still is the same data key
        let next = seals(2, &[1]);
        let again = next.seal(data_key(id), &next.open(data_key(id), &key).unwrap());
        let person = seals(2, &[]).person(id, &again.unwrap()).unwrap();
        assert_eq!(person.open("phone", &phone).unwrap(), "0912 345 678");
        let index = |seals: &Seals| seals.index("099").unwrap();
        assert_eq!(index(&house), index(&house));
        assert_ne!(index(&house), index(&next));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        for wrong in ["", "ab", &"0".repeat(63), &"g".repeat(64), &"ä".repeat(32)] {
            assert!(Key::read(wrong).is_err(), "{wrong}");
        }
        assert!(Key::read(&("0aB9".repeat(16) + "\n")).is_ok());
    }
}
