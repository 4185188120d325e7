//! Closing a review: a decision on everyone, the record of the meeting and the resulting acts, all
//! or nothing.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::store;
use super::wire::{Review, ReviewClosure};
use crate::access::HoldReviews;
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::resource::Editable;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::{Code, Error, Fault, Result};
use crate::law::lives::review::ReviewStep;
use crate::law::text::{Text, plain};
use crate::law::{Checks, Stage, say, vi};
use crate::recording;
use crate::resources::review_item::{ReviewEntry, stepped};

const SOURCE: &str = "kế hoạch, II.2";

/// The meeting was held between the opening and today, with no more people present than members.
fn check(closure: &ReviewClosure, opened_on: NaiveDate, today: NaiveDate) -> Result<()> {
    let mut faults = Vec::new();
    if closure.held_on < opened_on || closure.held_on > today {
        let words = say(
            format!("Từ {} đến {}.", vi(opened_on), vi(today)),
            format!("From {opened_on} to {today}."),
        );
        faults.push(Fault::pointer("/held_on", "out_of_range", words));
    }
    if closure.present > closure.members {
        faults.push(Fault::pointer(
            "/present",
            "out_of_range",
            say(
                "Nhiều hơn số đảng viên.",
                "More than the number of members.",
            ),
        ));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::faults(Code::ValidationFailed, faults))
    }
}

/// Close a review
///
/// Requires the record of the meeting and a decision for each person still to be reviewed. Each
/// decision is recorded as an act (`plan-decisions`) and judged like one: a refusal lists
/// everything missing, by person, and nothing is recorded. A nomination that is kept waits for the
/// next review.
#[operation(
    post,
    "/reviews/{id}/closures",
    refuses(InvalidTransition, RequirementsUnmet)
)]
pub async fn close_review(
    permit: Permit<HoldReviews>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<ReviewClosure>,
) -> Result<Reply<Review>> {
    let today = db.clock().today();
    edit::step::<Review, _>(&db, &permit, *id, seen, async |tx, row| {
        let closure = body.value.clone();
        let closed_as = stepped(row.state, ReviewStep::Close, permit.role())?;
        check(&closure, row.opened_on, today)?;
        let items = store::lock_items(tx, row.id).await?;
        let mut active = edit::blank::<Review>();
        active.state = Set(closed_as);
        active.held_on = Set(Some(closure.held_on));
        active.closed_on = Set(Some(today));
        active.minutes_number = Set(Some(closure.minutes_number.as_str().to_owned()));
        active.members = Set(Some(closure.members));
        active.present = Set(Some(closure.present));
        active.agenda = Set(closure.agenda.iter().map(Text::as_str).collect());
        active.summary = Set(plain(closure.summary.clone()));
        let closed = edit::update::<Review>(tx, row.id, row.version, active).await?;
        let mut missing = Vec::new();
        for item in items {
            // nothing to decide if the person was withdrawn, transferred or removed in the meantime
            let file = recording::lock_candidate(tx, permit.reach(), item.candidate_id).await;
            let candidate = match file {
                Err(gone) if gone.code() == Code::NotFound => continue,
                file => file?,
            };
            let stage = candidate.stage;
            if !matches!(stage, Stage::Nominated | Stage::InPlan | Stage::Dossier) {
                continue;
            }
            if item.decision.is_none() {
                let mut checks = Checks::new(law.on(closure.held_on));
                checks.need(
                    false,
                    "review.decided",
                    SOURCE,
                    say(
                        format!("Chưa quyết định về {}.", candidate.full_name),
                        format!("{} has not been decided on.", candidate.full_name),
                    ),
                );
                missing.extend(checks.done());
                continue;
            }
            let Some(act) = ReviewEntry::edit(&item).act(
                stage == Stage::Nominated,
                closure.held_on,
                closure.minutes_number.clone(),
            ) else {
                continue;
            };
            match recording::try_append(tx, permit.by(), &law, &candidate, act.into(), today)
                .await?
            {
                Ok(act) => {
                    let mut active = edit::blank::<ReviewEntry>();
                    active.act_id = Set(Some(act.id));
                    edit::update::<ReviewEntry>(tx, item.id, item.version, active).await?;
                }
                Err(unmet) => missing.extend(unmet.into_iter().map(|check| check.about(item.id))),
            }
        }
        if missing.is_empty() {
            Ok((closed, "state"))
        } else {
            Err(Error::unmet(missing))
        }
    })
    .await
}
