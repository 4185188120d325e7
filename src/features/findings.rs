//! Findings: files with an act whose requirements are unmet today, as of the act's own day.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /findings` | [`list_findings`] |
use std::collections::HashMap;
use std::time::{Duration, Instant};

use actix_web::web::Data;
use chrono::NaiveDate;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::{self, ReadFindings, reach};
use crate::api::judging::Judging;
use crate::api::law::Law;
use crate::api::list::query::PageInfo;
use crate::api::names;
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Spoken;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::candidate;
use crate::db::{Db, any_of};
use crate::error::Result;
use crate::facts;
use crate::law::acts::ActKind;
use crate::law::findings;
use crate::law::requirement::Requirement;

/// Number of files read by one statement.
const BATCH: u32 = 200;
/// How long files are judged for one answer: a page may be short and still name a next one.
const LONGEST: Duration = Duration::from_secs(2);

pub fn configure(v1: &mut Routes) {
    v1.service(list_findings);
}

/// Files with an act that would not be valid today
#[derive(Debug, Serialize, ToSchema)]
pub struct Findings {
    #[schema(max_items = 200)]
    pub items: Vec<FileFindings>,
    /// Files that are being judged again after a holiday, a backdated setting or new regulations:
    /// their deadlines may still change
    #[schema(max_items = 1000)]
    pub judging: Vec<Judging>,
    pub page: PageInfo,
}

/// A file, with the requirements that its acts do not meet
#[derive(Debug, Serialize, ToSchema)]
pub struct FileFindings {
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
    #[schema(max_length = 200)]
    pub branch_name: String,
    #[schema(example = "Nguyễn Đức Vinh", max_length = 200)]
    pub full_name: String,
    #[schema(max_items = 500)]
    pub findings: Vec<Finding>,
}

/// A requirement that a recorded act does not meet as of its date
#[derive(Debug, Serialize, ToSchema)]
pub struct Finding {
    pub act_id: Uuid,
    pub kind: ActKind,
    /// Date of the act
    pub on: NaiveDate,
    /// True: decided after the extended period, which blocks no step and stands until the deciding body's
    /// paper is noted. False: the act has lost its ground
    pub irregular: bool,
    pub requirement: Requirement,
}

/// Selects the page
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// Only the files with these ids
    #[serde(default, deserialize_with = "query::ids")]
    #[param(style = Form, explode = false, required = false, min_items = 1, max_items = 200)]
    id: Vec<Uuid>,
    /// Page size.
    #[serde(default, deserialize_with = "query::limit")]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `page.next_cursor` of the previous page; send the same sort and filters.
    #[serde(default, deserialize_with = "query::cursor")]
    #[param(value_type = Option<String>, max_length = 2000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<Uuid>,
}

/// List findings
///
/// Every file within your reach with an act whose requirements are unmet today, judged by the
/// regulation of the act's date and by current evidence: for example after a birth date was
/// corrected, a holiday entered or a setting backdated; and with a decision after the extended
/// period (`irregular`). Files that ended without an official member need no settlement and are not
/// listed. Computed on request, so never out of date; empty in a healthy organisation. A page may
/// hold fewer files than its size: continue while `next_cursor` is not null.
#[operation(get, "/findings", tag = "procedure")]
pub async fn list_findings(
    permit: Permit<ReadFindings>,
    db: Data<Db>,
    law: Law,
    Query(asked): Query<Asked>,
) -> Result<Spoken<Findings>> {
    let today = db.clock().today();
    let english = permit.call.english;
    let limit = asked.limit.unwrap_or(50);
    db.read(&permit, async |tx| {
        let mut within = tx.within(&reach::candidate(permit.reach()), "candidate.");
        if !asked.id.is_empty() {
            let these = (candidate::Entity, candidate::Column::Id);
            within = within.and(any_of(these, asked.id.iter().copied()));
        }
        let names = names::branches(&tx, within.clone()).await;
        let (mut items, mut after) = (Vec::new(), asked.cursor);
        let begun = Instant::now();
        loop {
            let files = facts::files(&tx, within.clone(), after, BATCH, today).await?;
            let last = files.last().map(|(row, _)| row.id);
            let whole = files.len() < BATCH as usize;
            after = if whole { None } else { last };
            for (row, mut facts) in files {
                facts.birth_year_only =
                    access::birth_year_only(permit.role(), row.stage.submitted());
                let found = findings::listed(&facts, &law);
                if found.is_empty() {
                    continue;
                }
                if items.len() == limit as usize {
                    // the next page starts with this file
                    after = items.last().map(|f: &FileFindings| f.candidate_id);
                    break;
                }
                items.push(FileFindings {
                    candidate_id: row.id,
                    branch_id: row.branch_id,
                    branch_name: String::new(),
                    full_name: row.full_name,
                    findings: found
                        .into_iter()
                        .map(|(f, irregular)| Finding {
                            act_id: f.act,
                            kind: f.kind,
                            on: f.on,
                            irregular,
                            requirement: Requirement::of(f.check, english),
                        })
                        .collect(),
                });
            }
            let full = items.len() == limit as usize;
            if whole || after.is_none() || full || begun.elapsed() > LONGEST {
                break;
            }
        }
        let names: HashMap<Uuid, String> = names.all().await?.into_iter().collect();
        for item in &mut items {
            item.branch_name = names.get(&item.branch_id).cloned().unwrap_or_default();
        }
        Ok(Spoken::new(&Findings {
            items,
            judging: law.judging().of(permit.caller().organization),
            page: PageInfo::after(limit, after.as_ref()),
        }))
    })
    .await
}
