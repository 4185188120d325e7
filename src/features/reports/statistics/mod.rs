//! The register in figures, as it stood on any day: introductions, adoptions, admissions, removals,
//! classes, the pipeline and the members, by branch, organisation, quarter and month.
use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

mod asked;
mod figures;
mod store;

use asked::{Asked, Wanted};
use figures::{Counted, StatisticsFigures};
use store::Place;

use crate::access::ReadReports;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::table::{Cell, Form, Printed, Sheet, shown_day};
use crate::auth::Permit;
use crate::db::{Db, functions};
use crate::error::Result;
use crate::law::words::{Grouping, Scope};

/// Statistics of a period (thống kê)
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The register is read as of that day by its own dates, as they are known now
    pub as_of: NaiveDate,
    pub scope: Scope,
    #[schema(max_items = 4)]
    pub group_by: Vec<Grouping>,
    /// By organisation, branch and time; time that had not begun on `as_of` is left out
    #[schema(max_items = 1_200_000)]
    pub groups: Vec<StatisticsGroup>,
}

/// A group of figures
#[derive(Debug, Serialize, ToSchema)]
pub struct StatisticsGroup {
    /// Null unless grouped by organisation or branch
    #[schema(required = true)]
    pub organization_id: Option<Uuid>,
    #[schema(required = true, max_length = 200)]
    pub organization_name: Option<String>,
    /// Null unless grouped by branch
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    #[schema(required = true, max_length = 20)]
    pub branch_number: Option<String>,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    /// The quarter, the month, or the first and the last day
    #[schema(max_length = 22, example = "2021-Q3")]
    pub period: String,
    pub from: NaiveDate,
    /// Last day of the group, at most `as_of`
    pub to: NaiveDate,
    pub figures: StatisticsFigures,
    /// The same time of the year before
    pub year_before: StatisticsFigures,
}

/// What a group is about, besides its time: an organisation, and a branch of it.
type Key = (Option<Uuid>, Option<Uuid>);

fn key(wanted: &Wanted, organization: Uuid, branch: Uuid) -> Key {
    let by_branch = wanted.by(Grouping::Branch);
    let by_organization = by_branch || wanted.by(Grouping::Organization);
    (
        by_organization.then_some(organization),
        by_branch.then_some(branch),
    )
}

/// Get statistics
///
/// What happened in a period and what stood at its end, in groups, as of any past day, each beside
/// the same time of the year before. A figure counts the register by its own dates as they are
/// known now; `recorded_later` tells how many of it were recorded after `as_of`. People count for
/// the branch of the day. Roles that do not see the persons see quarters and years that have ended,
/// by organisation: what happened and not what stood, as recorded until the last quarter ended (in an
/// organisation's first three months, whatever has been recorded), without figures about one to four people or
/// from which one follows, `recorded_later` by quarters only. `format` or `Accept` selects JSON, CSV or a spreadsheet; there a withheld figure is an empty cell, and the headings are in the language of `Accept-Language`.
#[operation(get, "/reports/statistics", answer = "The figures")]
pub async fn get_statistics(
    permit: Permit<ReadReports>,
    db: Data<Db>,
    req: HttpRequest,
    Query(asked): Query<Asked>,
) -> Result<Printed<Statistics>> {
    let form = Form::of(&req, asked.format);
    let wanted = asked.check(permit.reach(), db.clock().today())?;
    let now_and_before: Vec<_> = wanted
        .spans
        .iter()
        .copied()
        .chain(wanted.year_before())
        .collect();
    let days = |pick: fn(&asked::Span) -> NaiveDate| now_and_before.iter().map(pick).collect();
    let (places, rows) = db
        .read(&permit, async |tx| {
            let places = tx.soon(store::places(&tx, permit.reach())).await;
            let counted = functions::statistics(
                days(|span| span.from),
                days(|span| span.to),
                days(|span| span.known_on),
            );
            let rows = tx.last().all(counted).await?;
            Ok((places.all().await?, rows))
        })
        .await?;
    let mut all: BTreeMap<Key, Counted> = BTreeMap::new();
    for row in &rows {
        let key = key(&wanted, row.organization_id, row.branch_id);
        all.entry(key).or_default().add(row)?;
    }
    let body = Statistics {
        from: wanted.from,
        to: wanted.to,
        as_of: wanted.as_of,
        scope: wanted.scope,
        group_by: wanted.group_by.clone(),
        groups: groups(&wanted, &places, &all),
    };
    Printed::new(form, permit.call.english, &body, sheet)
}

/// Every group, also those without figures.
fn groups(wanted: &Wanted, places: &[Place], all: &BTreeMap<Key, Counted>) -> Vec<StatisticsGroup> {
    let mut keys: Vec<(Key, Option<&Place>)> = Vec::new();
    for place in places {
        let key = key(wanted, place.3, place.0);
        if keys.last().is_none_or(|(last, _)| *last != key) {
            keys.push((key, Some(place)));
        }
    }
    if keys.is_empty() && wanted.group_by.iter().all(|by| *by > Grouping::Branch) {
        keys.push(((None, None), None));
    }
    let (nothing, before) = (Counted::default(), wanted.spans.len());
    let below = wanted.scope == Scope::Below;
    let mut groups = Vec::with_capacity(keys.len() * wanted.parts.len());
    for ((organization, branch), place) in keys {
        let counted = all.get(&(organization, branch)).unwrap_or(&nothing);
        let (number, name) = place
            .filter(|_| branch.is_some())
            .map(|place| (place.1.clone(), place.2.clone()))
            .unzip();
        for part in &wanted.parts {
            let earlier = part.spans.start + before..part.spans.end + before;
            groups.push(StatisticsGroup {
                organization_id: organization,
                organization_name: place
                    .filter(|_| organization.is_some())
                    .map(|place| place.4.clone()),
                branch_id: branch,
                branch_number: number.clone(),
                branch_name: name.clone(),
                period: part.name.clone(),
                from: part.from,
                to: part.to,
                figures: counted.figures(&part.spans, below),
                year_before: counted.figures(&earlier, below),
            });
        }
    }
    groups
}

/// One row a group; each figure with what was recorded later and the year before.
fn sheet(statistics: &Statistics, english: bool) -> Sheet {
    let words = |vi, en| if english { en } else { vi };
    let mut headings: Vec<(String, u16)> = [
        (words("Tổ chức", "Organisation"), 28),
        (words("Chi bộ", "Branch"), 28),
        (words("Kỳ", "Period"), 12),
        (words("Từ ngày", "From"), 12),
        (words("Đến ngày", "To"), 12),
    ]
    .map(|(heading, width)| (heading.to_owned(), width))
    .into();
    let later = words("ghi sau", "recorded later");
    let before = words("cùng kỳ năm trước", "the year before");
    if let Some(group) = statistics.groups.first() {
        for (heading, _) in group.figures.all(english) {
            headings.push((heading.to_owned(), 14));
            headings.push((format!("{heading} ({later})"), 14));
            headings.push((format!("{heading} ({before})"), 14));
        }
        let why = words("Lý do đưa ra khỏi quy hoạch", "Reasons of removals");
        headings.push((why.to_owned(), 60));
    }
    let row = |group: &StatisticsGroup| {
        let branch = group
            .branch_number
            .as_deref()
            .zip(group.branch_name.as_deref());
        let day = |day| shown_day(day, english);
        let mut row: Vec<Cell> = [
            group.organization_name.clone().unwrap_or_default(),
            branch.map_or_else(String::new, |(number, name)| format!("{number} {name}")),
            group.period.clone(),
            day(group.from),
            day(group.to),
        ]
        .map(Cell::from)
        .into();
        let before = group.year_before.all(english);
        let both = group.figures.all(english).into_iter().zip(before);
        for ((_, now), (_, before)) in both {
            row.extend([now.count, now.recorded_later, before.count].map(Cell::from));
        }
        row.push(group.figures.reasons_in_words().into());
        row
    };
    let (from, to) = (statistics.from, statistics.to);
    let file = words("thống kê", "statistics");
    let ascii = words("thong-ke", "statistics");
    Sheet {
        name: words("Thống kê", "Statistics"),
        file: (
            format!("{file} {from} {to}"),
            format!("{ascii}-{from}-{to}"),
        ),
        headings,
        rows: statistics.groups.iter().map(row).collect(),
    }
}
