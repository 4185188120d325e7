//! Officers of branches.
use serde_json::{Value, json};

use crate::support::{House, NOBODY, branch, demo, same_when_read, shows};

#[expect(clippy::needless_pass_by_value, reason = "written as a literal")]
fn officer(member: String, position: &str) -> Value {
    json!({"member_id": member, "position": position, "from_on": "2021-01-01", "paper_number": "12-QĐ/ĐU"})
}

#[tokio::test]
async fn a_branch_sees_its_officers_and_the_office_enters_them() {
    let house = House::build().await;
    let path = format!("/api/v1/branches/{}/officers", branch(8));
    let made = house
        .create(
            "office",
            &path,
            officer(demo("dd", 8, 5), "deputy_secretary"),
        )
        .await;
    shows!(made, {"paper_number": "12-QĐ/ĐU"});
    let place = same_when_read(&house, "branch-08", &made).await;
    house.get("branch-01", &place).await.refused("not_found");
    house.get("union", &place).await.refused("forbidden");
    assert_eq!(house.read("branch-08", &path).await.items().len(), 3);
    house
        .post(
            "branch-08",
            &path,
            officer(demo("dd", 8, 6), "deputy_secretary"),
        )
        .await
        .refused("forbidden");
    let nowhere = format!("branches/{NOBODY}/officers");
    let nowhere = house
        .post(
            "office",
            &nowhere,
            officer(demo("dd", 8, 6), "deputy_secretary"),
        )
        .await;
    nowhere.refused("not_found");
}

#[tokio::test]
async fn officers_are_official_members_of_the_branch_with_one_secretary() {
    let house = House::build().await;
    let path = format!("branches/{}/officers", branch(8));
    let made = house
        .create(
            "office",
            &path,
            officer(demo("dd", 8, 5), "deputy_secretary"),
        )
        .await;
    let place = made.location().to_owned();
    // member 9 of branch 08 is on probation, the other one belongs to another branch
    for member in [demo("dd", 8, 9), demo("dd", 1, 5), NOBODY.into()] {
        house
            .post("office", &path, officer(member, "member"))
            .await
            .invalid(&["/member_id"]);
    }
    house
        .post("office", &path, officer(demo("dd", 8, 6), "secretary"))
        .await
        .duplicate("/position");
    house
        .patch("office", &place, 1, json!({"position": "secretary"}))
        .await
        .duplicate("/position");
    house
        .post(
            "office",
            &path,
            officer(demo("dd", 8, 5), "deputy_secretary"),
        )
        .await
        .duplicate("/member_id");
    // a post cannot be given to another member; that is a new entry
    house
        .patch("office", &place, 1, json!({"member_id": demo("dd", 8, 6)}))
        .await
        .invalid(&["/member_id"]);
    house
        .patch("office", &place, 1, json!({"to_on": "2020-12-31"}))
        .await
        .invalid(&["/to_on"]);
    // once the secretary's post has ended, the deputy can become secretary
    let secretary = format!("/api/v1/officers/{}", demo("0f", 8, 1));
    house
        .change("office", &secretary, 1, json!({"to_on": "2020-12-31"}))
        .await;
    house
        .change("office", &place, 1, json!({"position": "secretary"}))
        .await;
}

/// A post that was recorded by mistake can be removed, by the Office only.
#[tokio::test]
async fn a_post_recorded_by_mistake_is_taken_back() {
    let house = House::build().await;
    let path = format!("branches/{}/officers", branch(8));
    let made = house
        .create(
            "office",
            &path,
            officer(demo("dd", 8, 5), "deputy_secretary"),
        )
        .await;
    house
        .delete("branch-08", made.location(), 1)
        .await
        .refused("forbidden");
    house
        .delete("office", made.location(), 2)
        .await
        .refused("precondition_failed");
    house.remove("office", made.location(), 1).await;
    house
        .get("office", made.location())
        .await
        .refused("not_found");
}

#[tokio::test]
async fn a_suspended_member_holds_no_post_and_a_small_branch_has_no_committee() {
    let house = House::build().await;
    let suspended = demo("dd", 1, 11);
    let path = format!("members/{suspended}/activity-changes");
    let change = json!({"on": "2021-01-05", "activity": "suspended", "paper_number": "7-QĐ/ĐU"});
    house
        .step_with("office", &path, 1, change)
        .await
        .expect(201);
    let post =
        json!({"member_id": suspended, "position": "deputy_secretary", "from_on": "2021-01-06"});
    let path = format!("branches/{}/officers", branch(1));
    house
        .post("office", &path, post)
        .await
        .invalid(&["/member_id"]);
    // the branch has only seven official members
    let path = format!("branches/{}/officers", branch(9));
    let refused = house.post("office", &path, officer(demo("dd", 9, 5), "member"));
    refused.await.invalid(&["/position"]);
    house
        .create(
            "office",
            &path,
            officer(demo("dd", 9, 5), "deputy_secretary"),
        )
        .await;
}

/// Concurrent requests see each other's posts.
#[tokio::test]
async fn of_three_concurrent_secretaries_of_one_branch_only_one_is_recorded() {
    let house = House::build().await;
    let path = format!("branches/{}/officers", branch(8));
    let year = |member: u32, position: &str| json!({"member_id": demo("dd", 8, member), "position": position, "from_on": "2019-01-01", "to_on": "2019-12-31"});
    let secretary = demo("0f", 8, 1);
    let of_2020 = json!({"from_on": "2020-01-01"});
    house
        .change("office", &format!("officers/{secretary}"), 1, of_2020)
        .await;
    let all = [5, 6, 7].map(|member| house.post("office", &path, year(member, "secretary")));
    let answers = futures_util::future::join_all(all).await;
    let made: Vec<_> = answers.iter().map(|a| a.status).collect();
    assert_eq!(made.iter().filter(|s| **s == 201).count(), 1, "{made:?}");
    // nor can one member hold two posts in a branch at the same time
    let holder = answers
        .iter()
        .zip(5..)
        .find(|(a, _)| a.status == 201)
        .unwrap()
        .1;
    house
        .post("office", &path, year(holder, "deputy_secretary"))
        .await
        .duplicate("/member_id");
}

/// A post cannot span a time in which the member was in another branch.
#[tokio::test]
async fn a_post_does_not_span_an_absence_nor_return_beside_another_secretary() {
    let house = House::build().await;
    let (away, path) = (demo("dd", 8, 6), format!("branches/{}/officers", branch(8)));
    for (to, on) in [(1, "2019-06-01"), (8, "2019-09-01")] {
        let member = format!("members/{away}");
        let seen = house.read("office", &member).await.version();
        let to = json!({"branch_id": branch(to), "on": on, "paper_number": "9-CV"});
        house
            .advance_with("office", &format!("{member}/transfers"), seen, to)
            .await;
    }
    let post =
        |from: &str| json!({"member_id": away, "position": "deputy_secretary", "from_on": from});
    house
        .post("office", &path, post("2019-01-01"))
        .await
        .invalid(&["/to_on"]);
    house.create("office", &path, post("2019-09-01")).await;

    // taking back the secretary's leaving would make two secretaries in the days in between
    let before = format!("officers/{}", demo("0f", 8, 1));
    let seen = house.read("office", &before).await.version();
    let until = json!({"to_on": "2020-12-31"});
    house.change("office", &before, seen, until).await;
    let now =
        json!({"member_id": demo("dd", 8, 8), "position": "secretary", "from_on": "2021-01-01"});
    house.create("office", &path, now).await;
    let secretary = format!("members/{}", demo("dd", 8, 8));
    let seen = house.read("office", &secretary).await.version();
    let left = json!({"on": "2021-01-05", "ground": "deceased", "paper_number": "3-GT"});
    let left = house
        .step_with("office", &format!("{secretary}/leavings"), seen, left)
        .await
        .expect(201);
    let between = json!({"member_id": demo("dd", 8, 7), "position": "secretary", "from_on": "2021-01-06", "to_on": "2021-01-10"});
    house.create("office", &path, between).await;
    house
        .delete("office", left.location(), 1)
        .await
        .refused("has_dependents");
}
