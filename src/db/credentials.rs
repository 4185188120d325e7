//! Passwords and second factors, in the form that the schema's functions take.
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Value;
use uuid::Uuid;

use super::Query;
use super::functions::call;

/// A password, and the code beside it.
#[derive(Clone, Default)]
pub struct Right {
    /// The session to open, if one is wanted.
    pub session: Option<Uuid>,
    pub account: Uuid,
    pub now: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub attempt: Uuid,
    /// What the secret hashes to; the database compares it with what it holds.
    pub given: String,
    /// The secret hashed at today's cost, to take its place.
    pub hash: Option<String>,
    pub step: Option<i64>,
    pub recovery: Option<String>,
}

/// Opens a session if the password is right, unless the account has a second factor and the code was used
/// before.
pub fn open_session(right: Right) -> Query<(bool,)> {
    let arguments: [Value; 9] = [
        right.given.into(),
        right.session.into(),
        right.account.into(),
        right.now.into(),
        right.until.into(),
        right.attempt.into(),
        right.hash.into(),
        right.step.into(),
        right.recovery.into(),
    ];
    call("app.open_session", arguments.into())
}

/// What becomes of an account's second factor.
pub enum Factor {
    /// A sealed seed that waits for its first code.
    Begun(Vec<u8>),
    /// The seed has had its first code, of this time step; digests of the recovery codes.
    Confirmed(Vec<u8>, i64, Vec<String>),
    Removed,
}

/// Sets or removes a second factor; false if the account is not in the state for it.
pub fn set_factor(
    account: Uuid,
    factor: Factor,
    keep_session: Option<Uuid>,
    now: DateTime<Utc>,
) -> Query<(bool,)> {
    let (seed, step, codes) = match factor {
        Factor::Begun(seed) => (seed, None, None),
        Factor::Confirmed(seed, step, codes) => (seed, Some(step), Some(codes)),
        Factor::Removed => (Vec::new(), None, None),
    };
    let arguments: [Value; 9] = [
        account.into(),
        None::<String>.into(),
        false.into(),
        None::<DateTime<Utc>>.into(),
        keep_session.into(),
        now.into(),
        seed.into(),
        step.into(),
        codes.into(),
    ];
    call("app.set_secret", arguments.into())
}

/// Ends an account's calendar address, and nothing else.
pub fn end_calendar(account: Uuid, now: DateTime<Utc>) -> Query<(bool,)> {
    let arguments: [Value; 10] = [
        account.into(),
        None::<String>.into(),
        false.into(),
        None::<DateTime<Utc>>.into(),
        None::<Uuid>.into(),
        now.into(),
        None::<Vec<u8>>.into(),
        None::<i64>.into(),
        None::<Vec<String>>.into(),
        String::new().into(),
    ];
    call("app.set_secret", arguments.into())
}

/// Gives a script another secret beside the present one; `tag` tells them apart.
pub fn add_secret(account: Uuid, hash: String, tag: String, now: DateTime<Utc>) -> Query<(bool,)> {
    let arguments: [Value; 10] = [
        account.into(),
        hash.into(),
        false.into(),
        None::<DateTime<Utc>>.into(),
        None::<Uuid>.into(),
        now.into(),
        None::<Vec<u8>>.into(),
        None::<i64>.into(),
        None::<Vec<String>>.into(),
        tag.into(),
    ];
    call("app.set_secret", arguments.into())
}
