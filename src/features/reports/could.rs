//! Who could be admitted this year: the figure of the list of the ways ahead, by branch.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use crate::access::{self, Action, may, reach};
use crate::api::law::ByBranch;
use crate::auth::Permit;
use crate::db::Tx;
use crate::db::tables::candidate;
use crate::error::Result;
use crate::facts::{self, Ahead};
use crate::law::Stage;
use crate::law::regulation::Regulations;

/// The files before the ceremony, as far as the caller sees their ways ahead; None for a caller
/// who sees none.
pub(super) async fn files<P: crate::access::Permission>(
    tx: &Tx,
    permit: &Permit<P>,
    branch: Option<Uuid>,
    today: NaiveDate,
) -> Result<Option<Vec<Ahead>>> {
    let Some(reach) = may(permit.role(), Action::ReadOutlooks) else {
        return Ok(None);
    };
    let mut within = tx.within(&reach::candidate(reach), "candidate.");
    if let Some(branch) = branch {
        within = within.and(candidate::Column::BranchId.eq(branch));
    }
    facts::ahead_of_the_ceremony(tx, within, today)
        .await
        .map(Some)
}

/// How many of them can be admitted by `until`, by branch.
pub(super) fn in_time<P: crate::access::Permission>(
    files: Vec<Ahead>,
    permit: &Permit<P>,
    law: &Regulations,
    until: NaiveDate,
) -> ByBranch {
    let mut counted = ByBranch::new();
    for mut file in files {
        let branch = file.candidate.branch_id;
        let submitted = file.candidate.stage.submitted();
        let year_only = access::birth_year_only(permit.role(), submitted);
        let arrives = file
            .question(law, year_only)
            .is_some_and(|q| q.goal() == Stage::Probationary && q.arrives(until));
        *counted.entry(branch).or_default() += i32::from(arrives);
    }
    counted
}
