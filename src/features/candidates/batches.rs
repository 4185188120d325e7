//! Several acts of one file in one request: a script takes over a file, or an office catches up.
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::Act;
use crate::access::{Permission, RecordBatches};
use crate::api::audit::{self, Change};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::idempotency;
use crate::api::law::Law;
use crate::api::misfit::unreadable;
use crate::api::names;
use crate::api::operation::operation;
use crate::api::reply::{Done, etag};
use crate::api::resource::{Resource as _, Viewer};
use crate::auth::Permit;
use crate::db::tables::{act, candidate};
use crate::db::{Db, Tx};
use crate::error::{At, Code, Error, Fault, Result};
use crate::law::acts::{self, ActKind};
use crate::law::requirement::{Check, Requirement};
use crate::law::text::Text;
use crate::law::words::Role;
use crate::law::{Stage, say};
use crate::recording;

/// Acts of one candidacy, in the order in which they are to be recorded
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewActBatch {
    /// Judge everything and record nothing
    #[serde(default)]
    pub dry_run: bool,
    #[schema(min_items = 1, max_items = 50)]
    pub acts: Vec<ActEntry>,
    /// True: correct and annul although acts on record lose their ground, for the `reason`; their files
    /// carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
    pub reason: Option<Text<500>>,
}

/// An act with its kind
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActEntry {
    pub kind: ActKind,
    /// The body that records this kind of act alone
    #[schema(value_type = Object)]
    pub act: Value,
}

/// What became of a batch
#[derive(Debug, Serialize, ToSchema)]
pub struct ActBatch {
    pub candidate_id: Uuid,
    /// Whether this was a dry run, which records nothing
    pub dry_run: bool,
    /// Whether every act was accepted
    pub accepted: bool,
    /// Version of the candidate after the last act; after a dry run, as it is
    #[schema(minimum = 1)]
    pub version: i32,
    /// Stage of the candidacy after the last act that was accepted
    pub stage: Stage,
    /// One for each act of the request, in its order
    #[schema(max_items = 50)]
    pub results: Vec<ActResult>,
}

/// What became of an act of a batch
#[derive(Debug, Serialize, ToSchema)]
pub struct ActResult {
    /// The act; of a dry run, as it would be, under an id that is not kept. Null if it is refused
    #[schema(required = true)]
    pub act: Option<Act>,
    /// Every unmet requirement, if it is refused
    #[schema(max_items = 200)]
    pub requirements: Vec<Requirement>,
}

/// The acts as the law reads them.
fn read(entries: &[ActEntry]) -> Result<Vec<acts::Act>> {
    let mut faults = Vec::new();
    let mut all = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        match acts::Act::read(entry.kind, &entry.act) {
            Ok(act) => all.push(act),
            Err(_) => faults.push(Fault::pointer(
                format!("/acts/{place}/act"),
                "invalid",
                unreadable(),
            )),
        }
    }
    if faults.is_empty() {
        Ok(all)
    } else {
        Err(Error::faults(Code::ValidationFailed, faults))
    }
}

/// An error about one act, at its place in the batch: the part of its body, or the act itself.
fn within(place: usize, error: Error) -> Error {
    let own = format!("/acts/{place}");
    let mut faults = error.named().to_vec();
    for fault in &mut faults {
        if let At::Pointer(pointer) = &mut fault.at {
            pointer.insert_str(0, &format!("{own}/act"));
        }
    }
    let refused = [StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    if faults.is_empty() && refused.contains(&error.code().status()) {
        let (vi, en) = error.code().title();
        faults.push(Fault::pointer(own, error.code().wire(), say(vi, en)));
    }
    error.with_faults(faults)
}

/// 403 that names every act of a kind that the role does not record.
fn expect_own(entries: &[ActEntry], role: Role) -> Result<()> {
    let entries = entries.iter().enumerate();
    let others = entries.filter(|(_, entry)| !entry.kind.recorded_by().contains(&role));
    let faults: Vec<Fault> = others
        .map(|(place, entry)| {
            let roles = |name: fn(Role) -> &'static str| {
                let all = entry.kind.recorded_by().iter().map(|role| name(*role));
                all.collect::<Vec<_>>().join(", ")
            };
            let words = say(
                format!("Loại việc này chỉ dành cho: {}.", roles(Role::vi)),
                format!("These roles record this kind of act: {}.", roles(Role::en)),
            );
            Fault::pointer(format!("/acts/{place}/kind"), "forbidden", words)
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::faults(Code::Forbidden, faults))
    }
}

/// 422 that names every act that was refused, with what it lacks.
fn refusal(refused: Vec<(usize, Vec<Check>)>) -> Error {
    let faults = refused.iter().map(|(place, unmet)| {
        let all = |text: fn(&Check) -> &str| unmet.iter().map(text).collect::<Vec<_>>().join(" ");
        let words = say(all(|c| &c.detail.vi), all(|c| &c.detail.en));
        Fault::pointer(format!("/acts/{place}"), "requirements_unmet", words)
    });
    let faults = faults.collect();
    let parts = refused.into_iter();
    let parts = parts.map(|(place, unmet)| (format!("/acts/{place}"), unmet));
    Error::unmet_at(parts.collect()).with_faults(faults)
}

/// The candidacy as the acts before have left it.
struct Judging<'a, P> {
    tx: &'a Tx,
    permit: &'a Permit<P>,
    law: &'a Law,
    row: candidate::Model,
    /// Whether a lost ground is acknowledged, and why.
    said: (bool, Option<&'a str>),
    entries: Vec<audit::Entry>,
}

impl<P: Permission> Judging<'_, P> {
    async fn next(&mut self, new: acts::Act, today: chrono::NaiveDate) -> Judged {
        recording::check_members(self.tx, self.permit.role(), self.row.id, &new).await?;
        let new = (new, self.said);
        let done = recording::append_as(
            self.tx,
            self.permit.by(),
            self.law,
            (&self.row, None),
            new,
            today,
        )
        .await?;
        if let Ok(act) = &done {
            let change = Change {
                resource: Act::SPEC.name,
                id: act.id,
                version: act.version,
                fields: vec!["*".into()],
            };
            let entry = audit::entry(self.tx, self.permit.by(), change);
            self.entries.push(entry);
        }
        Ok(done)
    }
}

type Judged = Result<std::result::Result<act::Model, Vec<Check>>>;

/// Record several acts at once
///
/// Up to 50 acts of one candidacy, judged in their order, each on what the ones before it have led
/// to. All are recorded or none: a refusal names each act that cannot be recorded, with everything
/// that it lacks, each of the `requirements` under the `pointer` of its act. With `dry_run`, nothing is recorded, and the answer says what would become of
/// each; an act after a refused one is judged without it; an `Idempotency-Key` is not used up.
/// `If-Match` is the candidate's version, which every act increments. Nominations, sponsorships,
/// transfers, certificates and readmissions are recorded where they belong.
#[operation(
    post,
    "/candidates/{id}/act-batches",
    tag = "procedure",
    answer = "What became of each act",
    refuses(Duplicate, HasDependents, RequirementsUnmet)
)]
pub async fn record_acts(
    permit: Permit<RecordBatches>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewActBatch>,
) -> Result<Done<ActBatch>> {
    let today = db.clock().today();
    let new = read(&body.value.acts)?;
    let dry_run = body.value.dry_run;
    let viewer = edit::viewer(&db, &permit);
    let english = permit.call.english;
    let work = async |tx: Tx| {
        let same = &body.fingerprint;
        idempotency::claim(&tx, permit.by()).await;
        recording::hold_register(&tx, *id, &new).await;
        let row = recording::lock_candidate(&tx, permit.reach(), *id).await?;
        expect_own(&body.value.acts, permit.role())?;
        seen.check_at(row.version, row.stage)?;
        let (read, mut version, mut stage) = (row.version, row.version, row.stage);
        let mut judging = Judging {
            tx: &tx,
            permit: &permit,
            law: &law,
            row,
            said: (
                body.value.acknowledged,
                body.value.reason.as_ref().map(Text::as_str),
            ),
            entries: Vec::new(),
        };
        let (mut results, mut refused) = (Vec::new(), Vec::new());
        let last = new.len() - 1;
        for (place, act) in new.iter().cloned().enumerate() {
            let judged = judging.next(act, today).await;
            match judged.map_err(|error| within(place, error))? {
                Ok(act) => {
                    (version, stage) = (act.version, act.stage_after);
                    results.push((Some(act), Vec::new()));
                    if place < last {
                        // the first statement that waits for those of the act
                        let row = recording::get_candidate(&tx, permit.reach(), *id).await;
                        judging.row = row.map_err(|error| within(place, error))?;
                    }
                }
                Err(unmet) => {
                    results.push((None, unmet.clone()));
                    refused.push((place, unmet));
                }
            }
        }
        let accepted = refused.is_empty();
        if !accepted && !dry_run {
            return Err(refusal(refused));
        }
        let mut shown = Vec::new();
        for (act, unmet) in results {
            shown.push(ActResult {
                act: show(&tx, &viewer, act).await?,
                requirements: unmet
                    .into_iter()
                    .map(|check| Requirement::of(check, english))
                    .collect(),
            });
        }
        let version = if dry_run { read } else { version };
        let batch = ActBatch {
            candidate_id: *id,
            dry_run,
            accepted,
            version,
            stage,
            results: shown,
        };
        let text = serde_json::to_string(&batch).map_err(Error::internal)?;
        let tag = etag(version);
        idempotency::keep(&tx, permit.by(), same, StatusCode::OK, (&tag, None), &text).await?;
        // the entries lock the end of the audit trail, which must be the last lock
        for entry in judging.entries {
            tx.later(entry).await;
        }
        Ok(Done::new(version, text))
    };
    let done = if dry_run {
        db.rehearse(&permit, work).await
    } else {
        db.run(&permit, work).await
    };
    idempotency::once(&db, permit.by(), &body.fingerprint, done, Done::again).await
}

async fn show(tx: &Tx, viewer: &Viewer, act: Option<act::Model>) -> Result<Option<Act>> {
    let Some(act) = act else {
        return Ok(None);
    };
    let mut one = [Act::show(act.clone(), viewer)];
    names::beside(tx, &mut one, |act| act.id).await?;
    let [mut shown] = one;
    if Act::unfolds(&act, viewer) {
        Act::unfold(tx, &act, &mut shown).await?;
    }
    Ok(Some(shown))
}
