//! The sponsor's quarterly note (nhận xét của người kèm cặp).
use uuid::Uuid;

use super::sponsorship_end::sponsored;
use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Assessment, Role, Stage};

act! {
    /// The sponsor's quarterly note
    pub struct SponsorNote {
        /// The sponsor
        pub member_id: Uuid,
        pub assessment: Assessment,
        /// Background data: for the branch that wrote it, and for readers with a reason
        #[schema(example = "Chủ động, hoàn thành tốt việc được giao.")]
        pub remarks: Option<Text<2000>>,
    }
}

impl KindOfAct for SponsorNote {
    const WIRE: &'static str = "sponsor_note";
    const VI: &'static str = "nhận xét của người kèm cặp";
    const EN: &'static str = "sponsor's note";
    const RECORDED_BY: &'static [Role] = &[Role::BranchCommittee];
    const SENSITIVE: &'static [&'static str] = &["remarks"];
    const TEXTS: &'static [&'static str] = &["remarks"];
    const REMARKS: bool = true;

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "kế hoạch, II.2")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        // who had left or did not take part on that day writes none, whenever the assignment ended
        let member = |id: &Uuid| q.facts.members.get(id);
        let there = |id: &Uuid| member(id).is_none_or(|m| m.active_on(q.on));
        sponsored(q, act.map(|a| a.member_id), there, checks);
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.notes.add(self.on, self.assessment, recorded.id);
    }
    fn member(&self) -> Option<Uuid> {
        Some(self.member_id)
    }
}
