//! The papers of a dossier.
use chrono::NaiveDate;

use super::{Story, day, plus, text, uuid};
use crate::demo::RowKind;
use crate::demo::people::INTRODUCER;
use crate::law::acts;
use crate::law::acts::introduction::Alternative;
use crate::law::words::{
    Conclusion, Introducer, OpinionOf, Purpose, Relation, SharedKind, VerificationStep,
};

impl Story<'_> {
    /// Records introductions, verification and opinions.
    pub(super) fn papers(
        &mut self,
        opened_on: NaiveDate,
        voted_on: NaiveDate,
    ) -> anyhow::Result<()> {
        let which = Alternative::on(voted_on, &self.facts);
        let members = if which == Alternative::C { 2 } else { 1 };
        for number in [INTRODUCER, INTRODUCER + 3].into_iter().take(members) {
            self.branch(acts::Introduction {
                on: plus(opened_on, 10),
                by: Introducer::Member,
                member_id: Some(uuid(RowKind::Member, self.case.branch, number)),
                shared_from: Some(day(&format!("{}-01-03", 2017 + self.case.years_later()))?),
                shared_kind: Some(SharedKind::Work),
                paper_number: text("3-KNĐ"),
                replaces: None,
                replacement_reason: None,
                corrects: None,
            })?;
        }
        let union = match which {
            Alternative::A => Some(Introducer::YouthUnion),
            Alternative::B => Some(Introducer::TradeUnion),
            Alternative::C => None,
        };
        if let Some(by) = union {
            let on = plus(opened_on, 12);
            let paper = acts::Introduction {
                on,
                by,
                member_id: None,
                shared_from: None,
                shared_kind: None,
                paper_number: text("08-NQ"),
                replaces: None,
                replacement_reason: None,
                corrects: None,
            };
            self.branch(paper)?;
        }
        let family = [Relation::SelfPerson, Relation::Father, Relation::Mother];
        for (step, after) in [
            (VerificationStep::Declared, 5),
            (VerificationStep::Sealed, 6),
            (VerificationStep::Sent, 7),
            (VerificationStep::Returned, 25),
            (VerificationStep::Concluded, 30),
        ] {
            let about_one = !matches!(step, VerificationStep::Sealed | VerificationStep::Concluded);
            for relation in family.iter().copied().take(if about_one { 3 } else { 1 }) {
                self.branch(acts::Verification {
                    on: plus(opened_on, after),
                    step,
                    relation: about_one.then_some(relation),
                    number: None,
                    old_place: None,
                    new_place: about_one.then(|| text("Đảng ủy xã Hồng Sơn, huyện Hồng Lam")),
                    flagged: (step == VerificationStep::Returned).then_some(false),
                    conclusion: (step == VerificationStep::Concluded).then_some(Conclusion::Clear),
                    reason: None,
                    cv_truthful: None,
                    finding: (step == VerificationStep::Returned)
                        .then(|| text("Gia đình chấp hành tốt chủ trương, pháp luật.")),
                    corrects: None,
                })?;
            }
        }
        for of in [OpinionOf::TradeUnion, OpinionOf::ResidenceBranchCommittee] {
            let remarks = Some(text("Gương mẫu, được tín nhiệm."));
            self.branch(acts::Opinion {
                on: plus(opened_on, 35),
                of,
                purpose: Purpose::Admission,
                favourable: true,
                remarks,
                corrects: None,
            })?;
        }
        Ok(())
    }
}
