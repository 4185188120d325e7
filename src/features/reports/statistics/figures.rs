//! The figures of a group, as far as its reader may know them.
use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::withheld::{may_be_summed, small};
use crate::db::functions::Statistic;
use crate::error::{Error, Result};
use crate::law::words::{ClassKind, Stage};

/// A number of people; null for roles that do not see the persons where it is about one to four
/// people or would tell a number that is
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct StatisticsFigure {
    #[schema(required = true, minimum = 0)]
    pub count: Option<i32>,
    /// Of these, recorded later than the day as of which the register is read
    #[schema(required = true, minimum = 0)]
    pub recorded_later: Option<i32>,
}

/// Why people were removed from the plan
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RemovalReason {
    /// The branch's words
    #[schema(max_length = 500)]
    pub reason: String,
    #[schema(minimum = 1)]
    pub count: i32,
}

/// Open candidacies before the ceremony on the last day, by stage; null for roles that do not see the
/// persons
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatisticsPipeline {
    pub nominated: StatisticsFigure,
    pub in_plan: StatisticsFigure,
    pub dossier: StatisticsFigure,
    pub branch_resolved: StatisticsFigure,
    pub committee_resolved: StatisticsFigure,
    pub submitted: StatisticsFigure,
    pub decided: StatisticsFigure,
}

/// The figures of a group: what happened within its time, and what stood on its last day
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatisticsFigures {
    /// People introduced
    pub introduced: StatisticsFigure,
    /// Adopted into the plan
    pub adopted: StatisticsFigure,
    /// Removed from the plan or from the list of those introduced
    pub removed: StatisticsFigure,
    pub not_admitted: StatisticsFigure,
    /// Probationary members struck off
    pub struck_off: StatisticsFigure,
    pub withdrawn: StatisticsFigure,
    pub transferred_out: StatisticsFigure,
    pub deceased: StatisticsFigure,
    /// Admitted, by ceremony date
    pub admitted: StatisticsFigure,
    /// Recognised as official members
    pub recognised: StatisticsFigure,
    /// Certificates of awareness classes
    pub awareness_completed: StatisticsFigure,
    /// Certificates of new-member classes
    pub new_member_completed: StatisticsFigure,
    /// Empty for roles that do not see the persons
    #[schema(max_items = 10_000)]
    pub removal_reasons: Vec<RemovalReason>,
    pub pipeline: StatisticsPipeline,
    /// Official members on the last day; null for roles that do not see the persons
    pub official_members: StatisticsFigure,
    /// Probationary members on the last day; null for roles that do not see the persons
    pub probationary_members: StatisticsFigure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Entered(Stage),
    Stands(Stage),
    Completed(ClassKind),
    Members { official: bool },
}

impl Measure {
    /// Other reports show the year's figure to everybody, however small, because admissions stand
    /// beside their quota.
    const fn shown_by_year(self) -> bool {
        matches!(self, Self::Entered(Stage::Probationary))
    }

    fn of(row: &Statistic) -> Option<Self> {
        match (row.stage, row.class_kind, row.official) {
            (Some(stage), ..) if row.stands => Some(Self::Stands(stage)),
            (Some(stage), ..) => Some(Self::Entered(stage)),
            (None, Some(kind), _) => Some(Self::Completed(kind)),
            (None, None, Some(official)) => Some(Self::Members { official }),
            (None, None, None) => None,
        }
    }
}

/// Spans of a year, for those who see quarters.
const QUARTERS: usize = 4;

/// A branch's share of a figure within a span.
#[derive(Clone, Debug)]
struct Share {
    branch: Uuid,
    n: i32,
    later: i32,
}

/// What was counted, by span.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    spans: BTreeMap<usize, BTreeMap<Measure, Vec<Share>>>,
    /// Of those who were removed, by span.
    reasons: BTreeMap<usize, BTreeMap<String, i32>>,
}

impl Counted {
    pub fn add(&mut self, row: &Statistic) -> Result<()> {
        let unknown = || Error::internal(anyhow::anyhow!("a figure of nothing"));
        let measure = Measure::of(row).ok_or_else(unknown)?;
        let span = usize::try_from(row.span - 1).map_err(Error::internal)?;
        if let Some(reason) = &row.reason {
            let told = self.reasons.entry(span).or_default();
            *told.entry(reason.clone()).or_default() += row.n;
            return Ok(());
        }
        let shares = self.spans.entry(span).or_default();
        shares.entry(measure).or_default().push(Share {
            branch: row.branch_id,
            n: row.n,
            later: row.later,
        });
        Ok(())
    }

    fn shares(&self, span: usize, measure: Measure) -> &[Share] {
        let there = self.spans.get(&span).and_then(|of| of.get(&measure));
        there.map_or(&[], Vec::as_slice)
    }

    /// The figures of these spans together; `below` for those who do not see the persons.
    pub fn figures(&self, spans: &std::ops::Range<usize>, below: bool) -> StatisticsFigures {
        let entered = |stage| self.within(spans, Measure::Entered(stage), below);
        let completed = |kind| self.within(spans, Measure::Completed(kind), below);
        let last = spans.end.saturating_sub(1);
        // the difference between two days would reveal who entered or left in between, so roles
        // that see no persons get flows but no stocks
        let stock = |measure| {
            if below {
                StatisticsFigure::default()
            } else {
                self.at(last, measure).known(below)
            }
        };
        let members = |official| stock(Measure::Members { official });
        StatisticsFigures {
            introduced: entered(Stage::Nominated),
            adopted: entered(Stage::InPlan),
            removed: entered(Stage::Removed),
            not_admitted: entered(Stage::NotAdmitted),
            struck_off: entered(Stage::StruckOff),
            withdrawn: entered(Stage::Withdrawn),
            transferred_out: entered(Stage::TransferredOut),
            deceased: entered(Stage::Deceased),
            admitted: entered(Stage::Probationary),
            recognised: entered(Stage::Official),
            awareness_completed: completed(ClassKind::Awareness),
            new_member_completed: completed(ClassKind::NewMember),
            removal_reasons: self.reasons(spans),
            pipeline: pipeline(|stage| stock(Measure::Stands(stage))),
            official_members: members(true),
            probationary_members: members(false),
        }
    }

    fn within(
        &self,
        spans: &std::ops::Range<usize>,
        measure: Measure,
        below: bool,
    ) -> StatisticsFigure {
        let mut branches: BTreeMap<Uuid, i32> = BTreeMap::new();
        let (mut parts, mut whole) = (Vec::new(), Sum::default());
        for span in spans.clone() {
            let part = self.at(span, measure);
            parts.push(part.count);
            whole.count += part.count;
            whole.later += part.later;
            for share in self.shares(span, measure) {
                *branches.entry(share.branch).or_default() += share.n;
            }
        }
        if !below {
            return whole.known(below);
        }
        // other reports show the years of branches
        let years = parts.len() > 1;
        let apart = |branches: BTreeMap<Uuid, i32>| may_be_summed(branches.into_values());
        let small = !may_be_summed(parts) || years && !apart(branches);
        if small || measure.shown_by_year() && !may_be_summed(self.quarters(spans.start, measure)) {
            return StatisticsFigure::default();
        }
        StatisticsFigure {
            // a quarter's figure counts what was recorded after that quarter; beside it, the year's
            // would reveal what was recorded in between
            recorded_later: whole.known(below).recorded_later.filter(|_| !years),
            count: Some(whole.count),
        }
    }

    /// The figure in each quarter of the year to which the span belongs, for those who see quarters.
    fn quarters(&self, span: usize, measure: Measure) -> [i32; QUARTERS] {
        let first = span - span % QUARTERS;
        std::array::from_fn(|n| self.at(first + n, measure).count)
    }

    fn at(&self, span: usize, measure: Measure) -> Sum {
        let shares = self.shares(span, measure);
        Sum {
            count: shares.iter().map(|share| share.n).sum(),
            later: shares.iter().map(|share| share.later).sum(),
        }
    }

    fn reasons(&self, spans: &std::ops::Range<usize>) -> Vec<RemovalReason> {
        let mut all: BTreeMap<&str, i32> = BTreeMap::new();
        for span in spans.clone() {
            for (reason, n) in self.reasons.get(&span).into_iter().flatten() {
                *all.entry(reason).or_default() += n;
            }
        }
        let reason = |(reason, count): (&str, i32)| RemovalReason {
            reason: reason.to_owned(),
            count,
        };
        all.into_iter().map(reason).collect()
    }
}

fn pipeline(stands: impl Fn(Stage) -> StatisticsFigure) -> StatisticsPipeline {
    StatisticsPipeline {
        nominated: stands(Stage::Nominated),
        in_plan: stands(Stage::InPlan),
        dossier: stands(Stage::Dossier),
        branch_resolved: stands(Stage::BranchResolved),
        committee_resolved: stands(Stage::CommitteeResolved),
        submitted: stands(Stage::Submitted),
        decided: stands(Stage::Decided),
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    count: i32,
    later: i32,
}

impl Sum {
    /// The figure; for those below without its parts where one of them is small.
    fn known(self, below: bool) -> StatisticsFigure {
        let apart = below && (small(self.later) || small(self.count - self.later));
        StatisticsFigure {
            count: Some(self.count),
            recorded_later: (!apart).then_some(self.later),
        }
    }
}

impl StatisticsFigures {
    /// The reasons of removals in one cell, each with its number.
    pub fn reasons_in_words(&self) -> String {
        let told = self.removal_reasons.iter();
        let told = told.map(|of| format!("{} ({})", of.reason, of.count));
        told.collect::<Vec<_>>().join("; ")
    }

    /// Every figure with its heading in a sheet, in either language.
    pub fn all(&self, english: bool) -> [(&'static str, StatisticsFigure); 21] {
        let say = |vi, en| if english { en } else { vi };
        let way = &self.pipeline;
        [
            (say("Được giới thiệu", "Introduced"), self.introduced),
            (say("Đưa vào quy hoạch", "Adopted"), self.adopted),
            (say("Đưa ra khỏi quy hoạch", "Removed"), self.removed),
            (say("Không được kết nạp", "Not admitted"), self.not_admitted),
            (say("Xóa tên", "Struck off"), self.struck_off),
            (say("Xin rút", "Withdrawn"), self.withdrawn),
            (
                say("Chuyển sinh hoạt đảng", "Transferred out"),
                self.transferred_out,
            ),
            (say("Từ trần", "Deceased"), self.deceased),
            (say("Kết nạp", "Admitted"), self.admitted),
            (say("Công nhận chính thức", "Recognised"), self.recognised),
            (
                say("Hoàn thành lớp nhận thức", "Awareness class completed"),
                self.awareness_completed,
            ),
            (
                say("Hoàn thành lớp đảng viên mới", "New-member class completed"),
                self.new_member_completed,
            ),
            (
                say("Cuối kỳ: được giới thiệu", "At the end: nominated"),
                way.nominated,
            ),
            (
                say("Cuối kỳ: trong quy hoạch", "At the end: in the plan"),
                way.in_plan,
            ),
            (
                say("Cuối kỳ: lập hồ sơ", "At the end: dossier"),
                way.dossier,
            ),
            (
                say(
                    "Cuối kỳ: chi bộ có nghị quyết",
                    "At the end: branch resolved",
                ),
                way.branch_resolved,
            ),
            (
                say(
                    "Cuối kỳ: đảng ủy có nghị quyết",
                    "At the end: committee resolved",
                ),
                way.committee_resolved,
            ),
            (
                say("Cuối kỳ: đã trình", "At the end: submitted"),
                way.submitted,
            ),
            (
                say("Cuối kỳ: có quyết định", "At the end: decided"),
                way.decided,
            ),
            (
                say(
                    "Cuối kỳ: đảng viên chính thức",
                    "At the end: official members",
                ),
                self.official_members,
            ),
            (
                say(
                    "Cuối kỳ: đảng viên dự bị",
                    "At the end: probationary members",
                ),
                self.probationary_members,
            ),
        ]
    }
}
