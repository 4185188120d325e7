//! `PATCH`, once for all resources.
use sea_orm::{ActiveModelTrait as _, EntityTrait, Iterable as _, ModelTrait as _};
use serde_json::Value;
use uuid::Uuid;

use super::edit::{blank, check as expect_read, find_named, update, updating, viewer};
use super::shown::{finish, shown_named};
use crate::access::Permission;
use crate::api::audit::{self, Change};
use crate::api::body::{Patch, typed};
use crate::api::headers::IfMatch;
use crate::api::list::keyed::Keyed;
use crate::api::names;
use crate::api::one;
use crate::api::reply::Reply;
use crate::api::resource::{Active, Editable, Resource, Row, Viewer};
use crate::api::sealed;
use crate::api::values::{self, Kept};
use crate::auth::Permit;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Fault, Result, part};
use crate::law::say;

/// Leaves out what is stored already: indexes of columns that do not change are not written.
fn leave_unchanged<R: Resource>(row: &Row<R>, active: &mut Active<R>) {
    for column in <R::Entity as EntityTrait>::Column::iter() {
        if active.get(column).into_value() == Some(row.get(column)) {
            active.not_set(column);
        }
    }
}

/// 422 for each masked field that the patch would clear: a client that sends back what it has read
/// sends null there, and means to keep the value. Depends on role and state only, so the answer
/// reveals nothing about the value.
async fn expect_seen<R: Editable>(
    tx: &Tx,
    viewer: &Viewer,
    row: &Row<R>,
    patch: &Value,
) -> Result<()> {
    let cleared = patch.as_object().into_iter().flatten();
    let mut cleared = cleared.filter(|(_, value)| value.is_null()).peekable();
    if cleared.peek().is_none() {
        return Ok(());
    }
    // other tables may hide some rows further
    let mut one = [R::show(row.clone(), viewer)];
    R::complete(tx, &mut one).await?;
    let shown = serde_json::to_value(&one[0]).map_err(Error::internal)?;
    let hidden = shown["_hidden"].as_array().into_iter().flatten();
    let hidden: Vec<&str> = hidden.filter_map(Value::as_str).collect();
    let faults = cleared.filter(|(name, _)| hidden.contains(&name.as_str()));
    let faults: Vec<Fault> = faults
        .map(|(name, _)| {
            let words = say(
                "Tài khoản không xem được trường này nên không xóa được; hãy bỏ trường này khỏi yêu cầu.",
                "Your role does not see this field and cannot clear it; leave it out.",
            );
            Fault::pointer(format!("/{}", part(name)), "hidden", words)
        })
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::faults(Code::ValidationFailed, faults))
}

/// `PATCH`: merges the patch into the stored writable fields and validates the result as on
/// creation. `check` may refuse it or adjust what is written.
pub async fn change<R: Editable, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    read: IfMatch,
    patch: &Patch<R::Edit>,
    check: impl AsyncFn(&Tx, &Row<R>, &R::Edit, &mut Active<R>) -> Result<()>,
) -> Result<Reply<R>> {
    let nothing_follows = async |tx: &Tx, row: &Row<R>, edit: &R::Edit, active: &mut Active<R>| {
        check(tx, row, edit, active).await.map(|()| false)
    };
    // large, and held by every handler of a PATCH
    Box::pin(change_then(
        db,
        permit,
        id,
        read,
        patch,
        nothing_follows,
        async |_, row| Ok(row),
    ))
    .await
}

/// Like [`change`]; if `check` says that something follows from the change, `then` receives the
/// changed row, does it and returns the row as it is afterwards.
pub async fn change_then<R: Editable, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    read: IfMatch,
    patch: &Patch<R::Edit>,
    check: impl AsyncFn(&Tx, &Row<R>, &R::Edit, &mut Active<R>) -> Result<bool>,
    then: impl AsyncFn(&Tx, Row<R>) -> Result<Row<R>>,
) -> Result<Reply<R>> {
    let viewer = viewer(db, permit);
    let changed = db
        .run(permit, async |tx| {
            let Keyed { row, more } = find_named::<R>(&tx, permit.reach(), id, true).await?;
            let (id, version) = R::key(&row);
            expect_read::<R>(&read, &viewer, &row)?;
            if let Some(refusal) = R::closed(&row, &viewer) {
                return Err(refusal);
            }
            R::closed_elsewhere(&tx, &row, &viewer).await?;
            expect_seen::<R>(&tx, &viewer, &row, &patch.value).await?;
            let seen =
                serde_json::to_value(R::show(row.clone(), &viewer)).map_err(Error::internal)?;
            let mut before = serde_json::to_value(R::edit(&row)).map_err(Error::internal)?;
            sealed::put::<R>(&seen, &mut before);
            let mut after = before.clone();
            json_patch::merge(&mut after, &patch.value);
            let edit: R::Edit = typed(after)?;
            let after = serde_json::to_value(&edit).map_err(Error::internal)?;
            // no answer may reveal whether a value that the caller does not see equals the stored one
            let unseen = |name: &str| {
                let mut hidden = seen["_hidden"].as_array().into_iter().flatten();
                let hidden = seen.get(name).is_some_and(|s| before.get(name) != Some(s))
                    || hidden.any(|hidden| hidden == name);
                hidden && patch.value.get(name).is_some()
            };
            let fields: Vec<String> = after
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(name, value)| before.get(name.as_str()) != Some(value) || unseen(name))
                .filter(|(name, _)| !R::NOT_STORED.contains(&name.as_str()))
                .map(|(name, _)| name.clone())
                .collect();
            if fields.is_empty() {
                let same = Keyed { row, more };
                let (_, version, body) = shown_named::<R>(&tx, &viewer, same).await?;
                return Ok(one::written(version, body));
            }
            let mut active = blank::<R>();
            sealed::change::<R>(db, &row, (&fields, &after), &mut active)?;
            let follows = check(&tx, &row, &edit, &mut active).await?;
            let kept = if R::KEEPS_VALUES {
                let stored = |name: &str| sealed::stored::<R>(&tx, &row, name);
                let values = values::of_edit(&fields, (&before, &after), stored);
                values::keep::<R>(&tx, &values::with_its_key::<R>(&row, &active), values).await?
            } else {
                Kept::default()
            };
            R::apply(edit, &mut active);
            leave_unchanged::<R>(&row, &mut active);
            if !(follows || R::FOLLOWED || R::COMPLETED || R::ENDED.is_some()) {
                let update = updating::<R>(&tx, id, version, active)?;
                let change = Change {
                    resource: R::SPEC.name,
                    id,
                    version: version + 1,
                    fields,
                };
                let names = names::read::<R>(&tx);
                let update = audit::with_update(&tx, permit.by(), update, (change, kept), names)?;
                let changed = tx.last().one(update).await?;
                let Keyed { row, more } =
                    changed.ok_or_else(|| Error::new(Code::PreconditionFailed))?;
                let version = R::key(&row).1;
                let mut one = R::show(row, &viewer);
                names::put(&mut one, more)?;
                let body = serde_json::to_string(&one).map_err(Error::internal)?;
                return Ok(one::written(version, body));
            }
            let changed = update::<R>(&tx, id, version, active).await?;
            R::after_change(&tx, &row, &changed).await?;
            let changed = then(&tx, changed).await?;
            finish::<R>(tx, permit.by(), &viewer, changed, (fields, kept)).await
        })
        .await;
    changed.map_err(|refused| refused.of_sent(&patch.value))
}
