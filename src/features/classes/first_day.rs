//! Who has a place in a class that is to begin on another day, or to be of another kind.
use chrono::NaiveDate;

use super::store;
use crate::auth::Permit;
use crate::db::Tx;
use crate::db::tables::class;
use crate::error::Result;
use crate::law::enrolment::{Lesson, loses};
use crate::law::regulation::Regulations;
use crate::{facts, recording};

/// Files judged in one statement.
const BATCH: u32 = 50;

/// Whether everybody with a seat in the class, or with its certificate, has a place in it as it is to
/// be.
pub(super) async fn all_fit<P>(
    tx: &Tx,
    permit: &Permit<P>,
    law: &Regulations,
    (class, new): (&class::Model, Lesson),
    today: NaiveDate,
) -> Result<bool> {
    let files = async || {
        let mut after = None;
        loop {
            let seated = store::seated(class.id);
            let page = facts::files(tx, seated, after, BATCH, today).await?;
            if page
                .iter()
                .any(|(_, facts)| loses(facts, law, class.id, &new))
            {
                return Ok(false);
            }
            if page.len() < BATCH as usize {
                return Ok(true);
            }
            after = page.last().map(|(row, _)| row.id);
        }
    };
    recording::of_everybody(tx, permit, class.organization_id, files).await
}
