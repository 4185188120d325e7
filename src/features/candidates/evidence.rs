//! Re-judges the file when particulars change on which recorded acts rest.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;

use crate::db::tables::{candidate, member};
use crate::db::{Tx, any_row};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::acts::Acknowledgement;
use crate::law::findings::{self, Finding};
use crate::law::regulation::Regulations;
use crate::law::text::Text;
use crate::recording::evidence::acknowledgement;

use super::particulars::Particulars;

/// Whether the change affects anything that the law requires.
fn concerns(row: &candidate::Model, new: &Particulars) -> bool {
    row.birth_date != new.birth_date
        || row.general_education != new.general_education
        || row.youth_union_member != new.youth_union_member
        || row.trade_union_member != new.trade_union_member
}

/// Refuses a change that would leave a recorded act without its ground, naming the acts and their
/// unmet requirements. If the change is acknowledged, returns the act that records this. Also
/// whether an act has its ground again.
pub async fn judged_again(
    tx: &Tx,
    law: &Regulations,
    row: &candidate::Model,
    new: &Particulars,
    today: NaiveDate,
) -> Result<(Option<Acknowledgement>, bool)> {
    if !concerns(row, new) {
        return Ok((None, false));
    }
    let before = facts::candidacy(tx, row, None, today).await?;
    let mut after = before.clone();
    after.birth_date = new.birth_date;
    after.general_education = new.general_education;
    after.youth_union_member = new.youth_union_member;
    after.trade_union_member = new.trade_union_member;
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
