//! The first day of a branch: nothing of it is older.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::db::Tx;
use crate::db::tables::branch;
use crate::error::{Error, Result};
use crate::law::{say, vi};

/// First day of the branch; `None` if it is not known.
pub async fn founded_on(tx: &Tx, branch: Uuid) -> Result<Option<NaiveDate>> {
    let branch = tx.by_id::<branch::Entity>(branch).await?;
    Ok(branch.and_then(|branch| branch.founded_on))
}

/// 422 that names the field, if the branch did not exist yet on that day.
pub async fn expect_founded(tx: &Tx, pointer: &str, branch: Uuid, on: NaiveDate) -> Result<()> {
    match founded_on(tx, branch).await? {
        Some(founded) if on < founded => Err(Error::invalid(
            pointer,
            "before_founding",
            say(
                format!("Chi bộ được thành lập ngày {}.", vi(founded)),
                format!("The branch was founded on {founded}."),
            ),
        )),
        _ => Ok(()),
    }
}
