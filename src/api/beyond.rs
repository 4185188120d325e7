//! Checks that look beyond the caller's reach: whether the organisation already knows a person, or another
//! one a login.
//!
//! They run when everything else is met, have one neutral wording, and each hit is recorded and
//! counted, so that nobody finds out by trying who is a member.
use std::cell::Cell;

use actix_web::http::header::RETRY_AFTER;
use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::Value;
use uuid::Uuid;

use crate::auth::Permit;
use crate::db::tables::access_entry;
use crate::db::{Db, Tx, value_of};
use crate::error::{Code, Error, Result};
use crate::law::say;

/// The operations that reveal a hit, because what they write must be unique. No other operation does.
pub const TELLING: [&str; 8] = [
    "create_nomination",
    "change_nomination",
    "change_candidate",
    "create_member",
    "change_member",
    "create_account",
    "create_source_plan_entry",
    "change_source_plan_entry",
];

/// What hits are called in the access log.
pub const KNOWN_PERSON: &str = "known_person";
pub const KNOWN_LOGIN: &str = "known_login";

/// Hits of one account in twenty-four hours; a branch that enters its people meets one now and
/// then.
const HITS_A_DAY: i64 = 20;

/// Whether the account has had as many hits today as it may, to ask along with other facts.
pub fn too_many_hits<P>(tx: &Tx, permit: &Permit<P>) -> Expr {
    use access_entry::Column;
    let mut hits = Build::select();
    hits.expr(Expr::col(Column::Id).count().gte(HITS_A_DAY))
        .from(access_entry::Entity)
        .and_where(Column::AccountId.eq(permit.caller().account))
        .and_where(Column::Resource.is_in([KNOWN_PERSON, KNOWN_LOGIN]))
        .and_where(Column::At.gt(tx.now() - TimeDelta::days(1)));
    value_of(hits)
}

/// Refuses an account with [too many hits](too_many_hits), before another one is revealed.
pub fn expect_few_hits(too_many: bool) -> Result<()> {
    if too_many {
        return Err(Error::new(Code::RateLimited).header(RETRY_AFTER, "3600"));
    }
    Ok(())
}

/// The reason why a person is not their namesake goes with a new name or birth date, never alone.
pub fn expect_a_name_with_its_reason(patch: &Value) -> Result<()> {
    let given = |name: &str| patch.get(name).is_some_and(|value| !value.is_null());
    if !given("namesake_reason") || given("full_name") || given("birth_date") {
        return Ok(());
    }
    Err(Error::invalid(
        "/namesake_reason",
        "without_name",
        say(
            "Chỉ nêu lý do cùng với họ tên hoặc ngày sinh mới.",
            "A reason goes with a new name or birth date.",
        ),
    ))
}

/// The hits of one request beyond the caller's reach, and their name in the access log.
pub struct Found(&'static str, Cell<bool>);

impl Found {
    /// Only for operations that are [named above](TELLING).
    pub const fn nothing(what: &'static str) -> Self {
        Self(what, Cell::new(false))
    }

    /// Refuses an account with too many hits, before it looks.
    pub async fn expect_few<P>(&self, tx: &Tx, permit: &Permit<P>) -> Result<()> {
        let [too_many] = tx.ask([too_many_hits(tx, permit)]).await?;
        expect_few_hits(too_many)
    }

    /// Notes a hit that the answer will reveal.
    pub fn somebody(&self, known: bool) {
        self.1.set(self.1.get() || known);
    }

    /// Notes a hit that a refusal reveals.
    pub fn somebody_if_refused<T>(&self, answer: Result<T>) -> Result<T> {
        self.somebody(answer.is_err());
        answer
    }

    /// The answer, once the hit is recorded.
    pub async fn recorded<T, P>(self, db: &Db, permit: &Permit<P>, answer: Result<T>) -> Result<T> {
        if self.1.get() {
            record_hit(db, permit, self.0).await?;
        }
        answer
    }
}

/// Records a hit: in a transaction of its own, because the refusal undoes that of the caller.
async fn record_hit<P>(db: &Db, permit: &Permit<P>, what: &str) -> Result<()> {
    let caller = permit.caller();
    db.run(permit, async |tx| {
        let entry = access_entry::Model {
            id: Uuid::now_v7(),
            organization_id: caller.organization,
            at: tx.now(),
            account_id: caller.account,
            role: caller.role,
            candidate_id: None,
            resource: what.to_owned(),
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
