//! An end outside the procedure (kết thúc). A union that withdraws its nomination records one with
//! `DELETE /nominations/{id}`.
use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{ExitKind, Role, Stage};

act! {
    /// An end outside the procedure
    pub struct Exit {
        pub kind: ExitKind,
        pub reason: Text<500>,
        /// Where to, for a transfer
        pub to: Option<Text<300>>,
    }
}

impl KindOfAct for Exit {
    const WIRE: &'static str = "exit";
    const VI: &'static str = "kết thúc";
    const EN: &'static str = "exit";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "Điều lệ, 4 và 5")
    }
    fn moves((): ()) -> bool {
        true
    }
    fn require(_: &Question<'_>, (): (), _: Option<&Self>, _: &mut Checks) {}
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        let end = match self.kind {
            ExitKind::Withdrawn => Stage::Withdrawn,
            ExitKind::TransferredOut => Stage::TransferredOut,
            ExitKind::Deceased => Stage::Deceased,
        };
        file.enter(end, self.on);
    }
}
