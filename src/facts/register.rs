//! The register of members: a member's history, a branch's history.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::db::{Tx, functions, sql};
use crate::error::{Error, Result};
use crate::law::register::{Activities, Register, Registered, Stay};

/// The history of a member whom the caller sees.
pub async fn registered(tx: &Tx, member: Uuid) -> Result<Registered> {
    type Read = (
        Option<NaiveDate>,
        Vec<Stay>,
        serde_json::Value,
        Vec<serde_json::Value>,
        Vec<(NaiveDate, Option<NaiveDate>)>,
    );
    let registered = sql::<(String,)>(include_str!("registered.sql"), vec![member.into()]);
    let (text,) = tx.one(registered).await?.ok_or_else(Error::not_found)?;
    let (official_from, stays, first, mut later, sponsored): Read =
        serde_json::from_str(&text).map_err(Error::internal)?;
    later.insert(0, first);
    let activities: Activities =
        serde_json::from_value(serde_json::Value::Array(later)).map_err(Error::internal)?;
    Ok(Registered {
        official_from,
        stays,
        activities,
        sponsored,
    })
}

/// The register of a branch; empty if the caller cannot read it.
pub async fn branch(tx: &Tx, branch: Uuid) -> Result<Register> {
    let read = tx.one(functions::branch_register(branch)).await?;
    let read = read.and_then(|(text,)| text);
    let mut register: Register = read.map_or(Ok(Register::default()), |text| {
        serde_json::from_str(&text).map_err(Error::internal)
    })?;
    // only those who read the branch see whose lines they are
    register.0.retain(|line| line.member.is_some());
    Ok(register)
}
