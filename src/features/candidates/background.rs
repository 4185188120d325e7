//! What the acts say of a person's background, in one reading.
use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::acts::{reveal, sees_background};
use super::store;
use super::wire::Act;
use crate::access::ReadActs;
use crate::api::access_log::{self, Reading, Reason};
use crate::api::edit;
use crate::api::names;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resource::Resource as _;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::recording::get_candidate;

/// What the acts of a candidacy say of the person's background
#[derive(Debug, Serialize, ToSchema)]
pub struct Background {
    pub candidate_id: Uuid,
    /// The acts of the kinds that hold background data, in the order of recording
    #[schema(max_items = 10_000)]
    pub acts: Vec<Act>,
}

/// Get the background of a person
///
/// The acts that hold background data (verification, political issues, opinions) at once, each with what
/// `GET /acts/{id}` would show you of it: the rest is null and named in `_hidden`. A reading that
/// shows any of it is logged as one access.
#[operation(get, "/candidates/{id}/background", tag = "dossier")]
pub async fn get_background(
    permit: Permit<ReadActs>,
    db: Data<Db>,
    id: Path<Uuid>,
    reason: Query<Reason>,
) -> Result<Reply<Background>> {
    let reason = reason.given()?;
    let viewer = edit::viewer(&db, &permit);
    db.run(&permit, async |tx| {
        let reach = permit.reach();
        let file = get_candidate(&tx, reach, *id).await?;
        let scope = tx.scope(&(Act::SPEC.scope)(reach), "");
        let rows = store::of_background(*id, permit.role(), &scope);
        let rows = tx.all(rows).await?;
        let mut acts: Vec<Act> = (rows.iter().cloned())
            .map(|row| Act::show(row, &viewer))
            .collect();
        names::beside(&tx, &mut acts, |act| act.id).await?;
        let mut seen = Vec::new();
        for (act, row) in acts.iter_mut().zip(&rows) {
            if sees_background(&permit, row, reason.as_ref())? {
                seen.push((act, row));
            }
        }
        let revealed = !seen.is_empty();
        reveal(&tx, *id, seen).await?;
        let background = Background {
            candidate_id: *id,
            acts,
        };
        if revealed {
            let reading = Reading {
                organization: file.organization_id,
                resource: "background",
                id: *id,
                candidate: Some(*id),
            };
            let entry = access_log::background(&tx, &permit, &reading, reason.clone()).await?;
            tx.last().execute(entry).await?;
        }
        Ok(Reply::new(&background).cache("no-store"))
    })
    .await
}
