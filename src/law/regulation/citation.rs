//! Citations: clauses of documents, and which of them are in force under a version.
use std::cmp::Ordering;
use std::sync::Arc;

use super::{Confirmed, Version};

/// What an official may cite for a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// In Vietnamese citation style.
    pub text: String,
    /// Present for a rule whose figures are data, and for an inherited one.
    pub confirmed: Option<Confirmed>,
    pub ground: Ground,
}

/// The basis of a rule, independent of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A parameter that every version has, by name.
    Parameter(&'static str),
    /// Clauses, oldest first: `29-QĐ/TW, 3.6; 24-QĐ/TW, 3.6`. Of these, the ones in force on the
    /// day are shown.
    Clauses(String),
}

/// The citation of a missing parameter.
pub(super) static NONE: Citation = Citation {
    text: String::new(),
    confirmed: None,
    ground: Ground::Clauses(String::new()),
};

impl From<&str> for Citation {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            confirmed: None,
            ground: Ground::Clauses(text.to_owned()),
        }
    }
}

impl From<&Self> for Citation {
    fn from(other: &Self) -> Self {
        other.clone()
    }
}

/// The Charter outlasts every regulation: it is cited as it is, never as inherited.
pub(super) const CHARTER: &str = "Điều lệ";

fn heir(text: &str) -> String {
    format!("kế thừa từ {text}")
}

impl Citation {
    /// The citation for a version that inherits the parameter.
    pub(super) fn inherited(&self) -> Self {
        let charter = self.text.split(';').all(|p| p.trim().starts_with(CHARTER));
        Self {
            text: if charter {
                self.text.clone()
            } else {
                heir(&self.text)
            },
            confirmed: Some(Confirmed::Unconfirmed),
            ground: self.ground.clone(),
        }
    }
}

/// A regulation or guideline: its number, and the year where several share the number.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Document {
    number: String,
    year: Option<String>,
}

impl Document {
    /// From `24-QĐ/TW`, `01-HD/TW (28-9-2021)`, or a clause: `01-HD/TW (2021), 3.6`.
    fn read(text: &str) -> Self {
        let name = text.split(',').next().unwrap_or(text);
        let (number, rest) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
        let mut digits = rest.rsplit(|c: char| !c.is_ascii_digit());
        Self {
            number: number.to_owned(),
            year: digits.find(|d| d.len() == 4).map(str::to_owned),
        }
    }

    fn is(&self, other: &Self) -> bool {
        self.number == other.number
            && (self.year.is_none() || other.year.is_none() || self.year == other.year)
    }
}

/// The documents of every version, seen from one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    documents: Arc<[Vec<Document>]>,
    at: usize,
}

impl Standing {
    /// One for each of these versions, in order.
    pub(super) fn of(versions: &[Version]) -> Vec<Self> {
        let documents: Arc<[Vec<Document>]> = versions
            .iter()
            .map(|v| {
                let guidance = v.guidance.iter().map(|g| Document::read(g));
                guidance.chain([Document::read(&v.code)]).collect()
            })
            .collect();
        (0..versions.len())
            .map(|at| Self {
                documents: documents.clone(),
                at,
            })
            .collect()
    }

    /// Index of the version whose document the clause belongs to; `None` for a document outside all
    /// versions, such as the Charter or the plan.
    fn place(&self, clause: &str) -> Option<usize> {
        let cited = Document::read(clause);
        let has = |at: usize| self.documents[at].iter().any(|d| d.is(&cited));
        if has(self.at) {
            return Some(self.at);
        }
        let earlier = (0..self.at).rev().find(|at| has(*at));
        earlier.or_else(|| (self.at..self.documents.len()).find(|at| has(*at)))
    }

    /// The citation on a day of this version. That of a parameter already is.
    pub fn now(&self, citation: Citation) -> Citation {
        match &citation.ground {
            Ground::Clauses(clauses) if !self.documents.is_empty() => self.cite(clauses),
            Ground::Clauses(_) | Ground::Parameter(_) => citation,
        }
    }

    /// From the clauses of a rule (`29-QĐ/TW, 3.6; 24-QĐ/TW, 3.6; kế hoạch, II.3`), those in force
    /// now: of each chain of documents the current one or, failing that, the latest before it,
    /// cited as inherited.
    pub fn cite(&self, clauses: &str) -> Citation {
        let parts: Vec<(&str, Option<usize>)> =
            clauses.split("; ").map(|p| (p, self.place(p))).collect();
        let newest = parts
            .iter()
            .filter_map(|p| p.1)
            .filter(|at| *at <= self.at)
            .max();
        let alone = parts.iter().all(|p| p.1.is_some_and(|at| at > self.at));
        let mut inherited = false;
        let mut first = true;
        let kept = parts.iter().filter_map(|(part, at)| match at {
            None => Some((*part).to_owned()),
            Some(at) if Some(*at) == newest => Some(match at.cmp(&self.at) {
                Ordering::Less if std::mem::take(&mut first) => {
                    inherited = true;
                    heir(part)
                }
                Ordering::Less | Ordering::Equal | Ordering::Greater => (*part).to_owned(),
            }),
            // no earlier clause is known
            Some(_) => alone.then(|| (*part).to_owned()),
        });
        let text = kept.collect::<Vec<_>>().join("; ");
        Citation {
            text,
            confirmed: inherited.then_some(Confirmed::Unconfirmed),
            ground: Ground::Clauses(clauses.to_owned()),
        }
    }
}
