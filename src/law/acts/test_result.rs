//! The result of a test assignment (kết quả nhiệm vụ thử thách).
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::met_or_unmet;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Assessment, Role, Stage};

act! {
    /// The result of a test assignment
    pub struct TestResult {
        /// Id of the test assignment
        pub assignment_id: Uuid,
        pub assessment: Assessment,
        /// P3
        pub remarks: Option<Text<2000>>,
    }
}

impl KindOfAct for TestResult {
    const WIRE: &'static str = "test_result";
    const VI: &'static str = "kết quả nhiệm vụ thử thách";
    const EN: &'static str = "test result";
    const RECORDED_BY: &'static [Role] = &[Role::BranchCommittee];
    const SENSITIVE: &'static [&'static str] = &["remarks"];
    const REMARKS: bool = true;

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "kế hoạch, II.3")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            checks.need(
                q.file
                    .tests
                    .get(&a.assignment_id)
                    .is_some_and(|test| test.given_on <= q.on),
                "test.assignment",
                "kế hoạch, II.3",
                met_or_unmet(
                    (
                        "Nhiệm vụ thử thách đã được giao trước đó.",
                        "The test was assigned before.",
                    ),
                    (
                        "Hồ sơ không có nhiệm vụ thử thách này, hoặc kết quả đề ngày trước ngày giao.",
                        "There is no such test assignment here, or the result is dated before it.",
                    ),
                ),
            );
        }
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        if let Some(test) = file.tests.get_mut(&self.assignment_id) {
            test.result = Some((self.on, self.assessment));
        }
    }
    fn refer(&mut self, standing: &dyn Fn(Uuid) -> Uuid) {
        self.assignment_id = standing(self.assignment_id);
    }
}
