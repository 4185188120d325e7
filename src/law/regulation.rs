//! Regulation versions and their parameters, as data: `regulations.toml`, or the file that
//! `KETNAP_REGULATIONS` names. An act is judged by the
//! version in force on its own date. A version inherits what it does not list; an inherited mark
//! counts as unconfirmed.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

/// The file that comes with the program.
pub const BUILT_IN: &str = include_str!("regulations.toml");

/// A parameter of a version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub value: Value,
    /// Document and clause.
    pub source: String,
    /// `text`, `secondary` or `unconfirmed`.
    pub confirmed: String,
    /// What a period is counted from.
    pub from: Option<String>,
    /// Working days that a reason may add.
    pub extension: Option<u32>,
    /// What a fraction is of.
    pub of: Option<String>,
    /// A fraction that must be exceeded.
    #[serde(default)]
    pub strict: bool,
    pub alternative: Option<String>,
}

/// A regulation and the days from which it is in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    pub code: String,
    #[serde(deserialize_with = "day")]
    pub issued_on: NaiveDate,
    #[serde(deserialize_with = "day")]
    pub effective_from: NaiveDate,
    #[serde(default)]
    pub guidance: Vec<String>,
    /// With what is inherited.
    pub parameters: BTreeMap<String, Parameter>,
}

fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    toml::value::Datetime::deserialize(from)?
        .to_string()
        .parse()
        .map_err(serde::de::Error::custom)
}

/// Every version, the oldest first. Has passed [`Regulations::read`]'s checks.
#[derive(Clone, Debug)]
pub struct Regulations(Vec<Version>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: Vec<Version>,
}

/// The shape that a parameter's value must have.
#[derive(Clone, Copy)]
enum Shape {
    /// A whole number, 0 to 10 000.
    Whole,
    /// Numerator and denominator.
    Fraction,
    OneOf(&'static [&'static str]),
    Words,
    Text,
}

/// What rules ask of a version. A name that is not here is a slip of the pen and refused.
const KNOWN: &[(&str, Shape)] = &[
    ("age_min_months", Shape::Whole),
    ("age_max_months", Shape::Whole),
    (
        "education_min",
        Shape::OneOf(&[
            "primary",
            "lower_secondary",
            "lower_secondary_or_equivalent",
            "lower_secondary_programme_completed",
            "upper_secondary",
        ]),
    ),
    (
        "education_min_exception",
        Shape::OneOf(&["primary", "lower_secondary", "upper_secondary"]),
    ),
    ("introducer_shared_months", Shape::Whole),
    ("introducer_shared_kinds", Shape::Words),
    ("introducer_replacement_shared_months", Shape::Whole),
    ("awareness_valid_months", Shape::Whole),
    ("paper_valid_months", Shape::Whole),
    ("paper_valid_months_others", Shape::Whole),
    ("branch_min_official_members", Shape::Whole),
    ("branch_committee_min_members", Shape::Whole),
    ("branch_vote", Shape::Fraction),
    ("committee_vote", Shape::Fraction),
    ("upper_vote", Shape::Fraction),
    (
        "decision_authority",
        Shape::OneOf(&[
            "upper_standing_committee",
            "delegated_base_committee",
            "base_standing_committee",
        ]),
    ),
    ("delegated_vote", Shape::Fraction),
    ("decide_admission_workdays", Shape::Whole),
    ("decide_recognition_workdays", Shape::Whole),
    ("ceremony_workdays", Shape::Whole),
    ("probation_months", Shape::Whole),
    ("recognition_review_workdays", Shape::Whole),
    ("failed_votes_before_report", Shape::Whole),
    (
        "party_age_from",
        Shape::OneOf(&["decision_date", "ceremony"]),
    ),
    ("readmission_wait_months", Shape::Whole),
    ("readmission_wait_months_after_cleared_record", Shape::Whole),
    ("readmission_times", Shape::Whole),
    ("readmission_barred", Shape::Words),
];
/// May be given; nothing is judged by it.
const OPTIONAL: &[(&str, Shape)] = &[
    ("member_file_workdays", Shape::Whole),
    ("note", Shape::Text),
];

fn fits(shape: Shape, value: &Value) -> bool {
    let whole = |v: &Value| v.as_u64().is_some_and(|n| n <= 10_000);
    match shape {
        Shape::Whole => whole(value),
        Shape::Fraction => value.as_array().is_some_and(|a| {
            a.len() == 2
                && a.iter().all(whole)
                && a[0].as_u64() > Some(0)
                && a[0].as_u64() <= a[1].as_u64()
        }),
        Shape::OneOf(known) => value.as_str().is_some_and(|s| known.contains(&s)),
        Shape::Words => value
            .as_array()
            .is_some_and(|a| !a.is_empty() && a.iter().all(Value::is_string)),
        Shape::Text => value.is_string(),
    }
}

impl Regulations {
    /// Reads and checks the whole file; every mistake is named.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let document: Document = toml::from_str(text).map_err(|e| vec![e.to_string()])?;
        let mut wrong = Vec::new();
        let mut versions: Vec<Version> = Vec::new();
        for mut version in document.version {
            for (name, parameter) in &version.parameters {
                match KNOWN
                    .iter()
                    .chain(OPTIONAL)
                    .find(|(known, _)| known == name)
                {
                    None => {
                        wrong.push(format!("{}: {name} is no parameter", version.code));
                    }
                    Some((_, shape)) if !fits(*shape, &parameter.value) => {
                        wrong.push(format!(
                            "{}: {name} cannot be {}",
                            version.code, parameter.value
                        ));
                    }
                    Some(_) => {}
                }
                if !["text", "secondary", "unconfirmed"].contains(&parameter.confirmed.as_str()) {
                    wrong.push(format!(
                        "{}: {name}.confirmed cannot be {}",
                        version.code, parameter.confirmed
                    ));
                }
            }
            if let Some(before) = versions.last() {
                if before.effective_from >= version.effective_from {
                    wrong.push(format!(
                        "{} must come into force after {}",
                        version.code, before.code
                    ));
                }
                for (name, inherited) in &before.parameters {
                    let heir = || Parameter {
                        confirmed: "unconfirmed".into(),
                        ..inherited.clone()
                    };
                    version.parameters.entry(name.clone()).or_insert_with(heir);
                }
            } else {
                let missing = KNOWN
                    .iter()
                    .filter(|(name, _)| !version.parameters.contains_key(*name));
                wrong.extend(
                    missing.map(|(name, _)| format!("{}: {name} is missing", version.code)),
                );
            }
            if versions.iter().any(|v| v.code == version.code) {
                wrong.push(format!("{} stands twice", version.code));
            }
            versions.push(version);
        }
        if versions.is_empty() {
            wrong.push("no version".into());
        }
        if wrong.is_empty() {
            Ok(Self(versions))
        } else {
            Err(wrong)
        }
    }

    /// The version in force on that day; before the first, the first.
    pub fn on(&self, day: NaiveDate) -> &Version {
        self.0
            .iter()
            .rev()
            .find(|v| v.effective_from <= day)
            .unwrap_or(&self.0[0])
    }

    pub fn all(&self) -> &[Version] {
        &self.0
    }
}

impl Version {
    fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.get(name)
    }
    /// A whole number; checked when the file was read.
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
    /// Numerator, denominator, and whether it must be exceeded.
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
    pub fn source(&self, name: &str) -> &str {
        self.parameter(name).map_or("", |p| &p.source)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn each_day_has_the_version_in_force_on_it() {
        let all = Regulations::read(BUILT_IN).unwrap();
        for (day, code) in [
            ("2016-07-24", "29-QĐ/TW"),
            ("2021-07-29", "29-QĐ/TW"),
            ("2021-07-30", "24-QĐ/TW"),
            ("2025-01-19", "24-QĐ/TW"),
            ("2025-01-20", "232-QĐ/TW"),
            ("2025-06-30", "232-QĐ/TW"),
            ("2025-07-01", "294-QĐ/TW"),
            ("2026-04-07", "294-QĐ/TW"),
            ("2026-04-08", "20-QĐ/TW"),
            ("2026-07-25", "20-QĐ/TW"),
            ("2026-07-26", "208-QĐ/TW"),
        ] {
            assert_eq!(all.on(d(day)).code, code, "{day}");
        }
    }

    #[test]
    fn an_heir_keeps_the_value_and_loses_the_mark() {
        let all = Regulations::read(BUILT_IN).unwrap();
        let heir = &all.on(d("2021-07-30")).parameters["age_min_months"];
        assert_eq!(
            (heir.value.as_u64(), heir.confirmed.as_str()),
            (Some(216), "unconfirmed")
        );
        assert_eq!(
            all.on(d("2021-07-29")).parameters["age_min_months"].confirmed,
            "text"
        );
    }

    #[test]
    fn a_version_that_nobody_has_issued_yet_is_a_row_of_data() {
        let invented = "\n[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n[version.parameters]\n\
            age_max_months = { value = 780, source = \"999-QĐ/TW, 1\", confirmed = \"text\" }\n";
        let all = Regulations::read(&format!("{BUILT_IN}{invented}")).unwrap();
        assert_eq!(all.on(d("2027-01-31")).whole("age_max_months"), 720);
        assert_eq!(all.on(d("2027-02-01")).whole("age_max_months"), 780);
        assert_eq!(
            all.on(d("2027-02-01")).source("age_max_months"),
            "999-QĐ/TW, 1"
        );
    }

    #[test]
    fn every_mistake_of_a_file_is_named_at_once() {
        let poor = "[[version]]\ncode = \"X\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n[version.parameters]\n\
            age_max_month = { value = 1, source = \"\", confirmed = \"text\" }\nbranch_vote = { value = [3, 2], source = \"\", confirmed = \"sure\" }\n";
        let wrong = Regulations::read(poor).unwrap_err();
        for part in [
            "age_max_month is no parameter",
            "branch_vote cannot be [3,2]",
            "branch_vote.confirmed",
            "age_min_months is missing",
        ] {
            assert!(wrong.iter().any(|w| w.contains(part)), "{part}: {wrong:?}");
        }
        assert!(
            Regulations::read(&BUILT_IN.replace("2021-07-30", "2016-07-25")).is_err(),
            "two versions of one day"
        );
    }
}
