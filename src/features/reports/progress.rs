//! Progress of the plan: quota, admissions and pipeline by branch, year and term; ages; coverage
//! with branch committees.
use std::collections::BTreeMap;

use actix_web::web::Data;
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::could;
use super::progress_wire::{BranchProgress, Coverage, Progress, TermProgress, YearProgress};
use super::withheld::{self, SMALL};
use crate::access::rows::quoted;
use crate::access::{Reach, ReadReports, reach};
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::{Db, Record, sql};
use crate::error::{Code, Error, Fault, Result};
use crate::facts::MOST_FOLLOWED;
use crate::law::calendar::year_end;
use crate::law::progress::{days_passed, pace, projection};
use crate::law::say;
use crate::law::settings::BRANCH_COMMITTEE_MINIMUM;
use crate::law::words::{PlanState, UnitKind};

/// Selects the figures
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// Id of a term
    #[serde(default, deserialize_with = "query::id")]
    term_id: Option<Uuid>,
    /// A year of the term
    #[serde(default, deserialize_with = "query::year")]
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Filter by branch
    #[serde(default, deserialize_with = "query::id")]
    branch_id: Option<Uuid>,
}

/// The admissions of a branch in a year, or of all in a month.
#[derive(Record)]
struct Ages {
    branch_id: Option<Uuid>,
    year: i32,
    month: Option<i32>,
    admitted: i32,
    years_of_age: i64,
    up_to_30: i32,
    up_to_35: i32,
}

/// Computes everything in a number of statements that does not grow with the branches. The ways
/// ahead are followed only if asked for.
pub(super) async fn count<P: crate::access::Permission>(
    db: &Db,
    permit: &Permit<P>,
    asked: &Asked,
    law: &Law,
    follows: bool,
) -> Result<Progress> {
    let today = db.clock().today();
    let Asked {
        term_id: term,
        year,
        branch_id: branch,
    } = *asked;
    let organization = permit.caller().organization;
    let of = (permit.caller().account, branch);
    // how long certificates are valid, by date of issue
    let versions = law.all().iter();
    let (since, months): (Vec<NaiveDate>, Vec<i32>) = versions
        .map(|v| {
            let months = v.whole("awareness_valid_months");
            (v.effective_from, months.cast_signed())
        })
        .unzip();
    let (term, rows, ages, (at, known, files)) = db
        .read(permit, async |tx| {
            let term = tx
                .rows(
                    "select id, name, from_year, to_year, annual_minimum, term_minimum, committee_coverage_percent, committee_coverage_year from term \
                      where deleted_at is null and ($1::uuid is null or id = $1) and (organization_id = $3 or organization_id = any ((select app.below())::uuid[])) \
                      order by ($2 between from_year and to_year) desc, from_year desc, organization_id, id limit 1",
                    vec![term.into(), today.year().into(), organization.into()],
                )
                .await?;
            let unknown = || {
                let words = say("Không có nhiệm kỳ này.", "Unknown term.");
                Error::faults(Code::InvalidParameter, vec![Fault::parameter("term_id", "unknown_reference", words)])
            };
            let term = term.into_iter().next().ok_or_else(unknown)?;
            let (from, to): (i32, i32) = (term.get(2), term.get(3));
            let year = year.unwrap_or_else(|| today.year().clamp(from, to));
            if !(from..=to).contains(&year) {
                let words = say(format!("Nhiệm kỳ gồm các năm {from}-{to}."), format!("The term has the years {from} to {to}."));
                return Err(Error::faults(Code::InvalidParameter, vec![Fault::parameter("year", "outside_term", words)]));
            }
            let scope = tx.scope(&reach::branches(permit.reach()), "b.");
            let issued = quoted(&PlanState::ISSUED.map(PlanState::wire));
            let (closed, station) = (PlanState::Closed.wire(), UnitKind::CommuneStation.wire());
            let text = format!(
                include_str!("progress.sql"),
                scope = scope,
                issued = issued,
                closed = closed,
                key = BRANCH_COMMITTEE_MINIMUM.key,
                default = BRANCH_COMMITTEE_MINIMUM.default,
                station = station,
            );
            let id: Uuid = term.get(0);
            let valid = [since.clone().into(), months.clone().into()];
            let values = [id.into(), today.into(), branch.into()].into_iter().chain(valid);
            let ages = sql::<Ages>(
                "select a.branch_id, a.year, a.month, a.admitted, a.years_of_age, a.up_to_30, a.up_to_35 \
                   from app.admission_ages(make_date($1, 1, 1), make_date($2, 12, 31), (select organization_id from term where id = $3), $4) a",
                vec![from.into(), to.into(), id.into(), branch.into()],
            );
            let ages = tx.soon(ages).await;
            let rows = tx.rows(&text, values.collect()).await?;
            let at = rows.iter().find_map(|row| row.get::<_, Option<i64>>(14)).map(|entries| (entries, today));
            let known = at.filter(|_| follows).and_then(|at| law.remembered(at, of));
            // people before the ceremony: columns 4 to 10, without the subsets of `in_plan` and
            // `dossier`
            let on_the_way: i32 = (rows.iter())
                .map(|row| [4, 5, 7, 9, 10].map(|n| row.get::<_, i32>(n)).iter().sum::<i32>())
                .sum();
            let files = if follows && known.is_none() && on_the_way <= MOST_FOLLOWED {
                could::files(&tx, permit, branch, today).await?
            } else {
                None
            };
            let ages = ages.all().await?;
            Ok(((term, year), rows, ages, (at, known, files)))
        })
        .await?;
    let (term, year) = term;
    let (from, to): (i32, i32) = (term.get(2), term.get(3));
    // the minimum is set for the organisation as a whole, so a part of it cannot miss it
    let some = branch.is_some() || permit.reach().of_some_branches();
    let minimum = |place| if some { 0 } else { term.get(place) };
    let (annual_minimum, term_minimum): (i32, i32) = (minimum(4), minimum(5));
    let mut years: BTreeMap<i32, YearProgress> = (from..=to)
        .map(|year| {
            let (gone, days) = days_passed(year, today);
            let empty = YearProgress {
                year,
                quota: 0,
                admitted: 0,
                later_difference: 0,
                annual_minimum,
                gap: 0,
                pace: pace(0, 0, gone, days),
                months: Some(vec![0; 12]),
                average_age_tenths: None,
                up_to_30: Some(0),
                up_to_35: Some(0),
            };
            (year, empty)
        })
        .collect();
    let mut admitted: BTreeMap<(Uuid, i32), i32> = BTreeMap::new();
    let mut years_of_age: BTreeMap<i32, i64> = BTreeMap::new();
    for row in &ages {
        if let Some(branch) = row.branch_id {
            admitted.insert((branch, row.year), row.admitted);
        }
        let Some(y) = years.get_mut(&row.year) else {
            continue;
        };
        if let Some(slot) = row
            .month
            .and_then(|m| usize::try_from(m - 1).ok())
            .and_then(|m| y.months.as_mut()?.get_mut(m))
        {
            *slot = row.admitted;
            y.admitted += row.admitted;
            *years_of_age.entry(row.year).or_default() += row.years_of_age;
            y.up_to_30 = y.up_to_30.map(|n| n + row.up_to_30);
            y.up_to_35 = y.up_to_35.map(|n| n + row.up_to_35);
        }
    }
    // a closed year keeps its figures; what has changed since stands beside them
    let counted_ages: BTreeMap<i32, i32> = years.iter().map(|(of, y)| (*of, y.admitted)).collect();
    let mut later_changes: BTreeMap<(Uuid, i32), i32> = BTreeMap::new();
    for row in &rows {
        let kept: BTreeMap<i32, i32> =
            serde_json::from_value(row.get(15)).map_err(Error::internal)?;
        for (of, kept) in kept {
            let key = (row.get(0), of);
            let since = admitted.insert(key, kept).unwrap_or(0) - kept;
            later_changes.insert(key, since);
            if let Some(y) = years.get_mut(&of) {
                y.admitted -= since;
                y.later_difference += since;
            }
        }
    }
    let ahead = known.or_else(|| {
        let counted = could::in_time(files?, permit, law, year_end(today));
        if let Some(at) = at {
            law.remember(at, of, counted.clone());
        }
        Some(counted)
    });
    let could_in = |branch: &Uuid| {
        let counted = ahead.as_ref();
        counted.map(|by| by.get(branch).copied().unwrap_or(0))
    };
    let below = permit.reach() == Reach::Below;
    let mut branches = Vec::with_capacity(rows.len());
    let (mut later, mut pipeline, mut covered, mut alive) = (0, 0, 0, 0);
    let mut could = ahead.as_ref().map(|_| 0);
    for row in &rows {
        let quotas: BTreeMap<i32, i32> =
            serde_json::from_value(row.get(3)).map_err(Error::internal)?;
        for (of, quota) in &quotas {
            if let Some(y) = years.get_mut(of) {
                y.quota += quota;
            }
            later += if *of > today.year() { *quota } else { 0 };
        }
        let (branch_id, quota): (Uuid, i32) = (row.get(0), quotas.get(&year).copied().unwrap_or(0));
        let there = admitted.get(&(branch_id, year)).copied().unwrap_or(0);
        let since = later_changes.get(&(branch_id, year)).copied().unwrap_or(0);
        let (gone, days) = days_passed(year, today);
        let (official, minimum): (i32, i32) = (row.get(11), row.get(12));
        // nominated to decided, in the order of the columns
        let [
            nominated,
            in_plan,
            in_class,
            dossier,
            ready,
            resolved,
            decided,
        ] = std::array::from_fn(|n| row.get::<_, i32>(n + 4));
        let stages = [nominated, in_plan, dossier, resolved, decided];
        let shown = if below {
            withheld::parts(stages)
        } else {
            stages.map(Some)
        };
        // who is in a class or holds a certificate is not known for a past day
        let now = |n: i32| (!below).then_some(n);
        let one = BranchProgress {
            branch_id,
            branch_number: row.get(1),
            branch_name: row.get(2),
            quota,
            admitted: there,
            later_difference: since,
            gap: (quota - there).max(0),
            pace: pace(quota, there, gone, days),
            nominated: shown[0],
            in_plan: shown[1],
            in_class: now(in_class),
            dossier: shown[2],
            ready: now(ready),
            resolved: shown[3],
            decided: shown[4],
            could_by_year_end: could_in(&branch_id),
            official_members: official,
            committee_gap: (minimum - official).max(0),
        };
        pipeline += stages.iter().sum::<i32>();
        could = could.zip(one.could_by_year_end).map(|(all, n)| all + n);
        if row.get::<_, bool>(13) {
            alive += 1;
            covered += usize::from(official >= minimum);
        }
        branches.push(one);
    }
    for y in years.values_mut() {
        let (gone, days) = days_passed(y.year, today);
        y.gap = (y.annual_minimum - y.admitted).max(0);
        y.pace = pace(y.quota, y.admitted, gone, days);
        if below {
            y.months = None;
        }
        let counted = counted_ages.get(&y.year).copied().unwrap_or(0);
        // during the year, each admission would reveal the age of the person admitted
        let goes_on = y.year >= today.year();
        if below && (goes_on || branch.is_some() || y.admitted < SMALL || counted < SMALL) {
            (y.up_to_30, y.up_to_35) = (None, None);
            continue;
        }
        let (younger, young) = (y.up_to_30.unwrap_or(0), y.up_to_35.unwrap_or(0));
        let ages = [younger, young - younger, counted - young];
        if below && ages.into_iter().any(withheld::small) {
            (y.up_to_30, y.up_to_35) = (None, None);
        }
        y.average_age_tenths = years_of_age
            .get(&y.year)
            .zip(counted_ages.get(&y.year).filter(|n| **n > 0))
            .map(|(sum, n)| sum * 10 / i64::from(*n));
    }
    let total: i32 = years.values().map(|y| y.admitted).sum();
    let gap = years
        .get(&today.year())
        .map_or(0, |y| (y.quota - y.admitted).max(0));
    let target_percent: i32 = term.get(6);
    Ok(Progress {
        term_id: term.get(0),
        term_name: term.get(1),
        year,
        as_of: today,
        outside_term: !(from..=to).contains(&today.year()),
        branches,
        term: TermProgress {
            quota: years.values().map(|y| y.quota).sum(),
            admitted: total,
            term_minimum,
            gap: (term_minimum - total).max(0),
            projection: could.map(|could| projection(total, gap, could, later, pipeline)),
        },
        years: years.into_values().collect(),
        coverage: Coverage {
            branches: alive,
            with_committee: covered,
            target_percent,
            target_year: term.get(7),
            reached: covered * 100 >= alive * usize::try_from(target_percent).unwrap_or(100),
        },
    })
}

/// Get the progress report
///
/// By branch for one year, by year, and for the term: quota, admissions by ceremony date, pipeline,
/// pace and projection; ages of those admitted; branches with a branch committee. The projection is
/// always that of today, and so is the pipeline, except for roles that do not see the persons: for them
/// it is that of the end of the last quarter, as recorded by then (in an organisation's first three
/// months, whatever has been recorded). Without `term_id`, the current year's term (for a
/// committee above, that of one organisation below; use `term_id` for the others); without `year`,
/// the current year or the nearest in the term.
#[operation(get, "/reports/progress", answer = "The figures")]
pub async fn get_progress(
    permit: Permit<ReadReports>,
    db: Data<Db>,
    law: Law,
    Query(asked): Query<Asked>,
) -> Result<Reply<Progress>> {
    Ok(Reply::new(&count(&db, &permit, &asked, &law, true).await?))
}
