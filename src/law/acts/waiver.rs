//! A waiver or a written agreement (miễn, đồng ý bằng văn bản); never implied.
use chrono::{Datelike as _, NaiveDate};
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::findings::Finding;
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Purpose, Role, Stage, VotingBody, WaiverKind};
use crate::{met_or_unmet, vi};

act! {
    /// A waiver or a written agreement; never implied
    pub struct Waiver {
        pub what: WaiverKind,
        pub reason: Text<500>,
        /// The approving body
        #[schema(example = "Ban Thường vụ Đảng ủy")]
        pub approver: Text<200>,
        #[schema(example = "31-CV/ĐU")]
        pub paper_number: Text<60>,
        /// The act that has lost its ground; only with `what` = `ground_lost`
        pub act_id: Option<Uuid>,
        /// The requirements that the decision is about: those that the act lacks when it is recorded; set by the service.
        /// Empty for other agreements
        #[schema(max_items = 50)]
        pub rules: Option<Vec<Text<100>>>,
    }
}

impl KindOfAct for Waiver {
    const WIRE: &'static str = "waiver";
    const VI: &'static str = "miễn, đồng ý bằng văn bản";
    const EN: &'static str = "waiver";
    const RECORDED_BY: &'static [Role] = &[Role::StandingCommittee, Role::PartyOffice];

    const SET: &'static [&'static str] = &["rules"];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "Điều lệ, 4 và 5")
    }
    /// The deciding body's paper about a late recognition is noted after the recognition, and so is what
    /// settles that an act has lost its ground.
    fn also_in((): (), file: &File) -> bool {
        file.recognised_on.is_some() && file.stage == Stage::Official
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act.filter(|_| q.file.stage == Stage::Official) {
            checks.need(
                a.what == WaiverKind::LateDecision || !q.recording || !q.lost.is_empty(),
                "waiver.after_the_end",
                "29-QĐ/TW, 4.3.2",
                met_or_unmet(
                    (
                        "Văn bản về việc quyết định quá thời hạn, hoặc về việc không còn đủ căn cứ.",
                        "It is the paper about a decision after its period, or an act that has lost its ground.",
                    ),
                    (
                        "Hồ sơ đã kết thúc: chỉ bổ sung được văn bản về việc quyết định quá thời hạn, hoặc về việc không còn đủ căn cứ.",
                        "The candidacy has ended: only the paper about a decision after its period, or an act that has lost its ground, can be added.",
                    ),
                ),
            );
        }
        let Some(a) = act else { return };
        a.about_something(q, checks);
        let about_an_act = a.what == WaiverKind::GroundLost;
        let lost = |id: Uuid| !q.recording || q.lost.iter().any(|f| f.act == id);
        if about_an_act || a.act_id.is_some() {
            checks.need(
                about_an_act && a.act_id.is_some_and(lost),
                "waiver.act",
                "Điều lệ, 4",
                met_or_unmet(
                    (
                        "Quyết định nêu đúng việc không còn đủ căn cứ.",
                        "The decision names the act that has lost its ground.",
                    ),
                    (
                        "Quyết định về một việc không còn đủ căn cứ phải nêu đúng việc đó; văn bản khác không nêu việc nào.",
                        "A decision about an act that has lost its ground names that act; no other agreement names one.",
                    ),
                ),
            );
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.waivers.push((recorded.id, self.clone()));
    }
    fn refer(&mut self, standing: &dyn Fn(Uuid) -> Uuid) {
        self.act_id = self.act_id.map(standing);
    }
}

impl Waiver {
    /// Says what the decision is about, as the file stands when it is recorded.
    pub fn fill(&mut self, lost: &[Finding]) {
        let about = self.what == WaiverKind::GroundLost;
        let own = lost.iter().filter(|f| about && Some(f.act) == self.act_id);
        let rules = own.map(|f| Text::stored(f.check.rule.to_owned()));
        self.rules = Some(rules.collect());
    }

    /// Whether the competent body has decided on this finding. One recorded before decisions said what
    /// they are about has decided on all.
    pub fn settles(&self, finding: &Finding) -> bool {
        let named = |rules: &Vec<Text<100>>| rules.iter().any(|r| r.as_str() == finding.check.rule);
        self.act_id == Some(finding.act) && self.rules.as_ref().is_none_or(named)
    }

    /// An agreement is given about something that there is: the day since when, or `None`.
    fn subject(&self, q: &Question<'_>) -> Option<NaiveDate> {
        let file = q.file;
        let voted = |purpose| {
            let vote = file.carried(purpose, VotingBody::Branch);
            vote.map(|v| v.on)
        };
        match self.what {
            WaiverKind::NewMemberClass => file.ceremony_on,
            WaiverKind::LateCeremony => file.decision.as_ref().map(|d| d.on),
            WaiverKind::LateDecision => {
                voted(Purpose::Admission).or_else(|| voted(Purpose::Recognition))
            }
            // a person who turns out to be younger did not need it, and nothing rests on it
            WaiverKind::AgeOverSixty if !q.recording => Some(file.nominated_on),
            WaiverKind::AgeOverSixty => {
                // by the year, which everybody sees: an agreement may come before the birthday
                let years = i32::try_from(q.version.whole("age_max_months") / 12).unwrap_or(0);
                NaiveDate::from_ymd_opt(q.facts.birth_date.year() + years, 1, 1)
            }
            WaiverKind::GroundLost => {
                let lost = q.lost.iter().find(|f| Some(f.act) == self.act_id);
                Some(lost.map_or(file.nominated_on, |f| f.on))
            }
            WaiverKind::Education | WaiverKind::Readmission => Some(file.nominated_on),
        }
    }

    fn about_something(&self, q: &Question<'_>, checks: &mut Checks) {
        let since = self.subject(q);
        let (what, en) = match self.what {
            WaiverKind::NewMemberClass => ("lễ kết nạp", "the ceremony"),
            WaiverKind::LateCeremony => ("quyết định kết nạp", "the admission decision"),
            WaiverKind::LateDecision => ("nghị quyết của chi bộ", "the branch's resolution"),
            WaiverKind::AgeOverSixty => (
                "năm người này đến tuổi phải có văn bản đồng ý",
                "the year in which the person reaches the age",
            ),
            WaiverKind::GroundLost => ("việc mà nó nói về", "the act that it is about"),
            WaiverKind::Education | WaiverKind::Readmission => {
                ("việc giới thiệu", "the nomination")
            }
        };
        checks.need(
            since.is_some_and(|since| q.on >= since),
            "waiver.cause",
            "Điều lệ, 4 và 5",
            met_or_unmet(
                (
                    format!("Văn bản có sau {what}."),
                    format!("The agreement follows {en}."),
                ),
                match since {
                    Some(since) => (
                        format!("Văn bản không thể có trước {what} (ngày {}).", vi(since)),
                        format!("The agreement cannot precede {en} ({since})."),
                    ),
                    None => (
                        format!("Chưa có {what} để xin miễn hoặc xin đồng ý."),
                        format!("The agreement is about something that is not on record: {en}."),
                    ),
                },
            ),
        );
        if let Some(since) = since {
            checks.earliest(since);
        }
    }
}
