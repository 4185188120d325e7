//! A draft of regulations as it comes over HTTP: the text of a file, or the same file as JSON.
use serde_json::Value;
use toml::Table;

use super::{Mistake, Mistakes};
use crate::say;

/// The days of a version, which TOML writes without quotes.
const DAYS: [&str; 2] = ["issued_on", "effective_from"];

/// The text of the file that has these versions; what TOML cannot say is a mistake.
pub fn text(versions: &[Value]) -> Result<String, Mistakes> {
    let mut wrong = Vec::new();
    let mut path = vec!["version".to_owned()];
    let versions = list(versions, &mut path, &mut wrong);
    let file = Table::from_iter([("version".to_owned(), versions)]);
    match toml::to_string(&file) {
        Ok(text) if wrong.is_empty() => Ok(text),
        Ok(_) | Err(_) => Err(Mistakes(wrong)),
    }
}

fn list(all: &[Value], path: &mut Vec<String>, wrong: &mut Vec<Mistake>) -> toml::Value {
    let mut list = Vec::new();
    for (place, value) in all.iter().enumerate() {
        path.push(place.to_string());
        list.extend(in_toml(value, path, wrong));
        path.pop();
    }
    toml::Value::Array(list)
}

fn in_toml(value: &Value, path: &mut Vec<String>, wrong: &mut Vec<Mistake>) -> Option<toml::Value> {
    let key = path.last().map_or("", String::as_str);
    Some(match value {
        Value::Null => {
            wrong.push(Mistake {
                said: say(
                    format!("{key} không thể là null: hãy bỏ đi"),
                    format!("{key} cannot be null: leave it out"),
                ),
                path: path.clone(),
                line: None,
            });
            return None;
        }
        Value::Bool(truth) => toml::Value::Boolean(*truth),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => toml::Value::Integer(whole),
            (None, part) => toml::Value::Float(part?),
        },
        Value::String(text) => match text.parse() {
            Ok(day) if DAYS.contains(&key) => toml::Value::Datetime(day),
            Ok(_) | Err(_) => toml::Value::String(text.clone()),
        },
        Value::Array(all) => list(all, path, wrong),
        Value::Object(all) => {
            let mut table = Table::new();
            for (key, value) in all {
                path.push(key.clone());
                if let Some(value) = in_toml(value, path, wrong) {
                    table.insert(key.clone(), value);
                }
                path.pop();
            }
            toml::Value::Table(table)
        }
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::regulation::{BUILT_IN, Regulations};

    fn d(day: &str) -> NaiveDate {
        day.parse().unwrap()
    }

    /// Each mistake says where: the line of the text, and its keys from the top.
    #[test]
    fn a_mistake_has_its_line_and_its_pointer() {
        let law = Regulations::read(BUILT_IN).unwrap();
        let poor = "[[version]]\ncode = \"X\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n[version.parameters]\n\
            age_max_months = { value = 780, citation = \"\", confirmed = \"text\" }\n\nage_min_month = 1\n";
        let wrong = law.and(poor).unwrap_err();
        let places: Vec<_> = wrong.iter().map(|w| (w.line, w.pointer())).collect();
        let at = |rest: &str| format!("/version/0/parameters/{rest}");
        assert_eq!(
            places,
            [
                (Some(6), at("age_max_months/citation")),
                (Some(8), at("age_min_month"))
            ]
        );
        assert_eq!(
            wrong[0].words().vi,
            "dòng 6: X: age_max_months: citation rỗng: cần văn bản không rỗng"
        );
        // where the text breaks, every place
        let wrong = Regulations::read("a = \nb = 1\nc = 2000-99-99\n").unwrap_err();
        let lines: Vec<_> = wrong.iter().filter_map(|w| w.line).collect();
        assert_eq!(lines, [1, 3], "{wrong}");
    }

    #[test]
    fn a_draft_may_be_json() {
        let versions = serde_json::json!([{"code": "X", "issued_on": "2027-01-02", "effective_from": "2027-02-01",
            "parameters": {"age_max_months": {"value": 780, "citation": "X, 1", "confirmed": "text"}}}]);
        let draft = text(versions.as_array().unwrap()).unwrap();
        let law = Regulations::read(BUILT_IN).unwrap().and(&draft).unwrap();
        assert_eq!(law.newest().whole("age_max_months"), 780);
        let poor = serde_json::json!([{"code": null}, {"code": "X", "issued_on": "soon"}]);
        let wrong = text(poor.as_array().unwrap()).unwrap_err();
        assert_eq!(wrong[0].pointer(), "/version/0/code");
    }

    /// A version tried on days before its own takes the place of those that came into force since.
    #[test]
    fn a_version_may_be_tried_on_earlier_days() {
        let law = Regulations::read(BUILT_IN).unwrap();
        let tried = law.as_if_from(d("2022-01-01"));
        assert_eq!(tried.on(d("2021-12-31")).code, "24-QĐ/TW");
        assert_eq!(tried.on(d("2022-01-01")).code, "208-QĐ/TW");
        assert_eq!(tried.all().len(), 3);
    }
}
