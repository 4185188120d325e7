//! The newtype for all text input: NFC, trimmed, bounded, without control or direction-override
//! characters.
use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};
use utoipa::{PartialSchema, ToSchema};

use crate::{Words, say};

/// Whether a text with this character is refused: controls, bidirectional marks, blank letters
/// (Hangul fillers, the empty Braille cell), private use, tags and noncharacters. They are
/// invisible or depend on the font, so that two different texts could look the same.
pub fn refused(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2061}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{E000}'..='\u{F8FF}'
                | '\u{FDD0}'..='\u{FDEF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
                | '\u{F0000}'..='\u{10FFFF}'
        )
        || (c as u32) & 0xFFFE == 0xFFFE
}

/// Whether the character is silently dropped: it is a remnant of copying, invisible and meaningless
/// in Vietnamese and English (soft hyphen, zero-width space and joiners, byte order mark, variation
/// selectors).
fn dropped(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

macro_rules! refused_in_pattern {
    () => {
        "\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u115F\\u1160\\u180B-\\u180F\\u200E\\u200F\\u2028-\\u202E\\u2061-\\u206F\\u2800\\u3164\\uE000-\\uF8FF\\uFDD0-\\uFDEF\\uFFA0\\uFFF0-\\uFFFB\\uFFFE\\uFFFF"
    };
}

/// The same rule as a JSON Schema pattern, within the basic plane; requires a visible character.
pub const PATTERN: &str = concat!(
    "^[^",
    refused_in_pattern!(),
    "]*[^\\s\\u00AD\\u034F\\u200B-\\u200D\\u2060\\uFE00-\\uFE0F\\uFEFF",
    refused_in_pattern!(),
    "][^",
    refused_in_pattern!(),
    "]*$"
);

/// NFC, without invisible characters, trimmed, with runs of spaces collapsed.
pub fn normal(raw: &str) -> String {
    raw.chars()
        .filter(|c| !dropped(*c))
        .nfc()
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
    /// Wraps a stored value, for the writable form of a row.
    pub fn stored(value: String) -> Self {
        Self(value)
    }
}

/// Only normalises: allowed characters are defined by the schema below, against which every body is
/// validated before it is deserialized.
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

/// A person's name: 1 to 200 characters of the Latin script, in which Vietnamese is written.
/// Look-alike letters of other scripts would turn one person into two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(Text<200>);

macro_rules! latin {
    () => {
        "A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F\\u1E00-\\u1EFF"
    };
}

impl PersonName {
    /// Letters, digits, combining marks, spaces, apostrophe, hyphen, full stop; at least one
    /// letter.
    pub const PATTERN: &str = concat!(
        "^[",
        latin!(),
        "0-9\\u0300-\\u036F\\u2019\\s'.\\u00AD\\u200B-\\u200D\\u2060\\uFEFF-]*[",
        latin!(),
        "][",
        latin!(),
        "0-9\\u0300-\\u036F\\u2019\\s'.\\u00AD\\u200B-\\u200D\\u2060\\uFEFF-]*$"
    );

    pub fn into_string(self) -> String {
        self.0.into_string()
    }
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
    /// Wraps a stored value, for the writable form of a row.
    pub fn stored(value: String) -> Self {
        Self(Text::stored(value))
    }
}

impl PartialSchema for PersonName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(200))
            .pattern(Some(Self::PATTERN))
            .description(Some("Full name of a person, in Vietnamese order"))
            .into()
    }
}
impl ToSchema for PersonName {
    fn name() -> Cow<'static, str> {
        "PersonName".into()
    }
}

/// With a capital letter, however many bytes it has.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// As in the middle of a sentence.
pub fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// What is said of a written reason without enough letters.
pub fn too_short(reason: &str) -> Option<Words> {
    const LETTERS: usize = 10;
    let letters = reason.chars().filter(|c| c.is_alphabetic()).count();
    (letters < LETTERS).then(|| {
        say(
            format!("Lý do cần ít nhất {LETTERS} chữ cái."),
            format!("A reason has at least {LETTERS} letters."),
        )
    })
}

/// Converts optional texts from and to the strings that entities hold.
pub fn plain<const MAX: usize>(text: Option<Text<MAX>>) -> Option<String> {
    text.map(Text::into_string)
}
pub fn stored<const MAX: usize>(text: Option<String>) -> Option<Text<MAX>> {
    text.map(Text::stored)
}

/// A paper's number as numbers are compared, here and by `app.paper_key`: without spaces, in capitals, with
/// plain hyphens.
pub fn paper_key(number: &str) -> String {
    let plain = |c| {
        if "‐‑‒–—−".contains(c) {
            '-'
        } else {
            c
        }
    };
    let key: String = number.nfkc().filter(|c| *c != ' ').map(plain).collect();
    key.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        for raw in [
            "Trần Thị Mai\u{200B}",
            "\u{FEFF}Trần Thị Mai",
            "Trần\u{AD} Thị\u{A0}Mai",
            "Tra\u{302}\u{300}n Thị Mai",
        ] {
            assert_eq!(normal(raw), "Trần Thị Mai", "{raw:?}");
        }
    }
}
