//! The published document, ready to be sent.
use std::collections::HashMap;
use std::io::{Read as _, Write as _};

use actix_web::web::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::document::areas::{AREAS, Area};
use super::document::published;
use crate::error::Lang;

/// The published document: with open response schemas, in each language, whole and by area. Kept
/// compressed: together these are ten megabytes of text, which are seldom read.
pub struct Served(HashMap<String, (Lang, Vec<u8>)>);

impl Served {
    pub(super) fn of(document: &Value, vietnamese: &Value) -> anyhow::Result<Self> {
        let mut all = HashMap::new();
        for (lang, document) in [(Lang::En, document), (Lang::Vi, vietnamese)] {
            let whole = published(document, lang);
            let parts = AREAS.iter().map(|area| (Some(area), area.of(&whole)));
            let parts: Vec<(Option<&Area>, Value)> = parts.collect();
            for (area, part) in parts
                .iter()
                .map(|(area, part)| (*area, part))
                .chain([(None, &whole)])
            {
                let mut compressed = GzEncoder::new(Vec::new(), Compression::fast());
                compressed.write_all(&serde_json::to_vec(part)?)?;
                let compressed = compressed.finish()?;
                all.insert(Self::path(lang, area), (lang, compressed));
            }
        }
        Ok(Self(all))
    }

    /// Where the document is served, or one of its areas.
    pub fn path(lang: Lang, area: Option<&Area>) -> String {
        let part = area.map_or_else(String::new, |area| format!("/{}", area.path));
        format!("/openapi{part}{}.json", lang.pick(".vi", ""))
    }

    /// The language and the text of what is served there.
    pub fn at(&self, path: &str) -> Option<(Lang, Bytes)> {
        let (lang, compressed) = self.0.get(path)?;
        let mut text = Vec::new();
        GzDecoder::new(&compressed[..])
            .read_to_end(&mut text)
            .ok()?;
        Some((*lang, text.into()))
    }
}
