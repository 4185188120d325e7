//! The ceremony of admission (lễ kết nạp): starts the probation (29-QĐ/TW, 4.1).
use super::KindOfAct;
use crate::calendar::plus_months;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::time_limits::{self, Period};
use crate::words::{Role, Stage, WaiverKind};
use crate::{met_or_unmet, say, vi};

act! {
    /// The ceremony of admission, which starts the probation
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
    fn leads_to((): ()) -> &'static [Stage] {
        &[Stage::Probationary]
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let least = q.version.whole("age_min_months");
        if q.on < plus_months(q.facts.birth_date, least) {
            let from = plus_months(q.facts.shown_birth(), least);
            let latest = q.facts.at_the_latest();
            checks
                .need(
                    false,
                    "ceremony.age",
                    q.version.source("age_min_months"),
                    say(
                        format!(
                            "Chưa đủ {} tuổi vào ngày kết nạp; đủ từ ngày {}{}.",
                            least / 12,
                            vi(from),
                            latest.vi
                        ),
                        format!(
                            "Not yet {} years old on the day of the ceremony; possible from {from}{}.",
                            least / 12,
                            latest.en
                        ),
                    ),
                )
                .earliest(from);
        }
        let period = time_limits::ceremony(q.file, &q.facts.holidays);
        let before_receipt = time_limits::decision_received(q.file).filter(|day| q.on < *day);
        let missing = before_receipt.map_or_else(
            || {
                say(
                    "Chưa có quyết định kết nạp (9-KNĐ).",
                    "There is no admission decision (9-KNĐ) yet.",
                )
            },
            |day| {
                say(
                    format!("Ngày {} mới nhận được quyết định kết nạp (9-KNĐ); lễ kết nạp tổ chức từ ngày đó.", vi(day)),
                    format!("The admission decision (9-KNĐ) was received on {day}: the ceremony is held on that day at the earliest."),
                )
            },
        );
        let there = say(
            "Đã có quyết định kết nạp (9-KNĐ).",
            "There is an admission decision (9-KNĐ).",
        );
        checks.need(
            period.is_some() && before_receipt.is_none(),
            "ceremony.decision",
            q.version.source("ceremony_workdays"),
            met_or_unmet((there.vi, there.en), (missing.vi, missing.en)),
        );
        if let Some(day) = before_receipt {
            checks.earliest(day);
        }
        checks.on_ids(q.file.entered_by(Stage::Decided));
        let Some(Period {
            due_on: due,
            source,
            ..
        }) = period
        else {
            return;
        };
        let agreed = q.file.waived(WaiverKind::LateCeremony, q.on);
        checks.need(
            q.on <= due || agreed.is_some(),
            "ceremony.in_time",
            source,
            met_or_unmet(
                match agreed {
                    Some(_) if q.on > due && act.is_none() => (
                        format!("Quá thời hạn tổ chức lễ kết nạp {}; đã có văn bản đồng ý của cấp ủy có thẩm quyền.", vi(due)),
                        format!("The ceremony was due by {due}; the competent committee has agreed in writing to a later one."),
                    ),
                    Some(_) if q.on > due => (
                        format!("Lễ kết nạp tổ chức sau ngày {} và đã có văn bản đồng ý của cấp ủy có thẩm quyền.", vi(due)),
                        format!("The ceremony is held after {due}, to which the competent committee has agreed in writing."),
                    ),
                    _ if act.is_none() => (
                        format!("Còn trong thời hạn tổ chức lễ kết nạp, đến hết ngày {}.", vi(due)),
                        format!("The ceremony is due by {due}."),
                    ),
                    _ => (
                        format!("Lễ kết nạp tổ chức trong thời hạn, chậm nhất ngày {}.", vi(due)),
                        format!("The ceremony is held on time, by {due}."),
                    ),
                },
                (
                    format!("Phải tổ chức lễ kết nạp chậm nhất ngày {}; quá hạn phải có văn bản đồng ý của cấp ủy có thẩm quyền.", vi(due)),
                    format!("The ceremony must be held by {due}; after that, the competent committee's written agreement is required."),
                ),
            ),
        );
        checks.by(agreed.map(|(_, w)| w.paper_number.as_str().to_owned()));
        checks.on_ids(agreed.map(|(id, _)| *id));
        checks.due(due);
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, version: &InForce) {
        file.ceremony_on = Some(self.on);
        file.ceremony_under = Some(version.clone());
        file.enter(Stage::Probationary, recorded);
    }
}
