//! Members.
use crate::branches::there;
use serde_json::{Value, json};

use crate::support::{House, NOBODY, branch, demo, same_when_read, shows, with};

async fn version(house: &House, path: &str) -> i64 {
    house.read("office", path).await.version()
}

fn hanh() -> Value {
    json!({"branch_id": branch(3), "full_name": "Lò Thị Hạnh", "sex": "female",
        "birth_date": "1988-04-12", "status": "official", "activity": "active",
        "joined_on": "2015-03-03", "official_on": "2016-03-03"})
}

#[tokio::test]
async fn members_are_official_with_a_date_and_probationary_without() {
    let house = House::build().await;
    let body = hanh();
    let made = house.create("office", "members", body.clone()).await;
    let path = same_when_read(&house, "office", &made).await;
    for wrong in [
        json!({"official_on": null}),
        json!({"status": "probationary"}),
        json!({"official_on": "2015-03-02"}),
    ] {
        house
            .post("office", "members", with(&body, wrong.clone()))
            .await
            .invalid(&["/official_on"]);
        // fields that follow from the procedure cannot be patched
        let field = wrong.as_object().unwrap().keys().next().unwrap();
        let pointer = format!("/{field}");
        house
            .patch("office", &path, 1, wrong)
            .await
            .invalid(&[&pointer]);
    }
    house
        .create(
            "office",
            "members",
            with(
                &body,
                json!({"full_name": "Lò Thị Hạnh Nhi", "official_on": "2016-03-03"}),
            ),
        )
        .await;
    house.create(
            "office",
            "members",
            with(&body, json!({"full_name": "Lò Thị Hạnh Vi", "status": "probationary", "official_on": null})),
        ).await;
    house
        .post(
            "office",
            "members",
            with(&body, json!({"branch_id": NOBODY, "department_id": NOBODY})),
        )
        .await
        .invalid(&["/branch_id", "/department_id"]);
}

#[tokio::test]
async fn a_member_is_changed_by_the_office_and_stays_while_an_officer() {
    let house = House::build().await;
    let path = house
        .create("office", "members", hanh())
        .await
        .location()
        .to_owned();
    shows!(house.change("office", &path, 1, json!({"occupation": "Bác sĩ"})).await, {
        "occupation": "Bác sĩ"
    });
    house
        .patch("branch-03", &path, 2, json!({"occupation": "Y sĩ"}))
        .await
        .refused("forbidden");
    house.get("branch-02", &path).await.refused("not_found");

    // an officer who also sponsors
    house
        .delete("office", &format!("members/{}", demo("dd", 3, 1)), 1)
        .await
        .refused("has_dependents");
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
}

/// S15: a transferred probationary member's file moves too; the branch's register counts from that
/// day.
#[tokio::test]
async fn a_probationary_members_file_goes_along_with_a_transfer() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let owner = house.owner().await;
    let who: String = owner
        .query_one(
            "select c.id::text from candidate c join member m on m.id = c.id where c.stage = 'probationary' and c.branch_id = $1::text::uuid limit 1",
            &[&demo("0b", 3, 0)],
        )
        .await
        .unwrap()
        .get(0);
    let path = format!("/api/v1/members/{who}");
    let at = version(&house, &path).await;
    house
        .advance_with(
            "office",
            &format!("{path}/transfers"),
            at,
            json!({"branch_id": demo("0b", 4, 0), "on": "2022-12-10", "paper_number": "12-CV/ĐU"}),
        )
        .await;
    let seen = house
        .read("branch-04", &format!("candidates/{who}/next-steps"))
        .await
        .body;
    assert_eq!(seen["stage"], "probationary");
    house
        .get("branch-03", &format!("candidates/{who}/next-steps"))
        .await
        .expect(404);
    assert!(
        there(&house, &demo("0b", 3, 0), "2022-12-09")
            .await
            .contains(&who)
    );
    assert!(
        there(&house, &demo("0b", 4, 0), "2022-12-10")
            .await
            .contains(&who)
    );
    // a post in the old branch committee ends
    let secretary = demo("dd", 3, 1);
    let path = format!("/api/v1/members/{secretary}");
    let at = version(&house, &path).await;
    house
        .advance_with(
            "office",
            &format!("{path}/transfers"),
            at,
            json!({"branch_id": demo("0b", 4, 0), "on": "2022-12-10", "paper_number": "12-CV/ĐU"}),
        )
        .await;
    let posts = house
        .read(
            "office",
            &format!(
                "branches/{}/officers?member_id={secretary}",
                demo("0b", 3, 0)
            ),
        )
        .await;
    assert_eq!(posts.items()[0]["to_on"], "2022-12-09");
}

#[tokio::test]
async fn a_former_member_is_not_entered_a_second_time() {
    let house = House::build().await;
    let path = format!("members/{}", demo("dd", 1, 12));
    let row = house.read("office", &path).await;
    let left = json!({"on": "2021-01-05", "ground": "transferred_out", "paper_number": "3-GT"});
    let sql = "select birth_date::text from member where id = $1::text::uuid";
    let owner = house.owner().await;
    let born: String = owner
        .query_one(sql, &[&demo("dd", 1, 12)])
        .await
        .unwrap()
        .get(0);
    let leavings = format!("{path}/leavings");
    let leaving = house.step_with("office", &leavings, row.version(), left);
    leaving.await.expect(201);
    let again = json!({"branch_id": branch(2), "full_name": row.body["full_name"], "birth_date": born,
        "sex": row.body["sex"], "joined_on": row.body["joined_on"], "status": "official", "activity": "active", "official_on": row.body["official_on"]});
    house
        .post("office", "members", again)
        .await
        .duplicate("/full_name");
}
