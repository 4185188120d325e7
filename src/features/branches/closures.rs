//! A branch is closed, or merged into another.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::history::{Line, check, write};
use super::moves::{Leaving, move_on};
use super::records::nothing_after;
use super::store;
use super::wire::Branch;
use crate::access::WriteBranches;
use crate::api::body::Body;
use crate::api::edit::{self, Reference, open_candidacy_refers, refers};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::tables::{candidate, department, member};
use crate::db::{Db, functions};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::calendar::next_day;
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::BranchChangeKind;
use crate::recording::evidence::Evidence;

/// Closure of a branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BranchClosure {
    /// Last day of the branch; whoever moves belongs to the other branch from the next day
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "14-QĐ/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a deadline `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
    /// The branch that takes over all members, open candidacies and departments (a merger). Without
    /// it, the branch must be empty
    pub into_branch_id: Option<Uuid>,
}

/// Close a branch, or merge it into another
///
/// With `into_branch_id`, all members, open candidacies and departments move there from the next
/// day; without it, the branch must be empty. Posts of officers and overseers end, and the branch
/// committee's accounts are disabled. The closed branch keeps its quotas and admissions of past
/// years.
#[operation(
    post,
    "/branches/{id}/closures",
    refuses(InvalidTransition, HasDependents, RequirementsUnmet)
)]
pub async fn close_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<BranchClosure>,
) -> Result<Reply<Branch>> {
    let today = db.clock().today();
    edit::step::<Branch, _>(&db, &permit, *id, seen, async |tx, row| {
        let end = &body.value;
        check(tx, &row, end.on, today, true).await?;
        nothing_after(tx, row.id, (end.on, today), end.into_branch_id.is_some()).await?;
        if let Some(into) = end.into_branch_id {
            if into == row.id {
                return Err(Error::invalid(
                    "/into_branch_id",
                    "not_possible",
                    say(
                        "Chi bộ không sáp nhập vào chính mình.",
                        "A branch cannot be merged into itself.",
                    ),
                ));
            }
            edit::check_references(tx, [Reference::to_branch("/into_branch_id", into)]).await?;
            let all = tx
                .one(store::belonging(row.id, None))
                .await?
                .unwrap_or_default();
            let leaving = Leaving {
                members: all.members.unwrap_or_default(),
                candidates: all.candidates.unwrap_or_default(),
                departments: all.departments.unwrap_or_default(),
            };
            let first = next_day(end.on);
            facts::expect_founded(tx, "/into_branch_id", into, first).await?;
            let moved = (&*leaving.members, &*leaving.candidates);
            // members who join were entitled to vote in the other branch from that day on
            let where_to = (row.id, Some(into), first);
            let files = Evidence::of_moved(tx, &law, moved, where_to, today).await?;
            move_on(
                tx,
                &permit,
                &law,
                (row.id, into),
                leaving,
                (first, &end.paper_number),
                today,
            )
            .await?;
            let said = (end.acknowledged, end.reason.as_ref().map(Text::as_str));
            files
                .still_holds_or_says_so(tx, permit.by(), &law, said)
                .await?;
            let larger = store::with_people(into, row.non_member_count, tx.now());
            tx.execute(larger).await?;
        } else {
            let dependents = [
                refers::<member::Entity>(member::Column::BranchId, row.id),
                open_candidacy_refers(candidate::Column::BranchId, row.id),
                refers::<department::Entity>(department::Column::BranchId, row.id),
            ];
            edit::refuse_dependents(tx, dependents).await?;
        }
        // officers' posts have ended with the members who left
        let watched = store::unwatched(row.id, end.on, tx.now());
        tx.execute(watched).await?;
        tx.execute(functions::close_accounts(row.id, tx.now()))
            .await?;
        let kind = if end.into_branch_id.is_some() {
            BranchChangeKind::Merged
        } else {
            BranchChangeKind::Closed
        };
        let (names, reason, other) = (
            (Some(row.name.as_str()), None),
            end.reason.as_ref(),
            end.into_branch_id,
        );
        write(
            tx,
            row.organization_id,
            Line {
                branch: row.id,
                kind,
                on: end.on,
                paper_number: &end.paper_number,
                reason,
                names,
                other,
            },
        )
        .await?;
        let asked = store::withdrawn(row.id, end.on, tx.now());
        tx.execute(asked).await?;
        let mut active = edit::blank::<Branch>();
        active.closed_on = Set(Some(end.on));
        active.merged_into_id = Set(end.into_branch_id);
        active.non_member_count = Set(if end.into_branch_id.is_some() {
            0
        } else {
            row.non_member_count
        });
        edit::stepped::<Branch>(tx, &row, active, "closed_on").await
    })
    .await
}
