//! Reviews: opening one, which freezes the list, and reading it.
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use super::store;
use super::wire::{NewReview, Review};
use crate::access::{HoldReviews, ReadReviews};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::auth::Permit;
use crate::db::tables::{review as table, review_item};
use crate::db::{Db, any_live, functions};
use crate::error::{Code, Error, Result};
use crate::law::lives::review::ReviewStep;
use crate::law::words::ReviewState;
use crate::law::{say, vi};
use crate::resources::review_item::{ReviewEntry, stepped};

/// List reviews
#[operation(get, "/reviews")]
pub async fn list_reviews(
    permit: Permit<ReadReviews>,
    db: Data<Db>,
    query: List<Review>,
) -> Result<Page<Review>> {
    edit::list(&db, &permit, &query).await
}

/// Get a review
#[operation(get, "/reviews/{id}")]
pub async fn get_review(
    permit: Permit<ReadReviews>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Review>,
) -> Result<Reply<Review>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Open a review
///
/// Freezes the list: everyone of the branch in the plan (`in_plan`, `dossier`) and every open
/// nomination. One per branch and period of the term, and not before the period has begun. While it
/// is open, decisions about these people are made here and not by single `plan-decisions`.
#[operation(post, "/reviews", answer = "The open review", refuses(Duplicate))]
pub async fn open_review(
    permit: Permit<HoldReviews>,
    db: Data<Db>,
    body: Body<NewReview>,
) -> Result<Created<Review>> {
    let today = db.clock().today();
    edit::create::<Review, _, _>(&db, &permit, &body, async |tx| {
        let new = &body.value;
        if permit.caller().branch != Some(new.branch_id) {
            return Err(Error::faults(
                Code::ValidationFailed,
                vec![crate::api::http::unknown_reference("/branch_id")],
            ));
        }
        edit::expect_open_branch(tx, new.branch_id).await?;
        let known = functions::review_period(new.branch_id, new.kind, new.year, new.period);
        let Some((from, due)) = tx.one(known).await? else {
            return Err(Error::invalid(
                "/period",
                "no_such_period",
                say(
                    "Nhiệm kỳ không có kỳ xét này.",
                    "No term has such a period.",
                ),
            ));
        };
        if from > today {
            return Err(Error::invalid(
                "/period",
                "not_begun",
                say(
                    format!("Kỳ này bắt đầu ngày {}.", vi(from)),
                    format!("The period begins on {from}."),
                ),
            ));
        }
        let mut active = edit::blank::<Review>();
        active.branch_id = Set(new.branch_id);
        active.kind = Set(new.kind);
        active.year = Set(new.year);
        active.period = Set(new.period);
        active.due_on = Set(due);
        active.state = Set(ReviewState::Open);
        active.opened_on = Set(today);
        active.agenda = Set(serde_json::json!([]));
        let row = edit::insert::<Review>(tx, permit.caller().organization, active).await?;
        // with two open reviews of the same people, each would keep the other from being closed
        let open = table::Column::BranchId
            .eq(new.branch_id)
            .and(table::Column::Id.ne(row.id))
            .and(table::Column::ClosedOn.is_null());
        if tx.ask([any_live::<table::Entity>(open)]).await? == [true] {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Chi bộ đang có một kỳ xét chưa kết thúc: hãy kết thúc kỳ ấy trước.",
                "The branch has an open review: close it first.",
            )));
        }
        tx.execute(store::frozen(&row, tx.now())?).await?;
        Ok(row)
    })
    .await
}

/// Remove a review opened by mistake
///
/// Only while it is open.
#[operation(delete, "/reviews/{id}", refuses(InvalidTransition))]
pub async fn remove_review(
    permit: Permit<HoldReviews>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Review, _>(&db, &permit, *id, seen, async |tx, row| {
        stepped(row.state, ReviewStep::Remove, permit.role())?;
        edit::mark_deleted::<Review>(tx, row).await
    })
    .await
}

/// List the people on a review's list
///
/// `expand=candidate` adds name and current stage.
#[operation(get, "/reviews/{id}/items")]
pub async fn list_review_items(
    permit: Permit<ReadReviews>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<ReviewEntry>,
) -> Result<Page<ReviewEntry>> {
    edit::list_of::<Review, _, _>(
        &db,
        &permit,
        &query,
        *id,
        review_item::Column::ReviewId.eq(*id),
    )
    .await
}
