//! The regulations as pure functions: facts in, verdict out. No HTTP, SQL, clock or environment.
//!
//! An act is judged ([`judgement`]) by the file that the acts before it have made ([`candidacy`]);
//! each kind of act says in one file of [`acts`] what it requires and what it changes. What follows
//! from it elsewhere is a list of [`consequences`]. [`lives`] are the states of everything else.
pub mod acts;
pub mod allocation;
pub mod calendar;
pub mod candidacy;
pub mod case;
pub mod catalogue;
pub mod comparison;
pub mod consequences;
pub mod deadlines;
pub mod enrolment;
pub mod judgement;
pub mod lives;
#[cfg(test)]
mod oracle;
pub mod period;
pub mod progress;
pub mod quota;
pub mod regulation;
pub mod requirement;
pub mod settings;
#[cfg(test)]
mod story;
pub mod text;
pub mod time_limits;
pub mod votes;
pub mod words;

pub use requirement::{Check, Checks, Requirement};
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
