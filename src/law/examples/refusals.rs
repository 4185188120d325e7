//! What an act itself has to say, one thing wrong at a time: each requirement that no worked
//! example meets, with both sides of its border.
use serde_json::{Value, json};
use uuid::Uuid;

use super::NONE;
use super::case::{Case, d, days, granted, member};
use crate::acts::Step;
use crate::acts::{Act, ActKind};
use crate::deadlines;
use crate::words::Role;

fn with(mut base: Value, name: &str, value: Value) -> Value {
    base[name] = value;
    base
}

#[test]
fn a_person_is_added_with_all_four_criteria_and_a_priority_group_and_removed_with_a_reason() {
    let mut case = Case::new("1997-01-15");
    case.good(
        "nomination",
        json!({"on": "2021-01-10", "by": "trade_union", "paper_number": "1"}),
    );
    let add = json!({"on": "2021-01-18", "action": "add", "minutes_number": "1", "political_standard": true, "conduct": true, "capacity": true,
        "task_performance": true, "priority_group": "woman"});
    for (field, rule) in [
        ("political_standard", "plan.criteria.political_standard"),
        ("conduct", "plan.criteria.conduct"),
        ("capacity", "plan.criteria.capacity"),
        ("task_performance", "plan.criteria.task_performance"),
    ] {
        for given in [json!(false), Value::Null] {
            assert_eq!(
                case.unmet("plan_decision", with(add.clone(), field, given)),
                [rule]
            );
        }
    }
    assert_eq!(
        case.unmet(
            "plan_decision",
            with(add.clone(), "priority_group", Value::Null)
        ),
        ["plan.priority_group"]
    );
    case.good("plan_decision", add);
    let remove = json!({"on": "2021-01-19", "action": "remove", "minutes_number": "2"});
    assert_eq!(case.unmet("plan_decision", remove.clone()), ["plan.reason"]);
    assert_eq!(
        case.unmet("plan_decision", with(remove, "reason", json!("x"))),
        NONE
    );
}

#[test]
fn a_sponsor_is_a_member_a_test_has_its_day_and_a_result_its_test() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    let stranger = json!({"on": "2021-06-01", "member_id": Uuid::from_u128(7)});
    assert_eq!(
        case.unmet("sponsorship", stranger.clone()),
        ["sponsorship.sponsor.member"]
    );
    assert_eq!(
        case.unmet("sponsorship", with(stranger, "member_id", json!(member(4)))),
        NONE
    );
    let test = |due: &str| json!({"on": "2021-06-01", "title": "trực", "due_on": due});
    assert_eq!(
        case.unmet("test_assignment", test("2021-05-31")),
        ["test.due"]
    );
    let test = case.good("test_assignment", test("2021-06-01"));
    let result = |of: Uuid| json!({"on": "2021-06-02", "assignment_id": of, "assessment": "good"});
    assert_eq!(
        case.unmet("test_result", result(Uuid::from_u128(7))),
        ["test.assignment"]
    );
    assert_eq!(case.unmet("test_result", result(test)), NONE);
}

#[test]
fn a_unions_paper_names_no_member_and_opinions_are_about_admission_or_recognition() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    let paper = json!({"on": "2021-05-10", "by": "trade_union", "paper_number": "1"});
    for (field, value) in [
        ("member_id", json!(member(1))),
        ("shared_from", json!("2015-01-05")),
    ] {
        assert_eq!(
            case.unmet("introduction", with(paper.clone(), field, value)),
            ["introduction.by_union"],
            "{field}"
        );
    }
    assert_eq!(case.unmet("introduction", paper), NONE);
    let opinion = |purpose: &str| json!({"on": "2021-05-10", "of": "trade_union", "purpose": purpose, "favourable": true});
    assert_eq!(
        case.unmet("opinion", opinion("strike_off")),
        ["opinion.purpose"]
    );
    assert_eq!(case.unmet("opinion", opinion("recognition")), NONE);
}

#[test]
fn a_paper_is_of_the_catalogue_with_its_days_in_order() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    let paper = json!({"on": "2021-05-10", "code": "1-KNĐ", "drafted_on": "2021-05-08", "checked_on": "2021-05-09", "received_on": "2021-05-10", "valid_until": "2021-05-10"});
    assert_eq!(case.unmet("document", paper.clone()), NONE);
    assert_eq!(
        case.unmet("document", with(paper.clone(), "code", json!("99-KNĐ"))),
        ["document.code"]
    );
    assert_eq!(
        case.unmet(
            "document",
            with(paper.clone(), "drafted_on", json!("2021-05-10"))
        ),
        ["document.days"],
        "drafted after it was checked"
    );
    let tomorrow = with(
        with(paper.clone(), "received_on", json!("2021-05-11")),
        "valid_until",
        json!("2021-05-11"),
    );
    assert_eq!(
        case.unmet("document", tomorrow),
        ["document.days"],
        "received after the act"
    );
    assert_eq!(
        case.unmet("document", with(paper, "valid_until", json!("2021-05-09"))),
        ["document.valid_until"]
    );
}

#[test]
fn a_verification_says_whom_it_is_about_and_what_it_concludes() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    let step = |step: &str| json!({"on": "2021-05-10", "step": step});
    let of = |base: Value| with(base, "relation", json!("father"));
    assert_eq!(
        case.unmet("verification", step("declared")),
        ["verification.subject"]
    );
    assert_eq!(case.unmet("verification", of(step("declared"))), NONE);
    assert_eq!(
        case.unmet("verification", of(step("sealed"))),
        ["verification.subject"]
    );
    assert_eq!(case.unmet("verification", step("sealed")), NONE);
    assert_eq!(
        case.unmet("verification", step("concluded")),
        ["verification.conclusion"]
    );
    assert_eq!(
        case.unmet(
            "verification",
            with(step("concluded"), "conclusion", json!("clear"))
        ),
        NONE
    );
}

/// Sent, the file is with the deciding body: the branch neither adds nor corrects; the Office does.
#[test]
fn what_was_submitted_is_no_longer_the_branchs() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    let opinion = json!({"on": "2021-05-20", "of": "trade_union", "purpose": "admission", "favourable": true});
    let corrected = case.good("opinion", opinion.clone());
    case.submit(d("2021-06-01"));
    let paper = json!({"on": "2021-06-20", "code": "CN-NTVĐ"});
    assert_eq!(
        case.unmet("document", paper.clone()),
        ["dossier.not_submitted"]
    );
    let mut by_office = case.recorded("document", paper);
    by_office.role = Role::PartyOffice;
    assert!(crate::judgement::judge(&case.facts, &case.law, &by_office).is_ok());
    assert_eq!(
        case.unmet(
            "opinion",
            with(opinion.clone(), "corrects", json!(corrected))
        ),
        ["correction.submitted"]
    );
    case.good("return", json!({"on": "2021-06-21", "reason": "thiếu", "documents": [{"code": "6-KNĐ", "note": "thiếu dấu"}]}));
    assert_eq!(
        case.unmet("opinion", with(opinion, "corrects", json!(corrected))),
        NONE,
        "it came back"
    );
}

/// In date it was on the day of the vote; here it is asked to be there.
#[test]
fn a_file_is_submitted_with_its_certificate() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.submit(d("2021-06-01"));
    let sent = case.facts.acts.pop().unwrap();
    assert_eq!(sent.act.kind(), ActKind::Submission);
    let again = json!({"on": sent.act.on(), "paper_number": "1"});
    assert_eq!(case.unmet("submission", again), NONE);
    case.facts
        .acts
        .retain(|r| !matches!(r.act, Act::Certificate(_)));
    assert!(
        case.missing(Step::Submission(()), "2021-07-01")
            .contains(&"submission.certificate")
    );
}

#[test]
fn a_decision_is_of_the_body_in_charge_received_in_order_and_refuses_with_a_reason() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.submit(d("2021-06-01"));
    let decision = granted(d("2021-07-01"), "upper_standing_committee", 11, 6);
    assert_eq!(case.unmet("decision", decision.clone()), NONE);
    assert_eq!(
        case.unmet(
            "decision",
            with(decision.clone(), "body", json!("base_standing_committee"))
        ),
        ["decision.body"]
    );
    assert_eq!(
        case.unmet(
            "decision",
            with(decision.clone(), "received_on", json!("2021-06-30"))
        ),
        ["decision.received"]
    );
    assert_eq!(
        case.unmet(
            "decision",
            with(decision.clone(), "received_on", json!("2021-07-01"))
        ),
        NONE
    );
    let refusal = with(decision.clone(), "outcome", json!("refused"));
    assert_eq!(case.unmet("decision", refusal.clone()), ["decision.reason"]);
    assert_eq!(
        case.unmet("decision", with(refusal, "reason", json!("x"))),
        NONE
    );
    assert!(
        case.unmet("decision", with(decision, "purpose", json!("recognition")))
            .contains(&"decision.purpose")
    );
}

#[test]
fn a_cleared_record_waits_for_itself() {
    let case = Case::new("1980-01-15");
    let months = i64::from(
        case.law
            .on(d("2024-01-01"))
            .whole("readmission_wait_months_after_cleared_record"),
    );
    let cleared = d("2019-01-01");
    let first = crate::calendar::plus_months(cleared, u32::try_from(months).unwrap());
    let again = |on, cleared: Value| {
        json!({"on": on, "paper_number": "1", "by": "member", "left_on": "2010-01-01", "ground": "convicted_of_less_serious_crime", "earlier_readmissions": 0,
            "agreement_number": "1", "record_cleared_on": cleared})
    };
    assert_eq!(
        case.unmet("readmission", again(first, Value::Null)),
        ["readmission.record_cleared"]
    );
    assert_eq!(
        case.unmet("readmission", again(days(first, -1), json!(cleared))),
        ["readmission.record_cleared"]
    );
    assert_eq!(
        case.unmet("readmission", again(first, json!(cleared))),
        NONE
    );
}

/// A deadline says which rule it comes from.
#[test]
fn each_deadline_names_its_rule() {
    let rules = |case: &Case| {
        deadlines::open(&case.file(), &case.law, &case.facts.holidays)
            .into_iter()
            .map(|deadline| deadline.rule)
            .collect::<Vec<_>>()
    };
    let mut case = Case::new("1997-01-15");
    case.good(
        "nomination",
        json!({"on": "2021-01-10", "by": "trade_union", "paper_number": "1"}),
    );
    assert_eq!(rules(&case), NONE);
    let add = json!({"on": "2021-01-18", "action": "add", "minutes_number": "1", "political_standard": true, "conduct": true, "capacity": true,
        "task_performance": true, "priority_group": "woman"});
    case.good("plan_decision", add);
    assert_eq!(rules(&case), ["sponsorship.within_thirty_days"]);
    case.good(
        "sponsorship",
        json!({"on": "2021-01-20", "member_id": member(3)}),
    );
    assert_eq!(rules(&case), ["sponsorship.note_each_quarter"]);
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    let vote = |on: &str| super::case::ballot(d(on), "admission", [14, 0, 0, 14, 3, 11]);
    case.good(
        "verification",
        json!({"on": "2021-05-20", "step": "declared", "relation": "child"}),
    );
    case.good(
        "verification",
        json!({"on": "2021-05-21", "step": "sent", "relation": "child"}),
    );
    assert!(rules(&case).contains(&"verification.answered"));
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    for on in ["2021-06-01", "2021-07-01", "2021-08-01"] {
        case.good("resolution", vote(on));
    }
    assert!(
        rules(&case).contains(&"vote.failed_report"),
        "{:?}",
        rules(&case)
    );
    let mut case = Case::probationary("2022-02-15", "2022-03-01");
    case.certificate("new_member", d("2022-10-01"));
    assert!(rules(&case).contains(&"recognition.review_in_time"));
    case.good("resolution", case.vote(d("2023-03-02"), "recognition"));
    assert!(rules(&case).contains(&"recognition.decision_in_time"));
}
