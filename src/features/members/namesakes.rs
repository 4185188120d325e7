//! A second pair of eyes on a member who bears the name and birth date of another person.
use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{Member, NewMember, store, table};
use crate::access::{ConfirmNamesakes, WriteMembers};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::sealed;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::law::text::Text;
use crate::recording::evidence::{Acknowledged, Evidence};
use crate::recording::{person, reviews};

/// What is said of a namesake, whether or not there is one: otherwise what becomes of it would tell.
pub(super) fn say(
    (db, permit): (&Db, &Permit<WriteMembers>),
    row: Option<&table::Model>,
    new: &NewMember,
    active: &mut table::ActiveModel,
) -> Result<()> {
    // a new member has both already
    let id = active.id.try_as_ref().copied().unwrap_or_default();
    let key = active.data_key.try_as_ref().cloned().flatten();
    let (id, key) = row.map_or((id, key), |row| (row.id, row.data_key.clone()));
    let said = new.namesake_reason.as_ref().map(Text::as_str);
    let place = ("namesake_reason", new.branch_id);
    active.namesake_reason = Set(sealed::reason(db, (id, key.as_deref()), place, said)?);
    // whoever gave the reason cannot confirm it
    active.namesake_by = Set(said.is_some().then_some(permit.caller().account));
    active.namesake_confirmed_by = Set(None);
    active.namesake_confirmed_on = Set(None);
    Ok(())
}

/// Confirm that a member is not their namesake
///
/// Of a new member, or a corrected name or birth date, with a `namesake_reason`. A new one is in the
/// register from then on, of all days since they came. Refused if a recorded vote of the branch would
/// then no longer be carried, naming it, unless `acknowledged` with a `reason`. Never by the account
/// that gave the reason.
#[operation(
    post,
    "/members/{id}/namesake-confirmations",
    tag = "members",
    refuses(InvalidTransition, RequirementsUnmet)
)]
pub async fn confirm_member(
    permit: Permit<ConfirmNamesakes>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    asked: Query<Acknowledged>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    let (acknowledged, reason) = asked.said()?;
    edit::step::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        let waits = row
            .namesake_by
            .filter(|_| row.namesake_confirmed_on.is_none());
        person::expect_second_pair_of_eyes(&permit, waits)?;
        let (arrives, paper) = (row.arrives_on, row.arrives_paper.clone());
        let mut active = edit::blank::<Member>();
        active.namesake_confirmed_by = Set(Some(permit.caller().account));
        active.namesake_confirmed_on = Set(Some(today));
        active.arrives_on = Set(None);
        active.arrives_paper = Set(None);
        // holidays have moved those of members only who had arrived
        reviews::put(tx, &law, (row.status, row.joined_on), &mut active).await?;
        // only official members are counted in a vote
        let votes = row.official_on.zip(arrives);
        let votes = votes.map(|(from, arrives)| (vec![row.branch_id], from.max(arrives)));
        let files = Evidence::of_votes(tx, &law, votes, today).await?;
        let row = edit::update::<Member>(tx, row.id, row.version, active).await?;
        if let Some(arrives) = arrives {
            store::enter(tx, &row, (arrives, paper)).await?;
        }
        let said = (acknowledged, reason.as_deref());
        files
            .still_holds_or_says_so(tx, permit.by(), &law, said)
            .await?;
        Ok((row, "namesake_confirmed_on"))
    })
    .await
}
