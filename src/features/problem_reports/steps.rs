//! Steps of a problem report. Each needs If-Match, and each with a text adds an entry to the
//! thread.
//!
//! | verb and path | handler |
//! |---|---|
//! | `POST /problem-reports/{id}/messages` | [`write_problem_message`] |
//! | `POST /problem-reports/{id}/forwardings` | [`forward_problem_report`] |
//! | `POST /problem-reports/{id}/answers` | [`answer_problem_report`] |
//! | `POST /problem-reports/{id}/closures` | [`close_problem_report`] |
//! | `POST /problem-reports/{id}/reopenings` | [`reopen_problem_report`] |
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::say_so;
use super::{ProblemReport, due};
use crate::access::{AnswerProblems, ForwardProblems, ReadProblemReports, ReportProblems, Role};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::problem_report as table;
use crate::error::{Code, Error, Result};
use crate::law::lives::follow;
use crate::law::lives::problem_report::{LIFE, ProblemReportStep as Step};
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::daily::{MessageKind, ProblemState};

pub fn configure(v1: &mut Routes) {
    v1.service(write_problem_message)
        .service(forward_problem_report)
        .service(answer_problem_report);
    v1.service(close_problem_report)
        .service(reopen_problem_report);
}

/// A message to add to the thread
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewProblemMessage {
    #[schema(example = "Văn phòng đã liên hệ Đảng ủy xã, chờ trả lời trong tuần.")]
    pub text: Text<5000>,
}

/// Why the answer does not help
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewReopening {
    #[schema(example = "Nơi thẩm tra vẫn chưa trả lời.")]
    pub reason: Text<5000>,
}

/// The state after a step, or 409.
fn stepped(row: &table::Model, step: Step, by: Role) -> Result<ProblemState> {
    follow(LIFE, row.state, &step, by).ok_or_else(|| {
        let (vi, en) = (row.state.vi(), row.state.en());
        Error::new(Code::InvalidTransition).detail(say(
            format!("Báo cáo đang ở trạng thái “{vi}”: không thực hiện được bước này."),
            format!("The report is “{en}”, which does not allow this step."),
        ))
    })
}

/// Add a message to a problem report
///
/// Open to everyone who can see the report. Messages cannot be removed.
#[operation(post, "/problem-reports/{id}/messages", refuses(InvalidTransition))]
pub async fn write_problem_message(
    permit: Permit<ReadProblemReports>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewProblemMessage>,
) -> Result<Reply<ProblemReport>> {
    edit::step::<ProblemReport, _>(&db, &permit, *id, seen, async |tx, row| {
        stepped(&row, Step::Write, permit.role())?;
        let said = (MessageKind::Message, body.value.text.as_str());
        say_so(tx, permit.by(), &row, said).await?;
        let active = edit::blank::<ProblemReport>();
        edit::stepped::<ProblemReport>(tx, &row, active, "thread").await
    })
    .await
}

/// Forward a problem report to the Standing Committee
///
/// From `reported` to `forwarded`, with a note by the Party Office.
#[operation(post, "/problem-reports/{id}/forwardings", refuses(InvalidTransition))]
pub async fn forward_problem_report(
    permit: Permit<ForwardProblems>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewProblemMessage>,
) -> Result<Reply<ProblemReport>> {
    let today = db.clock().today();
    edit::step::<ProblemReport, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<ProblemReport>();
        active.state = Set(stepped(&row, Step::Forward, permit.role())?);
        active.forwarded_on = Set(Some(today));
        let said = (MessageKind::Forwarding, body.value.text.as_str());
        say_so(tx, permit.by(), &row, said).await?;
        edit::stepped::<ProblemReport>(tx, &row, active, "state").await
    })
    .await
}

/// Answer a problem report
///
/// Moves it to `answered`. By the Standing Committee, or by the Party Office if it can settle the
/// matter and has not forwarded it.
#[operation(post, "/problem-reports/{id}/answers", refuses(InvalidTransition))]
pub async fn answer_problem_report(
    permit: Permit<AnswerProblems>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewProblemMessage>,
) -> Result<Reply<ProblemReport>> {
    let today = db.clock().today();
    edit::step::<ProblemReport, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<ProblemReport>();
        active.state = Set(stepped(&row, Step::Answer, permit.role())?);
        active.answered_on = Set(Some(today));
        active.answered_by = Set(Some(permit.role()));
        let said = (MessageKind::Answer, body.value.text.as_str());
        say_so(tx, permit.by(), &row, said).await?;
        edit::stepped::<ProblemReport>(tx, &row, active, "state").await
    })
    .await
}

/// Close a problem report
///
/// By the reporter, when the answer helps or the problem is gone.
#[operation(post, "/problem-reports/{id}/closures", refuses(InvalidTransition))]
pub async fn close_problem_report(
    permit: Permit<ReportProblems>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<ProblemReport>> {
    let today = db.clock().today();
    edit::step::<ProblemReport, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<ProblemReport>();
        active.state = Set(stepped(&row, Step::Close, permit.role())?);
        active.closed_on = Set(Some(today));
        edit::stepped::<ProblemReport>(tx, &row, active, "state").await
    })
    .await
}

/// Reopen a problem report
///
/// By the reporter, with a reason. The report returns to the Party Office, with a new due date.
#[operation(post, "/problem-reports/{id}/reopenings", refuses(InvalidTransition))]
pub async fn reopen_problem_report(
    permit: Permit<ReportProblems>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewReopening>,
) -> Result<Reply<ProblemReport>> {
    let today = db.clock().today();
    edit::step::<ProblemReport, _>(&db, &permit, *id, seen, async |tx, row| {
        let mut active = edit::blank::<ProblemReport>();
        active.state = Set(stepped(&row, Step::Reopen, permit.role())?);
        active.due_on = Set(due(tx, today).await?);
        active.forwarded_on = Set(None);
        active.answered_on = Set(None);
        active.answered_by = Set(None);
        active.closed_on = Set(None);
        active.reopened = Set(row.reopened + 1);
        let said = (MessageKind::Reopening, body.value.reason.as_str());
        say_so(tx, permit.by(), &row, said).await?;
        edit::stepped::<ProblemReport>(tx, &row, active, "state").await
    })
    .await
}
