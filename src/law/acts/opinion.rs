//! An opinion on the person (ý kiến nhận xét: 5-KNĐ, 12-KNĐ; 29-QĐ/TW, 3.5).
use super::document::not_with_the_deciding_body;
use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::met_or_unmet;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{OpinionOf, Purpose, Role, Stage};

act! {
    /// An opinion on the person (5-KNĐ, 12-KNĐ)
    pub struct Opinion {
        pub of: OpinionOf,
        /// `admission` or `recognition`
        pub purpose: Purpose,
        pub favourable: bool,
        /// Background data: in the single act only, for those who may read it
        pub remarks: Option<Text<2000>>,
    }
}

impl KindOfAct for Opinion {
    const WIRE: &'static str = "opinion";
    const VI: &'static str = "ý kiến nhận xét";
    const EN: &'static str = "opinion";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];
    const SENSITIVE: &'static [&'static str] = &["remarks", "favourable"];
    const TEXTS: &'static [&'static str] = &["remarks"];
    const REMARKS: bool = true;

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "29-QĐ/TW, 3.5; 01-HD/TW (2021), 3.5")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        not_with_the_deciding_body(q, checks);
        if let Some(a) = act {
            if a.purpose == Purpose::Recognition {
                let since = q.file.ceremony_on;
                checks.need(
                    since.is_some_and(|since| q.on >= since),
                    "opinion.probation",
                    "29-QĐ/TW, 4.2",
                    met_or_unmet(
                        (
                            "Ý kiến về thời gian dự bị.",
                            "The opinion is about the probation.",
                        ),
                        (
                            "Chưa có thời gian dự bị để nhận xét: ý kiến về việc công nhận chính thức có từ ngày lễ kết nạp.",
                            "There is no probation to judge yet: opinions on the recognition follow the ceremony.",
                        ),
                    ),
                );
                checks.on_ids(q.file.entered_by(Stage::Probationary));
                if let Some(since) = since {
                    checks.earliest(since);
                }
            }
            checks.need(
                a.purpose != Purpose::StrikeOff,
                "opinion.purpose",
                "29-QĐ/TW, 3.5",
                met_or_unmet(
                    (
                        "Ý kiến về việc kết nạp hoặc công nhận chính thức.",
                        "The opinion is about admission or recognition.",
                    ),
                    (
                        "Chỉ lấy ý kiến nhận xét về việc kết nạp hoặc công nhận chính thức.",
                        "Opinions are given on admission or recognition only.",
                    ),
                ),
            );
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.opinions.push((recorded.id, self.clone()));
    }
}
