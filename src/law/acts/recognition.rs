//! The decision that recognises an official member (công nhận chính thức, 16-KNĐ): effective from
//! the end of the twelve months, however late it is (Điều lệ, 5; 29-QĐ/TW, 4).
use super::KindOfAct;
use super::deciding::deciding_body;
use super::decision::in_time;
use super::resolution::probation_ended;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::met_or_unmet;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::time_limits::probation_end;
use crate::words::{DecidingBody, Purpose, Role, Stage};

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

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (&[Stage::RecognitionCommitteeResolved], "29-QĐ/TW, 4.3.2")
    }
    /// Also possible on the report of a branch whose votes have failed (29-QĐ/TW, 4.2).
    fn also_in((): (), file: &File) -> bool {
        file.reported().is_some() && file.stage.member() && !file.stage.ended()
    }
    fn moves((): ()) -> bool {
        true
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            deciding_body(q, a.body, a.members, a.in_favor, checks);
        }
        if q.file.stage != Stage::RecognitionCommitteeResolved {
            // no resolution was passed, so there are neither papers of it nor a vote that checked
            // the date
            probation_ended(q, checks);
            return;
        }
        for (code, vi, en) in [
            ("13-KNĐ", "nghị quyết của chi bộ", "the branch's resolution"),
            (
                "15-KNĐ",
                "nghị quyết của đảng ủy cơ sở",
                "the committee's resolution",
            ),
        ] {
            checks.need(
                q.file.has_paper(code, q.on),
                "recognition.document",
                "29-QĐ/TW, 4.3.2; danh mục hồ sơ",
                met_or_unmet(
                    (
                        format!("Hồ sơ có {vi} đề nghị công nhận đảng viên chính thức ({code})."),
                        format!("{en} on the recognition ({code}) is in the file."),
                    ),
                    (
                        format!("Hồ sơ còn thiếu {vi} đề nghị công nhận đảng viên chính thức ({code}), bản đã ký."),
                        format!("{en} on the recognition ({code}), signed, is missing from the file."),
                    ),
                ),
            );
        }
        let reason = act.map(|a| a.reason.is_some());
        in_time(q, Purpose::Recognition, reason, checks);
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        file.official_on = probation_end(file).map(|p| p.0);
        file.recognised_on = Some(self.on);
        file.enter(Stage::Official, self.on);
    }
}
