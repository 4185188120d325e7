//! An allocation computed from given weights. Nothing is stored: the Party Office copies into the
//! draft what it agrees with.
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use super::wire::QuotaPlan;
use crate::access::DraftQuotaPlans;
use crate::api::body::Body;
use crate::api::edit;
use crate::api::operation::operation;
use crate::api::reply::Spoken;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::term;
use crate::error::{Error, Result};
use crate::law::allocation::{self, Figures};
use crate::law::say;

/// Parameters of an allocation
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AllocationRequest {
    /// Total to distribute; by default the term's annual minimum
    #[schema(minimum = 0, maximum = 10_000, example = 6)]
    pub total: Option<i32>,
    /// Weights of the factors; equal by default
    #[serde(default)]
    pub weights: AllocationWeights,
}

/// Weights of the factors; not all 0
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct AllocationWeights {
    /// Admissions of the previous term
    #[serde(default = "one")]
    #[schema(minimum = 0, maximum = 100, default = 1)]
    pub previous_result: i32,
    /// Open candidacies before the ceremony, today
    #[serde(default = "one")]
    #[schema(minimum = 0, maximum = 100, default = 1)]
    pub pipeline: i32,
    /// People of the unit who are not Party members
    #[serde(default = "one")]
    #[schema(minimum = 0, maximum = 100, default = 1)]
    pub non_members: i32,
}

const fn one() -> i32 {
    1
}

impl Default for AllocationWeights {
    fn default() -> Self {
        Self {
            previous_result: one(),
            pipeline: one(),
            non_members: one(),
        }
    }
}

/// A proposal for the lines of a year's plan, by largest remainder (phương pháp số dư lớn nhất)
#[derive(Debug, Serialize, ToSchema)]
pub struct Allocation {
    pub plan_id: Uuid,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// Sum of the lines
    #[schema(minimum = 0, maximum = 10_000)]
    pub total: i32,
    pub weights: AllocationWeights,
    /// One per branch, in order of branch number
    #[schema(max_items = 1000)]
    pub lines: Vec<AllocationLine>,
}

/// A branch's part of the total, with the reasons
#[derive(Debug, Serialize, ToSchema)]
pub struct AllocationLine {
    pub branch_id: Uuid,
    #[schema(example = "01", max_length = 20)]
    pub branch_number: String,
    #[schema(max_length = 200)]
    pub branch_name: String,
    #[schema(minimum = 0)]
    pub quota: i32,
    /// Admissions of the previous term
    #[schema(minimum = 0)]
    pub previous_result: i32,
    /// Open candidacies before the ceremony, today
    #[schema(minimum = 0)]
    pub pipeline: i32,
    /// People of the unit who are not Party members
    #[schema(minimum = 0)]
    pub non_members: i32,
    /// Exact share of the total, a fraction in lowest terms
    #[schema(example = "17/6", max_length = 100, pattern = "^[0-9]+/[0-9]+$")]
    pub exact_share: String,
    /// Whether the branch received one of the seats left over by rounding down
    pub by_remainder: bool,
    /// Whether another branch had the same remainder and too few seats were left for both: the
    /// lower branch number comes first
    pub tied: bool,
    /// Reasons in the caller's language
    #[schema(max_items = 10)]
    pub reasons: Vec<Sentence>,
}

/// A sentence
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 500)]
pub struct Sentence(String);

/// Compute a proposal for the lines of a quota plan
///
/// By largest remainder, in exact arithmetic: a branch's share is the weighted mean of its shares
/// of the previous term's admissions, the pipeline and the remaining non-members. Each branch gets
/// the integer part; the seats left go to the largest remainders and, among equal ones, to the
/// lower branch number. Nothing is stored: to adopt the proposal, change the plan's lines.
#[operation(post, "/quota-plans/{id}/proposals", answer = "The proposal")]
pub async fn propose_allocation(
    permit: Permit<DraftQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<AllocationRequest>,
) -> Result<Spoken<Allocation>> {
    let weights = body.value.weights;
    let AllocationWeights {
        previous_result,
        pipeline,
        non_members,
    } = weights;
    if previous_result + pipeline + non_members == 0 {
        return Err(Error::invalid(
            "/weights",
            "all_zero",
            say(
                "Ít nhất một trọng số phải lớn hơn 0.",
                "At least one weight must be above 0.",
            ),
        ));
    }
    let weights_of = allocation::Weights {
        previous_result: previous_result.unsigned_abs(),
        pipeline: pipeline.unsigned_abs(),
        non_members: non_members.unsigned_abs(),
    };
    let (plan, minimum, rows) = db
        .read(&permit, async |tx| {
            let plan = edit::find::<QuotaPlan>(&tx, permit.reach(), *id, false).await?;
            let term = tx.by_id::<term::Entity>(plan.term_id).await?;
            let minimum = term.map_or(0, |t| t.annual_minimum);
            let rows = tx.all(store::branches(plan.organization_id)).await?;
            Ok((plan, minimum, rows))
        })
        .await?;
    let total = body.value.total.unwrap_or(minimum);
    let figures: Vec<Figures> = rows
        .iter()
        .map(|r| Figures {
            previous_result: r.previous_result.unsigned_abs(),
            pipeline: r.pipeline.unsigned_abs(),
            non_members: r.non_members.unsigned_abs(),
        })
        .collect();
    let portions = allocation::allocate(total.unsigned_abs(), &figures, weights_of);
    let reasons = allocation::reasons(total.unsigned_abs(), &figures, weights_of, &portions);
    let lines: Vec<AllocationLine> = rows
        .into_iter()
        .zip(portions)
        .zip(reasons)
        .map(|((row, portion), reasons)| AllocationLine {
            branch_id: row.id,
            branch_number: row.number,
            branch_name: row.name,
            quota: i32::try_from(portion.quota).unwrap_or(total),
            previous_result: row.previous_result,
            pipeline: row.pipeline,
            non_members: row.non_members,
            exact_share: format!("{}/{}", portion.numerator, portion.denominator),
            by_remainder: portion.by_remainder,
            tied: portion.tied,
            reasons: reasons
                .into_iter()
                .map(|r| Sentence(if permit.call.english { r.en } else { r.vi }))
                .collect(),
        })
        .collect();
    Ok(Spoken::new(&Allocation {
        plan_id: plan.id,
        year: plan.year,
        total,
        weights,
        lines,
    }))
}
