//! Steps in words, and which of them end a candidacy.
use super::Step;
use crate::words::PlanAction;
use crate::{Words, say};

impl Step {
    /// Whether it ends the candidacy outside the procedure or the plan.
    pub(crate) const fn ends(self) -> bool {
        matches!(
            self,
            Self::Exit(()) | Self::PlanDecision(PlanAction::Remove)
        )
    }

    /// The stages in which the step is possible, in words.
    pub(crate) fn stages_in_words(self, english: bool) -> String {
        match self.stages().0 {
            // many stages are an unbroken part of the way: its ends say as much
            [first, .., last] if self.stages().0.len() > 4 => {
                let (from, to) = if english {
                    ("from", "to")
                } else {
                    ("từ", "đến")
                };
                let (first, last) = (first.quoted(english), last.quoted(english));
                format!("{from} {first} {to} {last}")
            }
            stages => {
                let all: Vec<_> = stages.iter().map(|s| s.quoted(english)).collect();
                all.join(", ")
            }
        }
    }

    /// That the step belongs to another stage, for a reader who knows the file's own.
    pub fn belongs(self) -> Words {
        say(
            format!("Chỉ ở giai đoạn: {}.", self.stages_in_words(false)),
            format!("Possible only in: {}.", self.stages_in_words(true)),
        )
    }
}
