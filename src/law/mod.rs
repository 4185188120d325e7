//! The regulations as pure functions: facts in, verdict out. No HTTP, SQL, clock or environment.
pub mod acts;
pub mod allocation;
pub mod catalogue;
pub mod checks;
pub mod classes;
pub mod dates;
pub mod duties;
#[cfg(test)]
mod examples;
pub mod file;
pub mod nomination;
#[cfg(test)]
mod oracle;
pub mod procedure;
pub mod progress;
pub mod quota;
mod references;
pub mod regulation;
pub mod settings;
pub mod sponsorship;
pub mod text;
pub mod votes;
pub mod words;
pub mod work;

pub use checks::{Check, Checks, Requirement};
pub use words::{PlanState, Stage};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

/// `say("tiếng Việt", "English")`
pub fn say(vi: impl Into<String>, en: impl Into<String>) -> Words {
    Words {
        vi: vi.into(),
        en: en.into(),
    }
}
