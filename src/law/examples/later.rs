//! What happens later in a file: papers made again, references to what was corrected, a refusal, a
//! sponsor taken back.
use serde_json::json;

use super::case::{Case, d, member};
use super::{ADMISSION, NONE};

/// One clock: after it has run out every paper is made again, and only the new ones count.
#[test]
fn papers_are_made_again_while_the_dossier_stays_open() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    let late = "2022-06-01";
    let introductions = ["admission.introduction.in_date", "admission.papers.in_date"];
    assert_eq!(case.missing(ADMISSION, late), introductions);
    // the union's paper alone does not revive the member's
    case.good(
        "introduction",
        json!({"on": "2022-05-02", "by": "youth_union", "paper_number": "2"}),
    );
    assert_eq!(
        case.missing(ADMISSION, late),
        ["admission.introduction.members", "admission.papers.in_date"]
    );
    // the same member signs again, in the place of the old paper
    let old = case.file().introductions[0].0;
    case.good(
        "introduction",
        json!({"on": "2022-05-03", "by": "member", "member_id": member(1), "shared_from": "2015-01-05", "shared_kind": "work", "paper_number": "2",
            "replaces": old, "replacement_reason": "giấy cũ hết hạn"}),
    );
    assert_eq!(case.missing(ADMISSION, late), ["admission.papers.in_date"]);
    // verification and opinions have their own clock
    case.good("opinion", json!({"on": "2022-05-10", "of": "trade_union", "purpose": "admission", "favourable": true}));
    assert_eq!(
        case.missing(ADMISSION, late),
        ["admission.verification", "admission.opinion.residence"]
    );
    case.good(
        "verification",
        json!({"on": "2022-05-12", "step": "concluded", "conclusion": "clear"}),
    );
    case.good("opinion", json!({"on": "2022-05-14", "of": "residence_branch_committee", "purpose": "admission", "favourable": true}));
    assert_eq!(case.missing(ADMISSION, late), NONE);
    // the new clock: twelve months from the first paper made again, the last day included
    assert_eq!(case.missing(ADMISSION, "2023-05-02"), NONE);
    assert_eq!(
        case.missing(ADMISSION, "2023-05-03"),
        ["admission.introduction.in_date"]
    );
}

/// A paper made before the end does not prolong the clock.
#[test]
fn a_paper_made_before_the_end_prolongs_nothing() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.introduce(d("2022-02-20"), 4);
    assert_eq!(
        case.missing(ADMISSION, "2022-03-02"),
        ["admission.introduction.in_date", "admission.papers.in_date"]
    );
}

#[test]
fn a_reference_to_a_correction_finds_what_was_corrected() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    let given = case.good(
        "test_assignment",
        json!({"on": "2021-04-01", "title": "trực", "due_on": "2021-05-01"}),
    );
    let corrected = case.good(
        "test_assignment",
        json!({"on": "2021-04-01", "title": "trực Tết", "due_on": "2021-05-01", "corrects": given}),
    );
    assert_eq!(case.missing(ADMISSION, "2021-07-01"), ["admission.tests"]);
    case.good(
        "test_result",
        json!({"on": "2021-05-01", "assignment_id": corrected, "assessment": "done"}),
    );
    assert_eq!(case.missing(ADMISSION, "2021-07-01"), NONE);
}

#[test]
fn a_refused_strike_off_needs_another_vote() {
    let mut case = Case::probationary("2021-11-01", "2021-11-21");
    let vote = case.vote(d("2022-02-01"), "strike_off");
    case.good("resolution", vote);
    let decision = |on: &str, outcome: &str| {
        json!({"on": on, "purpose": "strike_off", "outcome": outcome, "number": "1", "body": "upper_standing_committee", "members": 11, "in_favor": 11,
            "reason": "xem xét lại", "ground": "struck_off"})
    };
    case.good("decision", decision("2022-03-01", "refused"));
    assert!(
        !case
            .unmet("decision", decision("2022-04-01", "granted"))
            .is_empty(),
        "the old vote has been decided on"
    );
    let again = case.vote(d("2022-04-10"), "strike_off");
    case.good("resolution", again);
    assert_eq!(
        case.unmet("decision", decision("2022-05-01", "granted")),
        NONE
    );
}

#[test]
fn a_sponsor_with_a_full_load_does_not_get_somebody_back() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    let end = case.good(
        "sponsorship_end",
        json!({"on": "2021-06-01", "member_id": member(3), "reason": "bận"}),
    );
    let annul = || json!({"on": "2021-07-01", "act_id": end, "reason": "ghi nhầm"});
    if let Some(known) = case.facts.members.get_mut(&member(3)) {
        known.open_sponsorships = 3;
    }
    assert_eq!(
        case.unmet("annulment", annul()),
        ["sponsorship.sponsor.load"]
    );
    if let Some(known) = case.facts.members.get_mut(&member(3)) {
        known.open_sponsorships = 2;
    }
    assert_eq!(case.unmet("annulment", annul()), NONE);
}
