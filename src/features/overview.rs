//! Overview of the branches: people, figures of the year, duties, last inspection, problems and the
//! period's work plan.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /overview` | [`get_overview`] |
use actix_web::web::Data;
use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::rows::quoted;
use crate::access::{ReadOverview, reach};
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::law::period::last_number;
use crate::law::say;
use crate::law::words::daily::{InspectionKind, PeriodKind};
use crate::law::words::{DeadlineKind, MemberStatus, PlanState, Stage};

pub fn configure(v1: &mut Routes) {
    v1.service(get_overview);
}

/// Overview of the branches within your reach
#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    /// Date of the figures
    pub on: NaiveDate,
    /// Period of the work plans
    pub period_kind: PeriodKind,
    #[schema(minimum = 1990, maximum = 2100)]
    pub period_year: i32,
    #[schema(minimum = 1, maximum = 12)]
    pub period_number: i32,
    #[schema(max_items = 2000)]
    pub items: Vec<BranchOverview>,
    /// Branches without a work plan for the period
    #[schema(max_items = 2000)]
    pub without_work_plan: Vec<Uuid>,
}

/// Overview of a branch
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchOverview {
    pub branch_id: Uuid,
    #[schema(example = "01", max_length = 20)]
    pub branch_number: String,
    #[schema(max_length = 200)]
    pub branch_name: String,
    #[schema(minimum = 0)]
    pub official_members: i32,
    #[schema(minimum = 0)]
    pub probationary_members: i32,
    pub candidates: Candidates,
    /// This year's quota from the plan in force; 0 if there is none
    #[schema(minimum = 0)]
    pub quota: i32,
    /// Admissions this year, by ceremony date
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// Number of overdue deadlines
    #[schema(minimum = 0)]
    pub overdue_deadlines: i32,
    /// Number of open deadlines due within 30 days
    #[schema(minimum = 0)]
    pub due_deadlines: i32,
    /// Files that have lost the ground of an act, `ground_lost`; `GET /findings` names the acts
    #[schema(minimum = 0)]
    pub open_findings: i32,
    #[schema(required = true)]
    pub last_inspection_on: Option<NaiveDate>,
    #[schema(required = true)]
    pub last_inspection_kind: Option<InspectionKind>,
    /// Number of overdue follow-ups of inspections
    #[schema(minimum = 0)]
    pub overdue_follow_ups: i32,
    /// Number of problem reports waiting for an answer
    #[schema(minimum = 0)]
    pub open_problem_reports: i32,
    /// The work plan of the period; null if there is none
    #[schema(required = true)]
    pub work_plan_id: Option<Uuid>,
    /// Whether there is a work plan without a section on admission work
    pub missing_admission_section: bool,
}

/// Open candidacies by group of stages
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidates {
    #[schema(minimum = 0)]
    pub nominated: i32,
    #[schema(minimum = 0)]
    pub in_plan: i32,
    /// From the dossier to the committee's resolution
    #[schema(minimum = 0)]
    pub dossier: i32,
    #[schema(minimum = 0)]
    pub submitted: i32,
    #[schema(minimum = 0)]
    pub decided: i32,
    /// From the ceremony to the recognition
    #[schema(minimum = 0)]
    pub probationary: i32,
}

/// One statement for all branches. `$1` is today, `$2` to `$4` the period.
fn branches(scope: &str) -> String {
    let stages =
        |those: &[Stage]| quoted(&those.iter().map(|stage| stage.wire()).collect::<Vec<_>>());
    let nominated = stages(&[Stage::Nominated]);
    let in_plan = stages(&[Stage::InPlan]);
    let dossier = stages(&[
        Stage::Dossier,
        Stage::BranchResolved,
        Stage::CommitteeResolved,
    ]);
    let submitted = stages(&[Stage::Submitted]);
    let decided = stages(&[Stage::Decided]);
    let probationary = stages(&[
        Stage::Probationary,
        Stage::RecognitionBranchResolved,
        Stage::RecognitionCommitteeResolved,
    ]);
    let [official, on_probation] =
        [MemberStatus::Official, MemberStatus::Probationary].map(MemberStatus::wire);
    let issued = quoted(&PlanState::ISSUED.map(PlanState::wire));
    let lost = DeadlineKind::GroundLost.wire();
    format!(
        include_str!("overview.sql"),
        official = official,
        on_probation = on_probation,
        nominated = nominated,
        in_plan = in_plan,
        dossier = dossier,
        submitted = submitted,
        decided = decided,
        probationary = probationary,
        issued = issued,
        lost = lost,
        scope = scope,
    )
}

/// Selects the period of the work plans
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// Kind of period of the work plans; `month` by default
    period_kind: Option<PeriodKind>,
    /// Year of the period; the current one by default
    #[serde(default, deserialize_with = "query::year")]
    #[param(minimum = 1990, maximum = 2100)]
    period_year: Option<i32>,
    /// Number of the period within the year; the current one by default
    #[param(minimum = 1, maximum = 12)]
    #[serde(default, deserialize_with = "query::ordinal")]
    period_number: Option<i32>,
}

/// Get an overview of the branches
///
/// A committee member sees the branches assigned to them; a branch sees its own. The work plans are
/// those of the current month or of the given period.
#[operation(get, "/overview", answer = "The overview")]
pub async fn get_overview(
    permit: Permit<ReadOverview>,
    db: Data<Db>,
    Query(asked): Query<Asked>,
) -> Result<Reply<Overview>> {
    let today = db.clock().today();
    let kind = asked.period_kind.unwrap_or(PeriodKind::Month);
    let month = i32::try_from(today.month()).unwrap_or(1);
    let present = match kind {
        PeriodKind::Month => month,
        PeriodKind::Quarter => (month + 2) / 3,
        PeriodKind::Year => 1,
    };
    let period_year = asked.period_year.unwrap_or_else(|| today.year());
    let period_number = asked.period_number.unwrap_or(present);
    let last = last_number(kind);
    if !(1..=last).contains(&period_number) {
        let words = say(format!("Từ 1 đến {last}."), format!("From 1 to {last}."));
        return Err(query::invalid("period_number", words));
    }
    let rows = db
        .read(&permit, async |tx| {
            let scope = tx.scope(&reach::branches(permit.reach()), "b.");
            tx.last()
                .rows(
                    &branches(&scope),
                    vec![
                        today.into(),
                        kind.wire().into(),
                        period_year.into(),
                        period_number.into(),
                    ],
                )
                .await
        })
        .await?;
    let items: Vec<BranchOverview> = rows
        .iter()
        .map(|r| BranchOverview {
            branch_id: r.get(0),
            branch_number: r.get(1),
            branch_name: r.get(2),
            official_members: r.get(3),
            probationary_members: r.get(4),
            candidates: Candidates {
                nominated: r.get(5),
                in_plan: r.get(6),
                dossier: r.get(7),
                submitted: r.get(8),
                decided: r.get(9),
                probationary: r.get(10),
            },
            quota: r.get(11),
            admitted: r.get(12),
            overdue_deadlines: r.get(13),
            due_deadlines: r.get(14),
            last_inspection_on: r.get(15),
            last_inspection_kind: r.get(16),
            overdue_follow_ups: r.get(17),
            open_problem_reports: r.get(18),
            work_plan_id: r.get(19),
            missing_admission_section: r.get(20),
            open_findings: r.get(21),
        })
        .collect();
    let without_work_plan = items
        .iter()
        .filter(|b| b.work_plan_id.is_none())
        .map(|b| b.branch_id)
        .collect();
    let overview = Overview {
        on: today,
        period_kind: kind,
        period_year,
        period_number,
        items,
        without_work_plan,
    };
    Ok(Reply::new(&overview))
}
