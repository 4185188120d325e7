//! One person's record unmasked, for a written reason: each is logged, and their number is limited
//! by the hour and the day. Everywhere else the fields stay masked, so that plain reads need no
//! log.
use actix_web::http::header::RETRY_AFTER;
use chrono::TimeDelta;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query as Build};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::access_log::{self, Reading};
use super::body::Body;
use super::edit;
use super::reply::Reply;
use super::resource::{Resource, Row, Viewer};
use crate::access::Permission;
use crate::auth::Permit;
use crate::db::tables::access_entry;
use crate::db::{Db, Tx, locks, value_of};
use crate::error::{Code, Error, Result};
use crate::law::text::{Text, too_short};

/// What the access log calls these readings: by their resources.
const RESOURCES: [&str; 4] = ["candidate", "member", EXPORT, APPRAISAL];
/// An appraisal slip with the P2 fields.
pub const APPRAISAL: &str = "appraisal_unmasked";
pub(super) const EXPORT: &str = "personal_data";
/// Records that one account may see in an hour, and in a day.
const AN_HOUR: i64 = 30;
const A_DAY: i64 = 100;
/// Readings of a background, and of a branch's remarks, in the access log.
const BACKGROUNDS: [&str; 5] = [
    "act",
    "background",
    "appraisal",
    "source_plan_entry",
    "review_item",
];
/// People whose background one account may read in an hour and in a day: for a written reason; and where
/// reading it is the account's work and takes none.
const PEOPLE_FOR_A_REASON: [i64; 2] = [AN_HOUR, A_DAY];
const PEOPLE_AT_WORK: [i64; 2] = [100, 300];

/// Why a person's data is to be shown unmasked
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Reveal {
    /// At least ten letters; it is logged
    #[schema(example = "Đối chiếu số căn cước với lý lịch gốc")]
    pub reason: Text<300>,
}

/// Answers the record unmasked. `of` names its organisation and candidate.
pub async fn reveal<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    body: &Body<Reveal>,
    of: impl Fn(&Row<R>) -> (Uuid, Option<Uuid>),
) -> Result<Reply<R>> {
    let reason = written(&body.value.reason)?;
    let viewer = Viewer {
        recorded: true,
        ..edit::viewer(db, permit)
    };
    db.run(permit, async |tx| {
        let row = edit::find::<R>(&tx, permit.reach(), id, false).await?;
        expect_few(&tx, permit).await?;
        let (organization, candidate) = of(&row);
        let (id, version, text) = edit::shown::<R>(&tx, &viewer, row).await?;
        let reading = Reading {
            organization,
            resource: R::SPEC.name,
            id,
            candidate,
        };
        let entry = access_log::entry(&tx, permit.by(), &reading, Some(reason.clone()));
        tx.last().execute(entry).await?;
        Ok(edit::current(version, text).cache("no-store"))
    })
    .await
}

/// The written reason of a body, if it is one.
pub fn written<const MAX: usize>(reason: &Text<MAX>) -> Result<String> {
    match too_short(reason.as_str()) {
        Some(words) => Err(Error::invalid("/reason", "too_short", words)),
        None => Ok(reason.as_str().to_owned()),
    }
}

/// 429 for an account that has seen as many records as it may.
pub async fn expect_few<P>(tx: &Tx, permit: &Permit<P>) -> Result<()> {
    let caller = permit.caller();
    tx.later(locks::account(caller.account)).await;
    let more = |most: i64, within: TimeDelta| {
        use access_entry::Column;
        let mut seen = Build::select();
        seen.expr(Expr::col(Column::Id).count().gte(most))
            .from(access_entry::Entity)
            .and_where(Column::OrganizationId.eq(caller.organization))
            .and_where(Column::AccountId.eq(caller.account))
            .and_where(Column::Resource.is_in(RESOURCES))
            .and_where(Column::At.gt(tx.now() - within));
        value_of(seen)
    };
    let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
    expect(tx.ask([more(AN_HOUR, hour), more(A_DAY, day)]).await?)
}

/// 429 for an account that has read the background of as many other people as it may.
pub(super) async fn expect_few_people<P>(
    tx: &Tx,
    permit: &Permit<P>,
    person: Uuid,
    for_a_reason: bool,
) -> Result<()> {
    use access_entry::Column;
    let caller = permit.caller();
    tx.later(locks::account(caller.account)).await;
    let of = || Func::coalesce([Column::CandidateId, Column::ResourceId].map(Expr::col));
    let more = |most: i64, within: TimeDelta| {
        let mut seen = Build::select();
        seen.expr(Func::count_distinct(of()).gte(most))
            .from(access_entry::Entity)
            .and_where(Column::OrganizationId.eq(caller.organization))
            .and_where(Column::AccountId.eq(caller.account))
            .and_where(Column::Resource.is_in(BACKGROUNDS))
            .and_where(Column::At.gt(tx.now() - within))
            .and_where(Expr::from(of()).ne(person));
        if for_a_reason {
            seen.and_where(Column::Reason.is_not_null());
        }
        value_of(seen)
    };
    let [an_hour, a_day] = if for_a_reason {
        PEOPLE_FOR_A_REASON
    } else {
        PEOPLE_AT_WORK
    };
    let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
    expect(tx.ask([more(an_hour, hour), more(a_day, day)]).await?)
}

fn expect(too_many: [bool; 2]) -> Result<()> {
    match too_many {
        [false, false] => Ok(()),
        _ => Err(Error::new(Code::RateLimited).header(RETRY_AFTER, "3600")),
    }
}
