//! What if: a draft of regulations tried on the files of the organisation. Nothing is stored.
//!
//! | verb and path | handler |
//! |---|---|
//! | `POST /regulation-trials` | [`try_regulations`] |
use actix_web::web::{self, Data};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{self, TryRegulations, reach};
use crate::api::body::Body;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Spoken;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::candidate;
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::acts::ActKind;
use crate::law::comparison::{By, Change, Subject, compare};
use crate::law::judgement::Facts;
use crate::law::regulation::{Mistakes, Regulations, draft};
use crate::law::requirement::Requirement;
use crate::law::words::DeadlineKind;
use crate::law::{Stage, say};

/// Mistakes that are told at once.
const MOST_MISTAKES: usize = 500;

pub fn configure(v1: &mut Routes) {
    v1.service(try_regulations);
}

/// A draft of regulations, and on what it is tried
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "toml": "[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n\n[version.parameters]\nage_max_months = { value = 300, citation = \"999-QĐ/TW, 1\", confirmed = \"text\" }\n",
    "appended": true, "as_if_from": "2021-01-01"
}))]
pub struct RegulationDraft {
    /// The text of a file of regulation versions; either this or `version`
    #[schema(
        min_length = 1,
        max_length = 60_000,
        pattern = "^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F]*$"
    )]
    toml: Option<String>,
    /// The same file as JSON: its versions, with dates as texts
    #[schema(max_items = 100, value_type = Option<Vec<serde_json::Value>>)]
    version: Option<Vec<Value>>,
    /// The draft holds only versions that follow those in force; otherwise it is a whole file
    #[serde(default)]
    appended: bool,
    /// Try the newest version as if it had been in force from this day on. Otherwise each act is judged by the version of its own day, and what comes next on the day on which the newest version comes into force
    as_if_from: Option<NaiveDate>,
    /// How many of the files that ended last are tried besides the open ones
    #[serde(default = "fifty")]
    #[schema(minimum = 0, maximum = 200, default = 50)]
    decided: u32,
    /// Files that are tried in this request
    #[serde(default = "fifty")]
    #[schema(minimum = 1, maximum = 100, default = 50)]
    size: u32,
    /// `next_after` of the page before
    after: Option<Uuid>,
}

const fn fifty() -> u32 {
    50
}

/// Which files a draft of regulations would judge differently
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationTrial {
    /// The day on which what comes next was asked
    pub asked_on: NaiveDate,
    /// Files that were tried in this request
    #[schema(minimum = 0, maximum = 100)]
    pub tried: usize,
    /// Those of them that would be judged differently
    #[schema(max_items = 100)]
    pub items: Vec<TriedFile>,
    /// Send as `after` for the next page; null on the last one
    #[schema(required = true)]
    pub next_after: Option<Uuid>,
}

/// A file that a draft would judge differently
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedFile {
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
    #[schema(example = "Nguyễn Đức Vinh", max_length = 200)]
    pub full_name: String,
    /// Where the file stands by the regulations in force
    pub stage: Stage,
    /// Where it would stand by the draft
    pub draft_stage: Stage,
    #[schema(max_items = 1000)]
    pub requirements: Vec<TriedRequirement>,
    #[schema(max_items = 200)]
    pub deadlines: Vec<TriedDeadline>,
}

/// A requirement that is met by one and not by the other
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedRequirement {
    pub kind: ActKind,
    /// The act or the step in words
    #[schema(example = "Biểu quyết của chi bộ", max_length = 300)]
    pub title: String,
    /// The act on record; null for a step that comes next
    #[schema(required = true)]
    pub act_id: Option<Uuid>,
    /// Its day
    #[schema(required = true)]
    pub on: Option<NaiveDate>,
    #[schema(example = "admission.age.most", max_length = 100)]
    pub rule: String,
    /// What the regulations in force say; null where they do not ask
    #[schema(required = true)]
    pub in_force: Option<Requirement>,
    /// What the draft says; null where it does not ask
    #[schema(required = true)]
    pub draft: Option<Requirement>,
}

/// A deadline with another day
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedDeadline {
    pub kind: DeadlineKind,
    /// By the regulations in force; null: none
    #[schema(required = true)]
    pub due_on: Option<NaiveDate>,
    /// By the draft; null: none
    #[schema(required = true)]
    pub draft_due_on: Option<NaiveDate>,
}

impl RegulationDraft {
    /// The regulations as they would be, or every mistake with its place.
    fn regulations(&self, now: &Regulations) -> Result<Regulations> {
        let (text, base) = match (&self.toml, &self.version) {
            (Some(text), None) => (text.clone(), "/toml"),
            (None, Some(versions)) => (draft(versions).map_err(|w| refused(&w, ""))?, ""),
            (None, None) | (Some(_), Some(_)) => {
                return Err(Error::invalid(
                    "/toml",
                    "required",
                    say(
                        "Gửi một trong hai: toml hoặc version.",
                        "Send either toml or version.",
                    ),
                ));
            }
        };
        let read = if self.appended {
            now.and(&text)
        } else {
            Regulations::read(&text)
        };
        let law = read.map_err(|wrong| refused(&wrong, base))?;
        Ok(match self.as_if_from {
            Some(day) => law.as_if_from(day),
            None => law,
        })
    }
}

/// 422 with each mistake: of JSON its pointer, of TOML its line.
fn refused(wrong: &Mistakes, base: &str) -> Error {
    let fault = |mistake: &crate::law::regulation::Mistake| {
        let (pointer, words) = if base.is_empty() {
            (mistake.pointer(), mistake.said.clone())
        } else {
            (base.to_owned(), mistake.words())
        };
        Fault::pointer(pointer, "invalid", words)
    };
    let faults = wrong.iter().take(MOST_MISTAKES).map(fault).collect();
    Error::faults(Code::ValidationFailed, faults)
}

impl TriedFile {
    /// None where both judge it alike.
    fn of(
        row: candidate::Model,
        facts: &Facts,
        now: &Regulations,
        then: &Regulations,
        english: bool,
    ) -> Option<Self> {
        let found = compare(facts, now, then, By::Day);
        (!found.alike()).then(|| Self {
            candidate_id: row.id,
            branch_id: row.branch_id,
            full_name: row.full_name,
            stage: found.stage_now,
            draft_stage: found.stage_then,
            requirements: found
                .changes
                .into_iter()
                .map(|c| TriedRequirement::of(c, english))
                .collect(),
            deadlines: found
                .deadlines
                .into_iter()
                .map(|d| TriedDeadline {
                    kind: d.kind,
                    due_on: d.now,
                    draft_due_on: d.then,
                })
                .collect(),
        })
    }
}

impl TriedRequirement {
    fn of(change: Change, english: bool) -> Self {
        let pick = |vi: &str, en: &str| if english { en } else { vi }.to_owned();
        let (kind, title, act_id, on) = match change.subject {
            Subject::Act { id, kind, on } => (kind, pick(kind.vi(), kind.en()), Some(id), Some(on)),
            Subject::Next(step) => {
                let words = step.words();
                (step.kind(), pick(&words.vi, &words.en), None, None)
            }
        };
        let rule = change.now.as_ref().or(change.then.as_ref());
        Self {
            kind,
            title,
            act_id,
            on,
            rule: rule.map_or("", |c| c.rule).to_owned(),
            in_force: change.now.map(|c| Requirement::of(c, english)),
            draft: change.then.map(|c| Requirement::of(c, english)),
        }
    }
}

/// Try a draft of regulations
///
/// Which open files, and which of those that ended last, a draft would judge differently, requirement by requirement: by which rule, met or not, under which clause, before and after. Nothing is stored. A draft with mistakes is refused with all of them at once, each with its place. Page by page in the order of the files' ids: go on while `next_after` is not null; a page names only the files that differ. Where you see the year of birth only, ages are reckoned from its last day.
#[operation(
    post,
    "/regulation-trials",
    tag = "reference",
    answer = "The files that would be judged differently"
)]
pub async fn try_regulations(
    permit: Permit<TryRegulations>,
    db: Data<Db>,
    law: Law,
    body: Body<RegulationDraft>,
) -> Result<Spoken<RegulationTrial>> {
    let draft = body.value;
    let then = draft.regulations(&law)?;
    let today = db.clock().today();
    let asked_on = match draft.as_if_from {
        Some(_) => today,
        None => today.max(then.newest().effective_from),
    };
    let files = db
        .read(&permit, async |tx| {
            let rows = reach::candidate(permit.reach());
            let (here, there) = (tx.within(&rows, "candidate."), tx.scope(&rows, "e."));
            let within = facts::open_or_ended_last(here, &there, draft.decided);
            facts::files(&tx, within, draft.after, draft.size, asked_on).await
        })
        .await?;
    let tried = files.len();
    let last = files.last().map(|(row, _)| row.id);
    let english = permit.call.english;
    // judging every step of a page of files twice would hold up the other requests of the worker
    let role = permit.role();
    let items = web::block(move || {
        // as in every judgement that is shown, only the year of a hidden birth date counts
        let of = |(row, mut facts): (candidate::Model, Facts)| {
            facts.birth_year_only = access::birth_year_only(role, row.stage.submitted());
            // for decided files too, because trying drafts of one age after another would reveal
            // the date
            let facts = Facts {
                hidden_birth: None,
                ..facts.as_shown()
            };
            TriedFile::of(row, &facts, &law, &then, english)
        };
        files.into_iter().filter_map(of).collect::<Vec<_>>()
    });
    Ok(Spoken::new(&RegulationTrial {
        asked_on,
        tried,
        items: items.await.map_err(Error::internal)?,
        next_after: last.filter(|_| tried == draft.size as usize),
    }))
}
