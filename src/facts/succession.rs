//! The branch that took over from one that has ended.
use uuid::Uuid;

use crate::db::Tx;
use crate::db::tables::branch;
use crate::error::Result;

/// So many mergers in a row are followed.
const MOST: usize = 20;

/// The branch at the end of the line of mergers; itself where it goes on, or nobody took over.
pub async fn successor(tx: &Tx, branch: Uuid) -> Result<Uuid> {
    let mut last = branch;
    for _ in 0..MOST {
        let row = tx.by_id::<branch::Entity>(last).await?;
        match row.and_then(|row| row.merged_into_id) {
            Some(into) => last = into,
            None => break,
        }
    }
    Ok(last)
}
