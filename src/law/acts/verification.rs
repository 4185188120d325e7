//! The background verification (thẩm tra, xác minh lý lịch; 29-QĐ/TW, 3.4; 01-HD/TW 2021, 3.4).
use chrono::NaiveDate;

use super::{KindOfAct, PREPARING};
use crate::candidacy::{File, Recorded, Subject};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::say;
use crate::text::Text;
use crate::words::{Conclusion, Relation, Role, Stage, VerificationStep};

const SOURCE: &str = "29-QĐ/TW, 3.4; 01-HD/TW (2021), 3.4";

act! {
    /// A step of the background verification of one subject (thẩm tra, xác minh lý lịch)
    pub struct Verification {
        pub step: VerificationStep,
        /// Who it is about; absent for `sealed` and `concluded`
        pub relation: Option<Relation>,
        /// Which one, where there are several children
        #[schema(minimum = 1, maximum = 30)]
        pub number: Option<i32>,
        /// The office that answers, by its name of then
        pub old_place: Option<Text<300>>,
        /// The same by its name of today
        pub new_place: Option<Text<300>>,
        /// With `returned`: a political issue was found, which needs a conclusion
        pub flagged: Option<bool>,
        /// With `concluded`
        pub conclusion: Option<Conclusion>,
        /// With `exempted`: the member relative on whom the exemption rests
        pub reason: Option<Text<500>>,
        /// With `exempted`: the CV is fully and truthfully declared
        pub cv_truthful: Option<bool>,
        /// P3: what was found
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

    type Step = VerificationStep;
    const STEPS: &'static [VerificationStep] = VerificationStep::ALL;

    fn step(&self) -> VerificationStep {
        self.step
    }
    fn fields(step: VerificationStep) -> Vec<(&'static str, &'static str)> {
        vec![("step", step.wire())]
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
                say(
                    "Nêu quan hệ (relation), trừ khi đóng dấu lý lịch và kết luận.",
                    "The relation is given, except for sealing and concluding.",
                ),
            );
        }
        match step {
            VerificationStep::Declared => {}
            VerificationStep::Sealed => {
                checks.need(
                    q.file.subjects.contains_key(&(Relation::SelfPerson, 1)),
                    "verification.declared",
                    SOURCE,
                    say(
                        "Lý lịch đã khai trước khi đóng dấu.",
                        "The CV is declared before it is sealed.",
                    ),
                );
            }
            VerificationStep::Sent => {
                checks.need(
                    q.file.sealed_on.is_some_and(|on| on <= q.on),
                    "verification.sealed",
                    SOURCE,
                    say(
                        "Lý lịch đã đóng dấu giáp lai trước khi gửi.",
                        "The CV is page-sealed before it is sent.",
                    ),
                );
                declared(q, subject, checks);
            }
            VerificationStep::Reminded | VerificationStep::Returned => {
                let sent = |on: Option<NaiveDate>| on.is_some_and(|on| on <= q.on);
                let met = match subject {
                    Some(s) => q.file.subjects.get(&s).is_some_and(|i| sent(i.sent_on)),
                    None => q.file.subjects.values().any(|i| sent(i.sent_on)),
                };
                checks.need(
                    met,
                    "verification.sent",
                    SOURCE,
                    say("Đã gửi thẩm tra trước đó.", "It was sent before."),
                );
            }
            VerificationStep::Exempted => {
                declared(q, subject, checks);
                if let Some(a) = act {
                    checks.need(
                        a.reason.is_some() && a.cv_truthful == Some(true),
                        "verification.exemption",
                        "29-QĐ/TW, 3.4; 01-HD/TW (2021), 3.4c",
                        say(
                            "Lý lịch khai đầy đủ, trung thực và có người thân là đảng viên (reason, cv_truthful).",
                            "The CV is full and truthful and a relative is a member (reason, cv_truthful).",
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
                        say("Nêu kết luận.", "The conclusion is given."),
                    );
                }
            }
        }
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        let Some(subject) = self.subject() else {
            match self.step {
                VerificationStep::Sealed => file.sealed_on = Some(self.on),
                VerificationStep::Concluded => {
                    file.concluded = self.conclusion.map(|c| (self.on, c));
                }
                VerificationStep::Declared
                | VerificationStep::Sent
                | VerificationStep::Reminded
                | VerificationStep::Returned
                | VerificationStep::Exempted => {}
            }
            return;
        };
        let inquiry = file.subjects.entry(subject).or_default();
        match self.step {
            VerificationStep::Sent => inquiry.sent_on = Some(self.on),
            VerificationStep::Returned => {
                inquiry.returned_on = Some(self.on);
                if self.flagged == Some(true) {
                    inquiry.flagged = true;
                    inquiry.flagged_on = inquiry.flagged_on.max(Some(self.on));
                }
            }
            VerificationStep::Exempted => inquiry.exempted_on = Some(self.on),
            VerificationStep::Declared
            | VerificationStep::Sealed
            | VerificationStep::Reminded
            | VerificationStep::Concluded => {}
        }
    }
}

impl Verification {
    fn subject(&self) -> Option<Subject> {
        self.relation.map(|r| (r, self.number.unwrap_or(1)))
    }
}

/// This subject, or without one any, is in the CV.
fn declared(q: &Question<'_>, subject: Option<Subject>, checks: &mut Checks) {
    let known = subject.map_or(!q.file.subjects.is_empty(), |s| {
        q.file.subjects.contains_key(&s)
    });
    checks.need(
        known,
        "verification.declared",
        SOURCE,
        say(
            "Người này đã khai trong lý lịch.",
            "This subject is declared in the CV.",
        ),
    );
}

/// The conclusion comes after every return.
fn concludable(q: &Question<'_>, checks: &mut Checks) {
    let missing = missing(q.file).count();
    checks.need(
        missing == 0,
        "verification.subjects",
        SOURCE,
        say(
            format!("Đủ đối tượng phải thẩm tra (thiếu {missing})."),
            format!("Every subject is there ({missing} missing)."),
        ),
    );
    let pending = |day: Option<NaiveDate>| day.is_none_or(|d| d > q.on);
    let open = q
        .file
        .subjects
        .values()
        .filter(|i| pending(i.returned_on) && pending(i.exempted_on))
        .count();
    checks.need(
        open == 0,
        "verification.returned",
        SOURCE,
        say(
            format!("Mọi nơi thẩm tra đã trả lời hoặc được miễn (còn {open})."),
            format!("Every subject has been answered or exempted ({open} open)."),
        ),
    );
}

/// Who must be a subject and is not: the person, parents (or who raised them), and with a spouse the spouse's parents (01-HD/TW 2021, 3.4).
fn missing(file: &File) -> impl Iterator<Item = Relation> {
    let has = |r: Relation| file.subjects.keys().any(|(relation, _)| *relation == r);
    let mut needed = vec![Relation::SelfPerson];
    if !has(Relation::Guardian) {
        needed.extend([Relation::Father, Relation::Mother]);
    }
    if has(Relation::Spouse) {
        needed.extend([Relation::SpouseFather, Relation::SpouseMother]);
    }
    needed.into_iter().filter(move |r| !has(*r))
}

/// The day of a clear conclusion, up to `day`, after the last answer: a subject declared later is not covered.
pub fn verified_on(file: &File, day: NaiveDate) -> Option<NaiveDate> {
    let answered = |by: NaiveDate| {
        file.subjects
            .values()
            .all(|i| i.returned_on.or(i.exempted_on).is_some_and(|d| d <= by))
    };
    let (on, conclusion) = file.concluded?;
    let clear = conclusion == Conclusion::Clear && on <= day;
    (clear && missing(file).next().is_none() && answered(on)).then_some(on)
}
