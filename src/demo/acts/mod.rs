//! The acts that brought the demo's people to their stages, judged by the service's own rules.
use anyhow::Context as _;
use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::cases::{self, Case};
use super::{RowKind, id};
use crate::demo::people::INTRODUCER;
use crate::law::Stage;
use crate::law::acts::introduction::Alternative;
use crate::law::acts::{self, Act};
use crate::law::candidacy::Recorded;
use crate::law::consequences::{self, Effect};
use crate::law::judgement::{Facts, judge};
use crate::law::regulation::Regulations;
use crate::law::text::Text;
use crate::law::votes::Outcome;
use crate::law::words::{
    Assessment, DecidingBody, DecisionOutcome, ExitKind, Introducer, PlanAction, PriorityGroup,
    Purpose, Role, VoteMethod, VotingBody,
};

mod later;
mod papers;

/// A judged act and its effects.
pub struct Written {
    pub recorded: Recorded,
    pub stage_after: Stage,
    pub regulation: String,
    pub effects: Vec<Effect>,
    pub vote: Option<Outcome>,
}

/// A candidacy under construction, act by act.
pub struct Story<'a> {
    pub case: &'a Case,
    pub candidate: Uuid,
    pub facts: Facts,
    /// The sponsors assigned to this person.
    pub sponsors: Vec<Uuid>,
    pub law: &'a Regulations,
    pub written: Vec<Written>,
    pub recorded: u32,
}

fn day(text: &str) -> anyhow::Result<NaiveDate> {
    text.parse().with_context(|| format!("{text} is no day"))
}

fn plus(on: NaiveDate, days: i64) -> NaiveDate {
    if days < 0 {
        on.checked_sub_days(Days::new(days.unsigned_abs()))
            .unwrap_or(on)
    } else {
        on.checked_add_days(Days::new(days.unsigned_abs()))
            .unwrap_or(on)
    }
}

fn text<const N: usize>(s: &str) -> Text<N> {
    Text::stored(s.to_owned())
}

pub fn uuid(kind: RowKind, branch: usize, number: usize) -> Uuid {
    Uuid::parse_str(&id(kind, branch, number)).unwrap_or_default()
}

/// Accounts in order of printing: standing 1, office 2, overseer 3, branches 4 to 13, union 14,
/// youth 15, admin 16, upper 17.
fn account(role: Role, branch: usize) -> Uuid {
    let number = match role {
        Role::StandingCommittee => 1,
        Role::PartyOffice => 2,
        Role::CommitteeMember => 3,
        Role::BranchCommittee => 3 + branch,
        Role::TradeUnion => 14,
        Role::YouthUnion => 15,
        Role::SystemAdmin => 16,
        Role::UpperCommittee | Role::ServiceAccount => 17,
    };
    uuid(RowKind::Account, 0, number)
}

impl Story<'_> {
    fn put(&mut self, role: Role, act: impl Into<Act>) -> anyhow::Result<()> {
        self.recorded += 1;
        let mut bytes = *self.candidate.as_bytes();
        bytes[8..10].copy_from_slice(&(0x8000_u16 | u16::try_from(self.recorded)?).to_be_bytes());
        bytes[12] = RowKind::Act as u8;
        let recorded = Recorded {
            id: Uuid::from_bytes(bytes),
            account: account(role, self.case.branch),
            role,
            act: act.into(),
            regulation: None,
        };
        let verdict = judge(&self.facts, self.law, &recorded).map_err(|unmet| {
            let missing: Vec<_> = unmet
                .iter()
                .map(|c| format!("{}: {}", c.rule, c.detail.en))
                .collect();
            anyhow::anyhow!(
                "{:?} of branch {} on {}: {missing:?}",
                recorded.act.kind(),
                self.case.branch,
                recorded.act.on()
            )
        })?;
        let effects = consequences::of(&self.facts, self.law, &recorded.act, &verdict);
        self.facts.acts.push(recorded.clone());
        self.written.push(Written {
            recorded,
            stage_after: verdict.after.stage,
            regulation: verdict.regulation,
            effects,
            vote: verdict.vote,
        });
        Ok(())
    }

    fn branch(&mut self, act: impl Into<Act>) -> anyhow::Result<()> {
        self.put(Role::BranchCommittee, act)
    }

    /// Records the acts from the nomination to the case's stage.
    pub fn tell(&mut self, certificate: Option<acts::Certificate>) -> anyhow::Result<()> {
        let case = self.case;
        let (by, who) = match case.introduced_by {
            "trade_union" => (Introducer::TradeUnion, Role::TradeUnion),
            "youth_union" => (Introducer::YouthUnion, Role::YouthUnion),
            _ => (Introducer::Member, Role::BranchCommittee),
        };
        let last = Stage::parse(case.stage).context("stage")?;
        let stage_on = day(&case.stage_on)?;
        self.put(
            who,
            acts::Nomination {
                on: day(&case.nominated_on)?,
                by,
                member_id: (by == Introducer::Member)
                    .then(|| uuid(RowKind::Member, case.branch, INTRODUCER)),
                paper_number: text("theo giấy giới thiệu"),
                corrects: None,
            },
        )?;
        if last == Stage::Nominated {
            return Ok(());
        }
        if last == Stage::Withdrawn {
            return self.put(
                who,
                acts::Exit {
                    on: stage_on,
                    kind: ExitKind::Withdrawn,
                    reason: text("rút giới thiệu"),
                    to: None,
                    body: None,
                    decision_number: None,
                    ground: None,
                    corrects: None,
                },
            );
        }
        let plan_on = day(&case.outcome_on)?;
        self.plan(PlanAction::Add, plan_on, None)?;
        for member_id in self.sponsors.clone() {
            self.branch(acts::Sponsorship {
                on: plan_on,
                member_id,
                other_branch_reason: None,
                corrects: None,
            })?;
        }
        if let Some(certificate) = certificate {
            self.put(Role::PartyOffice, certificate)?;
        }
        if last == Stage::Removed {
            return self.plan(
                PlanAction::Remove,
                stage_on,
                Some("Không còn tích cực phấn đấu."),
            );
        }
        if last == Stage::InPlan {
            return Ok(());
        }
        self.admit(last, stage_on)
    }

    fn plan(
        &mut self,
        action: PlanAction,
        on: NaiveDate,
        reason: Option<&str>,
    ) -> anyhow::Result<()> {
        let met = (action == PlanAction::Add).then_some(true);
        self.branch(acts::PlanDecision {
            on,
            action,
            minutes_number: text("04-BB/CB"),
            political_standard: met,
            conduct: met,
            capacity: met,
            task_performance: met,
            priority_group: met.map(|_| PriorityGroup::DepartmentStaff),
            reason: reason.map(text),
            corrects: None,
        })
    }

    /// Records the acts from the dossier to the ceremony, as far as the case goes.
    fn admit(&mut self, last: Stage, stage_on: NaiveDate) -> anyhow::Result<()> {
        let decided_on = cases::decided_on(self.case);
        let voted_on = match (last, decided_on) {
            (_, Some(decided)) => plus(decided, -40),
            (Stage::Submitted, None) => plus(stage_on, -17),
            (Stage::CommitteeResolved, None) => plus(stage_on, -10),
            _ => stage_on,
        };
        let opened_on = if last == Stage::Dossier {
            stage_on
        } else {
            plus(voted_on, -90)
        };
        if let Some(member_id) = self.sponsors.first().copied() {
            let remarks = Some(text("Chủ động, có trách nhiệm, hoàn thành việc được giao."));
            self.branch(acts::SponsorNote {
                on: plus(opened_on, -5),
                member_id,
                assessment: Assessment::Good,
                remarks,
                corrects: None,
            })?;
        }
        self.branch(acts::Dossier {
            on: opened_on,
            application_on: plus(opened_on, -3),
            corrects: None,
        })?;
        if last == Stage::Dossier {
            return Ok(());
        }
        self.papers(opened_on, voted_on)?;
        self.vote(VotingBody::Branch, voted_on, "06-NQ/CB")?;
        if last == Stage::BranchResolved {
            return Ok(());
        }
        let committee_on = plus(voted_on, 10);
        self.vote(
            VotingBody::Committee,
            committee_on,
            &self.number(11, "NQ/ĐU"),
        )?;
        if last == Stage::CommitteeResolved {
            return Ok(());
        }
        self.papers_for_submission(voted_on, committee_on)?;
        let submitted_on = plus(committee_on, 7);
        self.put(
            Role::PartyOffice,
            acts::Submission {
                on: submitted_on,
                paper_number: text(&self.number(13, "TTr/ĐU")),
                corrects: None,
            },
        )?;
        let Some(decided_on) = decided_on else {
            return Ok(());
        };
        let authority = self.law.on(decided_on).text("decision_authority");
        let body = DecidingBody::parse(authority).context("decision_authority")?;
        let role = if body == DecidingBody::UpperStandingCommittee {
            Role::UpperCommittee
        } else {
            Role::PartyOffice
        };
        self.put(
            role,
            acts::Decision {
                on: decided_on,
                purpose: Purpose::Admission,
                outcome: DecisionOutcome::Granted,
                number: text(&self.number(26, "QĐNS/HU")),
                body,
                members: 11,
                in_favor: 10,
                received_on: Some(plus(decided_on, 5)),
                reason: None,
                ground: None,
                corrects: None,
            },
        )?;
        if last == Stage::Decided {
            return Ok(());
        }
        self.branch(acts::Ceremony {
            on: stage_on,
            place: Some(text("Hội trường Trung tâm Y tế")),
            corrects: None,
        })
    }

    fn papers_for_submission(
        &mut self,
        voted_on: NaiveDate,
        committee_on: NaiveDate,
    ) -> anyhow::Result<()> {
        let union = Alternative::on(voted_on, &self.facts).union_paper();
        for code in ["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"]
            .into_iter()
            .chain(union)
        {
            let on = plus(committee_on, 2);
            let (drafted_on, received_on) = (Some(plus(on, -1)), Some(on));
            let paper = acts::Document {
                on,
                code: text(code),
                number: None,
                drafted_on,
                checked_on: received_on,
                received_on,
                valid_until: None,
                file_hash: None,
                corrects: None,
            };
            self.put(Role::PartyOffice, paper)?;
        }
        Ok(())
    }

    /// The number of the organisation's or the upper committee's paper: no two people of the demo
    /// from one branch have one in the same year.
    fn number(&self, before: usize, series: &str) -> String {
        format!("{:02}-{series}", before + self.case.branch)
    }

    fn vote(&mut self, body: VotingBody, on: NaiveDate, number: &str) -> anyhow::Result<()> {
        self.resolve(Purpose::Admission, body, on, number)
    }

    fn resolve(
        &mut self,
        purpose: Purpose,
        body: VotingBody,
        on: NaiveDate,
        number: &str,
    ) -> anyhow::Result<()> {
        let (role, members) = match body {
            VotingBody::Branch => (Role::BranchCommittee, self.facts.official_members(on)),
            VotingBody::Committee => (Role::PartyOffice, 15),
        };
        self.put(
            role,
            acts::Resolution {
                on,
                purpose,
                body,
                number: text(number),
                method: VoteMethod::SecretBallot,
                members,
                exempt_absent: 0,
                suspended: 0,
                present: members,
                in_favor: members,
                against: 0,
                abstain: 0,
                corrects: None,
            },
        )
    }
}
