//! Next steps: what can be done, what is missing, and from when. Uses the function that refuses an
//! act.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::acts;
use crate::access::{ReadActs, reach};
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::facts;
use crate::law::Stage;
use crate::law::acts::{ActKind, Step};
use crate::law::judgement::{Question, requirements};
use crate::law::requirement::{Check, MetBy, Requirement, Way, way};
use crate::law::words::{DeadlineKind, Purpose, VerificationStep, VotingBody};
use crate::law::{deadlines, findings};

/// The caller's next steps for a candidate
#[derive(Debug, Serialize, ToSchema)]
pub struct NextSteps {
    pub candidate_id: Uuid,
    /// Date in question
    pub on: NaiveDate,
    pub stage: Stage,
    /// Regulation in force on that date
    #[schema(example = "24-QĐ/TW", max_length = 100)]
    pub regulation: String,
    /// Version of the candidate, to send as `If-Match` with the act
    #[schema(minimum = 1)]
    pub version: i32,
    /// Every step that your role records, those of the current stage first
    #[schema(max_items = 60)]
    pub steps: Vec<NextStep>,
}

/// A step of the procedure
#[derive(Debug, Serialize, ToSchema)]
pub struct NextStep {
    pub kind: ActKind,
    /// Title in your language
    #[schema(max_length = 200)]
    pub label: String,
    /// Path to POST to
    #[schema(
        max_length = 200,
        example = "/api/v1/candidates/01750000-0000-7000-8000-0000ca010001/dossier"
    )]
    pub path: String,
    /// Fields of the body that identify this step within its kind
    #[schema(value_type = Object)]
    pub fields: Value,
    /// Whether every requirement is met, on a date that is not in the future. Requirements that
    /// only the act can meet (figures of a vote, a reason) are judged when it is recorded
    pub possible: bool,
    /// The same for a future date, as far as known today
    pub plannable: bool,
    /// Last day of the duty that the step settles, if any
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// First day on which every requirement can be met; null if one of them has no such day
    #[schema(required = true)]
    pub earliest_on: Option<NaiveDate>,
    /// All requirements; if the step belongs to another stage, only the unmet ones
    #[schema(max_items = 200)]
    pub requirements: Vec<Requirement>,
}

/// The operation and field that meet a requirement.
fn met_by(rule: &str) -> Option<MetBy> {
    let (way, field) = way(rule)?;
    let operation = match way {
        Way::Act(kind) => acts::operation_of(kind)?,
        Way::Candidate => "change_candidate",
        Way::Enrolment => "create_enrolment",
        Way::Review => "change_review_item",
    };
    Some(MetBy {
        operation: operation.to_owned(),
        field: field.to_owned(),
    })
}

/// The requirements as shown to the reader; for a step of another stage only the unmet ones.
fn shown(checks: Vec<Check>, english: bool) -> Vec<Requirement> {
    let here = |c: &Check| c.rule != "act.stage" || c.met;
    let elsewhere = !checks.iter().all(here);
    checks
        .into_iter()
        // every step of the stage meets these, so they tell nothing
        .filter(|c| {
            !c.met
                || !(elsewhere || matches!(c.rule, "act.stage" | "act.order" | "act.recorded_by"))
        })
        .map(|check| {
            let met_by = met_by(check.rule).filter(|_| !check.met && !elsewhere);
            Requirement {
                met_by,
                // stated once for all steps
                version: None,
                confirmed: check.confirmed.filter(|_| !elsewhere),
                ..Requirement::of(check, english)
            }
        })
        .collect()
}

/// The duty that a step settles.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most steps settle no duty of their own"
)]
fn settles(step: Step) -> Option<DeadlineKind> {
    Some(match step {
        Step::Sponsorship(()) => DeadlineKind::SponsorMissing,
        Step::SponsorNote(()) => DeadlineKind::SponsorNote,
        Step::Verification(VerificationStep::Returned) => DeadlineKind::VerificationReturn,
        Step::Resolution((Purpose::Admission, VotingBody::Branch)) => DeadlineKind::PapersExpire,
        Step::Resolution((Purpose::Recognition, VotingBody::Branch)) => {
            DeadlineKind::RecognitionReview
        }
        Step::Decision(Purpose::Admission) => DeadlineKind::Decision,
        Step::Ceremony(()) => DeadlineKind::Ceremony,
        Step::Recognition(()) => DeadlineKind::RecognitionDecision,
        _ => return None,
    })
}

fn fields(step: Step) -> Map<String, Value> {
    let fields = step.fields().into_iter();
    fields.map(|(k, v)| (k.to_owned(), v.into())).collect()
}

/// Selects the date in question
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct AskedOn {
    /// Date in question; today by default
    #[serde(default, deserialize_with = "query::day")]
    on: Option<NaiveDate>,
}

/// List the next steps of a candidate
///
/// Every step that your role records, with its requirements, met and unmet, their legal sources and
/// earliest dates. The same function judges the POST.
#[operation(get, "/candidates/{id}/next-steps", tag = "procedure")]
pub async fn list_next_steps(
    permit: Permit<ReadActs>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    Query(asked_on): Query<AskedOn>,
) -> Result<Reply<NextSteps>> {
    let today = db.clock().today();
    let on = asked_on.on.unwrap_or(today);
    let english = permit.call.english;
    db.read(&permit, async |tx| {
        let scope = tx.within(&reach::candidate(permit.reach()), "candidate.");
        let (row, mut facts) = facts::last_candidacy(tx, scope, *id, today).await?;
        facts.birth_year_only = !facts::sees_birth(permit.role(), &row);
        let lost = findings::of(&facts, &law);
        let facts = facts.as_shown();
        let file = facts.file(&law);
        let (version, role) = (law.on(on), permit.role());
        let question = Question {
            facts: &facts,
            file: &file,
            law: &law,
            version,
            on,
            role,
            account: permit.caller().account,
            recording: true,
            lost: &lost,
        };
        let duties = deadlines::open(&file, &law, &facts);
        let mut steps = Vec::new();
        for step in Step::all() {
            let kind = step.kind();
            let mine = kind.recorded_by().contains(&role) && step.only().is_none_or(|r| r == role);
            let Some(path) = acts::path(kind).filter(|_| mine) else {
                continue;
            };
            let checks = requirements(&question, step, None);
            let unmet: Vec<Option<NaiveDate>> = checks
                .iter()
                .filter(|c| !c.met)
                .map(|c| c.earliest_on)
                .collect();
            let due = settles(step).and_then(|kind| {
                let mine = duties.iter().filter(|d| d.kind == kind);
                mine.map(|d| d.due_on).min()
            });
            steps.push(NextStep {
                kind,
                label: if english {
                    step.words().en
                } else {
                    step.words().vi
                },
                path: format!("/api/v1{}", path.replace("{id}", &row.id.to_string())),
                fields: Value::Object(fields(step)),
                possible: unmet.is_empty() && on <= today,
                plannable: unmet.is_empty() && on > today,
                due_on: due,
                earliest_on: if unmet.is_empty() {
                    Some(on)
                } else {
                    unmet
                        .into_iter()
                        .collect::<Option<Vec<_>>>()
                        .and_then(|d| d.into_iter().max())
                },
                requirements: shown(checks, english),
            });
        }
        steps.sort_by_key(|s| {
            s.requirements
                .iter()
                .any(|r| r.rule == "act.stage" && !r.met)
        });
        let body = NextSteps {
            candidate_id: row.id,
            on,
            stage: row.stage,
            regulation: version.code.clone(),
            version: row.version,
            steps,
        };
        Ok(Reply::new(&body))
    })
    .await
}
