//! What follows from wide changes: of holidays, or of a setting for days past. They are never
//! refused. The files that rest on them are judged again, page by page, and each with an act that
//! has lost its ground gets the duty to settle it.
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::judging::Job;
use crate::api::law::Law;
use crate::auth::Office;
use crate::db::tables::{act, candidate, deadline};
use crate::db::{Db, Tx, any_of, any_row, functions};
use crate::error::Result;
use crate::facts;
use crate::law::calendar::after_workdays;
use crate::law::regulation::Regulations;
use crate::law::words::{DayKind, DeadlineKind};
use crate::law::{consequences, findings};

/// Files judged in one transaction.
const BATCH: u32 = 20;

/// A page that fails is tried again after a while, so many times.
const MOST_FAILURES: u32 = 10;
const PAUSE: Duration = Duration::from_secs(5);

/// Judges the organisation's files with an act on that day or later, until other regulations take
/// the place of these. Stands beside the findings from this call on, with its progress; failures are
/// logged.
pub fn judge_again(db: Db, office: Office, law: Law, from: NaiveDate) -> impl Future<Output = ()> {
    let now = db.clock().now();
    let job = law.judging().start(office.organization(), from, now);
    run(db, office, law, from, job)
}

async fn run(db: Db, office: Office, law: Law, from: NaiveDate, job: Job) {
    let (jobs, organization) = (law.judging(), office.organization());
    let (mut after, mut judged, mut changed, mut failures) = (None, 0, 0, 0);
    loop {
        let page =
            async |tx: Tx| judge_page(&tx, &law, (from, after), office.begun_by(), &db).await;
        let done = {
            let _turn = jobs.turn().await;
            if law.is_replaced() {
                jobs.end(job);
                return;
            }
            db.run(&office, page).await
        };
        match done {
            Ok(page) => {
                judged += page.judged;
                changed += page.changed;
                jobs.go_on(job, page.judged, page.changed);
                tracing::info!(%organization, judged, changed, "files judged again");
                (after, failures) = (page.last, 0);
                if page.judged < BATCH as usize {
                    jobs.end(job);
                    return;
                }
            }
            Err(e) => {
                // most often one of the files is locked, and will be free again soon
                let cause = e.log_cause();
                failures += 1;
                if failures > MOST_FAILURES {
                    tracing::error!(%organization, judged, cause, "files are not judged again");
                    jobs.give_up(job);
                    return;
                }
                tracing::warn!(%organization, judged, cause, "files are judged again later");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

struct Page {
    judged: usize,
    /// Files whose duties were written anew.
    changed: usize,
    last: Option<Uuid>,
}

async fn judge_page(
    tx: &Tx,
    law: &Regulations,
    (from, after): (NaiveDate, Option<Uuid>),
    by: Option<Uuid>,
    db: &Db,
) -> Result<Page> {
    let today = db.clock().today();
    if after.is_none() {
        super::reviews::renew(tx, law, &facts::holidays(tx).await?).await?;
    }
    let later = Expr::col((act::Entity, act::Column::CandidateId))
        .equals((candidate::Entity, candidate::Column::Id))
        .and(act::Column::OnDate.gte(from));
    let which = any_row::<act::Entity>(later);
    let files = facts::files(tx, which, after, BATCH, today).await?;
    let ids: Vec<Uuid> = files.iter().map(|(row, _)| row.id).collect();
    let mut written = open(tx, ids.clone()).await?;
    let mut changed = Vec::new();
    for (row, facts) in &files {
        let (file, lost) = (facts.file(law), findings::of(facts, law));
        let due = consequences::open_deadlines(facts, law, &file, &lost, today);
        let mut due: Vec<Compared> = due
            .into_iter()
            .map(|d| compared(d.kind, d.rule.to_owned(), (d.from_on, d.due_on)))
            .collect();
        due.sort_unstable();
        if written.remove(&row.id).unwrap_or_default() != due {
            changed.push(row.id);
        }
    }
    // no act may be recorded between judging a file and writing its deadlines
    tx.execute(functions::lock("candidate", changed.clone()))
        .await?;
    super::write_deadlines(tx, law, &changed, by, today).await?;
    Ok(Page {
        judged: files.len(),
        changed: changed.len(),
        last: ids.last().copied(),
    })
}

/// A deadline as it is compared: its days do not count where it is for an act that has lost its
/// ground.
type Compared = (&'static str, String, Option<(NaiveDate, NaiveDate)>);

fn compared(kind: DeadlineKind, rule: String, days: (NaiveDate, NaiveDate)) -> Compared {
    let days = Some(days).filter(|_| kind != DeadlineKind::GroundLost);
    (kind.wire(), rule, days)
}

/// The open deadlines of these files in order, as they are stored.
async fn open(tx: &Tx, files: Vec<Uuid>) -> Result<BTreeMap<Uuid, Vec<Compared>>> {
    let rows = deadline::Entity::find()
        .filter(any_of(deadline::Column::CandidateId, files))
        .filter(deadline::Column::SettledOn.is_null());
    let mut open = BTreeMap::<_, Vec<_>>::new();
    for row in tx.all(rows).await? {
        if let Some(file) = row.candidate_id {
            let one = compared(row.kind, row.rule, (row.from_on, row.due_on));
            open.entry(file).or_default().push(one);
        }
    }
    for deadlines in open.values_mut() {
        deadlines.sort_unstable();
    }
    Ok(open)
}

/// Recomputes the deadlines counted in working days after a holiday or worked Saturday was added,
/// moved or removed.
pub async fn move_deadlines(
    tx: &Tx,
    gone: Option<NaiveDate>,
    new: Option<(NaiveDate, DayKind)>,
) -> Result<()> {
    let mut holidays = facts::holidays(tx).await?;
    holidays.retain(|day, _| Some(*day) != gone);
    holidays.extend(new);
    let counted = deadline::Entity::find()
        .filter(deadline::Column::SettledOn.is_null())
        .filter(deadline::Column::Workdays.is_not_null());
    let (mut ids, mut due, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    for row in tx.all(counted).await? {
        let days = row.workdays.and_then(|days| u32::try_from(days).ok());
        let (day, over) = after_workdays(row.from_on, days.unwrap_or(0), &holidays);
        ids.push(row.id);
        due.push(day);
        skipped.push(json!(over));
    }
    if ids.is_empty() {
        return Ok(());
    }
    let moved = functions::move_deadlines(ids, due, Value::Array(skipped));
    tx.execute(moved).await.map(drop)
}
