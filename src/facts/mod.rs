//! The facts that the rules need, read from the tables within the caller's transaction in a fixed
//! number of statements.
mod attendance;
mod candidacy;
mod coming;
mod founding;
mod membership;
mod outlook;
pub mod papers;
mod person;
mod posts;
pub mod register;
mod succession;

pub use attendance::completed_in_spite;
pub use candidacy::{
    Gathered, candidacy, file, files, files_sql, gathered, helped_until, open_or_ended_last,
};
pub use coming::last_candidacy;
pub use founding::{expect_founded, founded_after, founded_on};
pub use membership::{
    application, came_back, ends_of, expect_not_left, left_before, not_as_recorded,
};
pub use outlook::{Ahead, MOST_FOLLOWED, ahead, ahead_of_the_ceremony, one_ahead, too_many};
pub use person::{Known, bears, expect_new_citizen, known_person, known_to_all};
pub use posts::{before_post, end_posts, expect_committee, expect_no_post_from, renew_posts};
pub use register::registered;
pub use succession::successor;

use chrono::NaiveDate;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build, SelectStatement};
use uuid::Uuid;

use crate::db::tables::{act, holiday};
use crate::db::{Query, Soon, Tx, constant, functions, json_text};
use crate::error::Result;
use crate::law::acts::ActKind;
use crate::law::calendar::Holidays;
use crate::law::settings::{Setting, YOUTH_AGE_LIMIT, YOUTH_UNION_STAY};
use crate::law::words::Introducer;

/// The organisation's list of days off and days worked in lieu.
pub async fn holidays(tx: &Tx) -> Result<Holidays> {
    let listed = tx.all(holiday::Entity::find()).await?.into_iter();
    Ok(listed.map(|day| (day.on_date, day.kind)).collect())
}

/// The organisation's value of a setting on a day (today if `None`), or the default.
pub async fn setting(tx: &Tx, which: &Setting, on: Option<NaiveDate>) -> Result<i32> {
    let value = setting_soon(tx, which, on).await.one().await?;
    Ok(value.map_or(which.default, |(value,)| value))
}

/// The same, to be read later.
pub async fn setting_soon(tx: &Tx, which: &Setting, on: Option<NaiveDate>) -> Soon<(i32,)> {
    let mut value = Build::select();
    value.expr(functions::setting_on(which.key, on, which.default));
    tx.soon(Query::of(&value)).await
}

/// The age up to which the organisation that nominates has members on a day: somebody over the
/// youth age may stay in the Youth Union for some years.
pub async fn oldest(tx: &Tx, by: Introducer, on: NaiveDate) -> Result<Option<i32>> {
    match oldest_soon(tx, by, on).await {
        Some(limit) => read_oldest(limit).await.map(Some),
        None => Ok(None),
    }
}

/// The youth age of that day, if it limits who is nominated.
pub async fn oldest_soon(tx: &Tx, by: Introducer, on: NaiveDate) -> Option<Soon<(i32,)>> {
    if by == Introducer::YouthUnion {
        Some(setting_soon(tx, &YOUTH_AGE_LIMIT, Some(on)).await)
    } else {
        None
    }
}

/// The [oldest] age by that one.
pub async fn read_oldest(limit: Soon<(i32,)>) -> Result<i32> {
    let limit = limit.one().await?;
    let limit = limit.map_or(YOUTH_AGE_LIMIT.default, |(limit,)| limit);
    Ok(limit + YOUTH_UNION_STAY.cast_signed())
}

/// Acts that name the member, such as the assignment of a sponsor and its end.
pub fn names_member(member: Uuid) -> Expr {
    Expr::col((act::Entity, "member_id")).eq(member)
}

/// The act that corrects or annuls the act of the statement around it.
pub fn superseding() -> SelectStatement {
    let this = |column| Expr::col((act::Entity, column));
    let newer = |column| Expr::col(("newer", column));
    let annuls = newer(act::Column::Kind)
        .eq(constant(ActKind::Annulment))
        .and(
            json_text(("newer", act::Column::Data), "act_id")
                .eq(this(act::Column::Id).cast_as("text")),
        );
    let corrects = newer(act::Column::CorrectsId).eq(this(act::Column::Id));
    let mut superseding = Build::select();
    superseding
        .column(("newer", act::Column::Id))
        .from_as(act::Entity, "newer")
        .and_where(newer(act::Column::CandidateId).eq(this(act::Column::CandidateId)))
        .and_where(corrects.or(annuls))
        .limit(1);
    superseding
}
