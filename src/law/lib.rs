//! The regulations as pure functions: facts in, verdict out. No HTTP, SQL, clock or environment.
//!
//! An act is judged ([`judgement`]) against the file that earlier acts add up to ([`candidacy`]).
//! Each kind of act defines its requirements and its effect on the file in one module of [`acts`].
//! Its effects elsewhere are a list of [`consequences`]. [`lives`] holds the states of everything
//! else.
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
pub mod facts;
pub mod findings;
#[cfg(test)]
mod grounds;
pub mod judgement;
pub mod lives;
#[cfg(test)]
mod oracle;
pub mod outlook;
pub mod own_stays;
pub mod period;
mod possible_days;
pub mod progress;
pub mod quota;
pub mod register;
pub mod regulation;
pub mod requirement;
mod said;
#[cfg(test)]
mod sentences;
pub mod settings;
pub mod states;
#[cfg(test)]
mod story;
pub mod text;
pub mod time_limits;
pub mod told;
#[cfg(test)]
mod versions;
pub mod votes;
pub mod words;

use chrono::NaiveDate;

pub use requirement::{Check, Checks, Requirement};
pub use words::{PlanState, Stage};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

/// The sentences of a requirement, when it is met and when it is not.
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

/// The sentences for met and unmet, each `(tiếng Việt, English)`.
pub fn met_or_unmet(
    met: (impl Into<String>, impl Into<String>),
    unmet: (impl Into<String>, impl Into<String>),
) -> Sentences {
    Sentences {
        met: say(met.0, met.1),
        unmet: say(unmet.0, unmet.1),
    }
}

/// A date as written in Vietnamese documents: `dd/mm/yyyy`, zero-padded.
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
