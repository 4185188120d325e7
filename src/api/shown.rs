//! A row that was written, as its answer shows it.
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use uuid::Uuid;

use super::audit::Change;
use super::idempotency::keep;
use super::list::keyed::Keyed;
use super::names::{self, Names};
use super::operation::JSON;
use super::reply::{Created, Reply};
use super::resource::{Resource, Row, Viewer};
use super::values::Kept;
use super::{audit, one};
use crate::auth::By;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Id, version and JSON of a row that was written.
pub async fn shown<R: Resource>(
    tx: &Tx,
    viewer: &Viewer,
    row: Row<R>,
) -> Result<(Uuid, i32, String)> {
    let more = names::of::<R>(tx, R::key(&row).0).await?;
    shown_named::<R>(tx, viewer, Keyed { row, more }).await
}

pub(super) async fn shown_named<R: Resource>(
    tx: &Tx,
    viewer: &Viewer,
    Keyed { row, more }: Keyed<Row<R>>,
) -> Result<(Uuid, i32, String)> {
    let (id, version) = R::key(&row);
    let whole = R::unfolds(&row, viewer).then(|| row.clone());
    let mut one = [R::show(row, viewer)];
    names::put(&mut one[0], more)?;
    R::complete(tx, &mut one).await?;
    if let Some(row) = whole {
        R::unfold(tx, &row, &mut one[0]).await?;
    }
    let text = serde_json::to_string(&one[0]).map_err(Error::internal)?;
    Ok((id, version, text))
}

/// The same at the end of the transaction, with the entry that says what was done: in one flush
/// where nothing but names is read.
pub(super) async fn shown_last<R: Resource>(
    tx: Tx,
    viewer: &Viewer,
    row: Row<R>,
    entry: audit::Entry,
) -> Result<(Uuid, i32, String)> {
    let (id, version) = R::key(&row);
    let more = R::COMPLETED || R::unfolds(&row, viewer);
    let names = names::reading::<R>(&tx, id).filter(|_| !more);
    let Some(names) = names else {
        let shown = shown::<R>(&tx, viewer, row).await?;
        tx.last().execute(entry).await?;
        return Ok(shown);
    };
    let read = tx.soon(names).await;
    // writing the entry locks the end of the audit trail, so only COMMIT may follow
    tx.last().execute(entry).await?;
    let read = read.one().await?;
    let mut one = R::show(row, viewer);
    names::put(&mut one, read.into_iter().flat_map(|read| read.more))?;
    let text = serde_json::to_string(&one).map_err(Error::internal)?;
    Ok((id, version, text))
}

/// 201 with the row as JSON, its ETag and Location.
fn created<R: Resource>(version: i32, location: Option<String>, body: String) -> Created<R> {
    let tag = one::tag::<R>(version, &body);
    let mut response = HttpResponse::Created();
    response
        .content_type(JSON)
        .insert_header((header::ETAG, tag));
    if let Some(location) = location {
        response.insert_header((header::LOCATION, location));
    }
    Created::raw(response.body(body))
}

/// Where its writer reads the row again.
fn location<R: Resource>(row: &Row<R>, viewer: &Viewer) -> Option<String> {
    let path = || format!("/api/v1/{}/{}", R::SPEC.path, R::key(row).0);
    R::stays_within(row, viewer).then(path)
}

/// The answer to a creation, with its entry in the trail; kept for a repeated request.
pub(super) async fn answer_created<R: Resource>(
    tx: Tx,
    by: By<'_>,
    viewer: &Viewer,
    (row, names): (Row<R>, Option<Names>),
    fingerprint: &[u8],
) -> Result<Created<R>> {
    let (id, version) = R::key(&row);
    let change = Change {
        resource: R::SPEC.name,
        id,
        version,
        fields: vec!["*".into()],
    };
    let (entry, place) = (audit::entry(&tx, by, change), location::<R>(&row, viewer));
    let (.., text) = match names {
        Some(more) => shown_named::<R>(&tx, viewer, Keyed { row, more }).await?,
        // an answer with an idempotency key is stored before the transaction ends
        None if by.call.idempotency_key.is_some() => shown::<R>(&tx, viewer, row).await?,
        None => {
            let (.., text) = shown_last::<R>(tx, viewer, row, entry).await?;
            return Ok(created(version, place, text));
        }
    };
    let tag = one::tag::<R>(version, &text);
    let headers = (tag.as_str(), place.as_deref());
    keep(&tx, by, fingerprint, StatusCode::CREATED, headers, &text).await?;
    tx.last().execute(entry).await?;
    Ok(created(version, place, text))
}

/// The answer to a change of a row, with its entry in the trail.
pub(super) async fn finish<R: Resource>(
    tx: Tx,
    by: By<'_>,
    viewer: &Viewer,
    row: Row<R>,
    (fields, kept): (Vec<String>, Kept),
) -> Result<Reply<R>> {
    let (id, version) = R::key(&row);
    let change = Change {
        resource: R::SPEC.name,
        id,
        version,
        fields,
    };
    let entry = audit::entry_of(&tx, by, (change, kept));
    let (.., body) = shown_last::<R>(tx, viewer, row, entry).await?;
    Ok(one::written(version, body))
}
