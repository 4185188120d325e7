//! Queries of quota plans.
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, JoinType, Order, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::wire::{QuotaLine, QuotaPlan, Revision};
use crate::access::reach::by;
use crate::access::{Action, reach};
use crate::api::edit;
use crate::db::tables::{
    branch, later_admission, quota_closing, quota_line, quota_plan, quota_revision, term,
};
use crate::db::{Query, Record, Tx, any_of, constant, functions, sql, texts, unnest};
use crate::error::{Code, Error, Fault, Result};
use crate::law::calendar::days_of;
use crate::law::quota::{Line, warnings};
use crate::law::text::{Text, plain, stored};
use crate::law::{PlanState, say};

/// A line with its branch's admissions and pipeline.
#[derive(Record)]
struct Figures {
    plan_id: Uuid,
    annual_minimum: i32,
    inside: bool,
    admitted: i32,
    pipeline: i32,
    branch_id: Uuid,
    quota: i32,
    rationale: String,
    basis: Option<String>,
}

/// The term of a plan of this organisation; `None` if it has no such term.
pub(super) async fn term(tx: &Tx, id: Uuid, organization: Uuid) -> Result<Option<term::Model>> {
    let own = term::Column::OrganizationId
        .eq(organization)
        .and(term::Column::DeletedAt.is_null());
    tx.one(term::Entity::find_by_id(id).filter(own)).await
}

/// Adds lines, sums, warnings (also about admissions and pipeline) and earlier revisions to all
/// plans, in two statements and one flush.
pub async fn complete(tx: &Tx, items: &mut [QuotaPlan]) -> Result<()> {
    let ids: Vec<Uuid> = items.iter().map(|p| p.id).collect();
    let scope = tx.within(
        &by(
            &[Action::DraftQuotaPlans, Action::IssueQuotaPlans],
            reach::own_organization,
        ),
        "",
    );
    let revisions = quota_revision::Entity::find()
        .filter(any_of(quota_revision::Column::PlanId, ids.clone()))
        .filter(scope)
        .order_by_asc(quota_revision::Column::Revision);
    let revisions = tx.soon(revisions).await;
    let scope = tx.scope(
        &by(&[Action::ReadQuotaPlans], reach::of_branch_or_below),
        "l.",
    );
    let text = include_str!("lines.sql").replace("{scope}", &scope);
    let mut inside = std::collections::HashMap::<Uuid, (i32, Vec<(Uuid, Line)>)>::new();
    for row in tx.all(sql::<Figures>(text, vec![ids.into()])).await? {
        if row.inside {
            let seen = inside
                .entry(row.plan_id)
                .or_insert_with(|| (row.annual_minimum, Vec::new()));
            let line = Line {
                quota: row.quota,
                admitted: row.admitted,
                pipeline: row.pipeline,
            };
            seen.1.push((row.branch_id, line));
        }
        if let Some(plan) = items.iter_mut().find(|p| p.id == row.plan_id) {
            plan.lines.push(QuotaLine {
                branch_id: row.branch_id,
                quota: row.quota,
                rationale: Text::stored(row.rationale),
                basis: stored(row.basis),
            });
        }
    }
    for plan in items.iter_mut() {
        plan.total = plan.lines.iter().map(|l| l.quota).sum();
        if let Some((minimum, lines)) = inside.remove(&plan.id) {
            let closed = plan.state == PlanState::Closed;
            plan.warnings = warnings(
                &lines.iter().map(|l| l.1).collect::<Vec<_>>(),
                minimum,
                closed,
            );
            plan.branches_without_pipeline = lines
                .iter()
                .filter(|l| !closed && l.1.dry())
                .map(|l| l.0)
                .collect();
        }
    }
    for row in revisions.all().await? {
        let lines = serde_json::from_value(row.lines).map_err(Error::internal)?;
        if let Some(plan) = items.iter_mut().find(|p| p.id == row.plan_id) {
            plan.revisions.push(Revision {
                revision: row.revision,
                reason: row.reason,
                replaced_on: row.replaced_on,
                lines,
                decision_number: row.decision_number,
                decision_on: row.decision_on,
            });
        }
    }
    Ok(())
}

/// The stored lines of a plan.
pub async fn lines(tx: &Tx, plan: Uuid) -> Result<Vec<QuotaLine>> {
    let lines = quota_line::Entity::find()
        .filter(quota_line::Column::PlanId.eq(plan))
        .order_by_asc(quota_line::Column::Id);
    let lines = tx.all(lines).await?.into_iter().map(|line| QuotaLine {
        branch_id: line.branch_id,
        quota: line.quota,
        rationale: Text::stored(line.rationale),
        basis: stored(line.basis),
    });
    Ok(lines.collect())
}

/// Each branch once, and each of this organisation. One that has ended has no new line: the lines
/// of the plan in force may stay (`kept`).
pub async fn check(
    tx: &Tx,
    (organization, year): (Uuid, i32),
    lines: &[QuotaLine],
    kept: &[QuotaLine],
) -> Result<()> {
    let last = days_of(year).1;
    let ids: Vec<Uuid> = lines.iter().map(|l| l.branch_id).collect();
    let known = branch::Entity::find()
        .filter(any_of(branch::Column::Id, ids.iter().copied()))
        .filter(branch::Column::OrganizationId.eq(organization))
        .filter(branch::Column::DeletedAt.is_null());
    let known = tx.all(known).await?;
    let mut faults = Vec::new();
    for (i, id) in ids.iter().enumerate() {
        if !known.iter().any(|b| b.id == *id) {
            faults.push(crate::api::http::unknown_reference(&format!(
                "/lines/{i}/branch_id"
            )));
        } else if known
            .iter()
            .any(|b| b.id == *id && b.founded_on > Some(last))
        {
            faults.push(Fault::pointer(
                format!("/lines/{i}/branch_id"),
                "before_founding",
                say(
                    format!("Năm {year} chi bộ chưa được thành lập."),
                    format!("The branch did not exist yet in {year}."),
                ),
            ));
        } else if ids[..i].contains(id) {
            faults.push(Fault::pointer(
                format!("/lines/{i}/branch_id"),
                "repeated",
                say("Chi bộ có hai dòng.", "The branch has more than one line."),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(Error::faults(Code::ValidationFailed, faults));
    }
    let closed = known.iter().filter(|b| b.closed_on.is_some());
    let closed: Vec<Uuid> = closed.map(|b| b.id).collect();
    let fresh = ids.iter().enumerate();
    let fresh = fresh.filter(|(_, id)| !kept.iter().any(|line| line.branch_id == **id));
    for (i, id) in fresh.filter(|(_, id)| closed.contains(id)) {
        if let Some(successor) = edit::taken_over(tx, *id).await? {
            let pointer = format!("/lines/{i}/branch_id");
            faults.push(Fault::branch_closed(&pointer, &successor));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::faults(Code::ValidationFailed, faults))
    }
}

/// 409 where a branch has ended, before the year, since the lines were written.
pub(super) async fn expect_going_on(tx: &Tx, year: i32, lines: &[QuotaLine]) -> Result<()> {
    let ended = branch::Entity::find()
        .filter(any_of(
            branch::Column::Id,
            lines.iter().map(|l| l.branch_id),
        ))
        .filter(branch::Column::ClosedOn.lt(days_of(year).0))
        .order_by_asc(branch::Column::Number);
    let ended = tx.all(ended).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = ended.iter().map(|b| b.name.as_str()).collect();
    let names = names.join(", ");
    Err(Error::new(Code::InvalidTransition).detail(say(
        format!("Đã kết thúc trước năm {year}, không giao chỉ tiêu: {names}."),
        format!("Ended before {year}, so no quota can be issued to: {names}."),
    )))
}

/// Keeps the admissions of each branch as they are when the year is closed.
pub async fn keep_figures(tx: &Tx, plan: &quota_plan::Model) -> Result<()> {
    use quota_closing::Column;
    let columns = [
        Column::PlanId,
        Column::OrganizationId,
        Column::BranchId,
        Column::Admitted,
    ];
    let (first, last) = days_of(plan.year);
    let mut figures = Build::select();
    figures
        .expr(Expr::val(plan.id))
        .columns(["organization_id", "branch_id", "admitted"])
        .from_subquery(functions::admitted(first, last), "figures")
        .and_where(Expr::col("organization_id").eq(plan.organization_id));
    let mut insert = Build::insert();
    let insert = insert.into_table(quota_closing::Entity).columns(columns);
    let insert = insert.select_from(figures).map_err(Error::internal)?;
    tx.execute(Query::<()>::of(insert)).await.map(drop)
}

/// The year is open again: its figures follow from the acts.
pub async fn forget_figures(tx: &Tx, plan: Uuid) -> Result<()> {
    let kept = quota_closing::Entity::delete_many().filter(quota_closing::Column::PlanId.eq(plan));
    tx.execute(kept).await?;
    let later =
        later_admission::Entity::delete_many().filter(later_admission::Column::PlanId.eq(plan));
    tx.execute(later).await.map(drop)
}

/// Replaces all lines of a plan, in two statements.
pub async fn replace(tx: &Tx, organization: Uuid, plan: Uuid, lines: &[QuotaLine]) -> Result<()> {
    let earlier = quota_line::Entity::delete_many().filter(quota_line::Column::PlanId.eq(plan));
    tx.execute(earlier).await?;
    let ids: Vec<Uuid> = lines.iter().map(|_| Uuid::now_v7()).collect();
    let branches: Vec<Uuid> = lines.iter().map(|l| l.branch_id).collect();
    let quotas: Vec<i32> = lines.iter().map(|l| l.quota).collect();
    let rationales = texts((lines.iter()).map(|l| Some(l.rationale.as_str().to_owned())));
    let bases = texts(lines.iter().map(|l| plain(l.basis.clone())));
    let row = [
        (quota_line::Column::Id, unnest(ids, "uuid[]")),
        (quota_line::Column::OrganizationId, organization.into()),
        (quota_line::Column::PlanId, plan.into()),
        (quota_line::Column::BranchId, unnest(branches, "uuid[]")),
        (quota_line::Column::Quota, unnest(quotas, "int[]")),
        (quota_line::Column::Rationale, unnest(rationales, "text[]")),
        (quota_line::Column::Basis, unnest(bases, "text[]")),
    ];
    let (columns, values): (Vec<_>, Vec<Expr>) = row.into_iter().unzip();
    let (mut rows, mut insert) = (Build::select(), Build::insert());
    rows.exprs(values);
    let insert = insert.into_table(quota_line::Entity).columns(columns);
    let insert = insert.select_from(rows).map_err(Error::internal)?;
    tx.execute(Query::<()>::of(insert)).await.map(drop)
}

/// Archives the lines before a revision replaces them.
pub async fn keep(tx: &Tx, plan: &quota_plan::Model, reason: &str, today: NaiveDate) -> Result<()> {
    let lines = serde_json::to_value(lines(tx, plan.id).await?).map_err(Error::internal)?;
    let kept = quota_revision::Model {
        id: Uuid::now_v7(),
        organization_id: plan.organization_id,
        plan_id: plan.id,
        revision: plan.revision,
        reason: reason.to_owned(),
        replaced_on: today,
        lines,
        decision_number: plan.decision_number.clone(),
        decision_on: plan.decision_on,
    };
    tx.keep(kept).await.map(drop)
}

/// The factors for the quota of a branch.
#[derive(Record)]
pub(super) struct Branch {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) previous_result: i32,
    pub(super) pipeline: i32,
    pub(super) non_members: i32,
}

/// The open branches with these factors, by number.
pub(super) fn branches(organization: Uuid) -> Query<Branch> {
    let pipeline = [Expr::col(("way", "pipeline")), constant(0)];
    let mut branches = Build::select();
    branches
        .columns(
            [
                branch::Column::Id,
                branch::Column::Number,
                branch::Column::Name,
            ]
            .map(|column| (branch::Entity, column)),
        )
        .expr_as(
            Expr::col(branch::Column::PreviousTermAdmissions),
            "previous_result",
        )
        .expr_as(Func::coalesce(pipeline), "pipeline")
        .expr_as(Expr::col(branch::Column::NonMemberCount), "non_members")
        .from(branch::Entity)
        .join_subquery(
            JoinType::LeftJoin,
            functions::pipeline(),
            "way",
            Expr::col(("way", "branch_id")).equals((branch::Entity, branch::Column::Id)),
        )
        .and_where(branch::Column::OrganizationId.eq(organization))
        .and_where(branch::Column::DeletedAt.is_null())
        .and_where(branch::Column::ClosedOn.is_null())
        .order_by((branch::Entity, branch::Column::Number), Order::Asc);
    Query::of(&branches)
}
