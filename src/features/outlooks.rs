//! The ways ahead of the open candidacies: who has how many days left to be admitted in time.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /outlooks` | [`list_outlooks`] |
use std::collections::HashMap;

use actix_web::web::Data;
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::{self, ReadOutlooks, reach};
use crate::api::law::Law;
use crate::api::list::query::PageInfo;
use crate::api::names;
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::candidate;
use crate::db::{Db, any_of};
use crate::error::{Code, Error, Fault, Result};
use crate::facts::{self, MOST_FOLLOWED};
use crate::law::{Stage, say};

pub fn configure(v1: &mut Routes) {
    v1.service(list_outlooks);
}

/// The ways ahead within your reach
#[derive(Debug, Serialize, ToSchema)]
pub struct Outlooks {
    pub on: NaiveDate,
    pub until: NaiveDate,
    /// Candidacies that are on their way to the ceremony
    #[schema(minimum = 0)]
    pub on_the_way: usize,
    /// Of them those that can reach it by `until`
    #[schema(minimum = 0)]
    pub in_time: usize,
    /// The least slack first, those without a way in time last
    #[schema(max_items = 200)]
    pub items: Vec<OutlookItem>,
    pub page: PageInfo,
}

/// The way ahead of one person
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlookItem {
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
    #[schema(max_length = 200)]
    pub branch_name: String,
    #[schema(example = "Nguyễn Đức Vinh", max_length = 200)]
    pub full_name: String,
    pub stage: Stage,
    pub goal: Stage,
    /// First day on which the goal can be reached; null where no way is known
    #[schema(required = true)]
    pub reached_on: Option<NaiveDate>,
    /// Last day on which the first step can be taken to reach the goal by `until`
    #[schema(required = true)]
    pub begin_by: Option<NaiveDate>,
    /// Days until then
    #[schema(required = true, minimum = 0)]
    pub slack_days: Option<i64>,
}

impl OutlookItem {
    /// The place in the list.
    fn key(&self) -> (i64, Uuid) {
        (self.slack_days.unwrap_or(i64::MAX), self.candidate_id)
    }
}

/// Which page
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// Only the files with these ids
    #[serde(default, deserialize_with = "query::ids")]
    #[param(style = Form, explode = false, required = false, min_items = 1, max_items = 200)]
    id: Vec<Uuid>,
    /// Only this branch
    #[serde(default, deserialize_with = "query::id")]
    branch_id: Option<Uuid>,
    /// Day by which the goal is wanted; the last day of this year if absent
    #[serde(default, deserialize_with = "query::day")]
    until: Option<NaiveDate>,
    /// Page size.
    #[serde(default, deserialize_with = "query::limit")]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `page.next_cursor` of the previous page; send the same sort and filters.
    #[serde(default, deserialize_with = "query::cursor")]
    #[param(value_type = Option<String>, max_length = 2000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<(i64, Uuid)>,
}

/// 400: the ways of so many cannot be put in order in one answer.
fn too_many() -> Error {
    let words = say(
        format!("Có hơn {MOST_FOLLOWED} hồ sơ đang mở: hãy chọn một chi bộ."),
        format!("More than {MOST_FOLLOWED} candidacies are open: choose a branch."),
    );
    let fault = Fault::parameter("branch_id", "too_many", words);
    Error::faults(Code::InvalidParameter, vec![fault])
}

/// List the ways ahead
///
/// Every open candidacy within your reach with the first day on which it can reach its goal (the ceremony; of a probationary member the recognition) and the days that may be lost to reach it by `until`; the least slack first. At most 1,000 open candidacies are followed in one answer: with more, choose a branch. See `GET /candidates/{id}/outlook` for the steps.
#[operation(get, "/outlooks", tag = "procedure")]
pub async fn list_outlooks(
    permit: Permit<ReadOutlooks>,
    db: Data<Db>,
    law: Law,
    Query(asked): Query<Asked>,
) -> Result<Reply<Outlooks>> {
    let today = db.clock().today();
    let until = query::foreseeable(asked.until, today)?;
    let (limit, after) = (asked.limit.unwrap_or(50), asked.cursor);
    let size = limit as usize;
    let (ahead, names) = db
        .read(&permit, async |tx| {
            let mut within = tx.within(&reach::candidate(permit.reach()), "candidate.");
            if let Some(branch) = asked.branch_id {
                within = within.and(candidate::Column::BranchId.eq(branch));
            }
            if !asked.id.is_empty() {
                let these = (candidate::Entity, candidate::Column::Id);
                within = within.and(any_of(these, asked.id.iter().copied()));
            }
            if facts::too_many(&tx, within.clone()).await? {
                return Err(too_many());
            }
            let names = names::branches(&tx, within.clone()).await;
            let ahead = facts::ahead(&tx, within, today).await?;
            Ok((ahead, names.all().await?))
        })
        .await?;
    let names: HashMap<Uuid, String> = names.into_iter().collect();
    let mut items = Vec::new();
    for mut one in ahead {
        let year_only = access::birth_year_only(permit.role(), one.candidate.stage.submitted());
        let Some(question) = one.question(&law, year_only) else {
            continue;
        };
        let outlook = question.brief(until);
        let candidate = one.candidate;
        items.push(OutlookItem {
            candidate_id: candidate.id,
            branch_id: candidate.branch_id,
            branch_name: names.get(&candidate.branch_id).cloned().unwrap_or_default(),
            full_name: candidate.full_name,
            stage: candidate.stage,
            goal: outlook.goal,
            reached_on: outlook.reached_on,
            begin_by: outlook.begin_by,
            slack_days: outlook.slack(today),
        });
    }
    let to_the_ceremony = || items.iter().filter(|i| i.goal == Stage::Probationary);
    let (on_the_way, in_time) = (
        to_the_ceremony().count(),
        to_the_ceremony().filter(|i| i.begin_by.is_some()).count(),
    );
    items.retain(|i| after.is_none_or(|place| i.key() > place));
    items.sort_unstable_by_key(OutlookItem::key);
    let more = items.len() > size;
    items.truncate(size);
    let last = items.last().filter(|_| more).map(OutlookItem::key);
    let body = Outlooks {
        on: today,
        until,
        on_the_way,
        in_time,
        items,
        page: PageInfo::after(limit, last.as_ref()),
    };
    Ok(Reply::new(&body))
}
