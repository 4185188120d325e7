//! Annulment of an act that should never have been recorded (hủy một ghi nhận). What may be
//! annulled is judged together with corrections, see [`crate::judgement`].
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage};

act! {
    /// Annulment of an act that should never have been recorded
    pub struct Annulment {
        /// Id of the act
        pub act_id: Uuid,
        pub reason: Text<500>,
    }
}

impl KindOfAct for Annulment {
    const WIRE: &'static str = "annulment";
    const VI: &'static str = "hủy một ghi nhận";
    const EN: &'static str = "annulment";
    const RECORDED_BY: &'static [Role] = &[
        Role::StandingCommittee,
        Role::PartyOffice,
        Role::BranchCommittee,
        Role::UpperCommittee,
    ];
    const GROUND: Option<&'static str> = Some("reason");

    type Step = ();
    const STEPS: &'static [()] = &[];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "Điều lệ, 4 và 5")
    }
    fn require(_: &Question<'_>, (): (), _: Option<&Self>, _: &mut Checks) {}
    /// No effect of its own: the fold leaves the annulled act out.
    fn apply(&self, _: &Recorded, _: &mut File, _: &InForce) {}
}
