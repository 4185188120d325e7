//! Acknowledgement of a true change of the person's particulars that leaves recorded acts without
//! their ground (ghi nhận thay đổi làm mất căn cứ). Recorded with `PATCH /candidates/{id}`.
use super::KindOfAct;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage};

act! {
    /// Acknowledgement of a change that leaves recorded acts without their ground
    pub struct Acknowledgement {
        pub reason: Text<500>,
    }
}

impl KindOfAct for Acknowledgement {
    const WIRE: &'static str = "acknowledgement";
    const VI: &'static str = "ghi nhận thay đổi làm mất căn cứ";
    const EN: &'static str = "change of evidence acknowledged";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (Stage::ALL, "Điều lệ, 4")
    }
    fn require(_: &Question<'_>, (): (), _: Option<&Self>, _: &mut Checks) {}
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        file.acknowledged_on = Some(self.on);
    }
}
