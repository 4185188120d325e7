//! The regulations as pure functions: facts in, verdict out. No HTTP, SQL, clock or environment.
//!
//! An act is judged ([`judgement`]) by the file that the acts before it have made ([`candidacy`]);
//! each kind of act says in one file of [`acts`] what it requires and what it changes. What follows
//! from it elsewhere is a list of [`consequences`]. [`lives`] are the states of everything else.
pub mod acts;
pub mod allocation;
pub mod book;
pub mod calendar;
pub mod candidacy;
pub mod case;
pub mod catalogue;
pub mod comparison;
pub mod consequences;
mod correction;
pub mod deadlines;
pub mod enrolment;
pub mod findings;
pub mod judgement;
pub mod lives;
#[cfg(test)]
mod oracle;
pub mod period;
mod possible_days;
pub mod progress;
pub mod quota;
pub mod register;
pub mod regulation;
pub mod requirement;
#[cfg(test)]
mod sentences;
pub mod settings;
#[cfg(test)]
mod story;
pub mod text;
pub mod time_limits;
pub mod votes;
pub mod words;

use chrono::NaiveDate;

pub use requirement::{Check, Checks, Requirement};
pub use words::{PlanState, Stage};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

/// What a requirement says where it is met, and where it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentences {
    pub met: Words,
    pub unmet: Words,
}

impl From<Words> for Sentences {
    fn from(words: Words) -> Self {
        Self {
            met: words.clone(),
            unmet: words,
        }
    }
}

/// Met and unmet: each `(tiếng Việt, English)`.
pub fn told(
    met: (impl Into<String>, impl Into<String>),
    unmet: (impl Into<String>, impl Into<String>),
) -> Sentences {
    Sentences {
        met: say(met.0, met.1),
        unmet: say(unmet.0, unmet.1),
    }
}

/// A day as Vietnamese papers write it: 01/6/2021 is written 01/06/2021.
pub fn vi(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// `say("tiếng Việt", "English")`
pub fn say(vi: impl Into<String>, en: impl Into<String>) -> Words {
    Words {
        vi: vi.into(),
        en: en.into(),
    }
}
