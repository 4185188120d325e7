//! Parses a file of regulation versions: reports all mistakes at once, each with what is expected.
use std::collections::BTreeMap;

use serde_json::Value;
use toml::Table;

use super::parameters::{DEFINITIONS, Definition, Kind, MOST, definition};
use super::reader::{Entry, Part, Reader, list, meant, one_of};
use super::{Citation, Confirmed, Ground, Parameter, Standing, Version};
use crate::words::Term;

/// The expected type of a value, for messages and the README.
pub(super) fn wanted(kind: Kind) -> String {
    match kind {
        Kind::Whole(_) => format!("a whole number from 0 to {MOST}"),
        Kind::Fraction => {
            "a fraction as two whole numbers, [2, 3], greater than 0 and at most 1".to_owned()
        }
        Kind::Word(words) => one_of(words),
        Kind::Words(words) => format!(
            "a list of one or more of {}",
            list(words.iter().map(|t| t.0))
        ),
    }
}

fn fits(kind: Kind, value: &Value) -> bool {
    let whole = |v: &Value| v.as_u64().is_some_and(|n| n <= MOST);
    let word =
        |words: &[Term], v: &Value| v.as_str().is_some_and(|s| words.iter().any(|t| t.0 == s));
    match kind {
        Kind::Whole(_) => whole(value),
        Kind::Fraction => value.as_array().is_some_and(|a| {
            a.len() == 2
                && a.iter().all(whole)
                && a[0].as_u64() > Some(0)
                && a[0].as_u64() <= a[1].as_u64()
        }),
        Kind::Word(words) => word(words, value),
        Kind::Words(words) => value
            .as_array()
            .is_some_and(|a| !a.is_empty() && a.iter().all(|v| word(words, v))),
    }
}

impl Reader {
    fn parameter(&mut self, code: &str, known: &Definition, table: &Table) -> Option<Parameter> {
        let before = self.wrong.len();
        let mut part = Part::new(format!("{code}: {}", known.name), table);
        let value = if let Some(found) = part.get("value") {
            let value = serde_json::to_value(found).unwrap_or_default();
            if fits(known.kind, &value) {
                value
            } else {
                // omit the key from the message: the parameter itself is at fault
                self.cannot_be(code, known.name, found, &wanted(known.kind));
                Value::Null
            }
        } else {
            self.say(
                &part.place,
                format!("value is missing: wanted is {}", wanted(known.kind)),
            );
            Value::Null
        };
        let citation = self.text(&mut part, "citation", true);
        self.text(&mut part, "note", false);
        let confirmed = self.confirmed(code, known.name, part.get("confirmed"));
        let from = self.word(&mut part, "from", known.from, true);
        let of = self.word(&mut part, "of", known.of, false);
        let alternative = self.word(&mut part, "alternative", known.alternative, false);
        let extension = self.extension(&mut part, known);
        let strict = self.strict(&mut part, known);
        self.rest(&part);
        (self.wrong.len() == before).then(|| Parameter {
            value,
            citation: Citation {
                text: citation.unwrap_or_default(),
                confirmed,
                ground: Ground::Parameter(known.name),
            },
            from,
            extension,
            of: of.or_else(|| known.of.first().map(|t| t.0.to_owned())),
            strict,
            alternative,
            inherited_from: None,
        })
    }

    fn confirmed(&mut self, code: &str, name: &str, found: Entry<'_>) -> Option<Confirmed> {
        let wanted = format!("one of {}", list(Confirmed::WIRE));
        let Some(found) = found else {
            self.say(
                code,
                format!("{name}.confirmed is missing: wanted is {wanted}"),
            );
            return None;
        };
        let confirmed = found.as_str().and_then(Confirmed::parse);
        if confirmed.is_none() {
            self.cannot_be(code, &format!("{name}.confirmed"), found, &wanted);
        }
        confirmed
    }

    fn extension(&mut self, part: &mut Part<'_>, known: &Definition) -> Option<u32> {
        let found = part.get("extension")?;
        if !known.extension {
            self.say(&part.place, "extension has no meaning here: leave it out");
            return None;
        }
        let days = found
            .as_integer()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| u64::from(*n) <= MOST);
        if days.is_none() {
            let wanted = format!("working days, from 0 to {MOST}");
            self.cannot_be(&part.place, "extension", found, &wanted);
        }
        days
    }

    fn strict(&mut self, part: &mut Part<'_>, known: &Definition) -> bool {
        match part.get("strict") {
            None => false,
            Some(_) if !matches!(known.kind, Kind::Fraction) => {
                self.say(&part.place, "strict has no meaning here: leave it out");
                false
            }
            Some(toml::Value::Boolean(strict)) => *strict,
            Some(other) => {
                self.cannot_be(&part.place, "strict", other, "true or false");
                false
            }
        }
    }

    fn parameters(&mut self, code: &str, found: Entry<'_>) -> BTreeMap<String, Parameter> {
        let mut parameters = BTreeMap::new();
        let table = match found {
            None => return parameters,
            Some(toml::Value::Table(table)) => table,
            Some(other) => {
                self.cannot_be(code, "parameters", other, "a table [version.parameters]");
                return parameters;
            }
        };
        for (name, entry) in table {
            let Some(known) = definition(name) else {
                let known = meant(name, DEFINITIONS.iter().map(|d| d.name));
                self.say(code, format!("{name} is no parameter{known}"));
                continue;
            };
            let Some(table) = entry.as_table() else {
                let wanted = "a table { value = …, citation = \"…\", confirmed = \"…\" }";
                self.cannot_be(code, name, entry, wanted);
                continue;
            };
            if let Some(parameter) = self.parameter(code, known, table) {
                parameters.insert(name.clone(), parameter);
            }
        }
        parameters
    }

    fn version(&mut self, place: usize, found: &toml::Value) -> Option<Version> {
        let nth = format!("version {}", place + 1);
        let Some(table) = found.as_table() else {
            self.cannot_be("the file", &nth, found, "a table [[version]]");
            return None;
        };
        let mut part = Part::new(nth, table);
        let code = self.text(&mut part, "code", true);
        if let Some(code) = &code {
            part.place.clone_from(code);
        }
        let (issued, effective) = (
            self.day(&mut part, "issued_on"),
            self.day(&mut part, "effective_from"),
        );
        if let (Some(issued), Some(effective)) = (issued, effective)
            && effective < issued
        {
            self.say(
                &part.place,
                format!("effective_from {effective} is before issued_on {issued}: wanted is the day of issue or a later one"),
            );
        }
        let guidance = self.texts(&mut part, "guidance");
        let listed = part.get("parameters");
        let parameters = self.parameters(&part.place, listed);
        self.rest(&part);
        if place == 0 {
            let named = listed.and_then(toml::Value::as_table);
            for known in DEFINITIONS.iter().filter(|d| d.required) {
                if !named.is_some_and(|n| n.contains_key(known.name)) {
                    let what = format!("{} is missing: the first version lists all", known.name);
                    self.say(&part.place, what);
                }
            }
        }
        Some(Version {
            code: code?,
            issued_on: issued?,
            effective_from: effective?,
            guidance,
            parameters,
            standing: Standing::default(),
        })
    }
}

/// The versions of a file, each with what it inherits.
pub(super) fn file(text: &str) -> Result<Vec<Version>, Vec<String>> {
    let table: Table = text
        .parse()
        .map_err(|e: toml::de::Error| vec![e.to_string()])?;
    let mut reader = Reader { wrong: Vec::new() };
    let mut part = Part::new("the file".to_owned(), &table);
    let found = match part.get("version") {
        Some(toml::Value::Array(all)) => all.as_slice(),
        Some(other) => {
            reader.cannot_be("the file", "version", other, "tables [[version]]");
            &[]
        }
        None => {
            reader.say("the file", "no version: wanted is at least one [[version]]");
            &[]
        }
    };
    reader.rest(&part);
    let mut versions: Vec<Version> = Vec::new();
    for (place, found) in found.iter().enumerate() {
        let Some(mut version) = reader.version(place, found) else {
            continue;
        };
        if versions.iter().any(|v| v.code == version.code) {
            reader.say(&version.code, "stands twice");
        }
        if let Some(before) = versions.last() {
            if before.effective_from >= version.effective_from {
                reader.wrong.push(format!(
                    "{} must come into force after {}",
                    version.code, before.code
                ));
            }
            version.inherit(before);
        }
        versions.push(version);
    }
    if reader.wrong.is_empty() {
        Ok(versions)
    } else {
        Err(reader.wrong)
    }
}

impl Version {
    fn inherit(&mut self, before: &Self) {
        for (name, parameter) in &before.parameters {
            let from = parameter.inherited_from.as_ref().unwrap_or(&before.code);
            let heir = || Parameter {
                citation: if parameter.inherited_from.is_some() {
                    parameter.citation.clone()
                } else {
                    parameter.citation.inherited()
                },
                inherited_from: Some(from.clone()),
                ..parameter.clone()
            };
            self.parameters.entry(name.clone()).or_insert_with(heir);
        }
    }
}
