//! End of a sponsor's assignment (kết thúc kèm cặp). Recorded with `PATCH /sponsorships/{id}`.
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage};
use crate::{met_or_unmet, vi};

act! {
    /// End of a sponsor's assignment
    pub struct SponsorshipEnd {
        pub member_id: Uuid,
        pub reason: Text<500>,
    }
}

impl KindOfAct for SponsorshipEnd {
    const WIRE: &'static str = "sponsorship_end";
    const VI: &'static str = "kết thúc kèm cặp";
    const EN: &'static str = "sponsorship ended";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "kế hoạch, II.2")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        sponsored(q, act.map(|a| a.member_id), |_| true, checks);
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        if let Some(open) = file
            .sponsors
            .iter_mut()
            .find(|s| s.member == self.member_id && s.to_on.is_none())
        {
            open.to_on = Some(self.on);
            open.end_reason = Some(self.reason.as_str().to_owned());
        }
    }
    fn member(&self) -> Option<Uuid> {
        Some(self.member_id)
    }
}

/// The person has a sponsor on that day: this member, or anyone if `None`, of those that count.
pub(super) fn sponsored(
    q: &Question<'_>,
    member: Option<Uuid>,
    counts: impl Fn(&Uuid) -> bool,
    checks: &mut Checks,
) {
    let mut sponsors = q.file.sponsored_on(q.on).filter(|id| counts(id));
    let sponsor = sponsors.find(|m| member.is_none_or(|wanted| **m == wanted));
    checks.need(
        sponsor.is_some(),
        "sponsorship.open",
        "kế hoạch, II.3",
        if member.is_some() {
            met_or_unmet(
                (
                    format!("Đảng viên này đang kèm cặp người đó vào ngày {}.", vi(q.on)),
                    format!("This member sponsors the person on {}.", q.on),
                ),
                (
                    format!(
                        "Đảng viên được nêu không kèm cặp người đó vào ngày {}.",
                        vi(q.on)
                    ),
                    format!("This member does not sponsor the person on {}.", q.on),
                ),
            )
        } else {
            met_or_unmet(
                (
                    format!("Có đảng viên kèm cặp vào ngày {}.", vi(q.on)),
                    format!("The person has a sponsor on {}.", q.on),
                ),
                (
                    format!("Không có đảng viên nào kèm cặp vào ngày {}.", vi(q.on)),
                    format!("The person has no sponsor on {}.", q.on),
                ),
            )
        },
    );
    checks.on_ids(sponsor.copied());
}
