//! Deadlines: every duty with its due date, listed until it is settled.
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, shows};

/// The deadline for the decision on candidate 5 of branch 04, whose branch resolved on 5 May 2022.
async fn decision(house: &House, who: &str) -> Answer {
    house
        .read(
            who,
            &format!("deadlines?kind=decision&candidate_id={}", demo("ca", 4, 5)),
        )
        .await
}

/// Whether the list with this filter contains that deadline.
async fn listed(house: &House, filter: &str) -> bool {
    let list = house
        .read("office", &format!("deadlines?{filter}&limit=200"))
        .await;
    let this = |d: &Value| d["candidate_id"] == demo("ca", 4, 5) && d["kind"] == "decision";
    list.items().iter().any(this)
}

/// S43, S55, S56: counted in working days from the day after the branch's resolution, with the
/// holidays skipped; open, overdue or settled.
#[tokio::test]
async fn a_decision_has_sixty_working_days_without_the_holidays() {
    let house = House::build().await;
    let seen = decision(&house, "office").await;
    let item = &seen.items()[0];
    shows!(item, {
        "from_on": "2022-05-05", "workdays": 60, "state": "open", "rule": "decision.in_time"
    });
    assert!(item["source"].text().contains("4.3.1"), "{item}");
    // the demo has no holiday on a weekday between 5 May and 28 July 2022
    shows!(item, {"due_on": "2022-07-28", "skipped": []});

    // a holiday that is entered later moves the deadline and is listed as skipped; removing it
    // moves the deadline back
    let holiday = house
        .create(
            "office",
            "holidays",
            json!({"on": "2022-07-20", "name": "Ngày nghỉ bù"}),
        )
        .await;
    let moved = decision(&house, "office").await;
    shows!(moved.items()[0], {"due_on": "2022-07-29", "skipped": ["2022-07-20"]});
    house
        .change("office", holiday.location(), 1, json!({"on": "2022-07-23"}))
        .await;
    // a holiday on a Saturday makes no difference
    shows!(decision(&house, "office").await.items()[0], {"due_on": "2022-07-28"});
    house.remove("office", holiday.location(), 2).await;
    shows!(decision(&house, "office").await.items()[0], {"due_on": "2022-07-28"});
}

#[tokio::test]
async fn a_decision_is_overdue_after_its_last_day() {
    let house = House::build().await;
    house.travel("2022-07-28");
    assert_eq!(
        (
            &decision(&house, "office").await.items()[0]["state"],
            &decision(&house, "office").await.items()[0]["days_left"]
        ),
        (&json!("open"), &json!(0))
    );
    for days in ["0d", "30d"] {
        assert!(listed(&house, &format!("within={days}")).await, "{days}");
    }
    assert!(!listed(&house, "overdue=true").await);
    house.travel("2022-07-27");
    assert!(!listed(&house, "within=0d").await);
    house.travel("2022-07-29");
    assert!(listed(&house, "overdue=true").await);
    assert!(listed(&house, "state=overdue").await);
    assert!(
        listed(&house, "within=30d").await,
        "overdue ones belong to the next thirty days"
    );
}

/// S43, S55, S56
#[tokio::test]
async fn a_decision_stays_listed_until_it_is_there_or_the_candidacy_ends() {
    let house = House::build().await;
    house.travel("2024-01-02");
    assert!(listed(&house, "overdue=true").await);
    house.record(
            "branch-04",
            &demo("ca", 4, 5),
            "exits",
            json!({"on": "2024-01-02", "kind": "transferred_out", "reason": "chuyển công tác", "to": "huyện khác"}),
        ).await;
    let item = decision(&house, "office").await.items()[0].clone();
    shows!(item, {"state": "settled", "settled_on": "2024-01-02"});
    assert!(!listed(&house, "overdue=true").await);
}

#[tokio::test]
async fn a_wrong_period_of_deadlines_is_named() {
    let house = House::build().await;
    for wrong in [
        "within=30",
        "within=d",
        "within=1000d",
        "within=30d,60d",
        "overdue=maybe",
        "kind=lunch",
    ] {
        house
            .get("office", &format!("deadlines?{wrong}"))
            .await
            .refused("invalid_parameter");
    }
}

/// Filter for the deadlines of this kind of candidate 1 of branch 01.
fn of_the_first(kind: &str) -> String {
    format!("deadlines?kind={kind}&candidate_id={}", demo("ca", 1, 1))
}

/// Assigns a sponsor to that candidate on 10 January 2022.
async fn sponsored(house: &House) -> Answer {
    house.travel("2022-01-10");
    let sponsor = json!({"member_id": demo("dd", 1, 8), "from_on": "2022-01-10"});
    house
        .record("branch-01", &demo("ca", 1, 1), "sponsorships", sponsor)
        .await
}

/// S37: a person in the plan must have a sponsor within thirty days.
#[tokio::test]
async fn a_person_in_the_plan_has_a_sponsor_within_thirty_days() {
    let house = House::build().await;
    let path = of_the_first("sponsor_missing");
    let missing = house.read("branch-01", &path).await;
    // the candidate was adopted on 24 December 2021
    let item = &missing.items()[0];
    shows!(item, {"from_on": "2021-12-24", "due_on": "2022-01-23", "state": "open"});
    let made = sponsored(&house).await;
    shows!(house.read("branch-01", &path).await.items()[0], {"settled_on": "2022-01-10"});
    // when the sponsorship ends, a new deadline begins
    let end = json!({"to_on": "2022-01-10", "end_reason": "chuyển công tác"});
    house.change("branch-01", made.location(), 1, end).await;
    let again = house
        .read("branch-01", &format!("{path}&state=open,overdue"))
        .await;
    assert_eq!(again.items().len(), 1);
    shows!(again.items()[0], {"due_on": "2022-02-09"});
}

/// S38: a note settles the duty of its quarter, and that of the next quarter opens.
#[tokio::test]
async fn a_sponsor_writes_a_note_every_quarter() {
    let house = House::build().await;
    sponsored(&house).await;
    let path = of_the_first("sponsor_note");
    shows!(house.read("branch-01", &path).await.items()[0], {"due_on": "2022-03-31"});
    let note = json!({"on": "2022-01-10", "member_id": demo("dd", 1, 8), "assessment": "done"});
    house
        .record("branch-01", &demo("ca", 1, 1), "sponsor-notes", note)
        .await;
    let notes = house.read("branch-01", &path).await;
    assert_eq!(notes.items().len(), 2);
    shows!(notes.items()[0], {"due_on": "2022-03-31", "state": "settled"});
    shows!(notes.items()[1], {"due_on": "2022-06-30", "state": "open"});
}

#[tokio::test]
async fn everyone_sees_the_deadlines_within_their_reach_and_no_others() {
    let house = House::build().await;
    let branches = async |who: &str| -> Vec<String> {
        let mut seen: Vec<String> = house
            .read(who, "deadlines?limit=200")
            .await
            .items()
            .iter()
            .filter_map(|d| d["branch_id"].as_str().map(str::to_owned))
            .collect();
        seen.sort();
        seen.dedup();
        seen
    };
    assert_eq!(branches("branch-03").await, [demo("0b", 3, 0)]);
    assert_eq!(
        branches("overseer").await,
        [demo("0b", 1, 0), demo("0b", 2, 0), demo("0b", 3, 0)]
    );
    assert_eq!(branches("office").await, branches("standing").await);
    assert!(branches("office").await.len() >= 9);
    for who in ["union", "youth", "upper", "admin", "district-script"] {
        house.get(who, "deadlines").await.refused("forbidden");
    }
}
