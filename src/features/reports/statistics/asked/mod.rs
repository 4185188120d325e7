//! What is asked of the statistics: the period, its parts, and the day on which the register is
//! read.
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use serde::de::Deserializer;
use utoipa::IntoParams;

use crate::access::Reach;
use crate::api::query::{self, invalid};
use crate::api::table::Form;
use crate::error::Result;
use crate::law::calendar::{day_before, days_of, next_day, plus_months, quarter_end};
use crate::law::words::{self, Grouping, Scope};
use crate::law::{Words, say};

/// Years that one answer covers at most.
const YEARS: i32 = 10;

/// Selects the figures
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// A year `2021`, a quarter `2021-Q3`, a month `2021-07`, or a first and a last day `2021-01-01..2021-06-30` within ten years, from 1990 to 2100; this year by default. Roles that do not see the persons ask for a whole year or quarter that has ended, by default the last year, or with `group_by=quarter` for whole quarters in one request: `2020-01-01..2021-12-31`
    #[param(
        max_length = 22,
        pattern = r"^[0-9]{4}(-Q[1-4]|-[0-9]{2}|-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?$"
    )]
    pub(super) period: Option<String>,
    /// Several give a group for each combination; absent: one group. Roles that do not see the persons group only by `organization`, which always applies, and by `quarter`
    #[serde(default, deserialize_with = "groupings")]
    #[param(style = Form, explode = false, required = false, min_items = 1, max_items = 4)]
    pub(super) group_by: Vec<Grouping>,
    /// The register as it stood on that day by its own dates, not after today; today by default. For roles that do not see the persons it is the last day of a quarter, by default of the period; within the period only with `group_by=quarter`
    #[serde(default, deserialize_with = "query::day")]
    pub(super) as_of: Option<NaiveDate>,
    /// `own`: your organisation as far as you reach in it; `below`: figures from which no person can be told, of the organisations below and, for a service account, of its own. By default, the one that your role has
    #[param(value_type = words::Scope, inline, required = false)]
    pub(super) scope: Option<Scope>,
    /// `json`, `csv` or `xlsx`; by default determined by `Accept`
    #[param(value_type = Form, inline, required = false)]
    pub(super) format: Option<Form>,
}

fn groupings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Grouping>, D::Error> {
    let raw = String::deserialize(deserializer)?;
    let read = raw.split(',').map(Grouping::parse);
    let read: Option<Vec<Grouping>> = read.collect();
    let mut all = read.ok_or_else(|| query::words_wanted(Grouping::WIRE))?;
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// A first and a last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// What was recorded later than that day is told apart.
    pub known_on: NaiveDate,
}

/// The time that a group covers: its name, and which of the spans belong to it.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub spans: std::ops::Range<usize>,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The question, once its parameters have been checked.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub as_of: NaiveDate,
    pub scope: Scope,
    pub group_by: Vec<Grouping>,
    pub parts: Vec<Part>,
    pub spans: Vec<Span>,
}

impl Wanted {
    pub fn by(&self, grouping: Grouping) -> bool {
        self.group_by.contains(&grouping)
    }

    /// The same spans of the year before.
    pub fn year_before(&self) -> impl Iterator<Item = Span> {
        self.spans.iter().map(|span| Span {
            from: a_year_before(span.from),
            to: a_year_before(span.to),
            known_on: a_year_before(span.known_on),
        })
    }
}

/// The same day of the year before; the last day of a month stays the last.
fn a_year_before(day: NaiveDate) -> NaiveDate {
    let back = |day: NaiveDate| {
        let before = day.checked_sub_months(chrono::Months::new(12));
        before.unwrap_or(day)
    };
    let next = next_day(day);
    if next.day() == 1 {
        day_before(back(next))
    } else {
        back(day)
    }
}

/// `2021-Q3`
fn quarter_name(day: NaiveDate) -> String {
    format!("{}-Q{}", day.year(), day.month0() / 3 + 1)
}

/// `2021-07`
fn month_name(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

fn month_end(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    day_before(plus_months(first, 1))
}

/// First and last day of a period as it is written.
fn period(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    if let Some((from, to)) = text.split_once("..") {
        return Some((from.parse().ok()?, to.parse().ok()?));
    }
    let first = |text: &str, month: u32| {
        let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let year: i32 = text.parse().ok().filter(|_| digits)?;
        NaiveDate::from_ymd_opt(year, month, 1)
    };
    if let Some((year, quarter)) = text.split_once("-Q") {
        let quarter: u32 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
        let from = first(year, quarter * 3 - 2)?;
        return Some((from, quarter_end(from, 0)));
    }
    if let Some((year, month)) = text.split_once('-') {
        let from = first(year, month.parse().ok().filter(|_| month.len() == 2)?)?;
        return Some((from, month_end(from)));
    }
    first(text, 1).map(|from| days_of(from.year()))
}

/// The period cut at the ends of its months or quarters.
fn cut(
    (from, to): (NaiveDate, NaiveDate),
    end: fn(NaiveDate) -> NaiveDate,
    name: fn(NaiveDate) -> String,
) -> Vec<(String, NaiveDate, NaiveDate)> {
    let mut cut = Vec::new();
    let mut first = from;
    while first <= to {
        let last = end(first).min(to);
        cut.push((name(first), first, last));
        first = next_day(last);
    }
    cut
}

fn refused(name: &str, detail: Words) -> Result<()> {
    Err(invalid(name, detail))
}

impl Asked {
    /// Checks what was asked against the reach and today.
    pub(super) fn check(&self, reach: Reach, today: NaiveDate) -> Result<Wanted> {
        let scope = if reach == Reach::Below {
            Scope::Below
        } else {
            Scope::Own
        };
        if self.scope.is_some_and(|asked| asked != scope) {
            refused(
                "scope",
                say(
                    "Vai trò của bạn không xem phạm vi này.",
                    "Your role does not have this scope.",
                ),
            )?;
        }
        let this_year = days_of(today.year());
        let written = || {
            let words = say(
                "Viết 2021, 2021-Q3, 2021-07 hoặc 2021-01-01..2021-06-30.",
                "Write 2021, 2021-Q3, 2021-07 or 2021-01-01..2021-06-30.",
            );
            invalid("period", words)
        };
        let (from, to) = match (&self.period, scope) {
            (Some(text), _) => period(text).ok_or_else(written)?,
            (None, Scope::Own) => this_year,
            (None, Scope::Below) => days_of(today.year() - 1),
        };
        if !(1990..=2100).contains(&from.year()) || from > to || to.year() - from.year() >= YEARS {
            refused(
                "period",
                say(
                    format!(
                        "Từ năm 1990 đến 2100, ngày đầu không sau ngày cuối, không quá {YEARS} năm."
                    ),
                    format!(
                        "From 1990 to 2100, the first day not after the last, at most {YEARS} years."
                    ),
                ),
            )?;
        }
        let as_of = self.as_of.unwrap_or(match scope {
            Scope::Own => today,
            Scope::Below => to,
        });
        if as_of > today || as_of < from {
            match self.as_of {
                Some(_) => refused(
                    "as_of",
                    say(
                        "Không sau hôm nay, không trước ngày đầu của kỳ.",
                        "Neither after today nor before the first day of the period.",
                    ),
                ),
                None if scope == Scope::Own => refused(
                    "period",
                    say("Kỳ này chưa bắt đầu.", "The period has not begun yet."),
                ),
                None => refused(
                    "period",
                    say("Kỳ này chưa kết thúc.", "The period has not ended yet."),
                ),
            }?;
        }
        let mut group_by = self.group_by.clone();
        if scope == Scope::Below {
            self.check_below((from, to), as_of)?;
            if !group_by.contains(&Grouping::Organization) {
                group_by.insert(0, Grouping::Organization);
            }
        }
        let mut wanted = Wanted {
            from,
            to,
            as_of,
            scope,
            group_by,
            parts: Vec::new(),
            spans: Vec::new(),
        };
        wanted.split();
        Ok(wanted)
    }

    /// Those who do not see the persons see quarters and years that have ended, as the register stood at
    /// the end of a quarter: parts of one fixed partition, so that no difference is about a shorter time.
    fn check_below(&self, (from, to): (NaiveDate, NaiveDate), as_of: NaiveDate) -> Result<()> {
        let quarters = self.group_by.contains(&Grouping::Quarter);
        let finer = [Grouping::Branch, Grouping::Month];
        if finer.iter().any(|by| self.group_by.contains(by)) {
            refused(
                "group_by",
                say(
                    "Chỉ theo tổ chức và theo quý: chi bộ, tháng có thể cho biết từng người.",
                    "Only by organisation and quarter: a branch or a month is small enough to identify people.",
                ),
            )?;
        }
        let whole = |to: NaiveDate| {
            from.day() == 1
                && from.month0() % 3 == 0
                && to == quarter_end(to, 0)
                && (quarters || to == quarter_end(from, 0) || (from, to) == days_of(from.year()))
        };
        if !whole(to) {
            refused(
                "period",
                say(
                    "Chỉ xem trọn một năm, trọn một quý, hoặc nhiều quý với group_by=quarter.",
                    "Only a whole year, a whole quarter, or whole quarters with group_by=quarter.",
                ),
            )?;
        }
        if as_of != quarter_end(as_of, 0) {
            refused(
                "as_of",
                say(
                    "Chỉ xem như ngày cuối của một quý.",
                    "Only as of the last day of a quarter.",
                ),
            )?;
        }
        // what is cut off must also be a whole part of the partition
        if !whole(to.min(as_of)) {
            refused(
                "as_of",
                say(
                    "Giữa kỳ thì chỉ xem theo quý, với group_by=quarter.",
                    "Within the period only by quarter, with group_by=quarter.",
                ),
            )?;
        }
        Ok(())
    }
}

impl Wanted {
    /// Cuts the period into the parts that are asked for. For those who do not see the persons the spans
    /// are the quarters of its years, asked for or not: by a year's quarters it is decided what is shown
    /// of each and of the whole.
    fn split(&mut self) {
        if self.scope == Scope::Below {
            let years = (days_of(self.from.year()).0, days_of(self.to.year()).1);
            let quarters = cut(years, |day| quarter_end(day, 0), quarter_name);
            let quarters = quarters.into_iter();
            self.spans = quarters
                .map(|(_, from, to)| Span {
                    from,
                    to,
                    known_on: to,
                })
                .collect();
        }
        let whole = (self.from, self.to);
        let quarter: fn(NaiveDate) -> NaiveDate = |day| quarter_end(day, 0);
        let parts = if self.by(Grouping::Month) {
            cut(whole, month_end, month_name)
        } else if self.by(Grouping::Quarter) {
            cut(whole, quarter, quarter_name)
        } else {
            vec![(format!("{}..{}", self.from, self.to), self.from, self.to)]
        };
        for (name, from, to) in parts {
            // nothing has happened yet in periods that begin later
            if from > self.as_of {
                break;
            }
            let to = to.min(self.as_of);
            if self.scope == Scope::Own {
                let known_on = self.as_of;
                self.spans.push(Span { from, to, known_on });
            }
            let before = |day: NaiveDate| self.spans.iter().filter(|span| span.to < day).count();
            let spans = match self.scope {
                Scope::Own => self.spans.len() - 1..self.spans.len(),
                Scope::Below => before(from)..before(next_day(to)),
            };
            self.parts.push(Part {
                name,
                spans,
                from,
                to,
            });
        }
    }
}

#[cfg(test)]
mod tests;
