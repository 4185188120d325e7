//! A source plan.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query as Build};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Role, reach};
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::db::tables::{candidate, source_plan as table, source_plan_entry, term};
use crate::db::{Query, Tx, any_of, today};
use crate::error::{Code, Error, Result};
use crate::law::lives::follow;
use crate::law::lives::source_plan::{LIFE, SourcePlanStep as Step};
use crate::law::say;
use crate::law::text::{Text, plain, stored};
use crate::law::words::SourcePlanState;

/// A branch's source plan for a term (kế hoạch tạo nguồn)
#[derive(Debug, Serialize, ToSchema)]
pub struct SourcePlan {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub term_id: Uuid,
    pub state: SourcePlanState,
    /// 1 at first, incremented by each revision
    #[schema(minimum = 1)]
    pub revision: i32,
    #[schema(required = true, max_length = 2000)]
    pub note: Option<String>,
    /// Date by which the plan is due, from the term
    #[schema(required = true)]
    pub due_on: Option<NaiveDate>,
    /// Date of the last submission
    #[schema(required = true)]
    pub submitted_on: Option<NaiveDate>,
    /// Date of the first submission, which says whether the plan was in time
    #[schema(required = true)]
    pub first_submitted_on: Option<NaiveDate>,
    /// Overdue, or first submitted late
    pub late: bool,
    /// Date of the last approval or return
    #[schema(required = true)]
    pub decided_on: Option<NaiveDate>,
    /// Date of the first approval, from which the people of the plan count as planned
    #[schema(required = true)]
    pub approved_on: Option<NaiveDate>,
    /// Why it was sent back, or why it is being revised
    #[schema(required = true, max_length = 1000)]
    pub reason: Option<String>,
    /// People in the plan
    #[schema(minimum = 0)]
    pub entries: i32,
    /// How many of them have become candidates
    #[schema(minimum = 0)]
    pub introduced: i32,
    /// How many of them have been admitted
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A source plan to draft
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewSourcePlan {
    /// The caller's branch
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    /// One plan per branch and term
    #[schema(example = "01750000-0000-7000-8000-00007e000001")]
    pub term_id: Uuid,
    #[schema(example = "Ưu tiên bác sĩ, điều dưỡng trưởng ở các khoa")]
    pub note: Option<Text<2000>>,
}

/// The changeable part of a source plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SourcePlanNote {
    pub note: Option<Text<2000>>,
}

/// For each plan: its due date from the term, today, entries, and how many of them were introduced
/// and admitted.
fn figures(plans: Vec<Uuid>) -> Query<(Uuid, Option<NaiveDate>, NaiveDate, i32, i32, i32)> {
    let plan = |column| Expr::col((table::Entity, column));
    let entry = |column| Expr::col((source_plan_entry::Entity, column));
    let person = |column| Expr::col((candidate::Entity, column));
    let due = || Expr::col((term::Entity, term::Column::SourcePlansDueOn));
    let count = |what: Expr| Func::count(what).cast_as("int");
    let entries = entry(source_plan_entry::Column::SourcePlanId)
        .eq(plan(table::Column::Id))
        .and(source_plan_entry::Column::DeletedAt.is_null());
    let mut figures = Build::select();
    figures
        .expr(plan(table::Column::Id))
        .expr(due())
        .expr(today())
        .expr(count(entry(source_plan_entry::Column::Id)))
        .expr(count(person(candidate::Column::Id)))
        .expr(count(person(candidate::Column::AdmittedOn)))
        .from(table::Entity)
        .inner_join(
            term::Entity,
            Expr::col((term::Entity, term::Column::Id)).eq(plan(table::Column::TermId)),
        )
        .left_join(source_plan_entry::Entity, entries)
        .left_join(
            candidate::Entity,
            person(candidate::Column::Id).eq(entry(source_plan_entry::Column::CandidateId)),
        )
        .and_where(any_of((table::Entity, table::Column::Id), plans))
        .add_group_by([plan(table::Column::Id), due()]);
    Query::of(&figures)
}

impl Resource for SourcePlan {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "source_plan",
        path: "source-plans",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::TermId, FieldKind::Uuid),
            Field::of(
                &table::Column::State,
                FieldKind::Enum(SourcePlanState::WIRE),
            ),
            Field::of(&table::Column::SubmittedOn, FieldKind::Date),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            term_id,
            state,
            revision,
            note,
            submitted_on,
            first_submitted_on,
            decided_on,
            approved_on,
            reason,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            term_id,
            state,
            revision,
            note,
            due_on: None,
            submitted_on,
            first_submitted_on,
            late: false,
            decided_on,
            approved_on,
            reason,
            entries: 0,
            introduced: 0,
            admitted: 0,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|p| p.id).collect();
        for (id, due, today, entries, introduced, admitted) in tx.all(figures(ids)).await? {
            if let Some(plan) = items.iter_mut().find(|p| p.id == id) {
                plan.due_on = due;
                // a plan that was returned without ever having been approved is due as before, like
                // its duty
                let with_it = [SourcePlanState::Submitted, SourcePlanState::Approved];
                let stands = with_it.contains(&plan.state) || plan.approved_on.is_some();
                let settled = plan.first_submitted_on.filter(|_| stands);
                plan.late = due.is_some_and(|due| settled.unwrap_or(today) > due);
                (plan.entries, plan.introduced, plan.admitted) = (entries, introduced, admitted);
            }
        }
        Ok(())
    }
}

impl Editable for SourcePlan {
    type Edit = SourcePlanNote;
    fn edit(row: &table::Model) -> SourcePlanNote {
        SourcePlanNote {
            note: stored(row.note.clone()),
        }
    }
    fn apply(edit: SourcePlanNote, active: &mut table::ActiveModel) {
        active.note = Set(plain(edit.note));
    }
}

/// The state after a step, or 409.
pub fn stepped(row: &table::Model, step: Step, by: Role) -> Result<SourcePlanState> {
    follow(LIFE, row.state, &step, by).ok_or_else(|| {
        let (vi, en) = (row.state.vi(), row.state.en());
        Error::new(Code::InvalidTransition).detail(say(
            format!("Kế hoạch tạo nguồn đang ở trạng thái “{vi}”: không thực hiện được bước này."),
            format!("The source plan is “{en}”, which does not allow this."),
        ))
    })
}
