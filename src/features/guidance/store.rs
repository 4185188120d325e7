//! The editions of guidance: kept as published, and read.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query as Build};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use uuid::Uuid;

use crate::access::{Reach, reach};
use crate::db::tables::{guidance as table, guidance_edition};
use crate::db::{Tx, any_live, any_of, today, value_of};
use crate::error::Result;

/// Stores the edition that the row now shows.
pub(super) async fn keep_edition(tx: &Tx, row: &table::Model, reason: Option<&str>) -> Result<()> {
    let kept = guidance_edition::Model {
        id: Uuid::now_v7(),
        organization_id: row.organization_id,
        guidance_id: row.id,
        edition: row.edition,
        title: row.title.clone(),
        valid_from: row.valid_from,
        body: row.body.clone(),
        checklist: row.checklist.clone(),
        sources: row.sources.clone(),
        published_on: row.published_on,
        reason: reason.map(str::to_owned),
    };
    tx.keep(kept).await
}

/// The editions of these notes that have begun, and the first ones, in order.
pub(super) fn begun(ids: Vec<Uuid>, today: NaiveDate) -> Select<guidance_edition::Entity> {
    let begun = guidance_edition::Column::ValidFrom.lte(today);
    guidance_edition::Entity::find()
        .filter(any_of(guidance_edition::Column::GuidanceId, ids))
        .filter(begun.or(guidance_edition::Column::Edition.eq(1)))
        .order_by_asc(guidance_edition::Column::Edition)
}

/// The first day of the edition that is shown: the latest that has begun, or else the first.
pub(super) fn valid_from() -> Expr {
    let of = |column| Expr::col((guidance_edition::Entity, column));
    let begins = || of(guidance_edition::Column::ValidFrom);
    let this = of(guidance_edition::Column::GuidanceId).equals((table::Entity, table::Column::Id));
    let day = |day: Expr| {
        let mut one = Build::select();
        one.expr(day)
            .from(guidance_edition::Entity)
            .and_where(this.clone());
        one
    };
    let latest = value_of(day(begins().max()).and_where(begins().lte(today())).take());
    Func::coalesce([latest, value_of(day(begins().min()))]).into()
}

/// All editions of guidance within this reach, newest first; of these ids, if some are named.
pub(super) fn editions(
    tx: &Tx,
    reach: Reach,
    guidance: Uuid,
    named: &[Uuid],
) -> Select<guidance_edition::Entity> {
    let current = Expr::col((table::Entity, table::Column::Id)).equals((
        guidance_edition::Entity,
        guidance_edition::Column::GuidanceId,
    ));
    let all = guidance_edition::Entity::find()
        .filter(guidance_edition::Column::GuidanceId.eq(guidance))
        .filter(tx.within(&reach::guidance(reach), "guidance_edition."))
        .filter(any_live::<table::Entity>(current))
        .order_by_desc(guidance_edition::Column::Edition)
        .limit(200);
    if named.is_empty() {
        return all;
    }
    let named = named.iter().copied();
    all.filter(any_of(guidance_edition::Column::Id, named))
}
