//! Who may be enrolled in which class, judged as of the class's first day, and the requirements of
//! a certificate.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::candidacy::File;
use crate::facts::Facts;
use crate::findings;
use crate::regulation::Regulations;
use crate::words::{ClassKind, ClassState, EnrolmentState};
use crate::{Check, Checks, Stage, say, vi};

const SOURCE: &str = "kế hoạch, II.2 và II.3";

/// The class as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    pub kind: ClassKind,
    pub state: ClassState,
    pub starts_on: NaiveDate,
    pub proposals_due_on: Option<NaiveDate>,
}

/// The person as of the class's first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    pub stage: Stage,
    /// Last day of another certificate of this kind, issued since too; `MAX` if unlimited.
    pub certificate_valid_to: Option<NaiveDate>,
}

/// The person's place in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub enrolment: Uuid,
    pub class: Uuid,
    pub kind: ClassKind,
    /// First day of the class.
    pub starts_on: NaiveDate,
    pub state: EnrolmentState,
}

impl Seat {
    /// Why the person is not entitled to this place, by the file as it is.
    pub(crate) fn unmet(&self, file: &File) -> Vec<Check> {
        let lesson = Lesson {
            kind: self.kind,
            state: ClassState::Open,
            starts_on: self.starts_on,
            proposals_due_on: None,
        };
        let pupil = pupil(file, &lesson, Some(self.enrolment));
        enrol(&lesson, pupil.as_ref())
    }
}

/// The person as of the class's first day, or `None` before the first act. `but` is an enrolment
/// whose own certificate does not count.
pub fn pupil(file: &File, lesson: &Lesson, but: Option<Uuid>) -> Option<Pupil> {
    let mut entered = file.entered.iter().rev();
    let last = entered.find(|e| e.on_date <= lesson.starts_on)?;
    let held = file
        .certificates
        .iter()
        .filter(|c| c.paper.class_kind == lesson.kind && Some(c.paper.enrolment_id) != but);
    Some(Pupil {
        stage: last.stage,
        certificate_valid_to: held.map(|c| c.valid_to().unwrap_or(NaiveDate::MAX)).max(),
    })
}

/// The place in the class that would be none, or whose certificate would take the ground from an
/// act that is still to be answered for, if the class's kind and first day were these.
pub fn loses(facts: &Facts, law: &Regulations, class: Uuid, new: &Lesson) -> Option<Uuid> {
    let place = facts.seats.iter().find(|s| s.class == class)?.enrolment;
    let mut moved = facts.clone();
    for seat in moved.seats.iter_mut().filter(|s| s.class == class) {
        (seat.kind, seat.starts_on) = (new.kind, new.starts_on);
    }
    let file = facts.file(law);
    let misplaced = |facts: &Facts| {
        let mut open = facts.seats.iter().filter(|s| s.state.open());
        open.any(|s| s.class == class && !s.unmet(&file).is_empty())
    };
    let before = findings::to_settle(facts, law);
    let fallen = findings::new(&before, findings::to_settle(&moved, law));
    let lost = !fallen.is_empty() || misplaced(&moved) && !misplaced(facts);
    lost.then_some(place)
}

/// Whether a class of this kind is for people of this stage.
pub(crate) const fn is_for(kind: ClassKind, stage: Stage) -> bool {
    match kind {
        ClassKind::Awareness => matches!(stage, Stage::InPlan | Stage::Dossier),
        ClassKind::NewMember => matches!(
            stage,
            Stage::Probationary
                | Stage::RecognitionBranchResolved
                | Stage::RecognitionCommitteeResolved
        ),
    }
}

/// Every reason why this person cannot be enrolled in this class.
pub fn enrol(lesson: &Lesson, pupil: Option<&Pupil>) -> Vec<Check> {
    let mut checks = Checks::default();
    let fits = pupil.is_some_and(|p| is_for(lesson.kind, p.stage));
    if !fits {
        let on = lesson.starts_on;
        let (vi, en) = match lesson.kind {
            ClassKind::Awareness => (
                format!(
                    "Lớp bồi dưỡng nhận thức về Đảng dành cho người trong quy hoạch hoặc đang lập hồ sơ vào ngày mở lớp {}.",
                    vi(on)
                ),
                format!(
                    "The awareness class is for people in the plan or with an open dossier on its first day, {on}."
                ),
            ),
            ClassKind::NewMember => (
                format!(
                    "Lớp bồi dưỡng đảng viên mới dành cho đảng viên dự bị vào ngày mở lớp {}.",
                    vi(on)
                ),
                format!("The new-member class is for probationary members on its first day, {on}."),
            ),
        };
        checks.need(false, "class.stage", SOURCE, say(vi, en));
    }
    if let Some(until) = pupil
        .and_then(|p| p.certificate_valid_to)
        .filter(|to| *to >= lesson.starts_on)
    {
        let (to_vi, to) = if until == NaiveDate::MAX {
            (String::new(), String::new())
        } else {
            (
                format!(" đến hết ngày {}", vi(until)),
                format!(" until {until}"),
            )
        };
        checks.need(
            false,
            "class.certificate.none",
            "kế hoạch, II.2",
            say(
                format!("Đã có giấy chứng nhận còn giá trị{to_vi}."),
                format!("A certificate is still valid{to}."),
            ),
        );
    }
    checks.unmet()
}

/// A person has one seat at a time in the classes of a kind: another one, or a place on a waiting
/// list, is given up first.
pub fn one_seat(lesson: &Lesson, class: Uuid, seats: &[Seat]) -> Vec<Check> {
    let mut checks = Checks::default();
    let mut open = seats.iter().filter(|s| s.state.open());
    if let Some(other) = open.find(|s| s.kind == lesson.kind && s.class != class) {
        let words = say(
            format!(
                "Đang có tên ở lớp cùng loại mở ngày {}: phải rút tên, hoặc có kết quả lớp ấy trước.",
                vi(other.starts_on)
            ),
            format!(
                "Already enrolled in the class of this kind that begins on {}: withdraw from it, or wait for its result, first.",
                other.starts_on
            ),
        );
        checks.need(false, "class.seat.none", "kế hoạch, II.2", words);
    }
    checks.unmet()
}

/// A result is recorded of somebody whose list was compiled and confirmed (kế hoạch, III.2), and
/// the certificate follows it.
pub fn listed(
    compiled_on: Option<NaiveDate>,
    confirmed_on: Option<NaiveDate>,
    certificate_on: Option<NaiveDate>,
) -> Vec<Check> {
    let mut checks = Checks::default();
    let mut need = |met: bool, rule, vi: &str, en: &str| {
        checks.need(met, rule, "kế hoạch, III.2", say(vi, en));
    };
    need(
        compiled_on.is_some(),
        "class.list.compiled",
        "Văn phòng Đảng ủy chưa lập danh sách lớp có tên người này.",
        "The Party Office has not put the person on the list of the class.",
    );
    need(
        confirmed_on.is_some(),
        "class.list.confirmed",
        "Danh sách lớp có tên người này chưa được duyệt.",
        "The list of the class with this person has not been confirmed.",
    );
    if let (Some(confirmed), Some(certificate)) = (confirmed_on, certificate_on) {
        need(
            certificate >= confirmed,
            "class.list.before_certificate",
            "Giấy chứng nhận đề ngày trước khi danh sách lớp được duyệt.",
            "The certificate is older than the confirmation of the list.",
        );
    }
    checks.unmet()
}

/// Every reason why the class takes no proposals. `late`: the caller may propose after the last
/// day.
pub fn takes_proposals(lesson: &Lesson, today: NaiveDate, late: bool) -> Vec<Check> {
    let mut checks = Checks::default();
    if lesson.state != ClassState::Open {
        let words = say("Lớp không nhận đề nghị.", "The class takes no proposals.");
        checks.need(false, "class.open", "kế hoạch, III.4", words);
    }
    if let Some(due) = lesson.proposals_due_on.filter(|due| today > *due && !late) {
        let words = say(
            format!("Đã hết hạn đề nghị (ngày {}).", vi(due)),
            format!("Proposals were due on {due}."),
        );
        checks.need(false, "class.proposals.in_time", "kế hoạch, III.4", words);
    }
    checks.unmet()
}

/// There is no class of this kind that has not ended.
pub fn no_class(kind: ClassKind) -> Vec<Check> {
    let mut checks = Checks::default();
    let words = say(
        format!("Chưa có {} nào được mở.", kind.vi()),
        format!("No {} has been planned.", kind.en()),
    );
    checks.need(false, "class.open", "kế hoạch, III.4", words);
    checks.unmet()
}

/// Whether `attended` of `sessions` reaches the percentage; true for a class without sessions.
pub fn attended_enough(attended: i32, sessions: i32, percent: i32) -> bool {
    i64::from(attended) * 100 >= i64::from(sessions) * i64::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acts::Act;
    use crate::judgement::{Question, requirements};
    use crate::story::{Case, ballot, d};

    fn lesson(kind: ClassKind) -> Lesson {
        Lesson {
            kind,
            state: ClassState::Open,
            starts_on: "2025-01-16".parse().unwrap(),
            proposals_due_on: None,
        }
    }
    fn rules(kind: ClassKind, stage: Stage, valid_to: Option<&str>) -> Vec<&'static str> {
        let pupil = Pupil {
            stage,
            certificate_valid_to: valid_to.map(|d| d.parse().unwrap()),
        };
        enrol(&lesson(kind), Some(&pupil))
            .into_iter()
            .map(|c| c.rule)
            .collect()
    }

    #[test]
    fn a_certificate_that_ended_the_day_before_does_not_stand_in_the_way() {
        assert!(rules(ClassKind::Awareness, Stage::InPlan, Some("2025-01-15")).is_empty());
        assert_eq!(
            rules(ClassKind::Awareness, Stage::InPlan, Some("2025-01-16")),
            ["class.certificate.none"]
        );
    }

    #[test]
    fn a_certificate_of_an_earlier_attempt_counts_in_the_next() {
        let mut case = Case::ready("1997-01-15", "2021-03-01");
        let acts = &mut case.facts.acts;
        let mut own = acts.iter();
        let place = own.position(|r| matches!(r.act, Act::Certificate(_)));
        let held = acts.remove(place.unwrap());
        let id = held.id;
        let certificate = |case: &Case| {
            let (facts, law) = (&case.facts, &case.law);
            let vote = ballot(d("2021-06-01"), "admission", [14, 0, 0, 14, 14, 0]);
            let vote = case.recorded("resolution", vote);
            let file = facts.file(law);
            let question = Question::again(facts, &file, law, &vote);
            let checks = requirements(&question, vote.act.step(), Some(&vote.act));
            let mut checks = checks.into_iter();
            checks.find(|c| c.rule == "admission.certificate").unwrap()
        };
        assert!(!certificate(&case).met);
        case.facts.earlier.push((Uuid::nil(), held));
        let known = certificate(&case);
        assert!(known.met && known.rests_on == [id], "{known:?}");
        // nor is there another class while it is valid
        let file = case.facts.file(&case.law);
        let next = lesson(ClassKind::Awareness);
        let unmet = enrol(&next, pupil(&file, &next, None).as_ref());
        assert_eq!(unmet[0].rule, "class.certificate.none");
        // the other class is attended in each probation
        for (_, held) in &mut case.facts.earlier {
            if let Act::Certificate(certificate) = &mut held.act {
                certificate.class_kind = ClassKind::NewMember;
            }
        }
        assert!(case.facts.file(&case.law).certificates.is_empty());
    }

    #[test]
    fn the_awareness_class_is_for_the_plan_and_the_dossier_the_other_for_probation() {
        for stage in Stage::ALL {
            let awareness = rules(ClassKind::Awareness, *stage, None).is_empty();
            assert_eq!(
                awareness,
                matches!(stage, Stage::InPlan | Stage::Dossier),
                "{stage:?}"
            );
            assert!(!(awareness && rules(ClassKind::NewMember, *stage, None).is_empty()));
        }
        assert!(rules(ClassKind::NewMember, Stage::Probationary, None).is_empty());
        assert_eq!(
            enrol(&lesson(ClassKind::Awareness), None)[0].rule,
            "class.stage"
        );
    }

    #[test]
    fn four_of_five_are_eighty_percent_and_a_class_without_sessions_asks_nothing() {
        assert!(
            attended_enough(4, 5, 80) && !attended_enough(3, 5, 80) && attended_enough(0, 0, 80)
        );
        assert!(!attended_enough(79, 100, 80) && attended_enough(80, 100, 80));
    }
}
