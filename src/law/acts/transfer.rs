//! Move of a person in the plan to another branch of the organisation (chuyển chi bộ). The sending
//! branch offers it, the receiving one accepts: the act is recorded with the acceptance, and every
//! day keeps the branch to which the person belonged then.
use chrono::NaiveDate;
use uuid::Uuid;

use super::{KindOfAct, PREPARING};
use crate::calendar::{day_before, next_day};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage, VotingBody};
use crate::{met_or_unmet, say, vi};

const PLAN: &str = "kế hoạch, II.2";

act! {
    /// Move to another branch; its day is the first one there
    pub struct Transfer {
        /// The branch that the person leaves
        pub from_branch_id: Uuid,
        /// The branch to which the person goes
        pub to_branch_id: Uuid,
        pub reason: Option<Text<500>>,
    }
}

impl KindOfAct for Transfer {
    const WIRE: &'static str = "transfer";
    const VI: &'static str = "chuyển chi bộ";
    const EN: &'static str = "transfer to another branch";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (PREPARING, PLAN)
    }
    fn moves((): ()) -> bool {
        true
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if q.recording && q.facts.in_open_review {
            checks.need(
                false,
                "transfer.open_review",
                PLAN,
                say(
                    "Người này đang trong danh sách của một phiên xét chưa kết thúc: kết thúc phiên đó trước.",
                    "The person is on the list of an open review: close it first.",
                ),
            );
        }
        if let Some(a) = act {
            checks.need(
                a.to_branch_id != a.from_branch_id
                    && q.facts.branch_on(day_before(q.on)) == a.from_branch_id,
                "transfer.branches",
                PLAN,
                met_or_unmet(
                    (
                        "Chuyển từ chi bộ đang quản lý sang một chi bộ khác.",
                        "From the person's branch to another one.",
                    ),
                    (
                        "Phải chuyển từ chi bộ đang quản lý người này sang một chi bộ khác.",
                        "It is to lead from the person's branch to another one.",
                    ),
                ),
            );
        }
        // what a branch has decided, and where the person has been, stays as it was
        let branch = q.file.votes.iter().filter(|v| v.body == VotingBody::Branch);
        let voted = branch
            .map(|v| {
                (
                    next_day(v.on),
                    "Chi bộ đã biểu quyết",
                    "the branch voted",
                    v.on,
                )
            })
            .max();
        let decided = q.file.branch_decided_on;
        let decided = decided.map(|on| {
            (
                on,
                "Chi bộ đã xét, kết luận về người này",
                "the branch decided on the person",
                on,
            )
        });
        let earlier = q
            .facts
            .moves
            .iter()
            .map(|m| m.on_date)
            .filter(|on| *on < q.on || q.recording);
        let moved = earlier.filter(|on| !is_this(q, act, *on)).max();
        let moved = moved.map(|on| {
            (
                next_day(on),
                "Người này đã chuyển chi bộ",
                "the person moved",
                on,
            )
        });
        let Some((from, what, en, on)) = voted.max(decided).max(moved) else {
            return;
        };
        checks
            .need(
                q.on >= from,
                "transfer.day",
                PLAN,
                met_or_unmet(
                    (
                        format!("{what} ngày {}, trước việc này.", vi(on)),
                        format!("On {on} {en}, which is earlier."),
                    ),
                    (
                        format!(
                            "{what} ngày {}; việc này chỉ có thể từ ngày {}.",
                            vi(on),
                            vi(from)
                        ),
                        format!("On {on} {en}; this is possible from {from}."),
                    ),
                ),
            )
            .earliest(from);
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        file.moved_on = file.moved_on.max(Some(self.on));
    }
}

/// The move that this very act has made.
fn is_this(q: &Question<'_>, act: Option<&Transfer>, on: NaiveDate) -> bool {
    act.is_some_and(|a| on == a.on && q.facts.branch_on(on) == a.to_branch_id)
}
