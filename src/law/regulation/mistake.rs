//! A mistake in a file of regulations: where it is, and what is wanted instead.
use std::fmt;
use std::ops::Deref;

use toml::de::{DeTable, DeValue};

use crate::{Words, say};

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Keys from the top of the file: `version`, `6`, `parameters`, `age_max_months`.
    pub path: Vec<String>,
    /// Where the file is TOML text.
    pub line: Option<usize>,
    pub said: Words,
}

impl Mistake {
    /// The place as a JSON pointer into the file.
    pub fn pointer(&self) -> String {
        self.path.iter().fold(String::new(), |whole, key| {
            whole + "/" + &key.replace('~', "~0").replace('/', "~1")
        })
    }

    /// With the line, where there is one.
    pub fn words(&self) -> Words {
        self.line.map_or_else(
            || self.said.clone(),
            |line| {
                say(
                    format!("dòng {line}: {}", self.said.vi),
                    format!("line {line}: {}", self.said.en),
                )
            },
        )
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().en)
    }
}

/// All mistakes of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// As they are told on a terminal.
    pub fn lines(&self) -> Vec<String> {
        self.iter().map(Mistake::to_string).collect()
    }
}

impl Deref for Mistakes {
    type Target = [Mistake];

    fn deref(&self) -> &[Mistake] {
        &self.0
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("; "))
    }
}

/// A text that is no TOML: every place where it breaks.
pub(super) fn of_syntax(text: &str) -> Vec<Mistake> {
    let (_, errors) = DeTable::parse_recoverable(text);
    errors
        .iter()
        .map(|e| {
            let at = e.span().map_or(0, |span| span.start);
            let column = column(text, at);
            Mistake {
                path: Vec::new(),
                line: Some(line(text, at)),
                // the parser speaks English only
                said: say(
                    format!("sai cú pháp TOML ở cột {column}"),
                    format!("this is no TOML at column {column}: {}", e.message()),
                ),
            }
        })
        .collect()
}

/// Finds the lines of mistakes in the text that they are about, and puts them in this order.
pub(super) fn locate(text: &str, wrong: &mut [Mistake]) {
    let Ok(file) = DeTable::parse(text) else {
        return;
    };
    for mistake in &mut *wrong {
        mistake.line = Some(line(text, start(file.get_ref(), &mistake.path)));
    }
    wrong.sort_by_key(|mistake| mistake.line);
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.chars().count() + 1
}

/// Where the entry begins, or the innermost one around it that is there.
fn start(file: &DeTable<'_>, path: &[String]) -> usize {
    let Some((first, rest)) = path.split_first() else {
        return 0;
    };
    let Some((key, value)) = file.get_key_value(first.as_str()) else {
        return 0;
    };
    let (mut at, mut here) = (key.span().start, value);
    for part in rest {
        let inner = match here.get_ref() {
            DeValue::Table(table) => table
                .get_key_value(part.as_str())
                .map(|(key, value)| (key.span().start, value)),
            DeValue::Array(all) => part
                .parse()
                .ok()
                .and_then(|place: usize| all.get(place))
                .map(|value| (value.span().start, value)),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => None,
        };
        let Some((start, value)) = inner else {
            return at;
        };
        (at, here) = (start, value);
    }
    at
}
