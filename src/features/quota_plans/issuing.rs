//! Issuing a quota plan, or its revision, by a decision of the Standing Committee.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::routes::stepped;
use super::store;
use super::wire::{PlanIssuance, QuotaPlan, Waiting};
use crate::access::IssueQuotaPlans;
use crate::api::body::Body;
use crate::api::checks::expect_not_in_future;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::term;
use crate::error::{Code, Error, Result};
use crate::law::lives::quota_plan::QuotaPlanStep as Step;
use crate::law::say;
use crate::law::words::TermState;

/// The decision is not of a day to come, nor older than what was submitted.
fn dated(proposed_on: Option<NaiveDate>, on: NaiveDate, today: NaiveDate) -> Result<()> {
    expect_not_in_future("/decision_on", on, today)?;
    match proposed_on {
        Some(proposed) if on < proposed => Err(Error::invalid(
            "/decision_on",
            "before_submission",
            say(
                format!(
                    "Kế hoạch được trình ngày {}; quyết định không thể trước ngày ấy.",
                    proposed.format("%d/%m/%Y")
                ),
                format!("The plan was submitted on {proposed}; the decision cannot be earlier."),
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// Issue a quota plan, or its prepared revision
///
/// From `proposed` to `issued`; with a prepared revision to `revised`, the earlier figures are kept. By a decision, dated from the day of the submission on. Never by the drafter, and only within an approved term.
#[operation(post, "/quota-plans/{id}/issuances", refuses(InvalidTransition))]
pub async fn issue_quota_plan(
    permit: Permit<IssueQuotaPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<PlanIssuance>,
) -> Result<Reply<QuotaPlan>> {
    let today = db.clock().today();
    edit::step::<QuotaPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        let state = stepped(&row, Step::Issue, permit.role())?;
        let pending: Option<Waiting> = (row.pending.clone())
            .map(serde_json::from_value)
            .transpose()
            .map_err(Error::internal)?;
        let own = pending.as_ref().and_then(|p| p.drafted_by);
        if own.unwrap_or(row.drafted_by) == permit.caller().account {
            return Err(Error::new(Code::Forbidden).detail(say(
                "Người dự thảo không được ban hành.",
                "Who drafted the plan cannot issue it.",
            )));
        }
        let term = tx.by_id::<term::Entity>(row.term_id).await?;
        if term.is_none_or(|t| t.state != TermState::Approved) {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Nhiệm kỳ chưa được Ban Thường vụ duyệt: hãy duyệt nhiệm kỳ trước.",
                "The Standing Committee has not approved the term yet: approve it first.",
            )));
        }
        let lines = match &pending {
            Some(waiting) => waiting.revision.lines.clone(),
            None => store::lines(tx, row.id).await?,
        };
        store::expect_going_on(tx, row.year, &lines).await?;
        let decision = &body.value;
        let own = pending.as_ref().and_then(|p| p.proposed_on);
        let proposed_on = own.or(row.proposed_on);
        dated(proposed_on, decision.decision_on, today)?;
        let mut active = edit::blank::<QuotaPlan>();
        active.state = Set(state);
        active.decision_number = Set(Some(decision.decision_number.as_str().to_owned()));
        active.decision_on = Set(Some(decision.decision_on));
        active.issued_by = Set(Some(permit.caller().account));
        active.issued_on = Set(Some(today));
        if let Some(pending) = pending {
            let revision = pending.revision;
            store::keep(tx, &row, revision.reason.as_str(), today).await?;
            store::replace(tx, row.organization_id, row.id, &revision.lines).await?;
            active.proposed_on = Set(proposed_on);
            active.drafted_by = Set(pending.drafted_by.unwrap_or(row.drafted_by));
            active.pending = Set(None);
            active.revision = Set(row.revision + 1);
        }
        edit::stepped::<QuotaPlan>(tx, &row, active, "state").await
    })
    .await
}
