//! A vote (biểu quyết, nghị quyết): of the branch on admission, recognition or strike-off, of the
//! committee on admission or recognition.
use super::{KindOfAct, PROBATION};
use crate::candidacy::{File, Recorded, Vote};
use crate::judgement::Question;
use crate::register::Counts;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::votes::{Tally, needed};
use crate::words::{Purpose, Role, Stage, VoteMethod, VotingBody};
use crate::{Words, met_or_unmet, say, vi};

mod admission;
mod introductions;
mod recognition;

pub(super) use recognition::probation_ended;

act! {
    /// A vote, in totals only; whether it is carried is computed
    pub struct Resolution {
        pub purpose: Purpose,
        pub body: VotingBody,
        #[schema(example = "05-NQ/CB")]
        pub number: Text<60>,
        pub method: VoteMethod,
        /// Official members of the branch on that day, or all serving members of the committee
        #[schema(minimum = 0, maximum = 10_000, example = 14)]
        pub members: i32,
        /// Absent members who are exempt from activity or on temporary activity elsewhere
        #[schema(minimum = 0, maximum = 10_000, example = 0)]
        pub exempt_absent: i32,
        /// Members suspended from activity, prosecuted or detained
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
        if q.recording && step.1 == VotingBody::Branch && step.0 != Purpose::Admission {
            reported(q, checks);
        }
        if step.1 == VotingBody::Branch {
            enough_members(q, act, checks);
        }
        if let Some(a) = act {
            a.minutes(q, checks);
        }
    }
    fn apply(&self, _: &Recorded, file: &mut File, version: &InForce) {
        let carried = Tally::of(self).carried(version.fraction(self.fraction()));
        file.votes.push(Vote {
            on: self.on,
            purpose: self.purpose,
            body: self.body,
            carried,
            under: version.clone(),
        });
        let leads_to = match (self.purpose, self.body) {
            (Purpose::Admission, VotingBody::Branch) => Stage::BranchResolved,
            (Purpose::Admission, VotingBody::Committee) => Stage::CommitteeResolved,
            (Purpose::Recognition, VotingBody::Branch) => Stage::RecognitionBranchResolved,
            (Purpose::Recognition, VotingBody::Committee) => Stage::RecognitionCommitteeResolved,
            // the stage changes only with the competent committee's decision
            (Purpose::StrikeOff, VotingBody::Branch | VotingBody::Committee) => return,
        };
        if carried {
            file.enter(leads_to, self.on);
        }
    }
}

impl Resolution {
    /// The parameter with the fraction needed to carry the vote.
    pub fn fraction(&self) -> &'static str {
        match self.body {
            VotingBody::Branch => "branch_vote",
            VotingBody::Committee => "committee_vote",
        }
    }

    /// Requirements on the minutes. That the vote is carried is not one: a failed vote is recorded
    /// too.
    fn minutes(&self, q: &Question<'_>, checks: &mut Checks) {
        let tally = Tally::of(self);
        let source = q.version.source(self.fraction());
        let (present, entitled) = (self.present, tally.entitled());
        let ballots = self.in_favor + self.against + self.abstain;
        let fewest = needed(entitled, q.version.fraction(self.fraction()));
        checks.need(
            !tally.too_many_ballots(),
            "vote.ballots",
            source,
            met_or_unmet(
                (
                    format!("Số phiếu ({ballots}) không nhiều hơn số người có mặt ({present})."),
                    format!("No more ballots ({ballots}) than people present ({present})."),
                ),
                (
                    format!("Số phiếu ({ballots}) nhiều hơn số người có mặt ({present})."),
                    format!("More ballots ({ballots}) than people present ({present})."),
                ),
            ),
        );
        checks.need(
            !tally.too_many_present(),
            "vote.present",
            source,
            met_or_unmet(
                (
                    format!(
                        "Số người có mặt ({present}) không quá số người có quyền biểu quyết ({entitled}); cần ít nhất {fewest} phiếu tán thành."
                    ),
                    format!(
                        "No more people present ({present}) than entitled ({entitled}); {fewest} votes carry."
                    ),
                ),
                (
                    format!(
                        "Số người có mặt ({present}) nhiều hơn số người có quyền biểu quyết ({entitled}); cần ít nhất {fewest} phiếu tán thành."
                    ),
                    format!(
                        "More people present ({present}) than entitled ({entitled}); {fewest} votes carry."
                    ),
                ),
            ),
        );
        checks.need(
            entitled > 0,
            "vote.entitled",
            source,
            met_or_unmet(
                (
                    "Có người được tính để biểu quyết.",
                    "There are members entitled to vote.",
                ),
                (
                    "Không còn ai được tính để biểu quyết.",
                    "Nobody is entitled to vote.",
                ),
            ),
        );
        match self.body {
            VotingBody::Branch if q.recording => self.compared(q, checks),
            VotingBody::Branch => self.still_carried(q, checks),
            VotingBody::Committee => self.all_serving(checks),
        }
    }

    /// A committee's total is all its serving members: nobody is left out of the count.
    fn all_serving(&self, checks: &mut Checks) {
        checks.need(
            self.exempt_absent == 0 && self.suspended == 0,
            "vote.all_serving",
            "24-QĐ/TW, 9.3.3",
            met_or_unmet(
                (
                    "Tính trên tổng số cấp ủy viên đương nhiệm.",
                    "Counted on all serving members of the committee.",
                ),
                (
                    "Biểu quyết của cấp ủy tính trên tổng số cấp ủy viên đương nhiệm, không trừ người được miễn hoặc bị đình chỉ.",
                    "A committee's vote is counted on all its serving members; nobody exempt or suspended is left out.",
                ),
            ),
        );
    }

    /// The register, as it is known now, does not make a failed vote of a carried one.
    fn still_carried(&self, q: &Question<'_>, checks: &mut Checks) {
        let fraction = q.version.fraction(self.fraction());
        if !Tally::of(self).carried(fraction) {
            return;
        }
        let there = q.facts.register.counts(q.on);
        let exempt = self.exempt_absent.min(there.exempt);
        let entitled = there.official - exempt - there.suspended;
        let (have, fewest) = (self.in_favor, needed(entitled, fraction));
        checks.need(
            have >= fewest,
            "vote.register",
            q.version.source(self.fraction()),
            met_or_unmet(
                (
                    "Theo danh sách đảng viên, nghị quyết vẫn đủ phiếu tán thành.",
                    "By the register the vote is still carried.",
                ),
                (
                    format!("Theo danh sách đảng viên ngày {}, {entitled} người được tính, cần ít nhất {fewest} phiếu; nghị quyết có {have}.", vi(q.on)),
                    format!("By the register of {} there were {entitled} entitled, so {fewest} votes were needed; {have} were in favour.", q.on),
                ),
            ),
        );
    }

    /// The minutes agree with the register of that day.
    fn compared(&self, q: &Question<'_>, checks: &mut Checks) {
        let source = "Điều lệ, 4.2; 24-QĐ/TW, 9.3.2";
        let Counts {
            official: there,
            exempt,
            suspended,
            ..
        } = q.facts.register.counts(q.on);
        let (day, on) = (vi(q.on), q.on);
        checks.need(
            self.members == there,
            "vote.register",
            source,
            met_or_unmet(
                (
                    format!(
                        "Biên bản đúng với danh sách ngày {day}: {there} đảng viên chính thức."
                    ),
                    format!(
                        "The minutes agree with the register of {on}: {there} official members."
                    ),
                ),
                (
                    format!(
                        "Biên bản ghi {} đảng viên chính thức; danh sách ngày {day} có {there}.",
                        self.members
                    ),
                    format!(
                        "The minutes say {} official members; the register of {on} has {there}.",
                        self.members
                    ),
                ),
            ),
        );
        let absent = self.exempt_absent;
        checks.need(
            absent <= exempt,
            "vote.exempt",
            source,
            met_or_unmet(
                (
                    format!("Số người được miễn hoặc tạm sinh hoạt nơi khác vắng mặt ({absent}) đúng với danh sách ngày {day}."),
                    format!("Those exempt or temporarily elsewhere and absent ({absent}) agree with the register of {on}."),
                ),
                (
                    format!("Biên bản ghi {absent} người được miễn hoặc tạm sinh hoạt nơi khác vắng mặt; danh sách ngày {day} chỉ có {exempt}."),
                    format!("The minutes say {absent} exempt or temporarily elsewhere and absent; the register of {on} has {exempt}."),
                ),
            ),
        );
        let said = self.suspended;
        checks.need(
            said == suspended,
            "vote.suspended",
            source,
            met_or_unmet(
                (
                    format!("Số người bị đình chỉ sinh hoạt, khởi tố hoặc tạm giam ({said}) đúng với danh sách ngày {day}."),
                    format!("Those suspended, prosecuted or detained ({said}) agree with the register of {on}."),
                ),
                (
                    format!("Biên bản ghi {said} người bị đình chỉ sinh hoạt, khởi tố hoặc tạm giam; danh sách ngày {day} có {suspended}."),
                    format!("The minutes say {said} suspended, prosecuted or detained; the register of {on} has {suspended}."),
                ),
            ),
        );
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
