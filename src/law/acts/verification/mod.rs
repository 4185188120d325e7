//! The background verification (thẩm tra, xác minh lý lịch; 29-QĐ/TW, 3.4; 01-HD/TW 2021, 3.4).
use chrono::NaiveDate;

use super::{KindOfAct, PREPARING};
use crate::candidacy::{Asked, File, Inquiry, Recorded, Subject};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Conclusion, Relation, Role, Stage, VerificationStep};
use crate::{Words, met_or_unmet, say};

mod fields;

const SOURCE: &str = "29-QĐ/TW, 3.4; 01-HD/TW (2021), 3.4";

act! {
    /// A step of the background verification of one subject (thẩm tra, xác minh lý lịch)
    pub struct Verification {
        pub step: VerificationStep,
        /// The subject; absent for `sealed` and `concluded`
        pub relation: Option<Relation>,
        /// Number of the child, where there are several
        #[schema(minimum = 1, maximum = 30)]
        pub number: Option<i32>,
        /// The answering body, under its name at the time
        pub old_place: Option<Text<300>>,
        /// The answering body, under its current name
        pub new_place: Option<Text<300>>,
        /// With `returned`: a political issue was found and needs a conclusion
        pub flagged: Option<bool>,
        /// Required with `concluded`
        pub conclusion: Option<Conclusion>,
        /// With `exempted`: the member relative on whom the exemption rests
        pub reason: Option<Text<500>>,
        /// With `exempted`: the CV is complete and truthful
        pub cv_truthful: Option<bool>,
        /// The finding. Background data: in the single act only, for those who may read it
        pub finding: Option<Text<2000>>,
    }
}

impl KindOfAct for Verification {
    const WIRE: &'static str = "verification";
    const VI: &'static str = "thẩm tra, xác minh lý lịch";
    const EN: &'static str = "verification";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];
    const SENSITIVE: &'static [&'static str] = &[
        "relation",
        "number",
        "flagged",
        "reason",
        "cv_truthful",
        "finding",
        "old_place",
        "new_place",
    ];
    const TEXTS: &'static [&'static str] = &["reason", "finding", "old_place", "new_place"];

    type Step = VerificationStep;
    const STEPS: &'static [VerificationStep] = VerificationStep::ALL;

    fn step(&self) -> VerificationStep {
        self.step
    }
    fn fields(step: VerificationStep) -> Vec<(&'static str, &'static str)> {
        vec![("step", step.wire())]
    }
    fn title(step: VerificationStep) -> Words {
        match step {
            VerificationStep::Declared => say("khai lý lịch", "CV declared"),
            VerificationStep::Sealed => say("đóng dấu giáp lai lý lịch", "CV page-sealed"),
            VerificationStep::Sent => say("gửi công văn thẩm tra lý lịch", "verification sent"),
            VerificationStep::Reminded => say(
                "đôn đốc nơi thẩm tra lý lịch trả lời",
                "verification reminded",
            ),
            VerificationStep::Returned => {
                say("nhận kết quả thẩm tra lý lịch", "verification returned")
            }
            VerificationStep::Exempted => say(
                "miễn thẩm tra lý lịch một người thân",
                "verification exempted",
            ),
            VerificationStep::Concluded => {
                say("chi bộ kết luận thẩm tra lý lịch", "verification concluded")
            }
        }
    }
    fn decides(step: VerificationStep) -> bool {
        step == VerificationStep::Concluded
    }
    fn stages(_: VerificationStep) -> (&'static [Stage], &'static str) {
        (PREPARING, SOURCE)
    }
    fn require(q: &Question<'_>, step: VerificationStep, act: Option<&Self>, checks: &mut Checks) {
        let about_one = !matches!(step, VerificationStep::Sealed | VerificationStep::Concluded);
        let subject = act.and_then(Self::subject);
        if act.is_some() {
            checks.need(
                subject.is_some() == about_one,
                "verification.subject",
                SOURCE,
                met_or_unmet(
                    (
                        "Đã nêu người được thẩm tra.",
                        "The subject of the step is given.",
                    ),
                    if about_one {
                        (
                            "Còn thiếu quan hệ của người được thẩm tra.",
                            "The relation is missing.",
                        )
                    } else {
                        (
                            "Bước này không nêu quan hệ.",
                            "This step takes no relation.",
                        )
                    },
                ),
            );
        }
        if let Some(a) = act {
            a.fields_of_its_step(checks);
        }
        match step {
            VerificationStep::Declared => {}
            VerificationStep::Sealed => {
                let own = q.file.subjects.get(&(Relation::SelfPerson, 1));
                checks.need(
                    own.is_some_and(|i| i.declared_by(q.on)),
                    "verification.declared",
                    SOURCE,
                    met_or_unmet(
                        ("Lý lịch đã khai.", "The CV is declared."),
                        (
                            "Lý lịch chưa khai: khai trước khi đóng dấu giáp lai.",
                            "The CV must be declared before it is sealed.",
                        ),
                    ),
                );
            }
            VerificationStep::Sent => {
                checks.need(
                    q.file.sealed.by(q.on).is_some(),
                    "verification.sealed",
                    SOURCE,
                    met_or_unmet(
                        ("Lý lịch đã đóng dấu giáp lai.", "The CV is page-sealed."),
                        (
                            "Lý lịch chưa đóng dấu giáp lai: đóng dấu trước khi gửi thẩm tra.",
                            "The CV must be page-sealed before verifications are sent.",
                        ),
                    ),
                );
                checks.on_ids(q.file.sealed.act(q.on));
                declared(q, subject, checks);
            }
            VerificationStep::Reminded | VerificationStep::Returned => {
                // nobody is reminded of what has come
                let answered = |i: &Inquiry| {
                    step == VerificationStep::Reminded && i.answered_on(q.on).is_some()
                };
                let open = |i: &Inquiry| i.sent_by(q.on) && !answered(i);
                let met = match subject {
                    Some(s) => q.file.subjects.get(&s).is_some_and(open),
                    None => q.file.subjects.values().any(open),
                };
                let come = subject.and_then(|s| q.file.subjects.get(&s));
                let come = come.is_some_and(answered);
                checks.need(
                    met,
                    "verification.sent",
                    SOURCE,
                    met_or_unmet(
                        (
                            "Đã gửi thẩm tra trước đó.",
                            "The verification was sent before.",
                        ),
                        if come {
                            (
                                "Đã có kết quả thẩm tra: không đôn đốc nữa.",
                                "The answer has come: there is nothing to be reminded of.",
                            )
                        } else {
                            ("Chưa gửi thẩm tra.", "The verification has not been sent.")
                        },
                    ),
                );
            }
            VerificationStep::Exempted => {
                declared(q, subject, checks);
                if let Some(a) = act {
                    checks.need(
                        a.reason.is_some() && a.cv_truthful == Some(true),
                        "verification.exemption",
                        "29-QĐ/TW, 3.4; 01-HD/TW (2021), 3.4c",
                        met_or_unmet(
                            (
                                "Lý lịch khai đầy đủ, trung thực và có người thân là đảng viên.",
                                "The CV is complete and truthful, and a relative is a member.",
                            ),
                            (
                                "Chỉ miễn thẩm tra khi lý lịch khai đầy đủ, trung thực và có người thân là đảng viên: phải nêu rõ cả hai.",
                                "An exemption needs a complete and truthful CV and a relative who is a member: both must be stated.",
                            ),
                        ),
                    );
                }
            }
            VerificationStep::Concluded => {
                concludable(q, checks);
                if let Some(a) = act {
                    checks.need(
                        a.conclusion.is_some(),
                        "verification.conclusion",
                        SOURCE,
                        met_or_unmet(
                            ("Đã nêu kết luận.", "The conclusion is given."),
                            ("Phải nêu kết luận.", "The conclusion must be given."),
                        ),
                    );
                }
            }
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        use VerificationStep as S;
        let Some(subject) = self.subject() else {
            match self.step {
                S::Sealed => {
                    file.sealed.add(self.on, (), recorded.id);
                }
                S::Concluded => {
                    file.branch_decided_on = file.branch_decided_on.max(Some(self.on));
                    if let Some(conclusion) = self.conclusion {
                        file.concluded.add(self.on, conclusion, recorded.id);
                    }
                }
                S::Declared | S::Sent | S::Reminded | S::Returned | S::Exempted => {}
            }
            return;
        };
        let inquiry = file.subjects.entry(subject).or_default();
        match self.step {
            S::Sent => inquiry.asked.add(self.on, Asked::Sent, recorded.id),
            S::Returned | S::Exempted => {
                inquiry.asked.add(self.on, Asked::Answered, recorded.id);
                if self.flagged == Some(true) {
                    inquiry.flagged.add(self.on, (), recorded.id);
                }
            }
            S::Declared => {
                let first = inquiry.declared_on.map_or(self.on, |on| on.min(self.on));
                inquiry.declared_on = Some(first);
            }
            S::Sealed | S::Reminded | S::Concluded => {}
        }
    }
}

impl Verification {
    fn subject(&self) -> Option<Subject> {
        self.relation.map(|r| (r, self.number.unwrap_or(1)))
    }
}

/// This subject, or if `None` any subject, is declared in the CV.
fn declared(q: &Question<'_>, subject: Option<Subject>, checks: &mut Checks) {
    let known = subject.map_or(!q.file.subjects.is_empty(), |s| {
        q.file.subjects.get(&s).is_some_and(|i| i.declared_by(q.on))
    });
    checks.need(
        known,
        "verification.declared",
        SOURCE,
        met_or_unmet(
            (
                "Người được thẩm tra đã khai trong lý lịch.",
                "The subject is declared in the CV.",
            ),
            (
                "Người được thẩm tra chưa khai trong lý lịch.",
                "The subject is not declared in the CV.",
            ),
        ),
    );
}

/// The conclusion comes after all answers have returned.
fn concludable(q: &Question<'_>, checks: &mut Checks) {
    let missing: Vec<Relation> = missing(q.file, q.on).collect();
    let names = |label: fn(Relation) -> &'static str| {
        let all: Vec<_> = missing.iter().map(|r| label(*r)).collect();
        all.join(", ")
    };
    checks.need(
        missing.is_empty(),
        "verification.subjects",
        SOURCE,
        met_or_unmet(
            (
                "Lý lịch đã khai đủ những người phải thẩm tra.",
                "Every subject of the verification is declared.",
            ),
            (
                format!("Lý lịch còn thiếu: {}.", names(Relation::vi)),
                format!("Missing in the CV: {}.", names(Relation::en)),
            ),
        ),
    );
    let open: Vec<Relation> = (q.file.subjects.iter())
        .filter(|(_, i)| i.declared_by(q.on) && i.answered_on(q.on).is_none())
        .map(|((relation, _), _)| *relation)
        .collect();
    let whose = |label: fn(Relation) -> &'static str| {
        let all: Vec<_> = open.iter().map(|r| label(*r)).collect();
        all.join(", ")
    };
    checks.need(
        open.is_empty(),
        "verification.returned",
        SOURCE,
        met_or_unmet(
            (
                "Đã có kết quả thẩm tra, hoặc được miễn, đối với mọi người.",
                "Every subject has been answered or exempted.",
            ),
            (
                format!("Chưa có kết quả thẩm tra đối với: {}.", whose(Relation::vi)),
                format!("Not answered yet: {}.", whose(Relation::en)),
            ),
        ),
    );
    let all = q.file.subjects.values();
    let declared = all.filter(|i| i.declared_by(q.on));
    checks.on_ids(declared.filter_map(|i| i.asked.act(q.on)));
}

/// Required subjects that are missing on that day: the person, the parents (or guardians), and for a married
/// person the spouse's parents (01-HD/TW 2021, 3.4).
pub(crate) fn missing(file: &File, day: NaiveDate) -> impl Iterator<Item = Relation> {
    let has = move |r: Relation| {
        let mut declared = file.subjects.iter().filter(|(_, i)| i.declared_by(day));
        declared.any(|((relation, _), _)| *relation == r)
    };
    let mut needed = vec![Relation::SelfPerson];
    if !has(Relation::Guardian) {
        needed.extend([Relation::Father, Relation::Mother]);
    }
    if has(Relation::Spouse) {
        needed.extend([Relation::SpouseFather, Relation::SpouseMother]);
    }
    needed.into_iter().filter(move |r| !has(*r))
}

/// The date of the last conclusion up to `day`, if it is clear and was reached after the last
/// answer: it does not cover a subject declared, or asked about again, later.
pub fn verified_on(file: &File, day: NaiveDate) -> Option<NaiveDate> {
    let (on, conclusion) = file.concluded.by(day)?;
    let mut known = file.subjects.values().filter(|i| i.declared_by(day));
    let covered = known.all(|i| i.answered_on(day).is_some_and(|d| d <= on));
    let clear = conclusion == Conclusion::Clear && covered;
    (clear && missing(file, day).next().is_none()).then_some(on)
}
