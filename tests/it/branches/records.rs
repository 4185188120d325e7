//! Everything that is recorded about a branch must be dated between its founding and its end.
use serde_json::{Value, json};

use super::{split_off, version};
use crate::evidence::acknowledged;
use crate::procedure::{BRANCH, Way, ballot};
use crate::support::{House, branch, demo, planned};

/// The day on which everything below is recorded.
const LAST: &str = "2022-12-10";
const DAY_BEFORE: &str = "2022-12-09";
const NEXT_DAY: &str = "2022-12-11";

fn new_branch(number: u32) -> Value {
    json!({"number": number.to_string(), "name": format!("Chi bộ {number}"), "kind": "clinical", "founded_on": "2022-01-15",
        "non_member_count": 3, "previous_term_admissions": 0})
}

/// Records something of this kind about the branch, dated [`LAST`].
async fn record(house: &House, what: &str, number: u32, id: &str) {
    let at = format!("branches/{id}");
    let own = format!("branch-{number:02}");
    let activity = |on: &str| {
        json!({"branch_id": id, "kind": "study", "topic": "Học tập", "on": on, "ends_on": LAST,
            "organiser": "party_office", "audience": ["members"], "department_heads": false})
    };
    match what {
        "nothing" => {}
        "overseer" => {
            let overseer = json!({"account_id": demo("ac", 0, 3), "from_on": LAST});
            let place = format!("{at}/overseers");
            house.create("office", &place, overseer).await;
        }
        "inspection" => {
            let inspection =
                json!({"branch_id": id, "on": LAST, "kind": "check", "findings": "Không"});
            house.create("standing", "inspections", inspection).await;
        }
        "activity" => {
            let lasting = activity("2022-12-01");
            house.create("office", "activities", lasting).await;
        }
        "work plan" => {
            let plan = json!({"period_kind": "month", "year": 2022, "number": 12, "content": "Lãnh đạo nhiệm vụ.", "admission_section": "Bồi dưỡng.",
                "minutes_number": "12-BB/CB", "held_on": LAST, "members": 7, "present": 7, "agenda": [], "checklist": []});
            house.create(&own, "work-plans", plan).await;
        }
        "renaming" => {
            let name = json!({"on": LAST, "name": "Chi bộ Khác", "paper_number": "1"});
            let seen = version(house, &at).await;
            let place = format!("{at}/renamings");
            house.advance_with("office", &place, seen, name).await;
        }
        "split" => {
            let seen = version(house, &at).await;
            let split = split_off(LAST, &[], &[]);
            let place = format!("{at}/splits");
            let split = house.step_with("office", &place, seen, split).await;
            split.expect(201);
        }
        "merger" => {
            let other = house.create("office", "branches", new_branch(45)).await;
            let merge = json!({"on": DAY_BEFORE, "paper_number": "22-QĐ/ĐU", "into_branch_id": id});
            let place = format!("{}/closures", other.location());
            house.advance_with("office", &place, 1, merge).await;
        }
        "hand-over" => {
            let person = planned(house, number, "Vàng Thị Chuyển").await;
            let offer =
                json!({"on": NEXT_DAY, "to_branch_id": branch(7), "reason": "chuyển công tác"});
            let offer = house.act(&own, &person, "transfers", offer).await;
            let place = format!("{}/acceptances", offer.expect(201).location());
            house.advance("branch-07", &place, 1).await;
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_branch_ends_after_everything_that_is_on_record_of_it() {
    for what in [
        "nothing",
        "overseer",
        "inspection",
        "activity",
        "work plan",
        "renaming",
        "split",
        "merger",
        "hand-over",
    ] {
        let house = House::build().await;
        house.travel("2022-12-20");
        record(&house, what, 10, &branch(10)).await;
        let path = format!("branches/{}", branch(10));
        let seen = version(&house, &path).await;
        let end =
            |on: &str| json!({"on": on, "paper_number": "22-QĐ/ĐU", "into_branch_id": branch(9)});
        let closures = format!("{path}/closures");
        let early = house
            .step_with("office", &closures, seen, end(DAY_BEFORE))
            .await;
        if what == "nothing" {
            early.expect(200);
            continue;
        }
        let early = early.invalid(&["/on"]);
        assert_eq!(
            early.body["errors"][0]["code"], "before_last_record",
            "{what}"
        );
        house
            .advance_with("office", &closures, seen, end(LAST))
            .await;
    }
}

#[tokio::test]
async fn a_branch_is_founded_before_everything_that_is_on_record_of_it() {
    let house = House::build().await;
    house.travel("2022-12-20");
    for (number, what) in [
        (41, "overseer"),
        (42, "inspection"),
        (43, "renaming"),
        (44, "merger"),
    ] {
        let made = house.create("office", "branches", new_branch(number)).await;
        record(&house, what, number, &made.id()).await;
        let path = made.location().to_owned();
        let founded = async |on: &str| {
            let seen = version(&house, &path).await;
            house
                .patch("office", &path, seen, json!({"founded_on": on}))
                .await
        };
        let late = founded(NEXT_DAY).await.invalid(&["/founded_on"]);
        assert_eq!(
            late.body["errors"][0]["code"], "after_first_record",
            "{what}"
        );
        founded(LAST).await.expect(200);
    }
}

/// A split or a merger was decided on paper and binds another branch, so it keeps both branches
/// from being removed.
#[tokio::test]
async fn a_branch_that_was_split_or_merged_is_not_removed() {
    let house = House::build().await;
    house.travel("2022-12-20");
    for (number, what) in [(41, "merger"), (42, "split")] {
        let made = house.create("office", "branches", new_branch(number)).await;
        record(&house, what, number, &made.id()).await;
        let path = made.location().to_owned();
        let seen = version(&house, &path).await;
        house
            .delete("office", &path, seen)
            .await
            .refused("has_dependents");
    }
    let split = house.read("office", "branches?number=12").await;
    let fresh = format!("branches/{}", split.items()[0]["id"].as_str().unwrap());
    let seen = version(&house, &fresh).await;
    house
        .delete("office", &fresh, seen)
        .await
        .refused("has_dependents");
}

/// A person cannot move in a split on or before the day of their nomination.
#[tokio::test]
async fn a_split_takes_nobody_along_before_the_nomination() {
    let house = House::build().await;
    let person = planned(&house, 9, "Vàng Thị Mới").await;
    let nominated = house.read("office", &format!("candidates/{person}")).await;
    let on = nominated.body["nominated_on"].as_str().unwrap().to_owned();
    let path = format!("branches/{}", branch(9));
    let seen = version(&house, &path).await;
    let split = split_off(&on, &[], &[person]);
    let early = house
        .step_with("office", &format!("{path}/splits"), seen, split)
        .await;
    early.invalid(&["/candidate_ids/0"]);
}

/// A sponsor who moves in a split without the person ends the sponsorship, as a transfer does; a pair
/// that moves together goes on.
#[tokio::test]
async fn a_split_ends_the_sponsorships_of_those_who_leave_the_person() {
    let house = House::build().await;
    house.travel("2021-03-01");
    let mut people = Vec::new();
    for (name, sponsor) in [("Lò Thị Ở Lại", 5), ("Lò Thị Đi", 6), ("Lò Thị Cùng", 7)]
    {
        let person = planned(&house, 9, name).await;
        let sponsor = json!({"member_id": demo("dd", 9, sponsor), "from_on": "2021-01-20"});
        house
            .record("branch-09", &person, "sponsorships", sponsor)
            .await;
        people.push(person);
    }
    let path = format!("branches/{}", branch(9));
    let moving = [demo("dd", 9, 5), demo("dd", 9, 7)];
    let split = split_off("2021-02-10", &moving, &people[1..]);
    let seen = version(&house, &path).await;
    house
        .step_with("office", &format!("{path}/splits"), seen, split)
        .await
        .expect(201);
    let ended = async |person: &str| {
        let of = format!("candidates/{person}/sponsorships");
        let of = house.read("office", &of).await;
        of.items()[0]["to_on"].clone()
    };
    assert_eq!(ended(&people[0]).await, "2021-02-09", "the sponsor moved");
    assert_eq!(ended(&people[1]).await, json!(null), "both moved");
}

/// Members who arrive by a merger dated in the past would have been entitled to vote since then. If
/// this leaves an earlier vote without its majority, the merger must be acknowledged.
#[tokio::test]
async fn a_merger_on_a_past_day_takes_no_vote_away_in_silence() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    way.does(
        BRANCH,
        "resolutions",
        ballot("admission", "branch", "2021-03-15", 10),
    )
    .await;
    let new = json!({"number": "41", "name": "Chi bộ Đến", "kind": "clinical", "founded_on": "2020-01-15",
        "non_member_count": 0, "previous_term_admissions": 0});
    let made = house.create("office", "branches", new).await;
    for name in [
        "Lò Thị Một",
        "Lò Thị Hai",
        "Lò Thị Ba",
        "Lò Thị Bốn",
        "Lò Thị Năm",
    ] {
        let member = json!({"branch_id": made.id(), "full_name": name, "sex": "female", "birth_date": "1988-04-12", "status": "official",
            "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03", "from_on": "2020-02-01"});
        house.create("office", "members", member).await;
    }
    let merge =
        json!({"on": "2021-03-10", "paper_number": "22-QĐ/ĐU", "into_branch_id": branch(1)});
    let place = format!("{}/closures", made.location());
    let silent = house.step_with("office", &place, 1, merge.clone()).await;
    assert!(silent.unmet().contains(&"vote.register".to_owned()));
    house
        .advance_with("office", &place, 1, acknowledged(&merge))
        .await;
    assert_eq!(way.deadlines("ground_lost").await.len(), 1);
}
