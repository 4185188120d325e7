//! A decision on admission (9-KNĐ) or strike-off: who decides, by which vote, in which time.
use chrono::NaiveDate;

use super::{KindOfAct, PROBATION};
use crate::candidacy::{self, File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::say;
use crate::text::Text;
use crate::time_limits;
use crate::votes::{needed, reached};
use crate::words::{
    DecidingBody, DecisionOutcome, LeavingGround, Purpose, Role, Stage, VotingBody, WaiverKind,
};

act! {
    /// A decision on admission (9-KNĐ) or strike-off
    pub struct Decision {
        /// admission or strike_off
        pub purpose: Purpose,
        pub outcome: DecisionOutcome,
        #[schema(example = "27-QĐNS/HU")]
        pub number: Text<60>,
        pub body: DecidingBody,
        /// All serving members of the deciding body
        #[schema(minimum = 1, maximum = 1_000, example = 11)]
        pub members: i32,
        #[schema(minimum = 0, maximum = 1_000, example = 9)]
        pub in_favor: i32,
        /// Day on which the organisation received the paper
        pub received_on: Option<NaiveDate>,
        /// Asked for a refusal and for an extension beyond the ordinary time
        pub reason: Option<Text<500>>,
        /// With `purpose` = `strike_off`: the ground
        pub ground: Option<LeavingGround>,
    }
}

impl KindOfAct for Decision {
    const WIRE: &'static str = "decision";
    const VI: &'static str = "quyết định";
    const EN: &'static str = "decision";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::UpperCommittee];
    const SENSITIVE: &'static [&'static str] = &["ground"];

    type Step = Purpose;
    const STEPS: &'static [Purpose] = &[Purpose::Admission, Purpose::StrikeOff];

    fn step(&self) -> Purpose {
        self.purpose
    }
    fn fields(purpose: Purpose) -> Vec<(&'static str, &'static str)> {
        vec![("purpose", purpose.wire())]
    }
    fn stages(purpose: Purpose) -> (&'static [Stage], &'static str) {
        match purpose {
            Purpose::Admission | Purpose::Recognition => (&[Stage::Submitted], "29-QĐ/TW, 4.3"),
            Purpose::StrikeOff => (PROBATION, "Điều lệ, 8"),
        }
    }
    fn moves(_: Purpose) -> bool {
        true
    }
    fn require(q: &Question<'_>, purpose: Purpose, act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            a.paper(q, checks);
        }
        match purpose {
            Purpose::StrikeOff => strike_off(q, act, checks),
            Purpose::Admission | Purpose::Recognition => in_time(q, act, checks),
        }
    }
    fn apply(&self, _: &Recorded, file: &mut File, version: &InForce) {
        match (self.purpose, self.outcome) {
            (Purpose::StrikeOff, DecisionOutcome::Granted) => {
                file.enter(Stage::StruckOff, self.on);
            }
            // refused: another proposal needs another vote
            (Purpose::StrikeOff, DecisionOutcome::Refused) => {
                file.votes.retain(|v| v.purpose != Purpose::StrikeOff);
            }
            (Purpose::Admission | Purpose::Recognition, DecisionOutcome::Granted) => {
                file.decision = Some(candidacy::Decision {
                    on: self.on,
                    received_on: self.received_on,
                    under: version.clone(),
                });
                file.enter(Stage::Decided, self.on);
            }
            (Purpose::Admission | Purpose::Recognition, DecisionOutcome::Refused) => {
                file.enter(Stage::NotAdmitted, self.on);
            }
        }
    }
}

impl Decision {
    fn paper(&self, q: &Question<'_>, checks: &mut Checks) {
        match self.outcome {
            DecisionOutcome::Granted => {
                deciding_body(q, self.body, self.members, self.in_favor, checks);
            }
            DecisionOutcome::Refused => {
                checks.need(
                    self.reason.is_some(),
                    "decision.reason",
                    "29-QĐ/TW, 4.3",
                    say("Từ chối có nêu lý do.", "A refusal gives its reason."),
                );
            }
        }
        checks.need(
            self.received_on
                .is_none_or(|on| on >= self.on && on <= q.facts.today),
            "decision.received",
            "29-QĐ/TW, 4.1",
            say(
                "Ngày nhận không trước ngày ký và không ở tương lai.",
                "Received on or after its date and not in the future.",
            ),
        );
        checks.need(
            self.purpose != Purpose::Recognition,
            "decision.purpose",
            "29-QĐ/TW, 4.3.2",
            say(
                "Công nhận chính thức ghi tại /recognition.",
                "Recognition is recorded at /recognition.",
            ),
        );
    }
}

/// The body that decides by the version, and its vote.
pub(super) fn deciding_body(
    q: &Question<'_>,
    body: DecidingBody,
    members: i32,
    in_favor: i32,
    checks: &mut Checks,
) {
    let law = q.version;
    let authority = law.text("decision_authority");
    let delegated = body == DecidingBody::DelegatedBaseCommittee;
    checks.need(
        body.wire() == authority
            || (delegated && authority == DecidingBody::UpperStandingCommittee.wire()),
        "decision.body",
        law.source("decision_authority"),
        say(
            format!("Cấp quyết định: {authority}."),
            format!("The body that decides: {authority}."),
        ),
    );
    let parameter = if delegated {
        "delegated_vote"
    } else {
        "upper_vote"
    };
    let fraction = law.fraction(parameter);
    let least = needed(members, fraction);
    checks.need(
        in_favor <= members && reached(in_favor, members, fraction),
        "decision.vote",
        law.source(parameter),
        say(
            format!("{in_favor} trên {members} phiếu; cần ít nhất {least}."),
            format!("{in_favor} of {members} in favour; at least {least} are needed."),
        ),
    );
}

fn strike_off(q: &Question<'_>, act: Option<&Decision>, checks: &mut Checks) {
    checks.need(
        q.file
            .carried(Purpose::StrikeOff, VotingBody::Branch)
            .is_some_and(|v| v.on <= q.on),
        "strike_off.vote",
        "Điều lệ, 8; 24-QĐ/TW, 4.2",
        say(
            "Chi bộ đã biểu quyết xóa tên đủ hai phần ba.",
            "The branch has voted for it with two thirds.",
        ),
    );
    if let Some(a) = act {
        checks.need(
            a.ground.is_some() && a.reason.is_some(),
            "strike_off.ground",
            "Điều lệ, 8",
            say("Nêu căn cứ và lý do.", "Ground and reason are given."),
        );
    }
}

/// Counted in working days from the branch's resolution: the ordinary time, and more with a reason.
fn in_time(q: &Question<'_>, act: Option<&Decision>, checks: &mut Checks) {
    let Some(period) = time_limits::decision(q.file, Purpose::Admission, &q.facts.holidays) else {
        return;
    };
    let (due, most) = (period.due_on, period.at_most);
    let agreed = q.file.waived(WaiverKind::LateDecision, q.on).is_some();
    let reason = act.is_none_or(|a| a.reason.is_some());
    checks.need(
        q.on <= due || (q.on <= most && reason) || agreed,
        "decision.in_time",
        period.source,
        say(
            format!("Quyết định đến {due}; có lý do thì đến {most}; sau đó cần văn bản đồng ý (late_decision)."),
            format!("Decided by {due}, with a reason by {most}, after that with a written agreement (late_decision)."),
        ),
    );
}
