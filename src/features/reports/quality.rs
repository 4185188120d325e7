//! Quality of the source: outcomes of the people introduced, by branch.
use std::collections::BTreeMap;

use actix_web::web::Data;
use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::withheld::{self, SMALL};
use crate::access::{Reach, ReadReports, Sensitivity, Show, reach};
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::{Db, Row};
use crate::error::{Code, Error, Fault, Result};
use crate::law::calendar::{day_before, year, year_end};
use crate::law::say;
use crate::law::words::ClassificationGrade;

/// No day on record is later.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();

/// Outcomes of the people introduced in a period (chất lượng nguồn)
#[derive(Debug, Serialize, ToSchema)]
pub struct Quality {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The branches within your reach
    #[schema(max_items = 10_000)]
    pub branches: Vec<BranchQuality>,
}

/// A branch: of those introduced in the span, how far they have come by now. For roles that do not see the persons all figures of a branch are null where one of them is about one to four people, or would tell one that is, of this branch or another
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchQuality {
    pub branch_id: Uuid,
    #[schema(max_length = 20)]
    pub branch_number: String,
    #[schema(required = true, minimum = 0)]
    pub nominated: Option<i32>,
    /// Adopted into the plan
    #[schema(required = true, minimum = 0)]
    pub adopted: Option<i32>,
    /// With a dossier opened
    #[schema(required = true, minimum = 0)]
    pub dossier: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub admitted: Option<i32>,
    /// Official members today
    #[schema(required = true, minimum = 0)]
    pub recognised: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub removed: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub not_admitted: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub struck_off: Option<i32>,
    /// Withdrawn, transferred out or deceased
    #[schema(required = true, minimum = 0)]
    pub withdrawn: Option<i32>,
    /// Admissions per thousand people introduced, rounded down; null if there are none
    #[schema(required = true, minimum = 0, maximum = 1000)]
    pub admitted_per_thousand: Option<i32>,
    /// Middle of the months from adoption to ceremony; null without an admission, and for roles that do not see the persons with fewer than five
    #[schema(required = true, minimum = 0)]
    pub median_months_to_ceremony: Option<i32>,
    /// Non-members in the branch's departments
    #[schema(minimum = 0)]
    pub non_members: i32,
    /// The branch's classifications for the years of the period, oldest first
    #[schema(max_items = 200)]
    pub classifications: Vec<YearGrade>,
    /// By sex, age band in the year of introduction (by the year of birth, so that it tells nobody's birth date), and priority group; empty for roles that cannot see the
    /// persons, because a branch is small enough to identify people. Priority groups of one or two
    /// people, and those by which they would follow, are left out for roles that see a person's group only
    /// with `reveals`; these roles see priority groups of single whole years that have ended
    #[schema(max_items = 40)]
    pub source: Vec<SourceGroup>,
}

/// A branch's classification for a year
#[derive(Debug, Serialize, ToSchema)]
pub struct YearGrade {
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    pub grade: ClassificationGrade,
}

/// A group of the people introduced
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceGroup {
    /// `sex`, `age_band` or `priority_group`
    #[schema(max_length = 20)]
    pub by: String,
    #[schema(max_length = 40, example = "18-30")]
    pub value: String,
    #[schema(minimum = 1)]
    pub count: i64,
}

/// Selects the figures
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// First date of introduction; by default five years before `to`
    #[serde(default, deserialize_with = "query::day")]
    from: Option<NaiveDate>,
    /// Last date of introduction; today by default
    #[serde(default, deserialize_with = "query::day")]
    to: Option<NaiveDate>,
    /// Filter by branch
    #[serde(default, deserialize_with = "query::id")]
    branch_id: Option<Uuid>,
}

/// One whole calendar year that has ended, by default the last one. Years do not overlap and no more is
/// added to them, so that no difference of two answers is about a shorter time.
fn one_year(asked: &Asked, last: i32) -> Result<(NaiveDate, NaiveDate)> {
    let named = asked.from.or(asked.to).map_or(last, year);
    let days = NaiveDate::from_ymd_opt(named, 1, 1).zip(NaiveDate::from_ymd_opt(named, 12, 31));
    let (first, end) = days.ok_or_else(|| Error::internal(anyhow::anyhow!("year {named}")))?;
    if asked.from.is_some_and(|from| from != first) || asked.to.is_some_and(|to| to != end) {
        let words = say(
            "Chỉ xem được từng năm trọn vẹn, từ 01-01 đến 31-12.",
            "Only single whole years are shown, from 1 January to 31 December.",
        );
        let fault = Fault::parameter("from", "out_of_range", words);
        return Err(Error::faults(Code::InvalidParameter, vec![fault]));
    }
    if named > last {
        let words = say("Năm này chưa kết thúc.", "The year has not ended yet.");
        let fault = Fault::parameter("from", "out_of_range", words);
        return Err(Error::faults(Code::InvalidParameter, vec![fault]));
    }
    Ok((first, end))
}

/// Whether the span is a single whole year that has ended.
fn is_past_year((from, to): (NaiveDate, NaiveDate), today: NaiveDate) -> bool {
    from.ordinal() == 1 && to == year_end(from) && to < today
}

/// For those who do not see the persons: the end of the last quarter, so that answers differ by what a
/// whole quarter brought, and not by who went on between two of them.
fn quarter_before(today: NaiveDate) -> NaiveDate {
    let first = today
        .with_day(1)
        .and_then(|day| day.with_month(today.month0() / 3 * 3 + 1));
    first.map_or(today, day_before)
}

/// The figures of a branch that follow from these by subtraction: people who stopped at each step,
/// and people who neither were removed nor left.
fn rest([nominated, adopted, dossier, admitted, recognised, gone @ ..]: [i32; 9]) -> [i32; 5] {
    [
        nominated - adopted,
        adopted - dossier,
        dossier - admitted,
        admitted - recognised,
        nominated - gone.iter().sum::<i32>(),
    ]
}

/// The size from which on the groups of a branch are shown to those who see nobody's own group. Groups of
/// one or two people are left out and, because the total is known, further ones until at least two groups
/// with more than two people in all are. A group that is everybody tells each one's.
fn least_shown(mut groups: Vec<i64>) -> i64 {
    groups.sort_unstable();
    if groups.len() < 2 {
        return i64::MAX;
    }
    let (mut left_out, mut people, mut last) = (0, 0, 2);
    for count in groups {
        if count > last && (left_out == 0 || left_out > 1 && people > 2) {
            return count;
        }
        left_out += 1;
        people += count;
        last = last.max(count);
    }
    i64::MAX
}

/// Get the quality report
///
/// Of everyone introduced between `from` and `to` (by default the last five years; for roles that do not see the persons a single whole year that has ended, by default the last one, and what had become of them when the last quarter ended, as recorded by then): how many were adopted, admitted, recognised, removed, struck off; and who they are in groups.
#[operation(get, "/reports/quality", answer = "The figures")]
pub async fn get_quality(
    permit: Permit<ReadReports>,
    db: Data<Db>,
    Query(asked): Query<Asked>,
) -> Result<Reply<Quality>> {
    let hides = permit.reach() == Reach::Below;
    let today = db.clock().today();
    let (from, to) = if hides {
        one_year(&asked, year(today) - 1)?
    } else {
        let to = asked.to.unwrap_or(today);
        let before = to.checked_sub_months(chrono::Months::new(60));
        // dates begin in 1900
        let before = before.max(NaiveDate::from_ymd_opt(1900, 1, 1));
        (asked.from.or(before).unwrap_or(to), to)
    };
    if from > to {
        let words = say(
            "Ngày đầu sau ngày cuối.",
            "The first day is after the last.",
        );
        return Err(Error::faults(
            Code::InvalidParameter,
            vec![Fault::parameter("from", "out_of_range", words)],
        ));
    }
    let as_of = if hides {
        quarter_before(today)
    } else {
        LAST_DAY
    };
    let branch = asked.branch_id;
    // which figures of a branch are withheld depends on the other branches
    let read = branch.filter(|_| !hides);
    let rows = db
        .read(&permit, async |tx| {
            let scope = tx.scope(&reach::branches(permit.reach()), "b.");
            let sql = format!(include_str!("quality.sql"), scope = scope);
            tx.last()
                .rows(
                    &sql,
                    vec![from.into(), to.into(), read.into(), as_of.into()],
                )
                .await
        })
        .await?;
    // nominated to withdrawn, in the order of the columns
    let counts = |row: &Row| -> [i32; 9] { std::array::from_fn(|n| row.get(n + 3)) };
    // the statistics show by quarters how many people an organisation has nominated
    let mut introduced: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
    for row in &rows {
        let of = introduced.entry(row.get(15)).or_default();
        of.push(counts(row)[0]);
    }
    let alone = |row: &Row| {
        let of = introduced.get(&row.get::<_, Uuid>(15));
        of.is_none_or(|of| withheld::may_be_summed(of.iter().copied()))
    };
    let masked = permit.show(Sensitivity::P2, false) != Show::Full;
    // two periods chosen freely may differ by one person
    let fixed = is_past_year((from, to), today);
    let groups = |value: Option<Value>| -> Result<Vec<SourceGroup>> {
        let value = value.filter(|_| !hides);
        let read: Option<Vec<(String, String, i64)>> =
            (value.map(serde_json::from_value).transpose()).map_err(Error::internal)?;
        let read = read.unwrap_or_default();
        let priority = |group: &(String, String, i64)| group.0 == "priority_group";
        let all: Vec<i64> = read.iter().filter(|g| priority(g)).map(|g| g.2).collect();
        let least = if !masked {
            1
        } else if fixed {
            least_shown(all)
        } else {
            i64::MAX
        };
        let shown = (read.into_iter())
            .filter(|group| !priority(group) || group.2 >= least)
            .map(|(by, value, count)| SourceGroup { by, value, count });
        Ok(shown.collect())
    };
    let grades = |value: Option<Value>| -> Result<Vec<YearGrade>> {
        let read: Option<Vec<(i32, ClassificationGrade)>> =
            (value.map(serde_json::from_value).transpose()).map_err(Error::internal)?;
        let all = read.into_iter().flatten();
        Ok(all.map(|(year, grade)| YearGrade { year, grade }).collect())
    };
    let asked = rows.iter();
    let asked = asked.filter(|row| branch.is_none_or(|id| row.get::<_, Uuid>(0) == id));
    let branches = asked.map(|row| -> Result<BranchQuality> {
        let counts = counts(row);
        let few = counts.into_iter().chain(rest(counts)).any(withheld::small);
        let withheld = hides && (few || counts[0] > 0 && !alone(row));
        let [
            nominated,
            adopted,
            dossier,
            admitted,
            recognised,
            removed,
            not_admitted,
            struck_off,
            withdrawn,
        ] = counts.map(|n| (!withheld).then_some(n));
        let thousandth = |(admitted, nominated): (i32, i32)| {
            (nominated > 0).then(|| admitted * 1000 / nominated)
        };
        Ok(BranchQuality {
            branch_id: row.get(0),
            branch_number: row.get(1),
            non_members: row.get(2),
            nominated,
            adopted,
            dossier,
            admitted,
            recognised,
            removed,
            not_admitted,
            struck_off,
            withdrawn,
            admitted_per_thousand: admitted.zip(nominated).and_then(thousandth),
            median_months_to_ceremony: row
                .get::<_, Option<i32>>(12)
                .filter(|_| !hides || admitted.is_some_and(|n| n >= SMALL)),
            classifications: grades(row.get(14))?,
            source: groups(row.get(13))?,
        })
    });
    let body = Quality {
        from,
        to,
        branches: branches.collect::<Result<_>>()?,
    };
    Ok(Reply::new(&body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_is_left_out_does_not_follow_from_the_others() {
        for (groups, least) in [
            (vec![3, 4, 9], 3),
            (vec![9, 1, 5, 4], 5),
            (vec![2, 1, 5], 5),
            (vec![1, 1, 5, 6], 6),
            (vec![4, 1, 4, 9], 9),
            (vec![7, 1], i64::MAX),
            (vec![7], i64::MAX),
            (vec![], i64::MAX),
        ] {
            assert_eq!(least_shown(groups.clone()), least, "{groups:?}");
        }
    }

    #[test]
    fn a_quarter_has_ended_the_day_before_the_next() {
        for (today, ended) in [
            ("2021-01-01", "2020-12-31"),
            ("2021-03-31", "2020-12-31"),
            ("2021-04-01", "2021-03-31"),
            ("2021-12-31", "2021-09-30"),
        ] {
            let today = today.parse().unwrap();
            assert_eq!(quarter_before(today), ended.parse().unwrap(), "{today}");
        }
    }

    #[test]
    fn what_follows_from_two_figures_is_withheld_like_a_figure() {
        let few = |counts| rest(counts).into_iter().any(withheld::small);
        assert!(!few([20, 10, 10, 5, 5, 5, 0, 0, 0]));
        assert!(few([20, 18, 10, 5, 5, 5, 0, 0, 0]), "two were not adopted");
        assert!(few([9, 9, 9, 9, 9, 6, 0, 0, 0]), "three are left");
    }
}
