//! The facts that the rules ask about, read from the tables inside the caller's transaction in a
//! fixed number of statements.
mod candidacy;
mod person;
pub mod register;

pub use candidacy::{candidacy, last_candidacy};
pub use person::{Known, known_person};
pub use register::registered;

use crate::db::Tx;
use crate::error::Result;
use crate::law::settings::Setting;

/// The organisation's value of a setting, or the default.
pub async fn setting(tx: &Tx, which: &Setting) -> Result<i32> {
    let rows = tx
        .rows("select (value #>> '{}')::int from setting where organization_id = (select app.organization()) and key = $1", vec![which.key.into()])
        .await?;
    Ok(rows.first().map_or(which.default, |r| r.get(0)))
}
