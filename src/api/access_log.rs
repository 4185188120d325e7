//! Access to P3 data (a person's background): a written reason where the policy asks for one, and
//! every access logged.
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, Insert, IntoActiveModel as _};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::{self, Permission, Reach};
use crate::api::edit;
use crate::api::names;
use crate::api::one::One;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::api::resource::{Resource, Row, Viewer};
use crate::api::reveal;
use crate::auth::{By, Permit};
use crate::db::tables::access_entry;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::law::text::too_short;

/// Why P3 data is read
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Reason {
    /// Reason for the access, of at least ten letters; it is logged. Required of the Standing Committee, and of the Party
    /// Office for a branch's remarks
    #[param(max_length = 300)]
    reason: Option<String>,
}

impl Query<Reason> {
    /// The validated reason, if one was given.
    pub fn given(&self) -> Result<Option<String>> {
        query::reason(self.0.reason.as_deref(), 300)
    }
}

/// What was read: the organisation, resource, row and candidate.
pub struct Reading<'a> {
    pub organization: Uuid,
    pub resource: &'a str,
    pub id: Uuid,
    pub candidate: Option<Uuid>,
}

/// The access log entry; send it as the last statement of the transaction.
pub fn entry(
    tx: &Tx,
    by: By<'_>,
    reading: &Reading<'_>,
    reason: Option<String>,
) -> Insert<access_entry::ActiveModel> {
    let entry = access_entry::Model {
        id: Uuid::now_v7(),
        organization_id: reading.organization,
        at: tx.now(),
        account_id: by.caller.account,
        role: by.caller.role,
        candidate_id: reading.candidate,
        resource: reading.resource.to_owned(),
        resource_id: reading.id,
        reason,
        request_id: by.call.request_id.clone(),
    };
    access_entry::Entity::insert(entry.into_active_model().reset_all())
}

/// The entry for the reading of a background, whose people are limited as revealed ones are.
pub async fn background<P: Permission>(
    tx: &Tx,
    permit: &Permit<P>,
    reading: &Reading<'_>,
    reason: Option<String>,
) -> Result<Insert<access_entry::ActiveModel>> {
    let person = reading.candidate.unwrap_or(reading.id);
    reveal::expect_few_people(tx, permit, person, reason.is_some()).await?;
    Ok(entry(tx, permit.by(), reading, reason))
}

/// Whether a written reason was given, for data that is shown only with one; 400 for a reason
/// without content.
pub fn opens(reason: Option<&String>) -> Result<bool> {
    match reason.and_then(|reason| too_short(reason)) {
        Some(words) => Err(query::invalid("reason", words)),
        None => Ok(reason.is_some()),
    }
}

/// Whether this reader's plain reads of these rows are logged because they show personal data.
pub fn traces<R: Resource>(viewer: &Viewer) -> bool {
    viewer.reach == Reach::Below && R::TRACED.is_some()
}

/// The personal property that is shown unmasked among those that are `asked` for, if there is one.
fn shows<R: Resource>(viewer: &Viewer, asked: impl Fn(&str) -> bool) -> bool {
    let personal = R::TRACED.map_or(&[][..], |traced| traced.properties);
    let mut personal = personal.iter();
    personal.any(|(name, class)| viewer.full(*class, true) && asked(name))
}

/// Logs one entry for each of these rows, if `asked` names personal data that is shown: reading a
/// row in a list counts like reading the person's file.
pub async fn trace<R: Resource>(
    tx: &Tx,
    by: By<'_>,
    viewer: &Viewer,
    asked: impl Fn(&str) -> bool,
    rows: impl Iterator<Item = &Row<R>>,
) -> Result<()> {
    let Some(traced) = R::TRACED.filter(|_| traces::<R>(viewer) && shows::<R>(viewer, asked))
    else {
        return Ok(());
    };
    for row in rows {
        let (organization, candidate) = (traced.of)(row);
        let reading = Reading {
            organization,
            resource: R::SPEC.name,
            id: R::key(row).0,
            candidate: Some(candidate),
        };
        tx.later(entry(tx, by, &reading, None)).await;
    }
    Ok(())
}

/// `GET` of a row that holds a branch's remark about a person. The branch sees the remark like any
/// other field; a reader with a written `reason` sees it through `show`, and the access is logged
/// under that organisation and candidate.
pub async fn get<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    (wanted, query): (&One<R>, &Query<Reason>),
    show: impl Fn(&Viewer, Row<R>, &mut R) -> (Uuid, Option<Uuid>),
) -> Result<Reply<R>> {
    let reason = query.given()?;
    if reason.is_none() || access::remarks(permit.role(), false).is_some() {
        return edit::get(db, permit, id, wanted).await;
    }
    opens(reason.as_ref())?;
    let viewer = edit::viewer(db, permit);
    let recorded = Viewer {
        recorded: true,
        ..viewer.clone()
    };
    let chosen = wanted.chosen()?;
    db.run(permit, async |tx| {
        let row = edit::find::<R>(&tx, permit.reach(), id, false).await?;
        let version = R::key(&row).1;
        let mut one = [R::show(row.clone(), &viewer)];
        names::put(&mut one[0], names::of::<R>(&tx, id).await?)?;
        R::complete(&tx, &mut one).await?;
        let (organization, candidate) = show(&recorded, row, &mut one[0]);
        let reading = Reading {
            organization,
            resource: R::SPEC.name,
            id,
            candidate,
        };
        let entry = background(&tx, permit, &reading, reason.clone()).await?;
        let body = One::written(&chosen, Some(&tx), &one[0]).await?;
        tx.last().execute(entry).await?;
        Ok(edit::current(version, body).cache("no-store"))
    })
    .await
}
