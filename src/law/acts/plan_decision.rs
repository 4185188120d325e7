//! The branch's decision about a person on its list (xét đưa vào, ra khỏi quy hoạch; kế hoạch,
//! II.2).
use chrono::NaiveDate;

use super::{KindOfAct, PREPARING};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{PlanAction, PriorityGroup, Role, Stage};
use crate::{Words, met_or_unmet, say, vi};

const PLAN: &str = "kế hoạch, II.2";

act! {
    /// The branch's decision about a person on its list, taken in a review
    pub struct PlanDecision {
        pub action: PlanAction,
        /// Number of the review's minutes
        #[schema(example = "03-BB/CB")]
        pub minutes_number: Text<60>,
        /// Political standard met; required when adding
        pub political_standard: Option<bool>,
        /// Conduct met; required when adding
        pub conduct: Option<bool>,
        /// Capacity met; required when adding
        pub capacity: Option<bool>,
        /// Task performance met; required when adding
        pub task_performance: Option<bool>,
        /// Recorded when adding
        pub priority_group: Option<PriorityGroup>,
        /// Required when removing
        pub reason: Option<Text<500>>,
    }
}

impl KindOfAct for PlanDecision {
    const WIRE: &'static str = "plan_decision";
    const VI: &'static str = "xét đưa vào, ra khỏi quy hoạch";
    const EN: &'static str = "decision on the plan";
    const RECORDED_BY: &'static [Role] = &[Role::BranchCommittee];
    const GROUND: Option<&'static str> = Some("reason");

    type Step = PlanAction;
    const STEPS: &'static [PlanAction] = PlanAction::ALL;

    fn step(&self) -> PlanAction {
        self.action
    }
    fn fields(action: PlanAction) -> Vec<(&'static str, &'static str)> {
        vec![("action", action.wire())]
    }
    fn title(action: PlanAction) -> Words {
        match action {
            PlanAction::Add => say("đưa vào quy hoạch", "add to the plan"),
            PlanAction::Keep => say("giữ trong quy hoạch", "keep in the plan"),
            PlanAction::Adjust => say("điều chỉnh trong quy hoạch", "adjust in the plan"),
            PlanAction::Remove => say("đưa ra khỏi quy hoạch", "remove from the plan"),
        }
    }
    fn stages(action: PlanAction) -> (&'static [Stage], &'static str) {
        let stages: &[Stage] = match action {
            PlanAction::Add => &[Stage::Nominated],
            PlanAction::Keep | PlanAction::Adjust => PREPARING,
            PlanAction::Remove => &[Stage::Nominated, Stage::InPlan, Stage::Dossier],
        };
        (stages, PLAN)
    }
    fn decides(_: PlanAction) -> bool {
        true
    }
    fn leads_to(action: PlanAction) -> &'static [Stage] {
        match action {
            PlanAction::Add => &[Stage::InPlan],
            PlanAction::Remove => &[Stage::Removed],
            PlanAction::Keep | PlanAction::Adjust => &[],
        }
    }
    fn require(q: &Question<'_>, action: PlanAction, act: Option<&Self>, checks: &mut Checks) {
        if q.recording && q.facts.in_open_review {
            checks.need(
                false,
                "plan.open_review",
                PLAN,
                say(
                    "Người này đang trong danh sách của một phiên xét chưa kết thúc: quyết định trong phiên đó.",
                    "The person is on the list of an open review: decide there.",
                ),
            );
        }
        // nobody is told of an adoption of a day to come
        let known = |since: &NaiveDate| act.is_some() || *since <= q.facts.today;
        let since = q.file.in_plan_on.filter(|since| q.on < *since);
        let since = since.filter(known);
        if let (PlanAction::Keep | PlanAction::Adjust, Some(since)) = (action, since) {
            checks
                .need(
                    false,
                    "plan.adopted",
                    PLAN,
                    say(
                        format!("Đến ngày {} mới được đưa vào quy hoạch.", vi(since)),
                        format!("Only adopted into the plan on {since}."),
                    ),
                )
                .earliest(since);
        }
        if let Some(a) = act {
            match action {
                PlanAction::Add => a.criteria(checks),
                PlanAction::Remove => {
                    checks.need(
                        a.reason.is_some(),
                        "plan.reason",
                        PLAN,
                        met_or_unmet(
                            (
                                "Đã nêu lý do đưa ra khỏi quy hoạch.",
                                "A reason for the removal is given.",
                            ),
                            (
                                "Phải nêu lý do đưa ra khỏi quy hoạch.",
                                "A reason for the removal must be given.",
                            ),
                        ),
                    );
                }
                PlanAction::Keep | PlanAction::Adjust => {}
            }
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        match self.action {
            PlanAction::Add => {
                file.in_plan_on = Some(self.on);
                file.enter(Stage::InPlan, recorded);
            }
            PlanAction::Remove => {
                let reason = self.reason.as_ref().map(|r| r.as_str().to_owned());
                file.enter_because(Stage::Removed, recorded, reason);
            }
            PlanAction::Keep | PlanAction::Adjust => {
                file.branch_decided_on = file.branch_decided_on.max(Some(self.on));
            }
        }
    }
}

impl PlanDecision {
    fn criteria(&self, checks: &mut Checks) {
        for (given, rule, vi, en) in [
            (
                self.political_standard,
                "plan.criteria.political_standard",
                "tiêu chuẩn chính trị",
                "political standard",
            ),
            (
                self.conduct,
                "plan.criteria.conduct",
                "đạo đức, lối sống",
                "conduct",
            ),
            (
                self.capacity,
                "plan.criteria.capacity",
                "năng lực",
                "capacity",
            ),
            (
                self.task_performance,
                "plan.criteria.task_performance",
                "kết quả thực hiện nhiệm vụ",
                "task performance",
            ),
        ] {
            checks.need(
                given == Some(true),
                rule,
                PLAN,
                met_or_unmet(
                    (
                        format!("Đã đánh giá, đạt: {vi}."),
                        format!("Assessed and met: {en}."),
                    ),
                    if given.is_none() {
                        (
                            format!("Chưa đánh giá: {vi}."),
                            format!("Not assessed: {en}."),
                        )
                    } else {
                        (format!("Chưa đạt: {vi}."), format!("Not met: {en}."))
                    },
                ),
            );
        }
        checks.need(
            self.priority_group.is_some(),
            "plan.priority_group",
            PLAN,
            met_or_unmet(
                (
                    "Đã ghi nhóm đối tượng ưu tiên.",
                    "The priority group is recorded.",
                ),
                (
                    "Phải ghi nhóm đối tượng ưu tiên.",
                    "The priority group must be recorded.",
                ),
            ),
        );
    }
}
