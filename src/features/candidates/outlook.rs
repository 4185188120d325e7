//! The fastest lawful path of one candidacy from here on, step by step.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::acts;
use crate::access::{self, ReadOutlooks, Show, reach};
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Spoken;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::facts::{self, Ahead};
use crate::law::Stage;
use crate::law::acts::ActKind;
use crate::law::outlook::What;
use crate::law::requirement::Requirement;

/// The way ahead of a candidacy
#[derive(Debug, Serialize, ToSchema)]
pub struct Outlook {
    pub candidate_id: Uuid,
    /// The date of the outlook
    pub on: NaiveDate,
    /// The day by which the goal is wanted
    pub until: NaiveDate,
    pub stage: Stage,
    /// `probationary`: the ceremony; of a probationary member `official`. Null where the candidacy has ended
    #[schema(required = true)]
    pub goal: Option<Stage>,
    /// First day on which the goal can be reached; null where no way is known, see `blocked_by`
    #[schema(required = true)]
    pub reached_on: Option<NaiveDate>,
    /// Last day on which the first step can be taken to reach the goal by `until`; null where that cannot be
    #[schema(required = true)]
    pub begin_by: Option<NaiveDate>,
    /// Days until then
    #[schema(required = true, minimum = 0)]
    pub slack_days: Option<i64>,
    /// What is still to be done, in the order of the fastest way
    #[schema(max_items = 60)]
    pub steps: Vec<OutlookStep>,
    /// Requirements of the next step that nothing known meets by itself: a class with a free seat, a particular, a ground that was lost
    #[schema(max_items = 50)]
    pub blocked_by: Vec<Requirement>,
}

/// A step of the way ahead
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlookStep {
    /// Kind of the act; absent for a class
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActKind>,
    /// The class in which a seat is taken
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_id: Option<Uuid>,
    /// In words, in your language
    #[schema(max_length = 200)]
    pub label: String,
    /// `operationId` of this document
    #[schema(example = "record_introduction", max_length = 100)]
    pub operation: String,
    /// Fields of the body that tell this step from others of its kind
    #[schema(value_type = Object)]
    pub fields: Value,
    /// First day on which it can be done: by the rules, the classes and the usual times of the settings. Of a class, from when the person can be proposed
    pub earliest_on: NaiveDate,
    /// Last day on which it can be done to reach the goal by `until`; null where that cannot be
    #[schema(required = true)]
    pub latest_on: Option<NaiveDate>,
}

/// By when
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct AskedUntil {
    /// Day by which the goal is wanted; the last day of this year if absent
    #[serde(default, deserialize_with = "query::day")]
    until: Option<NaiveDate>,
}

/// A step in the words of the wire: label, operation, fields.
fn shown(what: What, courses: &Ahead, english: bool) -> (String, &'static str, Value) {
    let mut fields = Map::new();
    let (words, operation) = match what {
        What::Act(step) => {
            let told = step.fields().into_iter();
            fields.extend(told.map(|(k, v)| (k.to_owned(), v.into())));
            (step.words(), acts::operation_of(step.kind()).unwrap_or(""))
        }
        What::Class(id) => {
            let course = courses.courses.iter().find(|c| c.id == id);
            let words = course.map_or((String::new(), String::new()), |c| {
                let kind = c.lesson.kind;
                (format!("học {}", kind.vi()), kind.en().to_owned())
            });
            (crate::law::say(words.0, words.1), "create_enrolment")
        }
    };
    let label = if english { words.en } else { words.vi };
    (label, operation, Value::Object(fields))
}

/// See the way ahead of a candidate
///
/// The fastest lawful way from here: each remaining step with its earliest day by the rules, the classes already planned and the usual times of the settings (`*_lead_days`), and the latest day on which it must be done to reach the goal by `until`. The requirements are those that later judge the acts, asked on the days to come; what depends on people (how a vote ends, what a verification finds) is taken to go well.
#[operation(get, "/candidates/{id}/outlook", tag = "procedure")]
pub async fn get_outlook(
    permit: Permit<ReadOutlooks>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    Query(asked): Query<AskedUntil>,
) -> Result<Spoken<Outlook>> {
    let today = db.clock().today();
    let until = query::foreseeable(asked.until, today)?;
    let english = permit.call.english;
    let mut ahead = db
        .read(&permit, async |tx| {
            let scope = tx.within(&reach::candidate(permit.reach()), "candidate.");
            facts::one_ahead(&tx, scope, *id, today).await
        })
        .await?;
    let year_only = access::birth_year_only(permit.role(), ahead.candidate.stage.submitted());
    let whole = ahead.question(&law, year_only).map(|q| q.whole(until));
    // that there is a political issue is P3 itself
    let full = access::background(permit.role(), false) == Some(Show::Full);
    let secret = |what| matches!(what, What::Act(step) if step.kind() == ActKind::PoliticalIssue);
    let steps = whole.iter().flat_map(|o| &o.steps);
    let steps = steps.filter(|step| full || !secret(step.what)).map(|step| {
        let (label, operation, fields) = shown(step.what, &ahead, english);
        let (kind, class_id) = match step.what {
            What::Act(step) => (Some(step.kind()), None),
            What::Class(id) => (None, Some(id)),
        };
        OutlookStep {
            kind,
            class_id,
            label,
            operation: operation.to_owned(),
            fields,
            earliest_on: step.earliest_on,
            latest_on: step.latest_on,
        }
    });
    let steps = steps.collect();
    let body = Outlook {
        candidate_id: ahead.candidate.id,
        on: today,
        until,
        stage: ahead.candidate.stage,
        goal: whole.as_ref().map(|o| o.goal),
        reached_on: whole.as_ref().and_then(|o| o.reached_on),
        begin_by: whole.as_ref().and_then(|o| o.begin_by),
        slack_days: whole.as_ref().and_then(|o| o.slack(today)),
        steps,
        blocked_by: whole
            .into_iter()
            .flat_map(|o| o.blocked_by)
            .map(|check| Requirement::of(check, english))
            .collect(),
    };
    Ok(Spoken::new(&body))
}
