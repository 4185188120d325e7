//! A test assignment (nhiệm vụ thử thách).
use chrono::NaiveDate;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded, Test};
use crate::judgement::Question;
use crate::met_or_unmet;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::said::Said;
use crate::text::Text;
use crate::words::{Role, Stage};

act! {
    /// A test assignment for the person (nhiệm vụ thử thách)
    pub struct TestAssignment {
        #[schema(example = "Phụ trách đội tình nguyện khám bệnh lưu động quý I")]
        pub title: Text<300>,
        pub due_on: NaiveDate,
    }
}

impl KindOfAct for TestAssignment {
    const WIRE: &'static str = "test_assignment";
    const VI: &'static str = "giao nhiệm vụ thử thách";
    const EN: &'static str = "test assignment";
    const RECORDED_BY: &'static [Role] = &[Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "kế hoạch, II.3")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            checks.need(
                a.due_on >= q.on,
                "test.due",
                "kế hoạch, II.3",
                met_or_unmet(
                    (
                        "Hạn hoàn thành nhiệm vụ sau ngày giao.",
                        "The test assignment is due on or after the date it is given.",
                    ),
                    (
                        "Hạn hoàn thành nhiệm vụ trước ngày giao.",
                        "The test assignment is due before the date it is given.",
                    ),
                ),
            );
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        let test = Test {
            given_on: self.on,
            due_on: self.due_on,
            result: Said::default(),
        };
        file.tests.insert(recorded.id, test);
    }
}
