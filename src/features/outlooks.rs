//! The ways ahead of the open candidacies: who has how many days left to be admitted in time.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /outlooks` | [`list_outlooks`] |
use actix_web::web::Data;
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ReadOutlooks, reach};
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::candidate;
use crate::error::Result;
use crate::facts;
use crate::law::calendar::year_end;
use crate::law::outlook::Question;
use crate::law::{Stage, say};

pub fn configure(v1: &mut ServiceConfig) {
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
    /// Send as `after` for the next page; null on the last one
    #[schema(required = true, max_length = 60)]
    pub next_after: Option<String>,
}

/// The way ahead of one person
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlookItem {
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
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
    /// Only this branch
    branch_id: Option<Uuid>,
    /// Day by which the goal is wanted; the last day of this year if absent
    #[serde(default, deserialize_with = "query::day")]
    until: Option<NaiveDate>,
    /// Page size, in files
    #[param(minimum = 1, maximum = 200)]
    size: Option<usize>,
    /// `next_after` of the previous page
    #[param(max_length = 60)]
    after: Option<String>,
}

/// The place after which the page begins.
fn place(after: &str) -> Result<(i64, Uuid)> {
    let parts = after.split_once('_');
    let read = parts.and_then(|(slack, id)| Some((slack.parse().ok()?, id.parse().ok()?)));
    read.ok_or_else(|| {
        let words = say(
            "Không phải là `next_after` của trang trước.",
            "Not the `next_after` of a page.",
        );
        query::invalid("after", words)
    })
}

/// List the ways ahead
///
/// Every open candidacy within your reach with the first day on which it can reach its goal (the ceremony; of a probationary member the recognition) and the days that may be lost to reach it by `until`; the least slack first. See `GET /candidates/{id}/outlook` for the steps.
#[operation(get, "/outlooks", tag = "procedure")]
pub async fn list_outlooks(
    permit: Permit<ReadOutlooks>,
    db: Data<Db>,
    law: Law,
    Query(asked): Query<Asked>,
) -> Result<Reply<Outlooks>> {
    let today = db.clock().today();
    let until = asked.until.unwrap_or_else(|| year_end(today));
    let size = asked.size.unwrap_or(50).clamp(1, 200);
    let after = asked.after.as_deref().map(place).transpose()?;
    let ahead = db
        .read(&permit, async |tx| {
            let mut within = tx.within(&reach::candidate(permit.reach()), "candidate.");
            if let Some(branch) = asked.branch_id {
                within = within.and(candidate::Column::BranchId.eq(branch));
            }
            facts::ahead(&tx, within, today).await
        })
        .await?;
    let mut items = Vec::new();
    for one in ahead {
        let Some(question) = Question::about(&one.facts, &law, &one.courses) else {
            continue;
        };
        let outlook = question.brief(until);
        items.push(OutlookItem {
            candidate_id: one.candidate.id,
            branch_id: one.candidate.branch_id,
            full_name: one.candidate.full_name,
            stage: one.candidate.stage,
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
        next_after: last.map(|(slack, id)| format!("{slack}_{id}")),
    };
    Ok(Reply::new(&body))
}
