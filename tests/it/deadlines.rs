//! Deadlines: every duty with its due date, listed until it is settled.
use ketnap::db::Tx;
use ketnap::db::tables::deadline;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, branch, demo, shows, with};

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

/// A member of branch 03 on probation, who came without a file.
fn lan() -> Value {
    json!({"branch_id": branch(3), "full_name": "Hoàng Thị Phong Lan", "sex": "female", "birth_date": "1991-05-06",
        "status": "probationary", "activity": "active", "joined_on": "2020-01-20"})
}

/// The duties about this member as somebody sees them.
async fn about(house: &House, who: &str, member: &str) -> Vec<Value> {
    let path = format!("deadlines?member_id={member}");
    house.read(who, &path).await.items().clone()
}

/// What the Office records about a member, who has this version then.
async fn recorded(house: &House, member: &str, what: &str, body: Value) -> Answer {
    let path = format!("members/{member}");
    let version = house.read("office", &path).await.version();
    let way = format!("{path}/{what}");
    house.step_with("office", &way, version, body).await
}

/// Thirty working days from the end of the probation, over the Lunar New Year: for the branch, whoever
/// looks after it and the Office, and nobody else.
#[tokio::test]
async fn a_member_on_probation_without_a_file_is_due_for_the_branchs_vote() {
    let house = House::build().await;
    let made = house.create("office", "members", lan()).await;
    let own = about(&house, "branch-03", &made.id()).await;
    assert_eq!(own.len(), 1, "{own:?}");
    shows!(&own[0], {
        "kind": "recognition_review", "state": "open", "branch_id": branch(3), "candidate_id": null,
        "member_id": made.id(), "full_name": "Hoàng Thị Phong Lan", "from_on": "2021-01-20", "workdays": 30,
        "due_on": "2021-03-10", "rule": "recognition.review_in_time", "source": "29-QĐ/TW, 4.1",
        "skipped": ["2021-02-10", "2021-02-11", "2021-02-12", "2021-02-15", "2021-02-16"]
    });
    for who in ["office", "standing", "overseer"] {
        assert_eq!(about(&house, who, &made.id()).await, own, "{who}");
    }
    let one = format!("deadlines/{}", own[0]["id"].text());
    let path = format!("{one}?expand=member");
    let expanded = house.read("branch-03", &path).await;
    shows!(expanded.body["member"], {"full_name": "Hoàng Thị Phong Lan", "status": "probationary"});
    house.get("branch-02", &one).await.refused("not_found");
    assert!(about(&house, "branch-02", &made.id()).await.is_empty());
    // not even without the handler
    for (who, sees) in [("union", false), ("youth", false), ("branch-03", true)] {
        let read = async |tx: Tx| {
            let all = deadline::Entity::find().filter(deadline::Column::MemberId.is_not_null());
            tx.all(all).await
        };
        let rows = house.db.read(&house.entry(who).await, read).await.unwrap();
        assert_eq!(!rows.is_empty(), sees, "{who}");
    }
    // and so are those of the demo; an official member, and one whose file has its own, have none
    let first = about(&house, "branch-01", &demo("dd", 1, 15)).await;
    shows!(&first[0], {"from_on": "2021-01-16", "due_on": "2021-03-05"});
    for none in [demo("dd", 1, 14), demo("ca", 4, 6)] {
        assert!(about(&house, "office", &none).await.is_empty(), "{none}");
    }
}

/// A day off that is entered later moves it, and taking that back moves it back.
#[tokio::test]
async fn a_new_holiday_moves_the_vote_on_a_member_without_a_file() {
    let house = House::build().await;
    let made = house.create("office", "members", lan()).await;
    let day = json!({"on": "2021-03-01", "name": "Ngày nghỉ bù"});
    let holiday = house.create("office", "holidays", day).await;
    let moved = about(&house, "office", &made.id()).await;
    shows!(&moved[0], {"due_on": "2021-03-11"});
    assert!(
        moved[0]["skipped"].list().contains(&json!("2021-03-01")),
        "{moved:?}"
    );
    house.remove("office", holiday.location(), 1).await;
    shows!(&about(&house, "office", &made.id()).await[0], {"due_on": "2021-03-10"});
    // a wrong day of joining moves it too
    let right = json!({"joined_on": "2020-01-21", "reason": "theo lý lịch"});
    let corrected = recorded(&house, &made.id(), "corrections", right).await;
    corrected.expect(200);
    shows!(&about(&house, "office", &made.id()).await[0], {"from_on": "2021-01-21", "due_on": "2021-03-11"});
}

/// The recognition settles it; if that is taken back, it is open again, and counted by the holidays
/// of now.
#[tokio::test]
async fn the_recognition_settles_the_vote_on_a_member_without_a_file() {
    let house = House::build().await;
    let made = house.create("office", "members", lan()).await.id();
    house.travel("2021-03-20");
    shows!(&about(&house, "branch-03", &made).await[0], {"state": "overdue", "days_left": -10});
    let overdue = async || {
        let seen = house.read("branch-03", "overview").await;
        seen.items()[0]["overdue_deadlines"].as_i64().unwrap()
    };
    let before = overdue().await;
    let decided = json!({"on": "2021-03-12", "decided_by": "upper_standing_committee", "paper_number": "41-QĐCN/HU"});
    recorded(&house, &made, "recognitions", decided)
        .await
        .expect(200);
    shows!(&about(&house, "branch-03", &made).await[0], {"state": "settled", "settled_on": "2021-03-12"});
    assert_eq!(overdue().await, before - 1);
    let day = json!({"on": "2021-03-01", "name": "Ngày nghỉ bù"});
    house.create("office", "holidays", day).await;
    shows!(&about(&house, "branch-03", &made).await[0], {"due_on": "2021-03-10"});
    let path = format!("members/{made}");
    let version = house.read("office", &path).await.version();
    house
        .remove("office", &format!("{path}/recognitions"), version)
        .await;
    shows!(&about(&house, "branch-03", &made).await[0], {"state": "overdue", "settled_on": null, "due_on": "2021-03-11"});
    assert_eq!(overdue().await, before);
}

/// It goes where the member goes, ends when they leave, and begins again if they have not left.
#[tokio::test]
async fn the_vote_on_a_member_without_a_file_follows_the_member() {
    let house = House::build().await;
    let made = house.create("office", "members", lan()).await.id();
    house.travel("2021-03-20");
    let to = json!({"branch_id": branch(5), "on": "2021-03-15", "paper_number": "9-CV"});
    recorded(&house, &made, "transfers", to).await.expect(200);
    assert!(about(&house, "branch-03", &made).await.is_empty());
    shows!(&about(&house, "branch-05", &made).await[0], {"branch_id": branch(5), "state": "overdue"});
    let gone = json!({"on": "2021-03-18", "ground": "transferred_out", "paper_number": "3-GT"});
    let leaving = recorded(&house, &made, "leavings", gone).await.expect(201);
    shows!(&about(&house, "branch-05", &made).await[0], {"state": "settled", "settled_on": "2021-03-18"});
    house.remove("office", leaving.location(), 1).await;
    shows!(&about(&house, "branch-05", &made).await[0], {"state": "overdue", "settled_on": null});

    // a row that was entered by mistake leaves no duty behind
    let other = with(&lan(), json!({"full_name": "Hoàng Thị Mai"}));
    let other = house.create("office", "members", other).await;
    assert_eq!(about(&house, "office", &other.id()).await.len(), 1);
    house.remove("office", other.location(), 1).await;
    assert!(about(&house, "office", &other.id()).await.is_empty());
}

/// Nothing is due of a member who waits to be told from a namesake, until somebody has confirmed it.
#[tokio::test]
async fn no_vote_is_due_on_a_member_who_waits_to_be_told_from_a_namesake() {
    let house = House::build().await;
    let reason = json!({"namesake_reason": "hai người khác nhau, đã đối chiếu số căn cước"});
    let made = house
        .create("office", "members", with(&lan(), reason))
        .await;
    assert!(about(&house, "office", &made.id()).await.is_empty());
    let confirm = format!("members/{}/namesake-confirmations", made.id());
    house.advance("standing", &confirm, 1).await;
    shows!(&about(&house, "office", &made.id()).await[0], {"due_on": "2021-03-10"});
}
