//! Checks that look beyond the caller's reach: whether the organisation already knows a person.
//!
//! They run when everything else is met, have one neutral wording, and each hit is recorded and
//! counted, so that nobody finds out by trying who is a member.
use actix_web::http::header::RETRY_AFTER;
use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::auth::Permit;
use crate::db::tables::access_entry;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};

/// What a hit is called in the access log.
const KNOWN_PERSON: &str = "known_person";

/// Hits of one account in twenty-four hours; a branch that enters its people meets one now and then.
const HITS_A_DAY: u64 = 20;

/// Refuses an account that has met too many known people today, before it is told of another.
pub async fn expect_few_hits<P>(tx: &Tx, permit: &Permit<P>) -> Result<()> {
    use access_entry::Column;
    let since = tx.now() - TimeDelta::days(1);
    let hits = access_entry::Entity::find()
        .filter(Column::AccountId.eq(permit.caller().account))
        .filter(Column::Resource.eq(KNOWN_PERSON))
        .filter(Column::At.gt(since))
        .limit(HITS_A_DAY);
    if (tx.all(hits).await?.len() as u64) < HITS_A_DAY {
        return Ok(());
    }
    Err(Error::new(Code::RateLimited).header(RETRY_AFTER, "3600"))
}

/// Records a hit: in a transaction of its own, because the refusal undoes that of the caller.
pub async fn record_hit<P>(db: &Db, permit: &Permit<P>) -> Result<()> {
    let caller = permit.caller();
    db.run(permit, async |tx| {
        let entry = access_entry::Model {
            id: Uuid::now_v7(),
            organization_id: caller.organization,
            at: tx.now(),
            account_id: caller.account,
            role: caller.role,
            candidate_id: None,
            resource: KNOWN_PERSON.to_owned(),
            resource_id: caller.account,
            reason: None,
            request_id: permit.call.request_id.clone(),
        };
        let entry = access_entry::Entity::insert(entry.into_active_model().reset_all());
        tx.last().execute(entry).await
    })
    .await
    .map(drop)
}
