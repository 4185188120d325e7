//! Requirements on the minutes of a vote, and their agreement with the register of the day.
use super::Resolution;
use crate::judgement::Question;
use crate::register::Counts;
use crate::requirement::Checks;
use crate::votes::{Tally, needed};
use crate::words::VotingBody;
use crate::{met_or_unmet, vi};

impl Resolution {
    /// Requirements on the minutes. That the vote is carried is not one: a failed vote is recorded
    /// too.
    pub(super) fn minutes(&self, q: &Question<'_>, checks: &mut Checks) {
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
        // where nobody is entitled, that is said below
        let nobody = present == 0 && entitled > 0;
        checks.need(
            !tally.too_many_present() && !nobody,
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
                if nobody {
                    (
                        "Không có ai có mặt thì không có biểu quyết.".to_owned(),
                        "Where nobody is present there is no vote.".to_owned(),
                    )
                } else {
                    (
                        format!(
                            "Số người có mặt ({present}) nhiều hơn số người có quyền biểu quyết ({entitled}); cần ít nhất {fewest} phiếu tán thành."
                        ),
                        format!(
                            "More people present ({present}) than entitled ({entitled}); {fewest} votes carry."
                        ),
                    )
                },
            ),
        );
        checks.at(nobody.then_some("present"));
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
            VotingBody::Committee => self.all_serving(q, checks),
        }
    }

    /// A committee's total is all its serving members: nobody is left out of the count.
    fn all_serving(&self, q: &Question<'_>, checks: &mut Checks) {
        checks.need(
            self.exempt_absent == 0 && self.suspended == 0,
            "vote.all_serving",
            q.version.source(self.fraction()),
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
        // whoever was present and not entitled may have been in favour
        let unentitled = (self.present - entitled).max(0);
        checks.need(
            have - unentitled >= fewest,
            "vote.register",
            q.version.source(self.fraction()),
            met_or_unmet(
                (
                    "Theo danh sách đảng viên, nghị quyết vẫn đủ phiếu tán thành.",
                    "By the register the vote is still carried.",
                ),
                (
                    format!("Theo danh sách đảng viên ngày {}, {entitled} người được tính, cần ít nhất {fewest} phiếu; nghị quyết có {have} phiếu của {} người có mặt.", vi(q.on), self.present),
                    format!("By the register of {} there were {entitled} entitled, so {fewest} votes were needed; {have} of {} present were in favour.", q.on, self.present),
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
