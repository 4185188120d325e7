//! The worked examples of the specification, by number, through the judge itself: a candidacy in
//! which a vote may be taken, and one thing changed.
//! Each has both sides of its border: the day before and after, one vote fewer and more.
pub(crate) mod case;
mod later;
mod refusals;

use serde_json::json;

use self::case::{ADMISSION, Case, RECOGNITION, ballot, d, days, granted, member};
use super::acts::Step;
use super::deadlines;
use super::quota::{Line, Warning, warnings};
use super::words::{DeadlineKind, VerificationStep, WaiverKind};
use crate::Stage;
use crate::acts::Act;

const NONE: [&str; 0] = [];

#[test]
fn example_01_the_certificate_on_the_day_of_the_vote() {
    let mut case = Case::ready("1997-01-15", "2024-08-01");
    // the only certificate is that of 2020-01-15
    case.facts
        .acts
        .retain(|r| !matches!(r.act, Act::Certificate(_)));
    case.certificate("awareness", d("2020-01-15"));
    assert_eq!(case.missing(ADMISSION, "2025-01-15"), NONE);
    assert_eq!(
        case.missing(ADMISSION, "2025-01-16"),
        ["admission.certificate"]
    );
    assert_eq!(
        case.unmet("resolution", case.vote(d("2025-02-03"), "admission")),
        ["admission.certificate"]
    );
}

#[test]
fn example_02_how_long_they_have_shared_work_and_not_how_long_official() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    case.facts.members.get_mut(&member(1)).unwrap().official_on = Some(d("2020-11-10"));
    let paper = |who, since: &str| json!({"on": "2021-05-10", "by": "member", "member_id": member(who), "shared_from": since, "shared_kind": "work", "paper_number": "1"});
    assert_eq!(
        case.unmet("introduction", paper(1, "2019-05-10")),
        NONE,
        "official for 6 months, 24 months together"
    );
    assert_eq!(
        case.unmet("introduction", paper(2, "2020-06-10")),
        ["introduction.shared_months"],
        "official for 10 years, 11 months together"
    );
    assert_eq!(
        case.unmet("introduction", paper(2, "2020-05-11")),
        ["introduction.shared_months"]
    );
    assert_eq!(case.unmet("introduction", paper(2, "2020-05-10")), NONE);
    case.facts.members.get_mut(&member(1)).unwrap().official_on = Some(d("2021-05-11"));
    assert_eq!(
        case.unmet("introduction", paper(1, "2019-05-10")),
        ["introduction.official"]
    );
}

#[test]
fn example_03_who_is_counted_in_the_branch() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    let on = d("2021-06-01");
    let mut after = |there: usize, n: [i32; 6]| {
        case.facts.register = vec![(d("2010-05-19"), None); there];
        case.judge("resolution", ballot(on, "admission", n))
            .map(|v| v.after.stage)
    };
    // 20 official and 2 probationary members, 3 away on mission
    assert_eq!(after(20, [20, 0, 0, 17, 13, 4]), Ok(Stage::Dossier));
    assert_eq!(after(20, [20, 0, 0, 17, 14, 3]), Ok(Stage::BranchResolved));
    for wrong in [17, 18, 22] {
        assert_eq!(
            after(20, [wrong, 0, 0, 17, 17, 0]),
            Err(vec!["vote.register"]),
            "{wrong} are not the members of the register"
        );
    }
    // 17 official, 1 exempt and absent, 2 absent with reason
    assert_eq!(after(17, [17, 1, 0, 14, 10, 4]), Ok(Stage::Dossier));
    assert_eq!(after(17, [17, 1, 0, 14, 11, 3]), Ok(Stage::BranchResolved));
    // the exempt member comes and votes
    assert_eq!(after(17, [17, 0, 0, 15, 11, 4]), Ok(Stage::Dossier));
    assert_eq!(after(17, [17, 0, 0, 15, 12, 3]), Ok(Stage::BranchResolved));
    // one suspended: 19 of 20 count
    assert_eq!(after(20, [20, 0, 1, 17, 12, 5]), Ok(Stage::Dossier));
    assert_eq!(after(20, [20, 0, 1, 17, 13, 4]), Ok(Stage::BranchResolved));
}

#[test]
fn example_04_eighteen_to_sixty_in_completed_months() {
    for born in ["1966-05-01", "1963-05-01"] {
        assert_eq!(
            Case::ready(born, "2021-03-01").missing(ADMISSION, "2021-06-01"),
            NONE,
            "a woman born {born}"
        );
    }
    let mut case = Case::ready("1962-03-10", "2021-09-01");
    assert_eq!(case.missing(ADMISSION, "2022-03-10"), NONE);
    assert_eq!(
        case.missing(ADMISSION, "2022-04-09"),
        NONE,
        "720 months are completed, the 721st is not"
    );
    assert_eq!(
        case.missing(ADMISSION, "2022-04-10"),
        ["admission.age.most"]
    );
    case.good("waiver", json!({"on": "2022-04-10", "what": "age_over_sixty", "reason": "x", "approver": "x", "paper_number": "1"}));
    assert_eq!(case.missing(ADMISSION, "2022-04-10"), NONE);
    let young = Case::ready("2003-06-01", "2021-03-01");
    assert_eq!(
        young.missing(ADMISSION, "2021-05-31"),
        ["admission.age.least"]
    );
    assert_eq!(young.missing(ADMISSION, "2021-06-01"), NONE);
}

#[test]
fn example_05_party_age_from_the_decision_probation_from_the_ceremony() {
    let mut case = Case::probationary("2024-08-25", "2024-09-15");
    case.certificate("new_member", d("2025-05-01"));
    let file = case.file();
    assert_eq!(
        case.law.on(d("2024-08-25")).text("party_age_from"),
        "decision_date"
    );
    assert_eq!(file.decision.as_ref().unwrap().on, d("2024-08-25"));
    assert_eq!(
        (file.ceremony_on, file.probation_end(&case.law)),
        (Some(d("2024-09-15")), Some(d("2025-09-15")))
    );
    assert_eq!(
        case.missing(RECOGNITION, "2025-09-15"),
        ["recognition.probation_ended"]
    );
    assert_eq!(case.missing(RECOGNITION, "2025-09-16"), NONE);
    // the ceremony is not before the decision
    let ceremony = case
        .facts
        .acts
        .iter()
        .position(|r| matches!(r.act, Act::Ceremony(_)))
        .unwrap();
    case.facts.acts.truncate(ceremony);
    assert_eq!(
        case.unmet("ceremony", json!({"on": "2024-08-24"})),
        ["act.order"]
    );
    assert_eq!(case.unmet("ceremony", json!({"on": "2024-08-25"})), NONE);
}

#[test]
fn example_06_two_official_members_cannot_vote() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    // the probationary one is in no register of official members
    for (there, rules) in [(2, vec!["vote.branch_members"]), (3, vec![])] {
        case.facts.register = vec![(d("2010-05-19"), None); there];
        assert_eq!(case.missing(ADMISSION, "2021-06-01"), rules, "{there}");
        assert_eq!(
            case.unmet("resolution", case.vote(d("2021-06-01"), "admission")),
            rules,
            "{there}"
        );
    }
}

#[test]
fn example_07_however_late_the_branch_meets() {
    for voted in [days(d("2023-03-01"), 1), days(d("2023-03-01"), 40)] {
        let mut case = Case::probationary("2022-02-15", "2022-03-01");
        case.certificate("new_member", d("2022-10-01"));
        assert_eq!(
            case.unmet("resolution", case.vote(d("2023-03-01"), "recognition")),
            ["recognition.probation_ended"]
        );
        case.good("resolution", case.vote(voted, "recognition"));
        let mut committee = ballot(days(voted, 10), "recognition", [15, 0, 0, 12, 10, 2]);
        committee["body"] = "committee".into();
        case.good("resolution", committee);
        case.good("recognition", json!({"on": days(voted, 30), "number": "1", "body": "upper_standing_committee", "members": 11, "in_favor": 6}));
        let file = case.file();
        assert_eq!(
            (file.stage, file.official_on),
            (Stage::Official, Some(d("2023-03-01"))),
            "voted on {voted}"
        );
    }
}

#[test]
fn example_08_past_twelve_months_and_not_yet_recognised() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-03-01"));
    let sponsor = json!({"on": "2021-06-01", "member_id": member(4)});
    let paper = json!({"on": "2021-06-01", "by": "member", "member_id": member(4), "shared_from": "2015-01-05", "shared_kind": "work", "paper_number": "1"});
    for (official_on, may) in [
        (None, false),
        (Some("2021-06-02"), false),
        (Some("2021-06-01"), true),
    ] {
        case.facts.members.get_mut(&member(4)).unwrap().official_on = official_on.map(d);
        let only = |rule| if may { vec![] } else { vec![rule] };
        assert_eq!(
            case.unmet("sponsorship", sponsor.clone()),
            only("sponsorship.sponsor.official"),
            "{official_on:?}"
        );
        assert_eq!(
            case.unmet("introduction", paper.clone()),
            only("introduction.official"),
            "{official_on:?}"
        );
    }
    // nor is he counted in a vote before the day
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.facts.register.push((d("2021-06-01"), None));
    assert_eq!(
        case.unmet(
            "resolution",
            ballot(d("2021-05-31"), "admission", [15, 0, 0, 15, 15, 0])
        ),
        ["vote.register"]
    );
    assert_eq!(
        case.unmet(
            "resolution",
            ballot(d("2021-05-31"), "admission", [14, 0, 0, 15, 15, 0])
        ),
        ["vote.present"]
    );
    assert_eq!(
        case.unmet(
            "resolution",
            ballot(d("2021-06-01"), "admission", [15, 0, 0, 15, 15, 0])
        ),
        NONE
    );
}

#[test]
fn example_09_the_last_day_belongs_to_the_probation() {
    for (decided, ceremony, end, first) in [
        ("2024-02-20", "2024-02-29", "2025-02-28", "2025-03-01"),
        ("2023-08-20", "2023-08-31", "2024-08-31", "2024-09-01"),
    ] {
        let mut case = Case::probationary(decided, ceremony);
        case.certificate("new_member", days(d(ceremony), 100));
        assert_eq!(case.file().probation_end(&case.law), Some(d(end)));
        assert_eq!(
            case.missing(RECOGNITION, end),
            ["recognition.probation_ended"]
        );
        assert_eq!(case.missing(RECOGNITION, first), NONE);
    }
}

#[test]
fn example_10_each_vote_under_the_regulation_of_its_own_day() {
    for (on, code) in [
        ("2021-07-29", "29-QĐ/TW"),
        ("2021-07-30", "24-QĐ/TW"),
        ("2025-06-30", "232-QĐ/TW"),
        ("2025-07-01", "294-QĐ/TW"),
    ] {
        let case = Case::ready("1999-01-15", &days(d(on), -100).to_string());
        assert_eq!(
            case.judge("resolution", case.vote(d(on), "admission"))
                .unwrap()
                .regulation,
            code,
            "{on}"
        );
        // nor may it be of tomorrow
        let mut early = case;
        early.facts.today = days(d(on), -1);
        assert_eq!(
            early.unmet("resolution", early.vote(d(on), "admission")),
            ["act.not_in_future"]
        );
        early.facts.today = d(on);
        assert_eq!(
            early.unmet("resolution", early.vote(d(on), "admission")),
            NONE
        );
    }
}

#[test]
fn example_11_which_introductions() {
    let (on, later) = (d("2021-05-10"), "2021-06-01");
    let with = |born: &str, at_work: bool, youth: bool, members: u128, unions: &[&str]| {
        let mut case = Case::new(born);
        case.facts.unit_has_youth_union = at_work;
        case.dossier(d("2021-03-01"));
        for who in 1..=members {
            case.introduce(on, who);
        }
        for union in unions {
            case.good(
                "introduction",
                json!({"on": on, "by": union, "paper_number": "1"}),
            );
        }
        case.facts.youth_union_member = youth;
        case.missing(ADMISSION, later)
    };
    let (member, union) = (
        "admission.introduction.members",
        "admission.introduction.union",
    );
    // A: aged 24, of the youth union, which the unit has
    assert_eq!(with("1997-01-15", true, true, 1, &["youth_union"]), NONE);
    assert_eq!(
        with("1997-01-15", true, true, 2, &[]),
        [union],
        "two members do not stand for the union"
    );
    assert_eq!(
        with("1997-01-15", true, true, 2, &["trade_union"]),
        [union],
        "nor does the other union"
    );
    assert_eq!(
        with("1997-01-15", true, true, 0, &["youth_union"]),
        [member]
    );
    // C: aged 37, of the trade union, the unit has a Youth Union
    assert_eq!(with("1984-01-15", true, false, 2, &[]), NONE);
    assert_eq!(
        with("1984-01-15", true, false, 1, &["trade_union"]),
        [member]
    );
    // the borders of youth: 30 to the end of the year of age, 35 for who is still a member
    for (oldest, youth) in [("1990-06-02", false), ("1985-06-02", true)] {
        let over = days(d(oldest), -1).to_string();
        assert_eq!(
            with(oldest, true, youth, 1, &["youth_union"]),
            if youth { vec![] } else { vec![union] },
            "{oldest}: still A"
        );
        assert_eq!(
            with(&over, true, youth, 1, &["youth_union"]),
            [member],
            "{over}: C asks two members"
        );
        assert_eq!(with(&over, true, youth, 2, &[]), NONE);
    }
    // B: no Youth Union at work
    assert_eq!(with("1984-01-15", false, false, 1, &["trade_union"]), NONE);
    assert_eq!(with("1984-01-15", false, false, 2, &[]), [union]);
}

#[test]
fn example_12_quotas_of_five_years() {
    let year = [1, 0, 1, 2, 1, 0, 1, 0, 0, 0];
    let warnings = |quotas: &[i32], minimum| {
        warnings(
            &quotas
                .iter()
                .map(|q| Line {
                    quota: *q,
                    admitted: 0,
                    pipeline: 1,
                })
                .collect::<Vec<_>>(),
            minimum,
            false,
        )
    };
    assert_eq!((0..5).map(|_| year.iter().sum::<i32>()).sum::<i32>(), 30);
    assert_eq!(warnings(&year, 6), []);
    assert_eq!(warnings(&[1; 10], 6), [Warning::EvenlySpread]);
    assert_eq!(
        warnings(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 0], 6),
        [],
        "one branch differs"
    );
    assert_eq!(
        warnings(&[1, 0, 1, 2, 1, 0, 0, 0, 0, 0], 6),
        [Warning::BelowAnnualMinimum]
    );
    assert_eq!(
        warnings(&[0; 10], 6),
        [Warning::EvenlySpread, Warning::BelowAnnualMinimum]
    );
}

#[test]
fn example_13_more_ballots_than_people_present() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.facts.register = vec![(d("2010-05-19"), None); 20];
    let vote = |against, present| {
        ballot(
            d("2021-06-01"),
            "admission",
            [20, 0, 0, present, 14, against],
        )
    };
    assert_eq!(case.unmet("resolution", vote(7, 20)), ["vote.ballots"]);
    assert_eq!(case.unmet("resolution", vote(6, 20)), NONE);
    assert_eq!(case.unmet("resolution", vote(6, 21)), ["vote.present"]);
}

#[test]
fn example_14_sixty_working_days_skip_tet() {
    let mut case = Case::ready("1997-01-15", "2021-10-01");
    let tet = [
        "2022-01-31",
        "2022-02-01",
        "2022-02-02",
        "2022-02-03",
        "2022-02-04",
    ]
    .map(d);
    case.facts.holidays = tet.into_iter().map(|day| (day, "Tết".to_owned())).collect();
    case.submit(d("2022-01-20"));
    let deadline = |case: &Case| {
        deadlines::open(&case.file(), &case.law, &case.facts.holidays)
            .into_iter()
            .find(|deadline| deadline.kind == DeadlineKind::Decision)
            .unwrap()
    };
    let open = deadline(&case);
    // 12 weeks, and the five days of Tết as a thirteenth
    assert_eq!(
        (open.from_on, open.due_on, open.skipped),
        (d("2022-01-20"), d("2022-04-21"), tet.to_vec())
    );
    let decided = |on: &str, reason: Option<&str>| {
        let mut paper = granted(d(on), "upper_standing_committee", 11, 11);
        paper["reason"] = reason.into();
        paper
    };
    assert_eq!(case.unmet("decision", decided("2022-04-21", None)), NONE);
    assert_eq!(
        case.unmet("decision", decided("2022-04-22", None)),
        ["decision.in_time"]
    );
    assert_eq!(
        case.unmet("decision", decided("2022-06-02", Some("x"))),
        NONE,
        "30 more with a reason"
    );
    assert_eq!(
        case.unmet("decision", decided("2022-06-03", Some("x"))),
        ["decision.in_time"]
    );
    // a day listed more is a working day later
    case.facts.holidays.insert(d("2022-04-11"), "Giỗ Tổ".into());
    assert_eq!(deadline(&case).due_on, d("2022-04-22"));
}

#[test]
fn example_15_the_new_member_class_or_a_waiver_of_it() {
    let mut case = Case::probationary("2021-11-01", "2021-11-20");
    assert_eq!(
        case.missing(RECOGNITION, "2022-11-21"),
        ["recognition.new_member_class"]
    );
    assert_eq!(
        case.unmet("resolution", case.vote(d("2022-11-21"), "recognition")),
        ["recognition.new_member_class"]
    );
    let before = case.facts.acts.len();
    case.certificate("new_member", d("2022-11-22"));
    assert_eq!(
        case.missing(RECOGNITION, "2022-11-21"),
        ["recognition.new_member_class"]
    );
    assert_eq!(case.missing(RECOGNITION, "2022-11-22"), NONE);
    case.facts.acts.truncate(before);
    let waiver = json!({"on": "2022-11-22", "what": "new_member_class", "reason": "dịch bệnh", "approver": "Ban Thường vụ", "paper_number": "31-CV/ĐU"});
    case.good("waiver", waiver);
    assert_eq!(
        case.missing(RECOGNITION, "2022-11-21"),
        ["recognition.new_member_class"]
    );
    assert_eq!(
        case.unmet("resolution", case.vote(d("2022-11-22"), "recognition")),
        NONE
    );
    let shown = case
        .file()
        .waived(WaiverKind::NewMemberClass, d("2022-11-22"))
        .map(|w| w.approver.as_str().to_owned());
    assert_eq!(shown.as_deref(), Some("Ban Thường vụ"));
}

#[test]
fn example_16_more_than_half_of_all_serving_members() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    case.submit(d("2021-06-01"));
    for (body, members, fails) in [
        ("upper_standing_committee", 11, 5),
        ("upper_standing_committee", 10, 5),
        ("delegated_base_committee", 15, 9),
    ] {
        let decided = |in_favor| granted(d("2021-07-01"), body, members, in_favor);
        assert_eq!(
            case.unmet("decision", decided(fails)),
            ["decision.vote"],
            "{fails} of {members} of {body}"
        );
        assert_eq!(
            case.unmet("decision", decided(fails + 1)),
            NONE,
            "{} of {members} of {body}",
            fails + 1
        );
        assert_eq!(
            case.unmet("decision", decided(members + 1)),
            ["decision.vote"]
        );
    }
}

#[test]
fn example_17_one_clock_for_the_dossier() {
    // introduced on 2021-05-10, the 70th day
    let case = Case::ready("1997-01-15", "2021-03-01");
    assert_eq!(case.file().introductions[0].1.on, d("2021-05-10"));
    assert_eq!(case.missing(ADMISSION, "2022-03-01"), NONE);
    assert_eq!(
        case.missing(ADMISSION, "2022-03-02"),
        ["admission.introduction.in_date", "admission.papers.in_date"]
    );
}

#[test]
fn example_18_who_takes_over_need_not_have_shared_twelve_months() {
    let mut case = Case::new("1997-01-15");
    case.dossier(d("2021-08-01"));
    case.introduce(d("2021-09-01"), 1);
    case.good(
        "introduction",
        json!({"on": "2021-09-01", "by": "youth_union", "paper_number": "1"}),
    );
    let first = case.file().introductions[0].0;
    let paper = |replaces: Option<uuid::Uuid>, reason: Option<&str>, since: &str| {
        json!({"on": "2021-10-01", "by": "member", "member_id": member(2), "shared_from": since, "shared_kind": "work", "paper_number": "1",
            "replaces": replaces, "replacement_reason": reason})
    };
    assert_eq!(
        case.unmet("introduction", paper(None, None, "2021-08-01")),
        ["introduction.shared_months"]
    );
    assert_eq!(
        case.unmet("introduction", paper(None, None, "2020-10-02")),
        ["introduction.shared_months"]
    );
    assert_eq!(
        case.unmet("introduction", paper(None, None, "2020-10-01")),
        NONE
    );
    assert_eq!(
        case.unmet("introduction", paper(Some(first), None, "2021-08-01")),
        ["introduction.replaces"]
    );
    assert_eq!(
        case.unmet(
            "introduction",
            paper(Some(uuid::Uuid::nil()), Some("x"), "2021-08-01")
        ),
        ["introduction.replaces"]
    );
    case.good(
        "introduction",
        paper(Some(first), Some("chuyển công tác"), "2021-08-01"),
    );
    let file = case.file();
    assert_eq!(
        file.introductions.len(),
        3,
        "the replaced one stays on file"
    );
    assert!(file.replaced.contains(&first));
    assert_eq!(
        case.missing(ADMISSION, "2021-09-30"),
        ["admission.introduction.members"]
    );
    assert_eq!(case.missing(ADMISSION, "2021-10-01"), NONE);
}

#[test]
fn example_19_the_ceremony_is_counted_from_receipt_and_later_from_issue() {
    for (body, issued, received, due) in [
        (
            "base_standing_committee",
            "2026-08-03",
            "2026-08-12",
            "2026-09-14",
        ),
        (
            "upper_standing_committee",
            "2025-08-04",
            "2025-08-12",
            "2025-09-23",
        ),
    ] {
        let mut case = Case::ready("1999-01-15", &days(d(issued), -120).to_string());
        case.submit(days(d(issued), -40));
        let mut paper = granted(d(issued), body, 11, 6);
        paper["received_on"] = received.into();
        case.good("decision", paper);
        let open = deadlines::open(&case.file(), &case.law, &case.facts.holidays);
        assert_eq!(
            open.iter()
                .find(|deadline| deadline.kind == DeadlineKind::Ceremony)
                .map(|deadline| deadline.due_on),
            Some(d(due))
        );
        assert_eq!(case.unmet("ceremony", json!({"on": due})), NONE);
        let after = days(d(due), 1);
        assert_eq!(
            case.unmet("ceremony", json!({"on": after})),
            ["ceremony.in_time"]
        );
        case.good("waiver", json!({"on": after, "what": "late_ceremony", "reason": "x", "approver": "x", "paper_number": "1"}));
        assert_eq!(case.unmet("ceremony", json!({"on": after})), NONE);
    }
}

#[test]
fn example_20_readmission_waits_three_years_and_happens_once() {
    let case = Case::new("1980-01-15");
    let again = |on: &str, ground: &str, earlier: i32| {
        json!({"on": on, "paper_number": "1", "by": "member", "left_on": "2020-01-01", "ground": ground, "earlier_readmissions": earlier,
            "agreement_number": "1"})
    };
    assert_eq!(
        case.unmet("readmission", again("2022-12-31", "struck_off", 0)),
        ["readmission.wait"]
    );
    assert_eq!(
        case.unmet("readmission", again("2023-01-01", "struck_off", 0)),
        NONE
    );
    assert_eq!(
        case.unmet("readmission", again("2023-01-01", "struck_off", 1)),
        ["readmission.times"]
    );
    assert_eq!(
        case.unmet("readmission", again("2023-01-01", "resigned", 0)),
        ["readmission.not_barred"]
    );
    assert_eq!(
        case.unmet(
            "readmission",
            again("2023-01-01", "resigned_family_hardship", 0)
        ),
        NONE
    );
    assert_eq!(
        case.unmet("readmission", again("2023-01-01", "self_quit", 0)),
        ["readmission.not_barred"]
    );
}

/// Without the act, what only the act can show is left out, and what nobody has declared is not said to be declared.
#[test]
fn next_steps_say_only_what_is_known() {
    let mut case = Case::ready("1997-01-15", "2021-03-01");
    let declared = case
        .facts
        .acts
        .iter()
        .position(|r| matches!(r.act, Act::Verification(_)))
        .unwrap();
    case.facts.acts.truncate(declared);
    let on = "2021-03-05";
    assert_eq!(
        case.missing(Step::Verification(VerificationStep::Exempted), on),
        ["verification.declared"]
    );
    assert_eq!(
        case.missing(Step::Verification(VerificationStep::Sent), on),
        ["verification.sealed", "verification.declared"]
    );
    assert_eq!(
        case.missing(Step::Verification(VerificationStep::Returned), on),
        ["verification.sent"]
    );
    case.good(
        "verification",
        json!({"on": on, "step": "declared", "relation": "father"}),
    );
    assert_eq!(
        case.missing(Step::Verification(VerificationStep::Exempted), on),
        NONE
    );
}
