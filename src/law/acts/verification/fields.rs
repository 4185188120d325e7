//! The fields of a step of the verification that belong to other steps only.
use super::{SOURCE, Verification};
use crate::met_or_unmet;
use crate::requirement::Checks;
use crate::words::{Relation, VerificationStep};

impl Verification {
    /// A number tells children apart; a flag is of an answer, a conclusion of the end.
    pub(super) fn fields_of_its_step(&self, checks: &mut Checks) {
        let several = self.relation == Some(Relation::Child);
        checks.need(
            several || self.number.is_none_or(|n| n == 1),
            "verification.number",
            SOURCE,
            met_or_unmet(
                (
                    "Số thứ tự chỉ dùng cho các con.",
                    "Only children are numbered.",
                ),
                (
                    "Mỗi người chỉ có một người thân thuộc quan hệ này; số thứ tự chỉ dùng cho các con.",
                    "There is only one relative of this relation; a number tells children apart.",
                ),
            ),
        );
        let of_steps = [
            (
                "flagged",
                self.flagged.is_some(),
                VerificationStep::Returned,
            ),
            (
                "conclusion",
                self.conclusion.is_some(),
                VerificationStep::Concluded,
            ),
            (
                "cv_truthful",
                self.cv_truthful.is_some(),
                VerificationStep::Exempted,
            ),
        ];
        let mut given = of_steps.into_iter().filter(|(_, given, _)| *given);
        let misplaced = given.find(|(_, _, step)| *step != self.step);
        checks.need(
            misplaced.is_none(),
            "verification.fields",
            SOURCE,
            met_or_unmet(
                (
                    "Kết quả được ghi ở đúng bước.",
                    "Each finding is recorded with its step.",
                ),
                (
                    "Vấn đề chính trị chỉ ghi khi nhận kết quả thẩm tra, kết luận chỉ ghi khi chi bộ kết luận, lý lịch trung thực chỉ xác nhận khi miễn thẩm tra.",
                    "An issue is flagged with an answer, a conclusion is given at the end, and a truthful CV is stated with an exemption only.",
                ),
            ),
        );
        checks.at(misplaced.map(|(field, ..)| field));
    }
}
