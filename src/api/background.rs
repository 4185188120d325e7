//! Reading what stands about a person in the background (class P3): with a written reason where the
//! policy asks for one, and each such reading recorded.
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::{self, Permission};
use crate::api::edit;
use crate::api::headers::IfNoneMatch;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::api::resource::Resource;
use crate::auth::Permit;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::law::{say, text};

/// Why a background is read
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Reason {
    /// Why the background is read: asked of the Standing Committee, and of the Party Office for a branch's remarks. The reading is recorded
    reason: Option<String>,
}

impl Query<Reason> {
    /// The reason, if one was given.
    pub fn given(&self) -> Result<Option<String>> {
        let Some(raw) = &self.0.reason else {
            return Ok(None);
        };
        let reason = text::normal(raw);
        if reason.is_empty() || reason.chars().count() > 300 || raw.chars().any(text::refused) {
            return Err(query::invalid(
                "reason",
                say("1-300 ký tự.", "1-300 characters."),
            ));
        }
        Ok(Some(reason))
    }
}

/// Writes down that a background was read: of which organisation, resource, row and candidate; commits.
pub async fn reading<P>(
    tx: &Tx,
    permit: &Permit<P>,
    row: (Uuid, &str, Uuid, Option<Uuid>),
    reason: Option<String>,
) -> Result<()> {
    let (organization, resource, resource_id, candidate) = row;
    let values = vec![
        Uuid::now_v7().into(),
        organization.into(),
        tx.now().into(),
        permit.caller().account.into(),
        permit.role().wire().into(),
        candidate.into(),
        resource.into(),
        resource_id.into(),
        reason.into(),
        permit.call.request_id.clone().into(),
    ];
    tx.last().await.rows("insert into access_entry (id, organization_id, at, account_id, role, candidate_id, resource, resource_id, reason, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", values).await.map(drop)
}

/// `GET` of a row with a branch's remark about a person: shown to the branch as any field; to who may read it with a written `reason`, by `reveal`, and the
/// reading of that organisation's candidate is recorded.
pub async fn get<R: Resource, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    id: Uuid,
    (held, query): (&IfNoneMatch, &Query<Reason>),
    reveal: impl Fn(R::Row, &mut R) -> (Uuid, Option<Uuid>),
) -> Result<Reply<R>> {
    let reason = query.given()?;
    if reason.is_none() || access::remarks(permit.role(), false).is_some() {
        return edit::get(db, permit, id, held).await;
    }
    let viewer = edit::viewer(db, permit);
    db.run(permit, async |tx| {
        let row = edit::find::<R>(tx, permit.reach(), id, false).await?;
        let version = R::key(&row).1;
        let mut one = [R::show(row.clone(), &viewer)];
        R::complete(tx, &mut one).await?;
        let (organization, candidate) = reveal(row, &mut one[0]);
        reading(
            tx,
            permit,
            (organization, R::SPEC.name, id, candidate),
            reason.clone(),
        )
        .await?;
        Ok(Reply::new(&one[0]).version(version).cache("no-store"))
    })
    .await
}
