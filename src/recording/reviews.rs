//! When the branch has to vote on the recognition of a member on probation who has no file. It stands
//! in the member's row; a file has its own deadlines.
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::db::Tx;
use crate::db::tables::member::{ActiveModel, Column, Entity};
use crate::error::Result;
use crate::facts;
use crate::law::calendar::Holidays;
use crate::law::regulation::Regulations;
use crate::law::time_limits::{Period, recognition_review_of_member};
use crate::law::words::MemberStatus;

/// Of a member with this status who joined on that day: nothing is due for an official one.
pub async fn put(
    tx: &Tx,
    law: &Regulations,
    (status, joined_on): (MemberStatus, NaiveDate),
    active: &mut ActiveModel,
) -> Result<()> {
    if status == MemberStatus::Probationary {
        let holidays = facts::holidays(tx).await?;
        set(
            active,
            recognition_review_of_member(joined_on, law, &holidays),
        );
    }
    Ok(())
}

fn set(active: &mut ActiveModel, period: Period<'_>) {
    active.review_from_on = Set(Some(period.from_on));
    active.review_workdays = Set(i32::try_from(period.workdays).ok());
    active.review_due_on = Set(Some(period.due_on));
    active.review_skipped = Set(period.skipped);
    active.review_source = Set(Some(period.source.text.clone()));
}

/// Counts those that are open again, by these regulations and holidays.
pub(super) async fn renew(tx: &Tx, law: &Regulations, holidays: &Holidays) -> Result<()> {
    let open = Entity::find()
        .filter(Column::ReviewDueOn.is_not_null())
        .filter(Column::Status.eq(MemberStatus::Probationary))
        .filter(Column::DeletedAt.is_null());
    for row in tx.all(open).await? {
        let mut active = ActiveModel::default();
        let period = recognition_review_of_member(row.joined_on, law, holidays);
        let as_before = (row.review_from_on, row.review_due_on)
            == (Some(period.from_on), Some(period.due_on))
            && row.review_skipped == period.skipped
            && row.review_source.as_ref() == Some(&period.source.text);
        if as_before {
            continue;
        }
        set(&mut active, period);
        // unless the day of joining is being corrected just now
        let moved = Entity::update_many()
            .set(active)
            .filter(Column::Id.eq(row.id))
            .filter(Column::JoinedOn.eq(row.joined_on));
        tx.execute(moved).await?;
    }
    Ok(())
}
