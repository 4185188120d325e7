//! The table of parameters in Markdown, for the README beside the file.
use std::fmt::Write as _;

use super::parameters::{DEFINITIONS, ValueKind};
use super::read::wanted;
use crate::words::Term;

const BEGIN: &str = "<!-- parameters: written by `ketnap contract` -->\n";
const END: &str = "<!-- end of parameters -->\n";

fn words(terms: &[Term]) -> String {
    terms
        .iter()
        .map(|t| format!("`{}` ({})", t.0, t.1))
        .collect::<Vec<_>>()
        .join(", ")
}

fn table() -> String {
    let mut text = String::from(
        "| parameter | nghĩa | meaning | unit | value | besides |\n|---|---|---|---|---|---|\n",
    );
    for known in DEFINITIONS {
        let value = match known.kind {
            ValueKind::Whole(_) | ValueKind::Fraction => wanted(known).en,
            ValueKind::Word(terms) => format!("one of {}", words(terms)),
            ValueKind::Words(terms) => format!("one or more of {}", words(terms)),
        };
        let mut besides = Vec::new();
        if !known.from.is_empty() {
            besides.push(format!("`from`: {}", words(known.from)));
        }
        if known.extension {
            besides.push("`extension`: working days that a reason may add".to_owned());
        }
        if !known.of.is_empty() {
            besides.push(format!(
                "`of`: {}; `strict`: true or false",
                words(known.of)
            ));
        }
        if !known.alternative.is_empty() {
            besides.push(format!("`alternative`: {}", words(known.alternative)));
        }
        if !known.required {
            besides.push("may be left out everywhere".to_owned());
        }
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {value} | {} |",
            known.name,
            known.vi,
            known.en,
            known.kind.unit().2,
            besides.join("; ")
        );
    }
    text
}

/// The README with its table regenerated; `None` if it lacks the markers.
pub fn readme(current: &str) -> Option<String> {
    let (before, rest) = current.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{}{END}{after}", table()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_lists_the_parameters_as_they_are() {
        let now = include_str!("../README.md");
        assert_eq!(
            super::readme(now).as_deref(),
            Some(now),
            "run `ketnap contract`"
        );
    }
}
