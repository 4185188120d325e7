//! Refusals for those who see the year of birth only.
use chrono::NaiveDate;

use crate::calendar::{year_begin, year_end};
use crate::candidacy::Recorded;
use crate::judgement::{Facts, judge};
use crate::regulation::Regulations;
use crate::requirement::Check;

/// Requirements that the person meets or not by their age.
const BY_AGE: [&str; 5] = [
    "admission.age.least",
    "admission.age.most",
    "admission.introduction.members",
    "admission.introduction.union",
    "ceremony.age",
];

/// Of what is unmet, what a caller may be told who sees the year of birth only. What depends on the
/// day in that year is told only if nothing else is unmet: else the day would be found by trying one
/// date after another with an act that is refused for other reasons anyway.
pub fn told(facts: &Facts, law: &Regulations, new: &Recorded, unmet: Vec<Check>) -> Vec<Check> {
    let by_age = |check: &Check| BY_AGE.contains(&check.rule);
    if !facts.birth_year_only || !unmet.iter().any(by_age) {
        return unmet;
    }
    let if_born = |birth_date: NaiveDate| {
        let facts = Facts {
            birth_date,
            hidden_birth: None,
            ..facts.clone()
        };
        judge(&facts, law, new).err().unwrap_or_default()
    };
    let whenever = [year_begin(facts.birth_date), year_end(facts.birth_date)].map(if_born);
    let certain = |check: &Check| {
        let mut all = whenever.iter();
        !by_age(check) || all.all(|unmet| unmet.iter().any(|other| other.rule == check.rule))
    };
    let (told, day) = unmet.into_iter().partition::<Vec<_>, _>(certain);
    if told.is_empty() { day } else { told }
}
