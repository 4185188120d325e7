//! Problem reports (vướng mắc): from a branch or union to the Standing Committee, through the Party
//! Office, and back with an answer.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /problem-reports` | [`list_problem_reports`] |
//! | `POST /problem-reports` | [`create_problem_report`] |
//! | `GET /problem-reports/{id}` | [`get_problem_report`] |

mod steps;
mod store;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadProblemReports, ReportProblems, Role, reach};
use crate::api::body::Body;
use crate::api::checks::{refuse, too_early};
use crate::api::edit;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::{EXPAND_BRANCH, Field, FieldKind, Named, Resource, Spec, Viewer};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::problem_report as table;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::settings::PROBLEM_REPLY_DAYS;
use crate::law::text::Text;
use crate::law::words::daily::{MessageKind, ProblemState, Reporter};

pub fn configure(v1: &mut Routes) {
    steps::configure(v1);
    v1.service(list_problem_reports)
        .service(create_problem_report)
        .service(get_problem_report);
}

/// Maximum length of a thread, which keeps a report readable; messages leave room for an answer.
pub const LONGEST_THREAD: i32 = 200;
pub const MOST_MESSAGES: i32 = 150;

/// A problem report (vướng mắc) and its progress: branch or union, Party Office, Standing
/// Committee, answer
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemReport {
    pub id: Uuid,
    /// The reporting branch; null for a union
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub reporter: Reporter,
    #[schema(max_length = 300)]
    pub subject: String,
    #[schema(max_length = 5000)]
    pub problem: String,
    pub state: ProblemState,
    pub reported_on: NaiveDate,
    /// Date by which it is to be answered
    pub due_on: NaiveDate,
    /// Whether it is unanswered after that date
    pub overdue: bool,
    /// Date on which the Party Office forwarded it to the Standing Committee
    #[schema(required = true)]
    pub forwarded_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub answered_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub answered_by: Option<Role>,
    #[schema(required = true)]
    pub closed_on: Option<NaiveDate>,
    /// Number of times it was reopened
    #[schema(minimum = 0)]
    pub reopened: i32,
    /// All entries, oldest first; entries are never removed
    #[schema(max_items = 200)]
    pub thread: Vec<ProblemMessage>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An entry in the thread of a problem report
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemMessage {
    pub id: Uuid,
    pub kind: MessageKind,
    pub author: Role,
    #[schema(max_length = 5000)]
    pub text: String,
    pub at: DateTime<Utc>,
}

/// A problem to report. Your role determines who reports
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewProblemReport {
    #[schema(example = "Thẩm tra lý lịch ở tỉnh khác chưa có trả lời")]
    pub subject: Text<300>,
    #[schema(
        example = "Đã gửi công văn ba tháng, nơi thẩm tra chưa trả lời; đề nghị Đảng ủy can thiệp."
    )]
    pub problem: Text<5000>,
    /// Date by which an answer is needed; by default the number of days in the setting
    /// `problem_reply_days`
    pub due_on: Option<NaiveDate>,
}

impl Resource for ProblemReport {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "problem_report",
        path: "problem-reports",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::Reporter, FieldKind::Enum(Reporter::WIRE)),
            Field::of(&table::Column::State, FieldKind::Enum(ProblemState::WIRE)),
            Field::expression("overdue", store::overdue, FieldKind::Bool),
            Field::of(&table::Column::DueOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::problem_report,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            reporter,
            reported_by: _,
            subject,
            problem,
            state,
            reported_on,
            due_on,
            forwarded_on,
            answered_on,
            answered_by,
            closed_on,
            reopened,
            version,
            created_at,
            updated_at,
        } = row;
        let waits = matches!(state, ProblemState::Reported | ProblemState::Forwarded);
        Self {
            id,
            branch_id,
            branch_name: None,
            reporter,
            subject,
            problem,
            state,
            reported_on,
            due_on,
            overdue: waits && due_on < viewer.today,
            forwarded_on,
            answered_on,
            answered_by,
            closed_on,
            reopened,
            thread: Vec::new(),
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|r| r.id).collect();
        for entry in store::threads(tx, ids).await? {
            if let Some(report) = items.iter_mut().find(|r| r.id == entry.report_id) {
                report.thread.push(ProblemMessage {
                    id: entry.id,
                    kind: entry.kind,
                    author: entry.author,
                    text: entry.body,
                    at: entry.at,
                });
            }
        }
        Ok(())
    }
}

/// The day by which a report made on `from` is to be answered.
pub async fn due(tx: &Tx, from: NaiveDate) -> Result<NaiveDate> {
    let days = facts::setting(tx, &PROBLEM_REPLY_DAYS, Some(from)).await?;
    Ok(from
        .checked_add_days(chrono::Days::new(u64::try_from(days).unwrap_or_default()))
        .unwrap_or(from))
}

/// List problem reports
#[operation(get, "/problem-reports")]
pub async fn list_problem_reports(
    permit: Permit<ReadProblemReports>,
    db: Data<Db>,
    query: List<ProblemReport>,
) -> Result<Page<ProblemReport>> {
    edit::list(&db, &permit, &query).await
}

/// Get a problem report with its thread
#[operation(get, "/problem-reports/{id}")]
pub async fn get_problem_report(
    permit: Permit<ReadProblemReports>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<ProblemReport>,
) -> Result<Reply<ProblemReport>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// The kind of reporter that this role is.
fn reporter(role: Role) -> Result<Reporter> {
    match role {
        Role::BranchCommittee => Ok(Reporter::BranchCommittee),
        Role::TradeUnion => Ok(Reporter::TradeUnion),
        Role::YouthUnion => Ok(Reporter::YouthUnion),
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::UpperCommittee
        | Role::ServiceAccount
        | Role::SystemAdmin => Err(Error::new(Code::Forbidden)),
    }
}

/// Report a problem
///
/// Goes to the Standing Committee, through the Party Office.
#[operation(post, "/problem-reports")]
pub async fn create_problem_report(
    permit: Permit<ReportProblems>,
    db: Data<Db>,
    body: Body<NewProblemReport>,
) -> Result<Created<ProblemReport>> {
    let today = db.clock().today();
    edit::create::<ProblemReport, _, _>(&db, &permit, &body, async |tx| {
        let new = &body.value;
        if new.due_on.is_some_and(|on| on < today) {
            refuse(vec![too_early("/due_on")])?;
        }
        let due_on = match new.due_on {
            Some(on) => on,
            None => due(tx, today).await?,
        };
        let mut active = edit::blank::<ProblemReport>();
        active.branch_id = Set(permit.caller().branch);
        active.reporter = Set(reporter(permit.role())?);
        active.reported_by = Set(permit.caller().account);
        active.subject = Set(new.subject.as_str().to_owned());
        active.problem = Set(new.problem.as_str().to_owned());
        active.state = Set(ProblemState::Reported);
        active.reported_on = Set(today);
        active.due_on = Set(due_on);
        active.reopened = Set(0);
        edit::insert::<ProblemReport>(tx, permit.caller().organization, active).await
    })
    .await
}
