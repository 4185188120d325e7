//! Members, people and departments that pass from one branch to another.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::access::WriteBranches;
use crate::auth::Permit;
use crate::db::{Tx, functions};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::calendar::day_before;
use crate::law::regulation::Regulations;
use crate::law::say;
use crate::law::text::Text;
use crate::recording;

use super::store;

/// The people and departments that move from one branch to another.
pub(super) struct Leaving {
    pub(super) members: Vec<Uuid>,
    pub(super) candidates: Vec<Uuid>,
    pub(super) departments: Vec<Uuid>,
}

/// From this day on they belong to the other branch, and the audit trail says so of each person;
/// their posts in the old branch committee end the day before.
pub(super) async fn move_on(
    tx: &Tx,
    permit: &Permit<WriteBranches>,
    law: &Regulations,
    (from, to): (Uuid, Uuid),
    leaving: Leaving,
    (on, paper): (NaiveDate, &Text<100>),
    today: NaiveDate,
) -> Result<()> {
    let Leaving {
        members,
        candidates,
        departments,
    } = leaving;
    // a probationary member's file moves with the membership
    let people = [&members[..], &candidates].concat();
    facts::register::expect_no_vote_on(tx, &people, from, on).await?;
    if tx.ask([store::waiting(&members)]).await? == [true] {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Một đảng viên của chi bộ đang chờ xác nhận là người khác với người trùng họ tên: hãy xác nhận, hoặc xóa, trước.",
            "A member of the branch waits to be told from a namesake: confirm that first, or remove the row.",
        )));
    }
    facts::expect_no_post_from(tx, &members, Some(to), on).await?;
    let (now, who, files) = (tx.now(), || members.clone(), candidates.clone());
    let covered = store::covering(departments, to, now);
    tx.execute(covered).await?;
    let moved = functions::move_people(
        who(),
        candidates,
        to,
        Some(on),
        Some(paper.as_str().to_owned()),
        now,
    );
    tx.execute(moved).await?;
    let joined = store::joining(who(), to, now);
    tx.execute(joined).await?;
    facts::end_posts(tx, who(), Some(to), day_before(on)).await?;
    recording::person::audited(tx, permit.by(), "branch_id", (who(), files.clone())).await?;
    // candidates who lose their sponsor, in either branch
    let moved = who().into_iter().chain(files);
    let left = tx.all(store::touched(who(), to, moved.collect())).await?;
    let left: Vec<Uuid> = left.into_iter().map(|(id,)| id).collect();
    recording::renew_deadlines(tx, law, &left, today).await
}
