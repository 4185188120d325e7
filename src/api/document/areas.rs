//! The document in parts, one an area of work, so that a browser shows the first operation soon.
//! The whole document stays beside them.
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{links, problems};
use crate::error::Lang;

/// An area of work: its name in the address, in Vietnamese and English, and its tags.
pub struct Area {
    pub path: &'static str,
    vi: &'static str,
    en: &'static str,
    pub tags: &'static [&'static str],
}

/// In the order of an office's day, the first being what Swagger UI opens with.
pub const AREAS: &[Area] = &[
    Area {
        path: "daily",
        vi: "Việc hằng ngày",
        en: "Day to day",
        tags: &["access", "overview", "deadlines", "problem-reports"],
    },
    Area {
        path: "people",
        vi: "Người vào Đảng",
        en: "People on the way",
        tags: &["candidates", "nominations", "procedure", "plan"],
    },
    Area {
        path: "files",
        vi: "Hồ sơ kết nạp, công nhận",
        en: "Files, admission, recognition",
        tags: &["dossier", "admission", "recognition"],
    },
    Area {
        path: "teaching",
        vi: "Kèm cặp, lớp học, xét định kỳ",
        en: "Sponsors, classes, reviews",
        tags: &["sponsors", "sponsorships", "classes", "reviews"],
    },
    Area {
        path: "organisation",
        vi: "Đảng viên, chi bộ, đảng bộ",
        en: "Members and organisation",
        tags: &[
            "members",
            "branches",
            "departments",
            "organizations",
            "terms",
        ],
    },
    Area {
        path: "plans",
        vi: "Chỉ tiêu, kế hoạch, báo cáo",
        en: "Quotas, plans, reports",
        tags: &[
            "quota-plans",
            "annual-quotas",
            "source-plans",
            "work-plans",
            "activities",
            "inspections",
            "guidance",
            "dispatches",
            "reports",
        ],
    },
    Area {
        path: "administration",
        vi: "Danh mục, tài khoản, dịch vụ",
        en: "Reference, accounts, service",
        tags: &["reference", "accounts", "service"],
    },
];

impl Area {
    pub fn name(&self, lang: Lang) -> &'static str {
        lang.pick(self.vi, self.en)
    }

    /// The part of a published document that is about this area.
    pub fn of(&self, doc: &Value) -> Value {
        let mut part = doc.clone();
        let mine = |tag: &Value| tag.as_str().is_some_and(|tag| self.tags.contains(&tag));
        if let Some(tags) = part["tags"].as_array_mut() {
            tags.retain(|tag| mine(&tag["name"]));
        }
        if let Some(paths) = part["paths"].as_object_mut() {
            for (_, item) in paths.iter_mut() {
                if let Some(item) = item.as_object_mut() {
                    item.retain(|_, op| mine(&op["tags"][0]));
                }
            }
            paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
        }
        links::within(&mut part);
        let used = used(doc, &part["paths"]);
        let components = part["components"].as_object_mut().into_iter().flatten();
        for (kind, all) in components.filter(|(kind, _)| *kind != "securitySchemes") {
            let named = |name: &String| used.contains(&format!("#/components/{kind}/{name}"));
            if let Some(all) = all.as_object_mut() {
                *all = std::mem::take(all)
                    .into_iter()
                    .filter(|(name, _)| named(name))
                    .collect::<Map<_, _>>();
            }
        }
        problems::place(&mut part);
        part
    }
}

/// Everything that these paths refer to, however far.
fn used(doc: &Value, paths: &Value) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut open = Vec::new();
    references(paths, &mut open);
    while let Some(name) = open.pop() {
        let target = name.strip_prefix('#').and_then(|at| doc.pointer(at));
        if known.insert(name.clone())
            && let Some(target) = target
        {
            references(target, &mut open);
        }
    }
    known
}

/// The components that a part of the document names, in references and discriminators.
fn references(part: &Value, found: &mut Vec<String>) {
    match part {
        Value::String(text) if text.starts_with("#/components/") => found.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|inner| references(inner, found)),
        Value::Object(all) => all.values().for_each(|inner| references(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
