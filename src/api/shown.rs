//! A row that was written, as its answer shows it.
use uuid::Uuid;

use super::list::keyed::Keyed;
use super::resource::{Resource, Viewer};
use super::{audit, names};
use crate::db::Tx;
use crate::error::{Error, Result};

/// Id, version and JSON of a row that was written.
pub async fn shown<R: Resource>(
    tx: &Tx,
    viewer: &Viewer,
    row: R::Row,
) -> Result<(Uuid, i32, String)> {
    let more = names::of::<R>(tx, R::key(&row).0).await?;
    shown_named::<R>(tx, viewer, Keyed { row, more }).await
}

pub(super) async fn shown_named<R: Resource>(
    tx: &Tx,
    viewer: &Viewer,
    Keyed { row, more }: Keyed<R::Row>,
) -> Result<(Uuid, i32, String)> {
    let (id, version) = R::key(&row);
    let mut one = [R::show(row, viewer)];
    names::put(&mut one[0], more)?;
    R::complete(tx, &mut one).await?;
    let text = serde_json::to_string(&one[0]).map_err(Error::internal)?;
    Ok((id, version, text))
}

/// The same at the end of the transaction, with the entry that says what was done: in one flush
/// where nothing but names is read.
pub(super) async fn shown_last<R: Resource>(
    tx: Tx,
    viewer: &Viewer,
    row: R::Row,
    entry: audit::Entry,
) -> Result<(Uuid, i32, String)> {
    let (id, version) = R::key(&row);
    let names = names::reading::<R>(&tx, id).filter(|_| !R::COMPLETED);
    let Some(names) = names else {
        let shown = shown::<R>(&tx, viewer, row).await?;
        tx.last().execute(entry).await?;
        return Ok(shown);
    };
    let read = tx.soon(names).await;
    // it locks the end of the audit trail: nothing follows but COMMIT
    tx.last().execute(entry).await?;
    let read = read.one().await?;
    let mut one = R::show(row, viewer);
    names::put(&mut one, read.into_iter().flat_map(|read| read.more))?;
    let text = serde_json::to_string(&one).map_err(Error::internal)?;
    Ok((id, version, text))
}
