//! The facts that the rules need, read from the tables within the caller's transaction in a fixed
//! number of statements.
mod candidacy;
mod person;
pub mod register;

pub use candidacy::{candidacy, files, last_candidacy};
pub use person::{Known, known_person};
pub use register::registered;

use chrono::NaiveDate;

use crate::db::Tx;
use crate::error::Result;
use crate::law::settings::Setting;

/// The organisation's value of a setting on a day (today if `None`), or the default.
pub async fn setting(tx: &Tx, which: &Setting, on: Option<NaiveDate>) -> Result<i32> {
    let sql = "select app.setting_on((select app.organization()), $1, coalesce($2, (select app.today())), $3)";
    let values = vec![which.key.into(), on.into(), which.default.into()];
    let rows = tx.rows(sql, values).await?;
    Ok(rows.first().map_or(which.default, |r| r.get(0)))
}
