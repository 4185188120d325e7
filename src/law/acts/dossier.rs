//! Opening of the dossier (lập hồ sơ).
use chrono::NaiveDate;

use super::KindOfAct;
use crate::calendar::{completed_months, plus_months};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::settings::MINIMUM_MONTHS_IN_PLAN;
use crate::words::{Role, Stage};
use crate::{met_or_unmet, vi};

act! {
    /// Opening of the dossier by the branch
    pub struct Dossier {
        /// Date of the application (1-KNĐ)
        #[schema(example = "2021-01-10")]
        pub application_on: NaiveDate,
    }
}

/// Nobody applies before the age from which a person is nominated.
const LEAST_AGE: u32 = 15;

impl KindOfAct for Dossier {
    const WIRE: &'static str = "dossier";
    const VI: &'static str = "lập hồ sơ";
    const EN: &'static str = "dossier opened";
    const RECORDED_BY: &'static [Role] = &[Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (&[Stage::InPlan], "kế hoạch, II.2")
    }
    fn leads_to((): ()) -> &'static [Stage] {
        &[Stage::Dossier]
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let months = q.facts.settings.whole(&MINIMUM_MONTHS_IN_PLAN, q.on);
        let from = plus_months(q.file.in_plan_on.unwrap_or(q.on), months);
        checks
            .need(
                q.file.in_plan_on.is_some() && q.on >= from,
                "dossier.time_in_plan",
                "kế hoạch, II.2",
                if q.file.in_plan_on.is_none_or(|since| q.on < since) || months == 0 {
                    met_or_unmet(
                        ("Đã được đưa vào quy hoạch.", "Adopted into the plan."),
                        ("Chưa được đưa vào quy hoạch.", "Not adopted into the plan yet."),
                    )
                } else {
                    met_or_unmet(
                        (
                            format!("Đã ở trong quy hoạch ít nhất {months} tháng (đủ từ ngày {}).", vi(from)),
                            format!("In the plan for at least {months} months (since {from})."),
                        ),
                        (
                            format!("Phải ở trong quy hoạch ít nhất {months} tháng: lập hồ sơ được từ ngày {}.", vi(from)),
                            format!("At least {months} months in the plan are required: possible from {from}."),
                        ),
                    )
                },
            )
            .on_ids(q.file.entered_by(Stage::InPlan))
            .earliest(from);
        let mut sponsors = q.file.sponsors.iter();
        let sponsor = sponsors.find(|s| q.facts.helps(s, q.on));
        checks.need(
            sponsor.is_some(),
            "dossier.sponsor",
            "kế hoạch, II.2; 29-QĐ/TW, 3.3",
            met_or_unmet(
                (
                    "Đã có đảng viên chính thức được phân công giúp đỡ.",
                    "An official member is assigned as sponsor.",
                ),
                (
                    "Chưa có đảng viên chính thức đang sinh hoạt được phân công giúp đỡ.",
                    "No active official member is assigned as sponsor.",
                ),
            ),
        );
        checks.on_ids(sponsor.map(|s| s.member));
        if let Some(a) = act {
            checks.need(
                a.application_on <= q.on,
                "dossier.application",
                "29-QĐ/TW, 3.1 (1-KNĐ)",
                met_or_unmet(
                    (
                        "Đơn xin vào Đảng đề ngày trước hoặc trong ngày lập hồ sơ.",
                        "The application is dated on or before the opening.",
                    ),
                    (
                        "Đơn xin vào Đảng đề ngày sau ngày lập hồ sơ.",
                        "The application is dated after the opening.",
                    ),
                ),
            );
            let (wrote, born) = (a.application_on, q.facts.shown_birth());
            // one that predates the birth is refused with every other such day
            let able = wrote <= born || completed_months(born, wrote) >= LEAST_AGE * 12;
            checks.need(
                able,
                "dossier.applicant",
                "29-QĐ/TW, 1; Điều lệ, 1",
                met_or_unmet(
                    (
                        "Người viết đơn đã đủ tuổi để được giới thiệu.",
                        "The applicant was old enough to be nominated.",
                    ),
                    (
                        format!("Ngày viết đơn không hợp lý: khi đó người này chưa đủ {LEAST_AGE} tuổi."),
                        format!("The day of the application cannot be right: the person was not yet {LEAST_AGE}."),
                    ),
                ),
            );
        }
    }
    fn days(&self) -> Vec<(&'static str, NaiveDate)> {
        vec![("application_on", self.application_on)]
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, version: &InForce) {
        file.dossier_on = Some(self.on);
        file.dossier_under = Some(version.clone());
        file.enter(Stage::Dossier, recorded);
    }
}
