//! Reading a file of regulation versions: every mistake at once, each with what is wanted.
use std::collections::BTreeMap;

use serde_json::Value;
use toml::Table;

use super::mistake::{Mistakes, locate, of_syntax};
use super::parameters::{DEFINITIONS, Definition, MOST, ValueKind, definition};
use super::reader::{
    Entry, Part, Place, Reader, list, meant, missing, one_of_terms, without_meaning,
};
use super::{Citation, Confirmed, Ground, Parameter, Standing, Version};
use crate::text::normal;
use crate::words::Term;
use crate::{Words, say};

/// What a parameter's value must be, for messages and for the README.
pub(super) fn wanted(known: &Definition) -> Words {
    let least = known.least;
    match known.kind {
        ValueKind::Whole(_) => say(
            format!("số nguyên từ {least} đến {MOST}"),
            format!("a whole number from {least} to {MOST}"),
        ),
        ValueKind::Fraction => say(
            "phân số viết bằng hai số nguyên, [2, 3], lớn hơn 0 và không quá 1",
            "a fraction as two whole numbers, [2, 3], greater than 0 and at most 1",
        ),
        ValueKind::Word(words) => one_of_terms(words),
        ValueKind::Words(words) => {
            let all = list(words.iter().map(|t| t.0));
            say(
                format!("danh sách gồm một hoặc nhiều trong: {all}"),
                format!("a list of one or more of {all}"),
            )
        }
    }
}

fn fits(known: &Definition, value: &Value) -> bool {
    let whole = |v: &Value| v.as_u64().is_some_and(|n| n <= MOST);
    let word =
        |words: &[Term], v: &Value| v.as_str().is_some_and(|s| words.iter().any(|t| t.0 == s));
    match known.kind {
        ValueKind::Whole(_) => whole(value) && value.as_u64() >= Some(known.least),
        ValueKind::Fraction => value.as_array().is_some_and(|a| {
            a.len() == 2
                && a.iter().all(whole)
                && a[0].as_u64() > Some(0)
                && a[0].as_u64() <= a[1].as_u64()
        }),
        ValueKind::Word(words) => word(words, value),
        ValueKind::Words(words) => value.as_array().is_some_and(|a| {
            let twice = |(place, v)| a[..place].contains(v);
            !a.is_empty() && a.iter().all(|v| word(words, v)) && !a.iter().enumerate().any(twice)
        }),
    }
}

impl Reader {
    fn parameter(
        &mut self,
        version: &Place,
        known: &Definition,
        table: &Table,
    ) -> Option<Parameter> {
        let before = self.wrong.len();
        let code = &version.name;
        let place = version.at("parameters").at(known.name);
        let mut part = Part::new(place.called(format!("{code}: {}", known.name)), table);
        let value = if let Some(found) = part.get("value") {
            let value = serde_json::to_value(found).unwrap_or_default();
            if fits(known, &value) {
                value
            } else {
                // without the key: the parameter itself cannot be this
                let place = part.place.at("value").called(code);
                self.cannot_be(&place, known.name, found, &wanted(known));
                Value::Null
            }
        } else {
            self.say(&part.place, &missing("value", &wanted(known)));
            Value::Null
        };
        let citation = self.text(&mut part, "citation", true);
        self.text(&mut part, "note", false);
        let confirmed = self.confirmed(code, known.name, &mut part);
        let from = self.word(&mut part, "from", known.from, true);
        let of = self.word(&mut part, "of", known.of, false);
        let alternative = self.word(&mut part, "alternative", known.alternative, false);
        let extension = self.extension(&mut part, known);
        let strict = self.strict(&mut part, known);
        if strict
            && value
                .as_array()
                .is_some_and(|a| a.len() == 2 && a[0] == a[1])
        {
            let wanted = say(
                "nhỏ hơn 1 khi phải quá tỷ lệ (strict): không nghị quyết nào đủ phiếu",
                "less than 1 with strict: no vote could be carried",
            );
            let place = part.place.at("value").called(code);
            let whole = toml::Value::String("1".to_owned());
            self.cannot_be(&place, known.name, &whole, &wanted);
        }
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

    fn confirmed(&mut self, code: &str, name: &str, part: &mut Part<'_>) -> Option<Confirmed> {
        let wanted = one_of_terms(Confirmed::TERMS);
        let key = format!("{name}.confirmed");
        let Some(found) = part.get("confirmed") else {
            let place = part.place.clone().called(code);
            self.say(&place, &missing(&key, &wanted));
            return None;
        };
        let confirmed = found.as_str().and_then(Confirmed::parse);
        if confirmed.is_none() {
            let place = part.place.at("confirmed").called(code);
            self.cannot_be(&place, &key, found, &wanted);
        }
        confirmed
    }

    fn extension(&mut self, part: &mut Part<'_>, known: &Definition) -> Option<u32> {
        let found = part.get("extension")?;
        let place = part.place.at("extension");
        if !known.extension {
            self.say(&place, &without_meaning("extension"));
            return None;
        }
        let days = found
            .as_integer()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| u64::from(*n) <= MOST);
        if days.is_none() {
            let wanted = say(
                format!("số ngày làm việc, từ 0 đến {MOST}"),
                format!("working days, from 0 to {MOST}"),
            );
            self.cannot_be(&place, "extension", found, &wanted);
        }
        days
    }

    fn strict(&mut self, part: &mut Part<'_>, known: &Definition) -> bool {
        let found = part.get("strict");
        let place = part.place.at("strict");
        match found {
            None => false,
            Some(_) if !matches!(known.kind, ValueKind::Fraction) => {
                self.say(&place, &without_meaning("strict"));
                false
            }
            Some(toml::Value::Boolean(strict)) => *strict,
            Some(other) => {
                let wanted = say("true hoặc false", "true or false");
                self.cannot_be(&place, "strict", other, &wanted);
                false
            }
        }
    }

    fn parameters(&mut self, version: &Place, found: Entry<'_>) -> BTreeMap<String, Parameter> {
        let mut parameters = BTreeMap::new();
        let place = version.at("parameters");
        let table = match found {
            None => return parameters,
            Some(toml::Value::Table(table)) => table,
            Some(other) => {
                let wanted = say("bảng [version.parameters]", "a table [version.parameters]");
                self.cannot_be(&place, "parameters", other, &wanted);
                return parameters;
            }
        };
        for (name, entry) in table {
            let Some(known) = definition(name) else {
                let meant = meant(name, DEFINITIONS.iter().map(|d| d.name));
                let unknown = say(
                    format!("không có tham số {name}{}", meant.vi),
                    format!("{name} is no parameter{}", meant.en),
                );
                self.say(&place.at(name), &unknown);
                continue;
            };
            let Some(table) = entry.as_table() else {
                let wanted = say(
                    "bảng { value = …, citation = \"…\", confirmed = \"…\" }",
                    "a table { value = …, citation = \"…\", confirmed = \"…\" }",
                );
                self.cannot_be(&place.at(name), name, entry, &wanted);
                continue;
            };
            if let Some(parameter) = self.parameter(version, known, table) {
                parameters.insert(name.clone(), parameter);
            }
        }
        parameters
    }

    /// `first`: nothing stands before it from which it could inherit.
    fn version(&mut self, place: usize, found: &toml::Value, first: bool) -> Option<Version> {
        let nth = format!("version {}", place + 1);
        let place = Place::top().at("version").at(place.to_string());
        let Some(table) = found.as_table() else {
            let wanted = say("bảng [[version]]", "a table [[version]]");
            self.cannot_be(&place.called("the file"), &nth, found, &wanted);
            return None;
        };
        let mut part = Part::new(place.called(nth), table);
        let code = self.text(&mut part, "code", true);
        if let Some(code) = &code {
            part.place.name.clone_from(code);
        }
        let (issued, effective) = (
            self.day(&mut part, "issued_on"),
            self.day(&mut part, "effective_from"),
        );
        if let (Some(issued), Some(effective)) = (issued, effective)
            && effective < issued
        {
            let early = say(
                format!(
                    "effective_from {effective} trước issued_on {issued}: cần ngày ban hành hoặc ngày sau đó"
                ),
                format!(
                    "effective_from {effective} is before issued_on {issued}: wanted is the day of issue or a later one"
                ),
            );
            self.say(&part.place.at("effective_from"), &early);
        }
        let guidance = self.texts(&mut part, "guidance");
        let listed = part.get("parameters");
        let parameters = self.parameters(&part.place, listed);
        self.rest(&part);
        if first {
            let named = listed.and_then(toml::Value::as_table);
            for known in DEFINITIONS.iter().filter(|d| d.required) {
                if !named.is_some_and(|n| n.contains_key(known.name)) {
                    let absent = say(
                        format!(
                            "thiếu {}: phiên bản đầu tiên ghi đủ mọi tham số",
                            known.name
                        ),
                        format!("{} is missing: the first version lists all", known.name),
                    );
                    self.say(&part.place, &absent);
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

    /// Checks that the version comes into force after the one before it, and inherits its parameters.
    fn inherit(&mut self, place: usize, version: &mut Version, before: &Version) {
        if before.effective_from >= version.effective_from {
            let (code, after) = (&version.code, &before.code);
            let place = Place::top().at("version").at(place.to_string());
            self.wrong.push(super::mistake::Mistake {
                path: place.at("effective_from").into_path(),
                line: None,
                said: say(
                    format!("{code} phải có hiệu lực sau {after}"),
                    format!("{code} must come into force after {after}"),
                ),
            });
        }
        version.inherit(before);
    }

    /// The youngest and the oldest age leave somebody who may join.
    fn ages(&mut self, place: usize, version: &Version) {
        let months = |name: &str| {
            let found = version.parameters.get(name);
            found.and_then(|p| p.value.as_u64())
        };
        let (least, most) = ("age_min_months", "age_max_months");
        let (Some(young), Some(old)) = (months(least), months(most)) else {
            return;
        };
        if young < old {
            return;
        }
        let place = Place::top().at("version").at(place.to_string());
        let words = say(
            format!("{least} ({young}) phải nhỏ hơn {most} ({old})"),
            format!("{least} ({young}) must be less than {most} ({old})"),
        );
        self.say(&place.at("parameters").called(&version.code), &words);
    }
}

/// A code as it is compared: without spaces and marks that nobody sees, in capitals.
fn plain(code: &str) -> String {
    let seen = normal(code);
    let letters = seen.chars().filter(|c| !c.is_whitespace());
    letters.collect::<String>().to_uppercase()
}

/// The versions `before` and after them those of a file, with what each inherits.
pub(super) fn file(text: &str, before: Vec<Version>) -> Result<Vec<Version>, Mistakes> {
    let Ok(table) = text.parse::<Table>() else {
        return Err(Mistakes(of_syntax(text)));
    };
    let mut reader = Reader { wrong: Vec::new() };
    let mut part = Part::new(Place::top(), &table);
    let found = match part.get("version") {
        Some(toml::Value::Array(all)) if !all.is_empty() => all.as_slice(),
        Some(other) if !other.is_array() => {
            let wanted = say("các bảng [[version]]", "tables [[version]]");
            reader.cannot_be(
                &part.place.at("version").called("the file"),
                "version",
                other,
                &wanted,
            );
            &[]
        }
        Some(_) | None => {
            let none = say(
                "không có phiên bản nào: cần ít nhất một [[version]]",
                "no version: wanted is at least one [[version]]",
            );
            reader.say(&part.place, &none);
            &[]
        }
    };
    reader.rest(&part);
    let mut versions = before;
    for (place, found) in found.iter().enumerate() {
        let first = place == 0 && versions.is_empty();
        let Some(mut version) = reader.version(place, found, first) else {
            continue;
        };
        if versions
            .iter()
            .any(|v| plain(&v.code) == plain(&version.code))
        {
            let twice = say("có hai lần", "stands twice");
            let place = Place::top().at("version").at(place.to_string()).at("code");
            reader.say(&place.called(&version.code), &twice);
        }
        if let Some(before) = versions.last() {
            reader.inherit(place, &mut version, before);
        }
        reader.ages(place, &version);
        versions.push(version);
    }
    if reader.wrong.is_empty() {
        return Ok(versions);
    }
    locate(text, &mut reader.wrong);
    Err(Mistakes(reader.wrong))
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
