//! The standing files of a database, judged by two sets of regulations: what the command line says
//! before a file of regulations is used. Ids only, no person.
use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use tokio_postgres::Client;
use uuid::Uuid;

use super::tell;
use crate::clock::{self, Clock};
use crate::db::{Identity, direct, functions};
use crate::error::Error;
use crate::facts;
use crate::law::comparison::{By, Change, Comparison, Kept, Subject, compare};
use crate::law::findings;
use crate::law::judgement::Facts;
use crate::law::regulation::Regulations;
use crate::law::requirement::Check;

/// Files that are read in one statement.
const BATCH: u32 = 100;
/// Files that are shown one by one.
const SHOWN: usize = 20;

/// Acts of one day whose version is another one now.
pub struct Moved {
    regulation: String,
    on: NaiveDate,
    acts: i32,
    some: Vec<Uuid>,
    /// The version in force on that day now; None: the one that judged them is gone.
    now: Option<String>,
}

impl Moved {
    /// The version that judged these acts is not in the file: they could not be replayed.
    pub const fn gone(&self) -> bool {
        self.now.is_none()
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            regulation,
            on,
            acts,
            some,
            now,
        } = self;
        let ids: Vec<String> = some.iter().map(Uuid::to_string).collect();
        let ids = ids.join(", ");
        match now {
            Some(now) => write!(
                f,
                "{acts} act(s) of {on} were judged by {regulation}, a new one would be by {now}: {ids}"
            ),
            None => write!(
                f,
                "{acts} act(s) of {on} were judged by {regulation}, which is not in the file: {ids}"
            ),
        }
    }
}

/// Every day with acts on record: by which version they were judged, and by which they would be.
async fn judged(client: &Client, law: &Regulations) -> anyhow::Result<Vec<(Moved, bool)>> {
    let mut all = Vec::new();
    for judged in direct::all(client, functions::counts("judged", Vec::new())).await? {
        let (regulation, on, some): (String, NaiveDate, Vec<Uuid>) =
            serde_json::from_str(&judged.word.unwrap_or_default())?;
        let kept = law.kept(&regulation, on);
        let now = match kept {
            Kept::InForce => Some(regulation.clone()),
            Kept::Moved(code) => Some(code.to_owned()),
            Kept::Gone => None,
        };
        let moved = Moved {
            regulation,
            on,
            acts: judged.n.unwrap_or_default(),
            some,
            now,
        };
        all.push((moved, kept == Kept::InForce));
    }
    Ok(all)
}

fn unread(error: &Error) -> anyhow::Error {
    let cause = error.log_cause().unwrap_or_default();
    anyhow::anyhow!("a file cannot be read: {cause}")
}

/// The organisations with acts on record.
pub async fn with_acts(client: &Client) -> anyhow::Result<BTreeSet<Uuid>> {
    let all = direct::all(client, functions::counts("judged", Vec::new())).await?;
    Ok(all.into_iter().map(|judged| judged.id).collect())
}

/// The acts on record whose version is gone or would be another one today.
pub async fn other_versions(client: &Client, law: &Regulations) -> anyhow::Result<Vec<Moved>> {
    let all = judged(client, law).await?.into_iter();
    Ok(all
        .filter(|(_, kept)| !kept)
        .map(|(moved, _)| moved)
        .collect())
}

/// A file that would be judged differently.
pub struct Changed {
    candidate: Uuid,
    found: Comparison,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Comparison {
            stage_now,
            stage_then,
            changes,
            deadlines,
        } = &self.found;
        write!(f, "{}:", self.candidate)?;
        if stage_now != stage_then {
            write!(f, " stage {} -> {};", stage_now.wire(), stage_then.wire())?;
        }
        for change in changes {
            write!(f, " {};", described(change))?;
        }
        for d in deadlines {
            let day =
                |day: Option<NaiveDate>| day.map_or_else(|| "none".to_owned(), |d| d.to_string());
            write!(
                f,
                " deadline {} {} -> {};",
                d.kind.wire(),
                day(d.now),
                day(d.then)
            )?;
        }
        Ok(())
    }
}

fn described(change: &Change) -> String {
    let subject = match change.subject {
        Subject::Act { kind, on, .. } => format!("{} of {on}", kind.wire()),
        Subject::Next(step) => format!("next {}", step.kind().wire()),
    };
    let side = |check: Option<&Check>| match check {
        None => "not asked".to_owned(),
        Some(c) if c.met => format!("met ({})", c.source),
        Some(c) => format!("not met ({})", c.source),
    };
    let rule = change.now.as_ref().or(change.then.as_ref());
    format!(
        "{subject}: {} {} -> {}",
        rule.map_or("", |c| c.rule),
        side(change.now.as_ref()),
        side(change.then.as_ref())
    )
}

/// Every file of every organisation, page by page; `open`: only those that have not ended.
async fn each_file(
    client: &mut Client,
    open: bool,
    mut visit: impl FnMut(Uuid, &Facts),
) -> anyhow::Result<()> {
    let now = Clock::System.now();
    let today = clock::day(now);
    for organization in with_acts(client).await? {
        let tx = client.build_transaction().read_only(true).start().await?;
        // whoever has the database's password may read the organisation as its Office does
        direct::enter(&tx, Identity::Office { organization }, now).await?;
        let open = if open { " and c.open" } else { "" };
        let scope = format!("c.organization_id = '{organization}'{open}");
        let sql = facts::files_sql(&scope, BATCH);
        let mut after = Uuid::nil();
        loop {
            let rows = tx.query(&sql, &[&after]).await?;
            for row in &rows {
                let (candidate, facts) = facts::file(row, today).map_err(|e| unread(&e))?;
                after = candidate.id;
                visit(candidate.id, &facts);
            }
            if rows.len() < BATCH as usize {
                break;
            }
        }
    }
    Ok(())
}

/// Every standing file of every organisation that `then` would judge otherwise than `now` does.
pub async fn changed(
    client: &mut Client,
    now: &Regulations,
    then: &Regulations,
    by: By,
) -> anyhow::Result<Vec<Changed>> {
    let mut changed = Vec::new();
    each_file(client, true, |candidate, facts| {
        let found = compare(facts, now, then, by);
        if !found.alike() {
            changed.push(Changed { candidate, found });
        }
    })
    .await?;
    Ok(changed)
}

/// Judges all files again, ended ones too, and says how many hold an act that has lost its ground.
pub async fn tell_findings(client: &mut Client, law: &Regulations) -> anyhow::Result<()> {
    let (mut files, mut with, mut count, mut late) = (0_u64, 0_usize, 0, 0);
    let mut shown = Vec::new();
    each_file(client, false, |candidate, facts| {
        files += 1;
        let found = findings::listed(facts, law);
        if found.is_empty() {
            return;
        }
        with += 1;
        count += found.len();
        late += found.iter().filter(|(_, irregular)| *irregular).count();
        if shown.len() < SHOWN {
            let told = found
                .iter()
                .map(|(f, _)| format!("{} of {}: {}", f.kind.wire(), f.on, f.check.rule));
            let told: Vec<String> = told.collect();
            shown.push(format!("  {candidate}: {}", told.join("; ")));
        }
    })
    .await?;
    tell(&format!(
        "{files} file(s) judged again: {count} finding(s) in {with} of them, {late} of these irregular only"
    ));
    for line in &shown {
        tell(line);
    }
    if with > SHOWN {
        tell("  … (GET /api/v1/findings shows each)");
    }
    Ok(())
}

/// Says which files would be judged differently.
pub fn tell_changed(changed: &[Changed]) {
    if changed.is_empty() {
        tell("no standing file would be judged differently");
        return;
    }
    tell(&format!(
        "{} standing file(s) would be judged differently:",
        changed.len()
    ));
    for file in changed.iter().take(SHOWN) {
        tell(&format!("  {file}"));
    }
    if changed.len() > SHOWN {
        tell("  … (POST /api/v1/regulation-trials shows each)");
    }
}
