//! The opening of the dossier (lập hồ sơ).
use chrono::NaiveDate;

use super::KindOfAct;
use crate::calendar::plus_months;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::say;
use crate::words::{Role, Stage};

act! {
    /// The branch opens the dossier
    pub struct Dossier {
        /// Date of the application (1-KNĐ)
        #[schema(example = "2021-01-10")]
        pub application_on: NaiveDate,
    }
}

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
    fn moves((): ()) -> bool {
        true
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let months = q.facts.minimum_months_in_plan;
        let from = plus_months(q.file.in_plan_on.unwrap_or(q.on), months);
        checks
            .need(
                q.file.in_plan_on.is_some() && q.on >= from,
                "dossier.time_in_plan",
                "kế hoạch, II.2",
                say(
                    format!("Ở trong quy hoạch ít nhất {months} tháng: từ {from}."),
                    format!("At least {months} months in the plan: from {from}."),
                ),
            )
            .earliest(from);
        checks.need(
            q.file.sponsored_on(q.on).any(|id| {
                let active = q.facts.members.get(id).is_none_or(|m| m.active);
                active || !q.recording
            }),
            "dossier.sponsor",
            "kế hoạch, II.2; 29-QĐ/TW, 3.3",
            say(
                "Có đảng viên chính thức được phân công giúp đỡ.",
                "A sponsor is assigned.",
            ),
        );
        if let Some(a) = act {
            checks.need(
                a.application_on <= q.on,
                "dossier.application",
                "29-QĐ/TW, 3.1 (1-KNĐ)",
                say(
                    "Đơn xin vào Đảng đề ngày không sau ngày lập hồ sơ.",
                    "The application is dated on or before the opening.",
                ),
            );
        }
    }
    fn days(&self) -> Vec<(&'static str, NaiveDate)> {
        vec![("application_on", self.application_on)]
    }
    fn apply(&self, _: &Recorded, file: &mut File, version: &InForce) {
        file.dossier_on = Some(self.on);
        file.dossier_under = Some(version.clone());
        file.enter(Stage::Dossier, self.on);
    }
}
