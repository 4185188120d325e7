//! A waiver or a written agreement (miễn, đồng ý bằng văn bản), never silent.
use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage, WaiverKind};

act! {
    /// A waiver or a written agreement, never silent
    pub struct Waiver {
        pub what: WaiverKind,
        pub reason: Text<500>,
        /// The body that approved it
        #[schema(example = "Ban Thường vụ Đảng ủy")]
        pub approver: Text<200>,
        #[schema(example = "31-CV/ĐU")]
        pub paper_number: Text<60>,
    }
}

impl KindOfAct for Waiver {
    const WIRE: &'static str = "waiver";
    const VI: &'static str = "miễn, đồng ý bằng văn bản";
    const EN: &'static str = "waiver";
    const RECORDED_BY: &'static [Role] = &[Role::StandingCommittee, Role::PartyOffice];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "Điều lệ, 4 và 5")
    }
    fn require(_: &Question<'_>, (): (), _: Option<&Self>, _: &mut Checks) {}
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        file.waivers.push(self.clone());
    }
}
