//! Opaque cursors: the sort key of a page's last row, which may be a name, must not appear in URLs
//! and their logs.
use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

const NONCE: usize = 24;

/// Seals and opens cursors. One place has one cursor, so that a page that has not changed keeps its
/// ETag.
pub struct Cursors {
    cipher: XChaCha20Poly1305,
    nonces: hmac::Key,
}

impl fmt::Debug for Cursors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursors").finish_non_exhaustive()
    }
}

impl Cursors {
    /// With separate keys derived from the secret, so that every process with the same secret can
    /// open them.
    pub(super) fn new(secret: &hmac::Key) -> anyhow::Result<Self> {
        let derived = |purpose: &str| hmac::sign(secret, purpose.as_bytes());
        let cipher = XChaCha20Poly1305::new_from_slice(derived("cursors").as_ref());
        Ok(Self {
            cipher: cipher.map_err(|_| anyhow::anyhow!("no key for cursors"))?,
            nonces: hmac::Key::new(hmac::HMAC_SHA256, derived("nonces of cursors").as_ref()),
        })
    }

    pub fn seal(&self, place: &[u8]) -> String {
        let tag = hmac::sign(&self.nonces, place);
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&tag.as_ref()[..NONCE]);
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), place);
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed.unwrap_or_default()].concat())
    }

    /// `None` for what was not sealed here.
    pub fn open(&self, cursor: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        self.cipher.decrypt(&XNonce::from(*nonce), sealed).ok()
    }
}
