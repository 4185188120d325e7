//! Sponsorships.
use serde_json::{Value, json};

use crate::support::{House, candidate, demo, same_when_read, shows};

fn sponsor(b: u32, n: u32) -> Value {
    json!({"member_id": demo("dd", b, n), "from_on": "2021-01-15"})
}

async fn refused(house: &House, who: &str, candidate: &str, body: Value, unmet: &[&str]) {
    let answer = house.act(who, candidate, "sponsorships", body).await;
    assert_eq!(answer.unmet(), unmet);
}

#[tokio::test]
async fn a_sponsor_is_refused_for_each_unmet_requirement() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kèm").await;
    refused(
        &house,
        "branch-01",
        &new,
        sponsor(1, 15),
        &["sponsorship.sponsor.official"],
    )
    .await;
    refused(
        &house,
        "branch-01",
        &new,
        sponsor(1, 5),
        &["sponsorship.sponsor.active"],
    )
    .await;
    refused(
        &house,
        "office",
        &new,
        sponsor(2, 4),
        &["sponsorship.sponsor.branch"],
    )
    .await;
    let mut other = sponsor(2, 4);
    other["other_branch_reason"] = "cùng chuyên môn".into();
    let made = house
        .record("office", &new, "sponsorships", other.clone())
        .await;
    assert_eq!(made.body["other_branch_reason"], "cùng chuyên môn");
    refused(&house, "office", &new, other, &["sponsorship.pair.open"]).await;
    refused(
        &house,
        "branch-09",
        &demo("ca", 9, 3),
        sponsor(9, 4),
        &["act.stage"],
    )
    .await;
    refused(
        &house,
        "branch-01",
        &demo("ca", 1, 4),
        sponsor(1, 8),
        &["sponsorship.candidate.sponsors"],
    )
    .await;
}

#[tokio::test]
async fn a_sponsor_is_refused_for_all_unmet_requirements_at_once() {
    let house = House::build().await;
    house
        .owner()
        .await
        .execute(
            "update member set activity = 'suspended' where id = $1::text::uuid",
            &[&demo("dd", 9, 8)],
        )
        .await
        .unwrap();
    refused(
        &house,
        "branch-09",
        &demo("ca", 9, 3),
        sponsor(9, 8),
        &[
            "act.stage",
            "sponsorship.sponsor.official",
            "sponsorship.sponsor.active",
        ],
    )
    .await;
}

/// A branch can neither assign members of other branches nor reach their candidates.
#[tokio::test]
async fn a_branch_names_sponsors_of_its_own_for_candidates_of_its_own() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kèm").await;
    house
        .act("branch-01", &new, "sponsorships", sponsor(2, 5))
        .await
        .invalid(&["/member_id"]);
    house
        .act("branch-02", &new, "sponsorships", sponsor(2, 5))
        .await
        .refused("not_found");
}

#[tokio::test]
async fn a_member_sponsors_as_many_as_the_setting_says() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kèm").await;
    for n in 0..3 {
        let one = candidate(&house, 1, &format!("Mai Thị Đông {n}")).await;
        house
            .record("branch-01", &one, "sponsorships", sponsor(1, 9))
            .await;
    }
    refused(
        &house,
        "branch-01",
        &new,
        sponsor(1, 9),
        &["sponsorship.sponsor.load"],
    )
    .await;
    house
        .change(
            "admin",
            "settings/sponsorship_load_limit",
            1,
            json!({"value": 4, "from_on": "2021-01-01", "acknowledged": true}),
        )
        .await;
    house
        .record("branch-01", &new, "sponsorships", sponsor(1, 9))
        .await;
    let sponsor = house
        .read("branch-01", &format!("sponsors/{}", demo("dd", 1, 9)))
        .await;
    assert_eq!(
        [
            &sponsor.body["open_sponsorships"],
            &sponsor.body["load_limit"],
            &sponsor.body["eligible"]
        ],
        [&json!(4), &json!(4), &json!(false)]
    );
}

/// The load limit applies on every day from the assignment on, even if assignments are recorded in
/// another order.
#[tokio::test]
async fn the_load_is_that_of_the_days_in_question() {
    let house = House::build().await;
    house.travel("2021-06-15");
    let limit = json!({"value": 1, "from_on": "2021-01-01", "acknowledged": true});
    house
        .change("admin", "settings/sponsorship_load_limit", 1, limit)
        .await;
    let one = candidate(&house, 1, "Mai Thị Đông").await;
    let other = candidate(&house, 1, "Mai Thị Tây").await;
    let from = |on: &str| json!({"member_id": demo("dd", 1, 9), "from_on": on});
    let made = house
        .record("branch-01", &one, "sponsorships", from("2021-02-01"))
        .await;
    let end = json!({"to_on": "2021-05-01", "end_reason": "chuyển công tác"});
    house.change("branch-01", made.location(), 1, end).await;
    for (person, unmet) in [
        (&one, "sponsorship.pair.open"),
        (&other, "sponsorship.sponsor.load"),
    ] {
        refused(&house, "branch-01", person, from("2021-04-30"), &[unmet]).await;
    }
    house
        .record("branch-01", &other, "sponsorships", from("2021-05-01"))
        .await;
    // nor may an earlier assignment overlap one that is already recorded
    refused(
        &house,
        "branch-01",
        &one,
        from("2021-05-01"),
        &["sponsorship.sponsor.load"],
    )
    .await;
}

#[tokio::test]
async fn a_sponsorship_ends_with_a_reason_and_is_not_taken_up_again() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kết").await;
    let made = house
        .record(
            "branch-01",
            &new,
            "sponsorships",
            json!({"member_id": demo("dd", 1, 9), "from_on": "2021-01-13"}),
        )
        .await;
    let path = same_when_read(&house, "branch-01", &made).await;
    // assigning a sponsor is an act of the candidacy, so the answer contains the candidacy's new
    // version
    let file = format!("candidates/{new}");
    let version = async || house.read("branch-01", &file).await.version();
    assert_eq!(made.body["candidate_version"], version().await);
    house
        .patch("branch-01", &path, 1, json!({"to_on": "2021-01-15"}))
        .await
        .invalid(&["/end_reason"]);
    house
        .patch(
            "branch-01",
            &path,
            1,
            json!({"to_on": "2021-01-12", "end_reason": "sớm"}),
        )
        .await
        .invalid(&["/to_on"]);
    let ended = house
        .change(
            "branch-01",
            &path,
            1,
            json!({"to_on": "2021-01-15", "end_reason": "chuyển công tác"}),
        )
        .await;
    assert_eq!(
        (&ended.body["to_on"], ended.version()),
        (&json!("2021-01-15"), 2)
    );
    assert_eq!(ended.body["candidate_version"], version().await);
    for again in [
        json!({"to_on": null}),
        json!({"to_on": null, "end_reason": null}),
    ] {
        house
            .patch("branch-01", &path, 2, again)
            .await
            .refused("invalid_transition");
    }
    let sponsor = house
        .read("branch-01", &format!("sponsors/{}", demo("dd", 1, 9)))
        .await;
    assert_eq!(sponsor.body["open_sponsorships"], 0);
    // the ended sponsorship remains in the history, and the same two people may begin a new one
    let again = json!({"member_id": demo("dd", 1, 9), "from_on": "2021-01-15"});
    house.record("branch-01", &new, "sponsorships", again).await;
    assert_eq!(
        house
            .read("branch-01", &format!("candidates/{new}/sponsorships"))
            .await
            .items()
            .len(),
        2
    );
    house
        .patch("branch-02", &path, 2, json!({"end_reason": "x"}))
        .await
        .refused("not_found");
}

/// Sponsorships end with the candidacy, with its day and reason, and follow when these are
/// corrected. If the end is annulled, they continue.
#[tokio::test]
async fn sponsorships_follow_a_corrected_end_of_the_candidacy() {
    let house = House::build().await;
    let id = candidate(&house, 1, "Mai Thị Sửa").await;
    house.travel("2021-08-02");
    let from = json!({"member_id": demo("dd", 1, 9), "from_on": "2021-01-18"});
    let made = house.record("branch-01", &id, "sponsorships", from).await;
    let exit = json!({"on": "2021-06-01", "kind": "withdrawn", "reason": "x"});
    let mut last = house.record("branch-01", &id, "exits", exit).await.id();
    let sponsorship = async || house.read("branch-01", made.location()).await;
    let why = "hồ sơ kết thúc: xin rút";
    shows!(sponsorship().await, {"to_on": "2021-06-01", "end_reason": why, "version": 2});
    for (on, kind, why) in [
        ("2021-06-01", "deceased", "hồ sơ kết thúc: từ trần"),
        ("2021-04-01", "deceased", "hồ sơ kết thúc: từ trần"),
        ("2021-08-01", "withdrawn", "hồ sơ kết thúc: xin rút"),
    ] {
        let corrected = json!({"on": on, "kind": kind, "reason": "x", "corrects": last});
        last = house
            .record("branch-01", &id, "exits", corrected)
            .await
            .id();
        shows!(sponsorship().await, {"to_on": on, "end_reason": why});
    }
    let annulment = json!({"on": "2021-08-02", "act_id": last, "reason": "nhầm"});
    house
        .record("branch-01", &id, "annulments", annulment)
        .await;
    shows!(sponsorship().await, {"to_on": null, "end_reason": null, "version": 6});
    let sponsor = format!("sponsors/{}", demo("dd", 1, 9));
    shows!(house.read("branch-01", &sponsor).await, {"open_sponsorships": 1});
    let end = json!({"to_on": "2021-08-01", "end_reason": "chuyển công tác"});
    house.change("branch-01", made.location(), 6, end).await;
}
