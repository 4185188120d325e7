//! A vote (biểu quyết, nghị quyết): of the branch on admission, recognition or strike-off, of the
//! committee on admission or recognition.
use super::{KindOfAct, PROBATION};
use crate::candidacy::{File, Recorded, Vote};
use crate::judgement::{Facts, Question};
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::{Text, paper_key};
use crate::votes::Tally;
use crate::words::{Purpose, Role, Stage, VoteMethod, VotingBody};
use crate::{Words, met_or_unmet, say, vi};

mod admission;
mod introductions;
mod minutes;
mod recognition;

pub use self::admission::inquiry_time;
pub(super) use recognition::probation_ended;

act! {
    /// A vote, in totals only; whether it is carried is computed
    pub struct Resolution {
        pub purpose: Purpose,
        pub body: VotingBody,
        #[schema(example = "05-NQ/CB")]
        pub number: Text<60>,
        pub method: VoteMethod,
        /// Official members of the branch on that day, or all serving members of the committee. Of a
        /// branch, what the register says if left out
        #[serde(default = "unsaid")]
        #[schema(minimum = 0, maximum = 10_000, example = 14)]
        pub members: i32,
        /// Absent members who are exempt from activity or on temporary activity elsewhere; none if left
        /// out
        #[serde(default)]
        #[schema(minimum = 0, maximum = 10_000, example = 0)]
        pub exempt_absent: i32,
        /// Members suspended from activity, prosecuted or detained; what the register says if left out
        #[serde(default = "unsaid")]
        #[schema(minimum = 0, maximum = 10_000, example = 0)]
        pub suspended: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 14)]
        pub present: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 13)]
        pub in_favor: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 1)]
        pub against: i32,
        #[schema(minimum = 0, maximum = 10_000, example = 0)]
        pub abstain: i32,
    }
}

impl KindOfAct for Resolution {
    const WIRE: &'static str = "resolution";
    const VI: &'static str = "biểu quyết, nghị quyết";
    const EN: &'static str = "resolution";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];
    const MENDED_BY_OFFICE: bool = true;

    type Step = (Purpose, VotingBody);
    const STEPS: &'static [Self::Step] = &[
        (Purpose::Admission, VotingBody::Branch),
        (Purpose::Admission, VotingBody::Committee),
        (Purpose::Recognition, VotingBody::Branch),
        (Purpose::Recognition, VotingBody::Committee),
        (Purpose::StrikeOff, VotingBody::Branch),
    ];

    fn step(&self) -> Self::Step {
        (self.purpose, self.body)
    }
    fn fields((purpose, body): Self::Step) -> Vec<(&'static str, &'static str)> {
        vec![("purpose", purpose.wire()), ("body", body.wire())]
    }
    fn title(step: Self::Step) -> Words {
        match step {
            (Purpose::Admission, VotingBody::Branch) => say(
                "chi bộ biểu quyết đề nghị kết nạp",
                "the branch's vote on the admission",
            ),
            (Purpose::Admission, VotingBody::Committee) => say(
                "đảng ủy cơ sở biểu quyết đề nghị kết nạp",
                "the committee's vote on the admission",
            ),
            (Purpose::Recognition, VotingBody::Branch) => say(
                "chi bộ biểu quyết đề nghị công nhận chính thức",
                "the branch's vote on the recognition",
            ),
            (Purpose::Recognition, VotingBody::Committee) => say(
                "đảng ủy cơ sở biểu quyết đề nghị công nhận chính thức",
                "the committee's vote on the recognition",
            ),
            (Purpose::StrikeOff, VotingBody::Branch | VotingBody::Committee) => say(
                "chi bộ biểu quyết đề nghị xóa tên",
                "the branch's vote on the strike-off",
            ),
        }
    }
    fn stages(step: Self::Step) -> (&'static [Stage], &'static str) {
        match step {
            (Purpose::Admission, VotingBody::Branch) => {
                (&[Stage::Dossier], "29-QĐ/TW, 3.6; 24-QĐ/TW, 3.6")
            }
            (Purpose::Admission, VotingBody::Committee) => (
                &[Stage::BranchResolved],
                "29-QĐ/TW, 3.7; 01-HD/TW (2021), 3.6",
            ),
            (Purpose::Recognition, VotingBody::Branch) => {
                (&[Stage::Probationary], "29-QĐ/TW, 4.2; 24-QĐ/TW, 4.2")
            }
            (Purpose::Recognition, VotingBody::Committee) => {
                (&[Stage::RecognitionBranchResolved], "29-QĐ/TW, 4.2c")
            }
            (Purpose::StrikeOff, VotingBody::Branch | VotingBody::Committee) => {
                (PROBATION, "Điều lệ, 8")
            }
        }
    }
    fn leads_to(step: Self::Step) -> &'static [Stage] {
        match step {
            (Purpose::Admission, VotingBody::Branch) => &[Stage::BranchResolved],
            (Purpose::Admission, VotingBody::Committee) => &[Stage::CommitteeResolved],
            (Purpose::Recognition, VotingBody::Branch) => &[Stage::RecognitionBranchResolved],
            (Purpose::Recognition, VotingBody::Committee) => &[Stage::RecognitionCommitteeResolved],
            // the stage changes only with the competent committee's decision
            (Purpose::StrikeOff, VotingBody::Branch | VotingBody::Committee) => &[],
        }
    }
    fn moves(_: Self::Step) -> bool {
        true
    }
    fn only((_, body): Self::Step) -> Option<Role> {
        Some(match body {
            VotingBody::Branch => Role::BranchCommittee,
            VotingBody::Committee => Role::PartyOffice,
        })
    }
    fn require(q: &Question<'_>, step: Self::Step, act: Option<&Self>, checks: &mut Checks) {
        match step {
            (Purpose::Admission, VotingBody::Branch) => admission::require(q, checks),
            (Purpose::Recognition, VotingBody::Branch) => recognition::require(q, checks),
            (Purpose::StrikeOff, VotingBody::Branch) | (_, VotingBody::Committee) => {}
        }
        if step.1 == VotingBody::Branch && step.0 != Purpose::Admission {
            reported(q, checks);
        }
        if step.0 == Purpose::StrikeOff {
            proposed_by_the_branch(step.1, checks);
        }
        if step.0 != Purpose::Admission {
            no_strike_off_waits(q, checks);
        }
        if step.1 == VotingBody::Branch {
            enough_members(q, act, checks);
        }
        if let Some(a) = act {
            a.after_the_last(q, checks);
            a.minutes(q, checks);
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, version: &InForce) {
        let carried = Tally::of(self).carried(version.fraction(self.fraction()));
        let vote = Vote {
            id: recorded.id,
            on: self.on,
            purpose: self.purpose,
            body: self.body,
            number: self.number.as_str().to_owned(),
            carried,
            under: version.clone(),
        };
        let place = file.votes.partition_point(|v| v.on <= self.on);
        file.votes.insert(place, vote);
        if let [stage] = *Self::leads_to(self.step())
            && carried
        {
            file.enter(stage, recorded);
        }
    }
}

/// What stands for a figure that was left out, until the register has filled it in.
const UNSAID: i32 = -1;

fn unsaid() -> i32 {
    UNSAID
}

impl Resolution {
    /// Fills in what the register of the day knows and the minutes leave out. The members that a
    /// committee has are in no register: false where they are left out.
    #[must_use]
    pub fn fill(&mut self, facts: &Facts) -> bool {
        let there = facts.register.counts(self.on);
        let (members, suspended) = match self.body {
            VotingBody::Branch => (there.official, there.suspended),
            VotingBody::Committee => (UNSAID, 0),
        };
        for (said, known) in [
            (&mut self.members, members),
            (&mut self.suspended, suspended),
        ] {
            if *said == UNSAID {
                *said = known;
            }
        }
        self.members != UNSAID
    }

    /// Whether it is the branch's vote.
    pub(super) const fn of_branch(&self) -> bool {
        matches!(self.body, VotingBody::Branch)
    }

    /// Nobody votes again on what was carried: the carried vote is the last one on the question.
    fn after_the_last(&self, q: &Question<'_>, checks: &mut Checks) {
        let asked = |v: &&Vote| (v.purpose, v.body) == (self.purpose, self.body);
        let own = paper_key(self.number.as_str());
        let mut same_day = q.file.votes.iter().filter(asked).filter(|v| v.on == q.on);
        if same_day.any(|v| paper_key(&v.number) == own) {
            checks.need(
                false,
                "vote.order",
                Self::stages(self.step()).1,
                say(
                    "Lần biểu quyết này đã được ghi: sửa bằng một ghi nhận thay cho ghi nhận cũ.",
                    "This vote is already on record: to change it, correct that record.",
                ),
            );
        }
        let last = q.file.votes.iter().rfind(asked);
        let Some(Vote {
            on: last, carried, ..
        }) = last.filter(|last| q.on < last.on)
        else {
            return;
        };
        checks
            .need(
                !Tally::of(self).carried(q.version.fraction(self.fraction())),
                "vote.order",
                Self::stages(self.step()).1,
                met_or_unmet(
                    (
                        "Lần biểu quyết không đủ phiếu, trước lần gần nhất.",
                        "A vote that failed, before the last one.",
                    ),
                    if *carried {
                        (
                            format!("Ngày {} đã biểu quyết và đủ phiếu; việc đã đủ phiếu thì không biểu quyết lại, nên trước ngày ấy chưa thể đủ phiếu.", vi(*last)),
                            format!("A vote of {last} was carried, and nobody votes again on what was carried: an earlier one cannot have been."),
                        )
                    } else {
                        (
                            format!("Ngày {} đã biểu quyết lại và không đủ phiếu: không thể đã đủ phiếu từ trước ngày ấy.", vi(*last)),
                            format!("A vote of {last} has failed: an earlier one cannot have been carried."),
                        )
                    },
                ),
            )
            .earliest(*last);
    }

    /// The parameter with the fraction needed to carry the vote.
    pub fn fraction(&self) -> &'static str {
        match self.body {
            VotingBody::Branch => "branch_vote",
            VotingBody::Committee => "committee_vote",
        }
    }
}

/// After three failed votes the branch must report, and cannot vote a fourth time.
fn reported(q: &Question<'_>, checks: &mut Checks) {
    let Some(last) = q.file.reported() else {
        return;
    };
    let times = last.under.whole("failed_votes_before_report");
    checks.need(
        false,
        "vote.reported",
        last.under.source("failed_votes_before_report"),
        say(
            format!(
                "Chi bộ đã biểu quyết {times} lần không đủ phiếu: báo cáo cấp ủy có thẩm quyền xem xét, quyết định; không biểu quyết thêm."
            ),
            format!(
                "{times} votes of the branch have failed: the competent committee decides on the branch's report, and there is no further vote."
            ),
        ),
    );
}

/// A strike-off is proposed by the branch and decided by the competent committee (Điều lệ, 8).
fn proposed_by_the_branch(body: VotingBody, checks: &mut Checks) {
    checks.need(
        body == VotingBody::Branch,
        "strike_off.proposed_by",
        "Điều lệ, 8",
        met_or_unmet(
            (
                "Chi bộ biểu quyết đề nghị xóa tên.",
                "The branch votes on the proposal.",
            ),
            (
                "Chi bộ đề nghị xóa tên, cấp ủy có thẩm quyền quyết định; đảng ủy cơ sở không biểu quyết đề nghị.",
                "The branch proposes a strike-off and the competent committee decides; the base committee has no vote on the proposal.",
            ),
        ),
    );
}

/// While a strike-off that the branch has proposed waits for its decision, the branch neither votes on
/// it again nor is the member recognised (Điều lệ, 8).
pub(super) fn no_strike_off_waits(q: &Question<'_>, checks: &mut Checks) {
    let proposed = q.file.carried(Purpose::StrikeOff, VotingBody::Branch);
    let proposed = proposed.map(|v| v.on).filter(|on| *on <= q.on);
    let unmet = |on| {
        (
            format!(
                "Ngày {} chi bộ đã biểu quyết đề nghị xóa tên: chờ cấp ủy có thẩm quyền quyết định.",
                vi(on)
            ),
            format!(
                "On {on} the branch voted for a strike-off: the competent committee is to decide on it first."
            ),
        )
    };
    checks.need(
        proposed.is_none(),
        "strike_off.undecided",
        "Điều lệ, 8",
        met_or_unmet(
            (
                "Không có đề nghị xóa tên nào đang chờ quyết định.",
                "No proposal of a strike-off waits for its decision.",
            ),
            proposed.map_or_else(Default::default, unmet),
        ),
    );
}

/// At least three official members (Điều lệ, 24).
fn enough_members(q: &Question<'_>, act: Option<&Resolution>, checks: &mut Checks) {
    let there = match act {
        Some(a) if !q.recording => a.members,
        _ => q.facts.official_members(q.on),
    };
    let least = q.version.whole("branch_min_official_members");
    checks.need(
        u32::try_from(there).is_ok_and(|there| there >= least),
        "vote.branch_members",
        q.version.source("branch_min_official_members"),
        met_or_unmet(
            (
                format!("Chi bộ có {there} đảng viên chính thức (cần ít nhất {least})."),
                format!("The branch has {there} official members (at least {least} are required)."),
            ),
            (
                format!("Chi bộ chỉ có {there} đảng viên chính thức; cần ít nhất {least}."),
                format!(
                    "The branch has only {there} official members; at least {least} are required."
                ),
            ),
        ),
    );
}
