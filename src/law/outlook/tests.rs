//! The way ahead against the rules themselves: every day that it promises is accepted by the
//! judgement, and trying every day in turn is never faster.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::json;
use uuid::Uuid;

use super::any_file::any_file;
use super::every_day::EveryDay;
use super::late_file::late_file;
use super::{Course, Outlook, Question, What};
use crate::acts::{ActKind, Step};
use crate::candidacy::Recorded;
use crate::enrolment::Lesson;
use crate::grounds;
use crate::judgement::judge;
use crate::story::{Case, d, days, member};
use crate::words::{ClassKind, ClassState, GeneralEducation, Purpose, Role, Stage, VotingBody};

fn course(kind: ClassKind, from: &str, to: &str) -> Course {
    Course {
        id: Uuid::from_u128(77),
        lesson: Lesson {
            kind,
            state: ClassState::Open,
            starts_on: d(from),
            proposals_due_on: None,
        },
        ends_on: d(to),
        room: true,
        seated: false,
    }
}

fn nominated(born: &str, on: &str) -> Case {
    let mut case = Case::new(born);
    case.good(
        "nomination",
        json!({"on": on, "by": "trade_union", "paper_number": "1"}),
    );
    case.facts.today = d(on);
    case
}

fn whole(case: &Case, courses: &[Course], until: &str) -> Outlook {
    let asked = Question::about(&case.facts, &case.law, courses).unwrap();
    asked.whole(d(until))
}

fn day_of(outlook: &Outlook, step: Step) -> Option<NaiveDate> {
    let mut steps = outlook.steps.iter();
    steps
        .find(|s| s.what == What::Act(step))
        .map(|s| s.earliest_on)
}

#[test]
fn the_way_of_a_person_in_the_plan_waits_for_the_class_and_the_usual_times() {
    let case = nominated("1997-01-15", "2021-03-01");
    let classes = [course(ClassKind::Awareness, "2021-05-10", "2021-05-14")];
    let outlook = whole(&case, &classes, "2021-12-31");
    let vote = Step::Resolution((Purpose::Admission, VotingBody::Branch));
    assert_eq!(day_of(&outlook, Step::Dossier(())), Some(d("2021-03-01")));
    // the certificate of the class's last day, then 7 days, 10 days, 5 days
    assert_eq!(day_of(&outlook, vote), Some(d("2021-05-14")));
    assert_eq!(
        day_of(&outlook, Step::Decision(Purpose::Admission)),
        Some(d("2021-05-31"))
    );
    assert_eq!(outlook.reached_on, Some(d("2021-06-05")));
    assert_eq!(outlook.goal, Stage::Probationary);
    // nobody is proposed after the class has begun
    assert_eq!(outlook.begin_by, Some(d("2021-05-10")));
    assert_eq!(outlook.slack(d("2021-03-01")), Some(70));
    let class = outlook
        .steps
        .iter()
        .find(|s| matches!(s.what, What::Class(_)));
    assert_eq!(class.unwrap().latest_on, Some(d("2021-05-10")));
    // 22 days before the end of the year
    let mut steps = outlook.steps.iter();
    let voted = steps.find(|s| s.what == What::Act(vote)).unwrap();
    assert_eq!(voted.latest_on, Some(d("2021-12-09")));
    let ceremony = outlook.steps.last().unwrap();
    assert_eq!(ceremony.what, What::Act(Step::Ceremony(())));
    assert_eq!(ceremony.latest_on, Some(d("2021-12-31")));
}

#[test]
fn without_a_class_there_is_no_way_and_the_certificate_is_what_is_missing() {
    let case = nominated("1997-01-15", "2021-03-01");
    let outlook = whole(&case, &[], "2021-12-31");
    assert_eq!((outlook.reached_on, outlook.begin_by), (None, None));
    let rules: Vec<_> = outlook.blocked_by.iter().map(|c| c.rule).collect();
    assert_eq!(rules, ["admission.certificate"]);
    let full = [Course {
        room: false,
        ..course(ClassKind::Awareness, "2021-05-10", "2021-05-14")
    }];
    assert_eq!(whole(&case, &full, "2021-12-31").reached_on, None);
    let seated = full.map(|c| Course { seated: true, ..c });
    assert!(whole(&case, &seated, "2021-12-31").reached_on.is_some());
}

#[test]
fn who_becomes_eighteen_next_year_is_shown_the_day_and_no_slack() {
    let case = nominated("2004-02-10", "2021-03-01");
    let classes = [course(ClassKind::Awareness, "2021-05-10", "2021-05-14")];
    let outlook = whole(&case, &classes, "2021-12-31");
    let vote = Step::Resolution((Purpose::Admission, VotingBody::Branch));
    assert_eq!(day_of(&outlook, vote), Some(d("2022-02-10")));
    assert_eq!(outlook.reached_on, Some(d("2022-03-04")));
    assert_eq!(outlook.begin_by, None);
}

/// The sponsor who has left writes no note; the one assigned in their place does.
#[test]
fn the_note_is_written_by_a_sponsor_who_is_still_there() {
    let mut case = nominated("1997-01-15", "2021-03-01");
    case.facts.today = d("2021-04-01");
    case.good(
        "plan_decision",
        json!({"on": "2021-03-02", "action": "add", "minutes_number": "1", "political_standard": true,
            "conduct": true, "capacity": true, "task_performance": true, "priority_group": "woman"}),
    );
    let first = json!({"on": "2021-03-03", "member_id": member(1)});
    case.good("sponsorship", first);
    case.leaves(1, d("2021-03-20"));
    let classes = [course(ClassKind::Awareness, "2021-05-10", "2021-05-14")];
    let outlook = whole(&case, &classes, "2021-12-31");
    assert_eq!(outlook.reached_on, Some(d("2021-06-05")));
}

/// Looking ahead for years adds nothing that expires meanwhile.
#[test]
fn what_nothing_meets_is_all_that_blocks() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.facts.today = d("2021-06-01");
    case.facts.general_education = Some(GeneralEducation::Primary);
    let outlook = whole(&case, &[], "2021-12-31");
    let rules: Vec<_> = outlook.blocked_by.iter().map(|c| c.rule).collect();
    assert_eq!(rules, ["admission.education"]);
    assert_eq!(outlook.steps, []);
}

#[test]
fn lost_ground_stops_the_way() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.good("resolution", case.vote(d("2021-06-01"), "admission"));
    case.facts.today = d("2021-06-01");
    assert!(whole(&case, &[], "2021-12-31").reached_on.is_some());
    case.facts.birth_date = d("2004-01-15");
    let outlook = whole(&case, &[], "2021-12-31");
    assert_eq!(outlook.reached_on, None);
    assert_eq!(outlook.blocked_by[0].rule, "file.ground");
}

#[test]
fn a_probationary_member_goes_to_the_recognition() {
    let mut case = Case::probationary("2021-06-01", "2021-06-21");
    case.facts.today = d("2022-01-10");
    let classes = [course(ClassKind::NewMember, "2022-03-01", "2022-03-04")];
    let outlook = whole(&case, &classes, "2022-12-31");
    assert_eq!(outlook.goal, Stage::Official);
    // the day after the probation, then 7 and 10 days
    assert_eq!(outlook.reached_on, Some(d("2022-07-09")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every met requirement of a random file falls with the rows that it names, and names none in
    /// vain.
    #[test]
    fn what_is_met_rests_on_what_it_names((one, other) in (any_file(), late_file())) {
        for (case, _) in [one.case(), other.case()] {
            let wrong = grounds::wrong(&case.facts, &case.law, &mut BTreeSet::new());
            prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }

    /// Every act of the way is recorded on its day by the judgement itself.
    #[test]
    fn no_way_promises_a_day_that_the_rules_refuse(file in any_file()) {
        keeps_its_promise(file.case())?;
    }

    /// Neither of a file after the vote: with the dossier sent in, the decision, the ceremony, and
    /// in the probation up to the recognition.
    #[test]
    fn no_way_from_the_vote_on_promises_a_day_that_the_rules_refuse(file in late_file()) {
        keeps_its_promise(file.case())?;
    }

    /// Trying every day is not faster.
    #[test]
    fn no_way_is_later_than_the_truth(file in any_file()) {
        is_not_later(&|| file.case())?;
    }

    #[test]
    fn no_way_from_the_vote_on_is_later_than_the_truth(file in late_file()) {
        is_not_later(&|| file.case())?;
    }

    /// What begins on the last day still arrives in time, and not one day later.
    #[test]
    fn the_last_day_to_begin_is_the_last(file in any_file()) {
        begins_in_time(&file.case())?;
    }

    #[test]
    fn the_last_day_to_begin_after_the_vote_is_the_last(file in late_file()) {
        begins_in_time(&file.case())?;
    }
}

fn keeps_its_promise((mut case, classes): (Case, Vec<Course>)) -> Result<(), TestCaseError> {
    let until = days(case.facts.today, 500);
    let Some(asked) = Question::about(&case.facts, &case.law, &classes) else {
        return Ok(());
    };
    let goal = asked.goal();
    let (reached, acts) = asked.acts(until);
    for recorded in acts {
        let (kind, on) = (recorded.act.kind(), recorded.act.on());
        case.facts.today = on.max(case.facts.today);
        if kind == ActKind::PlanDecision {
            case.facts.in_open_review = false;
        }
        if kind != ActKind::Certificate {
            let refused = judge(&case.facts, &case.law, &recorded).err();
            let refused = refused.unwrap_or_default();
            let rules: Vec<_> = refused.iter().map(|c| c.rule).collect();
            prop_assert!(rules.is_empty(), "{} of {on}: {rules:?}", kind.wire());
        }
        case.facts.acts.push(recorded);
    }
    let file = case.facts.file(&case.law);
    let there = if goal == Stage::Official {
        file.recognised_on
    } else {
        file.ceremony_on
    };
    prop_assert_eq!(reached, there);
    Ok(())
}

fn is_not_later(file: &dyn Fn() -> (Case, Vec<Course>)) -> Result<(), TestCaseError> {
    let (case, classes) = file();
    let until = days(case.facts.today, 75);
    let Some(asked) = Question::about(&case.facts, &case.law, &classes) else {
        return Ok(());
    };
    let (reached, _) = asked.acts(until);
    if let Some(truth) = EveryDay::new(file()).reached(until) {
        let early = reached.is_some_and(|on| on <= truth);
        prop_assert!(early, "{reached:?} is later than {truth}");
    }
    Ok(())
}

fn begins_in_time((case, classes): &(Case, Vec<Course>)) -> Result<(), TestCaseError> {
    let until = days(case.facts.today, 120);
    let Some(asked) = Question::about(&case.facts, &case.law, classes) else {
        return Ok(());
    };
    if let Some(by) = asked.brief(until).begin_by {
        prop_assert!(asked.walk(by).goes(until).is_some());
        prop_assert!(asked.walk(days(by, 1)).goes(until).is_none());
    } else {
        prop_assert!(asked.walk(case.facts.today).goes(until).is_none());
    }
    Ok(())
}

/// Files of every stage from the vote on are among the random ones, and arrive.
#[test]
fn late_files_are_of_every_stage() {
    let mut runner = TestRunner::deterministic();
    let mut arrived = BTreeMap::new();
    for _ in 0..300 {
        let (case, classes) = late_file().new_tree(&mut runner).unwrap().current().case();
        let stage = case.facts.file(&case.law).stage;
        let asked = Question::about(&case.facts, &case.law, &classes);
        let until = days(case.facts.today, 500);
        let there = asked.is_some_and(|asked| asked.arrives(until));
        *arrived.entry(stage).or_insert(0) += i32::from(there);
    }
    for stage in [
        Stage::BranchResolved,
        Stage::CommitteeResolved,
        Stage::Submitted,
        Stage::Decided,
        Stage::Probationary,
        Stage::RecognitionBranchResolved,
        Stage::RecognitionCommitteeResolved,
    ] {
        assert!(arrived.get(&stage).is_some_and(|n| *n >= 3), "{arrived:?}");
    }
}

#[test]
fn recorded_by_roles_that_may() {
    let case = nominated("1997-01-15", "2021-03-01");
    let classes = [course(ClassKind::Awareness, "2021-05-10", "2021-05-14")];
    let asked = Question::about(&case.facts, &case.law, &classes).unwrap();
    let may = |r: &Recorded| r.act.kind().recorded_by().contains(&r.role);
    let (_, acts) = asked.acts(d("2021-12-31"));
    assert!(acts.iter().all(may));
    let conclusions: Vec<Role> = acts.iter().map(|r| r.role).collect();
    assert!(conclusions.contains(&Role::BranchCommittee));
}
