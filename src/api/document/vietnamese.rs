//! The document in Vietnamese: the English one with every text replaced by its translation. The
//! catalogue identifies texts by their place, so a reworded English text keeps its translation.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::{labels, phrases, problems};
use crate::api::operation::singular;
use crate::error::{Code, Lang};

const FILE: &str = "openapi/vi.toml";

/// The translations by place. Empty if the file is not valid TOML, so that every text is reported
/// missing.
pub(super) static TEXTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut texts = BTreeMap::new();
    if let Ok(table) = include_str!("../../../openapi/vi.toml").parse() {
        flatten(String::new(), toml::Value::Table(table), &mut texts);
    }
    texts
});

/// [`Code::about`] in Vietnamese.
pub fn about_in_vietnamese(code: Code) -> &'static str {
    TEXTS
        .get(&format!("problems.{}", code.wire()))
        .map_or("", String::as_str)
}

/// The document in Vietnamese, and a message for every missing or unused translation.
pub fn vietnamese(english: &Value) -> (Value, Vec<String>) {
    translate(english, &TEXTS)
}

fn translate(english: &Value, texts: &BTreeMap<String, String>) -> (Value, Vec<String>) {
    let mut document = english.clone();
    problems::rewrite(&mut document, Lang::Vi);
    let all = Texts::of(&mut document);
    let mut catalogue = Catalogue {
        texts,
        used: BTreeSet::new(),
        wrong: Vec::new(),
    };
    visit(&mut document, &mut |place, text| {
        if let Some(vi) = catalogue.translation(&all, place, text) {
            *text = vi;
        }
    });
    for code in Code::ALL {
        let place = format!("problems.{}", code.wire());
        if catalogue.text(&place).is_none() {
            catalogue.lacks(&place, code.about());
        }
    }
    let unused = catalogue
        .texts
        .keys()
        .filter(|k| !catalogue.used.contains(k.as_str()));
    let unused = unused.map(|key| format!("{FILE} has `{key}`, which is no text of the document"));
    catalogue.wrong.extend(unused);
    (document, catalogue.wrong)
}

/// Flattens tables: `[a.b] c = "…"` is the text `a.b.c`.
fn flatten(key: String, value: toml::Value, texts: &mut BTreeMap<String, String>) {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the catalogue holds texts")]
    match value {
        toml::Value::Table(table) => {
            for (name, inner) in table {
                let dot = if key.is_empty() { "" } else { "." };
                flatten(format!("{key}{dot}{name}"), inner, texts);
            }
        }
        toml::Value::String(text) => {
            texts.insert(key, text);
        }
        _ => {}
    }
}

/// The group of a place: the same property of all schemas, or the same part of all operations.
/// Within a group, places with the same English text share a translation.
fn group(place: &str) -> Option<String> {
    let (kind, rest) = place.split_once('.')?;
    let (_, within) = rest.split_once('.')?;
    match kind {
        "operations" => Some(format!("operations.*.{within}")),
        "schemas" => Some(format!("schemas.*.{}", within.rsplit('.').next()?)),
        _ => None,
    }
}

/// `parameters.limit` for the parameter `limit` of any operation, `responses.204` likewise.
fn general(place: &str) -> Option<&str> {
    let (_, within) = place.strip_prefix("operations.")?.split_once('.')?;
    let named = within.starts_with("parameters.") || within.starts_with("responses.");
    named.then_some(within)
}

/// The texts of the document.
#[derive(Default)]
struct Texts {
    /// Suffixes added by the conventions, by place: English and Vietnamese.
    endings: BTreeMap<String, (String, String)>,
    /// Places with the same text in the same group.
    same: BTreeMap<(String, String), Vec<String>>,
}

impl Texts {
    fn of(document: &mut Value) -> Self {
        let mut texts = Self::default();
        for (name, _) in members(&mut document["components"], "schemas") {
            let ending = (labels(name, Lang::En), labels(name, Lang::Vi));
            texts.endings.insert(format!("schemas.{name}._"), ending);
        }
        visit(document, &mut |place, text| {
            if let Some(group) = group(place) {
                let key = (group, texts.bare(place, text).0.to_owned());
                texts.same.entry(key).or_default().push(place.to_owned());
            }
        });
        texts
    }

    /// The English text without the suffix added by the conventions, and that suffix in Vietnamese.
    fn bare<'t>(&'t self, place: &str, text: &'t str) -> (&'t str, &'t str) {
        if let Some(parts) = phrases::without_ending(text) {
            return parts;
        }
        let known = self.endings.get(place);
        known
            .and_then(|(en, vi)| Some((text.strip_suffix(en.as_str())?, vi.as_str())))
            .unwrap_or((text, ""))
    }
}

struct Catalogue<'t> {
    texts: &'t BTreeMap<String, String>,
    used: BTreeSet<&'t str>,
    wrong: Vec<String>,
}

impl<'t> Catalogue<'t> {
    fn text(&mut self, key: &str) -> Option<&'t str> {
        let (key, text) = self.texts.get_key_value(key)?;
        self.used.insert(key);
        Some(text)
    }

    fn lacks(&mut self, place: &str, english: &str) {
        self.wrong
            .push(format!("{FILE} lacks {place} = {english:?}"));
    }

    fn translation(&mut self, all: &Texts, place: &str, english: &str) -> Option<String> {
        let (text, ending) = all.bare(place, english);
        let key = group(place).map(|group| (group, text.to_owned()));
        let same = key
            .as_ref()
            .and_then(|key| all.same.get(key))
            .into_iter()
            .flatten();
        let vi = self
            .text(place)
            .or_else(|| same.into_iter().find_map(|other| self.text(other)))
            .map(str::to_owned)
            .or_else(|| phrases::vietnamese(text, |noun| self.noun(noun)))
            .or_else(|| self.general(all, place, text).map(str::to_owned));
        if vi.is_none() {
            self.lacks(place, text);
        }
        vi.map(|vi| vi + ending)
    }

    fn noun(&mut self, noun: &str) -> Option<&'t str> {
        let noun = noun.to_lowercase();
        self.text(&format!("nouns.{noun}"))
            .or_else(|| self.text(&format!("nouns.{}", singular(&noun))))
    }

    /// The translation shared by all operations. It may stand for one English text only; others
    /// need a translation at their own place.
    fn general(&mut self, all: &Texts, place: &str, text: &str) -> Option<&'t str> {
        let key = general(place)?;
        let vi = self.text(key)?;
        let group = group(place)?;
        let others: Vec<&(String, String)> = all
            .same
            .iter()
            .filter(|((g, english), places)| {
                *g == group && english != text && !places.iter().any(|p| self.texts.contains_key(p))
            })
            .map(|(key, _)| key)
            .collect();
        let other = others
            .into_iter()
            .find(|(_, english)| phrases::vietnamese(english, |noun| self.noun(noun)).is_none());
        if let Some((_, other)) = other {
            let told = format!("{FILE}: `{key}` cannot stand for both");
            if !self.wrong.iter().any(|wrong| wrong.starts_with(&told)) {
                let places = format!("{text:?} ({place}) and {other:?}: name one's operation");
                self.wrong.push(format!("{told} {places}"));
            }
        }
        Some(vi)
    }
}

/// Calls `see` with each text of the document and its place.
fn visit(document: &mut Value, see: &mut impl FnMut(&str, &mut String)) {
    for part in ["summary", "description"] {
        if let Some(info) = document.get_mut("info") {
            text(info, part, &format!("info.{part}"), see);
        }
    }
    for (i, server) in elements(document, "servers").enumerate() {
        text(server, "description", &format!("servers.{i}"), see);
    }
    for tag in elements(document, "tags") {
        let place = format!("tags.{}", name(tag, "name"));
        text(tag, "description", &place, see);
    }
    for (_, item) in members(document, "paths") {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            let place = format!("operations.{}", name(operation, "operationId"));
            visit_operation(operation, &place, see);
        }
    }
    let Some(components) = document.get_mut("components") else {
        return;
    };
    for (name, inner) in members(components, "schemas") {
        schema(inner, &format!("schemas.{name}._"), see);
    }
    for (name, header) in members(components, "headers") {
        text(header, "description", &format!("headers.{name}"), see);
    }
    for (name, scheme) in members(components, "securitySchemes") {
        text(scheme, "description", &format!("security.{name}"), see);
        for (_, flow) in members(scheme, "flows") {
            for (name, scope) in members(flow, "scopes") {
                if let Value::String(scope) = scope {
                    see(&format!("scopes.{name}"), scope);
                }
            }
        }
    }
}

fn visit_operation(operation: &mut Value, place: &str, see: &mut impl FnMut(&str, &mut String)) {
    for part in ["summary", "description"] {
        text(operation, part, &format!("{place}.{part}"), see);
    }
    for parameter in elements(operation, "parameters") {
        let place = format!("{place}.parameters.{}", name(parameter, "name"));
        text(parameter, "description", &place, see);
        if let Some(inner) = parameter.get_mut("schema") {
            schema(inner, &place, see);
        }
    }
    for (status, response) in members(operation, "responses") {
        let place = format!("{place}.responses.{status}");
        text(response, "description", &place, see);
        for (_, content) in members(response, "content") {
            if let Some(inner) = content.get_mut("schema") {
                schema(inner, &place, see);
            }
        }
    }
}

fn schema(value: &mut Value, place: &str, see: &mut impl FnMut(&str, &mut String)) {
    text(value, "description", place, see);
    let owner = place.strip_suffix("._").unwrap_or(place);
    for (name, property) in members(value, "properties") {
        schema(property, &format!("{owner}.{name}"), see);
    }
    for part in ["items", "additionalProperties"] {
        if let Some(inner) = value.get_mut(part) {
            schema(inner, place, see);
        }
    }
    for part in ["oneOf", "anyOf", "allOf"] {
        elements(value, part).for_each(|inner| schema(inner, place, see));
    }
}

fn text(holder: &mut Value, part: &str, place: &str, see: &mut impl FnMut(&str, &mut String)) {
    if let Some(Value::String(text)) = holder.get_mut(part) {
        see(place, text);
    }
}

fn name(value: &Value, part: &str) -> String {
    value[part].as_str().unwrap_or_default().to_owned()
}

fn members<'v>(
    value: &'v mut Value,
    part: &str,
) -> impl Iterator<Item = (&'v String, &'v mut Value)> {
    let part = value.get_mut(part).and_then(Value::as_object_mut);
    part.into_iter().flatten()
}

fn elements<'v>(value: &'v mut Value, part: &str) -> impl Iterator<Item = &'v mut Value> {
    let part = value.get_mut(part).and_then(Value::as_array_mut);
    part.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        let operation = |id: &str, on: &str| {
            json!({"operationId": id, "parameters": [{"name": "on", "description": on},
                {"name": "id", "description": "Id of the branch"}]})
        };
        let schema = |about: &str| json!({"description": about, "properties": {"seat": {"description": "A seat"}}});
        json!({
            "paths": {"/a": {"get": operation("get_a", "The day")}, "/b": {"get": operation("get_b", "The day")}},
            "components": {"schemas": {"A": schema("Row"), "AItem": schema("Row (as a list item; `fields` may omit properties)")}},
        })
    }

    /// The document's translations, overridden by these.
    fn texts(more: &[(&str, &str)]) -> BTreeMap<String, String> {
        let problems = Code::ALL
            .iter()
            .map(|c| (format!("problems.{}", c.wire()), String::new()));
        let given = [
            ("parameters.on", "Ngày"),
            ("nouns.id", "mã"),
            ("nouns.branch", "chi bộ"),
            ("schemas.A._", "Dòng"),
            ("schemas.AItem.seat", "Chỗ"),
        ];
        let given = given.iter().chain(more);
        problems
            .chain(given.map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
            .collect()
    }

    #[test]
    fn a_text_is_translated_once_wherever_it_stands() {
        let (vi, wrong) = translate(&document(), &texts(&[]));
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(
            vi["paths"]["/b"]["get"]["parameters"][0]["description"],
            "Ngày"
        );
        assert_eq!(
            vi["paths"]["/b"]["get"]["parameters"][1]["description"],
            "Mã của chi bộ"
        );
        let schemas = &vi["components"]["schemas"];
        assert_eq!(schemas["A"]["properties"]["seat"]["description"], "Chỗ");
        let item = schemas["AItem"]["description"].as_str().unwrap_or_default();
        assert!(item.starts_with("Dòng ("), "{item}");
    }

    #[test]
    fn a_text_without_translation_and_a_translation_without_text_are_told() {
        let mut few = texts(&[("schemas.Old.seat", "Chỗ")]);
        few.remove("schemas.AItem.seat");
        let (_, wrong) = translate(&document(), &few);
        assert_eq!(wrong.len(), 3, "{wrong:#?}");
        assert!(
            wrong[0].contains("schemas.A.seat = \"A seat\""),
            "{wrong:#?}"
        );
        assert!(wrong[2].contains("`schemas.Old.seat`"), "{wrong:#?}");
    }

    #[test]
    fn one_translation_does_not_stand_for_two_texts() {
        let mut document = document();
        document["paths"]["/b"]["get"]["parameters"][0]["description"] = "Whether it is on".into();
        let (_, wrong) = translate(&document, &texts(&[]));
        assert!(wrong[0].contains("cannot stand for both"), "{wrong:#?}");
        assert_eq!(wrong.len(), 1, "{wrong:#?}");
        let (vi, wrong) = translate(
            &document,
            &texts(&[("operations.get_b.parameters.on", "Có")]),
        );
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(
            vi["paths"]["/a"]["get"]["parameters"][0]["description"],
            "Ngày"
        );
        assert_eq!(
            vi["paths"]["/b"]["get"]["parameters"][0]["description"],
            "Có"
        );
    }
}
