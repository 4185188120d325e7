//! One newtype for every string that comes in: NFC, trimmed, no control or direction-override
//! characters, limited.
use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};
use utoipa::{PartialSchema, ToSchema};

/// Characters that never belong in a text: C0, C1, bidirectional overrides and isolates.
pub fn refused(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The same as a JSON Schema pattern; at least one character that is not a space.
pub const PATTERN: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F\\u202A-\\u202E\\u2066-\\u2069]*[^\\s\\u0000-\\u001F\\u007F-\\u009F\\u202A-\\u202E\\u2066-\\u2069][^\\u0000-\\u001F\\u007F-\\u009F\\u202A-\\u202E\\u2066-\\u2069]*$";

/// NFC, trimmed, runs of spaces made one.
pub fn normal(raw: &str) -> String {
    raw.nfc()
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text of 1 to `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    pub fn into_string(self) -> String {
        self.0
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Takes a stored value back into a writable form.
    pub fn stored(value: String) -> Self {
        Self(value)
    }
}

/// Only made normal here: what may stand in it is said by the schema below, which every body is
/// held against before it is read.
impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer).map(|raw| Self(normal(&raw)))
    }
}

impl<const MAX: usize> PartialSchema for Text<MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern(Some(PATTERN))
            .into()
    }
}
impl<const MAX: usize> ToSchema for Text<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Text{MAX}"))
    }
}

/// Optional texts, both ways, as entities keep them.
pub fn plain<const MAX: usize>(text: Option<Text<MAX>>) -> Option<String> {
    text.map(Text::into_string)
}
pub fn stored<const MAX: usize>(text: Option<String>) -> Option<Text<MAX>> {
    text.map(Text::stored)
}
