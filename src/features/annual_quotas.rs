//! Annual quotas compared with admissions (by ceremony date) and pipeline: for each branch and
//! year; for each year and the term, compared with their minimum.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /annual-quotas` | [`list_annual_quotas`] |
use std::collections::BTreeMap;

use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::rows::quoted;
use crate::access::{ReadAnnualQuotas, reach};
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::law::words::{LaterReason, PlanState};

pub fn configure(v1: &mut Routes) {
    v1.service(list_annual_quotas);
}

/// Quotas compared with admissions and pipeline
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnualQuotas {
    /// One per branch and year
    #[schema(max_items = 10_000)]
    pub items: Vec<AnnualQuota>,
    /// One per organisation; totals of the items shown, so a branch sees its own
    #[schema(max_items = 1000)]
    pub terms: Vec<TermTotal>,
}

/// A branch's quota in a year
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnualQuota {
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    #[schema(example = "01", max_length = 20)]
    pub branch_number: String,
    #[schema(max_length = 200)]
    pub branch_name: String,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// From the plan in force; 0 if there is none
    #[schema(minimum = 0)]
    pub quota: i32,
    /// Admitted, by the date of the ceremony; of a year whose plan is closed as it was counted then
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// What has changed since the year was closed, and why; the closed figure stays
    #[schema(max_items = 100)]
    pub later_changes: Vec<LaterChange>,
    /// Open candidacies before the ceremony, today; for roles that do not see the persons, when the last quarter ended
    #[schema(minimum = 0)]
    pub pipeline: i32,
    /// Admissions still missing from the quota
    #[schema(minimum = 0)]
    pub gap: i32,
}

/// A difference from the figure of a closed year
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LaterChange {
    pub reason: LaterReason,
    /// Day on which it was recorded
    pub recorded_on: NaiveDate,
    /// Admissions more, or fewer
    #[schema(minimum = -1000, maximum = 1000, example = -1)]
    pub difference: i32,
}

/// Totals of a term
#[derive(Debug, Serialize, ToSchema)]
pub struct TermTotal {
    pub organization_id: Uuid,
    pub term_id: Uuid,
    #[schema(example = "2020-2025", max_length = 50)]
    pub name: String,
    #[schema(max_items = 20)]
    pub years: Vec<YearTotal>,
    #[schema(minimum = 0)]
    pub quota: i32,
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// Minimum number of admissions in the term (plan, I.3); 0 where only some branches are shown
    #[schema(minimum = 0, example = 30)]
    pub term_minimum: i32,
    /// Admissions still missing from the term's minimum
    #[schema(minimum = 0)]
    pub gap: i32,
}

/// Totals of a year
#[derive(Debug, Serialize, ToSchema)]
pub struct YearTotal {
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    #[schema(minimum = 0)]
    pub quota: i32,
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// Minimum number of admissions in the year (plan, I.3); 0 where only some branches are shown
    #[schema(minimum = 0, example = 6)]
    pub annual_minimum: i32,
    /// Admissions still missing from the year's minimum
    #[schema(minimum = 0)]
    pub gap: i32,
}

/// Selects the figures
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// Id of a term
    #[serde(default, deserialize_with = "query::id")]
    term_id: Option<Uuid>,
    /// Filter by year
    #[serde(default, deserialize_with = "query::year")]
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Filter by branch
    #[serde(default, deserialize_with = "query::id")]
    branch_id: Option<Uuid>,
}

/// Compare quotas with admissions and pipeline
///
/// Without `term_id`, the term of `year` (the current one by default) or, failing that, the latest.
#[operation(
    get,
    "/annual-quotas",
    answer = "Figures by branch and year, by year, and by term"
)]
pub async fn list_annual_quotas(
    permit: Permit<ReadAnnualQuotas>,
    db: Data<Db>,
    Query(asked): Query<Asked>,
) -> Result<Reply<AnnualQuotas>> {
    let Asked {
        term_id,
        year,
        branch_id,
    } = asked;
    // the term of the year in question
    let asked_year = year.unwrap_or_else(|| crate::law::calendar::year(db.clock().today()));
    let rows = db
        .read(&permit, async |tx| {
            let scope = tx.scope(&reach::branches(permit.reach()), "b.");
            let issued = quoted(&PlanState::ISSUED.map(PlanState::wire));
            let closed = PlanState::Closed.wire();
            let sql = format!(
                include_str!("annual_quotas.sql"),
                closed = closed,
                issued = issued,
                scope = scope,
            );
            tx.last()
                .rows(
                    &sql,
                    vec![
                        term_id.into(),
                        asked_year.into(),
                        year.into(),
                        branch_id.into(),
                    ],
                )
                .await
        })
        .await?;
    let mut terms: BTreeMap<Uuid, TermTotal> = BTreeMap::new();
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let (quota, admitted): (i32, i32) = (row.get(5), row.get(6));
        let (organization_id, year): (Uuid, i32) = (row.get(0), row.get(4));
        let (annual_minimum, term_minimum): (i32, i32) = (row.get(10), row.get(11));
        items.push(AnnualQuota {
            organization_id,
            branch_id: row.get(1),
            branch_number: row.get(2),
            branch_name: row.get(3),
            year,
            quota,
            admitted,
            later_changes: row
                .get::<_, Option<serde_json::Value>>(12)
                .map_or(Ok(Vec::new()), serde_json::from_value)
                .map_err(Error::internal)?,
            pipeline: row.get(7),
            gap: (quota - admitted).max(0),
        });
        let total = terms.entry(organization_id).or_insert_with(|| TermTotal {
            organization_id,
            term_id: row.get(8),
            name: row.get(9),
            years: vec![],
            quota: 0,
            admitted: 0,
            term_minimum,
            gap: 0,
        });
        total.quota += quota;
        total.admitted += admitted;
        if let Some(y) = total.years.iter_mut().find(|y| y.year == year) {
            y.quota += quota;
            y.admitted += admitted;
        } else {
            total.years.push(YearTotal {
                year,
                quota,
                admitted,
                annual_minimum,
                gap: 0,
            });
        }
    }
    let mut terms: Vec<TermTotal> = terms.into_values().collect();
    // the minimum is set for the organisation as a whole, so a part of it cannot miss it
    let some = branch_id.is_some() || permit.reach().of_some_branches();
    for term in &mut terms {
        if some {
            term.term_minimum = 0;
            term.years.iter_mut().for_each(|y| y.annual_minimum = 0);
        }
        term.gap = (term.term_minimum - term.admitted).max(0);
        term.years.sort_by_key(|y| y.year);
        term.years
            .iter_mut()
            .for_each(|y| y.gap = (y.annual_minimum - y.admitted).max(0));
    }
    Ok(Reply::new(&AnnualQuotas { items, terms }))
}
