//! Queries of quota plans.
use chrono::NaiveDate;
use sea_orm::sea_query::{ArrayType, ExprTrait as _, Value};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};
use uuid::Uuid;

use super::wire::{QuotaLine, QuotaPlan, Revision};
use crate::access::reach::by;
use crate::access::{Action, reach};
use crate::db::tables::{branch, quota_line, quota_plan, quota_revision};
use crate::db::{Tx, any_of};
use crate::error::{Code, Error, Fault, Result};
use crate::law::quota::{Line, warnings};
use crate::law::text::{Text, plain, stored};
use crate::law::{PlanState, say};

fn line(row: &tokio_postgres::Row, at: usize) -> QuotaLine {
    QuotaLine {
        branch_id: row.get(at),
        quota: row.get(at + 1),
        rationale: Text::stored(row.get(at + 2)),
        basis: stored(row.get(at + 3)),
    }
}

/// Adds lines, sums, warnings (also about admissions and pipeline) and earlier revisions to all
/// plans, in two statements.
pub async fn complete(tx: &Tx, items: &mut [QuotaPlan]) -> Result<()> {
    let ids: Vec<Uuid> = items.iter().map(|p| p.id).collect();
    let scope = tx.scope(
        &by(&[Action::ReadQuotaPlans], reach::of_branch_or_below),
        "l.",
    );
    let sql = format!(
        "with inside as (select (select app.role()) in ('standing_committee', 'party_office') as yes), \
         span as (select min(year) as a, max(year) as z from quota_plan where id = any ($1)), \
         admitted as materialized (select f.* from inside, span, app.admissions(make_date(span.a, 1, 1), make_date(span.z, 12, 31)) f where inside.yes and span.a is not null), \
         pipeline as materialized (select f.* from inside, app.pipeline() f where inside.yes) \
         select l.plan_id, t.annual_minimum, i.yes, coalesce(a.admitted, 0), coalesce(w.pipeline, 0), l.branch_id, l.quota, l.rationale, l.basis \
         from quota_line l cross join inside i join quota_plan p on p.id = l.plan_id join term t on t.id = p.term_id join branch b on b.id = l.branch_id \
         left join admitted a on a.branch_id = l.branch_id and a.year = p.year left join pipeline w on w.branch_id = l.branch_id where l.plan_id = any ($1) and ({scope}) order by b.number, l.id"
    );
    let mut inside = std::collections::HashMap::<Uuid, (i32, Vec<(Uuid, Line)>)>::new();
    for row in tx.rows(&sql, vec![ids.clone().into()]).await? {
        let id: Uuid = row.get(0);
        if row.get(2) {
            let seen = inside.entry(id).or_insert_with(|| (row.get(1), Vec::new()));
            seen.1.push((
                row.get(5),
                Line {
                    quota: row.get(6),
                    admitted: row.get(3),
                    pipeline: row.get(4),
                },
            ));
        }
        if let Some(plan) = items.iter_mut().find(|p| p.id == id) {
            plan.lines.push(line(&row, 5));
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
    let scope = tx.scope(
        &by(
            &[Action::DraftQuotaPlans, Action::IssueQuotaPlans],
            reach::own_organization,
        ),
        "",
    );
    let sql = format!(
        "select plan_id, revision, reason, replaced_on, lines from quota_revision where plan_id = any ($1) and ({scope}) order by revision"
    );
    for row in tx.rows(&sql, vec![ids.into()]).await? {
        let id: Uuid = row.get(0);
        let lines = serde_json::from_value(row.get(4)).map_err(Error::internal)?;
        if let Some(plan) = items.iter_mut().find(|p| p.id == id) {
            plan.revisions.push(Revision {
                revision: row.get(1),
                reason: row.get(2),
                replaced_on: row.get(3),
                lines,
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

/// Each line must name a different branch of this organisation, none of them closed before the
/// plan's year.
pub async fn check(tx: &Tx, organization: Uuid, year: i32, lines: &[QuotaLine]) -> Result<()> {
    let ids: Vec<Uuid> = lines.iter().map(|l| l.branch_id).collect();
    let closed = branch::Column::ClosedOn;
    let begins = NaiveDate::from_ymd_opt(year, 1, 1);
    let known = branch::Entity::find()
        .filter(any_of(branch::Column::Id, ids.iter().copied()))
        .filter(branch::Column::OrganizationId.eq(organization))
        .filter(branch::Column::DeletedAt.is_null())
        .filter(closed.is_null().or(closed.gte(begins)));
    let known: Vec<Uuid> = tx.all(known).await?.iter().map(|b| b.id).collect();
    let mut faults = Vec::new();
    for (i, id) in ids.iter().enumerate() {
        if !known.contains(id) {
            faults.push(crate::api::http::unknown_reference(&format!(
                "/lines/{i}/branch_id"
            )));
        } else if ids[..i].contains(id) {
            faults.push(Fault::pointer(
                format!("/lines/{i}/branch_id"),
                "repeated",
                say("Chi bộ có hai dòng.", "The branch has two lines."),
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::faults(Code::ValidationFailed, faults))
    }
}

/// Replaces all lines of a plan, in two statements.
pub async fn replace(tx: &Tx, organization: Uuid, plan: Uuid, lines: &[QuotaLine]) -> Result<()> {
    let earlier = quota_line::Entity::delete_many().filter(quota_line::Column::PlanId.eq(plan));
    tx.execute(earlier).await?;
    let texts = |f: fn(&QuotaLine) -> Option<String>| {
        Value::Array(
            ArrayType::String,
            Some(Box::new(
                lines.iter().map(|l| Value::String(f(l))).collect(),
            )),
        )
    };
    let ids = |all: Vec<Uuid>| Value::from(all);
    tx.rows(
        "insert into quota_line (id, organization_id, plan_id, branch_id, quota, rationale, basis) \
         select i, $1, $2, b, q, r, s from unnest($3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[]) as x(i, b, q, r, s)",
        vec![
            organization.into(),
            plan.into(),
            ids(lines.iter().map(|_| Uuid::now_v7()).collect()),
            ids(lines.iter().map(|l| l.branch_id).collect()),
            lines.iter().map(|l| l.quota).collect::<Vec<i32>>().into(),
            texts(|l| Some(l.rationale.as_str().to_owned())),
            texts(|l| plain(l.basis.clone())),
        ],
    )
    .await
    .map(drop)
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
    };
    let insert = quota_revision::Entity::insert(kept.into_active_model().reset_all());
    tx.execute(insert).await.map(drop)
}
