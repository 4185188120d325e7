//! Each effect, from the act that causes it.
use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Effect, VOID, of};
use crate::candidacy::{Recorded, Sponsor};
use crate::judgement::judge;
use crate::story::{Case, ballot, d, days, granted, member};
use crate::words::{DeadlineKind, LaterReason, MemberStatus, NominationOutcome, Stage};

/// The effects of this act.
#[track_caller]
fn follows(case: &Case, act: &Recorded) -> Vec<Effect> {
    let verdict = judge(&case.facts, &case.law, act).unwrap();
    of(&case.facts, &case.law, &act.act, &verdict)
}

/// Records the act and returns its effects that match `pick`.
#[track_caller]
fn after(case: &mut Case, kind: &str, data: Value, pick: fn(&Effect) -> bool) -> Vec<Effect> {
    let act = case.recorded(kind, data);
    let effects = follows(case, &act);
    case.facts.acts.push(act);
    effects.into_iter().filter(pick).collect()
}

#[track_caller]
fn annulling(case: &mut Case, id: Uuid, on: &str, pick: fn(&Effect) -> bool) -> Vec<Effect> {
    after(
        case,
        "annulment",
        json!({"on": on, "act_id": id, "reason": "x"}),
        pick,
    )
}

fn exit(on: &str) -> Value {
    json!({"on": on, "kind": "withdrawn", "reason": "x"})
}
fn nominated() -> Case {
    let mut case = Case::new("1997-01-15");
    case.good(
        "nomination",
        json!({"on": "2021-01-10", "by": "trade_union", "paper_number": "1"}),
    );
    case
}
fn adopt(on: &str) -> Value {
    json!({"on": on, "action": "add", "minutes_number": "1", "political_standard": true, "conduct": true, "capacity": true,
        "task_performance": true, "priority_group": "woman"})
}
fn remove(on: &str) -> Value {
    json!({"on": on, "action": "remove", "minutes_number": "2", "reason": "x"})
}
fn is_outcome(e: &Effect) -> bool {
    matches!(e, Effect::Outcome { .. })
}
fn is_sponsorship(e: &Effect) -> bool {
    matches!(e, Effect::SponsorshipVoid { .. } | Effect::Sponsorships(_))
}
fn is_seat(e: &Effect) -> bool {
    matches!(
        e,
        Effect::SeatsFreed { .. } | Effect::EnrolmentFailed { .. }
    )
}
fn is_member(e: &Effect) -> bool {
    matches!(e, Effect::Member { .. } | Effect::MemberGone { .. })
}

#[test]
fn the_stage_and_its_days_are_those_of_the_file() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.submit(d("2021-06-01"));
    let decided = after(
        &mut case,
        "decision",
        granted(d("2021-07-01"), "upper_standing_committee", 11, 6),
        |e| matches!(e, Effect::Stage { .. }),
    );
    let stage = |stage, stage_on, admitted_on: Option<&str>| Effect::Stage {
        stage,
        stage_on: d(stage_on),
        nominated_on: days(d("2021-03-01"), -90),
        decided_on: Some(d("2021-07-01")),
        admitted_on: admitted_on.map(d),
        official_on: None,
        admission: admitted_on.map(|_| LaterReason::RecordedLater),
    };
    assert_eq!(decided, [stage(Stage::Decided, "2021-07-01", None)]);
    let held = after(&mut case, "ceremony", json!({"on": "2021-07-05"}), |e| {
        matches!(e, Effect::Stage { .. })
    });
    assert_eq!(
        held,
        [stage(Stage::Probationary, "2021-07-05", Some("2021-07-05"))]
    );
}

fn sponsored(ended: Option<(&str, String)>) -> Effect {
    let (to_on, end_reason) = ended.map(|(on, reason)| (d(on), reason)).unzip();
    Effect::Sponsorships(vec![Sponsor {
        member: member(3),
        other_branch: false,
        from_on: days(d("2021-03-01"), -60),
        to_on,
        end_reason,
    }])
}

fn ended(on: &str, stage: Stage) -> Effect {
    sponsored(Some((on, format!("hồ sơ kết thúc: {}", stage.vi()))))
}

#[test]
fn sponsorships_end_with_the_candidacy_and_come_back_with_it() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    let none = after(
        &mut case,
        "opinion",
        json!({"on": "2021-06-01", "of": "youth_union", "purpose": "admission", "favourable": true}),
        is_sponsorship,
    );
    assert_eq!(none, []);
    let left = after(&mut case, "exit", exit("2021-06-02"), is_sponsorship);
    assert_eq!(left, [ended("2021-06-02", Stage::Withdrawn)]);
    // with the day and the reason that stand
    let mut corrected = exit("2021-05-30");
    corrected["kind"] = "deceased".into();
    corrected["corrects"] = json!(case.facts.acts.last().unwrap().id);
    let other = after(&mut case, "exit", corrected, is_sponsorship);
    assert_eq!(other, [ended("2021-05-30", Stage::Deceased)]);
    let exit = case.facts.acts.last().unwrap().id;
    let back = annulling(&mut case, exit, "2021-06-03", is_sponsorship);
    assert_eq!(back, [sponsored(None)]);
}

#[test]
fn an_assignment_or_its_end_is_taken_back_alone() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    let second = case.good(
        "sponsorship",
        json!({"on": "2021-06-01", "member_id": member(4)}),
    );
    let void = annulling(&mut case, second, "2021-06-02", is_sponsorship);
    assert_eq!(
        void,
        [
            Effect::SponsorshipVoid {
                member: member(4),
                from_on: d("2021-06-01"),
                reason: "ghi nhận đã hủy".into()
            },
            sponsored(None)
        ]
    );
    let end = case.good(
        "sponsorship_end",
        json!({"on": "2021-06-03", "member_id": member(3), "reason": "x"}),
    );
    let open = annulling(&mut case, end, "2021-06-04", is_sponsorship);
    assert_eq!(open, [sponsored(None)]);
}

#[test]
fn seats_are_given_back_when_the_candidacy_ends_and_only_then() {
    let mut case = nominated();
    assert_eq!(
        after(&mut case, "plan_decision", adopt("2021-01-18"), is_seat),
        []
    );
    let removed = after(&mut case, "plan_decision", remove("2021-04-18"), is_seat);
    assert_eq!(
        removed,
        [Effect::SeatsFreed {
            reason: format!("hồ sơ kết thúc: {}", Stage::Removed.vi())
        }]
    );
}

#[test]
fn seats_are_given_back_with_the_plan_that_is_taken_back() {
    let mut case = nominated();
    let act = case.recorded("plan_decision", adopt("2021-01-18"));
    let adopted = act.id;
    case.facts.acts.push(act);
    assert_eq!(
        annulling(&mut case, adopted, "2021-01-19", is_seat),
        [Effect::SeatsFreed {
            reason: VOID.to_owned()
        }]
    );
}

#[test]
fn a_certificate_that_is_taken_back_fails_its_enrolment() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    case.certificate("new_member", d("2021-05-01"));
    let id = case.facts.acts.last().unwrap().id;
    assert_eq!(
        annulling(&mut case, id, "2021-05-02", is_seat),
        [Effect::EnrolmentFailed {
            enrolment: Uuid::nil()
        }]
    );
}

#[test]
fn a_nomination_is_accepted_returned_or_withdrawn_and_pending_again() {
    use NominationOutcome::{Accepted, Pending, Returned, Withdrawn};
    let outcome = |to, on: Option<&str>| {
        [Effect::Outcome {
            to,
            on: on.map(d),
            reason: (to == Returned).then(|| "x".to_owned()),
        }]
    };
    let mut case = nominated();
    let accepted = after(&mut case, "plan_decision", adopt("2021-01-18"), is_outcome);
    let on = Some("2021-01-18");
    assert_eq!(accepted, outcome(Accepted, on));
    let adopted = case.facts.acts.last().unwrap().id;
    let again = annulling(&mut case, adopted, "2021-01-19", is_outcome);
    assert_eq!(again, outcome(Pending, None));
    let on = Some("2021-01-20");
    let returned = after(
        &mut nominated(),
        "plan_decision",
        remove("2021-01-20"),
        is_outcome,
    );
    assert_eq!(returned, outcome(Returned, on));
    let left = after(&mut case, "exit", exit("2021-01-20"), is_outcome);
    assert_eq!(left, outcome(Withdrawn, on));
    let left = case.facts.acts.last().unwrap().id;
    let again = annulling(&mut case, left, "2021-01-21", is_outcome);
    assert_eq!(again, outcome(Pending, None));
    // other acts do not concern the nomination
    let mut case = nominated();
    case.good("plan_decision", adopt("2021-01-18"));
    let sponsor = json!({"on": "2021-01-18", "member_id": member(3)});
    assert_eq!(after(&mut case, "sponsorship", sponsor, is_outcome), []);
}

#[test]
fn a_member_from_the_ceremony_official_by_recognition_gone_when_struck_off() {
    let mut case = Case::probationary("2022-02-15", "2022-03-01");
    let member = |official: Option<(&str, &str)>| Effect::Member {
        status: if official.is_some() {
            MemberStatus::Official
        } else {
            MemberStatus::Probationary
        },
        joined_on: d("2022-03-01"),
        official_on: official.map(|o| d(o.0)),
        recognised_on: official.map(|o| d(o.1)),
        decided_on: Some(d("2022-02-15")),
    };
    let paper = json!({"on": "2022-10-01", "class_kind": "new_member", "enrolment_id": Uuid::nil(), "number": "1"});
    assert_eq!(
        after(&mut case, "certificate", paper, is_member),
        [member(None)]
    );
    case.good("resolution", case.vote(d("2023-03-05"), "recognition"));
    let mut committee = ballot(d("2023-03-15"), "recognition", [15, 0, 0, 12, 10, 2]);
    committee["body"] = "committee".into();
    case.good("resolution", committee);
    for code in ["13-KNĐ", "15-KNĐ"] {
        case.good(
            "document",
            json!({"on": "2023-03-16", "code": code, "received_on": "2023-03-16"}),
        );
    }
    let mut struck_off = ballot(d("2023-03-16"), "strike_off", [14, 0, 0, 14, 14, 0]);
    struck_off["body"] = "branch".into();
    let recognised = json!({"on": "2023-04-05", "number": "1", "body": "upper_standing_committee", "members": 11, "in_favor": 6});
    let act = case.recorded("recognition", recognised);
    let official: Vec<_> = follows(&case, &act).into_iter().filter(is_member).collect();
    // official from the end of the twelve months, recognised on the date of the decision
    assert_eq!(official, [member(Some(("2023-03-01", "2023-04-05")))]);
    case.good("resolution", struck_off);
    let mut paper = granted(d("2023-04-01"), "upper_standing_committee", 11, 6);
    paper["purpose"] = "strike_off".into();
    paper["ground"] = "struck_off".into();
    paper["reason"] = "x".into();
    assert_eq!(
        after(&mut case, "decision", paper, is_member),
        [Effect::MemberGone {
            on: Some(d("2023-04-01"))
        }]
    );
}

#[test]
fn the_deadlines_are_those_that_the_file_leaves_open() {
    let mut case = nominated();
    let open = |effects: Vec<Effect>| -> Vec<(DeadlineKind, NaiveDate)> {
        let [Effect::Deadlines { open, .. }] = &effects[..] else {
            panic!("{effects:?}")
        };
        open.iter().map(|d| (d.kind, d.due_on)).collect()
    };
    let is_deadlines = |e: &Effect| matches!(e, Effect::Deadlines { .. });
    let adopted = after(
        &mut case,
        "plan_decision",
        adopt("2021-01-18"),
        is_deadlines,
    );
    assert_eq!(
        open(adopted),
        [(DeadlineKind::SponsorMissing, d("2021-02-17"))]
    );
    let sponsor = json!({"on": "2021-01-20", "member_id": member(3)});
    let assigned = after(&mut case, "sponsorship", sponsor, is_deadlines);
    assert_eq!(
        open(assigned),
        [(DeadlineKind::SponsorNote, d("2021-03-31"))]
    );
    let left = after(&mut case, "exit", exit("2021-02-01"), is_deadlines);
    assert_eq!(
        left,
        [Effect::Deadlines {
            open: vec![],
            on: d("2021-02-01")
        }]
    );
}
