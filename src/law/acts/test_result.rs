//! The result of a test assignment (kết quả nhiệm vụ thử thách).
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Assessment, Role, Stage};
use crate::{met_or_unmet, vi};

act! {
    /// The result of a test assignment
    pub struct TestResult {
        /// Id of the test assignment
        pub assignment_id: Uuid,
        pub assessment: Assessment,
        /// Background data: in the single act only, for those who may read it
        pub remarks: Option<Text<2000>>,
    }
}

impl KindOfAct for TestResult {
    const WIRE: &'static str = "test_result";
    const VI: &'static str = "kết quả nhiệm vụ thử thách";
    const EN: &'static str = "test result";
    const RECORDED_BY: &'static [Role] = &[Role::BranchCommittee];
    const SENSITIVE: &'static [&'static str] = &["remarks"];
    const TEXTS: &'static [&'static str] = &["remarks"];
    const REMARKS: bool = true;

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "kế hoạch, II.3")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let Some(a) = act else {
            let mut given = q.file.tests.iter().filter(|(_, t)| t.given_on <= q.on);
            let given = given.next().map(|(id, _)| *id);
            checks.need(
                given.is_some(),
                "test.assignment",
                "kế hoạch, II.3",
                met_or_unmet(
                    ("Đã giao nhiệm vụ thử thách.", "A test is assigned."),
                    ("Chưa giao nhiệm vụ thử thách.", "No test is assigned."),
                ),
            );
            checks.on_ids(given);
            return;
        };
        let test = q.file.tests.get(&a.assignment_id);
        checks.need(
            test.is_some_and(|test| test.given_on <= q.on),
            "test.assignment",
            "kế hoạch, II.3",
            met_or_unmet(
                (
                    "Nhiệm vụ thử thách đã được giao trước đó.",
                    "The test was assigned before.",
                ),
                match test {
                    Some(test) => (
                        format!(
                            "Nhiệm vụ thử thách giao ngày {}; kết quả không thể trước ngày ấy.",
                            vi(test.given_on)
                        ),
                        format!(
                            "The test was assigned on {}; its result cannot be earlier.",
                            test.given_on
                        ),
                    ),
                    None => (
                        "Hồ sơ không có nhiệm vụ thử thách này.".to_owned(),
                        "There is no such test assignment here.".to_owned(),
                    ),
                },
            ),
        );
        checks.on_ids([a.assignment_id]);
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        if let Some(test) = file.tests.get_mut(&self.assignment_id) {
            test.result.add(self.on, self.assessment, recorded.id);
        }
    }
    fn refer(&mut self, standing: &dyn Fn(Uuid) -> Uuid) {
        self.assignment_id = standing(self.assignment_id);
    }
}
