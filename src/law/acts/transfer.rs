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
use crate::words::{Role, Stage};
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
        // what a branch has voted, and where the person has been, stays as it was
        let votes = q.file.votes.iter().map(|v| v.on);
        let earlier = q
            .facts
            .moves
            .iter()
            .map(|m| m.1)
            .filter(|on| *on < q.on || q.recording);
        let last: Option<NaiveDate> = votes
            .chain(earlier.filter(|on| !is_this(q, act, *on)))
            .max();
        let earliest = last.map(next_day);
        let check = checks.need(
            earliest.is_none_or(|day| q.on >= day),
            "transfer.day",
            PLAN,
            met_or_unmet(
                (
                    "Sau lần biểu quyết và lần chuyển gần nhất.",
                    "After the last vote and the last move.",
                ),
                (
                    format!(
                        "Chi bộ đã biểu quyết hoặc đã chuyển người này ngày {}; việc này phải sau ngày ấy.",
                        last.map(vi).unwrap_or_default()
                    ),
                    format!(
                        "The branch voted, or the person moved, on {}; this is to be later.",
                        last.unwrap_or_default()
                    ),
                ),
            ),
        );
        if let Some(day) = earliest {
            check.earliest(day);
        }
    }
    fn apply(&self, _: &Recorded, _: &mut File, _: &InForce) {}
}

/// The move that this very act has made.
fn is_this(q: &Question<'_>, act: Option<&Transfer>, on: NaiveDate) -> bool {
    act.is_some_and(|a| on == a.on && q.facts.branch_on(on) == a.to_branch_id)
}
