//! Wire types of the progress report.
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::law::words::daily::PaceState;

/// Progress of the plan (tiến độ thực hiện)
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    pub term_id: Uuid,
    #[schema(max_length = 50)]
    pub term_name: String,
    /// Year of the branches' figures
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    pub as_of: NaiveDate,
    /// True: `as_of` lies outside the term's years. Without `term_id` no term covers that day, and the
    /// last one is shown
    pub outside_term: bool,
    /// The branches within your reach
    #[schema(max_items = 10_000)]
    pub branches: Vec<BranchProgress>,
    /// Years of the term, as totals of the branches shown
    #[schema(max_items = 10)]
    pub years: Vec<YearProgress>,
    pub term: TermProgress,
    pub coverage: Coverage,
}

/// Progress of a branch in the year
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchProgress {
    pub branch_id: Uuid,
    #[schema(max_length = 20)]
    pub branch_number: String,
    #[schema(max_length = 200)]
    pub branch_name: String,
    #[schema(minimum = 0)]
    pub quota: i32,
    /// Admissions by ceremony date, in the branch of that date; of a year whose plan is closed as counted then. Told to every reader, however few they are: the released document promises an integer
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// Admissions more, or fewer, since the year was closed; `GET /annual-quotas` says why
    #[schema(minimum = -1000, maximum = 1000)]
    pub later_difference: i32,
    /// Quota minus admissions
    #[schema(minimum = 0)]
    pub gap: i32,
    /// Admissions compared with the quota's share of the elapsed days of the year, rounded down
    pub pace: PaceState,
    /// Open candidacies today, by stage. For roles that do not see the persons, those of the end of the last quarter, and null where the figure is about one to four people or would tell one that is
    #[schema(required = true, minimum = 0)]
    pub nominated: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub in_plan: Option<i32>,
    /// Confirmed for an awareness class that has not ended; null for roles that do not see the persons
    #[schema(required = true, minimum = 0)]
    pub in_class: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub dossier: Option<i32>,
    /// Those of `dossier` with a valid awareness certificate; null for roles that do not see the persons
    #[schema(required = true, minimum = 0)]
    pub ready: Option<i32>,
    /// Resolved by the branch or the committee, or submitted
    #[schema(required = true, minimum = 0)]
    pub resolved: Option<i32>,
    #[schema(required = true, minimum = 0)]
    pub decided: Option<i32>,
    /// Those whose way ahead reaches the ceremony by 31 December of the current year, as counted by
    /// `GET /outlooks`; null for roles that do not see the ways ahead, and where more than 1,000
    /// people are on the way
    #[schema(required = true, minimum = 0)]
    pub could_by_year_end: Option<i32>,
    #[schema(minimum = 0)]
    pub official_members: i32,
    /// Official members still missing for a branch committee
    #[schema(minimum = 0)]
    pub committee_gap: i32,
}

/// Progress of a year of the term
#[derive(Debug, Serialize, ToSchema)]
pub struct YearProgress {
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    #[schema(minimum = 0)]
    pub quota: i32,
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// Admissions more, or fewer, since the year was closed; `GET /annual-quotas` says why
    #[schema(minimum = -1000, maximum = 1000)]
    pub later_difference: i32,
    /// 0 where only some branches are shown
    #[schema(minimum = 0)]
    pub annual_minimum: i32,
    /// Annual minimum minus admissions
    #[schema(minimum = 0)]
    pub gap: i32,
    pub pace: PaceState,
    /// Admissions in each month as counted today, also of a closed year; null for roles that do not see the persons, because a month is short
    /// enough to identify them
    #[schema(required = true, min_items = 12, max_items = 12)]
    pub months: Option<Vec<i32>>,
    /// Average age in the year of the ceremony, in tenths of a year, rounded down. The three figures of age count by the year of birth, so that they tell nobody's birth date; null without admissions. For roles that do not see the persons they are null below five admissions, for a single branch, and while the year goes on
    #[schema(required = true, minimum = 0, maximum = 1500)]
    pub average_age_tenths: Option<i64>,
    /// Admitted at 30 or younger
    #[schema(required = true, minimum = 0)]
    pub up_to_30: Option<i32>,
    /// Admitted at 35 or younger
    #[schema(required = true, minimum = 0)]
    pub up_to_35: Option<i32>,
}

/// Progress of the term
#[derive(Debug, Serialize, ToSchema)]
pub struct TermProgress {
    #[schema(minimum = 0)]
    pub quota: i32,
    #[schema(minimum = 0)]
    pub admitted: i32,
    /// 0 where only some branches are shown
    #[schema(minimum = 0)]
    pub term_minimum: i32,
    /// Term minimum minus admissions
    #[schema(minimum = 0)]
    pub gap: i32,
    /// Expected total, `admitted + now + min(later quotas, pipeline - now)` with `now = min(unmet
    /// quota of this year, could_by_year_end)`; no summand is negative. Null where that is null
    #[schema(required = true, minimum = 0)]
    pub projection: Option<i32>,
}

/// Branches with a branch committee (chi ủy)
#[derive(Debug, Serialize, ToSchema)]
pub struct Coverage {
    /// Open branches of departments (khoa, phòng); those of commune stations do not count (kế
    /// hoạch, I.3)
    #[schema(minimum = 0)]
    pub branches: usize,
    /// Branches with enough official members for a branch committee
    #[schema(minimum = 0)]
    pub with_committee: usize,
    /// Target percentage of the term
    #[schema(minimum = 0, maximum = 100)]
    pub target_percent: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub target_year: i32,
    pub reached: bool,
}
