//! The schema's functions that the service calls, each with typed arguments and results. What a
//! function does and whom it admits is documented in `migration/src/baseline`.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Asterisk, Expr, Func, Query as Build, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Query, Record};
use crate::law::words::{EnrolmentState, Grade, Role, Sex};

/// The account whose credentials are checked.
#[derive(Record)]
pub struct Credentials {
    /// Seconds to wait before the next attempt is considered.
    pub wait: i32,
    pub account_id: Option<Uuid>,
    pub role: Option<Role>,
    pub organization_id: Option<Uuid>,
    pub branch_id: Option<Uuid>,
    pub session_version: Option<i32>,
    pub secret_hash: Option<String>,
    pub must_change: Option<bool>,
    pub usable_until: Option<DateTime<Utc>>,
    pub disabled: Option<bool>,
}

/// A session whose refresh token was rotated.
#[derive(Record)]
pub struct Rotated {
    pub counter: i32,
    pub account_id: Uuid,
    pub login: String,
    pub role: Role,
    pub organization_id: Uuid,
    pub branch_id: Option<Uuid>,
    pub session_version: i32,
    pub must_change: bool,
}

/// A count or a word about a row.
#[derive(Record)]
pub struct Counted {
    pub id: Uuid,
    pub word: Option<String>,
    pub n: Option<i32>,
}

/// A person enrolled in a class.
#[derive(Record)]
pub struct Seated {
    pub enrolment_id: Uuid,
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
    pub full_name: String,
    pub birth_date: NaiveDate,
    pub sex: Sex,
    pub submitted: bool,
    pub department: Option<String>,
    pub branch: String,
    pub state: EnrolmentState,
    pub certificate_number: Option<String>,
    pub certificate_on: Option<NaiveDate>,
    pub grade: Option<Grade>,
}

macro_rules! functions {
    ($($name:ident($($argument:ident: $type:ty),*) -> $row:ty;)*) => {$(
        pub fn $name($($argument: $type),*) -> Query<$row> {
            call(concat!("app.", stringify!($name)), vec![$($argument.into()),*])
        }
    )*};
}

fn call<T: Record>(name: &'static str, arguments: Vec<Value>) -> Query<T> {
    let called = Func::cust(name).args(arguments.into_iter().map(Expr::val));
    let mut select = Build::select();
    select.column(Asterisk).from_function(called, "answer");
    Query::of(&select)
}

// `()`: sent with `execute`, no row is read
functions! {
    below() -> (Vec<Uuid>,);
    branches() -> (Vec<Uuid>,);
    carry(act: Uuid, effects: Json) -> ();
    class_roster(class: Uuid) -> Seated;
    close_accounts(branch: Uuid, now: DateTime<Utc>) -> ();
    counts(of: &'static str, ids: Vec<Uuid>) -> Counted;
    lock(table: &'static str, ids: Vec<Uuid>) -> ();
    move_deadlines(ids: Vec<Uuid>, due: Vec<NaiveDate>, skipped: Json) -> ();
    move_people(
        members: Vec<Uuid>,
        candidates: Vec<Uuid>,
        to: Uuid,
        on: NaiveDate,
        now: DateTime<Utc>
    ) -> ();
    open_session(
        session: Option<Uuid>,
        account: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        attempt: Uuid,
        hash: Option<String>
    ) -> ();
    plan_candidates(candidates: Vec<Uuid>, branch: Uuid, now: DateTime<Utc>) -> ();
    rotate(session: Uuid, counter: Option<i32>, now: DateTime<Utc>) -> Rotated;
    set_secret(
        account: Uuid,
        hash: Option<String>,
        must_change: bool,
        code_until: Option<DateTime<Utc>>,
        keep_session: Option<Uuid>,
        now: DateTime<Utc>
    ) -> (bool,);
    settle_class(
        class: Uuid,
        leave: Vec<String>,
        reason: Option<String>,
        now: DateTime<Utc>
    ) -> ();
    sign_in(
        attempt: Uuid,
        login: String,
        address: String,
        now: DateTime<Utc>,
        delays: Vec<i32>
    ) -> Credentials;
}
