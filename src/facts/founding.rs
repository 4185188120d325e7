//! The first day of a branch: nothing of it is older.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use uuid::Uuid;

use crate::db::tables::branch;
use crate::db::{Tx, any_row};
use crate::error::{Error, Result};
use crate::law::{say, vi};

/// First day of the branch; `None` if it is not known.
pub async fn founded_on(tx: &Tx, branch: Uuid) -> Result<Option<NaiveDate>> {
    let branch = tx.by_id::<branch::Entity>(branch).await?;
    Ok(branch.and_then(|branch| branch.founded_on))
}

/// Whether the branch was founded after that day, to ask together with other questions.
pub fn founded_after(branch: Uuid, on: NaiveDate) -> Expr {
    let younger = branch::Column::Id
        .eq(branch)
        .and(branch::Column::FoundedOn.gt(on));
    any_row::<branch::Entity>(younger)
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
