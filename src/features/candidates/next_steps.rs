//! Next steps: what can be done, what is missing, and from when. Uses the function that refuses an
//! act. What is no act of the file is told by `further_steps`.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::readable::Readable;
use super::{acts, further_steps};
use crate::access::{self, ReadActs, reach};
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query;
use crate::api::query::Query;
use crate::api::reply::Spoken;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::facts;
use crate::law::acts::{ActKind, Step};
use crate::law::judgement::{Question, requirements};
use crate::law::register::Counts;
use crate::law::requirement::{Check, MetBy, Requirement, Way, way};
use crate::law::words::{DeadlineKind, Purpose, VerificationStep, VotingBody};
use crate::law::{Stage, Words, deadlines, findings};

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
    /// Every step that your role takes: what is possible first, what belongs to another stage last
    #[schema(max_items = 60)]
    pub steps: Vec<NextStep>,
}

/// A step of the procedure
#[derive(Debug, Serialize, ToSchema)]
pub struct NextStep {
    #[schema(max_length = 60)]
    pub kind: &'static str,
    /// `operationId` of a step that is no act of the file
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub operation: Option<&'static str>,
    /// Title in your language
    #[schema(max_length = 200)]
    pub label: String,
    /// Path to send it to
    #[schema(
        max_length = 200,
        example = "/api/v1/candidates/01750000-0000-7000-8000-0000ca010001/dossier"
    )]
    pub path: String,
    /// Fields of the body that identify this step within its kind
    #[schema(value_type = Object)]
    pub fields: Value,
    /// Whether every requirement is met, on a date that is not in the future; but for those that a
    /// field of the act itself meets, which `met_by` names. What else only the act can meet (figures
    /// of a vote) is judged when it is recorded
    pub possible: bool,
    /// The same for a future date, as far as known today
    pub plannable: bool,
    /// Last day of the deadline that the step settles, if any
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Of a vote of the branch: what the register says of that day, which the minutes may leave out
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<EntitledToVote>,
    /// First day on which every requirement can be met; null if one of them has no such day
    #[schema(required = true)]
    pub earliest_on: Option<NaiveDate>,
    /// All requirements; if the step is not possible, only the unmet ones
    #[schema(max_items = 200)]
    pub requirements: Vec<Requirement>,
}

/// The operation and field that meet a requirement of a step of this kind.
fn met_by(kind: &str, check: &Check) -> Option<MetBy> {
    let (way, field) = match check.field {
        Some(own) => {
            let mut kinds = ActKind::ALL.iter();
            (Way::Act(*kinds.find(|known| known.wire() == kind)?), own)
        }
        None => way(check.rule)?,
    };
    let operation = match way {
        Way::Act(kind) => acts::operation_of(kind)?,
        Way::Candidate => "change_candidate",
        Way::Enrolment => "create_enrolment",
        Way::Class => "create_class",
        Way::Review => "change_review_item",
    };
    Some(MetBy {
        operation: operation.to_owned(),
        field: field.to_owned(),
    })
}

/// Whether the requirement is unmet, and no field of the act itself can meet it.
const fn hinders(check: &Check) -> bool {
    !check.met && check.field.is_none()
}

/// The requirements as shown to the reader: what is missing for a step that is not possible; for
/// one of another stage each rule once.
fn shown(
    kind: &str,
    mut checks: Vec<Check>,
    english: bool,
    readable: &Readable,
) -> Vec<Requirement> {
    let here = |c: &Check| c.rule != "act.stage" || c.met;
    let elsewhere = !checks.iter().all(here);
    if checks.iter().any(hinders) {
        checks.retain(|c| !c.met);
    }
    if elsewhere {
        // the stage already implies it
        checks.retain(|c| c.rule != "act.order");
        checks.dedup_by_key(|c| c.rule);
    }
    checks
        .into_iter()
        // every step of the stage meets these, so they tell nothing
        .filter(|c| {
            let usual = ["act.stage", "act.order", "act.recorded_by", "file.ground"];
            !(c.met && usual.contains(&c.rule))
        })
        .map(|check| {
            let met_by = met_by(kind, &check).filter(|_| !check.met && !elsewhere);
            Requirement {
                met_by,
                evidence_ids: readable.among(&check.rests_on),
                // stated once for all steps
                version: None,
                confirmed: check.confirmed.filter(|_| !elsewhere),
                ..Requirement::of(check, english)
            }
        })
        .collect()
}

impl NextStep {
    /// A step with these requirements; its title is in the reader's language.
    pub fn new(
        (kind, words, path): (&'static str, Words, String),
        fields: Value,
        checks: Vec<Check>,
        asked: Asked,
        readable: &Readable,
    ) -> Self {
        let Asked { on, today, english } = asked;
        let unmet: Vec<Option<NaiveDate>> = checks
            .iter()
            .filter(|c| hinders(c))
            .map(|c| c.earliest_on)
            .collect();
        let met = unmet.is_empty();
        let earliest = unmet.into_iter().collect::<Option<Vec<_>>>();
        Self {
            kind,
            operation: None,
            label: if english { words.en } else { words.vi },
            path: format!("/api/v1{path}"),
            fields,
            possible: met && on <= today,
            plannable: met && on > today,
            due_on: None,
            register: None,
            earliest_on: if met {
                Some(on)
            } else {
                earliest.and_then(|days| days.into_iter().max())
            },
            requirements: shown(kind, checks, english, readable),
        }
    }

    /// The place in the list: what can be done first, what belongs to another stage last.
    fn place(&self) -> u8 {
        let stage = |r: &Requirement| r.rule == "act.stage" && !r.met;
        if self.requirements.iter().any(stage) {
            2
        } else {
            u8::from(!self.possible && !self.plannable)
        }
    }
}

/// Official members of the branch on the day of a vote
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EntitledToVote {
    /// `members` of the minutes
    #[schema(minimum = 0)]
    pub members: i32,
    /// Exempt or on temporary activity elsewhere: those who are absent do not count
    #[schema(minimum = 0)]
    pub exempt: i32,
    /// Suspended from activity, prosecuted or detained: they do not count
    #[schema(minimum = 0)]
    pub suspended: i32,
}

impl From<Counts> for EntitledToVote {
    fn from(counts: Counts) -> Self {
        Self {
            members: counts.official,
            exempt: counts.exempt,
            suspended: counts.suspended,
        }
    }
}

/// The question as it was asked.
#[derive(Clone, Copy)]
pub struct Asked {
    pub on: NaiveDate,
    pub today: NaiveDate,
    pub english: bool,
}

/// The duties that a step settles.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most steps settle no duty of their own"
)]
fn settles(step: Step) -> &'static [DeadlineKind] {
    match step {
        Step::Sponsorship(()) => &[DeadlineKind::SponsorMissing],
        Step::SponsorNote(()) => &[DeadlineKind::SponsorNote],
        Step::Verification(VerificationStep::Returned) => &[DeadlineKind::VerificationReturn],
        Step::Resolution((Purpose::Admission, VotingBody::Branch)) => &[DeadlineKind::PapersExpire],
        Step::Resolution((Purpose::Recognition, VotingBody::Branch)) => {
            &[DeadlineKind::RecognitionReview]
        }
        Step::Decision(Purpose::Admission) => &[DeadlineKind::Decision],
        Step::Decision(Purpose::StrikeOff) => &[DeadlineKind::FailedVotes],
        Step::Ceremony(()) => &[DeadlineKind::Ceremony],
        Step::Recognition(()) => &[DeadlineKind::RecognitionDecision, DeadlineKind::FailedVotes],
        _ => &[],
    }
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
/// Every step that your role takes, with its requirements, met and unmet, their legal sources and
/// earliest dates. The same function judges the POST.
#[operation(get, "/candidates/{id}/next-steps", tag = "procedure")]
pub async fn list_next_steps(
    permit: Permit<ReadActs>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    Query(asked_on): Query<AskedOn>,
) -> Result<Spoken<NextSteps>> {
    let today = db.clock().today();
    let on = asked_on.on.unwrap_or(today);
    let asked = Asked {
        on,
        today,
        english: permit.call.english,
    };
    let (row, facts, courses, file, duties, mut steps) = db
        .read(&permit, async |tx| {
            let scope = tx.within(&reach::candidate(permit.reach()), "candidate.");
            let (row, mut facts, courses) = facts::last_candidacy(tx, scope, *id, today).await?;
            facts.birth_year_only = access::birth_year_only(permit.role(), row.stage.submitted());
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
            let readable = Readable::of(&facts, role);
            let mut steps = Vec::new();
            for step in Step::all() {
                let kind = step.kind();
                let mine =
                    kind.recorded_by().contains(&role) && step.only().is_none_or(|r| r == role);
                let Some(path) = acts::path(kind).filter(|_| mine) else {
                    continue;
                };
                let mut checks = requirements(&question, step, None);
                for check in checks
                    .iter_mut()
                    .filter(|c| !c.met && c.rule == "act.stage")
                {
                    // already stated by the stage of the file
                    check.detail = step.belongs();
                }
                let path = path.replace("{id}", &row.id.to_string());
                let told = (kind.wire(), step.words(), path);
                let fields = Value::Object(fields(step));
                let settled = duties.iter().filter(|d| settles(step).contains(&d.kind));
                let of_branch = matches!(step, Step::Resolution((_, VotingBody::Branch)));
                let near = checks.iter().all(|c| c.met || c.rule != "act.stage");
                let there = (of_branch && near).then(|| facts.register.counts(on).into());
                steps.push(NextStep {
                    due_on: settled.map(|d| d.due_on).min(),
                    register: there,
                    ..NextStep::new(told, fields, checks, asked, &readable)
                });
            }
            Ok((row, facts, courses, file, duties, steps))
        })
        .await?;
    if facts.offered {
        // only one offer can be open
        steps.retain(|step| step.kind != ActKind::Transfer.wire() || !step.possible);
    }
    let further = further_steps::Question {
        row: &row,
        facts: &facts,
        courses: &courses,
        file: &file,
        law: &law,
        duties: &duties,
        asked,
    };
    let mut further = further.steps(&db, &permit).await?;
    further.append(&mut steps);
    further.sort_by_key(NextStep::place);
    Ok(Spoken::new(&NextSteps {
        candidate_id: row.id,
        on,
        stage: row.stage,
        regulation: law.on(on).code.clone(),
        version: row.version,
        steps: further,
    }))
}
