//! Get, create, change, step and remove, once for all resources: scope, version, ETag, idempotency
//! and audit. A feature adds only its own rules.

use actix_web::HttpResponse;
use actix_web::http::header;
use sea_orm::sea_query::{ExprTrait as _, Value as Bound};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ModelTrait as _, QueryFilter as _,
    QuerySelect as _, QueryTrait as _, Select, UpdateMany,
};
use serde_json::Value;
use uuid::Uuid;

pub use super::change::{change, change_then};
use super::idempotency;
use super::list::keyed::Keyed;
pub use super::list::{list, list_below, list_of, list_where};
use super::names::{self, Names};
pub use super::one::seen;
use super::prepared::prepared;
pub use super::references::{
    Reference, Sought, check_references, dispatched, ended_since, expect_department,
    expect_department_of, expect_open_branch, is_department_of, open_candidacy_refers, refers,
    refuse_dependents, seek_references, taken_over,
};
pub use super::shown::shown;
use super::shown::{answer_created, finish};
use crate::access::{Permission, Reach};
use crate::api::access_log;
use crate::api::audit::{self, Change};
use crate::api::body::Body;
use crate::api::headers::IfMatch;
use crate::api::one::One;
use crate::api::operation::JSON;
use crate::api::reply::{Created, NoContent, Reply, etag};
use crate::api::resource::{Active, Resource, Row, Viewer, within};
use crate::api::values;
use crate::auth::{By, Caller, Permit};
use crate::db::{Db, Fixed, Query, Table as _, Tx, locks};
use crate::error::{Code, Error, Result};
use crate::law::say;

pub fn viewer<P>(db: &Db, permit: &Permit<P>) -> Viewer {
    viewing(db, permit.caller(), permit.reach())
}

fn viewing(db: &Db, caller: &Caller, reach: Reach) -> Viewer {
    Viewer {
        role: caller.role,
        reach,
        branch: caller.branch,
        today: db.clock().today(),
        session: caller.session,
        recorded: false,
        seals: db.seals().cloned(),
    }
}

/// Selects the row within the caller's reach, unless it is deleted. One that ended is read, but not
/// locked to be changed.
fn selected<R: Resource>(scope: &str, id: Uuid, lock: bool) -> Select<R::Entity> {
    let mut row = R::Entity::find()
        .filter(R::Entity::ID.eq(id))
        .filter(within(scope));
    if let Some(deleted) = R::Entity::DELETED_AT {
        let there = deleted.is_null();
        row = row.filter(match R::ENDED {
            Some(ended) if !lock => there.or((ended.condition)()),
            _ => there,
        });
    }
    row
}

/// The statement that finds the row; its text is built once per reach.
fn by_id<R: Resource>(tx: &Tx, reach: Reach, id: Uuid, lock: bool) -> Query<Keyed<Row<R>>> {
    let build = || {
        let scope = tx.scope(&(R::SPEC.scope)(reach), "");
        let mut row = selected::<R>(&scope, id, lock);
        if lock {
            let claimed = locks::claimed(R::Entity::ID.into_expr());
            row = row.filter(claimed).lock_exclusive();
        }
        let mut row = row.into_query();
        row.exprs(names::read::<R>(tx));
        Fixed::new(Query::of(&row))
    };
    let values = vec![id.into()];
    if tx.scoped() {
        prepared::<R>().by_id(reach, lock, build).with(values)
    } else {
        build().with(values)
    }
}

/// Finds one row within the caller's reach. With `lock`, a row that has ended is 409, and one the
/// caller may read but not change 403, not 404.
pub async fn find<R: Resource>(tx: &Tx, reach: Reach, id: Uuid, lock: bool) -> Result<Row<R>> {
    let found = find_named::<R>(tx, reach, id, lock).await?;
    Ok(found.row)
}

/// The same, with the names beside its ids.
pub(super) async fn find_named<R: Resource>(
    tx: &Tx,
    reach: Reach,
    id: Uuid,
    lock: bool,
) -> Result<Keyed<Row<R>>> {
    if let Some(found) = tx.one(by_id::<R>(tx, reach, id, lock)).await? {
        return Ok(found);
    }
    // readable but not writable: 404 would hide nothing that the caller does not know already
    if lock && let Some(Keyed { row, .. }) = tx.one(by_id::<R>(tx, reach, id, false)).await? {
        let deleted = R::Entity::DELETED_AT.map(|at| row.get(at));
        if deleted.is_some_and(|at| at != at.as_null()) {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Đã kết thúc: chỉ được xem.",
                "This has ended: it can only be read.",
            )));
        }
        return Err(Error::new(Code::Forbidden).detail(say(
            "Bản ghi này của người khác, chỉ được xem.",
            "This row belongs to someone else: you may only read it.",
        )));
    }
    Err(Error::not_found())
}

/// 412 with where the row stands, unless the caller has read this version.
pub(super) fn check<R: Resource>(read: &IfMatch, viewer: &Viewer, row: &Row<R>) -> Result<()> {
    read.check_as(R::key(row).1, || {
        let shown = serde_json::to_value(R::show(row.clone(), viewer)).ok()?;
        let stage = shown.get("stage").or_else(|| shown.get("state"))?;
        stage.as_str().map(str::to_owned)
    })
}

/// 200 with the row as JSON and its ETag.
pub fn current<T>(version: i32, body: String) -> Reply<T> {
    let mut response = HttpResponse::Ok();
    response
        .content_type(JSON)
        .insert_header((header::ETAG, etag(version)));
    Reply::raw(response.body(body))
}

/// `GET` of a single row.
pub async fn get<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    wanted: &One<R>,
) -> Result<Reply<R>> {
    let viewer = viewer(db, permit);
    let chosen = wanted.chosen()?;
    let traced = access_log::traces::<R>(&viewer);
    db.read_traced(permit, traced, async |tx| {
        let found = by_id::<R>(&tx, permit.reach(), id, false);
        // nothing else to read: send COMMIT along with the select
        let more = R::COMPLETED || R::ENDED.is_some() || !chosen.expand.is_empty();
        let (row, tx) = if more || traced {
            (tx.one(found).await?, Some(tx))
        } else {
            (tx.last().one(found).await?, None)
        };
        let Keyed { row, more } = row.ok_or_else(Error::not_found)?;
        if let Some(tx) = &tx {
            let asked = |name: &str| chosen.has(name);
            access_log::trace::<R>(tx, permit.by(), &viewer, asked, [&row].into_iter()).await?;
        }
        let version = R::key(&row).1;
        let mut one = [R::show(row, &viewer)];
        names::put(&mut one[0], more)?;
        if let Some(tx) = &tx {
            R::complete(tx, &mut one).await?;
        }
        let body = One::written(&chosen, tx.as_ref(), &one[0]).await?;
        Ok(seen(version, body, &chosen))
    })
    .await
}

/// `POST` to a collection: 201; executed once per Idempotency-Key.
pub async fn create<R: Resource, P: Permission, T>(
    db: &Db,
    permit: &Permit<P>,
    body: &Body<T>,
    insert: impl AsyncFn(&Tx) -> Result<Row<R>>,
) -> Result<Created<R>> {
    create_by(db, permit.by(), &body.fingerprint, insert).await
}

/// Like [`create`], for several operations with the same work: independent of the types of permission and body.
pub async fn create_by<R: Resource>(
    db: &Db,
    by: By<'_>,
    fingerprint: &[u8],
    insert: impl AsyncFn(&Tx) -> Result<Row<R>>,
) -> Result<Created<R>> {
    let unnamed = async |tx: &Tx| Ok((insert(tx).await?, None));
    create_named::<R>(db, by, fingerprint, unnamed).await
}

/// Like [`create_by`], where the work may have read the names beside the row's ids already: then row
/// and stored answer are sent together, without waiting for names in between.
pub async fn create_named<R: Resource>(
    db: &Db,
    by: By<'_>,
    fingerprint: &[u8],
    insert: impl AsyncFn(&Tx) -> Result<(Row<R>, Option<Names>)>,
) -> Result<Created<R>> {
    let viewer = viewing(db, by.caller, by.reach);
    let done = db.run(&by, async |tx| {
        idempotency::claim(&tx, by).await;
        match insert(&tx).await {
            Ok(row) => answer_created::<R>(tx, by, &viewer, row, fingerprint).await,
            // the key is claimed even if the work was refused before it sent a statement
            Err(refused) => tx.open().await.and(Err(refused)),
        }
    });
    idempotency::once(db, by, fingerprint, done.await, Created::raw).await
}

/// The update that writes `active` over the row unless its version has changed meanwhile.
pub(super) fn updating<R: Resource>(
    tx: &Tx,
    id: Uuid,
    version: i32,
    mut active: Active<R>,
) -> Result<UpdateMany<R::Entity>> {
    let counted = R::Entity::VERSION
        .ok_or_else(|| Error::internal(anyhow::anyhow!("{} has no version", R::SPEC.name)))?;
    active.set(counted, Bound::from(version + 1));
    if let Some(updated_at) = R::Entity::UPDATED_AT {
        active.set(updated_at, Bound::from(tx.now()));
    }
    Ok(R::Entity::update_many()
        .set(active)
        .filter(R::Entity::ID.eq(id))
        .filter(counted.eq(version)))
}

/// Writes `active` over the row unless its version has changed meanwhile.
pub async fn update<R: Resource>(
    tx: &Tx,
    id: Uuid,
    version: i32,
    active: Active<R>,
) -> Result<Row<R>> {
    let rows = tx.update(updating::<R>(tx, id, version, active)?).await?;
    rows.into_iter()
        .next()
        .ok_or_else(|| Error::new(Code::PreconditionFailed))
}

/// A step of an existing row: `work` receives the locked row and returns it changed. Answers 200
/// with the row.
pub async fn step<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    read: IfMatch,
    work: impl AsyncFn(&Tx, Row<R>) -> Result<(Row<R>, &'static str)>,
) -> Result<Reply<R>> {
    step_after(db, permit, id, read, async |_| Ok(()), work).await
}

/// What such work answers if it writes `active` over the row: the changed row, and what has changed.
pub async fn stepped<R: Resource>(
    tx: &Tx,
    row: &Row<R>,
    active: Active<R>,
    field: &'static str,
) -> Result<(Row<R>, &'static str)> {
    let (id, version) = R::key(row);
    Ok((update::<R>(tx, id, version, active).await?, field))
}

/// Like [`step`]; `before` takes the locks that must precede the row's own.
pub async fn step_after<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    read: IfMatch,
    before: impl AsyncFn(&Tx) -> Result<()>,
    work: impl AsyncFn(&Tx, Row<R>) -> Result<(Row<R>, &'static str)>,
) -> Result<Reply<R>> {
    let viewer = viewer(db, permit);
    db.run(permit, async |tx| {
        before(&tx).await?;
        let (row, before) = as_read::<R>(&tx, &viewer, id, &read).await?;
        let (row, field) = work(&tx, row).await?;
        answer_acted::<R>(tx, permit.by(), &viewer, (row, field), &before).await
    })
    .await
}

/// The locked row in the version that the caller has read, and its values.
async fn as_read<R: Resource>(
    tx: &Tx,
    viewer: &Viewer,
    id: Uuid,
    read: &IfMatch,
) -> Result<(Row<R>, Value)> {
    let row = find::<R>(tx, viewer.reach, id, true).await?;
    check::<R>(read, viewer, &row)?;
    let values = values::whole::<R>(&row, viewer)?;
    Ok((row, values))
}

async fn answer_acted<R: Resource>(
    tx: Tx,
    by: By<'_>,
    viewer: &Viewer,
    (row, field): (Row<R>, &str),
    before: &Value,
) -> Result<Reply<R>> {
    let values = values::between(before, &values::whole::<R>(&row, viewer)?);
    let kept = values::keep::<R>(&tx, &row, values).await?;
    finish::<R>(tx, by, viewer, row, (vec![field.to_owned()], kept)).await
}

/// `DELETE`: `work` marks the row as deleted or refuses. Answers 204.
pub async fn remove<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    read: IfMatch,
    work: impl AsyncFn(&Tx, Row<R>) -> Result<()>,
) -> Result<NoContent> {
    let viewer = viewer(db, permit);
    db.run(permit, async |tx| {
        let (row, before) = as_read::<R>(&tx, &viewer, id, &read).await?;
        let (id, version) = R::key(&row);
        let before = values::between(&before, &Value::Null);
        let kept = values::keep::<R>(&tx, &row, before).await?;
        work(&tx, row).await?;
        let change = Change {
            resource: R::SPEC.name,
            id,
            version: version + 1,
            fields: vec!["deleted_at".into()],
        };
        let entry = audit::entry_of(&tx, permit.by(), (change, kept));
        tx.last().execute(entry).await?;
        Ok(NoContent)
    })
    .await
}

/// Soft-deletes the row.
pub async fn mark_deleted<R: Resource>(tx: &Tx, row: Row<R>) -> Result<()> {
    let (id, version) = R::key(&row);
    let mut active = blank::<R>();
    let deleted_at = R::Entity::DELETED_AT
        .ok_or_else(|| Error::internal(anyhow::anyhow!("{} stays", R::SPEC.name)))?;
    active.set(deleted_at, Bound::from(Some(tx.now())));
    update::<R>(tx, id, version, active).await.map(drop)
}

/// An active model with no column set.
pub fn blank<R: Resource>() -> Active<R> {
    <Active<R> as Default>::default()
}

/// Inserts with an id, version 1 and the caller's organisation, and returns the stored row.
pub async fn insert<R: Resource>(
    tx: &Tx,
    organization: Uuid,
    mut active: Active<R>,
) -> Result<Row<R>> {
    // already set where values are sealed for this id
    let id = active.get(R::Entity::ID).is_not_set();
    let stamps: [(Option<_>, Bound); 5] = [
        (id.then_some(R::Entity::ID), Uuid::now_v7().into()),
        (R::Entity::ORGANIZATION_ID, organization.into()),
        (R::Entity::VERSION, 1.into()),
        (R::Entity::CREATED_AT, tx.now().into()),
        (R::Entity::UPDATED_AT, tx.now().into()),
    ];
    for (column, value) in stamps {
        if let Some(column) = column {
            active.set(column, value);
        }
    }
    tx.insert(active).await
}
