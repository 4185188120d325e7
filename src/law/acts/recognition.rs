//! The decision that recognises an official member (công nhận chính thức, 16-KNĐ): dated to the end
//! of the twelve months however late (Điều lệ, 5; 29-QĐ/TW, 4).
use super::KindOfAct;
use super::decision::deciding_body;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::time_limits::probation_end;
use crate::words::{DecidingBody, Role, Stage};

act! {
    /// The decision that recognises an official member (16-KNĐ)
    pub struct Recognition {
        #[schema(example = "41-QĐCN/HU")]
        pub number: Text<60>,
        pub body: DecidingBody,
        /// All serving members of the deciding body
        #[schema(minimum = 1, maximum = 1_000, example = 11)]
        pub members: i32,
        #[schema(minimum = 0, maximum = 1_000, example = 9)]
        pub in_favor: i32,
    }
}

impl KindOfAct for Recognition {
    const WIRE: &'static str = "recognition";
    const VI: &'static str = "công nhận chính thức";
    const EN: &'static str = "recognition";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::UpperCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (&[Stage::RecognitionCommitteeResolved], "29-QĐ/TW, 4.3.2")
    }
    fn moves((): ()) -> bool {
        true
    }
    /// Recorded however late; the working days for it are a deadline, not a bar.
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            deciding_body(q, a.body, a.members, a.in_favor, checks);
        }
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        file.official_on = probation_end(file).map(|p| p.0);
        file.recognised_on = Some(self.on);
        file.enter(Stage::Official, self.on);
    }
}
