//! Refusals for those who see the year of birth only.
use chrono::NaiveDate;

use crate::calendar::{year_begin, year_end};
use crate::candidacy::Recorded;
use crate::judgement::{Facts, judge};
use crate::regulation::Regulations;
use crate::requirement::Check;

/// Of what is unmet, what a caller may be told who sees the year of birth only. What reads otherwise
/// for another day in that year is told only if nothing else is unmet: else the day would be found by
/// trying one date after another with an act that is refused for other reasons anyway.
pub fn told(facts: &Facts, law: &Regulations, new: &Recorded, unmet: Vec<Check>) -> Vec<Check> {
    if !facts.birth_year_only {
        return unmet;
    }
    // the day of a vote on record is given, and no date is found by it
    let known = Some(facts.hidden_birth.unwrap_or(facts.birth_date));
    let if_born = |birth_date: NaiveDate| {
        let facts = Facts {
            birth_date,
            hidden_birth: known,
            ..facts.clone()
        };
        judge(&facts, law, new).err().unwrap_or_default()
    };
    let whenever = [year_begin(facts.birth_date), year_end(facts.birth_date)].map(if_born);
    // the findings of recorded acts are shown anyway
    let certain = |check: &Check| {
        check.rule == "file.ground" || whenever.iter().all(|unmet| unmet.contains(check))
    };
    let (told, day) = unmet.into_iter().partition::<Vec<_>, _>(certain);
    if told.is_empty() { day } else { told }
}
