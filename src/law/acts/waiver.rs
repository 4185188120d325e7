//! A waiver or a written agreement (miễn, đồng ý bằng văn bản); never implied.
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::met_or_unmet;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Role, Stage, WaiverKind};

act! {
    /// A waiver or a written agreement; never implied
    pub struct Waiver {
        pub what: WaiverKind,
        pub reason: Text<500>,
        /// The approving body
        #[schema(example = "Ban Thường vụ Đảng ủy")]
        pub approver: Text<200>,
        #[schema(example = "31-CV/ĐU")]
        pub paper_number: Text<60>,
        /// The act that has lost its ground; only with `what` = `ground_lost`
        pub act_id: Option<Uuid>,
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
    /// The deciding body's paper about a late recognition is noted after the recognition.
    fn also_in((): (), file: &File) -> bool {
        file.recognised_on.is_some() && file.stage == Stage::Official
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act.filter(|_| q.file.stage == Stage::Official) {
            checks.need(
                a.what == WaiverKind::LateDecision,
                "waiver.after_the_end",
                "29-QĐ/TW, 4.3.2",
                met_or_unmet(
                    (
                        "Văn bản về việc quyết định quá thời hạn.",
                        "It is the paper about a decision after its period.",
                    ),
                    (
                        "Hồ sơ đã kết thúc: chỉ bổ sung được văn bản về việc quyết định quá thời hạn.",
                        "The candidacy has ended: only the paper about a decision after its period can be added.",
                    ),
                ),
            );
        }
        let Some(a) = act else { return };
        let about_an_act = a.what == WaiverKind::GroundLost;
        let lost = |id: Uuid| !q.recording || q.lost.iter().any(|f| f.act == id);
        if about_an_act || a.act_id.is_some() {
            checks.need(
                about_an_act && a.act_id.is_some_and(lost),
                "waiver.act",
                "Điều lệ, 4",
                met_or_unmet(
                    (
                        "Quyết định nêu đúng việc không còn đủ căn cứ.",
                        "The decision names the act that has lost its ground.",
                    ),
                    (
                        "Quyết định về một việc không còn đủ căn cứ phải nêu đúng việc đó; văn bản khác không nêu việc nào.",
                        "A decision about an act that has lost its ground names that act; no other agreement names one.",
                    ),
                ),
            );
        }
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        file.waivers.push(self.clone());
    }
    fn refer(&mut self, standing: &dyn Fn(Uuid) -> Uuid) {
        self.act_id = self.act_id.map(standing);
    }
}
