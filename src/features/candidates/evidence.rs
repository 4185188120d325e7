//! Re-judges the file when particulars change on which recorded acts rest.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;

use crate::api::checks::day_of_a_change;
use crate::db::tables::{candidate, member};
use crate::db::{Tx, any_row};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::acts::Acknowledgement;
use crate::law::calendar::year;
use crate::law::findings::{self, Finding};
use crate::law::register::changed_on;
use crate::law::regulation::Regulations;
use crate::law::text::Text;
use crate::recording::evidence::acknowledgement;

use super::particulars::Particulars;

/// The days on which membership of the Youth Union and of the trade union changed. Without a day, a
/// changed membership is a correction: it holds for every day.
pub fn unions(
    row: &candidate::Model,
    new: &Particulars,
    today: NaiveDate,
) -> Result<[Vec<NaiveDate>; 2]> {
    let youth = (
        new.youth_union_member != row.youth_union_member,
        &row.youth_union_changed_on,
    );
    let trade = (
        new.trade_union_member != row.trade_union_member,
        &row.trade_union_changed_on,
    );
    let both = [youth, trade];
    let Some(on) = new.union_membership_from_on else {
        return Ok(both.map(|(changes, days)| if changes { Vec::new() } else { days.clone() }));
    };
    let wrong = || day_of_a_change("/union_membership_from_on");
    let any = both.iter().any(|(changes, _)| *changes);
    let last = both.iter().filter_map(|(_, days)| days.last()).max();
    // compared by year: everybody sees the year of birth, but not the day
    if year(on) <= year(row.birth_date) || !any && last.is_none() {
        return Err(wrong());
    }
    let mut dated = [Vec::new(), Vec::new()];
    for (place, (changes, days)) in dated.iter_mut().zip(both) {
        *place = if changes || !any && days.last() == last {
            changed_on(days, changes, on, today).ok_or_else(wrong)?.0
        } else {
            days.clone()
        };
    }
    Ok(dated)
}

/// Whether the change affects anything that the law requires.
fn concerns(row: &candidate::Model, new: &Particulars, unions: &[Vec<NaiveDate>; 2]) -> bool {
    row.birth_date != new.birth_date
        || row.general_education != new.general_education
        || row.youth_union_member != new.youth_union_member
        || row.trade_union_member != new.trade_union_member
        || [&row.youth_union_changed_on, &row.trade_union_changed_on] != [&unions[0], &unions[1]]
}

/// Refuses a change that would leave a recorded act without its ground, naming the acts and their
/// unmet requirements. If the change is acknowledged, returns the act that records this. Also
/// whether an act has its ground again.
pub async fn judged_again(
    tx: &Tx,
    law: &Regulations,
    row: &candidate::Model,
    (new, unions): (&Particulars, &[Vec<NaiveDate>; 2]),
    today: NaiveDate,
) -> Result<(Option<Acknowledgement>, bool)> {
    if !concerns(row, new, unions) {
        return Ok((None, false));
    }
    let before = facts::candidacy(tx, row, None, today).await?;
    let mut after = before.clone();
    after.birth_date = new.birth_date;
    after.general_education = new.general_education;
    after.youth_union_member = new.youth_union_member;
    after.trade_union_member = new.trade_union_member;
    [after.youth_union_changed_on, after.trade_union_changed_on] = unions.clone();
    let (was, is) = (findings::of(&before, law), findings::of(&after, law));
    let regained = !findings::new(&is, was.clone()).is_empty();
    let fallen = findings::new(&was, is);
    if fallen.is_empty() {
        return Ok((None, regained));
    }
    if !new.acknowledged {
        return Err(Error::unmet(fallen.iter().map(Finding::falls).collect()));
    }
    let reason = new.reason.as_ref().map(Text::as_str);
    Ok((Some(acknowledgement(reason, today)?), regained))
}

/// Whether who the person is changes, and with it the member whom the file has made.
pub async fn of_member(
    tx: &Tx,
    row: &candidate::Model,
    new: &Particulars,
    active: &candidate::ActiveModel,
) -> Result<bool> {
    let same = row.full_name == new.full_name.as_str()
        && row.sex == new.sex
        && row.birth_date == new.birth_date
        && active.citizen_id.is_not_set();
    if same {
        return Ok(false);
    }
    let member = any_row::<member::Entity>(member::Column::Id.eq(row.id));
    Ok(tx.ask([member]).await? == [true])
}
