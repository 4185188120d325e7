//! What has happened to the cases since, in a demo that is loaded after its term.
use chrono::NaiveDate;

use super::{Story, day, plus, text};
use crate::demo::later::Since;
use crate::law::acts;
use crate::law::words::{
    Assessment, DecidingBody, ExitKind, PlanAction, Purpose, Relation, Role, VerificationStep,
    VotingBody, WaiverKind,
};

/// The day on which the branches looked through their lists again.
const LOOKED_THROUGH_ON: &str = "2022-12-22";

impl Story<'_> {
    /// Carries a case on. Whoever has a sponsor has a note of this quarter.
    pub fn go_on(&mut self, since: Since, today: NaiveDate) -> anyhow::Result<()> {
        self.since(since)?;
        let open = matches!(
            since,
            Since::Nothing | Since::Fostered | Since::Proposed | Since::Papers
        );
        let adopted = !matches!(
            self.case.stage,
            "nominated" | "in_plan" | "removed" | "withdrawn"
        ) || matches!(since, Since::Fostered);
        if let (Some(member_id), true) = (self.sponsors.first().copied(), open && adopted) {
            let remarks = Some(text("Chủ động, có trách nhiệm, hoàn thành việc được giao."));
            self.branch(acts::SponsorNote {
                on: today,
                member_id,
                assessment: Assessment::Good,
                remarks,
                corrects: None,
            })?;
        }
        Ok(())
    }

    fn since(&mut self, since: Since) -> anyhow::Result<()> {
        match since {
            Since::Nothing => Ok(()),
            Since::Removed => self.plan(
                PlanAction::Remove,
                day(LOOKED_THROUGH_ON)?,
                Some("Rà soát cuối năm: chưa có chuyển biến, chi bộ thống nhất đưa ra khỏi quy hoạch."),
            ),
            Since::Withdrew => self.put(
                Role::PartyOffice,
                acts::Exit {
                    on: day(LOOKED_THROUGH_ON)?,
                    kind: ExitKind::Withdrawn,
                    reason: text("Chuyển công tác khỏi huyện, xin rút hồ sơ."),
                    to: None,
                    body: None,
                    decision_number: None,
                    ground: None,
                    corrects: None,
                },
            ),
            Since::Fostered => self.fostered(),
            Since::Papers => self.sent_papers(),
            Since::Proposed => {
                self.proposed()?;
                ["13-KNĐ", "15-KNĐ"].iter().try_for_each(|code| self.paper(code, 382))
            }
            Since::Recognised => self.recognised(),
        }
    }

    /// A test, and a verification whose answer flags an issue.
    fn fostered(&mut self) -> anyhow::Result<()> {
        let on = day("2022-03-07")?;
        self.branch(acts::TestAssignment {
            on,
            title: text("Phụ trách đội tình nguyện khám bệnh lưu động quý II"),
            due_on: plus(on, 90),
            corrects: None,
        })?;
        for (step, after) in [
            (VerificationStep::Declared, 14),
            (VerificationStep::Sealed, 15),
            (VerificationStep::Sent, 16),
            (VerificationStep::Returned, 60),
        ] {
            let about_one = step != VerificationStep::Sealed;
            let returned = step == VerificationStep::Returned;
            self.branch(acts::Verification {
                on: plus(on, after),
                step,
                relation: about_one.then_some(Relation::SelfPerson),
                number: None,
                old_place: None,
                new_place: about_one.then(|| text("Đảng ủy xã Hồng Sơn, huyện Hồng Lam")),
                flagged: returned.then_some(true),
                conclusion: None,
                reason: None,
                cv_truthful: None,
                finding: returned.then(|| text("Cần làm rõ thời gian công tác trước năm 1975.")),
                corrects: None,
            })?;
        }
        Ok(())
    }

    fn paper(&mut self, code: &str, after: i64) -> anyhow::Result<()> {
        let ceremony = day(&self.case.stage_on)?;
        let on = plus(ceremony, after);
        self.put(
            Role::PartyOffice,
            acts::Document {
                on,
                code: text(code),
                number: None,
                drafted_on: Some(plus(on, -1)),
                received_on: Some(on),
                checked_on: Some(on),
                valid_until: None,
                file_hash: None,
                corrects: None,
            },
        )
    }

    /// From the ceremony to the committee's resolution on the recognition.
    fn proposed(&mut self) -> anyhow::Result<()> {
        let ceremony = day(&self.case.stage_on)?;
        self.put(
            Role::StandingCommittee,
            acts::Waiver {
                on: plus(ceremony, 300),
                what: WaiverKind::NewMemberClass,
                reason: text("Lớp của huyện hoãn vì dịch bệnh."),
                approver: text("Ban Thường vụ Đảng ủy"),
                paper_number: text(&self.number(31, "CV/ĐU")),
                act_id: None,
                rules: None,
                corrects: None,
            },
        )?;
        for code in ["10-KNĐ", "11-KNĐ", "12-KNĐ"] {
            self.paper(code, 368)?;
        }
        let recognition = Purpose::Recognition;
        self.resolve(
            recognition,
            VotingBody::Branch,
            plus(ceremony, 370),
            "09-NQ/CB",
        )?;
        let number = self.number(41, "NQ/ĐU");
        self.resolve(
            recognition,
            VotingBody::Committee,
            plus(ceremony, 380),
            &number,
        )
    }

    /// The papers that are sent to the deciding body.
    fn sent_papers(&mut self) -> anyhow::Result<()> {
        let committee_on = day(&self.case.stage_on)?;
        let voted_on = plus(committee_on, -10);
        self.papers_for_submission(voted_on, committee_on)
    }

    fn recognised(&mut self) -> anyhow::Result<()> {
        self.since(Since::Proposed)?;
        let on = plus(day(&self.case.stage_on)?, 395);
        self.put(
            Role::UpperCommittee,
            acts::Recognition {
                on,
                number: text(&self.number(51, "QĐCN/HU")),
                body: DecidingBody::UpperStandingCommittee,
                members: 11,
                in_favor: 11,
                reason: None,
                corrects: None,
            },
        )
    }
}
