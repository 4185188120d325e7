//! Regulation versions and their parameters, as data: `regulations.toml`, or the file that
//! `KETNAP_REGULATIONS` names. An act is judged by the version in force on its own date. A version
//! inherits the parameters it does not list; those are cited as inherited and count as unconfirmed.
mod citation;
mod draft;
mod mistake;
mod parameters;
mod read;
mod reader;
mod table;
mod terms;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;

use crate::candidacy::Recorded;

pub use self::citation::{Citation, Ground, Standing};
pub use self::draft::text as draft;
pub use self::mistake::{Mistake, Mistakes};
pub use self::parameters::{DEFINITIONS, Definition, Unit, ValueKind, definition, label};
pub use self::table::readme;
pub use self::terms::education;
pub use crate::words::Confirmed;

/// The built-in file.
pub const BUILT_IN: &str = include_str!("../regulations.toml");

/// A parameter of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub value: Value,
    pub citation: Citation,
    /// What a period is counted from.
    pub from: Option<String>,
    /// Working days by which a reason may extend the period.
    pub extension: Option<u32>,
    /// What a fraction is of.
    pub of: Option<String>,
    /// The fraction must be exceeded, not just reached.
    pub strict: bool,
    pub alternative: Option<String>,
    /// Code of the earlier version that lists it, if inherited.
    pub inherited_from: Option<String>,
}

/// A regulation and the day from which it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub code: String,
    pub issued_on: NaiveDate,
    pub effective_from: NaiveDate,
    pub guidance: Vec<String>,
    /// Including inherited ones.
    pub parameters: BTreeMap<String, Parameter>,
    /// The documents in force, for clauses that are not parameters.
    pub standing: Standing,
}

/// Every version, oldest first. Has passed the checks of [`Regulations::read`].
#[derive(Clone, Debug)]
pub struct Regulations {
    text: String,
    versions: Vec<InForce>,
}

/// A shared version, as files hold the one that judged an act.
pub type InForce = Arc<Version>;

impl Regulations {
    /// Reads and checks the whole file; every mistake is named, with its place and what is wanted.
    pub fn read(text: &str) -> Result<Self, Mistakes> {
        Ok(Self::of_versions(
            text.to_owned(),
            read::file(text, Vec::new())?,
        ))
    }

    /// The same file with more versions at its end; mistakes are those of the added text.
    pub fn and(&self, more: &str) -> Result<Self, Mistakes> {
        let text = format!("{}\n{more}", self.text);
        Ok(Self::of_versions(text, read::file(more, self.owned())?))
    }

    /// The newest version as if it had been in force from that day on, in place of those that
    /// came into force since.
    #[must_use]
    pub fn as_if_from(&self, day: NaiveDate) -> Self {
        let mut versions = self.owned();
        let newest = versions.pop();
        versions.retain(|v| v.effective_from < day);
        versions.extend(newest.map(|newest| Version {
            effective_from: day,
            ..newest
        }));
        Self::of_versions(self.text.clone(), versions)
    }

    /// That version as if no other had ever been, with these parameters replaced or taken out.
    #[cfg(test)]
    pub(crate) fn only(&self, code: &str, other: &BTreeMap<String, Option<Parameter>>) -> Self {
        let version = self.named(code).map(|v| Version::clone(v));
        let mut versions: Vec<_> = version.into_iter().collect();
        for version in &mut versions {
            version.effective_from = NaiveDate::MIN;
            for (name, parameter) in other {
                version.parameters.remove(name);
                let kept = parameter.clone().map(|p| (name.clone(), p));
                version.parameters.extend(kept);
            }
        }
        Self::of_versions(self.text.clone(), versions)
    }

    fn owned(&self) -> Vec<Version> {
        self.versions.iter().map(|v| Version::clone(v)).collect()
    }

    fn of_versions(text: String, mut versions: Vec<Version>) -> Self {
        let standing = Standing::of(&versions);
        for (version, standing) in versions.iter_mut().zip(standing) {
            version.standing = standing;
        }
        Self {
            text,
            versions: versions.into_iter().map(Arc::new).collect(),
        }
    }

    /// The version in force on that day, or the first one for earlier days.
    pub fn on(&self, day: NaiveDate) -> &InForce {
        self.versions
            .iter()
            .rev()
            .find(|v| v.effective_from <= day)
            .unwrap_or(&self.versions[0])
    }

    /// The version of an act: the one that judged it or, for a new act, that of its day.
    pub fn of(&self, recorded: &Recorded) -> &InForce {
        let kept = recorded.regulation.as_deref();
        kept.and_then(|code| self.named(code))
            .unwrap_or_else(|| self.on(recorded.act.on()))
    }

    pub fn named(&self, code: &str) -> Option<&InForce> {
        self.versions.iter().find(|v| v.code == code)
    }

    pub fn all(&self) -> &[InForce] {
        &self.versions
    }

    /// The version that comes into force last.
    pub fn newest(&self) -> &InForce {
        self.versions.last().unwrap_or(&self.versions[0])
    }
}

#[cfg(test)]
impl Parameter {
    /// Whether the rules read the same from both, whatever their clauses.
    pub(crate) fn counts_as(&self, other: &Self) -> bool {
        let read = |p: &Self| (p.value.clone(), p.from.clone(), p.extension, p.strict);
        read(self) == read(other)
    }
}

impl Version {
    fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.get(name)
    }
    /// An integer parameter; its type was checked when the file was read.
    pub fn whole(&self, name: &str) -> u32 {
        self.parameter(name)
            .and_then(|p| p.value.as_u64())
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(0)
    }
    pub fn text(&self, name: &str) -> &str {
        self.parameter(name)
            .and_then(|p| p.value.as_str())
            .unwrap_or("")
    }
    pub fn words(&self, name: &str) -> Vec<&str> {
        self.parameter(name)
            .and_then(|p| p.value.as_array())
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
    /// Numerator, denominator, and whether the fraction must be exceeded.
    pub fn fraction(&self, name: &str) -> (u32, u32, bool) {
        let Some(p) = self.parameter(name) else {
            return (1, 1, false);
        };
        let part = |i: usize| {
            p.value
                .get(i)
                .and_then(Value::as_u64)
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(1)
        };
        (part(0), part(1), p.strict)
    }
    /// The citation of the parameter.
    pub fn source(&self, name: &str) -> &Citation {
        self.parameter(name)
            .map_or(&citation::NONE, |p| &p.citation)
    }
    pub fn counted_from(&self, name: &str) -> &str {
        self.parameter(name)
            .and_then(|p| p.from.as_deref())
            .unwrap_or("")
    }
    pub fn extension(&self, name: &str) -> u32 {
        self.parameter(name).and_then(|p| p.extension).unwrap_or(0)
    }
}
