//! Why a member is suspended or has left: background data in the Office's words, sealed with the
//! member's key. Shown in the single row only, to those who may read a background, and logged.
use uuid::Uuid;

use crate::access::{self, ReadMembers, Show};
use crate::api::access_log::{self, Reading, Reason};
use crate::api::edit;
use crate::api::names;
use crate::api::one::One;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resource::Resource;
use crate::api::sealed::{self, Sealed};
use crate::auth::Permit;
use crate::db::tables::member;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::law::text::Text;

/// A row of a member with such a reason.
pub trait Reasoned: Resource {
    const SEALED: &'static Sealed;
    /// The member, and the reason, sealed.
    fn reason(row: &Self::Row) -> (Uuid, Option<&[u8]>);
    /// Where the reason is shown, and the names of what is not.
    fn shown(&mut self) -> (&mut Option<String>, &mut Vec<&'static str>);
}

/// What is not shown where the reason is not.
pub fn hidden() -> Vec<&'static str> {
    vec!["reason"]
}

/// The id of a new row, and its reason as it is stored.
pub fn seal<R: Reasoned>(
    tx: &Tx,
    of: &member::Model,
    reason: Option<&Text<1000>>,
) -> Result<(Uuid, Option<Vec<u8>>)> {
    let id = Uuid::now_v7();
    let text = ("reason", reason.map(Text::as_str));
    let shut = sealed::about_member(tx, (R::SEALED, id), of, text)?;
    Ok((id, shut))
}

/// `GET` of a row with its reason for those who may read it, which is logged under the member.
pub async fn get<R: Reasoned>(
    db: &Db,
    permit: &Permit<ReadMembers>,
    id: Uuid,
    (wanted, query): (&One<R>, &Query<Reason>),
) -> Result<Reply<R>> {
    let reason = query.given()?;
    let full = match access::background(permit.role(), false) {
        Some(show) => show == Show::Full,
        None => access_log::opens(reason.as_ref())?,
    };
    let chosen = wanted.chosen()?;
    if !full || !chosen.has("reason") {
        return edit::get(db, permit, id, wanted).await;
    }
    let viewer = edit::viewer(db, permit);
    db.run(permit, async |tx| {
        let row = edit::find::<R>(&tx, permit.reach(), id, false).await?;
        let version = R::key(&row).1;
        let mut one = [R::show(row.clone(), &viewer)];
        names::put(&mut one[0], names::of::<R>(&tx, id).await?)?;
        let (of, shut) = R::reason(&row);
        let of = tx.by_id::<member::Entity>(of).await?;
        let of = of.ok_or_else(Error::not_found)?;
        let place = R::SEALED.place("reason", id);
        let told = shut.map(|shut| sealed::told_of_member(&tx, place, &of, shut));
        let (into, hidden) = one[0].shown();
        if told != Some(None) {
            hidden.clear();
        }
        *into = told.flatten();
        let reading = Reading {
            organization: of.organization_id,
            resource: R::SPEC.name,
            id: of.id,
            candidate: None,
        };
        let entry = access_log::background(&tx, permit, &reading, reason.clone()).await?;
        let body = One::written(&chosen, Some(&tx), &one[0]).await?;
        tx.last().execute(entry).await?;
        Ok(edit::seen(version, body, &chosen).cache("no-store"))
    })
    .await
}
