//! A decision on admission (9-KNĐ) or strike-off: who decides, by which vote, within which period.
use chrono::NaiveDate;

use super::deciding::{competent, deciding_body};
use super::{KindOfAct, PROBATION};
use crate::calendar::completed_months;
use crate::candidacy::{self, File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::time_limits;
use crate::words::{
    DecidingBody, DecisionOutcome, LeavingGround, Purpose, Role, Stage, VotingBody, WaiverKind,
};
use crate::{Words, met_or_unmet, say, vi};

act! {
    /// A decision on admission (9-KNĐ) or strike-off
    pub struct Decision {
        /// `admission` or `strike_off`
        pub purpose: Purpose,
        pub outcome: DecisionOutcome,
        #[schema(example = "27-QĐNS/HU")]
        pub number: Text<60>,
        pub body: DecidingBody,
        /// Number of serving members of the deciding body
        #[schema(minimum = 1, maximum = 1_000, example = 11)]
        pub members: i32,
        #[schema(minimum = 0, maximum = 1_000, example = 9)]
        pub in_favor: i32,
        /// Date on which the organisation received the decision
        pub received_on: Option<NaiveDate>,
        /// Required for a refusal, and for a decision after the ordinary period
        pub reason: Option<Text<500>>,
        /// Required with `purpose` = `strike_off`, unless that is refused
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
    fn title(purpose: Purpose) -> Words {
        match purpose {
            Purpose::Admission | Purpose::Recognition => {
                say("quyết định kết nạp", "decision on the admission")
            }
            Purpose::StrikeOff => say("quyết định xóa tên", "decision on the strike-off"),
        }
    }
    fn stages(purpose: Purpose) -> (&'static [Stage], &'static str) {
        match purpose {
            Purpose::Admission | Purpose::Recognition => (&[Stage::Submitted], "29-QĐ/TW, 4.3"),
            Purpose::StrikeOff => (PROBATION, "Điều lệ, 8"),
        }
    }
    fn leads_to(purpose: Purpose) -> &'static [Stage] {
        match purpose {
            Purpose::Admission | Purpose::Recognition => &[Stage::Decided, Stage::NotAdmitted],
            Purpose::StrikeOff => &[Stage::StruckOff],
        }
    }
    fn require(q: &Question<'_>, purpose: Purpose, act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            a.paper(q, checks);
        }
        match purpose {
            Purpose::StrikeOff => strike_off(q, act, checks),
            Purpose::Admission | Purpose::Recognition => {
                if act.is_none_or(|a| a.outcome == DecisionOutcome::Granted) {
                    over_age(q, checks);
                }
                let reason = act.map(|a| a.reason.is_some());
                in_time(q, Purpose::Admission, reason, checks);
            }
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, version: &InForce) {
        match (self.purpose, self.outcome) {
            (Purpose::StrikeOff, DecisionOutcome::Granted) => {
                file.enter(Stage::StruckOff, recorded);
            }
            // refused: a new proposal needs a new vote
            (Purpose::StrikeOff, DecisionOutcome::Refused) => {
                let reported = file.reported().is_some();
                file.refused.push((Purpose::StrikeOff, self.on));
                if reported {
                    file.refused.push((Purpose::Recognition, self.on));
                }
                file.votes.retain(|v| match v.purpose {
                    Purpose::StrikeOff => false,
                    Purpose::Recognition => v.carried || !reported,
                    Purpose::Admission => true,
                });
            }
            (Purpose::Admission | Purpose::Recognition, DecisionOutcome::Granted) => {
                file.decision = Some(candidacy::Decision {
                    on: self.on,
                    received_on: self.received_on,
                    under: version.clone(),
                });
                file.enter(Stage::Decided, recorded);
            }
            (Purpose::Admission | Purpose::Recognition, DecisionOutcome::Refused) => {
                file.enter(Stage::NotAdmitted, recorded);
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
                competent(q, self.body, checks);
                checks.need(
                    self.in_favor <= self.members,
                    "decision.figures",
                    "29-QĐ/TW, 4.3",
                    met_or_unmet(
                        (
                            "Số phiếu không nhiều hơn số ủy viên.",
                            "There are no more votes than members.",
                        ),
                        (
                            "Số phiếu nhiều hơn số ủy viên.",
                            "There are more votes than members.",
                        ),
                    ),
                );
                checks.need(
                    self.reason.is_some(),
                    "decision.reason",
                    "29-QĐ/TW, 4.3",
                    met_or_unmet(
                        (
                            "Việc từ chối có nêu lý do.",
                            "The refusal states its reason.",
                        ),
                        (
                            "Từ chối thì phải nêu lý do.",
                            "A refusal must state its reason.",
                        ),
                    ),
                );
            }
        }
        checks.need(
            self.received_on
                .is_none_or(|on| on >= self.on && on <= q.facts.today),
            "decision.received",
            "29-QĐ/TW, 4.1",
            met_or_unmet(
                (
                    "Ngày nhận quyết định không trước ngày ký.",
                    "The decision was received on or after its own date.",
                ),
                if self.received_on.is_some_and(|on| on < self.on) {
                    (
                        "Ngày nhận quyết định trước ngày ký.",
                        "The date of receipt is before the decision's own date.",
                    )
                } else {
                    (
                        "Ngày nhận quyết định ở tương lai.",
                        "The date of receipt is in the future.",
                    )
                },
            ),
        );
        checks.need(
            self.ground.is_none() || self.purpose == Purpose::StrikeOff,
            "decision.ground",
            "Điều lệ, 8",
            met_or_unmet(
                (
                    "Nội dung ghi phù hợp với loại quyết định.",
                    "What is given belongs to this kind of decision.",
                ),
                (
                    "Căn cứ xóa tên chỉ ghi trong quyết định xóa tên.",
                    "A ground is given in a decision on a strike-off only.",
                ),
            ),
        );
        checks.need(
            self.purpose != Purpose::Recognition,
            "decision.purpose",
            "29-QĐ/TW, 4.3.2",
            met_or_unmet(
                (
                    "Quyết định về kết nạp hoặc xóa tên.",
                    "The decision is on an admission or a strike-off.",
                ),
                (
                    "Quyết định công nhận đảng viên chính thức được ghi ở mục công nhận chính thức.",
                    "A recognition is recorded as such, not as a decision.",
                ),
            ),
        );
    }
}

fn strike_off(q: &Question<'_>, act: Option<&Decision>, checks: &mut Checks) {
    let carried = q.file.carried(Purpose::StrikeOff, VotingBody::Branch);
    // a carried vote, or the report after votes that failed
    let ground = carried.or_else(|| q.file.reported());
    checks.need(
        ground.is_some_and(|v| v.on <= q.on),
        "strike_off.vote",
        "Điều lệ, 8; 29-QĐ/TW, 4.2; 24-QĐ/TW, 4.2",
        met_or_unmet(
            if carried.is_some() {
                (
                    "Chi bộ đã biểu quyết đề nghị xóa tên.",
                    "The branch has voted for the strike-off.",
                )
            } else {
                (
                    "Chi bộ báo cáo sau các lần biểu quyết không đủ phiếu.",
                    "The branch reports after votes that have failed.",
                )
            },
            (
                "Chi bộ chưa biểu quyết đề nghị xóa tên với ít nhất hai phần ba số phiếu.",
                "The branch has not voted for the strike-off by two thirds.",
            ),
        ),
    );
    checks.on_ids(ground.map(|v| v.id));
    if let Some(a) = act {
        // what was refused needs no ground
        let refused = a.outcome == DecisionOutcome::Refused;
        let ground = a.ground.map_or(refused, |ground| !leaves_otherwise(ground));
        checks.need(
            ground && a.reason.is_some(),
            "strike_off.ground",
            "Điều lệ, 8",
            met_or_unmet(
                (
                    "Đã nêu căn cứ và lý do xóa tên.",
                    "Ground and reason of the strike-off are given.",
                ),
                if a.ground.is_some_and(leaves_otherwise) {
                    (
                        "Khai trừ, xin ra khỏi Đảng không phải là xóa tên: căn cứ xóa tên là căn cứ khác.",
                        "An expulsion or a resignation is no strike-off, which has other grounds.",
                    )
                } else {
                    (
                        "Phải nêu căn cứ và lý do xóa tên.",
                        "Ground and reason of the strike-off must be given.",
                    )
                },
            ),
        );
    }
}

/// Whether it is the ground of another way out of the Party.
const fn leaves_otherwise(ground: LeavingGround) -> bool {
    matches!(
        ground,
        LeavingGround::Expelled | LeavingGround::Resigned | LeavingGround::ResignedFamilyHardship
    )
}

/// Over the age limit on the day of the branch's vote: the vote may be held, but the decision needs
/// the agreement (01-HD/TW 2016 and 2021, 1.1).
fn over_age(q: &Question<'_>, checks: &mut Checks) {
    const MOST: &str = "age_max_months";
    let vote = q.file.carried(Purpose::Admission, VotingBody::Branch);
    let (on, law) = vote.map_or((q.on, q.version), |v| (v.on, &*v.under));
    let most = law.whole(MOST);
    // the day of a vote is given: nobody finds a birth date by asking about one day after another
    let born = q.facts.hidden_birth.filter(|_| vote.is_some());
    if completed_months(born.unwrap_or(q.facts.birth_date), on) <= most {
        return;
    }
    let agreed = q.file.waived(WaiverKind::AgeOverSixty, q.on);
    let years = most / 12;
    checks.need(
        agreed.is_some(),
        "admission.age.most",
        law.source(MOST),
        met_or_unmet(
            (
                format!("Người vào Đảng quá {years} tuổi khi chi bộ xét; đã có văn bản đồng ý của cấp ủy có thẩm quyền."),
                format!("The person was over {years} when the branch voted; the competent committee has agreed in writing."),
            ),
            (
                format!("Người vào Đảng quá {years} tuổi khi chi bộ xét: còn thiếu văn bản đồng ý của cấp ủy có thẩm quyền trước khi quyết định kết nạp."),
                format!("The person was over {years} when the branch voted: the decision needs the competent committee's written agreement, which is missing."),
            ),
        ),
    );
    checks.by(agreed.map(|(_, w)| w.paper_number.as_str().to_owned()));
    checks.on_ids(agreed.map(|(id, _)| *id));
}

/// The period in working days from the branch's resolution: the ordinary one, or the extended one
/// with a reason. A decision after the extended period has happened all the same: it is recorded,
/// and a duty remains until the deciding body's paper about it is noted. `reason`: whether one is
/// given; `None` where nothing has been decided yet.
pub(super) fn in_time(
    q: &Question<'_>,
    purpose: Purpose,
    reason: Option<bool>,
    checks: &mut Checks,
) {
    let Some(period) = time_limits::decision(q.file, purpose, &q.facts.holidays) else {
        return;
    };
    let rule = match purpose {
        Purpose::Admission | Purpose::StrikeOff => "decision.in_time",
        Purpose::Recognition => "recognition.decision_in_time",
    };
    let (due, most) = (period.due_on, period.at_most);
    let agreed = time_limits::late_paper_by(q.file, q.on, &q.facts.holidays, period.from_on);
    let (late, reasoned) = (q.on > due, reason == Some(true));
    let met = !late || reasoned || agreed.is_some();
    let (due_vi, most_vi) = (vi(due), vi(most));
    let happened = if !late && reason.is_none() {
        (
            format!("Còn trong thời hạn quyết định, đến hết ngày {due_vi}."),
            format!("The decision is due by {due}."),
        )
    } else if !late {
        (
            format!("Quyết định trong thời hạn, chậm nhất ngày {due_vi}."),
            format!("Decided on time, by {due}."),
        )
    } else if !reasoned {
        (
            format!(
                "Quyết định sau thời hạn {due_vi}, đã có văn bản của cấp quyết định về việc này."
            ),
            format!("Decided after {due}; the deciding body's paper about it is noted."),
        )
    } else if q.on <= most {
        (
            format!("Quyết định sau thời hạn {due_vi}, có nêu lý do (gia hạn đến {most_vi})."),
            format!("Decided after {due} with a reason (extended to {most})."),
        )
    } else {
        (
            format!(
                "Quyết định sau thời hạn gia hạn {most_vi}: ghi nhận kèm lý do và phải bổ sung văn bản của cấp quyết định."
            ),
            format!(
                "Decided after the extended period, {most}: recorded with its reason; the deciding body's paper about it must still be noted."
            ),
        )
    };
    checks.need(
        met,
        rule,
        period.source,
        met_or_unmet(
            happened,
            (
                format!("Phải quyết định chậm nhất ngày {due_vi}; sau ngày này (gia hạn đến {most_vi}) phải nêu lý do."),
                format!("Must be decided by {due}; after that (extended to {most}) a reason is required."),
            ),
        ),
    );
    checks.on_ids(agreed.filter(|_| late && !reasoned));
    checks.due(due).at(Some("reason"));
}
