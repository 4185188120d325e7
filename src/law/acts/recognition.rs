//! The decision that recognises an official member (công nhận chính thức, 16-KNĐ): effective from
//! the end of the twelve months, however late it is (Điều lệ, 5; 29-QĐ/TW, 4).
use super::KindOfAct;
use super::deciding::deciding_body;
use super::decision::in_time;
use super::resolution::{no_strike_off_waits, probation_ended};
use super::submission::in_the_file;
use crate::calendar::day_before;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::time_limits::probation_end;
use crate::words::{DecidingBody, Purpose, Role, Stage};
use crate::{met_or_unmet, say, vi};

act! {
    /// The decision that recognises an official member (16-KNĐ)
    pub struct Recognition {
        #[schema(example = "41-QĐCN/HU")]
        pub number: Text<60>,
        pub body: DecidingBody,
        /// Number of serving members of the deciding body
        #[schema(minimum = 1, maximum = 1_000, example = 11)]
        pub members: i32,
        #[schema(minimum = 0, maximum = 1_000, example = 9)]
        pub in_favor: i32,
        /// Required after the ordinary period
        pub reason: Option<Text<500>>,
    }
}

impl KindOfAct for Recognition {
    const WIRE: &'static str = "recognition";
    const VI: &'static str = "công nhận chính thức";
    const EN: &'static str = "recognition";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::UpperCommittee];
    const ALSO_IN: &'static [Stage] = &[Stage::Probationary, Stage::RecognitionBranchResolved];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (&[Stage::RecognitionCommitteeResolved], "29-QĐ/TW, 4.3.2")
    }
    /// Also possible on the report of a branch whose votes have failed (29-QĐ/TW, 4.2).
    fn also_in((): (), file: &File) -> bool {
        file.reported().is_some() && Self::ALSO_IN.contains(&file.stage)
    }
    fn leads_to((): ()) -> &'static [Stage] {
        &[Stage::Official]
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            deciding_body(q, a.body, a.members, a.in_favor, checks);
            still_a_member(q, checks);
        }
        no_strike_off_waits(q, checks);
        if q.file.stage != Stage::RecognitionCommitteeResolved {
            // no resolution was passed, so there are neither papers of it nor a vote that checked
            // the date
            probation_ended(q, checks);
            on_the_report(q, checks);
            return;
        }
        for code in ["13-KNĐ", "15-KNĐ"] {
            let source = "29-QĐ/TW, 4.3.2; danh mục hồ sơ";
            in_the_file(q, code, ("recognition.document", source), checks);
        }
        let reason = act.map(|a| a.reason.is_some());
        in_time(q, Purpose::Recognition, reason, checks);
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.official_on = probation_end(file).map(|p| p.0);
        file.recognised_on = Some(self.on);
        file.enter(Stage::Official, recorded);
    }
}

/// Nobody is recognised after the end of the membership, or of the time in the branch of the file: an
/// official member goes to another one without it.
fn still_a_member(q: &Question<'_>, checks: &mut Checks) {
    let own = &q.facts.own_stays;
    let stay = own.iter().rev().find(|stay| stay.from_on <= q.on);
    let Some(last) = stay.filter(|_| q.recording) else {
        return;
    };
    let left = last.to_on.filter(|to| *to < q.on);
    if left.is_none() && last.branch_id == q.facts.branch_on(q.on) {
        return;
    }
    let day = left.unwrap_or(day_before(last.from_on));
    checks.need(
        false,
        "act.order",
        "Điều lệ, 5",
        say(
            format!("Người này là đảng viên của chi bộ đến hết ngày {}: không thể được công nhận sau ngày ấy.", vi(day)),
            format!("The person was a member of the branch until {day}, and is not recognised after that day."),
        ),
    );
}

/// The competent committee decides on the report of the votes that have failed, so not before the last
/// of them (29-QĐ/TW, 4.2).
fn on_the_report(q: &Question<'_>, checks: &mut Checks) {
    let Some(last) = q.file.reported() else {
        return;
    };
    let on = last.on;
    checks
        .need(
            on <= q.on,
            "recognition.report",
            last.under.source("failed_votes_before_report"),
            met_or_unmet(
                (
                    format!("Chi bộ báo cáo sau các lần biểu quyết không đủ phiếu (lần cuối ngày {}).", vi(on)),
                    format!("The branch reports after votes that have failed, the last one on {on}."),
                ),
                (
                    format!("Chi bộ biểu quyết không đủ phiếu lần cuối ngày {}; quyết định theo báo cáo về các lần ấy không thể trước ngày này.", vi(on)),
                    format!("The last of the votes that have failed was on {on}; the decision on their report cannot be earlier."),
                ),
            ),
        )
        .on_ids([last.id])
        .earliest(on);
}
