//! Parsing primitives: a table whose keys are requested by name, and the list of mistakes found.
use std::collections::BTreeSet;
use std::fmt::Display;

use chrono::NaiveDate;
use toml::Table;

use crate::words::Term;

pub(super) type Entry<'a> = Option<&'a toml::Value>;

/// A date in TOML syntax.
const DATE: &str = "a date without quotes, like 2016-07-25";
const TEXT: &str = "a text that is not empty";

/// A table of the file, its path for messages, and the keys requested so far.
pub(super) struct Part<'a> {
    pub(super) place: String,
    pub(super) table: &'a Table,
    pub(super) known: BTreeSet<&'static str>,
}

/// Mistakes found so far.
pub(super) struct Reader {
    pub(super) wrong: Vec<String>,
}

pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

pub(super) fn one_of(terms: &[Term]) -> String {
    format!("one of {}", list(terms.iter().map(|t| t.0)))
}

/// Edit distance between two names.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Suggests the known word that was probably meant.
pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|k| (distance(name, k), k))
        .filter(|(far, _)| *far <= 3)
        .min()
        .map_or_else(String::new, |(_, k)| format!("; {k} is"))
}

impl Reader {
    pub(super) fn say(&mut self, place: &str, what: impl Display) {
        self.wrong.push(format!("{place}: {what}"));
    }

    /// Reports a value of the wrong kind.
    pub(super) fn cannot_be(&mut self, place: &str, key: &str, found: &toml::Value, wanted: &str) {
        let shown = serde_json::to_string(found)
            .ok()
            .filter(|_| !found.is_datetime())
            .unwrap_or_else(|| found.to_string());
        self.say(
            place,
            format!("{key} cannot be {shown}: wanted is {wanted}"),
        );
    }

    pub(super) fn text(
        &mut self,
        part: &mut Part<'_>,
        key: &'static str,
        required: bool,
    ) -> Option<String> {
        match part.get(key) {
            Some(toml::Value::String(s)) if !s.trim().is_empty() => Some(s.trim().to_owned()),
            Some(toml::Value::String(_)) => {
                self.say(&part.place, format!("{key} is empty: wanted is {TEXT}"));
                None
            }
            Some(other) => {
                self.cannot_be(&part.place, key, other, TEXT);
                None
            }
            None => {
                if required {
                    self.say(&part.place, format!("{key} is missing: wanted is {TEXT}"));
                }
                None
            }
        }
    }

    pub(super) fn day(&mut self, part: &mut Part<'_>, key: &'static str) -> Option<NaiveDate> {
        let found = part.get(key);
        let day = found
            .and_then(toml::Value::as_datetime)
            .and_then(|d| d.to_string().parse().ok());
        match found {
            Some(other) if day.is_none() => self.cannot_be(&part.place, key, other, DATE),
            None => self.say(&part.place, format!("{key} is missing: wanted is {DATE}")),
            Some(_) => {}
        }
        day
    }

    pub(super) fn texts(&mut self, part: &mut Part<'_>, key: &'static str) -> Vec<String> {
        let Some(found) = part.get(key) else {
            return Vec::new();
        };
        let texts: Option<Vec<String>> = found.as_array().and_then(|a| {
            a.iter()
                .map(|v| {
                    v.as_str()
                        .filter(|s| !s.trim().is_empty())
                        .map(str::to_owned)
                })
                .collect()
        });
        texts.unwrap_or_else(|| {
            self.cannot_be(&part.place, key, found, "a list of texts");
            Vec::new()
        })
    }

    /// A word of a list; with an empty list the key is not allowed here.
    pub(super) fn word(
        &mut self,
        part: &mut Part<'_>,
        key: &'static str,
        known: &[Term],
        required: bool,
    ) -> Option<String> {
        let found = part.get(key);
        match found {
            Some(_) if known.is_empty() => {
                self.say(
                    &part.place,
                    format!("{key} has no meaning here: leave it out"),
                );
                None
            }
            Some(toml::Value::String(s)) if known.iter().any(|t| t.0 == s) => Some(s.clone()),
            Some(other) => {
                self.cannot_be(&part.place, key, other, &one_of(known));
                None
            }
            None => {
                if required && !known.is_empty() {
                    self.say(
                        &part.place,
                        format!("{key} is missing: wanted is {}", one_of(known)),
                    );
                }
                None
            }
        }
    }

    /// Reports keys that were never requested.
    pub(super) fn rest(&mut self, part: &Part<'_>) {
        for key in part.table.keys() {
            if !part.known.contains(key.as_str()) {
                let known = meant(key, part.known.iter().copied());
                self.say(
                    &part.place,
                    format!(
                        "{key} is no key{known} (known are {})",
                        list(part.known.iter().copied())
                    ),
                );
            }
        }
    }
}

impl<'a> Part<'a> {
    pub(super) fn new(place: String, table: &'a Table) -> Self {
        Self {
            place,
            table,
            known: BTreeSet::new(),
        }
    }

    pub(super) fn get(&mut self, key: &'static str) -> Entry<'a> {
        self.known.insert(key);
        self.table.get(key)
    }
}
