//! The ceremony of admission (lễ kết nạp): starts the probation (29-QĐ/TW, 4.1).
use chrono::NaiveDate;

use super::KindOfAct;
use crate::calendar::after_workdays;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::Regulations;
use crate::requirement::Checks;
use crate::say;
use crate::text::Text;
use crate::words::{Role, Stage, WaiverKind};

act! {
    /// The ceremony of admission: starts the probation
    pub struct Ceremony {
        #[schema(example = "Hội trường Trung tâm Y tế")]
        pub place: Option<Text<300>>,
    }
}

impl KindOfAct for Ceremony {
    const WIRE: &'static str = "ceremony";
    const VI: &'static str = "lễ kết nạp";
    const EN: &'static str = "ceremony";
    const RECORDED_BY: &'static [Role] = &[Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (&[Stage::Decided], "29-QĐ/TW, 4.1")
    }
    fn moves((): ()) -> bool {
        true
    }
    fn require(q: &Question<'_>, (): (), _: Option<&Self>, checks: &mut Checks) {
        let source = q.version.source("ceremony_workdays");
        let due = due(q);
        checks.need(
            due.is_some(),
            "ceremony.decision",
            source,
            say(
                "Có quyết định kết nạp (9-KNĐ).",
                "There is an admission decision (9-KNĐ).",
            ),
        );
        let Some(due) = due else { return };
        let agreed = q.file.waived(WaiverKind::LateCeremony, q.on);
        checks.need(
            q.on <= due || agreed.is_some(),
            "ceremony.in_time",
            source,
            say(
                format!(
                    "Tổ chức đến {due}; sau đó cần văn bản đồng ý của cấp quyết định (late_ceremony)."
                ),
                format!(
                    "Held by {due}; after that the deciding body agrees in writing (late_ceremony)."
                ),
            ),
        );
        checks.by(agreed.map(|w| w.paper_number.as_str().to_owned()));
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &Regulations) {
        file.ceremony_on = Some(self.on);
        file.enter(Stage::Probationary, self.on);
    }
}

/// What the ceremony's working days are counted from, by the version of the decision's day: its receipt, or (208-QĐ/TW) its issue.
pub fn counted_from(file: &File, law: &Regulations) -> Option<NaiveDate> {
    let decision = file.decision.as_ref()?;
    if law.on(decision.on).counted_from("ceremony_workdays") == "decision_issued" {
        return Some(decision.on);
    }
    let filed = || file.papers.get("9-KNĐ").and_then(|p| p.received_on);
    Some(decision.received_on.or_else(filed).unwrap_or(decision.on))
}

/// Last day of the ceremony's period.
fn due(q: &Question<'_>) -> Option<NaiveDate> {
    let days = q
        .law
        .on(q.file.decision.as_ref()?.on)
        .whole("ceremony_workdays");
    Some(after_workdays(counted_from(q.file, q.law)?, days, &q.facts.holidays).0)
}
