//! The catalogue of dossier documents, as data.
use serde::Deserialize;

/// A type of document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentType {
    pub code: String,
    pub title: String,
    pub title_en: String,
    /// `admission` or `recognition`.
    pub phase: String,
    /// Who issues it.
    pub from: String,
    /// `always`, or the condition under which it is required.
    pub required_if: String,
    /// First regulation version that requires it.
    pub since: String,
}

#[derive(Deserialize)]
struct File {
    document: Vec<DocumentType>,
}

/// Every type of document, in order.
pub fn all() -> &'static [DocumentType] {
    static ALL: std::sync::LazyLock<Vec<DocumentType>> = std::sync::LazyLock::new(|| {
        toml::from_str::<File>(include_str!("documents.toml"))
            .map(|f| f.document)
            .unwrap_or_default()
    });
    &ALL
}

pub fn find(code: &str) -> Option<&'static DocumentType> {
    all().iter().find(|d| d.code == code)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_can_be_read_and_no_code_stands_twice() {
        let codes: std::collections::BTreeSet<_> = super::all().iter().map(|d| &d.code).collect();
        assert_eq!((super::all().len(), codes.len()), (18, 18));
    }
}
