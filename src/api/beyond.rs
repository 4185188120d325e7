//! Checks that look beyond the caller's reach: whether the organisation already knows a person.
//!
//! They run when everything else is met, have one neutral wording, and each hit is recorded and
//! counted, so that nobody finds out by trying who is a member.
use actix_web::http::header::RETRY_AFTER;
use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use crate::auth::Permit;
use crate::db::tables::access_entry;
use crate::db::{Db, Tx, sql};
use crate::error::{Code, Error, Result};

/// What a hit is called in the access log.
const KNOWN_PERSON: &str = "known_person";

/// Hits of one account in twenty-four hours; a branch that enters its people meets one now and then.
const HITS_A_DAY: i64 = 20;

/// Refuses an account that has met too many known people today, before it is told of another.
pub async fn expect_few_hits(tx: &Tx) -> Result<()> {
    let since = tx.now() - TimeDelta::days(1);
    let text = "select count(*) from access_entry where account_id = (select app.account()) and resource = $1 and at > $2";
    let rows = tx
        .rows(sql, vec![KNOWN_PERSON.into(), since.into()])
        .await?;
    let hits: i64 = rows.first().map_or(0, |row| row.get(0));
    if hits < HITS_A_DAY {
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
