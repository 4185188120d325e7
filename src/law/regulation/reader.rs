//! What reading a file is made of: a table whose keys are asked for by name, and the mistakes
//! found.
use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};
use toml::Table;

use super::mistake::Mistake;
use crate::text::{normal, refused};
use crate::words::Term;
use crate::{Words, say};

pub(super) type Entry<'a> = Option<&'a toml::Value>;

/// A date as TOML writes it.
fn date() -> Words {
    say(
        "ngày không để trong dấu nháy (trong JSON thì có), như 2016-07-25, từ năm 1900 đến năm 2099",
        "a date without quotes (in JSON with them), like 2016-07-25, from 1900 to 2099",
    )
}

/// Whether the text has something to read.
fn seen(text: &str) -> bool {
    !normal(text).is_empty() && !text.chars().any(refused)
}

fn text() -> Words {
    say("văn bản không rỗng", "a text that is not empty")
}

/// Where something stands: how messages call it, and its keys from the top of the file.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) name: String,
    path: Vec<String>,
}

impl Place {
    pub(super) fn top() -> Self {
        Self {
            name: "the file".to_owned(),
            path: Vec::new(),
        }
    }

    /// An entry of it.
    pub(super) fn at(&self, key: impl Into<String>) -> Self {
        let mut inner = self.clone();
        inner.path.push(key.into());
        inner
    }

    pub(super) fn into_path(self) -> Vec<String> {
        self.path
    }

    pub(super) fn called(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

/// A table of the file, its place, and which keys have been asked for.
pub(super) struct Part<'a> {
    pub(super) place: Place,
    pub(super) table: &'a Table,
    pub(super) known: BTreeSet<&'static str>,
}

/// What was found wrong so far.
pub(super) struct Reader {
    pub(super) wrong: Vec<Mistake>,
}

pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Words {
    let all = list(words);
    say(format!("một trong: {all}"), format!("one of {all}"))
}

pub(super) fn one_of_terms(terms: &[Term]) -> Words {
    one_of(terms.iter().map(|t| t.0))
}

/// What has no meaning for a parameter.
pub(super) fn without_meaning(key: &str) -> Words {
    say(
        format!("{key} không dùng ở đây: hãy bỏ đi"),
        format!("{key} has no meaning here: leave it out"),
    )
}

/// What is not there.
pub(super) fn missing(key: &str, wanted: &Words) -> Words {
    say(
        format!("thiếu {key}: cần {}", wanted.vi),
        format!("{key} is missing: wanted is {}", wanted.en),
    )
}

/// How many letters must change to make one name the other.
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

/// The known word that was probably meant.
pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Words {
    known
        .map(|k| (distance(name, k), k))
        .filter(|(far, _)| *far <= 3)
        .min()
        .map_or_else(
            || say("", ""),
            |(_, k)| say(format!("; có {k}"), format!("; {k} is")),
        )
}

impl Reader {
    pub(super) fn say(&mut self, place: &Place, what: &Words) {
        let Place { name, path } = place;
        let called = if path.is_empty() { "tệp" } else { name };
        self.wrong.push(Mistake {
            path: path.clone(),
            line: None,
            said: say(
                format!("{called}: {}", what.vi),
                format!("{name}: {}", what.en),
            ),
        });
    }

    /// A value that is there but not what it should be.
    pub(super) fn cannot_be(
        &mut self,
        place: &Place,
        key: &str,
        found: &toml::Value,
        wanted: &Words,
    ) {
        let shown = serde_json::to_string(found)
            .ok()
            .filter(|_| !found.is_datetime())
            .unwrap_or_else(|| found.to_string());
        let shown: String = shown.chars().take(200).collect();
        self.say(
            place,
            &say(
                format!("{key} không thể là {shown}: cần {}", wanted.vi),
                format!("{key} cannot be {shown}: wanted is {}", wanted.en),
            ),
        );
    }

    pub(super) fn text(
        &mut self,
        part: &mut Part<'_>,
        key: &'static str,
        required: bool,
    ) -> Option<String> {
        match part.get(key) {
            Some(toml::Value::String(s)) if seen(s) => Some(normal(s)),
            Some(toml::Value::String(_)) => {
                let empty = say(
                    format!("{key} rỗng: cần {}", text().vi),
                    format!("{key} is empty: wanted is {}", text().en),
                );
                self.say(&part.place.at(key), &empty);
                None
            }
            Some(other) => {
                self.cannot_be(&part.place.at(key), key, other, &text());
                None
            }
            None => {
                if required {
                    self.say(&part.place, &missing(key, &text()));
                }
                None
            }
        }
    }

    pub(super) fn day(&mut self, part: &mut Part<'_>, key: &'static str) -> Option<NaiveDate> {
        let found = part.get(key);
        let day = found
            .and_then(toml::Value::as_datetime)
            .and_then(|d| d.to_string().parse::<NaiveDate>().ok())
            .filter(|day| (1900..2100).contains(&day.year()));
        match found {
            Some(other) if day.is_none() => {
                self.cannot_be(&part.place.at(key), key, other, &date());
            }
            None => self.say(&part.place, &missing(key, &date())),
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
                .map(|v| v.as_str().filter(|s| seen(s)).map(normal))
                .collect()
        });
        texts.unwrap_or_else(|| {
            let wanted = say("danh sách văn bản", "a list of texts");
            self.cannot_be(&part.place.at(key), key, found, &wanted);
            Vec::new()
        })
    }

    /// A word of a list; where the list is empty the key has no meaning here.
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
                self.say(&part.place.at(key), &without_meaning(key));
                None
            }
            Some(toml::Value::String(s)) if known.iter().any(|t| t.0 == s) => Some(s.clone()),
            Some(other) => {
                self.cannot_be(&part.place.at(key), key, other, &one_of_terms(known));
                None
            }
            None => {
                if required && !known.is_empty() {
                    self.say(&part.place, &missing(key, &one_of_terms(known)));
                }
                None
            }
        }
    }

    /// Keys that nobody asked for.
    pub(super) fn rest(&mut self, part: &Part<'_>) {
        for key in part.table.keys() {
            if !part.known.contains(key.as_str()) {
                let meant = meant(key, part.known.iter().copied());
                let known = list(part.known.iter().copied());
                let unknown = say(
                    format!("không có khóa {key}{} (các khóa: {known})", meant.vi),
                    format!("{key} is no key{} (known are {known})", meant.en),
                );
                self.say(&part.place.at(key), &unknown);
            }
        }
    }
}

impl<'a> Part<'a> {
    pub(super) fn new(place: Place, table: &'a Table) -> Self {
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
