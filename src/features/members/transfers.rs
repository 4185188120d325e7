//! A member moves to another branch.
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::WriteMembers;
use crate::api::body::Body;
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::{Db, functions};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::calendar::day_before;
use crate::law::say;
use crate::law::text::Text;
use crate::recording;
use crate::recording::evidence::Evidence;

use super::{Member, SponsorshipsEnd, end_sponsorships, expect_told_apart};

/// Transfer of a member to another branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberTransfer {
    #[schema(example = "01750000-0000-7000-8000-00000b020000")]
    pub branch_id: Uuid,
    /// First day in the new branch; until the day before, the member counts in the old one
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    /// Number of the paper by which the member moves
    #[schema(example = "12-CV/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// True: record it although acts on record lose their ground, for the `reason`; their files carry a duty `ground_lost`
    #[serde(default)]
    pub acknowledged: bool,
}

/// Transfer a member to another branch
///
/// The history keeps the branch of each day: votes and figures of earlier days count the member
/// where they belonged. A post in the old branch committee ends the day before; a probationary
/// member's file moves too. Refused if a recorded act rests on the member in the old branch on a
/// later day, naming the act, unless `acknowledged` with a `reason`.
#[operation(post, "/members/{id}/transfers")]
pub async fn transfer_member(
    permit: Permit<WriteMembers>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<MemberTransfer>,
) -> Result<Reply<Member>> {
    let today = db.clock().today();
    edit::act::<Member, _>(&db, &permit, *id, seen, async |tx, row| {
        let to = &body.value;
        expect_told_apart(&row)?;
        edit::check_references(tx, [Reference::to_branch("/branch_id", to.branch_id)]).await?;
        if to.branch_id == row.branch_id {
            return Err(Error::invalid(
                "/branch_id",
                "same",
                say(
                    "Đang ở chi bộ này.",
                    "The member is already in this branch.",
                ),
            ));
        }
        if to.on > today || to.on <= row.joined_on {
            return Err(Error::invalid(
                "/on",
                "out_of_range",
                say(
                    "Sau ngày vào Đảng, không ở tương lai.",
                    "Must be after joining and not in the future.",
                ),
            ));
        }
        let known = facts::registered(tx, row.id).await?;
        if known.stays.last().is_some_and(|stay| stay.1 >= to.on) {
            return Err(super::out_of_range());
        }
        facts::expect_founded(tx, "/on", to.branch_id, to.on).await?;
        facts::expect_no_post_from(tx, &[row.id], Some(to.branch_id), to.on).await?;
        let votes = (vec![row.branch_id, to.branch_id], to.on);
        let files = Evidence::of_register(tx, &law, row.id, votes, today).await?;
        let end = SponsorshipsEnd {
            on: day_before(to.on),
            reason: "người kèm cặp chuyển chi bộ",
            elsewhere_too: false,
        };
        end_sponsorships(tx, &permit, &law, row.id, &end, today).await?;
        let (who, nobody) = (vec![row.id], Vec::new());
        let paper = Some(to.paper_number.as_str().to_owned());
        let moved = functions::move_people(who, nobody, to.branch_id, Some(to.on), paper, tx.now());
        tx.execute(moved).await?;
        facts::end_posts(tx, vec![row.id], Some(to.branch_id), day_before(to.on)).await?;
        // a sponsor of the old branch stays behind
        recording::renew_duties(tx, &law, &[row.id], today).await?;
        let mut active = edit::blank::<Member>();
        active.branch_id = Set(to.branch_id);
        active.department_id = Set(None);
        let row = edit::update::<Member>(tx, row.id, row.version, active).await?;
        let said = (to.acknowledged, to.reason.as_ref().map(Text::as_str));
        files
            .still_holds_or_says_so(tx, &permit, &law, said)
            .await?;
        Ok((row, "branch_id"))
    })
    .await
}
