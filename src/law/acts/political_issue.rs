//! A political issue (vấn đề chính trị) of a flagged subject. Four eyes: the Party Office proposes,
//! the Standing Committee concludes (57-, 126-, 58-QĐ/TW).
use chrono::NaiveDate;

use super::{KindOfAct, PREPARING};
use crate::candidacy::{File, Inquiry, Recorded, Subject};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{IssueStep, Relation, Role, Stage};
use crate::{Words, met_or_unmet, say, vi};

act! {
    /// A political issue of a flagged subject: the Party Office proposes, the Standing Committee
    /// concludes
    pub struct PoliticalIssue {
        pub step: IssueStep,
        pub relation: Relation,
        #[schema(minimum = 1, maximum = 30)]
        pub number: Option<i32>,
        /// The concluding body
        #[schema(example = "Ban Thường vụ Đảng ủy")]
        pub body: Option<Text<200>>,
        /// Required with `concluded`
        pub admissible: Option<bool>,
        pub paper_number: Option<Text<60>>,
        /// Background data: in the single act only, for those who may read it
        pub statement: Option<Text<2000>>,
    }
}

impl KindOfAct for PoliticalIssue {
    const WIRE: &'static str = "political_issue";
    const VI: &'static str = "vấn đề chính trị";
    const EN: &'static str = "political issue";
    const RECORDED_BY: &'static [Role] = &[Role::StandingCommittee, Role::PartyOffice];
    const SENSITIVE: &'static [&'static str] = &["relation", "number", "paper_number", "statement"];
    const TEXTS: &'static [&'static str] = &["paper_number", "statement"];

    type Step = IssueStep;
    const STEPS: &'static [IssueStep] = IssueStep::ALL;

    fn step(&self) -> IssueStep {
        self.step
    }
    fn fields(step: IssueStep) -> Vec<(&'static str, &'static str)> {
        vec![("step", step.wire())]
    }
    fn title(step: IssueStep) -> Words {
        match step {
            IssueStep::Proposed => say(
                "đề nghị cấp ủy kết luận vấn đề chính trị",
                "conclusion on a political issue proposed",
            ),
            IssueStep::Concluded => say(
                "cấp ủy kết luận vấn đề chính trị",
                "political issue concluded",
            ),
        }
    }
    fn stages(_: IssueStep) -> (&'static [Stage], &'static str) {
        (PREPARING, "57-QĐ/TW; 126-QĐ/TW; 58-QĐ/TW")
    }
    fn only(step: IssueStep) -> Option<Role> {
        Some(match step {
            IssueStep::Proposed => Role::PartyOffice,
            IssueStep::Concluded => Role::StandingCommittee,
        })
    }
    fn require(q: &Question<'_>, step: IssueStep, act: Option<&Self>, checks: &mut Checks) {
        let source = standard(q.on);
        let subject = act.map(|a| (a.relation, a.number.unwrap_or(1)));
        let found = |i: &Inquiry| i.flagged.by(q.on).is_some();
        let flagged = match subject {
            Some(s) => q.file.subjects.get(&s).is_some_and(found),
            None => q.file.subjects.values().any(found),
        };
        let of_subject = |s: &Subject| subject.is_none_or(|asked| asked == *s);
        let issues = q.file.issues.iter().filter(|(s, _)| of_subject(s));
        let by_office: Vec<_> = issues.flat_map(|(_, i)| &i.proposed).collect();
        let by_another = by_office.iter().filter(|(by, _)| *by != q.account);
        let first = by_another.map(|(_, on)| *on).min();
        let proposed = first.is_some_and(|on| on <= q.on);
        // who is asked to conclude learns of a finding when it is proposed, and not by trying
        if step == IssueStep::Proposed || proposed {
            checks.need(
                flagged,
                "political.flagged",
                source,
                met_or_unmet(
                    (
                        "Kết quả thẩm tra có nêu vấn đề cần kết luận.",
                        "The verification has flagged an issue.",
                    ),
                    (
                        "Đến ngày này, kết quả thẩm tra chưa nêu vấn đề cần kết luận.",
                        "By that date the verification has not flagged an issue here.",
                    ),
                ),
            );
        }
        if step == IssueStep::Concluded {
            checks.need(
                proposed,
                "political.four_eyes",
                "kế hoạch, II.3; nguyên tắc hai người",
                met_or_unmet(
                    (
                        "Văn phòng Đảng ủy đã đề nghị; người khác kết luận.",
                        "The Party Office has proposed it, and another account concludes.",
                    ),
                    match first {
                        None if by_office.is_empty() => (
                            "Văn phòng Đảng ủy chưa đề nghị.".to_owned(),
                            "The Party Office has not proposed it.".to_owned(),
                        ),
                        None => (
                            "Người đã đề nghị không được kết luận.".to_owned(),
                            "The account that proposed it must not conclude.".to_owned(),
                        ),
                        Some(on) => (
                            format!("Văn phòng Đảng ủy đề nghị ngày {}; kết luận không thể trước ngày ấy.", vi(on)),
                            format!("The Party Office proposed it on {on}; the conclusion cannot be earlier."),
                        ),
                    },
                ),
            );
            if let Some(a) = act {
                checks.need(
                    a.admissible.is_some() && a.body.is_some(),
                    "political.conclusion",
                    source,
                    met_or_unmet(
                        (
                            "Đã nêu cấp kết luận và có được xem xét kết nạp hay không.",
                            "The concluding body and whether the issue is admissible are given.",
                        ),
                        (
                            "Phải nêu cấp kết luận và có được xem xét kết nạp hay không.",
                            "The concluding body and whether the issue is admissible must be given.",
                        ),
                    ),
                );
            }
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        let subject = (self.relation, self.number.unwrap_or(1));
        let issue = file.issues.entry(subject).or_default();
        match self.step {
            IssueStep::Proposed => issue.proposed.push((recorded.account, self.on)),
            IssueStep::Concluded => {
                issue
                    .concluded
                    .add(self.on, self.admissible == Some(true), recorded.id);
            }
        }
    }
}

/// The regulation on political standards in force on a day; it changes independently of the
/// versions.
pub(super) fn standard(on: NaiveDate) -> &'static str {
    const CHAIN: [(i32, u32, u32, &str); 2] = [
        (
            2022,
            2,
            8,
            "58-QĐ/TW (01-HD/BTCTW 2022); kế hoạch dẫn 57-QĐ/TW",
        ),
        (2018, 2, 28, "126-QĐ/TW; kế hoạch dẫn 57-QĐ/TW"),
    ];
    CHAIN
        .iter()
        .find(|(y, m, d, _)| NaiveDate::from_ymd_opt(*y, *m, *d).is_some_and(|from| on >= from))
        .map_or("57-QĐ/TW", |c| c.3)
}
