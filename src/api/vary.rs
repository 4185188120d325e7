//! What an answer depends on besides its address: one address may have several bodies.
use std::collections::BTreeSet;

use actix_web::http::header::{self, HeaderMap, HeaderValue};

/// What the answer depends on, in one line: its coding in any case, for others may get it compressed.
pub(super) fn line(headers: &mut HeaderMap, by_language: bool, bodiless: bool) {
    let lines = headers.get_all(header::VARY);
    let lines = lines.filter_map(|line| line.to_str().ok());
    let names = lines.flat_map(|line| line.split(','));
    let mut all: BTreeSet<String> = names.map(|name| name.trim().to_lowercase()).collect();
    all.extend(by_language.then(|| "accept-language".to_owned()));
    all.extend((!bodiless).then(|| "accept-encoding".to_owned()));
    let all: Vec<String> = all.into_iter().collect();
    if !all.is_empty()
        && let Ok(line) = HeaderValue::from_str(&all.join(", "))
    {
        headers.insert(header::VARY, line);
    }
}
